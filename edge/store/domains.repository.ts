/**
 * Exchange domains as their administrators see and change them. Each change is one batch with its audit row. What a
 * secret is stands sealed in the row and leaves it only through `openAccess` of domains.ts.
 */
import { and, asc, count, eq, exists, inArray, ne, notExists, or, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { domain, domainAdministrator, mailbox, mailDomain, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { uniqueViolationOf } from './database-error.ts';
import { type Act, auditRow } from './pairings.repository.ts';
import type { DomainRow } from './sync-rows.ts';

/** Whom a domain lets administer it. */
export interface Administrator {
  readonly kind: 'user' | 'role';
  /** Liferay's user id, or the name of a regular role. */
  readonly value: string;
}

/** A domain with what stands in other tables. */
export interface DomainRecord {
  readonly row: DomainRow;
  /** In lower case; none: it takes the addresses that no other domain has. */
  readonly mailDomains: readonly string[];
  readonly administrators: readonly Administrator[];
  /** Mailboxes that are paired. */
  readonly mailboxes: number;
}

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

/** Who is to be found as an administrator. */
export interface Person {
  readonly id: string;
  readonly isPortalAdministrator: boolean;
  readonly roleNames: readonly string[];
}

/** `mailDomainTaken`: another domain has one of the e-mail domains; nothing was written. */
export type DomainOutcome = 'done' | 'mailDomainTaken';

/** A condition on `domain`: the person administers it. */
function administeredBy(db: Database, { id, isPortalAdministrator, roleNames }: Person) {
  if (isPortalAdministrator) return undefined;
  const isUser = and(eq(domainAdministrator.kind, 'user'), eq(domainAdministrator.value, id));
  const isRole = and(
    eq(domainAdministrator.kind, 'role'),
    inArray(domainAdministrator.value, [...roleNames]),
  );
  return exists(
    db
      .select({ one: sql`1` })
      .from(domainAdministrator)
      .where(and(eq(domainAdministrator.domainId, domain.id), or(isUser, isRole))),
  );
}

/** The domains of the portal that the person administers, by name. */
export async function domainsOf(
  db: Database,
  portal: string,
  person: Person,
): Promise<readonly DomainRecord[]> {
  const rows = await db
    .select()
    .from(domain)
    .where(and(eq(domain.portal, portal), administeredBy(db, person)))
    .orderBy(asc(domain.name), asc(domain.id));
  return withParts(db, rows);
}

/** Null for a domain that does not exist, and for one that the person does not administer: nobody can tell which. */
export async function administeredDomain(
  db: Database,
  portal: string,
  person: Person,
  id: string,
): Promise<DomainRecord | null> {
  const rows = await db
    .select()
    .from(domain)
    .where(and(eq(domain.portal, portal), eq(domain.id, id), administeredBy(db, person)));
  return (await withParts(db, rows))[0] ?? null;
}

async function withParts(db: Database, rows: readonly DomainRow[]): Promise<readonly DomainRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [names, administrators, mailboxes] = await db.batch([
    db.select().from(mailDomain).where(inArray(mailDomain.domainId, ids)).orderBy(asc(mailDomain.name)),
    db
      .select()
      .from(domainAdministrator)
      .where(inArray(domainAdministrator.domainId, ids))
      .orderBy(asc(domainAdministrator.kind), asc(domainAdministrator.value)),
    db
      .select({ domainId: mailbox.domainId, count: count() })
      .from(mailbox)
      .where(inArray(mailbox.domainId, ids))
      .groupBy(mailbox.domainId),
  ]);
  return rows.map((row) => ({
    row,
    mailDomains: names.filter(({ domainId }) => domainId === row.id).map(({ name }) => name),
    administrators: administrators
      .filter(({ domainId }) => domainId === row.id)
      .map(({ kind, value }) => ({ kind, value })),
    mailboxes: mailboxes.find(({ domainId }) => domainId === row.id)?.count ?? 0,
  }));
}

/**
 * The domain of an address: the one that has its e-mail domain, else the one that has none and so takes the rest. Null
 * if there is neither.
 */
export async function domainOfAddress(
  db: Database,
  portal: string,
  address: string,
): Promise<DomainRow | null> {
  const name = mailDomainOf(address);
  const any = db.select({ one: sql`1` }).from(mailDomain).where(eq(mailDomain.domainId, domain.id));
  const rows = await db
    .select({ domain, name: mailDomain.name })
    .from(domain)
    .leftJoin(mailDomain, and(eq(mailDomain.domainId, domain.id), eq(mailDomain.name, name)))
    .where(and(eq(domain.portal, portal), or(eq(mailDomain.name, name), notExists(any))))
    .orderBy(sql`${mailDomain.name} is null`, asc(domain.createdAt), asc(domain.id))
    .limit(1);
  return rows[0]?.domain ?? null;
}

/** What makes an address its user's own, towards this pairing: as its domain says, where none has it the pairing's. */
export async function addressRuleFor(
  db: Database,
  pairingId: string,
  address: string,
): Promise<DomainRow['addressRule']> {
  const [own] = await db
    .select({ portal: domain.portal, addressRule: domain.addressRule })
    .from(pairing)
    .innerJoin(mailbox, eq(mailbox.id, pairing.mailboxId))
    .innerJoin(domain, eq(domain.id, mailbox.domainId))
    .where(eq(pairing.id, pairingId));
  const its = own === undefined ? null : await domainOfAddress(db, own.portal, address);
  return (its ?? own)?.addressRule ?? 'requireVerified';
}

/** What stands behind the sign, in lower case. */
export function mailDomainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

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
