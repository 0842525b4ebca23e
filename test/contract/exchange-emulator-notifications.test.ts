/** Notifications of the emulated Exchange, by hand-written SOAP, against the pages that each statement names. */
import { describe, expect, test } from 'vitest';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { loadEwsSchema } from '#test/emulators/schema.ts';
import { VirtualClock } from '#test/simulation/virtual-time.ts';

const schema = await loadEwsSchema();
const HOOK = 'https://connector.example.org/hook';
const MINUTE = 60_000;
const TYPES = ['Copied', 'Created', 'Deleted', 'Modified', 'Moved'];
const EVENT_TYPES = `<t:EventTypes>${TYPES.map((type) => `<t:EventType>${type}Event</t:EventType>`).join('')}</t:EventTypes>`;
const CALENDAR = '<t:FolderIds><t:DistinguishedFolderId Id="calendar"/></t:FolderIds>';

const streaming = (folders = CALENDAR) =>
  `<m:Subscribe><m:StreamingSubscriptionRequest${folders === '' ? ' SubscribeToAllFolders="true"' : ''}>${folders}${EVENT_TYPES}</m:StreamingSubscriptionRequest></m:Subscribe>`;
const pushing = (minutes = 30, url = HOOK) =>
  `<m:Subscribe><m:PushSubscriptionRequest>${CALENDAR}${EVENT_TYPES}<t:StatusFrequency>${minutes}</t:StatusFrequency><t:URL>${url}</t:URL></m:PushSubscriptionRequest></m:Subscribe>`;

function result(status: string): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SendNotificationResult xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><SubscriptionStatus>${status}</SubscriptionStatus></SendNotificationResult></s:Body></s:Envelope>`;
}

interface Asking {
  /** Whom it impersonates; empty: nobody. */
  readonly mailbox?: string;
  readonly user?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** RequestServerVersion. */
  readonly asks?: string;
}

function startServer(version: ServerVersion = 'Exchange2016', notifiesOnClock = false) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 22, 10));
  let ids = 0;
  const posts: { readonly url: string; readonly xml: string }[] = [];
  const client = { answers: () => new Response(result('OK')) };
  const emulator = createExchangeEmulator({
    clock,
    ids: { uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}` },
    version,
    notifiesOnClock,
    ...(schema === null ? {} : { validate: (xml: string) => schema.validate(xml) }),
    send: async (request) => {
      posts.push({ url: request.url, xml: await request.text() });
      return client.answers();
    },
  });
  for (const name of ['anna', 'bruno']) {
    emulator.addMailbox({ address: `${name}@example.org`, displayName: name, zone: 'Europe/Rome' });
  }
  emulator.addAccount({ user: 'service', password: 'secret', mayImpersonate: true });
  emulator.addAccount({ user: 'other', password: 'secret', mayImpersonate: true });
  const ask = async (
    body: string,
    { mailbox = 'anna', user = 'service', headers = {}, asks = version }: Asking = {},
  ) => {
    const name = asks === 'Exchange2007_SP1' ? 'PrimarySmtpAddress' : 'SmtpAddress';
    const sid = `<t:ConnectingSID><t:${name}>${mailbox}@example.org</t:${name}></t:ConnectingSID>`;
    const acting = mailbox === '' ? '' : `<t:ExchangeImpersonation>${sid}</t:ExchangeImpersonation>`;
    const soap = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header><t:RequestServerVersion Version="${asks}"/>${acting}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
    return emulator.fetch(
      new Request('https://mail.example.org/EWS/Exchange.asmx', {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`${user}:secret`)}`, ...headers },
        body: soap,
      }),
    );
  };
  const subscribe = async (body = streaming(), options: Asking = {}) => {
    const text = await (await ask(body, options)).text();
    const id = /<m:SubscriptionId>([^<]+)</.exec(text)?.[1];
    if (id === undefined) throw new Error(codeIn(text));
    return id;
  };
  const open = async (
    ids: readonly string[],
    { minutes = 30, ...options }: Asking & { readonly minutes?: number } = {},
  ) => {
    const named = ids.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join('');
    const response = await ask(
      `<m:GetStreamingEvents><m:SubscriptionIds>${named}</m:SubscriptionIds><m:ConnectionTimeout>${minutes}</m:ConnectionTimeout></m:GetStreamingEvents>`,
      options,
    );
    if (response.status !== 200) throw new Error(codeIn(await response.text()));
    return reading(response);
  };
  const lunch = (name = 'anna') =>
    emulator.userActs.createItem(emulator.mailbox(`${name}@example.org`).calendar, { subject: 'Lunch' });
  return {
    emulator,
    notifications: emulator.notifications,
    clock,
    posts,
    client,
    ask,
    subscribe,
    open,
    lunch,
  };
}

/** Reads what has come by now. */
function reading(response: Response) {
  const reader = response.body?.getReader();
  let ended: unknown = null;
  let text = '';
  const pump = async () => {
    for (;;) {
      const piece = await reader?.read();
      if (piece?.value === undefined) break;
      text += new TextDecoder().decode(piece.value);
    }
    ended = 'closed';
  };
  pump().catch((error: unknown) => {
    ended = error;
  });
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
  };
  return {
    /** Envelopes that came since the last look. */
    async come(): Promise<readonly string[]> {
      await settle();
      const envelopes = text.split(/(?=<\?xml)/).filter((each) => each !== '');
      text = '';
      return envelopes;
    },
    ended: () => ended,
    leave: () => reader?.cancel(),
  };
}

function codeIn(xml: string): string {
  return /ResponseCode[^>]*>(\w+)</.exec(xml)?.[1] ?? xml;
}

const eventsIn = (xml: string) => [...xml.matchAll(/<t:(\w+)Event>/g)].map(([, name]) => name);

describe('streaming', () => {
  test('each message is a whole envelope, and tells what happened to which item in which folder', async () => {
    const { emulator, subscribe, open, lunch } = startServer();
    const stream = await open([await subscribe()]);
    expect((await stream.come()).map(codeIn)).toEqual(['NoError']);
    const item = lunch();
    emulator.userActs.changeItem(item.id, { subject: 'Dinner' });
    emulator.userActs.deleteItem(item.id);
    const envelopes = await stream.come();
    expect(envelopes.every((each) => /^<\?xml[^>]*\?><Envelope .*<\/Envelope>$/s.test(each))).toBe(true);
    expect(envelopes.flatMap(eventsIn)).toEqual(['Created', 'Modified', 'Modified', 'Moved', 'Modified']);
    const { calendar, deletedItems } = emulator.mailbox('anna@example.org');
    expect(envelopes[0]).toContain(`<t:ItemId Id="${item.id}"`);
    expect(envelopes[0]).toContain(`<t:ParentFolderId Id="${calendar.id}"`);
    expect(envelopes.at(-2)).toContain(`<t:OldParentFolderId Id="${calendar.id}"`);
    expect(envelopes.at(-2)).toContain(`<t:ParentFolderId Id="${deletedItems.id}"`);
  });

  test('other mailboxes and other folders are not told of; all folders are on request', async () => {
    const { emulator, subscribe, open, lunch } = startServer();
    const stream = await open([await subscribe()]);
    const everywhere = await open([await subscribe(streaming(''))]);
    await stream.come();
    await everywhere.come();
    lunch('bruno');
    emulator.userActs.createItem(emulator.addCalendar('anna@example.org', 'Second'), { subject: 'There' });
    expect(await stream.come()).toEqual([]);
    expect((await everywhere.come()).flatMap(eventsIn)).toEqual(['Created', 'Modified']);
  });

  test.each(['connectionStatus', 'statusEvent'] as const)(
    'a quiet connection says so by %s, and is closed after its time',
    async (heartbeat) => {
      const { notifications, clock, subscribe, open } = startServer();
      notifications.condition.heartbeat = heartbeat;
      const stream = await open([await subscribe()], { minutes: 1 });
      await stream.come();
      clock.advance(45_000);
      await notifications.run();
      const [beat = ''] = await stream.come();
      expect(eventsIn(beat)).toEqual(heartbeat === 'statusEvent' ? ['Status'] : []);
      clock.advance(15_000);
      await notifications.run();
      expect((await stream.come())[0]).toContain('<m:ConnectionStatus>Closed</m:ConnectionStatus>');
      expect(stream.ended()).toBe('closed');
      expect(notifications.connections).toEqual([]);
    },
  );

  test('what happens between two connections waits; without any for half an hour the subscription is gone', async () => {
    const { notifications, clock, subscribe, open, lunch } = startServer();
    const id = await subscribe();
    lunch();
    const stream = await open([id]);
    expect((await stream.come()).flatMap(eventsIn)).toEqual(['Created', 'Modified']);
    await stream.leave();
    expect(notifications.connections).toEqual([]);
    clock.advance(31 * MINUTE);
    const late = await open([id]);
    const [refusal = ''] = await late.come();
    expect(codeIn(refusal)).toBe('ErrorSubscriptionNotFound');
    expect(refusal).toContain(`<t:SubscriptionId>${id}</t:SubscriptionId>`);
    expect(late.ended()).toBe('closed');
  });

  test('a subscription that is lost is named; whether the others go on is switched', async () => {
    const { notifications, subscribe, open, lunch } = startServer();
    notifications.condition.lostSubscriptionEndsStream = false;
    const [anna, bruno] = [await subscribe(), await subscribe(streaming(), { mailbox: 'bruno' })];
    const stream = await open([anna, bruno]);
    await stream.come();
    notifications.lose(anna);
    lunch('bruno');
    const [refusal = '', event = ''] = await stream.come();
    expect(codeIn(refusal)).toBe('ErrorSubscriptionNotFound');
    expect(refusal).not.toContain(bruno);
    expect(event).toContain(bruno);
  });

  test('more events than wait are missed, and the subscription goes on', async () => {
    const { notifications, subscribe, open, lunch } = startServer();
    const id = await subscribe();
    lunch();
    notifications.subscriptions.flood(id, 600);
    const stream = await open([id]);
    const envelopes = await stream.come();
    expect(envelopes.map(codeIn)).toContain('ErrorMissedNotificationEvents');
    lunch();
    expect((await stream.come()).flatMap(eventsIn)).toEqual(['Created', 'Modified']);
  });

  test('events are lost, doubled and late as they are told to; a connection breaks in the middle', async () => {
    const { notifications, clock, subscribe, open, lunch } = startServer();
    const stream = await open([await subscribe()]);
    await stream.come();
    notifications.condition.losesEach = 1;
    lunch();
    expect(await stream.come()).toEqual([]);
    Object.assign(notifications.condition, { losesEach: 0, duplicatesEach: 1, delayMs: MINUTE });
    lunch();
    expect(await stream.come()).toEqual([]);
    clock.advance(MINUTE);
    await notifications.run();
    const events = (await stream.come()).flatMap(eventsIn);
    expect(events).toEqual(['Created', 'Created', 'Modified', 'Modified']);
    notifications.cut('middle');
    const [half = ''] = await stream.come();
    expect(half).not.toContain('</Envelope>');
    expect(stream.ended()).toBeInstanceOf(TypeError);
  });
});

describe('limits', () => {
  test('of subscriptions of a mailbox, of connections of whom they are charged to, of ids, of minutes', async () => {
    const { notifications, subscribe, open } = startServer();
    Object.assign(notifications.condition, { subscriptions: 1, hangingConnections: 1 });
    const anna = await subscribe();
    await expect(subscribe()).rejects.toThrow('ErrorExceededSubscriptionCount');
    const bruno = await subscribe(streaming(), { mailbox: 'bruno' });
    await open([anna]);
    await expect(open([bruno])).rejects.toThrow('ErrorExceededConnectionCount');
    await open([bruno], { mailbox: 'bruno' });
    expect(notifications.connections).toEqual([[anna], [bruno]]);
    await expect(open(Array(201).fill(anna))).rejects.toThrow('ErrorInvalidRequest');
    await expect(open([anna], { minutes: 31 })).rejects.toThrow('ErrorSchemaValidation');
  });

  test('another account has no business with a subscription', async () => {
    const { subscribe, open, ask } = startServer();
    const id = await subscribe();
    const end = `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`;
    const stream = await open([id], { user: 'other' });
    expect((await stream.come()).map(codeIn)).toEqual(['ErrorSubscriptionAccessDenied']);
    expect(codeIn(await (await ask(end, { user: 'other' })).text())).toBe('ErrorSubscriptionAccessDenied');
    expect(codeIn(await (await ask(end)).text())).toBe('NoError');
    expect(codeIn(await (await ask(end)).text())).toBe('ErrorSubscriptionNotFound');
  });

  test('a delegate does not subscribe to the folders of another mailbox', async () => {
    const { emulator, subscribe } = startServer();
    const mailbox = 'anna@example.org';
    emulator.addAccount({ user: 'delegate', password: 'secret', mailbox, opens: ['bruno@example.org'] });
    const { id } = emulator.mailbox('bruno@example.org').calendar;
    const folders = `<t:FolderIds><t:FolderId Id="${id}"/></t:FolderIds>`;
    const refused = subscribe(streaming(folders), { user: 'delegate', mailbox: '' });
    await expect(refused).rejects.toThrow('ErrorSubscriptionDelegateAccessNotSupported');
  });
});

// Microsoft Learn: StreamingSubscriptionRequest and GetStreamingEvents came with 2010 SP1.
test('Exchange 2007 knows no streaming and no subscription to all folders, and has push', async () => {
  const { subscribe } = startServer('Exchange2007_SP1');
  await expect(subscribe()).rejects.toThrow('ErrorSchemaValidation');
  const all = pushing().replace(CALENDAR, '').replace('Request>', 'Request SubscribeToAllFolders="1">');
  await expect(subscribe(all)).rejects.toThrow('ErrorSchemaValidation');
  expect(await subscribe(pushing())).not.toBe('');
  const newer = startServer();
  await expect(newer.subscribe(streaming(), { asks: 'Exchange2007_SP1' })).rejects.toThrow(
    'ErrorIncorrectSchemaVersion',
  );
});

// "Maintain affinity between a group of subscriptions and the Mailbox server in Exchange"
describe('affinity', () => {
  const anchored = { 'X-AnchorMailbox': 'anna@example.org', 'X-PreferServerAffinity': 'true' };

  test('a subscription is where its request came to; the cookie leads there, and so does the anchor', async () => {
    const { notifications, ask, subscribe, open } = startServer();
    notifications.condition.backEnds.set('bruno@example.org', 'be2');
    const first = await ask(streaming(), { headers: anchored });
    const cookie = /X-BackEndOverrideCookie=[^;]+/.exec(first.headers.get('Set-Cookie') ?? '')?.[0] ?? '';
    expect(cookie).toBe('X-BackEndOverrideCookie=be1~1941996295');
    const anna = /<m:SubscriptionId>([^<]+)</.exec(await first.text())?.[1] ?? '';
    const headers = { ...anchored, Cookie: cookie };
    const bruno = await subscribe(streaming(), { mailbox: 'bruno', headers });
    const stream = await open([anna, bruno], { headers });
    expect((await stream.come()).map(codeIn)).toEqual(['NoError']);
    const astray = await subscribe(streaming(), { mailbox: 'bruno' });
    const other = await open([anna, astray], { headers });
    expect((await other.come()).map(codeIn)).toEqual(['ErrorSubscriptionNotFound']);
  });

  test('of 2010 the exchangecookie leads back', async () => {
    const { notifications, ask, open } = startServer('Exchange2010_SP2');
    notifications.condition.clientAccessServers = 2;
    const first = await ask(streaming());
    const Cookie = /exchangecookie=[^;]+/.exec(first.headers.get('Set-Cookie') ?? '')?.[0] ?? '';
    const id = /<m:SubscriptionId>([^<]+)</.exec(await first.text())?.[1] ?? '';
    expect((await (await open([id], { headers: { Cookie } })).come()).map(codeIn)).toEqual(['NoError']);
    expect((await (await open([id])).come()).map(codeIn)).toEqual(['ErrorSubscriptionNotFound']);
  });
});

// "SendNotification", "StatusFrequency"
describe('push', () => {
  test.each<ServerVersion>(['Exchange2007_SP1', 'Exchange2010_SP2', 'Exchange2013', 'Exchange2016'])(
    '%s posts a status first, then what happened, each with its watermark and the one before',
    async (version) => {
      const { notifications, subscribe, lunch, posts } = startServer(version);
      const id = await subscribe(pushing());
      await notifications.run();
      lunch();
      await notifications.run();
      await notifications.run();
      expect(posts.map(({ url }) => url)).toEqual([HOOK, HOOK]);
      expect(posts.map(({ xml }) => eventsIn(xml))).toEqual([['Status'], ['Created', 'Modified']]);
      const [status = '', event = ''] = posts.map(({ xml }) => xml);
      expect(status).toContain(`<t:SubscriptionId>${id}</t:SubscriptionId>`);
      const marks = (xml: string, name: string) =>
        [...xml.matchAll(new RegExp(`<t:${name}>([^<]+)<`, 'g'))].map(([, mark]) => mark);
      expect(marks(event, 'PreviousWatermark')).toEqual(marks(status, 'Watermark'));
      expect(new Set(marks(event, 'Watermark')).size).toBe(2);
    },
  );

  test('a quiet subscription says so every StatusFrequency minutes', async () => {
    const { notifications, clock, subscribe, posts } = startServer();
    await subscribe(pushing(5));
    await notifications.run();
    clock.advance(5 * MINUTE - 1);
    await notifications.run();
    expect(posts).toHaveLength(1);
    clock.advance(1);
    await notifications.run();
    expect(eventsIn(posts[1]?.xml ?? '')).toEqual(['Status']);
  });

  test('a client that does not answer is tried after 30 s and twice as long each time, until StatusFrequency is over', async () => {
    const { notifications, clock, client, subscribe, posts } = startServer();
    client.answers = () => new Response('', { status: 503 });
    await subscribe(pushing(5));
    const at: number[] = [];
    const start = clock.now();
    for (let second = 0; second < 1200; second += 30) {
      const before = posts.length;
      await notifications.run();
      if (posts.length > before) at.push((clock.now() - start) / 1000);
      clock.advance(30_000);
    }
    expect(at).toEqual([0, 30, 60, 120, 240]);
    expect(notifications.subscriptions.all).toEqual([]);
  });

  test.each([
    ['an answer that is not of the schema', () => new Response(result('Yes'))],
    ['a page', () => new Response('<html>')],
  ])('%s is none', async (_, answers) => {
    const { notifications, clock, client, subscribe, posts } = startServer();
    client.answers = answers;
    await subscribe(pushing());
    await notifications.run();
    clock.advance(30_000);
    await notifications.run();
    expect(posts).toHaveLength(2);
  });

  test('"Unsubscribe" ends it; so does a server that cannot read on, which says so', async () => {
    const { notifications, client, subscribe, posts } = startServer();
    client.answers = () => new Response(result('Unsubscribe'));
    await subscribe(pushing());
    await notifications.run();
    expect(notifications.subscriptions.all).toEqual([]);
    const id = await subscribe(pushing());
    await notifications.fail(id);
    expect(posts.at(-1)?.xml).toContain(`<t:Value Name="SubscriptionId">${id}</t:Value>`);
    expect(notifications.subscriptions.all).toEqual([]);
    await expect(subscribe(pushing(30, 'ftp://example.org'))).rejects.toThrow(
      'ErrorInvalidPushSubscriptionUrl',
    );
  });
});

test('on a clock that goes on by itself nobody has to say that time has come', async () => {
  const { clock, subscribe, open, lunch, posts, notifications } = startServer('Exchange2016', true);
  const stream = await open([await subscribe()], { minutes: 1 });
  await subscribe(pushing(5));
  lunch();
  clock.advance(0);
  expect((await stream.come()).flatMap(eventsIn)).toEqual(['Created', 'Modified']);
  expect(posts.map(({ xml }) => eventsIn(xml))).toEqual([['Created', 'Modified']]);
  for (let quarter = 0; quarter < 4; quarter += 1) {
    clock.advance(15_000);
    await stream.come();
  }
  expect(stream.ended()).toBe('closed');
  expect(notifications.connections).toEqual([]);
  for (let minute = 0; minute < 5; minute += 1) {
    clock.advance(MINUTE);
    await stream.come();
  }
  expect(eventsIn(posts[1]?.xml ?? '')).toEqual(['Status']);
});
