/**
 * What a run writes, as statements: they may only happen inside the fenced commit of the run's lease. `deferDomain` is
 * the exception, since a server that asks for patience asks it of everybody.
 */
import { and, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import {
  change,
  domain,
  exception,
  held,
  intent,
  link,
  linkContent,
  pairing,
  proposal,
  run,
} from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import {
  chunks,
  type ExceptionRow,
  type LinkContentRow,
  type NewChange,
  type NewIntent,
  type NewLink,
  type NewProposal,
  type NewRun,
  ROWS_DOUBTFUL,
  ROWS_PER_STATEMENT,
} from './sync-rows.ts';

type Write = BatchItem<'sqlite'>;

export function insertLinks(db: Database, rows: readonly NewLink[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) => db.insert(link).values([...part]));
}

/** The same values for many links in few statements. */
export function updateLinks(db: Database, ids: readonly string[], set: Partial<NewLink>): readonly Write[] {
  return chunks(ids, ROWS_PER_STATEMENT).map((part) =>
    db
      .update(link)
      .set(set)
      .where(inArray(link.id, [...part])),
  );
}

/** An item changed: `[link id, version]`, in few statements. Parked and held links get another chance. */
export function markItemsChanged(
  db: Database,
  changed: readonly { readonly id: string; readonly version: string }[],
  generation: number,
): readonly Write[] {
  return chunks(changed, ROWS_PER_STATEMENT).map((part) => {
    const cases = sql.join(
      part.map((row) => sql`when ${row.id} then ${row.version}`),
      sql` `,
    );
    return db
      .update(link)
      .set({
        exchangeVersion: sql`case ${link.id} ${cases} end`,
        exchangeState: 'present',
        exchangeDirty: true,
        work: 'dirty',
        attempts: 0,
        retryAt: 0,
        generation,
      })
      .where(
        inArray(
          link.id,
          part.map((row) => row.id),
        ),
      );
  });
}

export function updatePairing(db: Database, id: string, set: Partial<typeof pairing.$inferInsert>): Write {
  return db.update(pairing).set(set).where(eq(pairing.id, id));
}

export function updateLink(db: Database, id: string, set: Partial<NewLink>): Write {
  return db.update(link).set(set).where(eq(link.id, id));
}

export function deleteLink(db: Database, id: string): Write {
  return db.delete(link).where(eq(link.id, id));
}

export function deleteContent(db: Database, linkId: string): Write {
  return db.delete(linkContent).where(eq(linkContent.linkId, linkId));
}

export function putContents(db: Database, rows: readonly LinkContentRow[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) =>
    db
      .insert(linkContent)
      .values([...part])
      .onConflictDoUpdate({
        target: linkContent.linkId,
        set: {
          base: sql`excluded.base`,
          seenExchange: sql`excluded.seen_exchange`,
          seenLiferay: sql`excluded.seen_liferay`,
        },
      }),
  );
}

/** Stores further rows of events, as they are now; a row's place in its event may have changed. */
export function putExceptions(db: Database, rows: readonly ExceptionRow[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) =>
    db
      .insert(exception)
      .values([...part])
      .onConflictDoUpdate({
        target: exception.id,
        set: {
          key: sql`excluded.key`,
          liferayVersion: sql`excluded.liferay_version`,
          liferayUid: sql`excluded.liferay_uid`,
          liferayState: sql`excluded.liferay_state`,
          dirty: sql`excluded.dirty`,
          seen: sql`excluded.seen`,
        },
      }),
  );
}

/** The same values for many further rows in few statements. */
export function updateExceptions(
  db: Database,
  ids: readonly string[],
  set: Partial<ExceptionRow>,
): readonly Write[] {
  return chunks(ids, ROWS_PER_STATEMENT).map((part) =>
    db
      .update(exception)
      .set(set)
      .where(inArray(exception.id, [...part])),
  );
}

export function deleteExceptions(db: Database, ids: readonly string[]): readonly Write[] {
  return chunks(ids, ROWS_PER_STATEMENT).map((part) =>
    db.delete(exception).where(inArray(exception.id, [...part])),
  );
}

/** All further rows of a link. */
export function deleteExceptionsOf(db: Database, linkId: string): Write {
  return db.delete(exception).where(eq(exception.linkId, linkId));
}

/** The further rows of a link that turned out to be half of another go along with it, in place of what was there. */
export function moveExceptions(db: Database, from: string, to: string): readonly Write[] {
  const keys = db.select({ key: exception.key }).from(exception).where(eq(exception.linkId, from));
  return [
    db.delete(exception).where(and(eq(exception.linkId, to), inArray(exception.key, keys))),
    db.update(exception).set({ linkId: to }).where(eq(exception.linkId, from)),
  ];
}

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

export function setIntentFence(db: Database, linkId: string, fence: number): Write {
  return db.update(intent).set({ fence }).where(eq(intent.linkId, linkId));
}

export function deleteIntents(db: Database, linkIds: readonly string[]): readonly Write[] {
  return chunks(linkIds, ROWS_PER_STATEMENT).map((part) =>
    db.delete(intent).where(inArray(intent.linkId, [...part])),
  );
}

export function deleteIntent(db: Database, linkId: string): Write {
  return db.delete(intent).where(eq(intent.linkId, linkId));
}

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

export function deleteHeld(db: Database, linkIds: readonly string[]): readonly Write[] {
  return chunks(linkIds, ROWS_PER_STATEMENT).map((ids) =>
    db.delete(held).where(inArray(held.linkId, [...ids])),
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
        },
      }),
  );
}

/** Items whose copy is only proposed are matched again: a booking came, changed or was left that may be theirs. */
export function matchProposedAgain(db: Database, pairingId: string): Write {
  return db
    .update(link)
    .set({ work: 'dirty', retryAt: 0 })
    .where(and(eq(link.pairingId, pairingId), eq(link.work, 'proposed'), isNull(link.liferayId)));
}

export function insertChanges(db: Database, rows: readonly NewChange[]): readonly Write[] {
  return chunks(rows, ROWS_PER_STATEMENT).map((part) => db.insert(change).values([...part]));
}

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

/** The Exchange server asked for patience: no worker calls it before `notBefore`. */
export async function deferDomain(db: Database, id: string, notBefore: number): Promise<void> {
  await db
    .update(domain)
    .set({ notBefore: sql`max(${domain.notBefore}, ${notBefore})` })
    .where(eq(domain.id, id));
}

/**
 * The calendar got another zone: its series fall on other instants, all their rows are told in it from now on, and what
 * was set aside gets another chance.
 */
export function markZoneChanged(db: Database, pairingId: string): readonly Write[] {
  return [
    db
      .update(link)
      .set({ work: 'dirty', liferayDirty: true, rowsUntil: ROWS_DOUBTFUL, attempts: 0, retryAt: 0 })
      .where(
        and(eq(link.pairingId, pairingId), inArray(link.work, ['clean', 'dirty', 'parked', 'proposed'])),
      ),
    db.update(exception).set({ dirty: true }).where(eq(exception.pairingId, pairingId)),
  ];
}

/** The generation of an item that we created and that the folder's changes did not report yet. */
export const UNREPORTED = -1;

/** Items that we created and that the folder did not report when it was read next: they may be gone already. */
export function markUnreported(db: Database, pairingId: string): Write {
  return db
    .update(link)
    .set({ exchangeState: 'unseen', exchangeDirty: true, work: 'dirty', retryAt: 0, generation: 0 })
    .where(
      and(eq(link.pairingId, pairingId), eq(link.generation, UNREPORTED), eq(link.exchangeState, 'present')),
    );
}

/** Items that were not met again while the folder was listed anew. */
export function markUnseen(db: Database, pairingId: string, generation: number): Write {
  return db
    .update(link)
    .set({ exchangeState: 'unseen', exchangeDirty: true, work: 'dirty', retryAt: 0 })
    .where(
      and(
        eq(link.pairingId, pairingId),
        isNotNull(link.exchangeId),
        eq(link.exchangeState, 'present'),
        lt(link.generation, generation),
      ),
    );
}
