/**
 * Which mailbox is a user's own, and in which Exchange domain it is. Nobody can name another one: no route takes an
 * address. The domain is that of the address; its rule says what makes the address theirs.
 */
import { ownAddress, type PortalAddress, smtpAddress } from '#core/own-address.ts';
import type { Database } from '#store/database.ts';
import { domainOfAddress } from '#store/domains.repository.ts';
import { approvalOf } from '#store/mailbox-approvals.repository.ts';
import type { DomainRow } from '#store/sync-rows.ts';
import { ApiProblem } from './problem.ts';

/** A mailbox, and the domain by which it is reached. */
export interface PlacedMailbox {
  /** SMTP address in lower case. */
  readonly address: string;
  readonly domain: DomainRow;
}

/** @throws ApiProblem noMailboxAddress, noDomain, addressNotVerified, approvalNeeded */
export async function requireMailbox(
  db: Database,
  portal: string,
  user: PortalAddress & { readonly id: string },
): Promise<PlacedMailbox> {
  const placed = await placeAddress(db, portal, user.emailAddress);
  const { domain, address } = placed;
  const own = ownAddress(user, domain.addressRule);
  if (own.kind === 'none') throw new ApiProblem(own.reason);
  if (domain.addressRule !== 'approve') return placed;
  const approval = await approvalOf(db, { domainId: domain.id, userId: user.id, address });
  if (approval !== 'approved') throw new ApiProblem('approvalNeeded');
  return placed;
}

/** The domain of an address, whosever it is. @throws ApiProblem noMailboxAddress, noDomain */
export async function placeAddress(db: Database, portal: string, text: string): Promise<PlacedMailbox> {
  const address = smtpAddress(text);
  if (address === null) throw new ApiProblem('noMailboxAddress');
  const domain = await domainOfAddress(db, portal, address);
  if (domain === null) throw new ApiProblem('noDomain');
  return { address, domain };
}
