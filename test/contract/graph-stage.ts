/** An Exchange with a Graph face, an application of an Entra tenant that may use it, and what a person would type. */

import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import type { ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { GraphEmulatorOptions } from '#test/emulators/exchange/graph/graph-emulator.ts';
import { createGraphEmulator, type GraphEmulator } from '#test/emulators/exchange/graph/graph-emulator.ts';
import type { GraphSwitches } from '#test/emulators/exchange/graph/graph-switches.ts';
import type { Account } from '#test/emulators/exchange/sign-in.ts';
import type { ExchangeSwitches } from '#test/emulators/exchange/switches.ts';
import { RawExchangeClient } from '#test/raw/exchange-client.ts';

export const SCOPE = 'https://graph.microsoft.com/.default';
export const EWS_SCOPE = 'https://outlook.office365.com/.default';
export const ROOT = 'https://graph.microsoft.com/v1.0';
export const ROME = 'W. Europe Standard Time';
export const ANNA = 'anna@example.org';
export const BRUNO = 'bruno@example.org';
export const IMMUTABLE = { Prefer: 'IdType="ImmutableId"' };
const NOW = Date.UTC(2026, 10, 22, 10);

export type Json = Record<string, unknown>;

export interface GraphReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface GraphStage {
  readonly exchange: ExchangeEmulator;
  readonly graph: GraphEmulator;
  readonly entra: EntraEmulator;
  readonly clock: { now(): number; ms: number };
  /** `GET /users/anna@example.org/events`, with the application's token. */
  call(line: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<GraphReply>;
  /** EWS, by a service account that impersonates. */
  ews(mailbox: string): RawExchangeClient;
  token(scope?: string): Promise<string>;
}

export interface StageOptions {
  readonly switches?: Partial<GraphSwitches>;
  readonly exchange?: Partial<ExchangeSwitches>;
  readonly permissions?: readonly string[];
  readonly mailboxes?: readonly string[];
  readonly send?: GraphEmulatorOptions['send'];
  readonly sendsOnClock?: boolean;
  readonly sleep?: (ms: number) => Promise<void>;
}

const SERVICE: Account = { user: 'service', password: 'secret', mayImpersonate: true };
const ALL = ['Calendars.ReadWrite', 'User.Read.All', 'MailboxSettings.Read', 'Place.Read.All'];

export function startGraph(options: StageOptions = {}): GraphStage {
  let count = 0;
  const ids = { uuid: () => `00000000-0000-4000-8000-${String(count++).padStart(12, '0')}` };
  // Each look at the clock is a millisecond later, so that times of modification differ.
  const { sleep } = options;
  const clock = { ms: NOW, now: () => (clock.ms += 1), ...(sleep === undefined ? {} : { sleep }) };
  const application = { clientId: 'connector', secret: 'pa55', scopes: [SCOPE, EWS_SCOPE] };
  const entra = new EntraEmulator({ clock, ids, tenant: 'example.org', applications: [application] });
  const exchange = createExchangeEmulator({
    clock,
    ids,
    accounts: [SERVICE],
    switches: options.exchange ?? {},
  });
  for (const name of ['anna', 'bruno', 'carla']) {
    exchange.addMailbox({ address: `${name}@example.org`, displayName: name, zone: ROME });
  }
  const { permissions = ALL, mailboxes, switches, send, sendsOnClock = false } = options;
  const graph = createGraphEmulator({
    ...{ exchange, clock, ids, sendsOnClock },
    applicationOf: (token) => entra.applicationOf(token, 'https://graph.microsoft.com'),
    applications: [{ clientId: 'connector', permissions, ...(mailboxes === undefined ? {} : { mailboxes }) }],
    ...(switches === undefined ? {} : { switches }),
    ...(send === undefined ? {} : { send }),
  });
  const token = async (scope = SCOPE): Promise<string> => {
    const form = { grant_type: 'client_credentials', client_id: 'connector', client_secret: 'pa55', scope };
    const request = new Request(entra.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    return String(((await (await entra.fetch(request)).json()) as Json)['access_token']);
  };
  let signedIn: Promise<string> | null = null;
  const call: GraphStage['call'] = async (line, body, headers = {}) => {
    signedIn ??= token();
    const [method = '', path = ''] = line.split(/ (.*)/s);
    const url = path.startsWith('https:') ? path : `${ROOT}${path}`;
    const init = {
      method,
      headers: { Authorization: `Bearer ${await signedIn}`, 'Content-Type': 'application/json', ...headers },
    };
    const sent = new Request(url, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    const response = await graph.fetch(sent);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
  const ews = (mailbox: string) =>
    new RawExchangeClient({
      fetch: (request) => exchange.fetch(request),
      url: 'https://mail.example.org/EWS/Exchange.asmx',
      user: 'service',
      password: 'secret',
      impersonate: mailbox,
    });
  return { exchange, graph, entra, clock, call, ews, token };
}

/** An hour in Rome. */
export const lunch: Json = {
  subject: 'Lunch',
  start: { dateTime: '2026-11-23T12:00:00', timeZone: ROME },
  end: { dateTime: '2026-11-23T13:00:00', timeZone: ROME },
};

export const invited = (...addresses: string[]) =>
  addresses.map((address) => ({ type: 'required', emailAddress: { address, name: address } }));

/** Mondays from 23 November, five of them. */
export const weekly: Json = {
  ...lunch,
  subject: 'Team',
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
    range: { type: 'numbered', startDate: '2026-11-23', numberOfOccurrences: 5 },
  },
};

export const values = ({ body }: GraphReply): Json[] => body['value'] as Json[];
export const errorOf = ({ body }: GraphReply) => body['error'] as { code: string; message: string };
