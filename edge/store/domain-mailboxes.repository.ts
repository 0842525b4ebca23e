/** What the administrators of a domain do to its mailboxes, to many at once or to one. */
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { mailbox, mailboxIdentity, pairing } from '#drizzle/schema.ts';
import type { Copies } from '#shared/api.ts';
import type { Reason } from '#shared/reasons.ts';
import { copiesOf, ends, forgetPairing } from './copies.repository.ts';
import type { Database } from './database.ts';
import { idsOfMailboxes, type MailboxFilter } from './domain-mailbox-list.repository.ts';
import { fenceOff, wake } from './mailboxes.repository.ts';
import { type Act, auditRow } from './pairings.repository.ts';

const PAUSED = 'pausedByAdministrator' satisfies Reason;

/** Which mailboxes of a domain are meant: the named ones, or all that fit. */
export type WhichMailboxes = { readonly ids: readonly string[] } | MailboxFilter;

/**
 * - `pause`: their pairings stand still until an administrator resumes them, and runs under way stop.
 * - `resume`: those that were paused so go on.
 * - `sync`: each is looked at as soon as possible.
 * @returns how many mailboxes were meant
 */
export async function actOnMailboxes(
  db: Database,
  domainId: string,
  action: 'pause' | 'resume' | 'sync',
  which: WhichMailboxes,
  act: Act,
): Promise<number> {
  const isMeant = areMeant(db, domainId, which);
  const meant = db.select({ id: mailbox.id }).from(mailbox).where(isMeant);
  const wakes = db
    .update(mailbox)
    .set({
      nextSyncAt: sql`min(${mailbox.nextSyncAt}, ${act.atMs})`,
      told: sql`${mailbox.told} + 1`,
      dispatchedUntil: 0,
      attempts: 0,
    })
    .where(isMeant)
    .returning({ id: mailbox.id });
  const { what, whom } = inTheRecord(domainId, which);
  const audited = auditRow(db, act, `domain.mailboxes.${action}${what}`, whom, domainId);
  switch (action) {
    case 'pause': {
      const [touched] = await db.batch([
        db
          .update(mailbox)
          .set({ fence: sql`${mailbox.fence} + 1` })
          .where(isMeant)
          .returning({ id: mailbox.id }),
        db
          .update(pairing)
          .set({ state: 'paused', reason: PAUSED, reasonDetail: null })
          .where(and(eq(pairing.state, 'active'), inArray(pairing.mailboxId, meant))),
        audited,
      ]);
      return touched.length;
    }
    case 'resume': {
      const [touched] = await db.batch([
        wakes,
        db
          .update(pairing)
          .set({ state: 'active', reason: null, reasonDetail: null })
          .where(and(eq(pairing.reason, PAUSED), inArray(pairing.mailboxId, meant))),
        audited,
      ]);
      return touched.length;
    }
    case 'sync': {
      const [touched] = await db.batch([wakes, audited]);
      return touched.length;
    }
    default:
      return action satisfies never;
  }
}

function areMeant(db: Database, domainId: string, which: WhichMailboxes): SQL | undefined {
  return 'ids' in which
    ? and(eq(mailbox.domainId, domainId), inArray(mailbox.id, [...which.ids]))
    : inArray(mailbox.id, idsOfMailboxes(db, domainId, which));
}

/** One mailbox by its id, several by their number, all that fit by what they had to fit. */
function inTheRecord(domainId: string, which: WhichMailboxes): { what: string; whom: string } {
  if ('ids' in which) {
    const [only] = which.ids;
    return which.ids.length === 1
      ? { what: '', whom: `${domainId}/${only}` }
      : { what: ` ${which.ids.length}`, whom: domainId };
  }
  const { search, state, reason } = which;
  const words = Object.entries({ search, state, reason }).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [` ${name}=${value}`],
  );
  return { what: words.join(''), whom: domainId };
}

function pairingsMeant(db: Database, domainId: string, which: WhichMailboxes) {
  return db
    .select({ id: pairing.id, mailboxId: pairing.mailboxId })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .where(areMeant(db, domainId, which));
}

/** What the end of all their pairings could remove. */
export async function copiesOfMailboxes(
  db: Database,
  domainId: string,
  which: WhichMailboxes,
): Promise<Copies> {
  const meant = await pairingsMeant(db, domainId, which);
  return copiesOf(
    db,
    meant.map(({ id }) => id),
  );
}

/**
 * Ends all their pairings. `copies`: what becomes of those that we made; of more than `count` nothing is removed.
 * @returns how many mailboxes were meant; null where there are more copies by now, and nothing was done
 */
export async function unpairMailboxes(
  db: Database,
  domainId: string,
  wanted: { readonly which: WhichMailboxes } & (
    | { readonly copies: 'keep' }
    | { readonly copies: 'exchange' | 'liferay'; readonly count: number }
  ),
  act: Act,
): Promise<number | null> {
  const meant = await pairingsMeant(db, domainId, wanted.which);
  const mailboxIds = [...new Set(meant.map(({ mailboxId }) => mailboxId))];
  const { what, whom } = inTheRecord(domainId, wanted.which);
  const action = `domain.mailboxes.unpair copies=${wanted.copies}${what}`;
  const audited = auditRow(db, act, action, whom, domainId);
  const writes: BatchItem<'sqlite'>[] = [];
  if (wanted.copies === 'keep') {
    for (const { id, mailboxId } of meant) writes.push(...forgetPairing(db, id, mailboxId));
  } else {
    const found = await Promise.all(meant.map(({ id }) => copiesOf(db, [id])));
    const counts = found.map((each) => each[wanted.copies]);
    if (counts.reduce((sum, each) => sum + each, 0) > wanted.count) return null;
    for (const [index, { id }] of meant.entries())
      writes.push(ends(db, [id], wanted.copies, counts[index] ?? 0));
    for (const id of mailboxIds) writes.push(wake(db, id, act.atMs));
  }
  // A run under way would go on copying.
  for (const id of mailboxIds) writes.push(fenceOff(db, id));
  await db.batch([audited, ...writes]);
  return mailboxIds.length;
}

/**
 * @param wanted `intervalSeconds`: null for that of the domain, which `usual` is
 * @returns how many mailboxes were meant
 */
export async function setIntervals(
  db: Database,
  domainId: string,
  wanted: {
    readonly which: WhichMailboxes;
    readonly intervalSeconds: number | null;
    readonly usual: number;
  },
  act: Act,
): Promise<number> {
  const { which, intervalSeconds } = wanted;
  const { what, whom } = inTheRecord(domainId, which);
  const action = `domain.mailboxes.interval seconds=${intervalSeconds ?? 'usual'}${what}`;
  const [touched] = await db.batch([
    db
      .update(mailbox)
      .set(withInterval(wanted, act.atMs))
      .where(areMeant(db, domainId, which))
      .returning({ id: mailbox.id }),
    auditRow(db, act, action, whom, domainId),
  ]);
  return touched.length;
}

/** Nobody waits for the end of a longer interval; after a failure the time of the next look is the server's affair. */
function withInterval(
  { intervalSeconds, usual }: { readonly intervalSeconds: number | null; readonly usual: number },
  nowMs: number,
) {
  const seconds = intervalSeconds ?? usual;
  const soonest = sql`min(${mailbox.nextSyncAt}, ${nowMs + seconds * 1_000})`;
  return {
    intervalSeconds: seconds,
    ownInterval: intervalSeconds !== null,
    nextSyncAt: sql`case when ${mailbox.attempts} = 0 then ${soonest} else ${mailbox.nextSyncAt} end`,
  };
}

/** What an administrator decides about one mailbox; what is left out stays. */
export interface MailboxSettings {
  /** Null: that of the domain, which `usual` is. */
  readonly intervalSeconds?: number | null;
  /** How the server is told for whom we act; null: by the address. */
  readonly actAs?: string | null;
}

/** False: there is no such mailbox in the domain. */
export async function changeMailbox(
  db: Database,
  domainId: string,
  id: string,
  { intervalSeconds, actAs, usual }: MailboxSettings & { readonly usual: number },
  act: Act,
): Promise<boolean> {
  const isIt = and(eq(mailbox.domainId, domainId), eq(mailbox.id, id));
  const [found] = await db.select({ address: mailbox.address }).from(mailbox).where(isIt);
  if (found === undefined) return false;
  const ofIt = and(eq(mailboxIdentity.domainId, domainId), eq(mailboxIdentity.address, found.address));
  await db.batch([
    auditRow(db, act, 'domain.mailbox.change', `${domainId}/${id}`, domainId),
    ...(intervalSeconds === undefined
      ? []
      : [db.update(mailbox).set(withInterval({ intervalSeconds, usual }, act.atMs)).where(isIt)]),
    ...(actAs === undefined ? [] : [db.delete(mailboxIdentity).where(ofIt)]),
    ...(actAs === undefined || actAs === null
      ? []
      : [db.insert(mailboxIdentity).values({ domainId, address: found.address, value: actAs })]),
  ]);
  return true;
}

/** Of a mailbox that is paired; null: none is. */
export async function anyAddressOf(db: Database, domainId: string): Promise<string | null> {
  const rows = await db
    .select({ address: mailbox.address })
    .from(mailbox)
    .where(eq(mailbox.domainId, domainId))
    .orderBy(asc(mailbox.createdAt), asc(mailbox.id))
    .limit(1);
  return rows[0]?.address ?? null;
}

/** How the server is told for whom we act at this mailbox, where the address does not say it. */
export async function identityOf(db: Database, domainId: string, address: string): Promise<string | null> {
  const rows = await db
    .select({ value: mailboxIdentity.value })
    .from(mailboxIdentity)
    .where(and(eq(mailboxIdentity.domainId, domainId), eq(mailboxIdentity.address, address.toLowerCase())));
  return rows[0]?.value ?? null;
}
