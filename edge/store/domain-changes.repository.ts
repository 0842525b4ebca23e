/**
 * What administrators do to Exchange domains: create, change, delete. Each is one batch with its audit row. What is secret
 * stands sealed in the row and leaves it only through `openAccess` of domains.ts.
 */
import { and, eq, inArray, ne, notExists, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { domain, domainAdministrator, mailbox, mailDomain, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { uniqueViolationOf } from './database-error.ts';
import type { Administrator, DomainRecord } from './domains.repository.ts';
import { type Act, auditRow } from './pairings.repository.ts';
import type { DomainRow } from './sync-rows.ts';

/** What can be written of a domain. Sealed and derived values are the caller's to make. */
export type DomainColumns = Pick<
  DomainRow,
  | 'name'
  | 'endpoint'
  | 'reach'
  | 'releasedHosts'
  | 'prefer'
  | 'addressRule'
  | 'intervalSeconds'
  | 'maxConcurrent'
  | 'signInSealed'
  | 'server'
  | 'credential'
>;

/** `mailDomainTaken`: another domain has one of the e-mail domains; nothing was written. */
export type DomainOutcome = 'done' | 'mailDomainTaken';

/** What a new domain has beside its columns. */
export interface NewDomain {
  readonly id: string;
  readonly portal: string;
  readonly columns: DomainColumns;
  readonly mailDomains: readonly string[];
  readonly administrators: readonly Administrator[];
}

/** Creates a domain. Mailboxes that were with the domain that takes the rest become its own. */
export async function createDomain(
  db: Database,
  { id, portal, columns, mailDomains, administrators }: NewDomain,
  act: Act,
): Promise<DomainOutcome> {
  return unlessTaken(
    db.batch([
      db.insert(domain).values({ id, portal, origin: 'api', ...columns, createdAt: act.atMs }),
      ...mailDomains.map((name) => db.insert(mailDomain).values({ name, domainId: id })),
      ...administrators.map((each) => db.insert(domainAdministrator).values({ domainId: id, ...each })),
      ...moveMailboxes(db, id, portal, mailDomains),
      auditRow(db, act, 'domain.create', id, id),
    ]),
  );
}

/** What changes; what is left out stays. */
export interface DomainChange {
  readonly columns?: Partial<DomainColumns>;
  readonly state?: DomainRow['state'];
  readonly mailDomains?: readonly string[];
  readonly administrators?: readonly Administrator[];
  /** What was learnt about the server and the account, and the patience that they asked for, is of others. */
  readonly isElsewhere?: boolean;
}

/** Changes a domain, and stops the runs that were begun with what it was. `what` names the fields for the audit. */
export async function changeDomain(
  db: Database,
  { row, mailDomains: had }: DomainRecord,
  change: DomainChange,
  what: string,
  act: Act,
): Promise<DomainOutcome> {
  const { id, portal } = row;
  const { columns = {}, state, mailDomains, administrators } = change;
  const added = (mailDomains ?? []).filter((name) => !had.includes(name));
  const gone = mailDomains === undefined ? [] : had.filter((name) => !mailDomains.includes(name));
  const set = {
    ...columns,
    ...(state === undefined ? {} : { state }),
    ...(change.isElsewhere === true ? NOTHING_KNOWN : {}),
  };
  const writes: BatchItem<'sqlite'>[] = [];
  if (Object.keys(set).length > 0) writes.push(db.update(domain).set(set).where(eq(domain.id, id)));
  if (gone.length > 0) {
    writes.push(
      db.delete(mailDomain).where(and(eq(mailDomain.domainId, id), inArray(mailDomain.name, gone))),
    );
  }
  writes.push(...added.map((name) => db.insert(mailDomain).values({ name, domainId: id })));
  writes.push(...moveMailboxes(db, id, portal, added));
  if (administrators !== undefined) {
    writes.push(db.delete(domainAdministrator).where(eq(domainAdministrator.domainId, id)));
    writes.push(
      ...administrators.map((each) => db.insert(domainAdministrator).values({ domainId: id, ...each })),
    );
  }
  if (columns.intervalSeconds !== undefined) writes.push(followInterval(db, id, columns.intervalSeconds));
  if (state !== undefined || change.isElsewhere === true) writes.push(stopRuns(db, id));
  return unlessTaken(db.batch([auditRow(db, act, `domain.change ${what}`, id, id), ...writes]));
}

const NOTHING_KNOWN = {
  notBefore: 0,
  backoffStep: 0,
  outage: null,
  reason: null,
  reasonDetail: null,
  pace: 1,
} as const;

/** Of a mailbox in a query: its address is in the e-mail domain. */
function isIn(name: string) {
  return sql`substr(${mailbox.address}, instr(${mailbox.address}, '@') + 1) = ${name}`;
}

/** E-mail domains that mailboxes of the domain are in. */
export async function mailDomainsInUse(
  db: Database,
  domainId: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const used: string[] = [];
  for (const name of names) {
    const isThere = and(eq(mailbox.domainId, domainId), isIn(name));
    if ((await db.select({ id: mailbox.id }).from(mailbox).where(isThere).limit(1)).length > 0)
      used.push(name);
  }
  return used;
}

/** Forgets a domain without mailboxes. False: a mailbox was paired meanwhile, and nothing was done. */
export async function removeDomain(db: Database, id: string, act: Act): Promise<boolean> {
  const unused = notExists(db.select({ one: sql`1` }).from(mailbox).where(eq(mailbox.domainId, id)));
  const [gone] = await db.batch([
    db
      .delete(domain)
      .where(and(eq(domain.id, id), unused))
      .returning({ id: domain.id }),
    auditRow(db, act, 'domain.delete', id, id),
  ]);
  return gone.length > 0;
}

/** A mailbox belongs to the domain of its address: those of the portal with these e-mail domains come to this one. */
function moveMailboxes(db: Database, id: string, portal: string, mailDomains: readonly string[]) {
  const here = db.select({ id: domain.id }).from(domain).where(eq(domain.portal, portal));
  return mailDomains.map((name) =>
    db
      .update(mailbox)
      .set({ domainId: id, fence: sql`${mailbox.fence} + 1` })
      .where(and(inArray(mailbox.domainId, here), ne(mailbox.domainId, id), isIn(name))),
  );
}

function followInterval(db: Database, id: string, intervalSeconds: number | null) {
  const follows = and(eq(mailbox.domainId, id), eq(mailbox.ownInterval, false));
  return db
    .update(mailbox)
    .set(intervalSeconds === null ? { ownInterval: false } : { intervalSeconds })
    .where(follows);
}

/** Their next commits fail; owner and end of their leases stay, as in `fenceOff`. */
function stopRuns(db: Database, id: string) {
  return db
    .update(mailbox)
    .set({ fence: sql`${mailbox.fence} + 1` })
    .where(eq(mailbox.domainId, id));
}

/** Whether any mailbox of the domain is in a pairing. */
export async function isInUse(db: Database, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: pairing.id })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .where(eq(mailbox.domainId, id))
    .limit(1);
  return rows.length > 0;
}

/** The constraint decides, not a look beforehand. */
async function unlessTaken(writes: Promise<unknown>): Promise<DomainOutcome> {
  try {
    await writes;
    return 'done';
  } catch (error) {
    if ((uniqueViolationOf(error) ?? []).includes('mail_domain.name')) return 'mailDomainTaken';
    throw error;
  }
}
