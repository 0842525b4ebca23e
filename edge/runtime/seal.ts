/**
 * Encryption at rest for sign-ins and tokens: AES-256-GCM over Web Crypto, which every runtime has.
 * A sealed text is `<key id>.<base64url of nonce and cipher text>`. The key id is authenticated with it, so a
 * text cannot be passed off as sealed by another key.
 *
 * Keys are changed by putting a new one first and keeping the old one behind it until nothing is sealed by it.
 */
import type { Seal } from '#core/effects.ts';

export interface SealKey {
  /** Names the key in every text that it sealed. Letters, digits, `_` and `-`. */
  readonly id: string;
  /** 32 random bytes in base64. */
  readonly key: string;
}

/** A sealed text cannot be opened, or the keys themselves are unusable. Never says what the text or key was. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

const SEAL_KEY_BYTES = 32;
/** Web Crypto's CryptoKey; not every runtime's types declare its name. */
type AesKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
/** NIST SP 800-38D: a random 96-bit nonce is safe for 2^32 texts with one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Says what is wrong with a list of keys, or null if it can be used.
 * The answer names the key's position and id, never the key.
 */
export function sealKeysProblem(keys: readonly SealKey[]): string | null {
  if (keys.length === 0) return 'there is no key';
  const ids = new Set<string>();
  for (const [index, { id, key }] of keys.entries()) {
    if (!KEY_ID.test(id)) return `the id of key ${index + 1} is not 1 to 32 letters, digits, "_" or "-"`;
    if (ids.has(id)) return `the id "${id}" stands there twice`;
    ids.add(id);
    const bytes = fromBase64(key);
    if (bytes === null) return `key "${id}" is not base64`;
    if (bytes.length !== SEAL_KEY_BYTES)
      return `key "${id}" has ${bytes.length} bytes, not ${SEAL_KEY_BYTES}`;
  }
  return null;
}

/**
 * The first key seals, all of them open.
 * @throws SealError when a key is unusable, see {@link sealKeysProblem}
 */
export async function createSeal(keys: readonly SealKey[]): Promise<Seal> {
  const problem = sealKeysProblem(keys);
  if (problem !== null) throw new SealError(`Seal keys cannot be used: ${problem}.`);
  const imported = new Map<string, AesKey>();
  for (const { id, key } of keys) imported.set(id, await importKey(key));
  const sealing = keys[0]?.id ?? '';

  return {
    async seal(plain) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const cipher = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv: nonce, additionalData: bytesOf(sealing) },
        keyOf(imported, sealing),
        bytesOf(plain),
      );
      const sealed = new Uint8Array(NONCE_BYTES + cipher.byteLength);
      sealed.set(nonce);
      sealed.set(new Uint8Array(cipher), NONCE_BYTES);
      return `${sealing}.${toBase64Url(sealed)}`;
    },

    async open(sealed) {
      const dot = sealed.indexOf('.');
      const bytes = dot > 0 ? fromBase64(sealed.slice(dot + 1)) : null;
      if (bytes === null || bytes.length < NONCE_BYTES + TAG_BYTES) {
        throw new SealError('This is not a sealed text.');
      }
      const id = sealed.slice(0, dot);
      const key = keyOf(imported, id);
      try {
        const plain = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES), additionalData: bytesOf(id) },
          key,
          bytes.subarray(NONCE_BYTES),
        );
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
      } catch (cause) {
        throw new SealError(
          `A text sealed by key "${id}" does not open: the key is another one, or the text was changed.`,
          {
            cause,
          },
        );
      }
    },
  };
}

function keyOf(keys: ReadonlyMap<string, AesKey>, id: string): AesKey {
  const key = keys.get(id);
  if (key === undefined) {
    const known = [...keys.keys()].map((known) => `"${known}"`).join(', ');
    throw new SealError(`No seal key "${id}" is configured (configured: ${known}).`);
  }
  return key;
}

function importKey(base64: string): Promise<AesKey> {
  const bytes = fromBase64(base64) ?? new Uint8Array();
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Reads base64 in either alphabet, with or without padding; null if it is none. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return null;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
