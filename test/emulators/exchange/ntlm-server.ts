/**
 * The server's side of NTLM over HTTP, as IIS does it: a challenge and an account belong to one connection. Written
 * from MS-NLMP (messages, section 2.2; verification of NTLMv2, section 3.3.2) and MS-NTHT; domain accounts only.
 */
import { createHmac } from 'node:crypto';
import { md4 } from '#exchange/sign-in/md4.ts';

interface Person {
  /** `DOMAIN\user` or a user principal name. */
  readonly user: string;
  readonly password: string;
}

export type NtlmStep<A> =
  | { readonly kind: 'signedIn'; readonly account: A }
  | { readonly kind: 'challenge'; readonly message: string }
  | { readonly kind: 'refused' };

interface ConnectionState<A> {
  negotiate: Buffer;
  challenge: Buffer | null;
  account: A | null;
}

/** NEGOTIATE_UNICODE, REQUEST_TARGET, NTLM, TARGET_TYPE_DOMAIN, EXTENDED_SESSIONSECURITY, TARGET_INFO. */
const FLAGS = 0x1 | 0x4 | 0x200 | 0x10000 | 0x80000 | 0x800000;
const EXTENDED_SESSION_SECURITY = 0x80000;
const HAS_MIC = 0x2;
const [AV_END, AV_DOMAIN, AV_FLAGS, AV_TIME] = [0, 2, 6, 7];

export class NtlmServer<A extends Person> {
  readonly #clock: { now(): number };
  readonly #tellsTime: boolean;
  readonly #connections = new WeakMap<object, ConnectionState<A>>();
  #serial = 0;

  /** `tellsTime`: the challenge has a timestamp, and so the third message must have a MIC. Windows 2008 and newer. */
  constructor(clock: { now(): number }, tellsTime: boolean) {
    this.#clock = clock;
    this.#tellsTime = tellsTime;
  }

  /** Who is signed in on a connection. */
  accountOn(connection: object): A | null {
    return this.#connections.get(connection)?.account ?? null;
  }

  /** What becomes of a token that came on a connection. */
  step(connection: object, token: string, accounts: readonly A[]): NtlmStep<A> {
    const message = Buffer.from(token, 'base64');
    const kind = message.toString('latin1', 0, 8) === 'NTLMSSP\0' ? message.readUInt32LE(8) : 0;
    if (kind === 1) return this.#challenge(connection, message);
    const state = this.#connections.get(connection);
    if (kind !== 3 || state?.challenge == null) return { kind: 'refused' };
    const account = accounts.find((each) => this.#isProven(each, message, state)) ?? null;
    this.#connections.set(connection, { ...state, challenge: null, account });
    return account === null ? { kind: 'refused' } : { kind: 'signedIn', account };
  }

  #challenge(connection: object, negotiate: Buffer): NtlmStep<A> {
    // A client that cannot do extended session security would fall back to NTLMv1, which servers refuse today.
    if ((negotiate.readUInt32LE(12) & EXTENDED_SESSION_SECURITY) === 0) return { kind: 'refused' };
    this.#serial += 1;
    const target = Buffer.from('EXAMPLE', 'utf16le');
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE((BigInt(this.#clock.now()) + 11_644_473_600_000n) * 10_000n);
    const info = Buffer.concat([
      avPair(AV_DOMAIN, target),
      ...(this.#tellsTime ? [avPair(AV_TIME, time)] : []),
      avPair(AV_END, Buffer.alloc(0)),
    ]);
    const head = Buffer.alloc(56);
    head.write('NTLMSSP\0', 'latin1');
    head.writeUInt32LE(2, 8);
    writeField(head, 12, target.length, 56);
    head.writeUInt32LE(FLAGS, 20);
    head.writeBigUInt64LE(0x0123_4567_89ab_0000n + BigInt(this.#serial), 24);
    writeField(head, 40, info.length, 56 + target.length);
    const challenge = Buffer.concat([head, target, info]);
    this.#connections.set(connection, { negotiate, challenge, account: null });
    return { kind: 'challenge', message: challenge.toString('base64') };
  }

  #isProven(
    { user, password }: Person,
    message: Buffer,
    { negotiate, challenge }: ConnectionState<A>,
  ): boolean {
    if (challenge === null) return false;
    const [response, domain, name] = [20, 28, 36].map((at) => field(message, at));
    if (response === undefined || domain === undefined || name === undefined || response.length < 44)
      return false;
    const named = [domain, name].map((part) => part.toString('utf16le'));
    const isNamed =
      user.toLowerCase() ===
      named
        .filter((part) => part !== '')
        .join('\\')
        .toLowerCase();
    if (!isNamed) return false;
    const identity = Buffer.from((named[1] ?? '').toUpperCase() + (named[0] ?? ''), 'utf16le');
    const key = hmacMd5(md4(Buffer.from(password, 'utf16le')), identity);
    const blob = response.subarray(16);
    const proof = hmacMd5(key, challenge.subarray(24, 32), blob);
    if (!proof.equals(response.subarray(0, 16))) return false;
    if (!this.#tellsTime) return true;
    const flags = avValue(blob.subarray(28), AV_FLAGS);
    if (flags === null || (flags.readUInt32LE(0) & HAS_MIC) === 0) return false;
    const unsigned = Buffer.from(message);
    unsigned.fill(0, 72, 88);
    const mic = hmacMd5(hmacMd5(key, proof), negotiate, challenge, unsigned);
    return mic.equals(message.subarray(72, 88));
  }
}

function avPair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function avValue(pairs: Buffer, wanted: number): Buffer | null {
  for (let at = 0; at + 4 <= pairs.length; ) {
    const [id, length] = [pairs.readUInt16LE(at), pairs.readUInt16LE(at + 2)];
    if (id === wanted) return pairs.subarray(at + 4, at + 4 + length);
    if (id === AV_END) return null;
    at += 4 + length;
  }
  return null;
}

/** Length, maximum length and offset of a payload. */
function writeField(message: Buffer, at: number, length: number, offset: number): void {
  message.writeUInt16LE(length, at);
  message.writeUInt16LE(length, at + 2);
  message.writeUInt32LE(offset, at + 4);
}

function field(message: Buffer, at: number): Buffer | undefined {
  const [length, offset] = [message.readUInt16LE(at), message.readUInt32LE(at + 4)];
  return offset + length <= message.length ? message.subarray(offset, offset + length) : undefined;
}

function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const mac = createHmac('md5', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
