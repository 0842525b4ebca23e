/** `npm run fuzz`: spoils good answers of the emulators in every way, and watches what the adapters make of them. */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Ending, Finding } from './fuzz.ts';
import { PARSERS, type Parser } from './scene.ts';
import type { FuzzJob } from './worker.ts';

const USAGE = `npm run fuzz -- [--runs N] [--seed N] [--parser NAME]

  --runs    spoilt answers, 100000 unless given
  --seed    of the first one, 1 unless given; each further one has the next seed
  --parser  ${PARSERS.join(', ')}; all unless given

Ends with 1 if an answer made an adapter hang, fail without a reason of the list, or tell an event that breaks the
rules of its own model. What is printed then is repeated by --seed SEED --runs 1, with the same --parser.`;

/** A run that takes longer does not end. Processors may be busy with other things. */
const HANG_MS = 60_000;
const PROGRESS_MS = 30_000;
/** Findings that are printed whole. */
const NAMED = 20;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    parser: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const isParser = (text: string | undefined): text is Parser => PARSERS.some((parser) => parser === text);
const isWrong =
  ![values.runs, values.seed].every((text) => /^[1-9]\d{0,8}$/.test(text)) ||
  (values.parser !== undefined && !isParser(values.parser));
if (values.help || isWrong) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const progress = new SharedArrayBuffer(8);
const seen = new Int32Array(progress);
const [seed, runs] = [Number(values.seed), Number(values.runs)];
const job: FuzzJob = { seed, runs, progress, ...(isParser(values.parser) ? { parser: values.parser } : {}) };
const startedAt = performance.now();
const counts = { answered: 0, failed: 0 };
const findings: Finding[] = [];
const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job });

worker.on('message', (ending: Ending) => {
  if (typeof ending === 'string') counts[ending] += 1;
  else {
    findings.push(ending);
    if (findings.length <= NAMED) print(ending);
  }
});
worker.on('error', (error) => end(`The run of seed ${Atomics.load(seen, 0)} crashed: ${error.stack}`));
worker.on('exit', () => end(null));

let lastDone = 0;
let lastMoved = performance.now();
let lastTold = lastMoved;
const watch = setInterval(() => {
  const done = Atomics.load(seen, 1);
  const now = performance.now();
  if (done !== lastDone) [lastDone, lastMoved] = [done, now];
  else if (now - lastMoved > HANG_MS) end(`The run of seed ${Atomics.load(seen, 0)} does not end.`);
  if (now - lastTold > PROGRESS_MS) {
    lastTold = now;
    console.log(`${done} of ${runs}, ${findings.length} findings`);
  }
}, 1_000);

function print({ seed: of, scene, answer, mutations, wrong }: Finding): void {
  console.log(`seed ${of}: ${scene}, answer ${answer}\n  ${mutations.join('\n  ')}\n  → ${wrong}`);
}

function end(crash: string | null): void {
  clearInterval(watch);
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const { answered, failed } = counts;
  console.log(
    `${answered + failed + findings.length} spoilt answers in ${seconds} s: ${answered} were read, ${failed} refused with their reason, ${findings.length} findings`,
  );
  if (crash !== null) console.log(crash);
  process.exit(crash === null && findings.length === 0 ? 0 : 1);
}
