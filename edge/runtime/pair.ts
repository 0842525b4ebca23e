/**
 * `npm run pair`: an administrator at a command line pairs calendars, through the service that is running. For portals that
 * have no page for it (Liferay before 7.4), and for many pairings at once.
 *
 * Exit codes: 2 when it was told wrongly or the service refuses, 1 when something broke.
 */
import { parseArgs } from 'node:util';
import { Pairing, Portal, ServicePairings, SyncAccepted } from '#shared/api.ts';
import { reasonText, textsFor } from '#shared/texts/index.ts';
import { CannotStart, runProgram } from './node-start.ts';
import { type ServiceClient, serviceAt } from './service-client.ts';

const USAGE = [
  'npm run pair -- --mailbox a@example.com --calendar ID|NAME',
  '    [--exchange-calendar ID|NAME]  the mailbox’s own calendar unless it is given',
  '    [--direction both|toLiferay]   both unless it is given',
  '    [--preview]                    nothing is written before: npm run pair -- start ID',
  '    [--site ID]                    only what belongs to this site, for the mailboxes that it has (SITE_MAILBOXES)',
  'npm run pair -- list               all pairings',
  'npm run pair -- start ID           ends the preview of a pairing; nobody is invited by that',
  'npm run pair -- remove ID          stops a pairing; the events stay on both sides',
  'npm run pair -- portal             what the service knows of its portal',
];

/** Pairings are listed in parts of 200. */
const PART_LIMIT = 1_000;

type Options = ReturnType<typeof options>;

async function main(): Promise<void> {
  const told = options(process.argv.slice(2));
  const service = serviceAt(process.env);
  const [command = 'pair', id, ...more] = told.positionals;
  if (more.length > 0) throw usage(`What is ${more.join(' ')}?`);
  switch (command) {
    case 'pair':
      return pair(service, told.values);
    case 'list':
      return list(service);
    case 'portal':
      return portal(service);
    case 'start': {
      await service.ask('POST', `/pairings/${named(id)}/start`, SyncAccepted, {});
      return say(`Started: ${id}`);
    }
    case 'remove': {
      await service.ask('DELETE', `/pairings/${named(id)}`, null);
      return say(`Removed: ${id}. The events stay on both sides.`);
    }
    default:
      throw usage(`There is no command "${command}".`);
  }
}

function options(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        mailbox: { type: 'string' },
        calendar: { type: 'string' },
        'exchange-calendar': { type: 'string' },
        direction: { type: 'string' },
        site: { type: 'string' },
        preview: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(problem: string): CannotStart {
  return new CannotStart([problem, '', ...USAGE]);
}

function named(id: string | undefined): string {
  if (id === undefined) throw usage('Which pairing? Its id is in the list.');
  return encodeURIComponent(id);
}

async function pair(service: ServiceClient, values: Options['values']): Promise<void> {
  const { mailbox, calendar, direction, preview, site, help } = values;
  if (help === true) return say(USAGE.join('\n'));
  if (mailbox === undefined) throw usage('--mailbox is missing.');
  if (calendar === undefined) throw usage('--calendar is missing.');
  if (direction !== undefined && direction !== 'both' && direction !== 'toLiferay') {
    throw usage('--direction is both or toLiferay.');
  }
  const folder = values['exchange-calendar'];
  const made = await service.ask('POST', '/pairings', Pairing, {
    mailbox,
    liferayCalendar: calendar,
    ...(folder === undefined ? {} : { exchangeCalendar: folder }),
    ...(direction === undefined ? {} : { direction }),
    ...(preview === undefined ? {} : { preview }),
    ...(site === undefined ? {} : { site }),
  });
  say(`Paired: ${lineOf(made)}`);
  if (made.preview) say(`Nothing is written before: npm run pair -- start ${made.id}`);
}

async function list(service: ServiceClient): Promise<void> {
  let count = 0;
  let next: string | null = null;
  for (let part = 0; part < PART_LIMIT; part += 1) {
    const query: string = next === null ? '' : `?after=${encodeURIComponent(next)}`;
    const answer: ServicePairings = await service.ask('GET', `/pairings${query}`, ServicePairings);
    for (const pairing of answer.pairings) say(lineOf(pairing));
    count += answer.pairings.length;
    next = answer.next;
    if (next === null) break;
  }
  say(count === 1 ? '1 pairing' : `${count} pairings`);
}

async function portal(service: ServiceClient): Promise<void> {
  const { url, version, services, rowVersions, keepsUids, learntAt } = await service.ask(
    'GET',
    '/portal',
    Portal,
  );
  if (learntAt === null) return say(`${url}: not asked yet`);
  say(`${url}: Liferay ${version ?? 'of an untold version'}`);
  say(`  calendar services ${services}, row versions ${rowVersions}, UIDs kept ${keepsUids}`);
  say(`  learnt ${new Date(learntAt).toISOString()}`);
}

function lineOf(pairing: Pairing): string {
  const { id, mailbox, exchangeCalendarName, liferayCalendarName, direction, status, reason } = pairing;
  const arrow = direction === 'both' ? '<->' : '->';
  const why = reason === null ? '' : `: ${reasonText(textsFor('en'), reason).title}`;
  return `${id}  ${mailbox} / ${exchangeCalendarName} ${arrow} ${liferayCalendarName}  ${status}${why}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await runProgram(main);
