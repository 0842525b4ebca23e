/** Clocks that move only when they are told to, and seeded streams: with them a life can be told again. */
import type { Clock } from '#core/effects.ts';

/** A clock that moves only when it is told to. */
export class VirtualClock implements Clock {
  #now: number;
  /** How far the wall clock was set apart from the time that passed. */
  #jumped = 0;
  #wakers: { at: number; wake: () => void }[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#jumped;
  }

  /** Sets the wall clock ahead, as another machine's may be: no time passes. */
  jump(ms: number): void {
    this.#jumped += ms;
    this.advance(ms);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#wakers.push({ at: this.#now + ms, wake }));
  }

  /** When somebody who sleeps is to be woken next. */
  get nextWake(): number | null {
    return this.#wakers.length === 0 ? null : Math.min(...this.#wakers.map(({ at }) => at));
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#wakers.filter(({ at }) => at <= this.#now);
    this.#wakers = this.#wakers.filter(({ at }) => at > this.#now);
    for (const { wake } of due) wake();
  }
}

/** The service's own clock: its wall clock may be set, while the servers' go on and time passes for all alike. */
export class ServiceClock implements Clock {
  readonly #world: VirtualClock;
  #ahead = 0;

  constructor(world: VirtualClock) {
    this.#world = world;
  }

  now(): number {
    return this.#world.now() + this.#ahead;
  }

  monotonic(): number {
    return this.#world.monotonic();
  }

  sleep(ms: number): Promise<void> {
    return this.#world.sleep(ms);
  }

  /** Sets it ahead, or back if negative. */
  set(ms: number): void {
    this.#ahead += ms;
  }
}

/** mulberry32: a small generator with a whole period; not for secrets. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** UUIDs from a counter and a stream, so that a trace can be repeated. */
export function seededIds(random: () => number): { uuid(): string } {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return { uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}` };
}
