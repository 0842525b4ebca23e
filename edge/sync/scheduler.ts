/**
 * The loop of a long-lived process: claims cohorts one after the other, and waits when nothing is due. Each Exchange
 * domain has its own share of it, so that one whose server is slow keeps nobody else waiting.
 */

import type { AbortSignalLike } from '#core/effects.ts';
import { withoutStatement } from '#store/database-error.ts';
import { type ClaimedMailbox, nextDueAt } from '#store/leases.ts';
import type { Engine } from './engine.ts';
import { claimFor, type SliceReport, workThrough } from './run.ts';

/** Waits are milliseconds. */
export interface SchedulerOptions {
  /** Cohorts of one domain that are worked on at the same time. */
  readonly concurrency: number;
  /** Cohorts of all domains together. Default: 8 times `concurrency`. */
  readonly limit?: number;
  /** Longest wait before looking again: another process, or the API, may have made something due. */
  readonly pollMs: number;
  /** Ends a wait: something became due in this process. */
  readonly bell?: Bell;
  readonly onSlice?: (report: SliceReport) => void;
}

/** Rung when something became due; rung while nobody waits, it ends the next wait. */
export class Bell {
  #isRung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Settles with `wait`, or when it is rung. */
  async orElse(wait: Promise<void>): Promise<void> {
    const rung = new Promise<void>((wake) => {
      this.#wake = wake;
    });
    if (!this.#isRung) await Promise.race([wait, rung]);
    this.#isRung = false;
    this.#wake = null;
  }
}

/** The loop of one process. */
export interface Scheduler {
  /** Runs until the signal aborts; slices under way are finished first. */
  run(signal: AbortSignalLike): Promise<void>;
}

const LEAST_WAIT_MS = 50;

/** Nothing runs before `run` is called. */
export function createScheduler(engine: Engine, options: SchedulerOptions): Scheduler {
  return { run: (signal) => new Loop(engine, options, signal).run() };
}

class Loop {
  readonly #engine: Engine;
  readonly #options: SchedulerOptions;
  readonly #signal: AbortSignalLike;
  /** Slices under way, each with its domain. They never reject. */
  readonly #slices = new Map<Promise<void>, string>();

  constructor(engine: Engine, options: SchedulerOptions, signal: AbortSignalLike) {
    this.#engine = engine;
    this.#options = options;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { concurrency, limit = 8 * concurrency } = this.#options;
    while (!this.#signal.aborted) {
      if (this.#slices.size >= limit) {
        await Promise.race(this.#slices.keys());
        continue;
      }
      const claimed = await this.#claim();
      const [first] = claimed;
      if (first) this.#begin(first.domainId, claimed);
      else await Promise.race([this.#idle(), ...this.#slices.keys()]);
    }
    await Promise.all(this.#slices.keys());
  }

  async #claim(): Promise<readonly ClaimedMailbox[]> {
    try {
      // A new owner for each slice: it must not take its predecessor's lease for its own.
      return await claimFor(this.#engine, this.#engine.effects.ids.uuid(), { except: this.#full() });
    } catch (error) {
      this.#engine.effects.log.error('looking for work failed', { error: withoutStatement(error) });
      return [];
    }
  }

  /** Domains that have their share of this process. */
  #full(): readonly string[] {
    const domains = [...this.#slices.values()];
    return [...new Set(domains)].filter(
      (id) => domains.filter((other) => other === id).length >= this.#options.concurrency,
    );
  }

  #begin(domainId: string, claimed: readonly ClaimedMailbox[]): void {
    const slice = this.#work(claimed).finally(() => this.#slices.delete(slice));
    this.#slices.set(slice, domainId);
  }

  async #work(claimed: readonly ClaimedMailbox[]): Promise<void> {
    try {
      const report = await workThrough(this.#engine, claimed);
      this.#options.onSlice?.(report);
    } catch (error) {
      this.#engine.effects.log.error('slice failed', { error: withoutStatement(error) });
    }
  }

  /** Until something may be due. The end of a slice ends the wait as well: it leaves room, and perhaps more to do. */
  async #idle(): Promise<void> {
    const { effects, db } = this.#engine;
    const { pollMs } = this.#options;
    const nowMs = effects.clock.now();
    // A database that does not answer is asked again like one in which nothing is due.
    const due = await nextDueAt(db, nowMs, this.#full()).catch(() => null);
    const wait = due === null ? pollMs : Math.min(pollMs, due - nowMs);
    // Rejects when the signal aborts, which the loop sees.
    const slept = effects.clock.sleep(Math.max(LEAST_WAIT_MS, wait), this.#signal).catch(() => {});
    await (this.#options.bell?.orElse(slept) ?? slept);
  }
}
