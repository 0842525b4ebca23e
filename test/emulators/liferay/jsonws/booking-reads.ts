/** The reading half of `CalendarBookingService`: signatures of each generation and what they show to whom. */
import type { BookingSearch } from '../booking/queries.ts';
import { filteredBookings, inDefaultOrder, searchBookings, visibleBooking } from '../booking/queries.ts';
import { noSuch } from '../portal-exception.ts';
import type { Booking } from '../portal-rows.ts';
import { expand, occurrenceAt } from '../recurrence-expansion.ts';
import { CURRENT, checkNamedCalendar, SINCE_71, view, views } from './booking-call.ts';
import type { ServiceCall, ServiceMethod } from './signatures.ts';
import { method } from './signatures.ts';

function windowRows(call: ServiceCall): Booking[] {
  const [startTime, endTime] = [call.long('startTime'), call.long('endTime')];
  const max = call.long('max');
  const rows = call.portal.model
    .bookingsOf(call.long('calendarId'))
    .filter((row) => (startTime < 0 || row.startTime > startTime) && (endTime < 0 || row.endTime < endTime))
    .toSorted((a, b) => a.calendarBookingId - b.calendarBookingId);
  return (max > 0 ? rows.slice(0, max) : rows).map((row) => visibleBooking(call.portal, call.caller, row));
}

function texts(row: Booking): { title: string; description: string; location: string } {
  const any = (translations: Booking['titles']): string => Object.values(translations).join('\n');
  return {
    title: any(row.titles).toLowerCase(),
    description: any(row.descriptions).toLowerCase(),
    location: row.location.toLowerCase(),
  };
}

function byKeywords(call: ServiceCall): BookingSearch['matchesText'] {
  const words = call.text('keywords').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (row) => {
    const { title, description, location } = texts(row);
    return words.some((word) => `${title}\n${description}\n${location}`.includes(word));
  };
}

function byFields(call: ServiceCall): BookingSearch['matchesText'] {
  const wanted = (['title', 'description', 'location'] as const)
    .map((name) => ({ name, text: call.text(name).toLowerCase() }))
    .filter((field) => field.text !== '');
  if (wanted.length === 0) return () => true;
  return (row) => {
    const found = texts(row);
    const matches = wanted.map((field) => found[field.name].includes(field.text));
    return call.bool('andOperator') ? matches.every(Boolean) : matches.some(Boolean);
  };
}

function search(call: ServiceCall, matchesText: BookingSearch['matchesText'], paged: boolean): Booking[] {
  const rows = searchBookings(call.portal, {
    groupIds: call.longs('groupIds') ?? [],
    calendarIds: call.longs('calendarIds') ?? [],
    calendarResourceIds: call.longs('calendarResourceIds') ?? [],
    parentCalendarBookingId: call.long('parentCalendarBookingId'),
    matchesText,
    startTime: call.long('startTime'),
    endTime: call.long('endTime'),
    recurring: call.bool('recurring'),
    statuses: call.longs('statuses') ?? [],
    start: paged ? call.long('start') : -1,
    end: paged ? call.long('end') : -1,
  });
  return filteredBookings(call.portal, call.caller, rows);
}

function children(call: ServiceCall): Booking[] {
  const { portal, caller } = call;
  const rows = portal.model.bookingsByParent(call.long('parentCalendarBookingId'));
  const visible = rows.filter((row) => caller.contains(portal.model.calendar(row.calendarId), 'VIEW'));
  return inDefaultOrder(visible).map((row) => visibleBooking(portal, caller, row));
}

const SEARCH_PLACE =
  'long companyId, long[] groupIds, long[] calendarIds, long[] calendarResourceIds, long parentCalendarBookingId';
const SEARCH_FIELDS = `${SEARCH_PLACE}, String title, String description, String location, long startTime, long endTime`;
const PAGE = 'int start, int end, OrderByComparator orderByComparator';

const reads = [
  method('fetchCalendarBooking(long calendarBookingId)', (call) => {
    const row = call.portal.model.fetchBooking(call.long('calendarBookingId'));
    return row && view(visibleBooking(call.portal, call.caller, row));
  }),
  method('getCalendarBooking(long calendarBookingId)', (call) => {
    const row = call.portal.model.booking(call.long('calendarBookingId'));
    return view(visibleBooking(call.portal, call.caller, row));
  }),
  method('getCalendarBooking(long calendarId, long parentCalendarBookingId)', (call) => {
    checkNamedCalendar(call);
    const parentId = call.long('parentCalendarBookingId');
    const rows = call.portal.model.bookingsByParent(parentId);
    const row = rows.find((candidate) => candidate.calendarId === call.long('calendarId'));
    if (!row) throw noSuch('Booking', parentId);
    return view(row);
  }),
  method('getCalendarBookingInstance(long calendarBookingId, int instanceIndex)', (call) => {
    const { portal, caller } = call;
    const row = portal.model.booking(call.long('calendarBookingId'));
    const occurrence = occurrenceAt(portal.model, row, call.long('instanceIndex'));
    if (!occurrence) return null;
    const [instance] = expand(portal.model, row, occurrence.startTime, occurrence.startTime);
    return instance ? view(visibleBooking(portal, caller, instance)) : null;
  }),
  method(
    'getCalendarBookings(long calendarId, int[] statuses)',
    (call) => {
      const statuses = new Set(call.longs('statuses') ?? []);
      const rows = call.portal.model.bookingsOf(call.long('calendarId'));
      const wanted = inDefaultOrder(rows.filter((row) => statuses.has(row.status)));
      return views(filteredBookings(call.portal, call.caller, wanted));
    },
    SINCE_71,
  ),
  method('getCalendarBookings(long calendarId, long startTime, long endTime)', (call) =>
    views(windowRows(call)),
  ),
  method('getCalendarBookings(long calendarId, long startTime, long endTime, int max)', (call) =>
    views(windowRows(call)),
  ),
  method('getChildCalendarBookings(long parentCalendarBookingId)', (call) => views(children(call))),
  method(
    'getChildCalendarBookings(long parentCalendarBookingId, boolean includeStagingCalendarBookings)',
    (call) => views(children(call)),
    SINCE_71,
  ),
  method('getChildCalendarBookings(long parentCalendarBookingId, int status)', (call) =>
    views(children(call).filter((row) => row.status === call.long('status'))),
  ),
  method(
    'hasChildCalendarBookings(long parentCalendarBookingId)',
    (call) => call.portal.model.bookingsByParent(call.long('parentCalendarBookingId')).length > 1,
  ),
];

const KEYWORDS = `${SEARCH_PLACE}, String keywords, long startTime, long endTime`;

const searches = [
  method(
    `search(${KEYWORDS}, TimeZone displayTimeZone, boolean recurring, int[] statuses, ${PAGE})`,
    (call) => views(search(call, byKeywords(call), true)),
    CURRENT,
  ),
  method(
    `search(${KEYWORDS}, boolean recurring, int[] statuses, ${PAGE})`,
    (call) => views(search(call, byKeywords(call), true)),
    ['6.2', '7.1'],
  ),
  method(
    `search(${SEARCH_FIELDS}, boolean recurring, int[] statuses, boolean andOperator, ${PAGE})`,
    (call) => views(search(call, byFields(call), true)),
  ),
  method(
    `searchCount(${KEYWORDS}, boolean recurring, int[] statuses)`,
    (call) => search(call, byKeywords(call), false).length,
  ),
  method(
    `searchCount(${SEARCH_FIELDS}, boolean recurring, int[] statuses, boolean andOperator)`,
    (call) => search(call, byFields(call), false).length,
  ),
];

export const BOOKING_READS: readonly ServiceMethod[] = [...reads, ...searches];
