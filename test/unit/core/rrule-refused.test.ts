/** Rules that no pattern of Exchange equals, and what the administrator is told of each. */
import { describe, expect, it } from 'vitest';
import { parseLiferayRecurrence } from '#core/rrule.ts';
import { timed } from './event-times.ts';

const BY_DAY = 'A daily rule with BYMONTH, BYMONTHDAY or BYSETPOS';
const BY_WEEK = 'A weekly rule with BYMONTH, BYMONTHDAY or BYSETPOS';
const NOT_ONE = 'BYDAY and BYSETPOS that are not one of first to fourth and last of one set of days';
const BOTH = 'Both BYMONTHDAY and BYDAY';
const missing = (days: string) => `Day ${days} of the month, and none where a month lacks it`;

/** A rule, the date of its start, and why it has no equal. */
type Refused = readonly [rule: string, start: string, detail: string];

function expectRefused(rule: string, start: string, detail: string): void {
  expect(parseLiferayRecurrence(`RRULE:${rule}`, timed(start))).toEqual({
    kind: 'unsupported',
    reason: 'recurrenceNotExpressible',
    detail,
  });
}

describe('parts that Exchange has nothing for', () => {
  it.each<Refused>([
    ['FREQ=HOURLY', '2024-01-09', 'FREQ of rule FREQ=HOURLY'],
    ['FREQ=DAILY;BYHOUR=9,15', '2024-01-09', 'The rule has BYHOUR: FREQ=DAILY;BYHOUR=9,15'],
    ['FREQ=YEARLY;BYYEARDAY=9', '2024-01-09', 'The rule has BYYEARDAY: FREQ=YEARLY;BYYEARDAY=9'],
    ['FREQ=YEARLY;BYWEEKNO=2', '2024-01-09', 'The rule has BYWEEKNO: FREQ=YEARLY;BYWEEKNO=2'],
  ])('%s from %s: %s', expectRefused);
});

describe('days and weeks', () => {
  it.each<Refused>([
    ['FREQ=DAILY;INTERVAL=2;BYDAY=TU', '2024-01-09', 'BYDAY with INTERVAL=2 in a daily rule'],
    ['FREQ=DAILY;BYDAY=2TU', '2024-01-09', 'BYDAY with INTERVAL=1 in a daily rule'],
    ['FREQ=DAILY;BYDAY=TU,2WE', '2024-01-09', 'BYDAY with INTERVAL=1 in a daily rule'],
    ['FREQ=DAILY;BYMONTH=1', '2024-01-09', BY_DAY],
    ['FREQ=DAILY;BYMONTHDAY=9', '2024-01-09', BY_DAY],
    ['FREQ=DAILY;BYMONTH=1;BYMONTHDAY=9', '2024-01-09', BY_DAY],
    ['FREQ=DAILY;BYMONTH=1;BYSETPOS=1', '2024-01-09', BY_DAY],
    ['FREQ=WEEKLY;BYDAY=2TU', '2024-01-09', 'A weekly rule with a numbered day'],
    ['FREQ=WEEKLY;BYDAY=TU,2WE', '2024-01-09', 'A weekly rule with a numbered day'],
    ['FREQ=WEEKLY;BYMONTH=1', '2024-01-09', BY_WEEK],
    ['FREQ=WEEKLY;BYMONTH=1;BYMONTHDAY=9', '2024-01-09', BY_WEEK],
    ['FREQ=WEEKLY;BYMONTH=1;BYSETPOS=1', '2024-01-09', BY_WEEK],
  ])('%s from %s: %s', expectRefused);
});

describe('days of the month', () => {
  it.each<Refused>([
    ['FREQ=MONTHLY;INTERVAL=1', '2024-01-29', missing('29')],
    ['FREQ=MONTHLY;INTERVAL=1', '2024-01-31', missing('31')],
    ['FREQ=MONTHLY;BYMONTHDAY=31', '2024-01-31', missing('31')],
    ['FREQ=MONTHLY;BYMONTHDAY=30,31;BYSETPOS=-1', '2024-01-31', missing('30, 31')],
    ['FREQ=MONTHLY;BYMONTHDAY=-2', '2024-01-30', missing('-2')],
    ['FREQ=MONTHLY;BYMONTHDAY=9,19', '2024-01-09', missing('9, 19')],
    ['FREQ=MONTHLY;BYMONTHDAY=28,29,30,31', '2024-01-31', missing('28, 29, 30, 31')],
    ['FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=1', '2024-01-28', missing('28, 29, 30, 31')],
    [
      'FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1,1',
      '2024-01-29',
      'BYSETPOS that does not pick one day of the month',
    ],
    ['FREQ=MONTHLY;BYMONTHDAY=9;BYSETPOS=2', '2024-01-09', missing('9')],
    ['FREQ=MONTHLY;BYSETPOS=1', '2024-01-09', 'BYSETPOS that does not pick one day of the month'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1,28,29;BYSETPOS=-1', '2024-01-31', missing('-1, 28, 29')],
    ['FREQ=MONTHLY;BYMONTHDAY=28,29,30,31,32;BYSETPOS=-1', '2024-01-31', missing('28, 29, 30, 31, 32')],
    ['FREQ=YEARLY', '2024-02-29', missing('29')],
    ['FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=31', '2024-03-31', missing('31')],
  ])('%s from %s: %s', expectRefused);
});

describe('weekdays of the month', () => {
  it.each<Refused>([
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '2024-09-13', BOTH],
    ['FREQ=MONTHLY;BYDAY=5TU', '2024-01-30', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=-2TU', '2024-01-23', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=2TU,3TU', '2024-01-09', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=2TU,WE', '2024-01-09', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=1', '2024-01-09', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=SA,2SU;BYSETPOS=1', '2024-01-06', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=1', '2024-01-02', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=MO,SA;BYSETPOS=1', '2024-01-06', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA;BYSETPOS=1', '2024-01-01', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1', '2024-01-01', NOT_ONE],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=5', '2024-01-05', NOT_ONE],
    ['FREQ=MONTHLY;BYMONTH=1;BYDAY=TU', '2024-01-09', NOT_ONE],
    ['FREQ=MONTHLY;INTERVAL=2;BYDAY=TU', '2024-01-09', 'BYDAY with INTERVAL=2 in a monthly rule'],
    ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8', '2024-01-02', BOTH],
    ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3', '2024-01-02', BOTH],
    ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3,4,5,6,7,8', '2024-01-02', BOTH],
    ['FREQ=MONTHLY;BYDAY=TU,TH;BYMONTHDAY=8,9,10,11,12,13,14', '2024-01-09', BOTH],
    ['FREQ=MONTHLY;BYDAY=2TU;BYMONTHDAY=8,9,10,11,12,13,14', '2024-01-09', BOTH],
    ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14;BYSETPOS=1', '2024-01-09', BOTH],
  ])('%s from %s: %s', expectRefused);
});

describe('months of the year', () => {
  it.each<Refused>([
    ['FREQ=YEARLY;BYDAY=2TU', '2024-02-13', 'The start is not in month 1'],
    ['FREQ=YEARLY;BYDAY=TU;BYSETPOS=-1', '2024-01-30', 'The start is not in month 12'],
    ['FREQ=YEARLY;BYMONTH=1,2,7', '2024-01-09', 'Months 1, 2, 7 are not evenly spaced'],
    ['FREQ=YEARLY;BYMONTH=1,6;BYMONTHDAY=9', '2024-01-09', 'Months 1, 6 are not evenly spaced'],
    ['FREQ=YEARLY;INTERVAL=2;BYMONTH=1,7', '2024-01-09', 'Several months in BYMONTH with INTERVAL=2'],
    ['FREQ=YEARLY;BYMONTH=1,7;BYDAY=TU;BYSETPOS=2', '2024-01-09', 'BYSETPOS in several months of a year'],
    ['FREQ=YEARLY;BYMONTH=7,10', '2024-01-09', 'The start is not in month 7, 10'],
    ['FREQ=YEARLY;BYMONTH=1,13', '2024-01-09', 'Months 1, 13 are not evenly spaced'],
    ['FREQ=YEARLY;BYMONTH=1,-5', '2024-01-09', 'Months 1, -5 are not evenly spaced'],
    ['FREQ=MONTHLY;INTERVAL=5;BYMONTH=1', '2024-01-09', 'Every 5 months with BYMONTH'],
    // Libraries disagree on which of the months the interval leaves.
    ['FREQ=MONTHLY;INTERVAL=2;BYMONTH=1,4,7,10', '2024-01-09', 'Several months in BYMONTH with INTERVAL=2'],
    ['FREQ=MONTHLY;BYMONTH=1,7', '2024-02-28', 'The start is not in month 1, 7'],
    // Every month by the letter of RFC 5545, every year by many who write it.
    [
      'FREQ=YEARLY;BYMONTHDAY=9',
      '2024-01-09',
      'A yearly rule with BYMONTHDAY, but without BYMONTH, which some read as every month',
    ],
  ])('%s from %s: %s', expectRefused);
});

describe('a start that is not on the pattern', () => {
  it.each<Refused>([
    ['FREQ=WEEKLY;BYDAY=MO', '2024-01-09', 'The start 2024-01-09 is not on the pattern'],
    ['FREQ=MONTHLY;BYDAY=3TU', '2024-01-09', 'The start 2024-01-09 is not on the pattern'],
    // What is left of BYMONTH=1 once Liferay has written the rule anew.
    ['FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYDAY=2TU', '2024-01-09', 'The start is not in month 2'],
  ])('%s from %s: %s', expectRefused);
});

describe('intervals and ends', () => {
  it.each<Refused>([
    ['FREQ=DAILY;INTERVAL=1000', '2024-01-09', 'Interval 1000 is not between 1 and 999'],
    ['FREQ=DAILY;INTERVAL=0', '2024-01-09', 'The interval is 0'],
    ['FREQ=WEEKLY;INTERVAL=100', '2024-01-09', 'Interval 100 is not between 1 and 99'],
    ['FREQ=MONTHLY;INTERVAL=100', '2024-01-09', 'Interval 100 is not between 1 and 99'],
    ['FREQ=YEARLY;INTERVAL=9', '2024-01-09', 'Interval 108 is not between 1 and 99'],
    ['FREQ=DAILY;COUNT=999999', '2024-01-09', '999999 occurrences are not between 1 and 999'],
    // The last one would be in a year that no calendar has.
    ['FREQ=DAILY;INTERVAL=999;COUNT=999999', '2024-01-09', '999999 occurrences are not between 1 and 999'],
    // The last one would be on 1 September 4500.
    ['FREQ=DAILY;COUNT=904577', '2024-01-09', '904577 occurrences are not between 1 and 999'],
    [
      'FREQ=DAILY;UNTIL=20240108',
      '2024-01-09',
      'The series ends on 2024-01-08, before it starts on 2024-01-09',
    ],
    ['FREQ=DAILY;COUNT=3;UNTIL=20240131', '2024-01-09', 'The rule has both COUNT and UNTIL'],
    ['FREQ=YEARLY;COUNT=3000', '2024-01-09', '3000 occurrences are not between 1 and 999'],
  ])('%s from %s: %s', expectRefused);
});

describe('other lines', () => {
  const rule = 'RRULE:FREQ=DAILY;INTERVAL=1';

  it.each([
    ['RDATE;VALUE=DATE:20240301', 'The recurrence has RDATE'],
    ['EXRULE:FREQ=WEEKLY', 'The recurrence has EXRULE'],
    [rule, 'The recurrence has two rules'],
  ])('%s beside a rule: %s', (line, detail) => {
    expect(parseLiferayRecurrence(`${rule}\n${line}`, timed('2024-01-09'))).toEqual({
      kind: 'unsupported',
      reason: 'recurrenceNotExpressible',
      detail,
    });
  });
});

describe('what is no rule at all', () => {
  it.each([
    ['every day', 'Recurrence every day'],
    ['RRULE:FREQ=DAILY;COUNT=many', 'COUNT=MANY in rule FREQ=DAILY;COUNT=MANY'],
    ['RRULE:FREQ=DAILY;UNTIL=20240231', 'UNTIL of rule FREQ=DAILY;UNTIL=20240231'],
    ['RRULE:FREQ=DAILY;INTERVAL=1;INTERVAL=2', 'INTERVAL=2 in rule FREQ=DAILY;INTERVAL=1;INTERVAL=2'],
    ['RRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:tomorrow', 'EXDATE TOMORROW'],
    ['EXDATE;VALUE=DATE:20240110', 'No RRULE in EXDATE;VALUE=DATE:20240110'],
  ])('%j: %s', (text, detail) => {
    expect(parseLiferayRecurrence(text, timed('2024-01-09'))).toEqual({
      kind: 'unsupported',
      reason: 'itemUnreadable',
      detail,
    });
  });
});
