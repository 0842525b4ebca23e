/** A pairing that previews: it decides as ever and writes nothing, and what it says is what the sync then does. */
import { expect, test } from 'vitest';
import { failure } from '#core/failure.ts';
import type { Preview } from '#shared/api.ts';
import { parsePageMark } from '#store/page-mark.ts';
import { changeSettings, findOwned, startPairing } from '#store/pairings.repository.ts';
import { PREVIEW_PAGE, previewOf } from '#store/preview.repository.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { at, DAY, HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const NONE = { created: 0, updated: 0, deleted: 0 };
const NEW_YORK = { windows: 'Eastern Standard Time', iana: 'America/New_York' };

async function owned(stage: Stage) {
  const { userId, pairingId } = stage.person;
  const found = await findOwned(
    stage.engine.db,
    { portal: 'https://portal.example.com', kind: 'user', id: String(userId) },
    pairingId,
  );
  if (!found) throw new Error('There is no such pairing.');
  return found;
}

async function preview(stage: Stage, after: string | null = null): Promise<Preview> {
  const mark = after === null ? null : parsePageMark(after);
  return previewOf(stage.engine.db, await owned(stage), mark, stage.world.clock.now());
}

function act(stage: Stage) {
  return { id: stage.engine.effects.ids.uuid(), atMs: stage.world.clock.now(), userId: 'ada' };
}

async function start(stage: Stage): Promise<void> {
  await startPairing(stage.engine.db, await owned(stage), act(stage));
}

/** The kinds that there are, with how many. */
async function counts(stage: Stage): Promise<Partial<Preview['counts']>> {
  const found = await preview(stage);
  expect(found.complete).toBe(true);
  return Object.fromEntries(Object.entries(found.counts).filter(([, count]) => count > 0));
}

async function proposed(stage: Stage, title: string) {
  return (await preview(stage)).proposals
    .filter((each) => each.title === title)
    .map(({ kind, fields }) => ({ kind, ...fields }));
}

function expectUntouched(stage: Stage): void {
  const { exchange, liferay } = stage.world;
  expect(
    [...exchange.requests.keys()].filter((name) => !/^(SyncFolderItems|GetItem|FindItem)$/.test(name)),
  ).toEqual([]);
  expect(liferay.requests.writes).toBe(0);
  expect([exchange.outbox, liferay.outbox]).toEqual([[], []]);
}

async function open(options: WorldOptions = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  await stage.setPairing({ preview: true });
  return stage;
}

/** Every way in which two calendars can meet. */
function fill(stage: Stage): void {
  const times = hourFrom('2026-05-06T09:00');
  const booked = { startTime: times.start, endTime: times.end };
  stage.book({ title: 'Invitation', ...booked });
  stage.create({ subject: 'Invited', ...times, uid: stage.row('Invitation').vEventUid });
  stage.create({ subject: 'Same', ...times });
  stage.book({ title: 'Same', ...booked });
  stage.create({ subject: 'Elsewhere', ...times, location: 'Room 1' });
  stage.book({ title: 'Elsewhere', ...booked, location: 'Room 2' });
  stage.create({ subject: 'Jour fixe', ...times, body: { type: 'Text', text: 'The third agenda' } });
  stage.book({ title: 'Jour fixe', ...booked, description: '<p>The first agenda</p>' });
  stage.book({ title: 'Jour fixe', ...booked, description: '<p>The second agenda</p>' });
  stage.create({ subject: 'E one', ...times });
  stage.create({
    subject: 'E day',
    start: at('2026-05-07T00:00'),
    end: at('2026-05-08T00:00'),
    allDay: true,
  });
  stage.create({
    subject: 'E series',
    ...times,
    startZone: NEW_YORK,
    endZone: NEW_YORK,
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'noEnd', startDay: Math.floor(times.start / DAY) },
    },
  });
  stage.create({ subject: 'Doctor', ...times, sensitivity: 'Private' });
  stage.create({ subject: 'E old', ...hourFrom('2024-05-06T09:00') });
  stage.book({ title: 'L one', ...booked });
  stage.book({ title: 'L series', ...booked, recurrence: 'RRULE:FREQ=DAILY;COUNT=4;INTERVAL=1' });
}

/** What the history says that was done, in the words of the preview. */
async function done(stage: Stage): Promise<Record<string, number>> {
  const history = await stage.history();
  const links = (wanted: (entry: (typeof history)[number]) => boolean) =>
    new Set(history.filter(wanted).map(({ linkId }) => linkId)).size;
  return {
    createExchange: links(({ kind, side }) => kind === 'create' && side === 'exchange'),
    createLiferay: links(({ kind, side }) => kind === 'create' && side === 'liferay'),
    link: links(({ kind }) => kind === 'linked' || kind === 'update'),
    deleted: links(({ kind }) => kind === 'delete'),
  };
}

test.each([
  ['both', { createExchange: 2, createLiferay: 4, link: 3, outside: 1, setAside: 3 }],
  ['toLiferay', { createExchange: 0, createLiferay: 4, leaveAlone: 2, link: 3, outside: 1, setAside: 3 }],
] satisfies ['both' | 'toLiferay', Partial<Preview['counts']>][])(
  '%s: it writes nothing, and what it says is what is done after the start',
  async (direction, said) => {
    const stage = await open({ direction });
    fill(stage);
    const before = [stage.inExchange(), stage.inLiferay()];
    for (let n = 0; n < 3; n += 1) expect(await stage.round(HOUR)).toMatchObject(NONE);
    expect((await preview(stage)).counts).toMatchObject(said);
    expect((await preview(stage)).complete).toBe(true);
    expect([stage.inExchange(), stage.inLiferay()]).toEqual(before);
    expectUntouched(stage);
    const idle = await stage.traffic();
    expect(idle).toMatchObject(IDLE);
    expect(new Set(idle.tables)).toEqual(new Set(['mailbox']));

    await start(stage);
    await stage.settle();
    const { createExchange, createLiferay, link } = said;
    expect(await done(stage)).toEqual({ createExchange, createLiferay, link, deleted: 0 });
    expect(await stage.parked()).toEqual(['ambiguousMatch', 'ambiguousMatch', 'ambiguousMatch']);
    expect(stage.mails).toBe(0);
    expect(await stage.traffic()).toMatchObject(IDLE);
  },
);

test('each proposal says which event it is about, when that is, what would change, and why it cannot be', async () => {
  const stage = await open();
  fill(stage);
  await stage.settle();
  const { proposals } = await preview(stage);
  const of = (title: string | null) => proposals.filter((each) => each.title === title);
  const { start: nine } = hourFrom('2026-05-06T09:00');
  const nothing = { fields: { exchange: [], liferay: [] }, reason: null, detail: null };
  expect(of('Elsewhere')).toMatchObject([
    { kind: 'link', start: nine, allDay: false, fields: { exchange: [], liferay: ['location'] } },
  ]);
  expect(of('Invited')).toMatchObject([{ kind: 'link', fields: { exchange: [], liferay: ['title'] } }]);
  expect(of('Same')).toMatchObject([{ kind: 'link', ...nothing }]);
  expect(of('E day')).toMatchObject([
    { kind: 'createLiferay', start: Date.UTC(2026, 4, 7), allDay: true, ...nothing },
  ]);
  expect(of('Jour fixe').map(({ kind, reason }) => [kind, reason])).toEqual(
    Array.from({ length: 3 }, () => ['setAside', 'ambiguousMatch']),
  );
  // The private one.
  expect(of(null)).toMatchObject([{ kind: 'createLiferay', start: nine }]);
});

test('an edit made meanwhile is proposed anew, and is what the sync goes by', async () => {
  // So few calls that each batch is a slice of its own.
  const stage = await open({ settings: { sliceCalls: 5 } });
  fill(stage);
  await stage.settle();
  const { userActs } = stage.world.exchange;
  stage.rebook('Elsewhere', { location: 'Room 5' });
  userActs.changeItem(stage.item('Same').id, { location: 'Room 3' });
  userActs.deleteItem(stage.item('E one').id);
  userActs.changeItem(stage.item('E old').id, hourFrom('2026-05-20T09:00'));
  stage.rebook('L one', { location: 'Room 4' });
  stage.create({ subject: 'L series too', ...hourFrom('2026-05-21T09:00') });
  stage.world.exchange.resetRequests();
  stage.world.liferay.requests.reset();
  await stage.settle();
  expect(await counts(stage)).toEqual({ createExchange: 2, createLiferay: 5, link: 3, setAside: 3 });
  expect(await proposed(stage, 'Same')).toEqual([{ kind: 'link', exchange: [], liferay: ['location'] }]);
  expectUntouched(stage);
  await start(stage);
  await stage.settle();
  expect(await done(stage)).toMatchObject({ createExchange: 2, createLiferay: 5, link: 3 });
  expect(stage.row('Same').location).toBe('Room 3');
  expect(stage.item('L one').content.location).toBe('Room 4');
  expect(stage.titles().liferay).not.toContain('E one');
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test.each(['there', 'changed'])(
  'a booking that is like an item only now is no longer a second event: %s',
  async (how) => {
    const stage = await open();
    const times = hourFrom('2026-05-06T09:00');
    const booked = { startTime: times.start, endTime: times.end };
    stage.create({ subject: 'Board', ...times });
    if (how === 'changed') stage.book({ title: 'Bord', ...booked });
    await stage.settle();
    if (how === 'changed') stage.rebook('Bord', { title: 'Board' });
    else stage.book({ title: 'Board', ...booked });
    await stage.settle();
    expect(await counts(stage)).toEqual({ link: 1 });
    await start(stage);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
  },
);

test('an item that is like a booking only now is no longer a second event', async () => {
  const stage = await open();
  const times = hourFrom('2026-05-06T09:00');
  stage.book({ title: 'Board', startTime: times.start - HOUR, endTime: times.end - HOUR });
  await stage.settle();
  expect(await counts(stage)).toEqual({ createExchange: 1 });
  stage.rebook('Board', { startTime: times.start, endTime: times.end });
  await stage.settle();
  stage.create({ subject: 'Board', ...times });
  await stage.settle();
  expect(await counts(stage)).toEqual({ link: 1 });
});

test('a booking whose item is deleted is linked to another one that is like it', async () => {
  const stage = await open();
  const times = hourFrom('2026-05-06T09:00');
  for (let n = 0; n < 2; n += 1) stage.create({ subject: 'Board', ...times });
  stage.book({ title: 'Board', startTime: times.start, endTime: times.end });
  await stage.settle();
  expect(await counts(stage)).toEqual({ createLiferay: 1, link: 1 });
  stage.world.exchange.userActs.deleteItem(await stage.itemOf(({ liferayId }) => liferayId !== null));
  await stage.settle();
  expect(await counts(stage)).toEqual({ link: 1 });
  await start(stage);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
});

test('the passage of time and other settings are gone by', async () => {
  const stage = await open();
  stage.create({ subject: 'Soon over', ...hourFrom('2026-02-10T09:00') });
  stage.create({ subject: 'Far off', ...hourFrom('2028-06-10T09:00') });
  stage.create({ subject: 'Now', ...hourFrom('2026-05-06T09:00') });
  stage.book({ title: 'L one', startTime: at('2026-05-06T09:00'), endTime: at('2026-05-06T09:30') });
  await stage.settle();
  expect(await counts(stage)).toEqual({ createExchange: 1, createLiferay: 2, outside: 1 });
  await stage.round(40 * DAY);
  expect(await proposed(stage, 'Soon over')).toMatchObject([{ kind: 'outside' }]);
  expect(await proposed(stage, 'Far off')).toMatchObject([{ kind: 'createLiferay' }]);
  await changeSettings(
    stage.engine.db,
    await owned(stage),
    { windowFutureDays: 10, direction: 'toLiferay' },
    act(stage),
  );
  await stage.settle();
  expect(await counts(stage)).toEqual({ createLiferay: 1, leaveAlone: 1, outside: 2 });
  expectUntouched(stage);
});

test('calendars that an earlier pairing kept in step are linked, the stretches of a series as well', async () => {
  const stage = await Stage.open();
  fill(stage);
  await stage.settle();
  const rows = stage.rows().map(({ calendarBookingId }) => calendarBookingId);
  expect(rows.length).toBeGreaterThan(20);
  await stage.loseDatabase();
  await stage.setPairing({ preview: true });
  stage.world.exchange.resetRequests();
  stage.world.liferay.requests.reset();
  await stage.settle();
  expect(await counts(stage)).toEqual({ link: 9, outside: 1, setAside: 3 });
  const changed = (await preview(stage)).proposals.filter(({ fields }) => fields.liferay.length > 0);
  expect(changed).toEqual([]);
  expectUntouched(stage);
  await start(stage);
  expect(await stage.round()).toMatchObject(NONE);
  await stage.settle();
  expect(stage.rows().map(({ calendarBookingId }) => calendarBookingId)).toEqual(rows);
  expect(stage.world.liferay.requests.writes).toBe(0);
});

test('a pairing in step that is made to preview proposes changes and deletions, and does them after the start', async () => {
  const stage = await Stage.open();
  const times = hourFrom('2026-05-06T09:00');
  for (const subject of ['A', 'B', 'C', 'D']) stage.create({ subject, ...times });
  await stage.settle();
  await stage.setPairing({ preview: true });
  stage.rebook('A', { title: 'A2' });
  stage.world.exchange.userActs.changeItem(stage.item('B').id, { location: 'Room 1' });
  stage.world.exchange.userActs.deleteItem(stage.item('C').id);
  await stage.settle();
  expect(await counts(stage)).toEqual({ updateExchange: 1, updateLiferay: 1, deleteLiferay: 1 });
  expect(stage.titles()).toEqual({ exchange: ['A', 'B', 'D'], liferay: ['A2', 'B', 'C', 'D'] });
  expect(await proposed(stage, 'A2')).toEqual([]);
  await start(stage);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['A2', 'B', 'D'], liferay: ['A2', 'B', 'D'] });
  expect(stage.row('B').location).toBe('Room 1');
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('another pairing of the same mailbox goes on', async () => {
  const stage = await open({ people: 2 });
  const { folderId, mailboxId } = await stage.pairing();
  await stage.setPairing({ folderId, mailboxId, direction: 'toLiferay' }, stage.of(1));
  stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00') });
  await stage.settle();
  expect(await counts(stage)).toEqual({ createLiferay: 1 });
  expect(stage.titles().liferay).toEqual([]);
  expect(stage.titles(stage.of(1)).liferay).toEqual(['Board']);
});

test('a large calendar comes to an end slice by slice, and is listed by parts in order of time', async () => {
  const stage = await open({ settings: { sliceCalls: 6 } });
  const first = at('2026-05-06T09:00');
  const times = Array.from({ length: PREVIEW_PAGE + 5 }, (_, n) => first + Math.floor(n / 3) * HOUR);
  for (const [n, start] of times.entries())
    stage.create({ subject: `E ${n}`, start, end: start + 30 * MINUTE });
  const { slices } = await stage.round();
  expect(slices).toBeGreaterThan(1);
  expect(await counts(stage)).toEqual({ createLiferay: times.length });
  const part = await preview(stage);
  const rest = await preview(stage, part.next);
  expect([part.proposals.length, rest.proposals.length, rest.next]).toEqual([PREVIEW_PAGE, 5, null]);
  const all = [...part.proposals, ...rest.proposals];
  expect(all.map((each) => each.start)).toEqual(times);
  expect(new Set(all.map((each) => each.linkId)).size).toBe(times.length);
});

test('it is not complete before both sides were seen, nor while an event waits for another try', async () => {
  const stage = await open();
  stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00') });
  const { fetch } = stage.world;
  const noPortal = stage.world.engine({
    fetch: async (url, request) => {
      if (url.includes('portal')) throw new TypeError('fetch failed');
      return fetch(url, request);
    },
  });
  await stage.round(HOUR, noPortal);
  expect(await preview(stage)).toMatchObject({ complete: false, proposals: [] });
  const refused = failure('itemRefused', 'Not now.');
  const noItems = stage.world.engine({
    openMailbox: (open) => (server, address, zone) => ({
      ...open(server, address, zone),
      read: async (ids) => ids.map((id) => ({ kind: 'failed', id, failure: refused, version: null })),
    }),
  });
  await stage.round(HOUR, noItems);
  expect(await preview(stage)).toMatchObject({ complete: false, proposals: [] });
  await stage.settle();
  expect(await counts(stage)).toEqual({ createLiferay: 1 });
});
