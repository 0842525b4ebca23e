/**
 * What a run writes beside links and their rows, as statements: they may only happen inside the fenced commit of the
 * run's lease.
 */
import { eq, inArray, lt, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { ambiguity, change, held, intent, pairing, proposal, run, undo } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import {
  chunks,
  type NewAmbiguity,
  type NewChange,
  type NewIntent,
  type NewProposal,
  type NewRun,
  ROWS_PER_STATEMENT,
} from './sync-rows.ts';

type Write = BatchItem<'sqlite'>;

/** Does nothing where the pairing is gone. */
export function updatePairing(db: Database, id: string, set: Partial<typeof pairing.$inferInsert>): Write {
  return db.update(pairing).set(set).where(eq(pairing.id, id));
}

/** Announces writes; an intent of the same link is replaced. */
export function putIntents(db: Database, rows: readonly NewIntent[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) =>
    db
      .insert(intent)
      .values([...part])
      .onConflictDoUpdate({
        target: intent.linkId,
        set: {
          operation: sql`excluded.operation`,
          stamp: sql`excluded.stamp`,
          uid: sql`excluded.uid`,
          base: sql`excluded.base`,
          seenExchange: sql`excluded.seen_exchange`,
          seenLiferay: sql`excluded.seen_liferay`,
          fence: sql`excluded.fence`,
          sentAt: sql`excluded.sent_at`,
        },
      }),
  );
}

/** Whose claim an intent belongs to: see resolve.ts. */
export function setIntentFence(db: Database, linkId: string, fence: number): Write {
  return db.update(intent).set({ fence }).where(eq(intent.linkId, linkId));
}

/** It is known what came of these writes, or they were never sent. */
export function deleteIntents(db: Database, linkIds: readonly string[]): readonly Write[] {
  return chunks(linkIds, ROWS_PER_STATEMENT).map((part) =>
    db.delete(intent).where(inArray(intent.linkId, [...part])),
  );
}

/** As `deleteIntents`, for one link. */
export function deleteIntent(db: Database, linkId: string): Write {
  return db.delete(intent).where(eq(intent.linkId, linkId));
}

/** Holds a change for a person. One that is held already keeps its time if it is still the same. */
export function putHeld(
  db: Database,
  row: {
    linkId: string;
    pairingId: string;
    kind: 'delete' | 'change';
    side: 'exchange' | 'liferay';
    fields: string | null;
    at: number;
  },
): Write {
  const { kind, side, fields, at } = row;
  // What a person decided was about what was held then.
  const isOther = sql`${held.kind} <> ${kind} or ${held.side} <> ${side}`;
  return db
    .insert(held)
    .values(row)
    .onConflictDoUpdate({
      target: held.linkId,
      set: {
        kind,
        side,
        fields,
        at: sql`case when ${isOther} then ${at} else ${held.at} end`,
        decision: 'waiting',
      },
    });
}

/** Nothing of these links is held any more. */
export function deleteHeld(db: Database, linkIds: readonly string[]): readonly Write[] {
  return chunks(linkIds, ROWS_PER_STATEMENT).map((ids) =>
    db.delete(held).where(inArray(held.linkId, [...ids])),
  );
}

/** What was to be taken back of these links is planned, or is not to be any more. */
export function deleteUndos(db: Database, linkIds: readonly string[]): readonly Write[] {
  return chunks(linkIds, ROWS_PER_STATEMENT).map((ids) =>
    db.delete(undo).where(inArray(undo.linkId, [...ids])),
  );
}

/** What a pairing that previews came to about these links, in place of what it came to before. */
export function putProposals(db: Database, rows: readonly NewProposal[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) =>
    db
      .insert(proposal)
      .values([...part])
      .onConflictDoUpdate({
        target: proposal.linkId,
        set: {
          kind: sql`excluded.kind`,
          title: sql`excluded.title`,
          startAt: sql`excluded.start_at`,
          allDay: sql`excluded.all_day`,
          fields: sql`excluded.fields`,
          invitees: sql`excluded.invitees`,
          invitesUntil: sql`excluded.invites_until`,
        },
      }),
  );
}

/** What cannot be told apart. A decision about an event stands as long as it matches the same ones. */
export function putAmbiguities(db: Database, rows: readonly NewAmbiguity[]): readonly Write[] {
  const stands = sql`${ambiguity.candidates} = excluded.candidates`;
  return chunks(rows, ROWS_PER_STATEMENT).map((part) =>
    db
      .insert(ambiguity)
      .values([...part])
      .onConflictDoUpdate({
        target: ambiguity.linkId,
        set: {
          location: sql`excluded.location`,
          description: sql`excluded.description`,
          candidates: sql`excluded.candidates`,
          choice: sql`case when ${stands} then ${ambiguity.choice} end`,
          chosenId: sql`case when ${stands} then ${ambiguity.chosenId} end`,
        },
      }),
  );
}

/** Entries of the history. */
export function insertChanges(db: Database, rows: readonly NewChange[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) => db.insert(change).values([...part]));
}

/** A run that did something or failed. */
export function insertRun(db: Database, row: NewRun): Write {
  return db.insert(run).values(row);
}

/** History older than this is dropped. */
export function forgetHistory(db: Database, beforeMs: number): readonly Write[] {
  return [
    db.delete(change).where(lt(change.at, beforeMs)),
    db.delete(run).where(lt(run.startedAt, beforeMs)),
  ];
}
