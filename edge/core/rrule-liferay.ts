/**
 * What Liferay makes of a rule when it writes it anew, as it does whenever a person deletes or changes one occurrence
 * in its own pages (Liferay: RecurrenceSerializer). Its model knows FREQ, INTERVAL, COUNT, UNTIL, BYDAY and BYMONTH;
 * all else is lost, the time of an UNTIL too, and each round trip adds one to every month, past December as well.
 * (Early builds of 6.2 lose BYMONTH.) That is Liferay's doing and nobody's edit.
 */
import { Temporal } from 'temporal-polyfill';
import { readLines } from './rrule-grammar.ts';

/** The parts of a rule in the order in which they stand, in upper case. */
type Parts = ReadonlyMap<string, string>;

/** What of a rule says how long it goes on. */
const END_PARTS: readonly string[] = ['UNTIL', 'COUNT'];
/** What RecurrenceSerializer reads and writes again. */
const KEPT_PARTS: readonly string[] = ['FREQ', 'INTERVAL', ...END_PARTS, 'BYDAY', 'BYMONTH'];
/** What Liferay's Frequency knows; a rule with another one it cannot read. */
const KNOWN_FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];

/**
 * Whether the RRULE line of `now` is what Liferay makes of that of `before` when it writes it anew, once or several
 * times; also where both say the same. Both are whole recurrence texts; their EXDATE lines do not matter. An UNTIL or
 * COUNT that differs is a person's edit ("this and following").
 *
 * A yearly rule by weekday that a person moves to a later month looks just so: where the start of the series has
 * changed too, it was a person.
 */
export function isReserialised(before: string, now: string): boolean {
  const was = ruleParts(before);
  const is = ruleParts(now);
  if (was === null || is === null) return before.trim() === now.trim();
  return sameParts(was, is) || (isPatternWrittenAnew(was, is) && isEndWrittenAnew(was, is));
}

/**
 * The rule that `now` would have if Liferay had lost nothing of `before`: its pattern, and the end of `now`, which a
 * person may have set ("this and following", of which the other half is a rule of this kind too). The text of one
 * RRULE line, or null where `now` has another pattern than Liferay would have made of `before`.
 */
export function mendedRule(before: string, now: string): string | null {
  const was = ruleParts(before);
  const is = ruleParts(now);
  if (was === null || is === null) return null;
  const isSame = sameParts(withoutEnd(was), withoutEnd(is));
  if (!isSame && !isPatternWrittenAnew(was, is)) return null;
  const ends = [...(isEndWrittenAnew(was, is) ? was : is)].filter(([name]) => END_PARTS.includes(name));
  const parts = [...withoutEnd(was), ...ends].map(([name, value]) => `${name}=${value}`);
  return `RRULE:${parts.join(';')}`;
}

/** Null where there is no rule, or more than one. */
function ruleParts(text: string): Parts | null {
  const [rule, another] = (readLines(text) ?? []).filter(({ name }) => name === 'RRULE');
  if (rule === undefined || another !== undefined) return null;
  const parts = rule.value.split(';').flatMap((part): [string, string][] => {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim());
    return name === '' ? [] : [[name, value]];
  });
  return new Map(parts);
}

function withoutEnd(parts: Parts): Parts {
  return new Map([...parts].filter(([name]) => !END_PARTS.includes(name)));
}

function sameParts(a: Parts, b: Parts): boolean {
  return [...a.keys(), ...b.keys()].every((name) => partOf(a, name) === partOf(b, name));
}

/** A part in one spelling, defaults filled in: lists sorted, numbers without sign and zeros in front. */
function partOf(parts: Parts, name: string): string {
  const written = parts.get(name) ?? DEFAULTS[name] ?? '';
  const values = written.split(',').map((value) => value.replace(/^\+?0*(?=.)/, ''));
  return [...new Set(values)].sort().join(',');
}

/** google-rfc-2445 takes a count of 0 for none. */
const DEFAULTS: Readonly<Record<string, string>> = { INTERVAL: '1', COUNT: '0', WKST: 'MO' };

function isPatternWrittenAnew(was: Parts, is: Parts): boolean {
  return (
    KNOWN_FREQUENCIES.includes(partOf(was, 'FREQ')) &&
    [...is.keys()].every((name) => KEPT_PARTS.includes(name)) &&
    ['FREQ', 'INTERVAL', 'BYDAY'].every((name) => partOf(was, name) === partOf(is, name)) &&
    haveMonthsDrifted(monthsOf(was), monthsOf(is))
  );
}

function monthsOf(parts: Parts): readonly number[] {
  const written = parts.get('BYMONTH') ?? '';
  return written === ''
    ? []
    : written
        .split(',')
        .map(Number)
        .sort((a, b) => a - b);
}

/** All by the same number of months, which only grows. */
function haveMonthsDrifted(was: readonly number[], is: readonly number[]): boolean {
  if (is.length === 0) return true;
  const drift = (is[0] ?? 0) - (was[0] ?? 0);
  return was.length === is.length && drift >= 0 && is.every((month, index) => month - drift === was[index]);
}

/** The time of an UNTIL is lost; its date may be that of UTC or, in newer versions, that of the calendar's zone. */
function isEndWrittenAnew(was: Parts, is: Parts): boolean {
  if (partOf(was, 'COUNT') !== partOf(is, 'COUNT')) return false;
  const from = partOf(was, 'UNTIL');
  const to = partOf(is, 'UNTIL');
  if (from === to) return true;
  const [day = '', clock] = from.split('T');
  return clock !== undefined && nearDates(day).includes(to);
}

/** A date and its neighbours, as they stand in an UNTIL. */
function nearDates(day: string): readonly string[] {
  try {
    const date = Temporal.PlainDate.from(day);
    return [-1, 0, 1].map((days) => date.add({ days }).toString().replaceAll('-', ''));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
