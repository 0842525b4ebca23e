/** What every implementation of the port to portal calendars owes its callers, as a suite over a factory: what it reads. */
import { beforeEach, describe, expect, it } from 'vitest';
import { RemoteFailure } from '#core/failure.ts';
import {
  type BookingDesk,
  bookingDesk,
  type PortalWorld,
  ROME,
  reasonOf,
  TIME,
} from './portal-calendar-world.ts';

export function portalCalendarContract(title: string, create: () => PortalWorld): void {
  describe(title, () => {
    let world: PortalWorld;
    let desk: BookingDesk;
    beforeEach(() => {
      world = create();
      desk = bookingDesk(world);
    });

    describe('who we are', () => {
      it('is told', async () => {
        expect(await world.portal.identity()).toMatchObject({
          ...world.serviceUser,
          isPortalAdministrator: world.tellsRoles,
          administeredSiteIds: [],
        });
      });

      it('is never a guest in silence', async () => {
        const { id } = await desk.add();
        world.becomeGuest();
        const zones = new Map([[world.calendarId, ROME]]);
        const snapshot = { calendarId: world.calendarId, expectedRows: 1, detail: 'light' } as const;
        expect(await reasonOf(world.portal.identity())).toBe(world.guestReason);
        expect(await reasonOf(world.portal.snapshot([snapshot]))).toBe(world.guestReason);
        expect(await reasonOf(world.portal.read([id, '99999999'], zones))).toBe(world.guestReason);
      });
    });

    describe('probe', () => {
      it('learns what the portal keeps and leaves nothing behind, and no mail', async () => {
        const dialect = await world.unprobed.probe(world.calendarId);
        const { keepsUid, hasRowVersion, version } = world;
        expect(dialect).toMatchObject({ keepsUid, hasRowVersion, version });
        expect(dialect.companyId).toMatch(/^\d+$/);
        expect(await desk.rowsOf(world.calendarId)).toEqual([]);
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
        const sites = new Map(calendars.map(({ id, siteId }) => [id, siteId]));
        expect([sites.get(site.calendarId), sites.get(room.calendarId)]).toEqual([site.siteId, site.siteId]);
        expect(sites.get(world.calendarId)).not.toBe(site.siteId);
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
          zone: world.calendarsHaveZones ? 'Asia/Tokyo' : ROME,
          isDefault: true,
          owner: { kind: 'user', id: userId },
        });
        expect(await world.portal.createUserCalendar(userId, 'Other', ROME)).toEqual(made);
      });
    });
    describe('a thing of a site', () => {
      it('gets its calendar with its resource, once for each name', async () => {
        const { siteId } = world.siteCalendar();
        const made = await world.portal.createResourceCalendar(siteId, 'Room <1> & more', 'Asia/Tokyo');
        expect(made).toMatchObject({
          name: 'Room <1> & more',
          zone: world.calendarsHaveZones ? 'Asia/Tokyo' : 'UTC',
          isDefault: true,
          owner: { kind: 'resource' },
          siteId,
        });
        expect(await world.portal.createResourceCalendar(siteId, 'Room <1> & more', ROME)).toEqual(made);
        const other = await world.portal.createResourceCalendar(siteId, 'Room 2', ROME);
        expect(other.id).not.toBe(made.id);
      });
    });
    describe('a snapshot', () => {
      it('has every row, whatever its status, and its family', async () => {
        const { id } = await desk.add();
        const trashed = await desk.add({}, 'uid-2');
        world.person.respond(id, 'maybe');
        world.person.trash(trashed.id);
        const rows = new Map((await desk.rowsOf(world.calendarId)).map((row) => [row.id, row]));
        expect(rows.get(id)?.status).toBe('maybe');
        expect(rows.get(trashed.id)?.status).toBe('trashed');
      });

      it('stays the same while nobody touches anything, and changes with every edit', async () => {
        const { id } = await desk.add();
        const first = await desk.rowsOf(world.calendarId);
        expect(await desk.rowsOf(world.calendarId)).toEqual(first);
        const versions = [first[0]?.version];
        const edits = [
          () => world.person.change(id, { title: 'Edited' }),
          () => world.person.respond(id, 'decline'),
          () => world.person.trash(id),
        ];
        for (const edit of edits) {
          world.pass(1000);
          edit();
          versions.push(await desk.versionIn(world.calendarId, id));
        }
        expect(new Set(versions).size).toBe(versions.length);
      });

      it('for linking tells UID, title and time of each row', async () => {
        const booking = await desk.readBooking((await desk.add()).id);
        expect((await desk.rowsOf(world.calendarId, 'linking'))[0]).toMatchObject({
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
        const look = () =>
          world.portal.snapshot(
            ids.map((calendarId) => ({ calendarId, expectedRows: 100, detail: 'light' })),
          );
        await world.portal.identity();
        // What calendars do not tell themselves is asked once in a while.
        if (!world.calendarsHaveZones) await look();
        const before = world.requests();
        const snapshots = await look();
        expect([...snapshots.values()]).toMatchObject(ids.map(() => ({ kind: 'rows', zone: ROME })));
        expect(world.requests() - before).toBe(1);
      });

      it.each(['MANAGE_BOOKINGS', 'VIEW_BOOKING_DETAILS', 'VIEW'] as const)(
        'of a calendar without %s observes nothing, and all of the others',
        async (action) => {
          const lost = world.newCalendar();
          world.person.add(lost, { title: 'Hidden', start: TIME.start, end: TIME.end });
          await desk.add();
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
        await desk.add();
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
          bookings.push(await desk.add({ title: `M ${index}` }, `uid-${index}`));
        const ids = [...bookings.map(({ id }) => id).reverse(), '99999999'];
        const before = world.requests();
        const outcomes = await world.portal.read(ids, new Map([[world.calendarId, ROME]]));
        expect(world.requests() - before).toBe(2);
        expect(
          outcomes.map((outcome) => (outcome.kind === 'booking' ? outcome.booking.id : outcome.kind)),
        ).toEqual([...ids.slice(0, -1), 'gone']);
      });

      it('takes texts that a lost permission blanked for a failure, not for an edit', async () => {
        const { id } = await desk.add();
        world.revoke(world.calendarId, 'VIEW_BOOKING_DETAILS');
        expect(await desk.read(id)).toMatchObject({
          kind: 'failed',
          failure: { reason: 'portalAccessLost' },
        });
      });

      it('a row that we may not see is a failure, not an absence, and the others are read', async () => {
        const hidden = world.newCalendar();
        const hiddenId = world.person.add(hidden, { title: 'Hidden', start: TIME.start, end: TIME.end });
        const { id } = await desk.add();
        for (const action of ['MANAGE_BOOKINGS', 'VIEW_BOOKING_DETAILS', 'VIEW'] as const)
          world.revoke(hidden, action);
        const outcomes = await world.portal.read([hiddenId, id], new Map([[world.calendarId, ROME]]));
        expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'booking']);
      });

      it('what a person deleted for good is gone', async () => {
        const { id } = await desk.add();
        world.person.delete(id);
        expect(await desk.read(id)).toEqual({ kind: 'gone', id });
      });
    });

    it.each([
      ['htmlPage', 'notTheService', 'notTheService'],
      ['forbidden', 'portalForbidsServices', 'accessDenied'],
      ['unavailable', 'serverError', 'serverError'],
      ['noConnection', 'unreachable', 'unreachable'],
    ] as const)(
      'a portal that answers everything with %s is %s, and nothing is gone',
      async (answer, reason, ofWrites) => {
        const booking = await desk.add();
        world.answerAll(answer);
        const zones = new Map([[world.calendarId, ROME]]);
        const light = { calendarId: world.calendarId, expectedRows: 1, detail: 'light' } as const;
        expect(await reasonOf(world.portal.snapshot([light]))).toBe(reason);
        expect(await reasonOf(world.portal.read([booking.id], zones))).toBe(reason);
        expect(await reasonOf(world.portal.identity())).toBe(reason);
        expect(await reasonOf(world.portal.calendars())).toBe(reason);
        expect(await writeReasonOf(world.portal.remove(booking, 'delete', ROME))).toBe(ofWrites);
      },
    );
  });
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
