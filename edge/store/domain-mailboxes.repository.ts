/** The mailboxes of a domain as its administrators see them, and what they do to many of them at once. */
import { and, asc, eq, exists, gt, inArray, isNotNull, like, or, type SQL, sql } from 'drizzle-orm';
import { domain, mailbox, mailboxIdentity, pairing } from '#drizzle/schema.ts';
import type { DomainMailbox } from '#shared/domain-api.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';
import { type Act, auditRow } from './pairings.repository.ts';

/** Mailboxes in one part of the list. */
export const DOMAIN_MAILBOX_PAGE = 100;

const PAUSED = 'pausedByAdministrator' satisfies Reason;

/** What a list is asked for. */
export interface MailboxQuery {
  /** Part of an address, in any case. */
  readonly search: string | null;
  readonly state: DomainMailbox['state'] | null;
  /** The address and id of the last one of the part before. */
  readonly after: { readonly address: string; readonly id: string } | null;
}

/** By address. */
export async function mailboxesOf(
  db: Database,
  domainId: string,
  { search, state, after }: MailboxQuery,
): Promise<{ readonly mailboxes: DomainMailbox[]; readonly next: string | null }> {
  const isAfter =
    after === null
      ? undefined
      : or(
          gt(mailbox.address, after.address),
          and(eq(mailbox.address, after.address), gt(mailbox.id, after.id)),
        );
  const rows = await db
    .select({
      mailbox,
      pairings: sql<number>`(select count(*) from ${pairing} where ${pairing.mailboxId} = ${mailbox.id})`,
      standing: standing(db),
      because: sql<string | null>`coalesce(
        (select ${pairing.reason} from ${pairing} where ${pairing.mailboxId} = ${mailbox.id}
          and ${pairing.reason} is not null order by ${pairing.createdAt}, ${pairing.id} limit 1),
        ${mailbox.reason}, ${domain.reason})`,
      notBefore: domain.notBefore,
    })
    .from(mailbox)
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(
      and(
        eq(mailbox.domainId, domainId),
        search === null ? undefined : contains(search),
        state === null ? undefined : sql`${standing(db)} = ${state}`,
        isAfter,
      ),
    )
    .orderBy(asc(mailbox.address), asc(mailbox.id))
    .limit(DOMAIN_MAILBOX_PAGE + 1);
  const page = rows.slice(0, DOMAIN_MAILBOX_PAGE);
  const last = rows.length > page.length ? page.at(-1)?.mailbox : undefined;
  return {
    mailboxes: page.map(({ mailbox: box, pairings, standing: is, because, notBefore }) => ({
      id: box.id,
      address: box.address,
      ownerKind: box.ownerKind,
      ownerId: box.ownerId,
      state: is,
      reason: is === 'active' ? null : because,
      pairings,
      intervalSeconds: box.intervalSeconds,
      hasOwnInterval: box.ownInterval,
      lastRunAt: box.lastRunAt,
      nextRunAt: Math.max(box.nextSyncAt, notBefore),
    })),
    next: last === undefined ? null : `${last.id}/${last.address}`,
  };
}

/** What `next` of another part said; null for what is no such mark. */
export function parseMailboxMark(text: string): MailboxQuery['after'] {
  const slash = text.indexOf('/');
  return slash < 1 ? null : { id: text.slice(0, slash), address: text.slice(slash + 1) };
}

/** `paused`: no pairing of it is active. `failing`: the last run failed, or the domain does. */
function standing(db: Database): SQL<DomainMailbox['state']> {
  const active = db
    .select({ one: sql`1` })
    .from(pairing)
    .where(and(eq(pairing.mailboxId, mailbox.id), eq(pairing.state, 'active')));
  const isFailing = or(isNotNull(mailbox.reason), isNotNull(domain.reason));
  return sql<DomainMailbox['state']>`case
    when ${domain.state} = 'paused' or not ${exists(active)} then 'paused'
    when ${isFailing} then 'failing' else 'active' end`;
}

function contains(search: string): SQL {
  return like(
    mailbox.address,
    sql`'%' || ${search.toLowerCase().replace(/[\\%_]/g, '\\$&')} || '%' escape '\\'`,
  );
}

/** Which mailboxes of a domain are meant. */
export type WhichMailboxes =
  | { readonly ids: readonly string[] }
  /** All whose address contains the text; '' for all. */
  | { readonly search: string };

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
  const isMeant = and(
    eq(mailbox.domainId, domainId),
    'ids' in which
      ? inArray(mailbox.id, [...which.ids])
      : which.search === ''
        ? undefined
        : contains(which.search),
  );
  const meant = db.select({ id: mailbox.id }).from(mailbox).where(isMeant);
  const wake = db
    .update(mailbox)
    .set({ nextSyncAt: sql`min(${mailbox.nextSyncAt}, ${act.atMs})`, dispatchedUntil: 0, attempts: 0 })
    .where(isMeant)
    .returning({ id: mailbox.id });
  const audited = auditRow(db, act, `domain.mailboxes.${action}`, domainId, domainId);
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
        wake,
        db
          .update(pairing)
          .set({ state: 'active', reason: null, reasonDetail: null })
          .where(and(eq(pairing.reason, PAUSED), inArray(pairing.mailboxId, meant))),
        audited,
      ]);
      return touched.length;
    }
    case 'sync': {
      const [touched] = await db.batch([wake, audited]);
      return touched.length;
    }
    default:
      return action satisfies never;
  }
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
      : [
          db
            .update(mailbox)
            .set({ intervalSeconds: intervalSeconds ?? usual, ownInterval: intervalSeconds !== null })
            .where(isIt),
        ]),
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
