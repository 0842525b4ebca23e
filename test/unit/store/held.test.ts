/** A decision about held changes is whole or not at all, in an embedded file and on a server alike. */
import { asc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { audit, held, link, mailbox } from '#drizzle/schema.ts';
import type { Database } from '#store/database.ts';
import { decideHeld } from '#store/held.repository.ts';
import { findOwned, type OwnedPairing } from '#store/pairings.repository.ts';
import { addDomain, addMailbox, openStore } from './store-under-test.ts';

const NOW_MS = 1_790_000_000_000;
const ACT = { id: 'act-1', atMs: NOW_MS, userId: 'ada' };

async function withHeld(db: Database, ids: readonly string[]): Promise<OwnedPairing> {
  await addDomain(db);
  await addMailbox(db, { id: 'ada', nextSyncAt: NOW_MS * 2 });
  const both = { pairingId: 'ada-0', exchangeState: 'deleted', liferayState: 'present' } as const;
  await db.insert(link).values(ids.map((id) => ({ ...both, id, work: 'held' }) as const));
  await db
    .insert(held)
    .values(
      ids.map((linkId) => ({ linkId, pairingId: 'ada-0', kind: 'delete', side: 'liferay', at: 5 }) as const),
    );
  const owned = await findOwned(
    db,
    { portal: 'https://portal.example.com', kind: 'user', id: 'ada' },
    'ada-0',
  );
  if (owned === null) throw new Error('The pairing is not there.');
  return owned;
}

describe.each(['file', 'server'] as const)('in a %s', (kind) => {
  it('decides on all that were held by then in one round trip', async () => {
    const store = await openStore(kind);
    const owned = await withHeld(store.db, ['a', 'b']);
    await store.db.update(held).set({ at: 6 }).where(eq(held.linkId, 'b'));
    const before = store.seen.length;
    const answer = await decideHeld(store.db, owned, { decision: 'reject', which: { heldUntil: 5 } }, ACT);
    expect(store.seen.length - before).toBe(1);
    expect(answer).toEqual({ decided: 1, nextRunAt: NOW_MS });
    const rows = await store.db
      .select({ decision: held.decision, work: link.work })
      .from(held)
      .innerJoin(link, eq(link.id, held.linkId))
      .orderBy(asc(held.linkId));
    expect(rows).toEqual([
      { decision: 'rejected', work: 'dirty' },
      { decision: 'waiting', work: 'held' },
    ]);
    expect((await store.db.select().from(audit)).map((row) => [row.action, row.subject, row.at])).toEqual([
      ['held.reject', 'ada-0/a', NOW_MS],
    ]);
    expect((await store.db.select().from(mailbox))[0]?.nextSyncAt).toBe(NOW_MS);
    await store.close();
  });

  it('decides on nothing when its audit cannot be written', async () => {
    const store = await openStore(kind);
    const owned = await withHeld(store.db, ['a']);
    await store.db
      .insert(audit)
      .values({ id: 'act-1/a', at: 0, userId: 'ada', action: 'held.reject', subject: 'another' });
    await expect(
      decideHeld(store.db, owned, { decision: 'approve', which: { heldUntil: 5 } }, ACT),
    ).rejects.toThrow();
    expect((await store.db.select().from(held))[0]?.decision).toBe('waiting');
    expect((await store.db.select().from(link))[0]?.work).toBe('held');
    await store.close();
  });
});
