/**
 * The EWS adapter against the emulated Exchange: the contract for each kind of server that we know of, and what
 * only EWS has. Every request is checked against Microsoft's schema where that is at hand.
 */
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, type ChangedOccurrence, type DateText, NEUTRAL_EVENT } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import type { Fault } from '#test/emulators/exchange/faults.ts';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import type { ExchangeSwitches, ServerVersion } from '#test/emulators/exchange/switches.ts';
import { ANNA, openEws } from './ews-world.ts';
import { mailboxCalendarContract } from './mailbox-calendar.contract.ts';
import {
  createOne,
  defaultFolder,
  type MailboxPerson,
  readOne,
  updateOne,
  versionOf,
} from './mailbox-calendar-world.ts';

const open = (version: ServerVersion = 'Exchange2016', switches: Partial<ExchangeSwitches> = {}) =>
  openEws({ version, switches });

function regularOf(series: CalendarEvent, date: DateText): ChangedOccurrence {
  const occurrence = regularOccurrence(series, date);
  if (occurrence === null) throw new Error(`no occurrence on ${date}`);
  return occurrence;
}

describe('the contract', () => {
  mailboxCalendarContract('Exchange 2016', () => open(), { runs: 300 });
  mailboxCalendarContract('Exchange 2013', () => open('Exchange2013'), { runs: 50 });
  mailboxCalendarContract('Exchange 2010', () => open('Exchange2010_SP2'), { runs: 50 });
  mailboxCalendarContract('Exchange 2007', () => open('Exchange2007_SP1'), {
    runs: 50,
    weeksFromSunday: true,
  });
  mailboxCalendarContract(
    'a server that answers as differently as it may',
    () =>
      open('Exchange2016', {
        normalisesSingleLines: false,
        bodyLinesEndInCrLf: true,
        appointmentResponseType: 'Unknown',
        masterIsRecurring: true,
        recurrenceDates: 'offset',
        findLimitWithRestriction: 1,
        patternChangeDropsExceptions: false,
        deletedStart: 'last',
        findItemTellsUid: false,
        calendarViewLimit: 2,
      }),
    { runs: 100, keepsExceptions: true, tellsLastStart: true },
  );
});

describe('a server in trouble', () => {
  test.each<[string, Fault, string]>([
    ['busy', { kind: 'serverBusy', backOffMs: 5000 }, 'throttled'],
    ['503', { kind: 'http503', retryAfterSeconds: 5 }, 'throttled'],
    ['401', { kind: 'http401' }, 'signInRefused'],
    ['302 to the error page', { kind: 'http302' }, 'serverError'],
    ['a page of a proxy', { kind: 'html' }, 'notTheService'],
    ['garbage', { kind: 'garbage' }, 'notTheService'],
    ['half an answer', { kind: 'truncated' }, 'badAnswer'],
    ['switched off', { kind: 'policyBlocked' }, 'ewsBlocked'],
    ['no right to impersonate', { kind: 'impersonationDenied' }, 'impersonationDenied'],
    ['a fault', { kind: 'soapFault', code: 'ErrorMailboxStoreUnavailable' }, 'mailboxUnavailable'],
    ['an old sync state', { kind: 'invalidSyncState' }, 'cursorInvalid'],
    ['a lost answer', { kind: 'lostReply' }, 'unreachable'],
  ])('%s', async (_, fault, reason) => {
    const { emulator, mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const { cursor } = await mailbox.changes(folderId, null);
    emulator.faults.inject(fault);
    await expect(mailbox.changes(folderId, cursor)).rejects.toMatchObject({ failure: { reason } });
    // It is over: the same question has its answer.
    expect(await mailbox.changes(folderId, cursor)).toMatchObject({ changes: [], more: false });
  });

  test('a create whose answer was lost is found by its stamp', async () => {
    const { emulator, mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const event = {
      ...NEUTRAL_EVENT,
      time: { kind: 'allDay', start: '2026-12-01', end: '2026-12-02' },
    } as const;
    emulator.faults.inject({ kind: 'lostReply' });
    const create = mailbox.create(folderId, [{ stamp: 's-1', uid: 'u-1', event, invitations: 'none' }]);
    await expect(create).rejects.toMatchObject({ failure: { reason: 'unreachable' } });
    const [found] = await mailbox.findByStamp(folderId, ['s-1']);
    expect((await readOne(mailbox, found?.id ?? '')).event).toEqual(event);
  });

  test('a batch that the server stopped is read to its end', async () => {
    const { emulator, mailbox, person } = await open();
    const ids = ['a', 'b', 'c'].map((title) => person.createAppointment(title));
    emulator.faults.inject({ kind: 'batchStopped', after: 1, operation: 'GetItem' });
    expect(await mailbox.read(ids)).toMatchObject([
      { kind: 'item' },
      { kind: 'failed', failure: { reason: 'mailboxUnavailable' } },
      { kind: 'item' },
    ]);
  });

  test('one item that the server cannot give does not hide the others', async () => {
    const { emulator, mailbox, person } = await open();
    const [bad, good] = [person.createAppointment('bad'), person.createAppointment('good')];
    emulator.faults.inject({ kind: 'internalErrorOn', itemId: bad, times: 10 });
    expect(await mailbox.read([bad, good])).toMatchObject([{ kind: 'failed', id: bad }, { kind: 'item' }]);
  });
});

describe('a series that is read', () => {
  const DATE = '2026-12-02';
  const series = (title: string): CalendarEvent => ({
    ...NEUTRAL_EVENT,
    title,
    time: {
      kind: 'timed',
      start: '2026-12-01T09:00:00Z',
      end: '2026-12-01T10:00:00Z',
      zone: 'Europe/Rome',
    },
    recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'noEnd' } },
  });

  /** Two series, each with a changed occurrence. */
  async function openWithTwo() {
    const world = await open();
    const folderId = await defaultFolder(world.mailbox);
    const ids: string[] = [];
    for (const title of ['One', 'Two']) ids.push(await createOne(world.mailbox, folderId, series(title)));
    for (const id of ids) world.person.changeOccurrence(id, DATE, { title: 'Changed' });
    return { ...world, ids };
  }

  test.each<[string, (person: MailboxPerson, id: string) => void]>([
    ['changes elsewhere', (person, id) => person.retitle(id, 'Retitled')],
    ['loses the occurrence', (person, id) => person.deleteOccurrence(id, DATE)],
    ['is deleted', (person, id) => person.delete(id)],
  ])('and %s before its occurrences are is read again later, the others now', async (_, act) => {
    const { mailbox, person, ids, beforeRequest } = await openWithTwo();
    const [one = '', two = ''] = ids;
    beforeRequest(1, () => act(person, one));
    expect(await mailbox.read([one, two])).toMatchObject([
      { kind: 'failed', id: one, version: expect.any(String), failure: { reason: 'changedMeanwhile' } },
      { kind: 'item', item: { id: two, event: { exceptions: { [DATE]: { title: 'Changed' } } } } },
    ]);
  });

  test('has all its occurrences, although the server stopped before them', async () => {
    const { emulator, mailbox, ids, beforeRequest } = await openWithTwo();
    beforeRequest(1, () => emulator.faults.inject({ kind: 'batchStopped', operation: 'GetItem' }));
    const [first, second] = await mailbox.read(ids);
    expect(first).toMatchObject({ kind: 'failed', failure: { reason: 'mailboxUnavailable' } });
    expect(second).toMatchObject({ kind: 'item', item: { event: { title: 'Two' } } });
  });

  test('costs one request more, however many they are', async () => {
    const { emulator, mailbox, ids } = await openWithTwo();
    emulator.resetRequests();
    await mailbox.read(ids);
    expect(emulator.requests.get('GetItem')).toBe(2);
  });

  test('ends early if it shall, but not before one series is whole', async () => {
    const { emulator, mailbox, person, ids } = await openWithTwo();
    const dates = Array.from({ length: 60 }, (_, n) =>
      Temporal.PlainDate.from(DATE).add({ days: n }).toString(),
    );
    for (const id of ids) for (const date of dates) person.changeOccurrence(id, date, { title: 'Changed' });
    emulator.resetRequests();
    const single = person.createAppointment('Single');
    expect(await mailbox.read([...ids, single], () => false)).toMatchObject([
      { kind: 'item', item: { id: ids[0] } },
      { kind: 'unread', id: ids[1] },
      { kind: 'item', item: { id: single } },
    ]);
    expect(emulator.requests.get('GetItem')).toBe(3);
  });

  test('has the version of its deletion, whatever the server answers to it', async () => {
    const { emulator, mailbox, ids } = await openWithTwo();
    const items = await Promise.all(ids.map((id) => readOne(mailbox, id)));
    emulator.resetRequests();
    const outcomes = await mailbox.writeOccurrences(
      items.map(({ id, version, event }) => ({
        id,
        version,
        series: event,
        date: DATE,
        change: 'deleted',
        invitations: 'none',
      })),
    );
    expect([...emulator.requests]).toEqual([
      ['DeleteItem', 1],
      ['GetItem', 1],
    ]);
    for (const [index, id] of ids.entries()) {
      expect(outcomes[index]).toEqual({ kind: 'written', id, version: (await readOne(mailbox, id)).version });
    }
  });
});

describe('a text that is richer than ours', () => {
  const HTML =
    '<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n' +
    '<body>\r\n<p>Agenda &amp; <b>money</b>&nbsp;</p>\r\n<!-- kept --></body>\r\n</html>\r\n';
  const TEAMS = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d';
  const start = Date.UTC(2026, 11, 1, 9);
  const given = { subject: 'Board', start, end: start + 3_600_000 };
  const RULE = {
    pattern: { kind: 'daily', interval: 1 },
    range: { kind: 'numbered', startDay: Date.parse('2026-12-01') / 86_400_000, count: 5 },
  } as const;

  test('stays byte for byte when the rest of the item or of an occurrence is written', async () => {
    const { emulator, mailbox } = await open();
    const { calendar } = emulator.mailbox(ANNA);
    const body = { type: 'HTML', text: HTML } as const;
    const { id } = emulator.userActs.createItem(calendar, { ...given, body, recurrence: RULE });
    const before = await readOne(mailbox, id);
    const target = { ...before.event, title: 'Retitled', location: 'Room 2', showAs: 'free' } as const;
    const version = versionOf(await updateOne(mailbox, before, target, ['title', 'location', 'showAs']));
    const series = { ...before.event, title: 'Retitled' };
    const content = { ...regularOf(series, '2026-12-02'), title: 'Other', reminderMinutes: 5 };
    const change = { content, fields: ['title', 'reminderMinutes'] } as const;
    const write = { id, version, series, date: '2026-12-02', change, invitations: 'none' } as const;
    expect(await mailbox.writeOccurrences([write])).toMatchObject([{ kind: 'written' }]);
    const [stored] = emulator.items(ANNA);
    expect(stored?.content).toMatchObject({ subject: 'Retitled', body });
    expect(emulator.userActs.occurrence(id, Date.parse('2026-12-02') / 86_400_000).content).toMatchObject({
      subject: 'Other',
      body,
    });
  });

  test.each<[string, ServerVersion, Partial<ItemContent>]>([
    ['a server that tells the link', 'Exchange2016', { onlineMeetingUrl: TEAMS }],
    ['a server that tells that it is one', 'Exchange2007_SP1', { onlineMeetingUrl: TEAMS }],
    ['a link in the text', 'Exchange2010_SP2', { body: { type: 'Text', text: `Join: <${TEAMS}>` } }],
  ])('of an online meeting, known by %s, is never written', async (_, version, marks) => {
    const { emulator, mailbox } = await open(version);
    const body = { type: 'HTML', text: HTML } as const;
    const { calendar } = emulator.mailbox(ANNA);
    const { id } = emulator.userActs.createItem(calendar, { ...given, body, ...marks, recurrence: RULE });
    const item = await readOne(mailbox, id);
    expect(item.event.onlineMeeting).toBe(true);
    const target = { ...item.event, title: 'Retitled', description: 'Without a link' };
    const onlyText = await updateOne(mailbox, item, target, ['description']);
    expect(onlyText).toEqual({ kind: 'written', id, version: item.version });
    const written = await updateOne(mailbox, item, target, ['title', 'description']);
    const change = {
      content: { ...regularOf(item.event, '2026-12-02'), description: 'Without a link' },
      fields: ['description'],
    } as const;
    await mailbox.writeOccurrences([
      {
        id,
        version: versionOf(written),
        series: item.event,
        date: '2026-12-02',
        change,
        invitations: 'none',
      },
    ]);
    const [stored] = emulator.items(ANNA);
    expect(stored?.content).toMatchObject({ subject: 'Retitled', body, ...marks });
    expect(stored?.series?.exceptions.size).toBe(0);
  });

  test('of an ordinary event is no online meeting', async () => {
    const { emulator, mailbox } = await open();
    const { calendar } = emulator.mailbox(ANNA);
    const { id } = emulator.userActs.createItem(calendar, { ...given, body: { type: 'HTML', text: HTML } });
    expect((await readOne(mailbox, id)).event.onlineMeeting).toBe(false);
  });

  test('of one occurrence that is an online meeting is not written either', async () => {
    const { emulator, mailbox } = await open();
    const { calendar } = emulator.mailbox(ANNA);
    const acts = emulator.userActs;
    const { id } = acts.createItem(calendar, { ...given, recurrence: RULE });
    const day = Date.parse('2026-12-02') / 86_400_000;
    const body = { type: 'Text', text: `Join: <${TEAMS}>` } as const;
    acts.changeItem(acts.occurrence(id, day).id, { body });
    const { version, event } = await readOne(mailbox, id);
    expect(event.onlineMeeting).toBe(true);
    const change = {
      content: { ...regularOf(event, '2026-12-02'), description: 'Without a link', title: 'Other' },
      fields: ['title', 'description'],
    } as const;
    // Whoever plans the write may not have been told that it is one.
    const series = { ...event, onlineMeeting: false };
    await mailbox.writeOccurrences([
      { id, version, series, date: '2026-12-02', change, invitations: 'none' },
    ]);
    expect(acts.occurrence(id, day).content).toMatchObject({ subject: 'Other', body });
  });
});

describe('attendees that an event cannot tell', () => {
  const start = Date.UTC(2026, 11, 1, 9);
  const bob = { name: 'Bob', address: 'bob@example.org', role: 'required', response: 'Accept' } as const;
  const withoutBob = { added: [], removed: [bob.address] };

  async function invited(extra: { name: string; address: string; role: 'required' | 'optional' }) {
    const world = await open();
    const attendees = [bob, { ...extra, response: 'NoResponseReceived' as const }];
    const given = { subject: 'Meeting', start, end: start + 3_600_000, attendees };
    const { id } = world.emulator.userActs.createItem(world.emulator.mailbox(ANNA).calendar, given);
    const { version, event } = await readOne(world.mailbox, id);
    const update = {
      id,
      version,
      event,
      fields: ['attendees'],
      wasSeries: false,
      invitations: 'all',
    } as const;
    const stored = () => world.emulator.items(ANNA).flatMap(({ content }) => content.attendees);
    return { ...world, update, stored };
  }

  test('without an address stay when somebody is added or another list loses somebody', async () => {
    const { mailbox, update, stored } = await invited({ name: 'Uncle', address: '', role: 'optional' });
    const ada = { name: 'Ada', address: 'ada@example.org', role: 'optional', response: 'none' } as const;
    await mailbox.update([{ ...update, attendees: { ...withoutBob, added: [ada] } }]);
    expect(stored().map(({ name }) => name)).toEqual(['Uncle', 'Ada']);
  });

  test('without an address are not lost: whoever shares their list is not taken out', async () => {
    const { mailbox, update, stored } = await invited({ name: 'Uncle', address: '', role: 'required' });
    expect(await mailbox.update([{ ...update, attendees: withoutBob }])).toMatchObject([
      { kind: 'failed', failure: { reason: 'itemRefused' } },
    ]);
    expect(stored()).toHaveLength(2);
  });
});

describe('what a person in Outlook sees', () => {
  test('an all-day event bounded by midnights of the mailbox', async () => {
    const { emulator, mailbox } = await open();
    const time = { kind: 'allDay', start: '2026-07-01', end: '2026-07-02' } as const;
    await createOne(mailbox, await defaultFolder(mailbox), { ...NEUTRAL_EVENT, time });
    const [stored] = emulator.items(ANNA);
    expect(stored?.content).toMatchObject({
      allDay: true,
      start: Date.UTC(2026, 5, 30, 22),
      end: Date.UTC(2026, 6, 1, 22),
    });
  });

  test('what they made, read as they made it', async () => {
    const { emulator, mailbox } = await open();
    const { calendar } = emulator.mailbox(ANNA);
    const start = Date.UTC(2026, 11, 1, 9);
    const { id } = emulator.userActs.createItem(calendar, {
      subject: 'Lunch & more',
      body: { type: 'HTML', text: '<html><body><p>One &amp; two</p></body></html>' },
      start,
      end: start + 3_600_000,
      showAs: 'NoData',
    });
    const { event } = await readOne(mailbox, id);
    expect(event).toMatchObject({
      title: 'Lunch & more',
      description: expect.stringContaining('One & two'),
      time: { start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z', zone: 'Europe/Berlin' },
      showAs: 'busy',
      organizer: null,
    });
  });
});
