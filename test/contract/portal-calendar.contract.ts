/**
 * What every implementation of the port to portal calendars owes its callers, as a suite over a factory. A world is
 * a portal with people in it, seen from outside the port.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CalendarEvent } from '#core/event.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { RemoteFailure } from '#core/failure.ts';
import { participantList, withList, withoutList } from '#core/participants.ts';
import type {
  BookingStatus,
  PortalBooking,
  PortalCalendar,
  PortalRead,
  PortalWrite,
} from '#liferay/portal-calendar.port.ts';
import { CALENDAR_TEXTS } from '#shared/texts/calendar.ts';

const LIST = participantList(
  {
    organizer: 'olga@example.com',
    organizerName: 'Olga <alert(1)>',
    attendees: [{ address: 'ada@example.com', name: 'Ada & Bob', role: 'optional', response: 'pending' }],
  },
  CALENDAR_TEXTS.en,
);

/** What a person does at the portal's own pages. Times are ISO instants. */
export interface PortalPerson {
  add(calendarId: string, booking: PersonBooking): string;
  change(bookingId: string, change: Partial<PersonBooking>): void;
  /** For good. */
  delete(bookingId: string): void;
  trash(bookingId: string): void;
  respond(bookingId: string, answer: 'accept' | 'maybe' | 'decline'): void;
  deleteOccurrence(bookingId: string, start: string): void;
  deleteFollowing(bookingId: string, start: string): void;
  /** Returns the id of the row that was made. */
  changeOccurrence(bookingId: string, start: string, change: Partial<PersonBooking>): string;
  changeFollowing(bookingId: string, start: string, change: Partial<PersonBooking>): string;
}
export interface PersonBooking {
  readonly title: string;
  /** HTML. */
  readonly description?: string;
  readonly location?: string;
  readonly start: string;
  readonly end: string;
  readonly allDay?: boolean;
  readonly recurrence?: string;
  readonly reminderMs?: number;
  readonly inviteCalendarIds?: readonly string[];
}

export interface PortalWorld {
  /** As the service identity, an administrator who may manage every calendar. */
  readonly portal: PortalCalendar;
  /** The same, opened without what `probe` learns. */
  readonly unprobed: PortalCalendar;
  readonly serviceUser: { readonly id: string; readonly name: string; readonly emailAddress: string };
  /** A calendar in Europe/Rome and its owner. */
  readonly calendarId: string;
  readonly ownerId: string;
  readonly person: PortalPerson;
  /** Who uses the portal in another language than the service identity and the owner. */
  readonly foreigner: PortalPerson;
  /** The title in each language that the portal keeps it in. */
  titles(bookingId: string): readonly string[];
  /** The HTML of the description, likewise. */
  descriptions(bookingId: string): readonly string[];
  /** Another user's calendar. */
  newCalendar(): string;
  /** A user who never opened a calendar. */
  newUser(): string;
  siteCalendar(): { readonly calendarId: string; readonly siteId: string };
  roomCalendar(): { readonly calendarId: string; readonly resourceId: string };
  revoke(calendarId: string, action: 'MANAGE_BOOKINGS' | 'VIEW_BOOKING_DETAILS' | 'VIEW'): void;
  /** From now on the portal overlooks our credentials and takes us for a guest. */
  becomeGuest(): void;
  /** Every request is answered so until it is undone. */
  answerAll(answer: 'htmlPage' | 'forbidden' | 'unavailable' | 'noConnection'): void;
  /** The next write happens, and its answer does not arrive. */
  loseNextReply(): void;
  requests(): number;
  mails(): number;
  /** Milliseconds pass. */
  pass(ms: number): void;
  readonly keepsUid: boolean;
  readonly hasRowVersion: boolean;
  /** Rows tell to which series they belong. */
  readonly keepsSeries: boolean;
}

const ROME = 'Europe/Rome';
const TIME = {
  kind: 'timed',
  start: '2025-03-10T09:00:00Z',
  end: '2025-03-10T10:00:00Z',
  zone: ROME,
} as const;
const MEETING: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Meeting',
  description: 'First line\n\n  third, indented',
  location: 'Room 1',
  time: TIME,
};
const WEEKLY = {
  pattern: { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' },
  range: { kind: 'count', count: 4 },
} as const;
const HOSTILE = [
  '</Title><Title language-id="en_US">x',
  '<script>alert(1)</script>',
  '&amp; &lt; &#0; ]]>',
  'onclick="x" innerHTML = alert(1), alert (2)',
  "'; DROP TABLE CalendarBooking; --",
  '$b[calendarId] = /x {"@a":"$b"}',
  '\u202eRTL \u0000\u0007 and \ud800 alone',
  '😀 日本語 é',
  'a\r\nb\rc\u2028d',
  '%00%0a+',
];

export function portalCalendarContract(title: string, create: () => PortalWorld): void {
  describe(title, () => {
    let world: PortalWorld;
    beforeEach(() => {
      world = create();
    });

    const add = async (event: Partial<CalendarEvent> = {}, uid = 'uid-1'): Promise<PortalBooking> =>
      writtenBy(
        await world.portal.add(
          { calendarId: world.calendarId, uid, seriesId: null, event: { ...MEETING, ...event } },
          ROME,
        ),
      );
    const update = async (planned: PortalBooking, event: Partial<CalendarEvent>): Promise<PortalWrite> => {
      world.pass(1000);
      return world.portal.update({ planned, event: { ...planned.event, ...event } }, ROME);
    };
    const read = async (id: string): Promise<PortalRead | undefined> =>
      (await world.portal.read([id], new Map([[world.calendarId, ROME]])))[0];
    const readBooking = async (id: string): Promise<PortalBooking> => {
      const outcome = await read(id);
      if (outcome?.kind !== 'booking') throw new Error(`Not readable: ${JSON.stringify(outcome)}`);
      return outcome.booking;
    };
    const rowsOf = async (calendarId: string, detail: 'light' | 'linking' = 'light') => {
      const snapshots = await world.portal.snapshot([{ calendarId, expectedRows: 10, detail }]);
      const snapshot = snapshots.get(calendarId);
      if (snapshot?.kind !== 'rows') throw new Error(`No rows: ${JSON.stringify(snapshot)}`);
      return snapshot.rows;
    };
    const versionIn = async (calendarId: string, id: string): Promise<string | undefined> =>
      (await rowsOf(calendarId)).find((row) => row.id === id)?.version;

    describe('who we are', () => {
      it('is told', async () => {
        expect(await world.portal.identity()).toMatchObject({
          ...world.serviceUser,
          isPortalAdministrator: true,
          administeredSiteIds: [],
        });
      });

      it('is never a guest in silence', async () => {
        const { id } = await add();
        world.becomeGuest();
        const zones = new Map([[world.calendarId, ROME]]);
        const snapshot = { calendarId: world.calendarId, expectedRows: 1, detail: 'light' } as const;
        expect(await reasonOf(world.portal.identity())).toBe('guestIdentity');
        expect(await reasonOf(world.portal.snapshot([snapshot]))).toBe('guestIdentity');
        expect(await reasonOf(world.portal.read([id, '99999999'], zones))).toBe('guestIdentity');
      });
    });

    describe('probe', () => {
      it('learns what the portal keeps and leaves nothing behind, and no mail', async () => {
        const dialect = await world.unprobed.probe(world.calendarId);
        expect(dialect).toMatchObject({ keepsUid: world.keepsUid, hasRowVersion: world.hasRowVersion });
        expect(dialect.companyId).toMatch(/^\d+$/);
        expect(await rowsOf(world.calendarId)).toEqual([]);
        expect(world.mails()).toBe(0);
      });

      it('without a scratch calendar makes no booking', async () => {
        const dialect = await world.unprobed.probe(null);
        expect(dialect).toMatchObject({ keepsUid: true, hasRowVersion: world.hasRowVersion });
      });
    });

    describe('calendars', () => {
      it('are those that we may manage and read in detail, with their owners', async () => {
        const site = world.siteCalendar();
        const room = world.roomCalendar();
        const hidden = world.newCalendar();
        world.revoke(hidden, 'VIEW_BOOKING_DETAILS');
        const calendars = await world.portal.calendars();
        const owners = new Map(calendars.map(({ id, owner }) => [id, owner]));
        expect(owners.get(world.calendarId)).toEqual({ kind: 'user', id: world.ownerId });
        expect(owners.get(site.calendarId)).toEqual({ kind: 'site', id: site.siteId });
        expect(owners.get(room.calendarId)).toEqual({ kind: 'resource', id: room.resourceId });
        expect(owners.has(hidden)).toBe(false);
        expect(calendars.find(({ id }) => id === world.calendarId)).toMatchObject({
          zone: ROME,
          isDefault: true,
        });
      });

      it('that are invited tell whose they are', async () => {
        const { portal, calendarId } = world;
        const site = world.siteCalendar().calendarId;
        const room = world.roomCalendar().calendarId;
        const found = await portal.invitedCalendars([calendarId, site, room, '999999']);
        expect(found.get(calendarId)).toEqual({
          name: 'owner Tester',
          owner: { kind: 'user', emailAddress: 'owner@example.com', emailVerified: false },
        });
        expect(found.get(site)?.owner).toEqual({ kind: 'site' });
        expect(found.get(room)).toEqual({ name: 'Room', owner: { kind: 'resource' } });
        expect(found.has('999999')).toBe(false);
        expect(await portal.invitedCalendars([])).toEqual(new Map());
      });

      it('of a user who has one are not made again', async () => {
        const made = await world.portal.createUserCalendar(world.ownerId, 'Other name', 'Asia/Tokyo');
        expect(made).toMatchObject({ id: world.calendarId, zone: ROME });
      });

      it('of a user who never opened one are made, once', async () => {
        const userId = world.newUser();
        const made = await world.portal.createUserCalendar(userId, 'Ann & Bob', 'Asia/Tokyo');
        expect(made).toMatchObject({
          name: 'Ann & Bob',
          zone: 'Asia/Tokyo',
          isDefault: true,
          owner: { kind: 'user', id: userId },
        });
        expect(await world.portal.createUserCalendar(userId, 'Other', ROME)).toEqual(made);
      });
    });

    describe('a new booking', () => {
      it('is what was asked for, is read back so, and sends no mail', async () => {
        const booking = await add();
        expect(booking.event).toEqual(MEETING);
        expect(booking).toMatchObject({
          seriesId: null,
          parentId: null,
          calendarId: world.calendarId,
        });
        expect(booking.uid === 'uid-1').toBe(world.keepsUid);
        const stored = await readBooking(booking.id);
        expect(stored).toEqual(settledAs(stored, booking));
        expect(stored.status).toBe('approved');
        expect(world.mails()).toBe(0);
      });

      it('is in the next snapshot with the version that the write told, once it is no draft any more', async () => {
        const stored = await readBooking((await add()).id);
        expect(await versionIn(world.calendarId, stored.id)).toBe(stored.version);
      });

      it('over whole days keeps its dates', async () => {
        const time = { kind: 'allDay', start: '2025-03-29', end: '2025-03-31' } as const;
        expect((await add({ time })).event.time).toEqual(time);
      });

      it('that repeats keeps its rule', async () => {
        expect((await add({ recurrence: WEEKLY })).event.recurrence).toEqual(WEEKLY);
      });

      it('may be without any text', async () => {
        const bare = { title: '', description: '', location: '' };
        expect((await readBooking((await add(bare)).id)).event).toMatchObject(bare);
      });

      it('has a list of participants that can be told from its text, also when an editor wrote it anew', async () => {
        const description = withList('Agenda\n1. Budget', LIST);
        const booking = await add({ description });
        expect((await readBooking(booking.id)).event.description).toBe(description);
        const paragraphs = description
          .split('\n')
          .map((line) => `<p style="color:red">${line || '&nbsp;'}</p>`);
        world.person.change(booking.id, { description: paragraphs.join('\n') });
        const edited = (await readBooking(booking.id)).event.description;
        expect(withoutList(edited, [LIST])).toBe('Agenda\n1. Budget');
      });

      it.each(HOSTILE)('keeps hostile text apart from markup: %j', async (text) => {
        const booking = await add({ title: text, description: text, location: text });
        const { title, description, location } = (await readBooking(booking.id)).event;
        expect(title).toBe(asLine(text));
        expect(location).toBe(asLine(text));
        expect(description).toBe(asLines(text));
        const again = await update(booking, { title, description, location });
        expect(writtenBy(again).event).toMatchObject({ title, description, location });
      });

      it('ending before it starts is refused as such', async () => {
        const time = { ...TIME, end: '2025-03-10T08:00:00Z' };
        const written = await world.portal.add(
          { calendarId: world.calendarId, uid: 'u', seriesId: null, event: { ...MEETING, time } },
          ROME,
        );
        expect(written).toMatchObject({ kind: 'failed', failure: { reason: 'startAfterEnd' } });
      });

      it('with the UID of another fails alone and leaves one', async () => {
        if (!world.keepsUid) return;
        await add();
        const written = await world.portal.add(
          { calendarId: world.calendarId, uid: 'uid-1', seriesId: null, event: MEETING },
          ROME,
        );
        expect(written.kind).toBe('failed');
        expect(await rowsOf(world.calendarId)).toHaveLength(1);
      });

      it('whose answer is lost rejects, and is found by its UID', async () => {
        await add({}, 'uid-0');
        world.loseNextReply();
        const lost = world.portal.add(
          { calendarId: world.calendarId, uid: 'uid-1', seriesId: null, event: MEETING },
          ROME,
        );
        expect(await reasonOf(lost)).toBe('unreachable');
        const uids = (await rowsOf(world.calendarId, 'linking')).map((row) => row.linking?.uid);
        expect(uids).toHaveLength(2);
        expect(uids.includes('uid-1')).toBe(world.keepsUid);
      });

      it('where we may not write is refused', async () => {
        world.revoke(world.calendarId, 'MANAGE_BOOKINGS');
        const written = await world.portal.add(
          { calendarId: world.calendarId, uid: 'u', seriesId: null, event: MEETING },
          ROME,
        );
        expect(written).toMatchObject({ kind: 'failed', failure: { reason: 'accessDenied' } });
      });
    });

    describe('an update', () => {
      it('writes what changed, tells what stood there, and sends no mail', async () => {
        const booking = await readBooking((await add()).id);
        const time = { ...TIME, start: '2025-03-10T10:00:00Z', end: '2025-03-10T11:30:00Z' };
        const written = await update(booking, { title: 'Later', time });
        expect(written).toMatchObject({ kind: 'written', before: booking });
        const after = writtenBy(written);
        expect(after.event).toEqual({ ...MEETING, title: 'Later', time });
        expect(after.version).not.toBe(booking.version);
        const stored = await readBooking(booking.id);
        expect(stored).toEqual(settledAs(stored, after));
        expect(await versionIn(world.calendarId, booking.id)).toBe(stored.version);
        expect(world.mails()).toBe(0);
      });

      it('shows in `before` that somebody was faster', async () => {
        const booking = await add();
        world.pass(1000);
        world.person.change(booking.id, { title: 'Theirs' });
        const written = await update(booking, { location: 'Room 2' });
        expect(written).toMatchObject({ kind: 'written', before: { event: { title: 'Theirs' } } });
        expect(writtenBy(written).event).toMatchObject({ title: 'Theirs', location: 'Room 2' });
      });

      it('clears texts', async () => {
        const bare = { title: '', description: '', location: '' };
        const written = writtenBy(await update(await add(), bare));
        expect(written.event).toMatchObject(bare);
        expect((await readBooking(written.id)).event).toMatchObject(bare);
      });

      it('keeps reminders and the markup of a description that it does not change', async () => {
        const description = '<p>Some <strong>bold</strong> text</p>';
        const id = world.person.add(world.calendarId, {
          title: 'Theirs',
          description,
          start: TIME.start,
          end: TIME.end,
          reminderMs: 900_000,
        });
        const booking = await readBooking(id);
        expect(booking.event.description).toBe('Some bold text');
        const after = writtenBy(await update(booking, { title: 'Ours' }));
        expect(after.carried.firstReminder).toBe(900_000);
        expect(world.descriptions(id)).toEqual([description]);
        expect(after.event.description).toBe('Some bold text');
      });

      it('leaves an invitation without an answer as it was, though the portal approves what is edited', async () => {
        const pending = writtenBy(await world.portal.setStatus(await add(), 'pending', ROME));
        expect(pending.status).toBe('pending');
        const after = writtenBy(await update(pending, { title: 'Ours' }));
        expect(after).toMatchObject({ status: 'pending', event: { title: 'Ours' } });
        expect(await readBooking(pending.id)).toMatchObject({ status: 'pending', version: after.version });
      });

      it.each<['maybe' | 'decline', BookingStatus]>([
        ['maybe', 'maybe'],
        ['decline', 'denied'],
      ])('leaves the answer %s as it was', async (answer, status) => {
        const { id } = await add();
        world.pass(1000);
        world.person.respond(id, answer);
        const booking = await readBooking(id);
        expect(booking.status).toBe(status);
        const after = writtenBy(await update(booking, { title: 'Ours' }));
        expect(after).toMatchObject({ status, event: { title: 'Ours' } });
        expect(await versionIn(world.calendarId, id)).toBe(after.version);
      });

      it('leaves no old translation behind, and people’s next edits are seen in any language', async () => {
        const { id } = await add({ description: 'Ours' });
        for (const person of [world.foreigner, world.person, world.foreigner]) {
          world.pass(1000);
          person.change(id, { title: 'Theirs', description: '<p>Theirs</p>' });
          const theirs = await readBooking(id);
          expect(theirs.event).toMatchObject({ title: 'Theirs', description: 'Theirs' });
          expect((await rowsOf(world.calendarId, 'linking'))[0]?.linking?.title).toBe('Theirs');
          const ours = writtenBy(await update(theirs, { title: 'Ours', description: 'Ours' }));
          expect(ours.event).toMatchObject({ title: 'Ours', description: 'Ours' });
          expect(new Set(world.titles(id))).toEqual(new Set(['Ours']));
        }
      });

      it('sends back the rule of a series as Liferay stored it', async () => {
        const recurrence = 'RRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=1;BYDAY=MO';
        const id = world.person.add(world.calendarId, {
          title: 'S',
          start: TIME.start,
          end: TIME.end,
          recurrence,
        });
        const after = writtenBy(await update(await readBooking(id), { title: 'Ours' }));
        expect(after.carried.recurrence).toBe(recurrence);
        expect(after.event.recurrence).toEqual(WEEKLY);
      });

      it('can make a series and unmake it', async () => {
        const series = writtenBy(await update(await add(), { recurrence: WEEKLY }));
        expect(series.event.recurrence).toEqual(WEEKLY);
        const single = writtenBy(await update(series, { recurrence: null }));
        expect(single.event.recurrence).toBeNull();
      });

      it('of a booking that is gone says so', async () => {
        const booking = await add();
        await world.portal.remove(booking, 'delete', ROME);
        const written = await update(booking, { title: 'Too late' });
        expect(written).toMatchObject({ kind: 'failed' });
        expect(await rowsOf(world.calendarId)).toEqual([]);
      });

      it('of a meeting tells who is invited, and whether they were refused', async () => {
        const { person, calendarId } = world;
        const [free, busy] = [world.newCalendar(), world.newCalendar()];
        const when = { start: TIME.start, end: TIME.end };
        person.add(busy, { title: 'Busy', ...when });
        const id = person.add(calendarId, { title: 'Invited', ...when, inviteCalendarIds: [free, busy] });
        const { invitees } = await readBooking(id);
        expect(invitees.map((each) => ({ calendarId: each.calendarId, status: each.status }))).toEqual([
          { calendarId: free, status: 'pending' },
          { calendarId: busy, status: 'denied' },
        ]);
        const [child] = invitees;
        expect(await readBooking(child?.id ?? '')).toMatchObject({ parentId: id, invitees: [] });
      });

      it('of a meeting can take one invitee out of it, and keeps the others', async () => {
        const { portal, person, calendarId } = world;
        const [stays, goes] = [world.newCalendar(), world.newCalendar()];
        const when = { start: TIME.start, end: TIME.end };
        const id = person.add(calendarId, { title: 'Invited', ...when, inviteCalendarIds: [stays, goes] });
        const planned = await readBooking(id);
        const uninvited = new Set([goes]);
        const outcome = await portal.update({ planned, event: planned.event, uninvited }, ROME);
        expect(outcome).toMatchObject({ booking: { invitees: [{ calendarId: stays }] } });
        expect((await readBooking(id)).invitees.map((each) => each.calendarId)).toEqual([stays]);
      });

      it('of a meeting keeps its invitees', async () => {
        const invited = world.newCalendar();
        const id = world.person.add(world.calendarId, {
          title: 'With guests',
          start: TIME.start,
          end: TIME.end,
          inviteCalendarIds: [invited],
        });
        await update(await readBooking(id), { location: 'Elsewhere' });
        const [child] = await rowsOf(invited);
        expect(child?.parentId).toBe(id);
      });
    });

    describe('a removal', () => {
      it('deletes, tells what stood there, and sends no mail', async () => {
        const booking = await readBooking((await add()).id);
        expect(await world.portal.remove(booking, 'delete', ROME)).toEqual({
          kind: 'removed',
          before: booking,
        });
        expect(await read(booking.id)).toEqual({ kind: 'gone', id: booking.id });
        expect(await rowsOf(world.calendarId)).toEqual([]);
        expect(world.mails()).toBe(0);
      });

      it('may be repeated', async () => {
        const booking = await add();
        await world.portal.remove(booking, 'delete', ROME);
        expect(await world.portal.remove(booking, 'delete', ROME)).toEqual({ kind: 'removed', before: null });
      });

      it('to the Recycle Bin leaves the row there', async () => {
        const booking = await add();
        expect(await world.portal.remove(booking, 'trash', ROME)).toMatchObject({ kind: 'removed' });
        expect(await readBooking(booking.id)).toMatchObject({ status: 'trashed' });
        expect(await world.portal.remove(booking, 'trash', ROME)).toMatchObject({ kind: 'removed' });
      });

      it('of an invitee’s row to the Recycle Bin does not pretend', async () => {
        const invited = world.newCalendar();
        world.person.add(world.calendarId, {
          title: 'With guests',
          start: TIME.start,
          end: TIME.end,
          inviteCalendarIds: [invited],
        });
        const [child] = await rowsOf(invited);
        const booking = await readBooking(child?.id ?? '');
        expect(await world.portal.remove(booking, 'trash', ROME)).toMatchObject({ kind: 'failed' });
      });
    });

    describe('a snapshot', () => {
      it('has every row, whatever its status, and its family', async () => {
        const { id } = await add();
        const trashed = await add({}, 'uid-2');
        world.person.respond(id, 'maybe');
        world.person.trash(trashed.id);
        const rows = new Map((await rowsOf(world.calendarId)).map((row) => [row.id, row]));
        expect(rows.get(id)?.status).toBe('maybe');
        expect(rows.get(trashed.id)?.status).toBe('trashed');
      });

      it('stays the same while nobody touches anything, and changes with every edit', async () => {
        const { id } = await add();
        const first = await rowsOf(world.calendarId);
        expect(await rowsOf(world.calendarId)).toEqual(first);
        const versions = [first[0]?.version];
        const edits = [
          () => world.person.change(id, { title: 'Edited' }),
          () => world.person.respond(id, 'decline'),
          () => world.person.trash(id),
        ];
        for (const edit of edits) {
          world.pass(1000);
          edit();
          versions.push(await versionIn(world.calendarId, id));
        }
        expect(new Set(versions).size).toBe(versions.length);
      });

      it('for linking tells UID, title and time of each row', async () => {
        const booking = await readBooking((await add()).id);
        expect((await rowsOf(world.calendarId, 'linking'))[0]).toMatchObject({
          id: booking.id,
          version: booking.version,
          linking: {
            uid: booking.uid,
            title: 'Meeting',
            startMs: Date.parse(TIME.start),
            endMs: Date.parse(TIME.end),
            creatorId: world.serviceUser.id,
          },
        });
      });

      it('of fifty idle calendars is one request', async () => {
        const ids = Array.from({ length: 50 }, () => world.newCalendar());
        await world.portal.identity();
        const before = world.requests();
        const snapshots = await world.portal.snapshot(
          ids.map((calendarId) => ({ calendarId, expectedRows: 100, detail: 'light' })),
        );
        expect([...snapshots.values()].every(({ kind }) => kind === 'rows')).toBe(true);
        expect(world.requests() - before).toBe(1);
      });

      it.each(['MANAGE_BOOKINGS', 'VIEW_BOOKING_DETAILS', 'VIEW'] as const)(
        'of a calendar without %s observes nothing, and all of the others',
        async (action) => {
          const lost = world.newCalendar();
          world.person.add(lost, { title: 'Hidden', start: TIME.start, end: TIME.end });
          await add();
          const ask = () =>
            world.portal.snapshot(
              [lost, world.calendarId].map((calendarId) => ({
                calendarId,
                expectedRows: 1,
                detail: 'light',
              })),
            );
          expect((await ask()).get(lost)).toMatchObject({ kind: 'rows' });
          world.revoke(lost, action);
          if (action === 'VIEW') world.revoke(lost, 'MANAGE_BOOKINGS');
          const snapshots = await ask();
          expect(snapshots.get(lost)).toMatchObject({
            kind: 'accessLost',
            failure: { reason: 'portalAccessLost' },
          });
          expect(snapshots.get(world.calendarId)).toMatchObject({
            kind: 'rows',
            rows: [{ status: 'approved' }],
          });
        },
      );

      it('with one calendar that does not exist tells so and keeps the others', async () => {
        await add();
        const ids = [...Array.from({ length: 9 }, () => world.newCalendar()), '99999999', world.calendarId];
        const snapshots = await world.portal.snapshot(
          ids.map((calendarId) => ({ calendarId, expectedRows: 1, detail: 'light' })),
        );
        expect(snapshots.get('99999999')?.kind).toBe('accessLost');
        expect([...snapshots.values()].filter(({ kind }) => kind === 'rows')).toHaveLength(10);
      });
    });

    describe('reading', () => {
      it('gives one outcome for each id, in order, in batches', async () => {
        const bookings = [];
        for (let index = 0; index < 60; index += 1)
          bookings.push(await add({ title: `M ${index}` }, `uid-${index}`));
        const ids = [...bookings.map(({ id }) => id).reverse(), '99999999'];
        const before = world.requests();
        const outcomes = await world.portal.read(ids, new Map([[world.calendarId, ROME]]));
        expect(world.requests() - before).toBe(2);
        expect(
          outcomes.map((outcome) => (outcome.kind === 'booking' ? outcome.booking.id : outcome.kind)),
        ).toEqual([...ids.slice(0, -1), 'gone']);
      });

      it('takes texts that a lost permission blanked for a failure, not for an edit', async () => {
        const { id } = await add();
        world.revoke(world.calendarId, 'VIEW_BOOKING_DETAILS');
        expect(await read(id)).toMatchObject({ kind: 'failed', failure: { reason: 'portalAccessLost' } });
      });

      it('a row that we may not see is a failure, not an absence, and the others are read', async () => {
        const hidden = world.newCalendar();
        const hiddenId = world.person.add(hidden, { title: 'Hidden', start: TIME.start, end: TIME.end });
        const { id } = await add();
        for (const action of ['MANAGE_BOOKINGS', 'VIEW_BOOKING_DETAILS', 'VIEW'] as const)
          world.revoke(hidden, action);
        const outcomes = await world.portal.read([hiddenId, id], new Map([[world.calendarId, ROME]]));
        expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'booking']);
      });

      it('what a person deleted for good is gone', async () => {
        const { id } = await add();
        world.person.delete(id);
        expect(await read(id)).toEqual({ kind: 'gone', id });
      });
    });

    it.each([
      ['htmlPage', 'notTheService'],
      ['forbidden', 'accessDenied'],
      ['unavailable', 'serverError'],
      ['noConnection', 'unreachable'],
    ] as const)(
      'a portal that answers everything with %s is %s, and nothing is gone',
      async (answer, reason) => {
        const booking = await add();
        world.answerAll(answer);
        const zones = new Map([[world.calendarId, ROME]]);
        const light = { calendarId: world.calendarId, expectedRows: 1, detail: 'light' } as const;
        expect(await reasonOf(world.portal.snapshot([light]))).toBe(reason);
        expect(await reasonOf(world.portal.read([booking.id], zones))).toBe(reason);
        expect(await reasonOf(world.portal.identity())).toBe(reason);
        expect(await reasonOf(world.portal.calendars())).toBe(reason);
        expect(await writeReasonOf(world.portal.remove(booking, 'delete', ROME))).toBe(reason);
      },
    );
  });
}

/** What a write told, as it reads once Liferay's workflow has approved it. */
function settledAs({ status, version }: PortalBooking, told: PortalBooking): PortalBooking {
  return told.status === 'draft' ? { ...told, status, version } : told;
}

function writtenBy(written: PortalWrite): PortalBooking {
  if (written.kind === 'failed') throw new Error(`Not written: ${JSON.stringify(written.failure)}`);
  return written.booking;
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `no failure: ${JSON.stringify(await promise)}`;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure.reason;
    throw error;
  }
}

async function writeReasonOf(
  promise: Promise<{ readonly kind: string; readonly failure?: { readonly reason: string } }>,
): Promise<string> {
  try {
    return (await promise).failure?.reason ?? 'no failure';
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure.reason;
    throw error;
  }
}

/** What Liferay can hold of a text: no control characters, no halves of surrogate pairs. */
function asLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\u0000', '')
    .replaceAll('\u0007', '')
    .replaceAll('\ud800', '\ufffd');
}

function asLine(text: string): string {
  return text
    .replace(/ *[\p{Cc}\u2028][\p{Cc}\u2028 ]*/gu, ' ')
    .replaceAll('\ud800', '\ufffd')
    .trim();
}
