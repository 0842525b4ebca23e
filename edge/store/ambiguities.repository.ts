/**
 * Events that a pairing which previews cannot tell apart: what there is to know of each, and what people decide. A
 * decision counts from the start on; see sync/ambiguities.ts. Until then another takes its place.
 */
import { and, asc, eq, exists, gt, inArray, ne, or, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import * as v from 'valibot';
import { ambiguity, link, proposal } from '#drizzle/schema.ts';
import type { Ambiguities, Ambiguity, AmbiguityDecisions } from '#shared/ambiguities.ts';
import type { Database } from './database.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';
import { type Act, auditRow, type OwnedPairing } from './pairings.repository.ts';
import { chunks, ROWS_PER_STATEMENT } from './sync-rows.ts';

/** Events in one part of the list. */
export const AMBIGUITY_PAGE = 200;

const PLACE = sql<number>`max(coalesce(${proposal.startAt}, 0), 0)`;

/** Of links: set aside because several could be the other half. */
export function isAmbiguous(pairingId: string): SQL | undefined {
  return and(
    eq(link.pairingId, pairingId),
    // In the words of the partial index, which serves no bound value.
    sql`${link.work} <> 'clean'`,
    eq(link.work, 'parked'),
    eq(link.reason, 'ambiguousMatch'),
  );
}

const SHOWN = {
  linkId: ambiguity.linkId,
  side: sql<'exchange' | 'liferay'>`case when ${link.exchangeId} is null then 'liferay' else 'exchange' end`,
  title: proposal.title,
  start: proposal.startAt,
  allDay: proposal.allDay,
  location: ambiguity.location,
  description: ambiguity.description,
};

/** How many there are. */
export function countAmbiguities(db: Database, owned: OwnedPairing) {
  return db
    .select({ count: sql<number>`count(*)` })
    .from(ambiguity)
    .innerJoin(link, eq(link.id, ambiguity.linkId))
    .where(isAmbiguous(owned.id));
}

/**
 * In order of time, each with the events on the other side that may be the same.
 * @param after the last of the part before; null for the first part
 */
export async function ambiguitiesOf(
  db: Database,
  owned: OwnedPairing,
  after: PageMark | null,
): Promise<Ambiguities> {
  const later =
    after === null
      ? undefined
      : or(gt(PLACE, after.atMs), and(eq(PLACE, after.atMs), gt(ambiguity.linkId, after.id)));
  const rows = await db
    .select({
      ...SHOWN,
      place: PLACE,
      candidates: ambiguity.candidates,
      choice: ambiguity.choice,
      chosen: ambiguity.chosenId,
    })
    .from(ambiguity)
    .innerJoin(link, eq(link.id, ambiguity.linkId))
    .innerJoin(proposal, eq(proposal.linkId, ambiguity.linkId))
    .where(and(isAmbiguous(owned.id), later))
    .orderBy(asc(PLACE), asc(ambiguity.linkId))
    .limit(AMBIGUITY_PAGE + 1);
  const page = rows.slice(0, AMBIGUITY_PAGE);
  const named = page.map((row) => ({
    ...row,
    ids: v.parse(v.array(v.string()), JSON.parse(row.candidates)),
  }));
  const told = await candidatesOf(
    db,
    named.flatMap(({ ids }) => ids),
  );
  const last = page.at(-1);
  const more = rows.length > AMBIGUITY_PAGE && last !== undefined;
  return {
    events: named.map(({ ids, place: _, choice, ...row }) => ({
      ...row,
      candidates: ids.flatMap((id) => told.get(id) ?? []),
      // A booking that was chosen and is gone by now is chosen no more.
      choice: choice === 'link' && row.chosen === null ? null : choice,
    })),
    next: more ? pageMarkText({ atMs: last.place, id: last.linkId }) : null,
  };
}

type Candidate = Ambiguity['candidates'][number];

/** Also what was set aside no more since, because it was changed: it may be chosen all the same. */
async function candidatesOf(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Candidate>> {
  const found = new Map<string, Candidate>();
  for (const part of chunks([...new Set(ids)], ROWS_PER_STATEMENT)) {
    const rows = await db
      .select(SHOWN)
      .from(ambiguity)
      .innerJoin(link, eq(link.id, ambiguity.linkId))
      .innerJoin(proposal, eq(proposal.linkId, ambiguity.linkId))
      .where(and(inArray(ambiguity.linkId, [...part]), eq(link.exchangeState, 'none')));
    for (const { side: _, ...row } of rows) found.set(row.linkId, row);
  }
  return found;
}

/**
 * Writes down what was decided, in the order of the request, with one audit row. A booking belongs to one item: whoever
 * chooses it, or decides about it itself, takes it back from the item for which it was chosen before.
 * @returns of how many events; what is not there as it was named does not count
 */
export async function decideAmbiguities(
  db: Database,
  owned: OwnedPairing,
  { decisions }: AmbiguityDecisions,
  act: Act,
): Promise<number> {
  const writes = decisions.map((each) => decisionWrites(db, owned, each));
  const flat: BatchItem<'sqlite'>[] = writes.flat();
  const answers: readonly unknown[] = await db.batch([
    auditRow(db, act, `pairing.tellApart events=${decisions.length}`, owned.id),
    ...flat,
  ]);
  // Of each decision the last statement tells whether it was taken.
  let at = 0;
  return writes.filter((each) => {
    at += each.length;
    const rows = answers[at];
    return Array.isArray(rows) && rows.length > 0;
  }).length;
}

function decisionWrites(
  db: Database,
  owned: OwnedPairing,
  decision: AmbiguityDecisions['decisions'][number],
): BatchItem<'sqlite'>[] {
  const { linkId, choice } = decision;
  const chosenId = decision.choice === 'link' ? decision.with : null;
  const aside = db
    .select({ id: link.id })
    .from(link)
    .where(and(isAmbiguous(owned.id), eq(link.id, ambiguity.linkId)));
  const isThere = and(eq(ambiguity.linkId, linkId), eq(ambiguity.pairingId, owned.id), exists(aside));
  const isCandidate = sql`exists (select 1 from json_each(${ambiguity.candidates}) where value = ${chosenId})`;
  const free = { choice: null, chosenId: null };
  const ofPairing = eq(ambiguity.pairingId, owned.id);
  const isOthers = and(ofPairing, eq(ambiguity.chosenId, chosenId ?? linkId), ne(ambiguity.linkId, linkId));
  return [
    db.update(ambiguity).set(free).where(isOthers),
    // A booking that is chosen has no decision of its own.
    ...(chosenId === null
      ? []
      : [
          db
            .update(ambiguity)
            .set(free)
            .where(and(ofPairing, eq(ambiguity.linkId, chosenId))),
        ]),
    db
      .update(ambiguity)
      .set({ choice: choice === 'later' ? null : choice, chosenId })
      .where(chosenId === null ? isThere : and(isThere, isCandidate))
      .returning({ linkId: ambiguity.linkId }),
  ];
}
