/** The history of a pairing: each change that was made, with what stood there before. Private events without text. */
import { and, asc, desc, eq, gt, isNotNull, lt, or, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { change, linkContent, run } from '#drizzle/schema.ts';
import { EventImage, type History, type HistoryDetail, type HistoryEntry } from '#shared/api.ts';
import { EVENT_FIELDS } from '#shared/event-fields.ts';
import type { Database } from './database.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';
import type { OwnedPairing } from './pairings.repository.ts';
import { shownTitle } from './shown-title.ts';

/** Entries in one part of the history. */
export const HISTORY_LIMIT = 200;

/** Newest first. @param after the last entry of the part before; null for the first part */
export async function historyOf(db: Database, owned: OwnedPairing, after: PageMark | null): Promise<History> {
  const older =
    after === null
      ? undefined
      : or(lt(change.at, after.atMs), and(eq(change.at, after.atMs), lt(change.id, after.id)));
  const rows = await entries(db, owned)
    .where(and(eq(change.pairingId, owned.id), older))
    .orderBy(desc(change.at), desc(change.id))
    .limit(HISTORY_LIMIT + 1);
  const page = rows.slice(0, HISTORY_LIMIT);
  const last = page.at(-1);
  const more = rows.length > HISTORY_LIMIT && last !== undefined;
  return { entries: page.map(entryOf), next: more ? pageMarkText({ atMs: last.at, id: last.id }) : null };
}

/** One entry with what stood there before; null if the pairing has none of this id. */
export async function changeOf(
  db: Database,
  owned: OwnedPairing,
  changeId: string,
): Promise<HistoryDetail | null> {
  const [row] = await entries(db, owned).where(and(eq(change.pairingId, owned.id), eq(change.id, changeId)));
  if (row === undefined) return null;
  return { ...entryOf(row), before: imageOf(row.before), after: imageOf(await afterOf(db, row)) };
}

/** Runs are the mailbox's, and tell by their times what was done in them. */
function entries(db: Database, owned: OwnedPairing) {
  const runId = db
    .select({ id: run.id })
    .from(run)
    .where(
      and(eq(run.mailboxId, owned.mailboxId), sql`${change.at} between ${run.startedAt} and ${run.endedAt}`),
    )
    .limit(1);
  return db
    .select({
      id: change.id,
      linkId: change.linkId,
      at: change.at,
      side: change.side,
      kind: change.kind,
      title: change.title,
      fields: change.fields,
      before: change.before,
      runId: sql<string | null>`(${runId})`,
    })
    .from(change)
    .$dynamic();
}

type Row = Pick<
  typeof change.$inferSelect,
  'id' | 'linkId' | 'at' | 'side' | 'kind' | 'title' | 'fields' | 'before'
> & { readonly runId: string | null };

/** What it left there: the next change of this side found it, or it is what is agreed on by now. Of private events nothing. */
async function afterOf(db: Database, { linkId, side, at, kind, title }: Row): Promise<string | null> {
  if (kind === 'delete' || kind === 'parked' || title === null) return null;
  const [later] = await db
    .select({ before: change.before })
    .from(change)
    .where(and(eq(change.linkId, linkId), eq(change.side, side), gt(change.at, at), isNotNull(change.before)))
    .orderBy(asc(change.at), asc(change.id))
    .limit(1);
  if (later !== undefined) return later.before;
  const [content] = await db
    .select({ base: linkContent.base, shown: shownTitle(sql`${linkContent.base}`) })
    .from(linkContent)
    .where(eq(linkContent.linkId, linkId));
  return content === undefined || content.shown === null ? null : content.base;
}

function entryOf({ id, at, side, kind, title, fields, before, runId }: Row): HistoryEntry {
  return { id, at, side, kind, title, fields: fieldsOf(fields), hasBefore: before !== null, runId };
}

/** Names that a later version wrote are left out, and so is what is no list. */
function fieldsOf(json: string | null): HistoryEntry['fields'] {
  const names: unknown = json === null ? [] : JSON.parse(json);
  return EVENT_FIELDS.filter((field) => Array.isArray(names) && names.includes(field));
}

function imageOf(json: string | null): HistoryDetail['before'] {
  if (json === null) return null;
  const image = v.safeParse(EventImage, JSON.parse(json));
  return image.success ? image.output : null;
}
