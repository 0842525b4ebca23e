/**
 * The service key: whoever bears it administers the whole service. It is for portals that have no client extensions, and so
 * no page and no tokens for it (Liferay before 7.4), and for command lines. Without the setting its routes do not exist.
 */
import type { MiddlewareHandler } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import { USUAL_DETAILS } from '#shared/details.ts';
import { ownerOf, SERVICE_ACTOR } from '#store/pairings.repository.ts';
import { bearerOf } from './authentication.ts';
import { placeAddress } from './mailbox-rule.ts';
import type { OwnershipEnv } from './ownership.ts';
import { ApiProblem } from './problem.ts';
import { rememberedDialect, rememberPortal } from './remembered-dialect.ts';
import { type ApiEnv, foldersOf, type Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

/** Lets nobody through but the bearer of the key; sets `session`. */
export function serviceKeyOnly(deps: AppDependencies): MiddlewareHandler<ApiEnv> {
  const { serviceKey } = deps.settings;
  return async (c, next) => {
    if (serviceKey === null) throw new ApiProblem('notFound');
    const given = bearerOf(c.req.header('Authorization'));
    if (given === null) throw new ApiProblem('tokenMissing', 'Send the service key as bearer token.');
    if (!(await timingSafeEqual(given, serviceKey))) {
      throw new ApiProblem('tokenInvalid', 'This is not the service key.');
    }
    c.set('session', serviceSession(deps));
    await next();
  };
}

/** The portal as the service's own account, which is also what runs are made with. */
export async function openServicePortal(deps: AppDependencies): Promise<PortalCalendar> {
  const { db, effects, settings } = deps;
  const { portalUrl: url, timeoutMs, portalCredentials } = settings;
  const dialect = await rememberedDialect(db, url);
  return deps.openPortal(
    {
      url,
      timeoutMs,
      dialect,
      relearnt: (found) => rememberPortal(db, url, { dialect: found, learntAtMs: effects.clock.now() }),
    },
    portalCredentials,
  );
}

function serviceSession(deps: AppDependencies): Session {
  const { effects } = deps;
  return {
    user: {
      id: SERVICE_ACTOR,
      name: SERVICE_ACTOR,
      emailAddress: '',
      emailVerified: null,
      isPortalAdministrator: true,
      roleNames: [],
      administeredSiteIds: [],
    },
    mailbox: async () => {
      throw new ApiProblem('noMailboxAddress', 'The service key has no mailbox of its own: name one.');
    },
    rooms: async () => {
      throw new ApiProblem('mailboxUnknown', 'The service key has no mailbox to ask as.');
    },
    folders: (address) => foldersOf(deps, address),
    calendars: async () => (await openServicePortal(deps)).calendars(),
    createCalendar: async () => {
      throw new ApiProblem('calendarNotManageable', 'The service key makes no calendars.');
    },
    createResource: async () => {
      throw new ApiProblem('calendarNotManageable', 'The service key makes no calendars.');
    },
    act: () => ({ id: effects.ids.uuid(), atMs: effects.clock.now(), userId: SERVICE_ACTOR }),
  };
}

/** For routes below `:id`: the pairing is taken for whoever owns it. */
export function ownOfPairing({ db, settings }: AppDependencies): MiddlewareHandler<OwnershipEnv> {
  return async (c, next) => {
    const session = c.get('session');
    const owner = await ownerOf(db, c.req.param('id') ?? '');
    if (owner === null) throw new ApiProblem('pairingUnknown');
    c.set('ownership', {
      owner,
      usualDetails: USUAL_DETAILS[owner.kind],
      mailbox: (named = '') => placeAddress(db, settings.portalUrl, named),
      // Whoever bears the key decides what is whose.
      requireStill: async () => {},
      folders: session.folders,
      calendars: session.calendars,
    });
    await next();
  };
}
