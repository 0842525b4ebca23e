/** A person answers one occurrence in Liferay, and then all of the series, before the service looks. */
import { expect, test } from 'vitest';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { DAY, hourFrom, IDLE, Stage } from './stage.ts';

const MEETING = hourFrom('2026-05-06T09:00');
const WEEK = 7 * DAY;

/** A weekly series of the second person, to which the first is invited, who has not answered. */
async function invitedWeekly(statusPendingOnStandAlone: 'accepted' | 'ignored'): Promise<Stage> {
  const stage = await Stage.open({ people: 2, liferay: { statusPendingOnStandAlone } });
  const { exchange } = stage.world;
  const { address } = stage.person;
  exchange.userActs.createItem(exchange.mailbox(stage.of(1).address).calendar, {
    subject: 'Meeting',
    ...MEETING,
    attendees: [{ name: 'First', address, role: 'required', response: 'NoResponseReceived' }],
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay: Math.floor(MEETING.start / DAY), count: 5 },
    },
  });
  await stage.settle();
  return stage;
}

test.each([
  { pending: 'accepted', all: 'Tentative', said: ['Tentative: Meeting'] },
  // Its row stands so already, for want of an answer: Liferay gives that to the occurrence, and of all nobody can tell.
  { pending: 'ignored', all: 'NoResponseReceived', said: ['Tentative: Meeting'] },
] as const)(
  'one occurrence is declined, and then Maybe said to all, in a portal by which pending is $pending: nobody declines it',
  async ({ pending, all, said }) => {
    const stage = await invitedWeekly(pending);
    const { calendarBookingId, startTime } = stage.row('Meeting');
    const before = stage.world.exchange.outbox.length;
    stage.atPortal((acts) => {
      acts.respond(calendarBookingId, 'decline', startTime + WEEK);
      acts.respond(calendarBookingId, 'maybe');
    });
    expect(stage.rows().map(({ status }) => status)).toEqual([STATUS.maybe, STATUS.maybe]);
    await stage.settle();
    const { series, id, content } = stage.item('Meeting');
    const { userActs } = stage.world.exchange;
    const second = userActs.occurrence(id, Math.floor((startTime + WEEK) / DAY));
    expect(series?.deletedDays.size).toBe(0);
    expect(second.content.myResponse).toBe('Tentative');
    expect(content.myResponse).toBe(all);
    expect(stage.world.exchange.outbox.slice(before).map(({ subject }) => subject)).toEqual(said);
    expect(await stage.traffic()).toMatchObject({ ...IDLE, exchange: { SyncFolderItems: 2 } });
  },
);
