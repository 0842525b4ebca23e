/** The loop of a long-lived process: claims cohorts one after the other, and waits when nothing is due. */

import type { AbortSignalLike } from '#core/effects.ts';
import { withoutStatement } from '#store/database-error.ts';
import { nextDueAt } from '#store/leases.ts';
import type { Engine } from './engine.ts';
import { runSlice, type SliceReport } from './run.ts';

/** Waits are milliseconds. */
export interface SchedulerOptions {
  /** Cohorts that are worked on at the same time. */
  readonly concurrency: number;
  /** Longest wait before looking again: another process, or the API, may have made something due. */
  readonly pollMs: number;
  readonly onSlice?: (report: SliceReport) => void;
}

/** The loop of one process. */
export interface Scheduler {
  /** Runs until the signal aborts; slices under way are finished first. */
  run(signal: AbortSignalLike): Promise<void>;
}

/** Nothing runs before `run` is called. */
export function createScheduler(engine: Engine, options: SchedulerOptions): Scheduler {
  const { effects, db } = engine;
  const worker = async (signal: AbortSignalLike) => {
    // A new owner for each start of a process: it must not take its predecessor's lease for its own.
    const owner = effects.ids.uuid();
    while (!signal.aborted) {
      let claimed = 0;
      try {
        const report = await runSlice(engine, owner);
        claimed = report.claimed;
        if (claimed > 0) options.onSlice?.(report);
      } catch (error) {
        effects.log.error('slice failed', { error: withoutStatement(error) });
      }
      if (claimed === 0) await idle(signal);
    }
  };
  const idle = async (signal: AbortSignalLike) => {
    try {
      const due = await nextDueAt(db);
      const wait = due === null ? options.pollMs : due - effects.clock.now();
      await effects.clock.sleep(Math.max(50, Math.min(options.pollMs, wait)), signal);
    } catch (error) {
      // The sleep was interrupted: the loop's condition ends it. Anything else is a database that does not answer.
      if (!signal.aborted) {
        effects.log.error('looking for work failed', { error: withoutStatement(error) });
        await effects.clock.sleep(options.pollMs, signal).catch(() => {});
      }
    }
  };
  return {
    run: async (signal) => {
      await Promise.all(Array.from({ length: options.concurrency }, () => worker(signal)));
    },
  };
}
