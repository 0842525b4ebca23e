/** One spoilt answer after the other: each seed is one, with its scene, its answer and what is done to it. */
import { seeded } from '#test/simulation/virtual-time.ts';
import { unclassified, wrongIn } from './invariants.ts';
import { type Mutated, mutate, type Spoilt } from './mutations.ts';
import { replay, type Scene } from './scene.ts';
import { pick, type Random } from './values.ts';

/** What an adapter made of a spoilt answer that it must not make of any. */
export interface Finding {
  readonly seed: number;
  readonly scene: string;
  /** Which of the scene's answers was spoilt, counted from 0. */
  readonly answer: number;
  /** What was done to it, without what it breaks without too. */
  readonly mutations: readonly string[];
  readonly wrong: string;
}

/** Processor time of one run, in milliseconds. Good answers take a few. */
const TIME_LIMIT_MS = 2_000;
const MUTATIONS = [1, 1, 1, 2, 3, 5] as const;

/** How it ended: `failed` is a failure with a reason, `answered` what nothing is wrong with. */
export type Ending = 'answered' | 'failed' | Finding;

/** The run of a seed. */
export async function fuzzOnce(scenes: readonly Scene[], seed: number): Promise<Ending> {
  const random = seeded(seed * 2_654_435_761);
  const scene = pick(random, scenes);
  const at = Math.floor(random() * scene.answers.length);
  const seeds = Array.from({ length: pick(random, MUTATIONS) }, () => Math.floor(random() * 2 ** 32));
  const first = await judged(scene, at, seeds);
  if (first.wrong === null) return first.ending;
  const least = await smallest(scene, at, seeds, first);
  return { seed, scene: scene.name, answer: at, mutations: least.what, wrong: least.wrong ?? '' };
}

interface Judged {
  readonly ending: 'answered' | 'failed';
  readonly what: readonly string[];
  readonly wrong: string | null;
}

/** Steps are left out one by one while it stays wrong in the same way. */
async function smallest(scene: Scene, at: number, seeds: readonly number[], first: Judged): Promise<Judged> {
  let best = first;
  let kept = seeds;
  for (const seed of seeds) {
    const fewer = kept.filter((other) => other !== seed);
    if (fewer.length === 0) break;
    const judgement = await judged(scene, at, fewer);
    if (judgement.wrong === null) continue;
    best = judgement;
    kept = fewer;
  }
  return best;
}

async function judged(scene: Scene, at: number, seeds: readonly number[]): Promise<Judged> {
  const good = scene.answers[at];
  if (good === undefined) throw new Error('a scene without answers');
  let answer: Spoilt = good;
  const what: string[] = [];
  for (const seed of seeds) {
    const random: Random = seeded(seed);
    const mutated: Mutated = mutate(answer, random);
    answer = mutated.answer;
    what.push(mutated.what);
  }
  const watch = listening();
  const startedAt = process.cpuUsage();
  let ending: Judged['ending'] = 'answered';
  let wrong: string | null;
  try {
    wrong = wrongIn(await scene.run(replay(scene, at, answer)));
  } catch (error) {
    ending = 'failed';
    wrong = unclassified(error);
  }
  const printed = watch.end();
  if (printed !== null) wrong ??= `it prints ${printed}`;
  const { user, system } = process.cpuUsage(startedAt);
  const milliseconds = (user + system) / 1_000;
  if (milliseconds > TIME_LIMIT_MS) wrong ??= `${Math.round(milliseconds)} ms`;
  return { ending, what, wrong };
}

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** To the console, on which a service says nothing: the first thing that is printed until the end; null: nothing. */
function listening(): { end(): string | null } {
  let first: string | null = null;
  const before = METHODS.map((method) => [method, console[method]] as const);
  for (const method of METHODS) {
    console[method] = (text: unknown) => {
      first ??= String(text);
    };
  }
  return {
    end: () => {
      for (const [method, print] of before) console[method] = print;
      return first;
    },
  };
}
