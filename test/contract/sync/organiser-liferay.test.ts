/** What the organiser of a meeting does in Liferay, those who are invited are told by Exchange, once. */
import { describe, expect, test } from 'vitest';
import type { MailboxCalendar, OpenMailbox } from '#exchange/mailbox-calendar.port.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import {
  attendees,
  book,
  booked,
  calendarsOf,
  children,
  EXTERNAL,
  expectIdle,
  expectSetAside,
  FIRST,
  inOrder,
  inStep,
  LATER,
  MEETING,
  ORDERS,
  SECOND,
  sent,
  WEEK,
} from './organiser-stage.ts';
import { shown } from './shown.ts';
import { DAY, HOUR, type Stage } from './stage.ts';

/** A mailbox of which some of what it does is otherwise. */
function otherwise(mailbox: MailboxCalendar, changed: Partial<MailboxCalendar>): MailboxCalendar {
  return new Proxy(mailbox, {
    get: (target, name) => {
      if (name in changed) return Reflect.get(changed, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A server that tells the primary address of whoever was invited by another one. */
function withPrimaryAddresses(open: OpenMailbox): OpenMailbox {
  return (...given) => {
    const mailbox = open(...given);
    const read: MailboxCalendar['read'] = async (...asked) =>
      (await mailbox.read(...asked)).map((each) => {
        if (each.kind !== 'item') return each;
        const { event } = each.item;
        const known = event.attendees.map((one) => ({ ...one, address: one.address.replace('@', '@mail.') }));
        return { ...each, item: { ...each.item, event: { ...event, attendees: known } } };
      });
    return otherwise(mailbox, { read });
  };
}

/** A server that mails the attendees of a meeting with every write. */
function alwaysMailing(open: OpenMailbox): OpenMailbox {
  return (...given) => {
    const mailbox = open(...given);
    return otherwise(mailbox, { capabilities: { ...mailbox.capabilities, canSuppressMail: false } });
  };
}

/** Nothing is set aside, and the organiser and the first who is invited read the same on both sides. */
async function expectSame(stage: Stage): Promise<void> {
  for (const index of [0, 1]) {
    expect(await stage.parked(stage.of(index))).toEqual([]);
    const { exchange, liferay } = await shown(stage, stage.of(index));
    expect(liferay).toEqual(exchange);
  }
}

describe('changed by its organiser in Liferay', () => {
  test.each(ORDERS)(
    'title and time reach those who are invited, once (runs: %s, %s, %s)',
    async (...order) => {
      const stage = await booked({ guests: [1, 2] });
      stage.rebook('Meeting', { title: 'Moved', startTime: LATER.start, endTime: LATER.end });
      await inOrder(stage, order);
      expect(stage.item('Moved').content).toMatchObject(LATER);
      expect(stage.item('Moved', stage.of(1)).content).toMatchObject(LATER);
      expect(sent(stage)).toEqual([`request ${FIRST} ${SECOND}`, `update ${FIRST} ${SECOND}`]);
      expect(stage.mails).toBe(2);
      await expectIdle(stage);
    },
  );

  test('somebody more is invited: they get a request, and nobody is lost', async () => {
    const stage = await booked();
    const { userActs } = stage.world.exchange;
    userActs.changeItem(stage.item('Meeting').id, {
      attendees: [...stage.item('Meeting').content.attendees, EXTERNAL],
    });
    await stage.settle();
    const before = sent(stage).length;
    stage.rebook('Meeting', { inviteCalendarIds: calendarsOf(stage, [1, 2]) });
    await stage.settle();
    expect(attendees(stage).toSorted()).toEqual([
      `optional ${EXTERNAL.address}`,
      `required ${FIRST}`,
      `required ${SECOND}`,
    ]);
    expect(sent(stage).slice(before)).toContain(`request ${SECOND}`);
    expect(sent(stage).filter((mail) => mail.startsWith('request'))).toHaveLength(3);
    await expectIdle(stage);
  });

  test('somebody is not invited any more: they get a cancellation, and nobody else is lost', async () => {
    const stage = await booked({ guests: [1, 2] });
    const { userActs } = stage.world.exchange;
    userActs.changeItem(stage.item('Meeting').id, {
      attendees: [...stage.item('Meeting').content.attendees, EXTERNAL],
    });
    await stage.settle();
    stage.rebook('Meeting', { inviteCalendarIds: calendarsOf(stage, [2]) });
    await stage.settle();
    expect(attendees(stage).toSorted()).toEqual([`optional ${EXTERNAL.address}`, `required ${SECOND}`]);
    expect(sent(stage).filter((mail) => mail.startsWith('cancellation'))).toEqual([`cancellation ${FIRST}`]);
    await expectIdle(stage);
  });

  test('an invitee who declined and took the row away stays in the list, and hears nothing more', async () => {
    const stage = await booked({ guests: [1, 2] });
    stage.world.exchange.userActs.respond(stage.item('Meeting', stage.of(1)).id, 'Decline');
    const [child] = children(stage);
    if (child) stage.atPortal((acts) => acts.deleteBooking(child.calendarBookingId), stage.of(1));
    await stage.settle();
    stage.rebook('Meeting', { location: 'Room 1' });
    await stage.settle();
    expect(attendees(stage)).toContain(`required ${FIRST}`);
    expect(sent(stage).some((mail) => mail.startsWith('cancellation'))).toBe(false);
  });

  test('an invitee who declined, and whose copy came back since, is taken out: nobody answers for them', async () => {
    const stage = await booked({ guests: [1, 2] });
    const [child] = children(stage);
    stage.atPortal((acts) => acts.respond(child?.calendarBookingId ?? 0, 'decline'), stage.of(1));
    await stage.settle();
    stage.rebook('Meeting', { location: 'Room 1' });
    await stage.settle();
    expect(stage.item('Meeting', stage.of(1)).content.location).toBe('Room 1');
    const responses = () => sent(stage).filter((mail) => mail.startsWith('response')).length;
    const before = responses();
    stage.rebook('Meeting', { inviteCalendarIds: calendarsOf(stage, [2]) });
    for (let n = 0; n < 3; n += 1) await stage.settle();
    expect(children(stage)).toEqual([]);
    expect(responses()).toBe(before);
  });

  test('an invitee whose calendar is hidden from the service is not taken out', async () => {
    const stage = await booked({ guests: [1, 2] });
    const { liferay } = stage.world;
    const service = Number((await stage.engine.portal.identity()).id);
    for (const action of ['MANAGE_BOOKINGS', 'VIEW_BOOKING_DETAILS', 'VIEW'] as const) {
      liferay.revoke(service, stage.of(1).calendarId, action);
    }
    stage.rebook('Meeting', { location: 'Room 1' });
    await stage.settle();
    expect(stage.item('Meeting').content.location).toBe('Room 1');
    expect(attendees(stage)).toEqual([`required ${FIRST}`, `required ${SECOND}`]);
    expect(sent(stage)).toEqual([`request ${FIRST} ${SECOND}`, `update ${FIRST} ${SECOND}`]);
  });

  test('an invitee whom the server knows by another address is asked once', async () => {
    const stage = await inStep();
    stage.engine = stage.world.engine({ openMailbox: withPrimaryAddresses });
    book(stage);
    await stage.settle();
    stage.rebook('Meeting', { location: 'Room 1' });
    await stage.settle();
    expect(attendees(stage)).toEqual([`required ${FIRST}`]);
    expect(sent(stage)).toEqual([`request ${FIRST}`, `update ${FIRST}`]);
  });

  test('an invitee whom the server knows by another address stays when the answer to the invitation is lost', async () => {
    const stage = await inStep();
    stage.engine = stage.world.engine({ openMailbox: withPrimaryAddresses });
    book(stage);
    disturb(stage.world, { kind: 'lostReply', operation: 'CreateItem' });
    await stage.settle();
    expect(children(stage)).toHaveLength(1);
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
  });

  test('what cannot be changed without mail is set aside where nobody shall get any', async () => {
    const stage = await booked();
    stage.world.clock.advance(WEEK);
    await stage.settle();
    stage.engine = stage.world.engine({ openMailbox: alwaysMailing });
    stage.rebook('Meeting', { title: 'Held' });
    await stage.settle();
    expect(await stage.parked()).toEqual(['mailNotSuppressible']);
    expect(stage.titles().exchange).toEqual(['Meeting']);
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
  });

  test('deleted: it is cancelled, and goes from all calendars of Exchange', async () => {
    const stage = await booked({ guests: [1, 2] });
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Meeting').calendarBookingId));
    await stage.settle();
    expect(stage.items()).toEqual([]);
    expect(sent(stage)).toEqual([`request ${FIRST} ${SECOND}`, `cancellation ${FIRST} ${SECOND}`]);
    await expectIdle(stage);
  });

  test('deleted, and the answer of Exchange is lost: it is cancelled once', async () => {
    const stage = await booked();
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Meeting').calendarBookingId));
    disturb(stage.world, { kind: 'lostReply', operation: 'DeleteItem' });
    await stage.settle();
    expect(stage.items()).toEqual([]);
    expect(sent(stage)).toEqual([`request ${FIRST}`, `cancellation ${FIRST}`]);
  });

  test('the answer of Exchange is lost: those who are invited are told once', async () => {
    const stage = await booked();
    stage.rebook('Meeting', { title: 'Renamed', inviteCalendarIds: calendarsOf(stage, [1, 2]) });
    disturb(stage.world, { kind: 'lostReply', operation: 'UpdateItem' });
    await stage.settle();
    expect(attendees(stage, 'Renamed')).toEqual([`required ${FIRST}`, `required ${SECOND}`]);
    expect(sent(stage)).toEqual([`request ${FIRST}`, `update ${FIRST}`, `request ${SECOND}`]);
    await expectIdle(stage);
  });

  test('the answer of Exchange is lost, and its organiser goes on in Outlook: where Liferay wins its change is told once more', async () => {
    const stage = await booked();
    await stage.setPairing({ policy: 'liferay' });
    stage.rebook('Meeting', { title: 'Renamed' });
    disturb(stage.world, { kind: 'lostReply', operation: 'UpdateItem' });
    await stage.round();
    expect(stage.item('Renamed').content.myResponse).toBe('Organizer');
    stage.world.exchange.userActs.changeItem(stage.item('Renamed').id, { subject: 'In Outlook' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Renamed'], liferay: ['Renamed'] });
    // By us, by Outlook, and by us again: from what is there nobody could tell that the first had arrived.
    expect(sent(stage)).toEqual([`request ${FIRST}`, ...Array(3).fill(`update ${FIRST}`)]);
    await expectIdle(stage);
  });

  test('while the state is lost: what was changed is brought over without mail, what was deleted is shown again', async () => {
    const stage = await booked();
    disturb(stage.world, { kind: 'invalidSyncState' });
    stage.rebook('Meeting', { title: 'Renamed', inviteCalendarIds: calendarsOf(stage, [1, 2]) });
    await stage.settle();
    if (stage.isOverGraph) return expectSetAside(stage, [`request ${FIRST}`]);
    expect(attendees(stage, 'Renamed')).toEqual([`required ${FIRST}`]);
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    disturb(stage.world, { kind: 'invalidSyncState' });
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Renamed').calendarBookingId));
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Renamed'], liferay: ['Renamed'] });
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    stage.rebook('Renamed', { title: 'Again' });
    await stage.settle();
    expect(sent(stage).at(-1)).toBe(`update ${FIRST}`);
    // Whether their organiser's row comes back, the invitees' calendars wait for a while.
    await stage.settle();
    await stage.settle();
    await expectIdle(stage);
  });

  test('whoever was invited while the state was lost is asked when the booking is changed next', async () => {
    const stage = await booked();
    disturb(stage.world, { kind: 'invalidSyncState' });
    stage.rebook('Meeting', { inviteCalendarIds: calendarsOf(stage, [1, 2]) });
    await stage.settle();
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    stage.rebook('Meeting', { location: 'Room 1' });
    await stage.settle();
    expect(sent(stage)).toContain(`request ${SECOND}`);
    await expectIdle(stage);
  });

  test('what is over is changed and deleted without mail', async () => {
    const stage = await booked();
    stage.world.clock.advance(WEEK);
    await stage.settle();
    stage.rebook('Meeting', { title: 'Held', inviteCalendarIds: [] });
    await stage.settle();
    if (stage.isOverGraph) return expectSetAside(stage, [`request ${FIRST}`]);
    expect(attendees(stage, 'Held')).toEqual([]);
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Held').calendarBookingId));
    await stage.settle();
    expect(stage.items()).toEqual([]);
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
  });

  describe('of a series', () => {
    const WEEKLY = { recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=5;BYDAY=WE' };
    const second = MEETING.start + WEEK;
    const SECOND_DAY = Math.floor(second / DAY);

    test('once the last that was not deleted is over, all is: it is changed without mail', async () => {
      const stage = await booked(WEEKLY);
      const { userActs } = stage.world.exchange;
      for (const days of [14, 21]) {
        userActs.deleteItem(userActs.occurrence(stage.item('Meeting').id, SECOND_DAY + days).id);
      }
      await stage.settle();
      stage.world.clock.advance(3 * WEEK);
      await stage.settle();
      const before = sent(stage);
      stage.rebook('Meeting', { location: 'Room 1' });
      await stage.settle();
      if (stage.isOverGraph) return expectSetAside(stage, before);
      expect(stage.item('Meeting').content.location).toBe('Room 1');
      expect(sent(stage)).toEqual(before);
    });

    test('one occurrence is moved: that one only', async () => {
      const stage = await booked(WEEKLY);
      const { calendarBookingId } = stage.row('Meeting');
      const startTime = second + 2 * HOUR;
      stage.atPortal((acts) => acts.changeInstance(calendarBookingId, second, { startTime, title: 'Later' }));
      await stage.settle();
      const { userActs } = stage.world.exchange;
      const { content } = userActs.occurrence(stage.item('Meeting').id, SECOND_DAY);
      expect(content).toMatchObject({ subject: 'Later', start: startTime });
      expect(sent(stage)).toEqual([`request ${FIRST}`, `update ${FIRST}`]);
      await expectIdle(stage);
    });

    test('one occurrence is saved as it is: nobody hears of it', async () => {
      const stage = await booked(WEEKLY);
      const { calendarBookingId } = stage.row('Meeting');
      // Liferay makes a row of it, which says what its series does.
      stage.atPortal((acts) => acts.changeInstance(calendarBookingId, second, { title: 'Meeting' }));
      await stage.settle();
      await expectSame(stage);
      expect(sent(stage)).toEqual([`request ${FIRST}`]);
      await expectIdle(stage);
    });

    test('one occurrence is renamed and gets the name of its series back: nothing is set aside', async () => {
      const stage = await booked(WEEKLY);
      const { calendarBookingId } = stage.row('Meeting');
      stage.atPortal((acts) => acts.changeInstance(calendarBookingId, second, { title: 'Other' }));
      await stage.settle();
      const own = stage.row('Other').calendarBookingId;
      stage.atPortal((acts) => acts.changeBooking(own, { title: 'Meeting' }));
      await stage.settle();
      await expectSame(stage);
      expect(sent(stage)).toEqual([`request ${FIRST}`, `update ${FIRST}`, `update ${FIRST}`]);
      await expectIdle(stage);
    });

    test.each([
      ['moved', { startTime: second + HOUR, endTime: second + 2 * HOUR }],
      ['saved as it is', { title: 'Meeting' }],
    ])(
      'one occurrence is %s, then its series renamed: it keeps its name, as its row does',
      async (_how, change) => {
        const stage = await booked(WEEKLY);
        const { calendarBookingId } = stage.row('Meeting');
        stage.atPortal((acts) => acts.changeInstance(calendarBookingId, second, change));
        await stage.settle();
        stage.atPortal((acts) => acts.changeBooking(calendarBookingId, { title: 'Renamed' }));
        await stage.settle();
        await expectSame(stage);
        expect(stage.rows().map(({ titles }) => titles.en_US)).toEqual(['Renamed', 'Meeting']);
        await expectIdle(stage);
      },
    );

    test('one occurrence is deleted: that one is cancelled', async () => {
      const stage = await booked(WEEKLY);
      stage.atPortal((acts) => acts.deleteInstance(stage.row('Meeting').calendarBookingId, second));
      await stage.settle();
      expect(stage.item('Meeting').series?.deletedDays.has(SECOND_DAY)).toBe(true);
      expect(sent(stage)).toEqual([`request ${FIRST}`, `cancellation ${FIRST}`]);
      await expectIdle(stage);
    });

    test('all from one on are changed: they are a meeting of their own, to which the same people are invited', async () => {
      const stage = await booked(WEEKLY);
      const { userActs } = stage.world.exchange;
      userActs.changeItem(stage.item('Meeting').id, {
        attendees: [...stage.item('Meeting').content.attendees, EXTERNAL],
      });
      await stage.settle();
      const { calendarBookingId } = stage.row('Meeting');
      stage.atPortal((acts) =>
        acts.changeInstance(calendarBookingId, second, { title: 'From now on' }, true),
      );
      await stage.settle();
      expect(attendees(stage, 'From now on').toSorted()).toEqual([
        `optional ${EXTERNAL.address}`,
        `required ${FIRST}`,
      ]);
      expect(sent(stage)).toContain(`request ${EXTERNAL.address} ${FIRST}`);
      await expectIdle(stage);
    });
  });
});
