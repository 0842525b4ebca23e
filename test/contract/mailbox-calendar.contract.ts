/**
 * What every MailboxCalendar must do, said in terms of the port alone. `open` gives a fresh mailbox with an empty
 * default calendar, and a person who uses the same mailbox by other means.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, EventTime } from '#core/event.ts';
import { NEUTRAL_EVENT } from '#core/event.ts';
import type { InvitationIntent } from '#exchange/mailbox-calendar.port.ts';
import { EVENT_FIELDS } from '#shared/event-fields.ts';
import { attendeeTests } from './mailbox-calendar-attendees.contract.ts';
import { responseTests } from './mailbox-calendar-responses.contract.ts';
import { seriesTests } from './mailbox-calendar-series.contract.ts';
import { slotTests } from './mailbox-calendar-slots.contract.ts';
import {
  allChanges,
  type ContractOptions,
  createOne,
  defaultFolder,
  idOf,
  ids,
  type MailboxWorld,
  readOne,
  updateOne,
  versionOf,
} from './mailbox-calendar-world.ts';
import { mailboxEvents } from './mailbox-events.ts';

const TIMED: EventTime = {
  kind: 'timed',
  start: '2026-12-01T09:00:00Z',
  end: '2026-12-01T10:00:00Z',
  zone: 'Europe/Rome',
};
const EVENT: CalendarEvent = { ...NEUTRAL_EVENT, title: 'Board', time: TIMED };
const FULL: CalendarEvent = {
  ...EVENT,
  description: 'Agenda\n\n1. Money',
  location: 'Room 1',
  showAs: 'tentative',
  sensitivity: 'private',
  reminderMinutes: 30,
  categories: ['Green', 'Red'],
};
const SERIES: CalendarEvent = {
  ...EVENT,
  recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'count', count: 5 } },
};
const ATTENDEE = { address: 'bo@example.com', name: 'Bo', role: 'required', response: 'none' } as const;

/** Declares the suite for one implementation. */
export function mailboxCalendarContract(
  name: string,
  open: () => Promise<MailboxWorld>,
  options: ContractOptions = {},
): void {
  const { runs = 100 } = options;
  describe(name, () => {
    describe('folders', () => folderTests(open));
    describe('what is written is what is read', () => contentTests(open, runs, options));
    describe('changes', () => changeTests(open, options));
    describe('update', () => updateTests(open));
    describe('series', () => seriesTests(open, options));
    describe('remove', () => removeTests(open, options));
    describe('stamps', () => stampTests(open));
    describe('mail', () => mailTests(open));
    describe('attendees', () => attendeeTests(open));
    describe('responses', () => responseTests(open));
    describe('what takes place when', () => slotTests(open));
  });
}

type Open = () => Promise<MailboxWorld>;

function folderTests(open: Open): void {
  test('the default calendar comes first, and the others say whether they can be written', async () => {
    const { mailbox, person } = await open();
    const team = person.addCalendar('Team & <Family>', true);
    const holidays = person.addCalendar('Holidays', false);
    const [first, ...others] = await mailbox.listFolders();
    expect(first).toMatchObject({ isDefault: true, canWrite: true });
    expect(others).toHaveLength(2);
    expect(others).toContainEqual({ id: team, name: 'Team & <Family>', isDefault: false, canWrite: true });
    expect(others).toContainEqual({ id: holidays, name: 'Holidays', isDefault: false, canWrite: false });
  });

  test('a calendar that was deleted is said to be gone, whatever is asked of it', async () => {
    const { mailbox, person } = await open();
    const folderId = person.addCalendar('Old', true);
    const { cursor } = await mailbox.changes(folderId, null);
    person.deleteCalendar(folderId);
    const gone = { failure: { reason: 'folderNotFound' } };
    await expect(mailbox.changes(folderId, null)).rejects.toMatchObject(gone);
    await expect(mailbox.changes(folderId, cursor)).rejects.toMatchObject(gone);
    await expect(mailbox.findByStamp(folderId, ['stamp'])).rejects.toMatchObject(gone);
    const create = mailbox.create(folderId, [{ ...ids(), event: EVENT, invitations: 'none' }]);
    expect(await create.catch((error: unknown) => [error])).toMatchObject([gone]);
  });
}

function contentTests(
  open: Open,
  runs: number,
  { weeksFromSunday = false, ownUids = false }: ContractOptions,
): void {
  test('for any event, and a second reading says the same', async () => {
    const { mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    await fc.assert(
      fc.asyncProperty(mailboxEvents(weeksFromSunday), async (event) => {
        const id = await createOne(mailbox, folderId, event);
        const item = await readOne(mailbox, id);
        expect(item.event).toEqual(event);
        expect(item.folderId).toBe(folderId);
        expect(await readOne(mailbox, id)).toEqual(item);
      }),
      { numRuns: runs },
    );
  });

  test.each([
    ['markup', ']]><script>&amp;&lt;&#x0;</script>"\''],
    ['characters outside the first plane', '😀👨‍👩‍👧‍👦𝒳'],
    ['both directions of writing', 'אבג\u{202E}abc\u{200F}'],
    ['blanks and line ends at the edges', '\n\n  text \t\n '],
    ['100 kB', `${'Zeile & <Ende>\n'.repeat(7000)}.`],
    ['nothing', ''],
  ])('a description with %s', async (_, description) => {
    const { mailbox } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), { ...EVENT, description });
    expect((await readOne(mailbox, id)).event.description).toBe(description);
  });

  test('characters that no XML can hold are dropped or marked, in one line they are blanks', async () => {
    const { mailbox } = await open();
    const event = { ...EVENT, title: ' \u{1}a\u{7}b\nc ', description: 'a\u{0}b\u{D800}c\r\nd\u{FFFF}' };
    const id = await createOne(mailbox, await defaultFolder(mailbox), event);
    expect((await readOne(mailbox, id)).event).toMatchObject({
      title: 'a b c',
      description: 'ab\u{FFFD}c\nd',
    });
  });

  test('the identity: our UID and our stamp, and none of ours on what a person made', async () => {
    const { mailbox, person } = await open();
    const folderId = await defaultFolder(mailbox);
    const [written] = await mailbox.create(folderId, [
      { stamp: 'stamp "&<1>', uid: 'uid-1@example.com', event: EVENT, invitations: 'none' },
    ]);
    const item = await readOne(mailbox, idOf(written));
    expect(item.stamp).toBe('stamp "&<1>');
    if (ownUids) expect(item.uid).toMatch(/./);
    else expect(item.uid).toBe('uid-1@example.com');
    expect(item.version).toBe(versionOf(written));
    expect((await readOne(mailbox, person.createAppointment('Theirs'))).stamp).toBeNull();
  });

  test('a batch keeps its order, and one bad event does not hinder the others', async () => {
    const { mailbox } = await open();
    const backwards: CalendarEvent = { ...EVENT, time: { ...TIMED, end: '2026-12-01T08:00:00Z' } };
    const events = [{ ...EVENT, title: 'A' }, backwards, { ...EVENT, title: 'B' }];
    const creates = events.map((event) => ({ ...ids(), event, invitations: 'none' as const }));
    const outcomes = await mailbox.create(await defaultFolder(mailbox), creates);
    expect(outcomes[1]).toMatchObject({ kind: 'failed', failure: { reason: 'startAfterEnd' } });
    const read = await mailbox.read([idOf(outcomes[2]), idOf(outcomes[0])]);
    expect(read.map((one) => one.kind === 'item' && one.item.event.title)).toEqual(['B', 'A']);
  });

  test('what is gone is gone, among others that are there', async () => {
    const { mailbox, person } = await open();
    const [gone, here] = [person.createAppointment('gone'), person.createAppointment('here')];
    person.delete(gone);
    expect(await mailbox.read([gone, here])).toMatchObject([{ kind: 'gone', id: gone }, { kind: 'item' }]);
  });
}

function changeTests(open: Open, { tellsByReading = false }: ContractOptions): void {
  test('without a cursor everything is changed; with the last one nothing is', async () => {
    const { mailbox, person } = await open();
    const folderId = await defaultFolder(mailbox);
    const made = Array.from({ length: 3 }, (_, index) => person.createAppointment(`${index}`));
    const all = await allChanges(mailbox, folderId, null);
    expect(all.changes.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(
      made.map((id) => `changed ${id}`).sort(),
    );
    expect((await allChanges(mailbox, folderId, all.cursor)).changes).toEqual([]);
  });

  test('each change by a person appears once, with the version that is then read', async () => {
    const { mailbox, person } = await open();
    const folderId = await defaultFolder(mailbox);
    const [kept, deleted] = [person.createAppointment('kept'), person.createAppointment('deleted')];
    const { cursor } = await allChanges(mailbox, folderId, null);
    person.retitle(kept, 'changed');
    person.delete(deleted);
    const added = person.createAppointment('added');
    const { changes } = await allChanges(mailbox, folderId, cursor);
    expect(changes).toHaveLength(3);
    const gone = tellsByReading
      ? { kind: 'changed', id: deleted, version: '' }
      : { kind: 'deleted', id: deleted };
    expect(changes).toContainEqual(gone);
    for (const id of [kept, added]) {
      const { version } = await readOne(mailbox, id);
      expect(changes).toContainEqual({ kind: 'changed', id, version });
    }
  });

  test('more than a page comes page by page, and each cursor holds', async () => {
    const { mailbox, person } = await open();
    const folderId = await defaultFolder(mailbox);
    for (let index = 0; index < 600; index += 1) person.createAppointment(`${index}`);
    const first = await mailbox.changes(folderId, null);
    expect(first.more).toBe(true);
    const rest = await allChanges(mailbox, folderId, first.cursor);
    const seen = [...first.changes, ...rest.changes].map(({ id }) => id);
    expect(new Set(seen).size).toBe(600);
    expect(seen).toHaveLength(600);
  });

  test('a cursor that is none is said to be invalid', async () => {
    const { mailbox } = await open();
    await expect(mailbox.changes(await defaultFolder(mailbox), 'bm9uZQ==')).rejects.toMatchObject({
      failure: { reason: 'cursorInvalid' },
    });
  });
}

function updateTests(open: Open): void {
  const target: CalendarEvent = {
    ...NEUTRAL_EVENT,
    title: 'New',
    description: 'New text',
    location: 'New room',
    time: { kind: 'allDay', start: '2027-02-03', end: '2027-02-05' },
    recurrence: { pattern: { kind: 'daily', interval: 7 }, range: { kind: 'until', until: '2027-04-01' } },
    showAs: 'free',
    sensitivity: 'normal',
    reminderMinutes: null,
    categories: ['Blue'],
  };

  // Exceptions and responses have writes of their own, and of attendees the change is given.
  const others: readonly string[] = ['exceptions', 'ownResponse', 'attendees'];
  test.each(EVENT_FIELDS.filter((field) => !others.includes(field)))(
    'of %s changes this and nothing else',
    async (field) => {
      const { mailbox } = await open();
      const id = await createOne(mailbox, await defaultFolder(mailbox), FULL);
      const before = await readOne(mailbox, id);
      const written = await updateOne(mailbox, before, target, [field]);
      const after = await readOne(mailbox, idOf(written));
      const changed =
        field === 'when' ? { time: target.time, recurrence: target.recurrence } : { [field]: target[field] };
      expect(after.event).toEqual({ ...FULL, ...changed });
      expect(after.version).toBe(versionOf(written));
      expect(after.version).not.toBe(before.version);
    },
  );

  test('to what is neutral clears everything', async () => {
    const { mailbox } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), {
      ...FULL,
      recurrence: SERIES.recurrence,
    });
    const neutral: CalendarEvent = { ...NEUTRAL_EVENT, time: TIMED };
    const written = await updateOne(mailbox, await readOne(mailbox, id), neutral, EVENT_FIELDS);
    expect((await readOne(mailbox, idOf(written))).event).toEqual(neutral);
  });

  test('of an item that changed meanwhile is refused and changes nothing', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), EVENT);
    const before = await readOne(mailbox, id);
    person.retitle(id, 'By a person');
    const outcome = await updateOne(mailbox, before, target, ['title']);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'changedMeanwhile' } });
    expect((await readOne(mailbox, id)).event.title).toBe('By a person');
  });

  test('of an item that is gone says so', async () => {
    const { mailbox, person } = await open();
    const id = await createOne(mailbox, await defaultFolder(mailbox), EVENT);
    const before = await readOne(mailbox, id);
    person.delete(id);
    const outcome = await updateOne(mailbox, before, target, ['title']);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { reason: 'itemNotFound' } });
  });
}

function removeTests(open: Open, { tellsByReading = false }: ContractOptions): void {
  test('takes the item away once; the second time it is not found', async () => {
    const { mailbox } = await open();
    const folderId = await defaultFolder(mailbox);
    const id = await createOne(mailbox, folderId, EVENT);
    const { cursor } = await allChanges(mailbox, folderId, null);
    const { version } = await readOne(mailbox, id);
    const remove = [{ id, version, invitations: 'none' as const }];
    expect(await mailbox.remove(remove)).toMatchObject([{ kind: 'written' }]);
    expect(await mailbox.remove(remove)).toMatchObject([
      { kind: 'failed', failure: { reason: 'itemNotFound' } },
    ]);
    const gone = tellsByReading ? { kind: 'changed', id, version: '' } : { kind: 'deleted', id };
    expect((await allChanges(mailbox, folderId, cursor)).changes).toEqual([gone]);
    expect(await mailbox.read([id])).toEqual([{ kind: 'gone', id }]);
  });
}

function stampTests(open: Open): void {
  test('find what we created, its copies too, and nothing with another stamp', async () => {
    const { mailbox, person } = await open();
    const folderId = await defaultFolder(mailbox);
    const stamps = ['One&<"1">', 'two', 'three'];
    const outcomes = await mailbox.create(
      folderId,
      stamps.map((stamp) => ({ ...ids(), stamp, event: EVENT, invitations: 'none' as const })),
    );
    const copy = person.copy(idOf(outcomes[0]));
    const found = await mailbox.findByStamp(folderId, ['One&<"1">', 'two', 'absent']);
    expect(found.map(({ stamp, id }) => `${stamp} ${id}`).sort()).toEqual(
      [`One&<"1"> ${idOf(outcomes[0])}`, `One&<"1"> ${copy}`, `two ${idOf(outcomes[1])}`].sort(),
    );
    expect(await mailbox.findByStamp(folderId, ['ONE&<"1">'])).toEqual([]);
    expect(await mailbox.findByStamp(folderId, [])).toEqual([]);
  });
}

function mailTests(open: Open): void {
  const meeting: CalendarEvent = { ...EVENT, attendees: [ATTENDEE] };
  const writes = async (world: MailboxWorld, invitations: InvitationIntent): Promise<readonly number[]> => {
    const { mailbox } = world;
    const counts = [world.mails()];
    const [created] = await mailbox.create(await defaultFolder(mailbox), [
      { ...ids(), event: meeting, invitations },
    ]);
    counts.push(world.mails());
    const { version } = await readOne(mailbox, idOf(created));
    const [updated] = await mailbox.update([
      {
        id: idOf(created),
        version,
        event: { ...meeting, title: 'Later' },
        fields: ['title'],
        wasSeries: false,
        invitations,
      },
    ]);
    counts.push(world.mails());
    await mailbox.remove([{ id: idOf(updated), version: versionOf(updated), invitations }]);
    return [...counts, world.mails()];
  };

  test('none leaves for any write whose intent is none', async ({ skip }) => {
    const world = await open();
    skip(!world.mailbox.capabilities.canSuppressMail, 'it cannot suppress mail');
    expect(await writes(world, 'none')).toEqual([0, 0, 0, 0]);
  });

  test('leaves for each write whose intent is all', async () => {
    const [start, created, updated, removed] = await writes(await open(), 'all');
    expect(start).toBe(0);
    expect(created).toBeGreaterThan(0);
    expect(updated).toBeGreaterThan(created ?? 0);
    expect(removed).toBeGreaterThan(updated ?? 0);
  });

  test('never leaves for an event without attendees', async () => {
    const world = await open();
    await createOne(world.mailbox, await defaultFolder(world.mailbox), EVENT);
    expect(world.mails()).toBe(0);
  });
}
