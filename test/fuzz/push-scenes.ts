/** What Exchange tells of changes: on a connection, envelope by envelope and all together, and in posts to our URL. */
import { RemoteFailure } from '#core/failure.ts';
import { openEwsPush } from '#exchange/ews/ews-push.adapter.ts';
import { openEwsStream } from '#exchange/ews/ews-stream.adapter.ts';
import { loadEwsPosts } from '#exchange/ews/push-posts.ts';
import type { StreamNews } from '#exchange/mailbox-push.port.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { ACCOUNT, ANNA, SERVER } from './exchange-scenes.ts';
import { emulated, fuzzEffects, NOW, record, type Scene, serialIds } from './scene.ts';

const CARLA = 'carla@example.com';
const MINUTE = 60_000;
/** "OK", in the shortest form that the schema allows. */
const ANSWER =
  '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><SendNotificationResult xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><SubscriptionStatus>OK</SubscriptionStatus></SendNotificationResult></Body></Envelope>';
/** Of the emulator's default calendars: its ids are the same whenever it begins. */
const FOLDERS = new Map(
  [ANNA, CARLA].map((address) => [address, startServer().exchange.mailbox(address).calendar.id]),
);

export async function pushScenes(): Promise<readonly Scene[]> {
  return [...(await streamScenes()), ...(await postScenes())];
}

/** A server whose time is turned by hand, with two mailboxes; what it posts is kept. */
function startServer() {
  const time = { now: NOW };
  const posts: string[] = [];
  const exchange = createExchangeEmulator({
    clock: { now: () => time.now },
    ids: serialIds(),
    accounts: [{ ...ACCOUNT, mayImpersonate: true }],
    send: async (request) => {
      posts.push(await request.text());
      return new Response(ANSWER);
    },
  });
  for (const address of [ANNA, CARLA]) {
    exchange.addMailbox({ address, displayName: address, zone: 'W. Europe Standard Time' });
  }
  const happen = () => {
    const { calendar } = exchange.mailbox(ANNA);
    const { id } = exchange.userActs.createItem(calendar, { subject: 'Lunch' });
    exchange.userActs.changeItem(id, { subject: 'Dinner' });
    exchange.userActs.deleteItem(id);
  };
  return { exchange, time, posts, happen };
}

/** The ids of subscriptions are the same in every run, so that what is told of them is understood. */
async function streamScenes(): Promise<readonly Scene[]> {
  const whole = await toldOnce();
  const kinds = whole.split(/(?=<\?xml)/);
  const scenes: Scene[] = [];
  for (const [index, text] of [...kinds, whole].entries()) {
    const { exchange } = startServer();
    const network = emulated(async (request) => {
      const isStream = (await request.clone().text()).includes('GetStreamingEvents');
      return isStream ? new Response(text) : exchange.fetch(request);
    });
    const name = index < kinds.length ? `envelope ${index + 1} of a stream` : 'a whole stream';
    scenes.push(await record('ewsStream', name, network, listened, (outcome) => isTold(outcome)));
  }
  return scenes;
}

function isTold(outcome: unknown): boolean {
  return Array.isArray(outcome) && outcome.length > 0;
}

/** All that a connection can say: alive, changes, events that were missed, a subscription that is gone, the end. */
async function toldOnce(): Promise<string> {
  const { exchange, time, happen } = startServer();
  const { notifications } = exchange;
  const network = emulated(async (request) => {
    const answer = await exchange.fetch(request);
    if (notifications.connections.length === 0) return answer;
    happen();
    const [ids = []] = notifications.connections;
    notifications.condition.lostSubscriptionEndsStream = false;
    notifications.condition.delayMs = 1;
    notifications.subscriptions.flood(ids[0] ?? '', 501);
    time.now += 1;
    await notifications.run();
    notifications.condition.heartbeat = 'statusEvent';
    time.now += MINUTE;
    await notifications.run();
    notifications.lose(ids[1] ?? '');
    time.now += 30 * MINUTE;
    await notifications.run();
    return answer;
  });
  const scene = await record('ewsStream', 'all of it', network, listened, isTold);
  return String(scene.answers.at(-1)?.body);
}

/** What was told before it came to an end, whatever that was. */
const listened: Scene['run'] = async (fetch) => {
  const effects = fuzzEffects(fetch);
  // Time stands still: nothing is waited for in vain.
  const clock = { ...effects.clock, sleep: () => new Promise<void>(() => undefined) };
  const stream = openEwsStream({ ...effects, clock }, memoryEwsPorts())(SERVER);
  if (stream === null) throw new Error('there is no streaming');
  for (const [mailbox, folder] of FOLDERS) await stream.subscribe(SERVER, mailbox, [folder]);
  const news: StreamNews[] = [];
  try {
    for await (const each of stream.listen(new AbortController().signal)) news.push(each);
  } catch (error) {
    if (news.length === 0 || !(error instanceof RemoteFailure)) throw error;
  }
  return news;
};

async function postScenes(): Promise<readonly Scene[]> {
  const { exchange, posts, happen } = startServer();
  const folder = exchange.mailbox(ANNA).calendar.id;
  const push = openEwsPush(fuzzEffects(emulated((request) => exchange.fetch(request))), memoryEwsPorts())(
    SERVER,
    ANNA,
  );
  await push?.subscribe({
    ...{ folderIds: [folder], url: 'https://connector.example.org/push', secret: 'x', lifetimeMs: MINUTE },
    isAbandoned: async () => false,
  });
  await exchange.notifications.run();
  happen();
  await exchange.notifications.run();
  const [subscription] = exchange.notifications.subscriptions.all;
  await exchange.notifications.fail(subscription?.id ?? '');
  const reader = await loadEwsPosts();
  return Promise.all(
    posts.map((post, index) =>
      record(
        'ewsPosts',
        `post ${index + 1}`,
        emulated(async () => new Response(post)),
        async (fetch) => {
          const { body } = await fetch('https://connector.example.org/push', {
            ...{ method: 'POST', headers: {}, redirect: 'manual' },
          });
          const decoder = new TextDecoder();
          let text = '';
          for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true });
          const notices = reader.read({ body: text, pathSecret: 'x' });
          if (notices === null)
            throw new RemoteFailure({ reason: 'badAnswer', detail: 'no post of Exchange' });
          return notices.map((notice) => ({ ...notice, id: notice.subscriptionId }));
        },
        isTold,
      ),
    ),
  );
}
