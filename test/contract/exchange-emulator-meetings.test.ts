/** Meetings, answers and rooms in the emulated Exchange. */
import { describe, expect, test } from 'vitest';
import type { NewRawEvent } from '#test/raw/exchange-client.ts';
import { lunch, ROME, STAMP_SET, startServer, weekly } from './exchange-emulator-stage.ts';

describe('meetings', () => {
  const meeting: NewRawEvent = { ...lunch, requiredAttendees: ['bruno@example.org', 'outside@example.com'] };
  const bruno = { user: 'bruno', password: 'bruno-pässword' };

  test('SendToNone makes a meeting of which nobody hears', async () => {
    const { emulator, client } = startServer();
    const { id } = await client().create(meeting);
    expect((await client().get(id)).isMeeting).toBe(true);
    expect(emulator.outbox).toEqual([]);
    expect(await client(bruno).listItems()).toEqual([]);
  });

  test('an invitation leaves a tentative copy, and the answer reaches the organiser', async () => {
    const { emulator, client } = startServer();
    const { id } = await client().create(
      { ...meeting, stamps: [{ set: STAMP_SET, name: 'syncId', value: '1' }] },
      'calendar',
      'SendToAllAndSaveCopy',
    );
    const original = await client().get(id);
    const [copy] = await client(bruno).listItems();
    expect(copy).toMatchObject({
      uid: original.uid,
      subject: 'Lunch',
      organizer: 'anna@example.org',
      showAs: 'Tentative',
      myResponse: 'NoResponseReceived',
    });
    expect(await client(bruno).findByStamp([{ set: STAMP_SET, name: 'syncId', value: '1' }])).toEqual([]);
    if (copy !== undefined) await client(bruno).respond(copy, 'AcceptItem');
    expect((await client().get(id)).responses['bruno@example.org']).toBe('Accept');
    expect(emulator.outbox.map(({ from, to, kind }) => ({ from, to, kind }))).toEqual([
      { from: 'anna@example.org', to: ['bruno@example.org', 'outside@example.com'], kind: 'request' },
      { from: 'bruno@example.org', to: ['anna@example.org'], kind: 'response' },
    ]);
  });

  test('a cancelled meeting stays in the copy, marked', async () => {
    const { emulator, client } = startServer();
    const item = await client().create(meeting, 'calendar', 'SendToAllAndSaveCopy');
    await client().delete(item, 'MoveToDeletedItems', 'SendToAllAndSaveCopy');
    const [copy] = await client(bruno).listItems();
    expect(copy).toMatchObject({ isCancelled: true, subject: 'Canceled: Lunch' });
    expect(emulator.outbox.at(-1)?.kind).toBe('cancellation');
    const accept = copy === undefined ? null : client(bruno).respond(copy, 'AcceptItem');
    await expect(accept).rejects.toMatchObject({ code: 'ErrorCalendarIsCancelledForAccept' });
  });

  test('a moved meeting asks for the answer again', async () => {
    const { client } = startServer();
    const item = await client().create(meeting, 'calendar', 'SendToAllAndSaveCopy');
    const [copy] = await client(bruno).listItems();
    if (copy !== undefined) await client(bruno).respond(copy, 'AcceptItem');
    await client().update(item, { subject: 'Dinner' }, 'SendToAllAndSaveCopy');
    expect((await client(bruno).listItems())[0]).toMatchObject({ subject: 'Dinner', myResponse: 'Accept' });
    const moved = { start: '2026-11-24T12:00:00Z', end: '2026-11-24T13:00:00Z' };
    await client().update(item, moved, 'SendToAllAndSaveCopy');
    expect((await client(bruno).listItems())[0]).toMatchObject({
      ...moved,
      myResponse: 'NoResponseReceived',
    });
  });

  test('the organiser cannot accept', async () => {
    const { client } = startServer();
    const item = await client().create(meeting);
    await expect(client().respond(item, 'AcceptItem')).rejects.toMatchObject({
      code: 'ErrorCalendarIsOrganizerForAccept',
    });
  });

  test('a declined meeting goes to Deleted Items', async () => {
    const { client } = startServer();
    await client().create(meeting, 'calendar', 'SendToAllAndSaveCopy');
    const [copy] = await client(bruno).listItems();
    if (copy !== undefined) await client(bruno).respond(copy, 'DeclineItem', 'SaveOnly');
    expect(await client(bruno).listItems()).toEqual([]);
    expect(await client(bruno).listItems('deleteditems')).toHaveLength(1);
  });

  test('a cancelled occurrence is a cancelled exception in the copy', async () => {
    const { client } = startServer();
    const series = await client().create(
      weekly({ requiredAttendees: ['bruno@example.org'] }),
      'calendar',
      'SendToAllAndSaveCopy',
    );
    await client().delete(
      { seriesId: series.id, changeKey: series.changeKey, index: 2 },
      'HardDelete',
      'SendToAllAndSaveCopy',
    );
    const shown = await client(bruno).listEvents('calendar', '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z');
    expect(shown.map(({ isCancelled }) => isCancelled)).toEqual([false, true, false, false, false]);
  });

  test('a room keeps neither subject nor body and accepts by itself', async () => {
    const { emulator, client } = startServer();
    emulator.addMailbox({ address: 'room@example.org', displayName: 'Room', zone: ROME, isRoom: true });
    const booking = { ...lunch, body: 'secret', requiredAttendees: ['room@example.org'] };
    const { id } = await client().create(booking, 'calendar', 'SendToAllAndSaveCopy');
    expect((await client().get(id)).responses).toEqual({ 'room@example.org': 'Accept' });
    const [copy] = emulator.items('room@example.org');
    expect(copy?.content).toMatchObject({ subject: 'anna', body: { text: '' } });
  });
});
