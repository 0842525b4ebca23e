/** Values that no field should have: numbers at their ends, days that are none, texts of every kind. */

/** Uniform in [0, 1). */
export type Random = () => number;

export function pick<T>(random: Random, list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
}

export const NUMBERS: readonly string[] = [
  '-1',
  '0',
  '1',
  '2147483648',
  '-2147483649',
  '9007199254740993',
  '9223372036854775807',
  '99999999999999999999',
  '1e308',
  '1e999',
  '-0',
  '0.5',
  '0x10',
  'NaN',
  'Infinity',
  '١٢',
  ' 7 ',
];

const DATES: readonly string[] = [
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-12-01T24:00:00Z',
  '2026-12-01T23:59:60Z',
  '2026-12-01T09:00:00+99:99',
  '2026-12-01T09:00:00-00:00',
  '2026-12-01T09:00:00',
  '2026-12-01T09:00:00.123456789123Z',
  '2026-12-01',
  '2026-12-01Z',
  '0000-00-00',
  '0001-01-01T00:00:00Z',
  '1601-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '9999-12-31',
  '10000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '1900-02-29',
  '2026-11-03T09:00:00Z',
  '2026-11-05T09:00:00Z',
  'P1Y',
  '-PT99999999H',
  'PT',
  'PT1H',
  '24:00:00',
];

const TEXTS: readonly string[] = [
  '',
  ' ',
  'x',
  'true',
  'false',
  'null',
  'undefined',
  '[object Object]',
  '__proto__',
  'constructor',
  '\u{0}',
  '\u{7}',
  '\u{feff}x',
  '\u{2028}',
  '\u{e000}x\u{e000}',
  '\u{fffe}',
  '🗓️',
  'مرحبا',
  '../../x',
  'http://[::1',
  'https://example.com/EWS/Exchange.asmx',
  'javascript:alert(1)',
  'Europe/Nowhere',
  'W. Europe Standard Time',
  'Monday',
  'Day',
  'Monday Monday',
  'Last',
  'February',
  'RecurringMaster',
  'Occurrence',
  'Organizer',
  'Error',
  'ErrorItemNotFound',
  'ErrorServerBusy',
  'ErrorBatchProcessingStopped',
  'ErrorInvalidServerVersion',
  'RRULE:FREQ=DAILY;COUNT=0',
  'RRULE:FREQ=WEEKLY;BYDAY=;UNTIL=20260230',
  'RRULE:FREQ=DAILY;INTERVAL=99999999999;COUNT=99999999999',
  'RRULE:FREQ=YEARLY;INTERVAL=1;UNTIL=99991231T235959Z\nEXDATE;VALUE=DATE:20261399,19000101,99991231',
  "<?xml version='1.0'?><root default-locale='x'><Title language-id='en_US'>A<Title>",
  '<p>a<b>c</p></b><script>',
  'y'.repeat(20_000),
];

/** How often something of this length may stand there, so that answers stay within a megabyte or so. */
export function timesOf(length: number, random: Random): number {
  return Math.floor(random() * Math.min(2_000, 1_000_000 / (length + 1)));
}

export function anyValue(random: Random): string {
  return pick(random, pick(random, [NUMBERS, DATES, TEXTS]));
}
