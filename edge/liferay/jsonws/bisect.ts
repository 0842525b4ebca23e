/**
 * Batches in which one member may break the whole: the batch is halved until the culprit stands alone.
 */
import { type Failure, RemoteFailure } from '#core/failure.ts';
import type { Reason } from '#shared/reasons.ts';

/** Failures that one member can cause. All others are the portal's, and asking again for half of it helps nobody. */
const MAY_BE_ONE_MEMBERS: ReadonlySet<Reason> = new Set<Reason>([
  'accessDenied',
  'itemNotFound',
  'serverError',
  'badAnswer',
  'answerTooLarge',
  'timedOut',
]);

/** Whether the failure can be the fault of one member rather than of the portal. */
export function mayBeOneMembers(error: unknown): error is RemoteFailure {
  return error instanceof RemoteFailure && MAY_BE_ONE_MEMBERS.has(error.failure.reason);
}

/** How a batch is sent, and what becomes of a member that breaks it. */
export interface Halving<Member, Outcome> {
  /** One request; outcomes in the order of the members. */
  attempt(batch: readonly Member[]): Promise<readonly Outcome[]>;
  /** Rejects when the portal does not even answer a request without members: then there is no culprit. */
  checkPortal(): Promise<void>;
  failed(member: Member, failure: Failure): Outcome;
}

/** Two culprits among fifty are found within this; what is left then fails with the batch that it was in. */
const MAX_EXTRA_REQUESTS = 24;
/** A request that ran into its time-out costs as much as this many that were answered. */
const TIMED_OUT_WEIGHT = 6;

/** Outcomes in the order of `members`. Rejects with RemoteFailure where the failure is the portal's. */
export async function eachInBatch<Member, Outcome>(
  members: readonly Member[],
  halving: Halving<Member, Outcome>,
): Promise<readonly Outcome[]> {
  let extra = 0;
  const part = async (batch: readonly Member[], isFirst: boolean): Promise<readonly Outcome[]> => {
    try {
      return await halving.attempt(batch);
    } catch (error) {
      if (!mayBeOneMembers(error)) throw error;
      if (isFirst) await halving.checkPortal();
      extra += error.failure.reason === 'timedOut' ? TIMED_OUT_WEIGHT : 1;
      if (batch.length <= 1 || extra > MAX_EXTRA_REQUESTS) {
        return batch.map((member) => halving.failed(member, error.failure));
      }
    }
    const middle = Math.ceil(batch.length / 2);
    const left = await part(batch.slice(0, middle), false);
    return [...left, ...(await part(batch.slice(middle), false))];
  };
  return members.length === 0 ? [] : part(members, true);
}
