/**
 * Dates and instants as Exchange's protocols write them: an all-day item is a stretch between midnights in some zone,
 * and an occurrence is named by when its rule has it.
 */
import { Temporal } from 'temporal-polyfill';
import type { DateText, EventTime, ZoneName } from '#core/event.ts';

/** The all-day time between two midnights of a zone; at least one day. */
export function allDayBetween(
  start: Temporal.Instant,
  end: Temporal.Instant,
  zone: ZoneName | null,
): EventTime {
  return allDay(nearestDate(start, zone), nearestDate(end, zone));
}

/** The all-day time from a date to before another; at least one day. */
export function allDay(first: Temporal.PlainDate, last: Temporal.PlainDate): EventTime {
  const after = Temporal.PlainDate.compare(first, last) < 0 ? last : first.add({ days: 1 });
  return { kind: 'allDay', start: first.toString(), end: after.toString() };
}

/** The date on which a series has the occurrence that its rule puts at this instant. `zone` is that of the master. */
export function dateInSeries(
  instant: Temporal.Instant,
  seriesKind: EventTime['kind'],
  zone: ZoneName | null,
): DateText {
  if (seriesKind === 'allDay') return nearestDate(instant, zone).toString();
  return instant
    .toZonedDateTimeISO(zone ?? 'UTC')
    .toPlainDate()
    .toString();
}

/**
 * The date that begins nearest to an instant. The instant is a midnight in the item's zone, give or take an hour
 * where the server's zone data differ from ours. Without a zone, offsets from -10 to +14 hours tell themselves.
 */
function nearestDate(instant: Temporal.Instant, zone: ZoneName | null): Temporal.PlainDate {
  const forward = zone === null ? { hours: 13, minutes: 59 } : { hours: 12 };
  const local = instant.toZonedDateTimeISO(zone ?? 'UTC').toPlainDateTime();
  return local.add(forward).toPlainDate();
}

/** What has a year of four digits in every zone. Exchange itself ends in 4500 (MS-OXOCAL, PidLidClipEnd). */
const EARLIEST = Temporal.Instant.from('0001-01-03T00:00:00Z');
const LATEST = Temporal.Instant.from('9999-12-29T00:00:00Z');

/** Whether the instant has a year of four digits in every zone. */
export function isWithinYears(instant: Temporal.Instant): boolean {
  return Temporal.Instant.compare(instant, EARLIEST) >= 0 && Temporal.Instant.compare(instant, LATEST) <= 0;
}
