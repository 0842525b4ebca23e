/** Scopes of addresses, against the registries' blocks and against Node's own reading of addresses. */
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressScope, isAddressLiteral, isWithin, withoutBrackets } from '#core/ip-address.ts';

describe('IPv4 (RFC 6890 and the registry): both ends of each block, and what lies beside it', () => {
  test.each([
    ['0.0.0.0', '0.255.255.255', 'reserved'],
    ['1.0.0.0', '9.255.255.255', 'public'],
    ['10.0.0.0', '10.255.255.255', 'private'],
    ['11.0.0.0', '100.63.255.255', 'public'],
    ['100.64.0.0', '100.127.255.255', 'private'],
    ['100.128.0.0', '126.255.255.255', 'public'],
    ['127.0.0.0', '127.255.255.255', 'loopback'],
    ['128.0.0.0', '169.253.255.255', 'public'],
    ['169.254.0.0', '169.254.255.255', 'reserved'],
    ['169.255.0.0', '172.15.255.255', 'public'],
    ['172.16.0.0', '172.31.255.255', 'private'],
    ['172.32.0.0', '191.255.255.255', 'public'],
    ['192.0.0.0', '192.0.0.255', 'reserved'],
    ['192.0.1.0', '192.0.1.255', 'public'],
    ['192.0.2.0', '192.0.2.255', 'reserved'],
    ['192.88.99.0', '192.88.99.255', 'reserved'],
    ['192.167.255.255', '192.169.0.0', 'public'],
    ['192.168.0.0', '192.168.255.255', 'private'],
    ['198.17.255.255', '198.20.0.0', 'public'],
    ['198.18.0.0', '198.19.255.255', 'reserved'],
    ['198.51.100.0', '198.51.100.255', 'reserved'],
    ['203.0.113.0', '203.0.113.255', 'reserved'],
    ['223.255.255.255', '203.0.114.0', 'public'],
    ['224.0.0.0', '255.255.255.255', 'reserved'],
  ])('%s and %s are %s', (first, last, scope) => {
    expect([addressScope(first), addressScope(last)]).toEqual([scope, scope]);
  });
});

describe('IPv6', () => {
  test.each([
    ['::', 'reserved'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::2', 'reserved'],
    ['::7f00:1', 'reserved'],
    ['fc00::', 'private'],
    ['fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private'],
    ['fe80::1', 'reserved'],
    ['fec0::1', 'reserved'],
    ['ff02::1', 'reserved'],
    ['100::1', 'reserved'],
    ['64:ff9b:1::1', 'reserved'],
    ['1fff:ffff::', 'reserved'],
    ['2001::1', 'reserved'],
    ['2001:1ff:ffff::', 'reserved'],
    ['2001:200::', 'public'],
    ['2001:db8::1', 'reserved'],
    ['2001:4860:4860::8888', 'public'],
    ['2603:1026:c0d::2', 'public'],
    ['3fff::1', 'reserved'],
    ['3fff:1000::', 'public'],
    ['4000::', 'reserved'],
  ])('%s is %s', (address, scope) => {
    expect(addressScope(address)).toBe(scope);
  });

  test.each([
    '::ffff:10.1.2.3',
    '::FFFF:0a01:0203',
    '0:0:0:0:0:ffff:10.1.2.3',
    '64:ff9b::10.1.2.3',
    '64:ff9b::a01:203',
    '2002:a01:203::1',
  ])('%s is as private as the IPv4 address in it', (address) => {
    expect(addressScope(address)).toBe('private');
  });

  test.each([
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:169.254.169.254', 'reserved'],
    ['::ffff:93.184.215.14', 'public'],
    ['2002:5db8:d70e::', 'public'],
  ])('%s is %s', (address, scope) => {
    expect(addressScope(address)).toBe(scope);
  });
});

test.each([
  '',
  'example.org',
  '010.0.0.1',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '0x7f.0.0.1',
  '2130706433',
  '1.2.3.4 ',
  '::1%lo',
  'fe80::1%eth0',
  ':::1',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  '::1.2.3',
  '::ffff:010.0.0.1',
  '[::1]',
])('%j is no address, and nothing may connect to it', (text) => {
  expect(isWithin(text, 'loopback')).toBe(false);
});

const octet = fc.nat(255);
const ipv4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));

test('private and loopback IPv4 addresses are those that Node finds in their blocks', () => {
  const privates = new BlockList();
  privates.addSubnet('10.0.0.0', 8);
  privates.addSubnet('172.16.0.0', 12);
  privates.addSubnet('192.168.0.0', 16);
  privates.addSubnet('100.64.0.0', 10);
  const near = fc.tuple(fc.constantFrom(10, 100, 127, 172, 192), octet, octet, octet).map((p) => p.join('.'));
  fc.assert(
    fc.property(fc.oneof(ipv4, near), (address) => {
      expect(addressScope(address) === 'private').toBe(privates.check(address));
      expect(addressScope(address) === 'loopback').toBe(address.startsWith('127.'));
    }),
    { numRuns: 500 },
  );
});

test('every way to write an IPv6 address has the scope of what URL makes of it', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const host = new URL(`https://[${address}]/`).hostname;
      expect(isAddressLiteral(host)).toBe(true);
      expect(addressScope(withoutBrackets(host))).toBe(addressScope(address));
    }),
    { numRuns: 500 },
  );
});

test.each(['0x7f.1', '2130706433', '127.1', '0177.0.0.1', '[::ffff:127.0.0.1]', '127.0.0.1.'])(
  'a URL to %s is one to this machine',
  (written) => {
    const host = new URL(`https://${written}/`).hostname.replace(/\.$/, '');
    expect(isAddressLiteral(host)).toBe(true);
    expect([isWithin(withoutBrackets(host), 'private'), isWithin(withoutBrackets(host), 'loopback')]).toEqual(
      [false, true],
    );
  },
);
