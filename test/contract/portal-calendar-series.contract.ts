/**
 * What every implementation of the port to portal calendars owes its callers for series: what left-out and changed
 * occurrences are to it, and that it sees what people do to single occurrences at the portal's own pages.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CalendarEvent, ChangedOccurrence, EventTime, Recurrence } from '#core/event.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { parseLiferayRecurrence } from '#core/rrule.ts';
import { isReserialised, mendedRule } from '#core/rrule-liferay.ts';
import type { PortalBooking, PortalRead, PortalRemoval, PortalWrite } from '#liferay/portal-calendar.port.ts';
import type { PortalWorld } from './portal-calendar-world.ts';

const ROME = 'Europe/Rome';

/** A Monday, 10:00 in Rome; clocks change on the 30th. */
const TIME = at('2025-03-10T09:00:00Z');
const WEEKLY: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' },
  range: { kind: 'count', count: 4 },
};
const LAST_DAY: Recurrence = {
  pattern: { kind: 'absoluteMonthly', interval: 1, day: 31 },
  range: { kind: 'noEnd' },
};
const SERIES: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Series',
  description: 'About it',
  location: 'Room 1',
  time: TIME,
  recurrence: WEEKLY,
};
const ALL_DATES = ['2025-03-10', '2025-03-17', '2025-03-24', '2025-03-31'];

function at(start: string): EventTime {
  const end = new Date(Date.parse(start) + 3_600_000).toISOString().replace('.000Z', 'Z');
  return { kind: 'timed', start, end, zone: ROME };
}

function withoutDates(...dates: readonly string[]): Pick<CalendarEvent, 'exceptions'> {
  return { exceptions: Object.fromEntries(dates.map((date) => [date, 'deleted'])) };
}

export function portalSeriesContract(title: string, create: () => PortalWorld): void {
  describe(title, () => {
    let world: PortalWorld;
    beforeEach(() => {
      world = create();
    });

    const add = async (
      event: Partial<CalendarEvent> = {},
      uid = 'uid-1',
      seriesId: string | null = null,
    ): Promise<PortalBooking> => {
      const { calendarId } = world;
      const written = await world.portal.add(
        { calendarId, uid, seriesId, event: { ...SERIES, ...event } },
        ROME,
      );
      return read(bookingOf(written).id);
    };
    const update = async (planned: PortalBooking, event: Partial<CalendarEvent>): Promise<PortalBooking> => {
      world.pass(1000);
      const written = await world.portal.update({ planned, event: { ...planned.event, ...event } }, ROME);
      expect(await read(planned.id)).toMatchObject({ event: bookingOf(written).event });
      return read(planned.id);
    };
    const remove = (planned: PortalBooking, mode: 'delete' | 'trash'): Promise<PortalRemoval> =>
      world.portal.remove(planned, mode, ROME);
    const outcome = async (id: string): Promise<PortalRead | undefined> =>
      (await world.portal.read([id], new Map([[world.calendarId, ROME]])))[0];
    const read = async (id: string): Promise<PortalBooking> => {
      const one = await outcome(id);
      if (one?.kind !== 'booking') throw new Error(`Not readable: ${JSON.stringify(one)}`);
      return one.booking;
    };
    const stateOf = async (id: string): Promise<string> => {
      const one = await outcome(id);
      return one?.kind === 'booking' ? one.booking.status : (one?.kind ?? 'none');
    };
    const version = async (id: string): Promise<string | undefined> => {
      const request = { calendarId: world.calendarId, expectedRows: 4, detail: 'light' } as const;
      const snapshot = (await world.portal.snapshot([request])).get(world.calendarId);
      return snapshot?.kind === 'rows' ? snapshot.rows.find((row) => row.id === id)?.version : undefined;
    };
    /** A series with one changed occurrence of its own row, as we make them. */
    const addFamily = async (): Promise<{ series: PortalBooking; changed: PortalBooking }> => {
      const series = await add(withoutDates('2025-03-17'));
      const single = { recurrence: null, title: 'Changed', time: at('2025-03-18T13:00:00Z') };
      return { series, changed: await add(single, 'uid-2', series.id) };
    };

    describe('exceptions', () => {
      it('are left-out dates, whatever they are, in both directions', async () => {
        const changed: ChangedOccurrence = { ...SERIES, time: at('2025-03-25T15:00:00Z') };
        const booking = await add({ exceptions: { '2025-03-17': 'deleted', '2025-03-24': changed } });
        expect(booking.event).toEqual({ ...SERIES, ...withoutDates('2025-03-17', '2025-03-24') });
        expect(booking.ruleFailure).toBeNull();
      });

      it.each([
        ['the first date', ['2025-03-10']],
        ['the last date', ['2025-03-31']],
        ['all dates', ALL_DATES],
      ])('may be %s, and stay through updates', async (_what, dates) => {
        const booking = await add(withoutDates(...dates));
        expect(booking.event).toMatchObject(withoutDates(...dates));
        const renamed = await update(booking, { title: 'Renamed' });
        expect(renamed.event).toEqual({ ...SERIES, title: 'Renamed', ...withoutDates(...dates) });
      });

      it('come and go with updates, and the rule stays as it is stored', async () => {
        const rule = 'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4';
        const recurrence = `${rule}\nEXDATE;TZID="UTC";VALUE=DATE-TIME:20250317T090000Z`;
        const booked = { title: 'Theirs', start: TIME.start, end: TIME.end, recurrence };
        const theirs = await read(world.person.add(world.calendarId, booked));
        expect(theirs.event).toMatchObject(withoutDates('2025-03-17'));
        const more = await update(theirs, withoutDates('2025-03-17', '2025-03-31'));
        expect(more.carried.recurrence).toBe(`${rule}\nEXDATE;TZID="UTC";VALUE=DATE:20250317,20250331`);
        const none = await update(more, { exceptions: {} });
        expect(none.carried.recurrence).toBe(rule);
        expect(none.event.exceptions).toEqual({});
      });

      it('that hit no date of the rule say nothing, and go with the next write', async () => {
        const rule = 'RRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=1;BYDAY=MO';
        const recurrence = `${rule}\nEXDATE;TZID="UTC";VALUE=DATE:20250311,20250324,20290101`;
        const booked = { title: 'Theirs', start: TIME.start, end: TIME.end, recurrence };
        const theirs = await read(world.person.add(world.calendarId, booked));
        expect(theirs.event.exceptions).toEqual(withoutDates('2025-03-24').exceptions);
        const { carried } = await update(theirs, { title: 'Ours' });
        expect(carried.recurrence).toBe(`${rule}\nEXDATE;TZID="UTC";VALUE=DATE:20250324`);
      });

      it('leave the markup of a description alone', async () => {
        const booked = { title: 'Theirs', start: TIME.start, end: TIME.end, recurrence: 'RRULE:FREQ=DAILY' };
        const id = world.person.add(world.calendarId, { ...booked, description: '<p>Some <b>bold</b></p>' });
        await update(await read(id), withoutDates('2025-03-17'));
        expect(world.descriptions(id)).toEqual(['<p>Some <b>bold</b></p>']);
      });

      it('of a series whose days are others in UTC are not written where those count', async () => {
        const time = at('2025-03-09T23:30:00Z');
        const event = { ...SERIES, time };
        const add = { calendarId: world.calendarId, uid: 'uid-night', seriesId: null, event };
        const written = await world.portal.add(add, ROME);
        const refused = { kind: 'failed', failure: { reason: 'zonesDisagree' } };
        expect(written).toMatchObject(world.countsLocalDays ? { booking: { event } } : refused);
        const id = world.person.add(world.calendarId, {
          title: 'By a person',
          start: time.start,
          end: time.end,
          recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=SU',
        });
        const { ruleFailure } = await read(id);
        if (!world.countsLocalDays) expect(ruleFailure).toMatchObject({ reason: 'zonesDisagree' });
      });

      it('cannot be written in another zone than the calendar’s', async () => {
        const time = { ...TIME, zone: 'Asia/Tokyo' };
        const event = { ...SERIES, time, ...withoutDates('2025-03-17') };
        const ask = { calendarId: world.calendarId, uid: 'u', seriesId: null, event };
        const written = await world.portal.add(ask, ROME);
        expect(written).toMatchObject({ kind: 'failed', failure: { reason: 'zonesDisagree' } });
      });
    });

    describe('the row of a changed occurrence', () => {
      it('is a booking that names its series, where rows tell', async () => {
        const { series, changed } = await addFamily();
        expect(changed.seriesId).toBe(world.keepsSeries ? series.id : null);
        expect(series.seriesId).toBeNull();
        expect(changed.event).toMatchObject({ title: 'Changed', recurrence: null, exceptions: {} });
        expect(world.mails()).toBe(0);
      });

      it('is updated by itself', async () => {
        const { series, changed } = await addFamily();
        const moved = await update(changed, { title: 'Moved', time: at('2025-03-19T13:00:00Z') });
        expect(moved).toMatchObject({ seriesId: changed.seriesId, event: { title: 'Moved' } });
        expect(await read(series.id)).toEqual(series);
      });

      it.each(['series', 'changed'] as const)('stays or goes without the other: %s', async (gone) => {
        const family = await addFamily();
        const other = gone === 'series' ? family.changed : family.series;
        expect(await remove(family[gone], 'delete')).toMatchObject({ kind: 'removed' });
        expect(await stateOf(family[gone].id)).toBe('gone');
        expect(await read(other.id)).toEqual(other);
      });

      it('goes to the Recycle Bin with its series, and counts as removed there', async () => {
        const { series, changed } = await addFamily();
        expect(await remove(series, 'trash')).toMatchObject({ kind: 'removed', before: { id: series.id } });
        expect(await stateOf(series.id)).toBe('trashed');
        expect(await stateOf(changed.id)).toBe(world.keepsSeries ? 'trashed' : 'approved');
        expect(await remove(changed, 'trash')).toMatchObject({ kind: 'removed' });
        expect(await stateOf(changed.id)).toBe('trashed');
      });

      it('does not go there alone, where that would take the series along', async () => {
        const { series, changed } = await addFamily();
        const removal = await remove(changed, 'trash');
        expect(removal.kind).toBe(world.keepsSeries ? 'failed' : 'removed');
        expect(await stateOf(series.id)).toBe('approved');
        expect(await stateOf(changed.id)).toBe(world.keepsSeries ? 'approved' : 'trashed');
      });
    });

    describe('what a person does to one occurrence', () => {
      it.each<[string, EventTime, string, string]>([
        ['across a change of the clock', TIME, '2025-03-31T08:00:00Z', '2025-03-31'],
        ['of the first', TIME, '2025-03-10T09:00:00Z', '2025-03-10'],
        ['after midnight', at('2025-03-09T23:30:00Z'), '2025-03-16T23:30:00Z', '2025-03-17'],
        [
          'over whole days',
          { kind: 'allDay', start: '2025-03-10', end: '2025-03-12' },
          '2025-03-24T00:00:00Z',
          '2025-03-24',
        ],
      ])('is seen as its date left out: %s', async (what, time, start, date) => {
        if (what === 'after midnight' && !world.countsLocalDays) return;
        const { id } = await add({ time });
        const before = await version(id);
        world.pass(1000);
        world.person.deleteOccurrence(id, start);
        expect((await read(id)).event).toEqual({ ...SERIES, time, ...withoutDates(date) });
        expect(await version(id)).not.toBe(before);
      });

      it('is seen as its date left out and a row of its own when it is changed', async () => {
        const { id } = await add();
        const change = { title: 'Only this one', start: '2025-03-19T12:00:00Z', end: '2025-03-19T13:00:00Z' };
        const changedId = world.person.changeOccurrence(id, '2025-03-17T09:00:00Z', change);
        expect((await read(id)).event).toEqual({ ...SERIES, ...withoutDates('2025-03-17') });
        const changed = await read(changedId);
        expect(changed.seriesId).toBe(world.keepsSeries ? id : null);
        expect(changed.event).toEqual({
          ...SERIES,
          title: 'Only this one',
          time: at('2025-03-19T12:00:00Z'),
          recurrence: null,
        });
      });

      it('and all following ones is seen as an end, and as a series of its own when they are changed', async () => {
        const { id } = await add(withoutDates('2025-03-17'));
        const secondId = world.person.changeFollowing(id, '2025-03-24T09:00:00Z', { title: 'From now on' });
        const ended = { pattern: WEEKLY.pattern, range: { kind: 'until', until: '2025-03-23' } };
        expect((await read(id)).event).toEqual({
          ...SERIES,
          recurrence: ended,
          ...withoutDates('2025-03-17'),
        });
        const second = await read(secondId);
        expect(second.seriesId).toBe(world.keepsSeries ? id : null);
        expect(second.event).toMatchObject({
          title: 'From now on',
          time: at('2025-03-24T09:00:00Z'),
          recurrence: { pattern: WEEKLY.pattern, range: { kind: 'count' } },
          exceptions: {},
        });
        world.person.deleteFollowing(secondId, '2025-03-31T08:00:00Z');
        const range = { kind: 'until', until: '2025-03-30' };
        expect((await read(secondId)).event.recurrence).toEqual({ ...ended, range });
      });

      it('may spoil the rule, which is known as Liferay’s doing and can be put right', async () => {
        const time = at('2025-01-31T09:00:00Z');
        const before = await add({ time, recurrence: LAST_DAY });
        world.person.deleteOccurrence(before.id, '2025-02-28T09:00:00Z');
        const spoilt = await read(before.id);
        expect(spoilt).toMatchObject({
          event: { recurrence: null, exceptions: {} },
          ruleFailure: { reason: 'recurrenceNotExpressible' },
        });
        const stored = spoilt.carried.recurrence;
        expect(isReserialised(before.carried.recurrence, stored)).toBe(true);
        const dates = stored.slice(stored.indexOf('\n'));
        const meant = `${mendedRule(before.carried.recurrence, stored)}${dates}`;
        expect(parseLiferayRecurrence(meant, time)).toEqual({
          kind: 'recurrence',
          recurrence: LAST_DAY,
          excludedDates: ['2025-02-28'],
        });
        const mended = await update(spoilt, { recurrence: LAST_DAY, ...withoutDates('2025-02-28') });
        expect(mended.event).toEqual({
          ...SERIES,
          time,
          recurrence: LAST_DAY,
          ...withoutDates('2025-02-28'),
        });
      });
    });
  });
}

function bookingOf(written: PortalWrite): PortalBooking {
  if (written.kind === 'failed') throw new Error(`Not written: ${JSON.stringify(written.failure)}`);
  return written.booking;
}
