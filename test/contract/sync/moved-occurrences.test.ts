/** Occurrences that move to where another one of their series has been: Exchange takes none that passes its neighbour. */
import { describe, expect, test } from 'vitest';
import { expectSame } from './shown.ts';
import { DAY, HOUR, hourFrom, Stage } from './stage.ts';

const { start: START, end: END } = hourFrom('2026-05-06T09:00');
const START_DAY = Math.floor(START / DAY);
const DAILY = {
  pattern: { kind: 'daily', interval: 1 },
  range: { kind: 'numbered', startDay: START_DAY, count: 9 },
} as const;

/** The hour of the nth occurrence, from 0. */
function onDay(n: number): { start: number; end: number } {
  return { start: START + n * DAY, end: END + n * DAY };
}

async function dailySeries(): Promise<Stage> {
  const stage = await Stage.open();
  stage.create({ subject: 'Series', start: START, end: END, recurrence: DAILY });
  await stage.settle();
  return stage;
}

/** The days of May on which both sides show what is called so. */
async function daysOf(stage: Stage, title: RegExp): Promise<readonly number[]> {
  const lines = await expectSame(stage);
  expect(lines).toHaveLength(8);
  return lines.filter((line) => title.test(line)).map((line) => Number(line.slice(8, 10)));
}

describe('two that move on, one behind the other, to where one is deleted', () => {
  test.each([
    { to: 'later days', days: 1, shown: [10, 11] },
    { to: 'earlier days', days: -1, shown: [7, 8] },
  ])('in Liferay, to $to: both arrive', async ({ days, shown }) => {
    const stage = await dailySeries();
    const { calendarBookingId } = stage.row('Series');
    stage.atPortal((acts) => {
      acts.deleteInstance(calendarBookingId, onDay(3 + 2 * days).start);
      for (const n of [3, 3 + days])
        acts.changeInstance(calendarBookingId, onDay(n).start, { title: `Day ${n}` });
    });
    await stage.settle();
    for (const n of [3, 3 + days]) {
      const { start, end } = onDay(n + days);
      stage.rebook(`Day ${n}`, { startTime: start, endTime: end });
    }
    await stage.settle();
    expect(await daysOf(stage, /Day/)).toEqual(shown);
  });

  test('in Outlook, where the series gets another hour after that: they stay where they were', async () => {
    const stage = await dailySeries();
    const { userActs } = stage.world.exchange;
    const occurrence = (n: number) => userActs.occurrence(stage.item('Series').id, START_DAY + n).id;
    userActs.deleteItem(occurrence(4), false, 'SendToNone');
    userActs.changeItem(occurrence(3), { subject: 'Moved', ...onDay(4) });
    userActs.changeItem(occurrence(2), { subject: 'Moved', ...onDay(3) });
    await stage.settle();
    const { id } = stage.item('Series');
    userActs.changeItem(id, { start: START + 3 * HOUR, end: END + 3 * HOUR });
    await stage.settle();
    expect(await daysOf(stage, /Moved/)).toEqual([9, 10]);
  });
});
