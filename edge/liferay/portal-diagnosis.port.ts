/**
 * The port to a portal that is looked at step by step ("Test connection"), as the service's own identity: what the
 * ordinary work hides behind caches or needs no words for. Methods reject with RemoteFailure.
 */
import type { PortalCalendar, PortalCredentials, PortalServer } from './portal-calendar.port.ts';

/** A calendar that the identity sees, and what it may do there. */
export interface SeenCalendar {
  readonly id: string;
  readonly name: string;
  /** Permissions that pairing it takes and that are missing, as Liferay calls them (CalendarActionKeys). */
  readonly missing: readonly ('VIEW_BOOKING_DETAILS' | 'MANAGE_BOOKINGS')[];
}

/** One portal as the service's identity. `identity` and `probe` are those of every day. */
export interface PortalDiagnosis extends Pick<PortalCalendar, 'identity' | 'probe'> {
  /** Asks for a new access token, whatever is kept. False: this sign-in has none. */
  token(): Promise<boolean>;
  /** All calendars that the identity may view. */
  seenCalendars(): Promise<readonly SeenCalendar[]>;
}

/** No request is made. */
export type OpenPortalDiagnosis = (server: PortalServer, credentials: PortalCredentials) => PortalDiagnosis;
