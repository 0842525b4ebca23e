/**
 * The rows of JSONWS as they come: longs as strings (7.x) or numbers (6.2), dates as numbers or strings, the
 * iCalendar UID under either spelling, absent properties as null (Liferay: CalendarBookingModelImpl and the
 * property list of JSONWebServiceInvokerAction).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import { failure, RemoteFailure } from '#core/failure.ts';
import { oneLine } from '#core/text.ts';
import type { BookingStatus, PortalRow } from '../portal-calendar.port.ts';
import { isRecord } from './jsonws-errors.ts';
import { latestText } from './text.ts';

/** A Java long as decimal text. */
export const LONG = v.pipe(
  v.union([v.pipe(v.string(), v.regex(/^-?\d{1,19}$/)), v.pipe(v.number(), v.safeInteger())]),
  v.transform(String),
);
/** A Java int or long as a number. */
export const INTEGER = v.pipe(LONG, v.transform(Number), v.safeInteger());
const FLAG = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(['true', 'false']),
    v.transform((text) => text === 'true'),
  ),
]);
const TEXT = v.nullish(v.string(), '');

/**
 * A date, as something that is equal when the date is: epoch milliseconds where it can be understood. Whether a
 * filtered property comes in the same form as a whole row's is not known.
 */
const MOMENT = v.pipe(
  v.nullish(v.union([v.string(), v.number()]), ''),
  v.transform((value) => {
    const text = String(value);
    if (/^-?\d+$/.test(text)) return text;
    try {
      return String(Temporal.Instant.from(text).epochMilliseconds);
    } catch {
      return text;
    }
  }),
);

const LIGHT_ENTRIES = {
  calendarBookingId: LONG,
  modifiedDate: MOMENT,
  mvccVersion: v.nullish(LONG),
  status: INTEGER,
  recurrence: TEXT,
  recurringCalendarBookingId: v.nullish(LONG),
  parentCalendarBookingId: v.nullish(LONG),
};
/** What tells of a change, beside the date, where rows have no version. */
const TELLING_ENTRIES = {
  title: TEXT,
  location: TEXT,
  startTime: v.nullish(INTEGER, 0),
  endTime: v.nullish(INTEGER, 0),
};
const LINKING_ENTRIES = {
  ...LIGHT_ENTRIES,
  ...TELLING_ENTRIES,
  VEventUid: v.nullish(v.string()),
  vEventUid: v.nullish(v.string()),
  uuid: v.nullish(v.string()),
  titleCurrentValue: v.nullish(v.string()),
  startTime: INTEGER,
  endTime: INTEGER,
  userId: v.nullish(LONG),
};
const LIGHT_ROW = v.object({ ...LIGHT_ENTRIES, ...TELLING_ENTRIES });
const LINKING_ROW = v.object(LINKING_ENTRIES);
const BOOKING_ROW = v.object({
  ...LINKING_ENTRIES,
  calendarId: LONG,
  calendarResourceId: v.nullish(LONG),
  description: TEXT,
  descriptionCurrentValue: v.nullish(v.string()),
  location: TEXT,
  allDay: FLAG,
  firstReminder: v.nullish(INTEGER, 0),
  secondReminder: v.nullish(INTEGER, 0),
});
export type BookingRow = v.InferOutput<typeof BOOKING_ROW>;

/** What a snapshot asks for: without a row version also what tells of a change that its date does not (see versionOf). */
export function snapshotProperties(detail: 'light' | 'linking', hasRowVersion: boolean): readonly string[] {
  const entries = detail === 'light' ? { ...LIGHT_ENTRIES, ...TELLING_ENTRIES } : LINKING_ENTRIES;
  const needless = hasRowVersion ? NEEDLESS[detail] : [];
  return Object.keys(entries).filter((property) => !needless.includes(property));
}
/** Where a row has its version. */
const NEEDLESS: Readonly<Record<'light' | 'linking', readonly string[]>> = {
  light: ['recurrence', ...Object.keys(TELLING_ENTRIES)],
  linking: ['recurrence', 'location'],
};

/** Rejects what is not a list of rows as a whole: a snapshot is never observed in part. */
export function snapshotRows(value: unknown, detail: 'light' | 'linking'): readonly PortalRow[] {
  if (detail === 'light') return must(v.array(LIGHT_ROW), value, 'a list of bookings').map(portalRow);
  return must(v.array(LINKING_ROW), value, 'a list of bookings').map((row) => ({
    ...portalRow(row),
    linking: {
      uid: uidOf(row),
      title: titleOf(row),
      startMs: row.startTime,
      endMs: row.endTime,
      creatorId: row.userId ?? '',
    },
  }));
}

/** A whole row, or null for `{}` and null, which is how a `fetch` says that there is none. */
export function bookingRow(value: unknown): BookingRow | null {
  return isNothing(value) ? null : must(BOOKING_ROW, value, 'a booking');
}

/** `{}` or null. An empty list is neither: it says nothing of what was asked for. */
export function isNothing(value: unknown): boolean {
  return value === null || (isRecord(value) && Object.keys(value).length === 0);
}

function portalRow(row: v.InferOutput<typeof LIGHT_ROW>): PortalRow {
  return { id: row.calendarBookingId, version: versionOf(row), status: statusOf(row), ...familyOf(row) };
}

/**
 * Changes with every write of the row: by Liferay's own counter (7.3+), else by date and what is seen at a glance. The
 * date alone does not do: some databases keep it by the second, in which somebody may edit what we have just written, and
 * 6.2 leaves it alone when an occurrence is removed (LPS-45506).
 */
export function versionOf(row: v.InferOutput<typeof LIGHT_ROW>): string {
  const head = `${row.modifiedDate}/${row.status}`;
  if (row.mvccVersion !== null && row.mvccVersion !== undefined) return `${row.mvccVersion}/${head}`;
  const { title, location, startTime, endTime, recurrence } = row;
  const seen = JSON.stringify([title, location, startTime, endTime, recurrence]);
  return `${head}/${bytesToHex(sha256(utf8ToBytes(seen))).slice(0, 16)}`;
}

/** The series and the meeting that a row belongs to; null where it stands by itself. */
export function familyOf(row: v.InferOutput<typeof LIGHT_ROW>): Pick<PortalRow, 'seriesId' | 'parentId'> {
  const other = (id: string | null | undefined): string | null =>
    id === null || id === undefined || id === '0' || id === row.calendarBookingId ? null : id;
  return { seriesId: other(row.recurringCalendarBookingId), parentId: other(row.parentCalendarBookingId) };
}

/** Where there is no column for it (6.2) it is the row's own UUID, which addBooking sets. Empty where none is told. */
export function uidOf(row: Pick<BookingRow, 'VEventUid' | 'vEventUid' | 'uuid'>): string {
  return row.VEventUid ?? row.vEventUid ?? row.uuid ?? '';
}

/** In one line, of the language in which it was written last. */
export function titleOf(row: Pick<BookingRow, 'title' | 'titleCurrentValue'>): string {
  return latestText(row.titleCurrentValue, row.title, oneLine);
}

/** WorkflowConstants and CalendarBookingWorkflowConstants. */
const STATUSES: readonly (readonly [number, BookingStatus])[] = [
  [0, 'approved'],
  [1, 'pending'],
  [2, 'draft'],
  [4, 'denied'],
  [8, 'trashed'],
  [9, 'maybe'],
  [10, 'masterPending'],
];
/** Every status in which a row may stand, MASTER_STAGING (11) included: a snapshot leaves none out. */
export const ALL_STATUSES = [0, 1, 2, 4, 8, 9, 10, 11] as const;

/** `other` for a number that Liferay may add. */
export function statusOf(row: { readonly status: number }): BookingStatus {
  return STATUSES.find(([code]) => code === row.status)?.[1] ?? 'other';
}

/** Liferay's number for a status; APPROVED for those that nobody writes. */
export function statusCode(status: BookingStatus): number {
  return STATUSES.find(([, word]) => word === status)?.[0] ?? 0;
}

/** Checks a part of an answer; what has another form is a `badAnswer`. */
export function must<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  what: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const path = v.getDotPath(parsed.issues[0]) ?? '';
  throw new RemoteFailure(failure('badAnswer', `${what} has an unexpected form ${path}`));
}
