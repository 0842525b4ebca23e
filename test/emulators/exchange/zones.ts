/**
 * Windows time zones and xs:dateTime values: between a wall clock in a zone and an instant. Offsets are looked
 * up in a table of transitions for each zone, so that expanding thousands of occurrences stays cheap.
 */
import { Temporal } from 'temporal-polyfill';
import { findIana, findWindows } from 'windows-iana';

export const DAY_MS = 86_400_000;
const TABLE_FROM = Date.UTC(1985, 0, 1);
const TABLE_UNTIL = Date.UTC(2065, 0, 1);

interface OffsetTable {
  /** Instants from which offsets[i] holds, ascending; the first is TABLE_FROM. */
  readonly from: readonly number[];
  readonly offsets: readonly number[];
}

const tables = new Map<string, OffsetTable>();

function offsetTable(iana: string): OffsetTable {
  const known = tables.get(iana);
  if (known !== undefined) return known;
  let at = Temporal.Instant.fromEpochMilliseconds(TABLE_FROM).toZonedDateTimeISO(iana);
  const from = [TABLE_FROM];
  const offsets = [at.offsetNanoseconds / 1e6];
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= TABLE_UNTIL) break;
    from.push(next.epochMilliseconds);
    offsets.push(next.offsetNanoseconds / 1e6);
    at = next;
  }
  const table = { from, offsets };
  tables.set(iana, table);
  return table;
}

/** Offset from UTC in milliseconds that holds in the zone at the instant. */
export function offsetAt(iana: string, instant: number): number {
  if (iana === 'UTC') return 0;
  if (instant < TABLE_FROM || instant >= TABLE_UNTIL) {
    const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(iana);
    return at.offsetNanoseconds / 1e6;
  }
  const { from, offsets } = offsetTable(iana);
  let low = 0;
  let high = from.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((from[middle] ?? 0) <= instant) low = middle;
    else high = middle - 1;
  }
  return offsets[low] ?? 0;
}

/** Milliseconds since 1970-01-01T00:00 on the zone's own clock. */
export function wallOf(iana: string, instant: number): number {
  return instant + offsetAt(iana, instant);
}

/** The instant of a wall clock reading; in a gap the later, in an overlap the earlier one, as Windows does. */
export function instantOf(iana: string, wall: number): number {
  const before = offsetAt(iana, wall - DAY_MS);
  const after = offsetAt(iana, wall + DAY_MS);
  const early = wall - before;
  if (before === after || offsetAt(iana, early) === before) return early;
  const late = wall - after;
  return offsetAt(iana, late) === after ? late : early;
}

/** A zone as an item carries it. */
export interface ItemZone {
  readonly windows: string;
  readonly iana: string;
}

export const UTC_ZONE: ItemZone = { windows: 'UTC', iana: 'UTC' };

// CLDR names these zones by their old spelling; Node knows them by either.
const OLD_SPELLINGS: Readonly<Record<string, string>> = {
  'Europe/Kyiv': 'Europe/Kiev',
  'Asia/Kolkata': 'Asia/Calcutta',
};

/** A zone by its Windows id ("W. Europe Standard Time") or, for tests, by its IANA name. Null if unknown. */
export function zoneNamed(name: string): ItemZone | null {
  if (name === 'UTC' || name === 'Etc/UTC' || name === 'tzone://Microsoft/Utc') return UTC_ZONE;
  const iana = findIana(name as Parameters<typeof findIana>[0])[0];
  if (iana !== undefined) return { windows: name, iana };
  const windows =
    findWindows(name as Parameters<typeof findWindows>[0])[0] ??
    findWindows((OLD_SPELLINGS[name] ?? name) as Parameters<typeof findWindows>[0])[0];
  return windows === undefined ? null : { windows, iana: name };
}

let windowsZones: readonly ItemZone[] | null = null;

/** All zones that the server knows, by Windows id. */
export function serverZones(): readonly ItemZone[] {
  if (windowsZones !== null) return windowsZones;
  const zones = new Map<string, ItemZone>([['UTC', UTC_ZONE]]);
  for (const iana of Intl.supportedValuesOf('timeZone')) {
    for (const windows of findWindows(iana as Parameters<typeof findWindows>[0])) {
      const zone = zones.has(windows) ? null : zoneNamed(windows);
      if (zone !== null) zones.set(windows, zone);
    }
  }
  windowsZones = [...zones.values()].sort((a, b) => (a.windows < b.windows ? -1 : 1));
  return windowsZones;
}

/** An xs:dateTime: an instant, or a wall clock reading that needs a zone. */
export type DateTimeValue = { readonly instant: number } | { readonly wall: number };

/** Null when the text is no xs:dateTime. */
export function parseDateTime(text: string): DateTimeValue | null {
  const parts = /^\s*(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?\s*$/.exec(text);
  if (parts === null) return null;
  const millis = Number((parts[3] ?? '').slice(0, 3).padEnd(3, '0'));
  const wall = Date.parse(`${parts[1]}T${parts[2]}Z`) + millis;
  if (Number.isNaN(wall)) return null;
  const offset = parts[4];
  if (offset === undefined) return { wall };
  if (offset === 'Z') return { instant: wall };
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return { instant: wall - (offset.startsWith('-') ? -minutes : minutes) * 60_000 };
}

export function resolveDateTime(value: DateTimeValue, zone: ItemZone): number {
  return 'instant' in value ? value.instant : instantOf(zone.iana, value.wall);
}

/** `2027-03-01T09:00:00Z`: the server always answers with a zone in the value. */
export function formatInstant(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** Days since 1970-01-01 of a `YYYY-MM-DD…` date; null when it is none. The date's own zone is not looked at. */
export function parseDay(text: string): number | null {
  const date = /^\s*(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?\s*$/.exec(text)?.[1];
  const at = date === undefined ? Number.NaN : Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? null : at / DAY_MS;
}

export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
