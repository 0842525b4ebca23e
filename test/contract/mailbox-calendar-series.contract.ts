/** What every MailboxCalendar must do with the occurrences of a series; part of mailbox-calendar.contract.ts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CalendarEvent,
  type ChangedOccurrence,
  type DateText,
  type EventTime,
  type Exceptions,
  NEUTRAL_EVENT,
  type OccurrenceField,
  type Recurrence,
} from '#core/event.ts';
import { differingFields, normaliseExceptions, regularOccurrence, sameException } from '#core/exceptions.ts';
import type {
  MailboxCalendar,
  MailboxItem,
  MailboxOccurrenceWrite,
  MailboxWrite,
} from '#exchange/mailbox-calendar.port.ts';
import {
  allChanges,
  type ContractOptions,
  createOne,
  defaultFolder,
  idOf,
  ids,
  type MailboxWorld,
  type OccurrenceChange,
  readOne,
  updateOne,
  versionOf,
} from './mailbox-calendar-world.ts';
import { mailboxSeries } from './mailbox-events.ts';

/** Tuesdays at ten in Rome. */
const DATES: readonly DateText[] = [
  '2026-12-01',
  '2026-12-08',
  '2026-12-15',
  '2026-12-22',
  '2026-12-29',
  '2027-01-05',
];
const [FIRST, SECOND, THIRD, LAST] = ['2026-12-01', '2026-12-08', '2026-12-15', '2027-01-05'];
const RULE: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'SU' },
  range: { kind: 'count', count: 6 },
};
const SERIES: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda',
  location: 'Room 1',
  reminderMinutes: 15,
  categories: ['Green'],
  time: timed('2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z'),
  recurrence: RULE,
};
const ALL_DAY_SERIES: CalendarEvent = {
  ...SERIES,
  time: { kind: 'allDay', start: '2026-12-01', end: '2026-12-02' },
};
const LATER = timed('2026-12-08T15:30:00Z', '2026-12-08T17:00:00Z');
const THURSDAY = timed('2026-12-10T09:00:00Z', '2026-12-10T10:00:00Z');
const TWO_DAYS: EventTime = { kind: 'allDay', start: '2026-12-08', end: '2026-12-10' };

const CHANGES: readonly (readonly [string, CalendarEvent, OccurrenceChange])[] = [
  ['later that day', SERIES, { time: LATER }],
  ['on another day', SERIES, { time: THURSDAY }],
  ['all day', SERIES, { time: TWO_DAYS }],
  ['with another title', SERIES, { title: 'Board & <guests>' }],
  ['with another title on another day', SERIES, { title: 'Moved', time: THURSDAY }],
  ['with a time, of a series of days', ALL_DAY_SERIES, { time: LATER }],
  ['on other days, of a series of days', ALL_DAY_SERIES, { time: TWO_DAYS }],
];

type Open = () => Promise<MailboxWorld>;

/** Declares the tests. */
export function seriesTests(open: Open, options: ContractOptions): void {
  readingTests(open, options);
  writingTests(open);
  versionTests(open, options);
  refusalTests(open);

  test('whatever is changed and deleted in a series is read so', async () => {
    const { mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    await fc.assert(
      fc.asyncProperty(mailboxSeries(options.weeksFromSunday ?? false), async (event) => {
        const id = await createOne(mailbox, folderId, event);
        const item = await readOne(mailbox, id);
        expect(item.event).toEqual({ ...event, exceptions: {} });
        await writeAll(mailbox, item, event.exceptions);
        const after = await readOne(mailbox, id);
        expect(after.event).toEqual(normaliseExceptions(event));
        expect(await readOne(mailbox, id)).toEqual(after);
      }),
      { numRuns: Math.ceil((options.runs ?? 100) / 3) },
    );
  });
}

function readingTests(open: Open, { tellsLastStart = false }: ContractOptions): void {
  test.each(CHANGES)('an occurrence that a person has %s is read so', async (_, series, change) => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), series);
    person.changeOccurrence(id, SECOND, change);
    expect((await readOne(mailbox, id)).event).toEqual({
      ...series,
      exceptions: { [SECOND]: { ...regular(series, SECOND), ...change } },
    });
  });

  test('an occurrence that a person deleted is read so', async () => {
    const { mailbox, person } = await open();
    const folderId = await defaultFolder(mailbox);
    for (const series of [SERIES, ALL_DAY_SERIES]) {
      const id = await createOne(mailbox, folderId, series);
      person.deleteOccurrence(id, FIRST);
      person.deleteOccurrence(id, LAST);
      const item = await readOne(mailbox, id);
      expect(item.event).toEqual({ ...series, exceptions: { [FIRST]: 'deleted', [LAST]: 'deleted' } });
      expect(item.unplaced).toEqual([]);
    }
  });

  test('an occurrence that was moved and then deleted is deleted, or said to be missing somewhere', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    person.changeOccurrence(id, SECOND, { time: THURSDAY });
    person.deleteOccurrence(id, SECOND);
    const { event, unplaced } = await readOne(mailbox, id);
    expect(event.exceptions).toEqual(tellsLastStart ? {} : { [SECOND]: 'deleted' });
    expect(unplaced).toEqual(tellsLastStart ? [THURSDAY.start] : []);
  });

  test('an occurrence that was moved to another hour and then deleted is deleted', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    person.changeOccurrence(id, SECOND, { time: LATER });
    person.deleteOccurrence(id, SECOND);
    expect(await readOne(mailbox, id)).toMatchObject({
      event: { exceptions: { [SECOND]: 'deleted' } },
      unplaced: [],
    });
  });

  test('more changed occurrences than a request reads are all read, beside other items', async () => {
    const { mailbox, person } = await open();
    const count = mailbox.capabilities.readBatch + 10;
    const daily: CalendarEvent = {
      ...SERIES,
      recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'count', count } },
    };
    const folderId = await defaultFolder(mailbox);
    const [id, other] = [await createOne(mailbox, folderId, daily), person.createAppointment('Other')];
    const first = Date.parse(FIRST);
    for (let day = 0; day < count; day += 1) {
      const date = new Date(first + day * 86_400_000).toISOString().slice(0, 10);
      person.changeOccurrence(id, date, { title: date });
    }
    const [series, single] = await mailbox.read([id, other]);
    expect(single).toMatchObject({ kind: 'item', item: { event: { title: 'Other' } } });
    if (series?.kind !== 'item') throw new Error(JSON.stringify(series));
    const titles = Object.entries(series.item.event.exceptions).map(
      ([date, one]) => one !== 'deleted' && one.title === date,
    );
    expect(titles).toEqual(Array.from({ length: count }, () => true));
  });

  test('two occurrences may last at the same time', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    const long = timed('2026-12-03T09:00:00Z', '2026-12-09T10:00:00Z');
    person.changeOccurrence(id, SECOND, { time: THURSDAY });
    person.changeOccurrence(id, FIRST, { time: long });
    expect(Object.keys((await readOne(mailbox, id)).event.exceptions)).toEqual([FIRST, SECOND]);
  });
}

function writingTests(open: Open): void {
  test.each(CHANGES)('an occurrence written %s is read so, and nothing else changes', async (...row) => {
    const [, series, change] = row;
    const { mailbox } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), series);
    const written = await changeOne(mailbox, await readOne(mailbox, id), SECOND, change);
    const after = await readOne(mailbox, id);
    const exceptions = { [SECOND]: { ...regular(series, SECOND), ...change } };
    expect(after.event).toEqual({ ...series, exceptions });
    expect(written).toEqual({ kind: 'written', id, version: after.version });
  });

  test('every field of an occurrence can be written, and emptied', async () => {
    const { mailbox } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    const full: ChangedOccurrence = {
      title: 'Other',
      description: 'Other text\n\nof lines',
      location: 'Room 2',
      time: LATER,
      showAs: 'tentative',
      reminderMinutes: 60,
      categories: ['Blue', 'Red'],
      ownResponse: 'none',
    };
    await changeOne(mailbox, await readOne(mailbox, id), SECOND, full);
    expect((await readOne(mailbox, id)).event.exceptions).toEqual({ [SECOND]: full });
    const { title, description, location, showAs, reminderMinutes, categories, ownResponse } = NEUTRAL_EVENT;
    const texts = { title, description, location };
    const empty = { ...texts, showAs, reminderMinutes, categories, ownResponse, time: LATER };
    await changeOne(mailbox, await readOne(mailbox, id), SECOND, empty);
    expect((await readOne(mailbox, id)).event).toEqual({ ...SERIES, exceptions: { [SECOND]: empty } });
  });

  test('an occurrence that was changed can be changed again, and keeps what is not written', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    person.changeOccurrence(id, SECOND, { title: 'By a person', time: THURSDAY });
    await changeOne(mailbox, await readOne(mailbox, id), SECOND, { location: 'Room 2' });
    await changeOne(mailbox, await readOne(mailbox, id), SECOND, { time: LATER });
    const changed = { title: 'By a person', location: 'Room 2', time: LATER };
    expect((await readOne(mailbox, id)).event.exceptions).toEqual({
      [SECOND]: { ...regular(SERIES, SECOND), ...changed },
    });
  });

  test('a changed occurrence given the contents of its series is none any more', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    person.changeOccurrence(id, SECOND, { title: 'By a person', time: THURSDAY });
    await changeOne(mailbox, await readOne(mailbox, id), SECOND, regular(SERIES, SECOND));
    expect((await readOne(mailbox, id)).event).toEqual(SERIES);
  });

  test('a deletion takes the occurrence away, changed before or not, and a second one agrees', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    person.changeOccurrence(id, SECOND, { time: LATER });
    for (const date of [SECOND, LAST, LAST]) {
      const written = await writeOne(mailbox, await readOne(mailbox, id), date, 'deleted');
      expect(written).toEqual({ kind: 'written', id, version: (await readOne(mailbox, id)).version });
    }
    expect((await readOne(mailbox, id)).event).toEqual({
      ...SERIES,
      exceptions: { [SECOND]: 'deleted', [LAST]: 'deleted' },
    });
  });

  test('the rest of a series keeps its numbers beside deleted and changed occurrences', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    person.deleteOccurrence(id, FIRST);
    person.changeOccurrence(id, SECOND, { time: THURSDAY });
    await changeOne(mailbox, await readOne(mailbox, id), LAST, { title: 'The last' });
    expect((await readOne(mailbox, id)).event.exceptions).toMatchObject({
      [FIRST]: 'deleted',
      [SECOND]: { time: THURSDAY },
      [LAST]: { title: 'The last' },
    });
  });

  test('occurrences of several series are written in one call, each with its own outcome', async () => {
    const { mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const items: MailboxItem[] = [];
    for (let index = 0; index < 4; index += 1) {
      items.push(await readOne(mailbox, await createOne(mailbox, folderId, SERIES)));
    }
    const writes = items.map((item, index) =>
      index % 2 === 0
        ? writeOf(item, SECOND, 'deleted')
        : writeOf(item, index === 1 ? SECOND : '2026-12-09', contentOf(SERIES, SECOND, { title: 'Other' })),
    );
    const outcomes = await mailbox.writeOccurrences(writes);
    expect(outcomes[3]).toMatchObject({ kind: 'failed', failure: { reason: 'occurrenceRefused' } });
    for (const [index, item] of items.slice(0, 3).entries()) {
      const { version, event } = await readOne(mailbox, item.id);
      expect(outcomes[index]).toEqual({ kind: 'written', id: item.id, version });
      expect(event.exceptions[SECOND]).toEqual(
        index === 1 ? { ...regular(SERIES, SECOND), title: 'Other' } : 'deleted',
      );
    }
  });

  test('mail leaves for an occurrence only if the intent is all', async ({ skip }) => {
    const world = await open();
    const { mailbox } = world;
    skip(!mailbox.capabilities.canSuppressMail, 'it cannot suppress mail');
    const address = 'bo@example.com';
    const event: CalendarEvent = {
      ...SERIES,
      attendees: [{ address, name: 'Bo', role: 'required', response: 'none' }],
    };
    const id = await createOne(mailbox, await defaultFolder(mailbox), event);
    const counts: number[] = [];
    for (const [invitations, date] of [
      ['none', SECOND],
      ['all', THIRD],
    ] as const) {
      for (const change of [contentOf(SERIES, date, { title: 'Other' }), 'deleted'] as const) {
        const write = { ...writeOf(await readOne(mailbox, id), date, change), invitations };
        expect(await mailbox.writeOccurrences([write])).toMatchObject([{ kind: 'written' }]);
        counts.push(world.mails());
      }
    }
    expect(counts.slice(0, 2)).toEqual([0, 0]);
    expect(counts[2]).toBeGreaterThan(0);
    expect(counts[3]).toBeGreaterThan(counts[2] ?? 0);
  });
}

function versionTests(open: Open, { keepsExceptions = false }: ContractOptions): void {
  test('several writes follow each other with the versions that they return', async () => {
    const { mailbox } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    let item = await readOne(mailbox, id);
    for (const [index, date] of DATES.entries()) {
      const change = index % 2 === 0 ? contentOf(SERIES, date, { title: date }) : 'deleted';
      item = { ...item, version: versionOf(await writeOne(mailbox, item, date, change)) };
    }
    const retitled = await updateOne(mailbox, item, { ...SERIES, location: 'Room 9' }, ['location']);
    const after = await readOne(mailbox, id);
    expect(after.version).toBe(versionOf(retitled));
    expect(Object.keys(after.event.exceptions)).toEqual(DATES);
    expect(after.event.exceptions).toMatchObject({ [SECOND]: 'deleted', [THIRD]: { title: THIRD } });
  });

  test('a write shows up as a change of the series, with the version that it returned', async () => {
    const { mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const id = await createOne(mailbox, folderId, SERIES);
    for (const change of [contentOf(SERIES, SECOND, { title: 'Other' }), 'deleted'] as const) {
      const { cursor } = await allChanges(mailbox, folderId, null);
      const outcome = await writeOne(mailbox, await readOne(mailbox, id), SECOND, change);
      expect((await allChanges(mailbox, folderId, cursor)).changes).toEqual([
        { kind: 'changed', id, version: versionOf(outcome) },
      ]);
    }
  });

  test('a change of a series that changed meanwhile is refused and changes nothing', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    const before = await readOne(mailbox, id);
    person.changeOccurrence(id, THIRD, { title: 'By a person' });
    const outcome = await changeOne(mailbox, before, SECOND, { title: 'By us' });
    expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'changedMeanwhile' } });
    expect(Object.keys((await readOne(mailbox, id)).event.exceptions)).toEqual([THIRD]);
  });

  test('a series that is gone is not found', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    const before = await readOne(mailbox, id);
    person.delete(id);
    const gone = { kind: 'failed', failure: { reason: 'itemNotFound' } };
    expect(await changeOne(mailbox, before, SECOND, { title: 'By us' })).toMatchObject(gone);
    expect(await writeOne(mailbox, before, SECOND, 'deleted')).toMatchObject(gone);
  });

  test('a new rule has the exceptions that the server keeps, and they are read', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    person.changeOccurrence(id, SECOND, { title: 'By a person' });
    person.deleteOccurrence(id, THIRD);
    const before = await readOne(mailbox, id);
    const recurrence: Recurrence = { ...RULE, range: { kind: 'count', count: 9 } };
    await updateOne(mailbox, before, { ...before.event, recurrence }, ['when', 'exceptions']);
    const kept = { [SECOND]: { ...regular(SERIES, SECOND), title: 'By a person' }, [THIRD]: 'deleted' };
    expect((await readOne(mailbox, id)).event).toEqual({
      ...SERIES,
      recurrence,
      exceptions: keepsExceptions ? kept : {},
    });
  });

  test('an update never writes exceptions, and a create has none', async () => {
    const { mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const event: CalendarEvent = { ...SERIES, exceptions: { [SECOND]: 'deleted' } };
    const [created] = await mailbox.create(folderId, [{ ...ids(), event, invitations: 'none' }]);
    const item = await readOne(mailbox, idOf(created));
    expect(item.event).toEqual(SERIES);
    const { id, version } = item;
    expect(await updateOne(mailbox, item, event, ['exceptions'])).toEqual({ kind: 'written', id, version });
    expect(await readOne(mailbox, id)).toEqual(item);
  });
}

function refusalTests(open: Open): void {
  test.each<[string, DateText, MailboxOccurrenceWrite['change']]>([
    [
      'a move onto the day of the next one',
      SECOND,
      contentOf(SERIES, SECOND, { time: timed('2026-12-15T06:00:00Z', '2026-12-15T07:00:00Z') }),
    ],
    ['a change of a deleted one', THIRD, contentOf(SERIES, THIRD, { title: 'Back again' })],
    ['a change on a date without one', '2026-12-09', contentOf(SERIES, SECOND, { title: 'None' })],
    ['a deletion on a date without one', '2027-01-12', 'deleted'],
  ])('%s is refused, and a person is told why', async (_, date, change) => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), SERIES);
    if (date === THIRD) person.deleteOccurrence(id, THIRD);
    const before = await readOne(mailbox, id);
    expect(await writeOne(mailbox, before, date, change)).toMatchObject({
      kind: 'failed',
      failure: { reason: 'occurrenceRefused' },
    });
    expect(await readOne(mailbox, id)).toEqual(before);
  });
}

function timed(start: string, end: string): EventTime {
  return { kind: 'timed', start, end, zone: 'Europe/Rome' };
}

function regular(series: CalendarEvent, date: DateText): ChangedOccurrence {
  const occurrence = regularOccurrence(series, date);
  if (occurrence === null) throw new Error(`no occurrence on ${date}`);
  return occurrence;
}

function contentOf(
  series: CalendarEvent,
  date: DateText,
  change: Partial<ChangedOccurrence>,
): { readonly content: ChangedOccurrence; readonly fields: readonly OccurrenceField[] } {
  const before = regular(series, date);
  const content = { ...before, ...change };
  return { content, fields: differingFields(content, before) };
}

function writeOf(
  { id, version, event }: MailboxItem,
  date: DateText,
  change: MailboxOccurrenceWrite['change'],
): MailboxOccurrenceWrite {
  return { id, version, series: event, date, change, invitations: 'none' };
}

async function writeOne(
  mailbox: MailboxCalendar,
  item: MailboxItem,
  date: DateText,
  change: MailboxOccurrenceWrite['change'],
): Promise<MailboxWrite | undefined> {
  return (await mailbox.writeOccurrences([writeOf(item, date, change)]))[0];
}

/** Writes only what differs from what is there. */
async function changeOne(
  mailbox: MailboxCalendar,
  item: MailboxItem,
  date: DateText,
  change: Partial<ChangedOccurrence>,
): Promise<MailboxWrite | undefined> {
  const known = item.event.exceptions[date];
  const before = known === undefined || known === 'deleted' ? regular(item.event, date) : known;
  const content = { ...before, ...change };
  return writeOne(mailbox, item, date, { content, fields: differingFields(content, before) });
}

async function writeAll(mailbox: MailboxCalendar, item: MailboxItem, exceptions: Exceptions): Promise<void> {
  let { version } = item;
  for (const [date, exception] of Object.entries(exceptions)) {
    const before = regular(item.event, date);
    const change =
      exception === 'deleted'
        ? exception
        : { content: exception, fields: differingFields(exception, before) };
    if (sameException(exception, before)) continue;
    version = versionOf(await writeOne(mailbox, { ...item, version }, date, change));
  }
}
