/**
 * The zones of calendars that do not tell theirs. A calendar has one of its own from 7.0 on; in 6.2 it is that of the user
 * whom its resource stands for, else the portal's (CalendarImpl.getTimeZone), which the row of the guest has.
 */
import * as v from 'valibot';
import type { Clock } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import { canonicalZone } from '#core/zones.ts';
import type { Reason } from '#shared/reasons.ts';
import { LONG, must } from './booking-row.ts';
import { classId, className, RESOURCE } from './calendar-owners.ts';
import { lookUp } from './look-up.ts';
import { READ_ITEM, READ_SERVICE, type Session } from './portal-session.ts';

/** For how long a zone is believed: users seldom change theirs, and an idle round is one request. */
const ZONE_MS = 86_400_000;
const LIMIT = 50_000;
const USER = v.object({ timeZoneId: v.nullish(v.string(), '') });
/** We may not look, or there is no such method. */
const UNSEEN: ReadonlySet<Reason> = new Set<Reason>(['accessDenied', 'itemNotFound', 'notTheService']);

interface Zoned {
  readonly calendarId: string;
  readonly calendarResourceId: string;
  readonly timeZoneId: string;
}

/** Remembered for a day. */
export class CalendarZones {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #known = new Map<string, { readonly zone: string; readonly atMs: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** IANA zone by calendar id, as the portal names it where there is no such zone; empty where it could not be learnt. */
  async of(session: Session, calendars: readonly Zoned[]): Promise<ReadonlyMap<string, string>> {
    const silent = calendars.filter(({ timeZoneId }) => timeZoneId === '');
    if (silent.length > 0) await this.#learn(session, silent);
    return new Map(
      calendars.map(({ calendarId, timeZoneId }) => {
        const zone = timeZoneId || (this.#known.get(calendarId)?.zone ?? '');
        return [calendarId, canonicalZone(zone) ?? zone];
      }),
    );
  }

  async #learn(session: Session, calendars: readonly Zoned[]): Promise<void> {
    const now = this.#clock.monotonic();
    const due = calendars.filter(({ calendarId }) => {
      const known = this.#known.get(calendarId);
      return known === undefined || now - known.atMs > ZONE_MS;
    });
    if (due.length === 0) return;
    const { user, values } = await session.invokeAsUs([className(session, 'User')], READ_SERVICE);
    const userClass = classId(values[0]);
    const resources = await lookUp(
      session,
      RESOURCE,
      due.map(({ calendarResourceId }) => calendarResourceId),
      (calendarResourceId) =>
        session.command('calendarresource', 'get-calendar-resource', { calendarResourceId }),
    );
    const userIds = [...resources.values()].flatMap(({ classNameId, classPK }) =>
      classNameId === userClass ? [classPK] : [],
    );
    const users = await lookUp(session, USER, userIds, userById);
    const others = await portalZone(session, user.companyId);
    if (this.#known.size > LIMIT) this.#known.clear();
    for (const { calendarId, calendarResourceId } of due) {
      const resource = resources.get(calendarResourceId);
      const isUsers = resource?.classNameId === userClass;
      const zone = isUsers ? (users.get(resource.classPK)?.timeZoneId ?? '') : others;
      this.#known.set(calendarId, { zone: resource === undefined ? '' : zone, atMs: now });
    }
  }
}

function userById(userId: string) {
  return { path: '/user/get-user-by-id', parameters: { userId } };
}

/** Empty where the portal does not show us the guest. */
async function portalZone(session: Session, companyId: string): Promise<string> {
  const ask = { path: '/user/get-default-user-id', parameters: { companyId } };
  try {
    const { values } = await session.invokeAsUs([ask], READ_ITEM);
    const id = must(LONG, values[0], 'the id of the guest');
    const guest = await lookUp(session, USER, [id], userById);
    return guest.get(id)?.timeZoneId ?? '';
  } catch (error) {
    const isRefused = error instanceof RemoteFailure && UNSEEN.has(error.failure.reason);
    if (isRefused) return '';
    throw error;
  }
}
