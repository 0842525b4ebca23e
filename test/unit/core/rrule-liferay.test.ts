/** Whether a rule that Liferay wrote anew is known as such, with the emulated portal as the one who writes it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventTime } from '#core/event.ts';
import { formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';
import { isReserialised, mendedRule } from '#core/rrule-liferay.ts';
import { parseRecurrence, serializeRecurrence } from '#test/emulators/liferay/recurrence-text.ts';
import { series } from './recurrence.arbitrary.ts';

/** What the portal stores after people have deleted or changed so many occurrences, one by one. */
function writtenAnew(text: string, times = 1, zone = 'Europe/Rome'): string {
  let stored = text;
  for (let time = 0; time < times; time++) {
    const recurrence = parseRecurrence(stored, zone);
    if (recurrence === null) throw new Error(`Liferay cannot read ${stored}`);
    const exceptionDates = [...recurrence.exceptionDates, `202401${10 + time}`];
    stored = serializeRecurrence({ ...recurrence, exceptionDates });
  }
  return stored;
}

/** What Liferay's recurrence dialog makes. */
const OWN_RULES = ['DAILY', 'WEEKLY;BYDAY=MO', 'MONTHLY', 'MONTHLY;BYDAY=2TU', 'MONTHLY;BYDAY=-1FR', 'YEARLY']
  .concat(['WEEKLY;BYDAY=SU,MO,TH', 'YEARLY;BYMONTH=1;BYDAY=2TU', 'YEARLY;BYMONTH=12;BYDAY=-1MO'])
  .flatMap((rule) =>
    ['', 'COUNT=10;', 'UNTIL=20250131;'].map((end) => rule.replace(/;|$/, `;${end}INTERVAL=2;`)),
  )
  .map((rule) => `RRULE:FREQ=${rule.replace(/;$/, '')}`);
/** What people have imported. */
const OTHER_RULES = [
  'RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1',
  'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1',
  'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'RRULE:FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU,SU',
  'RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
  'RRULE:FREQ=YEARLY;BYMONTH=3,6,9;BYMONTHDAY=9',
  'RRULE:FREQ=DAILY;BYHOUR=9;COUNT=0',
  'RRULE:BYDAY=TU,MO;FREQ=WEEKLY',
  'RRULE:FREQ=DAILY;UNTIL=20240131T235959Z',
  'RRULE:FREQ=DAILY;UNTIL=20240131T090000',
  'RRULE:FREQ=DAILY;INTERVAL=1\nRDATE;VALUE=DATE:20240301',
];

describe('a rule that Liferay has written anew', () => {
  it.each([...OWN_RULES, ...OTHER_RULES])('is known as its doing: %s', (rule) => {
    expect(isReserialised(rule, writtenAnew(rule))).toBe(true);
    expect(isReserialised(rule, writtenAnew(rule, 5))).toBe(true);
    expect(isReserialised(writtenAnew(rule), writtenAnew(rule, 3))).toBe(true);
    expect(isReserialised(rule, rule)).toBe(true);
  });

  it('is known for every series of Exchange, and gives back the rule that it was', () => {
    const check = (text: string, time: EventTime) => {
      const now = writtenAnew(text, 2, time.kind === 'timed' ? time.zone : 'UTC');
      expect(isReserialised(text, now)).toBe(true);
      const mended = mendedRule(text, now);
      expect(parseLiferayRecurrence(mended ?? '', time)).toEqual(parseLiferayRecurrence(text, time));
    };
    fc.assert(
      fc.property(series, ({ time, recurrence }) => {
        const formatted = formatRRule(recurrence, time);
        if (formatted.kind === 'rule') check(formatted.text, time);
      }),
      { numRuns: 1000 },
    );
  });

  it('has drifted by as many months as there were edits, to one that does not exist', () => {
    const rule = 'RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYDAY=-1MO';
    expect(isReserialised(rule, rule.replace('BYMONTH=12', 'BYMONTH=13'))).toBe(true);
    expect(isReserialised(rule, rule.replace('BYMONTH=12', 'BYMONTH=11'))).toBe(false);
    const several = 'RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=3,6,9;BYDAY=1MO';
    expect(isReserialised(several, several.replace('3,6,9', '5,8,11'))).toBe(true);
    expect(isReserialised(several, several.replace('3,6,9', '4,7,11'))).toBe(false);
    expect(isReserialised(several, several.replace('3,6,9', '4,7'))).toBe(false);
  });

  it('may have lost its month in early builds of 6.2', () => {
    const rule = 'RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYDAY=-1MO';
    expect(isReserialised(rule, rule.replace('BYMONTH=12;', ''))).toBe(true);
    expect(isReserialised(rule.replace('BYMONTH=12;', ''), rule)).toBe(false);
  });

  it('may have its end on the date of UTC or of the calendar', () => {
    const until = (value: string) => `RRULE:FREQ=DAILY;UNTIL=${value};INTERVAL=1`;
    const before = until('20240131T233000Z');
    expect(['20240131', '20240201'].map((date) => isReserialised(before, until(date)))).toEqual([true, true]);
    expect(isReserialised(before, until('20240202'))).toBe(false);
    expect(isReserialised(until('20240131'), until('20240201'))).toBe(false);
  });
});

describe('a rule that a person has changed', () => {
  const before = 'RRULE:FREQ=MONTHLY;COUNT=10;INTERVAL=2;BYDAY=MO,TU;BYSETPOS=-1';
  const now = 'RRULE:FREQ=MONTHLY;COUNT=10;INTERVAL=2;BYDAY=MO,TU';
  it.each([
    ['its frequency', 'MONTHLY', 'WEEKLY'],
    ['its interval', 'INTERVAL=2', 'INTERVAL=1'],
    ['its number of occurrences', 'COUNT=10', 'COUNT=9'],
    ['its end to a date, as "this and following" does', 'COUNT=10', 'UNTIL=20240101'],
    ['its end away', 'COUNT=10;', ''],
    ['its days', 'MO,TU', 'MO,WE'],
    ['the number of its days', 'MO,TU', '1MO,TU'],
    ['it to a part that Liferay never writes', 'BYDAY=MO,TU', 'BYDAY=MO,TU;BYMONTHDAY=3'],
  ])('in %s is not taken for Liferay’s', (_what, part, another) => {
    expect(isReserialised(before, now)).toBe(true);
    expect(isReserialised(before, now.replace(part, another))).toBe(false);
  });

  it.each([
    ['', 'RRULE:FREQ=DAILY;INTERVAL=1'],
    ['RRULE:FREQ=DAILY;INTERVAL=1', ''],
    ['RRULE:FREQ=DAILY;INTERVAL=1', 'every day'],
    ['RRULE:FREQ=DAILY', 'RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY'],
    ['RRULE:FREQ=HOURLY;BYDAY=MO;WKST=SU', 'RRULE:FREQ=HOURLY;BYDAY=MO'],
  ])('from %j to %j is not taken for Liferay’s', (was, is) => {
    expect(isReserialised(was, is)).toBe(false);
    expect(mendedRule(was, is)).toBeNull();
  });

  it('to nothing new is the same', () => {
    expect(isReserialised('', '')).toBe(true);
    expect(isReserialised('RRULE:FREQ=DAILY;BYDAY=MO,TU', 'RRULE:BYDAY=TU,MO;INTERVAL=1;FREQ=DAILY')).toBe(
      true,
    );
  });

  it('only in its end keeps the pattern that Liferay spoilt on the way', () => {
    const lastDay = 'RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1';
    expect(mendedRule(lastDay, 'RRULE:FREQ=MONTHLY;UNTIL=20240630;INTERVAL=1')).toBe(
      'RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1;UNTIL=20240630',
    );
    expect(mendedRule(lastDay, 'RRULE:FREQ=MONTHLY;INTERVAL=2')).toBeNull();
    const january = 'RRULE:FREQ=YEARLY;COUNT=9;INTERVAL=1;BYMONTH=1;BYDAY=2TU';
    expect(mendedRule(january, 'RRULE:FREQ=YEARLY;COUNT=4;INTERVAL=1;BYMONTH=3;BYDAY=2TU')).toBe(
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=1;BYDAY=2TU;COUNT=4',
    );
  });
});
