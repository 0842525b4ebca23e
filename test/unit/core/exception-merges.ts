/** Parts of the stories of exceptions: what is written where, an occurrence that was moved, a series as Liferay shows it. */
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { at, occurrence, SECOND, weekly } from './weekly-series.ts';

export const NOTHING = { exchange: [], liferay: [] };
export const TO_EXCHANGE = { exchange: ['exceptions'], liferay: [] };
export const TO_LIFERAY = { exchange: [], liferay: ['exceptions'] };

export const moved = occurrence(SECOND, { time: at(SECOND, '15:00') });

/** As Liferay shows a series when these are its exceptions. */
export function booking(exceptions: Exceptions, more: Partial<CalendarEvent> = {}): CalendarEvent {
  return liferayView(weekly(exceptions, more));
}
