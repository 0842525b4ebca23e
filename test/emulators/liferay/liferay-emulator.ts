/**
 * A Liferay portal as its calendar clients see it: JSONWS, OAuth2, the headless account resource and a page with the
 * client extension. In memory; time and ids come from outside, so that the same story gives the same answers. With
 * Basic authentication a request settles on microtasks alone; only signing of tokens waits for the platform's crypto.
 */
import { Identities, SESSION_COOKIE } from './access/authentication.ts';
import type { OAuthClient } from './access/oauth.ts';
import { OAuthServer } from './access/oauth.ts';
import { ServiceAccessPolicies } from './access/policies.ts';
import { MY_USER_ACCOUNT, serveUserAccount } from './access/user-account.ts';
import { checkReminders } from './booking/reminders.ts';
import { addCalendar, addResource, openCalendarOf, openCalendarOfSite } from './calendar-resources.ts';
import { answerOf, FaultController } from './faults.ts';
import { Dispatcher } from './jsonws/dispatch.ts';
import { serveJsonws } from './jsonws/endpoint.ts';
import type {
  CalendarAction,
  CalendarScope,
  GroupAction,
  PermissionContext,
  Principal,
} from './permissions.ts';
import { PermissionEdits } from './permissions.ts';
import type { Person } from './person.ts';
import { personAt } from './person.ts';
import type { Portal } from './portal-model.ts';
import { PortalModel } from './portal-model.ts';
import type { PortalPageSettings } from './portal-page.ts';
import { PortalPage } from './portal-page.ts';
import type { Booking, Group, Mail, User } from './portal-rows.ts';
import { GUEST_USER_ID, RESOURCE_CLASS_NAME_ID, STATUS } from './portal-rows.ts';
import { expand } from './recurrence-expansion.ts';
import { RequestCounts } from './request-counts.ts';
import type { LiferaySwitches } from './switches.ts';
import { DEFAULT_SWITCHES } from './switches.ts';

export interface LiferayEmulatorOptions {
  readonly clock: { now(): number };
  readonly ids: { uuid(): string };
  /** `http://localhost:8080`, without a path. */
  readonly origin: string;
  readonly switches?: Partial<LiferaySwitches>;
}

export interface NewUser {
  readonly screenName: string;
  readonly emailAddress: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly roles?: readonly string[];
  /** IANA zone; `UTC` by default. */
  readonly zone?: string;
  /** `en_US` by default. */
  readonly languageId?: string;
  readonly emailVerified?: boolean;
  /** Must change the password at the next sign-in: remote calls answer 403 `{}`. */
  readonly passwordReset?: boolean;
}

export interface LiferayEmulator {
  readonly origin: string;
  readonly switches: LiferaySwitches;
  fetch(request: Request): Promise<Response>;
  /** Returns the user's id. Nothing of Calendar exists until the user opens it. */
  addUser(user: NewUser): number;
  changeUser(
    userId: number,
    change: Partial<
      Pick<User, 'emailAddress' | 'emailVerified' | 'password' | 'roles' | 'passwordReset' | 'deactivated'>
    >,
  ): void;
  /** An administrator deletes the account; what belonged to it is left. */
  removeUser(userId: number): void;
  /** Returns the site's group id. The owner is its administrator. */
  addSite(site: {
    readonly name: string;
    readonly ownerUserId: number;
    readonly memberIds?: readonly number[];
  }): number;
  /** What opening Calendar does for a user: resource and default calendar. Returns the calendar's id. */
  createCalendarFor(userId: number): number;
  createCalendarForSite(siteId: number): number;
  /** A room or another resource of a site, with its default calendar. Returns both ids. */
  addResource(resource: { readonly name: string; readonly siteId: number; readonly userId: number }): {
    readonly calendarResourceId: number;
    readonly calendarId: number;
  };
  /** One more calendar of a resource. */
  addCalendar(calendar: {
    readonly calendarResourceId: number;
    readonly name: string;
    readonly zone: string;
  }): number;
  /** An edit of the calendar's own settings page. */
  changeCalendar(calendarId: number, change: { readonly zone?: string; readonly name?: string }): void;
  calendarResourceIdOf(calendarId: number): number;
  /** `scope`: a calendar's id, or a group's for ADD_RESOURCE, ADD_CALENDAR and VIEW_USER; `all` for the company. */
  grant(principal: Principal, scope: CalendarScope, action: CalendarAction | GroupAction): void;
  revoke(principal: Principal, scope: CalendarScope, action: CalendarAction | GroupAction): void;
  userActs(userId: number): Person;
  /** Stored rows of a calendar, oldest first. */
  bookings(calendarId: number): readonly Booking[];
  booking(bookingId: number): Booking | null;
  /**
   * What the calendar page shows of [startTime, endTime], epoch ms: rows that are not in the Recycle Bin, series as
   * their occurrences (`CalendarBookingLocalServiceImpl.search` with `recurring`).
   */
  calendarWindow(calendarId: number, startTime: number, endTime: number): readonly Booking[];
  /** The zone that the calendar's settings page names. */
  calendarZone(calendarId: number): string;
  readonly outbox: readonly Mail[];
  /** One run of the portal's reminder job, which it starts every 15 minutes. */
  checkReminders(): void;
  readonly faults: FaultController;
  readonly requests: RequestCounts;
  /** Service access policy `OAUTH2_<name>`, scope `liferay-json-web-services.<name>`. */
  addServiceAccessPolicy(name: string, signatures: readonly string[]): void;
  addOAuthClient(client: OAuthClient): void;
  /** An access token as the browser of that user would get it from the user-agent application. */
  issueUserToken(userId: number, clientId: string): Promise<string>;
  /** New signing keys: tokens from before no longer verify. */
  rotateSigningKeys(): void;
  /** Signs a person in as the sign-in page does: the cookie and the `p_auth` of their session. */
  signIn(userId: number): { readonly cookie: string; readonly authToken: string };
  configurePage(settings: PortalPageSettings): void;
}

const GUEST: User = {
  userId: GUEST_USER_ID,
  uuid: '00000000-0000-4000-8000-000000020099',
  screenName: String(GUEST_USER_ID),
  emailAddress: 'default@liferay.com',
  emailVerified: false,
  password: '',
  firstName: '',
  lastName: '',
  zone: 'UTC',
  languageId: 'en_US',
  roles: ['Guest'],
  groupId: 0,
  passwordReset: false,
  createDate: 0,
};

function portalWith(options: LiferayEmulatorOptions): Portal {
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const model = new PortalModel(switches.seriesDays);
  model.putUser(GUEST);
  return {
    model,
    switches,
    clock: options.clock,
    ids: options.ids,
  };
}

function addUser(portal: Portal, fields: NewUser): User {
  const { model, ids, clock } = portal;
  const userId = model.nextId();
  const groupId = model.nextId();
  const user: User = {
    zone: 'UTC',
    languageId: 'en_US',
    emailVerified: false,
    passwordReset: false,
    ...fields,
    roles: ['User', ...(fields.roles ?? [])],
    userId,
    groupId,
    uuid: ids.uuid(),
    createDate: clock.now(),
  };
  model.putUser(user);
  const group: Group = {
    groupId,
    kind: 'user',
    name: user.screenName,
    ownerUserId: userId,
    memberIds: [userId],
  };
  model.groups.set(groupId, group);
  return user;
}

export function createLiferayEmulator(options: LiferayEmulatorOptions): LiferayEmulator {
  const portal = portalWith(options);
  const { model } = portal;
  const edits = new PermissionEdits();
  const permissions: PermissionContext = { portal, edits };
  const identities = new Identities(portal);
  const policies = new ServiceAccessPolicies();
  const dispatcher = new Dispatcher(portal);
  const faults = new FaultController();
  const counts = new RequestCounts();
  const jsonws = { portal, permissions, identities, policies, dispatcher, faults, counts };

  const oauth = new OAuthServer(portal, identities, options.origin);
  const page = new PortalPage(portal, identities, oauth, options.origin);

  const route = async (request: Request, url: URL): Promise<Response> => {
    if (url.pathname.startsWith('/api/jsonws')) return serveJsonws(jsonws, request, url);
    const fault = faults.take(url.pathname, [])?.fault;
    if (fault?.kind === 'noConnection') throw new TypeError('fetch failed');
    if (fault?.kind === 'answer') return answerOf(fault);
    const { hasOAuth, hasHeadless } = portal.switches;
    if (hasOAuth && url.pathname.startsWith('/o/oauth2/')) return oauth.fetch(request, url);
    if (hasHeadless && url.pathname === MY_USER_ACCOUNT)
      return serveUserAccount(portal, identities.authenticate(request));
    return page.fetch(request, url) ?? new Response('', { status: 404 });
  };

  const user = (userId: number): User => {
    const found = model.users.get(userId);
    if (!found) throw new Error(`There is no user ${userId}.`);
    return found;
  };
  const site = (siteId: number): Group => {
    const found = model.groups.get(siteId);
    if (!found) throw new Error(`There is no site ${siteId}.`);
    return found;
  };

  return {
    origin: options.origin,
    switches: portal.switches,
    fetch: (request) => {
      const url = new URL(request.url);
      counts.countHttp(url.pathname);
      return route(request, url);
    },
    addUser: (fields) => addUser(portal, fields).userId,
    removeUser: (userId) => void model.users.delete(userId),
    changeUser: (userId, change) => model.putUser({ ...user(userId), ...change }),
    addSite: ({ name, ownerUserId, memberIds = [] }) => {
      const groupId = model.nextId();
      model.groups.set(groupId, {
        groupId,
        kind: 'site',
        name,
        ownerUserId,
        memberIds: [ownerUserId, ...memberIds],
      });
      return groupId;
    },
    createCalendarFor: (userId) => openCalendarOf(portal, user(userId)).calendarId,
    createCalendarForSite: (siteId) => openCalendarOfSite(portal, site(siteId)).calendarId,
    addResource: ({ name, siteId, userId }) => {
      const { calendarResourceId } = addResource(portal, {
        userId,
        groupId: site(siteId).groupId,
        classNameId: RESOURCE_CLASS_NAME_ID,
        classPK: 0,
        code: '',
        names: { en_US: name },
        descriptions: {},
        active: true,
      });
      const calendarId = model.calendarsOf(calendarResourceId)[0]?.calendarId ?? 0;
      return { calendarResourceId, calendarId };
    },
    addCalendar: ({ calendarResourceId, name, zone }) => {
      const resource = model.resource(calendarResourceId);
      return addCalendar(portal, {
        userId: resource.userId,
        groupId: resource.groupId,
        calendarResourceId,
        names: { en_US: name },
        descriptions: {},
        zone,
        color: 0x5b95c7,
        defaultCalendar: false,
      }).calendarId;
    },
    changeCalendar: (calendarId, change) => {
      const old = model.calendar(calendarId);
      model.putCalendar({
        ...old,
        zone: change.zone ?? old.zone,
        names: change.name === undefined ? old.names : { ...old.names, en_US: change.name },
        modifiedDate: portal.clock.now(),
        mvccVersion: old.mvccVersion + 1,
      });
    },
    calendarResourceIdOf: (calendarId) => model.calendar(calendarId).calendarResourceId,
    grant: (principal, scope, action) => edits.set(principal, scope, action, true),
    revoke: (principal, scope, action) => edits.set(principal, scope, action, false),
    userActs: (userId) => personAt(portal, user(userId)),
    bookings: (calendarId) => model.bookingsOf(calendarId),
    booking: (bookingId) => model.fetchBooking(bookingId),
    calendarWindow: (calendarId, startTime, endTime) =>
      model
        .bookingsOf(calendarId)
        .filter(({ status }) => status !== STATUS.inTrash)
        .flatMap((row) => expand(model, row, startTime, endTime))
        .filter((row) => row.startTime <= endTime && row.endTime >= startTime),
    calendarZone: (calendarId) => model.calendar(calendarId).zone,
    outbox: model.mails,
    checkReminders: () => checkReminders(portal),
    faults,
    requests: counts,
    addServiceAccessPolicy: (name, signatures) => policies.add(name, signatures),
    addOAuthClient: (client) => oauth.addClient(client),
    issueUserToken: (userId, clientId) => oauth.issueToken(userId, clientId),
    rotateSigningKeys: () => oauth.rotateKeys(),
    signIn: (userId) => {
      const session = identities.signIn(user(userId).userId);
      return { cookie: `${SESSION_COOKIE}=${session.id}`, authToken: session.authToken };
    },
    configurePage: (settings) => page.configure(settings),
  };
}
