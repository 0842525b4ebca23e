/** `npm run simulate`: many seeded lives of the service, with what was injected and what broke. */
import { parseArgs } from 'node:util';
import { FAULT_KINDS } from './faults.ts';
import { isMutant, MUTANTS, type Mutant } from './mutants.ts';
import { simulate } from './simulate.ts';
import { EDIT_KINDS } from './story.ts';

const USAGE = `npm run simulate -- [--runs N] [--steps N] [--seed N] [--mutant NAME] [--trace]
mutants: ${Object.keys(MUTANTS).join(', ')}`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    steps: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    mutant: { type: 'string' },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || (values.mutant !== undefined && !isMutant(values.mutant))) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}
const mutant = values.mutant as Mutant | undefined;
const first = Number(values.seed);
const started = performance.now();
const faults: Record<string, number> = {};
const edits: Record<string, number> = {};
const broken: { seed: number; violations: readonly string[] }[] = [];

for (let seed = first; seed < first + Number(values.runs); seed += 1) {
  const result = await simulate({ seed, steps: Number(values.steps), ...(mutant ? { mutant } : {}) });
  for (const [kind, n] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + n;
  for (const [kind, n] of Object.entries(result.edits)) edits[kind] = (edits[kind] ?? 0) + n;
  if (values.trace) console.log(result.trace.join('\n'));
  if (result.violations.length === 0) continue;
  broken.push({ seed, violations: result.violations });
  console.log(`seed ${seed}: ${result.violations.slice(0, 3).join('; ')}`);
  // A planted bug is found once it is found.
  if (mutant) break;
}

const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.table(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, faults[kind] ?? 0])));
console.table(
  Object.fromEntries(
    EDIT_KINDS.map((kind) => [
      kind,
      { exchange: edits[`exchange:${kind}`] ?? 0, liferay: edits[`liferay:${kind}`] ?? 0 },
    ]),
  ),
);
console.log(`${values.runs} runs of ${values.steps} steps in ${seconds} s, ${broken.length} broken`);
process.exitCode = broken.length > 0 ? 1 : 0;
