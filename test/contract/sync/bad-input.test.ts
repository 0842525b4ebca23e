/** Events that cannot be copied: each is set aside with its reason, alone, until somebody corrects it. */
import { describe, expect, test } from 'vitest';
import type { Reason } from '#shared/reasons.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import { DAY, HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');
const START_DAY = Math.floor(start / DAY);
const WEEKLY = {
  pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: START_DAY, count: 60 },
} as const;

interface Bad {
  readonly reason: Reason;
  /** Makes the event, called Bad. */
  readonly make: (stage: Stage) => void;
  readonly correct: (stage: Stage) => void;
}

function rule(text: string): (stage: Stage) => void {
  return (stage) => {
    stage.book({ title: 'Bad', startTime: start, endTime: end, recurrence: `RRULE:${text}` });
  };
}

/** A zone that no table of zones has, with rules that no other zone has. */
const MARS = { windows: 'Mars Standard Time', iana: 'Antarctica/Troll' };

const simpleRule = (stage: Stage) =>
  stage.rebook('Bad', { recurrence: 'RRULE:FREQ=DAILY;COUNT=3;INTERVAL=1' });

const BAD: Readonly<Record<string, Bad>> = {
  'an item in Exchange that ends before it starts': {
    reason: 'startAfterEnd',
    make: (stage) => stage.create({ subject: 'Bad', start: end, end: start }),
    correct: (stage) => stage.world.exchange.userActs.changeItem(stage.item('Bad').id, { start, end }),
  },
  'a series in Exchange in a zone that nobody knows': {
    reason: 'zoneUnknown',
    make: (stage) =>
      stage.create({ subject: 'Bad', start, end, startZone: MARS, endZone: MARS, recurrence: WEEKLY }),
    correct: (stage) => stage.world.exchange.userActs.changeItem(stage.item('Bad').id, {}, null),
  },
  'a series in Exchange beyond the end of all calendars': {
    reason: 'recurrenceNotExpressible',
    make: (stage) =>
      stage.create({
        ...{ subject: 'Bad', start, end },
        recurrence: {
          pattern: { kind: 'absoluteMonthly', interval: 9_999, day: 6 },
          range: { kind: 'numbered', startDay: START_DAY, count: 100_000 },
        },
      }),
    correct: (stage) => stage.world.exchange.userActs.changeItem(stage.item('Bad').id, {}, null),
  },
  'a series in Liferay by number of the week': {
    reason: 'recurrenceNotExpressible',
    make: rule('FREQ=YEARLY;INTERVAL=1;BYWEEKNO=20'),
    correct: simpleRule,
  },
  'a series in Liferay on two positions of the month': {
    reason: 'recurrenceNotExpressible',
    make: rule('FREQ=MONTHLY;INTERVAL=1;BYDAY=1WE,3WE'),
    correct: simpleRule,
  },
};

describe.each(Object.entries(BAD))('%s', (_name, { reason, make, correct }) => {
  test('is set aside with its reason while everything else goes on, and is synced when corrected', async () => {
    const stage = await Stage.open();
    make(stage);
    stage.create({ subject: 'Good', ...hourFrom('2026-05-07T09:00') });
    await stage.settle();
    await stage.round(6 * HOUR);
    expect(await stage.parked()).toEqual([reason]);
    expect([stage.items().length, stage.rows().length].sort()).toEqual([1, 2]);
    stage.world.exchange.userActs.changeItem(stage.item('Good').id, { subject: 'Better' });
    await stage.settle();
    expect(stage.titles().liferay).toContain('Better');

    correct(stage);
    await stage.settle();
    expect(await stage.parked()).toEqual([]);
    expect(stage.titles()).toEqual({ exchange: ['Bad', 'Better'], liferay: ['Bad', 'Better'] });
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('is not deleted on the side that has it, and can be deleted there', async () => {
    const stage = await Stage.open();
    make(stage);
    await stage.settle();
    const [item] = stage.items();
    const [row] = stage.rows();
    expect([item, row].filter(Boolean)).toHaveLength(1);
    if (item) stage.world.exchange.userActs.deleteItem(item.id);
    if (row) stage.atPortal((acts) => acts.moveToTrash(row.calendarBookingId));
    await stage.settle();
    expect(await stage.links()).toEqual([]);
  });
});

test('a title that is too long for Liferay is set aside, and synced when it is shortened', async () => {
  const stage = await Stage.open();
  stage.create({ subject: 'x'.repeat(4_500), start, end });
  await stage.settle();
  expect(await stage.parked()).toEqual(['textTooLong']);
  stage.world.exchange.userActs.changeItem(stage.items()[0]?.id ?? '', { subject: 'Short' });
  await stage.settle();
  expect(stage.titles().liferay).toEqual(['Short']);
});

describe('one item that fails for ever', () => {
  async function failing(operation: 'GetItem' | 'UpdateItem'): Promise<Stage> {
    const stage = await Stage.open();
    for (const subject of ['Bad', 'Good']) stage.create({ subject, start, end });
    if (operation === 'UpdateItem') await stage.settle();
    const itemId = stage.item('Bad').id;
    disturb(stage.world, { kind: 'internalErrorOn', itemId, operation, times: 1_000_000 });
    if (operation === 'UpdateItem') stage.rebook('Bad', { location: 'Room 2' });
    return stage;
  }

  test.each(['GetItem', 'UpdateItem'] as const)(
    'in %s is parked after six attempts and blocks nothing',
    async (operation) => {
      const stage = await failing(operation);
      const tries = () => stage.asked(operation);
      await stage.round();
      expect(stage.titles().liferay).toContain('Good');
      const first = tries();
      let rounds = 0;
      for (; (await stage.parked()).length === 0 && rounds < 50; rounds += 1) await stage.round(20 * MINUTE);
      expect(await stage.parked()).toEqual(['serverError']);
      expect(tries() - first).toBe(5);
      await stage.settle();
      expect(tries() - first).toBe(5);
      expect(await stage.traffic()).toMatchObject(IDLE);
    },
  );

  test('is synced when the server is well again and somebody touches it', async () => {
    const stage = await failing('GetItem');
    for (let n = 0; n < 8; n += 1) await stage.round(20 * MINUTE);
    stage.world.exchange.faults.clear();
    stage.world.graph.faults.clear();
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Good']);
    stage.world.exchange.userActs.touchItem(stage.item('Bad').id);
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Bad', 'Good']);
  });
});
