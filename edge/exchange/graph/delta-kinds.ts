/**
 * Which delta a tenant offers, found with the first listing of a calendar and remembered for other runs and workers, as
 * the version of a server on premises is.
 */
import * as v from 'valibot';
import type { Clock } from '#core/effects.ts';
import type { ServerMemory } from '../server-memory.port.ts';
import { GraphRefusal } from './failures.ts';

export type DeltaKind = 'events' | 'view';

const Learnt = v.object({ delta: v.picklist(['events', 'view']), at: v.number() });

/** A tenant that did not offer the better one is asked for it again. */
const AGAIN_MS = 7 * 24 * 3_600_000;

export class DeltaKinds {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #memory: ServerMemory;
  readonly #key: string;

  /** `key`: the endpoint and the tenant. */
  constructor(clock: Pick<Clock, 'now'>, memory: ServerMemory, key: string) {
    this.#clock = clock;
    this.#memory = memory;
    this.#key = key;
  }

  /** Asks for the first page in the way that the tenant offers. */
  async first<T>(ask: (kind: DeltaKind) => Promise<T>): Promise<T> {
    const learnt = learntIn(await this.#memory.get(this.#key));
    const now = this.#clock.now();
    const isKnown = learnt !== null && (learnt.delta === 'events' || Math.abs(now - learnt.at) < AGAIN_MS);
    if (isKnown && learnt.delta === 'view') return ask('view');
    try {
      const page = await ask('events');
      if (!isKnown) await this.#remember('events', now);
      return page;
    } catch (error) {
      if (!isNotOffered(error)) throw error;
      // Only where the other way is open the first one was at fault.
      const page = await ask('view');
      await this.#remember('view', now);
      return page;
    }
  }

  async #remember(delta: DeltaKind, at: number): Promise<void> {
    await this.#memory.put(this.#key, JSON.stringify({ delta, at }));
  }
}

/** What services say to a function that they have not: no place, a method that is not there, or tracking without support. */
function isNotOffered(error: unknown): boolean {
  if (!(error instanceof GraphRefusal)) return false;
  const { status, code } = error.refusal;
  return (
    [400, 404, 405, 501].includes(status) &&
    error.failure.reason !== 'folderNotFound' &&
    !/mailbox|user/i.test(code)
  );
}

function learntIn(text: string | null): v.InferOutput<typeof Learnt> | null {
  try {
    const parsed = v.safeParse(Learnt, JSON.parse(text ?? 'null'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
