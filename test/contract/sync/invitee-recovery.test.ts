/** An invitee's row and the copy of the meeting, when something goes wrong: nothing twice, and nothing said by the service. */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import { MEETING, Meeting, ORDERS, REQUEST, RESPONSE, UPDATE } from './meeting-stage.ts';
import { DAY, HOUR } from './stage.ts';

const WEEKLY = 'RRULE:FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=WE';

describe.each(ORDERS)('$order', ({ turns }) => {
  describe.each([
    ['of one occurrence', ''],
    ['that repeats', WEEKLY],
  ])('a meeting %s', (_, recurrence) => {
    test('the database is lost: copy and child meet again, and nobody hears of it', async () => {
      const meeting = await Meeting.inStep(turns, recurrence);
      meeting.answer('maybe');
      await meeting.settle();
      await meeting.stage.loseDatabase();
      await meeting.settle();
      expect(meeting.child.status).toBe(STATUS.maybe);
      expect(meeting.stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['Meeting'] });
      expect((await meeting.stage.links()).map(({ work }) => work)).toEqual(['clean']);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
      await meeting.expectIdle();
    });

    test('the database is lost, and somebody answers meanwhile: the mailbox is right', async () => {
      const meeting = await Meeting.inStep(turns, recurrence);
      await meeting.stage.loseDatabase();
      meeting.answer('accept');
      await meeting.settle();
      expect(meeting.child.status).toBe(STATUS.pending);
      expect(meeting.mails()).toEqual([REQUEST]);
    });

    test('an older backup is put back, which knows the child alone', async () => {
      const meeting = await Meeting.open(turns);
      meeting.book(recurrence);
      await meeting.settle();
      const database = meeting.stage.world.db.$client as Client;
      const backup = await takeBackup(database, 0, 0);
      meeting.sendRequest();
      await meeting.settle();
      meeting.answerInOutlook('Accept');
      await meeting.settle();
      await putBack(database, backup);
      await meeting.settle();
      expect(meeting.child.status).toBe(STATUS.approved);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    });
  });

  test('an older backup is put back, which knows the copy with a row of its own: it is the child’s', async () => {
    const meeting = await Meeting.bornInExchange(turns);
    meeting.answer('accept');
    await meeting.settle();
    const database = meeting.stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    meeting.inviteInLiferay();
    await meeting.settle();
    const { calendarBookingId } = meeting.child;
    await putBack(database, backup);
    await meeting.settle();
    expect(meeting.child).toMatchObject({ calendarBookingId, status: STATUS.approved });
    expect(meeting.response).toBe('Accept');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test('one occurrence was answered and the database is lost: nothing is doubled, and nothing is said again', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    meeting.answer('maybe', MEETING.start + 7 * DAY);
    await meeting.settle();
    await meeting.stage.loseDatabase();
    await meeting.settle();
    expect(meeting.stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['Meeting', 'Meeting'] });
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test.each([0, 1, 2])(
    'the row gives way to the child and the service ends after %i writes: the next one ends it',
    async (writes) => {
      const meeting = await Meeting.bornInExchange(turns);
      meeting.answer('accept');
      await meeting.settle();
      meeting.inviteInLiferay();
      await meeting.stage.brokenOff(writes);
      await meeting.settle();
      expect(meeting.child.status).toBe(STATUS.approved);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
      await meeting.expectIdle();
    },
  );

  test('an older backup is put back, which knows the child that an invitee answered since', async () => {
    const meeting = await Meeting.inStep(turns, WEEKLY);
    const database = meeting.stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    meeting.answer('accept');
    await meeting.settle();
    meeting.answer('maybe', MEETING.start + 7 * DAY);
    await meeting.settle();
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, RESPONSE]);
    await putBack(database, backup);
    await meeting.settle();
    expect(meeting.stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['Meeting', 'Meeting'] });
    expect(meeting.response).toBe('Accept');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, RESPONSE]);
    await meeting.expectIdle();
  });

  test('an older backup does not know that the organiser moved it, and an invitee deletes the row: nobody is uninvited', async () => {
    const meeting = await Meeting.inStep(turns);
    const database = meeting.stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    meeting.changeAtOrganiser({ start: MEETING.start + HOUR, end: MEETING.end + HOUR });
    await meeting.settle();
    expect(meeting.master.startTime).toBe(MEETING.start + HOUR);
    meeting.deleteChild();
    await putBack(database, backup);
    for (let n = 0; n < 3; n += 1) await meeting.settle();
    expect(meeting.responseAtOrganiser()).toBe('NoResponseReceived');
    expect(meeting.stage.titles().exchange).toEqual(['Meeting']);
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, UPDATE]);
    await meeting.expectIdle();
  });

  test('the database is lost while row and child stand side by side: the row goes, and nothing is copied', async () => {
    const meeting = await Meeting.bornInExchange(turns);
    meeting.answer('accept');
    await meeting.settle();
    meeting.inviteInLiferay();
    await meeting.stage.loseDatabase();
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.approved);
    expect(meeting.stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['Meeting'] });
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test.each(['accept', 'decline'] as const)(
    '%s: the answer of Exchange to it is lost, and yet the organiser hears of it once',
    async (answer) => {
      const meeting = await Meeting.inStep(turns);
      meeting.answer(answer);
      disturb(meeting.stage.world, { kind: 'lostReply', operation: 'CreateItem' });
      await meeting.settle();
      await meeting.settle();
      expect(meeting.responseAtOrganiser()).toBe(answer === 'accept' ? 'Accept' : 'Decline');
      expect(meeting.child.status).toBe(answer === 'accept' ? STATUS.approved : STATUS.denied);
      expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    },
  );

  test('the answer of Liferay to a status is lost: nobody is told what nobody said', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.answerInOutlook('Tentative');
    meeting.stage.world.liferay.faults.next(FAULTS.lostReply, { command: /invoke-transition$/ });
    await meeting.settle();
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.maybe);
    expect(meeting.response).toBe('Tentative');
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE]);
    await meeting.expectIdle();
  });

  test('the invitee deletes the row, and the service stops and forgets: nothing is said by mistake', async () => {
    const meeting = await Meeting.inStep(turns);
    meeting.deleteChild();
    await meeting.stage.loseDatabase();
    await meeting.settle();
    expect(meeting.response).toBe('NoResponseReceived');
    expect(meeting.mails()).toEqual([REQUEST]);
  });
});

describe('a portal that makes children anew when the organiser’s row is updated (before LPS-88882)', () => {
  test('the new row takes the place of the old one, and nobody declined', async () => {
    const meeting = await Meeting.inStep(null, '', { liferay: { childrenOnUpdate: 'recreated' } });
    meeting.answer('accept');
    await meeting.settle();
    const { calendarBookingId } = meeting.child;
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(meeting.master.calendarBookingId, { title: 'Renamed' }),
      meeting.organiser,
    );
    meeting.changeAtOrganiser({ subject: 'Renamed' });
    expect(meeting.child.calendarBookingId).not.toBe(calendarBookingId);
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.approved);
    expect(meeting.response).toBe('Accept');
    expect(meeting.mails().filter((mail) => mail === RESPONSE)).toHaveLength(1);
    await meeting.expectIdle();
  });
});

describe('with a Recycle Bin', () => {
  test('the booking is put there and comes back: the copy waits, and nobody declined', async () => {
    const meeting = await Meeting.inStep(null, '', { liferay: { recycleBin: true } });
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal((acts) => acts.moveToTrash(calendarBookingId), meeting.organiser);
    await meeting.stage.roundOf(meeting.stage.person);
    meeting.stage.atPortal((acts) => acts.restore(calendarBookingId), meeting.organiser);
    await meeting.settle();
    expect(meeting.child.status).toBe(STATUS.pending);
    expect(meeting.mails()).toEqual([REQUEST]);
    await meeting.expectIdle();
  });
});

test('in a read-only pairing an answer is taken back, and not sent; a row that goes is no answer', async () => {
  const meeting = await Meeting.inStep();
  await meeting.stage.setPairing({ direction: 'toLiferay' });
  meeting.answer('accept');
  await meeting.settle();
  expect(meeting.child.status).toBe(STATUS.pending);
  meeting.deleteChild();
  for (let n = 0; n < 4; n += 1) await meeting.settle();
  expect(meeting.response).toBe('NoResponseReceived');
  expect(meeting.mails()).toEqual([REQUEST]);
});

test('a pairing that previews writes nothing where a row is to give way', async () => {
  const meeting = await Meeting.bornInExchange();
  await meeting.stage.setPairing({ preview: true });
  meeting.inviteInLiferay();
  await meeting.settle();
  expect(meeting.stage.rows()).toHaveLength(2);
  expect(meeting.stage.rows().map(({ status }) => status)).toEqual([STATUS.pending, STATUS.denied]);
  expect(meeting.mails()).toEqual([REQUEST]);
  await meeting.expectIdle();
});
