/** The thread that fuzzes: it says before each run which seed it is at, so that somebody notices if it does not end. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzzOnce } from './fuzz.ts';
import type { Parser } from './scene.ts';
import { allScenes } from './scenes.ts';

/** What the thread is told. */
export interface FuzzJob {
  readonly seed: number;
  readonly runs: number;
  readonly parser?: Parser;
  /** Of two numbers: the seed of the present run, and how many were finished. */
  readonly progress: SharedArrayBuffer;
}

const { seed, runs, parser, progress } = workerData as FuzzJob;
const seen = new Int32Array(progress);
const scenes = await allScenes(parser);
for (let run = 0; run < runs; run += 1) {
  Atomics.store(seen, 0, seed + run);
  const ending = await fuzzOnce(scenes, seed + run);
  Atomics.store(seen, 1, run + 1);
  parentPort?.postMessage(ending);
}
