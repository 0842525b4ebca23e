/** Adding, updating and deleting bookings (`CalendarBookingLocalServiceImpl`), children included. */
import { Temporal } from 'temporal-polyfill';
import { sanitizeDescription } from '../description-sanitizer.ts';
import type { Translations } from '../localised-text.ts';
import { localisationXml, mergeTranslations } from '../localised-text.ts';
import { calendarException, dataTooLong, nullPointer } from '../portal-exception.ts';
import type { Portal } from '../portal-model.ts';
import type { Booking, Calendar } from '../portal-rows.ts';
import { isMaster, isSeriesRow, STATUS } from '../portal-rows.ts';
import { parseRecurrence } from '../recurrence-text.ts';
import type { ServiceContext } from './service-context.ts';
import { sendNotification } from './service-context.ts';
import { startWorkflow, transitionStatus, updateStatus } from './status.ts';

/** What add and update have in common. Times are epoch milliseconds; a null map is Java's null. */
export interface BookingFields {
  readonly calendarId: number;
  readonly titles: Translations | null;
  readonly descriptions: Translations | null;
  readonly location: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly allDay: boolean;
  readonly recurrence: string;
  readonly firstReminder: number;
  readonly firstReminderType: string;
  readonly secondReminder: number;
  readonly secondReminderType: string;
  /** The status that an update of 6.2 names; the row's own where it names none. */
  readonly status?: number;
}

export interface NewBooking extends BookingFields {
  readonly childCalendarIds: readonly number[];
  readonly parentCalendarBookingId: number;
  readonly recurringCalendarBookingId: number;
}

/** Column lengths of `portlet-model-hints.xml`; the title's is the XML's. */
const LIMITS = { title: 4000, vEventUid: 255, location: 4000 } as const;

function localDay(time: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
  return local.toPlainDate().toString().replaceAll('-', '');
}

/** `_validate`. A rule that does not parse ends in a NullPointerException, as the object is then null. */
function validate(fields: BookingFields, calendar: Calendar): void {
  if (fields.startTime > fields.endTime) throw calendarException('CalendarBookingDurationException');
  if (fields.recurrence === '') return;
  const zone = fields.allDay ? 'UTC' : calendar.zone;
  const recurrence = parseRecurrence(fields.recurrence, zone);
  if (!recurrence) throw nullPointer();
  if (recurrence.until && localDay(fields.startTime, zone) > recurrence.until)
    throw calendarException('CalendarBookingRecurrenceException');
}

function checkLengths(booking: Booking): void {
  if (localisationXml(booking.titles, 'Title').length > LIMITS.title) throw dataTooLong('title');
  if (booking.vEventUid.length > LIMITS.vEventUid) throw dataTooLong('vEventUid');
  if (booking.location.length > LIMITS.location) throw dataTooLong('location');
}

type StoredColumn = Exclude<keyof BookingFields, 'calendarId' | 'status'>;

/** The columns as both writes store them: sanitised, reminders in falling order, texts merged into `old`. */
function columns(portal: Portal, fields: BookingFields, old: Booking | null): Pick<Booking, StoredColumn> {
  if (!fields.titles || !fields.descriptions) throw nullPointer();
  const clean: Record<string, string> = {};
  for (const [language, html] of Object.entries(fields.descriptions))
    clean[language] = sanitizeDescription(html, portal.switches.sanitizer);
  const replaces = portal.switches.textsOnUpdate === 'replaced';
  if (replaces && Object.keys(fields.titles).length === 0)
    throw calendarException('CalendarBookingTitleException');
  return {
    titles: mergeTranslations(replaces ? {} : (old?.titles ?? {}), fields.titles),
    descriptions: mergeTranslations(replaces ? {} : (old?.descriptions ?? {}), clean),
    location: fields.location,
    startTime: fields.startTime,
    endTime: fields.endTime,
    allDay: fields.allDay,
    recurrence: fields.recurrence,
    // Only the times are swapped, the types stay where they are.
    firstReminder: Math.max(fields.firstReminder, fields.secondReminder),
    secondReminder: Math.min(fields.firstReminder, fields.secondReminder),
    firstReminderType: fields.firstReminderType,
    secondReminderType: fields.secondReminderType,
  };
}

/** `hasExclusiveCalendarBooking`: by the stored start and end, series are not expanded. */
function hasOverlap(portal: Portal, fields: BookingFields): boolean {
  if (!portal.switches.overlapDenies) return false;
  return portal.model
    .bookingsOf(fields.calendarId)
    .some(
      (row) =>
        (row.status === STATUS.approved || row.status === STATUS.pending) &&
        row.startTime < fields.endTime &&
        row.endTime > fields.startTime,
    );
}

function isMasterPending(portal: Portal, parentId: number): boolean {
  const parent = portal.model.booking(parentId);
  return parent.status === STATUS.pending || parent.status === STATUS.draft;
}

function initialStatus(portal: Portal, fields: NewBooking): number {
  if (portal.switches.approval === 'resourceUser') return STATUS.pending;
  if (fields.parentCalendarBookingId <= 0) return STATUS.draft;
  if (hasOverlap(portal, fields)) return STATUS.denied;
  return isMasterPending(portal, fields.parentCalendarBookingId) ? STATUS.masterPending : STATUS.pending;
}

function result(portal: Portal, beforeWorkflow: Booking): Booking {
  if (portal.switches.writesReturn === 'rowBeforeWorkflow') return beforeWorkflow;
  return portal.model.booking(beforeWorkflow.calendarBookingId);
}

/** 0: none. The column `recurringCalendarBookingId` came with 7.0: in 6.2 a changed occurrence is a row of its own. */
function seriesIdOf(portal: Portal, { recurringCalendarBookingId }: NewBooking): number {
  return portal.switches.generation === '6.2' ? 0 : Math.max(0, recurringCalendarBookingId);
}

/** Without a column of its own it is the `uuid`, which is unique as well (`indexes.sql`: uuid_, groupId). */
function uidOf(portal: Portal, uuid: string, context: ServiceContext): string {
  if (!portal.switches.hasUidColumn) return uuid;
  return (portal.switches.keepsUid ? context.vEventUid : null) ?? portal.ids.uuid();
}

export function addBooking(
  portal: Portal,
  userId: number,
  fields: NewBooking,
  context: ServiceContext,
): Booking {
  const { model, clock, ids } = portal;
  const calendar = model.calendar(fields.calendarId);
  const stored = columns(portal, fields, null);
  validate(fields, calendar);
  const id = model.nextId();
  const now = clock.now();
  const uuid = context.uuid ?? ids.uuid();
  context.uuid = null;
  const row: Booking = {
    ...stored,
    calendarId: calendar.calendarId,
    calendarBookingId: id,
    uuid,
    groupId: calendar.groupId,
    userId,
    createDate: now,
    modifiedDate: now,
    mvccVersion: 0,
    calendarResourceId: calendar.calendarResourceId,
    parentCalendarBookingId: fields.parentCalendarBookingId > 0 ? fields.parentCalendarBookingId : id,
    recurringCalendarBookingId: seriesIdOf(portal, fields) || id,
    vEventUid: uidOf(portal, uuid, context),
    status: initialStatus(portal, fields),
    statusByUserId: 0,
    statusDate: now,
    instanceIndex: 0,
  };
  checkLengths(row);
  const added = model.putBooking(row);
  const isSixTwo = portal.switches.approval === 'resourceUser';
  if (isMaster(added)) recreateChildren(portal, added, fields.childCalendarIds, context);
  // 6.2 tells invitees only, and when they are invited.
  if (!(isSixTwo && isMaster(added))) sendNotification(portal, added, 'invite', context);
  if (isMaster(added) || isSixTwo) startWorkflow(portal, id, context);
  return result(portal, added);
}

function childOf(master: Booking, calendarId: number, old: Booking | null, recurringId: number): NewBooking {
  const reminders = old ?? master;
  return {
    calendarId,
    childCalendarIds: [],
    parentCalendarBookingId: master.calendarBookingId,
    recurringCalendarBookingId: recurringId,
    titles: master.titles,
    descriptions: master.descriptions,
    location: master.location,
    startTime: master.startTime,
    endTime: master.endTime,
    allDay: master.allDay,
    recurrence: master.recurrence,
    firstReminder: reminders.firstReminder,
    firstReminderType: reminders.firstReminderType,
    secondReminder: reminders.secondReminder,
    secondReminderType: reminders.secondReminderType,
  };
}

/** A child of a changed occurrence belongs to the invitee's row of the same series, where there is one. */
function childSeriesId(portal: Portal, master: Booking, calendarId: number): number {
  if (isSeriesRow(master)) return 0;
  const sibling = portal.model
    .bookingsByParent(master.recurringCalendarBookingId)
    .find((row) => row.calendarId === calendarId);
  return sibling?.calendarBookingId ?? 0;
}

function keepAnswer(portal: Portal, master: Booking, old: Booking, childId: number, context: ServiceContext) {
  const sameTime = master.startTime === old.startTime && master.endTime === old.endTime;
  if (sameTime && context.workflowAction !== 2)
    updateStatus(portal, master.userId, childId, old.status, context);
}

/** `_addChildCalendarBookings`: on add, and on every update before LPS-88882. Declined children are left alone. */
function recreateChildren(
  portal: Portal,
  master: Booking,
  calendarIds: readonly number[],
  context: ServiceContext,
): void {
  const { model } = portal;
  const old = new Map<number, Booking>();
  for (const child of model.bookingsByParent(master.calendarBookingId)) {
    const staysDeclined = child.status === STATUS.denied && calendarIds.includes(child.calendarId);
    if (isMaster(child) || staysDeclined) continue;
    deleteBooking(portal, child);
    old.set(child.calendarId, child);
  }
  for (const calendarId of calendarIds) {
    const present = model.bookingsByParent(master.calendarBookingId);
    if (!model.calendars.has(calendarId) || present.some((row) => row.calendarId === calendarId)) continue;
    const before = old.get(calendarId) ?? null;
    const fields = childOf(master, calendarId, before, childSeriesId(portal, master, calendarId));
    if (portal.switches.approval === 'resourceUser') {
      addBooking(portal, master.userId, fields, context);
      continue;
    }
    context.sendNotification = false;
    const child = addBooking(portal, master.userId, fields, context);
    context.sendNotification = true;
    if (before) keepAnswer(portal, master, before, child.calendarBookingId, context);
  }
}

/** `_updateChildCalendarBookings`: `calendarIds` is the complete set of invitees, the own calendar may be in it. */
function updateChildren(
  portal: Portal,
  master: Booking,
  calendarIds: readonly number[],
  context: ServiceContext,
): void {
  const { model, switches } = portal;
  const known = new Map<number, Booking>();
  for (const child of model.bookingsByParent(master.calendarBookingId)) {
    if (!isMaster(child) && !calendarIds.includes(child.calendarId)) deleteBooking(portal, child);
    if (child.status !== STATUS.denied || isMaster(child) || !switches.deniedChildReAdd)
      known.set(child.calendarId, child);
  }
  for (const calendarId of calendarIds) {
    const old = known.get(calendarId);
    if (!model.calendars.has(calendarId) || (old && isMaster(old)) || old?.status === STATUS.denied) continue;
    context.sendNotification = false;
    if (old) {
      const fields = childOf(master, calendarId, old, 0);
      updateBooking(portal, old.calendarBookingId, fields, [], context);
      context.sendNotification = true;
      keepAnswer(portal, master, old, old.calendarBookingId, context);
    } else {
      const fields = childOf(master, calendarId, null, childSeriesId(portal, master, calendarId));
      addBooking(portal, master.userId, fields, context);
    }
    context.sendNotification = true;
  }
}

function statusAfterUpdate(portal: Portal, old: Booking, fields: BookingFields): number {
  if (portal.switches.approval === 'resourceUser') return old.status;
  const waits = old.status === STATUS.draft || old.status === STATUS.pending;
  if (isMaster(old) && !waits) return STATUS.draft;
  if (old.startTime === fields.startTime && old.endTime === fields.endTime) return old.status;
  if (isMaster(old)) return STATUS.pending;
  return isMasterPending(portal, old.parentCalendarBookingId) ? STATUS.masterPending : STATUS.pending;
}

/** `childCalendarIds` null: the invitees stay (`getChildCalendarIds`). A row in the trash comes back to life. */
export function updateBooking(
  portal: Portal,
  bookingId: number,
  fields: BookingFields,
  childCalendarIds: readonly number[] | null,
  context: ServiceContext,
): Booking {
  const { model } = portal;
  const calendar = model.calendar(fields.calendarId);
  const old = model.booking(bookingId);
  const invitees = childCalendarIds ?? invitedCalendarIds(portal, old, fields.calendarId);
  const stored = columns(portal, fields, old);
  validate(fields, calendar);
  const row: Booking = {
    ...old,
    ...stored,
    calendarId: calendar.calendarId,
    groupId: calendar.groupId,
    calendarResourceId: calendar.calendarResourceId,
    modifiedDate: portal.clock.now(),
    status: statusAfterUpdate(portal, old, fields),
    ...(portal.switches.approval === 'resourceUser' ? { userId: context.userId } : {}),
  };
  checkLengths(row);
  const updated = model.putBooking(row);
  if (isMaster(updated)) {
    if (portal.switches.childrenOnUpdate === 'kept') updateChildren(portal, updated, invitees, context);
    else recreateChildren(portal, updated, invitees, context);
  }
  if (portal.switches.approval === 'resourceUser') {
    const status = fields.status ?? old.status;
    return transitionStatus(portal, context.userId, bookingId, status, context);
  }
  sendNotification(portal, updated, 'update', context);
  if (isMaster(updated)) startWorkflow(portal, bookingId, context);
  return result(portal, updated);
}

/** `getChildCalendarIds`: the calendars of all rows of the meeting, the organiser's own among them. */
export function invitedCalendarIds(portal: Portal, booking: Booking, calendarId: number): number[] {
  return portal.model
    .bookingsByParent(booking.calendarBookingId)
    .map((row) => (row.calendarId === booking.calendarId ? calendarId : row.calendarId));
}

/** Removes the row and its children; changed occurrences of the series stay. Nobody is told. */
export function deleteBooking(portal: Portal, booking: Booking): Booking {
  for (const child of portal.model.bookingsByParent(booking.calendarBookingId))
    portal.model.removeBooking(child);
  portal.model.removeBooking(booking);
  return booking;
}
