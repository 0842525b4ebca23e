/** Events of a preview that match several on the other side: what a person decides about each is what the sync does. */
import { expect, test } from 'vitest';
import type { Ambiguity, AmbiguityDecisions } from '#shared/ambiguities.ts';
import { ambiguitiesOf, decideAmbiguities } from '#store/ambiguities.repository.ts';
import { findOwned, startPairing } from '#store/pairings.repository.ts';
import { retryParked } from '#store/problems.repository.ts';
import type { Engine } from '#sync/engine.ts';
import { HOUR, hourFrom, IDLE, Stage } from './stage.ts';

type Decision = AmbiguityDecisions['decisions'][number];

const TIMES = hourFrom('2026-05-06T09:00');
const BOOKED = { startTime: TIMES.start, endTime: TIMES.end };

async function owned(stage: Stage) {
  const { userId, pairingId } = stage.person;
  const owner = { portal: 'https://portal.example.com', kind: 'user', id: String(userId) } as const;
  const found = await findOwned(stage.engine.db, owner, pairingId);
  if (!found) throw new Error('There is no such pairing.');
  return found;
}

function act(stage: Stage) {
  return { id: stage.engine.effects.ids.uuid(), atMs: stage.world.clock.now(), userId: 'ada' };
}

async function start(stage: Stage): Promise<void> {
  await startPairing(stage.engine.db, await owned(stage), act(stage));
}

async function ambiguities(stage: Stage): Promise<readonly Ambiguity[]> {
  return (await ambiguitiesOf(stage.engine.db, await owned(stage), null)).events;
}

async function decide(stage: Stage, ...decisions: readonly Decision[]): Promise<number> {
  return decideAmbiguities(stage.engine.db, await owned(stage), { decisions: [...decisions] }, act(stage));
}

/** By the beginning of its text. */
function called(events: readonly Ambiguity[], name: string): string {
  const found = events.filter(({ description }) => description?.startsWith(name));
  const [event] = found;
  if (!event || found.length > 1) throw new Error(`${found.length} events are called ${name}.`);
  return event.linkId;
}

/** One event in Exchange, two in Liferay that may be the same. */
async function previewing(more: (stage: Stage) => void = () => {}): Promise<Stage> {
  const stage = await Stage.open();
  await stage.setPairing({ preview: true });
  stage.create({ subject: 'Jour fixe', ...TIMES, body: { type: 'Text', text: 'Third agenda' } });
  stage.book({ title: 'Jour fixe', ...BOOKED, description: '<p>First agenda</p>' });
  stage.book({ title: 'Jour fixe', ...BOOKED, description: '<p>Second agenda</p>' });
  more(stage);
  await stage.settle();
  return stage;
}

/** What both sides show, by their texts. */
function texts(stage: Stage) {
  return {
    exchange: stage.inExchange().map(({ text }) => text),
    liferay: stage.inLiferay().map(({ text }) => text),
  };
}

function sorted({ exchange, liferay }: ReturnType<typeof texts>) {
  return { exchange: exchange.toSorted(), liferay: liferay.toSorted() };
}

test('they are told with what tells them apart, and nothing is decided by itself', async () => {
  const stage = await previewing();
  const events = await ambiguities(stage);
  expect(events.map(({ side, description, candidates }) => [side, description, candidates.length])).toEqual(
    expect.arrayContaining([
      ['exchange', 'Third agenda', 2],
      ['liferay', 'First agenda', 0],
      ['liferay', 'Second agenda', 0],
    ]),
  );
  await start(stage);
  await stage.settle();
  expect(await stage.parked()).toEqual(['ambiguousMatch', 'ambiguousMatch', 'ambiguousMatch']);
});

const ALL = ['First agenda', 'Second agenda', 'Third agenda'];

test.each([
  [
    'the same, and the other booking new',
    { Third: 'link', First: 'create' },
    { exchange: ['First agenda', 'Third agenda'], liferay: ['First agenda', 'Third agenda'] },
    [],
  ],
  ['all others', { Third: 'create', First: 'create', Second: 'create' }, { exchange: ALL, liferay: ALL }, []],
  [
    'left out, each of them',
    { Third: 'leaveOut', First: 'leaveOut', Second: 'leaveOut' },
    { exchange: ['Third agenda'], liferay: ['First agenda', 'Second agenda'] },
    ['leftOut', 'leftOut', 'leftOut'],
  ],
  [
    'the same, and nothing about the other booking',
    { Third: 'link' },
    { exchange: ['Third agenda'], liferay: ['First agenda', 'Third agenda'] },
    ['ambiguousMatch'],
  ],
] as const)('decided to be %s', async (_, made, both, parked) => {
  const stage = await previewing();
  const events = await ambiguities(stage);
  const decisions = Object.entries(made).map(([name, choice]): Decision => {
    const linkId = called(events, name);
    return choice === 'link' ? { linkId, choice, with: called(events, 'Second') } : { linkId, choice };
  });
  for (let n = 0; n < 2; n += 1) expect(await decide(stage, ...decisions)).toBe(decisions.length);
  await stage.settle();
  expect(stage.world.liferay.requests.writes).toBe(0);
  await start(stage);
  await stage.settle();
  expect(sorted(texts(stage))).toEqual(both);
  expect(await stage.parked()).toEqual(parked);
  expect(stage.mails).toBe(0);
  expect(await stage.traffic()).toMatchObject(IDLE);
});

/** Links the item with the second booking, and leaves the first out. */
async function decideBoth(stage: Stage): Promise<void> {
  const events = await ambiguities(stage);
  await decide(
    stage,
    { linkId: called(events, 'Third'), choice: 'link', with: called(events, 'Second') },
    { linkId: called(events, 'First'), choice: 'leaveOut' },
  );
}

test('what was decided outlasts an edit while the pairing previews, and other candidates do away with it', async () => {
  const stage = await previewing();
  await decideBoth(stage);
  stage.world.exchange.userActs.changeItem(stage.item('Jour fixe').id, { location: 'Room 1' });
  await stage.settle();
  const kept = (await ambiguities(stage)).find(({ side }) => side === 'exchange');
  expect(kept).toMatchObject({ choice: 'link', location: 'Room 1' });
  stage.book({ title: 'Jour fixe', ...BOOKED, description: '<p>Fourth agenda</p>' });
  stage.world.exchange.userActs.changeItem(stage.item('Jour fixe').id, { location: 'Room 2' });
  await stage.settle();
  const asked = (await ambiguities(stage)).find(({ side }) => side === 'exchange');
  expect(asked).toMatchObject({ choice: null, chosen: null, location: 'Room 2' });
  expect(asked?.candidates).toHaveLength(3);
});

test('a booking that was edited after it was chosen is linked all the same', async () => {
  const stage = await previewing();
  await decideBoth(stage);
  const second = stage
    .rows()
    .find(({ descriptions }) => Object.values(descriptions).join().includes('Second'));
  stage.atPortal((acts) => acts.changeBooking(second?.calendarBookingId ?? 0, { title: 'Jour variable' }));
  await stage.settle();
  await start(stage);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Jour fixe'], liferay: ['Jour fixe', 'Jour fixe'] });
  expect(await stage.parked()).toEqual(['leftOut']);
});

test('what was left out stays so when it is edited, goes when it is deleted, and is taken up when somebody tries again', async () => {
  const stage = await previewing((with_) => {
    with_.create({ subject: 'Other', ...TIMES, body: { type: 'Text', text: 'Other agenda' } });
    for (const text of ['Fifth', 'Sixth'])
      with_.book({ title: 'Other', ...BOOKED, description: `<p>${text} agenda</p>` });
  });
  const decisions = (await ambiguities(stage)).map(
    ({ linkId }): Decision => ({ linkId, choice: 'leaveOut' }),
  );
  await decide(stage, ...decisions);
  await start(stage);
  await stage.settle();
  const { userActs } = stage.world.exchange;
  userActs.changeItem(stage.item('Jour fixe').id, { location: 'Room 1' });
  userActs.deleteItem(stage.item('Other').id);
  await stage.settle();
  expect(await stage.parked()).toEqual(Array.from({ length: 5 }, () => 'leftOut'));
  expect(stage.rows()).toHaveLength(4);
  const item = (await stage.links()).find(({ exchangeId }) => exchangeId !== null);
  const found = await retryParked(stage.engine.db, await owned(stage), item?.id ?? '', act(stage));
  expect(found).not.toBeNull();
  await stage.settle();
  expect((await stage.parked()).toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => 'ambiguousMatch'),
    ...Array.from({ length: 2 }, () => 'leftOut'),
  ]);
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

test.each(['before', 'after'] as const)(
  'whichever request a process dies %s, each decision is carried out once',
  async (when) => {
    let died = true;
    let nth = 0;
    while (died) {
      nth += 1;
      const stage = await previewing();
      const events = await ambiguities(stage);
      const third = called(events, 'Third');
      const others = ['First', 'Second'].map(
        (name): Decision => ({ linkId: called(events, name), choice: 'create' }),
      );
      await decide(stage, { linkId: third, choice: 'create' }, ...others);
      await start(stage);
      const { engine, crashed } = crashing(stage, nth, when);
      const round = stage.round(undefined, engine, 'another').then(() => false);
      died = await Promise.race([round, crashed]);
      await stage.settle();
      await stage.round(HOUR);
      expect([nth, sorted(texts(stage))]).toEqual([nth, { exchange: ALL, liferay: ALL }]);
      expect(await stage.traffic()).toMatchObject(IDLE);
    }
    expect(nth).toBeGreaterThan(5);
  },
);
