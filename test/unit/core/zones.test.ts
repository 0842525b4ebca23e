/** Names of zones, and whether two zones mean the same for a series. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventTime, RecurrencePattern } from '#core/event.ts';
import { occurrences, startsOnPattern } from '#core/occurrences.ts';
import { canonicalZone, differenceChanges, zonesAgreeOn } from '#core/zones.ts';
import { instant, series, ZONES } from './recurrence.arbitrary.ts';

const FROM_MS = Date.UTC(2024, 0, 1);
const TO_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

describe('canonicalZone', () => {
  it.each([
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['US/Eastern', 'America/New_York'],
    ['EST5EDT', 'America/New_York'],
    ['CET', 'Europe/Brussels'],
    ['europe/rome', 'Europe/Rome'],
    ['UTC', 'UTC'],
    ['GMT', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['Etc/GMT+0', 'UTC'],
    ['GMT0', 'UTC'],
    ['Zulu', 'UTC'],
    ['Etc/GMT-2', 'Etc/GMT-2'],
    ['PST', 'America/Los_Angeles'],
    ['GMT+02:00', 'Etc/GMT-2'],
    ['GMT-5', 'Etc/GMT+5'],
    ['GMT+00:00', 'UTC'],
    ['GMT-0', 'UTC'],
    ['GMT+0200', 'Etc/GMT-2'],
    ['GMT-10', 'Etc/GMT+10'],
    ['GMT+14', 'Etc/GMT-14'],
    ['GMT-12:00', 'Etc/GMT+12'],
    [' gmt+2 ', 'Etc/GMT-2'],
    [' Europe/Rome ', 'Europe/Rome'],
    ['America/Port-au-Prince', 'America/Port-au-Prince'],
  ])('%s is %s', (name, zone) => {
    expect(canonicalZone(name)).toBe(zone);
  });

  it.each([
    '',
    'Mars/Olympus',
    'W. Europe Standard Time',
    'GMT+05:30',
    'GMT+15:00',
    'GMT-13',
    'GMT+2:30',
    'GMT+02:00:00',
    'GMT+002',
    'GMT+02000',
    'GMT2',
    'XGMT+2',
    '+02:00',
    '-02:00',
    'SystemV/PST8PDT',
  ])('%j is none', (name) => {
    expect(canonicalZone(name)).toBeNull();
  });

  it('of every zone of the platform is a zone with the same clock that is its own canonical name', () => {
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const zone = canonicalZone(name) ?? `none for ${name}`;
      expect(canonicalZone(zone)).toBe(zone);
      expect(clockOf(zone, FROM_MS)).toBe(clockOf(name, FROM_MS));
    }
  });

  it('of no two zones of the platform is the same', () => {
    const names = Intl.supportedValuesOf('timeZone');
    expect(new Set(names.map(canonicalZone)).size).toBe(names.length);
  });
});

function clockOf(zone: string, ms: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'long' }).format(
    ms,
  );
}

describe('differenceChanges', () => {
  const changes = (a: string, b: string) =>
    differenceChanges(a, b, Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1))?.map(instant);

  it('are the days on which one clock changes without the other', () => {
    expect(changes('Europe/Rome', 'America/New_York')).toEqual([
      '2025-03-09T07:00:00Z',
      '2025-03-30T01:00:00Z',
      '2025-10-26T01:00:00Z',
      '2025-11-02T06:00:00Z',
    ]);
    expect(changes('Australia/Sydney', 'UTC')).toEqual(['2025-04-05T16:00:00Z', '2025-10-04T16:00:00Z']);
  });

  it('are none between clocks that change together, or never', () => {
    expect(changes('Europe/Rome', 'Europe/London')).toEqual([]);
    expect(changes('Asia/Tokyo', 'Asia/Kolkata')).toEqual([]);
  });
});

describe('zonesAgreeOn', () => {
  const rome = (start: string): EventTime => ({ kind: 'timed', start, end: start, zone: 'Europe/Rome' });
  const agree = (time: EventTime, pattern: RecurrencePattern, zone: string) =>
    zonesAgreeOn(time, { pattern, range: { kind: 'noEnd' } }, zone, FROM_MS, TO_MS);
  const daily: RecurrencePattern = { kind: 'daily', interval: 1 };
  const mondays: RecurrencePattern = { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' };

  it('where the clocks are always equally far apart', () => {
    expect(agree(rome('2024-01-08T09:00:00Z'), mondays, 'Europe/Berlin')).toBe(true);
    expect(agree(rome('2024-01-08T09:00:00Z'), mondays, 'Europe/London')).toBe(true);
  });

  it('not where they change on other days', () => {
    expect(agree(rome('2024-01-08T09:00:00Z'), mondays, 'America/New_York')).toBe(false);
    expect(agree(rome('2024-01-08T09:00:00Z'), mondays, 'Asia/Kolkata')).toBe(false);
  });

  it('but where no occurrence falls on the days between', () => {
    const yearly: RecurrencePattern = { kind: 'absoluteYearly', month: 1, day: 8 };
    expect(agree(rome('2024-01-08T09:00:00Z'), yearly, 'America/New_York')).toBe(true);
    expect(agree(rome('2024-01-08T09:00:00Z'), yearly, 'Asia/Kolkata')).toBe(true);
  });

  it('not where the start is another weekday there, unless every day is meant', () => {
    // Half past midnight on Monday in Rome is half past eleven on Sunday in London.
    const time = rome('2024-01-07T23:30:00Z');
    expect(agree(time, mondays, 'Europe/London')).toBe(false);
    expect(agree(time, { ...mondays, days: ['SU', 'MO'] }, 'Europe/London')).toBe(false);
    expect(agree(time, daily, 'Europe/London')).toBe(true);
  });

  it('not where the last date ends the series a day earlier', () => {
    const recurrence = { pattern: daily, range: { kind: 'until', until: '2024-03-01' } } as const;
    expect(zonesAgreeOn(rome('2024-01-07T23:30:00Z'), recurrence, 'Europe/London', FROM_MS, TO_MS)).toBe(
      false,
    );
  });

  it('always for days without a zone and for a single event', () => {
    const time: EventTime = { kind: 'allDay', start: '2024-01-08', end: '2024-01-09' };
    expect(agree(time, mondays, 'Asia/Tokyo')).toBe(true);
    expect(zonesAgreeOn(rome('2024-01-08T09:00:00Z'), null, 'Asia/Tokyo', FROM_MS, TO_MS)).toBe(true);
  });

  it('says what counting every occurrence in both zones says', () => {
    const answers = { true: 0, false: 0 };
    fc.assert(
      fc.property(
        series,
        fc.constantFrom(...ZONES, 'Europe/Berlin', 'Europe/Lisbon', 'Africa/Lagos'),
        fc.integer({ min: Date.UTC(2019, 0, 1) / DAY_MS, max: Date.UTC(2030, 0, 1) / DAY_MS }),
        fc.integer({ min: 1, max: 500 }),
        ({ time, recurrence }, otherZone, firstDay, length) => {
          if (time.kind === 'allDay') return;
          const [fromMs, toMs] = [firstDay * DAY_MS, (firstDay + length) * DAY_MS];
          const durationMs = Date.parse(time.end) - Date.parse(time.start);
          const startsIn = (zone: string) =>
            occurrences(
              { ...time, zone, end: time.start },
              recurrence,
              instant(fromMs - durationMs),
              instant(toMs),
              1000,
            ).map(({ start }) => start);
          const isOnPattern = startsOnPattern({ ...time, zone: otherZone }, recurrence);
          const isSame = isOnPattern && startsIn(time.zone).join() === startsIn(otherZone).join();
          answers[`${isSame}`]++;
          expect(zonesAgreeOn(time, recurrence, otherZone, fromMs, toMs)).toBe(isSame);
        },
      ),
      { numRuns: 1500 },
    );
    expect(Math.min(answers.true, answers.false)).toBeGreaterThan(100);
  });
});
