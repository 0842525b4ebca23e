/**
 * Series whose zone disagrees with the calendar's: Liferay shows them as stretches and single rows, each occurrence at
 * its own instant, and what people do to these is done to the one series in Exchange.
 */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { type Booking, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { expectSame } from './shown.ts';
import { at, DAY, HOUR, Stage } from './stage.ts';

interface Place {
  readonly windows: string;
  readonly iana: string;
}
const NEW_YORK: Place = { windows: 'Eastern Standard Time', iana: 'America/New_York' };
const PLACES: readonly Place[] = [
  NEW_YORK,
  { windows: 'AUS Eastern Standard Time', iana: 'Australia/Sydney' },
  { windows: 'India Standard Time', iana: 'Asia/Kolkata' },
  { windows: 'Tokyo Standard Time', iana: 'Asia/Tokyo' },
];

/** Tuesday 5 May 2026. */
const START = '2026-05-05';
const START_DAY = Date.UTC(2026, 4, 5) / DAY;
const TUESDAYS: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['Tuesday'], firstDay: 'Monday' },
  range: { kind: 'noEnd', startDay: START_DAY },
};
const PATTERNS: Readonly<Record<string, Recurrence['pattern']>> = {
  'every day': { kind: 'daily', interval: 1 },
  'every Tuesday': TUESDAYS.pattern,
  'every month on the 5th': { kind: 'absoluteMonthly', interval: 1, day: 5 },
  'every first Tuesday': { kind: 'relativeMonthly', interval: 1, days: 'Tuesday', index: 'First' },
};

function create(stage: Stage, place: Place, wall: string, recurrence: Recurrence = TUESDAYS): void {
  const start = at(`${START}T${wall}`, place.iana);
  stage.create({ subject: 'Series', start, end: start + HOUR, startZone: place, endZone: place, recurrence });
}

async function shownIn(zone: string, place: Place, wall: string, recurrence?: Recurrence): Promise<Stage> {
  const stage = await Stage.open({ zone });
  create(stage, place, wall, recurrence);
  await stage.round();
  await stage.round();
  return stage;
}

describe.each(PLACES)('a series in $iana', (place) => {
  const cases = Object.entries(PATTERNS).flatMap(([name, pattern]) =>
    ['09:00', '23:30'].map((wall) => ({ name, pattern, wall })),
  );
  test.each(cases)('$name at $wall is shown in Rome at its own instants', async ({ pattern, wall }) => {
    const stage = await shownIn('Europe/Rome', place, wall, { ...TUESDAYS, pattern });
    expect((await expectSame(stage)).length).toBeGreaterThan(10);
    expect(stage.items()).toHaveLength(1);
  });
});

describe('a series of New York in a calendar of Rome', () => {
  const firstSeries = (stage: Stage): Booking | undefined =>
    stage.rows().find(({ recurrence }) => recurrence !== '');

  test('an occurrence that is changed in Outlook', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    const { userActs } = stage.world.exchange;
    const { id, content } = userActs.occurrence(stage.item('Series').id, START_DAY + 14);
    userActs.changeItem(id, { subject: 'Other', start: content.start + HOUR, end: content.end + HOUR });
    userActs.deleteItem(userActs.occurrence(stage.item('Series').id, START_DAY + 28).id, false, 'SendToNone');
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' Other'))).toHaveLength(1);
  });

  test('an occurrence that is changed in Outlook is not shown twice after the answer to its new row is lost', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    const { userActs } = stage.world.exchange;
    const { id } = userActs.occurrence(stage.item('Series').id, START_DAY + 14);
    userActs.changeItem(id, { subject: 'Other' });
    const network = stage.world.fetch;
    const deaf = stage.world.engine({
      fetch: async (url, request) => {
        const answer = await network(url, request);
        if (request.body?.includes('/add-calendar-booking')) throw new TypeError('fetch failed');
        return answer;
      },
    });
    await stage.round(undefined, deaf);
    expect(stage.titles().liferay).toContain('Other');
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.startsWith('2026-05-19'))).toEqual([
      expect.stringContaining(' Other'),
    ]);
  });

  test('an occurrence that is changed, and one that is deleted, in Liferay', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    const row = firstSeries(stage);
    const id = row?.calendarBookingId ?? 0;
    const first = row?.startTime ?? 0;
    stage.atPortal((acts) => acts.changeInstance(id, first + 14 * DAY, { title: 'Other' }));
    stage.atPortal((acts) => acts.deleteInstance(id, first + 28 * DAY));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' Other'))).toHaveLength(1);
    expect(stage.items()).toHaveLength(1);
  });

  test('a stretch goes with the last of its occurrences in Liferay: what was changed of it keeps its place', async () => {
    const stage = await Stage.open();
    const start = at('2026-10-06T09:00', NEW_YORK.iana);
    const range = { kind: 'numbered', startDay: Math.floor(start / DAY), count: 7 } as const;
    const zones = { startZone: NEW_YORK, endZone: NEW_YORK };
    stage.create({
      subject: 'Series',
      start,
      end: start + HOUR,
      ...zones,
      recurrence: { ...TUESDAYS, range },
    });
    await stage.round();
    const stretch = stage.rows().find((row) => row.startTime === start);
    const id = stretch?.calendarBookingId ?? 0;
    stage.atPortal((acts) => acts.changeInstance(id, start, { title: 'Other' }));
    stage.atPortal((acts) => acts.changeInstance(id, start + 7 * DAY, { title: 'Another' }));
    stage.atPortal((acts) => acts.deleteInstance(id, start + 14 * DAY));
    expect(stage.rows().map((row) => row.calendarBookingId)).not.toContain(id);
    await stage.round();
    const lines = await expectSame(stage);
    const days = lines.map((line) => line.slice(0, 10));
    expect(days).toEqual([
      '2026-10-06',
      '2026-10-13',
      '2026-10-27',
      '2026-11-03',
      '2026-11-10',
      '2026-11-17',
    ]);
    expect(lines.filter((line) => line.includes('ther '))).toHaveLength(2);
    expect(stage.items()).toHaveLength(1);
  });

  test('after a stretch went, an occurrence that is moved in Liferay is not taken for one of those', async () => {
    const stage = await Stage.open();
    const start = at('2026-10-06T09:00', NEW_YORK.iana);
    const range = { kind: 'numbered', startDay: Math.floor(start / DAY), count: 8 } as const;
    const zones = { startZone: NEW_YORK, endZone: NEW_YORK };
    stage.create({
      subject: 'Series',
      start,
      end: start + HOUR,
      ...zones,
      recurrence: { ...TUESDAYS, range },
    });
    await stage.round();
    const beginningAt = (time: number): number =>
      stage.rows().find(({ startTime }) => startTime === time)?.calendarBookingId ?? 0;
    const first = beginningAt(start);
    stage.atPortal((acts) => acts.changeInstance(first, start, { title: 'Other' }));
    stage.atPortal((acts) => acts.deleteInstance(first, start + 7 * DAY));
    stage.atPortal((acts) => acts.deleteInstance(first, start + 14 * DAY));
    await stage.round();
    const winter = at('2026-11-03T09:00', NEW_YORK.iana);
    const dayAfter = { startTime: winter + DAY, endTime: winter + DAY + HOUR };
    stage.atPortal((acts) => acts.changeInstance(beginningAt(winter), winter, dayAfter));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.map((line) => line.slice(0, 10))).toEqual([
      '2026-10-06',
      '2026-10-27',
      '2026-11-04',
      '2026-11-10',
      '2026-11-17',
      '2026-11-24',
    ]);
    expect(lines[0]).toContain('Other');
    expect(stage.items()).toHaveLength(1);
  });

  test('a stretch that is renamed in Liferay renames its occurrences', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    const id = firstSeries(stage)?.calendarBookingId ?? 0;
    stage.atPortal((acts) => acts.changeBooking(id, { title: 'Other' }));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' Other')).length).toBeGreaterThan(10);
    expect(stage.items()).toHaveLength(1);
  });

  test('a stretch that is given a rule of its own in Liferay is put back, and stands in the history', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00', {
      ...TUESDAYS,
      pattern: { kind: 'daily', interval: 1 },
    });
    const shown = await expectSame(stage);
    const { calendarBookingId = 0, recurrence = '' } = firstSeries(stage) ?? {};
    const weekly = recurrence.replace('FREQ=DAILY', 'FREQ=WEEKLY').concat(';BYDAY=TU');
    stage.atPortal((acts) => acts.changeBooking(calendarBookingId, { recurrence: weekly }));
    await stage.settle();
    expect(await expectSame(stage)).toEqual(shown);
    expect(await stage.parked()).toEqual([]);
    const lost = (await stage.history()).filter(({ kind }) => kind === 'lost');
    expect(lost).toMatchObject([{ side: 'liferay', fields: '["when"]', title: 'Series' }]);
    expect(lost[0]?.before).toContain('"kind":"weekly"');
  });

  test('renamed in Outlook: all rows are', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, { subject: 'New' });
    await stage.round();
    await expectSame(stage);
    expect(new Set(stage.titles().liferay)).toEqual(new Set(['New']));
  });

  const hour = at(`${START}T09:00`, NEW_YORK.iana);
  const TWICE: Readonly<Record<string, readonly Partial<ItemContent>[]>> = {
    'renamed, and renamed again': [{ subject: 'Other' }, { subject: 'Third' }],
    'renamed, and back': [{ subject: 'Other' }, { subject: 'Series' }],
    'moved, and moved again': [1, 2].map((n) => ({ start: hour + n * HOUR, end: hour + (n + 1) * HOUR })),
    'moved, and back': [1, 0].map((n) => ({ start: hour + n * HOUR, end: hour + (n + 1) * HOUR })),
  };
  test.each(
    Object.entries(TWICE).flatMap(([name, contents]) => [1, 2].map((writes) => ({ name, writes, contents }))),
  )(
    '$name in Outlook, and the process ended after $writes of its rows: nobody edited these',
    async ({ writes, contents }) => {
      const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
      expect(stage.rows().length).toBeGreaterThan(2);
      const { id } = stage.item('Series');
      for (const [n, content] of contents.entries()) {
        if (n > 0) await stage.brokenOff(writes);
        stage.world.exchange.userActs.changeItem(id, content);
      }
      await stage.settle();
      await expectSame(stage);
      const [item] = stage.items();
      expect(item?.content).toMatchObject(contents.at(-1) ?? {});
      expect(item?.series?.exceptions.size).toBe(0);
    },
  );

  test('deleted in Outlook: no row is left', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    stage.world.exchange.userActs.deleteItem(stage.item('Series').id, false, 'SendToNone');
    await stage.round();
    expect(stage.rows()).toEqual([]);
    await expectSame(stage);
  });

  test('deleted in Outlook, with the Recycle Bin: what somebody split off its last stretch stays', async () => {
    const stage = await Stage.open();
    await stage.setPairing({ recycleBin: true });
    create(stage, NEW_YORK, '09:00');
    await stage.settle();
    const rows = stage.rows().toSorted((a, b) => a.startTime - b.startTime);
    const last = rows.findLast(({ recurrence }) => recurrence !== '');
    const from = (last?.startTime ?? 0) + 28 * DAY;
    stage.atPortal((acts) =>
      acts.changeInstance(last?.calendarBookingId ?? 0, from, { title: 'Later' }, true),
    );
    await stage.settle();
    expect(stage.titles().exchange).toEqual(['Later', 'Series']);
    stage.world.exchange.userActs.deleteItem(stage.item('Series').id, false, 'SendToNone');
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Later'], liferay: ['Later'] });
    await expectSame(stage);
    const trashed = stage.world.liferay
      .bookings(stage.person.calendarId)
      .filter(({ status }) => status === STATUS.inTrash);
    const ids = new Set(trashed.map(({ calendarBookingId }) => calendarBookingId));
    expect(rows.filter(({ calendarBookingId }) => !ids.has(calendarBookingId))).toEqual([last]);
  });

  test('deleted in Outlook, and the process ends between two of its rows: no row is left', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    expect(stage.rows().length).toBeGreaterThan(2);
    stage.world.exchange.userActs.deleteItem(stage.item('Series').id, false, 'SendToNone');
    await stage.brokenOff(1);
    await stage.brokenOff(1);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
    await expectSame(stage);
  });

  test('moves on with time: nothing is deleted, and what comes into the window is shown', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    const before = stage.rows().map(({ calendarBookingId }) => calendarBookingId);
    for (let n = 0; n < 14; n += 1) {
      await stage.round(30 * DAY);
      await expectSame(stage);
    }
    const after = stage.rows().map(({ calendarBookingId }) => calendarBookingId);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.length).toBeGreaterThan(before.length);
  });

  test('survives the loss of the database without a duplicate', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    const before = stage.rows().length;
    await stage.loseDatabase();
    await stage.settle();
    await expectSame(stage);
    expect(stage.rows()).toHaveLength(before);
    expect(stage.items()).toHaveLength(1);
  });

  test.each([true, false])('and that of its first row at once (UIDs kept: %s)', async (keepsUid) => {
    const stage = await Stage.open({ liferay: { keepsUid } });
    create(stage, NEW_YORK, '09:00');
    await stage.settle();
    const rows = stage.rows();
    await stage.loseDatabase();
    stage.atPortal((acts) => acts.deleteBooking(rows[0]?.calendarBookingId ?? 0));
    await stage.settle();
    await expectSame(stage);
    expect(stage.rows()).toHaveLength(rows.length);
    expect(stage.items()).toHaveLength(1);
  });

  describe.each([true, false])('rows made after the backup that is put back (UIDs kept: %s)', (keepsUid) => {
    async function restored(meanwhile: (stage: Stage) => void): Promise<Stage> {
      const stage = await Stage.open({ liferay: { keepsUid } });
      create(stage, NEW_YORK, '09:00');
      await stage.settle();
      const database = stage.world.db.$client as Client;
      const backup = await takeBackup(database, 0, -1);
      const before = stage.rows().length;
      await stage.round(300 * DAY);
      expect(stage.rows().length).toBeGreaterThan(before);
      meanwhile(stage);
      await putBack(database, backup);
      await stage.settle();
      return stage;
    }

    test('are met again', async () => {
      const stage = await restored(() => {});
      await expectSame(stage);
      expect(stage.items()).toHaveLength(1);
    });

    test.each(['moveToTrash', 'deleteBooking'] as const)(
      'and the first of them, put back where a person did %s, is met in its place',
      async (act) => {
        const stage = await Stage.open({ direction: 'toLiferay', liferay: { keepsUid } });
        create(stage, NEW_YORK, '09:00');
        await stage.settle();
        const database = stage.world.db.$client as Client;
        const backup = await takeBackup(database, 0, 0);
        const [first] = await stage.links();
        const before = stage.rows().length;
        stage.atPortal((acts) => acts[act](Number(first?.liferayId)));
        await stage.settle();
        await putBack(database, backup);
        await stage.settle();
        await expectSame(stage);
        expect(stage.rows()).toHaveLength(before);
      },
    );

    test('go with their series', async () => {
      const stage = await restored(({ world: { exchange }, person: { address } }) => {
        for (const { id } of exchange.items(address)) exchange.userActs.deleteItem(id);
      });
      expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
    });
  });

  test('in a read-only copy whose original went with the database: the rows stay, and meet it when it is back', async () => {
    const stage = await Stage.open({ direction: 'toLiferay' });
    create(stage, NEW_YORK, '09:00');
    await stage.settle();
    const [first, ...others] = stage.rows();
    const deleted = stage.world.exchange.userActs.deleteItem(stage.item('Series').id);
    // Our own deletion of the rows was cut short.
    stage.atPortal((acts) => acts.deleteBooking(first?.calendarBookingId ?? 0));
    await stage.loseDatabase();
    await stage.settle();
    expect(stage.rows()).toEqual(others);
    expect(stage.items()).toEqual([]);
    stage.world.exchange.userActs.restoreItem(deleted?.id ?? '');
    await stage.settle();
    await expectSame(stage);
    expect(stage.rows()).toHaveLength(others.length + 1);
  });

  test('in a read-only copy every row is put back', async () => {
    const stage = await shownIn('Europe/Rome', NEW_YORK, '09:00');
    await stage.setPairing({ direction: 'toLiferay' });
    const id = firstSeries(stage)?.calendarBookingId ?? 0;
    stage.atPortal((acts) => acts.changeBooking(id, { title: 'Mine' }));
    await stage.round();
    await expectSame(stage);
    expect(new Set(stage.titles().liferay)).toEqual(new Set(['Series']));
  });
});
