/**
 * Windows time zones and IANA time zones, both ways, and the recognition of zones that a server describes by
 * rules instead of a name. The names come from CLDR (windows-iana), the rules from the runtime's own zone data:
 * a pair of names counts only while the two zones keep the same time in the years at hand, because CLDR keeps
 * pairs whose countries have changed their law since.
 */
import { Temporal } from 'temporal-polyfill';
import {
  findIana,
  findWindows,
  type IanaName,
  WINDOWS_TO_IANA_MAP,
  type WindowsZoneName,
} from 'windows-iana';
import type { ZoneName } from '#core/event.ts';

/** One yearly change of the clock, in the wall time that was valid before it. */
export interface ZoneChange {
  /** Offset from UTC, east positive, after the change. */
  readonly offsetMinutes: number;
  readonly month: number;
  readonly day:
    | { readonly kind: 'date'; readonly day: number }
    /** `weekday` 1 (Monday) to 7; `occurrence` 1 to 4, or -1 for the last one of the month. */
    | { readonly kind: 'weekday'; readonly weekday: number; readonly occurrence: number };
  readonly minuteOfDay: number;
}

/** A zone described by rules: a constant offset, or the changes of each year. */
export type ZoneRules =
  | { readonly kind: 'fixed'; readonly offsetMinutes: number }
  | { readonly kind: 'yearly'; readonly changes: readonly ZoneChange[] };

/** Names that are younger than the CLDR keys of windows-iana. */
const NEW_NAMES: Readonly<Record<string, IanaName>> = {
  'Europe/Kyiv': 'Europe/Kiev',
  'America/Ciudad_Juarez': 'America/Denver',
  'America/Coyhaique': 'America/Punta_Arenas',
};

/** Years for which two zones must keep the same time to count as one. */
const YEARS_COMPARED = 2;

/**
 * The Windows id for an IANA zone: CLDR's, if its rules agree in `year` and the next; else the first Windows
 * zone whose rules agree; else null. Null also for a name that the runtime does not know.
 */
export function windowsZoneOf(zone: ZoneName, year: number): string | null {
  const wanted = signatureOfZone(zone, year);
  if (wanted === null) return null;
  const named = findWindows(NEW_NAMES[zone] ?? (zone as IanaName)).find((id) => {
    const iana = ianaZoneOf(id);
    return iana !== null && signatureOfZone(iana, year) === wanted;
  });
  return named ?? windowsIdsBySignature(year).get(wanted) ?? null;
}

/**
 * CLDR's default IANA zone (territory 001) for a Windows id, or null for an id that CLDR or the runtime does not
 * know. The name is CLDR's, for example `Europe/Kiev`: the old one is what every zone database understands.
 */
export function ianaZoneOf(windowsId: string): ZoneName | null {
  const known = byWindowsId.get(windowsId);
  if (known !== undefined) return known;
  const zone = defaultZoneOf(windowsId);
  if (byWindowsId.size >= WINDOWS_IDS_LIMIT) byWindowsId.clear();
  byWindowsId.set(windowsId, zone);
  return zone;
}

const byWindowsId = new Map<string, ZoneName | null>();
const WINDOWS_IDS_LIMIT = 1_000;

function defaultZoneOf(windowsId: string): ZoneName | null {
  if (windowsId === 'UTC' || windowsId === 'tzone://Microsoft/Utc') return 'UTC';
  const name = findIana(windowsId as WindowsZoneName)[0];
  return name !== undefined && isKnownZone(name) ? name : null;
}

/** Whether the runtime has rules for this zone. */
export function isKnownZone(zone: ZoneName): boolean {
  try {
    new Temporal.ZonedDateTime(0n, zone);
    return true;
  } catch {
    return false;
  }
}

/** The IANA zone, among the defaults of the Windows zones, that keeps the time of these rules; null if none does. */
export function zoneOfRules(rules: ZoneRules, year: number): ZoneName | null {
  const signature = signatureOfRules(rules, year);
  const windowsId = signature === null ? undefined : windowsIdsBySignature(year).get(signature);
  return windowsId === undefined ? null : ianaZoneOf(windowsId);
}

/** The offset at the start of the period and each change in it: equal for two zones that keep the same time. */
type Signature = string;

interface OffsetChange {
  readonly at: number;
  readonly offsetMinutes: number;
}

const signatures = new Map<string, Signature>();

function signatureOfZone(zone: ZoneName, year: number): Signature | null {
  const key = `${year} ${zone}`;
  const known = signatures.get(key);
  if (known !== undefined) return known;
  // Names that are no zones come from outside and are without number: they are not remembered.
  if (!isKnownZone(zone)) return null;
  const signature = describe(offsetsOfZone(zone, year));
  signatures.set(key, signature);
  return signature;
}

const tables = new Map<number, ReadonlyMap<Signature, string>>();

/** By signature the first Windows id of CLDR's table, UTC before the others. */
function windowsIdsBySignature(year: number): ReadonlyMap<Signature, string> {
  const known = tables.get(year);
  if (known !== undefined) return known;
  const table = new Map<Signature, string>();
  tables.set(year, table);
  for (const id of ['UTC', ...WINDOWS_TO_IANA_MAP.map((row) => row.windowsName)]) {
    const zone = ianaZoneOf(id);
    const signature = zone === null ? null : signatureOfZone(zone, year);
    if (signature !== null && !table.has(signature)) table.set(signature, id);
  }
  return table;
}

function describe(offsets: { initial: number; changes: readonly OffsetChange[] }): Signature {
  return [`${offsets.initial}`, ...offsets.changes.map((c) => `${c.at}:${c.offsetMinutes}`)].join(' ');
}

function offsetsOfZone(zone: ZoneName, year: number): { initial: number; changes: readonly OffsetChange[] } {
  const end = startOfYear(year + YEARS_COMPARED);
  let at = Temporal.Instant.fromEpochMilliseconds(startOfYear(year)).toZonedDateTimeISO(zone);
  const initial = at.offsetNanoseconds / 6e10;
  const changes: OffsetChange[] = [];
  // Ramadan in Morocco makes four changes a year; more than that is no civil zone.
  for (let count = 0; count < 4 * YEARS_COMPARED; count += 1) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= end) break;
    changes.push({ at: next.epochMilliseconds, offsetMinutes: next.offsetNanoseconds / 6e10 });
    at = next;
  }
  return { initial, changes };
}

function signatureOfRules(rules: ZoneRules, year: number): Signature | null {
  if (rules.kind === 'fixed') return describe({ initial: rules.offsetMinutes, changes: [] });
  const ordered = [...rules.changes].sort((a, b) => a.month - b.month);
  const last = ordered.at(-1);
  if (last === undefined) return null;
  const initial = last.offsetMinutes;
  let before = initial;
  const changes: OffsetChange[] = [];
  for (let step = 0; step < YEARS_COMPARED; step += 1) {
    for (const change of ordered) {
      const date = dateOfChange(change, year + step);
      if (date === null) return null;
      const wall = date.toPlainDateTime().add({ minutes: change.minuteOfDay });
      const at = wall.toZonedDateTime('UTC').epochMilliseconds - before * 60_000;
      if (change.offsetMinutes !== before) changes.push({ at, offsetMinutes: change.offsetMinutes });
      before = change.offsetMinutes;
    }
  }
  return describe({ initial, changes });
}

function dateOfChange(change: ZoneChange, year: number): Temporal.PlainDate | null {
  try {
    if (change.day.kind === 'date') {
      return Temporal.PlainDate.from(
        { year, month: change.month, day: change.day.day },
        { overflow: 'reject' },
      );
    }
    const first = Temporal.PlainDate.from({ year, month: change.month, day: 1 }, { overflow: 'reject' });
    const { weekday, occurrence } = change.day;
    const inFirstWeek = first.add({ days: (weekday - first.dayOfWeek + 7) % 7 });
    if (occurrence > 0) return inFirstWeek.add({ weeks: occurrence - 1 });
    const weeks = Math.floor((first.daysInMonth - inFirstWeek.day) / 7);
    return inFirstWeek.add({ weeks });
  } catch {
    return null;
  }
}

function startOfYear(year: number): number {
  return Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime('UTC').epochMilliseconds;
}
