/**
 * Rooms that people invite in Liferay: the organiser's mailbox asks the room, its booking attendant answers, and the
 * room's row in Liferay says what that was, also where it declined at once and no copy was ever seen.
 */
import { ne } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { mailbox } from '#drizzle/schema.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { House, IDLE_HOUSE } from './rooms-stage.ts';
import { at, DAY, hourFrom, Stage } from './stage.ts';

const FREE = '2026-05-07T09:00';
/** The second Wednesday of a series: Liferay compares bookings with the first date of a series only. */
const TAKEN = '2026-05-13T09:00';
const REQUEST = 'request room0@example.com';
const RESPONSE = 'response person0@example.com';

/** On each of four Wednesdays somebody else has the room, by a meeting made in Outlook. */
async function opened(): Promise<House> {
  const house = await House.open();
  house.appoint({
    subject: 'Training',
    ...hourFrom('2026-05-06T09:00'),
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay: Math.floor(at(TAKEN) / DAY) - 7, count: 4 },
    },
  });
  await house.stage.settle();
  return house;
}

function book(house: House, from: string): void {
  const { start, end } = hourFrom(from);
  const inviteCalendarIds = [house.room.calendarId];
  house.stage.book({ title: 'Board', startTime: start, endTime: end, inviteCalendarIds });
}

function answerAtOrganiser(house: House): string | undefined {
  const { attendees } = house.stage.item('Board').content;
  return attendees.find(({ address }) => address === house.room.address)?.response;
}

describe.each(['person first', 'room first'] as const)('the mailboxes are looked at with the %s', (order) => {
  const runs = async (house: House) => {
    const { person } = house.stage;
    const both = order === 'person first' ? [person, house.room] : [house.room, person];
    await house.runs(...both, ...both, ...both);
  };

  async function expectQuiet(house: House): Promise<void> {
    await runs(house);
    expect(house.portalMails).toBe(0);
    expect(await house.stage.traffic()).toMatchObject(IDLE_HOUSE);
  }

  test('a free room accepts: both calendars in Liferay and the organiser’s mailbox show that', async () => {
    const house = await opened();
    book(house, FREE);
    expect(house.shown()).toContain('Board pending');
    await runs(house);
    expect(answerAtOrganiser(house)).toBe('Accept');
    expect(house.shown()).toEqual(['Board approved', 'Training approved']);
    expect(house.booked()).toContain('Person 0 2026-05-07T07:00');
    expect(house.mails()).toEqual([REQUEST, RESPONSE]);
    await expectQuiet(house);
  });

  test('a taken room declines before anybody sees the request in its calendar: its row stands as declined', async () => {
    const house = await opened();
    book(house, TAKEN);
    expect(house.shown()).toContain('Board pending');
    await runs(house);
    expect(answerAtOrganiser(house)).toBe('Decline');
    expect(house.shown()).toEqual(['Board denied', 'Training approved']);
    expect(house.booked()).toEqual(['Training 2026-05-06T07:00']);
    expect(house.stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
    expect(house.mails()).toEqual([REQUEST, RESPONSE]);
    expect(await house.problems()).toEqual([]);
    await expectQuiet(house);
  });

  test('one that declined accepts when the organiser moves the booking to a time at which it is free', async () => {
    const house = await opened();
    book(house, TAKEN);
    await runs(house);
    const { start, end } = hourFrom(FREE);
    house.stage.rebook('Board', { startTime: start, endTime: end });
    await runs(house);
    expect(answerAtOrganiser(house)).toBe('Accept');
    expect(house.shown()).toEqual(['Board approved', 'Training approved']);
    await expectQuiet(house);
  });

  test('one that accepted declines when it is moved to a time that is taken', async () => {
    const house = await opened();
    book(house, FREE);
    await runs(house);
    const { start, end } = hourFrom(TAKEN);
    house.stage.rebook('Board', { startTime: start, endTime: end });
    await runs(house);
    expect(answerAtOrganiser(house)).toBe('Decline');
    expect(house.shown()).toEqual(['Board denied', 'Training approved']);
    await expectQuiet(house);
  });

  test('nobody accepts in Liferay for a room that declined: Exchange could not be told', async () => {
    const house = await opened();
    book(house, TAKEN);
    await runs(house);
    const { calendarBookingId } = house.row('Board');
    house.stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'), house.room);
    await runs(house);
    expect(house.shown()).toContain('Board denied');
    expect(answerAtOrganiser(house)).toBe('Decline');
    await expectQuiet(house);
  });

  test('it is known that a room declined where somebody else who is invited has no address', async () => {
    const house = await opened();
    const { liferay } = house.stage.world;
    const siteId = liferay.addSite({ name: 'Annexe', ownerUserId: house.room.userId });
    const projector = liferay.addResource({ name: 'Projector', siteId, userId: house.room.userId });
    const { start, end } = hourFrom(TAKEN);
    const inviteCalendarIds = [house.room.calendarId, projector.calendarId];
    house.stage.book({ title: 'Board', startTime: start, endTime: end, inviteCalendarIds });
    await runs(house);
    expect(await house.stage.parked()).toEqual(['inviteeWithoutAddress']);
    expect(house.shown()).toContain('Board denied');
  });
});

test('a room whose organiser’s mailbox nobody looks at is not said to have declined, and it is not asked for ever', async () => {
  const house = await opened();
  await house.stage.setPairing({ state: 'paused' });
  book(house, TAKEN);
  for (let n = 0; n < 4; n += 1) await house.stage.settle();
  expect(house.shown()).toContain('Board pending');
  expect((await house.stage.links(house.room)).map(({ work }) => work).sort()).toEqual([
    'clean',
    'liferayOnly',
  ]);
});

test('a person declines in Outlook before the copy was seen: their row stands as declined', async () => {
  const stage = await Stage.open({ people: 2 });
  await stage.settle();
  const guest = stage.of(1);
  const { start, end } = hourFrom(FREE);
  const invited = { inviteCalendarIds: [guest.calendarId] };
  stage.book({ title: 'Board', startTime: start, endTime: end, ...invited });
  await stage.roundOf(stage.person);
  stage.world.exchange.userActs.respond(stage.item('Board', guest).id, 'Decline');
  await stage.settle();
  expect(stage.items(guest)).toEqual([]);
  expect(stage.row('Board', guest).status).toBe(STATUS.denied);
});

test('the booking is moved in the moment in which a room that had declined accepts: its row follows', async () => {
  const house = await opened();
  const { stage, room } = house;
  book(house, TAKEN);
  await stage.settle();
  expect(house.shown()).toContain('Board denied');
  const { start, end } = hourFrom(FREE);
  stage.world.exchange.userActs.changeItem(stage.item('Board').id, { start, end });
  let isMoved = false;
  const network =
    (fetch: HttpFetch): HttpFetch =>
    (url, request) => {
      if (!isMoved && request.body?.includes('invoke-transition')) {
        isMoved = true;
        // Liferay does not take along what stands as declined.
        stage.rebook('Board', { startTime: start, endTime: end });
        expect(house.row('Board').startTime).toBe(at(TAKEN));
      }
      return fetch(url, request);
    };
  const { db } = stage.engine;
  const isOther = ne(mailbox.id, room.mailboxId);
  await db.update(mailbox).set({ nextSyncAt: Number.MAX_SAFE_INTEGER }).where(isOther);
  await stage.round(undefined, stage.world.engine({ network }));
  expect(isMoved).toBe(true);
  await db.update(mailbox).set({ nextSyncAt: 0 }).where(isOther);
  await stage.settle();
  expect(house.shown()).toContain('Board approved');
  expect(house.row('Board').startTime).toBe(start);
  expect(answerAtOrganiser(house)).toBe('Accept');
  expect(await stage.traffic()).toMatchObject(IDLE_HOUSE);
});
