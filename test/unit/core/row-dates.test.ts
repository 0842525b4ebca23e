/** One occurrence is on one day for its organiser and may be on another in the calendar that shows it. */
import { describe, expect, it, test } from 'vitest';
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT, type RecurrencePattern } from '#core/event.ts';
import { excluding } from '#core/planned-rows.ts';
import {
  calendarDate,
  exceptionDate,
  inZone,
  originalStart,
  seriesTime,
  seriesZone,
} from '#core/row-dates.ts';
import { seriesOf, weekly } from './exact-rows.ts';
import { stateOf } from './row-states.ts';
import { allDay, at, FIRST, SECOND, THIRD, WEEKLY } from './weekly-series.ts';

const DAILY: RecurrencePattern = { kind: 'daily', interval: 1 };
const days: CalendarEvent = {
  ...NEUTRAL_EVENT,
  time: allDay('2025-01-06', '2025-01-08'),
  recurrence: { pattern: DAILY, range: { kind: 'noEnd' } },
};
/** In Rome at half past midnight: in winter a day after the one in New York. */
const evening = seriesOf('2025-01-06T18:30', 'America/New_York', DAILY);

describe('seen from another zone', () => {
  it('an hour is the same hour there', () => {
    expect(inZone(at(FIRST, '09:00'), 'Europe/Rome')).toEqual({
      ...at(FIRST, '09:00'),
      zone: 'Europe/Rome',
    });
  });

  it('days are the same days', () => {
    expect(inZone(days.time, 'Europe/Rome')).toEqual(days.time);
  });

  it('a series repeats in its own zone, and one of whole days in the calendar’s', () => {
    expect(seriesZone(evening, 'Europe/Rome')).toBe('America/New_York');
    expect(seriesZone(days, 'Europe/Rome')).toBe('Europe/Rome');
  });
});

describe('an occurrence has two dates, its own and the calendar’s', () => {
  test.each<[string, CalendarEvent, string, string, string]>([
    ['of whole days: the same', days, 'Pacific/Apia', '2025-01-10', '2025-01-10'],
    ['in the zone of its series: the same', evening, 'America/New_York', '2025-01-10', '2025-01-10'],
    ['in the morning there: the day after', evening, 'Europe/Rome', '2025-01-10', '2025-01-11'],
    [
      'late in the evening there: the day before',
      seriesOf('2025-01-06T00:30', 'Europe/Rome', DAILY),
      'Europe/London',
      '2025-01-10',
      '2025-01-09',
    ],
    [
      'at the other end of the world: two days on',
      seriesOf('2025-01-06T23:30', 'Etc/GMT+12', DAILY),
      'Pacific/Kiritimati',
      '2025-01-10',
      '2025-01-12',
    ],
    [
      'at the other end of the world: two days before',
      seriesOf('2025-01-06T00:30', 'Pacific/Kiritimati', DAILY),
      'Etc/GMT+12',
      '2025-01-10',
      '2025-01-08',
    ],
    // On 29 March 2025 the clocks of Nuuk go from 23:00 to midnight.
    [
      'in an hour that the clocks skip before midnight: the one that was meant',
      seriesOf('2025-01-06T23:30', 'America/Nuuk', DAILY),
      'America/Nuuk',
      '2025-03-29',
      '2025-03-29',
    ],
    [
      'in an hour that the clocks of both zones skip: the one that was meant',
      seriesOf('2025-01-06T00:30', 'Atlantic/Azores', DAILY),
      'America/Nuuk',
      '2025-03-30',
      '2025-03-29',
    ],
    [
      'of a series that starts before its first occurrence: as of any other',
      weekly('2025-01-06T00:30', 'Europe/Rome', ['WE']),
      'Europe/London',
      '2025-01-15',
      '2025-01-14',
    ],
  ])('%s', (_name, event, calendarZone, own, there) => {
    expect(calendarDate(event, calendarZone, own)).toBe(there);
    expect(originalStart(event, calendarZone, there)).toBe(own);
  });

  it('which are the same while the clocks of the two zones are closer together', () => {
    // From 9 to 30 March 2025, 18:30 in New York is 23:30 in Rome.
    expect(calendarDate(evening, 'Europe/Rome', '2025-03-08')).toBe('2025-03-09');
    expect(calendarDate(evening, 'Europe/Rome', '2025-03-09')).toBe('2025-03-09');
    expect(calendarDate(evening, 'Europe/Rome', '2025-03-30')).toBe('2025-03-31');
  });

  it('but there is none for a date on which the calendar shows nothing of it', () => {
    expect(originalStart(evening, 'Europe/Rome', '2025-01-06')).toBeNull();
    // The occurrence of 29 March is at 23:30 in Rome, and the next one, after its clocks changed, at 00:30 on the 31st.
    expect(originalStart(evening, 'Europe/Rome', '2025-03-30')).toBeNull();
    expect(originalStart(days, 'Europe/Rome', '2025-01-05')).toBeNull();
  });

  it('and there is none of a single event', () => {
    expect(originalStart({ ...evening, recurrence: null }, 'Europe/Rome', '2025-01-07')).toBeNull();
  });
});

describe('where two occurrences have one date in the calendar', () => {
  const stretch = (from: string) => stateOf(seriesOf(from, 'Europe/Rome', DAILY));

  test.each([
    ['the one at half past midnight', '2025-01-07T00:30', '2025-03-08'],
    ['the one at half past eleven', '2025-03-09T23:30', '2025-03-09'],
  ])('the stretch that leaves the date out tells which is meant: %s', (_name, from, own) => {
    expect(originalStart(evening, 'Europe/Rome', '2025-03-09', stretch(from))).toBe(own);
  });

  it('a stretch of another hour says nothing of which', () => {
    expect(originalStart(evening, 'Europe/Rome', '2025-01-11', stretch('2025-01-07T12:00'))).toBe(
      '2025-01-10',
    );
  });

  it('a stretch that became whole days says nothing of which', () => {
    expect(originalStart(evening, 'Europe/Rome', '2025-01-11', stateOf(days))).toBe('2025-01-10');
    expect(originalStart(days, 'Europe/Rome', '2025-01-11', stateOf(days))).toBe('2025-01-11');
  });
});

describe('a new row of a series was made from a date that the series leaves out', () => {
  const leaving = (...dates: readonly string[]) => stateOf({ ...WEEKLY, exceptions: excluding(dates) });
  const rowAt = (time: EventTime) => stateOf({ ...WEEKLY, time, recurrence: null, exceptions: {} });

  test.each<[string, string, string | null, ...string[]]>([
    ['that of its own day', SECOND, SECOND],
    ['the nearest, which is later', '2026-05-16', THIRD],
    ['the nearest, which is earlier', '2026-05-06', FIRST],
    ['the earlier of two that are equally near', '2026-05-11', FIRST, SECOND],
    ['the nearest that no other row was made from', SECOND, THIRD, FIRST, SECOND],
    ['none where each has a row', SECOND, null, FIRST, SECOND, THIRD],
  ])('%s', (_name, day, expected, ...taken) => {
    const series = leaving(THIRD, FIRST, SECOND);
    const found = exceptionDate(series, 'America/New_York', new Set(taken), rowAt(at(day, '15:00')));
    expect(found).toBe(expected);
  });

  it('its own day being that of the calendar', () => {
    // At 22:00 in New York it is the next day in Rome.
    const row = rowAt(at('2026-05-14', '22:00'));
    const found = (zone: string) => exceptionDate(leaving(SECOND, THIRD), zone, new Set(), row);
    expect(found('America/New_York')).toBe(SECOND);
    expect(found('Europe/Rome')).toBe(THIRD);
  });
});

describe('the first occurrence lasts', () => {
  it('as long as a single event', () => {
    expect(seriesTime({ ...WEEKLY, recurrence: null })).toEqual(WEEKLY.time);
  });

  it('from the first day of the pattern on, also when the series starts before it', () => {
    expect(seriesTime(WEEKLY)).toEqual(WEEKLY.time);
    expect(seriesTime({ ...WEEKLY, time: at('2026-05-01', '09:00') })).toEqual(at(FIRST, '09:00'));
  });
});
