/** Responses to series and to single occurrences of them. */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { ANSWERS, IDLE_FOR_TWO, invited, MEETING, mailsOf } from './invited-stage.ts';
import { shown } from './shown.ts';
import { DAY, HOUR, hourFrom, type Stage } from './stage.ts';

describe('of a series', () => {
  const WEEK = 7 * DAY;

  async function invitedWeekly(options: WorldOptions = {}): Promise<Stage> {
    const startDay = Math.floor(MEETING.start / DAY);
    return invited(options, {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay, count: 5 },
    });
  }

  /** What the occurrence of the second week is answered in Exchange; null: it is deleted there. */
  function secondInExchange(stage: Stage): string | null {
    const { userActs } = stage.world.exchange;
    const { series, id } = stage.item('Meeting');
    const day = Math.floor(MEETING.start / DAY) + 7;
    return series?.deletedDays.has(day) ? null : userActs.occurrence(id, day).content.myResponse;
  }

  test('all of it is accepted in Liferay: one response, and each occurrence has it', async () => {
    const stage = await invitedWeekly();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    await stage.settle();
    expect(stage.item('Meeting').content.myResponse).toBe('Accept');
    expect(secondInExchange(stage)).toBe('Accept');
    expect(mailsOf(stage)).toHaveLength(2);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('one occurrence is declined in Liferay while its organiser moves it: nobody has said anything to that', async () => {
    const stage = await invitedWeekly();
    const { userActs } = stage.world.exchange;
    const { calendarBookingId, startTime } = stage.row('Meeting');
    const second = startTime + WEEK;
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'decline', second));
    const [own] = stage.items(stage.of(1));
    const occurrence = userActs.occurrence(own?.id ?? '', Math.floor(MEETING.start / DAY) + 7);
    userActs.changeItem(occurrence.id, { start: second + HOUR, end: second + 2 * HOUR });
    const mails = mailsOf(stage).length;
    await stage.settle();
    expect(secondInExchange(stage)).toBe('NoResponseReceived');
    const { exchange, liferay } = await shown(stage);
    expect(liferay).toEqual(exchange);
    expect(mailsOf(stage)).toHaveLength(mails);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test.each([
    ['is left as it is: it is declined once', null, 1],
    ['gets another place, by which Exchange asks anew: it is declined anew', { location: 'Attic' }, 2],
  ] as const)(
    'one occurrence is declined in Liferay and the answer of Exchange to it is lost, and then the series %s',
    async (_, change, times) => {
      const stage = await invitedWeekly();
      const { calendarBookingId, startTime } = stage.row('Meeting');
      stage.atPortal((acts) => acts.respond(calendarBookingId, 'decline', startTime + WEEK));
      disturb(stage.world, { kind: 'lostReply', operation: 'CreateItem' });
      await stage.round();
      const { userActs } = stage.world.exchange;
      if (change) userActs.changeItem(stage.item('Meeting', stage.of(1)).id, change);
      await stage.settle();
      expect(mailsOf(stage).filter(({ kind }) => kind === 'response')).toHaveLength(times);
      expect(secondInExchange(stage)).toBeNull();
      const { exchange, liferay } = await shown(stage);
      expect(liferay).toEqual(exchange);
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test.each(ANSWERS)(
    'one occurrence is answered in Liferay ($answer): that one only',
    async ({ answer, response }) => {
      const stage = await invitedWeekly();
      const { calendarBookingId, startTime } = stage.row('Meeting');
      stage.atPortal((acts) => acts.respond(calendarBookingId, answer, startTime + WEEK));
      await stage.settle();
      expect(secondInExchange(stage)).toBe(response);
      expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
      expect(mailsOf(stage)).toHaveLength(2);
      expect(stage.rows()).toHaveLength(2);
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test.each([
    [
      'declined',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'decline', start)),
    ],
    [
      'deleted',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.deleteInstance(stage.row('Meeting').calendarBookingId, start)),
    ],
  ])('one occurrence is %s in Liferay: Exchange declines it, and puts it away', async (_, act) => {
    const stage = await invitedWeekly();
    act(stage, stage.row('Meeting').startTime + WEEK);
    await stage.settle();
    expect(secondInExchange(stage)).toBeNull();
    expect(mailsOf(stage)).toHaveLength(2);
    expect(stage.rows()).toHaveLength(1);
    expect(stage.row('Meeting').recurrence).toContain('20260513');
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test.each([
    [
      'declined',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'decline', start)),
    ],
    [
      'deleted',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.deleteInstance(stage.row('Meeting').calendarBookingId, start)),
    ],
  ])('all of it is accepted and one occurrence is %s at the same time: both are said', async (_, act) => {
    const stage = await invitedWeekly();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    act(stage, stage.row('Meeting').startTime + WEEK);
    await stage.settle();
    expect(stage.item('Meeting').content.myResponse).toBe('Accept');
    expect(secondInExchange(stage)).toBeNull();
    const said = stage.world.exchange.outbox.map(({ subject }) => subject);
    expect(said.sort()).toEqual(['Accepted: Meeting', 'Declined: Meeting', 'Meeting']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('the process ends when the series leaves out an occurrence that the organiser moved: Liferay has approved it, and nothing is said', async () => {
    const stage = await invitedWeekly();
    const { userActs } = stage.world.exchange;
    const second = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 7,
    );
    userActs.changeItem(second.id, hourFrom('2026-05-13T15:00'));
    await stage.brokenOff(4);
    expect(stage.rows().find(({ recurrence }) => recurrence.includes('20260513'))?.status).toBe(
      STATUS.approved,
    );
    await stage.settle();
    expect(new Set(stage.rows().map(({ status }) => status))).toEqual(new Set([STATUS.pending]));
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update']);
  });

  test('an occurrence was accepted by itself and another is moved: Liferay gives its row the status of the series, and nobody answers anew', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe'));
    await stage.settle();
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    await stage.settle();
    const { userActs } = stage.world.exchange;
    const third = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 14,
    );
    userActs.changeItem(third.id, hourFrom('2026-05-20T15:00'));
    await stage.settle();
    expect(secondInExchange(stage)).toBe('Accept');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'response', 'update']);
  });

  test('an occurrence was accepted by itself, got the Maybe that stands for no answer with its series, and an older backup knows neither: nobody answers anew', async () => {
    const stage = await invitedWeekly({ liferay: { statusPendingOnStandAlone: 'ignored' } });
    await stage.setPairing({ policy: 'liferay' });
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    await stage.settle();
    const { userActs } = stage.world.exchange;
    const third = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 14,
    );
    userActs.changeItem(third.id, hourFrom('2026-05-20T15:00'));
    await stage.settle();
    expect(stage.rows().map(({ status }) => status)).toEqual([STATUS.maybe, STATUS.maybe, STATUS.maybe]);
    await putBack(database, backup);
    await stage.settle();
    expect(secondInExchange(stage)).toBe('Accept');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('an occurrence was accepted by itself, and then all is: changed occurrences are not answered once more', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe'));
    await stage.settle();
    const { userActs } = stage.world.exchange;
    const third = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 14,
    );
    userActs.changeItem(third.id, { subject: 'Third' });
    await stage.settle();
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    await stage.settle();
    const before = stage.world.exchange.outbox.length;
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'));
    await stage.settle();
    const said = stage.world.exchange.outbox.slice(before).map(({ subject }) => subject);
    expect(said).toEqual(['Accepted: Meeting']);
    expect(stage.item('Meeting').content.myResponse).toBe('Accept');
    expect(secondInExchange(stage)).toBe('Accept');
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test.each([
    ['is kept', false],
    ['is dropped', true],
  ])(
    'all is accepted after a Maybe, and asked about anew: what was said to a changed occurrence that %s is not said again',
    async (_, patternChangeDropsExceptions) => {
      const stage = await invitedWeekly({ exchange: { patternChangeDropsExceptions } });
      const { userActs } = stage.world.exchange;
      const { calendarBookingId } = stage.row('Meeting');
      const { id } = stage.item('Meeting', stage.of(1));
      const third = userActs.occurrence(id, Math.floor(MEETING.start / DAY) + 14);
      userActs.changeItem(third.id, hourFrom('2026-05-20T15:00'));
      await stage.settle();
      userActs.respond(stage.item('Meeting').id, 'Tentative');
      await stage.settle();
      stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'));
      await stage.settle();
      const mails = mailsOf(stage).length;
      userActs.changeItem(id, hourFrom('2026-05-06T10:00'));
      await stage.settle();
      expect(mailsOf(stage).slice(mails)).toEqual([{ kind: 'update', to: [stage.person.address] }]);
      expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test('an occurrence that was answered by itself is moved by the organiser: the series is not answered with it', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe', startTime + WEEK));
    await stage.settle();
    const { id } = stage.item('Meeting', stage.of(1));
    const { userActs } = stage.world.exchange;
    const second = userActs.occurrence(id, Math.floor(MEETING.start / DAY) + 7);
    userActs.changeItem(second.id, hourFrom('2026-05-13T15:00'));
    await stage.settle();
    expect(stage.rows().map(({ status }) => status)).toEqual([STATUS.pending, STATUS.pending]);
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(secondInExchange(stage)).toBe('Tentative');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('an occurrence is answered in Liferay while its organiser cancels it: nobody is told, and nothing is set aside', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    const { id } = stage.item('Meeting', stage.of(1));
    const { userActs } = stage.world.exchange;
    userActs.deleteItem(userActs.occurrence(id, Math.floor(MEETING.start / DAY) + 7).id);
    await stage.settle();
    expect(await stage.parked()).toEqual([]);
    expect(stage.titles().liferay).toEqual(['Canceled: Meeting', 'Meeting']);
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'cancellation']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('an answered occurrence keeps its answer when the organiser renames the series', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe', startTime + WEEK));
    await stage.settle();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, { subject: 'Renamed' });
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Renamed', 'Renamed']);
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
  });
});
