/**
 * A meeting that was made in Liferay, in the calendar of somebody who is invited: Liferay's own row there and the copy in
 * the mailbox are one event, and only what its owner answers goes from one to the other.
 */
import { describe, expect, test } from 'vitest';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import {
  ANSWERS,
  CANCELLATION,
  LATER,
  MEETING,
  Meeting,
  ORDERS,
  REQUEST,
  RESPONSE,
  UPDATE,
  weekly,
} from './meeting-stage.ts';
import { DAY } from './stage.ts';

describe.each(ORDERS)('$order', ({ turns }) => {
  test('the child is there first: it waits, and is the copy’s row when that comes', async () => {
    const meeting = await Meeting.open(turns);
    meeting.book();
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.pending);
    expect((await meeting.stage.links()).map(({ work }) => work)).toEqual(['liferayOnly']);
    expect(meeting.mails()).toEqual([]);
    await meeting.expectIdle();
    meeting.sendRequest();
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.pending);
    expect((await meeting.stage.links()).map(({ work }) => work)).toEqual(['clean']);
    expect(meeting.mails()).toEqual([REQUEST]);
    await meeting.expectIdle();
  });

  test('child and copy are met in one run', async () => {
    const meeting = await Meeting.open(turns);
    const uid = 'made-in-liferay@portal.example.com';
    await meeting.stage
      .portal(meeting.organiser)
      .add(
        String(meeting.organiser.calendarId),
        { title: 'Meeting', start: MEETING.start, end: MEETING.end },
        { inviteCalendarIds: [String(meeting.stage.person.calendarId)], uid },
      );
    const mailsByLiferay = meeting.stage.world.liferay.outbox.length;
    meeting.stage.create({ subject: 'Meeting', ...MEETING, uid }, meeting.organiser);
    meeting.sendRequest();
    await meeting.settle();
    expect(meeting.child.vEventUid).toBe(uid);
    expect((await meeting.stage.links()).map(({ work }) => work)).toEqual(['clean']);
    expect(meeting.stage.world.exchange.outbox).toHaveLength(1);
    expect(meeting.stage.world.liferay.outbox).toHaveLength(mailsByLiferay);
    await meeting.expectIdle();
  });

  test.each([
    { answer: 'maybe', met: STATUS.pending, status: STATUS.maybe, response: 'Tentative' },
    // Where the row that stands there takes the time Liferay declines for its owner.
    { answer: 'accept', met: STATUS.denied, status: STATUS.approved, response: 'Accept' },
  ] as const)(
    'the copy is there first and was answered ($answer): its row gives way to the child, which says so',
    async ({ answer, met, status, response }) => {
      const meeting = await Meeting.bornInExchange(turns);
      meeting.answer(answer);
      await meeting.settle();
      meeting.inviteInLiferay();
      expect(meeting.stage.rows().map((row) => row.status)).toEqual([status, met]);
      await meeting.settle();
      expect(meeting.child.status).toBe(status);
      expect(meeting.response).toBe(response);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
      await meeting.expectIdle();
    },
  );

  test('the row that gives way was answered just then: that is said, and the child says it', async () => {
    const meeting = await Meeting.bornInExchange(turns);
    meeting.answer('accept');
    meeting.inviteInLiferay();
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.approved);
    expect(meeting.response).toBe('Accept');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
  });

  test('a series gives way, and what was changed of it stays in sight', async () => {
    const meeting = await Meeting.bornInExchange(turns, weekly(5));
    const [series] = meeting.stage.items(meeting.organiser);
    const { userActs } = meeting.stage.world.exchange;
    const second = userActs.occurrence(series?.id ?? '', Math.floor(MEETING.start / DAY) + 7);
    userActs.changeItem(second.id, { subject: 'Changed' });
    await meeting.settle();
    expect(meeting.stage.rows()).toHaveLength(2);
    meeting.inviteInLiferay();
    await meeting.settle();
    // The organiser's row leaves out the occurrence that was changed, and so does the child: it is shown by us.
    expect(meeting.stage.titles().liferay).toEqual(['Changed', 'Meeting']);
    expect(meeting.stage.row('Meeting').parentCalendarBookingId).toBe(meeting.master.calendarBookingId);
    expect(meeting.mails()).toEqual([REQUEST, UPDATE]);
    await meeting.expectIdle();
  });

  describe.each(ANSWERS)('$answer', ({ answer, status, response }) => {
    test('said in Liferay is said to the organiser, once', async () => {
      const meeting = await Meeting.inStep(turns);
      meeting.answer(answer);
      await meeting.settle();
      expect(meeting.response).toBe(response);
      expect(meeting.responseAtOrganiser()).toBe(response);
      expect(meeting.child.status).toBe(status);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
      await meeting.expectIdle();
    });

    test('said in Liferay before the copy came is said to the organiser, once', async () => {
      const meeting = await Meeting.open(turns);
      meeting.book();
      await meeting.settle();
      meeting.answer(answer);
      meeting.sendRequest();
      await meeting.settle();
      expect(meeting.responseAtOrganiser()).toBe(response);
      expect(meeting.child.status).toBe(status);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
      await meeting.expectIdle();
    });

    test('said in Outlook is the status in Liferay, and no mail is ours', async () => {
      const meeting = await Meeting.inStep(turns);
      meeting.answerInOutlook(response);
      await meeting.settle();
      expect(meeting.child.status).toBe(status);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
      await meeting.expectIdle();
    });
  });

  test('answered in both at once, the side that wins by policy is right, and no mail is ours', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.answer('maybe');
    meeting.answerInOutlook('Accept');
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.approved);
    expect(meeting.response).toBe('Accept');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
  });

  test('declined in Liferay is declined in Exchange, which puts the copy away; the child stands as declined', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.answer('decline');
    await meeting.settle();
    expect(meeting.responseAtOrganiser()).toBe('Decline');
    expect(meeting.stage.titles()).toEqual({ exchange: [], liferay: ['Meeting'] });
    expect(meeting.child.status).toBe(STATUS.denied);
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test('declined in Outlook the child stands as declined; when the copy comes back it says what that does', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.answerInOutlook('Decline');
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.denied);
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
    meeting.changeAtOrganiser(LATER);
    await meeting.settle();
    expect(meeting.response).toBe('NoResponseReceived');
    // Liferay changed nothing of the declined row, whatever the organiser did to theirs.
    expect(meeting.child).toMatchObject({ startTime: LATER.start, status: STATUS.pending });
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });

  test('declined, moved by its organiser in Outlook and asked about again: the child is where the meeting is', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.answerInOutlook('Decline');
    await meeting.settle();
    meeting.changeAtOrganiser({ ...LATER, subject: 'Renamed', location: 'Elsewhere' });
    await meeting.settle();
    // Liferay passes over the rows of those who declined when the organiser's row is changed.
    const { startTime, endTime, location, titles } = meeting.master;
    expect(startTime).toBe(LATER.start);
    expect(meeting.child).toMatchObject({ startTime, endTime, location, titles, status: STATUS.pending });
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, RESPONSE, UPDATE]);
    const mails = meeting.stage.mails;
    meeting.answer('accept');
    await meeting.settle();
    expect(meeting.child).toMatchObject({ startTime, status: STATUS.approved });
    expect(meeting.stage.mails).toBe(mails + 1);
    await meeting.expectIdle();
  });

  test('the organiser moves it: Liferay makes it pending, the copy comes later, and nobody answers for anybody', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.answer('accept');
    await meeting.settle();
    const { calendarBookingId } = meeting.master;
    const { start: startTime, end: endTime } = LATER;
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { startTime, endTime }),
      meeting.organiser,
    );
    expect(meeting.child.status).toBe(STATUS.pending);
    await meeting.stage.roundOf(meeting.stage.person);
    // Till then the mailbox has accepted.
    expect(meeting.child).toMatchObject({ startTime, status: STATUS.approved });
    meeting.changeAtOrganiser(LATER);
    await meeting.settle();
    expect(meeting.child).toMatchObject({ startTime, status: STATUS.pending });
    expect(meeting.response).toBe('NoResponseReceived');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, UPDATE]);
  });

  test.each(['accept', 'maybe'] as const)(
    '%s in Liferay, and moved there by its organiser before anybody looked: it is asked about anew, and nobody answers',
    async (answer) => {
      const meeting = await Meeting.inStep(turns);
      meeting.answer(answer);
      const { calendarBookingId } = meeting.master;
      const { start: startTime, end: endTime } = LATER;
      meeting.stage.atPortal(
        (acts) => acts.changeBooking(calendarBookingId, { startTime, endTime }),
        meeting.organiser,
      );
      expect(meeting.child.status).toBe(STATUS.pending);
      await meeting.settle();
      expect(meeting.child).toMatchObject({ startTime, status: STATUS.pending });
      expect(meeting.response).toBe('NoResponseReceived');
      expect(meeting.mails()).toEqual([REQUEST, UPDATE]);
      await meeting.expectIdle();
    },
  );

  test('the organiser’s texts are in the copy and not yet in the child, or the other way: neither is written', async () => {
    const meeting = await Meeting.inStep(turns);
    const { exchange } = meeting.stage.world;
    const [copy] = meeting.stage.items();
    exchange.userActs.changeItem(copy?.id ?? '', { subject: 'Renamed' });
    await meeting.stage.roundOf(meeting.stage.person);
    expect(meeting.stage.titles()).toEqual({ exchange: ['Renamed'], liferay: ['Meeting'] });
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { title: 'By Liferay', location: 'Room' }),
      meeting.organiser,
    );
    await meeting.stage.roundOf(meeting.stage.person);
    expect(meeting.stage.titles()).toEqual({ exchange: ['Renamed'], liferay: ['By Liferay'] });
    expect((await meeting.stage.history()).map(({ kind }) => kind)).not.toContain('lost');
    expect(meeting.mails()).toEqual([REQUEST]);
  });

  test('the invitee deletes the row: the meeting is declined', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.deleteChild();
    await meeting.settle();
    expect(meeting.responseAtOrganiser()).toBe('Decline');
    expect(meeting.stage.titles()).toEqual({ exchange: [], liferay: [] });
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  describe.each([
    [
      'deletes the booking',
      (meeting: Meeting) => {
        const { calendarBookingId } = meeting.master;
        meeting.stage.atPortal((acts) => acts.deleteBooking(calendarBookingId), meeting.organiser);
      },
    ],
    ['takes the person off the booking', (meeting: Meeting) => meeting.inviteInLiferay([])],
  ])('the organiser %s', (_, act) => {
    test('and the cancellation comes with it: the copy is cleared away, and nothing is said', async () => {
      const meeting = await Meeting.inStep(turns);
      act(meeting);
      meeting.cancelAtOrganiser();
      await meeting.settle();
      expect(meeting.stage.titles()).toEqual({ exchange: [], liferay: [] });
      expect(meeting.mails()).toEqual([REQUEST, CANCELLATION]);
      await meeting.expectIdle();
    });

    test('and the cancellation comes later: till then it waits, and nothing is said', async () => {
      const meeting = await Meeting.inStep(turns);
      act(meeting);
      await meeting.stage.roundOf(meeting.stage.person);
      await meeting.stage.roundOf(meeting.stage.person);
      expect(meeting.stage.titles()).toEqual({ exchange: ['Meeting'], liferay: [] });
      meeting.cancelAtOrganiser();
      await meeting.settle();
      expect(meeting.stage.titles()).toEqual({ exchange: [], liferay: [] });
      expect(meeting.mails()).toEqual([REQUEST, CANCELLATION]);
    });
  });
});

test('the booking is deleted and no cancellation ever comes: the copy is shown as what it is, and nothing is said', async () => {
  const meeting = await Meeting.inStep();
  await meeting.stage.setPairing({ state: 'paused' }, meeting.organiser);
  const { calendarBookingId } = meeting.master;
  meeting.stage.atPortal((acts) => acts.deleteBooking(calendarBookingId), meeting.organiser);
  for (let n = 0; n < 4; n += 1) await meeting.settle();
  expect(meeting.stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['Meeting'] });
  expect(meeting.mails()).toEqual([REQUEST]);
});

test('the organiser is not in this service: an invitee’s row that goes is no answer, since nobody knows who took it', async () => {
  const meeting = await Meeting.open();
  await meeting.stage.setPairing({ state: 'paused' }, meeting.organiser);
  meeting.book();
  const uid = meeting.master.vEventUid;
  meeting.stage.create({ subject: 'Meeting', ...MEETING, uid }, meeting.organiser);
  await meeting.settle();
  meeting.sendRequest();
  await meeting.settle();
  expect(meeting.child.status).toBe(STATUS.pending);
  meeting.deleteChild();
  for (let n = 0; n < 4; n += 1) await meeting.settle();
  expect(meeting.response).toBe('NoResponseReceived');
  expect(meeting.mails()).toEqual([REQUEST]);
});

test('a child whose meeting nobody brings to Exchange stays Liferay’s own', async () => {
  const meeting = await Meeting.open();
  await meeting.stage.setPairing({ state: 'paused' }, meeting.organiser);
  meeting.book();
  await meeting.settle();
  meeting.answer('accept');
  await meeting.settle();
  expect(meeting.child.status).toBe(STATUS.approved);
  expect(meeting.stage.titles()).toEqual({ exchange: [], liferay: ['Meeting'] });
  expect(meeting.mails()).toEqual([]);
});
