/** What every MailboxCalendar does with the attendees of a meeting that the owner of its mailbox organises. */
import { expect, test } from 'vitest';
import { type Attendee, type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import type { AttendeeChange, InvitationIntent, MailboxWrite } from '#exchange/mailbox-calendar.port.ts';
import { defaultFolder, idOf, ids, type MailboxWorld, readOne } from './mailbox-calendar-world.ts';

type Open = () => Promise<MailboxWorld>;

const BOB: Attendee = { address: 'bob@example.org', name: 'Bob & Co', role: 'required', response: 'none' };
const EVE: Attendee = { address: 'eve@example.org', name: 'Eve', role: 'optional', response: 'none' };
const ROOM: Attendee = { address: 'room@example.org', name: 'Room', role: 'resource', response: 'none' };
const MEETING: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Meeting',
  time: { kind: 'timed', start: '2027-03-01T09:00:00Z', end: '2027-03-01T10:00:00Z', zone: 'Europe/Rome' },
};

async function make(
  { mailbox }: MailboxWorld,
  attendees: readonly Attendee[],
  invitations: InvitationIntent = 'all',
): Promise<string> {
  const folderId = await defaultFolder(mailbox);
  const event = { ...MEETING, attendees, meeting: attendees.length > 0 };
  return idOf((await mailbox.create(folderId, [{ ...ids(), event, invitations }]))[0]);
}

async function invite(
  { mailbox }: MailboxWorld,
  id: string,
  attendees: Partial<AttendeeChange>,
  invitations: InvitationIntent = 'all',
): Promise<MailboxWrite | undefined> {
  const { event, version } = await readOne(mailbox, id);
  const change = { added: [], removed: [], ...attendees };
  const update = { id, version, event, fields: ['attendees'], attendees: change } as const;
  return (await mailbox.update([{ ...update, wasSeries: false, invitations }]))[0];
}

async function attendeesOf({ mailbox }: MailboxWorld, id: string): Promise<readonly string[]> {
  const { event } = await readOne(mailbox, id);
  return event.attendees.map(({ role, address, name }) => `${role} ${address} ${name}`);
}

export function attendeeTests(open: Open): void {
  test('a meeting is made with its attendees, who have one mail', async () => {
    const world = await open();
    const id = await make(world, [BOB, EVE, ROOM]);
    expect(await attendeesOf(world, id)).toEqual([
      'required bob@example.org Bob & Co',
      'optional eve@example.org Eve',
      'resource room@example.org Room',
    ]);
    expect((await readOne(world.mailbox, id)).event).toMatchObject({
      meeting: true,
      unsent: false,
      ownResponse: 'organizer',
    });
    expect(world.mails()).toBe(1);
  });

  test('a meeting can be made without mail', async ({ skip }) => {
    const world = await open();
    skip(!world.mailbox.capabilities.canSuppressMail, 'it cannot suppress mail');
    const id = await make(world, [BOB], 'none');
    expect((await readOne(world.mailbox, id)).event).toMatchObject({ meeting: true, unsent: true });
    expect(world.mails()).toBe(0);
  });

  test('whoever is added is invited, and an appointment becomes a meeting', async () => {
    const world = await open();
    const id = await make(world, [], 'none');
    expect(await invite(world, id, { added: [BOB, ROOM] })).toMatchObject({ kind: 'written' });
    expect(await attendeesOf(world, id)).toHaveLength(2);
    expect((await readOne(world.mailbox, id)).event).toMatchObject({
      meeting: true,
      ownResponse: 'organizer',
    });
    expect(world.mails()).toBe(1);
  });

  test('whoever is added changes nothing of those who are there', async () => {
    const world = await open();
    const id = await make(world, [BOB, EVE]);
    const added = { ...EVE, address: 'ada@example.org', name: 'Ada' };
    await invite(world, id, { added: [added] });
    expect(await attendeesOf(world, id)).toEqual([
      'optional ada@example.org Ada',
      'required bob@example.org Bob & Co',
      'optional eve@example.org Eve',
    ]);
  });

  test('whoever is taken out goes, also the last of a list, and the others stay', async () => {
    const world = await open();
    const ada = { ...BOB, address: 'ada@example.org', name: 'Ada' };
    const id = await make(world, [BOB, ada, EVE, ROOM]);
    await invite(world, id, { removed: [BOB.address, ROOM.address] });
    expect(await attendeesOf(world, id)).toEqual([
      'required ada@example.org Ada',
      'optional eve@example.org Eve',
    ]);
  });

  test('some come and others go in one write, bound to the version that was planned on', async () => {
    const world = await open();
    const id = await make(world, [BOB]);
    const { event, version } = await readOne(world.mailbox, id);
    world.person.retitle(id, 'Retitled');
    const update = { id, event, fields: ['attendees'], wasSeries: false, invitations: 'all' } as const;
    const attendees = { added: [EVE], removed: [BOB.address] };
    expect(await world.mailbox.update([{ ...update, version, attendees }])).toMatchObject([
      { kind: 'failed', failure: { reason: 'changedMeanwhile' } },
    ]);
    await invite(world, id, attendees);
    expect(await attendeesOf(world, id)).toEqual(['optional eve@example.org Eve']);
  });

  test('an item that is gone fails by itself, and the others are written', async () => {
    const world = await open();
    const [gone, there] = [await make(world, [BOB]), await make(world, [BOB])];
    const items = [await readOne(world.mailbox, gone), await readOne(world.mailbox, there)];
    world.person.delete(gone);
    const attendees = { added: [], removed: [BOB.address] };
    const updates = items.map(({ id, version, event }) => ({ id, version, event, attendees }));
    const rest = { fields: ['attendees'], wasSeries: false, invitations: 'all' } as const;
    expect(await world.mailbox.update(updates.map((update) => ({ ...update, ...rest })))).toMatchObject([
      { kind: 'failed' },
      { kind: 'written', id: there },
    ]);
  });
}
