/**
 * The three messages of an NTLM sign-in, as bytes (MS-NLMP, sections 2.2 and 3.3.2). NTLMv2 and Unicode only: what
 * older versions send can be turned back into the password. No session key is exchanged, since over HTTP nothing is
 * signed or sealed with it.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { md5 } from '@noble/hashes/legacy.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { md4 } from './md4.ts';

/** An account as NTLM names it: the domain is empty where the user is a user principal name. */
export interface NtlmAccount {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** What a sign-in takes from outside its messages. */
export interface NtlmMoment {
  /** Epoch milliseconds, for servers that do not tell the time themselves. */
  readonly nowMs: number;
  /** Eight random bytes. */
  readonly clientChallenge: Uint8Array;
}

/** `DOMAIN\user`, or a name without a domain. */
export function ntlmAccount(signedInAs: string, password: string): NtlmAccount {
  const [domain, ...user] = signedInAs.split('\\');
  return user.length === 0
    ? { user: signedInAs, domain: '', password }
    : { user: user.join('\\'), domain: domain ?? '', password };
}

const SIGNATURE = new TextEncoder().encode('NTLMSSP\0');
const NEGOTIATE_UNICODE = 0x1;
const REQUEST_TARGET = 0x4;
const NEGOTIATE_NTLM = 0x200;
const ALWAYS_SIGN = 0x8000;
const EXTENDED_SESSION_SECURITY = 0x80000;
const NEGOTIATE_TARGET_INFO = 0x800000;
const NEGOTIATE_128 = 0x20000000;
const NEGOTIATE_56 = 0x80000000;
const OUR_FLAGS =
  (NEGOTIATE_UNICODE |
    REQUEST_TARGET |
    NEGOTIATE_NTLM |
    ALWAYS_SIGN |
    EXTENDED_SESSION_SECURITY |
    NEGOTIATE_TARGET_INFO |
    NEGOTIATE_128 |
    NEGOTIATE_56) >>>
  0;

/** The first message, from the client: what it can do (2.2.1.1). */
export function negotiateMessage(): Uint8Array {
  const message = new Uint8Array(32);
  message.set(SIGNATURE);
  const view = new DataView(message.buffer);
  view.setUint32(8, 1, true);
  view.setUint32(12, OUR_FLAGS, true);
  return message;
}

/** The second message, from the server (2.2.1.2). */
export interface NtlmChallenge {
  /** As it came. */
  readonly message: Uint8Array;
  readonly flags: number;
  readonly serverChallenge: Uint8Array;
  /** AV_PAIRs without the last one, which ends the list. */
  readonly targetInfo: readonly AvPair[];
}

interface AvPair {
  readonly id: number;
  readonly value: Uint8Array;
}

const AV_END = 0;
const AV_FLAGS = 6;
const AV_TIMESTAMP = 7;
/** MsvAvFlags: the third message carries a MIC. */
const HAS_MIC = 0x2;

/** Null for bytes that are no challenge. */
export function readChallenge(message: Uint8Array): NtlmChallenge | null {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (message.length < 32 || !SIGNATURE.every((byte, at) => message[at] === byte)) return null;
  if (view.getUint32(8, true) !== 2) return null;
  const flags = view.getUint32(20, true);
  const told = (flags & NEGOTIATE_TARGET_INFO) !== 0 && message.length >= 48;
  const from = told ? view.getUint32(44, true) : 0;
  const length = told ? view.getUint16(40, true) : 0;
  if (from + length > message.length) return null;
  const targetInfo = avPairs(message.subarray(from, from + length));
  return targetInfo && { message, flags, serverChallenge: message.subarray(24, 32), targetInfo };
}

function avPairs(bytes: Uint8Array): readonly AvPair[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pairs: AvPair[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const id = view.getUint16(at, true);
    const end = at + 4 + view.getUint16(at + 2, true);
    if (id === AV_END) break;
    if (end > bytes.length) return null;
    pairs.push({ id, value: bytes.subarray(at + 4, end) });
    at = end;
  }
  return pairs;
}

function avBytes(pairs: readonly AvPair[]): Uint8Array {
  const ended = [...pairs, { id: AV_END, value: new Uint8Array() }];
  return concatBytes(...ended.flatMap(({ id, value }) => [uint16s(id, value.length), value]));
}

/** The answer to a challenge that proves the password (3.3.2). */
export interface NtlmProof {
  readonly nt: Uint8Array;
  readonly lm: Uint8Array;
  readonly sessionBaseKey: Uint8Array;
  readonly hasMic: boolean;
}

export function proveAccount(
  account: NtlmAccount,
  { serverChallenge, targetInfo }: Pick<NtlmChallenge, 'serverChallenge' | 'targetInfo'>,
  { nowMs, clientChallenge }: NtlmMoment,
): NtlmProof {
  const key = responseKey(account);
  const told = targetInfo.find(({ id }) => id === AV_TIMESTAMP)?.value;
  // A server that tells the time wants a MIC and no LM response (3.1.5.1.2).
  const pairs = told === undefined ? targetInfo : withMicFlag(targetInfo);
  const temp = concatBytes(
    Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0),
    told ?? fileTime(nowMs),
    clientChallenge,
    new Uint8Array(4),
    avBytes(pairs),
    new Uint8Array(4),
  );
  const proof = hmac(md5, key, concatBytes(serverChallenge, temp));
  const lm = concatBytes(hmac(md5, key, concatBytes(serverChallenge, clientChallenge)), clientChallenge);
  return {
    nt: concatBytes(proof, temp),
    lm: told === undefined ? lm : new Uint8Array(24),
    sessionBaseKey: hmac(md5, key, proof),
    hasMic: told !== undefined,
  };
}

/** NTOWFv2 (3.3.2). */
export function responseKey({ user, domain, password }: NtlmAccount): Uint8Array {
  return hmac(md5, md4(utf16(password)), utf16(upperCase(user) + domain));
}

/** Windows turns each character into one: ß stays as it is. */
function upperCase(text: string): string {
  return Array.from(text, (char) =>
    char.toUpperCase().length === char.length ? char.toUpperCase() : char,
  ).join('');
}

function withMicFlag(pairs: readonly AvPair[]): readonly AvPair[] {
  const flags = pairs.find(({ id }) => id === AV_FLAGS)?.value ?? new Uint8Array(4);
  const value = flags.map((byte, at) => (at === 0 ? byte | HAS_MIC : byte));
  return [...pairs.filter(({ id }) => id !== AV_FLAGS), { id: AV_FLAGS, value }];
}

/** Fixed part of the third message, up to and including the MIC (2.2.1.3). */
const HEAD_BYTES = 88;
const MIC_AT = 72;

/** The third message, from the client: who it is, and the proof. */
export function authenticateMessage(
  account: NtlmAccount,
  challenge: NtlmChallenge,
  moment: NtlmMoment,
): Uint8Array {
  const { nt, lm, sessionBaseKey, hasMic } = proveAccount(account, challenge, moment);
  const none = new Uint8Array();
  // In the order of their fields: LM and NT response, domain, user, workstation, session key.
  const parts = [lm, nt, utf16(account.domain), utf16(account.user), none, none];
  const message = concatBytes(new Uint8Array(HEAD_BYTES), ...parts);
  message.set(SIGNATURE);
  const view = new DataView(message.buffer);
  view.setUint32(8, 3, true);
  let offset = HEAD_BYTES;
  for (const [index, { length }] of parts.entries()) {
    message.set(uint16s(length, length), 12 + index * 8);
    view.setUint32(16 + index * 8, offset, true);
    offset += length;
  }
  view.setUint32(60, (OUR_FLAGS & challenge.flags) >>> 0, true);
  if (hasMic) {
    const all = concatBytes(negotiateMessage(), challenge.message, message);
    message.set(hmac(md5, sessionBaseKey, all), MIC_AT);
  }
  return message;
}

function uint16s(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, value >> 8]));
}

function utf16(text: string): Uint8Array {
  return uint16s(...Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)));
}

/** FILETIME: tenths of a microsecond since 1601. */
function fileTime(epochMs: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, (BigInt(Math.floor(epochMs)) + 11_644_473_600_000n) * 10_000n, true);
  return new Uint8Array(view.buffer);
}
