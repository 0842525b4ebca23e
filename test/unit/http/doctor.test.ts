/** "Test connection" over HTTP: whose it is, what it takes, and what it answers. What it finds: contract/doctor*.test.ts. */
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { DoctorReport } from '#shared/doctor.ts';
import { ADA, BOB, createWorld, NOW_MS, PORTAL } from './app-under-test.ts';
import { audited } from './pairings-under-test.ts';

const ADMINISTRATOR = { ...ADA, isPortalAdministrator: true };

async function world() {
  const opened = await createWorld();
  opened.users = [ADMINISTRATOR, { ...BOB, administeredSiteIds: ['7'] }];
  return opened;
}

const PATH = '/api/domains/d1/doctor';

describe('POST /api/domains/{domainId}/doctor', () => {
  it('is not there for whoever does not administer the domain, and asks nothing for them', async () => {
    const { call, examined } = await world();
    const answer = await call('POST', PATH, { as: BOB, body: { mailbox: 'bob@example.com' } });
    expect([answer.status, answer.json['reason']]).toEqual([404, 'domainUnknown']);
    expect(examined).toEqual([]);
  });

  it('answers with what was found, step by step', async () => {
    const opened = await world();
    const step = {
      side: 'exchange',
      step: 'signIn',
      result: 'failed',
      milliseconds: 12,
      reason: 'signInRefused',
      remedy: 'passwordRefused',
      detail: 'HTTP 401',
      facts: { offered: ['Basic'], configured: 'Basic' },
    } as const;
    const report: DoctorReport = {
      healthy: false,
      steps: [{ ...step, facts: { ...step.facts, offered: ['Basic'] } }],
    };
    opened.report = report;
    const body = { mailbox: 'Bob@Example.com', write: true };
    const answer = await opened.call('POST', PATH, { body });
    expect([answer.status, answer.json]).toEqual([200, report]);
    expect(opened.examined).toEqual([{ domainId: 'd1', mailbox: 'bob@example.com', write: true }]);
  });

  it('tells each step as it is over to who accepts lines, and at the end whether all is well', async () => {
    const opened = await world();
    const taken = { side: 'liferay', result: 'ok', milliseconds: 3, reason: null, remedy: null } as const;
    const steps = (['resolve', 'connect'] as const).map((step) => ({
      ...taken,
      step,
      detail: null,
      facts: {},
    }));
    opened.report = { healthy: true, steps };
    const headers = { Accept: 'application/x-ndjson' };
    const { status, text } = await opened.call('POST', PATH, { body: {}, headers });
    expect(status).toBe(200);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([...steps, { healthy: true }]);
    opened.report = null;
    const busy = await opened.call('POST', PATH, { body: {}, headers });
    expect([busy.status, busy.json['reason']]).toEqual([429, 'doctorBusy']);
  });

  it('looks at both servers alone where no mailbox is named', async () => {
    const { call, examined } = await world();
    expect((await call('POST', PATH, { body: {} })).status).toBe(200);
    expect(examined).toEqual([{ domainId: 'd1', mailbox: null, write: false }]);
  });

  it.each([
    [{ mailbox: 'bob' }, 'mailbox: Not an e-mail address.'],
    [{ write: true }, 'write: Needs a mailbox to write to.'],
  ])('refuses %j', async (body, detail) => {
    const { call, examined } = await world();
    const answer = await call('POST', PATH, { body });
    expect([answer.status, answer.json['reason'], answer.json['detail']]).toEqual([
      400,
      'invalidRequest',
      detail,
    ]);
    expect(examined).toEqual([]);
  });

  it('looks into no mailbox of another domain, even where both are on one server', async () => {
    const { call, db, examined } = await world();
    const twin = { id: 'd2', portal: PORTAL, endpoint: 'https://mail.example.com/EWS/Exchange.asmx' };
    await db.insert(schema.domain).values({ ...twin, signInSealed: '', createdAt: NOW_MS });
    await db.insert(schema.mailDomain).values({ name: 'sub.example', domainId: 'd2' });
    const answer = await call('POST', PATH, { body: { mailbox: 'boss@sub.example', write: true } });
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
    expect(examined).toEqual([]);
  });

  it('stands in the audit record, with whose mailbox it was', async () => {
    const opened = await world();
    await opened.call('POST', PATH, { body: { mailbox: 'bob@example.com', write: true } });
    await opened.call('POST', PATH, { body: {} });
    await opened.call('POST', PATH, { as: BOB, body: {} });
    expect((await audited(opened)).toSorted()).toEqual([
      `${ADA.id} domain.test d1`,
      `${ADA.id} domain.test write bob@example.com`,
    ]);
  });

  it('is one at a time for a server', async () => {
    const opened = await world();
    opened.report = null;
    const answer = await opened.call('POST', PATH, { body: {} });
    expect([answer.status, answer.json['reason']]).toEqual([429, 'doctorBusy']);
  });
});
