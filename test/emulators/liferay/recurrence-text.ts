/**
 * The `recurrence` column and what happens to it when Liferay parses and writes it again
 * (`RecurrenceSerializer`): parts that its model does not know are lost, BYMONTH grows by one.
 */
import { Temporal } from 'temporal-polyfill';

export interface Recurrence {
  readonly frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  readonly interval: number;
  /** 0: no count. */
  readonly count: number;
  /** `YYYYMMDD` in the booking's zone, or null. */
  readonly until: string | null;
  readonly byDay: readonly string[];
  readonly byMonth: readonly number[];
  /** `YYYYMMDD` in the booking's zone. */
  readonly exceptionDates: readonly string[];
}

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;

function toLocalDate(value: string, zone: string): string {
  const parts = /^(\d{8})T(\d{6})(Z?)$/.exec(value);
  if (!parts) return value.slice(0, 8);
  const [, date = '', time = ''] = parts;
  const utc = Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime('UTC');
  return utc.withTimeZone(zone).toPlainDate().toString().replaceAll('-', '');
}

/** `RDateList`: the dates behind the first line, of whichever name, as local dates. */
function exceptionDates(lines: string, zone: string): string[] {
  const values = lines.slice(lines.lastIndexOf(':') + 1);
  return values
    .split(',')
    .map((value) => value.trim())
    .filter((value) => /^\d{8}/.test(value))
    .map((value) => toLocalDate(value, zone));
}

/** Null where Liferay logs "Unable to parse data" and has no object. `zone` is the booking's. */
export function parseRecurrence(text: string, zone: string): Recurrence | null {
  const [rule = '', ...rest] = text.split('\n');
  const body = /^RRULE(?:;[^:]*)?:(.+)$/.exec(rule.trim())?.[1];
  if (!body) return null;
  const parts = new Map<string, string>();
  for (const part of body.split(';')) {
    const [name = '', value = ''] = part.split('=');
    parts.set(name.toUpperCase(), value);
  }
  const frequency = FREQUENCIES.find((known) => known === parts.get('FREQ'));
  if (!frequency) return null;
  const until = parts.get('UNTIL');
  return {
    frequency,
    interval: Number(parts.get('INTERVAL') ?? 1),
    count: Number(parts.get('COUNT') ?? 0),
    until: until === undefined ? null : toLocalDate(until, zone),
    byDay: parts.get('BYDAY')?.split(',') ?? [],
    byMonth: (parts.get('BYMONTH')?.split(',') ?? []).map(Number),
    exceptionDates: rest.length > 0 ? exceptionDates(rest.join('\n'), zone) : [],
  };
}

/** `RecurrenceSerializer.serialize`: `RRule.toIcal`'s order of parts, INTERVAL always, every month plus one. */
export function serializeRecurrence(recurrence: Recurrence): string {
  const parts = [`FREQ=${recurrence.frequency}`];
  if (recurrence.until) parts.push(`UNTIL=${recurrence.until}`);
  if (recurrence.count > 0) parts.push(`COUNT=${recurrence.count}`);
  parts.push(`INTERVAL=${recurrence.interval}`);
  if (recurrence.byMonth.length > 0)
    parts.push(`BYMONTH=${recurrence.byMonth.map((month) => month + 1).join(',')}`);
  if (recurrence.byDay.length > 0) parts.push(`BYDAY=${recurrence.byDay.join(',')}`);
  const rule = `RRULE:${parts.join(';')}`;
  if (recurrence.exceptionDates.length === 0) return rule;
  return `${rule}\nEXDATE;TZID="UTC";VALUE=DATE:${recurrence.exceptionDates.join(',')}`;
}
