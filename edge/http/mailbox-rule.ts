/** Which mailbox is a user's own. Nobody can name another one: no route takes an address. */
import { type AddressRule, ownAddress, type PortalAddress } from '#core/own-address.ts';
import { ApiProblem } from './problem.ts';

/** @throws ApiProblem noMailboxAddress, addressNotVerified */
export function requireMailbox(user: PortalAddress, rule: AddressRule): string {
  const own = ownAddress(user, rule);
  if (own.kind === 'none') throw new ApiProblem(own.reason);
  return own.address;
}
