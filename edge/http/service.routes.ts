/** What the bearer of the service key may do: see what there is, pair what belongs to anybody, and test connections. */
import { Hono } from 'hono';
import { smtpAddress } from '#core/own-address.ts';
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import type { PortalCalendarInfo } from '#liferay/portal-calendar.port.ts';
import { type Direction, NewServicePairing } from '#shared/api.ts';
import { USUAL_DETAILS } from '#shared/details.ts';
import type { Owner } from '#store/mailboxes.repository.ts';
import { createPairing, deletePairing, requestRun } from '#store/pairings.repository.ts';
import { isReleasedFor } from '#store/site-releases.repository.ts';
import { everyPairing, pairingOf } from '#store/status.repository.ts';
import { exchangeCalendars, liferayCalendars } from './calendar-lists.ts';
import { doctorRoutes } from './doctor.routes.ts';
import { type DomainEnv, ofAdministeredDomain } from './domain-access.ts';
import { placeAddress } from './mailbox-rule.ts';
import { describeOwned, jsonBody, markOf, pageQuery, SCHEMAS } from './openapi.ts';
import { requireOwned } from './owned-pairing.ts';
import type { OwnershipEnv } from './ownership.ts';
import { pairingEventRoutes } from './pairing-events.routes.ts';
import { requireDone } from './pairing-outcome.ts';
import { previewRoutes } from './preview.routes.ts';
import { ApiProblem } from './problem.ts';
import { rememberedPortal } from './remembered-dialect.ts';
import { openServicePortal, ownOfPairing } from './service-key.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';
import { unpairRoutes } from './unpair.routes.ts';

const describe = describeOwned('service');

/** Below `/service`. */
export function serviceRoutes(deps: AppDependencies) {
  const { db, effects, settings } = deps;
  return new Hono<ApiEnv>()
    .get(
      '/portal',
      describe({ summary: 'What was learnt about the portal', answers: [200, SCHEMAS.Portal] }),
      async (c) => {
        const { dialect, learntAtMs } = (await rememberedPortal(db, settings.portalUrl)) ?? {};
        return c.json({
          url: settings.portalUrl,
          version: dialect?.version ?? null,
          services: dialect?.context ?? null,
          rowVersions: dialect?.hasRowVersion ?? null,
          keepsUids: dialect?.keepsUid ?? null,
          learntAt: learntAtMs ?? null,
        });
      },
    )
    .get(
      '/liferay-calendars',
      describe({
        summary: 'Liferay calendars that the service’s account may manage',
        answers: [200, SCHEMAS.LiferayCalendars],
      }),
      async (c) => {
        const calendars = await (await openServicePortal(deps)).calendars();
        return c.json({ calendars: await liferayCalendars(db, calendars) });
      },
    )
    .get(
      '/mailboxes/:address/exchange-calendars',
      describe({
        summary: 'Calendar folders of a mailbox',
        answers: [200, SCHEMAS.ExchangeCalendars],
        reasons: ['invalidRequest'],
        asksExchange: true,
      }),
      async (c) => {
        const address = requireAddress(c.req.param('address'));
        return c.json({ calendars: await exchangeCalendars(db, await c.get('session').folders(address)) });
      },
    )
    .get(
      '/pairings',
      describe({
        summary: 'All pairings, whoever made them',
        answers: [200, SCHEMAS.ServicePairings],
        reasons: ['invalidRequest'],
      }),
      pageQuery(),
      async (c) => {
        const part = await everyPairing(db, markOf(c.req.valid('query').after));
        return c.json({ ...part, now: effects.clock.now() });
      },
    )
    .post(
      '/pairings',
      describe({
        summary: 'Pair a calendar of any mailbox with any Liferay calendar',
        answers: [201, SCHEMAS.Pairing],
        reasons: [
          'invalidRequest',
          'bodyTooLarge',
          'mailboxUnknown',
          'calendarNotManageable',
          'folderUnknown',
          'folderReadOnly',
          'calendarAlreadyPaired',
          'folderAlreadyPaired',
        ],
        asksExchange: true,
      }),
      jsonBody(NewServicePairing),
      async (c) => {
        const { owner, id } = await pair(deps, c.get('session'), c.req.valid('json'));
        const made = await pairingOf(db, owner, id);
        if (made === null) throw new ApiProblem('pairingUnknown');
        return c.json(made, 201);
      },
    )
    .route('/pairings', pairingsOfAnybody(deps))
    .route(
      '/domains/:domainId',
      new Hono<DomainEnv>().use(ofAdministeredDomain(deps)).route('/', doctorRoutes(deps, 'service')),
    );
}

function pairingsOfAnybody(deps: AppDependencies) {
  const { db } = deps;
  const each = new Hono<OwnershipEnv>();
  each.use('/:id/*', ownOfPairing(deps));
  return each
    .get(
      '/:id',
      describe({ summary: 'One pairing', answers: [200, SCHEMAS.Pairing], reasons: ['pairingUnknown'] }),
      async (c) => {
        const found = await pairingOf(db, c.get('ownership').owner, c.req.param('id'));
        if (found === null) throw new ApiProblem('pairingUnknown');
        return c.json(found);
      },
    )
    .delete(
      '/:id',
      describe({
        summary: 'Stop; the events stay on both sides',
        answers: [204, null],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        await deletePairing(db, pairing, c.get('session').act());
        return c.body(null, 204);
      },
    )
    .post(
      '/:id/sync',
      describe({
        summary: 'Run as soon as possible',
        answers: [202, SCHEMAS.SyncAccepted],
        reasons: ['pairingUnknown'],
      }),
      async (c) => {
        const pairing = await requireOwned(db, c.get('ownership'), c.req.param('id'));
        return c.json({ nextRunAt: await requestRun(db, pairing, c.get('session').act()) }, 202);
      },
    )
    .route('/', previewRoutes(deps, 'service'))
    .route('/', unpairRoutes(deps, 'service'))
    .route('/', pairingEventRoutes(deps, 'service'));
}

/**
 * For a calendar of a user the pairing is theirs; for any other it is its site's, for which the mailbox has to be released
 * like for the site's own administrators: a release that is taken away pauses it.
 */
async function pair(
  deps: AppDependencies,
  session: Session,
  { mailbox, liferayCalendar, exchangeCalendar, site, direction = 'both', ...chosen }: NewServicePairing,
): Promise<{ readonly owner: Owner; readonly id: string }> {
  const { db, effects, settings } = deps;
  const { windowPastDays, windowFutureDays } = settings;
  const { address, domain } = await placeAddress(db, settings.portalUrl, requireAddress(mailbox));
  const intervalSeconds = domain.intervalSeconds ?? settings.intervalSeconds;
  const calendar = named(await session.calendars(), liferayCalendar, site);
  const owner = ownerFor(settings.portalUrl, calendar, site);
  if (owner.kind === 'site' && !(await isReleasedFor(db, domain.id, { siteId: owner.id, address }))) {
    throw new ApiProblem('mailboxUnknown', `${address} is not released for site ${owner.id}.`);
  }
  const folder = folderFor(await session.folders(address), exchangeCalendar, direction);
  const id = effects.ids.uuid();
  const outcome = await createPairing(
    db,
    { id: effects.ids.uuid(), owner, domainId: domain.id, address, intervalSeconds },
    {
      id,
      folder,
      calendar,
      windowPastDays,
      windowFutureDays,
      details: USUAL_DETAILS[owner.kind],
      direction,
      ...chosen,
    },
    session.act(),
  );
  requireDone(outcome);
  return { owner, id };
}

function requireAddress(text: string): string {
  const address = smtpAddress(text);
  if (address === null) throw new ApiProblem('invalidRequest', 'mailbox: Not an address.');
  return address;
}

function ownerFor(portal: string, { owner, siteId }: PortalCalendarInfo, site: string | undefined): Owner {
  return owner.kind === 'user' && site === undefined
    ? { portal, kind: 'user', id: owner.id }
    : { portal, kind: 'site', id: siteId };
}

/** By id, else by name, which must be that of one alone. With a site, only what is the site's own. */
function named(
  calendars: readonly PortalCalendarInfo[],
  wanted: string,
  site: string | undefined,
): PortalCalendarInfo {
  const among = calendars.filter(
    ({ siteId, owner }) => site === undefined || (siteId === site && owner.kind !== 'user'),
  );
  const byName = among.filter(({ name }) => name === wanted);
  const [found] = [...among.filter(({ id }) => id === wanted), ...byName];
  if (found === undefined) {
    const where = site === undefined ? '' : ` of site ${site}`;
    throw new ApiProblem(
      'calendarNotManageable',
      `The service’s account may manage no calendar${where} with this id or name. GET /service/liferay-calendars lists them.`,
    );
  }
  if (found.id !== wanted && byName.length > 1) {
    const ids = byName.map(({ id }) => id).join(', ');
    throw new ApiProblem('calendarNotManageable', `Several calendars have this name: name one of ${ids}.`);
  }
  return found;
}

/** By id or name; the mailbox's own calendar where none is named. */
function folderFor(
  folders: readonly MailboxFolder[],
  wanted: string | undefined,
  direction: Direction,
): MailboxFolder {
  const byName = folders.filter(({ name }) => name === wanted);
  const found =
    wanted === undefined
      ? folders.find(({ isDefault }) => isDefault)
      : (folders.find(({ id }) => id === wanted) ?? (byName.length === 1 ? byName[0] : undefined));
  if (found === undefined) {
    throw new ApiProblem(
      'folderUnknown',
      'The mailbox has no such calendar, or several of this name: give its id.',
    );
  }
  if (direction === 'both' && !found.canWrite) throw new ApiProblem('folderReadOnly');
  return found;
}
