/**
 * A mailbox on the emulated Exchange as the EWS adapter opens it: each kind of server and of sign-in that we know of.
 * Every request is checked against Microsoft's schema where that is at hand.
 */
import { Temporal } from 'temporal-polyfill';
import { afterEach, expect, test } from 'vitest';
import type { Effects, HttpFetch, HttpRequest } from '#core/effects.ts';
import type { DateText, EventTime } from '#core/event.ts';
import type { ApplicationSignIn } from '#core/exchange-access.ts';
import { openEwsMailbox, openEwsRooms } from '#exchange/ews/ews-mailbox.adapter.ts';
import type { MailboxCalendar, MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { RoomDirectory } from '#exchange/room-directory.port.ts';
import type { ServerMemory } from '#exchange/server-memory.port.ts';
import type { OpenConnection } from '#exchange/sign-in/kept-connection.port.ts';
import { APPLICATION_CERTIFICATE } from '#test/emulators/entra/application-certificate.ts';
import { EntraEmulator } from '#test/emulators/entra/entra-emulator.ts';
import { createExchangeEmulator, type ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import type { Account, SignInOptions } from '#test/emulators/exchange/sign-in.ts';
import type { ExchangeSwitches, ServerVersion } from '#test/emulators/exchange/switches.ts';
import { zoneNamed } from '#test/emulators/exchange/zones.ts';
import { loadEwsSchema, SCHEMA_MISSING } from '#test/emulators/schema.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import type { MailboxPerson, MailboxWorld } from './mailbox-calendar-world.ts';

export const ANNA = 'anna@example.com';
/** Invites Anna now and then. */
export const CARLA = 'carla@example.com';
export const SERVICE = { user: 'EXAMPLE\\sync', password: 'pässwörd' };
const SERVER: Omit<MailboxServer, 'version'> = {
  endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
  signIn: { kind: 'basic', ...SERVICE },
  impersonate: 'address',
  timeoutMs: 20_000,
};
const NOW = Date.UTC(2026, 10, 22, 12);

const schema = await loadEwsSchema();
let violations: string[] = [];

afterEach(() => {
  const found = violations;
  violations = [];
  expect(found).toEqual([]);
});

if (schema === null) test.skip(`requests are not checked: ${SCHEMA_MISSING}`);

export interface EwsWorld extends MailboxWorld {
  /** The server's room lists, asked as Anna. */
  readonly rooms: RoomDirectory;
  readonly emulator: ExchangeEmulator;
  readonly entra: EntraEmulator;
  /** Requests to Exchange so far, in order, and how many connections were opened for NTLM. */
  readonly sent: readonly HttpRequest[];
  readonly connections: () => number;
  /** Another mailbox on the server, as Anna's is opened. */
  open(address: string): MailboxCalendar;
  /** Time goes on. */
  pass(ms: number): void;
  /** What happens at the server just before the n-th request from now on, counted from 0. */
  beforeRequest(n: number, happening: () => void): void;
}

export interface EwsWorldOptions {
  /** What the server is, and what requests ask for; Exchange2016 unless given. */
  readonly version?: ServerVersion;
  readonly switches?: Partial<ExchangeSwitches>;
  /** What it lets people sign in with; Basic unless given. */
  readonly offers?: SignInOptions;
  readonly accounts?: readonly Account[];
  readonly server?: Partial<MailboxServer>;
  /** What an earlier world has learnt of the server. */
  readonly servers?: ServerMemory;
}

export const CLIENT_ID = '5f0b3a52-7f4d-4c5e-9a53-1c2d3e4f5a6b';
export const CLIENT_SECRET = 'se~cret';
const RESOURCE = 'https://mail.example.com';

export const ENTRA_APPLICATION: ApplicationSignIn = {
  kind: 'oauth',
  tokenUrl: 'https://login.microsoftonline.com/example.com/oauth2/v2.0/token',
  clientId: CLIENT_ID,
  scope: `${RESOURCE}/.default`,
  proof: { kind: 'secret', secret: CLIENT_SECRET },
};

/** Uuids one after the other. */
export function serialIds(): { uuid(): string } {
  let serial = 0;
  const uuid = () => {
    serial += 1;
    return `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`;
  };
  return { uuid };
}

export async function openEws(options: EwsWorldOptions = {}): Promise<EwsWorld> {
  const { version = 'Exchange2016', switches = {}, offers = {}, accounts = [], server = {} } = options;
  let now = NOW;
  const clock = { now: () => now };
  const ids = serialIds();
  const entra = new EntraEmulator({
    clock,
    ids,
    tenant: 'example.com',
    applications: [
      {
        clientId: CLIENT_ID,
        secret: CLIENT_SECRET,
        certificate: APPLICATION_CERTIFICATE,
        scopes: [`${RESOURCE}/.default`],
      },
    ],
  });
  const emulator = createExchangeEmulator({
    clock: { now: () => NOW },
    ids,
    version,
    switches,
    signIn: { applicationOf: (token) => entra.applicationOf(token, RESOURCE), ...offers },
    accounts: [{ ...SERVICE, mayImpersonate: true }, ...accounts],
    validate: (xml, direction) => {
      const errors = schema?.validate(xml) ?? [];
      if (direction === 'request') violations.push(...errors);
      return errors;
    },
  });
  emulator.addMailbox({ address: ANNA, displayName: 'Anna', zone: 'W. Europe Standard Time' });
  emulator.addMailbox({ address: CARLA, displayName: 'Carla', zone: 'W. Europe Standard Time' });
  const happenings = new Map<number, () => void>();
  const sent: HttpRequest[] = [];
  const send = (url: string, request: HttpRequest, connection?: object) => {
    const { method, headers, body } = request;
    const asked = new Request(url, { method, headers, body: body ?? null });
    if (url === entra.tokenUrl) return entra.fetch(asked);
    happenings.get(sent.length)?.();
    sent.push(request);
    return emulator.fetch(asked, connection);
  };
  let connections = 0;
  const openConnection: OpenConnection = () => {
    connections += 1;
    const connection = {};
    return { fetch: (url, request) => send(url, request, connection), opened: () => 1, close: () => {} };
  };
  const ports = {
    ...memoryEwsPorts(),
    ...(options.servers ? { servers: options.servers } : {}),
    openConnection,
  };
  const openMailbox = openEwsMailbox(effectsOn(clock, send), ports);
  const openRooms = openEwsRooms(effectsOn(clock, send), ports);
  const open = (address: string) => openMailbox({ ...SERVER, version, ...server }, address, 'Europe/Rome');
  return {
    emulator,
    entra,
    sent,
    connections: () => connections,
    mailbox: open(ANNA),
    rooms: openRooms({ ...SERVER, version, ...server }, ANNA),
    open,
    person: personIn(emulator),
    mails: () => emulator.outbox.length,
    pass: (ms) => {
      now += ms;
    },
    beforeRequest: (n, happening) => void happenings.set(sent.length + n, happening),
  };
}

export function effectsOn(clock: { now(): number }, fetch: HttpFetch): Effects {
  const never = () => Promise.reject(new Error('not in this test'));
  const silent = () => undefined;
  return {
    fetch,
    clock: { now: clock.now, monotonic: clock.now, sleep: never },
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids: { uuid: () => crypto.randomUUID() },
    random: { next: () => 0 },
    seal: { seal: never, open: never },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
}

export function personIn(emulator: ExchangeEmulator): MailboxPerson {
  const { calendar } = emulator.mailbox(ANNA);
  const acts = emulator.userActs;
  const withUid = (address: string, uid: string) => {
    const found = [...emulator.mailbox(address).calendar.items.values()].find((item) => item.uid === uid);
    if (found === undefined) throw new Error('there is no such meeting');
    return found.id;
  };
  const occurrenceId = (id: string, date: DateText) => acts.occurrence(id, Date.parse(date) / 86_400_000).id;
  return {
    createAppointment: (subject) => acts.createItem(calendar, { subject }).id,
    retitle: (id, subject) => acts.changeItem(id, { subject }),
    copy: (id) => acts.copyItem(id).id,
    invited: (subject, isSeries) => {
      const organiser = emulator.mailbox(CARLA).calendar;
      const attendees = [
        { name: 'Anna', address: ANNA, role: 'required', response: 'NoResponseReceived' } as const,
      ];
      const start = Date.parse('2027-03-01T09:00:00Z');
      const end = start + 3_600_000;
      const range = { kind: 'numbered', startDay: start / 86_400_000 - 9 / 24, count: 5 } as const;
      const recurrence = { pattern: { kind: 'daily', interval: 1 }, range } as const;
      const { uid } = acts.createItem(organiser, {
        ...{ subject, attendees, start, end },
        ...(isSeries ? { recurrence } : {}),
      });
      return withUid(ANNA, uid);
    },
    cancelled: (id) => {
      const { uid } = [...calendar.items.values()].find((one) => one.id === id) ?? { uid: '' };
      acts.deleteItem(withUid(CARLA, uid));
    },
    delete: (id) => void acts.deleteItem(id),
    changeOccurrence: (id, date, { title, time }) =>
      acts.changeItem(occurrenceId(id, date), {
        ...(title === undefined ? {} : { subject: title }),
        ...(time === undefined ? {} : timeInRome(time)),
      }),
    deleteOccurrence: (id, date) => void acts.deleteItem(occurrenceId(id, date)),
    addCalendar: (name, mayWrite) => {
      const folder = emulator.addCalendar(ANNA, name);
      folder.canWrite = mayWrite;
      return folder.id;
    },
    deleteCalendar: (id) => {
      const folder = emulator.mailbox(ANNA).folders.get(id);
      if (folder === undefined) throw new Error('there is no such calendar');
      emulator.store.deleteFolder(folder);
    },
  };
}

/** As Outlook writes it for a person in the mailbox's zone: an all-day event has that zone's midnights. */
function timeInRome(time: EventTime): Partial<ItemContent> {
  if (time.kind === 'timed') {
    return { allDay: false, start: Date.parse(time.start), end: Date.parse(time.end) };
  }
  const zone = zoneNamed('W. Europe Standard Time');
  if (zone === null) throw new Error('the emulator lacks a zone');
  const midnight = (date: DateText) =>
    Temporal.PlainDate.from(date).toZonedDateTime('Europe/Rome').epochMilliseconds;
  const [start, end] = [midnight(time.start), midnight(time.end)];
  return { allDay: true, start, end, startZone: zone, endZone: zone };
}
