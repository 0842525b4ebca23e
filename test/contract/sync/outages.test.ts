/** A server that refuses or is away: the run fails with its reason, nothing is lost, and the next one goes on. */
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { domain, mailbox } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { FaultKind } from '#test/emulators/exchange/faults.ts';
import { FAULTS, type Fault } from '#test/emulators/liferay/faults.ts';
import { HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

async function withChanges(): Promise<Stage> {
  const stage = await Stage.open();
  stage.create({ subject: 'From Exchange', ...hourFrom('2026-05-06T09:00') });
  const { start, end } = hourFrom('2026-05-06T11:00');
  stage.book({ title: 'From Liferay', startTime: start, endTime: end });
  return stage;
}

async function schedule(stage: Stage) {
  const { mailboxId } = stage.person;
  const [row] = await stage.engine.db
    .select()
    .from(mailbox)
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(eq(mailbox.id, mailboxId));
  if (!row) throw new Error('There is no such mailbox.');
  return { ...row.mailbox, nextSyncAt: Math.max(row.mailbox.nextSyncAt, row.domain.notBefore) };
}

async function expectRecovered(stage: Stage): Promise<void> {
  await stage.settle();
  const both = ['From Exchange', 'From Liferay'];
  expect(stage.titles()).toEqual({ exchange: both, liferay: both });
  expect(await schedule(stage)).toMatchObject({ reason: null, attempts: 0 });
  expect(await stage.parked()).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE);
}

describe('Exchange', () => {
  test.each<[string, FaultKind, Reason]>([
    ['wrong password', { kind: 'http401' }, 'signInRefused'],
    ['no right to impersonate', { kind: 'impersonationDenied' }, 'impersonationDenied'],
    ['EWS switched off for the user', { kind: 'policyBlocked' }, 'ewsBlocked'],
    ['not available', { kind: 'http503', retryAfterSeconds: 120 }, 'throttled'],
    ['busy', { kind: 'serverBusy', backOffMs: 300_000 }, 'throttled'],
    ['a page in place of the service', { kind: 'html' }, 'notTheService'],
    [
      'a mailbox that is being moved',
      { kind: 'soapFault', code: 'ErrorMailboxMoveInProgress' },
      'mailboxUnavailable',
    ],
    ['an internal error', { kind: 'soapFault', code: 'ErrorInternalServerError' }, 'serverError'],
  ])('%s: the run fails as such, and the next one recovers', async (_name, fault, reason) => {
    const stage = await withChanges();
    stage.world.exchange.faults.inject(fault);
    const { failures } = await stage.round();
    expect(failures.map((failure) => failure.reason)).toEqual([reason]);
    expect(await schedule(stage)).toMatchObject({ reason, attempts: 1 });
    expect(stage.titles()).toEqual({ exchange: ['From Exchange'], liferay: ['From Liferay'] });
    await expectRecovered(stage);
  });

  test('throttled in the middle of the writes: what was written is not written again', async () => {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T11:00');
    for (let n = 0; n < 30; n += 1) stage.book({ title: `Event ${n}`, startTime: start, endTime: end });
    const { faults, requests } = stage.world.exchange;
    faults.inject({ kind: 'serverBusy', backOffMs: 60_000, operation: 'GetItem' });
    await stage.round();
    expect(requests.get('CreateItem')).toBe(3);
    await stage.settle();
    expect(stage.items()).toHaveLength(30);
    expect(stage.rows()).toHaveLength(30);
    expect(stage.mails).toBe(0);
  });
});

describe('Liferay', () => {
  test.each<[string, Fault, Reason]>([
    ['wrong password', FAULTS.expiredToken, 'signInRefused'],
    ['treated as a guest', FAULTS.silentGuest, 'portalBasicOff'],
    ['forbidden', FAULTS.forbiddenEmpty, 'portalForbidsServices'],
    ['a sign-in page', FAULTS.htmlPage, 'notTheService'],
    ['not available', FAULTS.unavailable, 'serverError'],
  ])('%s: the run fails as such, and the next one recovers', async (_name, fault, reason) => {
    const stage = await withChanges();
    // Twice, because what a portal does not understand is asked in a simpler way once.
    stage.world.liferay.faults.next(fault, { times: 6 });
    const { failures } = await stage.round();
    expect(failures.map((failure) => failure.reason)).toEqual([reason]);
    expect((await schedule(stage)).reason).toBe(reason);
    expect(stage.titles()).toEqual({ exchange: ['From Exchange'], liferay: ['From Liferay'] });
    stage.world.liferay.faults.clear();
    await expectRecovered(stage);
  });
});

describe.each(['mail.example.com', 'portal.example.com'])('%s cannot be reached', (host) => {
  test('the run fails as such, waits longer each time, and goes on when it is back', async () => {
    const stage = await withChanges();
    const network = stage.world.fetch;
    const cut = stage.world.engine({
      fetch: async (url, request) => {
        if (new URL(url).host === host) throw new TypeError('fetch failed');
        return network(url, request);
      },
    });
    const { failures } = await stage.round(undefined, cut);
    expect(failures.map(({ reason }) => reason)).toEqual(['unreachable']);
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      await stage.round(HOUR, cut);
      waits.push((await schedule(stage)).nextSyncAt - stage.world.clock.now());
    }
    expect(waits[0]).toBeLessThan(15_000);
    expect(waits.at(-1)).toBeGreaterThan(10 * MINUTE);
    expect(waits.at(-1)).toBeLessThan(20 * MINUTE);
    expect((await schedule(stage)).reason).toBe('unreachable');
    expect(stage.titles()).toEqual({ exchange: ['From Exchange'], liferay: ['From Liferay'] });
    await expectRecovered(stage);
  });
});

test('one mailbox that fails does not stop the others of its round', async () => {
  const stage = await Stage.open({ people: 5 });
  for (const person of stage.world.people)
    stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') }, person);
  stage.world.exchange.faults.inject({
    kind: 'soapFault',
    code: 'ErrorNonExistentMailbox',
    mailbox: stage.of(2).address,
  });
  await stage.round();
  expect(stage.world.people.map((person) => stage.rows(person).length)).toEqual([1, 1, 0, 1, 1]);
});

test('one calendar whose rows cannot be recorded does not stop the others of its round', async () => {
  const stage = await Stage.open({ people: 3 });
  const twice = String(stage.of(1).calendarId);
  stage.engine = stage.world.engine({
    portal: (portal) => ({
      ...portal,
      snapshot: async (requests) => {
        const snapshots = new Map(await portal.snapshot(requests));
        const snapshot = snapshots.get(twice);
        if (snapshot?.kind === 'rows')
          snapshots.set(twice, { ...snapshot, rows: [...snapshot.rows, ...snapshot.rows] });
        return snapshots;
      },
    }),
  });
  const { start, end } = hourFrom('2026-05-06T09:00');
  for (const person of stage.world.people) {
    stage.book({ title: 'Event', startTime: start, endTime: end }, person);
  }
  const { failures } = await stage.round();
  expect(failures.map(({ reason }) => reason)).toEqual(['internalError']);
  expect(stage.world.people.map((person) => stage.items(person).length)).toEqual([1, 0, 1]);
});
