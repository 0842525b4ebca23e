/**
 * The Exchange emulator, driven by the raw client. Every message in both directions is validated against
 * Microsoft's schema where that is at hand.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import { createExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { ExchangeSwitches, ServerVersion } from '#test/emulators/exchange/switches.ts';
import { loadEwsSchema, SCHEMA_MISSING } from '#test/emulators/schema.ts';
import type { NewRawEvent, RawExchangeOptions, RawItem, RawRecurrence } from '#test/raw/exchange-client.ts';
import { RawExchangeClient } from '#test/raw/exchange-client.ts';

const schema = await loadEwsSchema();
const NOW = Date.UTC(2026, 10, 22, 10);
const ROME = 'W. Europe Standard Time';
const STAMP_SET = '6f1d2c3e-1111-4222-8333-444455556666';

interface Server {
  readonly emulator: ExchangeEmulator;
  client(options?: Partial<RawExchangeOptions>): RawExchangeClient;
}

function startServer(
  switches: Partial<ExchangeSwitches> = {},
  version: ServerVersion = 'Exchange2016',
): Server {
  let ids = 0;
  let now = NOW;
  const emulator = createExchangeEmulator({
    // Each look at the clock is a second later, so that times of modification differ.
    clock: { now: () => (now += 1000) },
    ids: { uuid: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}` },
    version,
    switches,
    ...(schema === null ? {} : { validate: (xml: string) => schema.validate(xml) }),
  });
  for (const name of ['anna', 'bruno', 'carla']) {
    emulator.addMailbox({ address: `${name}@example.org`, displayName: name, zone: 'Europe/Rome' });
    emulator.addAccount({ user: name, password: `${name}-pässword`, mailbox: `${name}@example.org` });
  }
  emulator.addAccount({ user: 'service', password: 'secret', mayImpersonate: true });
  const client = (options: Partial<RawExchangeOptions> = {}): RawExchangeClient =>
    new RawExchangeClient({
      fetch: (request) => emulator.fetch(request),
      url: 'https://mail.example.org/EWS/Exchange.asmx',
      user: 'anna',
      password: 'anna-pässword',
      ...options,
    });
  return { emulator, client };
}

const lunch: NewRawEvent = {
  subject: 'Lunch',
  start: '2026-11-23T12:00:00',
  end: '2026-11-23T13:00:00',
  zone: ROME,
};

function weekly(changes: Partial<NewRawEvent> = {}): NewRawEvent {
  const recurrence: RawRecurrence = {
    kind: 'weekly',
    interval: 1,
    days: ['Monday'],
    firstDay: 'Monday',
    startDate: '2026-11-23',
    count: 5,
  };
  return { ...lunch, subject: 'Team', recurrence, ...changes };
}

const starts = (items: readonly RawItem[]): string[] => items.map(({ start }) => start);

describe('schema', () => {
  if (schema === null) test.skip(`messages are not validated: ${SCHEMA_MISSING}`);

  test.skipIf(schema === null)('an invalid request is refused before anything is done', async () => {
    const { emulator, client } = startServer();
    const bad = client().call('<m:CreateItem><m:Nonsense/></m:CreateItem>');
    await expect(bad).rejects.toMatchObject({ code: 'ErrorSchemaValidation' });
    expect(emulator.items('anna@example.org')).toEqual([]);
  });
});

describe('access', () => {
  let server: Server;
  beforeEach(() => {
    server = startServer();
  });

  test('a wrong password is 401', async () => {
    const response = await server.client({ password: 'wrong' }).send('<m:GetFolder/>');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Basic');
  });

  test('a service account reads the mailbox that it impersonates', async () => {
    await server.client({ user: 'bruno', password: 'bruno-pässword' }).create(lunch);
    const service = { user: 'service', password: 'secret' };
    const brunos = await server.client({ ...service, impersonate: 'BRUNO@example.org' }).listItems();
    expect(brunos.map(({ subject }) => subject)).toEqual(['Lunch']);
    expect(await server.client({ ...service, impersonate: 'anna@example.org' }).listItems()).toEqual([]);
  });

  test('impersonation needs the right, and the mailbox must exist', async () => {
    const denied = server.client({ impersonate: 'bruno@example.org' }).listItems();
    await expect(denied).rejects.toMatchObject({ code: 'ErrorImpersonateUserDenied' });
    const nobody = { user: 'service', password: 'secret', impersonate: 'nobody@example.org' };
    await expect(server.client(nobody).listItems()).rejects.toMatchObject({
      code: 'ErrorNonExistentMailbox',
    });
  });

  test('an item of another mailbox cannot be read', async () => {
    const { id } = await server.client().create(lunch);
    const other = server.client({ user: 'bruno', password: 'bruno-pässword' });
    await expect(other.get(id)).rejects.toMatchObject({ code: 'ErrorAccessDenied' });
  });

  test('a version newer than the server is refused', async () => {
    const old = startServer({}, 'Exchange2010_SP2').client({ version: 'Exchange2013' });
    await expect(old.listItems()).rejects.toMatchObject({ code: 'ErrorInvalidServerVersion' });
  });
});

describe('folders', () => {
  test('calendars are listed with their rights, the default one first', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side & more');
    side.canWrite = false;
    const calendars = await client().listCalendars();
    expect(calendars.map(({ name, isDefault, canWrite }) => ({ name, isDefault, canWrite }))).toEqual([
      { name: 'Calendar', isDefault: true, canWrite: true },
      { name: 'Side & more', isDefault: false, canWrite: false },
    ]);
    await expect(client().create(lunch, side.id)).rejects.toMatchObject({ code: 'ErrorAccessDenied' });
  });

  test.each(['ErrorSyncFolderNotFound', 'ErrorFolderNotFound'] as const)(
    'a deleted calendar answers %s to SyncFolderItems',
    async (code) => {
      const { emulator, client } = startServer({ syncOfDeletedFolder: code });
      const side = emulator.addCalendar('anna@example.org', 'Side');
      const { state } = await client().sync(side.id);
      emulator.store.deleteFolder(side);
      await expect(client().sync(side.id, state)).rejects.toMatchObject({ code });
    },
  );
});

describe('text', () => {
  test.each([
    'plain',
    '  blanks at both ends  ',
    'a < b && c > d ]]> "quoted" \'single\'',
    'line one\nline two\n\n',
    'carriage\r\nreturn',
    'emoji 😀 and 漢字 and é',
    '&amp; &#65; &lt;already escaped&gt;',
    '<b>not html</b>',
  ])('a text body survives: %j', async (body) => {
    const { client } = startServer();
    const { id } = await client().create({ ...lunch, body });
    expect((await client().get(id)).body).toBe(body);
  });

  test('an HTML body is read as text with its lines', async () => {
    const { client } = startServer();
    const body = '<p>One &amp; two</p><p>three<br>four</p>';
    const { id } = await client().create({ ...lunch, body, bodyType: 'HTML' });
    expect((await client().get(id)).body).toBe('One & two\nthree\nfour');
  });

  test.each([
    [true, 'two lines'],
    [false, '  two\nlines '],
  ])(
    'a subject is one trimmed line if the server normalises it (%s)',
    async (normalisesSingleLines, subject) => {
      const { client } = startServer({ normalisesSingleLines });
      const { id } = await client().create({ ...lunch, subject: '  two\nlines ' });
      expect((await client().get(id)).subject).toBe(subject);
    },
  );

  test.each(['&#x1;', '&#0;', '\u0008', '&nbsp;', '<open>'])(
    'XML that is none is refused: %j',
    async (bad) => {
      const { client } = startServer();
      const request = client().call(`<m:CreateItem>${bad}</m:CreateItem>`);
      await expect(request).rejects.toMatchObject({ code: 'ErrorInvalidRequest' });
    },
  );
});

describe('times', () => {
  const single = { subject: 'T', start: '2026-07-01T09:00:00', end: '2026-07-01T10:00:00' };

  test('since 2010 a floating time is meant in the item zone, else in the context, else in UTC', async () => {
    const { client } = startServer();
    const start = async (options: Partial<RawExchangeOptions>, event: NewRawEvent): Promise<string> => {
      const { id } = await client(options).create(event);
      return (await client().get(id)).start;
    };
    const context = { timeZoneContext: 'Eastern Standard Time' };
    expect(await start(context, { ...single, zone: ROME })).toBe('2026-07-01T07:00:00Z');
    expect(await start(context, single)).toBe('2026-07-01T13:00:00Z');
    expect(await start({}, single)).toBe('2026-07-01T09:00:00Z');
    expect(await start(context, { ...single, start: '2026-07-01T09:00:00+02:00' })).toBe(
      '2026-07-01T07:00:00Z',
    );
  });

  test('in 2007 it is meant in MeetingTimeZone, else in UTC, and the context counts for nothing', async () => {
    const { client } = startServer({}, 'Exchange2007_SP1');
    const options = { version: 'Exchange2007_SP1', timeZoneContext: 'Eastern Standard Time' };
    const zoned = await client(options).create({ ...single, zone: ROME });
    const bare = await client(options).create(single);
    expect((await client(options).get(zoned.id)).start).toBe('2026-07-01T07:00:00Z');
    expect((await client(options).get(bare.id)).start).toBe('2026-07-01T09:00:00Z');
  });

  test('an all-day event is rounded to midnights of the zone in which it is made', async () => {
    const { client } = startServer();
    const event = { subject: 'D', start: '2026-10-25T08:00:00', end: '2026-10-25T17:00:00', zone: ROME };
    const { id } = await client().create({ ...event, allDay: true });
    const read = await client().get(id);
    // The day of the change from summer time has 25 hours.
    expect([read.start, read.end]).toEqual(['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z']);
  });

  test('an end before its start is refused', async () => {
    const { client } = startServer();
    const refused = client().create({ ...lunch, end: '2026-11-23T11:00:00' });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorCalendarEndDateIsEarlierThanStartDate' });
  });

  test('WorkingElsewhere is no value for a client of 2010', async () => {
    const { client } = startServer();
    const refused = client({ version: 'Exchange2010_SP2' }).create({ ...lunch, showAs: 'WorkingElsewhere' });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorSchemaValidation' });
    const { id } = await client().create({ ...lunch, showAs: 'WorkingElsewhere' });
    expect((await client().get(id)).showAs).toBe('WorkingElsewhere');
  });
});

describe('recurrence', () => {
  const at = (date: string): Pick<NewRawEvent, 'start' | 'end'> => ({
    start: `${date}T09:00:00`,
    end: `${date}T10:00:00`,
  });
  const cases: readonly [string, RawRecurrence, readonly string[]][] = [
    [
      'every third day across the change from summer time',
      { kind: 'daily', interval: 3, startDate: '2026-10-23', count: 3 },
      ['2026-10-23T07:00:00Z', '2026-10-26T08:00:00Z', '2026-10-29T08:00:00Z'],
    ],
    [
      'every second week, weeks beginning on Sunday',
      {
        kind: 'weekly',
        interval: 2,
        days: ['Sunday', 'Monday'],
        firstDay: 'Sunday',
        startDate: '2026-11-23',
        count: 3,
      },
      ['2026-11-23T08:00:00Z', '2026-12-06T08:00:00Z', '2026-12-07T08:00:00Z'],
    ],
    [
      'every second week, weeks beginning on Monday',
      {
        kind: 'weekly',
        interval: 2,
        days: ['Sunday', 'Monday'],
        firstDay: 'Monday',
        startDate: '2026-11-23',
        count: 3,
      },
      ['2026-11-23T08:00:00Z', '2026-11-29T08:00:00Z', '2026-12-07T08:00:00Z'],
    ],
    [
      'the 31st, which means the last day',
      { kind: 'absoluteMonthly', interval: 1, day: 31, startDate: '2027-01-01', count: 3 },
      ['2027-01-31T08:00:00Z', '2027-02-28T08:00:00Z', '2027-03-31T07:00:00Z'],
    ],
    [
      'the last weekday of each month',
      {
        kind: 'relativeMonthly',
        interval: 1,
        days: 'Weekday',
        index: 'Last',
        startDate: '2026-11-01',
        count: 2,
      },
      ['2026-11-30T08:00:00Z', '2026-12-31T08:00:00Z'],
    ],
    [
      'the second Tuesday, with an end date',
      {
        kind: 'relativeMonthly',
        interval: 1,
        days: 'Tuesday',
        index: 'Second',
        startDate: '2026-11-01',
        until: '2027-01-12',
      },
      ['2026-11-10T08:00:00Z', '2026-12-08T08:00:00Z', '2027-01-12T08:00:00Z'],
    ],
    [
      '29 February, which is the 28th in other years',
      { kind: 'absoluteYearly', month: 'February', day: 29, startDate: '2027-01-01', count: 2 },
      ['2027-02-28T08:00:00Z', '2028-02-29T08:00:00Z'],
    ],
    [
      'the first weekend day of May',
      {
        kind: 'relativeYearly',
        month: 'May',
        days: 'WeekendDay',
        index: 'First',
        startDate: '2027-01-01',
        count: 2,
      },
      ['2027-05-01T07:00:00Z', '2028-05-06T07:00:00Z'],
    ],
  ];

  test.each(cases)('%s', async (_, recurrence, expected) => {
    const { client } = startServer();
    const { id } = await client().create({
      subject: 'S',
      zone: ROME,
      ...at(recurrence.startDate),
      recurrence,
    });
    const shown = [
      ...(await client().listEvents('calendar', '2026-10-01T00:00:00Z', '2028-09-30T00:00:00Z')),
    ];
    expect(starts(shown)).toEqual(expected);
    const master = await client().get(id);
    expect(master.start).toBe(expected[0]);
    const { startDate: _startDate, ...pattern } = recurrence;
    expect(master.recurrence).toMatchObject(pattern);
  });

  test('an endless series is shown in a window and is one item', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = { kind: 'daily', interval: 1, startDate: '2026-11-23' };
    await client().create({ ...lunch, recurrence });
    const shown = await client().listEvents('calendar', '2027-11-23T00:00:00Z', '2027-11-26T00:00:00Z');
    expect(shown.map(({ type }) => type)).toEqual(['Occurrence', 'Occurrence', 'Occurrence']);
    expect((await client().listItems()).map(({ type }) => type)).toEqual(['RecurringMaster']);
  });

  test('a series without an occurrence is refused', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = {
      kind: 'weekly',
      interval: 1,
      days: ['Friday'],
      startDate: '2026-11-23',
      until: '2026-11-24',
    };
    const refused = client().create({ ...lunch, recurrence });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorRecurrenceHasNoOccurrence' });
  });

  test('an occurrence that reaches into the next is refused', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = { kind: 'daily', interval: 1, startDate: '2026-11-23', count: 3 };
    const refused = client().create({ ...lunch, end: '2026-11-24T13:00:00', recurrence });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorOccurrenceTimeSpanTooBig' });
  });

  test('a calendar view of more than two years is refused', async () => {
    const { client } = startServer();
    const view = client().listEvents('calendar', '2026-01-01T00:00:00Z', '2028-02-01T00:00:00Z');
    await expect(view).rejects.toMatchObject({ code: 'ErrorCalendarViewRangeTooBig' });
  });
});

describe('occurrences', () => {
  test('a changed occurrence becomes an exception and shows up as an update of the master', async () => {
    const { client } = startServer();
    const { id: seriesId, changeKey } = await client().create(weekly());
    const { state } = await client().sync('calendar');
    const moved = { subject: 'Moved', start: '2026-12-01T15:00:00Z', end: '2026-12-01T16:00:00Z' };
    await client().update({ seriesId, changeKey, index: 2 }, moved);
    const changes = await client().sync('calendar', state);
    expect(changes.updated.map(({ id }) => id)).toEqual([seriesId]);
    const master = await client().get(seriesId);
    expect(master.modifiedOccurrences).toMatchObject([
      { start: '2026-12-01T15:00:00Z', end: '2026-12-01T16:00:00Z', originalStart: '2026-11-30T11:00:00Z' },
    ]);
    const exception = await client().get(master.modifiedOccurrences[0]?.id ?? '');
    expect(exception).toMatchObject({ type: 'Exception', subject: 'Moved', changeKey: master.changeKey });
  });

  test('a deleted occurrence leaves a gap, keeps its number and is not in Deleted Items', async () => {
    const { client } = startServer();
    const { id: seriesId, changeKey } = await client().create(weekly());
    await client().delete({ seriesId, changeKey, index: 2 });
    const master = await client().get(seriesId);
    expect(master.deletedOccurrences).toEqual(['2026-11-30T11:00:00Z']);
    await expect(client().getOccurrence(seriesId, 2)).rejects.toMatchObject({
      code: 'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
    });
    expect((await client().getOccurrence(seriesId, 3)).start).toBe('2026-12-07T11:00:00Z');
    await expect(client().getOccurrence(seriesId, 6)).rejects.toMatchObject({
      code: 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    });
    expect(await client().listItems('deleteditems')).toEqual([]);
  });

  test('an occurrence may not touch the day of its neighbour', async () => {
    const { client } = startServer();
    const recurrence: RawRecurrence = { kind: 'daily', interval: 1, startDate: '2026-11-23', count: 5 };
    const { id: seriesId, changeKey } = await client().create(weekly({ recurrence }));
    const moved = { start: '2026-11-25T07:00:00Z', end: '2026-11-25T08:00:00Z' };
    await expect(client().update({ seriesId, changeKey, index: 2 }, moved)).rejects.toMatchObject({
      code: 'ErrorOccurrenceCrossingBoundary',
    });
  });

  test('what the master changes shows in its exceptions unless they have it of their own', async () => {
    const { client } = startServer();
    const series = await client().create(weekly());
    const target = { seriesId: series.id, changeKey: series.changeKey, index: 2 };
    await client().update(target, { subject: 'Own' });
    await client().update(series, { subject: 'New', location: 'Hall' });
    const exception = await client().getOccurrence(series.id, 2);
    expect([exception.subject, exception.location]).toEqual(['Own', 'Hall']);
  });

  test.each([
    [true, []],
    [false, ['Own']],
  ])('a new pattern drops the exceptions (%s)', async (patternChangeDropsExceptions, left) => {
    const { client } = startServer({ patternChangeDropsExceptions });
    const series = await client().create(weekly());
    await client().update({ seriesId: series.id, changeKey: series.changeKey, index: 2 }, { subject: 'Own' });
    await client().update(series, {
      recurrence: { kind: 'daily', interval: 1, startDate: '2026-11-23', count: 20 },
    });
    const { modifiedOccurrences } = await client().get(series.id);
    const kept = await client().getMany(modifiedOccurrences.map(({ id }) => id));
    expect(kept.map(({ subject }) => subject)).toEqual(left);
  });

  test('an occurrence with another end stays where it is when its series gets another hour', async () => {
    const { client } = startServer({ patternChangeDropsExceptions: false });
    const series = await client().create(weekly());
    const target = { seriesId: series.id, changeKey: series.changeKey, index: 2 };
    await client().update(target, { end: '2026-11-30T12:30:00Z' });
    await client().update(series, { start: '2026-11-23T16:00:00Z', end: '2026-11-23T17:00:00Z' });
    const { start, end } = await client().getOccurrence(series.id, 2);
    expect([start, end]).toEqual(['2026-11-30T11:00:00Z', '2026-11-30T12:30:00Z']);
  });

  test('a new subject leaves the exceptions alone', async () => {
    const { client } = startServer();
    const series = await client().create(weekly());
    await client().delete({ seriesId: series.id, changeKey: series.changeKey, index: 3 });
    await client().update(series, { subject: 'New' });
    expect((await client().get(series.id)).deletedOccurrences).toHaveLength(1);
  });
});

describe('SyncFolderItems', () => {
  test('pages from newest to oldest and then knows what changed', async () => {
    const { client } = startServer();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++)
      ids.push((await client().create({ ...lunch, subject: `E${index}` })).id);
    const first = await client().sync('calendar', undefined, 2);
    const second = await client().sync('calendar', first.state, 2);
    const third = await client().sync('calendar', second.state, 2);
    const seen = [first, second, third].flatMap(({ created }) => created.map(({ id }) => id));
    expect(seen).toEqual(ids.reverse());
    expect([first.isLast, second.isLast, third.isLast]).toEqual([false, false, true]);
    const idle = await client().sync('calendar', third.state);
    expect(idle).toEqual({ created: [], updated: [], deleted: [], state: third.state, isLast: true });
  });

  test('many changes of one item are told once', async () => {
    const { client } = startServer();
    const { state } = await client().sync('calendar');
    const item = await client().create(lunch);
    for (const subject of ['a', 'b', 'c']) await client().update(item, { subject });
    const gone = await client().create(lunch);
    await client().delete(gone);
    const changes = await client().sync('calendar', state);
    expect(changes.created.map(({ id }) => id)).toEqual([item.id]);
    expect([changes.updated, changes.deleted]).toEqual([[], []]);
  });

  test('nothing is lost when the folder changes between two pages', async () => {
    const { client } = startServer();
    const items = [];
    for (let index = 0; index < 6; index++)
      items.push(await client().create({ ...lunch, subject: `E${index}` }));
    const known = new Set<string>();
    let state: string | undefined;
    let isLast = false;
    for (let page = 0; !isLast; page++) {
      const changes = await client().sync('calendar', state, 2);
      for (const { id } of changes.created) known.add(id);
      for (const { id } of changes.updated) expect(known).toContain(id);
      for (const id of changes.deleted) expect(known.delete(id)).toBe(true);
      ({ state, isLast } = changes);
      const [untold, told] = [items[page], items[5 - page]];
      if (page < 2 && untold !== undefined) await client().update(untold, { subject: 'changed' });
      if (page === 1 && told !== undefined) await client().delete(told);
    }
    expect([...known].sort()).toEqual((await client().listItems()).map(({ id }) => id).sort());
  });

  test('a state of another folder, or none at all, is invalid', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side');
    const { state } = await client().sync(side.id);
    const invalid = { code: 'ErrorInvalidSyncStateData' };
    await expect(client().sync('calendar', state)).rejects.toMatchObject(invalid);
    await expect(client().sync('calendar', 'AAAA')).rejects.toMatchObject(invalid);
  });

  test('a change elsewhere in the mailbox leaves the state as it is', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side');
    await client().create(lunch);
    const { state } = await client().sync('calendar');
    await client().create(lunch, side.id);
    expect((await client().sync('calendar', state)).state).toBe(state);
  });
});

describe('writes', () => {
  test('NeverOverwrite refuses a stale change key and takes the present one', async () => {
    const { client } = startServer();
    const item = await client().create(lunch);
    const touched = await client().update(item, { subject: 'Outlook' });
    expect(touched.changeKey).not.toBe(item.changeKey);
    const stale = client().update(item, { location: 'Hall' }, 'SendToNone', 'NeverOverwrite');
    await expect(stale).rejects.toMatchObject({ code: 'ErrorIrresolvableConflict' });
    await client().update(touched, { location: 'Hall' }, 'SendToNone', 'NeverOverwrite');
    expect(await client().get(item.id)).toMatchObject({ subject: 'Outlook', location: 'Hall' });
  });

  test('a change key that is none is told apart from a stale one', async () => {
    const { client } = startServer();
    const { id } = await client().create(lunch);
    const refused = client().update({ id, changeKey: 'nonsense' }, { subject: 'x' });
    await expect(refused).rejects.toMatchObject({ code: 'ErrorInvalidChangeKey' });
  });

  test('ids are told apart by case alone', async () => {
    const { client } = startServer();
    const ids = [];
    for (let index = 0; index < 4; index++)
      ids.push((await client().create({ ...lunch, subject: `E${index}` })).id);
    const folded = new Set(ids.map((id) => id.toLowerCase()));
    expect(folded.size).toBeLessThan(ids.length);
    const read = await client().getMany(ids);
    expect(read.map(({ subject }) => subject)).toEqual(['E0', 'E1', 'E2', 'E3']);
  });

  test('the assistant may touch a new item once', async () => {
    const { client } = startServer({ assistantTouchesNewItems: true });
    const item = await client().create(lunch);
    const refused = client().update(item, { subject: 'x' }, 'SendToNone', 'NeverOverwrite');
    await expect(refused).rejects.toMatchObject({ code: 'ErrorIrresolvableConflict' });
    const { changeKey } = await client().get(item.id);
    await client().update({ id: item.id, changeKey }, { subject: 'x' }, 'SendToNone', 'NeverOverwrite');
  });

  test('every field is written, read back and taken away again', async () => {
    const { client } = startServer();
    const item = await client().create(lunch);
    const fields = {
      subject: 'Full',
      body: 'Text',
      location: 'Room 1',
      showAs: 'OOF',
      sensitivity: 'Private',
      categories: ['Red', 'Blue & green'],
      reminderMinutes: 30,
    } as const;
    await client().update(item, fields);
    expect(await client().get(item.id)).toMatchObject(fields);
    await client().update(item, { categories: [], reminderMinutes: null, location: '' });
    expect(await client().get(item.id)).toMatchObject({
      categories: [],
      reminderMinutes: null,
      location: '',
    });
  });

  test('two properties in one change are refused', async () => {
    const { client } = startServer();
    const { id, changeKey } = await client().create(lunch);
    const two = '<t:Subject>a</t:Subject><t:Location>b</t:Location>';
    const refused = client().call(
      `<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}" ChangeKey="${changeKey}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:CalendarItem>${two}</t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
    );
    await expect(refused).rejects.toMatchObject({ code: 'ErrorIncorrectUpdatePropertyCount' });
  });

  test('writes to calendar items must say who gets mail', async () => {
    const { client } = startServer();
    const { id, changeKey } = await client().create(lunch);
    const itemId = `<t:ItemId Id="${id}" ChangeKey="${changeKey}"/>`;
    const requests = [
      [
        'ErrorSendMeetingInvitationsRequired',
        '<m:CreateItem><m:Items><t:CalendarItem/></m:Items></m:CreateItem>',
      ],
      [
        'ErrorSendMeetingInvitationsOrCancellationsRequired',
        `<m:UpdateItem ConflictResolution="AlwaysOverwrite"><m:ItemChanges><t:ItemChange>${itemId}<t:Updates><t:DeleteItemField><t:FieldURI FieldURI="item:Body"/></t:DeleteItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
      ],
      [
        'ErrorSendMeetingCancellationsRequired',
        `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds>${itemId}</m:ItemIds></m:DeleteItem>`,
      ],
    ] as const;
    for (const [code, request] of requests)
      await expect(client().call(request)).rejects.toMatchObject({ code });
  });

  test('a deleted item has a new id in Deleted Items and the same when it is restored as UID', async () => {
    const { emulator, client } = startServer();
    const item = await client().create({ ...lunch, uid: 'our-uid@example.org' });
    const { state } = await client().sync('calendar');
    await client().delete(item);
    expect((await client().sync('calendar', state)).deleted).toEqual([item.id]);
    await expect(client().get(item.id)).rejects.toMatchObject({ code: 'ErrorItemNotFound' });
    const [deleted] = await client().listItems('deleteditems');
    expect(deleted?.uid).toBe('our-uid@example.org');
    expect(deleted?.id).not.toBe(item.id);
    emulator.userActs.restoreItem(deleted?.id ?? '');
    const [restored] = await client().listItems();
    expect(restored?.uid).toBe('our-uid@example.org');
    expect(restored?.id).not.toBe(item.id);
  });

  test('where a move to Deleted Items shows as an update, the item says in which folder it is', async () => {
    const { client } = startServer({ moveToDeletedItems: 'update' });
    const item = await client().create(lunch);
    const { folderId } = await client().get(item.id);
    const { state } = await client().sync('calendar');
    await client().delete(item);
    expect((await client().sync('calendar', state)).updated.map(({ id }) => id)).toEqual([item.id]);
    expect((await client().get(item.id)).folderId).not.toBe(folderId);
  });

  test.each([true, false])('the UID of a create is kept (%s)', async (keepsUidOnCreate) => {
    const { client } = startServer({ keepsUidOnCreate });
    const { id } = await client().create({ ...lunch, uid: 'our-uid' });
    expect((await client().get(id)).uid === 'our-uid').toBe(keepsUidOnCreate);
  });
});

describe('search', () => {
  const stamp = (value: string) => ({ set: STAMP_SET, name: 'syncId', value });

  test('items are found by their stamps, in their folder only', async () => {
    const { emulator, client } = startServer();
    const side = emulator.addCalendar('anna@example.org', 'Side');
    const one = await client().create({ ...lunch, stamps: [stamp('1')] });
    const two = await client().create({ ...lunch, stamps: [stamp('2')] });
    await client().create({ ...lunch, stamps: [stamp('1')] }, side.id);
    expect((await client().findByStamp([stamp('1')])).map(({ id }) => id)).toEqual([one.id]);
    const both = await client().findByStamp([stamp('1'), stamp('2'), stamp('3')]);
    expect(both.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
  });

  test('a copy made in Outlook carries the stamp under another UID', async () => {
    const { emulator, client } = startServer();
    const { id } = await client().create({ ...lunch, uid: 'first', stamps: [stamp('1')] });
    emulator.userActs.copyItem(id);
    expect(await client().findByStamp([stamp('1')])).toHaveLength(2);
    const uids = (await client().listItems()).map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(2);
  });

  test('the UID itself is not searchable', async () => {
    const { client } = startServer();
    const refused = client().call(
      '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:Restriction><t:IsEqualTo><t:FieldURI FieldURI="calendar:UID"/><t:FieldURIOrConstant><t:Constant Value="x"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
    );
    await expect(refused).rejects.toMatchObject({ code: 'ErrorUnsupportedPathForQuery' });
  });
});

describe('meetings', () => {
  const meeting: NewRawEvent = { ...lunch, requiredAttendees: ['bruno@example.org', 'outside@example.com'] };
  const bruno = { user: 'bruno', password: 'bruno-pässword' };

  test('SendToNone makes a meeting of which nobody hears', async () => {
    const { emulator, client } = startServer();
    const { id } = await client().create(meeting);
    expect((await client().get(id)).isMeeting).toBe(true);
    expect(emulator.outbox).toEqual([]);
    expect(await client(bruno).listItems()).toEqual([]);
  });

  test('an invitation leaves a tentative copy, and the answer reaches the organiser', async () => {
    const { emulator, client } = startServer();
    const { id } = await client().create(
      { ...meeting, stamps: [{ set: STAMP_SET, name: 'syncId', value: '1' }] },
      'calendar',
      'SendToAllAndSaveCopy',
    );
    const original = await client().get(id);
    const [copy] = await client(bruno).listItems();
    expect(copy).toMatchObject({
      uid: original.uid,
      subject: 'Lunch',
      organizer: 'anna@example.org',
      showAs: 'Tentative',
      myResponse: 'NoResponseReceived',
    });
    expect(await client(bruno).findByStamp([{ set: STAMP_SET, name: 'syncId', value: '1' }])).toEqual([]);
    if (copy !== undefined) await client(bruno).respond(copy, 'AcceptItem');
    expect((await client().get(id)).responses['bruno@example.org']).toBe('Accept');
    expect(emulator.outbox.map(({ from, to, kind }) => ({ from, to, kind }))).toEqual([
      { from: 'anna@example.org', to: ['bruno@example.org', 'outside@example.com'], kind: 'request' },
      { from: 'bruno@example.org', to: ['anna@example.org'], kind: 'response' },
    ]);
  });

  test('a cancelled meeting stays in the copy, marked', async () => {
    const { emulator, client } = startServer();
    const item = await client().create(meeting, 'calendar', 'SendToAllAndSaveCopy');
    await client().delete(item, 'MoveToDeletedItems', 'SendToAllAndSaveCopy');
    const [copy] = await client(bruno).listItems();
    expect(copy).toMatchObject({ isCancelled: true, subject: 'Canceled: Lunch' });
    expect(emulator.outbox.at(-1)?.kind).toBe('cancellation');
    const accept = copy === undefined ? null : client(bruno).respond(copy, 'AcceptItem');
    await expect(accept).rejects.toMatchObject({ code: 'ErrorCalendarIsCancelledForAccept' });
  });

  test('a moved meeting asks for the answer again', async () => {
    const { client } = startServer();
    const item = await client().create(meeting, 'calendar', 'SendToAllAndSaveCopy');
    const [copy] = await client(bruno).listItems();
    if (copy !== undefined) await client(bruno).respond(copy, 'AcceptItem');
    await client().update(item, { subject: 'Dinner' }, 'SendToAllAndSaveCopy');
    expect((await client(bruno).listItems())[0]).toMatchObject({ subject: 'Dinner', myResponse: 'Accept' });
    const moved = { start: '2026-11-24T12:00:00Z', end: '2026-11-24T13:00:00Z' };
    await client().update(item, moved, 'SendToAllAndSaveCopy');
    expect((await client(bruno).listItems())[0]).toMatchObject({
      ...moved,
      myResponse: 'NoResponseReceived',
    });
  });

  test('the organiser cannot accept', async () => {
    const { client } = startServer();
    const item = await client().create(meeting);
    await expect(client().respond(item, 'AcceptItem')).rejects.toMatchObject({
      code: 'ErrorCalendarIsOrganizerForAccept',
    });
  });

  test('a declined meeting goes to Deleted Items', async () => {
    const { client } = startServer();
    await client().create(meeting, 'calendar', 'SendToAllAndSaveCopy');
    const [copy] = await client(bruno).listItems();
    if (copy !== undefined) await client(bruno).respond(copy, 'DeclineItem', 'SaveOnly');
    expect(await client(bruno).listItems()).toEqual([]);
    expect(await client(bruno).listItems('deleteditems')).toHaveLength(1);
  });

  test('a cancelled occurrence is a cancelled exception in the copy', async () => {
    const { client } = startServer();
    const series = await client().create(
      weekly({ requiredAttendees: ['bruno@example.org'] }),
      'calendar',
      'SendToAllAndSaveCopy',
    );
    await client().delete(
      { seriesId: series.id, changeKey: series.changeKey, index: 2 },
      'HardDelete',
      'SendToAllAndSaveCopy',
    );
    const shown = await client(bruno).listEvents('calendar', '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z');
    expect(shown.map(({ isCancelled }) => isCancelled)).toEqual([false, true, false, false, false]);
  });

  test('a room keeps neither subject nor body and accepts by itself', async () => {
    const { emulator, client } = startServer();
    emulator.addMailbox({ address: 'room@example.org', displayName: 'Room', zone: ROME, isRoom: true });
    const booking = { ...lunch, body: 'secret', requiredAttendees: ['room@example.org'] };
    const { id } = await client().create(booking, 'calendar', 'SendToAllAndSaveCopy');
    expect((await client().get(id)).responses).toEqual({ 'room@example.org': 'Accept' });
    const [copy] = emulator.items('room@example.org');
    expect(copy?.content).toMatchObject({ subject: 'anna', body: { text: '' } });
  });
});

describe('faults', () => {
  const two = async (client: RawExchangeClient): Promise<string> => {
    const ids = [await client.create(lunch), await client.create({ ...lunch, subject: 'Second' })];
    const each = ids.map(({ id }) => `<t:ItemId Id="${id}"/>`).join('');
    return `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds>${each}</m:ItemIds></m:GetItem>`;
  };

  test('serverBusy, 503, 401, 403 and pages of HTML look as they do on the wire', async () => {
    const { emulator, client } = startServer();
    const request = await two(client());
    const answers: [number, string | null][] = [];
    for (const fault of [
      { kind: 'serverBusy', backOffMs: 12_345 },
      { kind: 'http503', retryAfterSeconds: 7 },
      { kind: 'http401' },
      { kind: 'policyBlocked' },
      { kind: 'html' },
    ] as const) {
      emulator.faults.inject(fault);
      const response = await client().send(request);
      const text = await response.text();
      const { headers } = response;
      answers.push([
        response.status,
        /BackOffMilliseconds">\d+/.exec(text)?.[0] ??
          headers.get('retry-after') ??
          headers.get('x-ews-policy-reason') ??
          headers.get('www-authenticate') ??
          headers.get('content-type'),
      ]);
    }
    expect(answers).toEqual([
      [500, 'BackOffMilliseconds">12345'],
      [503, '7'],
      [401, 'Basic realm="exchange"'],
      [403, 'EWS is disabled for this user or tenant'],
      [200, 'text/html'],
    ]);
    expect(await client().call(request)).toHaveLength(2);
  });

  test('a broken batch: a message missing, stopped half-way, one item unreadable', async () => {
    const { emulator, client } = startServer();
    const request = await two(client());
    emulator.faults.inject({ kind: 'partialBatch' });
    expect(await client().call(request)).toHaveLength(1);
    emulator.faults.inject({ kind: 'batchStopped' });
    const stopped = await (await client().send(request)).text();
    expect(stopped.match(/ErrorMailboxMoveInProgress|ErrorBatchProcessingStopped/g)).toEqual([
      'ErrorMailboxMoveInProgress',
      'ErrorBatchProcessingStopped',
    ]);
    const [first] = emulator.items('anna@example.org');
    emulator.faults.inject({ kind: 'internalErrorOn', itemId: first?.id ?? '' });
    await expect(client().get(first?.id ?? '')).rejects.toMatchObject({ code: 'ErrorInternalServerError' });
  });

  test('an empty answer of SyncFolderItems does not move the state', async () => {
    const { emulator, client } = startServer();
    await client().create(lunch);
    emulator.faults.inject({ kind: 'emptySync' });
    const empty = await client().sync('calendar');
    expect([empty.created, empty.isLast]).toEqual([[], true]);
    expect((await client().sync('calendar', empty.state)).created).toHaveLength(1);
  });

  test('a lost reply leaves the work done', async () => {
    const { emulator, client } = startServer();
    emulator.faults.inject({ kind: 'lostReply', operation: 'CreateItem' });
    await expect(client().create(lunch)).rejects.toThrow(TypeError);
    expect(emulator.items('anna@example.org')).toHaveLength(1);
  });

  test('a fault can be for one mailbox and one operation, and for several requests', async () => {
    const { emulator, client } = startServer();
    emulator.faults.inject({ kind: 'invalidSyncState', mailbox: 'bruno@example.org', times: 2 });
    const { state } = await client().sync('calendar');
    await client().sync('calendar', state);
    const brunos = client({ user: 'bruno', password: 'bruno-pässword' });
    await expect(brunos.sync('calendar', 'x')).rejects.toMatchObject({ code: 'ErrorInvalidSyncStateData' });
    expect(emulator.faults.pending).toHaveLength(1);
  });
});

test('requests are counted by operation', async () => {
  const { emulator, client } = startServer();
  const { state } = await client().sync('calendar');
  emulator.resetRequests();
  await client().sync('calendar', state);
  expect([...emulator.requests]).toEqual([['SyncFolderItems', 1]]);
});

test('the server lists its zones with their rules', async () => {
  const { client } = startServer();
  const [message] = await client().call(
    `<m:GetServerTimeZones ReturnFullTimeZoneData="true"><m:Ids><t:Id>${ROME}</t:Id><t:Id>India Standard Time</t:Id></m:Ids></m:GetServerTimeZones>`,
  );
  const zones = message?.children.find(({ name }) => name === 'TimeZoneDefinitions')?.children ?? [];
  expect(zones.map(({ attributes }) => attributes['Id'])).toEqual(['India Standard Time', ROME]);
});

test('a custom zone comes with its rules', async () => {
  const { emulator, client } = startServer();
  const startZone = { windows: 'tzone://Microsoft/Custom', iana: 'Europe/Rome' };
  emulator.userActs.createItem(emulator.mailbox('anna@example.org').calendar, { subject: 'C', startZone });
  const [item] = await client().listItems();
  const response = await client().send(
    `<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="${item?.id}"/></m:ItemIds></m:GetItem>`,
  );
  expect(await response.text()).toContain('<t:Period Bias="-PT60M" Name="Standard"');
});

test('names are resolved to mailboxes', async () => {
  const { client } = startServer();
  const resolve = (entry: string) =>
    client().call(
      `<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
    );
  const [message] = await resolve('bru');
  expect(JSON.stringify(message)).toContain('bruno@example.org');
  await expect(resolve('nobody')).rejects.toMatchObject({ code: 'ErrorNameResolutionNoResults' });
});

test('an answer settles without timers or I/O, so that a virtual clock can drive it', async () => {
  const { client } = startServer();
  await client().create(lunch);
  let isNextTurn = false;
  const turn = setImmediate(() => {
    isNextTurn = true;
  });
  await client().sync('calendar');
  clearImmediate(turn);
  expect(isNextTurn).toBe(false);
});
