/**
 * How every program on Node begins and ends: configured by environment variables (config.ts) and Liferay's files, with
 * the database of the configuration. Exit codes: 2 when it cannot do what it is there for as configured, with one line
 * for each problem on standard error; 1 when something broke.
 */
import { framesOf, withoutStatement } from '#store/database-error.ts';
import { type Config, readConfig } from './config.ts';
import { DatabaseRefused } from './database-refused.ts';
import { type NodeDatabase, openNodeDatabase } from './node-database.ts';
import { withRoutesFiles } from './routes-files.ts';

/** What the process was told wrongly, a line each. */
export class CannotStart extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** @throws CannotStart with a line for each variable that is wrong */
export async function configuration(): Promise<Config> {
  const { env, problems } = await withRoutesFiles(process.env);
  const outcome = readConfig(env);
  const all = [...problems, ...(outcome.ok ? [] : outcome.problems)];
  if (!outcome.ok || all.length > 0) {
    throw new CannotStart(all.map((each) => `${each.variable}: ${each.problem}; expected: ${each.expected}`));
  }
  return outcome.config;
}

/** @throws CannotStart when the database is another process's, of a newer release, or does not answer */
export async function configuredDatabase({ database }: Config): Promise<NodeDatabase> {
  try {
    return await openNodeDatabase(database);
  } catch (error) {
    if (error instanceof DatabaseRefused) throw new CannotStart([`LIBSQL_URL: ${error.message}`]);
    throw error;
  }
}

/** Runs the program to its end; when it throws, the process says so and ends. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (error instanceof CannotStart) {
      for (const line of error.lines) process.stderr.write(`${line}\n`);
      process.exit(2);
    }
    process.stderr.write(`${withoutStatement(error)}\n${framesOf(error)}\n`);
    process.exit(1);
  }
}
