/** Calendar resources and calendars: made lazily when a person first opens Calendar, or by the services. */
import type { Translations } from './localised-text.ts';
import { PortalException } from './portal-exception.ts';
import type { Portal } from './portal-model.ts';
import type { Calendar, CalendarResource, Group, User } from './portal-rows.ts';
import { fullName, GROUP_CLASS_NAME_ID, USER_CLASS_NAME_ID } from './portal-rows.ts';

export interface NewResource {
  readonly userId: number;
  readonly groupId: number;
  readonly classNameId: number;
  /** 0: the resource is its own owner (a room, equipment). */
  readonly classPK: number;
  readonly code: string;
  readonly names: Translations;
  readonly descriptions: Translations;
  readonly active: boolean;
}

export interface NewCalendar {
  readonly userId: number;
  readonly groupId: number;
  readonly calendarResourceId: number;
  readonly names: Translations;
  readonly descriptions: Translations;
  readonly zone: string;
  readonly color: number;
  readonly defaultCalendar: boolean;
}

const LIFERAY_BLUE = 0x5b95c7;
const PORTAL_ZONE = 'UTC';

export function addCalendar(portal: Portal, fields: NewCalendar): Calendar {
  const { model, clock, ids } = portal;
  if (fields.defaultCalendar)
    for (const calendar of model.calendarsOf(fields.calendarResourceId))
      model.putCalendar({ ...calendar, defaultCalendar: false });
  const now = clock.now();
  const calendar: Calendar = {
    ...fields,
    calendarId: model.nextId(),
    uuid: ids.uuid(),
    createDate: now,
    modifiedDate: now,
    mvccVersion: 1,
  };
  model.putCalendar(calendar);
  return calendar;
}

/** A user's resource has the user's zone, any other the portal's. */
function zoneFor(portal: Portal, classNameId: number, classPK: number): string {
  if (classNameId !== USER_CLASS_NAME_ID) return PORTAL_ZONE;
  return portal.model.users.get(classPK)?.zone ?? PORTAL_ZONE;
}

/** `CalendarResourceLocalServiceImpl.addCalendarResource`: its default calendar comes with it. */
export function addResource(portal: Portal, fields: NewResource): CalendarResource {
  const { model, clock, ids } = portal;
  const calendarResourceId = model.nextId();
  const classPK = fields.classPK === 0 ? calendarResourceId : fields.classPK;
  if (model.resourceOf(fields.classNameId, classPK))
    throw new PortalException(
      'com.liferay.calendar.exception.DuplicateCalendarResourceException',
      `{classNameId=${fields.classNameId}, classPK=${classPK}}`,
    );
  const now = clock.now();
  const resource: CalendarResource = {
    ...fields,
    calendarResourceId,
    classPK,
    code: fields.code === '' ? String(calendarResourceId) : fields.code.toUpperCase(),
    uuid: ids.uuid(),
    createDate: now,
    modifiedDate: now,
  };
  model.addResource(resource);
  addCalendar(portal, {
    userId: fields.userId,
    groupId: fields.groupId,
    calendarResourceId,
    names: fields.names,
    descriptions: fields.descriptions,
    zone: zoneFor(portal, fields.classNameId, classPK),
    color: LIFERAY_BLUE,
    defaultCalendar: true,
  });
  return resource;
}

/** `CalendarResourceUtil.getUserCalendarResource`: what opening Calendar does for a user. */
export function openCalendarOf(portal: Portal, user: User): Calendar {
  const { model } = portal;
  const resource =
    model.resourceOf(USER_CLASS_NAME_ID, user.userId) ??
    addResource(portal, {
      userId: user.userId,
      groupId: user.groupId,
      classNameId: USER_CLASS_NAME_ID,
      classPK: user.userId,
      code: '',
      names: { [user.languageId]: fullName(user) },
      descriptions: {},
      active: true,
    });
  return defaultCalendarOf(portal, resource);
}

/** `CalendarResourceUtil.getGroupCalendarResource`. */
export function openCalendarOfSite(portal: Portal, site: Group): Calendar {
  const resource =
    portal.model.resourceOf(GROUP_CLASS_NAME_ID, site.groupId) ??
    addResource(portal, {
      userId: site.ownerUserId,
      groupId: site.groupId,
      classNameId: GROUP_CLASS_NAME_ID,
      classPK: site.groupId,
      code: '',
      names: { en_US: site.name },
      descriptions: {},
      active: true,
    });
  return defaultCalendarOf(portal, resource);
}

export function defaultCalendarOf(portal: Portal, resource: CalendarResource): Calendar {
  const calendars = portal.model.calendarsOf(resource.calendarResourceId);
  const found = calendars.find((calendar) => calendar.defaultCalendar) ?? calendars[0];
  if (!found) throw new Error(`The resource ${resource.calendarResourceId} has no calendar.`);
  return found;
}
