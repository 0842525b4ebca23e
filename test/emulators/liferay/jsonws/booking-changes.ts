/** The changing half of `CalendarBookingService`: signatures of each generation and the permission each asks for. */
import { Temporal } from 'temporal-polyfill';
import { invokeTransition, moveToTrash, restoreFromTrash } from '../booking/answers.ts';
import { deleteInstance, startOfInstance, updateInstance, updateSeries } from '../booking/instances.ts';
import type { BookingFields } from '../booking/writes.ts';
import { addBooking, deleteBooking, updateBooking } from '../booking/writes.ts';
import type { Booking } from '../portal-rows.ts';
import { CURRENT, checkNamedCalendar, managed, SINCE_71, SIX_TWO, view } from './booking-call.ts';
import type { ModelView } from './model-json.ts';
import type { ServiceCall, ServiceMethod } from './signatures.ts';
import { method } from './signatures.ts';

const REMINDERS =
  'long firstReminder, String firstReminderType, long secondReminder, String secondReminderType';
const TEXTS = 'Map titleMap, Map descriptionMap, String location';
const TIMES = 'long startTime, long endTime, boolean allDay';
const CLOCK_TIMES =
  'int startTimeYear, int startTimeMonth, int startTimeDay, int startTimeHour, int startTimeMinute, ' +
  'int endTimeYear, int endTimeMonth, int endTimeDay, int endTimeHour, int endTimeMinute, String timeZoneId, boolean allDay';
const BODY = `${TEXTS}, ${TIMES}, String recurrence, ${REMINDERS}`;

/** Wall-clock parameters: months from 0, an all-day booking in UTC whatever zone is given. */
function clockTime(call: ServiceCall, edge: 'startTime' | 'endTime'): number {
  const zone = call.bool('allDay') ? 'UTC' : call.text('timeZoneId');
  const wall = Temporal.PlainDateTime.from({
    year: call.long(`${edge}Year`),
    month: call.long(`${edge}Month`) + 1,
    day: call.long(`${edge}Day`),
    hour: call.long(`${edge}Hour`),
    minute: call.long(`${edge}Minute`),
  });
  return wall.toZonedDateTime(zone || 'UTC', { disambiguation: 'later' }).epochMilliseconds;
}

function fieldsOf(call: ServiceCall): BookingFields {
  return {
    calendarId: call.long('calendarId'),
    titles: call.translations('titleMap'),
    descriptions: call.translations('descriptionMap'),
    location: call.text('location'),
    startTime: call.long('startTime'),
    endTime: call.long('endTime'),
    allDay: call.bool('allDay'),
    recurrence: call.text('recurrence'),
    firstReminder: call.long('firstReminder'),
    firstReminderType: call.text('firstReminderType'),
    secondReminder: call.long('secondReminder'),
    secondReminderType: call.text('secondReminderType'),
    // Of the signatures of 6.2 only; in the others it is a name too many.
    status: call.long('status'),
  };
}

function clockFieldsOf(call: ServiceCall): BookingFields {
  return { ...fieldsOf(call), startTime: clockTime(call, 'startTime'), endTime: clockTime(call, 'endTime') };
}

function add(call: ServiceCall, fields: BookingFields): ModelView {
  checkNamedCalendar(call);
  const row = {
    ...fields,
    childCalendarIds: call.longs('childCalendarIds') ?? [],
    parentCalendarBookingId: call.long('parentCalendarBookingId'),
    recurringCalendarBookingId: call.long('recurringCalendarBookingId'),
  };
  return view(addBooking(call.portal, call.caller.user.userId, row, call.serviceContext));
}

function update(call: ServiceCall, fields: BookingFields, invitees: readonly number[] | null): ModelView {
  checkNamedCalendar(call);
  const { portal, serviceContext } = call;
  const id = call.long('calendarBookingId');
  return view(updateBooking(portal, id, fields, invitees, serviceContext));
}

function updateOne(call: ServiceCall, fields: BookingFields, invitees: readonly number[] | null): ModelView {
  checkNamedCalendar(call);
  const id = call.long('calendarBookingId');
  return view(
    updateInstance(
      call.portal,
      call.caller.user.userId,
      id,
      call.long('instanceIndex'),
      fields,
      invitees,
      call.bool('allFollowing'),
      call.serviceContext,
    ),
  );
}

function offsetFields(call: ServiceCall): BookingFields {
  const old = call.portal.model.booking(call.long('calendarBookingId'));
  const startTime = old.startTime + call.long('offset');
  return { ...fieldsOf(call), startTime, endTime: startTime + call.long('duration') };
}

function removeInstance(call: ServiceCall, startTime: (row: Booking) => number): undefined {
  const row = managed(call);
  const later = call.bool('deleteRecurringCalendarBookings');
  deleteInstance(call.portal, call.caller.user.userId, row, startTime(row), call.bool('allFollowing'), later);
}

function answer(call: ServiceCall, row: Booking, startTime: number): ModelView {
  return view(
    invokeTransition(
      call.portal,
      call.caller.user.userId,
      row,
      startTime,
      call.long('status'),
      call.bool('updateInstance'),
      call.bool('allFollowing'),
      call.serviceContext,
    ),
  );
}

const instanceStart =
  (call: ServiceCall) =>
  (row: Booking): number =>
    startOfInstance(call.portal, row, call.long('instanceIndex'));

const ADD = 'long calendarId, long[] childCalendarIds, long parentCalendarBookingId';
const SERIES = 'long recurringCalendarBookingId';
const UPDATE = 'long calendarBookingId, long calendarId';
const INSTANCE = 'long calendarBookingId, int instanceIndex, long calendarId';
const INVITED = 'long[] childCalendarIds';
const CONTEXT = 'ServiceContext serviceContext';

const invited = (call: ServiceCall): readonly number[] => call.longs('childCalendarIds') ?? [];

const writes = [
  method(
    `addCalendarBooking(${ADD}, ${SERIES}, ${BODY}, ${CONTEXT})`,
    (call) => add(call, fieldsOf(call)),
    SINCE_71,
  ),
  method(`addCalendarBooking(${ADD}, ${BODY}, ${CONTEXT})`, (call) => add(call, fieldsOf(call)), [
    '6.2',
    '7.1',
  ]),
  method(
    `addCalendarBooking(${ADD}, ${SERIES}, ${TEXTS}, ${CLOCK_TIMES}, String recurrence, ${REMINDERS}, ${CONTEXT})`,
    (call) => add(call, clockFieldsOf(call)),
    SINCE_71,
  ),
  method(
    `updateCalendarBooking(${UPDATE}, ${INVITED}, ${BODY}, ${CONTEXT})`,
    (call) => update(call, fieldsOf(call), invited(call)),
    SINCE_71,
  ),
  method(
    `updateCalendarBooking(${UPDATE}, ${BODY}, ${CONTEXT})`,
    (call) => update(call, fieldsOf(call), null),
    SINCE_71,
  ),
  method(
    `updateCalendarBooking(${UPDATE}, ${INVITED}, ${BODY}, int status, ${CONTEXT})`,
    (call) => update(call, fieldsOf(call), invited(call)),
    SIX_TWO,
  ),
  method(
    `updateCalendarBooking(${UPDATE}, ${BODY}, int status, ${CONTEXT})`,
    (call) => update(call, fieldsOf(call), null),
    SIX_TWO,
  ),
  method(
    `updateCalendarBookingInstance(${INSTANCE}, ${INVITED}, ${TEXTS}, ${TIMES}, boolean allFollowing, ${REMINDERS}, ${CONTEXT})`,
    (call) => {
      const { recurrence } = call.portal.model.booking(call.long('calendarBookingId'));
      return updateOne(call, { ...fieldsOf(call), recurrence }, invited(call));
    },
    SINCE_71,
  ),
  method(
    `updateCalendarBookingInstance(${INSTANCE}, ${INVITED}, ${BODY}, boolean allFollowing, ${CONTEXT})`,
    (call) => updateOne(call, fieldsOf(call), invited(call)),
    SINCE_71,
  ),
  method(
    `updateCalendarBookingInstance(${INSTANCE}, ${BODY}, boolean allFollowing, ${CONTEXT})`,
    (call) => updateOne(call, fieldsOf(call), null),
    SINCE_71,
  ),
  method(
    `updateCalendarBookingInstance(${INSTANCE}, ${TEXTS}, ${CLOCK_TIMES}, String recurrence, boolean allFollowing, ${REMINDERS}, ${CONTEXT})`,
    (call) => updateOne(call, clockFieldsOf(call), null),
    SINCE_71,
  ),
  method(
    `updateCalendarBookingInstance(${INSTANCE}, ${BODY}, boolean allFollowing, int status, ${CONTEXT})`,
    (call) => updateOne(call, fieldsOf(call), null),
    SIX_TWO,
  ),
  method(
    `updateOffsetAndDuration(${UPDATE}, ${INVITED}, ${TEXTS}, long offset, long duration, boolean allDay, String recurrence, ${REMINDERS}, ${CONTEXT})`,
    (call) => update(call, offsetFields(call), invited(call)),
    SINCE_71,
  ),
  method(
    `updateOffsetAndDuration(${UPDATE}, ${TEXTS}, long offset, long duration, boolean allDay, String recurrence, ${REMINDERS}, ${CONTEXT})`,
    (call) => update(call, offsetFields(call), null),
    SINCE_71,
  ),
  method(
    `updateRecurringCalendarBooking(${UPDATE}, ${INVITED}, ${TEXTS}, ${TIMES}, ${REMINDERS}, ${CONTEXT})`,
    (call) => {
      checkNamedCalendar(call);
      const { portal, serviceContext } = call;
      const id = call.long('calendarBookingId');
      return view(updateSeries(portal, id, fieldsOf(call), invited(call), serviceContext));
    },
    SINCE_71,
  ),
];

const deletions = [
  method('deleteCalendarBooking(long calendarBookingId)', (call) =>
    view(deleteBooking(call.portal, managed(call))),
  ),
  method(
    'deleteCalendarBookingInstance(long calendarBookingId, int instanceIndex, boolean allFollowing)',
    (call) => removeInstance(call, instanceStart(call)),
    SINCE_71,
  ),
  method(
    'deleteCalendarBookingInstance(long calendarBookingId, int instanceIndex, boolean allFollowing, boolean deleteRecurringCalendarBookings)',
    (call) => removeInstance(call, instanceStart(call)),
    CURRENT,
  ),
  method(
    'deleteCalendarBookingInstance(long calendarBookingId, long startTime, boolean allFollowing)',
    (call) => removeInstance(call, () => call.long('startTime')),
  ),
  method('moveCalendarBookingToTrash(long calendarBookingId)', (call) =>
    view(moveToTrash(call.portal, call.caller.user.userId, managed(call))),
  ),
  method('restoreCalendarBookingFromTrash(long calendarBookingId)', (call) =>
    view(restoreFromTrash(call.portal, call.caller.user.userId, managed(call))),
  ),
];

const TRANSITION = `int status, boolean updateInstance, boolean allFollowing, ${CONTEXT}`;

const answers = [
  method(
    `invokeTransition(long calendarBookingId, int instanceIndex, ${TRANSITION})`,
    (call) => {
      const row = managed(call);
      return answer(call, row, instanceStart(call)(row));
    },
    SINCE_71,
  ),
  method(
    `invokeTransition(long calendarBookingId, long startTime, ${TRANSITION})`,
    (call) => answer(call, managed(call), call.long('startTime')),
    SINCE_71,
  ),
  method(
    `invokeTransition(long calendarBookingId, int status, ${CONTEXT})`,
    (call) => {
      answer(call, managed(call), 0);
      return undefined;
    },
    ['6.2', '7.1'],
  ),
];

export const BOOKING_CHANGES: readonly ServiceMethod[] = [...writes, ...deletions, ...answers];
