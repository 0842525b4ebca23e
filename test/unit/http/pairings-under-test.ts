/** Ada's pairings, and what the tests put into and read out of the tables behind them. */
import { expect } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { Pairing } from '#shared/api.ts';
import { type ClaimedMailbox, claimCohort } from '#store/leases.ts';
import { NOW_MS, type World } from './app-under-test.ts';

export const BODY = { exchangeCalendarId: 'ada-main', liferayCalendarId: '41', direction: 'both' };
/** Beside that of BODY. */
export const SECOND = {
  exchangeCalendarId: 'ada-shared',
  liferayCalendarId: '43',
  direction: 'toLiferay',
};

export async function pair(world: World, body: object = {}): Promise<Pairing> {
  const answer = await world.call('POST', '/api/pairings', { body: { ...BODY, ...body } });
  expect(answer.status).toBe(201);
  return answer.json as unknown as Pairing;
}

export async function show(world: World, id: string): Promise<Pairing> {
  return (await world.call('GET', `/api/pairings/${id}`)).json as unknown as Pairing;
}

export async function audited(world: World): Promise<string[]> {
  const rows = await world.db.select().from(schema.audit).orderBy(schema.audit.at, schema.audit.id);
  return rows.map((row) => `${row.userId} ${row.action} ${row.subject}`);
}

export async function claim(world: World, nowMs = NOW_MS): Promise<ClaimedMailbox | undefined> {
  return (await claimCohort(world.db, { owner: 'worker', nowMs, leaseMs: 60_000, limit: 10 }))[0];
}

export type NewLink = typeof schema.link.$inferInsert;
export function linkOf(pairingId: string, id: string, rest: Partial<NewLink> = {}): NewLink {
  return { id, pairingId, exchangeState: 'present', liferayState: 'present', work: 'clean', ...rest };
}

/** What was agreed on about a link. */
export function contentOf(linkId: string, base: object | string): typeof schema.linkContent.$inferInsert {
  const text = typeof base === 'string' ? base : JSON.stringify(base);
  return { linkId, base: text, seenExchange: '{}', seenLiferay: '{}' };
}

/** An item that was set aside, one whose deletion is held, and an entry of the history. */
export async function fill(world: World, pairingId: string): Promise<void> {
  const both = { pairingId, exchangeState: 'present', liferayState: 'present' } as const;
  await world.db.insert(schema.link).values([
    { ...both, id: 'link-1', work: 'parked', reason: 'textTooLong' },
    { ...both, id: 'link-2', work: 'held' },
  ]);
  await world.db
    .insert(schema.held)
    .values({ linkId: 'link-2', pairingId, kind: 'delete', side: 'liferay', at: NOW_MS });
  await world.db.insert(schema.change).values({
    id: 'change-1',
    pairingId,
    linkId: 'link-1',
    at: NOW_MS,
    side: 'liferay',
    kind: 'lost',
    title: 'Secret plan',
  });
}

/** What no refused request may change. */
const TABLES = [
  schema.mailbox,
  schema.pairing,
  schema.link,
  schema.held,
  schema.undo,
  schema.ambiguity,
  schema.change,
  schema.audit,
];

export async function contents(world: World): Promise<unknown[]> {
  return await Promise.all(TABLES.map((table) => world.db.select().from(table)));
}
