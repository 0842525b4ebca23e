/** What the owner of a pairing can look up about the past of its events. */
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { History } from '#shared/api.ts';
import { HISTORY_LIMIT } from '#store/history.repository.ts';
import { createWorld, NOW_MS, type World } from './app-under-test.ts';
import { pair, SECOND } from './pairings-under-test.ts';

type NewChange = typeof schema.change.$inferInsert;

function changeOf(pairingId: string, id: string, rest: Partial<NewChange> = {}): NewChange {
  return { id, pairingId, linkId: 'l', at: NOW_MS, side: 'liferay', kind: 'update', title: 'Lunch', ...rest };
}

const BEFORE = {
  title: 'Lunch',
  description: 'With Bob',
  location: 'Room 1',
  time: {
    kind: 'timed',
    start: '2026-05-06T10:00:00Z',
    end: '2026-05-06T11:00:00Z',
    zone: 'Europe/Rome',
  },
  recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'noEnd' } },
  exceptions: { '2026-05-08': 'deleted' },
  categories: ['Food'],
};

async function historyOf(world: World, id: string, query = ''): Promise<History> {
  return (await world.call('GET', `/api/pairings/${id}/history${query}`)).json as unknown as History;
}

it('comes newest first, by parts without a gap or a double, also where many changes are of one moment', async () => {
  const world = await createWorld();
  const { id } = await pair(world);
  const other = await pair(world, SECOND);
  const rows = Array.from({ length: 2 * HISTORY_LIMIT + 5 }, (_, i) =>
    changeOf(id, `c${String(i).padStart(4, '0')}`, { at: NOW_MS + Math.floor(i / 7) }),
  );
  await world.db.insert(schema.change).values(rows);
  await world.db.insert(schema.change).values(changeOf(other.id, 'other'));
  const parts = [await historyOf(world, id)];
  for (let next = parts[0]?.next ?? null; next !== null && parts.length < 5; ) {
    const part = await historyOf(world, id, `?after=${next}`);
    parts.push(part);
    next = part.next;
  }
  expect(parts.map((part) => part.entries.length)).toEqual([HISTORY_LIMIT, HISTORY_LIMIT, 5]);
  expect(parts.flatMap((part) => part.entries.map((entry) => entry.id))).toEqual(
    rows.map((row) => row.id).reverse(),
  );
});

it.each(['yesterday', '17', '17.', '-1.c', `${'9'.repeat(20)}.c`])(
  'refuses to go on after %j',
  async (after) => {
    const world = await createWorld();
    const { id } = await pair(world);
    for (const list of ['history', 'held']) {
      const answer = await world.call('GET', `/api/pairings/${id}/${list}?after=${after}`);
      expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
    }
  },
);

describe('an edit that gave way', () => {
  it('is shown with its side, its fields, and in full what stood there', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const fields = JSON.stringify(['when', 'exceptions', 'a field of a newer version']);
    await world.db
      .insert(schema.change)
      .values(changeOf(id, 'c1', { kind: 'lost', fields, before: JSON.stringify(BEFORE) }));
    const entry = {
      id: 'c1',
      at: NOW_MS,
      side: 'liferay',
      kind: 'lost',
      title: 'Lunch',
      fields: ['when', 'exceptions'],
      hasBefore: true,
      runId: null,
    };
    expect(await historyOf(world, id)).toEqual({ entries: [entry], next: null });
    const detail = await world.call('GET', `/api/pairings/${id}/history/c1`);
    expect([detail.status, detail.json]).toEqual([200, { ...entry, before: BEFORE, after: null }]);
  });

  it('of a private event has neither title nor text', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    await world.db.insert(schema.change).values(changeOf(id, 'c1', { kind: 'lost', title: null }));
    const detail = await world.call('GET', `/api/pairings/${id}/history/c1`);
    expect(detail.json).toMatchObject({ title: null, fields: [], hasBefore: false, before: null });
  });

  it('is not shown through another pairing, nor when there is none', async () => {
    const world = await createWorld();
    const { id } = await pair(world);
    const other = await pair(world, SECOND);
    await world.db.insert(schema.change).values(changeOf(other.id, 'c1', { before: JSON.stringify(BEFORE) }));
    for (const changeId of ['c1', 'c2']) {
      const answer = await world.call('GET', `/api/pairings/${id}/history/${changeId}`);
      expect([answer.status, answer.json['reason']]).toEqual([404, 'notFound']);
    }
  });
});
