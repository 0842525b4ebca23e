/** What people do at Liferay's calendar pages, and what they remember of it. */
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { isSeriesRow, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { COMPARED_FUTURE, shownRow } from './calendar-windows.ts';
import type { Deed } from './deed.ts';
import type { EditKind } from './edit-kinds.ts';
import { acts, allDay, ownCalendarZone, timed } from './liferay-forms.ts';
import { editOccurrence, windowOf } from './liferay-occurrences.ts';
import type { Memory } from './memory.ts';
import { between, dayIn, editorRule } from './shapes.ts';

export function presentRows({ world, person }: Deed): readonly Booking[] {
  return world.liferay.bookings(person.calendarId).filter(({ status }) => status !== STATUS.inTrash);
}

/** Rows of which people see something in these months: a series of which every date is left out shows nothing. */
export function visibleRows(deed: Deed): readonly Booking[] {
  const shown = new Set(windowOf(deed).map(({ calendarBookingId }) => calendarBookingId));
  return presentRows(deed).filter(
    ({ recurrence, calendarBookingId }) => !recurrence.includes('EXDATE') || shown.has(calendarBookingId),
  );
}

/** Makes an event and remembers all of it. */
export function createInLiferay(deed: Deed, kind: EditKind, memory: Memory): void {
  const zone = ownCalendarZone(deed);
  const day = deed.day(zone);
  const isAllDay = kind === 'createAllDay' || kind === 'createAllDaySeries';
  const time = isAllDay ? allDay(day, between(deed.random, 1, 3)) : timed(deed.timeOn(zone, day));
  const text = deed.value('D');
  const id = acts(deed).addBooking(deed.person.calendarId, {
    ...{ title: deed.value('T'), description: `<p>${text}</p>`, location: memory.token, ...time },
    ...(kind.includes('Series') ? { recurrence: seriesRule(deed, day, isAllDay) } : {}),
  });
  const mailboxZone = deed.world.exchange.mailbox(deed.person.address).zone.iana;
  memory.zones.add(zone).add(mailboxZone);
  memory.ruleWrittenAt = deed.step;
  rememberWhole(deed, memory, id);
}

/** Days of an all-day series may not run into each other: Exchange has no such series. */
function seriesRule(deed: Deed, day: number, isAllDay: boolean): string {
  for (;;) {
    const rule = editorRule(deed.random, day);
    if (!isAllDay || !/FREQ=(DAILY|WEEKLY)/.test(rule)) return rule;
  }
}

function rememberWhole(deed: Deed, memory: Memory, id: number): void {
  const row = deed.world.liferay.booking(id);
  if (!row) return;
  const { title, text, when } = shownRow(row);
  memory.worked('liferay', deed.step, 'texts');
  memory.remember('liferay', 'title', title);
  memory.remember('liferay', 'text', text);
  memory.remember('liferay', 'when', when);
}

/** Edits a row of the calendar. @returns false when this cannot be done to it */
export function editInLiferay(deed: Deed, kind: EditKind, row: Booking, memory: Memory): boolean {
  switch (kind) {
    case 'editTitle':
    case 'editSeriesTitle':
    case 'editText':
      return editTexts(deed, kind, row, memory);
    case 'moveTime':
    case 'toAllDay':
    case 'toTimed':
    case 'editSeriesTime':
    case 'editRule':
      return editTime(deed, kind, row, memory);
    case 'delete':
    case 'deleteForGood':
      remove(deed, kind, row, memory);
      return true;
    default:
      return editOccurrence(deed, kind, row, memory);
  }
}

/** One event as its author sees it: not an occurrence that was changed by itself, not a part of a divided series. */
function isWhole(row: Booking, memory: Memory): boolean {
  return isSeriesRow(row) && !memory.isDivided;
}

function editTexts(deed: Deed, kind: EditKind, row: Booking, memory: Memory): boolean {
  if (kind === 'editSeriesTitle' && row.recurrence === '') return false;
  const isText = kind === 'editText';
  const value = deed.value(isText ? 'D' : 'T');
  const change = isText ? { description: `<p>${value}</p>` } : { title: value };
  const before = shownRow(row);
  acts(deed).changeBooking(row.calendarBookingId, change);
  const isAlone = memory.worked('liferay', deed.step, isWhole(row, memory) ? 'texts' : 'occurrence');
  const what = isText ? 'text' : 'title';
  memory.replaced(before[what]);
  // The text of an online meeting is Exchange's: what is written over it is put back.
  if (isText && memory.isOnline) return true;
  // So are those of an event that Exchange's people have just made private: what is written meanwhile arrives or not.
  if (memory.isPrivate) memory.excused = true;
  if (isWhole(row, memory)) memory.remember('liferay', what, value);
  // The last stretch of an event that Liferay shows as several may begin later than anything that is looked at.
  else if (row.startTime < deed.world.clock.now() + COMPARED_FUTURE) {
    const given = { isWide: isSeriesRow(row), row: row.calendarBookingId };
    memory.expect(isAlone, { side: 'liferay', step: deed.step, what, value, ...given });
  }
  return true;
}

function editTime(deed: Deed, kind: EditKind, row: Booking, memory: Memory): boolean {
  const isSeries = row.recurrence !== '';
  const isSeriesKind = kind === 'editSeriesTime' || kind === 'editRule';
  if (isSeriesKind !== isSeries || !isWhole(row, memory)) return false;
  const zone = ownCalendarZone(deed);
  const change = isSeries ? seriesChange(deed, kind, row, zone) : timeChange(deed, kind, zone);
  if (!change) return false;
  acts(deed).changeBooking(row.calendarBookingId, change);
  if (!isSeries) memory.zones.add(zone);
  // Changed occurrences that the new rule has no place for are events of their own then.
  if (kind === 'editRule' && row.recurrence.includes('\n')) {
    memory.isDivided = true;
    memory.mayCross = true;
  }
  memory.worked('liferay', deed.step, kind === 'editSeriesTime' ? 'hour' : 'rule');
  const after = deed.world.liferay.booking(row.calendarBookingId);
  if (after) memory.remember('liferay', 'when', shownRow(after).when);
  return true;
}

function timeChange(deed: Deed, kind: EditKind, zone: string): Partial<PersonBooking> {
  const day = deed.day(zone);
  return kind === 'toAllDay' ? allDay(day, 1) : timed(deed.timeOn(zone, day));
}

/** The editor hands back the dates that were taken out of the series (CalendarPortlet, `exceptionDates`). */
function seriesChange(deed: Deed, kind: EditKind, row: Booking, zone: string): Partial<PersonBooking> | null {
  if (kind === 'editSeriesTime') {
    return row.allDay ? null : timed(deed.timeOn(zone, dayIn(zone, row.startTime)));
  }
  const [, ...exceptionLines] = row.recurrence.split('\n');
  const day = dayIn(row.allDay ? 'UTC' : zone, row.startTime);
  return { recurrence: [seriesRule(deed, day, row.allDay), ...exceptionLines].join('\n') };
}

/** Deleting any row of a series takes all rows that Liferay counts to it. */
function remove(deed: Deed, kind: EditKind, row: Booking, memory: Memory): void {
  const family = row.recurringCalendarBookingId;
  const isPart = presentRows(deed).some(
    (one) => one.location === memory.token && one.recurringCalendarBookingId !== family,
  );
  acts(deed).moveToTrash(row.calendarBookingId);
  if (kind === 'deleteForGood') acts(deed).emptyTrash();
  if (isPart) memory.partlyDeleted('liferay', deed.step);
  else memory.deleted('liferay', deed.step);
}

/** Series and single rows in the Recycle Bin that are not in the calendar by any other name. */
export function inRecycleBin(deed: Deed): readonly Booking[] {
  const present = new Set(presentRows(deed).map(({ location }) => location));
  return deed.world.liferay
    .bookings(deed.person.calendarId)
    .filter((row) => row.status === STATUS.inTrash && isSeriesRow(row) && !present.has(row.location));
}

export function bringBackInLiferay(deed: Deed, row: Booking, memory: Memory, isElsewhere: boolean): void {
  acts(deed).restore(row.calendarBookingId);
  memory.restored('liferay', deed.step, isElsewhere);
  memory.isPrivate = false;
  rememberWhole(deed, memory, row.calendarBookingId);
}

export function emptyTrash(deed: Deed): void {
  acts(deed).emptyTrash();
}
