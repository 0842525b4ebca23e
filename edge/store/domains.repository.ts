/**
 * Exchange domains: which there are, who administers them, and whose an address is. Changes are in
 * domain-changes.repository.ts.
 */
import { and, asc, count, eq, exists, inArray, notExists, or, sql } from 'drizzle-orm';
import { domain, domainAdministrator, mailbox, mailDomain, pairing } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
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

/** Who is to be found as an administrator. */
export interface Person {
  readonly id: string;
  readonly isPortalAdministrator: boolean;
  readonly roleNames: readonly string[];
}

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

/** Whether the person administers any domain of the portal. */
export async function administersDomain(db: Database, portal: string, person: Person): Promise<boolean> {
  const rows = await db
    .select({ id: domain.id })
    .from(domain)
    .where(and(eq(domain.portal, portal), administeredBy(db, person)))
    .limit(1);
  return rows.length > 0;
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
