/** A series that was made in Liferay, in the calendar of somebody who is invited: what is answered to one occurrence. */
import type { Client } from '@libsql/client';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { mailbox } from '#drizzle/schema.ts';
import { type Booking, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import {
  ANSWERS,
  CANCELLATION,
  MEETING,
  Meeting,
  ORDERS,
  REQUEST,
  RESPONSE,
  UPDATE,
  weekly,
} from './meeting-stage.ts';
import { DAY, HOUR } from './stage.ts';

describe.each(ORDERS)('of a series, $order', ({ turns }) => {
  const WEEK = 7 * DAY;
  const WEEKLY = 'RRULE:FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=WE';
  const SECOND = '20260513';

  /** What the occurrence of the second week is answered in Exchange; null: it is deleted there. */
  function secondInExchange(meeting: Meeting): string | null {
    const [item] = meeting.stage.items();
    const day = Math.floor(MEETING.start / DAY) + 7;
    if (!item || item.series?.deletedDays.has(day)) return null;
    return meeting.stage.world.exchange.userActs.occurrence(item.id, day).content.myResponse;
  }

  /** The organiser changes the occurrence of the third week in Outlook. */
  function changeThird(
    meeting: Meeting,
    change: Partial<Record<'start' | 'end', number>> & { subject?: string },
  ): void {
    const { userActs } = meeting.stage.world.exchange;
    const [own] = meeting.stage.items(meeting.organiser);
    const third = userActs.occurrence(own?.id ?? '', Math.floor(MEETING.start / DAY) + 14);
    userActs.changeItem(third.id, change);
  }

  const WEEKS = [0, 1, 2, 3, 4].map((n) => MEETING.start + n * WEEK);

  /** When the invitee's calendar in Liferay shows something. */
  function startsShown({ stage }: Meeting): readonly number[] {
    const shown = stage.world.liferay.calendarWindow(
      stage.person.calendarId,
      MEETING.start,
      MEETING.start + 5 * WEEK,
    );
    return shown.map(({ startTime }) => startTime).sort();
  }

  function childOf({ stage, master }: Meeting): Booking {
    const row = stage.rows().find(({ parentCalendarBookingId: id }) => id === master.calendarBookingId);
    if (!row) throw new Error('The invitee has no child of the organiser’s row.');
    return row;
  }

  test('all of it is accepted in Liferay: one response, and each occurrence has it', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('accept');
    await meeting.settle();
    expect(meeting.response).toBe('Accept');
    expect(secondInExchange(meeting)).toBe('Accept');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test.each(ANSWERS)(
    'one occurrence is answered in Liferay ($answer): that one only',
    async ({ answer, response }) => {
      const meeting = await Meeting.inStep(turns, WEEKLY);
      meeting.answer(answer, MEETING.start + WEEK);
      await meeting.settle();
      expect(secondInExchange(meeting)).toBe(response);
      expect(meeting.response).toBe('NoResponseReceived');
      expect(meeting.stage.rows()).toHaveLength(2);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
      await meeting.expectIdle();
    },
  );

  test('declined, then changed by its organiser, it is asked about again: the child says what the organiser’s row does', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answerInOutlook('Decline');
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.denied);
    const { calendarBookingId } = meeting.master;
    const [startTime, endTime] = [MEETING.start + HOUR, MEETING.end + HOUR];
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { title: 'Later', startTime, endTime }),
      meeting.organiser,
    );
    // Of a declined row Liferay changes nothing.
    expect(meeting.child).toMatchObject({ startTime: MEETING.start, status: STATUS.denied });
    await meeting.settle();
    const { recurrence } = meeting.master;
    expect(meeting.child).toMatchObject({ startTime, endTime, recurrence, status: STATUS.pending });
    expect(meeting.stage.titles()).toEqual({ exchange: ['Later'], liferay: ['Later'] });
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });

  test('one occurrence is declined in Liferay: Exchange declines it, and puts it away', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('decline', MEETING.start + WEEK);
    await meeting.settle();
    expect(secondInExchange(meeting)).toBeNull();
    expect(meeting.child.recurrence).toContain(SECOND);
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test('what was declined of it comes back with what its organiser changes of it: it is shown again', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('decline', MEETING.start + WEEK);
    await meeting.settle();
    changeThird(meeting, { subject: 'Third' });
    await meeting.settle();
    expect(secondInExchange(meeting)).toBe('NoResponseReceived');
    expect(startsShown(meeting)).toEqual(WEEKS);
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });

  test('the organiser changes in Liferay what was declined of it: its row is that of this occurrence, and of no other', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('maybe', MEETING.start + 2 * WEEK);
    await meeting.settle();
    meeting.stage.atPortal((acts) =>
      acts.respond(childOf(meeting).calendarBookingId, 'decline', MEETING.start + WEEK),
    );
    await meeting.settle();
    const { calendarBookingId } = meeting.master;
    const later = { startTime: MEETING.start + WEEK + HOUR, endTime: MEETING.end + WEEK + HOUR };
    meeting.stage.atPortal(
      (acts) => acts.changeInstance(calendarBookingId, MEETING.start + WEEK, later),
      meeting.organiser,
    );
    await meeting.settle();
    const [first, second, ...rest] = WEEKS;
    expect(startsShown(meeting)).toEqual([first, (second ?? 0) + HOUR, ...rest]);
    expect(secondInExchange(meeting)).toBe('NoResponseReceived');
    expect(meeting.stage.items()).toHaveLength(1);
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });

  test('one occurrence is deleted by the invitee: it is declined', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    const { calendarBookingId } = meeting.child;
    meeting.stage.atPortal((acts) => acts.deleteInstance(calendarBookingId, MEETING.start + WEEK));
    await meeting.settle();
    expect(secondInExchange(meeting)).toBeNull();
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test('one occurrence is deleted by the organiser: nobody declines it', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.deleteInstance(calendarBookingId, MEETING.start + WEEK),
      meeting.organiser,
    );
    await meeting.settle();
    expect(secondInExchange(meeting)).toBe('NoResponseReceived');
    expect(meeting.child.recurrence).toContain(SECOND);
    expect(meeting.mails()).toEqual([REQUEST, CANCELLATION]);
    await meeting.expectIdle();
  });

  test('the organiser renames it, by which Liferay shows an answered occurrence twice: that is put right', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('maybe', MEETING.start + WEEK);
    await meeting.settle();
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { title: 'Renamed' }),
      meeting.organiser,
    );
    meeting.changeAtOrganiser({ subject: 'Renamed' });
    expect(childOf(meeting).recurrence).not.toContain(SECOND);
    await meeting.settle();
    expect(childOf(meeting).recurrence).toContain(SECOND);
    expect(meeting.stage.titles().liferay).toEqual(['Renamed', 'Renamed']);
    expect(secondInExchange(meeting)).toBe('Tentative');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });

  test('an occurrence that Liferay shows twice for that is answered anew where its series shows it: the last answer counts', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('maybe', MEETING.start + WEEK);
    await meeting.settle();
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { title: 'Renamed' }),
      meeting.organiser,
    );
    meeting.changeAtOrganiser({ subject: 'Renamed' });
    meeting.answer('accept', MEETING.start + WEEK);
    expect(meeting.stage.rows()).toHaveLength(3);
    await meeting.settle();
    expect(meeting.stage.rows()).toHaveLength(2);
    expect(startsShown(meeting)).toEqual(WEEKS);
    expect(secondInExchange(meeting)).toBe('Accept');
    expect(meeting.stage.items()).toHaveLength(1);
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, UPDATE, RESPONSE]);
    await meeting.expectIdle();
  });

  test('one occurrence is answered just before the organiser renames the series, by which Liferay shows it twice: it is one', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('maybe', MEETING.start + WEEK);
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { title: 'Renamed' }),
      meeting.organiser,
    );
    expect(childOf(meeting).recurrence).not.toContain(SECOND);
    await meeting.settle();
    expect(startsShown(meeting)).toEqual(WEEKS);
    expect(meeting.stage.items()).toHaveLength(1);
    expect(secondInExchange(meeting)).toBe('Tentative');
    await meeting.expectIdle();
  });

  test('the organiser changes one occurrence with its invitees: its child belongs to the series', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('accept');
    await meeting.settle();
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.changeInstance(calendarBookingId, MEETING.start + WEEK, { title: 'Changed' }),
      meeting.organiser,
    );
    await meeting.settle();
    expect(meeting.stage.titles()).toMatchObject({ exchange: ['Meeting'], liferay: ['Changed', 'Meeting'] });
    expect(secondInExchange(meeting)).toBe('Accept');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });

  test('the invitee deletes all of it after one occurrence was answered: it is declined, and nothing is left', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('maybe', MEETING.start + WEEK);
    await meeting.settle();
    const { calendarBookingId } = childOf(meeting);
    meeting.stage.atPortal((acts) => acts.deleteBooking(calendarBookingId));
    await meeting.settle();
    expect(meeting.responseAtOrganiser()).toBe('Decline');
    expect(meeting.stage.titles()).toEqual({ exchange: [], liferay: [] });
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, RESPONSE]);
    await meeting.expectIdle();
  });

  test('invited in Liferay to one occurrence alone: the series that Exchange has does not give way to that', async () => {
    const meeting = await Meeting.bornInExchange(turns, weekly(5));
    const { calendarBookingId } = meeting.master;
    const inviteCalendarIds = [meeting.stage.person.calendarId];
    meeting.stage.atPortal(
      (acts) =>
        acts.changeInstance(calendarBookingId, MEETING.start + WEEK, { title: 'Guests', inviteCalendarIds }),
      meeting.organiser,
    );
    await meeting.settle();
    // Liferay's own row of that occurrence stands beside ours: a limit that the README names.
    expect(meeting.stage.titles()).toEqual({
      exchange: ['Meeting'],
      liferay: ['Guests', 'Guests', 'Meeting'],
    });
    expect(meeting.stage.row('Meeting').recurrence).toContain('FREQ=WEEKLY');
    expect(meeting.mails()).toEqual([REQUEST, UPDATE]);
  });

  test('all of it was declined and comes back with a changed occurrence: it is asked about, and nobody answers', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.changeInstance(calendarBookingId, MEETING.start + WEEK, { title: 'Changed' }),
      meeting.organiser,
    );
    await meeting.settle();
    meeting.answerInOutlook('Decline');
    await meeting.settle();
    expect(meeting.stage.rows().map(({ status }) => status)).toEqual([STATUS.denied, STATUS.denied]);
    meeting.stage.atPortal(
      (acts) => acts.changeInstance(calendarBookingId, MEETING.start + 2 * WEEK, { title: 'Third' }),
      meeting.organiser,
    );
    await meeting.settle();
    expect(secondInExchange(meeting)).toBe('NoResponseReceived');
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, UPDATE, RESPONSE, UPDATE]);
    expect(childOf(meeting).status).toBe(STATUS.pending);
    expect(startsShown(meeting)).toEqual(WEEKS);
    await meeting.expectIdle();
  });

  test('what was declined of it came back, then all of it was declined and came back: all of it is shown', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('decline', MEETING.start + WEEK);
    await meeting.settle();
    changeThird(meeting, { subject: 'Third' });
    await meeting.settle();
    meeting.answerInOutlook('Decline');
    await meeting.settle();
    changeThird(meeting, { subject: 'Third again' });
    await meeting.settle();
    expect(secondInExchange(meeting)).toBe('NoResponseReceived');
    expect(startsShown(meeting)).toEqual(WEEKS);
    await meeting.expectIdle();
  });

  const THIRD_MOVED = { start: MEETING.start + 2 * WEEK + HOUR, end: MEETING.end + 2 * WEEK + HOUR };
  const WITH_THIRD_MOVED = WEEKS.map((start, n) => (n === 2 ? THIRD_MOVED.start : start));

  test.each(['in Liferay', 'in Outlook'])(
    'all of it was declined %s and comes back with an occurrence that its organiser moves in Outlook: it is shown there',
    async (where) => {
      const meeting = await Meeting.inStep(turns, WEEKLY);
      if (where === 'in Liferay') meeting.answer('decline');
      else meeting.answerInOutlook('Decline');
      await meeting.settle();
      changeThird(meeting, THIRD_MOVED);
      await meeting.settle();
      expect(meeting.response).toBe('NoResponseReceived');
      expect(childOf(meeting).status).toBe(STATUS.pending);
      expect(startsShown(meeting)).toEqual(WITH_THIRD_MOVED);
      expect(meeting.mailsOfExchange()).toEqual([REQUEST, RESPONSE, UPDATE]);
      await meeting.expectIdle();
    },
  );

  test('what was declined of it came back, and an older backup knows nothing of that: nobody answers', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    const database = meeting.stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    meeting.answer('decline', MEETING.start + WEEK);
    await meeting.settle();
    meeting.changeAtOrganiser({ start: MEETING.start + HOUR, end: MEETING.end + HOUR });
    await meeting.settle();
    await putBack(database, backup);
    await meeting.settle();
    expect(secondInExchange(meeting)).toBe('NoResponseReceived');
    expect(startsShown(meeting)).toEqual(WEEKS.map((start) => start + HOUR));
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });
});

test('a declined series comes back, and its organiser’s row gets the moved occurrence while its status is written', async () => {
  const meeting = await Meeting.inStep(null, 'RRULE:FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=WE');
  const { stage, organiser } = meeting;
  meeting.answerInOutlook('Decline');
  await meeting.settle();
  const { exchange, fetch: network, db } = stage.world;
  const [own] = stage.items(organiser);
  const third = exchange.userActs.occurrence(own?.id ?? '', Math.floor(MEETING.start / DAY) + 14);
  const moved = { start: third.content.start + HOUR, end: third.content.end + HOUR };
  exchange.userActs.changeItem(third.id, moved);
  const isOrganiser = eq(mailbox.id, organiser.mailboxId);
  await db.update(mailbox).set({ nextSyncAt: Number.MAX_SAFE_INTEGER }).where(isOrganiser);
  let isOvertaken = false;
  const engine = stage.world.engine({
    fetch: async (url, request) => {
      if (!isOvertaken && request.body?.includes('invoke-transition')) {
        isOvertaken = true;
        await db.update(mailbox).set({ nextSyncAt: 0 }).where(isOrganiser);
        await stage.round(0);
      }
      return network(url, request);
    },
  });
  await stage.round(undefined, engine, 'another');
  expect(isOvertaken).toBe(true);
  await meeting.settle();
  const { calendarId } = stage.person;
  const shown = stage.world.liferay.calendarWindow(calendarId, MEETING.start, MEETING.start + 35 * DAY);
  expect(shown.map(({ startTime }) => startTime)).toContain(moved.start);
  expect(shown).toHaveLength(5);
  expect(meeting.mails()).toEqual([REQUEST, RESPONSE, UPDATE]);
  await meeting.expectIdle();
});
