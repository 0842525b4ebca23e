/** Which mailbox address counts as a portal user's own. */

/**
 * What makes an address a user's own; the domain administrator's choice.
 * - `trustPortal`: the portal's address, because a directory or single sign-on maintains it.
 * - `requireVerified`: the portal's address, once Liferay has verified it.
 * - `approve`: the portal's address, once the domain's administrator has approved that it is this user's. Here it counts
 *   as theirs; who lets them reach a mailbox by it asks for the approval first.
 */
export type AddressRule = 'trustPortal' | 'requireVerified' | 'approve';

/** What a portal tells of a user's address. */
export interface PortalAddress {
  readonly emailAddress: string;
  /** Null where the portal does not say. */
  readonly emailVerified: boolean | null;
}

export type OwnAddress =
  /** In lower case. */
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'none'; readonly reason: 'noMailboxAddress' | 'addressNotVerified' };

/** RFC 5321: 64 octets, `@`, 255 octets. */
const ADDRESS_LENGTH_LIMIT = 320;

/**
 * ASCII only. Lower-casing maps some other letters to ASCII ones (the Kelvin sign to `k`), so that an address which
 * the portal holds for a different one would become that of somebody else.
 */
const SMTP_ADDRESS = /^[!-?A-~]+@[!-?A-~]+$/;

/** The address of a mailbox, in lower case; null for what is none. */
export function smtpAddress(text: string): string | null {
  return text.length <= ADDRESS_LENGTH_LIMIT && SMTP_ADDRESS.test(text) ? text.toLowerCase() : null;
}

/** The address that counts as the user's own under the rule. */
export function ownAddress({ emailAddress, emailVerified }: PortalAddress, rule: AddressRule): OwnAddress {
  const address = smtpAddress(emailAddress);
  if (address === null) return { kind: 'none', reason: 'noMailboxAddress' };
  if (rule === 'requireVerified' && emailVerified !== true) {
    return { kind: 'none', reason: 'addressNotVerified' };
  }
  return { kind: 'address', address };
}
