/** Ways to spoil an answer. Each draws what it needs from a seeded stream, so that a seed tells all of it. */
import { mutateJson } from './json-mutations.ts';
import type { Recorded } from './scene.ts';
import { anyValue, pick, type Random } from './values.ts';
import { mutateXml } from './xml-mutations.ts';

export type Spoilt = Pick<Recorded, 'status' | 'headers' | 'body'>;

export interface Mutated {
  readonly answer: Spoilt;
  /** What was done, in a few words. */
  readonly what: string;
}

/** One step: of the structure four times in six, else of the bytes or of the head, which is all that some have. */
export function mutate(answer: Spoilt, random: Random): Mutated {
  const turn = answer.body.length === 0 ? 1 : random();
  if (turn < 0.66 && typeof answer.body === 'string') {
    const structured = /^\s*</.test(answer.body)
      ? mutateXml(answer.body, random)
      : mutateJson(answer.body, random);
    if (structured !== null) return { answer: { ...answer, body: structured.body }, what: structured.what };
  }
  return turn < 0.92 ? mutateBytes(answer, random) : mutateHead(answer, random);
}

const STATUSES = [200, 200, 201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 413, 429, 440, 500, 502, 503];
const HEADERS: readonly (readonly [string, string])[] = [
  ['content-type', 'text/html'],
  ['content-type', 'application/json'],
  ['content-type', 'text/xml; charset=utf-16'],
  ['retry-after', '-5'],
  ['retry-after', '999999999999999999'],
  ['retry-after', 'Mon, 99 Foo 2026 99:99:99 GMT'],
  ['location', 'https://elsewhere.example.com/'],
  ['location', 'http://[::1'],
  ['location', '/ews/genericerrorpage.htm'],
  ['www-authenticate', 'Negotiate'],
  ['www-authenticate', 'NTLM'],
  ['www-authenticate', 'NTLM TlRMTVNTUAAC'],
  ['www-authenticate', 'NTLM ____'],
  ['www-authenticate', `Basic realm="${'x'.repeat(5_000)}`],
];

function mutateHead(answer: Spoilt, random: Random): Mutated {
  if (random() < 0.4) {
    const status = pick(random, STATUSES);
    return { answer: { ...answer, status }, what: `status ${status}` };
  }
  const challenge = answer.headers['www-authenticate'];
  if (challenge !== undefined && random() < 0.7) {
    const spoilt = spoiltText(challenge, random);
    const headers = { ...answer.headers, 'www-authenticate': spoilt };
    return { answer: { ...answer, headers }, what: `www-authenticate ${spoilt}` };
  }
  const [name, value] = pick(random, HEADERS);
  return {
    answer: { ...answer, headers: { ...answer.headers, [name]: value } },
    what: `${name}: ${value.slice(0, 60)}`,
  };
}

/** Another character somewhere, or a part left out. */
function spoiltText(text: string, random: Random): string {
  const at = Math.floor(random() * text.length);
  const rest = text.slice(at + 1 + Math.floor(random() * (random() < 0.5 ? 1 : 40)));
  return `${text.slice(0, at)}${pick(random, ['', 'A', '/', '=', '_', ' '])}${rest}`;
}

type OfBytes = readonly [what: string, change: (bytes: Uint8Array, random: Random) => Uint8Array];

const OF_BYTES: readonly OfBytes[] = [
  [
    'bits turned',
    (bytes, random) => {
      const turned = bytes.slice();
      for (let times = 1 + Math.floor(random() * 8); times > 0; times -= 1) {
        const at = Math.floor(random() * turned.length);
        turned[at] = (turned[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      }
      return turned;
    },
  ],
  ['cut off', (bytes, random) => bytes.slice(0, Math.floor(random() * bytes.length))],
  ['head cut off', (bytes, random) => bytes.slice(Math.floor(random() * bytes.length))],
  ['a part left out', (bytes, random) => joined(bytes, new Uint8Array(), part(bytes, random))],
  [
    'a part twice',
    (bytes, random) => {
      const [from, to] = part(bytes, random);
      return joined(bytes, bytes.slice(from, to), [to, to]);
    },
  ],
  [
    'a part elsewhere',
    (bytes, random) => {
      const [from, to] = part(bytes, random);
      return joined(bytes, bytes.slice(from, to), part(bytes, random));
    },
  ],
  [
    'bytes put in',
    (bytes, random) => {
      const noise = Uint8Array.from({ length: 1 + Math.floor(random() * 16) }, () => random() * 256);
      const [at] = part(bytes, random);
      return joined(bytes, noise, [at, at]);
    },
  ],
  [
    'a value put in',
    (bytes, random) => {
      const [at] = part(bytes, random);
      return joined(bytes, new TextEncoder().encode(anyValue(random)), [at, at]);
    },
  ],
  ['UTF-16', (bytes) => utf16(new TextDecoder().decode(bytes))],
  ['a byte order mark', (bytes) => joined(bytes, Uint8Array.of(0xef, 0xbb, 0xbf), [0, 0])],
  ['nothing', () => new Uint8Array()],
];

function mutateBytes(answer: Spoilt, random: Random): Mutated {
  const { body } = answer;
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const [what, change] = pick(random, OF_BYTES);
  return { answer: { ...answer, body: change(bytes, random) }, what };
}

/** Half of the time a few bytes, else up to all of them. */
function part(bytes: Uint8Array, random: Random): readonly [from: number, to: number] {
  const from = Math.floor(random() * bytes.length);
  const length = random() * (random() < 0.5 ? 40 : bytes.length);
  return [from, Math.min(bytes.length, from + Math.floor(length))];
}

function joined(
  bytes: Uint8Array,
  inserted: Uint8Array,
  [from, to]: readonly [from: number, to: number],
): Uint8Array {
  const all = new Uint8Array(from + inserted.length + bytes.length - to);
  all.set(bytes.subarray(0, from));
  all.set(inserted, from);
  all.set(bytes.subarray(to), from + inserted.length);
  return all;
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let at = 0; at < text.length; at += 1) view.setUint16(2 + at * 2, text.charCodeAt(at), true);
  return bytes;
}
