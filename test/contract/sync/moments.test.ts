/**
 * People who act in Liferay at the very moment when the service looks or writes: between its look at the whole calendar
 * and its look at one row, and between that and its write.
 */
import { expect, test } from 'vitest';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { expectSame } from './shown.ts';
import { DAY, hourFrom, Stage } from './stage.ts';

const START_DAY = Date.UTC(2026, 4, 6) / DAY;
const { start, end } = hourFrom('2026-05-06T09:00');
const WEEKLY: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: START_DAY, count: 40 },
};

async function withSeries(direction: 'both' | 'toLiferay'): Promise<Stage> {
  const stage = await Stage.open({ direction });
  stage.create({ subject: 'Series', start, end, recurrence: WEEKLY });
  await stage.settle();
  return stage;
}

/** A person renames the third occurrence in Liferay when the service first comes to `step`. */
function renamedAt(stage: Stage, step: 'read' | 'update'): (portal: PortalCalendar) => PortalCalendar {
  let isDone = false;
  const act = () => {
    if (isDone) return;
    isDone = true;
    const row = stage.rows().find(({ recurrence }) => recurrence !== '');
    stage.atPortal((acts) =>
      acts.changeInstance(row?.calendarBookingId ?? 0, start + 14 * DAY, { title: 'Mine' }),
    );
  };
  return (portal) => ({
    ...portal,
    read: async (...request) => {
      if (step === 'read') act();
      return portal.read(...request);
    },
    update: async (...request) => {
      if (step === 'update') act();
      return portal.update(...request);
    },
  });
}

test('an occurrence changed between the look at the calendar and that at its series is not taken for deleted', async () => {
  const stage = await withSeries('both');
  stage.rebook('Series', { location: 'Room 1' });
  await stage.round(undefined, stage.world.engine({ portal: renamedAt(stage, 'read') }));
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines).toHaveLength(40);
  expect(lines.filter((line) => /2026-05-20.* Mine/.test(line))).toHaveLength(1);
  expect(stage.items()[0]?.series?.deletedDays.size).toBe(0);
});

test.each(['both', 'toLiferay'] as const)(
  'an occurrence changed when its series is written (%s) is there once',
  async (direction) => {
    const stage = await withSeries(direction);
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, { subject: 'Renamed' });
    await stage.round(undefined, stage.world.engine({ portal: renamedAt(stage, 'update') }));
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(40);
    expect(lines.filter((line) => line.includes(' Mine'))).toHaveLength(direction === 'both' ? 1 : 0);
    expect(stage.items()[0]?.series?.deletedDays.size).toBe(0);
  },
);

const TUESDAYS: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['Tuesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: START_DAY + 6, count: 40 },
};

test.each<[string, (stage: Stage, id: string) => void]>([
  [
    'gets a rule without it',
    ({ world: { exchange } }, id) =>
      exchange.userActs.changeItem(id, { start: start + 6 * DAY, end: end + 6 * DAY }, TUESDAYS),
  ],
  [
    'loses it',
    ({ world: { exchange } }, id) =>
      exchange.userActs.deleteItem(exchange.userActs.occurrence(id, START_DAY + 14).id),
  ],
  ['becomes a single event', ({ world: { exchange } }, id) => exchange.userActs.changeItem(id, {}, null)],
])('what a reader makes of an occurrence while its series %s is taken back', async (_, act) => {
  const stage = await withSeries('toLiferay');
  act(stage, stage.item('Series').id);
  await stage.round(undefined, stage.world.engine({ portal: renamedAt(stage, 'update') }));
  expect(stage.titles().liferay).toContain('Mine');
  await stage.settle();
  await expectSame(stage);
  expect(stage.titles().liferay).toEqual(['Series']);
  expect(JSON.stringify(await stage.history())).toContain('Mine');
});

test('a new rule and a change of one of its occurrences, both before we look, are one series on both sides', async () => {
  const stage = await withSeries('both');
  const { calendarBookingId: id, recurrence } = stage.row('Series');
  stage.atPortal((acts) => {
    acts.changeBooking(id, { recurrence: recurrence.replace('BYDAY=WE', 'BYDAY=WE,FR') });
    acts.changeInstance(id, start + 9 * DAY, { title: 'Mine' });
  });
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines.filter((line) => /2026-05-15.* Mine/.test(line))).toHaveLength(1);
  expect(stage.items()).toHaveLength(1);
});
