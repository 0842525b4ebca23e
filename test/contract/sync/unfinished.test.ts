/** A write whose answer was lost is remembered until it is known what came of it, whatever else fails in between. */
import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { link } from '#drizzle/schema.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import { asksExchange } from './exchange-requests.ts';
import { change, moved, nth, seriesRow, withSeries } from './series-stage.ts';
import { expectSame } from './shown.ts';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

/** A title from Liferay reached Exchange, and nobody here knows; then the title was edited once more. */
async function withLostAnswer(): Promise<Stage> {
  const stage = await Stage.open();
  stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') });
  await stage.settle();
  stage.rebook('Event', { title: 'First edit' });
  disturb(stage.world, { kind: 'lostReply', operation: 'UpdateItem' });
  await stage.round();
  expect(stage.titles()).toEqual({ exchange: ['First edit'], liferay: ['First edit'] });
  stage.rebook('First edit', { title: 'Second edit' });
  return stage;
}

async function expectSecondEdit(stage: Stage): Promise<void> {
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Second edit'], liferay: ['Second edit'] });
  expect((await stage.history()).map(({ kind }) => kind)).not.toContain('lost');
  expect(await stage.traffic()).toMatchObject(IDLE);
}

describe('after a lost answer of Exchange', () => {
  test('the next look fails for this item: the edit that came since still wins', async () => {
    const stage = await withLostAnswer();
    const { id } = stage.item('First edit');
    disturb(stage.world, { kind: 'internalErrorOn', itemId: id, operation: 'GetItem' });
    await expectSecondEdit(stage);
  });

  test('the next write does not even reach the server: the edit that came since still wins', async () => {
    const stage = await withLostAnswer();
    const network = stage.world.fetch;
    const cut = stage.world.engine({
      fetch: async (url, request) => {
        if (asksExchange(url, request, 'UpdateItem')) throw new TypeError('fetch failed');
        return network(url, request);
      },
    });
    for (let n = 0; n < 3; n += 1) await stage.round(HOUR, cut);
    await expectSecondEdit(stage);
  });
});

test('a series from Liferay is renamed in Outlook before its changed occurrence was written: both edits stand', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const recurrence = 'RRULE:FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=WE';
  const row = stage.book({ title: 'Series', startTime: start, endTime: end, recurrence });
  stage.atPortal((acts) => acts.changeInstance(row, start + 7 * DAY, { title: 'Changed' }));
  const network = stage.world.fetch;
  let isRenamed = false;
  const overtaken = stage.world.engine({
    fetch: async (url, request) => {
      if (asksExchange(url, request, 'UpdateItem') && !isRenamed) {
        isRenamed = true;
        stage.world.exchange.userActs.changeItem(stage.item('Series').id, { subject: 'Renamed' });
      }
      return network(url, request);
    },
  });
  await stage.round(undefined, overtaken);
  expect(isRenamed).toBe(true);
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines.filter((line) => line.includes(' Renamed'))).toHaveLength(4);
  expect(lines.filter((line) => line.includes(' Changed'))).toHaveLength(1);
});

test('an occurrence is moved in Liferay while its series is renamed in Outlook, and the answer to its new title is lost', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const startDay = Math.floor(start / DAY);
  const pattern = { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' } as const;
  const recurrence = { pattern, range: { kind: 'numbered', startDay, count: 5 } } as const;
  const { id } = stage.create({ subject: 'Series', start, end, recurrence });
  await stage.settle();
  const { calendarBookingId } = stage.row('Series');
  const moved = { startTime: start + 8 * DAY, endTime: end + 8 * DAY };
  const row = stage.atPortal((acts) => acts.changeInstance(calendarBookingId, start + 7 * DAY, moved));
  stage.world.exchange.userActs.changeItem(id, { subject: 'Renamed' });
  const network = stage.world.fetch;
  const deaf = stage.world.engine({
    fetch: async (url, request) => {
      const answer = await network(url, request);
      if (request.body?.includes('/update-calendar-booking')) throw new TypeError('fetch failed');
      return answer;
    },
  });
  await stage.round(undefined, deaf);
  expect(stage.row('Renamed').calendarBookingId).toBe(row);
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines.map((line) => line.slice(0, 10))).toEqual([
    '2026-05-06',
    '2026-05-14',
    '2026-05-20',
    '2026-05-27',
    '2026-06-03',
  ]);
  expect(lines.every((line) => line.includes('Renamed'))).toBe(true);
});

test('a series is renamed in Liferay, the write to its moved occurrence is lost, and all its other dates are deleted', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const startDay = Math.floor(start / DAY);
  const pattern = { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' } as const;
  const recurrence = { pattern, range: { kind: 'numbered', startDay, count: 2 } } as const;
  const { id } = stage.create({ subject: 'Series', start, end, recurrence });
  await stage.settle();
  const { calendarBookingId } = stage.row('Series');
  const moved = { startTime: start + DAY, endTime: end + DAY };
  stage.atPortal((acts) => acts.changeInstance(calendarBookingId, start, moved));
  await stage.settle();
  stage.atPortal((acts) => acts.changeBooking(calendarBookingId, { title: 'Renamed' }));
  const network = stage.world.fetch;
  const cut = stage.world.engine({
    fetch: (url, request) => {
      if (request.body?.includes('/update-calendar-booking')) throw new TypeError('fetch failed');
      return network(url, request);
    },
  });
  await stage.round(undefined, cut);
  expect(stage.item('Renamed').id).toBe(id);
  stage.atPortal((acts) => acts.deleteInstance(calendarBookingId, start + 7 * DAY));
  const { userActs } = stage.world.exchange;
  userActs.changeItem(userActs.occurrence(id, startDay + 7).id, { location: 'Elsewhere' });
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines.every((line) => line.includes('Renamed'))).toBe(true);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('Outlook gives a series more dates and moves the first of these, and Liferay’s answer to that is lost', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const startDay = Math.floor(start / DAY);
  const weekly = (interval: number) => ({
    pattern: { kind: 'weekly', interval, days: ['Wednesday'], firstDay: 'Monday' } as const,
    range: { kind: 'numbered', startDay, count: 3 } as const,
  });
  const { id } = stage.create({ subject: 'Series', start, end, recurrence: weekly(2) });
  await stage.settle();
  const { userActs } = stage.world.exchange;
  userActs.changeItem(id, {}, weekly(1));
  const second = userActs.occurrence(id, startDay + 7).id;
  userActs.changeItem(second, { start: start + 7 * DAY + HOUR, end: end + 7 * DAY + HOUR });
  const network = stage.world.fetch;
  const deaf = stage.world.engine({
    fetch: async (url, request) => {
      const answer = await network(url, request);
      if (request.body?.includes('/update-calendar-booking')) throw new TypeError('fetch failed');
      return answer;
    },
  });
  await stage.round(undefined, deaf);
  await stage.settle();
  expect(await expectSame(stage)).toEqual([
    expect.stringContaining('2026-05-06T07:00'),
    expect.stringContaining('2026-05-13T08:00'),
    expect.stringContaining('2026-05-20T07:00'),
  ]);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

describe('a series gets a rule in Liferay that has no place for its changed occurrence, and Exchange’s answer to that is lost', () => {
  async function withLostRule(): Promise<Stage> {
    const stage = await withSeries('liferay');
    change(stage, 3, { subject: 'Moved', ...moved(nth(3, '13:00')) });
    await stage.settle();
    const id = seriesRow(stage);
    const [, ...excluded] = stage.row('Series').recurrence.split('\n');
    const recurrence = ['RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=1WE', ...excluded].join('\n');
    stage.atPortal((acts) => acts.changeBooking(id, { recurrence }));
    disturb(stage.world, { kind: 'lostReply', operation: 'UpdateItem' });
    await stage.round();
    expect(stage.item('Series').series?.recurrence.pattern.kind).toBe('relativeMonthly');
    return stage;
  }

  async function expectByItself(stage: Stage, title: string): Promise<void> {
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(title))).toEqual([
      expect.stringContaining('2026-05-27T11:00'),
    ]);
    expect(stage.titles()).toEqual({ exchange: [title, 'Series'], liferay: [title, 'Series'] });
    expect(await stage.traffic()).toMatchObject(IDLE);
  }

  test('the occurrence goes on as an event of its own', async () => {
    await expectByItself(await withLostRule(), 'Moved');
  });

  test('and so it does when somebody renames it before the next look', async () => {
    const stage = await withLostRule();
    stage.rebook('Moved', { title: 'Mine' });
    await expectByItself(stage, 'Mine');
  });
});

test('of two writes of one event the second is refused: the first is no edit of somebody’s', async () => {
  const stage = await Stage.open();
  stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') });
  await stage.settle();
  stage.rebook('Event', { title: 'First edit' });
  stage.world.exchange.userActs.changeItem(stage.item('Event').id, { location: 'Room 2' });
  const refusing = stage.world.engine({
    portal: (portal) => ({
      ...portal,
      update: async () => ({ kind: 'failed', failure: { reason: 'itemRefused', detail: 'Not now.' } }),
    }),
  });
  await stage.round(undefined, refusing);
  expect(stage.titles()).toEqual({ exchange: ['First edit'], liferay: ['First edit'] });
  stage.rebook('First edit', { title: 'Second edit' });
  await expectSecondEdit(stage);
  expect(stage.row('Second edit').location).toBe('Room 2');
});

test('an item outside the window that a new listing leaves out and that is there all the same is kept', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const far = 900 * DAY;
  const { id } = stage.create({ subject: 'Far', start: start + far, end: end + far });
  await stage.settle();
  await stage.engine.db.update(link).set({ exchangeState: 'unseen', exchangeDirty: true, work: 'dirty' });
  await stage.settle();
  stage.world.exchange.userActs.changeItem(id, { start, end });
  await stage.settle();
  expect(stage.titles().liferay).toEqual(['Far']);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

describe('a copy that a person made in Exchange of an item of ours', () => {
  async function withItemOfOurs(): Promise<Stage> {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T09:00');
    stage.book({ title: 'Event', startTime: start, endTime: end });
    await stage.settle();
    return stage;
  }

  test('takes the place of the original that is deleted at once', async () => {
    const stage = await withItemOfOurs();
    const { id } = stage.item('Event');
    const { calendarBookingId } = stage.row('Event');
    stage.world.exchange.userActs.copyItem(id);
    stage.world.exchange.userActs.deleteItem(id, true);
    await stage.settle();
    expect(stage.rows().map((row) => row.calendarBookingId)).toEqual([calendarBookingId]);
    expect(stage.titles()).toEqual({ exchange: ['Event'], liferay: ['Event'] });
  });

  test('is not taken for the item that a lost create was to make', async () => {
    const stage = await withItemOfOurs();
    const { id } = stage.item('Event');
    const copy = stage.world.exchange.userActs.copyItem(id);
    stage.world.exchange.userActs.changeItem(copy.id, { subject: 'Copy' });
    await stage.settle();
    const rows = stage.rows().map(({ calendarBookingId }) => calendarBookingId);
    stage.world.exchange.userActs.deleteItem(id, true);
    stage.rebook('Event', { title: 'Edited' });
    const network = stage.world.fetch;
    const cut = stage.world.engine({
      fetch: async (url, request) => {
        if (asksExchange(url, request, 'CreateItem')) throw new TypeError('fetch failed');
        return network(url, request);
      },
    });
    await stage.round(undefined, cut);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Copy', 'Edited'], liferay: ['Copy', 'Edited'] });
    expect(stage.rows().map(({ calendarBookingId }) => calendarBookingId)).toEqual(rows);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

describe('a series that was deleted in Exchange comes back with another title and hour from Liferay', () => {
  test.each([
    ['its item is made', ['UpdateItem']],
    [
      'its item is made, and once more before its rows are written',
      ['UpdateItem', '/update-calendar-booking'],
    ],
  ])('the network fails after %s: changed occurrences follow it on both sides', async (_, requests) => {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T09:00');
    const recurrence = 'RRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=1;BYDAY=WE';
    const row = stage.book({ title: 'Series', startTime: start, endTime: end, recurrence });
    const later = 14 * DAY + 5 * HOUR;
    stage.atPortal((acts) => {
      acts.changeInstance(row, start + 7 * DAY, { title: 'Changed' });
      acts.changeInstance(row, start + 14 * DAY, { startTime: start + later, endTime: end + later });
    });
    await stage.settle();
    const [item] = stage.items();
    stage.world.exchange.userActs.deleteItem(item?.id ?? '', true);
    const edit = { title: 'Renamed', startTime: start + HOUR, endTime: end + HOUR };
    stage.atPortal((acts) => acts.changeBooking(row, edit));
    const failing = new Set(requests);
    const isAbout = (each: string, ...[url, request]: Parameters<HttpFetch>) =>
      each === 'UpdateItem' ? asksExchange(url, request, each) : request.body?.includes(each);
    const network = stage.world.fetch;
    const unsteady = stage.world.engine({
      fetch: async (url, request) => {
        const fails = requests.find((each) => failing.has(each) && isAbout(each, url, request));
        if (fails !== undefined && failing.delete(fails)) throw new TypeError('fetch failed');
        return network(url, request);
      },
    });
    for (let n = 0; n < 3; n += 1) await stage.round(HOUR, unsteady);
    expect(failing.size).toBe(0);
    await stage.settle();
    expect(await expectSame(stage)).toEqual([
      expect.stringMatching(/^2026-05-06T08:00 .* Renamed /),
      expect.stringMatching(/^2026-05-13T08:00 .* Changed /),
      expect.stringMatching(/^2026-05-20T12:00 .* Renamed /),
      expect.stringMatching(/^2026-05-27T08:00 .* Renamed /),
    ]);
  });
});

describe('an edit from Exchange reached Liferay, its answer was lost, and the item is deleted before the next look', () => {
  const EDIT = { subject: 'Edited', location: 'Elsewhere', ...hourFrom('2026-05-07T15:00') };

  async function deletedAfterLostAnswer(): Promise<Stage> {
    const stage = await Stage.open();
    const { id } = stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') });
    await stage.settle();
    stage.world.exchange.userActs.changeItem(id, EDIT);
    const network = stage.world.fetch;
    const deaf = stage.world.engine({
      fetch: async (url, request) => {
        const answer = await network(url, request);
        if (request.body?.includes('/update-calendar-booking')) throw new TypeError('fetch failed');
        return answer;
      },
    });
    await stage.round(undefined, deaf);
    expect(stage.row('Edited').startTime).toBe(EDIT.start);
    stage.world.exchange.userActs.deleteItem(id, true);
    return stage;
  }

  test('the row goes: what it has is nobody’s edit', async () => {
    const stage = await deletedAfterLostAnswer();
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  });

  test('what somebody then edits in Liferay comes back, with all of the edit before', async () => {
    const stage = await deletedAfterLostAnswer();
    stage.rebook('Edited', { description: 'By a person' });
    await stage.settle();
    const [line] = await expectSame(stage);
    expect(stage.items()).toMatchObject([{ content: { ...EDIT, body: { text: 'By a person' } } }]);
    expect(line).toContain('Edited');
  });
});
