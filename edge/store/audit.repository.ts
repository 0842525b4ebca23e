/** The record of what people did: of a domain by its administrators, or all of it. Rows are written with the acts. */
import { and, desc, eq, lt, or } from 'drizzle-orm';
import { audit } from '#drizzle/schema.ts';
import type { AuditEntry } from '#shared/domain-api.ts';
import type { Database } from './database.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';

/** Entries in one part. */
export const AUDIT_PAGE = 200;

/** Newest first. @param domainId null: of everybody */
export async function auditOf(
  db: Database,
  domainId: string | null,
  after: PageMark | null,
): Promise<{ readonly entries: AuditEntry[]; readonly next: string | null }> {
  const isAfter =
    after === null
      ? undefined
      : or(lt(audit.at, after.atMs), and(eq(audit.at, after.atMs), lt(audit.id, after.id)));
  const rows = await db
    .select()
    .from(audit)
    .where(and(domainId === null ? undefined : eq(audit.domainId, domainId), isAfter))
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(AUDIT_PAGE + 1);
  const page = rows.slice(0, AUDIT_PAGE);
  const last = rows.length > page.length ? page.at(-1) : undefined;
  return { entries: page, next: last === undefined ? null : pageMarkText({ atMs: last.at, id: last.id }) };
}
