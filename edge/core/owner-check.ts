/** Whether a mailbox that was paired is still its user's: what the portal says of the user today, against the address. */
import { type AddressRule, ownAddress, type PortalAddress } from './own-address.ts';

/** A user as the portal knows them today. `gone`: there is no such user, or the account is not active. */
export type OwnerToday = { readonly kind: 'gone' } | ({ readonly kind: 'user' } & PortalAddress);

/**
 * - `ownerLost`: the account is deleted or deactivated.
 * - `addressChanged`: it has another address than the mailbox.
 * - `addressNotAccepted`: the domain's rule does not take the address as theirs (any more).
 */
export type OwnerProblem = 'ownerLost' | 'addressChanged' | 'addressNotAccepted';

/** Null: all is as it was. `isApproved`: where the rule is `approve`, an administrator did for this user and address. */
export function ownerProblem(
  owner: OwnerToday,
  mailbox: { readonly address: string; readonly rule: AddressRule; readonly isApproved: boolean },
): OwnerProblem | null {
  if (owner.kind === 'gone') return 'ownerLost';
  const own = ownAddress(owner, mailbox.rule);
  if (own.kind === 'none') return own.reason === 'noMailboxAddress' ? 'addressChanged' : 'addressNotAccepted';
  if (own.address !== mailbox.address) return 'addressChanged';
  return mailbox.rule === 'approve' && !mailbox.isApproved ? 'addressNotAccepted' : null;
}
