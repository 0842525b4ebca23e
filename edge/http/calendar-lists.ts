/** Calendars of either side as the API shows them: with the pairing that each is in. */
import type { MailboxFolder } from '#exchange/mailbox-calendar.port.ts';
import type { PortalCalendarInfo } from '#liferay/portal-calendar.port.ts';
import type { ExchangeCalendar, LiferayCalendar } from '#shared/api.ts';
import type { Database } from '#store/database.ts';
import { pairingsByCalendar, pairingsByFolder } from '#store/pairings.repository.ts';

export async function exchangeCalendars(
  db: Database,
  folders: readonly MailboxFolder[],
): Promise<ExchangeCalendar[]> {
  const pairings = await pairingsByFolder(
    db,
    folders.map((folder) => folder.id),
  );
  return folders.map(({ id, name, isDefault, canWrite }) => ({
    id,
    name,
    isDefault,
    canWrite,
    pairingId: pairings.get(id) ?? null,
  }));
}

export async function liferayCalendars(
  db: Database,
  calendars: readonly PortalCalendarInfo[],
): Promise<LiferayCalendar[]> {
  const pairings = await pairingsByCalendar(
    db,
    calendars.map((calendar) => calendar.id),
  );
  return calendars.map(({ id, name, zone, isDefault, owner }) => ({
    id,
    name,
    zone,
    isDefault,
    ownerKind: owner.kind,
    pairingId: pairings.get(id) ?? null,
  }));
}
