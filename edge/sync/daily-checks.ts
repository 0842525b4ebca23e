/** What is looked after once a day, part by part: who owns what, and which rooms are in the released room lists. */
import type { AbortSignalLike } from '#core/effects.ts';
import { withoutStatement } from '#store/database-error.ts';
import type { Engine } from './engine.ts';
import { checkOwners } from './owner-checks.ts';
import { refreshRoomLists } from './room-lists.ts';

/** Between two parts; the owners of a thousand mailboxes take twenty minutes of each day. */
const PAUSE_MS = 60_000;

/** Looks after the next part of each. One that fails is logged and does not keep the other. Never rejects. */
export async function checkDaily(engine: Engine): Promise<void> {
  const { log } = engine.effects;
  await checkOwners(engine).catch((error: unknown) => {
    log.error('checking owners failed', { error: withoutStatement(error) });
  });
  await refreshRoomLists(engine).catch((error: unknown) => {
    log.error('reading room lists failed', { error: withoutStatement(error) });
  });
}

/** Goes on with one part after the other until the signal aborts. Never rejects. */
export async function watchDaily(engine: Engine, signal: AbortSignalLike): Promise<void> {
  while (!signal.aborted) {
    await checkDaily(engine);
    // Rejects when the signal aborts, which the loop sees.
    await engine.effects.clock.sleep(PAUSE_MS, signal).catch(() => {});
  }
}
