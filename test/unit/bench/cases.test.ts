/** Which cases of the benchmark run, and how their figures are laid out. */
import { describe, expect, test } from 'vitest';
import { type Figures, isWanted, neededFor, sequences } from '#test/bench/cases.ts';
import { table } from '#test/bench/table.ts';

const [oneMailbox = [], manyMailboxes = []] = sequences(false);

describe('the choice of cases', () => {
  test('a case brings along what it starts from, and nothing after it', () => {
    const needed = neededFor('5,000: IDLE', oneMailbox).map(({ name }) => name);
    expect(needed).toEqual(['1 × 5,000: first sync', '1 × 5,000: round after first sync', '1 × 5,000: idle']);
    expect(needed.filter((name) => isWanted('5,000: IDLE', name))).toEqual(['1 × 5,000: idle']);
  });

  test('a shape without a wanted case does not run at all', () => {
    expect(neededFor('5,000: idle', manyMailboxes)).toEqual([]);
  });

  test('names tell the cases apart, also those of the quick run', () => {
    const names = [...sequences(false), ...sequences(true)].flat().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the table', () => {
  const figures: Figures = {
    name: 'short',
    mailboxes: 1,
    events: 5_000,
    changed: 0,
    exchangeRequests: 1,
    liferayRequests: 1,
    sqlStatements: 9,
    sqlWrites: 3,
    bytes: 1_234_567,
    cpuMs: 10,
    wallMs: 14,
    peakRssMb: 361,
  };

  test('columns line up whatever stands in them', () => {
    const lines = table([figures, { ...figures, name: 'a much longer name', bytes: 12 }]).split('\n');
    expect(lines).toHaveLength(3);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines[1]).toMatch(/^short +5,000 +0 +1 +1 +9 +3 +1,235 +10 +14 +361$/);
  });
});
