/** Who is signed in, and which calendars they could pair. */
import { Hono } from 'hono';
import { Temporal } from 'temporal-polyfill';
import { ownAddress } from '#core/own-address.ts';
import { type Me, NewLiferayCalendar } from '#shared/api.ts';
import { recordAct } from '#store/pairings.repository.ts';
import { exchangeCalendars, liferayCalendars } from './calendar-lists.ts';
import { describeApi, jsonBody, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { ApiEnv } from './session.ts';
import type { AppDependencies } from './settings.ts';

export function calendarRoutes({ db, settings }: AppDependencies) {
  return new Hono<ApiEnv>()
    .get(
      '/me',
      describeApi({ summary: 'Who is signed in', tag: 'calendars', answers: [200, SCHEMAS.Me] }),
      (c) => {
        const { user } = c.get('session');
        const own = ownAddress(user, settings.addressRule);
        const me: Me = {
          userId: user.id,
          name: user.name,
          emailAddress: user.emailAddress,
          mailbox: own.kind === 'address' ? own.address : null,
          mailboxReason: own.kind === 'none' ? own.reason : null,
          usualWindow: { pastDays: settings.windowPastDays, futureDays: settings.windowFutureDays },
        };
        return c.json(me);
      },
    )
    .get(
      '/exchange-calendars',
      describeApi({
        summary: 'Calendar folders of the user’s own mailbox',
        tag: 'calendars',
        answers: [200, SCHEMAS.ExchangeCalendars],
        reasons: ['noMailboxAddress', 'addressNotVerified'],
        asksExchange: true,
      }),
      async (c) => {
        const session = c.get('session');
        const folders = await session.folders(session.mailbox());
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

/** A name of the time zone database; Temporal would take an offset as well, which Liferay does not. */
function requireZone(zone: string): void {
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
