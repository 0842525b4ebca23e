/** The rows that a run reads and writes, and what the queries for them have in common. */
import { asc, eq, inArray } from 'drizzle-orm';
import {
  type ambiguity,
  type change,
  domain,
  type exception,
  type intent,
  type link,
  type linkContent,
  pairing,
  type proposal,
  type run,
  type undo,
} from '#drizzle/schema.ts';
import type { Database } from './database.ts';

export type DomainRow = typeof domain.$inferSelect;
export type PairingRow = typeof pairing.$inferSelect;
/** A pair of events, or the half of it that is known so far. */
export type LinkRow = typeof link.$inferSelect;
/** What both sides agreed on, as JSON. */
export type LinkContentRow = typeof linkContent.$inferSelect;
/** A write that was announced. */
export type IntentRow = typeof intent.$inferSelect;
/** A row of an event in Liferay beside the one that its link names. */
export type ExceptionRow = typeof exception.$inferSelect;
/** What a person takes back. */
export type UndoRow = typeof undo.$inferSelect;
/** What a person decided about an event that matches several. */
export type AmbiguityRow = typeof ambiguity.$inferSelect;
export type NewAmbiguity = Pick<
  AmbiguityRow,
  'linkId' | 'pairingId' | 'location' | 'description' | 'candidates'
>;
export type NewLink = typeof link.$inferInsert;
export type NewChange = typeof change.$inferInsert;
export type NewIntent = typeof intent.$inferInsert;
export type NewRun = typeof run.$inferInsert;
export type NewProposal = typeof proposal.$inferInsert;

/** A link with its contents and, if a write of it is unresolved, its intent. */
export interface LinkWithContent {
  readonly link: LinkRow;
  readonly content: LinkContentRow | null;
  readonly intent: IntentRow | null;
  readonly rows: readonly ExceptionRow[];
  /** What a person said to what the mass-change guard held; null: nothing was held or nobody decided. */
  readonly decision: Decision | null;
  /** What a person takes back of what was done to it. */
  readonly undo: UndoRow | null;
  /** What a person decided where it matches several events; null: it does not, or nobody decided. */
  readonly choice: Choice | null;
}

/** `link` names the link of the booking, null where that is gone by now. */
export type Choice = Pick<AmbiguityRow, 'chosenId'> & {
  readonly choice: NonNullable<AmbiguityRow['choice']>;
};

/** What a person said to a change that the mass-change guard held. */
export interface Decision {
  readonly verdict: 'approved' | 'rejected';
  /** The side that was to be written. */
  readonly side: 'exchange' | 'liferay';
}

/** `rowsUntil` of a link whose calendar got another zone: its rows may mean something else by now. */
export const ROWS_DOUBTFUL = 0;

/** `rowsUntil` of a link whose create was cut short: what was agreed then may never have come to its rows. */
export const ROWS_UNWRITTEN = 1;

/** Rows in one multi-row statement: far below SQLite's 32,766 variables. */
export const ROWS_PER_STATEMENT = 500;

/** No limit, in SQLite's words. */
export const ALL = -1;

/** Parts of `size`, the last one perhaps shorter. */
export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const out: T[][] = [];
  for (let from = 0; from < list.length; from += size) out.push(list.slice(from, from + size));
  return out;
}

/** Null if there is none. */
export async function domainById(db: Database, id: string): Promise<DomainRow | null> {
  return (await db.select().from(domain).where(eq(domain.id, id)))[0] ?? null;
}

export async function pairingsOf(
  db: Database,
  mailboxIds: readonly string[],
): Promise<readonly PairingRow[]> {
  return db
    .select()
    .from(pairing)
    .where(inArray(pairing.mailboxId, [...mailboxIds]))
    .orderBy(asc(pairing.createdAt), asc(pairing.id));
}
