/** Every zone of the world against one other: rows show what the series means. Too slow to be run for each mutant. */
import { expect, it } from 'vitest';
import { planRows } from '#core/rows-plan.ts';
import { expectExact, weekly } from './exact-rows.ts';
import { ALL_ZONES } from './row.arbitrary.ts';

/** In which both hemispheres change their clocks; the sets reach on into the spring. */
const HALF = { fromMs: Date.UTC(2025, 8, 1), toMs: Date.UTC(2026, 0, 1) };

const hours = ['00:15', '02:30', '09:00', '12:00', '20:45', '23:30'];
const pairs: readonly (readonly [string, (zone: string) => readonly [string, string]])[] = [
  ['every zone in a calendar of Rome', (zone) => [zone, 'Europe/Rome']],
  ['New York in a calendar of every zone', (zone) => ['America/New_York', zone]],
];
it.each(pairs)('rows show a series of %s at the right instants', (_name, pairOf) => {
  for (const [index, anyOne] of ALL_ZONES.entries()) {
    const [from, to] = pairOf(anyOne);
    const event = weekly(`2025-08-05T${hours[index % hours.length]}`, from, ['TU', 'SU']);
    const plan = planRows(event, to, HALF);
    const untilMs = plan.kind === 'rows' ? (plan.untilMs ?? HALF.toMs) : 0;
    expect(untilMs).toBeGreaterThanOrEqual(HALF.toMs);
    expectExact(event, plan, { ...HALF, toMs: untilMs });
  }
});
