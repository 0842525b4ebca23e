/**
 * Stryker's runner for Vitest, made to find its tests and to switch its mutants on:
 * - It picks the tests of a mutant by name, and joins the names of suites and test with spaces where Vitest 5 joins
 *   them with ` > `. No test would be found, and every mutant would survive.
 * - Of a run with `--testFiles`, Stryker 9.6 switches a mutant of a module's constants on after the module was loaded,
 *   when it is too late.
 * - A test file that cannot be loaded is to it one without tests. Because it imports what is not copied: what its tests
 *   alone notice would count as noticed by nobody. Because of a mutant: that would count as one that nobody notices.
 */
import { strykerPlugins as given, strykerValidationSchema } from '@stryker-mutator/vitest-runner';
import type { Vitest } from 'vitest/node';

export { strykerValidationSchema };

const [original] = given;
if (original === undefined) throw new Error('@stryker-mutator/vitest-runner has no plugin');

/** As the runner is inside. */
interface Runner {
  readonly ctx: Vitest;
  init(): Promise<void>;
  dryRun(options: unknown): Promise<unknown>;
  mutantRun(options: MutantRun): Promise<{ readonly status: string }>;
}
interface MutantRun {
  readonly mutantActivation: 'static' | 'runtime';
  readonly reloadEnvironment: boolean;
}

/** `inject` names what the factory is to be given. */
interface Factory {
  (injector: unknown): Runner;
  readonly inject: readonly string[];
}
const factory = original.factory as unknown as Factory;

function create(injector: unknown): Runner {
  const runner = factory(injector);
  const init = runner.init.bind(runner);
  const dryRun = runner.dryRun.bind(runner);
  const mutantRun = runner.mutantRun.bind(runner);
  runner.init = async () => {
    await init();
    const start = runner.ctx.start.bind(runner.ctx);
    runner.ctx.start = (files) => {
      for (const { config } of runner.ctx.projects) {
        const { testNamePattern } = config;
        if (testNamePattern) config.testNamePattern = joinedEitherWay(testNamePattern);
      }
      return start(files);
    };
  };
  runner.dryRun = async (options) => {
    const result = await dryRun(options);
    const failures = unloadedFiles(runner.ctx);
    return failures.length === 0 ? result : { status: 'error', errorMessage: failures.join('\n') };
  };
  runner.mutantRun = async (options) => {
    const result = await mutantRun(
      options.reloadEnvironment ? { ...options, mutantActivation: 'static' } : options,
    );
    const failures = result.status === 'survived' ? unloadedFiles(runner.ctx) : [];
    if (failures.length === 0) return result;
    return {
      status: 'killed',
      killedBy: [],
      failureMessage: failures.join('\n'),
      nrOfTests: failures.length,
    };
  };
  return runner;
}

/** Why files of tests were not loaded. */
function unloadedFiles({ state }: Vitest): readonly string[] {
  const files = state
    .getFiles()
    .filter(({ result, tasks }) => result?.state === 'fail' && tasks.length === 0);
  return files.map(
    ({ name, result }) => `${name}: ${result?.errors?.map(({ message }) => message).join(' ')}`,
  );
}

function joinedEitherWay({ source }: RegExp): RegExp {
  return new RegExp(source.replaceAll(' ', '(?: > | )'));
}

export const strykerPlugins = [{ ...original, factory: Object.assign(create, { inject: factory.inject }) }];
