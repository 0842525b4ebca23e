/** What every MailboxCalendar must do with the occurrences of a series; part of mailbox-calendar.contract.ts. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CalendarEvent, Recurrence } from '#core/event.ts';
import { normaliseExceptions } from '#core/exceptions.ts';
import { occurrenceWriteTests } from './mailbox-calendar-occurrences.contract.ts';
import {
  ALL_DAY_SERIES,
  CHANGES,
  changeOne,
  contentOf,
  DATES,
  FIRST,
  LAST,
  LATER,
  type Open,
  RULE,
  regular,
  SECOND,
  SERIES,
  THIRD,
  THURSDAY,
  timed,
  writeAll,
  writeOne,
} from './mailbox-calendar-series-world.ts';
import {
  allChanges,
  type ContractOptions,
  createOne,
  defaultFolder,
  idOf,
  ids,
  readOne,
  updateOne,
  versionOf,
} from './mailbox-calendar-world.ts';
import { mailboxSeries } from './mailbox-events.ts';

/** Declares the tests. */
export function seriesTests(open: Open, options: ContractOptions): void {
  readingTests(open, options);
  occurrenceWriteTests(open);
  versionTests(open, options);

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

function versionTests(
  open: Open,
  { keepsExceptions = false, seriesVersionsUntold = false, tellsByReading = false }: ContractOptions,
): void {
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
    const changed = contentOf(SERIES, SECOND, { title: 'Other' });
    for (const change of tellsByReading ? [changed] : ([changed, 'deleted'] as const)) {
      const { cursor } = await allChanges(mailbox, folderId, null);
      const outcome = await writeOne(mailbox, await readOne(mailbox, id), SECOND, change);
      const { changes } = await allChanges(mailbox, folderId, cursor);
      const version = seriesVersionsUntold ? (expect.any(String) as string) : versionOf(outcome);
      expect(changes).toEqual([{ kind: 'changed', id, version }]);
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
