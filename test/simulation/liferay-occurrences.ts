/** What people do to single occurrences at Liferay's calendar pages, and where they divide a series. */
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { isSeriesRow } from '#test/emulators/liferay/portal-rows.ts';
import { type Shown, type ShownRow, shownRow } from './calendar-windows.ts';
import { type Deed, daysNear, LOOK_AHEAD, LOOK_BACK, Room, spanIn } from './deed.ts';
import type { EditKind } from './edit-kinds.ts';
import { acts, allDay, ownCalendarZone, timed } from './liferay-forms.ts';
import type { Memory } from './memory.ts';
import { between, DAY, dayIn, MINUTE, pick } from './shapes.ts';

/** What Liferay shows in the next months. */
export function windowOf({ world, person }: Deed): readonly Booking[] {
  const now = world.clock.now();
  return world.liferay.calendarWindow(person.calendarId, now - LOOK_BACK, now + LOOK_AHEAD);
}

/** What Liferay shows of the event in the next months. */
function occurrencesOf(deed: Deed, memory: Memory): readonly ShownRow[] {
  return windowOf(deed)
    .filter(({ location }) => location === memory.token)
    .map(shownRow)
    .sort((one, other) => one.start - other.start);
}

/** Edits one or several occurrences of the event. @returns false when this cannot be done to it */
export function editOccurrence(deed: Deed, kind: EditKind, row: Booking, memory: Memory): boolean {
  if (memory.spoiltAt > memory.settledAt) return false;
  if (kind === 'splitSeries' || kind === 'cutSeries') return split(deed, kind, row, memory);
  if (kind === 'severalOccurrences') {
    const kinds = ['changeOccurrence', 'moveOccurrence', 'deleteOccurrence', 'occurrenceText'] as const;
    const some = kinds.slice(0, between(deed.random, 2, 4));
    return some.filter((one) => editOccurrence(deed, one, row, memory)).length > 1;
  }
  const shown = occurrencesOf(deed, memory);
  const chosen = chooseOccurrence(deed, kind, row, shown);
  if (!chosen) return false;
  if (kind === 'deleteOccurrence' || kind === 'deleteMovedOccurrence' || kind === 'deleteLastOccurrence') {
    deleteOccurrence(deed, chosen, shown, memory);
    return true;
  }
  const change = changeOf(deed, kind, chosen, new Room(memory, shown, chosen), memory);
  if (!change) return false;
  const id = changeShown(deed, chosen, change);
  noteSpoiltRule(deed, row, memory);
  if (isLastOf(chosen, shown)) memory.partlyDeleted('liferay', deed.step);
  const isAlone = memory.worked('liferay', deed.step, 'occurrence');
  rememberChange(deed, chosen, id, isAlone, memory);
  return true;
}

/** A changed occurrence is a row of its own: its form saves either the row or, as "only this event", another one. */
function changeShown(
  deed: Deed,
  { row, isOccurrence, start }: ShownRow,
  change: Partial<PersonBooking>,
): number {
  const { calendarBookingId: id } = row;
  if (isOccurrence || deed.random() < 0.3) return acts(deed).changeInstance(id, start, change);
  acts(deed).changeBooking(id, change);
  return id;
}

function rememberChange(deed: Deed, before: Shown, id: number, isAlone: boolean, memory: Memory): void {
  const row = deed.world.liferay.booking(id);
  if (!row) return;
  const after = shownRow(row);
  for (const what of ['title', 'text', 'when'] as const) {
    if (after[what] === before[what]) continue;
    memory.replaced(before[what]);
    if (what === 'text' && memory.isOnline) continue;
    memory.expect(isAlone, { side: 'liferay', step: deed.step, what, value: after[what], row: id });
  }
}

/**
 * Writing a rule again, Liferay loses the parts of it that its model does not know, and its month grows by one
 * (RecurrenceSerializer).
 */
function noteSpoiltRule(deed: Deed, before: Booking, memory: Memory): void {
  const after = deed.world.liferay.booking(before.calendarBookingId);
  const parts = (rule: string) => rule.split('\n')[0]?.split(';').toSorted().join(';');
  if (!after || parts(after.recurrence) === parts(before.recurrence)) return;
  memory.spoiltAt = deed.step;
  const isNew = memory.ruleWrittenAt > memory.settledAt;
  memory.mayBeUnreadable ||= isNew && hasFragileParts(before);
}

function hasFragileParts({ recurrence }: Booking): boolean {
  return /;(BYMONTH|BYMONTHDAY|BYSETPOS)=/.test(recurrence);
}

function chooseOccurrence(
  deed: Deed,
  kind: EditKind,
  row: Booking,
  shown: readonly ShownRow[],
): ShownRow | undefined {
  const { random } = deed;
  const of = shown.filter(({ row: one }) => one.calendarBookingId === row.calendarBookingId).slice(0, 12);
  const own = row.recurrence === '' ? [] : of;
  // The rows of a divided series are series rows: only what is tied to another is a changed occurrence.
  const changed = shown.filter(
    ({ row: one }) =>
      !isSeriesRow(one) &&
      one.recurringCalendarBookingId === row.recurringCalendarBookingId &&
      one.recurrence === '',
  );
  switch (kind) {
    case 'changeChangedOccurrence':
    case 'deleteMovedOccurrence':
      return pick(random, changed);
    case 'deleteLastOccurrence':
      return row.recurrence.includes('COUNT=') ? own.at(-1) : undefined;
    case 'moveOccurrence':
    case 'occurrenceAllDay':
      return pick(
        random,
        own.filter((one) => !one.allDay),
      );
    case 'occurrenceTimed':
      return pick(
        random,
        [...own, ...changed].filter((one) => one.allDay),
      );
    default:
      return pick(random, own);
  }
}

function changeOf(
  deed: Deed,
  kind: EditKind,
  chosen: ShownRow,
  room: Room,
  memory: Memory,
): Partial<PersonBooking> | null {
  const zone = ownCalendarZone(deed);
  const day = dayIn(chosen.allDay ? 'UTC' : zone, chosen.start);
  const roomForDays = (first: number, days: number) => allDayFits(room, memory, first, days);
  switch (kind) {
    case 'changeChangedOccurrence':
      return deed.random() < 0.5
        ? { title: deed.value('T') }
        : changeOf(deed, 'moveOccurrence', chosen, room, memory);
    case 'occurrenceText':
      return { description: `<p>${deed.value('D')}</p>` };
    case 'moveOccurrence':
    case 'occurrenceTimed': {
      const span = spanIn(room, [deed.timeOn(zone, day), deed.timeOn(zone, day), deed.timeOn(zone, day)]);
      return span && timed(span);
    }
    case 'occurrenceAllDay':
      return roomForDays(day, 1) ? allDay(day, 1) : null;
    case 'moveOccurrenceDay': {
      if (!chosen.allDay) {
        const span = spanIn(
          room,
          daysNear(deed, day).map((other) => deed.timeOn(zone, other)),
        );
        return span && timed(span);
      }
      const days = Math.floor((chosen.end - chosen.start) / DAY) + 1;
      const first = daysNear(deed, day).find((other) => roomForDays(other, days));
      return first === undefined ? null : allDay(first, days);
    }
    default:
      return { title: deed.value('T') };
  }
}

/** Days begin at other instants in each zone: a day too much on either side does no harm here. */
function allDayFits(room: Room, memory: Memory, first: number, days: number): boolean {
  const isOneZone = memory.zones.size === 1;
  const slack = isOneZone ? 0 : 12 * 60 * MINUTE;
  return room.fits({ start: first * DAY - slack, end: (first + days) * DAY + slack });
}

function deleteOccurrence(deed: Deed, chosen: ShownRow, shown: readonly ShownRow[], memory: Memory): void {
  acts(deed).deleteInstance(chosen.row.calendarBookingId, chosen.start);
  noteSpoiltRule(deed, chosen.row, memory);
  const isAlone = memory.worked('liferay', deed.step, 'occurrence');
  memory.replaced(chosen.title, chosen.text, chosen.when);
  // Of a divided event another part may have an occurrence at the same time.
  const isOnly = shown.filter(({ when }) => when === chosen.when).length === 1;
  memory.expect(isAlone && isOnly, { side: 'liferay', step: deed.step, what: 'gone', value: chosen.when });
  if (isLastOf(chosen, shown) || shown.length === 1) memory.partlyDeleted('liferay', deed.step);
}

/** With its last occurrence, whether deleted or changed by itself, the row of a series goes. */
function isLastOf({ row, isOccurrence }: ShownRow, shown: readonly ShownRow[]): boolean {
  const { calendarBookingId: id } = row;
  return isOccurrence && shown.filter((one) => one.row.calendarBookingId === id).length === 1;
}

/** "This and following": from the second occurrence on, so that something is left of the first series. */
function split(deed: Deed, kind: 'splitSeries' | 'cutSeries', row: Booking, memory: Memory): boolean {
  if (row.recurrence === '' || !isSeriesRow(row)) return false;
  // One at least stays before the cut: nobody cuts a series at the first day that it shows.
  const own = occurrencesOf(deed, memory)
    .filter(({ row: one }) => one.calendarBookingId === row.calendarBookingId)
    .toSorted((a, b) => a.start - b.start)
    .slice(1, 12);
  const chosen = pick(deed.random, own);
  if (!chosen) return false;
  const { calendarBookingId: id } = row;
  if (kind === 'cutSeries') {
    acts(deed).deleteInstance(id, chosen.start, true);
    noteSpoiltRule(deed, row, memory);
    const isAlone = memory.worked('liferay', deed.step, 'rule');
    memory.remember('liferay', 'when', shownRow(row).when);
    memory.expect(isAlone, { side: 'liferay', step: deed.step, what: 'gone', value: chosen.when });
    return true;
  }
  const title = deed.value('T');
  acts(deed).changeInstance(id, chosen.start, { title }, true);
  noteSpoiltRule(deed, row, memory);
  memory.isDivided = true;
  // The second series has the spoilt rule from its beginning.
  memory.mayBeUnreadable ||= hasFragileParts(row);
  memory.zones.add(ownCalendarZone(deed));
  const isAlone = memory.worked('liferay', deed.step, 'rule');
  memory.expect(isAlone, { side: 'liferay', step: deed.step, what: 'title', value: title });
  return true;
}
