/**
 * What kind of network an IP address leads to. Whoever connects to a name that somebody else may choose asks here
 * first, with the address that it is about to connect to.
 *
 * Source: RFC 6890 and the IANA special-purpose address registries that continue it.
 */

/** - `reserved`: nowhere that a server of ours may be: link-local (metadata services of clouds), multicast, examples. */
export type AddressScope = 'public' | 'private' | 'loopback' | 'reserved';

/**
 * How far connections may go, each including the one before: to addresses of the Internet; of private networks too
 * (RFC 1918, RFC 4193, RFC 6598); to this machine too, for tunnels that end on it.
 */
export type AddressReach = 'public' | 'private' | 'loopback';

const WITHIN: Readonly<Record<AddressReach, ReadonlySet<AddressScope>>> = {
  public: new Set(['public']),
  private: new Set(['public', 'private']),
  loopback: new Set(['public', 'private', 'loopback']),
};

/** Whether a connection to this address is allowed. What is no IP address is not. */
export function isWithin(address: string, reach: AddressReach): boolean {
  return WITHIN[reach].has(addressScope(address));
}

/** The scope of an IPv4 address in dotted decimals or an IPv6 address without brackets; `reserved` for other texts. */
export function addressScope(address: string): AddressScope {
  const v4 = parseIPv4(address);
  if (v4 !== null) return scopeOfIPv4(v4);
  const v6 = parseIPv6(address);
  return v6 === null ? 'reserved' : scopeOfIPv6(v6);
}

/** Whether the host of a URL is an address rather than a name: `URL` writes every form of one in these two. */
export function isAddressLiteral(host: string): boolean {
  return host.startsWith('[') || parseIPv4(host) !== null;
}

/** Without the brackets that an IPv6 address has in a URL. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/s, '$1');
}

type Block = readonly [prefix: string, bits: number, scope: AddressScope];

const IPV4_BLOCKS: readonly Block[] = [
  ['0.0.0.0', 8, 'reserved'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'reserved'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 3, 'reserved'],
];

/** Global unicast is 2000::/3 alone; what stands outside it and not here is not assigned. */
const IPV6_BLOCKS: readonly Block[] = [
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'reserved'],
  ['3fff::', 20, 'reserved'],
  ['2000::', 3, 'public'],
];

/** Prefixes of 96 bits, and one of 16, behind which an IPv4 address stands: mapped, translated (NAT64), 6to4. */
const IPV4_WITHIN_IPV6: readonly (readonly [prefix: string, bits: number])[] = [
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
];

function scopeOfIPv4(value: bigint): AddressScope {
  const block = IPV4_BLOCKS.find(([prefix, bits]) => samePrefix(value, parseIPv4(prefix), bits, 32));
  return block?.[2] ?? 'public';
}

function scopeOfIPv6(value: bigint): AddressScope {
  for (const [prefix, bits] of IPV4_WITHIN_IPV6) {
    if (samePrefix(value, parseIPv6(prefix), bits, 128)) {
      return scopeOfIPv4((value >> BigInt(96 - bits)) & 0xffff_ffffn);
    }
  }
  const block = IPV6_BLOCKS.find(([prefix, bits]) => samePrefix(value, parseIPv6(prefix), bits, 128));
  return block?.[2] ?? 'reserved';
}

function samePrefix(value: bigint, prefix: bigint | null, bits: number, width: number): boolean {
  const rest = BigInt(width - bits);
  return prefix !== null && value >> rest === prefix >> rest;
}

/** Four decimal numbers and nothing else: `010.1`, `0x7f.1` and one large number are read differently by others. */
function parseIPv4(text: string): bigint | null {
  const parts = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
    .exec(text)
    ?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/** RFC 4291, section 2.2, with an IPv4 address at the end or without. A zone (`%eth0`) makes it no address. */
function parseIPv6(text: string): bigint | null {
  const groups = withTailAsGroups(text);
  if (groups === null || !/^[\da-f:]+$/i.test(groups)) return null;
  const halves = groups.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return null;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** `::ffff:10.0.0.1` → `::ffff:a00:1`; null where what stands at the end is no IPv4 address. */
function withTailAsGroups(text: string): string | null {
  if (!text.includes('.')) return text;
  const at = text.lastIndexOf(':') + 1;
  const value = at === 0 ? null : parseIPv4(text.slice(at));
  if (value === null) return null;
  return `${text.slice(0, at)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
