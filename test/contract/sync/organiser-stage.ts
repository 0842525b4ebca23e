/** What the tests of the organiser's side of meetings have in common: three people who invite each other. */
import { expect } from 'vitest';
import type { Attendee } from '#test/emulators/exchange/model.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

export const MEETING = hourFrom('2026-05-06T09:00');
export const LATER = hourFrom('2026-05-07T14:00');
export const WEEK = 7 * DAY;
export const [ORGANISER, FIRST, SECOND] = ['person0', 'person1', 'person2'].map(
  (name) => `${name}@example.com`,
);
export const EXTERNAL: Attendee = {
  name: 'Eve',
  address: 'eve@elsewhere.example',
  role: 'optional',
  response: 'NoResponseReceived',
};

/** All pairings are in step, and nobody has done anything yet. */
export async function inStep(options: WorldOptions = {}): Promise<Stage> {
  const stage = await Stage.open({ people: 3, ...options });
  await stage.settle();
  return stage;
}

export interface Booked {
  readonly guests?: readonly number[];
  readonly start?: number;
  readonly recurrence?: string;
}

/** The first person books something in Liferay and invites others by their calendars. */
export function book(
  stage: Stage,
  { guests = [1], start = MEETING.start, recurrence = '' }: Booked = {},
): number {
  const inviteCalendarIds = calendarsOf(stage, guests);
  const when = { startTime: start, endTime: start + HOUR };
  return stage.book({ title: 'Meeting', ...when, inviteCalendarIds, recurrence });
}

export function calendarsOf(stage: Stage, people: readonly number[]): readonly number[] {
  return people.map((index) => stage.of(index).calendarId);
}

export async function booked(what: Booked = {}, options: WorldOptions = {}): Promise<Stage> {
  const stage = await inStep(options);
  book(stage, what);
  await stage.settle();
  return stage;
}

/** Mail that Exchange sent, by what it says and to whom. */
export function sent(stage: Stage): readonly string[] {
  return stage.world.exchange.outbox.map(({ kind, to }) => `${kind} ${[...to].sort().join(' ')}`);
}

/** Mail that Liferay sent since. */
export function mailsOfLiferay(stage: Stage, since: number): readonly string[] {
  return stage.world.liferay.outbox.slice(since).map(({ kind, to }) => `${kind} ${to}`);
}

export function attendees(stage: Stage, title = 'Meeting'): readonly string[] {
  return stage.item(title).content.attendees.map(({ address, role }) => `${role} ${address}`);
}

/** Rows that Liferay itself made in the calendars of those who are invited. */
export function children(stage: Stage, index = 1) {
  return stage.rows(stage.of(index)).filter((row) => row.parentCalendarBookingId !== row.calendarBookingId);
}

export async function expectIdle(stage: Stage): Promise<void> {
  const people = stage.world.people.length;
  expect(await stage.traffic()).toMatchObject({ ...IDLE, exchange: { SyncFolderItems: people } });
}

/** Where mail cannot be suppressed, what nobody shall be told of is set aside with that reason. `mails`: all there are. */
export async function expectSetAside(
  stage: Stage,
  mails: readonly string[],
  title = 'Meeting',
): Promise<void> {
  expect(await stage.parked()).toEqual(['mailNotSuppressible']);
  expect(sent(stage)).toEqual(mails);
  expect(stage.titles().exchange).toEqual([title]);
  // Whether the organiser's row comes back, the invitees' calendars wait for a while.
  await stage.settle();
  await stage.settle();
  expect(sent(stage)).toEqual(mails);
  await expectIdle(stage);
}

/** In what order the three mailboxes may have their runs. */
export const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

export async function inOrder(stage: Stage, order: readonly number[]): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    for (const index of order) await stage.roundOf(stage.of(index));
  }
  await stage.settle();
}
