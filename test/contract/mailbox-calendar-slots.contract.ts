/** What every MailboxCalendar tells of what takes place in given stretches of time. */
import { expect, test } from 'vitest';
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT } from '#core/event.ts';
import type { Interval } from '#core/rooms.ts';
import type { MailboxSlot } from '#exchange/mailbox-calendar.port.ts';
import { createOne, defaultFolder, type MailboxWorld, readOne } from './mailbox-calendar-world.ts';

type Open = () => Promise<MailboxWorld>;

function timed(start: string, end: string): EventTime {
  return { kind: 'timed', start: `${start}:00Z`, end: `${end}:00Z`, zone: 'Europe/Rome' };
}

function between(start: string, end: string): Interval {
  return { startMs: Date.parse(`${start}Z`), endMs: Date.parse(`${end}Z`) };
}

function event(time: EventTime, more: Partial<CalendarEvent> = {}): CalendarEvent {
  return { ...NEUTRAL_EVENT, title: 'Booking', time, ...more };
}

const NINE = timed('2026-12-01T09:00', '2026-12-01T10:00');
const NINE_TO_TEN = between('2026-12-01T09:00', '2026-12-01T10:00');

async function ask(
  { mailbox }: MailboxWorld,
  intervals: readonly Interval[],
): Promise<readonly MailboxSlot[]> {
  const slots = await mailbox.overlapping(await defaultFolder(mailbox), intervals);
  return slots.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

async function book(world: MailboxWorld, ...events: readonly CalendarEvent[]): Promise<readonly string[]> {
  const folderId = await defaultFolder(world.mailbox);
  const ids: string[] = [];
  for (const each of events) ids.push(await createOne(world.mailbox, folderId, each));
  return ids;
}

function timesOf(slots: readonly MailboxSlot[]): readonly string[] {
  return slots.map(({ startMs }) => new Date(startMs).toISOString().slice(0, 16));
}

export function slotTests(open: Open): void {
  test('an event is told with its id, UID, time and how it is shown, and when it was made', async () => {
    const world = await open();
    const [id = ''] = await book(world, event(NINE, { showAs: 'tentative' }));
    const { uid } = await readOne(world.mailbox, id);
    const [slot, ...others] = await ask(world, [NINE_TO_TEN]);
    const shown = { showAs: 'tentative', cancelled: false };
    expect(slot).toMatchObject({ id, uid, ...NINE_TO_TEN, ...shown });
    expect(slot?.createdMs).toBeGreaterThan(0);
    expect(others).toEqual([]);
  });

  test('only what touches one of the stretches: not what ends when it begins, or begins when it ends', async () => {
    const world = await open();
    await book(
      world,
      event(timed('2026-12-01T08:00', '2026-12-01T09:00')),
      event(timed('2026-12-01T09:59', '2026-12-01T11:00')),
      event(timed('2026-12-01T10:00', '2026-12-01T12:00')),
      event(timed('2026-12-03T09:30', '2026-12-03T10:00')),
      event(timed('2026-12-02T09:00', '2026-12-02T10:00')),
    );
    const slots = await ask(world, [NINE_TO_TEN, between('2026-12-03T09:00', '2026-12-03T10:00')]);
    expect(timesOf(slots)).toEqual(['2026-12-01T09:59', '2026-12-03T09:30']);
    expect(await ask(world, [])).toEqual([]);
  });

  test('a series by its occurrences: the moved one where it is, and none that is deleted', async () => {
    const world = await open();
    const recurrence = {
      pattern: { kind: 'daily', interval: 1 },
      range: { kind: 'count', count: 5 },
    } as const;
    const [id = ''] = await book(world, event(NINE, { recurrence }));
    world.person.deleteOccurrence(id, '2026-12-02');
    world.person.changeOccurrence(id, '2026-12-03', { time: timed('2026-12-03T15:00', '2026-12-03T16:00') });
    const slots = await ask(world, [between('2026-12-01T00:00', '2026-12-05T00:00')]);
    expect(timesOf(slots)).toEqual(['2026-12-01T09:00', '2026-12-03T15:00', '2026-12-04T09:00']);
    const { uid } = await readOne(world.mailbox, id);
    expect(new Set(slots.map((slot) => slot.uid))).toEqual(new Set([uid]));
    expect(new Set(slots.map((slot) => slot.id)).size).toBe(3);
  });

  test('an all-day event takes up the day of its owner', async () => {
    const world = await open();
    await book(world, event({ kind: 'allDay', start: '2026-12-01', end: '2026-12-02' }));
    expect(await ask(world, [NINE_TO_TEN])).toHaveLength(1);
    expect(await ask(world, [between('2026-12-01T23:30', '2026-12-02T09:00')])).toEqual([]);
  });

  test('what is shown as free, and what was cancelled, is told as such', async () => {
    const world = await open();
    await book(world, event(NINE, { showAs: 'free' }));
    expect(await ask(world, [NINE_TO_TEN])).toMatchObject([{ showAs: 'free' }]);
    const id = world.person.invited('Meeting', false);
    const invited = await ask(world, [between('2027-03-01T09:00', '2027-03-01T10:00')]);
    expect(invited).toMatchObject([{ cancelled: false, ownResponse: 'pending' }]);
    world.person.cancelled(id);
    const cancelled = await ask(world, [between('2027-03-01T09:00', '2027-03-01T10:00')]);
    expect(cancelled).toMatchObject([{ cancelled: true }]);
  });

  test('years ahead, in stretches as long as one likes', async () => {
    const world = await open();
    const recurrence = {
      pattern: { kind: 'absoluteMonthly', interval: 6, day: 1 },
      range: { kind: 'count', count: 9 },
    } as const;
    await book(world, event(NINE, { recurrence }));
    const slots = await ask(world, [between('2026-01-01T00:00', '2032-01-01T00:00')]);
    expect(slots).toHaveLength(9);
  });

  test('of a calendar that is gone nothing is told', async () => {
    const { mailbox, person } = await open();
    const folderId = person.addCalendar('Old', true);
    person.deleteCalendar(folderId);
    await expect(mailbox.overlapping(folderId, [NINE_TO_TEN])).rejects.toMatchObject({
      failure: { reason: 'folderNotFound' },
    });
  });
}
