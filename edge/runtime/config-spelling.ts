/**
 * Finds variables that look like misspelt ones of ours, so that `EXCHANGE_PASSWROD` is an error and not silence.
 * An environment also holds variables of others (`PORTAL_SERVICE_HOST` from a container platform), so only what
 * is nearly one of our names counts.
 */
import type { ConfigProblem } from './config.ts';

/** Letters added, left out, changed or swapped with their neighbour that still make a misspelling. */
const NEAR = 2;

export function misspelt(given: Readonly<Record<string, string>>, names: readonly string[]): ConfigProblem[] {
  const prefixes = new Set(names.filter((name) => name.includes('_')).map(firstWord));
  const problems: ConfigProblem[] = [];
  for (const variable of Object.keys(given)) {
    if (names.includes(variable) || !prefixes.has(firstWord(variable))) continue;
    const nearest = nearestName(variable, names);
    if (nearest !== null) {
      problems.push({
        variable,
        problem: 'is not a variable of this program',
        expected: `perhaps ${nearest}`,
      });
    }
  }
  return problems;
}

function firstWord(name: string): string {
  return name.slice(0, name.indexOf('_') + 1);
}

function nearestName(variable: string, names: readonly string[]): string | null {
  const ranked = names
    .map((name) => ({ name, steps: name.startsWith(`${variable}_`) ? 0 : distance(variable, name) }))
    .sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best !== undefined && best.steps <= NEAR ? best.name : null;
}

/** Optimal string alignment: Levenshtein's distance in which swapping two neighbours is one step. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + changed,
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
