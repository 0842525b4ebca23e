/**
 * Liferay 6.2, where Calendar is a plugin: what its services do otherwise than those of 7.x. It is known by the context of
 * its paths, and its rows by not telling to which series they belong.
 */
import { Temporal } from 'temporal-polyfill';
import type { EventTime, ZoneName } from '#core/event.ts';
import type { PortalDialect } from '../portal-calendar.port.ts';
import type { BookingRow } from './booking-row.ts';
import { parseLocalized } from './text.ts';

export const PLUGIN_CONTEXT = 'calendar-portlet';

export function isPlugin({ context }: PortalDialect): boolean {
  return context === PLUGIN_CONTEXT;
}

export function isPluginRow({ recurringCalendarBookingId }: BookingRow): boolean {
  return recurringCalendarBookingId === null || recurringCalendarBookingId === undefined;
}

/**
 * The plugin counts the days of a series, and of its EXDATE, in UTC, and then keeps the wall time (CalendarBookingIterator):
 * where the first occurrence begins on another day there, its weekdays and dates are not those of the calendar's zone.
 */
export function beginsOnAnotherUtcDay(time: EventTime, zone: ZoneName): boolean {
  if (time.kind === 'allDay') return false;
  const start = Temporal.Instant.from(time.start);
  const dayIn = (there: string) => start.toZonedDateTimeISO(there).toPlainDate();
  return !dayIn(zone).equals(dayIn('UTC'));
}

/**
 * The texts of a row by language, for an update that leaves them alone: the plugin takes those of an update in place of
 * all that stand there (CalendarBookingModelImpl.setTitleMap). Plain text is one in `languages`; empty where there is none.
 */
export function storedTexts(stored: string, languages: readonly string[]): Readonly<Record<string, string>> {
  const { texts, text } = parseLocalized(stored);
  if (texts.size > 0) return Object.fromEntries(texts);
  return text === '' ? {} : Object.fromEntries(languages.map((language) => [language, text]));
}

/** The longest `uuid` of a row (portlet-model-hints.xml); a longer UID is not kept where there is no `vEventUid`. */
export const UUID_LIMIT = 75;
