/** What the mass-change guard held back: shown to the owner of the pairing, and decided on once. */
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { HELD_DECISION_LIMIT, type HeldChanges } from '#shared/api.ts';
import { HELD_PAGE } from '#store/held.repository.ts';
import { ADA, type Answer, createWorld, NOW_MS, type World } from './app-under-test.ts';
import { audited, claim, contentOf, linkOf, pair, SECOND, show } from './pairings-under-test.ts';

type NewHeld = typeof schema.held.$inferInsert;

/** Puts held deletions in Liferay there, as the engine does. */
async function hold(
  world: World,
  pairingId: string,
  ids: readonly string[],
  rest: Partial<NewHeld> = {},
): Promise<void> {
  const held = {
    work: 'held',
    reason: 'heldForApproval',
    exchangeState: 'deleted',
    retryAt: NOW_MS * 2,
  } as const;
  await world.db.insert(schema.link).values(ids.map((id) => linkOf(pairingId, id, held)));
  await world.db
    .insert(schema.held)
    .values(
      ids.map(
        (linkId) => ({ linkId, pairingId, kind: 'delete', side: 'liferay', at: NOW_MS, ...rest }) as const,
      ),
    );
}

async function list(world: World, id: string, query = ''): Promise<HeldChanges> {
  return (await world.call('GET', `/api/pairings/${id}/held${query}`)).json as unknown as HeldChanges;
}

async function decide(world: World, id: string, decision: string, which: unknown): Promise<Answer> {
  return await world.call('POST', `/api/pairings/${id}/held`, { body: { decision, which } });
}

function ref(linkId: string, kind = 'delete', side = 'liferay') {
  return { linkId, kind, side };
}

async function decisions(world: World): Promise<string[]> {
  const rows = await world.db.select().from(schema.held).orderBy(schema.held.linkId);
  return rows.map((row) => `${row.linkId} ${row.decision}`);
}

async function works(world: World): Promise<string[]> {
  const rows = await world.db.select().from(schema.link).orderBy(schema.link.id);
  return rows.map((row) => `${row.id} ${row.work}`);
}

describe('the list', () => {
  it('says what would be done on which side to which event, and since when; private ones without a title', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await hold(world, id, ['a', 'b']);
    await hold(world, id, ['c'], { kind: 'change', side: 'exchange', at: NOW_MS - 10 });
    await world.db
      .insert(schema.linkContent)
      .values([
        contentOf('a', { title: 'Budget', sensitivity: 'normal' }),
        contentOf('b', { title: 'Doctor', sensitivity: 'private' }),
        contentOf('c', { title: 'Lunch', sensitivity: 'personal' }),
      ]);
    expect(await list(world, id)).toEqual({
      held: [
        { ...ref('c', 'change', 'exchange'), title: 'Lunch', since: NOW_MS - 10, decision: 'waiting' },
        { ...ref('a'), title: 'Budget', since: NOW_MS, decision: 'waiting' },
        { ...ref('b'), title: null, since: NOW_MS, decision: 'waiting' },
      ],
      next: null,
      now: NOW_MS,
    });
    expect((await show(world, id)).problems).toMatchObject({ held: 3, parked: 0, first: [] });
  });

  it('comes by parts', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const ids = Array.from({ length: HELD_PAGE + 2 }, (_, i) => `l${String(i).padStart(3, '0')}`);
    await hold(world, id, ids);
    const first = await list(world, id);
    const rest = await list(world, id, `?after=${first.next}`);
    expect([...first.held, ...rest.held].map((each) => each.linkId)).toEqual(ids);
    expect([first.held.length, rest.next]).toEqual([HELD_PAGE, null]);
  });

  it('shows a decision until it is carried out, and nothing of what changed meanwhile and is planned again', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await hold(world, id, ['a', 'b', 'c']);
    await decide(world, id, 'reject', [ref('a')]);
    await world.db.update(schema.link).set({ work: 'dirty' });
    const { held } = await list(world, id);
    expect(held.map((each) => [each.linkId, each.decision])).toEqual([['a', 'rejected']]);
  });
});

describe('a decision', () => {
  it.each([
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ])(
    'to %s makes the named changes and the mailbox due, and is audited for each',
    async (decision, decided) => {
      const world = await createWorld();
      const { id } = await pair(world);
      await hold(world, id, ['a', 'b', 'c']);
      await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000 });
      const answer = await decide(world, id, decision, [ref('a'), ref('c')]);
      expect([answer.status, answer.json]).toEqual([202, { decided: 2, nextRunAt: NOW_MS }]);
      expect(await decisions(world)).toEqual([`a ${decided}`, 'b waiting', `c ${decided}`]);
      expect(await works(world)).toEqual(['a dirty', 'b held', 'c dirty']);
      expect((await world.db.select().from(schema.link))[0]).toMatchObject({ retryAt: 0, reason: null });
      expect(await claim(world)).toBeDefined();
      expect((await audited(world)).slice(1)).toEqual([
        `${ADA.id} held.${decision} ${id}/a`,
        `${ADA.id} held.${decision} ${id}/c`,
      ]);
    },
  );

  it('once made stays, whatever is asked for afterwards', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await hold(world, id, ['a']);
    await decide(world, id, 'approve', [ref('a')]);
    for (const again of ['approve', 'reject']) {
      const answer = await decide(world, id, again, [ref('a')]);
      expect([answer.status, answer.json['decided']]).toEqual([202, 0]);
    }
    expect(await decisions(world)).toEqual(['a approved']);
    expect(await audited(world)).toHaveLength(2);
  });

  it('made twice at the same moment counts once', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await hold(world, id, ['a', 'b']);
    const answers = await Promise.all(
      ['approve', 'reject', 'approve'].map((decision) => decide(world, id, decision, [ref('a'), ref('b')])),
    );
    expect(answers.map((answer) => answer.json['decided']).sort()).toEqual([0, 0, 2]);
    expect(new Set((await decisions(world)).map((each) => each.slice(2))).size).toBe(1);
    expect(await audited(world)).toHaveLength(3);
  });

  it('on all leaves what was held since the person looked', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const other = await pair(world, SECOND);
    await hold(world, id, ['a', 'b']);
    await hold(world, other.id, ['x']);
    const { now } = await list(world, id);
    world.advance(1_000);
    await hold(world, id, ['c'], { at: NOW_MS + 1 });
    const answer = await decide(world, id, 'approve', { heldUntil: now });
    expect(answer.json['decided']).toBe(2);
    expect(await decisions(world)).toEqual(['a approved', 'b approved', 'c waiting', 'x waiting']);
    expect(await works(world)).toEqual(['a dirty', 'b dirty', 'c held', 'x held']);
  });

  it('on a change does not count for the deletion that it has become', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await hold(world, id, ['a']);
    const which = [ref('a', 'change'), ref('a', 'delete', 'exchange')];
    expect((await decide(world, id, 'approve', which)).json['decided']).toBe(0);
    expect(await decisions(world)).toEqual(['a waiting']);
  });

  it('does not count for an event that has changed since it was held', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await hold(world, id, ['a']);
    await world.db.update(schema.link).set({ work: 'dirty' });
    expect((await decide(world, id, 'approve', [ref('a')])).json['decided']).toBe(0);
    expect(await decisions(world)).toEqual(['a waiting']);
  });

  it('does not reach into another pairing', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const other = await pair(world, SECOND);
    await hold(world, other.id, ['x']);
    expect((await decide(world, id, 'approve', [ref('x')])).json['decided']).toBe(0);
    expect(await decisions(world)).toEqual(['x waiting']);
  });

  it.each([
    ['approve', []],
    ['approve', Array.from({ length: HELD_DECISION_LIMIT + 1 }, (_, i) => ref(`l${i}`))],
    ['approve', [{ linkId: 'a' }]],
    ['approve', 'all'],
    ['maybe', [ref('a')]],
  ])('to %s that is no decision is refused', async (decision, which) => {
    const world = await createWorld();
    const { id } = await pair(world);
    await hold(world, id, ['a']);
    const answer = await decide(world, id, decision, which);
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
    expect(await decisions(world)).toEqual(['a waiting']);
  });
});
