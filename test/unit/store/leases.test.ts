/** Claiming mailboxes and giving them back. */
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailbox, pairing } from '#drizzle/schema.ts';
import { fencedCommit } from '#store/commit.ts';
import { type ClaimRequest, claimCohort, nextDueAt, release, releaseMany } from '#store/leases.ts';
import { wake } from '#store/mailboxes.repository.ts';
import { addDomain, addMailbox, openStore, type StoreUnderTest } from './store-under-test.ts';

const NOW = 1_000_000;
const LEASE_MS = 60_000;
const IN_STEP = { lastRunAt: NOW + 5, attempts: 0, reason: null, reasonDetail: null };

describe.each(['file', 'server'] as const)('leases on a %s', (kind) => {
  let store: StoreUnderTest;

  beforeEach(async () => {
    store = await openStore(kind);
    await addDomain(store.db);
  });
  afterEach(() => store.close());

  const claim = (request: Partial<ClaimRequest> = {}) =>
    claimCohort(store.db, { owner: 'worker-1', nowMs: NOW, leaseMs: LEASE_MS, limit: 50, ...request });
  const claimedIds = async (request: Partial<ClaimRequest> = {}) =>
    (await claim(request)).map(({ lease }) => lease.mailboxId);
  async function claimOne() {
    const [claimed] = await claim({ limit: 1 });
    if (claimed === undefined) throw new Error('nothing was due');
    return claimed.lease;
  }
  async function rowOf(id: string) {
    const [row] = await store.db.select().from(mailbox).where(eq(mailbox.id, id));
    return row;
  }

  it('claims what is due, has an active pairing and is not leased', async () => {
    await addMailbox(store.db, { id: 'due' });
    await addMailbox(store.db, { id: 'due-exactly-now', nextSyncAt: NOW });
    await addMailbox(store.db, { id: 'later', nextSyncAt: NOW + 1 });
    await addMailbox(store.db, { id: 'paused', pairings: ['paused'] });
    await addMailbox(store.db, { id: 'partly-paused', pairings: ['paused', 'active'] });
    await addMailbox(store.db, { id: 'without-pairing', pairings: [] });
    await store.db
      .update(mailbox)
      .set({ dispatchedUntil: NOW + LEASE_MS })
      .where(eq(mailbox.id, 'due'));
    expect(await claimedIds()).toEqual(['due', 'due-exactly-now', 'partly-paused']);
    expect(await claimedIds({ owner: 'worker-2' })).toEqual([]);
  });

  it('gives a lease that a commit accepts, and says whose mailbox it is', async () => {
    await addMailbox(store.db, { id: 'ada' });
    const [claimed] = await claim();
    expect(claimed).toEqual({
      lease: { mailboxId: 'ada', owner: 'worker-1', fence: 1, seq: 0, untilMs: NOW + LEASE_MS },
      domainId: 'default',
      address: 'ada@example.com',
      ownerKind: 'user',
      ownerId: 'ada',
      intervalSeconds: 30,
      attempts: 0,
      reason: null,
      isTold: false,
      askedAt: 0,
      pushUntil: 0,
      pushDueAt: 0,
      share: 1,
    });
    if (claimed) expect(await fencedCommit(store.db, claimed.lease, [])).toBe('committed');
  });

  it('is one statement, however many mailboxes are claimed', async () => {
    for (let n = 0; n < 5; n += 1) await addMailbox(store.db, { id: `m${n}` });
    store.seen.length = 0;
    expect(await claim()).toHaveLength(5);
    expect(store.seen).toHaveLength(1);
    expect(store.seen[0]).toHaveLength(1);
  });

  it('claims again once the lease has run out, with a higher fence', async () => {
    await addMailbox(store.db, { id: 'ada' });
    await claim();
    expect(await claimedIds({ nowMs: NOW + LEASE_MS - 1 })).toEqual([]);
    const [again] = await claim({ owner: 'worker-2', nowMs: NOW + LEASE_MS });
    expect(again?.lease).toMatchObject({ owner: 'worker-2', fence: 2 });
  });

  it('takes those due longest first, of one domain at a time', async () => {
    await addDomain(store.db, 'other');
    await addMailbox(store.db, { id: 'a', nextSyncAt: NOW - 1 });
    await addMailbox(store.db, { id: 'b', nextSyncAt: NOW - 4, domainId: 'other' });
    await addMailbox(store.db, { id: 'c', nextSyncAt: NOW - 3 });
    await addMailbox(store.db, { id: 'd', nextSyncAt: NOW - 2, domainId: 'other' });
    expect(await claimedIds({ limit: 1, domainId: 'default' })).toEqual(['c']);
    expect(await claimedIds()).toEqual(['b', 'd']);
    expect(await claimedIds()).toEqual(['a']);
  });

  it('leaves a domain alone whose server asked for patience', async () => {
    await addDomain(store.db, 'patient', NOW + 5_000);
    await addMailbox(store.db, { id: 'a', domainId: 'patient' });
    expect(await claimedIds()).toEqual([]);
    expect(await nextDueAt(store.db, NOW)).toBe(NOW + 5_000);
    expect(await claimedIds({ nowMs: NOW + 5_000 })).toEqual(['a']);
  });

  it('releases one mailbox with its next time and its reason', async () => {
    await addMailbox(store.db, { id: 'ada' });
    const lease = await claimOne();
    const next = {
      nextSyncAt: NOW + 9_000,
      lastRunAt: NOW + 5,
      attempts: 2,
      reason: 'timedOut',
      reasonDetail: 'no answer in 30 s',
    } as const;
    expect(await release(store.db, lease, next)).toBe('committed');
    expect(await rowOf('ada')).toMatchObject({ ...next, leaseOwner: null, leaseUntil: 0, fence: 1 });
    expect(await claimedIds({ nowMs: NOW + 8_999 })).toEqual([]);
    expect(await claimedIds({ nowMs: NOW + 9_000 })).toEqual(['ada']);
  });

  it('cannot release or write with a lease that another took over', async () => {
    await addMailbox(store.db, { id: 'ada' });
    const lease = await claimOne();
    await claim({ owner: 'worker-2', nowMs: NOW + LEASE_MS });
    expect(await release(store.db, lease, { ...IN_STEP, nextSyncAt: 1 })).toBe('leaseLost');
    expect(await releaseMany(store.db, [lease], NOW, () => 1)).toBe(0);
    expect(await rowOf('ada')).toMatchObject({ leaseOwner: 'worker-2', nextSyncAt: NOW + 2 * LEASE_MS });
  });

  it('ends an idle round with one UPDATE that passes over lost leases', async () => {
    for (const id of ['a', 'b', 'c']) await addMailbox(store.db, { id });
    const leases = (await claim()).map(({ lease }) => lease);
    await store.db.update(mailbox).set({ leaseOwner: 'worker-2', fence: 9 }).where(eq(mailbox.id, 'b'));
    store.seen.length = 0;
    const released = await releaseMany(
      store.db,
      leases,
      NOW + 1,
      ({ mailboxId }) => NOW + (mailboxId === 'a' ? 2 : 30),
    );
    expect(released).toBe(2);
    expect(store.seen.flat()).toHaveLength(1);
    expect(await rowOf('a')).toMatchObject({ leaseOwner: null, nextSyncAt: NOW + 2, lastRunAt: NOW + 1 });
    expect(await rowOf('b')).toMatchObject({ leaseOwner: 'worker-2', fence: 9, lastRunAt: null });
    expect(await rowOf('c')).toMatchObject({ leaseOwner: null, nextSyncAt: NOW + 30 });
  });

  it('ends an idle round of no mailbox without a statement, and one of 500 in one', async () => {
    expect(await releaseMany(store.db, [], NOW, () => 0)).toBe(0);
    await addMailbox(store.db, { id: 'ada' });
    const lease = await claimOne();
    const strangers = Array.from({ length: 499 }, (_, n) => ({ ...lease, mailboxId: `stranger-${n}` }));
    store.seen.length = 0;
    expect(await releaseMany(store.db, [...strangers, lease], NOW, () => NOW)).toBe(1);
    expect(store.seen.flat()).toHaveLength(1);
  });

  it.each(['release', 'releaseMany'] as const)(
    'follows a run with another one that was asked for meanwhile (%s)',
    async (how) => {
      await addMailbox(store.db, { id: 'ada' });
      const lease = await claimOne();
      await wake(store.db, 'ada', NOW + 10);
      expect(await claimedIds({ owner: 'worker-2', nowMs: NOW + 20 })).toEqual([]);
      if (how === 'release') await release(store.db, lease, { ...IN_STEP, nextSyncAt: NOW + 30_000 });
      else await releaseMany(store.db, [lease], NOW + 5, () => NOW + 30_000);
      expect(await claimedIds({ owner: 'worker-2', nowMs: NOW + 20 })).toEqual(['ada']);
    },
  );

  it('knows when nothing will be due', async () => {
    expect(await nextDueAt(store.db, NOW)).toBeNull();
    await addMailbox(store.db, { id: 'ada' });
    const lease = await claimOne();
    expect(await nextDueAt(store.db, NOW)).toBe(lease.untilMs);
    await store.db.update(pairing).set({ state: 'paused' });
    expect(await nextDueAt(store.db, NOW)).toBeNull();
  });
});
