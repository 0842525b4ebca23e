/** Sealing with several keys, and what the seal does not open. */
import { describe, expect, it } from 'vitest';
import { createSeal, SealError } from '#runtime/seal.ts';

const FIRST = { id: 'k1', key: Buffer.alloc(32, 1).toString('base64') };
const SECOND = { id: 'k2', key: Buffer.alloc(32, 2).toString('base64') };

describe('the seal', () => {
  it.each(['', 'p4ssw0rd', '\uFEFFпароль 密碼 🔑', 'x'.repeat(100_000)])(
    'opens what it sealed',
    async (plain) => {
      const seal = await createSeal([FIRST]);
      expect(await seal.open(await seal.seal(plain))).toBe(plain);
    },
  );

  it('shows the key id and nothing else, and never the same text twice', async () => {
    const seal = await createSeal([FIRST]);
    const [one, two] = [await seal.seal('p4ssw0rd'), await seal.seal('p4ssw0rd')];
    expect(one).toMatch(/^k1\.[A-Za-z0-9_-]+$/);
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(3), 'base64url').toString('latin1')).not.toContain('p4ss');
  });

  it('seals with the first key and opens with all, so that keys can be changed', async () => {
    const old = await (await createSeal([FIRST])).seal('p4ssw0rd');
    const both = await createSeal([SECOND, FIRST]);
    expect(await both.open(old)).toBe('p4ssw0rd');
    expect(await both.seal('p4ssw0rd')).toMatch(/^k2\./);
  });

  it('names the key that is missing', async () => {
    const sealed = await (await createSeal([SECOND])).seal('p4ssw0rd');
    const opening = (await createSeal([FIRST])).open(sealed);
    await expect(opening).rejects.toThrow('No seal key "k2" is configured (configured: "k1").');
  });

  it('does not open with another key of the same id', async () => {
    const sealed = await (await createSeal([{ ...SECOND, id: 'k1' }])).seal('p4ssw0rd');
    await expect((await createSeal([FIRST])).open(sealed)).rejects.toThrow(/key "k1" does not open/);
  });

  it('does not open a text that was changed anywhere, its key id included', async () => {
    const seal = await createSeal([FIRST, { ...FIRST, id: 'k9' }]);
    const sealed = await seal.seal('p4ssw0rd');
    for (let at = 3; at < sealed.length - 1; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      await expect(seal.open(changed)).rejects.toBeInstanceOf(SealError);
    }
    await expect(seal.open(sealed.replace('k1', 'k9'))).rejects.toBeInstanceOf(SealError);
    await expect(seal.open(sealed.slice(0, -4))).rejects.toBeInstanceOf(SealError);
  });

  it.each(['', 'p4ssw0rd', 'k1.', 'k1.AAAA', '.AAAA', 'k1.!!!!'])(
    'does not take "%s" for a sealed text',
    async (text) => {
      await expect((await createSeal([FIRST])).open(text)).rejects.toThrow('This is not a sealed text.');
    },
  );

  it('refuses keys that cannot be used, without repeating them', async () => {
    const short = Buffer.from('hunter2').toString('base64');
    await expect(createSeal([])).rejects.toThrow(/there is no key/);
    await expect(createSeal([{ id: 'a b', key: FIRST.key }])).rejects.toThrow(/id of key 1/);
    const refused = createSeal([FIRST, { id: 'k2', key: short }]);
    await expect(refused).rejects.toThrow('key "k2" has 7 bytes, not 32');
    await expect(refused).rejects.not.toThrow(short);
  });
});
