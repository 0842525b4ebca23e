/** How many mailboxes may be worked on at a time, whoever works, and what waits for whom. */
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { domain, mailbox } from '#drizzle/schema.ts';
import { credentialOf } from '#store/credential.ts';
import { type ClaimRequest, claimCohort, nextDueAt, releaseMany } from '#store/leases.ts';
import { LEAST_PACE, PACE_GROWTH_MS, paceAt } from '#store/limits.ts';
import { endOutage, noteOutage, type OutageNote, slowDown, userRefusal } from '#store/outages.ts';
import { domainById } from '#store/sync-rows.ts';
import { addDomain, addMailbox, openStore, type StoreUnderTest } from './store-under-test.ts';

const NOW = 1_000_000_000;
const LEASE_MS = 120_000;
const HALF_HOUR = 30 * 60_000;

describe.each(['file', 'server'] as const)('limits on a %s', (kind) => {
  let store: StoreUnderTest;
  let workers = 0;

  beforeEach(async () => {
    store = await openStore(kind);
  });
  afterEach(() => store.close());

  async function claim(request: Partial<ClaimRequest> = {}) {
    workers += 1;
    const owner = `worker ${workers}`;
    return claimCohort(store.db, { owner, nowMs: NOW, leaseMs: LEASE_MS, limit: 50, ...request });
  }
  const shares = (claimed: Awaited<ReturnType<typeof claim>>) =>
    claimed.reduce((sum, { share }) => sum + share, 0);
  async function fill(domainId: string, count: number) {
    for (let n = 0; n < count; n += 1) await addMailbox(store.db, { id: `${domainId}-${n}`, domainId });
  }
  async function row(id = 'default') {
    const found = await domainById(store.db, id);
    if (!found) throw new Error(`There is no domain ${id}.`);
    return found;
  }

  it('let a worker take many mailboxes and work on few of them at a time, so that others can as well', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 6 });
    await fill('default', 30);
    const first = await claim({ limit: 10, width: 4 });
    expect([first.length, shares(first)]).toEqual([10, 4]);
    const second = await claim({ limit: 10, width: 4 });
    expect([second.length, shares(second)]).toEqual([10, 2]);
    expect(await claim({ limit: 10, width: 4 })).toEqual([]);
    // Nothing but the end of a run makes room.
    expect(await nextDueAt(store.db, NOW)).toBeNull();
    const leases = first.map(({ lease }) => lease);
    await releaseMany(store.db, leases, NOW, () => NOW + 30_000);
    expect(shares(await claim({ limit: 10, width: 8 }))).toBe(4);
  });

  it('count no worker that died longer than its lease', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 2 });
    await fill('default', 4);
    expect(shares(await claim({ width: 8 }))).toBe(2);
    expect(shares(await claim({ width: 8, nowMs: NOW + LEASE_MS }))).toBe(2);
  });

  it('are those of the server and of the account, however many domains share them', async () => {
    const more = { maxConcurrent: 3 };
    await addDomain(store.db, 'one', 0, { ...more, server: 'mail.example.com', credential: 'a' });
    await addDomain(store.db, 'same-server', 0, { ...more, server: 'mail.example.com', credential: 'b' });
    await addDomain(store.db, 'same-account', 0, { ...more, server: 'other.example.com', credential: 'a' });
    await addDomain(store.db, 'neither', 0, { ...more, server: 'third.example.com', credential: 'c' });
    for (const id of ['one', 'same-server', 'same-account', 'neither']) await fill(id, 5);
    expect(shares(await claim({ domainId: 'one', width: 2 }))).toBe(2);
    expect(shares(await claim({ domainId: 'same-server', width: 2 }))).toBe(1);
    expect(shares(await claim({ domainId: 'same-account', width: 2 }))).toBe(1);
    expect(shares(await claim({ domainId: 'neither', width: 2 }))).toBe(2);
  });

  it('pass over a domain that is full to one that is not', async () => {
    await addDomain(store.db, 'full', 0, { maxConcurrent: 1 });
    await addDomain(store.db, 'free');
    await fill('full', 60);
    await addMailbox(store.db, { id: 'free-0', domainId: 'free', nextSyncAt: NOW });
    await claim({ limit: 1 });
    expect((await claim()).map(({ domainId }) => domainId)).toEqual(['free']);
    expect(await claim({ except: ['free'] })).toEqual([]);
  });

  it('give a mailbox that two owners paired to one worker at a time', async () => {
    await addDomain(store.db, 'one', 0, { server: 'mail.example.com' });
    await addDomain(store.db, 'two', 0, { server: 'mail.example.com' });
    await addMailbox(store.db, { id: 'a', domainId: 'one', address: 'room@example.com' });
    await addMailbox(store.db, { id: 'b', domainId: 'one', address: 'room@example.com' });
    await addMailbox(store.db, { id: 'c', domainId: 'two', address: 'room@example.com' });
    await addMailbox(store.db, { id: 'd', domainId: 'one' });
    const first = await claim();
    expect(first.map(({ lease }) => lease.mailboxId)).toEqual(['a', 'd']);
    expect(await claim()).toEqual([]);
    // Only the end of that run makes something due: nobody looks for it all the time.
    expect(await nextDueAt(store.db, NOW)).toBe(NOW + LEASE_MS);
    await addDomain(store.db, 'three', 0, { server: 'other.example.com' });
    await addMailbox(store.db, { id: 'e', domainId: 'three', nextSyncAt: NOW });
    expect((await claim()).map(({ lease }) => lease.mailboxId)).toEqual(['e']);
    const leases = first.map(({ lease }) => lease);
    await releaseMany(store.db, leases, NOW, () => NOW + 30_000);
    expect((await claim()).map(({ lease }) => lease.mailboxId)).toEqual(['b']);
  });

  it('of a strained server are half, and grow to the whole again with time alone', async () => {
    await addDomain(store.db, 'default', 0, { maxConcurrent: 8 });
    await fill('default', 20);
    await slowDown(store.db, await row(), { askedAt: NOW - 1, nowMs: NOW });
    // What was under way at the same time is the same strain.
    await slowDown(store.db, await row(), { askedAt: NOW - 1, nowMs: NOW });
    expect(paceAt(await row(), NOW)).toBe(0.5);
    expect(shares(await claim({ limit: 8 }))).toBe(4);
    await store.db.update(mailbox).set({ leaseUntil: 0 });
    const later = NOW + PACE_GROWTH_MS / 4;
    expect(paceAt(await row(), later)).toBe(0.75);
    await store.db.update(mailbox).set({ nextSyncAt: 0 });
    expect(shares(await claim({ limit: 8, nowMs: later }))).toBe(6);
    expect(paceAt(await row(), NOW + PACE_GROWTH_MS)).toBe(1);
    for (let n = 1; n < 20; n += 1) {
      await slowDown(store.db, await row(), { askedAt: later + n, nowMs: later + n });
    }
    expect((await row()).pace).toBe(LEAST_PACE);
    await store.db.update(mailbox).set({ leaseUntil: 0, nextSyncAt: 0 });
    expect(shares(await claim({ nowMs: later + 20 }))).toBe(1);
  });

  describe('while something is out of order', () => {
    const down = (more: Partial<OutageNote> = {}): OutageNote => ({
      outage: 'server',
      reason: 'unreachable',
      detail: 'ECONNREFUSED',
      askedAt: NOW - 1,
      notBefore: NOW + 5_000,
      isNamed: false,
      ...more,
    });

    beforeEach(async () => {
      await addDomain(store.db, 'one', 0, { server: 'mail.example.com', credential: 'a' });
      await addDomain(store.db, 'two', 0, { server: 'mail.example.com', credential: 'b' });
      await addDomain(store.db, 'other', 0, { server: 'other.example.com', credential: 'a' });
      for (const id of ['one', 'two', 'other']) await fill(id, 10);
    });

    it('one mailbox of all that share it is claimed when its time has come', async () => {
      await noteOutage(store.db, await row('one'), down());
      expect((await claim()).map(({ domainId }) => domainId)).toEqual(Array(10).fill('other'));
      expect(await claim({ nowMs: NOW + 4_999 })).toEqual([]);
      const probe = await claim({ nowMs: NOW + 5_000 });
      expect(probe).toHaveLength(1);
      expect(await claim({ nowMs: NOW + 5_000 })).toEqual([]);
      const dies = NOW + 5_000 + LEASE_MS;
      expect(await claim({ nowMs: dies, except: ['other'] })).toHaveLength(1);
    });

    it('failures of requests that were under way together are one step', async () => {
      await noteOutage(store.db, await row('one'), down());
      await noteOutage(store.db, await row('two'), down({ notBefore: NOW + 60_000 }));
      expect(await row('one')).toMatchObject({ backoffStep: 1, notBefore: NOW + 5_000 });
      await noteOutage(store.db, await row('one'), down({ askedAt: NOW + 5_000, notBefore: NOW + 9_000 }));
      expect(await row('two')).toMatchObject({ backoffStep: 2, notBefore: NOW + 9_000 });
      expect(await row('other')).toMatchObject({ backoffStep: 0, notBefore: 0 });
    });

    it('a moment that the server named counts even when others had noted an earlier one', async () => {
      await noteOutage(store.db, await row('one'), down());
      const busy = down({ reason: 'throttled', notBefore: NOW + 60_000, isNamed: true });
      await noteOutage(store.db, await row('one'), busy);
      expect(await row('one')).toMatchObject({ backoffStep: 1, notBefore: NOW + 60_000 });
      await noteOutage(store.db, await row('one'), { ...busy, notBefore: NOW + 1_000 });
      expect(await row('one')).toMatchObject({ notBefore: NOW + 60_000 });
    });

    it('an account waits wherever it is used, and nobody else', async () => {
      await noteOutage(store.db, await row('one'), down({ outage: 'credential', reason: 'throttled' }));
      expect(await row('other')).toMatchObject({ outage: 'credential', notBefore: NOW + 5_000 });
      expect(await row('two')).toMatchObject({ outage: null, notBefore: 0 });
    });

    it('its end is the end for all that share it, and they come one after the other within their interval', async () => {
      await noteOutage(store.db, await row('one'), down());
      const claimedAt = NOW + 5_000;
      const [probe] = await claim({ nowMs: claimedAt });
      const spread = { claimedAt, nowMs: claimedAt, longestMs: HALF_HOUR, jitter: 0.5 };
      await endOutage(store.db, await row('one'), spread);
      for (const id of ['one', 'two']) {
        expect(await row(id)).toMatchObject({ backoffStep: 0, outage: null, reason: null });
      }
      const boxes = await store.db.select().from(mailbox).where(eq(mailbox.leaseUntil, 0));
      const waits = boxes
        .filter(({ domainId }) => domainId !== 'other')
        .map(({ nextSyncAt }) => (nextSyncAt - claimedAt) / 1_000)
        .sort((a, b) => a - b);
      expect(probe?.domainId).toBe('one');
      expect(waits).toHaveLength(19);
      const step = 30 / 19;
      for (const [n, wait] of waits.entries()) expect(wait).toBeCloseTo((n + 0.5) * step, 2);
    });

    it('what was noted after the claim of the probe stands', async () => {
      await noteOutage(store.db, await row('one'), down());
      const claimedAt = NOW + 5_000;
      await noteOutage(store.db, await row('two'), down({ askedAt: claimedAt, notBefore: NOW + 15_000 }));
      const spread = { claimedAt, nowMs: claimedAt + 1, longestMs: HALF_HOUR, jitter: 0 };
      await endOutage(store.db, await row('one'), spread);
      expect(await row('one')).toMatchObject({ backoffStep: 2, notBefore: NOW + 15_000 });
    });

    it('a user is refused as long as the server asked for patience or refuses the sign-in, and no longer', async () => {
      await noteOutage(store.db, await row('one'), down({ reason: 'throttled' }));
      expect(userRefusal(await row('one'), NOW)).toMatchObject({ reason: 'throttled', waitMs: 5_000 });
      expect(userRefusal(await row('one'), NOW + 5_000)).toBeNull();
      await store.db.update(domain).set({ reason: 'signInRefused' });
      expect(userRefusal(await row('one'), NOW)).toMatchObject({ reason: 'signInRefused' });
      await store.db.update(domain).set({ reason: 'unreachable' });
      expect(userRefusal(await row('one'), NOW)).toBeNull();
    });
  });
});

it.each([
  [
    'the case of its name',
    'mail.example.com',
    'Sync@Example.com',
    'mail.example.com',
    'sync@example.com',
    true,
  ],
  [
    'the server, with a domain in its name',
    'mail.example.com',
    'EX\\sync',
    'other.example.com',
    'ex\\sync',
    true,
  ],
  ['the server, without one', 'mail.example.com', 'sync', 'other.example.com', 'sync', false],
  ['its name', 'mail.example.com', 'sync', 'mail.example.com', 'other', false],
])('an account that differs in %s is another one or not', (_, hostA, userA, hostB, userB, isSame) => {
  const of = (host: string, user: string) =>
    credentialOf(`https://${host}/EWS/Exchange.asmx`, { kind: 'basic', user, password: 'pw' });
  expect(of(hostA, userA) === of(hostB, userB)).toBe(isSame);
});

it.each([
  ['its secret, or how its ids are written', { clientId: 'A1', secret: 'new' }, true],
  ['its id', { clientId: 'b2' }, false],
  ['its tenant', { tenant: 'fabrikam' }, false],
])('an application that differs in %s is another one or not', (_, differs, isSame) => {
  const of = ({ tenant = 'contoso', clientId = 'a1', secret = 'old' }) =>
    credentialOf('https://outlook.office365.com/EWS/Exchange.asmx', {
      kind: 'oauth',
      tokenUrl: `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
      clientId,
      scope: 'https://outlook.office365.com/.default',
      proof: { kind: 'secret', secret },
    });
  expect(of({}) === of(differs)).toBe(isSame);
});

it('an account is the same one whether it signs in by Basic or by NTLM', () => {
  const account = { user: 'EX\\sync', password: 'pw' };
  const [basic, ntlm] = (['basic', 'ntlm'] as const).map((kind) =>
    credentialOf('https://mail.example.com/EWS/Exchange.asmx', { kind, ...account }),
  );
  expect(ntlm).toBe(basic);
});
