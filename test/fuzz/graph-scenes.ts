/** What the Graph adapter asks: every operation, where changes are told by a delta of events and where by one of views. */
import { openGraphMailbox, openGraphRooms } from '#exchange/graph/graph-mailbox.adapter.ts';
import type { MailboxCalendar, MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { createGraphEmulator, GRAPH_ORIGIN } from '#test/emulators/exchange/graph/graph-emulator.ts';
import { folderRestId, idOf } from '#test/emulators/exchange/graph/graph-ids.ts';
import { viewOf } from '#test/emulators/exchange/series.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { ANNA, DAY, emulatedExchange, event, populate, START } from './exchange-scenes.ts';
import { emulated, fuzzEffects, NOW, record, type Scene, serialIds } from './scene.ts';

const TOKEN = 'token';
const CLIENT = 'connector';
const SERVER: MailboxServer = {
  endpoint: `${GRAPH_ORIGIN}/v1.0`,
  protocol: 'graph',
  signIn: {
    kind: 'oauth',
    tokenUrl: 'https://login.microsoftonline.com/example.com/oauth2/v2.0/token',
    clientId: CLIENT,
    scope: null,
    proof: { kind: 'secret', secret: 'unused' },
  },
  impersonate: 'address',
  version: null,
  timeoutMs: 20_000,
};

export async function graphScenes(): Promise<readonly Scene[]> {
  return [...(await scenesOf('events', true)), ...(await scenesOf('views', false))];
}

function emulatedGraph(exchange: ExchangeEmulator, eventsDelta: boolean) {
  return createGraphEmulator({
    exchange,
    clock: { now: () => NOW },
    ids: serialIds(),
    applicationOf: (token) => (token === TOKEN ? CLIENT : null),
    applications: [{ clientId: CLIENT, permissions: ['Calendars.ReadWrite', 'Place.Read.All'] }],
    switches: { eventsDelta },
  });
}

/** Each with an access token, and without anything remembered of the server. */
function ports() {
  const granted = { token: TOKEN, expiresAt: Number.MAX_SAFE_INTEGER };
  return { ...memoryEwsPorts(), tokens: { get: async () => granted, put: async () => {} } };
}

async function scenesOf(delta: string, eventsDelta: boolean): Promise<readonly Scene[]> {
  const exchange = emulatedExchange('Exchange2016');
  const stored = populate(exchange);
  const graph = emulatedGraph(exchange, eventsDelta);
  exchange.roomLists = [{ name: 'House', address: 'house@example.com', rooms: [] }];
  const shown = (id: string) => idOf(viewOf(exchange.store, id).stored, null, 'restImmutableEntryId');
  const ids = stored.map(shown);
  const [rich = '', , series = '', , own = ''] = ids;
  const network = emulated((request) => graph.fetch(request));
  const folder = folderRestId(exchange.mailbox(ANNA).calendar.id);
  const scenes: Scene[] = [];
  const scene = async (name: string, run: (mailbox: MailboxCalendar) => Promise<unknown>) => {
    const opened = await record('graph', `${name} (${delta})`, network, (fetch) =>
      run(openGraphMailbox(fuzzEffects(fetch), ports())(SERVER, ANNA, 'Europe/Rome')),
    );
    scenes.push(opened);
  };
  const mailbox = openGraphMailbox(fuzzEffects(network), ports())(SERVER, ANNA, 'Europe/Rome');
  const read = async (id: string) => {
    const [one] = await mailbox.read([id]);
    if (one?.kind !== 'item') throw new Error('an event that cannot be read');
    return one.item;
  };

  await scene('changes', (opened) => opened.changes(folder, null));
  const { cursor } = await mailbox.changes(folder, null);
  exchange.userActs.changeItem(stored[0] ?? '', { subject: 'Renamed' });
  await scene('changes since', (opened) => opened.changes(folder, cursor));
  await scene('read', (opened) => opened.read(ids));
  if (!eventsDelta) return scenes;

  await scene('read a series', (opened) => opened.read([series]));
  await scene('listFolders', (opened) => opened.listFolders());
  await scene('overlapping', (opened) =>
    opened.overlapping(folder, [{ startMs: START, endMs: START + 20 * DAY }]),
  );
  await scene('create', (opened) =>
    opened.create(folder, [
      { stamp: 's1', uid: 'u1', event: event(), invitations: 'none' },
      { stamp: 's2', uid: 'u2', event: event({ title: 'Two' }), invitations: 'none' },
    ]),
  );
  await scene('findByStamp', (opened) => opened.findByStamp(folder, ['s1', 's2']));
  const meeting = await read(own);
  await scene('update', (opened) =>
    opened.update([
      {
        ...{ id: own, version: meeting.version, event: { ...meeting.event, title: 'Changed' } },
        ...{ fields: ['title'], wasSeries: false, invitations: 'all' },
      },
    ]),
  );
  const item = await read(series);
  await scene('writeOccurrences', (opened) =>
    opened.writeOccurrences([
      {
        ...{ id: series, version: item.version, series: item.event },
        ...{ date: '2026-11-06', change: 'deleted', invitations: 'none' },
      },
    ]),
  );
  const invitation = await read(ids.at(-1) ?? '');
  await scene('respond', (opened) =>
    opened.respond([
      {
        ...{ id: invitation.id, version: invitation.version, response: 'tentative', invitations: 'all' },
        occurrence: { series: invitation.event, date: '2026-11-05' },
      },
    ]),
  );
  const { version } = await read(rich);
  await scene('remove', (opened) => opened.remove([{ id: rich, version, invitations: 'none' }]));
  const rooms = await record('graph', 'room lists', network, async (fetch) => {
    const directory = openGraphRooms(fuzzEffects(fetch), ports())(SERVER, ANNA);
    return [await directory.lists(), await directory.rooms('house@example.com')];
  });
  graph.faults.inject({ kind: 'throttled', retryAfterSeconds: 20 });
  await scene('a fault', (opened) => opened.changes(folder, null).catch((error: unknown) => error));
  graph.faults.clear();
  return [...scenes, rooms];
}
