/** Visits among the runs: neither lets a server have more than its places, and neither is in a mailbox with the other. */
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { domain } from '#drizzle/schema.ts';
import { claimCohort, nextDueAt, releaseMany } from '#store/leases.ts';
import { announceVisit, calendarOfMailbox, endVisit, enterVisit } from '#store/visits.repository.ts';
import { addDomain, addMailbox, openStore, type StoreUnderTest } from './store-under-test.ts';

const NOW = 1_000_000_000;
const LEASE_MS = 120_000;
const VISIT_MS = 240_000;

describe.each(['file', 'server'] as const)('visits on a %s', (kind) => {
  let store: StoreUnderTest;
  beforeEach(async () => {
    store = await openStore(kind);
  });
  afterEach(() => store.close());

  const claim = async (nowMs = NOW) =>
    claimCohort(store.db, { owner: 'worker', nowMs, leaseMs: LEASE_MS, limit: 50 });
  const shares = (claimed: Awaited<ReturnType<typeof claim>>) =>
    claimed.reduce((sum, { share }) => sum + share, 0);
  const announce = (id: string, address = '', domainId = 'default', nowMs = NOW) =>
    announceVisit(store.db, { id, domainId, address, nowMs, untilMs: nowMs + VISIT_MS });
  async function fill(count: number, domainId = 'default') {
    for (let n = 0; n < count; n += 1) await addMailbox(store.db, { id: `${domainId}-${n}`, domainId });
  }

  it('take a place that runs then do not have', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 3 });
    await fill(5);
    expect(await announce('visit')).toBe(true);
    expect(await enterVisit(store.db, 'visit', NOW)).toBeNull();
    expect(shares(await claim())).toBe(2);
  });

  it('wait while runs have all places, without keeping any from them', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 2 });
    await fill(2);
    await announce('visit');
    const claimed = await claim();
    expect(shares(claimed)).toBe(2);
    expect(await enterVisit(store.db, 'visit', NOW)).toBe('full');
    await releaseMany(
      store.db,
      claimed.map(({ lease }) => lease),
      NOW,
      () => NOW,
    );
    expect(await enterVisit(store.db, 'visit', NOW)).toBeNull();
    expect(shares(await claim())).toBe(1);
  });

  it('count with every domain on the server, and with every one that shares the account', async () => {
    await addDomain(store.db, 'one', 0, { maxConcurrent: 1, server: 'mail.example.com', credential: 'a' });
    await addDomain(store.db, 'two', 0, { maxConcurrent: 1, server: 'mail.example.com', credential: 'b' });
    await addDomain(store.db, 'three', 0, { maxConcurrent: 1, server: 'other.example.com', credential: 'a' });
    await addDomain(store.db, 'four', 0, { maxConcurrent: 1, server: 'far.example.com', credential: 'c' });
    for (const id of ['one', 'two', 'three', 'four']) await fill(1, id);
    await announce('visit', '', 'one');
    expect(await enterVisit(store.db, 'visit', NOW)).toBeNull();
    expect((await claim()).map(({ domainId }) => domainId)).toEqual(['four']);
    expect(await claim()).toEqual([]);
    // Nothing but the end of the visit makes room.
    expect(await nextDueAt(store.db, NOW)).toBeNull();
  });

  it('are not in a mailbox while a run is, and keep runs out of theirs', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 8 });
    await addMailbox(store.db, { id: 'anna', address: 'anna@example.com' });
    await announce('visit', 'anna@example.com');
    const claimed = await claim();
    expect(await enterVisit(store.db, 'visit', NOW)).toBe('mailboxAtWork');
    await releaseMany(
      store.db,
      claimed.map(({ lease }) => lease),
      NOW,
      () => NOW,
    );
    expect(await enterVisit(store.db, 'visit', NOW)).toBeNull();
    expect(await claim()).toEqual([]);
    await endVisit(store.db, 'visit');
    expect(await claim()).toHaveLength(1);
  });

  it('are one at a time for a server, whatever the domain', async () => {
    await addDomain(store.db, 'one', 0, { server: 'mail.example.com' });
    await addDomain(store.db, 'two', 0, { server: 'mail.example.com' });
    await addDomain(store.db, 'far', 0, { server: 'far.example.com' });
    expect(await announce('first', '', 'one')).toBe(true);
    expect(await announce('second', '', 'two')).toBe(false);
    expect(await announce('third', '', 'far')).toBe(true);
    await endVisit(store.db, 'first');
    expect(await announce('fourth', '', 'two')).toBe(true);
  });

  it('are over after their time, whoever died', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 1 });
    await fill(1);
    await announce('visit');
    await enterVisit(store.db, 'visit', NOW);
    expect(await claim(NOW + VISIT_MS - 1)).toEqual([]);
    expect(await claim(NOW + VISIT_MS)).toHaveLength(1);
    expect(await announce('next', '', 'default', NOW + VISIT_MS)).toBe(true);
  });

  it('wait for the one that looks whether a server is back', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 8 });
    await store.db.update(domain).set({ backoffStep: 2, outage: 'server' }).where(eq(domain.id, 'default'));
    await fill(2);
    expect(await claim()).toHaveLength(1);
    await announce('visit');
    expect(await enterVisit(store.db, 'visit', NOW)).toBe('full');
  });

  it('know the calendar of a mailbox by its first pairing', async () => {
    await addDomain(store.db);
    await addMailbox(store.db, { id: 'anna', address: 'anna@example.com', pairings: ['active', 'paused'] });
    expect(await calendarOfMailbox(store.db, 'default', 'anna@example.com')).toBe('anna-calendar-0');
    expect(await calendarOfMailbox(store.db, 'default', 'nobody@example.com')).toBeNull();
  });
});
