/** Which writes of single occurrences every MailboxCalendar does or refuses; part of mailbox-calendar-series.contract.ts. */
import { expect, test } from 'vitest';
import { type CalendarEvent, type ChangedOccurrence, type DateText, NEUTRAL_EVENT } from '#core/event.ts';
import type { MailboxItem, MailboxOccurrenceWrite } from '#exchange/mailbox-calendar.port.ts';
import {
  CHANGES,
  changeOne,
  contentOf,
  FIRST,
  LAST,
  LATER,
  type Open,
  regular,
  SECOND,
  SERIES,
  THIRD,
  THURSDAY,
  timed,
  writeOf,
  writeOne,
} from './mailbox-calendar-series-world.ts';
import { createOne, defaultFolder, readOne } from './mailbox-calendar-world.ts';

/** Declares the tests. */
export function occurrenceWriteTests(open: Open): void {
  writingTests(open);
  refusalTests(open);
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
