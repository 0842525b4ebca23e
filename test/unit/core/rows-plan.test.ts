/** Whether one row with the rule is enough for a series, and what that row and those beside it say. */
import { describe, expect, it, test } from 'vitest';
import {
  type CalendarEvent,
  NEUTRAL_EVENT,
  type RecurrencePattern,
  type RecurrenceRange,
} from '#core/event.ts';
import { inZone } from '#core/row-dates.ts';
import type { RowKey } from '#core/rows.ts';
import { planRows } from '#core/rows-plan.ts';
import { isSet, seriesOf, weekly } from './exact-rows.ts';
import { plannedRows } from './row-states.ts';
import { allDay, at, FIRST, occurrence, SECOND, THIRD, WEEKLY } from './weekly-series.ts';

const WINDOW = { fromMs: Date.UTC(2026, 3, 1), toMs: Date.UTC(2026, 8, 1) };
const DAILY: RecurrencePattern = { kind: 'daily', interval: 1 };
const NEW_YORK = 'America/New_York';

describe('one row says all', () => {
  it('of a single event, whatever exceptions it is given', () => {
    const single = { ...WEEKLY, recurrence: null, exceptions: { [SECOND]: 'deleted' as const } };
    expect(planRows(single, 'Europe/Rome', WINDOW)).toEqual({
      kind: 'rows',
      rows: [
        {
          key: 'series',
          event: { ...single, time: { ...single.time, zone: 'Europe/Rome' }, exceptions: {} },
          of: null,
        },
      ],
      untilMs: null,
    });
  });

  it('of days in a row, in any zone', () => {
    const event: CalendarEvent = {
      ...NEUTRAL_EVENT,
      time: allDay(FIRST, SECOND),
      recurrence: { pattern: DAILY, range: { kind: 'until', until: '2026-06-30' } },
    };
    expect(planRows(event, 'Pacific/Kiritimati', WINDOW)).toEqual({
      kind: 'rows',
      rows: [{ key: 'series', event, of: null }],
      untilMs: null,
    });
  });

  it('of a series in its own zone, by whichever of its names the calendar calls that', () => {
    const event = weekly('2026-05-04T09:00', 'Europe/Kyiv', ['MO']);
    expect(planRows(event, 'Europe/Kiev', WINDOW)).toEqual({
      kind: 'rows',
      rows: [{ key: 'series', event, of: null }],
      untilMs: null,
    });
  });

  it('of a series that starts before its pattern does, from its first occurrence on', () => {
    const [row] = plannedRows(planRows({ ...WEEKLY, time: at('2026-05-01', '09:00') }, NEW_YORK, WINDOW));
    expect(row).toMatchObject({ key: 'series', event: { time: at(FIRST, '09:00') } });
  });
});

it('a changed occurrence has a row beside the series, the earliest first, and a deleted one has none', () => {
  const fourth = '2026-05-25';
  const exceptions: CalendarEvent['exceptions'] = {
    [SECOND]: occurrence(SECOND, { description: '' }),
    [THIRD]: occurrence(THIRD, { location: 'Room 3' }),
    [FIRST]: occurrence(FIRST, { title: 'Kick-off' }),
    [fourth]: 'deleted',
  };
  const rows = plannedRows(planRows({ ...WEEKLY, exceptions }, NEW_YORK, WINDOW));
  const said = rows.map(({ key, of, event: { title, description, location } }) => {
    return { key, of, texts: [title, description, location] };
  });
  expect(said).toEqual([
    { key: 'series', of: null, texts: ['Stand-up', 'Agenda', 'Room 1'] },
    { key: `occurrence:${FIRST}`, of: 'series', texts: ['Kick-off', 'Agenda', 'Room 1'] },
    { key: `occurrence:${SECOND}`, of: 'series', texts: ['Stand-up', '', 'Room 1'] },
    { key: `occurrence:${THIRD}`, of: 'series', texts: ['Stand-up', 'Agenda', 'Room 3'] },
  ]);
  expect(Object.keys(rows[0]?.event.exceptions ?? {})).toEqual([FIRST, SECOND, THIRD, fourth]);
});

describe('where the calendar counts other days than the series', () => {
  const upTo = (range: RecurrenceRange) => seriesOf('2026-05-04T00:30', 'Europe/Rome', DAILY, range);
  const isSeries = (event: CalendarEvent, zone: string) => !isSet(plannedRows(planRows(event, zone, WINDOW)));

  test.each<[string, RecurrenceRange, boolean]>([
    ['without an end is one row', { kind: 'noEnd' }, true],
    ['of so many times is one row', { kind: 'count', count: 20 }, true],
    [
      'up to a date is a set, for the calendar’s date is another one',
      { kind: 'until', until: '2026-05-23' },
      false,
    ],
    ['up to a date years from now is a set already', { kind: 'until', until: '2031-05-23' }, false],
  ])('a daily series %s', (_name, range, expected) => {
    expect(isSeries(upTo(range), 'Europe/London')).toBe(expected);
    expect(isSeries(upTo(range), 'Europe/Berlin')).toBe(true);
  });
});

describe('where the clocks of two zones went apart once and do so no more', () => {
  /** Brazil had its last summer time from November 2018 to February 2019, Argentina has none. */
  const event = seriesOf('2018-06-04T09:00', 'America/Sao_Paulo', DAILY);
  const keysAfter = (...existing: readonly RowKey[]) =>
    plannedRows(planRows(event, 'America/Argentina/Buenos_Aires', WINDOW, existing)).map(({ key }) => key);

  it('one row is enough from now on', () => {
    expect(keysAfter()).toEqual(['series']);
  });

  it('stretches that stand already stay, so that the past is shown as it was', () => {
    expect(keysAfter('segment:2018-11-05')).toContain('segment:2018-11-05');
    expect(keysAfter('segment:2019-06-01')).toEqual(['series']);
  });

  it('rows of single occurrences do not make a set of it', () => {
    expect(keysAfter('occurrence:2018-11-05')).toEqual(['series']);
  });
});

it('one row is enough only if it is so up to the end of next year', () => {
  // Their clocks change on different days, but in summer they are as far apart as in winter.
  const event = weekly('2026-05-04T09:00', NEW_YORK, ['MO']);
  const summer = { fromMs: Date.UTC(2026, 5, 1), toMs: Date.UTC(2026, 5, 30) };
  expect(isSet(plannedRows(planRows(event, 'Europe/Rome', summer)))).toBe(true);
});

describe('no row can be made', () => {
  test.each<[string, CalendarEvent, string, string, string]>([
    ['for a calendar of a zone that nobody knows', WEEKLY, 'Mars/Olympus', 'zoneUnknown', 'Mars/Olympus'],
    [
      'of an event of a zone that nobody knows',
      { ...WEEKLY, time: inZone(WEEKLY.time, 'Mars/Olympus') },
      NEW_YORK,
      'zoneUnknown',
      'Mars/Olympus',
    ],
    [
      'of a rule that is none',
      seriesOf('2026-05-04T09:00', NEW_YORK, { kind: 'daily', interval: 0 }),
      NEW_YORK,
      'recurrenceNotExpressible',
      'Interval 0',
    ],
  ])('%s, and the reason says what is wrong', (_name, event, zone, reason, detail) => {
    expect(planRows(event, zone, WINDOW)).toEqual({
      kind: 'unsupported',
      reason,
      detail: expect.stringContaining(detail),
    });
  });
});
