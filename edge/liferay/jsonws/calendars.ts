/**
 * The calendars of an identity with their owners, and the making of a user's own. Liferay makes a user's resource only
 * when that user first opens a calendar (CalendarResourceUtil).
 */
import * as v from 'valibot';
import { RemoteFailure } from '#core/failure.ts';
import { oneLine } from '#core/text.ts';
import { canonicalZone } from '#core/zones.ts';
import type { PortalCalendarInfo } from '../portal-calendar.port.ts';
import { isNothing, LONG, must } from './booking-row.ts';
import { accessCommands, accessible, anyCalendar } from './calendar-lists.ts';
import { classId, className, RESOURCE, type Resource, resourceClassName } from './calendar-owners.ts';
import type { CalendarZones } from './calendar-zones.ts';
import type { Command } from './jsonws-client.ts';
import { writtenLanguages } from './languages.ts';
import { READ_ITEM, READ_SERVICE, type Session, WRITE_ITEM } from './portal-session.ts';
import { inEvery, parseLocalized } from './text.ts';

const CALENDAR = v.object({
  calendarId: LONG,
  calendarResourceId: LONG,
  groupId: LONG,
  name: v.nullish(v.string(), ''),
  nameCurrentValue: v.nullish(v.string()),
  timeZoneId: v.nullish(v.string(), ''),
  color: v.nullish(v.number(), 0),
  defaultCalendar: v.nullish(v.boolean(), false),
  enableComments: v.nullish(v.boolean(), false),
  enableRatings: v.nullish(v.boolean(), false),
});
type Calendar = v.InferOutput<typeof CALENDAR>;

/** Calendars that this identity may manage and read in detail. One request, where calendars tell their zones. */
export async function listCalendars(
  session: Session,
  zones: CalendarZones,
): Promise<readonly PortalCalendarInfo[]> {
  const { companyId } = await session.user();
  const { values } = await session.invokeAsUs(
    [
      ...accessCommands(session, companyId, null, false),
      searchResources(session, companyId, true),
      searchResources(session, companyId, false),
      className(session, 'User'),
      className(session, 'Group'),
    ],
    READ_SERVICE,
  );
  const [manageable, readable, active, inactive, userClass, siteClass] = values;
  const allowed = accessible(manageable, readable);
  const resources = new Map(
    [active, inactive]
      .flatMap((list) => must(v.array(RESOURCE), list, 'a list of calendar resources'))
      .map((resource) => [resource.calendarResourceId, resource]),
  );
  const kinds = new Map([
    [classId(userClass), 'user' as const],
    [classId(siteClass), 'site' as const],
  ]);
  const calendars = must(v.array(CALENDAR), manageable, 'a list of calendars').filter(({ calendarId }) =>
    allowed.has(calendarId),
  );
  const zoneOf = await zones.of(session, calendars);
  return calendars.map((calendar) =>
    infoOf(calendar, ownerOf(calendar, resources, kinds), zoneOf.get(calendar.calendarId) ?? ''),
  );
}

function ownerOf(
  calendar: Calendar,
  resources: ReadonlyMap<string, Resource>,
  kinds: ReadonlyMap<string, 'user' | 'site'>,
): PortalCalendarInfo['owner'] {
  const resource = resources.get(calendar.calendarResourceId);
  const kind = resource === undefined ? undefined : kinds.get(resource.classNameId);
  return resource === undefined || kind === undefined
    ? { kind: 'resource', id: calendar.calendarResourceId }
    : { kind, id: resource.classPK };
}

function infoOf(calendar: Calendar, owner: PortalCalendarInfo['owner'], zone: string): PortalCalendarInfo {
  return {
    id: calendar.calendarId,
    name: infoName(calendar),
    zone,
    isDefault: calendar.defaultCalendar,
    owner,
    siteId: calendar.groupId,
  };
}

/** Ids and names in the answer of a search. Throws RemoteFailure where it is no list of calendars. */
export function namedCalendars(value: unknown): readonly Pick<PortalCalendarInfo, 'id' | 'name'>[] {
  return must(v.array(CALENDAR), value, 'a list of calendars').map((calendar) => ({
    id: calendar.calendarId,
    name: infoName(calendar),
  }));
}

/** The name of a calendar in the language that the portal speaks to us. */
export function infoName(calendar: Pick<Calendar, 'name' | 'nameCurrentValue'>): string {
  return oneLine(calendar.nameCurrentValue ?? parseLocalized(calendar.name).text);
}

/**
 * The default calendar of a user. Idempotent: what stands there is returned as it is, and of two callers at a
 * time the later one finds what the earlier one made. Rejects with `accessDenied` without ADD_RESOURCE.
 */
export async function createUserCalendar(
  session: Session,
  zones: CalendarZones,
  userId: string,
  name: string,
  zone: string,
): Promise<PortalCalendarInfo> {
  const { companyId } = await session.user();
  const { user, values } = await session.invokeAsUs(
    [className(session, 'User'), anyCalendar(session, companyId)],
    READ_SERVICE,
  );
  const owner = { classNameId: classId(values[0]), classPK: userId };
  // A name is refused without a text in the site's default language, which only a stored name tells.
  const [sample] = must(v.array(CALENDAR), values[1], 'a list of calendars');
  const languages = writtenLanguages(sample?.name ?? '', user.languageId);
  const texts = inEvery(languages, oneLine(name));

  let resource = await fetchResource(session, owner);
  const isNew = resource === null;
  resource ??= await addResource(session, owner, user.companyId, texts);

  const standing = await defaultCalendar(session, resource);
  const made = standing ?? (await addCalendar(session, resource, texts, zone));
  const calendar = isNew && standing !== null ? await inZone(session, made, zone) : made;
  const zoneOf = await zones.of(session, [calendar]);
  return infoOf(calendar, { kind: 'user', id: userId }, zoneOf.get(calendar.calendarId) ?? '');
}

const NAMED_RESOURCE = v.object({ ...RESOURCE.entries, name: v.nullish(v.string(), '') });

/**
 * The default calendar of a room or another thing of a site, by its name: one that is there is returned as it is, so that
 * a request whose answer was lost can be made again. With class `CalendarResource` and no key Liferay gives the resource
 * its own id for one (CalendarResourceLocalServiceImpl.addCalendarResource). Rejects with `accessDenied` without
 * ADD_RESOURCE in the site.
 */
export async function createResourceCalendar(
  session: Session,
  zones: CalendarZones,
  siteId: string,
  name: string,
  zone: string,
): Promise<PortalCalendarInfo> {
  const { companyId } = await session.user();
  const { user, values } = await session.invokeAsUs(
    [resourceClassName(), anyCalendar(session, companyId), searchResources(session, companyId, true)],
    READ_SERVICE,
  );
  const classNameId = classId(values[0]);
  const [sample] = must(v.array(CALENDAR), values[1], 'a list of calendars');
  const texts = inEvery(writtenLanguages(sample?.name ?? '', user.languageId), oneLine(name));
  const standing = must(v.array(NAMED_RESOURCE), values[2], 'a list of calendar resources').find(
    (each) =>
      each.groupId === siteId &&
      each.classNameId === classNameId &&
      oneLine(parseLocalized(each.name).text) === oneLine(name),
  );
  const resource: Resource =
    standing ?? (await writeResource(session, siteId, { classNameId, classPK: '0' }, texts));
  const found = await defaultCalendar(session, resource);
  const made = found ?? (await addCalendar(session, resource, texts, zone));
  const calendar = standing === undefined && found !== null ? await inZone(session, made, zone) : made;
  const zoneOf = await zones.of(session, [calendar]);
  const owner = { kind: 'resource', id: resource.calendarResourceId } as const;
  return infoOf(calendar, owner, zoneOf.get(calendar.calendarId) ?? '');
}

interface Owner {
  readonly classNameId: string;
  readonly classPK: string;
}

async function fetchResource(session: Session, owner: Owner): Promise<Resource | null> {
  const fetch = session.command('calendarresource', 'fetch-calendar-resource', { ...owner });
  const { values } = await session.invokeAsUs([fetch], READ_ITEM);
  const found = values[0];
  return isNothing(found) ? null : must(RESOURCE, found, 'a calendar resource');
}

/** In the user's own group, as CalendarResourceUtil does; a default calendar comes with it. */
async function addResource(
  session: Session,
  owner: Owner,
  companyId: string,
  nameMap: Readonly<Record<string, string>>,
): Promise<Resource> {
  const group = await session.client.invoke(
    [{ path: '/group/get-user-group', parameters: { companyId, userId: owner.classPK } }],
    READ_ITEM,
  );
  const { groupId } = must(v.object({ groupId: LONG }), group.values[0], "the user's group");
  try {
    return await writeResource(session, groupId, owner, nameMap);
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.reason === 'accessDenied') throw error;
    const standing = await fetchResource(session, owner);
    if (standing === null) throw error;
    return standing;
  }
}

/** A default calendar comes with it. */
async function writeResource(
  session: Session,
  groupId: string,
  owner: Owner,
  nameMap: Readonly<Record<string, string>>,
): Promise<Resource> {
  const add = session.command('calendarresource', 'add-calendar-resource', {
    groupId,
    ...owner,
    classUuid: null,
    code: null,
    nameMap,
    descriptionMap: {},
    active: true,
    serviceContext: {},
  });
  const { values } = await session.client.invoke([add], WRITE_ITEM);
  return must(RESOURCE, values[0], 'a calendar resource');
}

async function defaultCalendar(session: Session, resource: Resource): Promise<Calendar | null> {
  const { groupId, calendarResourceId } = resource;
  const find = session.command('calendar', 'get-calendar-resource-calendars', {
    groupId,
    calendarResourceId,
    defaultCalendar: true,
  });
  const { values } = await session.invokeAsUs([find], READ_ITEM);
  return must(v.array(CALENDAR), values[0], 'a list of calendars')[0] ?? null;
}

async function addCalendar(
  session: Session,
  { groupId, calendarResourceId }: Resource,
  nameMap: Readonly<Record<string, string>>,
  zone: string,
): Promise<Calendar> {
  const add = session.command('calendar', 'add-calendar', {
    groupId,
    calendarResourceId,
    nameMap,
    descriptionMap: {},
    timeZoneId: zone,
    color: DEFAULT_COLOR,
    defaultCalendar: true,
    enableComments: false,
    enableRatings: false,
    serviceContext: {},
  });
  const { values } = await session.client.invoke([add], WRITE_ITEM);
  return must(CALENDAR, values[0], 'a calendar');
}
/** Any colour will do; people choose their own. */
const DEFAULT_COLOR = 0xd96666;

/** A calendar that comes with a new resource has the zone of whoever made it: us. In 6.2 it has none of its own. */
async function inZone(session: Session, calendar: Calendar, zone: string): Promise<Calendar> {
  if (calendar.timeZoneId === '' || canonicalZone(calendar.timeZoneId) === canonicalZone(zone)) {
    return calendar;
  }
  const update = session.command('calendar', 'update-calendar', {
    calendarId: calendar.calendarId,
    // Unlike a booking's texts, these replace what stands there.
    nameMap: inEvery([...parseLocalized(calendar.name).texts.keys()], infoName(calendar)),
    descriptionMap: {},
    timeZoneId: zone,
    color: calendar.color,
    defaultCalendar: true,
    enableComments: calendar.enableComments,
    enableRatings: calendar.enableRatings,
    serviceContext: {},
  });
  const { values } = await session.client.invoke([update], WRITE_ITEM);
  return must(CALENDAR, values[0], 'a calendar');
}

function searchResources(session: Session, companyId: string, active: boolean): Command {
  return session.command('calendarresource', 'search', {
    companyId,
    groupIds: null,
    classNameIds: null,
    keywords: '',
    active,
    andOperator: false,
    start: -1,
    end: -1,
    orderByComparator: null,
  });
}
