/** Making, showing, synchronising and ending pairings. */
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { Pairing, Problems } from '#shared/api.ts';
import { fencedCommit } from '#store/commit.ts';
import { PROBLEM_LIMIT, PROBLEM_PAGE } from '#store/problems.repository.ts';
import { type Standing, statusOf } from '#store/status.repository.ts';
import { ADA, BOB, createWorld, NOW_MS } from './app-under-test.ts';
import {
  audited,
  BODY,
  claim,
  contentOf,
  linkOf,
  type NewLink,
  pair,
  SECOND,
  show,
} from './pairings-under-test.ts';

describe('pairing', () => {
  it('starts at once, and says whose mailbox it is', async () => {
    const world = await createWorld();
    const made = await pair(world);
    expect(made).toMatchObject({
      exchangeCalendarName: 'Calendar',
      liferayCalendarName: 'Ada',
      mailbox: 'ada@example.com',
      direction: 'both',
      status: 'starting',
      nextRunAt: NOW_MS,
      intervalSeconds: 60,
    });
    expect((await claim(world))?.address).toBe('ada@example.com');
    expect(await audited(world)).toEqual([`${ADA.id} pairing.create ${made.id}`]);
    const rows = await world.db.select().from(schema.pairing);
    expect(rows[0]).toMatchObject({ userId: ADA.id, calendarZone: 'Europe/Rome', windowFutureDays: 730 });
  });

  it('uses the mailbox that the user has already, and makes it due', async () => {
    const world = await createWorld();
    await pair(world);
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000, intervalSeconds: 15 });
    const second = await pair(world, SECOND);
    expect(await world.db.select().from(schema.mailbox)).toHaveLength(1);
    expect([second.nextRunAt, second.intervalSeconds]).toEqual([NOW_MS, 15]);
    const list = await world.call('GET', '/api/pairings');
    expect((list.json as { pairings: Pairing[] }).pairings).toHaveLength(2);
    expect(list.json['now']).toBe(NOW_MS);
  });

  it('is refused for a calendar that is in a pairing, whoever made that', async () => {
    const world = await createWorld();
    await pair(world, { liferayCalendarId: '43' });
    const body = { exchangeCalendarId: 'bob-main', liferayCalendarId: '43', direction: 'both' };
    const answer = await world.call('POST', '/api/pairings', { as: BOB, body });
    expect([answer.status, answer.json['reason']]).toEqual([409, 'calendarAlreadyPaired']);
    expect(await world.db.select().from(schema.mailbox)).toHaveLength(1);
    expect(await audited(world)).toHaveLength(1);
  });

  it('is refused for a folder with a two-way pairing only if this one is two-way as well', async () => {
    const world = await createWorld();
    await pair(world);
    const both = await world.call('POST', '/api/pairings', { body: { ...BODY, liferayCalendarId: '43' } });
    expect([both.status, both.json['reason']]).toEqual([409, 'folderAlreadyPaired']);
    const one = await pair(world, { liferayCalendarId: '43', direction: 'toLiferay' });
    const patched = await world.call('PATCH', `/api/pairings/${one.id}`, { body: { direction: 'both' } });
    expect([patched.status, patched.json['reason']]).toEqual([409, 'folderAlreadyPaired']);
  });

  it('happens once when it is asked for twice at the same moment', async () => {
    const world = await createWorld();
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => world.call('POST', '/api/pairings', { body: BODY })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
    expect(await world.db.select().from(schema.pairing)).toHaveLength(1);
    expect(await audited(world)).toHaveLength(1);
  });

  it('shows in the lists of calendars, so that they are not offered twice', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const exchange = (await world.call('GET', '/api/exchange-calendars')).json['calendars'];
    expect(exchange).toMatchObject([
      { id: 'ada-main', pairingId: id },
      { id: 'ada-shared', pairingId: null },
    ]);
    const liferay = (await world.call('GET', '/api/liferay-calendars')).json['calendars'];
    expect(liferay).toMatchObject([
      { id: '41', pairingId: id },
      { id: '43', pairingId: null },
    ]);
  });
});

describe('status', () => {
  const STANDING: Standing = {
    state: 'active',
    phase: 'steady',
    preview: false,
    removes: null,
    reason: null,
    mailboxReason: null,
    hasRun: true,
    hasWork: false,
  };
  it.each([
    ['inStep', {}],
    ['working', { hasWork: true }],
    ['starting', { phase: 'observing', hasRun: false }],
    ['firstSync', { phase: 'observing' }],
    ['firstSync', { phase: 'linking', hasWork: true }],
    ['unpairing', { removes: 'liferay', hasWork: true }],
    ['waiting', { removes: 'liferay', mailboxReason: 'throttled' }],
    ['preview', { preview: true }],
    ['preview', { preview: true, phase: 'observing', hasRun: false }],
    ['waiting', { preview: true, mailboxReason: 'unreachable' }],
    ['paused', { state: 'paused', reason: 'portalAccessLost' }],
    [
      'paused',
      { state: 'paused', reason: 'portalAccessLost', phase: 'observing', mailboxReason: 'unreachable' },
    ],
    ['waiting', { mailboxReason: 'unreachable' }],
    ['waiting', { mailboxReason: 'unreachable', phase: 'observing', hasRun: false }],
    ['paused', { mailboxReason: 'accessDenied' }],
    // A person has asked for another try; whether it helps is not known yet.
    ['waiting', { reason: 'portalAccessLost' }],
  ] satisfies [string, Partial<Standing>][])('%s when %j', (status, rest) => {
    expect(statusOf({ ...STANDING, ...rest })).toBe(status);
  });

  it('counts what is done, and shows what was set aside with its title', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const open: NewLink['work'][] = ['dirty', 'clean', 'clean', 'outside', 'liferayOnly'];
    await world.db
      .insert(schema.link)
      .values([
        ...open.map((work, i) => linkOf(id, `link-${i}`, { work })),
        linkOf(id, 'p1', { work: 'parked', reason: 'textTooLong', reasonDetail: 'Subject' }),
        linkOf(id, 'p2', { work: 'parked', reason: 'uidTaken' }),
        linkOf(id, 'p3', { work: 'parked', reason: 'itemRefused' }),
        linkOf(id, 'h1', { work: 'held' }),
      ]);
    await world.db
      .insert(schema.linkContent)
      .values([
        contentOf('p1', { title: 'Budget', sensitivity: 'normal' }),
        contentOf('p2', { title: 'Doctor', sensitivity: 'private' }),
        contentOf('p3', 'not JSON'),
      ]);
    await world.db.insert(schema.change).values({
      id: 'c1',
      pairingId: id,
      linkId: 'p3',
      at: NOW_MS,
      side: 'liferay',
      kind: 'parked',
      title: 'Workshop',
    });
    await world.db.update(schema.pairing).set({ phase: 'steady' });
    const shown = await show(world, id);
    expect(shown.status).toBe('working');
    expect(shown.progress).toEqual({ done: 8, total: 9 });
    expect(shown.problems).toMatchObject({ parked: 3, held: 1 });
    expect(shown.problems.first).toEqual([
      { linkId: 'p1', title: 'Budget', reason: 'textTooLong', detail: 'Subject', since: null },
      { linkId: 'p2', title: null, reason: 'uidTaken', detail: null, since: null },
      { linkId: 'p3', title: 'Workshop', reason: 'itemRefused', detail: null, since: NOW_MS },
    ]);
  });

  it('shows the first problems of each pairing, however many there are', async () => {
    const world = await createWorld();
    const first = await pair(world);
    const second = await pair(world, SECOND);
    const parked = (pairingId: string, n: number) =>
      Array.from({ length: n }, (_, i) =>
        linkOf(pairingId, `${pairingId}-${String(i).padStart(3, '0')}`, {
          work: 'parked',
          reason: 'uidTaken',
        }),
      );
    await world.db.insert(schema.link).values([...parked(first.id, 30), ...parked(second.id, 3)]);
    const { pairings } = (await world.call('GET', '/api/pairings')).json as { pairings: Pairing[] };
    expect(pairings.map((each) => each.problems.parked)).toEqual([30, 3]);
    expect(pairings.map((each) => each.problems.first.length)).toEqual([PROBLEM_LIMIT, 3]);
  });

  it('names the last run of the mailbox, and why it waits', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const runOf = (runId: string, startedAt: number, created: number) => ({
      id: runId,
      startedAt,
      endedAt: startedAt + 500,
      created,
      updated: 0,
      deleted: 0,
      failed: 0,
    });
    const [box] = await world.db.select().from(schema.mailbox);
    const mailboxId = box?.id ?? '';
    await world.db.insert(schema.run).values([
      { mailboxId, ...runOf('r1', NOW_MS + 1_000, 5) },
      { mailboxId, ...runOf('r2', NOW_MS + 2_000, 7) },
    ]);
    await world.db.update(schema.mailbox).set({
      reason: 'unreachable',
      reasonDetail: 'connection refused',
      lastRunAt: NOW_MS + 3_000,
      nextSyncAt: NOW_MS + 9_000,
    });
    await world.db.update(schema.domain).set({ notBefore: NOW_MS + 20_000 });
    expect(await show(world, id)).toMatchObject({
      status: 'waiting',
      reason: 'unreachable',
      reasonDetail: 'connection refused',
      lastRunAt: NOW_MS + 3_000,
      nextRunAt: NOW_MS + 20_000,
      lastResult: { at: NOW_MS + 2_500, created: 7, reason: null },
    });
  });

  it('tells what keeps the whole domain waiting, also where this mailbox has not met it itself', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db.update(schema.domain).set({
      notBefore: NOW_MS + 20_000,
      backoffStep: 1,
      outage: 'server',
      reason: 'unreachable',
      reasonDetail: 'ECONNREFUSED',
    });
    expect(await show(world, id)).toMatchObject({
      status: 'waiting',
      reason: 'unreachable',
      reasonDetail: 'ECONNREFUSED',
      nextRunAt: NOW_MS + 20_000,
    });
  });

  it('of a new pairing in an old mailbox does not boast of runs before it', async () => {
    const world = await createWorld();
    await pair(world);
    await world.db.update(schema.mailbox).set({ lastRunAt: NOW_MS + 1_000 });
    world.advance(5_000);
    const second = await pair(world, SECOND);
    expect([second.status, second.lastRunAt]).toEqual(['starting', null]);
  });
});

describe('unpairing', () => {
  it('forgets the pairing and its items, and the mailbox with the last one', async () => {
    const world = await createWorld();
    const first = await pair(world);
    const second = await pair(world, SECOND);
    await world.db.insert(schema.link).values([linkOf(first.id, 'a'), linkOf(second.id, 'b')]);
    const asked = world.asked.length;
    expect((await world.call('DELETE', `/api/pairings/${first.id}`)).status).toBe(204);
    expect((await world.db.select().from(schema.link)).map((link) => link.id)).toEqual(['b']);
    expect(await world.db.select().from(schema.mailbox)).toHaveLength(1);
    expect((await world.call('DELETE', `/api/pairings/${second.id}`)).status).toBe(204);
    expect(await world.db.select().from(schema.mailbox)).toEqual([]);
    expect(await audited(world)).toHaveLength(4);
    // The ports' writing methods blow up; not even a list was asked for.
    expect(world.asked.slice(asked).filter((each) => !each.startsWith('identity'))).toEqual([]);
    expect((await world.call('DELETE', `/api/pairings/${second.id}`)).status).toBe(404);
  });

  it('stops a run under way, so that it writes no more events', async () => {
    const world = await createWorld();
    const first = await pair(world);
    await pair(world, SECOND);
    const running = await claim(world);
    if (running === undefined) throw new Error('The mailbox was not due.');
    await world.call('DELETE', `/api/pairings/${first.id}`);
    expect(await fencedCommit(world.db, running.lease, [])).toBe('leaseLost');
  });
});

describe('sync now', () => {
  it('makes the mailbox due and lets a paused pairing try again', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db
      .update(schema.mailbox)
      .set({ nextSyncAt: NOW_MS + 50_000, dispatchedUntil: NOW_MS + 9, attempts: 4 });
    await world.db.update(schema.pairing).set({ state: 'paused', reason: 'portalAccessLost' });
    expect(await claim(world)).toBeUndefined();
    const answer = await world.call('POST', `/api/pairings/${id}/sync`);
    expect([answer.status, answer.json]).toEqual([202, { nextRunAt: NOW_MS }]);
    expect(await show(world, id)).toMatchObject({ status: 'waiting', reason: 'portalAccessLost' });
    expect(await claim(world)).toMatchObject({ attempts: 0 });
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} pairing.sync ${id}`);
  });

  it('respects the patience that the server asked for', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000 });
    await world.db.update(schema.domain).set({ notBefore: NOW_MS + 20_000 });
    const answer = await world.call('POST', `/api/pairings/${id}/sync`);
    expect(answer.json['nextRunAt']).toBe(NOW_MS + 20_000);
    expect((await world.db.select().from(schema.mailbox))[0]?.nextSyncAt).toBe(NOW_MS + 20_000);
  });

  it('asked for again and again does not move an overdue mailbox to the end of the queue', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    world.advance(30_000);
    const answer = await world.call('POST', `/api/pairings/${id}/sync`);
    expect(answer.json['nextRunAt']).toBe(NOW_MS + 30_000);
    expect((await world.db.select().from(schema.mailbox))[0]?.nextSyncAt).toBe(NOW_MS);
  });
});

describe('an item that was set aside', () => {
  it('is in the whole list, by parts, with its reason and since when', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const other = await pair(world, SECOND);
    const parked = Array.from({ length: PROBLEM_PAGE + 3 }, (_, i) =>
      linkOf(id, `p${String(i).padStart(3, '0')}`, { work: 'parked', reason: 'uidTaken' }),
    );
    await world.db
      .insert(schema.link)
      .values([
        ...parked,
        linkOf(id, 'p999', { work: 'held' }),
        linkOf(other.id, 'p500', { work: 'parked', reason: 'uidTaken' }),
      ]);
    await world.db.insert(schema.change).values({
      id: 'c1',
      pairingId: id,
      linkId: 'p201',
      at: NOW_MS - 5,
      side: 'exchange',
      kind: 'parked',
      title: 'Workshop',
    });
    const path = `/api/pairings/${id}/problems`;
    const first = (await world.call('GET', path)).json as unknown as Problems;
    expect(first.problems.map((each) => each.linkId)).toEqual(
      parked.slice(0, PROBLEM_PAGE).map((link) => link.id),
    );
    const rest = (await world.call('GET', `${path}?after=${first.next}`)).json as unknown as Problems;
    expect(rest.next).toBeNull();
    expect(rest.problems).toEqual([
      { linkId: 'p200', title: null, reason: 'uidTaken', detail: null, since: null },
      { linkId: 'p201', title: 'Workshop', reason: 'uidTaken', detail: null, since: NOW_MS - 5 },
      { linkId: 'p202', title: null, reason: 'uidTaken', detail: null, since: null },
    ]);
  });

  it('is planned again at once, with both sides read again', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db.insert(schema.link).values(
      linkOf(id, 'p', {
        work: 'parked',
        reason: 'textTooLong',
        attempts: 8,
        retryAt: NOW_MS * 2,
        exchangeId: 'e',
        echoes: 5,
      }),
    );
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000 });
    const answer = await world.call('POST', `/api/pairings/${id}/problems/p/retry`);
    expect([answer.status, answer.json]).toEqual([202, { nextRunAt: NOW_MS }]);
    expect((await world.db.select().from(schema.link))[0]).toMatchObject({
      work: 'dirty',
      attempts: 0,
      retryAt: 0,
      echoes: 0,
      reason: null,
      exchangeDirty: true,
      liferayDirty: false,
    });
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} link.retry ${id}/p`);
  });

  it.each(['clean', 'held', 'outside'] as const)('is not one that is %s', async (work) => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db.insert(schema.link).values(linkOf(id, 'x', { work }));
    const answer = await world.call('POST', `/api/pairings/${id}/problems/x/retry`);
    expect([answer.status, answer.json['reason']]).toEqual([404, 'notFound']);
    expect((await world.db.select().from(schema.link))[0]?.work).toBe(work);
    expect(await audited(world)).toHaveLength(1);
  });
});

describe('the list of pairings', () => {
  it('answers 304 without a body while it stays as the caller has it, whatever the clock says', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const first = await world.call('GET', '/api/pairings');
    const version = String(first.json['version']);
    expect(first.headers.get('ETag')).toBe(`"${version}"`);
    world.advance(5_000);
    for (const tag of [`"${version}"`, `W/"${version}"`, `"other", "${version}"`]) {
      const same = await world.call('GET', '/api/pairings', { headers: { 'If-None-Match': tag } });
      expect([same.status, same.text]).toEqual([304, '']);
    }
    await world.call('PATCH', `/api/pairings/${id}`, { body: { recycleBin: true } });
    const changed = await world.call('GET', '/api/pairings', {
      headers: { 'If-None-Match': `"${version}"` },
    });
    expect(changed.status).toBe(200);
    expect(changed.json['version']).not.toBe(version);
  });

  it('of nobody else has the same version, and is never 304 for them', async () => {
    const world = await createWorld();
    await pair(world);
    const version = String((await world.call('GET', '/api/pairings')).json['version']);
    const headers = { 'If-None-Match': `"${version}"` };
    expect((await world.call('GET', '/api/pairings', { as: BOB, headers })).status).toBe(200);
  });
});
