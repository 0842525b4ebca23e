/** A small portal with two people for the tests of the Liferay emulator, and what they have in common. */
import type { LiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import { createLiferayEmulator } from '#test/emulators/liferay/liferay-emulator.ts';
import type { LiferaySwitches } from '#test/emulators/liferay/switches.ts';
import { RawLiferayClient, RawLiferayError } from '#test/raw/liferay-client.ts';

export const ORIGIN = 'http://portal.example';
export const HOUR = 3_600_000;
/** Monday 8 January 2024, 09:00 in Rome. */
export const MONDAY = Date.UTC(2024, 0, 8, 8);

export interface LiferayStage {
  readonly liferay: LiferayEmulator;
  readonly anna: RawLiferayClient;
  readonly annaId: number;
  readonly calendar: string;
  readonly marco: RawLiferayClient;
  readonly marcoId: number;
  readonly marcoCalendar: string;
  at(ms: number): void;
}

export function liferayStage(switches: Partial<LiferaySwitches> = {}): LiferayStage {
  let now = Date.UTC(2024, 0, 1);
  let ids = 0;
  const liferay = createLiferayEmulator({
    clock: { now: () => now },
    ids: { uuid: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}` },
    origin: ORIGIN,
    switches,
  });
  const person = (firstName: string) => {
    const screenName = firstName.toLowerCase();
    const emailAddress = `${screenName}@example.com`;
    const userId = liferay.addUser({
      screenName,
      emailAddress,
      password: 'test',
      firstName,
      lastName: 'Rossi',
      zone: 'Europe/Rome',
    });
    const credentials = { user: screenName, password: 'test' };
    const client = new RawLiferayClient({
      fetch: (request) => liferay.fetch(request),
      origin: ORIGIN,
      credentials,
    });
    return { client, userId, calendar: String(liferay.createCalendarFor(userId)) };
  };
  const anna = person('Anna');
  const marco = person('Marco');
  return {
    liferay,
    anna: anna.client,
    annaId: anna.userId,
    calendar: anna.calendar,
    marco: marco.client,
    marcoId: marco.userId,
    marcoCalendar: marco.calendar,
    at: (ms) => {
      now = ms;
    },
  };
}

export const meeting = { title: 'Review', start: MONDAY, end: MONDAY + HOUR };
export const weekly = { ...meeting, recurrence: 'RRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=1;BYDAY=MO' };

export async function refusal(promise: Promise<unknown>): Promise<RawLiferayError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof RawLiferayError) return error;
  throw new Error('The call was not refused.');
}
