/** The mailboxes of a domain as its administrators see them: all that fit, in parts and in any order. */
import { and, desc, eq, exists, inArray, isNotNull, like, or, type SQL, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { domain, link, mailbox, pairing } from '#drizzle/schema.ts';
import type { DomainMailbox, DomainMailboxes } from '#shared/domain-api.ts';
import type { MailboxSort } from '#shared/domain-requests.ts';
import type { Database } from './database.ts';

/** Mailboxes in one part of the list at most. */
export const DOMAIN_MAILBOX_PAGE = 100;
/** In one part of all of them: each part looks at the whole domain again. */
const EXPORT_PAGE = 1_000;

/** Which mailboxes a list is about. */
export interface MailboxFilter {
  /** Part of an address, in any case; null or '': any. */
  readonly search: string | null;
  readonly state: DomainMailbox['state'] | null;
  /** Key of REASONS, as shown with the mailbox. */
  readonly reason: string | null;
}

export interface MailboxOrder {
  readonly sort: MailboxSort;
  readonly descending: boolean;
}

/** The last mailbox of the part before: what it is sorted by, its address, its id. */
const Mark = v.tuple([v.union([v.string(), v.number()]), v.string(), v.string()]);
export type MailboxMark = v.InferOutput<typeof Mark>;

/** What a list is asked for. */
export interface MailboxQuery extends MailboxFilter, MailboxOrder {
  readonly limit: number;
  readonly after: MailboxMark | null;
  /** Epoch ms: how many were due then and have not been looked at yet is wanted too. */
  readonly sinceMs: number | null;
}

/** What `next` of another part said; null for what is no such mark. */
export function parseMailboxMark(text: string): MailboxMark | null {
  try {
    return v.parse(Mark, JSON.parse(text));
  } catch {
    return null;
  }
}

/** A part of those that fit, and how many there are in all. */
export async function mailboxesOf(
  db: Database,
  domainId: string,
  query: MailboxQuery,
): Promise<Omit<DomainMailboxes, 'now'>> {
  const rows = shownRows(db, domainId, query);
  const counted = listOf(db, domainId);
  const [found, [all], reasons, [due]] = await db.batch([
    rows.limit(query.limit + 1),
    db.select({ count: count() }).from(counted).where(fits(counted, query)),
    db
      .select({ reason: sql<string>`${counted.reason}`, mailboxes: count() })
      .from(counted)
      .where(isNotNull(counted.reason))
      .groupBy(sql`${counted.reason}`)
      .orderBy(desc(count()), sql`${counted.reason}`),
    db
      .select({ count: count() })
      .from(counted)
      .where(waits(counted, query.sinceMs ?? 0)),
  ]);
  const page = found.slice(0, query.limit);
  const last = found.length > page.length ? page.at(-1) : undefined;
  return {
    mailboxes: await shown(db, page),
    next: last === undefined ? null : JSON.stringify([last.key, last.address, last.id]),
    matching: all?.count ?? 0,
    reasons,
    pending: query.sinceMs === null ? null : (due?.count ?? 0),
  };
}

/** All that fit, part by part. */
export async function* everyMailbox(
  db: Database,
  domainId: string,
  filter: MailboxFilter & MailboxOrder,
): AsyncGenerator<readonly DomainMailbox[]> {
  let after: MailboxMark | null = null;
  for (;;) {
    const rows = shownRows(db, domainId, { ...filter, after });
    const page: ShownRow[] = await rows.limit(EXPORT_PAGE);
    yield await shown(db, page);
    const last = page.at(-1);
    if (last === undefined || page.length < EXPORT_PAGE) return;
    after = [last.key, last.address, last.id];
  }
}

/** Ids of all that fit, for a statement that does something to them. */
export function idsOfMailboxes(db: Database, domainId: string, filter: MailboxFilter) {
  const list = listOf(db, domainId);
  return db.select({ id: list.id }).from(list).where(fits(list, filter));
}

/** What is asked of each mailbox of a domain, before anything is left out. */
export function listOf(db: Database, domainId: string) {
  const isActive = exists(
    db
      .select({ one: sql`1` })
      .from(pairing)
      .where(and(eq(pairing.mailboxId, mailbox.id), eq(pairing.state, 'active'))),
  );
  const state = sql<DomainMailbox['state']>`case
    when ${domain.state} = 'paused' or not ${isActive} then 'paused'
    when ${or(isNotNull(mailbox.reason), isNotNull(domain.reason))} then 'failing' else 'active' end`;
  const ofPairing = (column: SQL | typeof pairing.reason | typeof pairing.reasonDetail) =>
    sql<string | null>`(select ${column} from ${pairing} where ${pairing.mailboxId} = ${mailbox.id}
      and ${pairing.reason} is not null order by ${pairing.createdAt}, ${pairing.id} limit 1)`;
  const reason = sql<string | null>`case ${state} when 'active' then null
    else coalesce(${ofPairing(pairing.reason)}, ${mailbox.reason}, ${domain.reason}) end`;
  return db
    .select({
      id: sql<string>`${mailbox.id}`.as('id'),
      address: sql<string>`${mailbox.address}`.as('address'),
      ownerKind: sql<DomainMailbox['ownerKind']>`${mailbox.ownerKind}`.as('owner_kind'),
      ownerId: sql<string>`${mailbox.ownerId}`.as('owner_id'),
      state: state.as('standing'),
      reason: reason.as('because'),
      reasonDetail: sql<
        string | null
      >`case when ${ofPairing(sql`1`)} is not null then ${ofPairing(pairing.reasonDetail)}
        when ${mailbox.reason} is not null then ${mailbox.reasonDetail} else ${domain.reasonDetail} end`.as(
        'detail',
      ),
      pairings: sql<number>`(select count(*) from ${pairing} where ${pairing.mailboxId} = ${mailbox.id})`.as(
        'pairings',
      ),
      attempts: sql<number>`${mailbox.attempts}`.as('attempts'),
      intervalSeconds: sql<number>`${mailbox.intervalSeconds}`.as('interval_seconds'),
      hasOwnInterval: sql<boolean>`${mailbox.ownInterval}`.mapWith(Boolean).as('own_interval'),
      lastRunAt: sql<number | null>`${mailbox.lastRunAt}`.as('last_run_at'),
      dueAt: sql<number>`${mailbox.nextSyncAt}`.as('due_at'),
      nextRunAt: sql<number>`max(${mailbox.nextSyncAt}, ${domain.notBefore})`.as('next_run_at'),
      leaseUntil: sql<number>`${mailbox.leaseUntil}`.as('lease_until'),
    })
    .from(mailbox)
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(eq(mailbox.domainId, domainId))
    .as('list');
}

type List = ReturnType<typeof listOf>;

export function columnsOf(list: List) {
  return {
    id: list.id,
    address: list.address,
    ownerKind: list.ownerKind,
    ownerId: list.ownerId,
    state: list.state,
    reason: list.reason,
    reasonDetail: list.reasonDetail,
    pairings: list.pairings,
    attempts: list.attempts,
    intervalSeconds: list.intervalSeconds,
    hasOwnInterval: list.hasOwnInterval,
    lastRunAt: list.lastRunAt,
    nextRunAt: list.nextRunAt,
  };
}

/** In the order that is wanted; `key`: the column by which a mark names the last of a part. */
function shownRows(
  db: Database,
  domainId: string,
  query: MailboxFilter & MailboxOrder & Pick<MailboxQuery, 'after'>,
) {
  const list = listOf(db, domainId);
  const by: SQL = {
    address: sql`${list.address}`,
    owner: sql`${list.ownerKind} || ' ' || ${list.ownerId}`,
    pairings: sql`${list.pairings}`,
    state: sql`${list.state}`,
    reason: sql`coalesce(${list.reason}, '')`,
    interval: sql`${list.intervalSeconds}`,
    lastRun: sql`coalesce(${list.lastRunAt}, 0)`,
    nextRun: sql`${list.nextRunAt}`,
  }[query.sort];
  const { descending, after } = query;
  const isAfter =
    after === null
      ? undefined
      : sql`(${by} ${sql.raw(descending ? '<' : '>')} ${after[0]}
          or (${by} = ${after[0]} and (${list.address}, ${list.id}) > (${after[1]}, ${after[2]})))`;
  return db
    .select({ ...columnsOf(list), key: sql<string | number>`${by}` })
    .from(list)
    .where(and(fits(list, query), isAfter))
    .orderBy(descending ? desc(by) : by, sql`${list.address}`, sql`${list.id}`);
}

type ShownRow = Awaited<ReturnType<typeof shownRows>>[number];

/** As shown; events that are set aside are counted for these alone. */
export async function shown(db: Database, rows: readonly Omit<ShownRow, 'key'>[]): Promise<DomainMailbox[]> {
  const counts = await db
    .select({ mailboxId: pairing.mailboxId, events: count() })
    .from(link)
    .innerJoin(pairing, eq(pairing.id, link.pairingId))
    .where(
      and(
        inArray(
          pairing.mailboxId,
          rows.map(({ id }) => id),
        ),
        isSetAside(),
      ),
    )
    .groupBy(pairing.mailboxId);
  const setAside = new Map(counts.map(({ mailboxId, events }) => [mailboxId, events]));
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    ownerKind: row.ownerKind,
    ownerId: row.ownerId,
    state: row.state,
    reason: row.reason,
    pairings: row.pairings,
    setAside: setAside.get(row.id) ?? 0,
    intervalSeconds: row.intervalSeconds,
    hasOwnInterval: row.hasOwnInterval,
    lastRunAt: row.lastRunAt,
    nextRunAt: row.nextRunAt,
  }));
}

function fits(list: List, { search, state, reason }: MailboxFilter): SQL | undefined {
  return and(
    search === null || search === '' ? undefined : contains(list, search),
    state === null ? undefined : eq(list.state, state),
    reason === null ? undefined : eq(list.reason, reason),
  );
}

function contains(list: List, search: string): SQL {
  const part = search.toLowerCase().replace(/[\\%_]/g, '\\$&');
  return like(list.address, sql`'%' || ${part} || '%' escape '\\'`);
}

/** Was due at that moment or is worked on since before, and no run has ended with it since. */
function waits(list: List, sinceMs: number): SQL | undefined {
  const isAtWork = sql`${list.leaseUntil} > 0 and coalesce(${list.lastRunAt}, 0) < ${sinceMs}`;
  return and(sql`${list.state} <> 'paused'`, or(sql`${list.dueAt} <= ${sinceMs}`, isAtWork));
}

/** In the words of the partial index, which serves no bound value. */
export function isSetAside(): SQL {
  return sql`${link.work} <> 'clean' and ${link.work} = 'parked'`;
}

export function count() {
  return sql<number>`count(*)`;
}
