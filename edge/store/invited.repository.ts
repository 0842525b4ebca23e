/** Mailboxes behind calendars that somebody invites. Reads only. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { domain, mailbox, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { chunks, ROWS_PER_STATEMENT } from './sync-rows.ts';

/** The addresses of those calendars that are paired here, in the portal of this pairing, by calendar. */
export async function pairedAddresses(
  db: Database,
  pairingId: string,
  calendarIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const own = alias(pairing, 'own');
  const ownMailbox = alias(mailbox, 'own_mailbox');
  const ownDomain = alias(domain, 'own_domain');
  const portal = db
    .select({ portal: ownDomain.portal })
    .from(own)
    .innerJoin(ownMailbox, eq(ownMailbox.id, own.mailboxId))
    .innerJoin(ownDomain, eq(ownDomain.id, ownMailbox.domainId))
    .where(eq(own.id, pairingId));
  const found = new Map<string, string>();
  for (const ids of chunks(calendarIds, ROWS_PER_STATEMENT)) {
    const rows = await db
      .select({ calendarId: pairing.calendarId, address: mailbox.address })
      .from(pairing)
      .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
      .innerJoin(domain, eq(domain.id, mailbox.domainId))
      .where(and(inArray(pairing.calendarId, [...ids]), eq(domain.portal, sql`(${portal})`)));
    for (const { calendarId, address } of rows) found.set(calendarId, address);
  }
  return found;
}
