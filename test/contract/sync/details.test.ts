/**
 * How much of a mailbox's events a pairing shows: everything, title and time, or the time only. What is not shown stays
 * in Exchange whatever happens in Liferay, and other settings show every copy anew.
 */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import type { PairingSettings } from '#store/pairings.repository.ts';
import type { UserItem } from '#test/emulators/exchange/user-acts.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { DAY, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');
const BOARD = {
  subject: 'Board',
  location: 'Room 1',
  body: { type: 'Text', text: 'Agenda' },
  start,
  end,
} as const satisfies UserItem;
const when = `${start}-${end}`;
const ALL = { title: 'Board', text: 'Agenda', location: 'Room 1', when };
const NAMED = { title: 'Board', text: '', location: '', when };
const BUSY = { title: 'Busy', text: '', location: '', when };
const PRIVATE = { title: 'Private', text: '', location: '', when };
const DAILY = {
  pattern: { kind: 'daily', interval: 1 },
  range: { kind: 'numbered', startDay: Math.floor(start / DAY), count: 9 },
} as const;

const LATER = { ...DAILY, range: { ...DAILY.range, startDay: DAILY.range.startDay + 14 } };

async function showing(set: Partial<PairingSettings>, ...items: readonly UserItem[]): Promise<Stage> {
  const stage = await Stage.open();
  await stage.changeSettings(set);
  for (const item of items) stage.create(item);
  await stage.settle();
  return stage;
}

/** Nothing is set aside or held, nobody got any mail, and there is nothing left to do. */
async function expectRest(stage: Stage): Promise<void> {
  expect(await stage.parked()).toEqual([]);
  expect(await stage.held()).toEqual([]);
  expect(stage.world.exchange.outbox).toEqual([]);
  expect(stage.mails).toBe(0);
  expect(await stage.traffic()).toMatchObject(IDLE);
}

const LEVELS = [
  { details: 'full', shown: ALL, hidden: PRIVATE },
  { details: 'title', shown: NAMED, hidden: PRIVATE },
  { details: 'busy', shown: BUSY, hidden: BUSY },
] as const;

describe.each(LEVELS)('details: $details', ({ details, shown, hidden }) => {
  test('so much is shown of an event, and of a private one its time', async () => {
    const secret = { ...BOARD, subject: 'Doctor', sensitivity: 'Private' } as const;
    const stage = await showing({ details }, BOARD, secret);
    expect(stage.inLiferay()).toEqual(expect.arrayContaining([shown, hidden]));
    expect(stage.rows()).toHaveLength(2);
    expect(JSON.stringify(stage.rows())).not.toContain('Doctor');
    if (details === 'busy') expect(JSON.stringify(stage.rows())).not.toMatch(/Board|Agenda|Room 1/);
    await expectRest(stage);
  });

  test('with private events shown like the others they are', async () => {
    const stage = await showing({ details, showPrivate: true }, { ...BOARD, sensitivity: 'Private' });
    expect(stage.inLiferay()).toEqual([shown]);
    await expectRest(stage);
  });

  test('an event is moved and renamed in Liferay: what is shown of it follows, and nothing else reaches Exchange', async () => {
    const stage = await showing({ details }, BOARD);
    const moved = { startTime: start + 15 * MINUTE, endTime: end + 15 * MINUTE };
    const texts = { title: 'Mine', description: 'My text', location: 'Here' };
    stage.rebook(shown.title, { ...texts, ...moved });
    await stage.settle();
    const { subject, body, location, ...is } = stage.item(details === 'busy' ? 'Board' : 'Mine').content;
    expect([is.start, is.end]).toEqual([moved.startTime, moved.endTime]);
    expect([body.text.includes('My text'), location]).toEqual(
      details === 'full' ? [true, 'Here'] : [false, 'Room 1'],
    );
    const title = details === 'busy' ? 'Busy' : 'Mine';
    expect(stage.inLiferay()).toMatchObject([
      {
        ...shown,
        title,
        when: expect.anything(),
        ...(details === 'full' ? { text: 'My text', location: 'Here' } : {}),
      },
    ]);
    expect(subject).not.toBe('Busy');
    await expectRest(stage);
  });

  test('an occurrence is moved in Liferay: only its time reaches Exchange', async () => {
    const stage = await showing({ details }, { ...BOARD, recurrence: DAILY });
    const row = stage.row(shown.title).calendarBookingId;
    const on = start + 3 * DAY;
    stage.atPortal((acts) =>
      acts.changeInstance(row, on, { startTime: on + 15 * MINUTE, endTime: end + 3 * DAY }),
    );
    await stage.settle();
    const mailbox = stage.world.exchange.mailbox(stage.person.address);
    const views = stage.world.exchange.userActs.calendarView(mailbox, start, start + 9 * DAY);
    expect(views.map(({ content }) => content.subject)).toEqual(views.map(() => 'Board'));
    expect(views.map(({ content }) => content.start)).toContain(on + 15 * MINUTE);
    expect(stage.inLiferay().map(({ title }) => title)).toEqual([shown.title, shown.title]);
    await expectRest(stage);
  });

  test('an event made in Liferay goes to Exchange with its texts, and keeps them in Liferay', async () => {
    const stage = await showing({ details });
    stage.book({ title: 'Board', description: 'Agenda', location: 'Room 1', startTime: start, endTime: end });
    await stage.settle();
    expect(stage.inLiferay()).toEqual([ALL]);
    expect(stage.inExchange()).toMatchObject([{ title: 'Board', location: 'Room 1' }]);
    await expectRest(stage);
    stage.rebook('Board', { title: 'Board, new' });
    await stage.settle();
    stage.world.exchange.userActs.changeItem(stage.item('Board, new').id, { location: 'Room 2' });
    await stage.settle();
    expect(stage.inLiferay()).toMatchObject([{ title: 'Board, new', text: 'Agenda', location: 'Room 2' }]);
    await expectRest(stage);
  });

  test('the database is lost: what was made in Liferay keeps its texts there all the same', async () => {
    const stage = await showing({ details });
    stage.book({ title: 'Board', description: 'Agenda', location: 'Room 1', startTime: start, endTime: end });
    await stage.settle();
    await stage.loseDatabase();
    await stage.changeSettings({ details });
    await stage.settle();
    expect(stage.inLiferay()).toEqual([ALL]);
    expect(stage.inExchange()).toMatchObject([{ title: 'Board', location: 'Room 1' }]);
    await expectRest(stage);
  });

  test('it is made private in Outlook: of what was made in Liferay no text is shown either', async () => {
    const stage = await showing({ details });
    stage.book({ title: 'Board', startTime: start, endTime: end });
    await stage.settle();
    stage.world.exchange.userActs.changeItem(stage.item('Board').id, { sensitivity: 'Private' });
    await stage.settle();
    expect(stage.inLiferay()).toEqual([PRIVATE]);
    await expectRest(stage);
  });

  test('the database is lost: the rows are met again, none twice, and nothing reaches Exchange', async () => {
    const stage = await showing({ details }, BOARD, { ...BOARD, ...hourFrom('2026-05-07T09:00') });
    await stage.loseDatabase();
    await stage.changeSettings({ details });
    const before = stage.items().map(({ changeKey }) => changeKey);
    await stage.settle();
    expect(stage.inLiferay()).toEqual([shown, { ...shown, when: expect.anything() }]);
    expect(stage.items().map(({ changeKey }) => changeKey)).toEqual(before);
    await expectRest(stage);
  });
});

const CHANGES = LEVELS.flatMap((from) => LEVELS.filter((to) => to !== from).map((to) => ({ from, to })));

describe.each(CHANGES)('from $from.details to $to.details', ({ from, to }) => {
  test('every copy is shown anew, however many: nobody edited anything, nothing is held, Exchange is not written', async () => {
    const items = Array.from({ length: 15 }, (_, n) => ({
      ...BOARD,
      start: start + n * DAY,
      end: end + n * DAY,
    }));
    const stage = await showing({ details: from.details }, ...items);
    const before = stage.items().map(({ changeKey }) => changeKey);
    await stage.changeSettings({ details: to.details });
    await stage.round();
    expect(stage.inLiferay()).toEqual(items.map(() => ({ ...to.shown, when: expect.anything() })));
    expect(stage.items().map(({ changeKey }) => changeKey)).toEqual(before);
    await stage.settle();
    await expectRest(stage);
    expect((await stage.history()).map(({ kind }) => kind)).not.toContain('lost');
  });

  test('a row that was edited meanwhile keeps its edit where the text was shown, and is then shown anew', async () => {
    const stage = await showing({ details: from.details }, BOARD);
    const moved = { startTime: start + 15 * MINUTE, endTime: end + 15 * MINUTE };
    stage.rebook(from.shown.title, { title: 'Mine', ...moved });
    await stage.changeSettings({ details: to.details });
    await stage.settle();
    const title = from.details === 'busy' ? 'Board' : 'Mine';
    expect(stage.item(title).content).toMatchObject({ location: 'Room 1', start: moved.startTime });
    const shown = to.details === 'busy' ? 'Busy' : title;
    expect(stage.inLiferay()).toMatchObject([{ ...to.shown, title: shown, when: expect.anything() }]);
    await expectRest(stage);
  });

  test.each(['exchange', 'liferay'] as const)(
    'by pairing anew, where %s wins: what was hidden in Liferay is not taken for deleted, nor shown any longer',
    async (policy) => {
      const series = { ...BOARD, ...hourFrom('2026-05-20T09:00'), recurrence: LATER };
      const stage = await showing({ details: from.details }, BOARD, series);
      const before = stage.items().map(({ changeKey }) => changeKey);
      await stage.loseDatabase();
      await stage.changeSettings({ details: to.details, policy });
      await stage.settle();
      expect(stage.items().map(({ changeKey }) => changeKey)).toEqual(before);
      expect(stage.inLiferay()).toEqual([to.shown, { ...to.shown, when: expect.anything() }]);
      await expectRest(stage);
    },
  );

  test('the process ends amid that: all the others follow', async () => {
    const items = Array.from({ length: 6 }, (_, n) => ({
      ...BOARD,
      start: start + n * DAY,
      end: end + n * DAY,
    }));
    const stage = await showing({ details: from.details }, ...items);
    await stage.changeSettings({ details: to.details });
    await stage.brokenOff(3);
    await stage.settle();
    expect(stage.inLiferay()).toEqual(items.map(() => ({ ...to.shown, when: expect.anything() })));
    expect(new Set(stage.inExchange().map(({ title, location }) => `${title} ${location}`))).toEqual(
      new Set(['Board Room 1']),
    );
    await expectRest(stage);
  });
});

describe('another setting', () => {
  test('private events are to be shown, and then no more', async () => {
    const stage = await showing({}, { ...BOARD, sensitivity: 'Private' });
    await stage.changeSettings({ showPrivate: true });
    await stage.settle();
    expect(stage.inLiferay()).toEqual([ALL]);
    await stage.changeSettings({ showPrivate: false });
    await stage.settle();
    expect(stage.inLiferay()).toEqual([PRIVATE]);
    await expectRest(stage);
  });

  test('also shows a series anew with its changed occurrence, and in stretches', async () => {
    const zone = { windows: 'W. Europe Standard Time', iana: 'Europe/Rome' };
    const stage = await Stage.open({ zone: 'America/New_York' });
    const WEEKLY = {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay: Math.floor(start / DAY), count: 60 },
    } as const;
    const master = stage.create({ ...BOARD, startZone: zone, endZone: zone, recurrence: WEEKLY });
    const { userActs } = stage.world.exchange;
    userActs.changeItem(userActs.occurrence(master.id, Math.floor(start / DAY) + 7).id, {
      subject: 'Special',
    });
    await stage.settle();
    expect(stage.rows().length).toBeGreaterThan(3);
    await stage.changeSettings({ details: 'busy' });
    await stage.settle();
    expect(
      new Set(stage.inLiferay().map(({ title, text, location }) => `${title}${text}${location}`)),
    ).toEqual(new Set(['Busy']));
    await expectRest(stage);
    await stage.changeSettings({ details: 'full' });
    await stage.settle();
    expect(new Set(stage.inLiferay().map(({ title }) => title))).toEqual(new Set(['Board', 'Special']));
    await expectRest(stage);
  });

  test('what is parked is shown anew as well; what waits for a person is when they have decided', async () => {
    const items = Array.from({ length: 13 }, (_, n) => ({
      ...BOARD,
      start: start + n * DAY,
      end: end + n * DAY,
    }));
    const stage = await showing({}, ...items);
    for (const { id } of stage.items())
      stage.world.exchange.userActs.changeItem(id, { location: 'Elsewhere' });
    await stage.settle();
    expect(await stage.held()).toHaveLength(13);
    await stage.changeSettings({ details: 'busy' });
    await stage.settle();
    expect(await stage.held()).toHaveLength(13);
    await stage.decide('rejected');
    await stage.settle();
    expect(stage.inLiferay()).toEqual(items.map(() => ({ ...BUSY, when: expect.anything() })));
    expect(stage.inExchange().map(({ location }) => location)).toEqual(items.map(() => 'Room 1'));
    expect(await stage.held()).toEqual([]);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('what is made in Liferay before a run knows of the new setting keeps its texts there', async () => {
    const stage = await showing({});
    stage.book({ title: 'Board', startTime: start, endTime: end });
    await stage.settle();
    await stage.changeSettings({ details: 'busy' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
    await expectRest(stage);
  });

  test('and an older backup is put back, which knows nothing of it: what is hidden was not deleted', async () => {
    const stage = await showing({}, BOARD, { ...BOARD, ...hourFrom('2026-05-20T09:00'), recurrence: LATER });
    const before = stage.items().map(({ changeKey }) => changeKey);
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    await stage.changeSettings({ details: 'busy' });
    await stage.settle();
    expect(stage.inLiferay().map(({ title }) => title)).toEqual(['Busy', 'Busy']);
    await putBack(database, backup);
    await stage.settle();
    expect(stage.items().map(({ changeKey }) => changeKey)).toEqual(before);
    expect(stage.inLiferay().map(({ title, location }) => [title, location])).toEqual([
      ['Board', 'Room 1'],
      ['Board', 'Room 1'],
    ]);
    await expectRest(stage);
  });

  test('by pairing anew in a portal that keeps no UIDs: rows that show more than they shall are met by that', async () => {
    const stage = await Stage.open({ liferay: { keepsUid: false } });
    stage.create(BOARD);
    stage.book({ title: 'Mine', ...{ startTime: start + DAY, endTime: end + DAY } });
    await stage.settle();
    await stage.loseDatabase();
    await stage.changeSettings({ details: 'busy' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Mine'], liferay: ['Busy', 'Mine'] });
    await expectRest(stage);
  });

  test('of a read-only copy: it shows anew, and is not counted as changed there', async () => {
    const stage = await Stage.open({ direction: 'toLiferay' });
    stage.create(BOARD);
    await stage.settle();
    for (const details of ['busy', 'title', 'full', 'busy', 'title'] as const) {
      await stage.changeSettings({ details });
      await stage.settle();
    }
    expect(stage.inLiferay()).toEqual([NAMED]);
    await expectRest(stage);
  });
});

test('an event that was stored before pairings had details is shown as before', async () => {
  const stage = await showing({}, BOARD, { ...BOARD, subject: 'Doctor', sensitivity: 'Private' });
  const database = stage.world.db.$client as Client;
  for (const column of ['base', 'seen_exchange']) {
    await database.execute(
      `update link_content set ${column} = json_remove(${column}, '$.disclosure', '$.organizerName')`,
    );
  }
  stage.world.exchange.userActs.touchItem(stage.item('Board').id);
  const { liferayWrites } = await stage.traffic();
  expect(liferayWrites).toBe(0);
  expect(stage.inLiferay()).toEqual([ALL, PRIVATE]);
  await expectRest(stage);
});

test('an item that was made as busy never has that for a title, however its row comes to make it again', async () => {
  const stage = await showing({ details: 'busy' }, BOARD);
  stage.world.exchange.userActs.deleteItem(stage.item('Board').id, true);
  const moved = { startTime: start + 15 * MINUTE, endTime: end + 15 * MINUTE };
  stage.rebook('Busy', moved);
  await stage.settle();
  expect(stage.inExchange()).toMatchObject([{ title: 'Board', text: expect.stringContaining('Agenda') }]);
  expect(stage.inLiferay()).toEqual([{ ...BUSY, when: `${moved.startTime}-${moved.endTime}` }]);
  await expectRest(stage);
});

test.each(['Busy', 'Private'])(
  'the database is lost and so is the event: what is left in Liferay makes none that is called %s',
  async (title) => {
    const sensitivity = title === 'Private' ? 'Private' : 'Normal';
    const stage = await showing({ details: title === 'Busy' ? 'busy' : 'full' }, { ...BOARD, sensitivity });
    expect(stage.titles().liferay).toEqual([title]);
    await stage.loseDatabase();
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id, true);
    stage.book({ title, startTime: start + DAY, endTime: end + DAY });
    await stage.settle();
    expect(stage.inExchange()).toMatchObject([{ title, when: `${start + DAY}-${end + DAY}` }]);
    expect(stage.titles().liferay).toEqual([title, title]);
    await expectRest(stage);
  },
);

test('a series shown as busy is split in Liferay: both halves keep their texts in Exchange, and show none', async () => {
  const stage = await showing({ details: 'busy' }, { ...BOARD, recurrence: DAILY });
  const row = stage.row('Busy').calendarBookingId;
  const on = start + 4 * DAY;
  stage.atPortal((acts) =>
    acts.changeInstance(row, on, { startTime: on + 15 * MINUTE, endTime: end + 4 * DAY }, true),
  );
  await stage.settle();
  expect(stage.inExchange().map(({ title, location }) => [title, location])).toEqual([
    ['Board', 'Room 1'],
    ['Board', 'Room 1'],
  ]);
  expect(stage.inLiferay().map(({ title }) => title)).toEqual(['Busy', 'Busy']);
  await expectRest(stage);
});
