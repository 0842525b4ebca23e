/** What the organiser of a meeting does in Outlook reaches Liferay, and of a meeting made in Outlook the other way round. */

import { describe, expect, test } from 'vitest';
import type { Attendee } from '#test/emulators/exchange/model.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import {
  attendees,
  booked,
  calendarsOf,
  children,
  EXTERNAL,
  expectIdle,
  expectSetAside,
  FIRST,
  inStep,
  LATER,
  MEETING,
  mailsOfLiferay,
  ORGANISER,
  SECOND,
  sent,
  WEEK,
} from './organiser-stage.ts';
import { DAY, HOUR, type Stage } from './stage.ts';

describe('changed by its organiser in Outlook', () => {
  test('title and time reach the row, and Liferay tells those who are invited', async () => {
    const stage = await booked();
    const before = stage.world.liferay.outbox.length;
    const change = { subject: 'Moved', ...LATER };
    stage.world.exchange.userActs.changeItem(stage.item('Meeting').id, change);
    await stage.settle();
    expect(stage.row('Moved')).toMatchObject({ startTime: LATER.start, endTime: LATER.end });
    expect(children(stage).map(({ startTime }) => startTime)).toEqual([LATER.start]);
    expect(sent(stage)).toEqual([`request ${FIRST}`, `update ${FIRST}`]);
    expect(new Set(mailsOfLiferay(stage, before))).toEqual(
      new Set([`update ${ORGANISER}`, `update ${FIRST}`]),
    );
    expect(await stage.parked()).toEqual([]);
    await expectIdle(stage);
  });

  test('a series with a changed occurrence is renamed: all rows follow', async () => {
    const stage = await booked({ recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=5;BYDAY=WE' });
    const { calendarBookingId } = stage.row('Meeting');
    const start = MEETING.start + WEEK;
    stage.atPortal((acts) => acts.changeInstance(calendarBookingId, start, { startTime: start + HOUR }));
    await stage.settle();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting').id, { subject: 'Renamed' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Renamed'], liferay: ['Renamed', 'Renamed'] });
    expect(await stage.parked()).toEqual([]);
    await expectIdle(stage);
  });

  test('a series gets another hour, which wipes what was changed of it: so it does in Liferay, and nobody is told more', async () => {
    const stage = await booked({ recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=5;BYDAY=WE' });
    const { userActs } = stage.world.exchange;
    const { id } = stage.item('Meeting');
    const day = (start: number) => Math.floor(start / DAY);
    userActs.changeItem(userActs.occurrence(id, day(MEETING.start + WEEK)).id, { subject: 'Changed' });
    userActs.deleteItem(userActs.occurrence(id, day(MEETING.start + 2 * WEEK)).id);
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Changed', 'Meeting']);
    const before = sent(stage).length;
    userActs.changeItem(id, { start: MEETING.start + 2 * HOUR, end: MEETING.end + 2 * HOUR });
    await stage.settle();
    expect(stage.item('Meeting').series).toMatchObject({ exceptions: new Map(), deletedDays: new Map() });
    expect(stage.titles().liferay).toEqual(['Meeting']);
    expect(stage.row('Meeting').recurrence).not.toContain('EXDATE');
    expect(sent(stage).slice(before)).toEqual([`update ${FIRST}`]);
    expect(await stage.parked()).toEqual([]);
    await expectIdle(stage);
  });

  test('it becomes private: Liferay shows no text of it', async () => {
    const stage = await booked();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting').id, { sensitivity: 'Private' });
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Private']);
    expect(await stage.parked()).toEqual([]);
  });

  test('an attendee is taken out: their row goes, the others keep theirs', async () => {
    const stage = await booked({ guests: [1, 2] });
    const { id, content } = stage.item('Meeting');
    stage.world.exchange.userActs.changeItem(id, {
      attendees: content.attendees.filter(({ address }) => address !== FIRST),
    });
    await stage.settle();
    expect(children(stage, 1)).toEqual([]);
    expect(children(stage, 2)).toHaveLength(1);
    expect(attendees(stage)).toEqual([`required ${SECOND}`]);
    expect(sent(stage).filter((mail) => mail.startsWith('cancellation'))).toEqual([`cancellation ${FIRST}`]);
    await expectIdle(stage);
  });

  test('an attendee is added: nothing is changed in Liferay', async () => {
    const stage = await booked();
    const { id, content } = stage.item('Meeting');
    const { calendarBookingId, mvccVersion } = stage.row('Meeting');
    stage.world.exchange.userActs.changeItem(id, { attendees: [...content.attendees, EXTERNAL] });
    await stage.settle();
    expect(stage.row('Meeting')).toMatchObject({ calendarBookingId, mvccVersion });
    expect(attendees(stage)).toHaveLength(2);
    await expectIdle(stage);
  });

  test.each([false, true])(
    'cancelled: it goes from the calendars of Liferay (Recycle Bin: %s)',
    async (bin) => {
      const stage = await booked();
      await stage.setPairing({ recycleBin: bin });
      stage.world.exchange.userActs.deleteItem(stage.item('Meeting').id);
      await stage.settle();
      expect(stage.rows()).toEqual([]);
      expect(children(stage)).toEqual([]);
      expect(sent(stage)).toEqual([`request ${FIRST}`, `cancellation ${FIRST}`]);
    },
  );

  test('when it is over: it is left to its people, since Liferay would mail them', async () => {
    const stage = await booked();
    stage.world.clock.advance(WEEK);
    await stage.settle();
    const before = stage.world.liferay.outbox.length;
    const { id } = stage.item('Meeting');
    stage.world.exchange.userActs.changeItem(id, { subject: 'Held' }, undefined, 'SendToNone');
    await stage.settle();
    expect(stage.row('Meeting').calendarId).toBe(stage.person.calendarId);
    expect(await stage.parked()).toEqual(['mailNotSuppressible']);
    expect(mailsOfLiferay(stage, before)).toEqual([]);
  });

  test.each(['before', 'at the same time', 'at the same time, and the answer of Exchange is lost'])(
    'when it is over, and in Liferay too: that arrives, though its row cannot be written (in Outlook %s)',
    async (when) => {
      const stage = await booked();
      stage.world.clock.advance(WEEK);
      await stage.settle();
      const { id } = stage.item('Meeting');
      stage.world.exchange.userActs.changeItem(id, { location: 'Room 2' }, undefined, 'SendToNone');
      if (when === 'before') await stage.settle();
      stage.atPortal((acts) => acts.changeBooking(stage.row('Meeting').calendarBookingId, { title: 'Held' }));
      const byPerson = stage.world.liferay.outbox.length;
      if (when.endsWith('lost')) disturb(stage.world, { kind: 'lostReply', operation: 'UpdateItem' });
      await stage.settle();
      if (stage.isOverGraph) return expectSetAside(stage, [`request ${FIRST}`]);
      expect(stage.item('Held').content.location).toBe('Room 2');
      expect(stage.row('Held').location).toBe('');
      expect(await stage.parked()).toEqual(['mailNotSuppressible']);
      expect(mailsOfLiferay(stage, byPerson)).toEqual([]);
      expect(sent(stage)).toEqual([`request ${FIRST}`]);
      await expectIdle(stage);
      stage.rebook('Held', { title: 'Held again' });
      await stage.settle();
      expect(stage.item('Held again').content.location).toBe('Room 2');
      expect(await stage.parked()).toEqual(['mailNotSuppressible']);
      const later = stage.world.clock.now() + DAY;
      stage.world.exchange.userActs.changeItem(
        id,
        { start: later, end: later + HOUR },
        undefined,
        'SendToNone',
      );
      await stage.settle();
      expect(stage.row('Held again')).toMatchObject({ location: 'Room 2', startTime: later });
      expect(await stage.parked()).toEqual([]);
      await expectIdle(stage);
    },
  );
});

describe('a meeting made in Outlook', () => {
  async function made(): Promise<Stage> {
    const stage = await inStep();
    const attendee = (address: string): Attendee => ({ ...EXTERNAL, address, role: 'required' });
    const { calendar } = stage.world.exchange.mailbox(stage.person.address);
    stage.world.exchange.userActs.createItem(calendar, {
      ...{ subject: 'Meeting', ...MEETING },
      attendees: [attendee(FIRST ?? ''), EXTERNAL],
    });
    await stage.settle();
    return stage;
  }

  test('is changed by its organiser in Liferay: those who are invited are told, and stay', async () => {
    const stage = await made();
    stage.rebook('Meeting', { title: 'Moved', startTime: LATER.start, endTime: LATER.end });
    await stage.settle();
    expect(stage.item('Moved').content).toMatchObject(LATER);
    expect(attendees(stage, 'Moved')).toHaveLength(2);
    expect(sent(stage).at(-1)).toBe(`update ${EXTERNAL.address} ${FIRST}`);
    expect(stage.mails).toBe(2);
    await expectIdle(stage);
  });

  test('a series gets another hour on both sides, and Liferay’s stands: what Outlook’s wiped is no meeting of its own', async () => {
    const stage = await inStep();
    await stage.setPairing({ policy: 'liferay' });
    const { userActs } = stage.world.exchange;
    const startDay = Math.floor(MEETING.start / DAY);
    const { id } = userActs.createItem(stage.world.exchange.mailbox(stage.person.address).calendar, {
      ...{ subject: 'Meeting', ...MEETING, attendees: [EXTERNAL] },
      recurrence: {
        pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
        range: { kind: 'numbered', startDay, count: 5 },
      },
    });
    await stage.settle();
    userActs.changeItem(userActs.occurrence(id, startDay + 7).id, { subject: 'Changed' });
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Changed', 'Meeting']);
    const [startTime, endTime] = [MEETING.start + HOUR, MEETING.end + HOUR];
    stage.rebook('Meeting', { startTime, endTime });
    userActs.changeItem(id, { start: MEETING.start + 2 * HOUR, end: MEETING.end + 2 * HOUR });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['Meeting'] });
    expect(stage.item('Meeting').content).toMatchObject({ start: startTime, end: endTime });
    expect(sent(stage).filter((mail) => mail.startsWith('request'))).toHaveLength(1);
    await expectIdle(stage);
  });

  test('loses nobody who is invited without an address when it is changed in Liferay', async () => {
    const stage = await inStep();
    stage.create({ subject: 'Meeting', ...MEETING, attendees: [{ ...EXTERNAL, address: '' }] });
    await stage.settle();
    stage.rebook('Meeting', { title: 'Renamed', inviteCalendarIds: calendarsOf(stage, [1]) });
    await stage.settle();
    if (stage.isOverGraph) {
      // Graph writes the whole list, and takes nobody without an address.
      expect((await stage.links()).map(({ reason }) => reason)).toEqual(['itemRefused']);
      expect([attendees(stage), stage.mails]).toEqual([['optional '], 0]);
      return;
    }
    expect(attendees(stage, 'Renamed').toSorted()).toEqual(['optional ', `required ${FIRST}`]);
    expect(sent(stage)).toContainEqual(expect.stringContaining(`request`));
    await expectIdle(stage);
  });

  test('of which no invitation was sent yet is changed and deleted in Liferay, and nobody hears of it', async () => {
    const stage = await inStep();
    stage.create({ subject: 'Draft', ...MEETING, attendees: [EXTERNAL] });
    await stage.settle();
    stage.rebook('Draft', { title: 'Better draft' });
    await stage.settle();
    if (stage.isOverGraph) return expectSetAside(stage, [], 'Draft');
    expect(attendees(stage, 'Better draft')).toHaveLength(1);
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Better draft').calendarBookingId));
    await stage.settle();
    expect(stage.items()).toEqual([]);
    expect(stage.mails).toBe(0);
  });

  test('is deleted by its organiser in Liferay: it is cancelled', async () => {
    const stage = await made();
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Meeting').calendarBookingId));
    await stage.settle();
    expect(stage.items()).toEqual([]);
    expect(sent(stage).at(-1)).toBe(`cancellation ${EXTERNAL.address} ${FIRST}`);
    expect(stage.mails).toBe(2);
  });

  test('in a read-only pairing is put back when it is changed or deleted in Liferay, and nobody hears of it', async () => {
    const stage = await made();
    await stage.setPairing({ direction: 'toLiferay' });
    await stage.settle();
    stage.rebook('Meeting', { title: 'Hijacked' });
    await stage.settle();
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Meeting').calendarBookingId));
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['Meeting'] });
    expect(stage.mails).toBe(1);
  });
});
