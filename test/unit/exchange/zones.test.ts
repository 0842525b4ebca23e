/** Windows and IANA zones, both ways, judged by the time that they keep, and zones told by rules. */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { ianaZoneOf, windowsZoneOf, type ZoneRules, zoneOfRules } from '#exchange/zones.ts';

const YEAR = 2026;

/** Offsets of a zone on every day of two years, at noon UTC. */
function offsets(zone: string): string {
  const start = Temporal.Instant.from('2026-01-01T12:00:00Z');
  const days = Array.from(
    { length: 730 },
    (_, day) => start.add({ hours: 24 * day }).toZonedDateTimeISO(zone).offset,
  );
  return days.join();
}

describe('IANA to Windows', () => {
  test('every zone of the runtime maps to a Windows zone that keeps the same time, or to none', () => {
    const wrong: string[] = [];
    const unknown: string[] = [];
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const windowsId = windowsZoneOf(zone, YEAR);
      const back = windowsId === null ? null : ianaZoneOf(windowsId);
      if (back === null) unknown.push(zone);
      else if (offsets(back) !== offsets(zone)) wrong.push(zone);
    }
    expect(wrong).toEqual([]);
    // A station in Antarctica, and provinces whose law changed after the zone data of the runtime or of Windows.
    const mayBeUnknown = ['Antarctica/Troll', 'America/Vancouver', 'America/Edmonton', 'America/Coyhaique'];
    expect(unknown.filter((zone) => !mayBeUnknown.includes(zone))).toEqual([]);
  });

  test.each([
    ['Europe/Rome', 'W. Europe Standard Time'],
    ['Europe/Kyiv', 'FLE Standard Time'],
    ['Europe/Kiev', 'FLE Standard Time'],
    ['Asia/Kolkata', 'India Standard Time'],
    ['Asia/Calcutta', 'India Standard Time'],
    ['America/Ciudad_Juarez', 'Mountain Standard Time'],
    ['America/New_York', 'Eastern Standard Time'],
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
  ])('%s is %s', (zone, windowsId) => expect(windowsZoneOf(zone, YEAR)).toBe(windowsId));

  test('a zone that left the rules of its old Windows zone gets another with its present rules', () => {
    // CLDR still pairs Mazatlán with Chihuahua, which keeps another time since 2022.
    const windowsId = windowsZoneOf('America/Mazatlan', YEAR);
    expect(windowsId).not.toBe('Mountain Standard Time (Mexico)');
    expect(offsets(ianaZoneOf(windowsId ?? '') ?? '')).toBe(offsets('America/Mazatlan'));
  });

  test('a name that is no zone is none', () => expect(windowsZoneOf('Mars/Olympus', YEAR)).toBeNull());
});

describe('Windows to IANA', () => {
  test.each([
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Romance Standard Time', 'Europe/Paris'],
    ['UTC', 'UTC'],
    ['tzone://Microsoft/Utc', 'UTC'],
  ])('%s is %s', (windowsId, zone) => expect(ianaZoneOf(windowsId)).toBe(zone));

  test.each(['', 'tzone://Microsoft/Custom', 'Customized Time Zone'])('"%s" is none', (windowsId) =>
    expect(ianaZoneOf(windowsId)).toBeNull(),
  );
});

describe('zones described by rules', () => {
  const lastSunday = { kind: 'weekday', weekday: 7, occurrence: -1 } as const;
  const centralEurope: ZoneRules = {
    kind: 'yearly',
    changes: [
      { offsetMinutes: 120, month: 3, day: lastSunday, minuteOfDay: 120 },
      { offsetMinutes: 60, month: 10, day: lastSunday, minuteOfDay: 180 },
    ],
  };
  const newZealand: ZoneRules = {
    kind: 'yearly',
    changes: [
      { offsetMinutes: 780, month: 9, day: lastSunday, minuteOfDay: 120 },
      { offsetMinutes: 720, month: 4, day: { kind: 'weekday', weekday: 7, occurrence: 1 }, minuteOfDay: 180 },
    ],
  };

  test('are recognised by the time that they keep', () => {
    expect(offsets(zoneOfRules(centralEurope, YEAR) ?? '')).toBe(offsets('Europe/Rome'));
    expect(offsets(zoneOfRules(newZealand, YEAR) ?? '')).toBe(offsets('Pacific/Auckland'));
    expect(offsets(zoneOfRules({ kind: 'fixed', offsetMinutes: 330 }, YEAR) ?? '')).toBe(
      offsets('Asia/Kolkata'),
    );
  });

  test('are none if no zone keeps that time', () => {
    expect(zoneOfRules({ kind: 'fixed', offsetMinutes: 77 }, YEAR)).toBeNull();
    const oneHourLater = centralEurope.changes.map((c) => ({ ...c, minuteOfDay: c.minuteOfDay + 60 }));
    expect(zoneOfRules({ kind: 'yearly', changes: oneHourLater }, YEAR)).toBeNull();
  });
});
