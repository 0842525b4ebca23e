/** Simple series, both ways: what each server expands of its own copy has to fall on the same instants. */
import { describe, expect, test } from 'vitest';
import type { Pattern, Range } from '#test/emulators/exchange/recurrence.ts';
import { at, DAY, HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const FROM = Date.UTC(2026, 4, 1);
/** Over several changes of the clock. */
const TO = Date.UTC(2029, 4, 1);

async function occurrences(
  stage: Stage,
): Promise<{ exchange: readonly number[]; liferay: readonly number[] }> {
  const mailbox = stage.world.exchange.mailbox(stage.person.address);
  const views = stage.world.exchange.userActs.calendarView(mailbox, FROM, TO);
  const rows = await stage.portal().occurrences(String(stage.person.calendarId), FROM, TO);
  return {
    exchange: views.map(({ content }) => content.start).sort((a, b) => a - b),
    liferay: rows.map(({ start }) => start).sort((a, b) => a - b),
  };
}

async function expectSame(stage: Stage, count: number | null): Promise<void> {
  expect(await stage.parked()).toEqual([]);
  const { exchange, liferay } = await occurrences(stage);
  expect(exchange.length).toBeGreaterThan(1);
  expect(liferay).toEqual(exchange);
  if (count !== null) expect(exchange).toHaveLength(count);
  expect(await stage.traffic()).toMatchObject(IDLE);
}

/** Wednesday 6 May 2026. */
const START_DAY = Date.UTC(2026, 4, 6) / DAY;
const PATTERNS: Readonly<Record<string, Pattern>> = {
  daily: { kind: 'daily', interval: 1 },
  'every third day': { kind: 'daily', interval: 3 },
  weekly: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  'every second week on two days': {
    kind: 'weekly',
    interval: 2,
    days: ['Wednesday', 'Friday'],
    firstDay: 'Monday',
  },
  'monthly by date': { kind: 'absoluteMonthly', interval: 1, day: 6 },
  'monthly by weekday': { kind: 'relativeMonthly', interval: 1, days: 'Wednesday', index: 'First' },
  'yearly by date': { kind: 'absoluteYearly', month: 5, day: 6 },
};
const RANGES: Readonly<Record<string, { readonly range: Range; readonly count: number | null }>> = {
  'without end': { range: { kind: 'noEnd', startDay: START_DAY }, count: null },
  'three times': { range: { kind: 'numbered', startDay: START_DAY, count: 3 }, count: 3 },
  'until a date': {
    range: { kind: 'endDate', startDay: START_DAY, endDay: Date.UTC(2028, 4, 6) / DAY },
    count: null,
  },
};

describe('a series made in Exchange is the same series in Liferay', () => {
  const cases = Object.entries(PATTERNS).flatMap(([name, pattern]) =>
    Object.entries(RANGES).map(([length, { range, count }]) => ({ name, length, pattern, range, count })),
  );
  test.each(cases)('$name, $length', async ({ pattern, range, count }) => {
    const stage = await Stage.open();
    stage.create({ subject: 'Series', ...hourFrom('2026-05-06T09:00'), recurrence: { pattern, range } });
    await stage.round();
    expect(stage.rows()).toHaveLength(1);
    await expectSame(stage, count);
  });

  test('an all-day series keeps its dates', async () => {
    const stage = await Stage.open();
    stage.create({
      subject: 'Series',
      start: at('2026-05-06T00:00'),
      end: at('2026-05-07T00:00'),
      allDay: true,
      recurrence: {
        pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
        range: { kind: 'numbered', startDay: START_DAY, count: 30 },
      },
    });
    await stage.round();
    const { exchange, liferay } = await occurrences(stage);
    expect(exchange).toHaveLength(30);
    const inRome = (ms: number) => new Date(ms + 12 * HOUR).toISOString().slice(0, 10);
    expect(liferay.map((ms) => new Date(ms).toISOString().slice(0, 10))).toEqual(exchange.map(inRome));
  });
});

describe('a series made in Liferay is the same series in Exchange', () => {
  const RULES: readonly (readonly [string, number | null])[] = [
    ['FREQ=DAILY;INTERVAL=1', null],
    ['FREQ=DAILY;UNTIL=20270105;INTERVAL=2', null],
    ['FREQ=DAILY;COUNT=5;INTERVAL=1', 5],
    ['FREQ=WEEKLY;INTERVAL=1;BYDAY=WE', null],
    ['FREQ=WEEKLY;UNTIL=20270106;INTERVAL=2;BYDAY=MO,WE', null],
    ['FREQ=WEEKLY;COUNT=7;INTERVAL=1;BYDAY=WE,FR', 7],
    ['FREQ=MONTHLY;INTERVAL=1', null],
    ['FREQ=MONTHLY;COUNT=6;INTERVAL=1', 6],
    ['FREQ=MONTHLY;UNTIL=20280106;INTERVAL=1;BYDAY=1WE', null],
    ['FREQ=YEARLY;INTERVAL=1', null],
    ['FREQ=YEARLY;COUNT=3;INTERVAL=1', 3],
    ['FREQ=YEARLY;UNTIL=20280601;INTERVAL=1', 3],
  ];
  test.each(RULES)('%s', async (rule, count) => {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T09:00');
    stage.book({ title: 'Series', startTime: start, endTime: end, recurrence: `RRULE:${rule}` });
    await stage.round();
    expect(stage.items()).toHaveLength(1);
    await expectSame(stage, count);
  });
});

test.each(['America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'])(
  'a weekly series in %s keeps its hour over the changes of the clock, both ways',
  async (zone) => {
    const stage = await Stage.open({ zone });
    const { start, end } = hourFrom('2026-05-06T08:00', zone);
    stage.create({
      subject: 'E series',
      start,
      end,
      recurrence: { pattern: PATTERNS['weekly'] ?? raise(), range: { kind: 'noEnd', startDay: START_DAY } },
    });
    stage.book({
      title: 'L series',
      startTime: start,
      endTime: end,
      recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=WE',
    });
    await stage.round();
    expect(stage.titles()).toEqual({ exchange: ['E series', 'L series'], liferay: ['E series', 'L series'] });
    await expectSame(stage, null);
  },
);

function raise(): never {
  throw new Error('There is no weekly pattern.');
}

describe('an edit of a series', () => {
  test('a longer series in Exchange is a longer one in Liferay, in the same row', async () => {
    const stage = await Stage.open();
    const daily = (count: number) => ({
      pattern: { kind: 'daily', interval: 1 } as const,
      range: { kind: 'numbered', startDay: START_DAY, count } as const,
    });
    stage.create({ subject: 'Series', ...hourFrom('2026-05-06T09:00'), recurrence: daily(3) });
    await stage.round();
    const { calendarBookingId } = stage.row('Series');
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, {}, daily(9));
    await stage.round();
    await expectSame(stage, 9);
    expect(stage.row('Series').calendarBookingId).toBe(calendarBookingId);
  });

  test('a series made a single event in Liferay is one in Exchange, in the same item', async () => {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T09:00');
    stage.book({
      title: 'Series',
      startTime: start,
      endTime: end,
      recurrence: 'RRULE:FREQ=DAILY;COUNT=5;INTERVAL=1',
    });
    await stage.round();
    const { id } = stage.item('Series');
    stage.rebook('Series', { recurrence: '', endTime: end + 30 * MINUTE });
    await stage.round();
    expect(stage.item('Series')).toMatchObject({ id, series: null });
    expect(stage.inExchange()).toEqual(stage.inLiferay());
  });
});
