/**
 * The signed-in user of one request: a verified token, who Liferay says that is, and Liferay and their own mailbox
 * opened for them. Everything that a route may do for a user goes through here.
 */
import type { MiddlewareHandler } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import { RemoteFailure } from '#core/failure.ts';
import { smtpAddress } from '#core/own-address.ts';
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import type { RoomDirectory } from '#exchange/room-directory.port.ts';
import type { PortalCalendar, PortalCalendarInfo, PortalUser } from '#liferay/portal-calendar.port.ts';
import { anyAddressOf } from '#store/domain-mailboxes.repository.ts';
import { domainOfAddress } from '#store/domains.repository.ts';
import type { Act } from '#store/pairings.repository.ts';
import type { DomainRow } from '#store/sync-rows.ts';
import { bearerOf, createTokenVerifier, TOKEN_CACHE_ENTRIES, TOKEN_CACHE_MS } from './authentication.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { type PlacedMailbox, placeAddress, requireMailbox } from './mailbox-rule.ts';
import { ApiProblem } from './problem.ts';
import { type CountRequest, createRateLimit } from './rate-limit.ts';
import { rememberedDialect } from './remembered-dialect.ts';
import type { AppDependencies } from './settings.ts';

export interface Session {
  readonly user: PortalUser;
  /** The user's own mailbox. @throws ApiProblem when there is no domain for it, or its rule does not accept theirs */
  mailbox(): Promise<PlacedMailbox>;
  /** Calendar folders of a mailbox, by its address. Whose it is was asked before. @throws ApiProblem tooManyRequests */
  folders(address: string): Promise<readonly MailboxFolder[]>;
  /** Room lists of a domain's server. @throws ApiProblem tooManyRequests, and when there is no mailbox to ask as */
  rooms(domain: DomainRow): Promise<RoomDirectory>;
  /** Liferay calendars that the user may manage. */
  calendars(): Promise<readonly PortalCalendarInfo[]>;
  createCalendar(name: string, zone: string): Promise<PortalCalendarInfo>;
  /** The calendar of a thing of a site that the user administers. */
  createResource(siteId: string, name: string, zone: string): Promise<PortalCalendarInfo>;
  /** For the audit. */
  act(): Act;
}

export interface ApiEnv {
  Bindings: {
    /** A server told of a change: a mailbox is due that was not. Absent where nobody waits for it. */
    readonly woken?: () => void;
  };
  Variables: RequestIdVariables & { session: Session };
}

/** Of one user: more than a page needs that somebody works with, and few for one that asks without end. */
const EXCHANGE_REQUESTS = { burst: 30, everyMs: 2_000 };

/** Lets nobody through without a token of ours; sets `session`. */
export function sessions(deps: AppDependencies): MiddlewareHandler<ApiEnv> {
  const { effects, settings } = deps;
  const verify = createTokenVerifier(effects, settings);
  const users = new ExpiringCache<PortalUser>(effects.clock, TOKEN_CACHE_MS, TOKEN_CACHE_ENTRIES);

  const count = createRateLimit(effects.clock, EXCHANGE_REQUESTS);

  return async (c, next) => {
    const token = bearerOf(c.req.header('Authorization'));
    if (token === null) throw new ApiProblem('tokenMissing');
    const { userId, hash } = await verify(token);
    const portal = lazily(() => openUserPortal(deps, token));
    let user = users.get(hash);
    if (user === null) {
      user = await asUser(portal, (each) => each.identity());
      // The portal must not see somebody else in the token than its signature says.
      if (user.id !== userId) throw new ApiProblem('tokenInvalid');
      users.set(hash, user);
    }
    c.set('session', sessionOf(deps, user, portal, count));
    await next();
  };
}

function sessionOf(
  deps: AppDependencies,
  user: PortalUser,
  portal: () => Promise<PortalCalendar>,
  count: CountRequest,
): Session {
  const { effects, settings } = deps;
  return {
    user,
    mailbox: () => requireMailbox(deps.db, settings.portalUrl, user),
    folders: async (address) => {
      count(user.id);
      return foldersOf(deps, address);
    },
    rooms: async (domain) => {
      count(user.id);
      return roomsOf(deps, user, domain);
    },
    calendars: () => asUser(portal, (each) => each.calendars()),
    createCalendar: (name, zone) => asUser(portal, (each) => each.createUserCalendar(user.id, name, zone)),
    createResource: (siteId, name, zone) =>
      asUser(portal, (each) => each.createResourceCalendar(siteId, name, zone)),
    act: () => ({ id: effects.ids.uuid(), atMs: effects.clock.now(), userId: user.id }),
  };
}

/**
 * A server answers about rooms as to any of its mailboxes: the administrator's own where it is in the domain, else one
 * that is paired.
 */
async function roomsOf(
  { db, openRooms, settings }: AppDependencies,
  user: PortalUser,
  domain: DomainRow,
): Promise<RoomDirectory> {
  const own = smtpAddress(user.emailAddress);
  const isInside = own !== null && (await domainOfAddress(db, settings.portalUrl, own))?.id === domain.id;
  const address = isInside ? own : await anyAddressOf(db, domain.id);
  if (address === null) throw new ApiProblem('mailboxUnknown', 'Pair a mailbox of the domain first.');
  const server = await settings.mailboxServer(domain, { address, failed: null });
  return openRooms(server, address);
}

/** The calendar folders of a mailbox; one that has moved since it was last located is looked for once more. */
export async function foldersOf(
  { db, openMailbox, settings }: AppDependencies,
  named: string,
): Promise<readonly MailboxFolder[]> {
  const { address, domain } = await placeAddress(db, settings.portalUrl, named);
  if (domain.state === 'paused') throw new ApiProblem('domainPaused');
  const server = await settings.mailboxServer(domain, { address, failed: null });
  try {
    return await openMailbox(server, address, 'UTC').listFolders();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    const again = await settings.mailboxServer(domain, { address, failed: error.failure.reason });
    if (again.endpoint === server.endpoint) throw error;
    return await openMailbox(again, address, 'UTC').listFolders();
  }
}

/** A sign-in that the portal refuses is the user's here, whose token died meanwhile, not the service's. */
async function asUser<T>(
  portal: () => Promise<PortalCalendar>,
  ask: (portal: PortalCalendar) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await portal());
  } catch (error) {
    const reason = error instanceof RemoteFailure ? error.failure.reason : null;
    if (reason === 'signInRefused' || reason === 'tokenExpired') {
      throw new ApiProblem('tokenStale', null, { cause: error });
    }
    throw error;
  }
}

async function openUserPortal(deps: AppDependencies, token: string): Promise<PortalCalendar> {
  const { portalUrl, timeoutMs } = deps.settings;
  const dialect = await rememberedDialect(deps.db, portalUrl);
  return deps.openPortal({ url: portalUrl, timeoutMs, dialect }, { kind: 'bearer', token });
}

function lazily<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    opened ??= open();
    return opened;
  };
}
