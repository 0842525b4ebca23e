/** Which mailbox is a user's own. Nobody can name another one: no route takes an address. */
import type { PortalUser } from '#liferay/portal-calendar.port.ts';
import type { ApiReason } from '#shared/api.ts';
import { ApiProblem } from './problem.ts';
import type { AddressRule } from './settings.ts';

export type OwnMailbox =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'none'; readonly reason: ApiReason };

/** RFC 5321: 64 octets, `@`, 255 octets. */
const ADDRESS_LENGTH_LIMIT = 320;

/**
 * ASCII only. Lower-casing maps some other letters to ASCII ones (the Kelvin sign to `k`), so that an address which
 * the portal holds for a different one would become that of somebody else.
 */
const SMTP_ADDRESS = /^[!-?A-~]+@[!-?A-~]+$/;

export function ownMailbox(
  user: Pick<PortalUser, 'emailAddress' | 'emailVerified'>,
  rule: AddressRule,
): OwnMailbox {
  const { emailAddress } = user;
  if (emailAddress.length > ADDRESS_LENGTH_LIMIT || !SMTP_ADDRESS.test(emailAddress)) {
    return { kind: 'none', reason: 'noMailboxAddress' };
  }
  if (rule === 'requireVerified' && user.emailVerified !== true) {
    return { kind: 'none', reason: 'addressNotVerified' };
  }
  return { kind: 'address', address: emailAddress.toLowerCase() };
}

/** @throws ApiProblem noMailboxAddress, addressNotVerified */
export function requireMailbox(
  user: Pick<PortalUser, 'emailAddress' | 'emailVerified'>,
  rule: AddressRule,
): string {
  const own = ownMailbox(user, rule);
  if (own.kind === 'none') throw new ApiProblem(own.reason);
  return own.address;
}
