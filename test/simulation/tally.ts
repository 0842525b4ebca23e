/** What many lives came to. */
import { EDIT_KEYS } from './edit-kinds.ts';
import { FAULT_KINDS } from './faults.ts';
import type { SimulationResult } from './simulate.ts';

export class Tally {
  runs = 0;
  readonly faults: Record<string, number> = {};
  readonly edits: Record<string, number> = {};
  readonly broken: SimulationResult[] = [];

  add(result: SimulationResult): void {
    this.runs += 1;
    for (const [kind, n] of Object.entries(result.faults)) this.faults[kind] = (this.faults[kind] ?? 0) + n;
    for (const [key, n] of Object.entries(result.edits)) this.edits[key] = (this.edits[key] ?? 0) + n;
    if (result.violations.length > 0) this.broken.push(result);
  }

  /** Kinds of faults, and `side:kind` of edits, that never happened. */
  get missing(): readonly string[] {
    return [
      ...FAULT_KINDS.filter((kind) => !this.faults[kind]),
      ...EDIT_KEYS.filter((key) => !this.edits[key]),
    ];
  }
}
