/**
 * The acts of a story by their names and streams. Each draws from a stream of its own: a story from which some acts were
 * taken away tells the others as before.
 */
import type { Random } from './shapes.ts';
import { seeded } from './virtual-time.ts';

/** Acts of one step at most. */
const ACTS_PER_STEP = 40;

/** An act that takes place. */
export interface Begun {
  /** A number that no other act of this life has. */
  readonly serial: number;
  readonly random: Random;
}

export class Acts {
  /** Names of all acts so far, those left out among them. */
  readonly names: string[] = [];
  readonly #seed: number;
  readonly #without: ReadonlySet<string>;
  #step = 0;
  #act = 0;

  constructor(seed: number, without: ReadonlySet<string>) {
    this.#seed = seed;
    this.#without = without;
  }

  get step(): number {
    return this.#step;
  }

  beginStep(step: number): void {
    this.#step = step;
    this.#act = 0;
  }

  /** The next act's stream and number; null: it is left out. */
  begin(): Begun | null {
    this.#act += 1;
    if (this.#act >= ACTS_PER_STEP) throw new Error('A step has more acts than numbers.');
    const name = `act ${this.#step}.${this.#act}`;
    this.names.push(name);
    const serial = this.#step * ACTS_PER_STEP + this.#act;
    if (this.#without.has(name)) return null;
    return { serial, random: seeded(this.#seed * 1_000_003 + serial * 7919) };
  }

  /** A line of the trace that tells of the last act. */
  line(text: string): string {
    return `${this.names.at(-1)}: ${text}`;
  }
}
