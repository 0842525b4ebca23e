/** What pairings that preview would do, as their runs came to it. Reads only. */
import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { link, pairing, proposal } from '#drizzle/schema.ts';
import { PROPOSAL_KINDS, Preview, Proposal } from '#shared/api.ts';
import type { Database } from './database.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';
import type { OwnedPairing } from './pairings.repository.ts';

/** Proposals in one part of the list. */
export const PREVIEW_PAGE = 200;

/**
 * In order of time; what begins before 1970, or nobody knows when, comes first.
 * @param after the last of the part before; null for the first part
 */
export async function previewOf(db: Database, owned: OwnedPairing, after: PageMark | null): Promise<Preview> {
  const place = sql<number>`max(coalesce(${proposal.startAt}, 0), 0)`;
  const later =
    after === null
      ? undefined
      : or(gt(place, after.atMs), and(eq(place, after.atMs), gt(proposal.linkId, after.id)));
  // What is to be decided anew may come to something else.
  const stands = and(eq(proposal.pairingId, owned.id), sql`${link.work} not in ('clean', 'dirty')`);
  const [[standing], due, counted, rows] = await db.batch([
    db.select({ phase: pairing.phase }).from(pairing).where(eq(pairing.id, owned.id)),
    db
      .select({ id: link.id })
      .from(link)
      // In the words of the partial index, which serves no bound value.
      .where(and(eq(link.pairingId, owned.id), sql`${link.work} <> 'clean'`, eq(link.work, 'dirty')))
      .limit(1),
    db
      .select({ kind: proposal.kind, count: sql<number>`count(*)` })
      .from(proposal)
      .innerJoin(link, eq(link.id, proposal.linkId))
      .where(stands)
      .groupBy(proposal.kind),
    db
      .select({ proposal, place, reason: link.reason, detail: link.reasonDetail })
      .from(proposal)
      .innerJoin(link, eq(link.id, proposal.linkId))
      .where(and(stands, later))
      .orderBy(asc(place), asc(proposal.linkId))
      .limit(PREVIEW_PAGE + 1),
  ]);
  const page = rows.slice(0, PREVIEW_PAGE);
  const last = page.at(-1);
  const more = rows.length > PREVIEW_PAGE && last !== undefined;
  const countOf = (kind: string) => counted.find((each) => each.kind === kind)?.count ?? 0;
  return {
    complete: standing?.phase === 'steady' && due.length === 0,
    counts: v.parse(
      Preview.entries.counts,
      Object.fromEntries(PROPOSAL_KINDS.map((kind) => [kind, countOf(kind)])),
    ),
    proposals: page.map(({ proposal: { linkId, kind, title, startAt, allDay, fields }, reason, detail }) => ({
      linkId,
      kind,
      title,
      start: startAt,
      allDay,
      reason,
      detail,
      fields: v.parse(Proposal.entries.fields, JSON.parse(fields)),
    })),
    next: more ? pageMarkText({ atMs: last.place, id: last.proposal.linkId }) : null,
  };
}
