/** Taking changes of the history back: what is planned, what is refused and why, and who may ask. */
import { describe, expect, it } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import * as schema from '#drizzle/schema.ts';
import { ADA, BOB, createWorld, NOW_MS, type World } from './app-under-test.ts';
import { audited, contentOf, linkOf, type NewLink, pair, SECOND } from './pairings-under-test.ts';

const TIME = {
  kind: 'timed',
  start: '2026-05-06T07:00:00Z',
  end: '2026-05-06T08:00:00Z',
  zone: 'Europe/Rome',
} as const;
const BEFORE = { ...NEUTRAL_EVENT, title: 'Lunch', location: 'Room 1', time: TIME };
const AFTER = { ...BEFORE, location: 'Room 2' };

type Change = typeof schema.change.$inferInsert;

/** A change of the place in Liferay, of an event that has been left alone since. */
async function changed(
  world: World,
  pairingId: string,
  change: Partial<Change> = {},
  link: Partial<NewLink> | null = {},
) {
  const linkId = change.linkId ?? 'l1';
  if (link !== null) {
    await world.db
      .insert(schema.link)
      .values(linkOf(pairingId, linkId, { exchangeId: `x${linkId}`, ...link }));
    await world.db.insert(schema.linkContent).values(contentOf(linkId, AFTER));
  }
  await world.db.insert(schema.change).values({
    ...{ id: 'c1', pairingId, linkId, at: NOW_MS, side: 'liferay', kind: 'update', title: 'Lunch' },
    fields: JSON.stringify(['location']),
    before: JSON.stringify(BEFORE),
    ...change,
  });
}

function undo(world: World, id: string, body: object = { changeIds: ['c1'] }, as = ADA) {
  return world.call('POST', `/api/pairings/${id}/undo`, { body, as });
}

describe('a change that can be taken back', () => {
  it('is planned for the run that is due, with its audit row', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await changed(world, id);
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000 });
    const answer = await undo(world, id);
    expect([answer.status, answer.json]).toEqual([202, { planned: 1, refused: [], nextRunAt: NOW_MS }]);
    const [row] = await world.db.select().from(schema.undo);
    expect(JSON.parse(row?.edits ?? '')).toEqual([{ side: 'liferay', before: BEFORE, fields: ['location'] }]);
    expect(await world.db.select().from(schema.link)).toMatchObject([{ work: 'dirty', exchangeDirty: true }]);
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} change.undo ${id}/c1`);
  });

  it('is told by its run, which takes back all that it did', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await changed(world, id);
    await changed(world, id, { id: 'c2', linkId: 'l2' });
    await changed(world, id, { id: 'c3', linkId: 'l3', at: NOW_MS + 60_000 });
    const [mailbox] = await world.db.select().from(schema.mailbox);
    await world.db.insert(schema.run).values({
      ...{ id: 'r1', mailboxId: mailbox?.id ?? '', startedAt: NOW_MS - 5, endedAt: NOW_MS + 5 },
      ...{ created: 0, updated: 2, deleted: 0, failed: 0 },
    });
    const { json } = await world.call('GET', `/api/pairings/${id}/history`);
    expect((json['entries'] as { runId: string }[]).map(({ runId }) => runId)).toEqual([null, 'r1', 'r1']);
    expect((await undo(world, id, { runId: 'r1' })).json).toMatchObject({ planned: 2 });
    expect(await world.db.select().from(schema.undo)).toHaveLength(2);
  });

  it('of an event that is gone makes it again', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await changed(world, id, { kind: 'delete', side: 'exchange', fields: '[]' }, null);
    expect((await undo(world, id)).json).toMatchObject({ planned: 1 });
    expect(await world.db.select().from(schema.link)).toMatchObject([
      { id: 'l1', work: 'dirty', exchangeId: null },
    ]);
    expect((await undo(world, id)).json).toMatchObject({
      planned: 0,
      refused: [{ changeId: 'c1', reason: 'undoChangedSince' }],
    });
  });
});

describe('a change is refused', () => {
  const meeting = JSON.stringify({ ...BEFORE, meeting: true });
  it.each<[string, string, Partial<Change>, Partial<NewLink> | null]>([
    ['to which others were invited', 'undoMailSent', { before: meeting }, {}],
    ['of a private event', 'undoNotKept', { before: null }, {}],
    ['that added an event', 'undoNotPossible', { kind: 'create', before: null }, {}],
    ['that put a row back', 'undoNotPossible', { kind: 'putBack' }, {}],
    ['of an event that is being worked on', 'undoChangedSince', {}, { work: 'dirty' }],
    ['of an event that was set aside since', 'undoChangedSince', {}, { work: 'parked' }],
    ['of an event that is gone since', 'undoChangedSince', {}, null],
    ['that deleted what is there again', 'undoChangedSince', { kind: 'delete' }, {}],
    ['that is as it was', 'undoNotPossible', { before: JSON.stringify(AFTER) }, {}],
  ])('%s', async (_what, reason, change, link) => {
    const world = await createWorld();
    const { id } = await pair(world);
    await changed(world, id, change, link);
    const answer = await undo(world, id);
    expect([answer.status, answer.json]).toMatchObject([
      202,
      { planned: 0, refused: [{ changeId: 'c1', reason }] },
    ]);
    expect(await world.db.select().from(schema.undo)).toEqual([]);
    expect(await audited(world)).toHaveLength(1);
  });

  it('after which another was made', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await changed(world, id);
    await changed(world, id, { id: 'c2', at: NOW_MS + 1 }, null);
    expect((await undo(world, id)).json).toMatchObject({ refused: [{ reason: 'undoChangedSince' }] });
  });

  it('in a copy that is only read, and where a calendar that shows less has lost an event', async () => {
    const world = await createWorld();
    const { id } = await pair(world, { direction: 'toLiferay' });
    await changed(world, id);
    expect((await undo(world, id)).json).toMatchObject({ refused: [{ reason: 'undoReadOnly' }] });
    const other = await createWorld();
    const busy = await pair(other, { details: 'busy' });
    await changed(other, busy.id, { kind: 'delete' }, null);
    expect((await undo(other, busy.id)).json).toMatchObject({ refused: [{ reason: 'undoNotKept' }] });
  });
});

it('nobody takes back what is another’s, nor through another pairing, nor without their mailbox', async () => {
  const world = await createWorld();
  const { id } = await pair(world);
  const other = await pair(world, SECOND);
  await changed(world, id);
  const stranger = await undo(world, id, undefined, BOB);
  expect([stranger.status, stranger.json['reason']]).toEqual([404, 'pairingUnknown']);
  expect((await undo(world, other.id)).json).toMatchObject({ planned: 0, refused: [] });
  world.users = [{ ...ADA, emailAddress: 'ada@elsewhere.example' }];
  world.advance(120_000);
  const lost = await undo(world, id);
  expect([lost.status, lost.json['reason']]).toEqual([403, 'notYourMailbox']);
  expect(await world.db.select().from(schema.undo)).toEqual([]);
});
