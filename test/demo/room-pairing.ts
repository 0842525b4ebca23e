/** Pairs the room before the service starts: a site's mailboxes are entered in the database, which has one owner. */
import { domain, mailbox, pairing } from '#drizzle/schema.ts';
import { openNodeDatabase } from '#runtime/node-database.ts';
import { USUAL_DETAILS } from '#shared/details.ts';
import { CONFIGURED_DOMAIN } from '#store/domains.ts';
import type { Emulators } from '#test/emulators/serve.ts';
import type { Room } from './room.ts';

/** @param databaseUrl of the service that is started after this */
export async function pairRoom(
  databaseUrl: string,
  { exchange, exchangeUrl, liferayUrl }: Emulators,
  { address, calendarId, siteId, name, zone }: Room,
  intervalSeconds: number,
): Promise<void> {
  const { db, close } = await openNodeDatabase({ url: databaseUrl });
  const now = Date.now();
  try {
    await db.batch([
      db.insert(domain).values({
        id: CONFIGURED_DOMAIN,
        portal: liferayUrl,
        endpoint: exchangeUrl,
        signInSealed: '',
        createdAt: now,
      }),
      db.insert(mailbox).values({
        id: 'room',
        domainId: CONFIGURED_DOMAIN,
        address,
        ownerKind: 'site',
        ownerId: siteId,
        intervalSeconds,
        nextSyncAt: now,
        createdAt: now,
      }),
      db.insert(pairing).values({
        id: 'room',
        mailboxId: 'room',
        folderId: exchange.mailbox(address).calendar.id,
        folderName: 'Calendar',
        calendarId,
        calendarName: name,
        calendarZone: zone,
        direction: 'both',
        details: USUAL_DETAILS.site,
        userId: siteId,
        createdAt: now,
      }),
    ]);
  } finally {
    close();
  }
}
