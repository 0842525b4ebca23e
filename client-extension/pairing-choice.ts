/** What the form for a new pairing offers, prefers and allows. Pure. */
import type { ExchangeCalendar, LiferayCalendar, Pairing } from '#shared/api.ts';

/** Why Liferay changes cannot be written to an Exchange calendar, or `free`. */
export type WriteBack = 'free' | 'readOnly' | 'taken';

/** An Exchange calendar is in at most one pairing that writes to it, and in any number that only read it. */
export function writeBackOf(calendar: ExchangeCalendar | undefined, pairings: readonly Pairing[]): WriteBack {
  if (calendar === undefined) return 'free';
  if (!calendar.canWrite) return 'readOnly';
  const taken = pairings.some(
    (pairing) => pairing.exchangeCalendarId === calendar.id && pairing.direction === 'both',
  );
  return taken ? 'taken' : 'free';
}

/** The mailbox's main calendar while it is in no pairing, so that the usual pairing needs one press. */
export function preferredExchange(calendars: readonly ExchangeCalendar[]): ExchangeCalendar | undefined {
  return calendars.find(({ isDefault, pairingId }) => isDefault && pairingId === null);
}

/** Never a site's or a room's: a hasty press would show one's own appointments to everybody there. */
export function preferredLiferay(calendars: readonly LiferayCalendar[]): LiferayCalendar | undefined {
  return calendars.find(
    ({ isDefault, ownerKind, pairingId }) => isDefault && ownerKind === 'user' && pairingId === null,
  );
}

export interface CalendarGroup {
  readonly ownerKind: LiferayCalendar['ownerKind'];
  readonly calendars: readonly LiferayCalendar[];
}

export function byOwnerKind(calendars: readonly LiferayCalendar[]): CalendarGroup[] {
  const kinds = ['user', 'site', 'resource'] as const;
  return kinds
    .map((ownerKind) => ({
      ownerKind,
      calendars: calendars.filter((calendar) => calendar.ownerKind === ownerKind),
    }))
    .filter((group) => group.calendars.length > 0);
}

/** The calendars with what the pairings say since: a calendar just paired is not offered again. */
export function markPaired<Calendar extends { id: string; pairingId: string | null }>(
  calendars: readonly Calendar[],
  side: 'exchangeCalendarId' | 'liferayCalendarId',
  pairings: readonly Pairing[],
): Calendar[] {
  return calendars.map((calendar) => {
    const pairing = pairings.find((candidate) => candidate[side] === calendar.id);
    return pairing === undefined ? calendar : { ...calendar, pairingId: pairing.id };
  });
}
