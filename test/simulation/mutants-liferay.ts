/** Planted bugs on the way to Liferay: in what a portal answers and is told. */
import type { CalendarEvent } from '#core/event.ts';
import type { PortalBooking, PortalCalendar } from '#liferay/portal-calendar.port.ts';
import type { EngineParts } from './world.ts';

/** Every row that is written to Liferay is written so. */
export function writingRows(wrong: (event: CalendarEvent) => CalendarEvent): EngineParts {
  return {
    portal: (portal) => ({
      ...portal,
      add: (add, zone) => portal.add({ ...add, event: wrong(add.event) }, zone),
      update: (update, zone) => portal.update({ ...update, event: wrong(update.event) }, zone),
    }),
  };
}

/** Of a series' dates only those are written that Liferay has already. */
export function withoutNewExceptionDate(portal: PortalCalendar): PortalCalendar {
  return {
    ...portal,
    update: (update, zone) => {
      const known = Object.keys(update.planned.event.exceptions);
      const kept = Object.entries(update.event.exceptions).filter(([date]) => known.includes(date));
      return portal.update(
        { ...update, event: { ...update.event, exceptions: Object.fromEntries(kept) } },
        zone,
      );
    },
  };
}

function alive<T extends { readonly status: PortalBooking['status'] }>(row: T): T {
  return row.status === 'trashed' ? { ...row, status: 'approved' } : row;
}

export function withoutTrash(portal: PortalCalendar): PortalCalendar {
  return {
    ...portal,
    snapshot: async (requests) => {
      const snapshots = await portal.snapshot(requests);
      return new Map(
        [...snapshots].map(([id, one]) => [
          id,
          one.kind === 'rows' ? { ...one, rows: one.rows.map(alive) } : one,
        ]),
      );
    },
    read: async (ids, zones) =>
      (await portal.read(ids, zones)).map((read) =>
        read.kind === 'booking' ? { ...read, booking: alive(read.booking) } : read,
      ),
  };
}

/** Says that rows were updated. */
export function withoutUpdates(portal: PortalCalendar): PortalCalendar {
  return {
    ...portal,
    update: async ({ planned, event }) => ({
      kind: 'written',
      booking: { ...planned, event },
      before: planned,
    }),
  };
}

export function withoutAbsenceCheck(portal: PortalCalendar): PortalCalendar {
  let missing = new Set<string>();
  let before = new Set<string>();
  return {
    ...portal,
    snapshot: async (requests) => {
      const snapshots = await portal.snapshot(requests);
      const now = new Set(
        [...snapshots.values()].flatMap((s) => (s.kind === 'rows' ? s.rows.map((r) => r.id) : [])),
      );
      missing = new Set([...before].filter((id) => !now.has(id)));
      before = new Set([...before, ...now]);
      return snapshots;
    },
    read: async (ids, zones) =>
      (await portal.read(ids, zones)).map((read, index) => {
        const id = ids[index] ?? '';
        return missing.has(id) ? { kind: 'gone', id } : read;
      }),
  };
}
