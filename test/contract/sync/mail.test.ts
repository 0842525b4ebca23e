/** Whatever the service does by itself, nobody gets mail because of it: neither from Exchange nor from Liferay. */
import { describe, expect, test } from 'vitest';
import type { Attendee } from '#test/emulators/exchange/model.ts';
import { DAY, hourFrom, Stage } from './stage.ts';

const BOB: Attendee = {
  name: 'Bob',
  address: 'bob@example.org',
  role: 'required',
  response: 'NoResponseReceived',
};

async function withMeeting(): Promise<Stage> {
  const stage = await Stage.open({ people: 2 });
  stage.create({ subject: 'Meeting', ...hourFrom('2026-05-06T09:00'), attendees: [BOB], isMeeting: true });
  stage.create({ subject: 'Appointment', ...hourFrom('2026-05-06T11:00') });
  await stage.round();
  return stage;
}

test('a meeting with attendees is shown in Liferay, and nobody hears of it', async () => {
  const stage = await withMeeting();
  expect(stage.titles().liferay).toEqual(['Appointment', 'Meeting']);
  expect(stage.mails).toBe(0);
});

test('a meeting changed and deleted by its organiser follows in Liferay, without mail from us', async () => {
  const stage = await withMeeting();
  const { userActs } = stage.world.exchange;
  userActs.changeItem(stage.item('Meeting').id, { subject: 'Meeting II' }, undefined, 'SendToNone');
  await stage.round();
  expect(stage.titles().liferay).toEqual(['Appointment', 'Meeting II']);
  userActs.deleteItem(stage.item('Meeting II').id, false, 'SendToNone');
  await stage.round();
  expect(stage.titles().liferay).toEqual(['Appointment']);
  expect(stage.mails).toBe(0);
});

/** Wednesdays, of which only the second has a guest. */
async function withGuestOnce(): Promise<Stage> {
  const stage = await Stage.open();
  const startDay = Date.UTC(2026, 4, 6) / DAY;
  const recurrence = {
    pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
    range: { kind: 'numbered', startDay, count: 10 },
  } as const;
  const { id } = stage.create({ subject: 'Series', ...hourFrom('2026-05-06T09:00'), recurrence });
  await stage.settle();
  const { userActs } = stage.world.exchange;
  userActs.changeItem(
    userActs.occurrence(id, startDay + 7).id,
    { attendees: [BOB] },
    undefined,
    'SendToNone',
  );
  await stage.settle();
  return stage;
}

describe('a series of which one occurrence has a guest', () => {
  test('is shown in Liferay, and put back when it is changed or deleted there', async () => {
    const stage = await withGuestOnce();
    stage.rebook('Series', { title: 'Hijacked' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Series'], liferay: ['Series'] });
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Series').calendarBookingId));
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Series'], liferay: ['Series'] });
    expect(stage.mails).toBe(0);
  });

  test('is left alone also where an earlier version wrote down what it knew of it', async () => {
    const stage = await withGuestOnce();
    await stage.knewNoMeetings();
    stage.rebook('Series', { title: 'Hijacked' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Series'], liferay: ['Series'] });
  });
});

test('copies in Liferay have no reminders, which are mail there', async () => {
  const stage = await withMeeting();
  stage.world.clock.advance(2 * 86_400_000);
  stage.world.liferay.checkReminders();
  expect(stage.rows().map(({ firstReminder, secondReminder }) => firstReminder + secondReminder)).toEqual([
    0, 0,
  ]);
  expect(stage.mails).toBe(0);
});

test('an event from Liferay is an appointment in Exchange and no meeting, whatever is done to it', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  stage.book({ title: 'Event', startTime: start, endTime: end });
  await stage.round();
  stage.rebook('Event', { title: 'Renamed' });
  await stage.round();
  expect(stage.item('Renamed').content).toMatchObject({
    isMeeting: false,
    requestWasSent: false,
    attendees: [],
  });
});

test('a reminder that a person set in Liferay stays when the event changes in Exchange', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  stage.book({ title: 'With reminder', startTime: start, endTime: end, reminder: 900_000 });
  await stage.round();
  stage.world.exchange.userActs.changeItem(stage.item('With reminder').id, { subject: 'Renamed' });
  await stage.round();
  expect(stage.row('Renamed').firstReminder).toBe(900_000);
  expect(stage.mails).toBe(0);
});

describe('a series of which one occurrence has guests in Liferay', () => {
  async function withGuests(): Promise<Stage> {
    const stage = await Stage.open({ people: 2 });
    const { start, end } = hourFrom('2026-05-06T09:00');
    const startDay = Math.floor(start / DAY);
    stage.create({
      ...{ subject: 'Series', start, end },
      recurrence: {
        pattern: { kind: 'daily', interval: 1 },
        range: { kind: 'numbered', startDay, count: 9 },
      },
    });
    await stage.settle();
    const { calendarBookingId } = stage.row('Series');
    const inviteCalendarIds = [stage.of(1).calendarId];
    stage.atPortal((acts) =>
      acts.changeInstance(calendarBookingId, start + 2 * DAY, { title: 'Invited', inviteCalendarIds }),
    );
    await stage.settle();
    expect(await stage.parked()).toEqual([]);
    return stage;
  }

  test('changed in Exchange where that occurrence is not: nobody hears of it, and the rest follows', async () => {
    const stage = await withGuests();
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, { subject: 'New' });
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Invited', 'New']);
    expect(stage.mails).toBe(0);
    expect(await stage.parked()).toEqual([]);
  });

  test('changed in Exchange with that occurrence: it follows, and Liferay tells its guest', async () => {
    const stage = await withGuests();
    const before = stage.world.liferay.outbox.length;
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, { location: 'Room 2' });
    await stage.settle();
    expect(stage.inLiferay().map(({ location }) => location)).toEqual(['Room 2', 'Room 2']);
    const told = stage.world.liferay.outbox.slice(before).map(({ to }) => to);
    expect(told).toContain(stage.of(1).address);
    expect(stage.world.exchange.outbox).toEqual([]);
    expect(await stage.parked()).toEqual([]);
  });

  test.each([false, true])('deleted in Exchange (Recycle Bin: %s): it goes', async (bin) => {
    const stage = await withGuests();
    await stage.setPairing({ recycleBin: bin });
    stage.world.exchange.userActs.deleteItem(stage.item('Series').id, false, 'SendToNone');
    await stage.settle();
    expect(stage.titles().liferay).toEqual([]);
    expect(stage.rows(stage.of(1))).toEqual([]);
    expect(stage.world.exchange.outbox).toEqual([]);
  });
});
