/** What two libraries that share no code with us make of a rule: ical.js and rrule-temporal. */
import ICAL from 'ical.js';
import { RRuleTemporal } from 'rrule-temporal';
import type { EventTime } from '#core/event.ts';

/** The date on which the event starts in its zone, by the platform's own formatter. */
export function localDate(time: EventTime, instant: string = time.start): string {
  if (time.kind === 'allDay') return instant;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-CA', { ...parts, timeZone: time.zone }).format(new Date(instant));
}

/** The first `limit` dates of the rule from a start date, up to the end of the year `lastYear`. */
export type RuleOracle = (rule: string, start: string, limit: number, lastYear: number) => string[];

const icalJs: RuleOracle = (rule, start, limit, lastYear) => {
  const iterator = ICAL.Recur.fromString(rule.replace('RRULE:', '')).iterator(
    ICAL.Time.fromDateString(start),
  );
  const dates: string[] = [];
  while (dates.length < limit) {
    const next = iterator.next();
    if (!next || next.year > lastYear) break;
    dates.push(next.toString());
  }
  return dates;
};

/** Enough for every rule of the tests; a rule that names no date at all is given up then. */
const MAX_PERIODS = 1000;

const rruleTemporal: RuleOracle = (rule, start, limit, lastYear) => {
  const series = new RRuleTemporal({
    rruleString: `DTSTART;TZID=UTC:${start.replaceAll('-', '')}T000000\n${rule}`,
    maxIterations: MAX_PERIODS,
  });
  const dates: string[] = [];
  series.all((date) => {
    if (date.year > lastYear || dates.length >= limit) return false;
    dates.push(date.toPlainDate().toString());
    return true;
  });
  return dates;
};

/** The first date that the rule itself names, on or after a day; null: it names none for many years. */
export function firstDate(rule: string, day: string): string | null {
  try {
    return rruleTemporal(rule, day, 1, 9999)[0] ?? null;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Maximum iterations')) return null;
    throw error;
  }
}

/**
 * Those who know every part of the rule: ical.js passes over BYSETPOS unless it stands with BYDAY in a month, and
 * misses the first year of a yearly rule that counts days from the end of the month, likewise the first month where a
 * monthly rule names weekdays among such days, and counts a date before the start when a monthly rule has several months.
 */
export function oraclesFor(rule: string): readonly RuleOracle[] {
  const isPassedOver = rule.includes('BYSETPOS') && !/FREQ=MONTHLY.*BYDAY/.test(rule);
  const isLate = /FREQ=YEARLY.*BYMONTHDAY=-|FREQ=MONTHLY.*BYMONTHDAY=-.*BYDAY/.test(rule);
  const isMiscounted = /FREQ=MONTHLY.*BYMONTH=\d+,/.test(rule) && rule.includes('COUNT');
  return isPassedOver || isLate || isMiscounted ? [rruleTemporal] : [rruleTemporal, icalJs];
}
