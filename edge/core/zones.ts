/**
 * Time zone names as Liferay, Java and iCalendar spell them, and whether two zones mean the same for an event.
 * The rules themselves are the platform's (ICU), reached through Intl and Temporal.
 */
import { Temporal } from 'temporal-polyfill';
import type { EventTime, Recurrence, ZoneName } from './event.ts';
import { occurrences, startsOnPattern } from './occurrences.ts';

/**
 * ICU keeps the first name that a zone had in CLDR and gives it out as the canonical one; the IANA database has
 * renamed these since (CLDR common/bcp47/timezone.xml, attribute `iana`).
 */
const RENAMED: Readonly<Record<string, ZoneName>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};
/** Java's custom ids (java.util.TimeZone): only whole hours have an IANA name, with the sign turned round. */
const JAVA_OFFSET = /^GMT([+-])(\d{1,2})(?::?00)?$/;
const MAX_ETC_HOURS = { '+': 14, '-': 12 } as const;
/** Ids of the platform that are no zone of the IANA database and that Temporal does not accept. */
const NOT_IANA = /^(?:[+-]|SystemV\/)/i;

/**
 * The one IANA name of a zone: aliases (`Europe/Kiev`, `US/Eastern`, `GMT`, `EST5EDT`) and Java's short ids
 * (`PST`, `GMT+02:00`) come out as the name they stand for. Null when nobody knows the name.
 */
export function canonicalZone(name: string): ZoneName | null {
  const known = canonical.get(name);
  if (known !== undefined) return known;
  const found = canonicalOf(name);
  if (canonical.size >= CANONICAL_LIMIT) canonical.clear();
  canonical.set(name, found);
  return found;
}

const canonical = new Map<string, ZoneName | null>();
const CANONICAL_LIMIT = 1_000;

function canonicalOf(name: string): ZoneName | null {
  const offset = JAVA_OFFSET.exec(name.trim().toUpperCase());
  if (offset !== null) return offsetZone(offset[1] === '-' ? '-' : '+', Number(offset[2]));
  const resolved = resolvedByPlatform(name.trim());
  return resolved === null || NOT_IANA.test(resolved) ? null : (RENAMED[resolved] ?? resolved);
}

function offsetZone(sign: '+' | '-', hours: number): ZoneName | null {
  if (hours === 0) return 'UTC';
  if (hours > MAX_ETC_HOURS[sign]) return null;
  return `Etc/GMT${sign === '+' ? '-' : '+'}${hours}`;
}

function resolvedByPlatform(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A change of the clock: the instant, and how many nanoseconds it is ahead of UTC from then on. */
export interface OffsetChange {
  readonly ms: number;
  readonly offset: number;
}
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}
const DAY_MS = 86_400_000;
/** No zone changes more than a few times a year; in a window with more changes zones count as different. */
const MAX_CHANGES = 500;
/** Occurrences that are compared when all have to be: daily for more than ten years. */
const MAX_COMPARED = 4000;
/** Of the first few occurrences from a day before a stretch, at most two are before it: the rest would differ. */
const MAX_COMPARED_IN_STRETCH = 8;

/** Where the clock of `b` is not `ahead` nanoseconds ahead of that of `a`; null: too many changes to tell. */
function stretchesApart(
  a: ZoneName,
  b: ZoneName,
  ahead: number,
  fromMs: number,
  toMs: number,
): readonly Stretch[] | null {
  if (ahead === 0 && canonicalZone(a) === canonicalZone(b)) return [];
  const ofA = offsetChanges(a, fromMs, toMs);
  const ofB = offsetChanges(b, fromMs, toMs);
  if (ofA === null || ofB === null) return null;
  const cuts = [...new Set([...ofA, ...ofB].map(({ ms }) => ms))].sort((left, right) => left - right);
  const isApart = (ms: number) => offsetAt(ofB, ms) - offsetAt(ofA, ms) !== ahead;
  return cuts
    .map((ms, index) => ({ fromMs: ms, toMs: cuts[index + 1] ?? toMs }))
    .filter((s) => isApart(s.fromMs));
}

function offsetAt(changes: readonly OffsetChange[], ms: number): number {
  return changes.findLast((change) => change.ms <= ms)?.offset ?? 0;
}

/**
 * When, in (fromMs, toMs), the clock of `b` becomes more or less ahead of that of `a` than it was; null: too many
 * changes to tell.
 */
export function differenceChanges(
  a: ZoneName,
  b: ZoneName,
  fromMs: number,
  toMs: number,
): readonly number[] | null {
  const ofA = offsetChanges(a, fromMs, toMs);
  const ofB = offsetChanges(b, fromMs, toMs);
  if (ofA === null || ofB === null) return null;
  const instants = [...new Set([...ofA, ...ofB].map(({ ms }) => ms))].sort((left, right) => left - right);
  const ahead = (ms: number) => offsetAt(ofB, ms) - offsetAt(ofA, ms);
  return instants.filter((ms, index) => ahead(ms) !== ahead(instants[index - 1] ?? ms));
}

/** What the clock of the zone is at `fromMs` and every change before `toMs`; null: more changes than we look at. */
export function offsetChanges(zone: ZoneName, fromMs: number, toMs: number): readonly OffsetChange[] | null {
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
  const changes: OffsetChange[] = [{ ms: fromMs, offset: at.offsetNanoseconds }];
  while (changes.length <= MAX_CHANGES) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= toMs) return changes;
    changes.push({ ms: next.epochMilliseconds, offset: next.offsetNanoseconds });
    at = next;
  }
  return null;
}

/**
 * Whether the series starts at the same instants in [fromMs, toMs) when the same rule is counted in another zone,
 * from the wall time that its start has there. Where the start is another day there, the rule has to mean the same
 * for that day; an occurrence that has begun before the window and still lasts counts too. False also when there
 * are more occurrences than are compared. Costs a few milliseconds, for a shifted day up to some ten.
 */
export function zonesAgreeOn(
  time: EventTime,
  recurrence: Recurrence | null,
  otherZone: ZoneName,
  fromMs: number,
  toMs: number,
): boolean {
  if (time.kind === 'allDay' || recurrence === null) return true;
  const start = Temporal.Instant.from(time.start);
  const own = start.toZonedDateTimeISO(time.zone);
  const other = start.toZonedDateTimeISO(otherZone);
  const firstMs = fromMs - (Temporal.Instant.from(time.end).epochMilliseconds - start.epochMilliseconds);
  const starts = { ...time, end: time.start };
  const hasSameStarts = (from: number, to: number, limit: number) =>
    sameStarts(starts, { ...starts, zone: otherZone }, recurrence, from, to, limit);

  if (!own.toPlainDate().equals(other.toPlainDate())) {
    return (
      startsOnPattern({ ...time, zone: otherZone }, recurrence) && hasSameStarts(firstMs, toMs, MAX_COMPARED)
    );
  }
  // On the same dates, instants differ only where the clocks are further apart, or less, than at the start.
  const ahead = other.offsetNanoseconds - own.offsetNanoseconds;
  const apart = stretchesApart(time.zone, otherZone, ahead, firstMs, toMs);
  return (
    apart?.every((stretch) =>
      hasSameStarts(
        Math.max(firstMs, stretch.fromMs - DAY_MS),
        Math.min(toMs, stretch.toMs + DAY_MS),
        MAX_COMPARED_IN_STRETCH,
      ),
    ) ?? false
  );
}

function sameStarts(
  a: EventTime,
  b: EventTime,
  recurrence: Recurrence,
  fromMs: number,
  toMs: number,
  limit: number,
): boolean {
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toString();
  const to = Temporal.Instant.fromEpochMilliseconds(toMs).toString();
  const ofA = occurrences(a, recurrence, from, to, limit);
  const ofB = occurrences(b, recurrence, from, to, limit);
  return (
    ofA.length < limit &&
    ofA.length === ofB.length &&
    ofA.every(({ start }, index) => start === ofB[index]?.start)
  );
}
