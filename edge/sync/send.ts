/** Sending writes to Exchange: in batches as far as the budget goes, each outcome with what it belongs to. */
import { type Failure, failure } from '#core/failure.ts';
import { chunks } from '#store/sync-rows.ts';
import type { Budget } from './slice.ts';

/** Sends a batch if there is still time for its answer; what is left waits for the next slice. */
export async function sendInBatches<T>(
  list: readonly T[],
  size: number,
  budget: Budget,
  send: (part: readonly T[]) => Promise<void>,
): Promise<void> {
  for (const part of chunks(list, size)) {
    if (!budget.mayWrite) return;
    budget.spend();
    await send(part);
  }
}

/** `unsent`: there was nothing to send for it. `unanswered`: it was sent, and nobody said what came of it. */
export type Sent<R> =
  | R
  | { readonly kind: 'unanswered'; readonly failure: Failure }
  | { readonly kind: 'unsent' };

/**
 * Sends one write for each of `part`, null where there is nothing to send. A port answers writes in their order: the
 * outcomes are paired with what was sent and not with `part`, or one without a write would shift all that follow.
 */
export async function sendEach<T, W, R>(
  part: readonly T[],
  writeOf: (each: T) => W | null,
  send: (writes: readonly W[]) => Promise<readonly R[]>,
): Promise<readonly (readonly [T, Sent<R>])[]> {
  const writes = new Map<T, W>();
  for (const each of part) {
    const write = writeOf(each);
    if (write !== null) writes.set(each, write);
  }
  const answers = writes.size === 0 ? [] : await send([...writes.values()]);
  const outcomes = new Map([...writes.keys()].map((each, index) => [each, answers[index]]));
  return part.map((each) => [each, sentOf(writes.has(each), outcomes.get(each))]);
}

function sentOf<R>(isSent: boolean, outcome: R | undefined): Sent<R> {
  if (!isSent) return { kind: 'unsent' };
  if (outcome !== undefined) return outcome;
  const silence = failure('badAnswer', 'The server answered fewer writes than were sent.');
  return { kind: 'unanswered', failure: silence };
}
