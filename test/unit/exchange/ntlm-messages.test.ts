/** NTLM's arithmetic against the test vectors of its specifications. */
import { describe, expect, test } from 'vitest';
import { md4 } from '#exchange/sign-in/md4.ts';
import {
  authenticateMessage,
  negotiateMessage,
  ntlmAccount,
  proveAccount,
  readChallenge,
  responseKey,
} from '#exchange/sign-in/ntlm-messages.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

describe('MD4 (RFC 1320, appendix A.5)', () => {
  test.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
  ])('of "%s"', (text, digest) => {
    expect(hex(md4(new TextEncoder().encode(text)))).toBe(digest);
  });
});

/** MS-NLMP, section 4.2.1. */
const ACCOUNT = ntlmAccount('Domain\\User', 'Password');
const MOMENT = { nowMs: -11_644_473_600_000, clientChallenge: bytes('aaaaaaaaaaaaaaaa') };
/** MS-NLMP, section 4.2.4.3: the CHALLENGE_MESSAGE. */
const CHALLENGE = bytes(`
  4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000
  2400240044000000 06007017 0000000f
  530065007200760065007200
  02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000`);

function challenge() {
  const read = readChallenge(CHALLENGE);
  if (read === null) throw new Error('the challenge cannot be read');
  return read;
}

describe('NTLMv2 (MS-NLMP, section 4.2.4)', () => {
  test('the response key', () => {
    expect(hex(responseKey(ACCOUNT))).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
  });

  test('the responses and the session base key', () => {
    const { nt, lm, sessionBaseKey, hasMic } = proveAccount(ACCOUNT, challenge(), MOMENT);
    expect(hex(nt.subarray(0, 16))).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(hex(lm)).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
    expect(hex(sessionBaseKey)).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
    expect(hasMic).toBe(false);
  });

  test('what is proved stands in the third message', () => {
    const message = authenticateMessage(ACCOUNT, challenge(), MOMENT);
    const text = hex(message);
    expect(text.startsWith('4e544c4d5353500003000000')).toBe(true);
    expect(text).toContain('68cd0ab851e51c96aabc927bebef6a1c0101000000000000');
    expect(text).toContain(Buffer.from('Domain', 'utf16le').toString('hex'));
    expect(text).toContain(Buffer.from('User', 'utf16le').toString('hex'));
    expect(text).not.toContain(Buffer.from('Password', 'utf16le').toString('hex'));
  });
});

describe('messages', () => {
  test('the first one offers NTLMv2 in Unicode', () => {
    const view = new DataView(negotiateMessage().buffer);
    expect(view.getUint32(12, true) & 0x80201).toBe(0x80201);
  });

  test.each([
    ['nothing', ''],
    ['another message', hex(negotiateMessage())],
    ['a list of pairs that ends outside', hex(CHALLENGE).replace('2400240044', 'ffffffff44')],
    ['no NTLM at all', '00'.repeat(60)],
  ])('%s is no challenge', (_, text) => {
    expect(readChallenge(bytes(text))).toBeNull();
  });

  test('a name keeps letters that have no capital of one character', () => {
    expect(hex(responseKey(ntlmAccount('D\\groß', 'p')))).toBe(hex(responseKey(ntlmAccount('D\\GROß', 'p'))));
    expect(hex(responseKey(ntlmAccount('D\\groß', 'p')))).not.toBe(
      hex(responseKey(ntlmAccount('D\\GROSS', 'p'))),
    );
  });

  test('a user principal name has no domain', () => {
    expect(ntlmAccount('sync@example.org', 'p')).toEqual({
      user: 'sync@example.org',
      domain: '',
      password: 'p',
    });
  });
});
