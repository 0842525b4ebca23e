/**
 * Whose mailboxes and pairings a request is about, and what they may do with them: the signed-in user's own, or those of
 * a site that the user administers.
 *
 * Nobody can name another user's mailbox: no route of users takes an address. A site may have several; the request names
 * one, and one that is not released for the site answers as one that there is not.
 */
import type { MiddlewareHandler } from 'hono';
import { smtpAddress } from '#core/own-address.ts';
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import type { PortalCalendarInfo } from '#liferay/portal-calendar.port.ts';
import type { ApiReason, Details } from '#shared/api.ts';
import { USUAL_DETAILS } from '#shared/details.ts';
import { domainOfAddress } from '#store/domains.repository.ts';
import type { Owner } from '#store/mailboxes.repository.ts';
import { isReleasedFor } from '#store/site-releases.repository.ts';
import type { PlacedMailbox } from './mailbox-rule.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

/** Whom routes of pairings are for: users, the administrators of sites, the bearer of the service key. */
export type Audience = Owner['kind'] | 'service';

export interface Ownership {
  readonly owner: Owner;
  /** What a new pairing shows where nobody chooses. */
  readonly usualDetails: Details;
  /**
   * The mailbox that is to be looked into or paired. @param named by the request of a site
   * @throws ApiProblem where it is not the owner's
   */
  mailbox(named: string | undefined): Promise<PlacedMailbox>;
  /** @throws ApiProblem when the mailbox of a pairing is not the owner's any more */
  requireStill(address: string): Promise<void>;
  /** Calendar folders of a mailbox that was found to be the owner's. */
  folders(address: string): Promise<readonly MailboxFolder[]>;
  /** Liferay calendars that may be paired with it: by the user's own token, that they may manage. */
  calendars(): Promise<readonly PortalCalendarInfo[]>;
}

/** What choosing a mailbox may answer with. */
export const NO_MAILBOX = {
  user: ['noMailboxAddress', 'noDomain', 'addressNotVerified', 'approvalNeeded'],
  site: ['mailboxUnknown'],
} as const satisfies Record<Owner['kind'], readonly ApiReason[]>;

/** What `requireStill` answers with. */
export const NO_LONGER = {
  user: 'notYourMailbox',
  site: 'mailboxUnknown',
  service: 'pairingUnknown',
} as const satisfies Record<Audience, ApiReason>;

export interface OwnershipEnv extends ApiEnv {
  Variables: ApiEnv['Variables'] & { ownership: Ownership };
}

/** For routes of what is the user's own. */
export function ownOfUser({ settings }: AppDependencies): MiddlewareHandler<OwnershipEnv> {
  return async (c, next) => {
    const session = c.get('session');
    c.set('ownership', {
      owner: { portal: settings.portalUrl, kind: 'user', id: session.user.id },
      usualDetails: USUAL_DETAILS.user,
      mailbox: () => session.mailbox(),
      requireStill: async (address) => {
        if ((await session.mailbox()).address !== address) throw new ApiProblem(NO_LONGER.user);
      },
      folders: session.folders,
      calendars: session.calendars,
    });
    await next();
  };
}

/** For routes below `:siteId`: lets only those through who administer the site. */
export function ownOfSite(deps: AppDependencies): MiddlewareHandler<OwnershipEnv> {
  return async (c, next) => {
    const session = c.get('session');
    const siteId = c.req.param('siteId') ?? '';
    if (!administers(session, siteId)) throw new ApiProblem('siteNotAdministered');
    c.set('ownership', siteOwnership(deps, session, siteId));
    await next();
  };
}

/** Liferay: a portal's administrator is one of every site (AdvancedPermissionChecker.isGroupAdmin). */
export function administers({ user }: Session, siteId: string): boolean {
  return user.isPortalAdministrator || user.administeredSiteIds.includes(siteId);
}

function siteOwnership({ db, settings }: AppDependencies, session: Session, siteId: string): Ownership {
  const portal = settings.portalUrl;
  const released = async (named: string): Promise<PlacedMailbox> => {
    const address = smtpAddress(named);
    const domain = address === null ? null : await domainOfAddress(db, portal, address);
    if (address === null || domain === null || !(await isReleasedFor(db, domain.id, { siteId, address }))) {
      throw new ApiProblem(NO_LONGER.site);
    }
    return { address, domain };
  };
  return {
    owner: { portal, kind: 'site', id: siteId },
    usualDetails: USUAL_DETAILS.site,
    mailbox: (named = '') => released(named),
    requireStill: async (address) => {
      await released(address);
    },
    folders: session.folders,
    calendars: async () => (await session.calendars()).filter((calendar) => isResourceOf(calendar, siteId)),
  };
}

/** A room or another thing of the site, as opposed to a person and to the site itself. */
function isResourceOf({ owner, siteId }: PortalCalendarInfo, id: string): boolean {
  return owner.kind === 'resource' && siteId === id;
}
