/**
 * What stands behind calendars that people invite: a user with an address, a site, or a resource of its own. Asked in
 * three steps, since each answer names what to ask for next; a calendar that we may not look at is left out.
 */
import * as v from 'valibot';
import type { PortalInvitedCalendar } from '../portal-calendar.port.ts';
import { LONG } from './booking-row.ts';
import { classId, className, RESOURCE } from './calendar-owners.ts';
import { infoName } from './calendars.ts';
import { lookUp } from './look-up.ts';
import { READ_SERVICE, type Session } from './portal-session.ts';

const CALENDAR = v.object({
  calendarId: LONG,
  calendarResourceId: LONG,
  name: v.nullish(v.string(), ''),
  nameCurrentValue: v.nullish(v.string()),
});
/** WorkflowConstants: an active user is APPROVED (Liferay: UserImpl.isActive). */
const ACTIVE = 0;
const USER = v.object({
  userId: LONG,
  emailAddress: v.nullish(v.string(), ''),
  emailAddressVerified: v.nullish(v.boolean(), null),
  status: v.nullish(v.number(), ACTIVE),
});

/** See the port. */
export async function lookUpInvited(
  session: Session,
  calendarIds: readonly string[],
): Promise<ReadonlyMap<string, PortalInvitedCalendar>> {
  const calendars = await lookUp(session, CALENDAR, calendarIds, (calendarId) =>
    session.command('calendar', 'get-calendar', { calendarId }),
  );
  if (calendars.size === 0) return new Map();
  const resourceIds = [...calendars.values()].map(({ calendarResourceId }) => calendarResourceId);
  const resources = await lookUp(session, RESOURCE, resourceIds, (calendarResourceId) =>
    session.command('calendarresource', 'get-calendar-resource', { calendarResourceId }),
  );
  const { values } = await session.invokeAsUs(
    [className(session, 'User'), className(session, 'Group')],
    READ_SERVICE,
  );
  const [userClass, siteClass] = [classId(values[0]), classId(values[1])];
  const isUsers = ({ classNameId }: v.InferOutput<typeof RESOURCE>) => classNameId === userClass;
  const userIds = [...resources.values()].filter(isUsers).map(({ classPK }) => classPK);
  const users = await lookUp(session, USER, userIds, (userId) => ({
    path: '/user/get-user-by-id',
    parameters: { userId },
  }));
  const found = new Map<string, PortalInvitedCalendar>();
  for (const [id, calendar] of calendars) {
    const resource = resources.get(calendar.calendarResourceId);
    if (resource === undefined) continue;
    const name = infoName(calendar);
    if (isUsers(resource)) found.set(id, { name, owner: userOwner(users.get(resource.classPK)) });
    else found.set(id, { name, owner: { kind: resource.classNameId === siteClass ? 'site' : 'resource' } });
  }
  return found;
}

function userOwner(user: v.InferOutput<typeof USER> | undefined): PortalInvitedCalendar['owner'] {
  const isActive = user?.status === ACTIVE;
  return {
    kind: 'user',
    emailAddress: isActive ? user.emailAddress : '',
    emailVerified: isActive ? user.emailAddressVerified : null,
  };
}
