/** Which mailbox counts as a portal user's own: whoever pairs calendars may reach that one alone. */
import { describe, expect, test } from 'vitest';
import { ownAddress } from '#core/own-address.ts';

const NO_ADDRESS = { kind: 'none', reason: 'noMailboxAddress' };

function trusted(emailAddress: string) {
  return ownAddress({ emailAddress, emailVerified: null }, 'trustPortal');
}

test('the portal’s address is the user’s own, however it is written', () => {
  expect(trusted('Ada.Lovelace+work@Example.COM')).toEqual({
    kind: 'address',
    address: 'ada.lovelace+work@example.com',
  });
  // The first and the last sign that are allowed on either side of the @.
  expect(trusted('!?A~@!?A~')).toEqual({ kind: 'address', address: '!?a~@!?a~' });
});

test.each([
  ['nothing', ''],
  ['a screen name', 'ada'],
  ['no name', '@example.com'],
  ['no server', 'ada@'],
  ['two at signs', 'ada@bob@example.com'],
  ['a name before it', 'Ada <ada@example.com>'],
  ['a space at its front', ' ada@example.com'],
  ['a line at its end', 'ada@example.com\n'],
  ['letters that lower-casing would turn into somebody else’s address', '\u212Aarl@example.com'],
  ['the same in the server’s name', 'karl@example.\u212Aom'],
])('an address of %s is no mailbox', (_, address) => {
  expect(trusted(address)).toEqual(NO_ADDRESS);
});

test('an address is as long as mail allows, and not longer', () => {
  const longest = `${'a'.repeat(64)}@${'b'.repeat(255)}`;
  expect(trusted(longest)).toEqual({ kind: 'address', address: longest });
  expect(trusted(`${longest}b`)).toEqual(NO_ADDRESS);
});

describe('where the address has to be verified', () => {
  test.each([
    ['one that Liferay verified counts', true, { kind: 'address', address: 'ada@example.com' }],
    ['one that it did not does not', false, { kind: 'none', reason: 'addressNotVerified' }],
    ['one of which it does not say does not', null, { kind: 'none', reason: 'addressNotVerified' }],
  ])('%s', (_, emailVerified, expected) => {
    expect(ownAddress({ emailAddress: 'Ada@example.com', emailVerified }, 'requireVerified')).toEqual(
      expected,
    );
  });

  test('one that is no mailbox is not asked to be verified', () => {
    expect(ownAddress({ emailAddress: 'ada', emailVerified: false }, 'requireVerified')).toEqual(NO_ADDRESS);
  });
});

test('where the portal is trusted, one that it did not verify counts', () => {
  const user = { emailAddress: 'ada@example.com', emailVerified: false };
  expect(ownAddress(user, 'trustPortal')).toEqual({ kind: 'address', address: 'ada@example.com' });
});
