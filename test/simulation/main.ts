/** `npm run simulate`: many seeded lives of the service, with what was injected and what broke. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { EDIT_KINDS } from './edit-kinds.ts';
import { FAULT_KINDS, isFaultKind } from './faults.ts';
import { LIFE_KINDS, type LifeKind } from './life.ts';
import { liveAll, liveOne, livesOf, mixedLives } from './lives.ts';
import { BOOKING_KINDS, MEETING_KINDS } from './meetings/kinds.ts';
import { isMutant, kindOf, MUTANTS, type Mutant } from './mutants.ts';
import { shrink, storyOf } from './shrink.ts';
import { type SimulationOptions, simulate } from './simulate.ts';
import { Tally } from './tally.ts';
import { PROTOCOLS, type Protocols } from './world.ts';

/** Fewer runs do not promise that every kind of edit and fault happens. */
const RUNS_FOR_ALL_KINDS = 200;
/** Broken stories that are made short, and those that are named. */
const SHRUNK = 3;
const NAMED = 50;
/** Characters of a line. */
const LINE = 600;

const USAGE = `npm run simulate -- [--runs N] [--seed N] [--steps N] [--minutes N] [--kind KIND] [--protocol P] [--mutant NAME] [--spare KIND] [--processes N] [--trace]

  --runs       lives, 300 unless given; with --minutes: as many as there is time for
  --seed       of the first life, 1 unless given
  --steps      of a life, 40 unless given
  --minutes    goes on with further seeds until they are over
  --kind       of the lives: calendars, meetings or bookings; of six four, one and one unless given
  --protocol   by which the mailboxes are reached: ews, graph, or both in turn; ews unless given
  --mutant     plants a bug and stops at the first life that finds it
  --spare      a kind of fault that does not happen; may be given more than once
  --processes  as many as there are processors unless given
  --trace      prints all that happened in a life; one process

Ends with 1 if anything was broken, and, from ${RUNS_FOR_ALL_KINDS} runs on, if any kind of edit or fault never happened.

mutants:
${Object.entries(MUTANTS)
  .map(([name, what]) => `  ${name.padEnd(28)} ${what}`)
  .join('\n')}`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    steps: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    kind: { type: 'string' },
    protocol: { type: 'string', default: 'ews' },
    mutant: { type: 'string' },
    spare: { type: 'string', multiple: true, default: [] },
    processes: { type: 'string', default: String(availableParallelism()) },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const numbers = [values.runs, values.steps, values.seed, values.minutes, values.processes];
const isKind = (text: string | undefined): text is LifeKind => LIFE_KINDS.some((kind) => kind === text);
const isProtocol = (text: string): text is Protocols => PROTOCOLS.some((one) => one === text);
const isWrong =
  (values.kind !== undefined && !isKind(values.kind)) ||
  !isProtocol(values.protocol) ||
  (values.mutant !== undefined && !isMutant(values.mutant)) ||
  !values.spare.every(isFaultKind) ||
  !numbers.every((text) => text === undefined || /^[1-9]\d*$/.test(text));
if (values.help || isWrong) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const mutant = values.mutant as Mutant | undefined;
const kind = isKind(values.kind) ? values.kind : mutant && kindOf(mutant);
const steps = Number(values.steps);
const protocol = isProtocol(values.protocol) ? values.protocol : 'ews';
const more = { protocol, ...(mutant ? { mutant } : {}), spared: values.spare.filter(isFaultKind) };
const startedAt = performance.now();
const untilMs =
  values.minutes === undefined ? Number.POSITIVE_INFINITY : startedAt + Number(values.minutes) * 60_000;
const runs = Number(values.runs ?? (values.minutes === undefined ? 300 : Number.MAX_SAFE_INTEGER));

function* lives(): Generator<SimulationOptions> {
  const first = Number(values.seed);
  let n = 0;
  for (const life of kind ? livesOf(kind, first) : mixedLives(first)) {
    if (n >= runs || performance.now() >= untilMs) return;
    yield { ...life, steps, ...more };
    n += 1;
  }
}

const tally = new Tally();
const add = (result: Awaited<ReturnType<typeof simulate>>): boolean => {
  tally.add(result);
  if (values.trace) console.log(result.trace.join('\n'));
  if (result.violations.length === 0) return false;
  if (tally.broken.length <= NAMED) {
    console.log(`${result.kind} ${result.seed}: ${result.violations.slice(0, 3).join('; ').slice(0, LINE)}`);
  }
  // A planted bug is found once it is found.
  return mutant !== undefined;
};

if (values.trace) {
  for (const options of lives()) if (add(await simulate(options))) break;
} else await liveAll(lives(), Number(values.processes), add);

const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.table(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, tally.faults[kind] ?? 0])));
const edits = (key: string): number => tally.edits[key] ?? 0;
if (tally.lives.calendars > 0) {
  const bySide = (name: string) => ({
    exchange: edits(`exchange:${name}`),
    liferay: edits(`liferay:${name}`),
  });
  console.table(Object.fromEntries(EDIT_KINDS.map((name) => [name, bySide(name)])));
}
if (tally.lives.meetings + tally.lives.bookings > 0) {
  const kinds = [...MEETING_KINDS, ...BOOKING_KINDS];
  console.table(Object.fromEntries(kinds.map((name) => [name, edits(name)])));
}

for (const { seed, kind: broken } of tally.broken.slice(0, SHRUNK)) {
  const options: SimulationOptions = { seed, kind: broken, steps, ...more };
  const short = await shrink(options, await liveOne(options));
  console.log(
    `\nThe story of ${broken} ${seed}, made short in ${short.lives} lives (${short.options.steps} steps):`,
  );
  for (const line of storyOf(await simulate(short.options))) console.log(`  ${line}`);
}

const missing = (
  mutant || kind || protocol !== 'ews' || tally.runs < RUNS_FOR_ALL_KINDS ? [] : tally.missing
).filter((kind) => !values.spare.includes(kind));
if (missing.length > 0) console.log(`Never happened: ${missing.join(', ')}`);
console.log(
  `${tally.runs} runs of ${steps} steps (${tally.runs * steps} steps) in ${seconds} s, ${tally.broken.length} broken`,
);
process.exitCode = tally.broken.length + missing.length > 0 ? 1 : 0;
