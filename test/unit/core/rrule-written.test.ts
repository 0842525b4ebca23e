/** Patterns of Exchange as rules, and deleted occurrences as dates of EXDATE, both ways. */
import { describe, expect, it } from 'vitest';
import type { EventTime, RecurrencePattern, RecurrenceRange } from '#core/event.ts';
import { formatExcludedDates, formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';
import { timed } from './event-times.ts';

function ruleOf(
  pattern: RecurrencePattern,
  time: EventTime,
  range: RecurrenceRange = { kind: 'noEnd' },
): string {
  const formatted = formatRRule({ pattern, range }, time);
  return formatted.kind === 'rule' ? formatted.text : formatted.reason;
}

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
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'third' },
      '2024-01-16',
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=3TU',
    ],
    [
      { kind: 'relativeMonthly', interval: 1, days: 'TU', index: 'fourth' },
      '2024-01-23',
      'FREQ=MONTHLY;INTERVAL=1;BYDAY=4TU',
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
    expect(ruleOf({ kind: 'daily', interval: 1 }, time, { kind: 'count', count: 1 })).toBe(
      'RRULE:FREQ=DAILY;COUNT=1;INTERVAL=1',
    );
  });

  it('not when the start is off the pattern or a limit is passed', () => {
    const time = timed('2024-01-09');
    expect(ruleOf({ kind: 'absoluteMonthly', interval: 1, day: 10 }, time)).toBe('recurrenceNotExpressible');
    expect(ruleOf({ kind: 'daily', interval: 0 }, time)).toBe('recurrenceNotExpressible');
    for (const count of [0, 1.5, 1000]) {
      expect(ruleOf({ kind: 'daily', interval: 1 }, time, { kind: 'count', count })).toBe(
        'recurrenceNotExpressible',
      );
    }
    expect(ruleOf({ kind: 'daily', interval: 1 }, time, { kind: 'until', until: '2024-01-08' })).toBe(
      'recurrenceNotExpressible',
    );
  });
});
