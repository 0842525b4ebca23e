/**
 * `npm run demo`: an emulated Exchange server, an emulated portal, the real service between them, and a page on which
 * both calendars can be watched. `--once` plays a fixed story without a browser. options.ts says what else there is.
 */
import { readFile } from 'node:fs/promises';
import { addToExchange } from './fill.ts';
import { NoCalendar, readIcs } from './ics.ts';
import { runOnce } from './once.ts';
import { type DemoOptions, readOptions, USAGE } from './options.ts';
import { onceReport } from './report.ts';
import { ServiceRefused } from './service-process.ts';
import { openShow } from './show.ts';
import { CannotStart, openStage, type Stage } from './stage.ts';

const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);
const toStdout = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves with the exit code. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const files = await Promise.all(options.icsFiles.map(readCalendarFile));
  return options.once ? once(options, files) : show(options, files);
}

async function once(options: DemoOptions, files: readonly CalendarFile[]): Promise<number> {
  const say = options.json ? toStderr : toStdout;
  const stopped = stopSignal();
  say('Filling both calendars with a year of events and starting the service …');
  const stage = await openStage({ port: options.port, onLog: toStderr });
  try {
    await addFiles(stage, files, say);
    const result = await Promise.race([runOnce(stage, say), stopped.then(() => null)]);
    if (result === null) return 1;
    process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `\n${onceReport(result)}`);
    return result.propagated === result.expected && result.idle ? 0 : 1;
  } finally {
    await stage.stop();
  }
}

async function show(options: DemoOptions, files: readonly CalendarFile[]): Promise<number> {
  const stopped = stopSignal();
  const stage = await openShow({ port: options.port, onLog: toStderr, say: toStdout });
  try {
    await addFiles(stage, files, toStdout);
    const { emulators } = stage;
    toStdout(`
Open ${emulators.liferayUrl}/
  A sign-in page lists the people: ${emulators.people.map(({ name }) => name).join(', ')}. No password is asked.
  Pair the calendars, then change events on either side.

  Exchange (EWS)   ${emulators.exchangeUrl}
  Service          ${stage.serviceUrl}

Ctrl-C stops everything; nothing is kept.`);
    await stopped;
    toStdout('\nStopping …');
    return 0;
  } finally {
    await stage.stop();
  }
}

interface CalendarFile {
  readonly name: string;
  readonly text: string;
}

async function readCalendarFile(name: string): Promise<CalendarFile> {
  try {
    return { name, text: await readFile(name, 'utf8') };
  } catch (error) {
    throw new CannotStart(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Into the first person's mailbox. */
async function addFiles(
  stage: Stage,
  files: readonly CalendarFile[],
  say: (line: string) => void,
): Promise<void> {
  const [person] = stage.emulators.people;
  if (person === undefined) return;
  for (const { name, text } of files) {
    const { events, skipped } = readIcs(text, person.zone);
    for (const event of events) await addToExchange(stage.sidesOf(person), event);
    say(`${name}: ${events.length} events are in ${person.name}'s mailbox, ${skipped.length} are not.`);
    for (const { title, reason } of skipped) say(`  skipped "${title}": ${reason}`);
  }
}

/** Resolves at the first Ctrl-C; the second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CannotStart || error instanceof ServiceRefused || error instanceof NoCalendar))
    throw error;
  toStderr(error.message);
  process.exitCode = 2;
}
// What browsers keep open must not keep the demo alive.
process.exit();
