/** The same suite for what it writes: every write tells what stood there before, and no mail goes out. */
import { beforeEach, describe, expect, it } from 'vitest';
import { participantList, withList, withoutList } from '#core/participants.ts';
import type { BookingStatus, PortalBooking } from '#liferay/portal-calendar.port.ts';
import { CALENDAR_TEXTS } from '#shared/texts/calendar.ts';
import {
  type BookingDesk,
  bookingDesk,
  MEETING,
  type PortalWorld,
  ROME,
  reasonOf,
  TIME,
  WEEKLY,
  writtenBy,
} from './portal-calendar-world.ts';

const LIST = participantList(
  {
    organizer: 'olga@example.com',
    organizerName: 'Olga <alert(1)>',
    attendees: [{ address: 'ada@example.com', name: 'Ada & Bob', role: 'optional', response: 'pending' }],
  },
  CALENDAR_TEXTS.en,
);
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
export function portalWritesContract(title: string, create: () => PortalWorld): void {
  describe(title, () => {
    let world: PortalWorld;
    let desk: BookingDesk;
    beforeEach(() => {
      world = create();
      desk = bookingDesk(world);
    });

    describe('a new booking', () => {
      it('is what was asked for, is read back so, and sends no mail', async () => {
        const booking = await desk.add();
        expect(booking.event).toEqual(MEETING);
        expect(booking).toMatchObject({
          seriesId: null,
          parentId: null,
          calendarId: world.calendarId,
        });
        expect(booking.uid === 'uid-1').toBe(world.keepsUid);
        const stored = await desk.readBooking(booking.id);
        expect(stored).toEqual(settledAs(stored, booking));
        expect(stored.status).toBe('approved');
        expect(world.mails()).toBe(0);
      });

      it('is in the next snapshot with the version that the write told, once it is no draft any more', async () => {
        const stored = await desk.readBooking((await desk.add()).id);
        expect(await desk.versionIn(world.calendarId, stored.id)).toBe(stored.version);
      });

      it('over whole days keeps its dates', async () => {
        const time = { kind: 'allDay', start: '2025-03-29', end: '2025-03-31' } as const;
        expect((await desk.add({ time })).event.time).toEqual(time);
      });

      it('that repeats keeps its rule', async () => {
        expect((await desk.add({ recurrence: WEEKLY })).event.recurrence).toEqual(WEEKLY);
      });

      it('may be without any text', async () => {
        const bare = { title: '', description: '', location: '' };
        expect((await desk.readBooking((await desk.add(bare)).id)).event).toMatchObject(bare);
      });

      it('has a list of participants that can be told from its text, also when an editor wrote it anew', async () => {
        const description = withList('Agenda\n1. Budget', LIST);
        const booking = await desk.add({ description });
        expect((await desk.readBooking(booking.id)).event.description).toBe(description);
        const paragraphs = description
          .split('\n')
          .map((line) => `<p style="color:red">${line || '&nbsp;'}</p>`);
        world.person.change(booking.id, { description: paragraphs.join('\n') });
        const edited = (await desk.readBooking(booking.id)).event.description;
        expect(withoutList(edited, [LIST])).toBe('Agenda\n1. Budget');
      });

      it.each(HOSTILE)('keeps hostile text apart from markup: %j', async (text) => {
        const booking = await desk.add({ title: text, description: text, location: text });
        const { title, description, location } = (await desk.readBooking(booking.id)).event;
        expect(title).toBe(asLine(text));
        expect(location).toBe(asLine(text));
        expect(description).toBe(asLines(text));
        const again = await desk.update(booking, { title, description, location });
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
        await desk.add();
        const written = await world.portal.add(
          { calendarId: world.calendarId, uid: 'uid-1', seriesId: null, event: MEETING },
          ROME,
        );
        expect(written.kind).toBe('failed');
        expect(await desk.rowsOf(world.calendarId)).toHaveLength(1);
      });

      it('whose answer is lost rejects, and is found by its UID', async () => {
        await desk.add({}, 'uid-0');
        world.loseNextReply();
        const lost = world.portal.add(
          { calendarId: world.calendarId, uid: 'uid-1', seriesId: null, event: MEETING },
          ROME,
        );
        expect(await reasonOf(lost)).toBe('unreachable');
        const uids = (await desk.rowsOf(world.calendarId, 'linking')).map((row) => row.linking?.uid);
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
        const booking = await desk.readBooking((await desk.add()).id);
        const time = { ...TIME, start: '2025-03-10T10:00:00Z', end: '2025-03-10T11:30:00Z' };
        const written = await desk.update(booking, { title: 'Later', time });
        expect(written).toMatchObject({ kind: 'written', before: booking });
        const after = writtenBy(written);
        expect(after.event).toEqual({ ...MEETING, title: 'Later', time });
        expect(after.version).not.toBe(booking.version);
        const stored = await desk.readBooking(booking.id);
        expect(stored).toEqual(settledAs(stored, after));
        expect(await desk.versionIn(world.calendarId, booking.id)).toBe(stored.version);
        expect(world.mails()).toBe(0);
      });

      it('shows in `before` that somebody was faster', async () => {
        const booking = await desk.add();
        world.pass(1000);
        world.person.change(booking.id, { title: 'Theirs' });
        const written = await desk.update(booking, { location: 'Room 2' });
        expect(written).toMatchObject({ kind: 'written', before: { event: { title: 'Theirs' } } });
        expect(writtenBy(written).event).toMatchObject({ title: 'Theirs', location: 'Room 2' });
      });

      it('clears texts', async () => {
        const bare = { title: '', description: '', location: '' };
        const written = writtenBy(await desk.update(await desk.add(), bare));
        expect(written.event).toMatchObject(bare);
        expect((await desk.readBooking(written.id)).event).toMatchObject(bare);
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
        const booking = await desk.readBooking(id);
        expect(booking.event.description).toBe('Some bold text');
        const after = writtenBy(await desk.update(booking, { title: 'Ours' }));
        expect(after.carried.firstReminder).toBe(900_000);
        expect(world.descriptions(id)).toEqual([description]);
        expect(after.event.description).toBe('Some bold text');
      });

      it('leaves an invitation without an answer as it was, though the portal approves what is edited', async () => {
        const pending = writtenBy(await world.portal.setStatus(await desk.add(), 'pending', ROME));
        expect(pending.status).toBe('pending');
        const after = writtenBy(await desk.update(pending, { title: 'Ours' }));
        expect(after).toMatchObject({ status: 'pending', event: { title: 'Ours' } });
        expect(await desk.readBooking(pending.id)).toMatchObject({
          status: 'pending',
          version: after.version,
        });
      });

      it.each<['maybe' | 'decline', BookingStatus]>([
        ['maybe', 'maybe'],
        ['decline', 'denied'],
      ])('leaves the answer %s as it was', async (answer, status) => {
        const { id } = await desk.add();
        world.pass(1000);
        world.person.respond(id, answer);
        const booking = await desk.readBooking(id);
        expect(booking.status).toBe(status);
        const after = writtenBy(await desk.update(booking, { title: 'Ours' }));
        expect(after).toMatchObject({ status, event: { title: 'Ours' } });
        expect(await desk.versionIn(world.calendarId, id)).toBe(after.version);
      });

      it('leaves no old translation behind, and people’s next edits are seen in any language', async () => {
        const { id } = await desk.add({ description: 'Ours' });
        for (const person of [world.foreigner, world.person, world.foreigner]) {
          world.pass(1000);
          person.change(id, { title: 'Theirs', description: '<p>Theirs</p>' });
          const theirs = await desk.readBooking(id);
          expect(theirs.event).toMatchObject({ title: 'Theirs', description: 'Theirs' });
          expect((await desk.rowsOf(world.calendarId, 'linking'))[0]?.linking?.title).toBe('Theirs');
          const ours = writtenBy(await desk.update(theirs, { title: 'Ours', description: 'Ours' }));
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
        const after = writtenBy(await desk.update(await desk.readBooking(id), { title: 'Ours' }));
        expect(after.carried.recurrence).toBe(recurrence);
        expect(after.event.recurrence).toEqual(WEEKLY);
      });

      it('can make a series and unmake it', async () => {
        const series = writtenBy(await desk.update(await desk.add(), { recurrence: WEEKLY }));
        expect(series.event.recurrence).toEqual(WEEKLY);
        const single = writtenBy(await desk.update(series, { recurrence: null }));
        expect(single.event.recurrence).toBeNull();
      });

      it('of a booking that is gone says so', async () => {
        const booking = await desk.add();
        await world.portal.remove(booking, 'delete', ROME);
        const written = await desk.update(booking, { title: 'Too late' });
        expect(written).toMatchObject({ kind: 'failed' });
        expect(await desk.rowsOf(world.calendarId)).toEqual([]);
      });

      it('of a meeting tells who is invited, and whether they were refused', async () => {
        const { person, calendarId } = world;
        const [free, busy] = [world.newCalendar(), world.newCalendar()];
        const when = { start: TIME.start, end: TIME.end };
        person.add(busy, { title: 'Busy', ...when });
        const id = person.add(calendarId, { title: 'Invited', ...when, inviteCalendarIds: [free, busy] });
        const { invitees } = await desk.readBooking(id);
        expect(invitees.map((each) => ({ calendarId: each.calendarId, status: each.status }))).toEqual([
          { calendarId: free, status: 'pending' },
          { calendarId: busy, status: world.refusesTheBusy ? 'denied' : 'pending' },
        ]);
        const [child] = invitees;
        expect(await desk.readBooking(child?.id ?? '')).toMatchObject({ parentId: id, invitees: [] });
      });

      it('of a meeting can take one invitee out of it, and keeps the others', async () => {
        const { portal, person, calendarId } = world;
        const [stays, goes] = [world.newCalendar(), world.newCalendar()];
        const when = { start: TIME.start, end: TIME.end };
        const id = person.add(calendarId, { title: 'Invited', ...when, inviteCalendarIds: [stays, goes] });
        const planned = await desk.readBooking(id);
        const uninvited = new Set([goes]);
        const outcome = await portal.update({ planned, event: planned.event, uninvited }, ROME);
        expect(outcome).toMatchObject({ booking: { invitees: [{ calendarId: stays }] } });
        expect((await desk.readBooking(id)).invitees.map((each) => each.calendarId)).toEqual([stays]);
      });

      it('of a meeting keeps its invitees', async () => {
        const invited = world.newCalendar();
        const id = world.person.add(world.calendarId, {
          title: 'With guests',
          start: TIME.start,
          end: TIME.end,
          inviteCalendarIds: [invited],
        });
        await desk.update(await desk.readBooking(id), { location: 'Elsewhere' });
        const [child] = await desk.rowsOf(invited);
        expect(child?.parentId).toBe(id);
      });
    });

    describe('a removal', () => {
      it('deletes, tells what stood there, and sends no mail', async () => {
        const booking = await desk.readBooking((await desk.add()).id);
        expect(await world.portal.remove(booking, 'delete', ROME)).toEqual({
          kind: 'removed',
          before: booking,
        });
        expect(await desk.read(booking.id)).toEqual({ kind: 'gone', id: booking.id });
        expect(await desk.rowsOf(world.calendarId)).toEqual([]);
        expect(world.mails()).toBe(0);
      });

      it('may be repeated', async () => {
        const booking = await desk.add();
        await world.portal.remove(booking, 'delete', ROME);
        expect(await world.portal.remove(booking, 'delete', ROME)).toEqual({ kind: 'removed', before: null });
      });

      it('to the Recycle Bin leaves the row there', async () => {
        const booking = await desk.add();
        expect(await world.portal.remove(booking, 'trash', ROME)).toMatchObject({ kind: 'removed' });
        expect(await desk.readBooking(booking.id)).toMatchObject({ status: 'trashed' });
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
        const [child] = await desk.rowsOf(invited);
        const booking = await desk.readBooking(child?.id ?? '');
        expect(await world.portal.remove(booking, 'trash', ROME)).toMatchObject({ kind: 'failed' });
      });
    });
  });
}

/** What a write told, as it reads once Liferay's workflow has approved it. */
function settledAs({ status, version }: PortalBooking, told: PortalBooking): PortalBooking {
  return told.status === 'draft' ? { ...told, status, version } : told;
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
