/** What the owner decides about a pairing, when it is made and later. */
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { fencedCommit } from '#store/commit.ts';
import { ADA, createWorld, NOW_MS } from './app-under-test.ts';
import { audited, BODY, claim, linkOf, pair, SECOND, show } from './pairings-under-test.ts';

describe('a new pairing', () => {
  it('lets Exchange win, deletes for good, shows all but private events and participants, and has the window of the service, where nobody says otherwise', async () => {
    const world = await createWorld({ settings: { windowPastDays: 14, windowFutureDays: 60 } });
    expect(await pair(world)).toMatchObject({
      policy: 'exchange',
      recycleBin: false,
      details: 'full',
      showPrivate: false,
      participants: false,
      windowPastDays: 14,
      windowFutureDays: 60,
    });
  });

  it('takes what its owner says', async () => {
    const world = await createWorld();
    const wanted = {
      policy: 'liferay',
      recycleBin: true,
      details: 'title',
      showPrivate: true,
      participants: true,
      windowPastDays: 0,
      windowFutureDays: 3_650,
    };
    const { id } = await pair(world, wanted);
    expect(await show(world, id)).toMatchObject(wanted);
    expect((await world.db.select().from(schema.pairing))[0]).toMatchObject(wanted);
  });
});

describe.each([
  [{ windowPastDays: -1 }, 'windowPastDays: a whole number of days from 0 to 3650 is expected.'],
  [{ windowPastDays: 3_651 }, 'windowPastDays: a whole number of days from 0 to 3650 is expected.'],
  [{ windowFutureDays: 0 }, 'windowFutureDays: a whole number of days from 1 to 3650 is expected.'],
  [{ windowFutureDays: 3_651 }, 'windowFutureDays: a whole number of days from 1 to 3650 is expected.'],
  [{ windowFutureDays: 1.5 }, 'windowFutureDays: a whole number of days from 1 to 3650 is expected.'],
  [{ windowFutureDays: '30' }, 'windowFutureDays: a whole number of days from 1 to 3650 is expected.'],
  [{ policy: 'newest' }, 'policy: Invalid type: Expected ("exchange" | "liferay").'],
  [{ details: 'some' }, 'details: Invalid type: Expected ("full" | "title" | "busy").'],
  [{ showPrivate: 1 }, 'showPrivate: Invalid type: Expected boolean.'],
  [{ participants: null }, 'participants: Invalid type: Expected boolean.'],
  [{ recycleBin: 'yes' }, 'recycleBin: Invalid type: Expected boolean.'],
])('%j', (settings, detail) => {
  it('is refused when a pairing is made and when it is changed, and nothing is written', async () => {
    const world = await createWorld();
    const made = await world.call('POST', '/api/pairings', { body: { ...BODY, ...settings } });
    expect([made.status, made.json['detail']]).toEqual([400, detail]);
    const { id } = await pair(world);
    const before = await world.db.select().from(schema.pairing);
    const patched = await world.call('PATCH', `/api/pairings/${id}`, { body: settings });
    expect([patched.status, patched.json['detail']]).toEqual([400, detail]);
    expect(await world.db.select().from(schema.pairing)).toEqual(before);
    expect(await audited(world)).toHaveLength(1);
  });
});

describe('a change of settings', () => {
  it('sets what it names, leaves the rest, is audited in one row and makes the mailbox due', async () => {
    const world = await createWorld();
    const { id } = await pair(world, { policy: 'liferay' });
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000 });
    const body = { recycleBin: true, windowPastDays: 30, policy: 'liferay' };
    const answer = await world.call('PATCH', `/api/pairings/${id}`, { body });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      ...body,
      windowFutureDays: 730,
      direction: 'both',
      nextRunAt: NOW_MS,
    });
    expect((await audited(world)).at(-1)).toBe(
      `${ADA.id} pairing.set recycleBin=true windowPastDays=30 ${id}`,
    );
  });

  it.each([
    [{ windowFutureDays: 1_000, windowPastDays: 365 }],
    [{ windowFutureDays: 7, windowPastDays: 0 }],
    [{ policy: 'liferay', recycleBin: true }],
  ])('%j links nothing anew and touches no event', async (body) => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db.update(schema.pairing).set({ phase: 'steady', digest: 'abc', cursor: 'sync-state' });
    const links = [
      linkOf(id, 'a'),
      linkOf(id, 'b', { work: 'outside', firstAt: NOW_MS }),
      linkOf(id, 'c', { work: 'parked' }),
    ];
    await world.db.insert(schema.link).values(links);
    const asked = world.asked.length;
    await world.call('PATCH', `/api/pairings/${id}`, { body });
    const [row] = await world.db.select().from(schema.pairing);
    expect(row).toMatchObject({ ...body, phase: 'steady', digest: 'abc', cursor: 'sync-state' });
    const after = await world.db.select().from(schema.link).orderBy(schema.link.id);
    expect(after).toMatchObject(links);
    expect(world.asked.slice(asked)).toEqual([]);
  });

  it.each([{ details: 'busy' }, { showPrivate: true }, { participants: true }])(
    '%j has every copy shown anew, but for what waits for a person or has none',
    async (body) => {
      const world = await createWorld();
      const { id } = await pair(world);
      const { id: other } = await pair(world, SECOND);
      await world.db
        .insert(schema.link)
        .values([
          linkOf(id, 'clean'),
          linkOf(id, 'parked', { work: 'parked', reason: 'textTooLong', attempts: 3, retryAt: NOW_MS * 2 }),
          linkOf(id, 'held', { work: 'held' }),
          linkOf(id, 'outside', { work: 'outside', liferayState: 'none' }),
          linkOf(id, 'gone', { exchangeState: 'deleted', work: 'liferayOnly' }),
          linkOf(other, 'of another pairing'),
        ]);
      await world.call('PATCH', `/api/pairings/${id}`, { body });
      const links = await world.db.select().from(schema.link);
      expect(links.map((link) => [link.id, link.work, link.exchangeDirty, link.retryAt])).toEqual([
        ['clean', 'dirty', true, 0],
        ['parked', 'dirty', true, 0],
        ['held', 'held', true, 0],
        ['outside', 'outside', false, 0],
        ['gone', 'liferayOnly', false, 0],
        ['of another pairing', 'clean', false, 0],
      ]);
    },
  );

  it('that changes nothing leaves no trace', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db.update(schema.pairing).set({ digest: 'abc' });
    const boxes = await world.db.select().from(schema.mailbox);
    for (const body of [{}, { direction: 'both', policy: 'exchange', windowPastDays: 90, details: 'full' }]) {
      const answer = await world.call('PATCH', `/api/pairings/${id}`, { body });
      expect(answer.status).toBe(200);
    }
    expect((await world.db.select().from(schema.pairing))[0]?.digest).toBe('abc');
    expect(await world.db.select().from(schema.mailbox)).toEqual(boxes);
    expect(await audited(world)).toHaveLength(1);
  });

  it.each([
    { direction: 'toLiferay' },
    { policy: 'liferay' },
    { recycleBin: true },
    { windowPastDays: 5 },
    { details: 'busy' },
  ])(
    'stops the run that was planned on the old ones, and lets no other begin before its lease ends: %j',
    async (body) => {
      const world = await createWorld();
      const { id } = await pair(world);
      const running = await claim(world);
      if (running === undefined) throw new Error('The mailbox was not due.');
      await world.call('PATCH', `/api/pairings/${id}`, { body });
      const late = world.db
        .update(schema.pairing)
        .set({ digest: 'of the old run' })
        .where(eq(schema.pairing.id, id));
      expect(await fencedCommit(world.db, running.lease, [late])).toBe('leaseLost');
      expect(await claim(world, NOW_MS + 59_999)).toBeUndefined();
      expect(await claim(world, NOW_MS + 60_000)).toBeDefined();
    },
  );

  it('together with a direction that is refused sets nothing', async () => {
    const world = await createWorld();
    await pair(world);
    const one = await pair(world, { liferayCalendarId: '43', direction: 'toLiferay' });
    const body = { direction: 'both', recycleBin: true };
    const answer = await world.call('PATCH', `/api/pairings/${one.id}`, { body });
    expect([answer.status, answer.json['reason']]).toEqual([409, 'folderAlreadyPaired']);
    expect(await show(world, one.id)).toMatchObject({ direction: 'toLiferay', recycleBin: false });
    expect(await audited(world)).toHaveLength(2);
  });
});

describe('a change of direction', () => {
  it('plans again what the old direction had decided, and nothing else', async () => {
    const world = await createWorld();
    const { id } = await pair(world, { direction: 'toLiferay' });
    await world.db.update(schema.pairing).set({ phase: 'steady', digest: 'abc', cursor: 'sync-state' });
    await world.db
      .insert(schema.link)
      .values([
        linkOf(id, 'a', { work: 'liferayOnly', exchangeState: 'none', liferayId: '9' }),
        linkOf(id, 'b', { work: 'parked', reason: 'readOnlyCopyChanged', echoes: 5, attempts: 3 }),
        linkOf(id, 'c', { work: 'parked', reason: 'textTooLong' }),
        linkOf(id, 'd'),
      ]);
    const answer = await world.call('PATCH', `/api/pairings/${id}`, { body: { direction: 'both' } });
    expect([answer.status, answer.json['direction'], answer.json['status']]).toEqual([
      200,
      'both',
      'starting',
    ]);
    const [row] = await world.db.select().from(schema.pairing);
    expect(row).toMatchObject({ digest: null, phase: 'observing', cursor: 'sync-state' });
    const links = await world.db.select().from(schema.link).orderBy(schema.link.id);
    expect(links.map((link) => link.work)).toEqual(['dirty', 'dirty', 'parked', 'clean']);
    expect(links[0]).toMatchObject({ exchangeDirty: false, liferayDirty: true });
    expect(links[1]).toMatchObject({ echoes: 0, attempts: 0, reason: null });
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} pairing.set direction=both ${id}`);
  });
});

describe('a pause', () => {
  it('stops the run under way and all later ones until the owner resumes', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const running = await claim(world);
    const paused = await world.call('PATCH', `/api/pairings/${id}`, { body: { paused: true } });
    expect(paused.json).toMatchObject({ paused: true, status: 'paused', reason: null });
    if (running === undefined) throw new Error('Nothing was claimed.');
    expect(await fencedCommit(world.db, running.lease, [])).toBe('leaseLost');
    const later = NOW_MS + 600_000;
    expect(await claim(world, later)).toBeUndefined();
    await world.call('POST', `/api/pairings/${id}/sync`);
    expect(await claim(world, later)).toBeUndefined();
    const resumed = await world.call('PATCH', `/api/pairings/${id}`, { body: { paused: false } });
    expect(resumed.json).toMatchObject({ paused: false, status: 'starting' });
    expect(await claim(world, later)).toBeDefined();
    expect(await audited(world)).toEqual([
      `${ADA.id} pairing.create ${id}`,
      `${ADA.id} pairing.set paused=true ${id}`,
      `${ADA.id} pairing.sync ${id}`,
      `${ADA.id} pairing.set paused=false ${id}`,
    ]);
  });

  it('is ended by nobody whose mailbox it is not any more', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    world.users = [{ ...ADA, emailAddress: 'ada@elsewhere.example' }];
    world.advance(120_000);
    const paused = await world.call('PATCH', `/api/pairings/${id}`, { body: { paused: true } });
    expect(paused.status).toBe(200);
    const resumed = await world.call('PATCH', `/api/pairings/${id}`, { body: { paused: false } });
    expect([resumed.status, resumed.json['reason']]).toEqual([403, 'notYourMailbox']);
    expect(await show(world, id)).toMatchObject({ paused: true });
  });
});
