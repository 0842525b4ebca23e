/** Whether a mailbox still is its user's. */
import { describe, expect, it } from 'vitest';
import type { AddressRule } from '#core/own-address.ts';
import { type OwnerToday, ownerProblem } from '#core/owner-check.ts';

const ADDRESS = 'ada@example.com';
const user = (emailAddress: string, emailVerified: boolean | null = true): OwnerToday => ({
  kind: 'user',
  emailAddress,
  emailVerified,
});

describe('the owner of a mailbox', () => {
  it.each<[string, OwnerToday, AddressRule, boolean, string | null]>([
    ['has the same address', user(ADDRESS), 'trustPortal', false, null],
    ['has it in capitals', user('Ada@Example.COM'), 'trustPortal', false, null],
    ['has another one', user('ada@example.org'), 'trustPortal', false, 'addressChanged'],
    ['has one with a tag', user('ada+x@example.com'), 'trustPortal', false, 'addressChanged'],
    ['has a look-alike', user('\u0430da@example.com'), 'trustPortal', false, 'addressChanged'],
    ['has none', user(''), 'trustPortal', false, 'addressChanged'],
    ['is gone', { kind: 'gone' }, 'trustPortal', true, 'ownerLost'],
    ['has not verified it, and need not', user(ADDRESS, false), 'trustPortal', false, null],
    ['has not verified it, and has to', user(ADDRESS, false), 'requireVerified', true, 'addressNotAccepted'],
    ['is not said to have verified it', user(ADDRESS, null), 'requireVerified', true, 'addressNotAccepted'],
    ['has verified it', user(ADDRESS), 'requireVerified', false, null],
    ['was approved', user(ADDRESS, null), 'approve', true, null],
    ['was not approved', user(ADDRESS), 'approve', false, 'addressNotAccepted'],
    ['was approved for another address', user('ada@example.org'), 'approve', true, 'addressChanged'],
  ])('%s', (_, owner, rule, isApproved, problem) => {
    expect(ownerProblem(owner, { address: ADDRESS, rule, isApproved })).toBe(problem);
  });
});
