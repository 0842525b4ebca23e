/** Who is signed in, and which calendars they could pair. */
import { Hono } from 'hono';
import { Temporal } from 'temporal-polyfill';
import { ownAddress } from '#core/own-address.ts';
import type { PortalCalendarInfo } from '#liferay/portal-calendar.port.ts';
import { type ExchangeCalendar, type LiferayCalendar, type Me, NewLiferayCalendar } from '#shared/api.ts';
import { pairingsByCalendar, pairingsByFolder, recordAct } from '#store/pairings.repository.ts';
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
        const folders = await c.get('session').folders();
        const pairings = await pairingsByFolder(
          db,
          folders.map((folder) => folder.id),
        );
        const calendars: ExchangeCalendar[] = folders.map(({ id, name, isDefault, canWrite }) => ({
          id,
          name,
          isDefault,
          canWrite,
          pairingId: pairings.get(id) ?? null,
        }));
        return c.json({ calendars });
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
        const pairings = await pairingsByCalendar(
          db,
          found.map((calendar) => calendar.id),
        );
        return c.json({ calendars: found.map((each) => shown(each, pairings.get(each.id) ?? null)) });
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
        const pairings = await pairingsByCalendar(db, [calendar.id]);
        return c.json(shown(calendar, pairings.get(calendar.id) ?? null), 201);
      },
    );
}

function shown(calendar: PortalCalendarInfo, pairingId: string | null): LiferayCalendar {
  const { id, name, zone, isDefault, owner } = calendar;
  return { id, name, zone, isDefault, ownerKind: owner.kind, pairingId };
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
