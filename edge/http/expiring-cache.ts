/** A cache with an age limit and a size limit: when it is full, what was not asked for longest goes. */
import type { Clock } from '#core/effects.ts';

export class ExpiringCache<T> {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #maxAgeMs: number;
  readonly #maxEntries: number;
  /** In the order of use, the latest last. */
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>, maxAgeMs: number, maxEntries: number) {
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
    this.#maxEntries = maxEntries;
  }

  get(key: string): T | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    if (entry.until <= this.#clock.monotonic()) return null;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#clock.monotonic() + this.#maxAgeMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries) break;
      this.#entries.delete(oldest);
    }
  }
}
