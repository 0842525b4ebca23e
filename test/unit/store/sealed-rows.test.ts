/** Tokens and sign-ins: kept sealed, found again, and forgotten when they should be. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Seal } from '#core/effects.ts';
import { domain, token } from '#drizzle/schema.ts';
import { createSeal } from '#runtime/seal.ts';
import { type DomainSettings, openAccess, saveDialect, saveDomain } from '#store/domains.ts';
import { resealAll } from '#store/reseal.ts';
import { createServerMemory } from '#store/server-memory.ts';
import { domainById } from '#store/sync-rows.ts';
import { createTokenCache } from '#store/token-cache.ts';
import { openStore, type StoreUnderTest } from './store-under-test.ts';

const sealWith = (byte: number) => createSeal([{ id: 'k1', key: Buffer.alloc(32, byte).toString('base64') }]);

let store: StoreUnderTest;
let seal: Seal;
let nowMs: number;
const clock = { now: () => nowMs };

beforeEach(async () => {
  store = await openStore('file');
  seal = await sealWith(1);
  nowMs = 1_000;
});
afterEach(() => store.close());

describe('the token cache', () => {
  it('gives a token back until it expires, the newest one', async () => {
    const cache = createTokenCache({ db: store.db, seal, clock });
    expect(await cache.get('portal')).toBeNull();
    await cache.put('portal', { token: 'first', expiresAt: 2_000 });
    await cache.put('portal', { token: 'second', expiresAt: 3_000 });
    expect(await cache.get('portal')).toEqual({ token: 'second', expiresAt: 3_000 });
    expect(await cache.get('other')).toBeNull();
    nowMs = 3_000;
    expect(await cache.get('portal')).toBeNull();
  });

  it('keeps no token in the clear, and treats one that cannot be opened as absent', async () => {
    await createTokenCache({ db: store.db, seal, clock }).put('portal', {
      token: 'hunter2',
      expiresAt: 2_000,
    });
    expect(JSON.stringify(await store.db.select().from(token))).not.toContain('hunter2');
    const other = createTokenCache({ db: store.db, seal: await sealWith(2), clock });
    expect(await other.get('portal')).toBeNull();
  });
});

describe('a domain', () => {
  const settings: DomainSettings = {
    id: 'default',
    portal: 'https://portal.example.com',
    endpoint: 'https://mail.example.com/EWS/Exchange.asmx',
    access: {
      signIn: { kind: 'basic', user: 'svc', password: 'hunter2' },
      impersonate: 'address',
      version: 'Exchange2016',
    },
    maxConcurrent: 8,
  };
  const save = (changed: Partial<DomainSettings> = {}) =>
    saveDomain({ db: store.db, seal, clock }, { ...settings, ...changed });
  const row = () => domainById(store.db, 'default');
  const signInSealed = async () => (await row())?.signInSealed ?? '';

  it('is found again with its sign-in, which is nowhere in the clear', async () => {
    await save();
    const { access, ...plain } = settings;
    expect(await row()).toMatchObject({ ...plain, dialect: null, notBefore: 0, backoffStep: 0 });
    expect(await openAccess(seal, await signInSealed())).toEqual(access);
    expect(JSON.stringify(await store.db.select().from(domain))).not.toContain('hunter2');
  });

  it('keeps what was learnt when it is saved again at the next start', async () => {
    await save();
    await saveDialect(store.db, 'https://portal.example.com', '{}');
    await store.db.update(domain).set({ notBefore: 5_000, backoffStep: 2 });
    nowMs = 9_000;
    await save({ maxConcurrent: 4 });
    const kept = { dialect: '{}', notBefore: 5_000, backoffStep: 2, createdAt: 1_000 };
    expect(await row()).toMatchObject({ ...kept, maxConcurrent: 4 });
  });

  it('is asked at once after a start when somebody had to put something in order, and else waits on', async () => {
    await save();
    const waits = { notBefore: 5_000, backoffStep: 2, outage: 'credential' } as const;
    await store.db.update(domain).set({ ...waits, reason: 'throttled' });
    await save();
    expect(await row()).toMatchObject({ ...waits, reason: 'throttled' });
    await store.db.update(domain).set({ ...waits, reason: 'signInRefused' });
    await save();
    expect(await row()).toMatchObject({ ...waits, notBefore: 0, reason: 'signInRefused' });
  });

  it('knows its server and its account, by nothing that tells a password', async () => {
    await save();
    const first = await row();
    const signIn = { kind: 'basic', user: 'svc', password: 'another' } as const;
    await save({ access: { ...settings.access, signIn } });
    expect(await row()).toMatchObject({ server: 'mail.example.com', credential: first?.credential });
    expect(first?.credential).toMatch(/^[0-9a-f]{32}$/);
    await save({ access: { ...settings.access, signIn: { ...signIn, user: 'other' } } });
    expect((await row())?.credential).not.toBe(first?.credential);
  });

  it('forgets what was learnt about a portal or a server when it is another one', async () => {
    await save();
    await saveDialect(store.db, 'https://portal.example.com', '{}');
    await store.db.update(domain).set({ notBefore: 5_000, backoffStep: 2, outage: 'server', pace: 0.5 });
    await save({ portal: 'https://other.example.com' });
    expect(await row()).toMatchObject({ dialect: null, notBefore: 5_000, backoffStep: 2 });
    await save({ endpoint: 'https://other.example.com/EWS/Exchange.asmx' });
    expect(await row()).toMatchObject({ notBefore: 0, backoffStep: 0, outage: null, pace: 1 });
  });

  it('remembers what was learnt about Exchange servers, each by its endpoint', async () => {
    const endpoint = 'https://mail.example.com/EWS/Exchange.asmx';
    const memory = createServerMemory(store.db);
    expect(await memory.get(endpoint)).toBeNull();
    await memory.put(endpoint, '{"version":"Exchange2013"}');
    await memory.put('https://other.example.com/EWS', 'x');
    await memory.put(endpoint, '{"version":"Exchange2016"}');
    expect(await memory.get(endpoint)).toBe('{"version":"Exchange2016"}');
  });

  it('does not open with another key', async () => {
    await save();
    await expect(openAccess(await sealWith(2), await signInSealed())).rejects.toThrow(/does not open/);
  });
});

describe('a change of keys', () => {
  const keyOf = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte).toString('base64') });
  const OLD = keyOf('k1', 1);
  const NEW = keyOf('k2', 2);
  const access = {
    signIn: { kind: 'basic', user: 'svc', password: 'hunter2' },
    impersonate: 'address',
    version: 'Exchange2016',
  } as const;
  const saveSealedBy = async (by: Seal, id: string) =>
    saveDomain(
      { db: store.db, seal: by, clock },
      { id, portal: 'https://portal.example.com', endpoint: `https://${id}/`, access, maxConcurrent: 8 },
    );
  const sealedOf = async (id: string) => (await domainById(store.db, id))?.signInSealed ?? '';

  it('leaves nothing that the old key is needed for', async () => {
    await saveSealedBy(seal, 'a.example.com');
    await saveSealedBy(seal, 'b.example.com');
    await createTokenCache({ db: store.db, seal, clock }).put('portal', { token: 'first', expiresAt: 2_000 });
    const both = await createSeal([NEW, OLD]);
    expect(await resealAll(store.db, both)).toEqual({ signIns: 2, tokens: 1, dropped: 0, unopened: [] });
    const newOnly = await createSeal([NEW]);
    for (const id of ['a.example.com', 'b.example.com'])
      expect(await openAccess(newOnly, await sealedOf(id))).toEqual(access);
    const tokens = createTokenCache({ db: store.db, seal: newOnly, clock });
    expect(await tokens.get('portal')).toEqual({ token: 'first', expiresAt: 2_000 });
    expect(await resealAll(store.db, newOnly)).toMatchObject({ signIns: 2, tokens: 1, unopened: [] });
  });

  it('names what no key opens and leaves it as it was, and drops such tokens', async () => {
    const lost = await createSeal([keyOf('k0', 3)]);
    await saveSealedBy(lost, 'a.example.com');
    await saveSealedBy(seal, 'b.example.com');
    await createTokenCache({ db: store.db, seal: lost, clock }).put('portal', {
      token: 't',
      expiresAt: 2_000,
    });
    const before = await sealedOf('a.example.com');
    const outcome = await resealAll(store.db, await createSeal([NEW, OLD]));
    expect(outcome).toMatchObject({ signIns: 1, tokens: 0, dropped: 1 });
    expect(outcome.unopened).toEqual([
      { domainId: 'a.example.com', problem: 'No seal key "k0" is configured (configured: "k2", "k1").' },
    ]);
    expect(await sealedOf('a.example.com')).toBe(before);
    expect(await store.db.select().from(token)).toEqual([]);
  });

  it('keeps what another process wrote meanwhile', async () => {
    await saveSealedBy(seal, 'a.example.com');
    const both = await createSeal([NEW, OLD]);
    const late: Seal = {
      open: (sealed) => both.open(sealed),
      async seal(plain) {
        const anew = await both.seal(plain);
        await store.db.update(domain).set({ signInSealed: 'k2.of-another-process' });
        return anew;
      },
    };
    await resealAll(store.db, late);
    expect(await sealedOf('a.example.com')).toBe('k2.of-another-process');
  });
});
