/** How a pairing is doing, in sentences. Pure. */
import type { Pairing } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { relativeTime } from './relative-time.ts';

/** In plain words: how it stands, when it was last looked at, what that did, and when the next look is. */
export function statusSentences(pairing: Pairing, nowMs: number, { ui, locale }: Texts): string {
  const { status, lastRunAt, lastResult, nextRunAt } = pairing;
  const relative = (atMs: number): string => relativeTime(atMs, nowMs, locale);
  // However late: the delay is the service's queue. "Now" would stand there until the next poll and be wrong.
  const next = nextRunAt - nowMs < 1_000 ? null : relative(nextRunAt);
  const sentences = [pairing.paused ? ui.pausedByOwner : ui.statuses[status].sentence];
  if (lastResult !== null) sentences.push(ui.lastResult(relative(lastResult.at), lastResult));
  if (status === 'inStep' || status === 'paused') {
    sentences.push(lastRunAt === null ? ui.neverRun : ui.lastRun(relative(lastRunAt)));
  }
  if (status === 'inStep') sentences.push(next === null ? ui.runDue : ui.nextRun(next));
  if (status === 'waiting' || (status === 'paused' && !pairing.paused)) {
    sentences.push(next === null ? ui.tryDue : ui.nextTry(next));
  }
  return sentences.join(' ');
}
