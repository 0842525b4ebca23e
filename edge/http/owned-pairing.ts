/** Who may do anything with a pairing: its owner. For everybody else there is no such pairing. */
import type { Database } from '#store/database.ts';
import { findOwned, type OwnedPairing } from '#store/pairings.repository.ts';
import type { Ownership } from './ownership.ts';
import { ApiProblem } from './problem.ts';

/** @throws ApiProblem `pairingUnknown` for a pairing that does not exist and for one of somebody else */
export async function requireOwned(db: Database, { owner }: Ownership, id: string): Promise<OwnedPairing> {
  const found = await findOwned(db, owner, id);
  if (found === null) throw new ApiProblem('pairingUnknown');
  return found;
}
