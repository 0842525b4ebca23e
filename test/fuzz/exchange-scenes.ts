/** What the EWS adapter asks: every operation, on a new server and on an old one. */
import type { CalendarEvent } from '#core/event.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import type { RequestVersion } from '#core/exchange-access.ts';
import { openEwsMailbox } from '#exchange/ews/ews-mailbox.adapter.ts';
import type { MailboxCalendar, MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import { createExchangeEmulator, type ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { SignInOptions } from '#test/emulators/exchange/sign-in.ts';
import type { ServerVersion } from '#test/emulators/exchange/switches.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';
import { emulated, fuzzEffects, NOW, record, type Scene, serialIds } from './scene.ts';

export const ANNA = 'anna@example.com';
const CARLA = 'carla@example.com';
export const ACCOUNT = { user: 'EXAMPLE\\sync', password: 'secret' };
const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 2 November 2026 is a Monday. */
export const START = NOW + DAY;
const START_DAY = Math.floor(START / DAY);
const DAILY = {
  pattern: { kind: 'daily', interval: 1 },
  range: { kind: 'numbered', startDay: START_DAY, count: 9 },
} as const;
/** A zone that no table has: the server describes it by rules. */
const FAR = { windows: 'Mars Standard Time', iana: 'Antarctica/Troll' };

/** Two mailboxes, and an account that may act for both. */
export function emulatedExchange(version: ServerVersion, signIn: SignInOptions = {}): ExchangeEmulator {
  const exchange = createExchangeEmulator({
    clock: { now: () => NOW },
    ids: serialIds(),
    version,
    signIn,
    accounts: [{ ...ACCOUNT, mayImpersonate: true }],
  });
  for (const address of [ANNA, CARLA]) {
    exchange.addMailbox({ address, displayName: address, zone: 'W. Europe Standard Time' });
  }
  return exchange;
}

export const SERVER: MailboxServer = {
  endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
  signIn: { kind: 'basic', ...ACCOUNT },
  impersonate: 'address',
  version: 'Exchange2016',
  timeoutMs: 20_000,
};

/** Events of every kind in Anna's calendar; their ids. */
export function populate(exchange: ExchangeEmulator): readonly string[] {
  const { calendar } = exchange.mailbox(ANNA);
  const acts = exchange.userActs;
  const when = { start: START, end: START + HOUR };
  const carla = { name: 'Carla', address: CARLA, role: 'required', response: 'Accept' } as const;
  const anna = { name: 'Anna', address: ANNA, role: 'optional', response: 'NoResponseReceived' } as const;
  const series = acts.createItem(calendar, { subject: 'Series', ...when, recurrence: DAILY }).id;
  acts.changeItem(acts.occurrence(series, START_DAY + 1).id, {
    subject: 'Moved',
    end: START + DAY + 3 * HOUR,
  });
  acts.deleteItem(acts.occurrence(series, START_DAY + 2).id);
  const weekly = {
    pattern: { kind: 'weekly', interval: 2, days: ['Tuesday', 'Friday'], firstDay: 'Monday' },
    range: { kind: 'noEnd', startDay: START_DAY },
  } as const;
  const ids = [
    acts.createItem(calendar, {
      ...{
        subject: ' Rich ',
        body: { type: 'Text', text: 'First\n\n  third & <last>' },
        location: 'Room 1',
        ...when,
      },
      ...{ categories: ['Red', 'Blue'], sensitivity: 'Private', showAs: 'OOF' },
    }).id,
    acts.createItem(calendar, {
      subject: 'All day',
      start: START - 9 * HOUR,
      end: START + 14 * HOUR,
      allDay: true,
    }).id,
    series,
    acts.createItem(calendar, { subject: 'Weekly', ...when, recurrence: weekly }).id,
    acts.createItem(calendar, { subject: 'Own meeting', ...when, attendees: [carla] }).id,
    acts.createItem(calendar, { subject: 'Far away', ...when, startZone: FAR, endZone: FAR }).id,
  ];
  const organiser = exchange.mailbox(CARLA).calendar;
  acts.createItem(organiser, { subject: 'Invited', ...when, attendees: [anna] });
  acts.createItem(organiser, { subject: 'Invited daily', ...when, attendees: [anna], recurrence: DAILY });
  const invited = exchange.items(ANNA).filter(({ content }) => content.subject.startsWith('Invited'));
  return [...ids, ...invited.map(({ id }) => id)];
}

export function event(more: Partial<CalendarEvent> = {}): CalendarEvent {
  const start = new Date(START).toISOString().replace('.000', '');
  const end = new Date(START + HOUR).toISOString().replace('.000', '');
  return {
    ...NEUTRAL_EVENT,
    title: 'New',
    time: { kind: 'timed', start, end, zone: 'Europe/Rome' },
    ...more,
  };
}

export async function exchangeScenes(): Promise<readonly Scene[]> {
  return [
    ...(await scenesOf('Exchange2016', 'Exchange2016')),
    ...(await scenesOf('Exchange2007_SP1', 'Exchange2007_SP1')),
  ];
}

async function scenesOf(server: ServerVersion, version: RequestVersion): Promise<readonly Scene[]> {
  const exchange = emulatedExchange(server);
  const ids = populate(exchange);
  const [rich = '', , series = '', , own = ''] = ids;
  const network = emulated((request) => exchange.fetch(request));
  const folder = exchange.mailbox(ANNA).calendar.id;
  const scenes: Scene[] = [];
  const opened = async (
    name: string,
    known: RequestVersion | null,
    run: (mailbox: MailboxCalendar) => Promise<unknown>,
  ): Promise<void> => {
    scenes.push(
      await record('ews', `${name} (${server})`, network, (fetch) => {
        const open = openEwsMailbox(fuzzEffects(fetch), memoryEwsPorts());
        return run(open({ ...SERVER, version: known }, ANNA, 'Europe/Rome'));
      }),
    );
  };
  const scene = (name: string, run: (mailbox: MailboxCalendar) => Promise<unknown>) =>
    opened(name, version, run);
  const read = async (id: string) => {
    const open = openEwsMailbox(fuzzEffects(network), memoryEwsPorts());
    const [one] = await open({ ...SERVER, version }, ANNA, 'Europe/Rome').read([id]);
    if (one?.kind !== 'item') throw new Error('an item that cannot be read');
    return one.item;
  };

  await scene('changes', (mailbox) => mailbox.changes(folder, null));
  await scene('read', (mailbox) => mailbox.read(ids));
  await scene('read a series', (mailbox) => mailbox.read([series]));
  await scene('overlapping', (mailbox) =>
    mailbox.overlapping(folder, [{ startMs: START, endMs: START + 20 * DAY }]),
  );
  await scene('create', (mailbox) =>
    mailbox.create(folder, [
      { stamp: 's1', uid: 'u1', event: event(), invitations: 'none' },
      { stamp: 's2', uid: 'u2', event: event({ title: 'Two' }), invitations: 'none' },
    ]),
  );
  await scene('findByStamp', (mailbox) => mailbox.findByStamp(folder, ['s1', 's2']));
  if (server === 'Exchange2007_SP1') return scenes;

  await scene('listFolders', (mailbox) => mailbox.listFolders());
  await opened('find the version', null, (mailbox) => mailbox.changes(folder, null));
  const meeting = await read(own);
  await scene('update', (mailbox) =>
    mailbox.update([
      {
        ...{ id: own, version: meeting.version, event: { ...meeting.event, title: 'Changed' } },
        ...{ fields: ['title', 'attendees'], wasSeries: false, invitations: 'none' },
        attendees: { added: [], removed: [CARLA] },
      },
    ]),
  );
  const item = await read(series);
  await scene('writeOccurrences', (mailbox) =>
    mailbox.writeOccurrences([
      {
        ...{ id: series, version: item.version, series: item.event },
        ...{ date: '2026-11-06', change: 'deleted', invitations: 'none' },
      },
    ]),
  );
  const invitation = await read(ids.at(-1) ?? '');
  await scene('respond', (mailbox) =>
    mailbox.respond([
      {
        ...{ id: invitation.id, version: invitation.version, response: 'tentative', invitations: 'all' },
        occurrence: { series: invitation.event, date: '2026-11-05' },
      },
    ]),
  );
  const { version: present } = await read(rich);
  await scene('remove', (mailbox) => mailbox.remove([{ id: rich, version: present, invitations: 'none' }]));
  exchange.faults.inject({ kind: 'serverBusy', backOffMs: 20_000 });
  await scene('a fault', (mailbox) => mailbox.changes(folder, null).catch((error: unknown) => error));
  exchange.faults.clear();
  return scenes;
}
