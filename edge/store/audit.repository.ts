/** The record of what people did: of a domain by its administrators, or all of it. Rows are written with the acts. */
import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import { audit, mailbox } from '#drizzle/schema.ts';
import type { AuditEntry } from '#shared/domain-api.ts';
import type { Database } from './database.ts';
import { type PageMark, pageMarkText, parsePageMark } from './page-mark.ts';

/** Entries in one part. */
export const AUDIT_PAGE = 200;

type Part = { readonly entries: AuditEntry[]; readonly next: string | null };

/** Newest first. @param domainId null: of everybody */
export async function auditOf(db: Database, domainId: string | null, after: PageMark | null): Promise<Part> {
  const isAfter =
    after === null
      ? undefined
      : or(lt(audit.at, after.atMs), and(eq(audit.at, after.atMs), lt(audit.id, after.id)));
  const rows = await db
    .select({
      id: audit.id,
      at: audit.at,
      userId: audit.userId,
      action: audit.action,
      subject: audit.subject,
      domainId: audit.domainId,
      mailbox: mailbox.address,
    })
    .from(audit)
    // What is done to one mailbox of a domain has `<domain>/<mailbox>` for a subject.
    .leftJoin(
      mailbox,
      and(
        eq(mailbox.domainId, audit.domainId),
        eq(mailbox.id, sql`substr(${audit.subject}, length(${audit.domainId}) + 2)`),
      ),
    )
    .where(and(domainId === null ? undefined : eq(audit.domainId, domainId), isAfter))
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(AUDIT_PAGE + 1);
  const page = rows.slice(0, AUDIT_PAGE);
  const last = rows.length > page.length ? page.at(-1) : undefined;
  return { entries: page, next: last === undefined ? null : pageMarkText({ atMs: last.at, id: last.id }) };
}

/** All of it, part by part, newest first. */
export async function* wholeAuditOf(db: Database, domainId: string): AsyncGenerator<readonly AuditEntry[]> {
  let after: PageMark | null = null;
  for (;;) {
    const { entries, next }: Part = await auditOf(db, domainId, after);
    yield entries;
    after = next === null ? null : parsePageMark(next);
    if (after === null) return;
  }
}
