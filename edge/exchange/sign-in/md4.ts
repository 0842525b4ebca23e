/**
 * The message digest MD4 (RFC 1320), which NTLM keeps passwords as. It is broken as a digest, OpenSSL 3 has it
 * switched off, and nothing but NTLM may use it.
 */

const BLOCK_BYTES = 64;
const LENGTH_AT = 56;

/** RFC 1320, section 3.4: for each round its function, constant, order of the words and shifts. */
const ROUNDS: readonly {
  readonly mix: (x: number, y: number, z: number) => number;
  readonly constant: number;
  readonly order: readonly number[];
  readonly shifts: readonly number[];
}[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    constant: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    constant: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
];

/** The digest, 16 bytes. */
export function md4(message: Uint8Array): Uint8Array {
  const words = padded(message);
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < words.byteLength; at += BLOCK_BYTES) state = withBlock(state, words, at);
  const digest = new DataView(new ArrayBuffer(16));
  for (const [index, word] of state.entries()) digest.setUint32(index * 4, word, true);
  return new Uint8Array(digest.buffer);
}

type State = [number, number, number, number];

/** The message, a one bit, zeros up to 56 modulo 64, and the message's length in bits. */
function padded(message: Uint8Array): DataView {
  const blocks = Math.ceil((message.length + 1 + BLOCK_BYTES - LENGTH_AT) / BLOCK_BYTES);
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - (BLOCK_BYTES - LENGTH_AT), BigInt(message.length) * 8n, true);
  return view;
}

function withBlock(before: State, words: DataView, at: number): State {
  let [a, b, c, d] = before;
  for (const { mix, constant, order, shifts } of ROUNDS) {
    for (const [step, index] of order.entries()) {
      const sum = (a + mix(b, c, d) + words.getUint32(at + index * 4, true) + constant) | 0;
      const shift = shifts[step % 4] ?? 0;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    }
  }
  return [a + before[0], b + before[1], c + before[2], d + before[3]];
}
