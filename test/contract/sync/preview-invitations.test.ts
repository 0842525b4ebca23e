/**
 * What whoever starts a pairing that previews decides about the meetings that were found in Liferay: Exchange invites to
 * them, each once, or they are left without attendees. Nobody hears of any other.
 */
import { describe, expect, test } from 'vitest';
import type { Invitations } from '#shared/api.ts';
import { findOwned, startPairing } from '#store/pairings.repository.ts';
import { linksToInvite, previewOf } from '#store/preview.repository.ts';
import type { Engine } from '#sync/engine.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import {
  attendees,
  book,
  calendarsOf,
  children,
  EXTERNAL,
  expectIdle,
  FIRST,
  LATER,
  MEETING,
  mailsOfLiferay,
  SECOND,
  sent,
  WEEK,
} from './organiser-stage.ts';
import { HOUR, Stage } from './stage.ts';

async function owned(stage: Stage) {
  const { userId, pairingId } = stage.person;
  const found = await findOwned(
    stage.engine.db,
    { portal: 'https://portal.example.com', kind: 'user', id: String(userId) },
    pairingId,
  );
  if (!found) throw new Error('There is no such pairing.');
  return found;
}

async function preview(stage: Stage) {
  return previewOf(stage.engine.db, await owned(stage), null, stage.world.clock.now());
}

async function invitations(stage: Stage): Promise<Invitations> {
  const { complete, invitations: found } = await preview(stage);
  expect(complete).toBe(true);
  return found;
}

/** As the API does. @returns whether the pairing was started */
async function start(stage: Stage, mark: string | null): Promise<boolean> {
  const { db, effects } = stage.engine;
  const pairing = await owned(stage);
  const atMs = stage.world.clock.now();
  const links = mark === null ? [] : await linksToInvite(db, pairing, mark, atMs);
  if (links === null) return false;
  await startPairing(db, pairing, { id: effects.ids.uuid(), atMs, userId: 'ada' }, links);
  return true;
}

/** The first person's pairing previews, and those of the others are in step: nothing of it is known yet. */
async function previewing(options: WorldOptions = {}): Promise<Stage> {
  const stage = await Stage.open({ people: 3, ...options });
  await stage.setPairing({ preview: true });
  return stage;
}

/** Two meetings that are still to come, one that is over, and one without anybody. */
function fill(stage: Stage): void {
  book(stage, { guests: [1, 2] });
  const { start: startTime, end: endTime } = LATER;
  stage.book({ title: 'Later', startTime, endTime, inviteCalendarIds: calendarsOf(stage, [1]) });
  const past = { startTime: startTime - 52 * WEEK, endTime: endTime - 52 * WEEK };
  stage.book({ title: 'Over', ...past, inviteCalendarIds: calendarsOf(stage, [2]) });
  stage.book({ title: 'Alone', startTime, endTime });
}

describe('a preview', () => {
  test('names the meetings of Liferay that are to come, and whom Exchange would invite', async () => {
    const stage = await previewing();
    fill(stage);
    await stage.settle();
    const { meetings, first } = await invitations(stage);
    expect(meetings).toBe(2);
    expect(first.map(({ title, start: at, invitees }) => ({ title, at, invitees }))).toEqual([
      { title: 'Meeting', at: MEETING.start, invitees: [FIRST, SECOND] },
      { title: 'Later', at: LATER.start, invitees: [FIRST] },
    ]);
    const { proposals } = await preview(stage);
    expect(proposals.filter(({ invitees }) => invitees.length > 0).map(({ title }) => title)).toEqual([
      'Meeting',
      'Later',
    ]);
    expect(stage.mails).toBe(0);
  });

  test.each([
    ['nobody is invited', 'both'],
    ['nothing is written to Exchange', 'toLiferay'],
  ] as const)('asks nothing where %s', async (_, direction) => {
    const stage = await previewing();
    await stage.setPairing({ direction });
    if (direction === 'toLiferay') fill(stage);
    else stage.book({ title: 'Alone', startTime: LATER.start, endTime: LATER.end });
    await stage.settle();
    expect(await invitations(stage)).toMatchObject({ meetings: 0, first: [] });
  });

  test('asks nothing about what Exchange has already, about others’ meetings, and about those without an address', async () => {
    const stage = await previewing();
    book(stage);
    const people = [EXTERNAL];
    stage.create({ subject: 'Meeting', ...MEETING, uid: stage.row('Meeting').vEventUid, attendees: people });
    const when = { startTime: LATER.start, endTime: LATER.end };
    const { liferay } = stage.world;
    const siteId = liferay.addSite({ name: 'House', ownerUserId: stage.person.userId });
    const room = liferay.addResource({ name: 'Room 2', siteId, userId: stage.person.userId }).calendarId;
    stage.book({ title: 'Unknown', ...when, inviteCalendarIds: [room] });
    stage.book({ title: 'Invited', ...when, inviteCalendarIds: calendarsOf(stage, [0]) }, stage.of(1));
    await stage.settle();
    expect(await invitations(stage)).toMatchObject({ meetings: 0 });
  });

  test('asks nothing any more about a meeting that is over meanwhile', async () => {
    const stage = await previewing();
    fill(stage);
    await stage.settle();
    const { mark } = await invitations(stage);
    stage.world.clock.advance(MEETING.end - stage.world.clock.now());
    expect((await invitations(stage)).first.map(({ title }) => title)).toEqual(['Later']);
    expect(await start(stage, mark)).toBe(false);
  });
});

describe('started with invitations', () => {
  test('Exchange invites to what was shown, once each, and nobody hears of anything else', async () => {
    const stage = await previewing();
    fill(stage);
    const mailed = stage.world.liferay.outbox.length;
    await stage.settle();
    expect(await start(stage, (await invitations(stage)).mark)).toBe(true);
    await stage.settle();
    expect([...sent(stage)].sort()).toEqual([`request ${FIRST}`, `request ${FIRST} ${SECOND}`]);
    expect(mailsOfLiferay(stage, mailed)).toEqual([]);
    expect(attendees(stage)).toEqual([`required ${FIRST}`, `required ${SECOND}`]);
    expect(attendees(stage, 'Later')).toEqual([`required ${FIRST}`]);
    expect(attendees(stage, 'Alone')).toEqual([]);
    expect(await stage.parked()).toEqual(stage.isOverGraph ? ['mailNotSuppressible'] : []);
    await expectIdle(stage);
  });

  test('each is one meeting: its copies belong to the rows that Liferay made for the invitees', async () => {
    const stage = await previewing();
    book(stage);
    await stage.settle();
    await start(stage, (await invitations(stage)).mark);
    await stage.settle();
    expect(stage.item('Meeting', stage.of(1)).uid).toBe(stage.item('Meeting').uid);
    expect(stage.rows(stage.of(1))).toHaveLength(1);
    expect(children(stage)).toHaveLength(1);
  });

  test('a series is invited to once, for all of it', async () => {
    const stage = await previewing();
    book(stage, { start: MEETING.start - 20 * WEEK, recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=WE' });
    await stage.settle();
    const { meetings, mark } = await invitations(stage);
    expect(meetings).toBe(1);
    await start(stage, mark);
    await stage.settle();
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    await expectIdle(stage);
  });

  test('is refused where the preview has come to others since, and nothing is started', async () => {
    const stage = await previewing();
    book(stage);
    await stage.settle();
    const { mark } = await invitations(stage);
    const { start: startTime, end: endTime } = LATER;
    stage.book({ title: 'Later', startTime, endTime, inviteCalendarIds: calendarsOf(stage, [2]) });
    await stage.settle();
    expect(await start(stage, mark)).toBe(false);
    await stage.settle();
    expect([stage.items().length, stage.mails]).toEqual([0, 0]);
    expect(await start(stage, (await invitations(stage)).mark)).toBe(true);
    await stage.settle();
    expect([...sent(stage)].sort()).toEqual([`request ${FIRST}`, `request ${SECOND}`]);
  });

  test('a meeting that nobody was shown is left without attendees', async () => {
    const stage = await previewing();
    book(stage);
    await stage.settle();
    await start(stage, (await invitations(stage)).mark);
    const { start: startTime, end: endTime } = LATER;
    stage.book({ title: 'Later', startTime, endTime, inviteCalendarIds: calendarsOf(stage, [2]) });
    await stage.settle();
    expect(sent(stage)).toEqual([`request ${FIRST}`]);
    expect(attendees(stage, 'Later')).toEqual([]);
    await expectIdle(stage);
  });

  test('a meeting that turns out to be in Exchange, or is over by then, is not mailed about', async () => {
    const stage = await previewing();
    fill(stage);
    await stage.settle();
    await start(stage, (await invitations(stage)).mark);
    stage.create({ subject: 'Later', ...LATER });
    stage.world.clock.advance(MEETING.end - stage.world.clock.now());
    await stage.settle();
    // Graph would mail about what is over: the meeting that was so from the beginning, and the one that is by now.
    expect(stage.items()).toHaveLength(stage.isOverGraph ? 2 : 4);
    expect(stage.mails).toBe(0);
    await expectIdle(stage);
  });
});

test('a state that is lost before they were sent: nobody hears of it before somebody changes the meeting', async () => {
  const stage = await previewing();
  book(stage);
  await stage.settle();
  await start(stage, (await invitations(stage)).mark);
  disturb(stage.world, { kind: 'invalidSyncState' });
  await stage.settle();
  expect([stage.mails, attendees(stage)]).toEqual([0, []]);
  stage.rebook('Meeting', { location: 'Room 1' });
  await stage.settle();
  expect(sent(stage)).toEqual([`request ${FIRST}`]);
});

test('started without: nobody hears of it before somebody changes a meeting, and then all of that one', async () => {
  const stage = await previewing();
  fill(stage);
  await stage.settle();
  await start(stage, null);
  await stage.settle();
  expect(stage.mails).toBe(0);
  expect([attendees(stage), attendees(stage, 'Later')]).toEqual([[], []]);
  await expectIdle(stage);
  stage.rebook('Meeting', { location: 'Room 1' });
  await stage.settle();
  expect(sent(stage)).toEqual([`request ${FIRST} ${SECOND}`]);
  await expectIdle(stage);
});

/** A process that ends at its nth request, before it was sent or after it was answered. */
function crashing(stage: Stage, nth: number, when: 'before' | 'after') {
  const { fetch: network } = stage.world;
  const { promise: crashed, resolve: crash } = Promise.withResolvers<true>();
  let made = 0;
  const engine: Engine = stage.world.engine({
    db: stage.engine.db,
    fetch: async (url, request) => {
      made += 1;
      if (made > nth) return new Promise(() => {});
      if (made < nth) return network(url, request);
      if (when === 'after') await network(url, request);
      crash(true);
      return new Promise(() => {});
    },
  });
  return { engine, crashed };
}

test.each(['before', 'after'] as const)(
  'whichever request a process dies %s, each meeting is invited to once',
  async (when) => {
    let died = true;
    let nth = 0;
    while (died) {
      nth += 1;
      const stage = await previewing();
      fill(stage);
      await stage.settle();
      await start(stage, (await invitations(stage)).mark);
      const { engine, crashed } = crashing(stage, nth, when);
      const round = stage.round(undefined, engine, 'another').then(() => false);
      died = await Promise.race([round, crashed]);
      await stage.settle();
      await stage.round(HOUR);
      expect([nth, [...sent(stage)].sort()]).toEqual([
        nth,
        [`request ${FIRST}`, `request ${FIRST} ${SECOND}`],
      ]);
      expect([nth, stage.mails]).toEqual([nth, 2]);
      expect(stage.items()).toHaveLength(stage.isOverGraph ? 3 : 4);
      await expectIdle(stage);
    }
    expect(nth).toBeGreaterThan(10);
  },
);
