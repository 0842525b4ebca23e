/**
 * Which mailboxes the administrators of a site may pair: the domain's setting, which its administrator makes. Until
 * domains have an administration of their own it is what the process's configuration says.
 */
import { and, asc, eq, exists, not, sql } from 'drizzle-orm';
import { mailbox, pairing, siteRelease } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';

/** A mailbox that a site may have. */
export interface SiteRelease {
  /** Liferay's group id. */
  readonly siteId: string;
  /** SMTP address in lower case. */
  readonly address: string;
}

/** Of a pairing that stands still because its mailbox is not its site's any more. */
export const NOT_RELEASED = 'mailboxNotReleased' satisfies Reason;

const ORIGIN = 'configuration' as const;

/**
 * Writes what the configuration releases, in place of what an earlier one did. Pairings whose mailbox is then taken from
 * their site are paused; they go on by themselves when it is given back. Without a difference nothing is written.
 */
export async function saveReleases(
  db: Database,
  domainId: string,
  releases: readonly SiteRelease[],
  nowMs: number,
): Promise<void> {
  const isConfigured = and(eq(siteRelease.domainId, domainId), eq(siteRelease.origin, ORIGIN));
  const stored = await db.select().from(siteRelease).where(isConfigured);
  const names = ({ siteId, address }: SiteRelease) => `${siteId} ${address}`;
  const before = new Set(stored.map(({ siteId, value }) => names({ siteId, address: value })));
  const now = new Set(releases.map(names));
  if (before.size === now.size && [...now].every((each) => before.has(each))) return;
  const rows = releases.map(({ siteId, address }) => ({
    domainId,
    siteId,
    kind: 'address' as const,
    value: address,
    origin: ORIGIN,
    createdAt: nowMs,
  }));
  await db.batch([
    db.delete(siteRelease).where(isConfigured),
    ...rows.map((row) => db.insert(siteRelease).values(row).onConflictDoNothing()),
    db
      .update(pairing)
      .set({ state: 'paused', reason: NOT_RELEASED, reasonDetail: null })
      .where(and(eq(pairing.state, 'active'), ofSite(db, domainId, false))),
    db
      .update(pairing)
      .set({ state: 'active', reason: null, reasonDetail: null })
      .where(and(eq(pairing.reason, NOT_RELEASED), ofSite(db, domainId, true))),
  ]);
}

/** Of a pairing in a query: its mailbox is a site's, and is released for that, or is not. */
function ofSite(db: Database, domainId: string, isReleased: boolean) {
  const release = db
    .select({ one: sql`1` })
    .from(siteRelease)
    .where(
      and(
        eq(siteRelease.domainId, mailbox.domainId),
        eq(siteRelease.siteId, mailbox.ownerId),
        eq(siteRelease.kind, 'address'),
        eq(siteRelease.value, mailbox.address),
      ),
    );
  const owned = db
    .select({ one: sql`1` })
    .from(mailbox)
    .where(
      and(
        eq(mailbox.id, pairing.mailboxId),
        eq(mailbox.domainId, domainId),
        eq(mailbox.ownerKind, 'site'),
        isReleased ? exists(release) : not(exists(release)),
      ),
    );
  return exists(owned);
}

/** The mailboxes that are released for a site, by address. */
export async function releasedFor(
  db: Database,
  domainId: string,
  siteId: string,
): Promise<readonly string[]> {
  const rows = await db
    .select({ address: siteRelease.value })
    .from(siteRelease)
    .where(
      and(
        eq(siteRelease.domainId, domainId),
        eq(siteRelease.siteId, siteId),
        eq(siteRelease.kind, 'address'),
      ),
    )
    .orderBy(asc(siteRelease.value));
  return rows.map(({ address }) => address);
}

/** Sites for which mailboxes are released. */
export async function sitesWithReleases(db: Database, domainId: string): Promise<readonly string[]> {
  const rows = await db
    .selectDistinct({ siteId: siteRelease.siteId })
    .from(siteRelease)
    .where(eq(siteRelease.domainId, domainId))
    .orderBy(asc(siteRelease.siteId));
  return rows.map(({ siteId }) => siteId);
}
