/**
 * What the administrators of a site find to pair: the mailboxes that are released for it, and the calendars of its rooms
 * and other resources. The pairings themselves are those of pairings.routes.ts, below `/api/sites/:siteId`.
 */
import { Hono } from 'hono';
import { NewSiteCalendar } from '#shared/api.ts';
import { recordAct } from '#store/pairings.repository.ts';
import { patternsFor, releasedFor, sitesWithReleases } from '#store/site-releases.repository.ts';
import { exchangeCalendars, liferayCalendars } from './calendar-lists.ts';
import { requireZone } from './calendars.routes.ts';
import { describeApi, describeOwned, jsonBody, SCHEMAS } from './openapi.ts';
import { administers, type OwnershipEnv } from './ownership.ts';
import type { ApiEnv } from './session.ts';
import type { AppDependencies } from './settings.ts';

export function sitesRoutes({ db, settings }: AppDependencies) {
  return new Hono<ApiEnv>().get(
    '/',
    describeApi({
      summary: 'Sites that the user administers and that have mailboxes to pair',
      tag: 'sites',
      answers: [200, SCHEMAS.Sites],
    }),
    async (c) => {
      const session = c.get('session');
      const ids = await sitesWithReleases(db, settings.portalUrl);
      const { siteNames = {} } = session.user;
      const sites = ids.filter((id) => administers(session, id));
      return c.json({ sites: sites.map((id) => ({ id, name: siteNames[id] ?? null })) });
    },
  );
}

/** Below `/api/sites/:siteId`. */
export function siteCalendarRoutes({ db }: AppDependencies) {
  const describe = describeOwned('site');
  return new Hono<OwnershipEnv>()
    .get(
      '/mailboxes',
      describe({
        summary: 'Mailboxes, of rooms and the like, that are released for the site',
        answers: [200, SCHEMAS.SiteMailboxes],
      }),
      async (c) => {
        const { owner } = c.get('ownership');
        const released = await releasedFor(db, owner.portal, owner.id);
        const patterns = await patternsFor(db, owner.portal, owner.id);
        return c.json({ mailboxes: [...released], patterns: [...patterns] });
      },
    )
    .get(
      '/mailboxes/:address/exchange-calendars',
      describe({
        summary: 'Calendar folders of one of these mailboxes',
        answers: [200, SCHEMAS.ExchangeCalendars],
        reasons: ['mailboxUnknown'],
        asksExchange: true,
      }),
      async (c) => {
        const ownership = c.get('ownership');
        const { address } = await ownership.mailbox(c.req.param('address'));
        return c.json({ calendars: await exchangeCalendars(db, await ownership.folders(address)) });
      },
    )
    .get(
      '/liferay-calendars',
      describe({
        summary: 'Calendars of the site’s resources that the user may manage',
        answers: [200, SCHEMAS.LiferayCalendars],
      }),
      async (c) => c.json({ calendars: await liferayCalendars(db, await c.get('ownership').calendars()) }),
    )
    .post(
      '/liferay-calendars',
      describe({
        summary: 'Make a resource of the site with its calendar, named after one of these mailboxes',
        answers: [201, SCHEMAS.LiferayCalendar],
        reasons: ['mailboxUnknown', 'invalidRequest', 'bodyTooLarge'],
      }),
      jsonBody(NewSiteCalendar),
      async (c) => {
        const session = c.get('session');
        const { owner, mailbox } = c.get('ownership');
        const wanted = c.req.valid('json');
        requireZone(wanted.zone);
        const { address } = await mailbox(wanted.mailbox);
        const released = await releasedFor(db, owner.portal, owner.id);
        const name = released.find((each) => each.address === address)?.name ?? null;
        const calendar = await session.createResource(owner.id, resourceName(name, address), wanted.zone);
        await recordAct(db, session.act(), 'calendar.create', calendar.id);
        const [shown] = await liferayCalendars(db, [calendar]);
        return c.json(shown, 201);
      },
    );
}

/** Characters of a name in Liferay. */
const NAME_LENGTH = 75;

function resourceName(name: string | null, address: string): string {
  const said = (name ?? '').trim();
  const text = said === '' ? (address.split('@')[0] ?? address) : said;
  return [...text].slice(0, NAME_LENGTH).join('');
}
