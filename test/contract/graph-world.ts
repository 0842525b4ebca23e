/** Mailboxes of the emulated Exchange, seen through Microsoft Graph, and a person who uses Anna's by other means. */
import type { HttpRequest } from '#core/effects.ts';
import { openGraphMailbox, openGraphRooms } from '#exchange/graph/graph-mailbox.adapter.ts';
import { openGraphDiagnosis } from '#exchange/graph/server-diagnosis.adapter.ts';
import type { MailboxCalendar, MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { RoomDirectory } from '#exchange/room-directory.port.ts';
import type { ServerDiagnosis } from '#exchange/server-diagnosis.port.ts';
import type { ServerMemory } from '#exchange/server-memory.port.ts';
import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import { createExchangeEmulator, type ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { createGraphEmulator, type GraphEmulator } from '#test/emulators/exchange/graph/graph-emulator.ts';
import { folderRestId, idOf, toEws, viewByGraphId } from '#test/emulators/exchange/graph/graph-ids.ts';
import type { GraphSwitches } from '#test/emulators/exchange/graph/graph-switches.ts';
import { viewOf } from '#test/emulators/exchange/series.ts';
import type { ExchangeSwitches } from '#test/emulators/exchange/switches.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { ANNA, CARLA, effectsOn, personIn, serialIds } from './ews-world.ts';
import type { MailboxPerson, MailboxWorld } from './mailbox-calendar-world.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const RESOURCE = 'https://graph.microsoft.com';
const CLIENT = { clientId: '5f0b3a52-7f4d-4c5e-9a53-1c2d3e4f5a6b', secret: 'se~cret' };
/** What an administrator grants the connector. */
export const PERMISSIONS = ['Calendars.ReadWrite', 'Place.Read.All'];

export interface GraphWorld extends MailboxWorld {
  readonly rooms: RoomDirectory;
  /** Anna's mailbox, looked at step by step. */
  readonly diagnosis: ServerDiagnosis;
  readonly exchange: ExchangeEmulator;
  readonly graph: GraphEmulator;
  readonly entra: EntraEmulator;
  /** Requests to Graph so far, in order; a batch is one. */
  readonly sent: readonly (HttpRequest & { readonly url: string })[];
  /** Another mailbox of the tenant, as Anna's is opened. */
  open(address: string): MailboxCalendar;
  /** Time goes on. */
  pass(ms: number): void;
}

export interface GraphWorldOptions {
  readonly switches?: Partial<GraphSwitches>;
  readonly exchange?: Partial<ExchangeSwitches>;
  readonly permissions?: readonly string[];
  readonly server?: Partial<MailboxServer>;
  readonly servers?: ServerMemory;
  /** How often each request arrives; the answer is the last one's. Once unless given. */
  readonly arrives?: (request: HttpRequest) => number;
  /** Made of each answer before it arrives. */
  readonly tamper?: (response: Response, url: string) => Promise<Response>;
}

export async function openGraph(options: GraphWorldOptions = {}): Promise<GraphWorld> {
  const { permissions = PERMISSIONS, switches = {}, server = {}, tamper } = options;
  let now = NOW;
  const clock = { now: () => now };
  const ids = serialIds();
  const application = { ...CLIENT, scopes: [`${RESOURCE}/.default`] };
  const entra = new EntraEmulator({ clock, ids, tenant: 'example.com', applications: [application] });
  const exchange = createExchangeEmulator({
    clock: { now: () => NOW },
    ids,
    switches: options.exchange ?? {},
  });
  for (const [address, displayName] of [
    [ANNA, 'Anna'],
    [CARLA, 'Carla'],
  ] as const) {
    exchange.addMailbox({ address, displayName, zone: 'W. Europe Standard Time' });
  }
  const graph = createGraphEmulator({
    exchange,
    clock,
    ids,
    applicationOf: (token) => entra.applicationOf(token, RESOURCE),
    applications: [{ clientId: CLIENT.clientId, permissions }],
    switches,
  });
  const sent: (HttpRequest & { readonly url: string })[] = [];
  const send = async (url: string, request: HttpRequest) => {
    const { method, headers, body } = request;
    const asked = new Request(url, { method, headers, body: body ?? null });
    for (let n = 1; n < (options.arrives?.(request) ?? 1); n += 1) await graph.fetch(asked.clone());
    if (url === entra.tokenUrl) return entra.fetch(asked);
    sent.push({ ...request, url });
    const response = await graph.fetch(asked);
    return tamper ? tamper(response, url) : response;
  };
  const ports = { ...memoryEwsPorts(), ...(options.servers ? { servers: options.servers } : {}) };
  const where: MailboxServer = {
    endpoint: `${RESOURCE}/v1.0`,
    signIn: {
      kind: 'oauth',
      tokenUrl: entra.tokenUrl,
      clientId: CLIENT.clientId,
      scope: null,
      proof: { kind: 'secret', secret: CLIENT.secret },
    },
    impersonate: 'address',
    version: null,
    timeoutMs: 20_000,
    ...server,
  };
  const openMailbox = openGraphMailbox(effectsOn(clock, send), ports);
  const openRooms = openGraphRooms(effectsOn(clock, send), ports);
  const open = (address: string) => openMailbox(where, address, 'Europe/Rome');
  return {
    exchange,
    graph,
    entra,
    sent,
    mailbox: open(ANNA),
    rooms: openRooms(where, ANNA),
    diagnosis: openGraphDiagnosis(effectsOn(clock, send), ports)(where, ANNA),
    open,
    person: personOver(exchange),
    mails: () => exchange.outbox.length,
    pass: (ms) => {
      now += ms;
    },
  };
}

/** The person of Exchange Web Services, with the ids that Graph has for the same things. */
function personOver(exchange: ExchangeEmulator): MailboxPerson {
  const person = personIn(exchange);
  const { store } = exchange;
  const shown = (ewsId: string) => idOf(viewOf(store, ewsId).stored, null, 'restImmutableEntryId');
  const own = (id: string) => viewByGraphId(id, store).stored.id;
  return {
    createAppointment: (title) => shown(person.createAppointment(title)),
    retitle: (id, title) => person.retitle(own(id), title),
    copy: (id) => shown(person.copy(own(id))),
    invited: (title, isSeries) => shown(person.invited(title, isSeries)),
    cancelled: (id) => person.cancelled(own(id)),
    delete: (id) => person.delete(own(id)),
    changeOccurrence: (id, date, change) => person.changeOccurrence(own(id), date, change),
    deleteOccurrence: (id, date) => person.deleteOccurrence(own(id), date),
    addCalendar: (name, mayWrite) => folderRestId(person.addCalendar(name, mayWrite)),
    deleteCalendar: (id) => person.deleteCalendar(toEws(id)),
  };
}
