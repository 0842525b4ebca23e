/** When the service forgets, what belongs together finds each other again: nothing twice, nothing deleted, no mail. */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { failure } from '#core/failure.ts';
import { runSlice } from '#sync/run.ts';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import { wrapMailbox } from '#test/simulation/mutants-exchange.ts';
import { END, nth, START, seriesRow, WEDNESDAYS } from './series-stage.ts';
import { expectSame } from './shown.ts';
import { at, DAY, HOUR, hourFrom, IDLE, leaveOut, MINUTE, Stage } from './stage.ts';

async function fullCalendars(more: Parameters<typeof Stage.open>[0] = {}): Promise<Stage> {
  const stage = await Stage.open(more);
  const { start, end } = hourFrom('2026-05-06T09:00');
  const startDay = Math.floor(start / DAY);
  for (let n = 0; n < 12; n += 1)
    stage.create({ subject: `Single ${n}`, start: start + n * DAY, end: end + n * DAY });
  stage.create({ subject: 'Twin', start, end });
  stage.create({ subject: 'Twin', start, end });
  stage.create({
    subject: 'All day',
    start: at('2026-05-07T00:00'),
    end: at('2026-05-08T00:00'),
    allDay: true,
  });
  stage.create({ subject: 'Secret', start, end, sensitivity: 'Private' });
  stage.create({
    subject: 'Series',
    start,
    end,
    recurrence: { pattern: { kind: 'daily', interval: 2 }, range: { kind: 'numbered', startDay, count: 9 } },
  });
  stage.create({
    subject: 'Meeting',
    start: start + HOUR,
    end: end + HOUR,
    isMeeting: true,
    attendees: [{ name: 'Bob', address: 'bob@example.org', role: 'required', response: 'Accept' }],
  });
  stage.book({ title: 'Born in Liferay', startTime: start, endTime: end + MINUTE });
  stage.book({
    title: 'Series in Liferay',
    startTime: start,
    endTime: end,
    recurrence: 'RRULE:FREQ=WEEKLY;COUNT=9;INTERVAL=1;BYDAY=WE',
  });
  await stage.settle();
  return stage;
}

/** Ids of everything on both sides: what has the same id is the same event. */
function identities(stage: Stage) {
  return {
    items: stage.items().map(({ id }) => id),
    rows: stage.rows().map(({ calendarBookingId }) => calendarBookingId),
  };
}

async function expectMetAgain(stage: Stage, before: ReturnType<typeof identities>): Promise<void> {
  await stage.settle();
  expect(identities(stage)).toEqual(before);
  expect(stage.mails).toBe(0);
  expect(await stage.parked()).toEqual([]);
  expect((await stage.links()).filter(({ exchangeId, liferayId }) => exchangeId && liferayId)).toHaveLength(
    before.items.length,
  );
  expect(await stage.traffic()).toMatchObject(IDLE);
}

describe('the database is lost', () => {
  test('both sides are full: every event meets its copy again', async () => {
    const stage = await fullCalendars();
    const before = identities(stage);
    const versions = stage.items().map(({ changeKey }) => changeKey);
    await stage.loseDatabase();
    await expectMetAgain(stage, before);
    expect(stage.items().map(({ changeKey }) => changeKey)).toEqual(versions);
  });

  test('on a portal that gives rows UIDs of its own: they meet by title and time', async () => {
    const stage = await fullCalendars({ liferay: { keepsUid: false } });
    const before = identities(stage);
    await stage.loseDatabase();
    await expectMetAgain(stage, before);
  });

  test('on an Exchange server that gives items UIDs of its own: they meet all the same', async () => {
    const stage = await fullCalendars({ exchange: { keepsUidOnCreate: false } });
    const before = identities(stage);
    await stage.loseDatabase();
    await expectMetAgain(stage, before);
  });

  test('and edits were made meanwhile: by policy Exchange is right, and the history keeps the other', async () => {
    const stage = await fullCalendars();
    const before = identities(stage);
    await stage.loseDatabase();
    stage.world.exchange.userActs.changeItem(stage.item('Single 3').id, { subject: 'Edited in Exchange' });
    stage.rebook('Single 4', { title: 'Edited in Liferay' });
    await expectMetAgain(stage, before);
    expect(stage.row('Edited in Exchange').calendarId).toBe(stage.person.calendarId);
    expect(stage.row('Single 4').calendarId).toBe(stage.person.calendarId);
    const lost = (await stage.history()).filter(({ kind }) => kind === 'lost');
    expect(lost.map(({ before: image }) => JSON.parse(image ?? '{}').title)).toContain('Edited in Liferay');
  });

  test.each([true, false])(
    'and events were deleted meanwhile: they come back rather than that anything is deleted (errors explained: %s)',
    async (serializeThrowable) => {
      const stage = await fullCalendars({ liferay: { serializeThrowable } });
      await stage.loseDatabase();
      stage.world.exchange.userActs.deleteItem(stage.item('Single 3').id);
      stage.atPortal((acts) => acts.moveToTrash(stage.row('Single 4').calendarBookingId));
      await stage.settle();
      const { exchange, liferay } = stage.titles();
      expect(exchange).toContain('Single 3');
      expect(liferay).toContain('Single 4');
      expect(liferay).toHaveLength(exchange.length);
      expect(stage.mails).toBe(0);
    },
  );

  test('after events were brought back by edits that met deletions: they meet again as well', async ({
    skip,
  }) => {
    const stage = await fullCalendars();
    // Nor does an Exchange server that keeps no UIDs.
    if (stage.isOverGraph) leaveOut(skip, 'Graph gives the item a UID by which its row is not known again');
    const { userActs } = stage.world.exchange;
    userActs.deleteItem(stage.item('Single 3').id);
    stage.rebook('Single 3', { title: 'Back in Exchange' });
    userActs.changeItem(stage.item('Single 4').id, { subject: 'Back in Liferay' });
    stage.atPortal((acts) => acts.moveToTrash(stage.row('Single 4').calendarBookingId));
    await stage.settle();
    const before = identities(stage);
    expect(before.items).toHaveLength(before.rows.length);
    await stage.loseDatabase();
    await expectMetAgain(stage, before);
  });

  test('and an item cannot be read for a while: its booking is not taken for a new one', async () => {
    const stage = await fullCalendars();
    const before = identities(stage);
    await stage.loseDatabase();
    const itemId = stage.item('Single 3').id;
    disturb(stage.world, { kind: 'internalErrorOn', itemId, operation: 'GetItem', times: 2 });
    await stage.round();
    expect(identities(stage)).toEqual(before);
    await expectMetAgain(stage, before);
  });

  test('in the middle of a first sync: what was copied already is not copied again', async () => {
    const stage = await Stage.open({ settings: { sliceCalls: 6 } });
    for (let n = 0; n < 30; n += 1) stage.create({ subject: `E ${n}`, ...hourFrom('2026-05-06T09:00') });
    for (let n = 0; n < 30; n += 1) {
      const { start, end } = hourFrom('2026-05-07T09:00');
      stage.book({ title: `L ${n}`, startTime: start, endTime: end });
    }
    for (let slice = 0; slice < 4; slice += 1) await runSlice(stage.engine, 'service');
    expect(stage.rows().length).toBeGreaterThan(30);
    await stage.loseDatabase();
    await stage.settle();
    expect([stage.items().length, stage.rows().length]).toEqual([60, 60]);
  });
});

describe.each([true, false])('an older backup is put back (UIDs kept: %s)', (keepsUid) => {
  test('copies that were put back since, of twins too, are met again and not made once more', async () => {
    const stage = await Stage.open({ direction: 'toLiferay', liferay: { keepsUid } });
    const time = hourFrom('2026-05-06T09:00');
    for (const subject of ['Single', 'Twin', 'Twin']) stage.create({ subject, ...time });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    for (const { calendarBookingId } of stage.rows())
      stage.atPortal((acts) => acts.deleteBooking(calendarBookingId));
    await stage.settle();
    const copies = identities(stage).rows;
    const own = stage.book({ title: 'Single', startTime: time.start, endTime: time.end });
    await putBack(database, backup);
    await stage.settle();
    expect(identities(stage).rows).toEqual([...copies, own]);
    const linked = (await stage.links()).filter(({ exchangeId }) => exchangeId !== null);
    expect(linked.map(({ liferayId }) => Number(liferayId)).toSorted()).toEqual(copies.toSorted());
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

test('an older backup is put back, and the item of a row that it does not know cannot be read at first: the row is no new booking', async () => {
  const stage = await Stage.open();
  await stage.settle();
  const database = stage.world.db.$client as Client;
  const backup = await takeBackup(database, 0, 0);
  stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00') });
  await stage.settle();
  const before = identities(stage);
  await putBack(database, backup);
  let refusals = 1;
  stage.engine = stage.world.engine({
    openMailbox:
      (open) =>
      (...given) =>
        wrapMailbox(open(...given), (mailbox) => ({
          read: async (...asked) => {
            refusals -= 1;
            if (refusals < 0) return mailbox.read(...asked);
            return asked[0].map((id) => ({
              kind: 'failed',
              id,
              version: null,
              failure: failure('badAnswer', 'It stops here.'),
            }));
          },
        })),
  });
  await stage.settle();
  expect(identities(stage)).toEqual(before);
  expect(stage.inLiferay()).toEqual(stage.inExchange());
});

describe.each([
  { keepsUid: true, responseChangesItemId: false },
  { keepsUid: false, responseChangesItemId: true },
])(
  'an older backup is put back that knows a meeting which was declined since (UIDs kept: $keepsUid)',
  (servers) => {
    test.each([
      ['renamed', { subject: 'Renamed' }],
      ['moved', hourFrom('2026-05-07T09:00')],
    ])('and came back %s, under another id: it has its one row, and nobody answers', async (_how, change) => {
      const { keepsUid, responseChangesItemId } = servers;
      const stage = await Stage.open({
        people: 2,
        liferay: { keepsUid },
        exchange: { responseChangesItemId },
      });
      const organiser = stage.of(1);
      const { userActs } = stage.world.exchange;
      const { address } = stage.person;
      const attendees = [
        { name: 'First', address, role: 'required', response: 'NoResponseReceived' },
      ] as const;
      stage.create(
        { subject: 'Board', ...hourFrom('2026-05-06T09:00'), attendees: [...attendees] },
        organiser,
      );
      userActs.changeItem(stage.item('Board', organiser).id, { location: 'Hall' });
      await stage.settle();
      const database = stage.world.db.$client as Client;
      const backup = await takeBackup(database, 0, 0);
      stage.atPortal((acts) => acts.respond(stage.row('Board').calendarBookingId, 'decline'));
      await stage.settle();
      expect(identities(stage)).toEqual({ items: [], rows: [] });
      userActs.changeItem(stage.item('Board', organiser).id, change);
      await stage.settle();
      const before = identities(stage);
      const mails = stage.mails;
      await putBack(database, backup);
      await stage.settle();
      expect(identities(stage)).toEqual(before);
      expect(stage.inLiferay()).toEqual(stage.inExchange());
      expect(before.rows).toHaveLength(1);
      expect(stage.mails).toBe(mails);
      expect(await stage.parked()).toEqual([]);
    });
  },
);

test.each([1, 2])(
  'an older backup is put back that lacks a series, of which a changed occurrence has got its row by a write cut short after %i: it is no event besides',
  async (writes) => {
    const stage = await Stage.open();
    const database = stage.world.db.$client as Client;
    const { start, end } = hourFrom('2026-05-06T09:00');
    const startDay = Math.floor(start / DAY);
    await stage.settle();
    const backup = await takeBackup(database, 0, 0);
    const { id } = stage.create({
      ...{ subject: 'Series', start, end },
      recurrence: {
        pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
        range: { kind: 'numbered', startDay, count: 3 },
      },
    });
    await stage.settle();
    const { userActs } = stage.world.exchange;
    userActs.changeItem(userActs.occurrence(id, startDay + 14).id, hourFrom('2026-05-20T15:00'));
    await stage.brokenOff(writes);
    expect(stage.rows()).toHaveLength(2);
    await putBack(database, backup);
    await stage.settle();
    expect(stage.items()).toHaveLength(1);
    expect(stage.rows()).toHaveLength(2);
    await expectSame(stage);
    expect(await stage.parked()).toEqual([]);
  },
);

test.each([1, 2])(
  'an older backup is put back that knows a row which was replaced %i times since, read-only, and the item was moved: they meet again',
  async (times) => {
    const stage = await Stage.open({ direction: 'toLiferay' });
    await stage.setPairing({ recycleBin: true });
    const { id } = stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00') });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    for (let time = 0; time < times; time += 1) {
      stage.atPortal((acts) => acts.deleteBooking(stage.row('Board').calendarBookingId));
      await stage.settle();
    }
    const { calendarBookingId } = stage.row('Board');
    stage.world.exchange.userActs.changeItem(id, hourFrom('2026-05-06T15:00'));
    await putBack(database, backup);
    await stage.settle();
    expect(stage.row('Board').calendarBookingId).toBe(calendarBookingId);
    expect(stage.inLiferay()).toEqual(stage.inExchange());
    expect(await stage.parked()).toEqual([]);
  },
);

describe('an older backup is put back that knows a row which was replaced since, in a portal without UIDs', () => {
  const time = hourFrom('2026-05-06T09:00');
  const moved = { start: time.start + DAY, end: time.end + DAY };
  const inExchange = (content: Partial<ItemContent>) => (stage: Stage) => {
    stage.world.exchange.userActs.changeItem(stage.item('Board').id, content);
  };
  const EDITS: Readonly<Record<string, (stage: Stage) => void>> = {
    'renamed in Exchange': inExchange({ subject: 'Edited' }),
    'moved in Exchange': inExchange(moved),
    'renamed and moved in Exchange': inExchange({ subject: 'Edited', ...moved }),
    'renamed in Liferay': (stage) => stage.rebook('Board', { title: 'Edited' }),
  };

  /** Each row is deleted in Liferay and comes back as another, which the backup does not know. */
  async function replaced(direction: 'both' | 'toLiferay', events: number) {
    const stage = await Stage.open({ direction, liferay: { keepsUid: false } });
    const subject = direction === 'both' ? 'Before' : 'Board';
    for (let n = 0; n < events; n += 1) stage.create({ subject, ...time });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    for (const { calendarBookingId } of stage.rows())
      stage.atPortal((acts) => acts.deleteBooking(calendarBookingId));
    // In a pairing that writes to Exchange it is an edit that beats the deletion.
    for (const { id } of direction === 'both' ? stage.items() : [])
      stage.world.exchange.userActs.changeItem(id, { subject: 'Board' });
    await stage.settle();
    return { stage, before: identities(stage), restore: () => putBack(database, backup) };
  }

  test.each(Object.entries(EDITS))('%s, read-only: they meet again', async (_name, edit) => {
    const { stage, before, restore } = await replaced('toLiferay', 1);
    edit(stage);
    await restore();
    await expectMetAgain(stage, before);
    expect(stage.inLiferay()).toEqual(stage.inExchange());
  });

  test.each(Object.entries(EDITS))('%s: a person has to tell them apart', async (_name, edit) => {
    const { stage, before, restore } = await replaced('both', 1);
    edit(stage);
    const shown = [stage.inExchange(), stage.inLiferay()];
    await restore();
    await stage.settle();
    expect(identities(stage)).toEqual(before);
    expect([stage.inExchange(), stage.inLiferay()]).toEqual(shown);
    expect(await stage.parked()).toEqual(['ambiguousMatch', 'ambiguousMatch']);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('more of them than fit into one batch: all meet again', async () => {
    const { stage, before, restore } = await replaced('both', 60);
    await restore();
    await expectMetAgain(stage, before);
  });
});

test('an older backup is put back that lacks a copy whose title was edited, in a portal without UIDs', async () => {
  const stage = await Stage.open({ direction: 'toLiferay', liferay: { keepsUid: false } });
  const database = stage.world.db.$client as Client;
  const backup = await takeBackup(database, 0, 0);
  const time = hourFrom('2026-05-06T09:00');
  stage.create({ subject: 'Board', ...time });
  await stage.settle();
  stage.rebook('Board', { title: 'Edited' });
  stage.book({ title: 'Our own', startTime: time.start, endTime: time.end });
  await putBack(database, backup);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board', 'Our own'] });
  expect(await stage.traffic()).toMatchObject(IDLE);
});

describe('an older backup is put back that lacks a copy whose item was moved, in a read-only pairing', () => {
  const time = hourFrom('2026-05-06T09:00');
  const later = { start: time.start + DAY, end: time.end + DAY };

  test.each([true, false])('it goes with its item, once (UIDs kept: %s)', async (keepsUid) => {
    const stage = await Stage.open({ direction: 'toLiferay', liferay: { keepsUid } });
    stage.create({ subject: 'Stays', ...time });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    const { id } = stage.create({ subject: 'Board', ...time });
    await stage.settle();
    const copy = stage.row('Board').calendarBookingId;
    const own = stage.book({ title: 'Board', startTime: time.start + HOUR, endTime: time.end + HOUR });
    stage.world.exchange.userActs.changeItem(id, later);
    await putBack(database, backup);
    await stage.settle();
    expect(stage.rows().filter(({ titles }) => Object.values(titles).includes('Board'))).toMatchObject([
      { calendarBookingId: copy, startTime: later.start },
      { calendarBookingId: own, startTime: time.start + HOUR },
    ]);
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Board', 'Stays'] });
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('of two with one name each gets one of the copies, in a portal without UIDs', async () => {
    const stage = await Stage.open({ direction: 'toLiferay', liferay: { keepsUid: false } });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    const items = [0, 1].map((n) =>
      stage.create({ subject: 'Board', start: time.start + n * HOUR, end: time.end + n * HOUR }),
    );
    await stage.settle();
    const before = identities(stage);
    for (const { id, content } of items) {
      const moved = { start: content.start + DAY, end: content.end + DAY };
      stage.world.exchange.userActs.changeItem(id, moved);
    }
    await putBack(database, backup);
    await expectMetAgain(stage, before);
    expect(stage.inLiferay()).toEqual(stage.inExchange());
  });

  test.each([true, false])(
    'what came since under the name of another has a row of its own (UIDs kept: %s)',
    async (keepsUid) => {
      const stage = await Stage.open({ direction: 'toLiferay', liferay: { keepsUid } });
      await stage.settle();
      const database = stage.world.db.$client as Client;
      const backup = await takeBackup(database, 0, 0);
      stage.create({ subject: 'Board', ...time });
      await stage.settle();
      const copy = stage.row('Board').calendarBookingId;
      stage.create({ subject: 'Board', ...later });
      await putBack(database, backup);
      await stage.settle();
      expect(stage.rows()).toMatchObject([
        { calendarBookingId: copy, startTime: time.start },
        { startTime: later.start },
      ]);
      expect(await stage.traffic()).toMatchObject(IDLE);
    },
  );
});

test('an older backup is put back after a series became private: its changed occurrences are still there', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const startDay = Math.floor(start / DAY);
  const { id } = stage.create({
    ...{ subject: 'Series', start, end },
    recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'numbered', startDay, count: 9 } },
  });
  const { userActs } = stage.world.exchange;
  userActs.changeItem(userActs.occurrence(id, startDay + 2).id, { subject: 'Changed' });
  await stage.settle();
  const database = stage.world.db.$client as Client;
  const backup = await takeBackup(database, 0, 0);
  userActs.changeItem(id, { sensitivity: 'Private' });
  await stage.settle();
  expect(stage.titles().liferay).toEqual(['Private']);
  await putBack(database, backup);
  await stage.settle();
  const { series } = stage.item('Series');
  expect(series?.deletedDays.size).toBe(0);
  expect([...(series?.exceptions.values() ?? [])].map(({ subject }) => subject)).toEqual(['Changed']);
  expect(stage.titles().liferay).toEqual(['Private']);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test.each([true, false])(
  'an older backup is put back after a series was split: a changed occurrence goes to the later half, with its row (UIDs kept: %s)',
  async (keepsUid) => {
    const stage = await Stage.open({ liferay: { keepsUid } });
    stage.create({ subject: 'Series', start: START, end: END, recurrence: WEDNESDAYS });
    await stage.settle();
    stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(15), { title: 'After' }));
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(10), { title: 'Later' }, true));
    await stage.settle();
    const before = identities(stage);
    await putBack(database, backup);
    await expectMetAgain(stage, before);
    expect(stage.titles()).toEqual({ exchange: ['Later', 'Series'], liferay: ['After', 'Later', 'Series'] });
  },
);

describe('the cursor of Exchange is refused', () => {
  test('every event meets its copy again, and nothing is deleted', async () => {
    const stage = await fullCalendars();
    const before = identities(stage);
    disturb(stage.world, { kind: 'invalidSyncState' });
    await expectMetAgain(stage, before);
  });

  test('changes and deletions made meanwhile are found', async () => {
    const stage = await fullCalendars();
    stage.world.exchange.userActs.changeItem(stage.item('Single 3').id, { subject: 'Edited' });
    stage.world.exchange.userActs.deleteItem(stage.item('Single 4').id);
    stage.rebook('Single 5', { title: 'Edited too' });
    disturb(stage.world, { kind: 'invalidSyncState' });
    await stage.settle();
    const { exchange, liferay } = stage.titles();
    expect(exchange).toEqual(expect.arrayContaining(['Edited', 'Edited too']));
    expect(exchange).not.toContain('Single 4');
    expect(liferay).toHaveLength(exchange.length);
    expect(liferay).not.toContain('Single 4');
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

test('two equal calendars that were filled by hand become one calendar, each event once', async () => {
  const stage = await Stage.open();
  for (let n = 0; n < 20; n += 1) {
    const { start, end } = hourFrom(`2026-05-${String(5 + n).padStart(2, '0')}T09:00`);
    stage.create({ subject: `Event ${n}`, start, end });
    stage.book({ title: `Event ${n}`, startTime: start, endTime: end });
  }
  const before = identities(stage);
  await expectMetAgain(stage, before);
});

test('a pairing made again after it was removed keeps every event once', async () => {
  const stage = await fullCalendars();
  const before = identities(stage);
  await stage.loseDatabase();
  await stage.setPairing({ direction: 'toLiferay' });
  await stage.settle();
  expect(identities(stage)).toEqual(before);
  expect(await stage.parked()).toEqual([]);
});
