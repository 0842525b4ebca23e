/**
 * Why a portal does not even say who we are. With `json.service.serialize.throwable=false`, as in production, it says no
 * more than 403 of whatever stands in the way; what it says to somebody who does not sign in at all tells the rest.
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { SignIn } from '../oauth.ts';
import type { PortalDialect } from '../portal-calendar.port.ts';
import type { JsonwsClient } from './jsonws-client.ts';

/** Asked of a failure of `/user/get-current-user` alone. Gives back `refused` where nothing more can be told of it. */
export async function whyIdentityIsRefused(
  client: JsonwsClient,
  signIn: SignIn,
  dialect: PortalDialect,
  refused: RemoteFailure,
): Promise<RemoteFailure> {
  if (refused.failure.reason !== 'accessDenied') return refused;
  const { detail } = refused.failure;
  // 6.2 (AccessControlAdvisorImpl): the credentials were overlooked.
  if (/Authenticated access required/.test(detail)) {
    return new RemoteFailure(failure(signIn.guestReason, detail), { cause: refused });
  }
  const isOpen = await isOpenToGuests(client, dialect);
  if (isOpen === null) return refused;
  const reason = isOpen ? signIn.deniedReason : 'portalForbidsServices';
  const evidence = isOpen ? 'who does not sign in is answered' : 'who does not sign in is refused as well';
  return new RemoteFailure(failure(reason, `${detail} It is refused to say who we are, ${evidence}.`), {
    cause: refused,
  });
}

/**
 * Whether the portal answers what every portal answers everybody: bookings may be searched by guests (service access policy
 * CALENDAR_DEFAULT; in 6.2 `guestAccessEnabled`). Null where that cannot be told.
 */
async function isOpenToGuests(client: JsonwsClient, { context }: PortalDialect): Promise<boolean | null> {
  const search = {
    path: `/${context}.calendarbooking/search-count`,
    parameters: {
      companyId: 0,
      groupIds: null,
      calendarIds: null,
      calendarResourceIds: null,
      parentCalendarBookingId: -1,
      keywords: '',
      startTime: 0,
      endTime: 0,
      recurring: false,
      statuses: null,
    },
  };
  try {
    await client.invokeUnsigned([search], { intent: 'read', subject: 'service' });
    return true;
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    const { reason } = error.failure;
    // What is wrong with the question, in another version, was looked at and so not refused.
    if (reason === 'accessDenied') return false;
    return reason === 'notTheService' || reason === 'serverError' || reason === 'itemNotFound' ? true : null;
  }
}
