/** The one way in which a run writes: fenced, together with what it changes of the pairing. */
import type { BatchItem } from 'drizzle-orm/batch';
import type { Lease } from '#store/commit.ts';
import { updatePairing } from '#store/sync.statements.ts';
import type { PairingRow } from '#store/sync-rows.ts';
import type { Engine } from './engine.ts';
import type { PairingSession } from './slice.ts';

/** Whose lease it is; `lost` is set when it does not hold any more. */
export interface Committer {
  readonly lease: Lease;
  lost: boolean;
}

/**
 * Commits `writes` and the pairing's new values, and lets the session's copy of the pairing follow.
 * @returns false when the lease was lost: nothing was written, and the caller stops.
 */
export async function commit(
  engine: Engine,
  session: Committer,
  pairing: PairingSession,
  set: Partial<PairingRow>,
  writes: readonly BatchItem<'sqlite'>[],
): Promise<boolean> {
  if (session.lost) return false;
  const all =
    Object.keys(set).length > 0 ? [...writes, updatePairing(engine.db, pairing.row.id, set)] : writes;
  if (all.length === 0) return true;
  if ((await engine.commit(engine.db, session.lease, all)) === 'leaseLost') {
    session.lost = true;
    return false;
  }
  pairing.row = { ...pairing.row, ...set };
  return true;
}
