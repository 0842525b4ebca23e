/** What pairings that preview would do, as their runs came to it. Reads only. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { and, asc, eq, gt, ne, or, type SQL, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { link, pairing, proposal } from '#drizzle/schema.ts';
import { PROPOSAL_KINDS, Preview, Proposal } from '#shared/api.ts';
import { countAmbiguities } from './ambiguities.repository.ts';
import type { Database } from './database.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';
import type { OwnedPairing } from './pairings.repository.ts';

/** Proposals in one part of the list. */
export const PREVIEW_PAGE = 200;
/** Meetings with people to invite that a preview names beside the list. */
const INVITATIONS_SHOWN = 20;

const PLACE = sql<number>`max(coalesce(${proposal.startAt}, 0), 0)`;

interface Row {
  readonly proposal: typeof proposal.$inferSelect;
  readonly place: number;
  readonly reason: string | null;
  readonly detail: string | null;
}

/** What is to be decided anew may come to something else. */
function standing(owned: OwnedPairing) {
  return and(eq(proposal.pairingId, owned.id), sql`${link.work} not in ('clean', 'dirty')`);
}

/** In order of time; what begins before 1970, or nobody knows when, comes first. */
function rowsWhere(db: Database, condition: SQL | undefined) {
  return db
    .select({ proposal, place: PLACE, reason: link.reason, detail: link.reasonDetail })
    .from(proposal)
    .innerJoin(link, eq(link.id, proposal.linkId))
    .where(condition)
    .orderBy(asc(PLACE), asc(proposal.linkId))
    .$dynamic();
}

/** Meetings to which somebody would have been invited when they were proposed. */
function invitingRows(db: Database, owned: OwnedPairing) {
  return rowsWhere(db, and(standing(owned), ne(proposal.invitees, '[]')));
}

/** Nobody is invited to what is over by now. */
function isAhead({ invitesUntil }: Row['proposal'], nowMs: number): boolean {
  return invitesUntil === null || invitesUntil > nowMs;
}

/** Another one for other meetings, times or invitees. */
function markOf(inviting: readonly Row[]): string {
  const named = inviting.map(({ proposal: { linkId, startAt, invitees } }) => [linkId, startAt, invitees]);
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(named))));
}

/** The links of the meetings that the mark names; null where the preview has come to others. */
export async function linksToInvite(
  db: Database,
  owned: OwnedPairing,
  mark: string,
  nowMs: number,
): Promise<readonly string[] | null> {
  const rows = await invitingRows(db, owned);
  const inviting = rows.filter((row) => isAhead(row.proposal, nowMs));
  return markOf(inviting) === mark ? inviting.map(({ proposal: { linkId } }) => linkId) : null;
}

/**
 * One part of what would be done, in order of time.
 * @param after the last of the part before; null for the first part
 */
export async function previewOf(
  db: Database,
  owned: OwnedPairing,
  after: PageMark | null,
  nowMs: number,
): Promise<Preview> {
  const later =
    after === null
      ? undefined
      : or(gt(PLACE, after.atMs), and(eq(PLACE, after.atMs), gt(proposal.linkId, after.id)));
  const stands = standing(owned);
  const [[current], due, counted, rows, invited, [ambiguous]] = await db.batch([
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
    rowsWhere(db, and(stands, later)).limit(PREVIEW_PAGE + 1),
    invitingRows(db, owned),
    countAmbiguities(db, owned),
  ]);
  const page = rows.slice(0, PREVIEW_PAGE);
  const last = page.at(-1);
  const more = rows.length > PREVIEW_PAGE && last !== undefined;
  const countOf = (kind: string) => counted.find((each) => each.kind === kind)?.count ?? 0;
  const inviting = invited.filter((row) => isAhead(row.proposal, nowMs));
  return {
    complete: current?.phase === 'steady' && due.length === 0,
    counts: v.parse(
      Preview.entries.counts,
      Object.fromEntries(PROPOSAL_KINDS.map((kind) => [kind, countOf(kind)])),
    ),
    invitations: {
      meetings: inviting.length,
      first: inviting.slice(0, INVITATIONS_SHOWN).map((row) => shown(row, nowMs)),
      mark: markOf(inviting),
    },
    ambiguous: ambiguous?.count ?? 0,
    proposals: page.map((row) => shown(row, nowMs)),
    next: more ? pageMarkText({ atMs: last.place, id: last.proposal.linkId }) : null,
  };
}

function shown({ proposal: row, reason, detail }: Row, nowMs: number): Proposal {
  const { linkId, kind, title, startAt, allDay, fields, invitees } = row;
  return {
    ...{ linkId, kind, title, start: startAt, allDay, reason, detail },
    fields: v.parse(Proposal.entries.fields, JSON.parse(fields)),
    invitees: isAhead(row, nowMs) ? v.parse(Proposal.entries.invitees, JSON.parse(invitees)) : [],
  };
}
