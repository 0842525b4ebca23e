/**
 * Stryker's runner for Vitest, made to find its tests and to switch its mutants on:
 * - It picks the tests of a mutant by name, and joins the names of suites and test with spaces where Vitest 5 joins
 *   them with ` > `. No test would be found, and every mutant would survive.
 * - Of a run with `--testFiles`, Stryker 9.6 switches a mutant of a module's constants on after the module was loaded,
 *   when it is too late.
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
  mutantRun(options: MutantRun): Promise<unknown>;
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
  runner.mutantRun = (options) =>
    mutantRun(options.reloadEnvironment ? { ...options, mutantActivation: 'static' } : options);
  return runner;
}

function joinedEitherWay({ source }: RegExp): RegExp {
  return new RegExp(source.replaceAll(' ', '(?: > | )'));
}

export const strykerPlugins = [{ ...original, factory: Object.assign(create, { inject: factory.inject }) }];
