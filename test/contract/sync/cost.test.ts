/** What the service asks of the two servers and of its database: nothing without need. */
import { describe, expect, test } from 'vitest';
import { hourFrom, Stage } from './stage.ts';

async function inStep(count = 1): Promise<Stage> {
  const stage = await Stage.open();
  for (let n = 0; n < count; n += 1) stage.create({ subject: `Event ${n}`, ...hourFrom('2026-05-06T09:00') });
  await stage.round();
  // The first round after writes reads the change probes to their end and keeps where it stands.
  await stage.round();
  return stage;
}

const PROBES = { SyncFolderItems: 1 };

describe('an idle round', () => {
  test('of 500 mailboxes asks each mailbox once and Liferay once for 50 calendars, and writes the schedule only', async () => {
    const stage = await Stage.open({ people: 500 });
    for (const person of stage.world.people.filter((_, index) => index % 10 === 0))
      stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') }, person);
    await stage.round();
    await stage.round();
    const traffic = await stage.traffic();
    expect(traffic.exchange).toEqual({ SyncFolderItems: 500 });
    expect(traffic.liferay).toBe(10);
    // One claim and one release for each fifty mailboxes, and the look that found nothing more to claim.
    expect(new Set(traffic.tables)).toEqual(new Set(['mailbox']));
    expect(traffic.tables).toHaveLength(21);
  });

  test('right after a write may store where both sides stand, and nothing else', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') });
    const { start, end } = hourFrom('2026-05-06T11:00');
    stage.book({ title: 'Booking', startTime: start, endTime: end });
    await stage.round();
    const { exchange, liferay, tables } = await stage.traffic();
    expect({ exchange, liferay }).toEqual({ exchange: PROBES, liferay: 1 });
    expect(tables).not.toContain('change');
    expect(tables).not.toContain('link_content');
    expect((await stage.traffic()).tables).toEqual(['mailbox', 'mailbox', 'mailbox']);
  });

  test('of a calendar with a parked event asks no more than any other', async () => {
    const stage = await inStep();
    const { start, end } = hourFrom('2026-05-06T11:00');
    stage.book({
      title: 'Odd',
      startTime: start,
      endTime: end,
      recurrence: 'RRULE:FREQ=YEARLY;INTERVAL=1;BYWEEKNO=20',
    });
    await stage.settle();
    expect(await stage.parked()).toEqual(['recurrenceNotExpressible']);
    const { exchange, liferay, tables } = await stage.traffic();
    expect({ exchange, liferay }).toEqual({ exchange: PROBES, liferay: 1 });
    expect(new Set(tables)).toEqual(new Set(['mailbox']));
  });
});

describe('a change', () => {
  test('of one event in Exchange costs one GetItem there and one write in Liferay, and echoes nowhere', async () => {
    const stage = await inStep(20);
    stage.world.exchange.userActs.changeItem(stage.item('Event 7').id, { subject: 'Changed' });
    const { exchange, liferay, liferayWrites } = await stage.traffic();
    expect(exchange).toEqual({ ...PROBES, GetItem: 1 });
    expect({ liferay, liferayWrites }).toEqual({ liferay: 3, liferayWrites: 1 });
    expect(await stage.traffic()).toMatchObject({ exchange: PROBES, liferay: 1, liferayWrites: 0 });
  });

  test('of one event in Liferay costs one read there, one UpdateItem, and one GetItem for what the server made of it', async () => {
    const stage = await inStep(20);
    stage.rebook('Event 7', { title: 'Changed' });
    const { exchange, liferay, liferayWrites } = await stage.traffic();
    expect(exchange).toEqual({ ...PROBES, UpdateItem: 1, GetItem: 1 });
    expect({ liferay, liferayWrites }).toEqual({ liferay: 2, liferayWrites: 0 });
    // The folder reports our own write; the version is known and nothing is read.
    expect(await stage.traffic()).toMatchObject({ exchange: PROBES, liferay: 1, liferayWrites: 0 });
  });

  test('of twenty events in Exchange is read in one batch', async () => {
    const stage = await inStep(100);
    for (let n = 0; n < 20; n += 1)
      stage.world.exchange.userActs.changeItem(stage.item(`Event ${n}`).id, { location: 'New' });
    const { exchange, liferayWrites } = await stage.traffic();
    expect(exchange).toEqual({ ...PROBES, GetItem: 1 });
    expect(liferayWrites).toBe(20);
  });

  test('of ten events in Liferay is read in one batch there, and written and read back in one each', async () => {
    const stage = await inStep(50);
    for (let n = 0; n < 10; n += 1) stage.rebook(`Event ${n}`, { location: 'New' });
    const { exchange, liferay } = await stage.traffic();
    expect(exchange).toEqual({ ...PROBES, UpdateItem: 1, GetItem: 1 });
    expect(liferay).toBe(2);
  });

  test('that changes nothing (a touch) is read once and written nowhere', async () => {
    const stage = await inStep();
    stage.world.exchange.userActs.touchItem(stage.item('Event 0').id);
    const { exchange, liferayWrites } = await stage.traffic();
    expect(exchange).toEqual({ ...PROBES, GetItem: 1 });
    expect(liferayWrites).toBe(0);
  });

  test("by the server's own assistant after our create costs one more read at most, and ends there", async () => {
    const stage = await Stage.open({ exchange: { assistantTouchesNewItems: true } });
    const { start, end } = hourFrom('2026-05-06T09:00');
    stage.book({ title: 'Booking', startTime: start, endTime: end });
    await stage.round();
    const { exchange } = await stage.traffic();
    expect(exchange['GetItem'] ?? 0).toBeLessThanOrEqual(1);
    expect((await stage.traffic()).exchange).toEqual(PROBES);
    expect(stage.titles()).toEqual({ exchange: ['Booking'], liferay: ['Booking'] });
  });
});

describe('invitations whose rows their invitee deletes', () => {
  /** Statements that read, in the round that declines so many at once. */
  async function readsFor(count: number): Promise<number> {
    const stage = await Stage.open({ people: 2, liferay: { recycleBin: false } });
    const [invitee, organiser] = [stage.of(0), stage.of(1)];
    await stage.settle();
    for (let n = 0; n < count; n += 1) {
      const { start: startTime, end: endTime } = hourFrom(`2026-05-${n + 11}T09:00`);
      const inviteCalendarIds = [invitee.calendarId];
      stage.book({ title: `Meeting ${n}`, startTime, endTime, inviteCalendarIds }, organiser);
    }
    await stage.settleInTurn([organiser, invitee]);
    const rows = stage.rows(invitee).map(({ calendarBookingId }) => calendarBookingId);
    expect([rows.length, stage.items(invitee).length]).toEqual([count, count]);
    for (const id of rows) stage.atPortal((acts) => acts.deleteBooking(id), invitee);
    const { exchange, reads } = await stage.traffic();
    expect(exchange['CreateItem']).toBe(1);
    expect(stage.items(invitee)).toEqual([]);
    return reads;
  }

  test('cost one statement that reads for each, which looks for a row that took its place, and no more', async () => {
    expect((await readsFor(10)) - (await readsFor(1))).toBe(9);
  });
});
