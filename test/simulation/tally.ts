/** What many lives came to. */
import { EDIT_KEYS } from './edit-kinds.ts';
import { FAULT_KINDS } from './faults.ts';
import type { LifeKind } from './life.ts';
import { BOOKING_KINDS, MEETING_KINDS } from './meetings/kinds.ts';
import type { SimulationResult } from './simulate.ts';

export class Tally {
  runs = 0;
  readonly lives: Record<LifeKind, number> = { calendars: 0, meetings: 0, bookings: 0 };
  readonly faults: Record<string, number> = {};
  readonly edits: Record<string, number> = {};
  readonly broken: SimulationResult[] = [];

  add(result: SimulationResult): void {
    this.runs += 1;
    this.lives[result.kind] += 1;
    for (const [kind, n] of Object.entries(result.faults)) this.faults[kind] = (this.faults[kind] ?? 0) + n;
    for (const [key, n] of Object.entries(result.edits)) this.edits[key] = (this.edits[key] ?? 0) + n;
    if (result.violations.length > 0) this.broken.push(result);
  }

  /** Kinds of faults, and of edits by any kind of lives, that never happened. */
  get missing(): readonly string[] {
    return [
      ...FAULT_KINDS.filter((kind) => !this.faults[kind]),
      ...[...EDIT_KEYS, ...MEETING_KINDS, ...BOOKING_KINDS].filter((key) => !this.edits[key]),
    ];
  }
}
