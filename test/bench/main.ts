/**
 * `npm run bench`: what the service needs for a unit of work. The service runs in a process of its own and is the
 * only thing that is measured; the emulated servers run in another. `--load` is another question: what becomes of many
 * mailboxes when one of two servers is in trouble (load.ts); `--change-over` one more: of mailboxes that go over to
 * Graph and back (change-over.ts).
 *
 * Exit codes: 0; 1 when a case did not end with both sides alike, or a change-over did anything; 2 for arguments that it does not know.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from './calls.ts';
import { type Case, type Figures, isWanted, neededFor, type Shape, sequences } from './cases.ts';
import { FULL_CHANGE_OVER, isHarmless, QUICK_CHANGE_OVER, runChangeOver } from './change-over.ts';
import { FULL_LOAD, type LoadShape, QUICK_LOAD, runLoad } from './load.ts';
import type { Comparison, ServerCalls } from './servers.ts';
import type { Outcome, ServiceCalls } from './service.ts';
import { describeLoad, loadTable, table } from './table.ts';

const USAGE = `npm run bench -- [--quick] [--only NAME] [--json FILE] [--profile FOLDER]
npm run bench -- --load [--quick] [--json FILE]
npm run bench -- --change-over [--quick] [--json FILE]

  --quick           smaller shapes, within 40 s
  --only NAME       only cases whose name contains NAME; what they build on runs as well, but is not shown
  --json FILE       writes the figures there
  --profile FOLDER  writes a CPU profile of the service for each case, for Chrome's developer tools
  --load            2,000 mailboxes on two servers, one of which throttles and then is away, in virtual time; takes
                    some 20 minutes, with --quick (120 mailboxes) some 1
  --change-over     100 mailboxes of 500 events each go over from EWS to Graph, and back: counts what is made, changed,
                    deleted and mailed because of it, which has to be nothing; takes some 15 minutes`;

const READING = `A case is "mailboxes × events in each: what happened"; each starts where the one before it ended, and ends when
nothing is due. Figures are those of the service's process alone, with cohorts of 50 mailboxes one after the other.
An idle round should cost one Exchange request for each mailbox, one Liferay request for each 50 calendars, and
write nothing but the schedule: a claim and a release for each cohort, and a last claim that finds nothing. The
round after a case that wrote meets the service's own writes once more.
SQL: statements without BEGIN and COMMIT. KB: bodies of requests and answers. Peak: resident memory, of which the
runtime gives back little between the cases of a shape. CPU and wall time depend on the machine, and on --profile.`;

interface Options {
  readonly quick: boolean;
  readonly load: boolean;
  readonly changeOver: boolean;
  readonly only: string;
  readonly json: string | null;
  readonly profile: string | null;
}

function options(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        load: { type: 'boolean', default: false },
        'change-over': { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        json: { type: 'string' },
        profile: { type: 'string' },
      },
    });
    const { json, profile, 'change-over': changeOver, ...rest } = values;
    return {
      ...rest,
      changeOver,
      json: json ?? null,
      profile: profile === undefined ? null : resolve(profile),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return null;
  }
}

interface Result {
  readonly figures: Figures;
  /** Null when both sides are alike. */
  readonly problem: string | null;
}

/** Runs the cases of one shape, with servers, a service and a database of their own. */
async function runSequence(cases: readonly Case[], profile: string | null): Promise<readonly Result[]> {
  const first = cases[0];
  if (first === undefined) return [];
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const servers = startChild<ServerCalls>('./servers.ts');
  const service = startChild<ServiceCalls>('./service.ts');
  try {
    await service.call('open', { addresses: await servers.call('addresses', null), folder });
    await service.call('pair', await servers.call('fill', first.shape));
    const events = first.shape.mailboxes * first.shape.eventsEach;
    const results: Result[] = [];
    for (const { name, shape, before } of cases) {
      const edited = before === 'exchange' || before === 'liferay' ? await servers.call('edit', before) : 0;
      const outcome = await service.call('work', { profile: profile && join(profile, profileName(name)) });
      const comparison = await servers.call('compare', null);
      const { failures: _failures, unsettled: _unsettled, ...measured } = outcome;
      const changed = before === 'items in Exchange' ? events : edited;
      const problem = problemOf(events, outcome, comparison);
      results.push({ figures: { name, mailboxes: shape.mailboxes, events, changed, ...measured }, problem });
      // What follows would start from something else than it says.
      if (problem !== null) break;
    }
    return results;
  } finally {
    await Promise.all([service.stop(), servers.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

function profileName(name: string): string {
  return `${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.cpuprofile`;
}

function problemOf(events: number, { failures, unsettled }: Outcome, sides: Comparison): string | null {
  const problems = [
    ...failures,
    ...(unsettled > 0 ? [`${unsettled} links are not clean`] : []),
    ...(sides.exchange !== events || sides.liferay !== events
      ? [`${sides.exchange} events in Exchange and ${sides.liferay} in Liferay instead of ${events}`]
      : []),
    ...(sides.apart > 0 ? [`${sides.apart} mailboxes whose titles are not those of their calendar`] : []),
  ];
  return problems.length === 0 ? null : problems.join('; ');
}

function machine(): string {
  const memory = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${availableParallelism()} cores (${model}), ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** @returns the exit code */
async function reportLoad(shape: LoadShape, json: string | null): Promise<number> {
  const startedMs = performance.now();
  const result = await runLoad(shape, (phase) => {
    console.error(`${phase}: ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  });
  const { convergedAfterSeconds, apart } = result;
  console.log(`${machine()}\n\n${describeLoad(shape)}\n\n${loadTable(result.phases)}\n`);
  console.log(`All were in step ${convergedAfterSeconds} s after the server was back; ${apart} were not.`);
  if (json !== null) await writeFile(json, `${JSON.stringify({ shape, ...result }, null, 2)}\n`);
  return apart > 0 ? 1 : 0;
}

/** @returns the exit code */
async function reportChangeOver(shape: Shape, json: string | null): Promise<number> {
  const passages = await runChangeOver(shape, (mailboxes, group) => {
    const seconds = group.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1_000;
    console.error(
      `${mailboxes} mailboxes, ${group.every(isHarmless) ? 'unharmed' : 'HARMED'}: ${Math.round(seconds)} s`,
    );
  });
  console.log(`${machine()}\n\n${shape.mailboxes} mailboxes × ${shape.eventsEach} events`);
  console.table(Object.fromEntries(passages.map(({ phase, ...figures }) => [phase, figures])));
  if (json !== null) await writeFile(json, `${JSON.stringify({ shape, passages }, null, 2)}\n`);
  return passages.every(isHarmless) ? 0 : 1;
}

/** @returns the exit code */
async function main(): Promise<number> {
  const chosen = options();
  if (chosen === null) return 2;
  const { quick, load, changeOver, only, json, profile } = chosen;
  if (changeOver) return reportChangeOver(quick ? QUICK_CHANGE_OVER : FULL_CHANGE_OVER, json);
  if (load) return reportLoad(quick ? QUICK_LOAD : FULL_LOAD, json);
  const needed = sequences(quick).map((sequence) => neededFor(only, sequence));
  if (needed.every((sequence) => sequence.length === 0)) {
    console.error(`No case has "${only}" in its name. There are:`);
    for (const { name } of sequences(quick).flat()) console.error(`  ${name}`);
    return 2;
  }
  if (profile !== null) await mkdir(profile, { recursive: true });
  const results: Result[] = [];
  for (const sequence of needed) results.push(...(await runSequence(sequence, profile)));
  const cases = results.map(({ figures }) => figures).filter(({ name }) => isWanted(only, name));
  console.log(`${machine()}\n\n${table(cases)}\n\n${READING}`);
  if (json !== null) await writeFile(json, `${JSON.stringify({ cases }, null, 2)}\n`);
  const broken = results.filter(({ problem }) => problem !== null);
  for (const { figures, problem } of broken) console.error(`${figures.name}: ${problem}`);
  return broken.length > 0 ? 1 : 0;
}

process.exitCode = await main();
