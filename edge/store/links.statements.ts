/** What a run writes of links and of what was agreed of them, as statements for the fenced commit of its lease. */
import { and, eq, exists, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { exception, link, linkContent } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { chunks, type LinkContentRow, type NewLink, ROWS_DOUBTFUL, ROWS_PER_STATEMENT } from './sync-rows.ts';

type Write = BatchItem<'sqlite'>;

/** New links, in few statements. */
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

/** Does nothing where the link is gone. */
export function updateLink(db: Database, id: string, set: Partial<NewLink>): Write {
  return db.update(link).set(set).where(eq(link.id, id));
}

/** What belongs to the link goes along with it. */
export function deleteLink(db: Database, id: string): Write {
  return db.delete(link).where(eq(link.id, id));
}

/** Stores what was agreed, in place of what was agreed before. */
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

/** The link is as one of which nothing was agreed yet. */
export function deleteContent(db: Database, linkId: string): Write {
  return db.delete(linkContent).where(eq(linkContent.linkId, linkId));
}

/** Of a pair whose item was known to be gone, and that is there all the same. */
const IS_BACK = sql`${link.exchangeState} in ('deleted', 'restored') and ${link.liferayId} is not null`;

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
        exchangeState: sql`case when ${IS_BACK} then 'restored' else 'present' end`,
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
        inArray(link.exchangeState, ['present', 'restored']),
        lt(link.generation, generation),
      ),
    );
}

/** The state of a pairing was lost: nobody gets mail because of what is found from now on, as in a first run. */
export function quieten(db: Database, pairingId: string): Write {
  return db.update(link).set({ quiet: true }).where(eq(link.pairingId, pairingId));
}

/** A person decided that those who are invited to these meetings are asked, though they were only found. */
export function endQuietOf(db: Database, ids: readonly string[]): readonly Write[] {
  return updateLinks(db, ids, { quiet: false });
}

/** Both sides were seen whole again: what turned out to be in step is as any other. */
export function endQuiet(db: Database, pairingId: string): Write {
  return db
    .update(link)
    .set({ quiet: false })
    .where(and(eq(link.pairingId, pairingId), eq(link.work, 'clean'), eq(link.quiet, true)));
}

/** Items whose copy is only proposed are matched again: a booking came, changed or was left that may be theirs. */
export function matchProposedAgain(db: Database, pairingId: string): Write {
  return db
    .update(link)
    .set({ work: 'dirty', retryAt: 0 })
    .where(and(eq(link.pairingId, pairingId), eq(link.work, 'proposed'), isNull(link.liferayId)));
}

/**
 * The copies of a mailbox's events show more or less than before: each event is read and planned again, also what was set
 * aside. What waits for a person goes on so, and is shown anew when that ends.
 */
export function markShownOtherwise(db: Database, pairingId: string): readonly Write[] {
  const copied = [
    eq(link.pairingId, pairingId),
    inArray(link.exchangeState, ['present', 'restored', 'unseen']),
  ];
  return [
    db
      .update(link)
      .set({ exchangeDirty: true, work: 'dirty', attempts: 0, retryAt: 0 })
      .where(and(...copied, inArray(link.work, ['clean', 'dirty', 'parked', 'proposed']))),
    db
      .update(link)
      .set({ exchangeDirty: true })
      .where(and(...copied, inArray(link.work, ['held', 'liferayOnly']))),
  ];
}

/**
 * The calendar got another zone: its series fall on other instants, all their rows are told in it from now on, and what
 * was set aside gets another chance. What waits for a person, or was left alone, goes on so: its rows are looked at when
 * that ends. What has no agreement is read as it stands then.
 */
export function markZoneChanged(db: Database, pairingId: string): readonly Write[] {
  const agreement = db
    .select({ id: linkContent.linkId })
    .from(linkContent)
    .where(eq(linkContent.linkId, link.id));
  const doubtful = { liferayDirty: true, rowsUntil: ROWS_DOUBTFUL };
  return [
    db
      .update(link)
      .set({ ...doubtful, work: 'dirty', attempts: 0, retryAt: 0 })
      .where(
        and(eq(link.pairingId, pairingId), inArray(link.work, ['clean', 'dirty', 'parked', 'proposed'])),
      ),
    db
      .update(link)
      .set(doubtful)
      .where(
        and(eq(link.pairingId, pairingId), inArray(link.work, ['held', 'liferayOnly']), exists(agreement)),
      ),
    db.update(exception).set({ dirty: true }).where(eq(exception.pairingId, pairingId)),
  ];
}
