/** The history of a pairing: each change that was made, with what stood there before. Private events without text. */
import { and, desc, eq, lt, or } from 'drizzle-orm';
import * as v from 'valibot';
import { change } from '#drizzle/schema.ts';
import { EventImage, type History, type HistoryDetail, type HistoryEntry } from '#shared/api.ts';
import { EVENT_FIELDS } from '#shared/event-fields.ts';
import type { Database } from './database.ts';
import { type PageMark, pageMarkText } from './page-mark.ts';
import type { OwnedPairing } from './pairings.repository.ts';

/** Entries in one part of the history. */
export const HISTORY_LIMIT = 200;

/** Newest first. @param after the last entry of the part before; null for the first part */
export async function historyOf(db: Database, owned: OwnedPairing, after: PageMark | null): Promise<History> {
  const older =
    after === null
      ? undefined
      : or(lt(change.at, after.atMs), and(eq(change.at, after.atMs), lt(change.id, after.id)));
  const rows = await db
    .select()
    .from(change)
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
  const [row] = await db
    .select()
    .from(change)
    .where(and(eq(change.pairingId, owned.id), eq(change.id, changeId)));
  return row === undefined ? null : { ...entryOf(row), before: imageOf(row.before) };
}

type Row = typeof change.$inferSelect;

function entryOf({ id, at, side, kind, title, fields, before }: Row): HistoryEntry {
  return { id, at, side, kind, title, fields: fieldsOf(fields), hasBefore: before !== null };
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
