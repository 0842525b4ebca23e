/** The fenced commit: what is written while a lease holds, and what is not once it is lost. */
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit, commitMark, mailbox } from '#drizzle/schema.ts';
import { COMMIT_STATEMENT_LIMIT, fencedCommit, type Lease } from '#store/commit.ts';
import { uniqueViolationOf } from '#store/database-error.ts';
import { claimCohort } from '#store/leases.ts';
import { addDomain, addMailbox, openStore, type StoreUnderTest } from './store-under-test.ts';

const MINUTE = 60_000;

describe.each(['file', 'server'] as const)('the fenced commit on a %s', (kind) => {
  let store: StoreUnderTest;
  let lease: Lease;

  beforeEach(async () => {
    store = await openStore(kind);
    await addDomain(store.db);
    await addMailbox(store.db, { id: 'ada' });
    lease = await claimAda('worker-1', 0);
  });
  afterEach(() => store.close());

  async function claimAda(owner: string, nowMs: number): Promise<Lease> {
    const [claimed] = await claimCohort(store.db, { owner, nowMs, leaseMs: MINUTE, limit: 1 });
    if (claimed === undefined) throw new Error('nothing was due');
    return claimed.lease;
  }
  const entry = (id: string) =>
    store.db.insert(audit).values({ id, at: 0, userId: 'ada', action: 'pair', subject: 'calendar' });
  const entries = async () => (await store.db.select().from(audit)).map((row) => row.id).sort();

  it('commits while the lease holds, again and again', async () => {
    expect(await fencedCommit(store.db, lease, [entry('a'), entry('b')])).toBe('committed');
    expect(await fencedCommit(store.db, lease, [entry('c')])).toBe('committed');
    expect(await fencedCommit(store.db, lease, [])).toBe('committed');
    expect(lease.seq).toBe(3);
    expect(await entries()).toEqual(['a', 'b', 'c']);
  });

  it('writes nothing once another worker has claimed the mailbox, who can commit', async () => {
    await fencedCommit(store.db, lease, [entry('before')]);
    const taken = await claimAda('worker-2', 2 * MINUTE);
    expect(await fencedCommit(store.db, lease, [entry('stale')])).toBe('leaseLost');
    expect(await fencedCommit(store.db, taken, [entry('new owner')])).toBe('committed');
    expect(await fencedCommit(store.db, lease, [entry('stale')])).toBe('leaseLost');
    expect(await entries()).toEqual(['before', 'new owner']);
  });

  it('writes nothing when the same worker has claimed the mailbox anew', async () => {
    await claimAda('worker-1', 2 * MINUTE);
    expect(await fencedCommit(store.db, lease, [entry('stale')])).toBe('leaseLost');
    expect(await entries()).toEqual([]);
  });

  it('writes nothing for a mailbox that was deleted', async () => {
    await store.db.delete(mailbox).where(eq(mailbox.id, 'ada'));
    expect(await fencedCommit(store.db, lease, [entry('orphan')])).toBe('leaseLost');
    expect(await entries()).toEqual([]);
  });

  it('does not commit the same batch twice', async () => {
    const replayed: Lease = { ...lease };
    await fencedCommit(store.db, lease, [entry('once')]);
    expect(await fencedCommit(store.db, replayed, [entry('twice')])).toBe('leaseLost');
    expect(await entries()).toEqual(['once']);
  });

  it('throws a broken constraint of the writes, keeps nothing, and can go on', async () => {
    await fencedCommit(store.db, lease, [entry('a')]);
    const failed = fencedCommit(store.db, lease, [entry('b'), entry('a')]);
    await expect(failed).rejects.toSatisfy((error) => uniqueViolationOf(error)?.[0] === 'audit.id');
    const notNull = store.db.insert(commitMark).values({ mailboxId: 'ada', fence: 1, seq: 1 });
    await expect(fencedCommit(store.db, lease, [notNull])).rejects.toThrow(/UNIQUE/);
    expect(await fencedCommit(store.db, lease, [entry('c')])).toBe('committed');
    expect(await entries()).toEqual(['a', 'c']);
  });

  it('refuses a batch beyond its limit before anything is sent', async () => {
    const writes = Array.from({ length: COMMIT_STATEMENT_LIMIT + 1 }, (_, index) => entry(`e${index}`));
    store.seen.length = 0;
    await expect(fencedCommit(store.db, lease, writes)).rejects.toThrow(RangeError);
    expect(store.seen).toEqual([]);
  });

  it('is one round trip that begins with a write', async () => {
    store.seen.length = 0;
    await fencedCommit(store.db, lease, [entry('a'), entry('b')]);
    expect(store.seen.map((statements) => statements.map(({ writes }) => writes))).toEqual([
      [true, true, true],
    ]);
  });
});

describe('the fenced commit over a network', () => {
  let store: StoreUnderTest;
  let lease: Lease;

  beforeEach(async () => {
    store = await openStore('server');
    await addDomain(store.db);
    await addMailbox(store.db, { id: 'ada' });
    const [claimed] = await claimCohort(store.db, { owner: 'worker-1', nowMs: 0, leaseMs: MINUTE, limit: 1 });
    if (claimed === undefined) throw new Error('nothing was due');
    lease = claimed.lease;
  });
  afterEach(() => store.close());

  const entry = (id: string) =>
    store.db.insert(audit).values({ id, at: 0, userId: 'ada', action: 'pair', subject: 'calendar' });

  it('knows a commit whose answer was lost', async () => {
    store.bridge?.loseNextAnswer((body) => body.includes('commit_mark'));
    expect(await fencedCommit(store.db, lease, [entry('a')])).toBe('committed');
    expect(await fencedCommit(store.db, lease, [entry('b')])).toBe('committed');
    expect(await store.db.select({ id: audit.id }).from(audit)).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('throws when the answer was lost and nothing was committed', async () => {
    await store.bridge?.close();
    await expect(fencedCommit(store.db, lease, [entry('a')])).rejects.toThrow();
    expect(lease.seq).toBe(0);
  });

  it('throws the connection failure, not the database refusal, when a stale commit got no answer', async () => {
    await claimCohort(store.db, { owner: 'worker-2', nowMs: 2 * MINUTE, leaseMs: MINUTE, limit: 1 });
    store.bridge?.loseNextAnswer((body) => body.includes('commit_mark'));
    await expect(fencedCommit(store.db, lease, [entry('a')])).rejects.toThrow();
    expect(await store.db.select().from(audit)).toEqual([]);
  });
});
