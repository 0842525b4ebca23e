/** The chain of messages of a domain: when one begins, goes on and ends. */
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailbox } from '#drizzle/schema.ts';
import { beginChains, continueChain, endChain, parkHeldBy } from '#store/dispatch.repository.ts';
import { claimCohort, releaseMany } from '#store/leases.ts';
import { wake } from '#store/mailboxes.repository.ts';
import { addDomain, addMailbox, openStore, type StoreUnderTest } from './store-under-test.ts';

const NOW = 1_000_000;
const GRACE_MS = 600_000;
const at = (nowMs: number) => ({ nowMs, aheadMs: 60_000, graceMs: GRACE_MS });
const chain = (domainId: string, dueAt: number) => ({ domainId, mark: dueAt + GRACE_MS, dueAt });

describe.each(['file', 'server'] as const)('message chains on a %s', (kind) => {
  let store: StoreUnderTest;

  beforeEach(async () => {
    store = await openStore(kind);
    await addDomain(store.db);
  });
  afterEach(() => store.close());

  /** What a slice does to the schedule: claims what is due and makes it due again after 30 s. */
  async function slice(nowMs: number): Promise<number> {
    const claimed = await claimCohort(store.db, { owner: 'w', nowMs, leaseMs: 120_000, limit: 50 });
    const leases = claimed.map(({ lease }) => lease);
    return await releaseMany(store.db, leases, nowMs, () => nowMs + 30_000);
  }

  it('begins one for every domain with something due soon, named by what is due first', async () => {
    await addDomain(store.db, 'other');
    await addDomain(store.db, 'quiet');
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW + 20_000 });
    await addMailbox(store.db, { id: 'b', nextSyncAt: NOW + 10_000 });
    await addMailbox(store.db, { id: 'c', nextSyncAt: NOW - 5_000, domainId: 'other' });
    await addMailbox(store.db, { id: 'd', nextSyncAt: NOW + 60_001, domainId: 'quiet' });
    await addMailbox(store.db, { id: 'e', domainId: 'quiet', pairings: ['paused'] });
    store.seen.length = 0;
    const begun = await beginChains(store.db, at(NOW));
    expect(store.seen).toHaveLength(1);
    expect(begun).toHaveLength(2);
    expect(begun).toEqual(expect.arrayContaining([chain('default', NOW + 10_000), chain('other', NOW)]));
  });

  it('begins no second one while the first lives, and one more when it counts as lost', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW });
    await addMailbox(store.db, { id: 'b', nextSyncAt: NOW });
    expect(await beginChains(store.db, at(NOW))).toHaveLength(1);
    expect(await beginChains(store.db, at(NOW))).toEqual([]);
    expect(await beginChains(store.db, at(NOW + GRACE_MS - 1))).toEqual([]);
    expect(await beginChains(store.db, at(NOW + GRACE_MS))).toHaveLength(1);
  });

  it('gives two that ask at the same time one chain between them', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW });
    const both = await Promise.all([beginChains(store.db, at(NOW)), beginChains(store.db, at(NOW))]);
    expect(both.flat()).toHaveLength(1);
  });

  it('waits for leases and for a server that asked for patience', async () => {
    await addDomain(store.db, 'patient', NOW + 40_000);
    await addMailbox(store.db, { id: 'a', domainId: 'patient' });
    await addMailbox(store.db, { id: 'b' });
    await claimCohort(store.db, { owner: 'w', nowMs: NOW, leaseMs: 50_000, limit: 1, domainId: 'default' });
    const begun = await beginChains(store.db, at(NOW));
    expect(begun).toHaveLength(2);
    expect(begun).toEqual(
      expect.arrayContaining([chain('patient', NOW + 40_000), chain('default', NOW + 50_000)]),
    );
  });

  it('goes on until nothing is due soon, and then lets the next begin', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW });
    await addMailbox(store.db, { id: 'b', nextSyncAt: NOW + 7_000 });
    const [first] = await beginChains(store.db, at(NOW));
    if (first === undefined) throw new Error('no chain');
    await slice(NOW);
    const second = await continueChain(store.db, first, at(NOW));
    expect(second).toEqual(chain('default', NOW + 7_000));
    if (second === null) return;
    await store.db.update(mailbox).set({ nextSyncAt: NOW + 90_000 });
    expect(await continueChain(store.db, second, at(NOW + 7_000))).toBeNull();
    expect(await beginChains(store.db, at(NOW + 40_000))).toEqual([chain('default', NOW + 90_000)]);
  });

  it('goes on although its slice did not reach the mailbox that it is named by', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW });
    const [first] = await beginChains(store.db, at(NOW));
    if (first === undefined) throw new Error('no chain');
    expect(await continueChain(store.db, first, at(NOW + 1_000))).toEqual(chain('default', NOW + 1_000));
    expect(await beginChains(store.db, at(NOW + 1_000))).toEqual([]);
  });

  it('ends where the same message, delivered twice, has gone on already', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW });
    const [first] = await beginChains(store.db, at(NOW));
    if (first === undefined) throw new Error('no chain');
    await slice(NOW);
    const both = await Promise.all([
      continueChain(store.db, first, at(NOW)),
      continueChain(store.db, first, at(NOW)),
    ]);
    expect(both.filter((each) => each !== null)).toHaveLength(1);
  });

  it('tells the second delivery of a message that came early from the first', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW + 10_000 });
    const [first] = await beginChains(store.db, at(NOW));
    if (first === undefined) throw new Error('no chain');
    const second = await continueChain(store.db, first, at(NOW + 1));
    expect(second).toMatchObject({ dueAt: NOW + 10_000 });
    expect(await continueChain(store.db, first, at(NOW + 1))).toBeNull();
  });

  it('gives way to another that began after a wake-up', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW + 30_000 });
    const [first] = await beginChains(store.db, at(NOW));
    if (first === undefined) throw new Error('no chain');
    await wake(store.db, 'a', NOW + 5_000);
    const outside = { domainId: 'default', mark: null };
    expect(await continueChain(store.db, outside, at(NOW + 5_000))).toEqual(chain('default', NOW + 5_000));
    expect(await continueChain(store.db, first, at(NOW + 30_000))).toBeNull();
  });

  it('may begin again at once when its message could not be sent', async () => {
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW });
    const [first] = await beginChains(store.db, at(NOW));
    if (first === undefined) throw new Error('no chain');
    await endChain(store.db, first);
    expect(await beginChains(store.db, at(NOW))).toEqual([first]);
  });

  it('sets aside only what the dead worker holds', async () => {
    await addMailbox(store.db, { id: 'a' });
    await claimCohort(store.db, { owner: 'dead/1', nowMs: NOW, leaseMs: 120_000, limit: 1 });
    await addMailbox(store.db, { id: 'b' });
    await claimCohort(store.db, { owner: 'alive/1', nowMs: NOW, leaseMs: 120_000, limit: 1 });
    const park = { untilMs: NOW + 900_000, reason: 'internalError', reasonDetail: 'cut short' } as const;
    expect(await parkHeldBy(store.db, 'dead/', park)).toBe(1);
    const [a] = await store.db.select().from(mailbox).where(eq(mailbox.id, 'a'));
    expect(a).toMatchObject({ nextSyncAt: NOW + 900_000, attempts: 1, reason: 'internalError' });
  });
});
