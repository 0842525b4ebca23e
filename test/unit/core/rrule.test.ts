/** Recurrence text of Liferay ↔ canonical recurrence, with other libraries as judges of what a rule means. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventTime, RecurrencePattern, RecurrenceRange } from '#core/event.ts';
import { occurrences, startsOnPattern } from '#core/occurrences.ts';
import { canonicalRecurrence } from '#core/recurrence-dates.ts';
import { formatExcludedDates, formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';
import { series, startDay } from './recurrence.arbitrary.ts';
import { firstDate, localDate, oraclesFor } from './rule-oracles.ts';

const LIMIT = 40;
const LAST_YEAR = 2060;

function timed(start: string, zone = 'Europe/Rome'): EventTime {
  return { kind: 'timed', start: `${start}T10:00:00Z`, end: `${start}T11:00:00Z`, zone };
}

function patternOf(text: string, time: EventTime): RecurrencePattern | string {
  const parsed = parseLiferayRecurrence(text, time);
  if (parsed.kind === 'recurrence') return parsed.recurrence.pattern;
  return parsed.kind === 'none' ? 'none' : parsed.reason;
}

function ruleOf(
  pattern: RecurrencePattern,
  time: EventTime,
  range: RecurrenceRange = { kind: 'noEnd' },
): string {
  const formatted = formatRRule({ pattern, range }, time);
  return formatted.kind === 'rule' ? formatted.text : formatted.reason;
}

function ownDates(time: EventTime, recurrence: Parameters<typeof occurrences>[1]): string[] {
  const end = `${LAST_YEAR + 1}-01-03T00:00:00Z`;
  return occurrences(time, recurrence, '2018-01-01T00:00:00Z', end, LIMIT)
    .map(({ start }) => localDate(time, start))
    .filter((date) => date <= `${LAST_YEAR}-12-31`);
}

describe('rules that the recurrence dialog of Liferay makes', () => {
  // 9 January 2024 is the second Tuesday of its month, the 30th the last one.
  it.each<[string, string, RecurrencePattern]>([
    ['FREQ=DAILY;INTERVAL=3', '2024-01-09', { kind: 'daily', interval: 3 }],
    [
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH',
      '2024-01-09',
      { kind: 'weekly', interval: 2, days: ['TU', 'TH'], firstDay: 'MO' },
    ],
    ['FREQ=MONTHLY;INTERVAL=1', '2024-01-09', { kind: 'absoluteMonthly', interval: 1, day: 9 }],
    [
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU',
      '2024-01-09',
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'second' },
    ],
    [
      'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TU',
      '2024-01-30',
      { kind: 'relativeMonthly', interval: 2, days: 'TU', index: 'last' },
    ],
    ['FREQ=YEARLY;INTERVAL=1', '2024-01-09', { kind: 'absoluteYearly', month: 1, day: 9 }],
    ['FREQ=YEARLY;INTERVAL=2', '2024-01-09', { kind: 'absoluteMonthly', interval: 24, day: 9 }],
    [
      'FREQ=YEARLY;INTERVAL=1;BYMONTH=1;BYDAY=2TU',
      '2024-01-09',
      { kind: 'relativeYearly', month: 1, days: 'TU', index: 'second' },
    ],
  ])('%s from %s', (rule, start, pattern) => {
    expect(patternOf(`RRULE:${rule}`, timed(start))).toEqual(pattern);
  });

  it('end never, after a number of occurrences, or on a date', () => {
    const rangeOf = (part: string) => {
      const parsed = parseLiferayRecurrence(`RRULE:FREQ=DAILY;${part}INTERVAL=1`, timed('2024-01-09'));
      return parsed.kind === 'recurrence' ? parsed.recurrence.range : parsed;
    };
    expect(rangeOf('')).toEqual({ kind: 'noEnd' });
    expect(rangeOf('COUNT=0;')).toEqual({ kind: 'noEnd' });
    expect(rangeOf('COUNT=999;')).toEqual({ kind: 'count', count: 999 });
    expect(rangeOf('UNTIL=20240109;')).toEqual({ kind: 'until', until: '2024-01-09' });
    // More than Exchange counts: 1000 days after the first one, were there 1001.
    expect(rangeOf('COUNT=1001;')).toEqual({ kind: 'until', until: '2026-10-05' });
    expect(rangeOf('COUNT=999999;')).toMatchObject({ reason: 'recurrenceNotExpressible' });
    expect(rangeOf('UNTIL=20240108;')).toMatchObject({ reason: 'recurrenceNotExpressible' });
    expect(rangeOf('COUNT=3;UNTIL=20240131;')).toMatchObject({ reason: 'recurrenceNotExpressible' });
  });
});

describe('an end with a time of day', () => {
  const rome = timed('2024-01-09');
  const tokyo: EventTime = {
    kind: 'timed',
    start: '2024-01-08T23:00:00Z',
    end: '2024-01-09T00:00:00Z',
    zone: 'Asia/Tokyo',
  };
  const newYork: EventTime = {
    kind: 'timed',
    start: '2024-01-09T14:00:00Z',
    end: '2024-01-09T15:00:00Z',
    zone: 'America/New_York',
  };
  const wholeDays: EventTime = { kind: 'allDay', start: '2024-01-09', end: '2024-01-10' };
  it.each<[string, EventTime, string]>([
    ['20240131T225959Z', rome, '2024-01-31'],
    ['20240131T233000Z', rome, '2024-01-31'],
    // The last start itself, and a second before it. Rome is at 11:00, Tokyo at 8:00 of the next day.
    ['20240131T100000Z', rome, '2024-01-31'],
    ['20240131T095959Z', rome, '2024-01-30'],
    ['20240131T000000Z', rome, '2024-01-30'],
    ['20240131T110000', rome, '2024-01-31'],
    ['20240131T105959', rome, '2024-01-30'],
    ['20240130T230000Z', tokyo, '2024-01-31'],
    ['20240201T045959Z', newYork, '2024-01-31'],
    ['20240131T000000Z', wholeDays, '2024-01-31'],
  ])('%s for %j is %s', (until, time, date) => {
    const parsed = parseLiferayRecurrence(`RRULE:FREQ=DAILY;UNTIL=${until}`, time);
    expect(parsed).toMatchObject({ recurrence: { range: { kind: 'until', until: date } } });
  });

  it('before the first start is none', () => {
    const reasonOf = (until: string) => parseLiferayRecurrence(`RRULE:FREQ=DAILY;UNTIL=${until}`, rome);
    expect(reasonOf('20240109T090000Z')).toMatchObject({ reason: 'recurrenceNotExpressible' });
    expect(reasonOf('20240131T250000Z')).toMatchObject({ reason: 'itemUnreadable' });
  });
});

describe('rules that others have stored', () => {
  it.each<[string, string, RecurrencePattern]>([
    ['FREQ=WEEKLY', '2024-01-09', { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'MO' }],
    [
      'BYDAY=TU;INTERVAL=1;FREQ=WEEKLY',
      '2024-01-09',
      { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'MO' },
    ],
    [
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU',
      '2024-01-09',
      { kind: 'weekly', interval: 2, days: ['TU', 'SU'], firstDay: 'SU' },
    ],
    [
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU',
      '2024-01-09',
      { kind: 'weekly', interval: 2, days: ['TU'], firstDay: 'MO' },
    ],
    [
      'FREQ=DAILY;BYDAY=MO,TU',
      '2024-01-09',
      { kind: 'weekly', interval: 1, days: ['MO', 'TU'], firstDay: 'MO' },
    ],
    ['FREQ=MONTHLY;BYDAY=TU', '2024-01-09', { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'MO' }],
    ['FREQ=MONTHLY;BYMONTHDAY=9', '2024-01-09', { kind: 'absoluteMonthly', interval: 1, day: 9 }],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', '2024-01-31', { kind: 'absoluteMonthly', interval: 1, day: 31 }],
    [
      'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
      '2024-02-29',
      { kind: 'absoluteMonthly', interval: 1, day: 31 },
    ],
    [
      'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1',
      '2024-01-30',
      { kind: 'absoluteMonthly', interval: 1, day: 30 },
    ],
    // Every second month from January has at least 30 days: RRULE skips none.
    ['FREQ=MONTHLY;INTERVAL=2', '2024-01-30', { kind: 'absoluteMonthly', interval: 2, day: 30 }],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1',
      '2024-01-01',
      { kind: 'relativeMonthly', interval: 1, days: 'weekday', index: 'first' },
    ],
    [
      'FREQ=MONTHLY;BYDAY=SU,SA;BYSETPOS=-1',
      '2024-01-28',
      { kind: 'relativeMonthly', interval: 1, days: 'weekendDay', index: 'last' },
    ],
    [
      'FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2',
      '2024-01-09',
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'second' },
    ],
    ['FREQ=MONTHLY;INTERVAL=12', '2024-01-31', { kind: 'absoluteYearly', month: 1, day: 31 }],
    ['FREQ=MONTHLY;BYMONTH=1;BYMONTHDAY=9', '2024-01-09', { kind: 'absoluteYearly', month: 1, day: 9 }],
    ['FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=9', '2024-01-09', { kind: 'absoluteYearly', month: 1, day: 9 }],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1', '2024-02-29', { kind: 'absoluteYearly', month: 2, day: 29 }],
    ['FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=-1', '2024-04-30', { kind: 'absoluteYearly', month: 4, day: 30 }],
    [
      'FREQ=YEARLY;BYDAY=2TU',
      '2024-01-09',
      { kind: 'relativeYearly', month: 1, days: 'TU', index: 'second' },
    ],
    [
      'FREQ=YEARLY;BYDAY=-1TU',
      '2024-12-31',
      { kind: 'relativeYearly', month: 12, days: 'TU', index: 'last' },
    ],
    ['FREQ=YEARLY;BYMONTH=1,01', '2024-01-09', { kind: 'absoluteYearly', month: 1, day: 9 }],
    ['FREQ=YEARLY;BYMONTH=7,1', '2024-01-09', { kind: 'absoluteMonthly', interval: 6, day: 9 }],
    [
      'FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=30',
      '2024-03-30',
      { kind: 'absoluteMonthly', interval: 3, day: 30 },
    ],
    [
      'FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=-1TU',
      '2024-04-30',
      { kind: 'relativeMonthly', interval: 3, days: 'TU', index: 'last' },
    ],
    [
      'FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=-1',
      '2024-01-31',
      { kind: 'absoluteMonthly', interval: 1, day: 31 },
    ],
    [
      'FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14',
      '2024-01-09',
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'second' },
    ],
    [
      'FREQ=YEARLY;BYMONTH=1;BYDAY=TU;BYMONTHDAY=-1,-2,-3,-4,-5,-6,-7',
      '2024-01-30',
      { kind: 'relativeYearly', month: 1, days: 'TU', index: 'last' },
    ],
  ])('%s from %s has an equal', (rule, start, pattern) => {
    expect(patternOf(`RRULE:${rule}`, timed(start))).toEqual(pattern);
    expect(patternOf(`rrule:${rule.toLowerCase()}`, timed(start))).toEqual(pattern);
  });

  it.each([
    ['FREQ=HOURLY', '2024-01-09'],
    ['FREQ=DAILY;BYHOUR=9,15', '2024-01-09'],
    ['FREQ=DAILY;INTERVAL=2;BYDAY=TU', '2024-01-09'],
    ['FREQ=DAILY;BYMONTH=1', '2024-01-09'],
    ['FREQ=DAILY;INTERVAL=1000', '2024-01-09'],
    ['FREQ=DAILY;INTERVAL=0', '2024-01-09'],
    ['FREQ=WEEKLY;INTERVAL=100', '2024-01-09'],
    ['FREQ=WEEKLY;BYDAY=MO', '2024-01-09'],
    ['FREQ=WEEKLY;BYDAY=2TU', '2024-01-09'],
    ['FREQ=MONTHLY;INTERVAL=1', '2024-01-29'],
    ['FREQ=MONTHLY;INTERVAL=1', '2024-01-31'],
    ['FREQ=MONTHLY;BYMONTHDAY=31', '2024-01-31'],
    ['FREQ=MONTHLY;BYMONTHDAY=30,31;BYSETPOS=-1', '2024-01-31'],
    ['FREQ=MONTHLY;BYMONTHDAY=-2', '2024-01-30'],
    ['FREQ=MONTHLY;BYMONTHDAY=9,19', '2024-01-09'],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '2024-09-13'],
    ['FREQ=MONTHLY;BYDAY=5TU', '2024-01-30'],
    ['FREQ=MONTHLY;BYDAY=-2TU', '2024-01-23'],
    ['FREQ=MONTHLY;BYDAY=2TU,3TU', '2024-01-09'],
    ['FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=1', '2024-01-02'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1', '2024-01-01'],
    ['FREQ=MONTHLY;BYDAY=3TU', '2024-01-09'],
    ['FREQ=YEARLY', '2024-02-29'],
    ['FREQ=YEARLY;INTERVAL=9', '2024-01-09'],
    ['FREQ=YEARLY;BYMONTH=1,2,7', '2024-01-09'],
    ['FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=9', '2024-01-09'],
    ['FREQ=YEARLY;INTERVAL=2;BYMONTH=1,7', '2024-01-09'],
    ['FREQ=YEARLY;BYMONTH=1,7;BYDAY=TU;BYSETPOS=2', '2024-01-09'],
    ['FREQ=YEARLY;BYMONTH=7,10', '2024-01-09'],
    ['FREQ=YEARLY;BYMONTH=1,13', '2024-01-09'],
    ['FREQ=YEARLY;BYMONTH=1,-5', '2024-01-09'],
    ['FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=31', '2024-03-31'],
    ['FREQ=MONTHLY;INTERVAL=5;BYMONTH=1', '2024-01-09'],
    // Libraries disagree on which of the months the interval leaves.
    ['FREQ=MONTHLY;INTERVAL=2;BYMONTH=1,4,7,10', '2024-01-09'],
    ['FREQ=MONTHLY;BYMONTH=1,7', '2024-02-28'],
    ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8', '2024-01-02'],
    ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3', '2024-01-02'],
    ['FREQ=MONTHLY;BYDAY=TU,TH;BYMONTHDAY=8,9,10,11,12,13,14', '2024-01-09'],
    ['FREQ=MONTHLY;BYDAY=2TU;BYMONTHDAY=8,9,10,11,12,13,14', '2024-01-09'],
    ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14;BYSETPOS=1', '2024-01-09'],
    // What is left of BYMONTH=1 once Liferay has written the rule anew.
    ['FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYDAY=2TU', '2024-01-09'],
    // Every month by the letter of RFC 5545, every year by many who write it.
    ['FREQ=YEARLY;BYMONTHDAY=9', '2024-01-09'],
    ['FREQ=YEARLY;BYYEARDAY=9', '2024-01-09'],
    ['FREQ=YEARLY;BYWEEKNO=2', '2024-01-09'],
  ])('%s from %s has none', (rule, start) => {
    expect(patternOf(`RRULE:${rule}`, timed(start))).toBe('recurrenceNotExpressible');
  });

  it('are refused with RDATE, EXRULE or a second rule', () => {
    const rule = 'RRULE:FREQ=DAILY;INTERVAL=1';
    for (const line of ['RDATE;VALUE=DATE:20240301', 'EXRULE:FREQ=WEEKLY', rule]) {
      expect(patternOf(`${rule}\n${line}`, timed('2024-01-09'))).toBe('recurrenceNotExpressible');
    }
  });

  it.each([
    'every day',
    'RRULE:FREQ=DAILY;COUNT=many',
    'RRULE:FREQ=DAILY;UNTIL=20240231',
    'RRULE:FREQ=DAILY;INTERVAL=1;INTERVAL=2',
    'RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:tomorrow',
    'EXDATE;VALUE=DATE:20240110',
  ])('%j is not read as anything', (text) => {
    expect(patternOf(text, timed('2024-01-09'))).toBe('itemUnreadable');
  });
});

describe('no recurrence', () => {
  it.each(['', ' ', '\n'])('%j', (text) => {
    expect(parseLiferayRecurrence(text, timed('2024-01-09'))).toEqual({ kind: 'none' });
  });
});

describe('excluded dates', () => {
  const rule = 'RRULE:FREQ=DAILY;INTERVAL=1';
  // 23:30 of the 9th in UTC is the 10th in Rome.
  const late: EventTime = {
    kind: 'timed',
    start: '2024-01-09T23:30:00Z',
    end: '2024-01-10T00:30:00Z',
    zone: 'Europe/Rome',
  };
  it.each([
    ['EXDATE;TZID="UTC";VALUE=DATE:20240112,20240111', ['2024-01-11', '2024-01-12']],
    ['EXDATE;TZID="UTC";VALUE=DATE:20240112,20240112', ['2024-01-12']],
    ['exdate;value=date:20240112', ['2024-01-12']],
    ['EXDATE:20240112', ['2024-01-12']],
    ['EXDATE;TZID="UTC";VALUE=DATE-TIME:20240110T233000Z,20240111T233000Z', ['2024-01-11', '2024-01-12']],
    ['EXDATE:20240110T233000Z', ['2024-01-11']],
    ['EXDATE;TZID="UTC":20240110T233000', ['2024-01-11']],
    ['EXDATE;TZID=Europe/Rome:20240111T003000', ['2024-01-11']],
    ['EXDATE:20240111T003000', ['2024-01-11']],
    ['EXDATE;VALUE=DATE-TIME:20240110T230000Z', ['2024-01-11']],
    ['EXDATE;VALUE=DATE:20240111\nEXDATE;VALUE=DATE:20240112', ['2024-01-11', '2024-01-12']],
  ])('%j', (lines, dates) => {
    expect(parseLiferayRecurrence(`${rule}\n${lines}`, late)).toMatchObject({ excludedDates: dates });
  });

  it('of an all-day event are the dates as they are written', () => {
    const time: EventTime = { kind: 'allDay', start: '2024-01-09', end: '2024-01-10' };
    const text = `${rule}\nEXDATE;TZID="UTC";VALUE=DATE-TIME:20240111T000000Z`;
    expect(parseLiferayRecurrence(text, time)).toMatchObject({ excludedDates: ['2024-01-11'] });
  });

  it('in a zone that nobody knows are refused', () => {
    const parsed = parseLiferayRecurrence(`${rule}\nEXDATE;TZID=Mars/Olympus:20240111T003000`, late);
    expect(parsed).toMatchObject({ kind: 'unsupported', reason: 'zoneUnknown' });
  });

  it("are written in Liferay's spelling and read back", () => {
    const line = formatExcludedDates(['2024-01-12', '2024-01-11']);
    expect(line).toBe('EXDATE;TZID="UTC";VALUE=DATE:20240111,20240112');
    expect(parseLiferayRecurrence(`${rule}\n${line}`, late)).toMatchObject({
      excludedDates: ['2024-01-11', '2024-01-12'],
    });
    expect(formatExcludedDates([])).toBe('');
  });
});

describe('patterns of Exchange are written', () => {
  it.each<[RecurrencePattern, string, string]>([
    [{ kind: 'daily', interval: 1 }, '2024-01-09', 'FREQ=DAILY;INTERVAL=1'],
    [
      { kind: 'weekly', interval: 1, days: ['TH', 'TU'], firstDay: 'SU' },
      '2024-01-09',
      'FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,TH',
    ],
    [
      { kind: 'weekly', interval: 2, days: ['SU', 'TU'], firstDay: 'SU' },
      '2024-01-09',
      'FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU,SU',
    ],
    [{ kind: 'absoluteMonthly', interval: 3, day: 9 }, '2024-01-09', 'FREQ=MONTHLY;INTERVAL=3'],
    [
      { kind: 'absoluteMonthly', interval: 1, day: 29 },
      '2024-01-29',
      'FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29;BYSETPOS=-1',
    ],
    [
      { kind: 'absoluteMonthly', interval: 1, day: 30 },
      '2024-01-30',
      'FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30;BYSETPOS=-1',
    ],
    [
      { kind: 'absoluteMonthly', interval: 1, day: 31 },
      '2024-02-29',
      'FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1',
    ],
    [{ kind: 'absoluteMonthly', interval: 24, day: 31 }, '2024-01-31', 'FREQ=YEARLY;INTERVAL=2'],
    [
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'second' },
      '2024-01-09',
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU',
    ],
    [
      { kind: 'relativeMonthly', interval: 1, days: 'weekday', index: 'last' },
      '2024-01-31',
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    ],
    [
      { kind: 'relativeMonthly', interval: 1, days: 'weekendDay', index: 'first' },
      '2024-01-06',
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=SA,SU;BYSETPOS=1',
    ],
    [
      { kind: 'relativeMonthly', interval: 1, days: 'day', index: 'third' },
      '2024-01-03',
      'FREQ=MONTHLY;INTERVAL=1',
    ],
    [
      { kind: 'relativeMonthly', interval: 1, days: 'day', index: 'last' },
      '2024-01-31',
      'FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1',
    ],
    [{ kind: 'absoluteYearly', month: 1, day: 31 }, '2024-01-31', 'FREQ=YEARLY;INTERVAL=1'],
    [{ kind: 'absoluteYearly', month: 2, day: 29 }, '2023-02-28', 'FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=-1'],
    [
      { kind: 'relativeYearly', month: 1, days: 'TU', index: 'second' },
      '2024-01-09',
      'FREQ=MONTHLY;INTERVAL=12;BYDAY=2TU',
    ],
  ])('%j from %s', (pattern, start, rule) => {
    expect(ruleOf(pattern, timed(start))).toBe(`RRULE:${rule}`);
  });

  it('with their end between the start of the week and the interval', () => {
    const pattern: RecurrencePattern = { kind: 'weekly', interval: 2, days: ['TU', 'SU'], firstDay: 'SU' };
    const time = timed('2024-01-09');
    expect(ruleOf(pattern, time, { kind: 'until', until: '2024-03-01' })).toBe(
      'RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20240301;INTERVAL=2;BYDAY=TU,SU',
    );
    expect(ruleOf(pattern, time, { kind: 'count', count: 5 })).toBe(
      'RRULE:FREQ=WEEKLY;WKST=SU;COUNT=5;INTERVAL=2;BYDAY=TU,SU',
    );
  });

  it('not when the start is off the pattern or a limit is passed', () => {
    const time = timed('2024-01-09');
    expect(ruleOf({ kind: 'absoluteMonthly', interval: 1, day: 10 }, time)).toBe('recurrenceNotExpressible');
    expect(ruleOf({ kind: 'daily', interval: 0 }, time)).toBe('recurrenceNotExpressible');
    expect(ruleOf({ kind: 'daily', interval: 1 }, time, { kind: 'count', count: 1000 })).toBe(
      'recurrenceNotExpressible',
    );
    expect(ruleOf({ kind: 'daily', interval: 1 }, time, { kind: 'until', until: '2024-01-08' })).toBe(
      'recurrenceNotExpressible',
    );
  });
});

describe('for every series that Exchange can hold', () => {
  it('the rule is read back as the same recurrence', () => {
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const canonical = canonicalRecurrence(recurrence, time);
        const formatted = formatRRule(canonical, time);
        const text = formatted.kind === 'rule' ? formatted.text : formatted.detail;
        expect(parseLiferayRecurrence(text, time)).toEqual({
          kind: 'recurrence',
          recurrence: canonical,
          excludedDates: [],
        });
        expect(formatRRule(recurrence, time)).toEqual(formatted);
      }),
      { numRuns: 2000 },
    );
  });

  it('the rule has the same dates', () => {
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const formatted = formatRRule(recurrence, time);
        const text = formatted.kind === 'rule' ? formatted.text : formatted.detail;
        for (const oracle of oraclesFor(text)) {
          expect(ownDates(time, recurrence)).toEqual(oracle(text, localDate(time), LIMIT, LAST_YEAR));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the canonical recurrence has the same dates and is its own canonical form', () => {
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const canonical = canonicalRecurrence(recurrence, time);
        expect(canonicalRecurrence(canonical, time)).toEqual(canonical);
        expect(ownDates(time, canonical)).toEqual(ownDates(time, recurrence));
      }),
      { numRuns: 300 },
    );
  });
});

describe('for every rule of iCalendar', () => {
  const weekdays = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
  const numbers = (...from: number[]) => fc.constantFrom(...from);
  const days = fc.oneof(
    fc.tuple(fc.constantFrom('', '1', '2', '4', '5', '-1', '-2'), weekdays).map((parts) => parts.join('')),
    fc.uniqueArray(weekdays, { minLength: 1, maxLength: 7 }).map((list) => list.join(',')),
    fc.constantFrom('MO,TU,WE,TH,FR', 'SA,SU', 'MO,TU,WE,TH,FR,SA,SU', '1MO,2TU'),
  );
  const monthDays = fc.oneof(
    numbers(1, 9, 15, 28, 29, 30, 31, -1, -2).map(String),
    fc.constantFrom('28,29', '28,29,30', '28,29,30,31', '30,31', '1,15', '27,28,29'),
    fc.constantFrom('1,2,3,4,5,6,7', '8,9,10,11,12,13,14', '22,23,24,25,26,27,28', '-7,-6,-5,-4,-3,-2,-1'),
  );
  const parts = {
    INTERVAL: numbers(1, 2, 3, 4, 6, 12),
    WKST: weekdays,
    BYMONTH: fc.constantFrom('1', '2', '4', '12', '1,7', '3,6,9,12', '2,5,8', '1,2,3,4,5,6,7,8,9,10,11,12'),
    BYMONTHDAY: monthDays,
    BYDAY: days,
    BYSETPOS: numbers(1, 2, -1),
    COUNT: numbers(1, 3, 12),
  };
  const rule = fc
    .record({
      frequency: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
      // Few parts at a time: most rules with many have no equal, or no date at all.
      names: fc.subarray(Object.keys(parts) as (keyof typeof parts)[], { maxLength: 3 }),
      values: fc.record(parts),
    })
    .map(({ frequency, names, values }) => {
      const written = names.map((name) => `;${name}=${values[name]}`);
      return `RRULE:FREQ=${frequency}${written.join('')}`;
    });

  it('what we read has the dates that others read', () => {
    let understood = 0;
    const check = (text: string, anyDay: string) => {
      const start = firstDate(text, anyDay);
      if (start === null) return;
      const time: EventTime = { kind: 'allDay', start, end: start };
      const parsed = parseLiferayRecurrence(text, time);
      if (parsed.kind !== 'recurrence') return;
      understood++;
      expect(startsOnPattern(time, parsed.recurrence)).toBe(true);
      for (const each of oraclesFor(text)) {
        expect(ownDates(time, parsed.recurrence)).toEqual(each(text, start, LIMIT, LAST_YEAR));
      }
    };
    fc.assert(fc.property(rule, startDay, check), { numRuns: 1000 });
    expect(understood).toBeGreaterThan(200);
  });
});
