/** Recurrence texts that Liferay and others store, and the pattern that each one is read as. */
import { describe, expect, it } from 'vitest';
import type { EventTime, RecurrencePattern } from '#core/event.ts';
import { parseLiferayRecurrence } from '#core/rrule.ts';
import { timed } from './event-times.ts';

function patternOf(text: string, time: EventTime): RecurrencePattern | string {
  const parsed = parseLiferayRecurrence(text, time);
  if (parsed.kind === 'recurrence') return parsed.recurrence.pattern;
  return parsed.kind === 'none' ? 'none' : parsed.reason;
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
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU',
      '2024-01-02',
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'first' },
    ],
    [
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU',
      '2024-01-09',
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'second' },
    ],
    [
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=3TU',
      '2024-01-16',
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'third' },
    ],
    [
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=4TU',
      '2024-01-23',
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'fourth' },
    ],
    [
      'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TU',
      '2024-01-30',
      { kind: 'relativeMonthly', interval: 2, days: 'TU', index: 'last' },
    ],
    ['FREQ=YEARLY;INTERVAL=1', '2024-01-09', { kind: 'absoluteYearly', month: 1, day: 9 }],
    ['FREQ=YEARLY;INTERVAL=2', '2024-01-09', { kind: 'absoluteMonthly', interval: 24, day: 9 }],
    ['FREQ=YEARLY;INTERVAL=1', '2024-03-09', { kind: 'absoluteYearly', month: 3, day: 9 }],
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
    // The last day that Outlook's calendar has.
    expect(rangeOf('COUNT=904576;')).toEqual({ kind: 'until', until: '4500-08-31' });
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
  it.each([
    ['FREQ=DAILY;INTERVAL=999', { kind: 'daily', interval: 999 }],
    ['FREQ=WEEKLY;INTERVAL=99', { kind: 'weekly', interval: 99 }],
    ['FREQ=MONTHLY;INTERVAL=99', { kind: 'absoluteMonthly', interval: 99 }],
  ])('%s is the furthest apart', (rule, pattern) => {
    expect(patternOf(`RRULE:${rule}`, timed('2024-01-09'))).toMatchObject(pattern);
  });

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
    ['FREQ=MONTHLY;BYMONTHDAY=1', '2024-01-01', { kind: 'absoluteMonthly', interval: 1, day: 1 }],
    ['FREQ=MONTHLY;BYMONTHDAY=9;BYSETPOS=1', '2024-01-09', { kind: 'absoluteMonthly', interval: 1, day: 9 }],
    [
      'FREQ=MONTHLY;BYMONTHDAY=1,28,29;BYSETPOS=-1',
      '2024-01-29',
      { kind: 'absoluteMonthly', interval: 1, day: 29 },
    ],
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
      'FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=TU;BYSETPOS=-1',
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
});

describe('no recurrence', () => {
  it.each(['', ' ', '\n'])('%j', (text) => {
    expect(parseLiferayRecurrence(text, timed('2024-01-09'))).toEqual({ kind: 'none' });
  });
});
