/** Why a pairing stands still that its owner cannot start again by asking for a run. */
import type { Reason } from '#shared/reasons.ts';

/** Each with who lets it go on: the domain's administrator, or the check of who owns what. */
export const STANDING = [
  'mailboxNotReleased',
  'pausedByAdministrator',
  'addressChanged',
  'addressNotAccepted',
  'ownerLost',
] as const satisfies readonly Reason[];
