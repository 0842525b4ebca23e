import { describe, expect, test } from 'vitest';
import type { Attendee } from '#test/emulators/exchange/model.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { IDLE_FOR_TWO, invited, MEETING, mailsOf } from './invited-stage.ts';
import { DAY, hourFrom, Stage } from './stage.ts';

describe('what Liferay does by itself is nobody’s answer', () => {
  test('the process ends when it has added the row and told it no status yet: it is pending in the end', async () => {
    const stage = await Stage.open({ people: 2 });
    const { exchange } = stage.world;
    const attendees: Attendee[] = [
      { name: 'First', address: stage.person.address, role: 'required', response: 'NoResponseReceived' },
    ];
    const { calendar } = exchange.mailbox(stage.of(1).address);
    await stage.settle();
    exchange.userActs.createItem(calendar, { subject: 'Meeting', ...MEETING, attendees });
    await stage.brokenOff(1);
    await stage.settle();
    expect(stage.row('Meeting').status).toBe(STATUS.pending);
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage)).toHaveLength(1);
  });

  test('a title is edited, by which Liferay approves the row: title and status are put back, and nothing is said', async () => {
    const stage = await invited();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'maybe'));
    await stage.settle();
    stage.rebook('Meeting', { title: 'Mine' });
    expect(stage.row('Mine').status).toBe(STATUS.approved);
    await stage.settle();
    expect(stage.row('Meeting').status).toBe(STATUS.maybe);
    expect(stage.item('Meeting').content.myResponse).toBe('Tentative');
    expect(mailsOf(stage)).toHaveLength(2);
  });

  test.each([
    ['ends', 0],
    ['ends again before its next write', 1],
  ])(
    'the process that puts an edited row back %s: Liferay has approved it, and nothing is said',
    async (_, times) => {
      const stage = await invited();
      stage.rebook('Meeting', { title: 'Mine' });
      await stage.brokenOff(1);
      expect(stage.row('Meeting').status).toBe(STATUS.approved);
      for (let again = 0; again < times; again += 1) await stage.brokenOff(0);
      await stage.settle();
      expect(stage.row('Meeting').status).toBe(STATUS.pending);
      expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
      expect(mailsOf(stage)).toHaveLength(1);
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test('the process that puts an edited stretch of a series in another zone back ends: nothing is said', async () => {
    const stage = await Stage.open({ people: 2, zone: 'Europe/Rome' });
    const { exchange } = stage.world;
    const attendees: Attendee[] = [
      { name: 'First', address: stage.person.address, role: 'required', response: 'NoResponseReceived' },
    ];
    const zone = { windows: 'Eastern Standard Time', iana: 'America/New_York' };
    const startDay = Math.floor(MEETING.start / DAY);
    exchange.userActs.createItem(exchange.mailbox(stage.of(1).address).calendar, {
      ...{ subject: 'Meeting', ...MEETING, startZone: zone, endZone: zone, attendees },
      recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'noEnd', startDay } },
    });
    await stage.settle();
    const statuses = () => stage.rows().map(({ status }) => status);
    expect(statuses().length).toBeGreaterThan(1);
    const [stretch] = stage.rows();
    stage.atPortal((acts) => acts.changeBooking(stretch?.calendarBookingId ?? 0, { title: 'Mine' }));
    await stage.brokenOff(1);
    expect(stage.titles().liferay).not.toContain('Mine');
    expect(statuses()).toContain(STATUS.approved);
    await stage.settle();
    expect(new Set(statuses())).toEqual(new Set([STATUS.pending]));
    expect(mailsOf(stage)).toHaveLength(1);
  });

  test('the process ends before a new text is written, and what is answered then is said', async () => {
    const stage = await invited();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, { subject: 'Renamed' });
    await stage.brokenOff(0);
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    await stage.settle();
    expect(stage.row('Renamed').status).toBe(STATUS.approved);
    expect(stage.item('Renamed').content.myResponse).toBe('Accept');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update', 'response']);
  });

  test('the meeting gets another text from its organiser: it waits for an answer as before, and nobody gives one', async () => {
    const stage = await invited();
    const { id } = stage.item('Meeting', stage.of(1));
    stage.world.exchange.userActs.changeItem(id, { body: { type: 'Text', text: 'Agenda' } });
    await stage.settle();
    expect(stage.inLiferay()).toMatchObject([{ text: 'Agenda' }]);
    expect(stage.row('Meeting').status).toBe(STATUS.pending);
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });
  test.each([
    ['renamed', { subject: 'Moved' }],
    ['moved', { subject: 'Moved', ...hourFrom('2026-05-07T09:00') }],
  ])(
    'the meeting is %s by its organiser before it was answered: it waits for an answer still',
    async (_, change) => {
      const stage = await invited();
      stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, change);
      await stage.settle();
      expect(stage.row('Moved').status).toBe(STATUS.pending);
      expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update']);
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test('the meeting is moved by its organiser: it is pending again, and nobody answers for the person', async () => {
    const stage = await invited();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    await stage.settle();
    const { id } = stage.item('Meeting', stage.of(1));
    stage.world.exchange.userActs.changeItem(id, hourFrom('2026-05-07T09:00'));
    await stage.settle();
    expect(stage.row('Meeting')).toMatchObject({
      startTime: hourFrom('2026-05-07T09:00').start,
      status: STATUS.pending,
    });
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });
});
