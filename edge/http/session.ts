/**
 * The signed-in user of one request: a verified token, who Liferay says that is, and Liferay and their own mailbox
 * opened for them. Everything that a route may do for a user goes through here.
 */
import type { MiddlewareHandler } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import { RemoteFailure } from '#core/failure.ts';
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import type { PortalCalendar, PortalCalendarInfo, PortalUser } from '#liferay/portal-calendar.port.ts';
import type { Act } from '#store/pairings.repository.ts';
import { bearerOf, createTokenVerifier, TOKEN_CACHE_ENTRIES, TOKEN_CACHE_MS } from './authentication.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { requireMailbox } from './mailbox-rule.ts';
import { ApiProblem } from './problem.ts';
import { rememberedDialect } from './remembered-dialect.ts';
import type { AppDependencies } from './settings.ts';

export interface Session {
  readonly user: PortalUser;
  /** SMTP address of the user's own mailbox. @throws ApiProblem when the domain's rule does not accept theirs */
  mailbox(): string;
  /** Calendar folders of a mailbox, by its address. Whose it is was asked before. */
  folders(address: string): Promise<readonly MailboxFolder[]>;
  /** Liferay calendars that the user may manage. */
  calendars(): Promise<readonly PortalCalendarInfo[]>;
  createCalendar(name: string, zone: string): Promise<PortalCalendarInfo>;
  /** For the audit. */
  act(): Act;
}

export interface ApiEnv {
  Variables: RequestIdVariables & { session: Session };
}

/** Lets nobody through without a token of ours; sets `session`. */
export function sessions(deps: AppDependencies): MiddlewareHandler<ApiEnv> {
  const { effects, settings } = deps;
  const verify = createTokenVerifier(effects, settings);
  const users = new ExpiringCache<PortalUser>(effects.clock, TOKEN_CACHE_MS, TOKEN_CACHE_ENTRIES);

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
    c.set('session', sessionOf(deps, user, portal));
    await next();
  };
}

function sessionOf(deps: AppDependencies, user: PortalUser, portal: () => Promise<PortalCalendar>): Session {
  const { effects, settings } = deps;
  return {
    user,
    mailbox: () => requireMailbox(user, settings.addressRule),
    folders: (address) => foldersOf(deps, address),
    calendars: () => asUser(portal, (each) => each.calendars()),
    createCalendar: (name, zone) => asUser(portal, (each) => each.createUserCalendar(user.id, name, zone)),
    act: () => ({ id: effects.ids.uuid(), atMs: effects.clock.now(), userId: user.id }),
  };
}

/** The calendar folders of a mailbox; one that has moved since it was last located is looked for once more. */
export async function foldersOf(
  { openMailbox, settings }: AppDependencies,
  address: string,
): Promise<readonly MailboxFolder[]> {
  const server = await settings.mailboxServer({ address, failed: null });
  try {
    return await openMailbox(server, address, 'UTC').listFolders();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    const again = await settings.mailboxServer({ address, failed: error.failure.reason });
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
  const { portalUrl, timeoutMs, domainId } = deps.settings;
  const dialect = await rememberedDialect(deps.db, domainId);
  return deps.openPortal({ url: portalUrl, timeoutMs, dialect }, { kind: 'bearer', token });
}

function lazily<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    opened ??= open();
    return opened;
  };
}
