/** Room lists of the emulated Exchange, through the adapter: what each version tells, and what none of them is. */
import { expect, test } from 'vitest';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { openEws } from './ews-world.ts';

const LIST = {
  address: 'House@example.com',
  name: 'House & Garden',
  rooms: ['room1@example.com', 'Room2@example.com'],
};

test.each<ServerVersion>(['Exchange2010_SP2', 'Exchange2013', 'Exchange2016'])(
  '%s tells its lists and their rooms',
  async (version) => {
    const { emulator, rooms } = await openEws({ version });
    emulator.addMailbox({
      address: 'room1@example.com',
      displayName: 'Room 1',
      zone: 'Europe/Rome',
      isRoom: true,
    });
    emulator.roomLists = [LIST];
    expect(await rooms.lists()).toEqual([{ address: 'house@example.com', name: 'House & Garden' }]);
    expect(await rooms.rooms('house@example.com')).toEqual([
      { address: 'room1@example.com', name: 'Room 1' },
      { address: 'room2@example.com', name: 'Room2@example.com' },
    ]);
  },
);

test('a server without lists has none', async () => {
  const { rooms } = await openEws();
  expect(await rooms.lists()).toEqual([]);
});

test('a list that is not there is a refusal, not an empty list', async () => {
  const { rooms } = await openEws();
  await expect(rooms.rooms('nobody@example.com')).rejects.toMatchObject({ name: 'RemoteFailure' });
});

test('Exchange 2007 is not even asked', async () => {
  const { rooms, sent } = await openEws({ version: 'Exchange2007_SP1' });
  await expect(rooms.lists()).rejects.toMatchObject({ failure: { reason: 'versionRefused' } });
  expect(sent).toEqual([]);
});
