/**
 * The booking attendant of the Exchange emulator, driven by the raw client: what organisers learn of a room, and what
 * is left in its calendar. Every message is validated against Microsoft's schema where that is at hand.
 */
import { expect, test } from 'vitest';
import type { CalendarProcessing } from '#test/emulators/exchange/calendar-processing.ts';
import type { ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { loadEwsSchema } from '#test/emulators/schema.ts';
import type { NewRawEvent, RawItem, RawItemId, RawRecurrence } from '#test/raw/exchange-client.ts';
import { RawExchangeClient } from '#test/raw/exchange-client.ts';

const schema = await loadEwsSchema();
const ZONE = 'W. Europe Standard Time';
const ROOM = 'room@example.org';
const MAIL = 'SendToAllAndSaveCopy';

const talk: NewRawEvent = {
  subject: 'Talk',
  body: 'secret',
  sensitivity: 'Private',
  start: '2026-11-23T12:00:00',
  end: '2026-11-23T13:00:00',
  zone: ZONE,
  requiredAttendees: [ROOM],
};

const onMondays: RawRecurrence = {
  kind: 'weekly',
  interval: 1,
  days: ['Monday'],
  firstDay: 'Monday',
  startDate: '2026-11-23',
  count: 5,
};

interface Building {
  readonly emulator: ExchangeEmulator;
  readonly anna: RawExchangeClient;
  readonly bruno: RawExchangeClient;
  readonly room: RawExchangeClient;
}

function building(processing: Partial<CalendarProcessing> = {}): Building {
  let ids = 0;
  const emulator = createExchangeEmulator({
    clock: { now: () => Date.UTC(2026, 10, 22, 10) },
    ids: { uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}` },
    ...(schema === null ? {} : { validate: (xml: string) => schema.validate(xml) }),
  });
  for (const name of ['anna', 'bruno']) {
    emulator.addMailbox({ address: `${name}@example.org`, displayName: name, zone: ZONE });
    emulator.addAccount({ user: name, password: 'pw', mailbox: `${name}@example.org` });
  }
  emulator.addMailbox({ address: ROOM, displayName: 'Room', zone: ZONE, isRoom: true, processing });
  emulator.addAccount({ user: 'room', password: 'pw', mailbox: ROOM });
  const client = (user: string): RawExchangeClient =>
    new RawExchangeClient({
      fetch: (request) => emulator.fetch(request),
      url: 'https://mail.example.org/EWS/Exchange.asmx',
      user,
      password: 'pw',
    });
  return { emulator, anna: client('anna'), bruno: client('bruno'), room: client('room') };
}

/** What the room said to the organiser's meeting. */
async function saidTo(client: RawExchangeClient, { id }: RawItemId): Promise<string | undefined> {
  return (await client.get(id)).responses[ROOM];
}

function shown(client: RawExchangeClient): Promise<readonly RawItem[]> {
  return client.listEvents('calendar', '2026-11-01T00:00:00Z', '2027-01-31T00:00:00Z');
}

test('a free room accepts, and keeps the organiser’s name in place of subject, text and privacy', async () => {
  const { anna, room, emulator } = building();
  const meeting = await anna.create(talk, 'calendar', MAIL);
  expect(await saidTo(anna, meeting)).toBe('Accept');
  const [copy] = await room.listItems();
  expect(copy).toMatchObject({
    subject: 'anna',
    body: '',
    sensitivity: 'Normal',
    showAs: 'Busy',
    myResponse: 'Accept',
  });
  expect(emulator.outbox.map(({ kind, from, to }) => ({ kind, from, to }))).toEqual([
    { kind: 'request', from: 'anna@example.org', to: [ROOM] },
    { kind: 'response', from: ROOM, to: ['anna@example.org'] },
  ]);
});

test('each of these can be switched off', async () => {
  const { anna, room } = building({
    addOrganizerToSubject: false,
    deleteSubject: false,
    deleteComments: false,
    removePrivateProperty: false,
  });
  await anna.create(talk, 'calendar', MAIL);
  expect((await room.listItems())[0]).toMatchObject({
    subject: 'Talk',
    body: 'secret',
    sensitivity: 'Private',
  });
});

test('a taken room declines, says why and whose it is, and puts the request away', async () => {
  const { anna, bruno, room, emulator } = building();
  await anna.create(talk, 'calendar', MAIL);
  const late = { ...talk, start: '2026-11-23T12:30:00', end: '2026-11-23T13:30:00' };
  const meeting = await bruno.create(late, 'calendar', MAIL);
  expect(await saidTo(bruno, meeting)).toBe('Decline');
  expect(await room.listItems()).toHaveLength(1);
  expect(await room.listItems('deleteditems')).toHaveLength(1);
  const refusal = emulator.outbox.at(-1);
  expect(refusal).toMatchObject({ kind: 'response', from: ROOM, subject: 'Declined: bruno' });
  expect(refusal?.text).toMatch(/conflicts.*anna: 2026-11-23T12:00/s);
});

test('the response tells no more than it is allowed to', async () => {
  const { anna, bruno, emulator } = building({ organizerInfo: false });
  await anna.create(talk, 'calendar', MAIL);
  await bruno.create(talk, 'calendar', MAIL);
  expect(emulator.outbox.at(-1)?.text).not.toContain('anna');
  emulator.setCalendarProcessing(ROOM, { enableResponseDetails: false });
  await bruno.create(talk, 'calendar', MAIL);
  expect(emulator.outbox.at(-1)).toMatchObject({ kind: 'response', text: '' });
});

test('one meeting begins when the other ends: both have the room', async () => {
  const { anna, bruno } = building();
  await anna.create(talk, 'calendar', MAIL);
  const next = { ...talk, start: '2026-11-23T13:00:00', end: '2026-11-23T14:00:00' };
  expect(await saidTo(bruno, await bruno.create(next, 'calendar', MAIL))).toBe('Accept');
});

test('what is cancelled, or only shown as free, is in nobody’s way', async () => {
  const { anna, bruno, room } = building();
  const first = await anna.create(talk, 'calendar', MAIL);
  await room.create({ subject: 'Cleaning', start: talk.start, end: talk.end, zone: ZONE, showAs: 'Free' });
  await anna.delete(first, 'MoveToDeletedItems', MAIL);
  expect(await saidTo(bruno, await bruno.create(talk, 'calendar', MAIL))).toBe('Accept');
  expect((await shown(room)).map(({ isCancelled, showAs }) => ({ isCancelled, showAs }))).toEqual(
    expect.arrayContaining([
      { isCancelled: true, showAs: 'Free' },
      { isCancelled: false, showAs: 'Free' },
      { isCancelled: false, showAs: 'Busy' },
    ]),
  );
});

test('cancelled meetings stay in the calendar, unless the room removes them', async () => {
  const { anna, room, emulator } = building();
  const meeting = await anna.create(talk, 'calendar', MAIL);
  await anna.delete(meeting, 'MoveToDeletedItems', MAIL);
  expect((await room.listItems()).map(({ isCancelled }) => isCancelled)).toEqual([true]);
  emulator.setCalendarProcessing(ROOM, { removeCanceledMeetings: true });
  await anna.delete(await anna.create(talk, 'calendar', MAIL), 'MoveToDeletedItems', MAIL);
  expect(await room.listItems()).toHaveLength(1);
});

test('what somebody wrote into the room’s own calendar is in the way as well', async () => {
  const { anna, room } = building();
  await room.create({ subject: 'Painters', start: talk.start, end: talk.end, zone: ZONE });
  expect(await saidTo(anna, await anna.create(talk, 'calendar', MAIL))).toBe('Decline');
});

test('a meeting that is moved is decided about anew, and its own old time is no conflict', async () => {
  const { anna, bruno, room } = building();
  const meeting = await anna.create(talk, 'calendar', MAIL);
  await bruno.create({ ...talk, start: '2026-11-23T15:00:00', end: '2026-11-23T16:00:00' }, 'calendar', MAIL);
  const half = { start: '2026-11-23T12:30:00', end: '2026-11-23T13:30:00', zone: ZONE };
  const moved = await anna.update(meeting, half, MAIL);
  expect(await saidTo(anna, moved)).toBe('Accept');
  const taken = { start: '2026-11-23T15:30:00', end: '2026-11-23T16:30:00', zone: ZONE };
  const again = await anna.update(moved, taken, MAIL);
  expect(await saidTo(anna, again)).toBe('Decline');
  expect((await room.listItems()).map(({ subject }) => subject)).toEqual(['bruno']);
  expect(await saidTo(anna, await anna.update(again, half, MAIL))).toBe('Accept');
});

test('a meeting that is renamed keeps the room, and says no more there than before', async () => {
  const { anna, room, emulator } = building();
  const meeting = await anna.create(talk, 'calendar', MAIL);
  await anna.update(meeting, { subject: 'Secret talk' }, MAIL);
  expect((await room.listItems())[0]).toMatchObject({ subject: 'anna', myResponse: 'Accept' });
  expect(emulator.outbox.map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
});

test('a series with one conflict is declined as a whole', async () => {
  const { anna, bruno, room } = building();
  await anna.create({ ...talk, start: '2026-12-07T12:00:00', end: '2026-12-07T13:00:00' }, 'calendar', MAIL);
  const series = await bruno.create({ ...talk, recurrence: onMondays }, 'calendar', MAIL);
  expect(await saidTo(bruno, series)).toBe('Decline');
  expect(await shown(room)).toHaveLength(1);
});

test('within the conflicts that a room allows, only the occurrences in conflict are declined', async () => {
  const { anna, bruno, room, emulator } = building({
    conflictPercentageAllowed: 50,
    maximumConflictInstances: 2,
  });
  await anna.create({ ...talk, start: '2026-12-07T12:00:00', end: '2026-12-07T13:00:00' }, 'calendar', MAIL);
  const series = await bruno.create({ ...talk, recurrence: onMondays }, 'calendar', MAIL);
  expect(await saidTo(bruno, series)).toBe('Accept');
  expect((await bruno.getOccurrence(series.id, 3)).responses[ROOM]).toBe('Decline');
  expect((await shown(room)).map(({ start, subject }) => `${start.slice(0, 10)} ${subject}`)).toEqual([
    '2026-11-23 bruno',
    '2026-11-30 bruno',
    '2026-12-07 anna',
    '2026-12-14 bruno',
    '2026-12-21 bruno',
  ]);
  expect(emulator.outbox.map(({ kind }) => kind)).toEqual([
    'request',
    'response',
    'request',
    'response',
    'response',
  ]);
});

test('an occurrence that is moved to a taken time is declined by itself', async () => {
  const { anna, bruno, room } = building();
  const series = await bruno.create({ ...talk, recurrence: onMondays }, 'calendar', MAIL);
  await anna.create({ ...talk, start: '2026-11-24T12:00:00', end: '2026-11-24T13:00:00' }, 'calendar', MAIL);
  const first = { seriesId: series.id, changeKey: series.changeKey, index: 1 };
  await bruno.update(first, { start: '2026-11-24T12:00:00', end: '2026-11-24T13:00:00', zone: ZONE }, MAIL);
  expect((await bruno.getOccurrence(series.id, 1)).responses[ROOM]).toBe('Decline');
  expect((await bruno.getOccurrence(series.id, 2)).responses[ROOM]).toBe('Accept');
  expect((await shown(room)).map(({ subject }) => subject)).toEqual([
    'anna',
    'bruno',
    'bruno',
    'bruno',
    'bruno',
  ]);
});

test.each([
  ['farther ahead than its window', { start: '2027-05-22T12:00:00', end: '2027-05-22T13:00:00' }, '180 days'],
  ['longer than a day', { end: '2026-11-24T12:01:00' }, '1440 minutes'],
  ['without end', { recurrence: { ...onMondays, count: undefined } }, '180 days'],
])('a room declines what is %s', async (_, change, text) => {
  const { anna, emulator } = building();
  const meeting = await anna.create({ ...talk, ...change } as NewRawEvent, 'calendar', MAIL);
  expect(await saidTo(anna, meeting)).toBe('Decline');
  expect(emulator.outbox.at(-1)?.text).toContain(text);
});

test('the last day of the window can be booked, and a wider one set', async () => {
  const { anna, emulator } = building();
  const last = { ...talk, start: '2027-05-21T12:00:00', end: '2027-05-21T13:00:00' };
  expect(await saidTo(anna, await anna.create(last, 'calendar', MAIL))).toBe('Accept');
  emulator.setCalendarProcessing(ROOM, { bookingWindowInDays: 400, maximumDurationInMinutes: 0 });
  const later = { ...talk, start: '2027-11-21T12:00:00', end: '2027-11-23T13:00:00' };
  expect(await saidTo(anna, await anna.create(later, 'calendar', MAIL))).toBe('Accept');
});

test('with AllowConflicts everybody has the room', async () => {
  const { anna, bruno, room } = building({ allowConflicts: true });
  await anna.create(talk, 'calendar', MAIL);
  expect(await saidTo(bruno, await bruno.create(talk, 'calendar', MAIL))).toBe('Accept');
  expect(await room.listItems()).toHaveLength(2);
});

test('a request from outside is refused, unless the room processes such', async () => {
  const { room, emulator } = building();
  const mailbox = emulator.mailbox(ROOM);
  const organizer = { name: 'Olga', address: 'olga@elsewhere.example' };
  const request = {
    subject: 'Visit',
    start: Date.UTC(2026, 10, 23, 8),
    end: Date.UTC(2026, 10, 23, 9),
    organizer,
  };
  emulator.userActs.receiveFromOutside(mailbox, request);
  expect(await room.listItems()).toEqual([]);
  expect(emulator.outbox.at(-1)).toMatchObject({ kind: 'response', to: ['olga@elsewhere.example'] });
  emulator.setCalendarProcessing(ROOM, { processExternalMeetingMessages: true });
  emulator.userActs.receiveFromOutside(mailbox, request);
  expect((await room.listItems())[0]).toMatchObject({ subject: 'Olga', myResponse: 'Accept' });
});

test('AutoUpdate: requests stand tentatively as they came, until somebody answers for the room', async () => {
  const { anna, room, emulator } = building({ automateProcessing: 'AutoUpdate' });
  const meeting = await anna.create({ ...talk, sensitivity: 'Normal' }, 'calendar', MAIL);
  const [copy] = await room.listItems();
  expect(copy).toMatchObject({
    subject: 'Talk',
    body: 'secret',
    showAs: 'Tentative',
    myResponse: 'NoResponseReceived',
  });
  expect(emulator.outbox).toHaveLength(1);
  if (copy !== undefined) await room.respond(copy, 'AcceptItem');
  expect(await saidTo(anna, meeting)).toBe('Accept');
});

test('None: a request does not reach the calendar', async () => {
  const { anna, room, emulator } = building({ automateProcessing: 'None' });
  await anna.create(talk, 'calendar', MAIL);
  expect(await room.listItems()).toEqual([]);
  expect(emulator.outbox.map(({ kind }) => kind)).toEqual(['request']);
});

test('a calendar view of the room has each occurrence, and tells what is free and what is cancelled', async () => {
  const { anna, bruno, room } = building();
  const series = await anna.create({ ...talk, recurrence: onMondays }, 'calendar', MAIL);
  await anna.delete({ seriesId: series.id, changeKey: series.changeKey, index: 2 }, 'HardDelete', MAIL);
  const single = await bruno.create(
    { ...talk, start: '2026-11-24T12:00:00', end: '2026-11-24T13:00:00' },
    'calendar',
    MAIL,
  );
  await bruno.delete(single, 'MoveToDeletedItems', MAIL);
  const view = await shown(room);
  expect(view.map(({ type, isCancelled, showAs }) => `${type} ${isCancelled} ${showAs}`)).toEqual([
    'Occurrence false Busy',
    'Single true Free',
    'Exception true Free',
    'Occurrence false Busy',
    'Occurrence false Busy',
    'Occurrence false Busy',
  ]);
});

test('a view that has more than it is asked for says so', async () => {
  const { room } = building();
  for (const hour of ['08', '09', '10']) {
    await room.create({
      subject: hour,
      start: `2026-11-23T${hour}:00:00`,
      end: `2026-11-23T${hour}:30:00`,
      zone: ZONE,
    });
  }
  const [answer] = await room.call(
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:CalendarView MaxEntriesReturned="2" StartDate="2026-11-23T00:00:00Z" EndDate="2026-11-24T00:00:00Z"/><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
  );
  expect(JSON.stringify(answer)).toContain('"IncludesLastItemInRange":"false"');
});
