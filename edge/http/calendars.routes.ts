/** Who is signed in, and which calendars they could pair. */
import { Hono } from 'hono';
import { Temporal } from 'temporal-polyfill';
import { type Me, NewLiferayCalendar } from '#shared/api.ts';
import { administersDomain } from '#store/domains.repository.ts';
import { approvalOf, askApproval } from '#store/mailbox-approvals.repository.ts';
import { recordAct } from '#store/pairings.repository.ts';
import { exchangeCalendars, liferayCalendars } from './calendar-lists.ts';
import { placeAddress } from './mailbox-rule.ts';
import { describeApi, jsonBody, SCHEMAS } from './openapi.ts';
import { NO_MAILBOX } from './ownership.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv, Session } from './session.ts';
import type { AppDependencies } from './settings.ts';

export function calendarRoutes(deps: AppDependencies) {
  const { db, settings } = deps;
  return new Hono<ApiEnv>()
    .get(
      '/me',
      describeApi({ summary: 'Who is signed in', tag: 'calendars', answers: [200, SCHEMAS.Me] }),
      async (c) => {
        const session = c.get('session');
        const { user } = session;
        const own = await ownMailbox(session);
        const me: Me = {
          userId: user.id,
          name: user.name,
          emailAddress: user.emailAddress,
          mailbox: own.mailbox,
          mailboxReason: own.reason,
          usualWindow: { pastDays: settings.windowPastDays, futureDays: settings.windowFutureDays },
          administers: await administeredBy(deps, user),
        };
        return c.json(me);
      },
    )
    .post(
      '/mailbox-request',
      describeApi({
        summary: 'Ask the domain’s administrators to approve the user’s own mailbox',
        tag: 'calendars',
        answers: [202, SCHEMAS.MailboxRequested],
        reasons: ['noMailboxAddress', 'noDomain'],
      }),
      async (c) => {
        const session = c.get('session');
        const { user } = session;
        const { domain, address } = await placeAddress(db, settings.portalUrl, user.emailAddress);
        const claim = { domainId: domain.id, userId: user.id, address };
        if (domain.addressRule !== 'approve') return c.json({ state: 'approved' as const }, 202);
        await askApproval(db, claim, user.name, session.act());
        return c.json({ state: (await approvalOf(db, claim)) ?? 'waiting' }, 202);
      },
    )
    .get(
      '/exchange-calendars',
      describeApi({
        summary: 'Calendar folders of the user’s own mailbox',
        tag: 'calendars',
        answers: [200, SCHEMAS.ExchangeCalendars],
        reasons: NO_MAILBOX.user,
        asksExchange: true,
      }),
      async (c) => {
        const session = c.get('session');
        const { address } = await session.mailbox();
        const folders = await session.folders(address);
        return c.json({ calendars: await exchangeCalendars(db, folders) });
      },
    )
    .get(
      '/liferay-calendars',
      describeApi({
        summary: 'Liferay calendars that the user may manage',
        tag: 'calendars',
        answers: [200, SCHEMAS.LiferayCalendars],
      }),
      async (c) => {
        const found = await c.get('session').calendars();
        return c.json({ calendars: await liferayCalendars(db, found) });
      },
    )
    .post(
      '/liferay-calendars',
      describeApi({
        summary: 'Make the user’s own Liferay calendar where there is none',
        tag: 'calendars',
        answers: [201, SCHEMAS.LiferayCalendar],
        reasons: ['invalidRequest', 'bodyTooLarge'],
      }),
      jsonBody(NewLiferayCalendar),
      async (c) => {
        const session = c.get('session');
        const { name, zone } = c.req.valid('json');
        requireZone(zone);
        const calendar = await session.createCalendar(name, zone);
        await recordAct(db, session.act(), 'calendar.create', calendar.id);
        const [shown] = await liferayCalendars(db, [calendar]);
        return c.json(shown, 201);
      },
    );
}

async function administeredBy(
  { db, settings }: AppDependencies,
  user: Session['user'],
): Promise<Me['administers']> {
  if (user.isPortalAdministrator) return 'portal';
  return (await administersDomain(db, settings.portalUrl, user)) ? 'domains' : null;
}

/** The user's own mailbox, or why they have none. */
async function ownMailbox(
  session: Session,
): Promise<Pick<Me, 'mailbox'> & { readonly reason: string | null }> {
  try {
    return { mailbox: (await session.mailbox()).address, reason: null };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return { mailbox: null, reason: error.reason };
  }
}

/** A name of the time zone database; Temporal would take an offset as well, which Liferay does not. */
export function requireZone(zone: string): void {
  try {
    if (/^[A-Za-z]/.test(zone)) {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
      return;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new ApiProblem('invalidRequest', 'zone: not an IANA time zone such as "Europe/Rome".');
}
