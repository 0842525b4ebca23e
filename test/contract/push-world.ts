/**
 * An emulated Exchange that tells of changes, and the EWS adapters that are told: on a connection, or at a URL of ours.
 * Time is turned by hand. Every message, either way, is checked against Microsoft's schema where that is at hand.
 */
import { afterEach, expect, test } from 'vitest';
import type { AbortSignalLike, Effects, HttpFetch, HttpRequest } from '#core/effects.ts';
import { openEwsPush } from '#exchange/ews/ews-push.adapter.ts';
import { openEwsStream } from '#exchange/ews/ews-stream.adapter.ts';
import { loadEwsPosts } from '#exchange/ews/push-posts.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type {
  MailboxStream,
  PushNotice,
  StreamNews,
  WantedSubscription,
} from '#exchange/mailbox-push.port.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { SignInOptions } from '#test/emulators/exchange/sign-in.ts';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { loadEwsSchema, SCHEMA_MISSING } from '#test/emulators/schema.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { VirtualClock } from '#test/simulation/virtual-time.ts';
import { serialIds } from './ews-world.ts';

export const ANNA = 'anna@example.com';
export const BRUNO = 'bruno@example.com';
export const CARLA = 'carla@example.com';
const SERVICE = { user: 'EXAMPLE\\sync', password: 'pässwörd' };
export const HOOK = 'https://connector.example.org/push/ewsPush/00000000-0000-4000-8000-000000000001';
export const SECRET = 'a1'.repeat(32);
export const MINUTE = 60_000;

const schema = await loadEwsSchema();
if (schema === null) test.skip(`messages are not checked: ${SCHEMA_MISSING}`);
let violations: string[] = [];

afterEach(() => {
  const found = violations;
  violations = [];
  expect(found).toEqual([]);
});

export interface PushWorldOptions {
  readonly version?: ServerVersion;
  readonly offers?: SignInOptions;
  readonly server?: Partial<MailboxServer>;
}

/** The connection of a stream as its user sees it. */
export interface Listening {
  /** What was told since the last look, once all that is under way has settled. */
  told(): Promise<readonly StreamNews[]>;
  /** `open`, `ended`, or what it was rejected with. */
  state(): unknown;
  leave(): void;
}

export async function openPushWorld({
  version = 'Exchange2016',
  offers = {},
  server = {},
}: PushWorldOptions = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 22, 12));
  const posts = await loadEwsPosts();
  const received: { readonly notices: readonly PushNotice[] | null; readonly body: string }[] = [];
  const hook = { isUp: true, wants: true };
  const emulator = createExchangeEmulator({
    clock,
    ids: serialIds(),
    version,
    signIn: offers,
    accounts: [{ ...SERVICE, mayImpersonate: true }],
    validate: (xml, direction) => {
      const errors = schema?.validate(xml) ?? [];
      if (direction === 'request') violations.push(...errors);
      return errors;
    },
    send: async (request) => {
      if (!hook.isUp) throw new TypeError('fetch failed');
      const { pathname } = new URL(request.url);
      const body = await request.text();
      const notices = posts.read({ body, pathSecret: pathname.split('/').at(-1) ?? null });
      received.push({ notices, body });
      const answer = posts.answer(hook.wants);
      return new Response(answer.body, {
        status: answer.status,
        headers: { 'Content-Type': answer.contentType ?? '' },
      });
    },
  });
  for (const address of [ANNA, BRUNO, CARLA]) {
    emulator.addMailbox({ address, displayName: address, zone: 'W. Europe Standard Time' });
  }
  const sent: HttpRequest[] = [];
  const send = (url: string, request: HttpRequest, connection?: object) => {
    sent.push(request);
    const { method, headers, body = null, signal } = request;
    const given = signal instanceof AbortSignal ? { signal } : {};
    return emulator.fetch(new Request(url, { method, headers, body, ...given }), connection);
  };
  const lines = { opened: 0, closed: 0 };
  const openConnection = () => {
    lines.opened += 1;
    const line = {};
    const fetch: HttpFetch = (url, request) => send(url, request, line);
    const close = () => {
      lines.closed += 1;
    };
    return { fetch, opened: () => 1, close };
  };
  const effects = effectsOn(clock, send);
  const ports = { ...memoryEwsPorts(), openConnection };
  const mailServer: MailboxServer = {
    endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
    signIn: { kind: 'basic', ...SERVICE },
    impersonate: 'address',
    timeoutMs: 20_000,
    version: null,
    ...server,
  };
  const openPush = openEwsPush(effects, ports);
  const openStream = openEwsStream(effects, ports);
  const calendarOf = (address: string) => emulator.mailbox(address).calendar.id;
  return {
    emulator,
    notifications: emulator.notifications,
    clock,
    sent,
    lines,
    posts,
    received,
    hook,
    server: mailServer,
    push: openPush(mailServer, ANNA),
    stream: openStream(mailServer),
    openStream: () => openStream(mailServer),
    calendarOf,
    wanted: (changes: Partial<WantedSubscription> = {}): WantedSubscription => ({
      ...{ folderIds: [calendarOf(ANNA)], url: HOOK, secret: SECRET, lifetimeMs: 3 * 86_400_000 },
      ...{ isAbandoned: async () => false, ...changes },
    }),
    appointment: (address: string) =>
      emulator.userActs.createItem(emulator.mailbox(address).calendar, { subject: 'Lunch' }),
    /** Time goes on, and the server does what is due. */
    async pass(ms: number): Promise<void> {
      clock.advance(ms);
      await emulator.notifications.run();
      await settle();
    },
  };
}

export type PushWorld = Awaited<ReturnType<typeof openPushWorld>>;

export function effectsOn(clock: VirtualClock, fetch: HttpFetch): Effects {
  const never = () => Promise.reject(new Error('not in this test'));
  const silent = () => undefined;
  return {
    fetch,
    clock,
    timeoutSignal: () => ({ aborted: false, reason: undefined }),
    ids: serialIds(),
    random: { next: () => 0 },
    seal: { seal: never, open: never },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
}

/** A stream with these mailboxes' calendars. */
export async function streaming(world: PushWorld, ...mailboxes: readonly string[]): Promise<MailboxStream> {
  const { stream, server, calendarOf } = world;
  if (stream === null) throw new Error('there is no streaming');
  for (const mailbox of mailboxes) await stream.subscribe(server, mailbox, [calendarOf(mailbox)]);
  return stream;
}

export async function listening(stream: MailboxStream): Promise<Listening> {
  const leaving = new AbortController();
  const news: StreamNews[] = [];
  let state: unknown = 'open';
  const listen = async (signal: AbortSignalLike) => {
    for await (const each of stream.listen(signal)) news.push(each);
    state = 'ended';
  };
  listen(leaving.signal).catch((error: unknown) => {
    state = error;
  });
  await settle();
  return {
    async told() {
      await settle();
      return news.splice(0);
    },
    state: () => state,
    leave: () => leaving.abort(),
  };
}

/** What is under way comes to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
}
