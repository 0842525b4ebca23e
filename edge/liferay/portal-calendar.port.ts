/**
 * The port to the calendars of one portal, as one identity (the service application, or a user with the token
 * of their browser). Methods reject with RemoteFailure when the whole call failed.
 */
import type { CalendarEvent } from '#core/event.ts';
import type { Failure } from '#core/failure.ts';
import type { OwnerToday } from '#core/owner-check.ts';

/** What this portal keeps; learnt by `probe` and remembered with the domain. */
export interface PortalDialect {
  /** JSONWS context: `calendar` (7.x) or `calendar-portlet` (6.2). */
  readonly context: string;
  /** `7.4.13`, `6.2 (build 6205)`, as the portal calls itself; null where it does not say. */
  readonly version: string | null;
  /** The `vEventUid` that we send at creation is stored. False: matching goes by snapshot only. */
  readonly keepsUid: boolean;
  /** `mvccVersion` is present (7.3+). */
  readonly hasRowVersion: boolean;
  readonly companyId: string;
}

/** Who an identity is at the portal. */
export interface PortalUser {
  readonly id: string;
  /** As people know them, `Ada Lovelace`; the screen name where the portal tells no more. */
  readonly name: string;
  readonly emailAddress: string;
  readonly emailVerified: boolean | null;
  readonly isPortalAdministrator: boolean;
  /** Names of the regular roles that the user has. */
  readonly roleNames: readonly string[];
  /** Sites that the user administers or owns. */
  readonly administeredSiteIds: readonly string[];
  /** By the site's id, as far as Liferay tells them of sites that the user is a member of. */
  readonly siteNames?: Readonly<Record<string, string>>;
}

/** A calendar that could be paired. */
export interface PortalCalendarInfo {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly isDefault: boolean;
  readonly owner: { readonly kind: 'user' | 'site' | 'resource'; readonly id: string };
  /** The site that it belongs to; of a user's calendar, their personal one. */
  readonly siteId: string;
}

/** Liferay's workflow statuses in words (WorkflowConstants, CalendarBookingWorkflowConstants). */
export type BookingStatus =
  | 'approved'
  | 'pending'
  | 'draft'
  | 'denied'
  | 'trashed'
  | 'maybe'
  | 'masterPending'
  | 'other';

/** The statuses that say what somebody answers to an invitation. */
export type InvitationStatus = Extract<BookingStatus, 'approved' | 'pending' | 'denied' | 'maybe'>;

/** A row of the light snapshot. `version` changes whenever the row does and means nothing else. */
export interface PortalRow {
  readonly id: string;
  readonly version: string;
  readonly status: BookingStatus;
  /** The row's series if it is a changed occurrence of one, else null. */
  readonly seriesId: string | null;
  /** The organiser's row if this is an invitee's, else null. */
  readonly parentId: string | null;
  /** Only when asked for `linking`: what matching goes by. */
  readonly linking?: {
    readonly uid: string;
    readonly title: string;
    readonly startMs: number;
    readonly endMs: number;
    /** User id of the account that made the row; empty where the portal does not say. */
    readonly creatorId: string;
  };
}

/** Which rows of which calendar are asked for, and with how much of each. */
export interface SnapshotRequest {
  readonly calendarId: string;
  /** Rows that the last snapshot had: requests are chunked by their sum. */
  readonly expectedRows: number;
  readonly detail: 'light' | 'linking';
}

/** All rows of a calendar in their light form, or why nothing was observed. */
export type CalendarSnapshot =
  | { readonly kind: 'rows'; readonly rows: readonly PortalRow[]; readonly zone: string }
  /** Signed in as another, or no longer allowed to manage or to read in detail: nothing was observed. */
  | { readonly kind: 'accessLost'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Somebody who is invited to a booking: a row of its own in their calendar, of which this is a part. */
export interface PortalInvitee {
  readonly id: string;
  readonly calendarId: string;
  readonly status: BookingStatus;
}

/** What stands behind a calendar that somebody invites. */
export interface PortalInvitedCalendar {
  /** As people read it. */
  readonly name: string;
  /** Of a user the address of their account; empty where the portal tells none, or the account is not active. */
  readonly owner:
    | { readonly kind: 'user'; readonly emailAddress: string; readonly emailVerified: boolean | null }
    | { readonly kind: 'site' | 'resource' };
}

/** A row with all that it says. */
export interface PortalBooking {
  readonly id: string;
  readonly version: string;
  readonly calendarId: string;
  readonly uid: string;
  /** User id of the account that made the row; empty where the portal does not say. */
  readonly creatorId: string;
  readonly status: BookingStatus;
  readonly seriesId: string | null;
  readonly parentId: string | null;
  /**
   * Others who are invited to it: Liferay mails them whenever it is updated, or moved to the Recycle Bin, in spite of
   * `sendNotification=false` (CalendarBookingLocalServiceImpl sets it back to true for children).
   */
  readonly invitees: readonly PortalInvitee[];
  /**
   * What this row says by itself. Of a series the dates of EXDATE are its exceptions, in the zone of the calendar and
   * all of them `deleted`: whether a row of its own stands for one of them, the row does not tell.
   */
  readonly event: CalendarEvent;
  /**
   * Why the row's rule has no equal (`event.recurrence` is null then), null if it could be read. Liferay itself may
   * have spoilt the rule, which only somebody who knows the earlier one can tell: see `carried.recurrence`.
   */
  readonly ruleFailure: Failure | null;
  /** What an update must send back unchanged; opaque to the engine. */
  readonly carried: PortalCarried;
}
export interface PortalCarried {
  readonly firstReminder: number;
  readonly secondReminder: number;
  /** The `recurrence` text as stored, EXDATE line included. */
  readonly recurrence: string;
  /** Language ids that title or description have a text in: a new text takes the place of all of them. */
  readonly languages?: readonly string[];
}

/** What a read of one row came to. */
export type PortalRead =
  | { readonly kind: 'booking'; readonly booking: PortalBooking }
  /** `fetch-calendar-booking` answered `{}` to the expected user: evidence of absence. */
  | { readonly kind: 'gone'; readonly id: string }
  /** `version`: as read together with the failure, null if nothing could be read. */
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly version: string | null;
      readonly failure: Failure;
    };

/** A row that is to be made. */
export interface PortalAdd {
  readonly calendarId: string;
  readonly uid: string;
  /** The row of the series of which the new one is a changed occurrence; null for a row of its own. */
  readonly seriesId: string | null;
  /** Its exceptions, whatever they are, become dates of EXDATE. */
  readonly event: CalendarEvent;
}

/** A row that is to be changed. */
export interface PortalUpdate {
  /** The booking as the plan saw it. */
  readonly planned: PortalBooking;
  /** Its exceptions, whatever they are, become dates of EXDATE. */
  readonly event: CalendarEvent;
  /** Calendars of invitees of `planned` who are to lose their rows; the others keep theirs. None by default. */
  readonly uninvited?: ReadonlySet<string>;
}

/** What a write of one row came to. */
export type PortalWrite =
  /**
   * In status `draft` the booking is as it stood before Liferay's workflow approved it: its version is not yet the
   * one that the next snapshot tells; whoever minds reads it once more, with others in one batch.
   * `before` is what stood there just before the write (null for an add): if it is not the planned one, merge again.
   */
  | { readonly kind: 'written'; readonly booking: PortalBooking; readonly before: PortalBooking | null }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What a removal came to; `before` as in PortalWrite, null where the row was gone already. */
export type PortalRemoval =
  | { readonly kind: 'removed'; readonly before: PortalBooking | null }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** One portal as one identity. Zones are those of calendars, as Liferay names them. */
export interface PortalCalendar {
  /** Who this identity is. Rejects with `guestIdentity` when the portal silently treats us as a guest. */
  identity(): Promise<PortalUser>;
  /** Learns the dialect. `scratchCalendarId`: a calendar in which a probe booking may be made and deleted, or null. */
  probe(scratchCalendarId: string | null): Promise<PortalDialect>;
  /** Calendars that this identity may manage and read in detail. */
  calendars(): Promise<readonly PortalCalendarInfo[]>;
  /** What stands behind these calendars; one that cannot be looked at is missing. Batched. */
  invitedCalendars(calendarIds: readonly string[]): Promise<ReadonlyMap<string, PortalInvitedCalendar>>;
  /** What users are today, by id; one that we may not look at is missing. Batched. */
  owners(userIds: readonly string[]): Promise<ReadonlyMap<string, OwnerToday>>;
  /** The user's own calendar; resource and default calendar are created where there are none. Idempotent. */
  createUserCalendar(userId: string, name: string, zone: string): Promise<PortalCalendarInfo>;
  /**
   * The calendar of a room or another thing of the site, by its name: made with its resource where the site has none.
   * Idempotent. Needs the right to add resources there.
   */
  createResourceCalendar(siteId: string, name: string, zone: string): Promise<PortalCalendarInfo>;
  /**
   * Light snapshots of many calendars in as few `/invoke` requests as `expectedRows` allows, each beside who we
   * are and what we may manage and read. One calendar that breaks its batch fails alone.
   */
  snapshot(requests: readonly SnapshotRequest[]): Promise<ReadonlyMap<string, CalendarSnapshot>>;
  /** One outcome for each id, in order, batched. `zones`: calendar id → IANA zone, for series. */
  read(ids: readonly string[], zones: ReadonlyMap<string, string>): Promise<readonly PortalRead[]>;
  /** Learns what writes to a calendar have to know, so that each of them is one request from then on. */
  prepareWrites(calendarId: string): Promise<void>;
  /** Writes are one request each: a batch that fails half-way has committed its first half. No mail is asked for. */
  add(add: PortalAdd, zone: string): Promise<PortalWrite>;
  update(update: PortalUpdate, zone: string): Promise<PortalWrite>;
  /**
   * Gives a row, and with it all rows of its series in the calendar, the status of an invitation. A portal that has no
   * `pending` for a row without organiser makes it `maybe`; what it made of it is in the booking.
   */
  setStatus(planned: PortalBooking, status: InvitationStatus, zone: string): Promise<PortalWrite>;
  /** Deletes the row, or moves it to the Recycle Bin and verifies that it is there. */
  remove(planned: PortalBooking, mode: 'delete' | 'trash', zone: string): Promise<PortalRemoval>;
}

/** Where the portal is, and what an earlier start learnt about it. */
export interface PortalServer {
  /** `https://portal.example.com`, without a path at the end. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly dialect: PortalDialect | null;
  /**
   * Takes a dialect that an answer made us learn anew, since it contradicted what was known: the portal was upgraded,
   * say. Where it is absent an answer that contradicts is a failure.
   */
  readonly relearnt?: (dialect: PortalDialect) => Promise<void>;
}

/** As whom requests are made. */
export type PortalCredentials =
  | {
      readonly kind: 'clientCredentials';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly tokenUrl: string;
    }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** The access token of the signed-in user, relayed while it lives. */
  | { readonly kind: 'bearer'; readonly token: string };

/** Opens a portal as one identity; no request is made. */
export type OpenPortal = (server: PortalServer, credentials: PortalCredentials) => PortalCalendar;
