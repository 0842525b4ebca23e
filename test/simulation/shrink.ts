/** Makes the story of a broken life as short as can be: steps, acts and faults that it breaks without are left out. */
import { liveOne } from './lives.ts';
import type { SimulationOptions, SimulationResult } from './simulate.ts';

/** Lives that may be spent on one story. */
const LIVES = 150;

export interface Shrunk {
  readonly options: SimulationOptions;
  readonly result: SimulationResult;
  readonly lives: number;
}

/** What is broken, without the names and times of this one story. */
export function kindOf(violation: string): string {
  return violation.replace(/"[^"]*"|ev-\d+|[TD]\d+\w?|\d+|\(.*\)/g, '').trim();
}

/** @param first what the whole life came to: a shorter story must break the same rule before any other */
export async function shrink(options: SimulationOptions, first: SimulationResult): Promise<Shrunk> {
  const kind = kindOf(first.violations[0] ?? '');
  let best = { options, result: first };
  let lives = 0;
  const tryOut = async (shorter: SimulationOptions): Promise<boolean> => {
    if (lives >= LIVES) return false;
    lives += 1;
    const result = await liveOne(shorter);
    if (kindOf(result.violations[0] ?? '') !== kind) return false;
    best = { options: shorter, result };
    return true;
  };
  for (let cut = Math.ceil(best.options.steps / 2); cut >= 1; cut = Math.floor(cut / 2)) {
    while (best.options.steps > cut && (await tryOut({ ...best.options, steps: best.options.steps - cut })));
  }
  for (let size = Math.ceil(best.result.parts.length / 2); size >= 1; ) {
    const before = partsOf(best).length;
    for (let from = 0; from < partsOf(best).length; ) {
      const part = partsOf(best).slice(from, from + size);
      const without = [...(best.options.without ?? []), ...part];
      if (!(await tryOut({ ...best.options, without }))) from += size;
    }
    // What could not be left out before may be now.
    if (size > 1 || partsOf(best).length === before) size = Math.floor(size / 2);
  }
  return { ...best, lives };
}

function partsOf({ options, result }: Pick<Shrunk, 'options' | 'result'>): readonly string[] {
  const gone = new Set(options.without);
  return [...new Set(result.parts)].filter((part) => !gone.has(part));
}

/** The story without the requests. */
export function storyOf(result: SimulationResult): readonly string[] {
  return result.trace.filter((line) => !line.startsWith(' ') && !/^\d+ undisturbed/.test(line));
}
