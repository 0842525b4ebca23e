/** A booking with invitees is a meeting in its organiser’s mailbox, to which Exchange invites them, once. */
import { describe, expect, test } from 'vitest';
import { domain } from '#drizzle/schema.ts';
import { findOwned, startPairing } from '#store/pairings.repository.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import {
  attendees,
  book,
  booked,
  calendarsOf,
  children,
  expectIdle,
  FIRST,
  inOrder,
  inStep,
  MEETING,
  ORDERS,
  SECOND,
  sent,
  WEEK,
} from './organiser-stage.ts';
import { Stage } from './stage.ts';

describe('a booking with invitees', () => {
  test.each(ORDERS)(
    'is a meeting to which Exchange invites them, once (runs: %s, %s, %s)',
    async (...order) => {
      const stage = await inStep();
      book(stage, { guests: [1, 2] });
      await inOrder(stage, order);
      expect(attendees(stage)).toEqual([`required ${FIRST}`, `required ${SECOND}`]);
      expect(sent(stage)).toEqual([`request ${FIRST} ${SECOND}`]);
      expect(stage.mails).toBe(1);
      await expectIdle(stage);
    },
  );

  test('is one meeting: the item has the UID of the organiser’s row where it can, and so have the copies that arrive', async () => {
    const stage = await booked();
    const { uid } = stage.item('Meeting');
    if (!stage.isOverGraph) expect(uid).toBe(stage.row('Meeting').vEventUid);
    expect(stage.item('Meeting', stage.of(1)).uid).toBe(uid);
  });

  test('invites users of the portal who have no pairing by the address of their account', async () => {
    const stage = await inStep();
    const { liferay } = stage.world;
    const names = { screenName: 'nora', firstName: 'Nora', lastName: 'New', password: 'pw' };
    const nora = liferay.createCalendarFor(liferay.addUser({ ...names, emailAddress: 'Nora@Example.com' }));
    const when = { startTime: MEETING.start, endTime: MEETING.end };
    stage.book({ title: 'Meeting', ...when, inviteCalendarIds: [nora] });
    await stage.settle();
    expect(attendees(stage)).toEqual(['required nora@example.com']);
    expect(sent(stage)).toEqual(['request nora@example.com']);
  });

  test('invites none whose address does not count as theirs, and names them', async () => {
    const stage = await inStep();
    const { liferay } = stage.world;
    const names = { screenName: 'nora', firstName: 'Nora', lastName: 'New', password: 'pw' };
    const nora = liferay.createCalendarFor(liferay.addUser({ ...names, emailAddress: 'nora@example.com' }));
    await stage.world.db.update(domain).set({ addressRule: 'requireVerified' });
    const when = { startTime: MEETING.start, endTime: MEETING.end };
    stage.book({ title: 'Meeting', ...when, inviteCalendarIds: [nora, ...calendarsOf(stage, [1])] });
    await stage.round();
    await stage.round();
    expect(attendees(stage)).toEqual([`required ${FIRST}`]);
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    const [link] = await stage.links();
    expect(link).toMatchObject({ work: 'parked', reason: 'inviteeWithoutAddress', reasonDetail: 'Nora New' });
  });

  test('invites a room that is paired as a resource, and names one that is not', async () => {
    const stage = await inStep();
    const { liferay } = stage.world;
    const { userId } = stage.person;
    const siteId = liferay.addSite({ name: 'House', ownerUserId: userId });
    const paired = liferay.addResource({ name: 'Room 1', siteId, userId }).calendarId;
    const other = liferay.addResource({ name: 'Room 2', siteId, userId }).calendarId;
    await stage.setPairing({ calendarId: String(paired) }, stage.of(2));
    const when = { startTime: MEETING.start, endTime: MEETING.end };
    stage.book({ title: 'Meeting', ...when, inviteCalendarIds: [paired, other] });
    await stage.round();
    expect(attendees(stage)).toEqual([`resource ${SECOND}`]);
    expect(sent(stage)).toEqual([`request ${SECOND}`]);
    const [link] = await stage.links();
    expect(link).toMatchObject({ reason: 'inviteeWithoutAddress', reasonDetail: 'Room 2' });
  });

  test('that Liferay refused for one of them because of another booking invites only the others', async () => {
    const stage = await inStep();
    const when = { startTime: MEETING.start, endTime: MEETING.end };
    stage.book({ title: 'Busy', ...when }, stage.of(1));
    book(stage, { guests: [1, 2] });
    await stage.settle();
    expect(children(stage).map(({ status }) => status)).toEqual([STATUS.denied]);
    expect(attendees(stage)).toEqual([`required ${SECOND}`]);
    expect(sent(stage)).toEqual([`request ${SECOND}`]);
    await expectIdle(stage);
  });

  test('that waits for its approval in Liferay invites nobody before it is approved', async () => {
    const stage = await booked({}, { liferay: { workflowDefinition: true } });
    expect(attendees(stage)).toEqual([]);
    expect(stage.mails).toBe(0);
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    await stage.settle();
    expect(attendees(stage)).toEqual([`required ${FIRST}`]);
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    await expectIdle(stage);
  });

  test('that is over names those who came, and nobody hears of it', async () => {
    const stage = await booked({ start: MEETING.start - WEEK });
    if (stage.isOverGraph) {
      expect(await stage.parked()).toEqual(['mailNotSuppressible']);
      expect([stage.items(), stage.mails]).toEqual([[], 0]);
      return expectIdle(stage);
    }
    expect(attendees(stage)).toEqual([`required ${FIRST}`]);
    expect(stage.mails).toBe(0);
    await expectIdle(stage);
  });

  test('found in a first run is an appointment, and nobody hears of it before somebody changes it', async () => {
    const stage = await Stage.open({ people: 3 });
    book(stage, { guests: [1, 2] });
    await stage.settle();
    expect(attendees(stage)).toEqual([]);
    expect(stage.mails).toBe(0);
    stage.rebook('Meeting', { location: 'Room 1' });
    await stage.settle();
    expect(attendees(stage)).toEqual([`required ${FIRST}`, `required ${SECOND}`]);
    expect(sent(stage)).toEqual([`request ${FIRST} ${SECOND}`]);
    await expectIdle(stage);
  });

  test('is met again after the database was lost, and nobody hears of it', async () => {
    const stage = await booked({ guests: [1, 2] });
    await stage.loseDatabase();
    await stage.settle();
    expect(attendees(stage)).toEqual([`required ${FIRST}`, `required ${SECOND}`]);
    expect(sent(stage)).toEqual([`request ${FIRST} ${SECOND}`]);
    expect(await stage.parked()).toEqual([]);
    await expectIdle(stage);
  });

  test('made while its pairing previews is an appointment too when that starts', async () => {
    const stage = await inStep();
    await stage.setPairing({ preview: true });
    book(stage);
    await stage.settle();
    expect(stage.items()).toEqual([]);
    const { userId, pairingId } = stage.person;
    const owned = await findOwned(
      stage.engine.db,
      { portal: 'https://portal.example.com', kind: 'user', id: String(userId) },
      pairingId,
    );
    const act = { id: 'start', atMs: stage.world.clock.now(), userId: 'ada' };
    if (owned) await startPairing(stage.engine.db, owned, act);
    await stage.settle();
    expect(attendees(stage)).toEqual([]);
    expect(stage.mails).toBe(0);
  });

  test('of which an earlier version did not write down who is invited waits for a change, too', async () => {
    const stage = await Stage.open({ people: 3 });
    book(stage);
    await stage.settle();
    await stage.knewNoInvitees();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting').id, { categories: ['Blue'] });
    await stage.settle();
    expect(stage.mails).toBe(0);
    stage.rebook('Meeting', { location: 'Room 1' });
    await stage.settle();
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    await expectIdle(stage);
  });

  test('is made once, also where the answer to that is lost', async () => {
    const stage = await inStep();
    book(stage);
    disturb(stage.world, { kind: 'lostReply', operation: 'CreateItem' });
    await stage.settle();
    expect(stage.items()).toHaveLength(1);
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    await expectIdle(stage);
  });
});
