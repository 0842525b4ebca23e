/** The written form of rules and of dates that are left out: what is read of it, and what is said of what cannot be. */
import { describe, expect, it } from 'vitest';
import type { EventTime } from '#core/event.ts';
import { type ContentLine, lastDateOf, readExcludedDates, readLines, readRule } from '#core/rrule-grammar.ts';

const ROME: EventTime = {
  kind: 'timed',
  start: '2024-01-08T08:00:00Z',
  end: '2024-01-08T09:00:00Z',
  zone: 'Europe/Rome',
};

function exdate(text: string): ContentLine {
  const [line] = readLines(text) ?? [];
  if (line === undefined) throw new Error(`${text} has no line.`);
  return line;
}

describe('the lines of a recurrence', () => {
  it('may have blanks around everything, and are told in either case', () => {
    const text = ' rrule : freq=daily \r\n\r\n exdate ; tzid = "Europe/Rome" ; value = date : 20240108 ';
    expect(readLines(text)).toEqual([
      { name: 'RRULE', parameters: new Map(), value: 'FREQ=DAILY' },
      {
        name: 'EXDATE',
        parameters: new Map([
          ['TZID', 'Europe/Rome'],
          ['VALUE', 'date'],
        ]),
        value: '20240108',
      },
    ]);
  });

  it('end their parameters at the first colon that stands in no quotes', () => {
    expect(exdate('EXDATE;TZID="GMT+01:00":20240108T090000')).toEqual({
      name: 'EXDATE',
      parameters: new Map([['TZID', 'GMT+01:00']]),
      value: '20240108T090000',
    });
  });

  it('are none where one of them has no value', () => {
    expect(readLines('RRULE:FREQ=DAILY\nnonsense')).toBeNull();
    expect(readLines('EXDATE;X="unfinished:20240108')).toBeNull();
  });
});

describe('a rule', () => {
  it('may have blanks around its parts, and parts that are empty', () => {
    expect(readRule(' FREQ = DAILY ; ; INTERVAL = 2 ;')).toMatchObject({
      kind: 'rule',
      frequency: 'DAILY',
      interval: 2,
    });
  });

  it.each([
    'FREQ=1DAILY',
    'FREQ=DAILY1',
    'INTERVAL=x2',
    'INTERVAL=2x',
    'COUNT=x2',
    'COUNT=2x',
    'UNTIL=x20240108',
    'UNTIL=20240108x',
    'UNTIL=20240108T0900',
    'WKST=XMO',
    'WKST=MOX',
    'BYDAY=XMO',
    'BYDAY=MOX',
    'BYDAY=MO,X2TU',
    'BYMONTHDAY=x1',
    'BYMONTHDAY=1x',
    'BYMONTH=1;BYMONTH=2',
  ])('with %s cannot be read, and it says which part that is', (part) => {
    const rule = part.startsWith('FREQ') ? part : `FREQ=DAILY;${part}`;
    const wrong = part.split(';').at(-1);
    expect(readRule(rule)).toEqual({
      kind: 'unsupported',
      reason: 'itemUnreadable',
      detail: `${wrong} in rule ${rule}`,
    });
  });

  it.each([
    ['FREQ=DAILY;BYHOUR=9', 'recurrenceNotExpressible', 'The rule has BYHOUR: FREQ=DAILY;BYHOUR=9'],
    ['FREQ=HOURLY', 'recurrenceNotExpressible', 'FREQ of rule FREQ=HOURLY'],
    ['INTERVAL=2', 'recurrenceNotExpressible', 'FREQ of rule INTERVAL=2'],
    ['FREQ=DAILY;UNTIL=20240231', 'itemUnreadable', 'UNTIL of rule FREQ=DAILY;UNTIL=20240231'],
  ])('%s is %s', (rule, reason, detail) => {
    expect(readRule(rule)).toEqual({ kind: 'unsupported', reason, detail });
  });

  it('that ends at an hour that no clock shows says so', () => {
    const until = { date: '2024-01-31', clock: '250000', isUtc: true };
    expect(lastDateOf(until, ROME)).toEqual({
      kind: 'unsupported',
      reason: 'itemUnreadable',
      detail: 'UNTIL 20240131T250000',
    });
  });
});

describe('dates that are left out', () => {
  it('may have blanks around them, and places between commas may be empty', () => {
    expect(readExcludedDates(exdate('EXDATE;VALUE=DATE: 20240108 , , 20240110 ,'), ROME)).toEqual([
      '2024-01-08',
      '2024-01-10',
    ]);
  });

  it.each([
    ['EXDATE;TZID=America/New_York:20240108T200000', '2024-01-09'],
    ['EXDATE:20240108T233000', '2024-01-08'],
    ['EXDATE:20240108T233000Z', '2024-01-09'],
    // The letter tells the zone, whatever else is said of it.
    ['EXDATE;TZID=America/New_York:20240108T200000Z', '2024-01-08'],
    ['EXDATE;TZID=Mars/Olympus:20240108T090000Z', '2024-01-08'],
  ])('%s is %s in Rome', (text, date) => {
    expect(readExcludedDates(exdate(text), ROME)).toEqual([date]);
  });

  it.each([
    ['EXDATE:20240230', 'itemUnreadable', 'EXDATE 20240230'],
    ['EXDATE:X20240108', 'itemUnreadable', 'EXDATE X20240108'],
    ['EXDATE:20240108X', 'itemUnreadable', 'EXDATE 20240108X'],
    ['EXDATE:20240108T250000', 'itemUnreadable', 'EXDATE 20240108T250000'],
    ['EXDATE;TZID=Mars/Olympus:20240108T090000', 'zoneUnknown', 'EXDATE in zone Mars/Olympus'],
  ])('%s: %s', (text, reason, detail) => {
    expect(readExcludedDates(exdate(text), ROME)).toEqual({ kind: 'unsupported', reason, detail });
  });
});
