/** The Graph adapter against the emulated Exchange Online: the contract, and what only Graph has. */
import { describe, expect, test } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import type { GraphSwitches } from '#test/emulators/exchange/graph/graph-switches.ts';
import type { ExchangeSwitches } from '#test/emulators/exchange/switches.ts';
import { memoryServers } from '#test/ews-ports.ts';
import { openGraph } from './graph-world.ts';
import { mailboxCalendarContract } from './mailbox-calendar.contract.ts';
import { allChanges, defaultFolder, idOf, readOne } from './mailbox-calendar-world.ts';

const OPTIONS = { ownUids: true, seriesVersionsUntold: true } as const;
/** Each point that Microsoft's pages leave open, the other way round. */
const OTHERWISE: Partial<GraphSwitches> = {
  repeatedTransaction: 'conflict',
  immutableIdsNeedHeader: false,
  allDayTimes: 'instant',
  refusesOtherStartDate: false,
  viewDelta: 'seen',
  deletedOccurrenceTouchesMaster: true,
  filtersExtendedInCalendars: false,
  selectsInExceptions: false,
  eventsDeltaHasExceptions: true,
  findsDeletedItems: false,
  attendeeDeleteDeclines: true,
  organizerAmongAttendees: true,
  batchOverflow: 'throttled',
  pageSize: 3,
};
const EXCHANGE_OTHERWISE: Partial<ExchangeSwitches> = {
  patternChangeDropsExceptions: false,
  normalisesSingleLines: false,
  bodyLinesEndInCrLf: true,
};

describe('the contract', () => {
  mailboxCalendarContract('Microsoft Graph', () => openGraph(), { ...OPTIONS, runs: 100 });
  mailboxCalendarContract(
    'a tenant that answers as differently as it may',
    () => openGraph({ switches: OTHERWISE, exchange: EXCHANGE_OTHERWISE }),
    { ...OPTIONS, runs: 50, keepsExceptions: true },
  );
  mailboxCalendarContract(
    'a tenant that tells changes of a view only, and takes no notice of If-Match',
    () => openGraph({ switches: { eventsDelta: false, honoursIfMatch: false } }),
    { ...OPTIONS, runs: 20, tellsByReading: true },
  );
});

const EVENT = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  time: { kind: 'timed', start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z', zone: 'Europe/Rome' },
} as const;
const ATTENDEE = { address: 'bo@example.com', name: 'Bo', role: 'required', response: 'none' } as const;

test.each(['refused', 'conflict', 'existing'] as const)(
  'a create that arrives twice makes one event, where a repetition is %s',
  async (repeatedTransaction) => {
    const isCreate = ({ body }: { readonly body?: string }) => body?.includes('"subject"') ?? false;
    const arrives = (request: { readonly body?: string }) => (isCreate(request) ? 2 : 1);
    const { mailbox } = await openGraph({ switches: { repeatedTransaction }, arrives });
    const folderId = await defaultFolder(mailbox);
    const create = { stamp: 'stamp', uid: 'uid', event: EVENT, invitations: 'none' } as const;
    const [made] = await mailbox.create(folderId, [create]);
    const { changes } = await allChanges(mailbox, folderId, null);
    expect(changes).toMatchObject([{ id: idOf(made) }]);
  },
);

test.each(['refused', 'conflict', 'existing'] as const)(
  'what was deleted can be made again under its stamp, beside a copy of it too, where a repetition is %s',
  async (repeatedTransaction) => {
    const { mailbox, person } = await openGraph({ switches: { repeatedTransaction } });
    const folderId = await defaultFolder(mailbox);
    const create = { stamp: 'stamp', uid: 'uid', event: EVENT, invitations: 'none' } as const;
    const [first] = await mailbox.create(folderId, [create]);
    const copy = person.copy(idOf(first));
    person.delete(idOf(first));
    const [second] = await mailbox.create(folderId, [create]);
    expect([idOf(first), copy]).not.toContain(idOf(second));
    expect((await readOne(mailbox, idOf(second))).event.title).toBe('Board');
  },
);

test('a write of which nobody shall be told is refused where Graph would tell', async () => {
  const { mailbox, mails } = await openGraph();
  const folderId = await defaultFolder(mailbox);
  const meeting = { ...EVENT, attendees: [ATTENDEE] };
  const refused = { kind: 'failed', failure: { reason: 'mailNotSuppressible' } };
  const create = { stamp: 'a', uid: 'a', event: meeting } as const;
  expect(await mailbox.create(folderId, [{ ...create, invitations: 'none' }])).toMatchObject([refused]);
  const [made] = await mailbox.create(folderId, [{ ...create, invitations: 'all' }]);
  const sent = mails();
  const { id, version, event } = await readOne(mailbox, idOf(made));
  const update = {
    id,
    version,
    event: { ...event, title: 'Other' },
    fields: ['title'],
    wasSeries: false,
  } as const;
  expect(await mailbox.update([{ ...update, invitations: 'none' }])).toMatchObject([refused]);
  expect(await mailbox.remove([{ id, version, invitations: 'none' }])).toMatchObject([refused]);
  expect(mails()).toBe(sent);
  expect((await readOne(mailbox, id)).event.title).toBe('Board');
});

test('a response can be given in silence', async () => {
  const { mailbox, mails, person } = await openGraph();
  const id = person.invited('Meeting', false);
  const { version } = await readOne(mailbox, id);
  const sent = mails();
  await mailbox.respond([{ id, version, response: 'accepted', occurrence: null, invitations: 'none' }]);
  expect((await readOne(mailbox, id)).event.ownResponse).toBe('accepted');
  expect(mails()).toBe(sent);
});

test('which delta a tenant offers is found once, and known to others', async () => {
  const servers = memoryServers();
  for (const expected of [['eventsDelta', 'calendarViewDelta'], ['calendarViewDelta']]) {
    const { mailbox, graph } = await openGraph({ switches: { eventsDelta: false }, servers });
    const folderId = await defaultFolder(mailbox);
    graph.resetRequests();
    await mailbox.changes(folderId, null);
    expect([...graph.requests.keys()]).toEqual(expected);
  }
});

test('a delta that is too old has to be begun anew', async () => {
  const { mailbox, pass } = await openGraph();
  const folderId = await defaultFolder(mailbox);
  const { cursor } = await mailbox.changes(folderId, null);
  pass(8 * 24 * 3_600_000);
  await expect(mailbox.changes(folderId, cursor)).rejects.toMatchObject({
    failure: { reason: 'cursorInvalid' },
  });
});

test('a mailbox that is on premises says so', async () => {
  const { mailbox, graph, exchange } = await openGraph();
  for (const { address } of exchange.store.mailboxes.values()) graph.onPremises.add(address);
  await expect(mailbox.listFolders()).rejects.toMatchObject({ failure: { reason: 'mailboxElsewhere' } });
});

test('an application without rights is denied, and nothing is taken for empty', async () => {
  const { mailbox } = await openGraph({ permissions: [] });
  await expect(mailbox.listFolders()).rejects.toMatchObject({ failure: { reason: 'accessDenied' } });
  expect(await mailbox.read(['AAkA'])).toMatchObject([
    { kind: 'failed', failure: { reason: 'accessDenied' } },
  ]);
});

test('many reads at once: at most four requests of one are under way', async () => {
  const { mailbox, graph, person } = await openGraph({ switches: { batchOverflow: 'throttled' } });
  const ids = Array.from({ length: 20 }, (_, index) => person.createAppointment(`${index}`));
  const reads = await Promise.all([mailbox.read(ids), mailbox.read(ids), mailbox.listFolders()]);
  expect(reads.flat()).toHaveLength(41);
  expect(graph.load.traffic.mostInMailbox).toBeLessThanOrEqual(4);
});

test('the rooms of the tenant, by its lists', async () => {
  const { exchange, rooms } = await openGraph();
  const room = { address: 'room1@example.com', displayName: 'Room 1', zone: 'Europe/Rome', isRoom: true };
  exchange.addMailbox(room);
  exchange.roomLists = [{ address: 'floor1@example.com', name: 'First floor', rooms: [room.address] }];
  expect(await rooms.lists()).toEqual([{ address: 'floor1@example.com', name: 'First floor' }]);
  expect(await rooms.rooms('floor1@example.com')).toEqual([{ address: 'room1@example.com', name: 'Room 1' }]);
  await expect(rooms.rooms('none@example.com')).rejects.toMatchObject({
    failure: { reason: expect.any(String) },
  });
});
