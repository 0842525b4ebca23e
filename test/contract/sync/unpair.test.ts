/** The end of a pairing whose copies are not to stay: what we made on that side goes, and nothing else, anywhere. */
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { mailbox, pairing } from '#drizzle/schema.ts';
import { copiesOf, endWithoutCopies } from '#store/copies.repository.ts';
import { createPairing, findOwned } from '#store/pairings.repository.ts';
import { pairingOf } from '#store/status.repository.ts';
import type { Engine } from '#sync/engine.ts';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { DAY, HOUR, hourFrom, Stage } from './stage.ts';

type Side = 'exchange' | 'liferay';

const TIMES = hourFrom('2026-05-06T09:00');
const BOOKED = { startTime: TIMES.start, endTime: TIMES.end };
const FROM_EXCHANGE = ['E one', 'E series', 'E series', 'E two'];
const FROM_LIFERAY = ['L one', 'L series'];
const BOTH = 'Both';

function ownerOf(stage: Stage) {
  return { portal: 'https://portal.example.com', kind: 'user', id: String(stage.person.userId) } as const;
}

async function owned(stage: Stage) {
  const found = await findOwned(stage.engine.db, ownerOf(stage), stage.person.pairingId);
  if (!found) throw new Error('There is no such pairing.');
  return found;
}

function act(stage: Stage) {
  return { id: stage.engine.effects.ids.uuid(), atMs: stage.world.clock.now(), userId: 'ada' };
}

async function copies(stage: Stage) {
  return copiesOf(stage.engine.db, [stage.person.pairingId]);
}

async function end(stage: Stage, side: Side): Promise<void> {
  const count = (await copies(stage))[side];
  expect(
    await endWithoutCopies(stage.engine.db, await owned(stage), { side, count }, act(stage)),
  ).not.toBeNull();
}

async function isForgotten(stage: Stage): Promise<boolean> {
  const { db } = stage.engine;
  return (await db.select().from(pairing)).length === 0 && (await db.select().from(mailbox)).length === 0;
}

/** Two events of each side with a series among them, one changed occurrence, and one that both sides had before. */
async function inStep(options: WorldOptions = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  stage.create({ subject: 'E one', ...TIMES });
  stage.create({ subject: 'E two', ...TIMES, body: { type: 'Text', text: 'Agenda' } });
  const zone = { windows: 'W. Europe Standard Time', iana: 'Europe/Berlin' };
  stage.create({
    subject: 'E series',
    ...TIMES,
    startZone: zone,
    endZone: zone,
    recurrence: {
      pattern: { kind: 'daily', interval: 1 },
      range: { kind: 'numbered', startDay: Math.floor(TIMES.start / DAY), count: 5 },
    },
  });
  stage.book({ title: 'L one', ...BOOKED });
  stage.book({ title: 'L series', ...BOOKED, recurrence: 'RRULE:FREQ=DAILY;COUNT=4;INTERVAL=1' });
  stage.create({ subject: BOTH, ...TIMES });
  stage.book({ title: BOTH, ...BOOKED });
  await stage.settle();
  const { userActs } = stage.world.exchange;
  const third = userActs.occurrence(stage.item('E series').id, Math.floor(TIMES.start / DAY) + 2);
  userActs.changeItem(third.id, { location: 'Room 1' }, undefined);
  await stage.settle();
  return stage;
}

test('what would go is counted on each side: our copies, and not what both sides had before', async () => {
  const stage = await inStep();
  expect(await copies(stage)).toEqual({ liferay: 3, exchange: 2, meetings: 0 });
});

test.each<readonly [Side, readonly string[], readonly string[]]>([
  ['liferay', [BOTH, 'E one', 'E series', 'E two', 'L one', 'L series'], [BOTH, 'L one', 'L series']],
  ['exchange', [BOTH, 'E one', 'E series', 'E two'], [BOTH, ...FROM_EXCHANGE, ...FROM_LIFERAY]],
])(
  'the copies in %s go, with their changed occurrences, and the pairing with them',
  async (side, exchange, liferay) => {
    const stage = await inStep();
    const others = [stage.inExchange(), stage.inLiferay()];
    await end(stage, side);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange, liferay });
    const [inExchange, inLiferay] = others;
    if (side === 'liferay') expect(stage.inExchange()).toEqual(inExchange);
    else expect(stage.inLiferay()).toEqual(inLiferay);
    expect(await isForgotten(stage)).toBe(true);
    expect(stage.mails).toBe(0);
  },
);

test('more than were counted are not removed', async () => {
  const stage = await inStep();
  const before = stage.titles();
  const refused = await endWithoutCopies(
    stage.engine.db,
    await owned(stage),
    { side: 'liferay', count: 2 },
    act(stage),
  );
  expect(refused).toBeNull();
  await stage.settle();
  expect(stage.titles()).toEqual(before);
});

test.each<readonly [Side, (stage: Stage) => void, string]>([
  ['liferay', (stage) => stage.rebook('E one', { location: 'Mine' }), 'E one'],
  [
    'exchange',
    (stage) => stage.world.exchange.userActs.changeItem(stage.item('L one').id, { location: 'Mine' }),
    'L one',
  ],
])('a copy in %s that somebody has edited stays as they left it', async (side, edit, title) => {
  const stage = await inStep();
  await end(stage, side);
  edit(stage);
  await stage.settle();
  const copy = side === 'liferay' ? stage.inLiferay() : stage.inExchange();
  expect(copy.find((each) => each.title === title)?.location).toBe('Mine');
  expect(stage.titles()[side === 'liferay' ? 'exchange' : 'liferay']).toContain(title);
  expect(await isForgotten(stage)).toBe(true);
});

test('a meeting that was made in Liferay stays in Exchange, and is counted as such', async () => {
  const stage = await Stage.open({ people: 2 });
  await stage.settle();
  const inviteCalendarIds = [stage.of(1).calendarId];
  stage.book({ title: 'Meeting', ...BOOKED, inviteCalendarIds });
  stage.book({ title: 'L one', ...BOOKED });
  await stage.settle();
  expect(await copies(stage)).toEqual({ liferay: 0, exchange: 1, meetings: 1 });
  const mails = stage.mails;
  await end(stage, 'exchange');
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Meeting'], liferay: ['L one', 'Meeting'] });
  expect(stage.mails).toBe(mails);
});

test('an item that somebody copied from ours in Outlook is theirs', async () => {
  const stage = await inStep();
  await end(stage, 'exchange');
  const { content } = stage.item('L one');
  stage.create({ subject: 'L one', ...TIMES, location: content.location });
  await stage.settle();
  expect(stage.titles().exchange.filter((title) => title === 'L one')).toHaveLength(1);
});

test('how far it is can be seen, and nothing is copied meanwhile', async () => {
  const stage = await inStep({ settings: { sliceCalls: 1, portalWrites: 1 } });
  await end(stage, 'liferay');
  stage.create({ subject: 'Late', ...TIMES });
  const found = await pairingOf(stage.engine.db, ownerOf(stage), stage.person.pairingId);
  expect(found).toMatchObject({ status: 'unpairing', progress: { done: 0, total: 3 } });
  await stage.settle();
  expect(stage.titles().liferay).not.toContain('Late');
  expect(await isForgotten(stage)).toBe(true);
});

test('who pairs the calendar anew keeps what is left, and finds it again', async () => {
  const stage = await inStep({ settings: { sliceCalls: 1 } });
  await end(stage, 'liferay');
  // Nothing has run yet: all copies are left.
  const { mailboxId } = await owned(stage);
  const [box] = await stage.engine.db.select().from(mailbox).where(eq(mailbox.id, mailboxId));
  const [old] = await stage.engine.db.select().from(pairing);
  if (!box || !old) throw new Error('There is no such pairing.');
  const outcome = await createPairing(
    stage.engine.db,
    { id: 'again', owner: ownerOf(stage), domainId: box.domainId, address: box.address, intervalSeconds: 30 },
    {
      id: 'p-again',
      folder: { id: old.folderId, name: old.folderName },
      calendar: { id: old.calendarId, name: old.calendarName, zone: old.calendarZone },
      direction: 'both',
    },
    act(stage),
  );
  expect(outcome).toBe('done');
  await stage.settle();
  const all = [BOTH, ...FROM_EXCHANGE, ...FROM_LIFERAY];
  expect(stage.titles().liferay).toEqual(all);
  expect(stage.titles().exchange).toHaveLength(6);
  expect((await stage.engine.db.select().from(pairing)).map(({ id }) => id)).toEqual(['p-again']);
});

describe('nothing is removed on the strength of an answer', () => {
  test.each(['emptyList', 'silentGuest', 'accessLost', 'http500'] as const)('%s', async (fault) => {
    const stage = await inStep();
    await end(stage, 'liferay');
    const before = stage.titles();
    const { liferay } = stage.world;
    liferay.faults.next(FAULTS[fault], { times: 1_000_000 });
    await stage.round(HOUR);
    liferay.faults.clear();
    expect(stage.titles()).toEqual(before);
    await stage.settle();
    expect(stage.titles().liferay).toEqual([BOTH, ...FROM_LIFERAY]);
  });
});

/** A process that ends at its nth request, before it was sent or after it was answered. */
function crashing(stage: Stage, nth: number, when: 'before' | 'after') {
  const { fetch: network } = stage.world;
  const { promise: crashed, resolve: crash } = Promise.withResolvers<true>();
  let made = 0;
  const engine: Engine = stage.world.engine({
    db: stage.engine.db,
    fetch: async (url, request) => {
      made += 1;
      if (made > nth) return new Promise(() => {});
      if (made < nth) return network(url, request);
      if (when === 'after') await network(url, request);
      crash(true);
      return new Promise(() => {});
    },
  });
  return { engine, crashed };
}

test.each([
  ['liferay', 'before'],
  ['liferay', 'after'],
  ['exchange', 'before'],
  ['exchange', 'after'],
] as const)(
  'copies in %s: whichever request a process dies %s, the other side is as it was',
  async (side, when) => {
    let died = true;
    for (let nth = 1; died; nth += 1) {
      const stage = await inStep();
      const kept = side === 'liferay' ? stage.inExchange() : stage.inLiferay();
      await end(stage, side);
      const { engine, crashed } = crashing(stage, nth, when);
      const round = stage.round(undefined, engine, 'another').then(() => false);
      died = await Promise.race([round, crashed]);
      await stage.settle();
      expect([nth, side === 'liferay' ? stage.inExchange() : stage.inLiferay()]).toEqual([nth, kept]);
      expect([nth, await isForgotten(stage)]).toEqual([nth, true]);
      const left = side === 'liferay' ? stage.titles().liferay : stage.titles().exchange;
      expect([nth, left]).toEqual([
        nth,
        side === 'liferay' ? [BOTH, ...FROM_LIFERAY] : [BOTH, 'E one', 'E series', 'E two'],
      ]);
    }
  },
);
