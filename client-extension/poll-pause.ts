/** How long to wait before the service is asked again how the pairings do. Pure. */
import type { Pairing } from '#shared/api.ts';

/** While something moves, people watch it. */
const BUSY_PAUSE_MS = 2_000;
const IDLE_PAUSE_MS = 30_000;
/** What a run takes that finds nothing: asked earlier, the service would still tell of the one before. */
const RUN_MS = 1_000;
/** A run that is late by more than this is not waited for any more. */
const LATE_MS = 60_000;

/** `nowMs`: by the service's clock. */
export function pollPauseMs(pairings: readonly Pairing[], nowMs: number): number {
  if (pairings.some(isMoving)) return BUSY_PAUSE_MS;
  const soonest = Math.min(
    IDLE_PAUSE_MS,
    ...pairings
      .filter(({ paused }) => !paused)
      .map(({ nextRunAt }) => nextRunAt - nowMs)
      .filter((ms) => ms > -LATE_MS)
      .map((ms) => ms + RUN_MS),
  );
  return Math.max(BUSY_PAUSE_MS, soonest);
}

function isMoving({ status }: Pairing): boolean {
  return status === 'starting' || status === 'firstSync' || status === 'working' || status === 'unpairing';
}
