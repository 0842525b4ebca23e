/**
 * `npm run pair`: an administrator at a command line pairs calendars, through the service that is running. For portals that
 * have no page for it (Liferay before 7.4), and for many pairings at once.
 *
 * SERVICE_KEY is that of the service; SERVICE_URL is where it listens, this machine's PORT unless it is given. Exit
 * codes: 2 when it was told wrongly or the service refuses, 1 when something broke.
 */
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { Pairing, Portal, ProblemDetails, ServicePairings, SyncAccepted } from '#shared/api.ts';
import { reasonText, textsFor } from '#shared/texts/index.ts';
import { CannotStart, runProgram } from './node-start.ts';

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

const TIMEOUT_MS = 120_000;
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

interface ServiceClient {
  /** @throws CannotStart with what the service says */
  ask<S extends v.GenericSchema>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<v.InferOutput<S>>;
  ask(method: 'DELETE', path: string, schema: null): Promise<null>;
}

function serviceAt(env: NodeJS.ProcessEnv): ServiceClient {
  const key = env['SERVICE_KEY']?.trim();
  if (!key) throw new CannotStart(['SERVICE_KEY: is not set; expected: that of the service']);
  const url = (env['SERVICE_URL']?.trim() || `http://127.0.0.1:${env['PORT']?.trim() || '8080'}`).replace(
    /\/+$/,
    '',
  );
  return {
    async ask(method: string, path: string, schema: v.GenericSchema | null, body?: unknown) {
      const answer = await sent(`${url}/service${path}`, {
        method,
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
      });
      if (!answer.ok) throw new CannotStart(refusalOf(answer));
      return schema === null ? null : v.parse(schema, answer.json);
    },
  } as ServiceClient;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly json: unknown;
}

async function sent(url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return { ok: response.ok, status: response.status, json: text === '' ? null : JSON.parse(text) };
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CannotStart([`SERVICE_URL: ${new URL(url).origin} does not answer as the service (${cause})`]);
  }
}

function refusalOf({ status, json }: Answer): readonly string[] {
  const problem = v.safeParse(ProblemDetails, json);
  if (!problem.success) return [`The service answered ${status}.`];
  const { reason, detail, requestId } = problem.output;
  if (reason === 'notFound') return ['The service has no SERVICE_KEY: set it there too, and start it anew.'];
  return [`${reason}: ${detail} (request ${requestId})`];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await runProgram(main);
