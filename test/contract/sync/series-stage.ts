/** A weekly series on a stage, and what people do to its occurrences on either side. */
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import type { ExchangeSwitches } from '#test/emulators/exchange/switches.ts';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { at, DAY, HOUR, hourFrom, Stage } from './stage.ts';

/** Wednesday 6 May 2026. */
export const START_DAY = Date.UTC(2026, 4, 6) / DAY;
export const WEDNESDAYS: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: START_DAY, count: 40 },
};
export const RULE = 'RRULE:FREQ=WEEKLY;COUNT=40;INTERVAL=1;BYDAY=WE';
export const { start: START, end: END } = hourFrom('2026-05-06T09:00');

/** The start of the nth occurrence, from 0, by Rome's wall clock. */
export function nth(n: number, wall = '09:00'): number {
  const date = new Date((START_DAY + 7 * n) * DAY).toISOString().slice(0, 10);
  return at(`${date}T${wall}`);
}

export async function withSeries(
  side: 'exchange' | 'liferay',
  exchange: Partial<ExchangeSwitches> = {},
  liferay: Partial<LiferaySwitches> = {},
): Promise<Stage> {
  const stage = await Stage.open({ exchange, liferay });
  if (side === 'exchange') {
    stage.create({ subject: 'Series', start: START, end: END, recurrence: WEDNESDAYS });
  } else stage.book({ title: 'Series', startTime: START, endTime: END, recurrence: RULE });
  await stage.round();
  await stage.round();
  return stage;
}

/** In Outlook. */
export function change(stage: Stage, n: number, content: Partial<ItemContent>): void {
  const { userActs } = stage.world.exchange;
  userActs.changeItem(userActs.occurrence(stage.item('Series').id, START_DAY + 7 * n).id, content, undefined);
}

export function remove(stage: Stage, n: number): void {
  const { userActs } = stage.world.exchange;
  userActs.deleteItem(
    userActs.occurrence(stage.item('Series').id, START_DAY + 7 * n).id,
    false,
    'SendToNone',
  );
}

/** In Liferay. */
export function seriesRow(stage: Stage): number {
  const rows = stage.rows().filter(({ recurrence }) => recurrence !== '');
  return rows[0]?.calendarBookingId ?? 0;
}

export function rowOf(stage: Stage, title: string): number {
  return stage.row(title).calendarBookingId;
}

export const moved = (start: number): Pick<ItemContent, 'start' | 'end'> => ({ start, end: start + HOUR });
export const rebooked = (startTime: number): Pick<PersonBooking, 'startTime' | 'endTime'> => ({
  startTime,
  endTime: startTime + HOUR,
});
