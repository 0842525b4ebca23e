/**
 * Which mailboxes the administrators of a site may pair: the domain's setting, which its administrator makes, by hand, by
 * a pattern, or with a room list; or which the process's configuration says.
 */
import { and, asc, eq, exists, inArray, not, or, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { domain, mailbox, pairing, roomListMember, siteRelease } from '#drizzle/schema.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';
import { domainOfAddress, mailDomainOf } from './domains.repository.ts';
import { type Act, auditRow } from './pairings.repository.ts';
import type { DomainRow } from './sync-rows.ts';

/** A mailbox that a site may have. */
export interface SiteRelease {
  /** Liferay's group id. */
  readonly siteId: string;
  /** SMTP address in lower case. */
  readonly address: string;
}

/** How an administrator names mailboxes that a site may have. */
export interface ReleaseRule {
  readonly siteId: string;
  readonly kind: 'address' | 'pattern' | 'roomList';
  /** In lower case; of a pattern with `*` before the sign. */
  readonly value: string;
}

/** A rule with who made it. */
export interface KeptRelease extends ReleaseRule {
  readonly origin: 'configuration' | 'api';
}

/** Of a pairing that stands still because its mailbox is not its site's any more. */
export const NOT_RELEASED = 'mailboxNotReleased' satisfies Reason;

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
  const isConfigured = and(eq(siteRelease.domainId, domainId), eq(siteRelease.origin, 'configuration'));
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
    origin: 'configuration' as const,
    createdAt: nowMs,
  }));
  await db.batch([
    db.delete(siteRelease).where(isConfigured),
    // What an administrator released too becomes the configuration's.
    ...rows.map((row) =>
      db
        .insert(siteRelease)
        .values(row)
        .onConflictDoUpdate({
          target: [siteRelease.domainId, siteRelease.siteId, siteRelease.kind, siteRelease.value],
          set: { origin: 'configuration' },
        }),
    ),
    ...settle(db, domainId),
  ]);
}

/** All that is released in a domain, by site. */
export async function releasesOf(db: Database, domainId: string): Promise<readonly KeptRelease[]> {
  return db
    .select({
      siteId: siteRelease.siteId,
      kind: siteRelease.kind,
      value: siteRelease.value,
      origin: siteRelease.origin,
    })
    .from(siteRelease)
    .where(eq(siteRelease.domainId, domainId))
    .orderBy(asc(siteRelease.siteId), asc(siteRelease.kind), asc(siteRelease.value));
}

/** Releases and takes back, in one. What the configuration releases stays as it is. */
export async function changeReleases(
  db: Database,
  domainId: string,
  { add, remove }: { readonly add: readonly ReleaseRule[]; readonly remove: readonly ReleaseRule[] },
  act: Act,
): Promise<void> {
  const taken = remove.map(({ siteId, kind, value }) =>
    and(eq(siteRelease.siteId, siteId), eq(siteRelease.kind, kind), eq(siteRelease.value, value)),
  );
  const writes: BatchItem<'sqlite'>[] = add.map(({ siteId, kind, value }) =>
    db
      .insert(siteRelease)
      .values({ domainId, siteId, kind, value, origin: 'api', createdAt: act.atMs, checkedAt: act.atMs })
      .onConflictDoNothing(),
  );
  if (taken.length > 0) {
    const ours = and(eq(siteRelease.domainId, domainId), eq(siteRelease.origin, 'api'));
    writes.push(db.delete(siteRelease).where(and(ours, or(...taken))));
  }
  const summary = `domain.releases +${add.length} -${remove.length}`;
  await db.batch([auditRow(db, act, summary, domainId, domainId), ...writes, ...settle(db, domainId)]);
}

/** Rooms of one list that count. */
const ROOM_LIMIT = 1_000;

/**
 * Rooms of a room list, as the server told them. Those that are in no e-mail domain of the domain are left out: they are
 * not its to release. @returns how many are kept
 */
export async function saveRoomList(
  db: Database,
  { id: domainId, portal }: Pick<DomainRow, 'id' | 'portal'>,
  list: string,
  told: readonly { readonly address: string; readonly name: string }[],
  nowMs: number,
): Promise<number> {
  const rooms = await ofDomain(db, { id: domainId, portal }, told.slice(0, ROOM_LIMIT));
  const isList = and(eq(roomListMember.domainId, domainId), eq(roomListMember.list, list));
  const isRelease = and(
    eq(siteRelease.domainId, domainId),
    eq(siteRelease.kind, 'roomList'),
    eq(siteRelease.value, list),
  );
  await db.batch([
    db.delete(roomListMember).where(isList),
    db.update(siteRelease).set({ checkedAt: nowMs }).where(isRelease),
    ...rooms.map((room) =>
      db
        .insert(roomListMember)
        .values({ domainId, list, ...room, readAt: nowMs })
        .onConflictDoNothing(),
    ),
    ...settle(db, domainId),
  ]);
  return rooms.length;
}

/** One statement for each e-mail domain, however many rooms it has. */
async function ofDomain<T extends { readonly address: string }>(
  db: Database,
  { id, portal }: Pick<DomainRow, 'id' | 'portal'>,
  rooms: readonly T[],
): Promise<readonly T[]> {
  const own = new Set<string>();
  for (const [name, [first]] of Map.groupBy(rooms, ({ address }) => mailDomainOf(address))) {
    if (first !== undefined && (await domainOfAddress(db, portal, first.address))?.id === id) own.add(name);
  }
  return rooms.filter(({ address }) => own.has(mailDomainOf(address)));
}

/** Pauses the pairings of mailboxes that are not released, and lets go on those of mailboxes that are again. */
function settle(db: Database, domainId: string) {
  return [
    db
      .update(pairing)
      .set({ state: 'paused', reason: NOT_RELEASED, reasonDetail: null })
      .where(and(eq(pairing.state, 'active'), ofSite(db, domainId, false))),
    db
      .update(pairing)
      .set({ state: 'active', reason: null, reasonDetail: null })
      .where(and(eq(pairing.reason, NOT_RELEASED), ofSite(db, domainId, true))),
  ] as const;
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
        covers(db, mailbox.address),
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

/** Of a release in a query: it names the address. */
function covers(db: Database, address: SQLiteColumn | string): SQL | undefined {
  const text = sql`${address}`;
  const members = db
    .select({ one: sql`1` })
    .from(roomListMember)
    .where(
      and(
        eq(roomListMember.domainId, siteRelease.domainId),
        eq(roomListMember.list, siteRelease.value),
        eq(roomListMember.address, text),
      ),
    );
  return or(
    and(eq(siteRelease.kind, 'address'), eq(siteRelease.value, text)),
    // The only wildcard in a pattern is `*`, and an address has one sign, so none reaches into another e-mail domain.
    and(eq(siteRelease.kind, 'pattern'), sql`${text} glob ${siteRelease.value}`),
    and(eq(siteRelease.kind, 'roomList'), exists(members)),
  );
}

/** Whether the mailbox of a domain is released for the site. */
export async function isReleasedFor(
  db: Database,
  domainId: string,
  { siteId, address }: SiteRelease,
): Promise<boolean> {
  const isOne = and(eq(siteRelease.domainId, domainId), eq(siteRelease.siteId, siteId), covers(db, address));
  return (await db.select({ one: sql`1` }).from(siteRelease).where(isOne).limit(1)).length > 0;
}

/** A mailbox that is released by itself or with a room list, which then tells its name. */
export interface ReleasedMailbox {
  readonly address: string;
  readonly name: string | null;
  readonly roomList: string | null;
}

/** The mailboxes that are released for a site, by address; those of patterns have to be named and are not here. */
export async function releasedFor(
  db: Database,
  portal: string,
  siteId: string,
): Promise<readonly ReleasedMailbox[]> {
  const ofTheSite = and(inArray(siteRelease.domainId, domainsOf(db, portal)), eq(siteRelease.siteId, siteId));
  const [named, listed] = await db.batch([
    db
      .select({ address: siteRelease.value })
      .from(siteRelease)
      .where(and(ofTheSite, eq(siteRelease.kind, 'address'))),
    db
      .select({
        address: roomListMember.address,
        name: roomListMember.name,
        roomList: roomListMember.list,
      })
      .from(siteRelease)
      .innerJoin(
        roomListMember,
        and(eq(roomListMember.domainId, siteRelease.domainId), eq(roomListMember.list, siteRelease.value)),
      )
      .where(and(ofTheSite, eq(siteRelease.kind, 'roomList')))
      .orderBy(asc(roomListMember.list)),
  ]);
  const found = new Map<string, ReleasedMailbox>(
    named.map(({ address }) => [address, { address, name: null, roomList: null }]),
  );
  for (const each of listed) {
    const before = found.get(each.address);
    found.set(each.address, { ...each, roomList: before ? before.roomList : each.roomList });
  }
  return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Patterns of mailboxes that are released for a site. */
export async function patternsFor(db: Database, portal: string, siteId: string): Promise<readonly string[]> {
  const isPattern = and(
    inArray(siteRelease.domainId, domainsOf(db, portal)),
    eq(siteRelease.siteId, siteId),
    eq(siteRelease.kind, 'pattern'),
  );
  const rows = await db
    .select({ value: siteRelease.value })
    .from(siteRelease)
    .where(isPattern)
    .orderBy(asc(siteRelease.value));
  return rows.map(({ value }) => value);
}

/** Sites for which mailboxes are released. */
export async function sitesWithReleases(db: Database, portal: string): Promise<readonly string[]> {
  const rows = await db
    .selectDistinct({ siteId: siteRelease.siteId })
    .from(siteRelease)
    .where(inArray(siteRelease.domainId, domainsOf(db, portal)))
    .orderBy(asc(siteRelease.siteId));
  return rows.map(({ siteId }) => siteId);
}

function domainsOf(db: Database, portal: string) {
  return db.select({ id: domain.id }).from(domain).where(eq(domain.portal, portal));
}
