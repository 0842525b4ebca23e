/** The rule of a row: whether a person wants another one, or Liferay wrote it anew and lost parts of it. */
import { describe, expect, it, test } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT, type RecurrencePattern } from '#core/event.ts';
import { isSpoiltCopy, type RuleChange, ruleChange, writtenState } from '#core/row-edits.ts';
import { timed } from './event-times.ts';
import { stored, withEvent } from './row-states.ts';

const TUESDAY = '2025-01-07';
const MONTH_END = '2025-01-31';
const WEEKLY = 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU';
/** Of BYMONTHDAY=-1 Liferay keeps FREQ=MONTHLY. */
const LAST_DAYS = 'RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1';
const SPOILT = 'RRULE:FREQ=MONTHLY;INTERVAL=1';
const EXCLUDED = 'EXDATE;TZID="UTC";VALUE=DATE:20250228';

const on = (start: string): CalendarEvent => ({ ...NEUTRAL_EVENT, title: 'Close', time: timed(start) });
const pattern = (of: RecurrencePattern, start: string): CalendarEvent => ({
  ...on(start),
  recurrence: { pattern: of, range: { kind: 'noEnd' } },
});
const lastDays = pattern({ kind: 'absoluteMonthly', interval: 1, day: 31 }, MONTH_END);

describe('between two texts, the rule is', () => {
  test.each<[RuleChange, string, string, string, string]>([
    ['same', 'with a date left out', TUESDAY, WEEKLY, `${WEEKLY}\nEXDATE;VALUE=DATE:20250114`],
    ['same', 'in another spelling', TUESDAY, WEEKLY, 'RRULE:FREQ=WEEKLY'],
    ['same', 'where there is none', TUESDAY, '', ''],
    ['edited', 'with another interval', TUESDAY, WEEKLY, WEEKLY.replace('=1', '=2')],
    ['edited', 'with an end', TUESDAY, WEEKLY, `${WEEKLY};COUNT=4`],
    ['edited', 'taken away', TUESDAY, WEEKLY, ''],
    ['edited', 'of an event that was single', TUESDAY, '', WEEKLY],
    ['edited', 'one that cannot be read, of an event that was single', TUESDAY, '', 'RRULE:FREQ=HOURLY'],
    ['edited', 'one that cannot be read, instead of one', TUESDAY, WEEKLY, 'RRULE:FREQ=HOURLY'],
    ['edited', 'one that cannot be read, instead of another', TUESDAY, 'RRULE:FREQ=HOURLY', 'nonsense'],
    ['edited', 'taken away where it could not be read', TUESDAY, 'RRULE:FREQ=HOURLY', ''],
    ['edited', 'no text at all, and another such', TUESDAY, 'nonsense', 'other nonsense'],
    ['spoilt', 'what Liferay leaves of it', MONTH_END, LAST_DAYS, SPOILT],
    [
      'spoilt',
      'one that could not be read before either',
      TUESDAY,
      'RRULE:FREQ=HOURLY',
      `RRULE:FREQ=HOURLY\n${EXCLUDED}`,
    ],
    ['spoilt', 'no text at all, as it was', TUESDAY, 'nonsense', 'nonsense'],
  ])('%s: %s', (expected, _name, start, before, now) => {
    expect(ruleChange(stored(on(start), before), stored(on(start), now))).toBe(expected);
  });

  it('same: of a row that was moved to another day of the month, where it means another day', () => {
    const before = stored(on('2025-01-15'), SPOILT);
    const now = stored(on('2025-01-16'), `${SPOILT}\n${EXCLUDED}`);
    expect(now.event.recurrence).not.toEqual(before.event.recurrence);
    expect(ruleChange(before, now)).toBe('same');
  });
});

describe('a row as it stands when it was just written', () => {
  it('has the rule in the text that is written', () => {
    expect(writtenState(lastDays)).toEqual({ event: lastDays, rule: LAST_DAYS, ruleFailure: null });
  });

  test.each<[string, CalendarEvent]>([
    ['a single event', on(TUESDAY)],
    ['a rule that cannot be written', pattern({ kind: 'daily', interval: 0 }, TUESDAY)],
  ])('has no text for %s', (_name, event) => {
    expect(writtenState(event)).toEqual({ event, rule: '', ruleFailure: null });
  });
});

describe('what Liferay makes of a series when a person changes one occurrence', () => {
  const copy = stored(on(MONTH_END), SPOILT);

  it('is known by its time and by what is left of its rule', () => {
    expect(isSpoiltCopy(lastDays, copy)).toBe(true);
    expect(isSpoiltCopy(lastDays, withEvent(copy, { title: 'Renamed' }))).toBe(true);
  });

  test.each<[string, string, string]>([
    ['with its whole rule', MONTH_END, LAST_DAYS],
    ['with another rule', MONTH_END, WEEKLY],
    ['of another day', '2025-02-28', SPOILT],
  ])('is not a row %s', (_name, start, rule) => {
    expect(isSpoiltCopy(lastDays, stored(on(start), rule))).toBe(false);
  });

  it('is not a row that only spells the rule otherwise', () => {
    const sundays = pattern({ kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'SU' }, TUESDAY);
    expect(isSpoiltCopy(sundays, stored(on(TUESDAY), 'RRULE:FREQ=WEEKLY;BYDAY=TU'))).toBe(false);
  });
});
