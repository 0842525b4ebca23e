/** Many lives in several processes: each core lives its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LifeKind } from './life.ts';
import type { SimulationOptions, SimulationResult } from './simulate.ts';

/** Of three lives one is of meetings: by turns of those made in Outlook, and of those made in Liferay too. */
const MIXTURE: readonly LifeKind[] = [
  'calendars',
  'calendars',
  'meetings',
  'calendars',
  'calendars',
  'bookings',
];

export type OneLife = Pick<SimulationOptions, 'seed' | 'kind'>;

/** Endless: the lives of one kind of all seeds from `first` on. */
export function* livesOf(kind: LifeKind, first: number): Generator<OneLife> {
  for (let seed = first; ; seed += 1) yield { seed, kind };
}

/** Endless: the lives of all kinds, each of all seeds from `first` on. */
export function* mixedLives(first: number): Generator<OneLife> {
  const seeds = { calendars: first, meetings: first, bookings: first };
  for (;;) {
    for (const kind of MIXTURE) {
      yield { seed: seeds[kind], kind };
      seeds[kind] += 1;
    }
  }
}

/** The next `runs` of `lives`, each of so many steps and with `more`. */
export function someOf(
  lives: Iterator<OneLife>,
  runs: number,
  more: Omit<SimulationOptions, 'seed' | 'kind'>,
): readonly SimulationOptions[] {
  return Array.from({ length: runs }, () => ({ ...lives.next().value, ...more }));
}

/** Lives one life in a process of its own. @returns what came of it, without its trace */
export async function liveOne(life: SimulationOptions): Promise<SimulationResult> {
  const results: SimulationResult[] = [];
  await liveAll([life], 1, (result) => {
    results.push(result);
    return true;
  });
  const [result] = results;
  if (!result) throw new Error('A life process ended without a result.');
  return result;
}

/** Databases in memory are given back with their process: some 10 MB for each life. */
const LIVES_OF_A_PROCESS = 50;

const LIFE_PROCESS = fileURLToPath(new URL('./life-process.ts', import.meta.url));

/**
 * Lives all of `lives` in `processes` processes. Results come as they are ready, in no order; `done` answers whether
 * the rest may be left out.
 */
export async function liveAll(
  lives: Iterable<SimulationOptions>,
  processes: number,
  done: (result: SimulationResult) => boolean,
): Promise<void> {
  const iterator = lives[Symbol.iterator]();
  let isOver = false;
  /** Of one process. @returns whether there may be more lives */
  const liveSome = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const child = fork(LIFE_PROCESS);
      let left = LIVES_OF_A_PROCESS;
      let goesOn = true;
      const next = (): void => {
        const { value, done: isEmpty } =
          isOver || left === 0 ? { value: undefined, done: true } : iterator.next();
        if (isEmpty || value === undefined) {
          goesOn = left === 0 && !isOver;
          child.disconnect();
          return;
        }
        left -= 1;
        child.send(value);
      };
      child.on('message', (result: SimulationResult) => {
        isOver = done(result) || isOver;
        next();
      });
      child.on('error', reject);
      child.on('exit', (code) =>
        code === 0 ? resolve(goesOn) : reject(new Error(`A life process ended with ${code}.`)),
      );
      next();
    });
  const workOff = async (): Promise<void> => {
    for (let goesOn = true; goesOn; ) goesOn = await liveSome();
  };
  await Promise.all(Array.from({ length: processes }, workOff));
}
