/**
 * The rows of the portal's tables and their constants: users, groups, calendar resources, calendars, bookings, mails.
 * Rows are immutable; times are epoch milliseconds.
 */
import type { Translations } from './localised-text.ts';
import type { LiferaySwitches } from './switches.ts';

export const STATUS = {
  any: -1,
  approved: 0,
  pending: 1,
  draft: 2,
  denied: 4,
  inTrash: 8,
  maybe: 9,
  masterPending: 10,
} as const;

export interface User {
  readonly userId: number;
  readonly uuid: string;
  readonly screenName: string;
  readonly emailAddress: string;
  readonly emailVerified: boolean;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly zone: string;
  readonly languageId: string;
  readonly roles: readonly string[];
  /** The group of the personal site; it exists even where personal pages are switched off. */
  readonly groupId: number;
  readonly passwordReset: boolean;
  /** WorkflowConstants.STATUS_INACTIVE. */
  readonly deactivated?: boolean;
  readonly createDate: number;
}

export interface Group {
  readonly groupId: number;
  readonly kind: 'user' | 'site';
  readonly name: string;
  readonly ownerUserId: number;
  readonly memberIds: readonly number[];
}

export interface CalendarResource {
  readonly calendarResourceId: number;
  readonly uuid: string;
  readonly groupId: number;
  readonly userId: number;
  readonly classNameId: number;
  readonly classPK: number;
  readonly code: string;
  readonly names: Translations;
  readonly descriptions: Translations;
  readonly active: boolean;
  readonly createDate: number;
  readonly modifiedDate: number;
}

export interface Calendar {
  readonly calendarId: number;
  readonly uuid: string;
  readonly groupId: number;
  readonly userId: number;
  readonly calendarResourceId: number;
  readonly names: Translations;
  readonly descriptions: Translations;
  readonly zone: string;
  readonly color: number;
  readonly defaultCalendar: boolean;
  readonly createDate: number;
  readonly modifiedDate: number;
  readonly mvccVersion: number;
}

export interface Booking {
  readonly calendarBookingId: number;
  readonly uuid: string;
  readonly groupId: number;
  readonly userId: number;
  readonly createDate: number;
  readonly modifiedDate: number;
  readonly mvccVersion: number;
  readonly calendarId: number;
  readonly calendarResourceId: number;
  /** The own id on a master, else the organiser's row. */
  readonly parentCalendarBookingId: number;
  /** The own id, unless the row is a changed occurrence: then the series' row. */
  readonly recurringCalendarBookingId: number;
  readonly vEventUid: string;
  readonly titles: Translations;
  readonly descriptions: Translations;
  readonly location: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly allDay: boolean;
  readonly recurrence: string;
  readonly firstReminder: number;
  readonly firstReminderType: string;
  readonly secondReminder: number;
  readonly secondReminderType: string;
  readonly status: number;
  readonly statusByUserId: number;
  readonly statusDate: number;
  /** Only on the results of an expanding search. */
  readonly instanceIndex: number;
}

/** A mail that Liferay would have sent (`NotificationTemplateType`). `to` is an e-mail address. */
export interface Mail {
  readonly kind: 'invite' | 'update' | 'decline' | 'movedToTrash' | 'instanceDeleted' | 'reminder';
  readonly to: string;
  readonly bookingId: number;
  readonly sentAt: number;
}

export const CLASS_NAMES = {
  user: 'com.liferay.portal.kernel.model.User',
  group: 'com.liferay.portal.kernel.model.Group',
  calendarResource: 'com.liferay.calendar.model.CalendarResource',
} as const;
const SIX_TWO_CLASS_NAMES = { User: CLASS_NAMES.user, Group: CLASS_NAMES.group } as const;

export const COMPANY_ID = 20097;
export const GUEST_USER_ID = 20099;

const CLASS_NAME_IDS: Readonly<Record<string, number>> = {
  [CLASS_NAMES.user]: 20005,
  [CLASS_NAMES.group]: 20006,
  [CLASS_NAMES.calendarResource]: 20045,
};

/** `ClassNameLocalService`; the 6.2 names of User and Group lie in `com.liferay.portal.model`. Null: not known. */
export function classNameId(value: string, generation: LiferaySwitches['generation']): number | null {
  const sixTwo = /^com\.liferay\.portal\.model\.(User|Group)$/.exec(value)?.[1];
  if (generation !== '6.2') return sixTwo ? null : (CLASS_NAME_IDS[value] ?? null);
  if (sixTwo === 'User' || sixTwo === 'Group') return CLASS_NAME_IDS[SIX_TWO_CLASS_NAMES[sixTwo]] ?? null;
  return value === CLASS_NAMES.calendarResource ? (CLASS_NAME_IDS[value] ?? null) : null;
}

export const USER_CLASS_NAME_ID = 20005;
export const GROUP_CLASS_NAME_ID = 20006;
export const RESOURCE_CLASS_NAME_ID = 20045;

export function isMaster(booking: Booking): boolean {
  return booking.parentCalendarBookingId === booking.calendarBookingId;
}

export function isSeriesRow(booking: Booking): boolean {
  return booking.recurringCalendarBookingId === booking.calendarBookingId;
}

export function fullName(user: User): string {
  return `${user.firstName} ${user.lastName}`.trim();
}
