/**
 * An older backup is put back that knows nothing of the copies of other people's meetings, in a portal that keeps no UIDs:
 * what was edited of such a copy in Liferay is put back, and is no booking of anybody's.
 */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { House, IDLE_HOUSE } from './rooms-stage.ts';
import { hourFrom } from './stage.ts';

const TIME = hourFrom('2026-05-06T09:00');
const NOON = hourFrom('2026-05-06T12:00');
const EDITS: Readonly<Record<string, Partial<PersonBooking>>> = {
  renamed: { title: 'Mine' },
  moved: { startTime: NOON.start, endTime: NOON.end },
};

describe.each(['exchange', 'liferay'] as const)('where %s wins', (policy) => {
  /** The person's meeting with the room, and a backup from before its copy in Liferay. */
  async function invited(): Promise<{ house: House; restore: () => Promise<void> }> {
    const house = await House.open({ policy, liferay: { keepsUid: false } });
    const database = house.stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    house.invite({ subject: 'Talk', ...TIME });
    await house.stage.settle();
    expect(house.shown()).toEqual(['Person 0 approved']);
    return { house, restore: () => putBack(database, backup) };
  }

  test.each(Object.entries(EDITS))(
    'the row of a meeting in a room’s calendar was %s: it is the meeting’s, and takes the room from nobody',
    async (_, edit) => {
      const { house, restore } = await invited();
      const { calendarBookingId } = house.row('Person 0');
      const mails = house.mails();
      house.stage.rebook('Person 0', edit, house.room);
      await restore();
      await house.stage.settle();
      expect(house.shown()).toEqual(['Person 0 approved']);
      expect(house.row('Person 0')).toMatchObject({ calendarBookingId, startTime: TIME.start });
      expect(house.booked()).toEqual(['Person 0 2026-05-06T07:00']);
      expect(await house.problems()).toEqual([]);
      expect(house.mails()).toEqual(mails);
      expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
    },
  );

  test('a booking that a person made at the time of the meeting is theirs, and gives way', async () => {
    const { house, restore } = await invited();
    house.stage.atPortal((acts) => acts.deleteBooking(house.row('Person 0').calendarBookingId), house.room);
    await restore();
    house.book('Own', '2026-05-06T09:00');
    await house.stage.settle();
    expect(house.shown()).toEqual(['Own denied', 'Person 0 approved']);
    expect(house.booked()).toEqual(['Person 0 2026-05-06T07:00']);
  });
});
