/** Tokens and sign-ins: kept sealed, found again, and forgotten when they should be. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Seal } from '#core/effects.ts';
import { domain, token } from '#drizzle/schema.ts';
import { createSeal } from '#runtime/seal.ts';
import { type DomainSettings, openAccess, saveDialect, saveDomain } from '#store/domains.ts';
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
      impersonate: true,
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
    await saveDialect(store.db, 'default', '{}');
    await store.db.update(domain).set({ notBefore: 5_000, backoffStep: 2 });
    nowMs = 9_000;
    await save({ maxConcurrent: 4 });
    const kept = { dialect: '{}', notBefore: 5_000, backoffStep: 2, createdAt: 1_000 };
    expect(await row()).toMatchObject({ ...kept, maxConcurrent: 4 });
  });

  it('forgets what was learnt about a portal or a server when it is another one', async () => {
    await save();
    await saveDialect(store.db, 'default', '{}');
    await store.db.update(domain).set({ notBefore: 5_000, backoffStep: 2 });
    await save({ portal: 'https://other.example.com' });
    expect(await row()).toMatchObject({ dialect: null, notBefore: 5_000, backoffStep: 2 });
    await save({ endpoint: 'https://other.example.com/EWS/Exchange.asmx' });
    expect(await row()).toMatchObject({ notBefore: 0, backoffStep: 0 });
  });

  it('does not open with another key', async () => {
    await save();
    await expect(openAccess(await sealWith(2), await signInSealed())).rejects.toThrow(/does not open/);
  });
});
