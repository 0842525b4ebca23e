/**
 * The fenced commit: writes of a run that only happen while its lease on the mailbox holds.
 *
 * An `UPDATE … WHERE fence = ?` that hits no row does not stop a batch, so a stale worker's writes would still be
 * committed. Instead the batch's first statement inserts into `commit_mark` a fence that is NULL unless owner,
 * fence and sequence number are as they should be; the column is NOT NULL, and the whole batch fails.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { commitMark } from '#drizzle/schema.ts';
import type { Database } from './database.ts';
import { statementFailureOf } from './database-error.ts';

/** What a claim gave to a run. Changed by `fencedCommit` only. */
export interface Lease {
  readonly mailboxId: string;
  readonly owner: string;
  readonly fence: number;
  /** Commits made under this lease so far. */
  seq: number;
  /** End of the lease, epoch milliseconds by the claimer's clock. */
  readonly untilMs: number;
}

/** `leaseLost`: nothing was written, and this worker may write nothing any more. */
export type CommitOutcome = 'committed' | 'leaseLost';

/** Writes in one commit at most; 5,000 rows take about 55 ms on a file. More is a programming error. */
export const COMMIT_STATEMENT_LIMIT = 5_000;

/**
 * Commits `writes` in one transaction if the lease holds, and nothing otherwise. `leaseLost` also answers a
 * mailbox that was deleted and a batch that was committed before.
 *
 * If the answer was lost (network, proxy) the mark tells whether the commit happened. If it did not, the error is
 * thrown and `lease.seq` stays: the same sequence number is used again, so at most one of the two can happen
 * even when the first request is still under way.
 *
 * @throws RangeError for more than {@link COMMIT_STATEMENT_LIMIT} writes: a commit cannot be split, since what
 *   belongs together would be torn apart. Make smaller slices.
 * @throws what the database said about any of `writes`, for example a broken constraint.
 */
export async function fencedCommit(
  db: Database,
  lease: Lease,
  writes: readonly BatchItem<'sqlite'>[],
): Promise<CommitOutcome> {
  if (writes.length > COMMIT_STATEMENT_LIMIT) {
    throw new RangeError(
      `${writes.length} writes in one commit; at most ${COMMIT_STATEMENT_LIMIT} are possible.`,
    );
  }
  const seq = lease.seq + 1;
  try {
    await db.batch([mark(db, lease, seq), ...writes]);
  } catch (error) {
    const failed = statementFailureOf(error);
    if (failed?.index === 0 && failed.message.includes('NOT NULL')) return 'leaseLost';
    if (failed !== null || !(await wasCommitted(db, lease, seq, error))) throw error;
  }
  lease.seq = seq;
  return 'committed';
}

function mark(db: Database, lease: Lease, seq: number): BatchItem<'sqlite'> {
  return db.run(sql`
    insert into commit_mark (mailbox_id, fence, seq)
    select ${lease.mailboxId},
           (select m.fence from mailbox m
              left join commit_mark c on c.mailbox_id = m.id and c.fence = m.fence
             where m.id = ${lease.mailboxId} and m.lease_owner = ${lease.owner} and m.fence = ${lease.fence}
               and coalesce(c.seq, 0) = ${seq} - 1),
           ${seq}
     where true
    on conflict (mailbox_id) do update set fence = excluded.fence, seq = excluded.seq`);
}

/** Asked after an answer was lost. If this question fails too, what is thrown is the first error. */
async function wasCommitted(db: Database, lease: Lease, seq: number, lost: unknown): Promise<boolean> {
  try {
    const found = await db
      .select({ seq: commitMark.seq })
      .from(commitMark)
      .where(and(eq(commitMark.mailboxId, lease.mailboxId), eq(commitMark.fence, lease.fence)));
    return found[0]?.seq === seq;
  } catch {
    throw lost;
  }
}
