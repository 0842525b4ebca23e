/**
 * An older backup is put back that does not know what became of a meeting made in Outlook: that its organiser changed an
 * occurrence in Liferay, or that its copy went from an attendee's calendar and came back.
 */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import type { Person } from '#test/emulators/liferay/person.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { expectIdle, FIRST, inStep, LATER, MEETING, sent, WEEK } from './organiser-stage.ts';
import { shown } from './shown.ts';
import { DAY, HOUR, type Stage } from './stage.ts';

/** A meeting of the first person, to which the second is invited; it is in step, and a backup is made. */
async function invited(isSeries: boolean): Promise<{ stage: Stage; restore: () => Promise<void> }> {
  const stage = await inStep();
  const { userActs } = stage.world.exchange;
  const startDay = Math.floor(MEETING.start / DAY);
  userActs.createItem(stage.world.exchange.mailbox(stage.person.address).calendar, {
    subject: 'Meeting',
    ...MEETING,
    attendees: [{ name: 'First', address: FIRST ?? '', role: 'required', response: 'NoResponseReceived' }],
    ...(isSeries
      ? {
          recurrence: {
            pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
            range: { kind: 'numbered', startDay, count: 5 },
          },
        }
      : {}),
  });
  await stage.settle();
  const database = stage.world.db.$client as Client;
  const backup = await takeBackup(database, 0, 0);
  return { stage, restore: () => putBack(database, backup) };
}

async function expectInStep(stage: Stage): Promise<void> {
  const { exchange, liferay } = await shown(stage);
  expect(liferay).toEqual(exchange);
  await expectIdle(stage);
}

describe('an occurrence is changed in Liferay and told, and its series gets another hour in Outlook, which wipes that', () => {
  const second = MEETING.start + WEEK;
  const day = Math.floor(second / DAY);

  async function changed(change: (acts: Person, id: number) => void): Promise<Stage> {
    const { stage, restore } = await invited(true);
    const { calendarBookingId } = stage.row('Meeting');
    stage.atPortal((acts) => change(acts, calendarBookingId));
    await stage.settle();
    const { start, end } = MEETING;
    const hour = { start: start + HOUR, end: end + HOUR };
    stage.world.exchange.userActs.changeItem(stage.item('Meeting').id, hour);
    await restore();
    await stage.settle();
    return stage;
  }

  test('moved: to the older state that is new, so it is moved there again, and told once more', async () => {
    const to = second + 3 * HOUR;
    const stage = await changed((acts, id) => acts.changeInstance(id, second, { startTime: to }));
    const { userActs } = stage.world.exchange;
    expect(userActs.occurrence(stage.item('Meeting').id, day).content.start).toBe(to);
    const update = `update ${FIRST}`;
    expect(sent(stage)).toEqual([`request ${FIRST}`, update, update, update]);
    await expectInStep(stage);
  });

  test('cancelled: it is cancelled there again, and told once more', async () => {
    const stage = await changed((acts, id) => acts.deleteInstance(id, second));
    expect([...(stage.item('Meeting').series?.deletedDays.keys() ?? [])]).toEqual([day]);
    const cancellation = `cancellation ${FIRST}`;
    expect(sent(stage)).toEqual([`request ${FIRST}`, cancellation, `update ${FIRST}`, cancellation]);
    await expectInStep(stage);
  });
});

test('a copy was thrown away and came back with a move, and was accepted in Liferay: it is accepted still', async () => {
  const { stage, restore } = await invited(false);
  const { userActs } = stage.world.exchange;
  const guest = stage.of(1);
  userActs.respond(stage.item('Meeting', guest).id, 'Decline');
  userActs.changeItem(stage.item('Meeting').id, LATER);
  await stage.settle();
  stage.atPortal((acts) => acts.respond(stage.row('Meeting', guest).calendarBookingId, 'accept'), guest);
  await stage.settle();
  const before = sent(stage);
  expect(stage.item('Meeting', guest).content.myResponse).toBe('Accept');
  await restore();
  await stage.settle();
  expect(stage.item('Meeting', guest).content.myResponse).toBe('Accept');
  expect(stage.row('Meeting', guest)).toMatchObject({ status: STATUS.approved, startTime: LATER.start });
  expect(sent(stage)).toEqual(before);
  await expectInStep(stage);
});
