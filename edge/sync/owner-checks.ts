/**
 * Once a day the portal is asked about each user whose mailbox is paired: an account that was deleted or deactivated, or
 * that has another address now, must not go on reading a mailbox by what was true when it was paired. What stands still
 * because of that goes on by itself when it is right again.
 */
import { RemoteFailure } from '#core/failure.ts';
import { type OwnerToday, ownerProblem } from '#core/owner-check.ts';
import {
  claimOwnerChecks,
  type OwnedMailbox,
  pauseForOwner,
  postponeOwnerChecks,
  resumeForOwner,
} from '#store/owner-checks.repository.ts';
import type { Engine } from './engine.ts';

const DAY_MS = 24 * 3_600_000;
/** After the portal did not answer, or would not tell. */
const AGAIN_MS = 15 * 60_000;
/** Mailboxes that one check looks at, with one request to the portal. */
const CHECK_LIMIT = 50;

/** What one check came to. */
export interface OwnersChecked {
  readonly checked: number;
  readonly paused: number;
  readonly resumed: number;
}

/** Checks the owners of those mailboxes that were not checked for longest. Rejects when the database does not answer. */
export async function checkOwners({ db, portal, effects }: Engine): Promise<OwnersChecked> {
  const nowMs = effects.clock.now();
  const due = await claimOwnerChecks(db, { nowMs, before: nowMs - DAY_MS, limit: CHECK_LIMIT });
  if (due.length === 0) return { checked: 0, paused: 0, resumed: 0 };
  const soon = nowMs - DAY_MS + AGAIN_MS;
  let owners: ReadonlyMap<string, OwnerToday>;
  try {
    owners = await portal.owners(due.map(({ userId }) => userId));
  } catch (error) {
    await postponeOwnerChecks(
      db,
      due.map(({ id }) => id),
      soon,
    );
    if (!(error instanceof RemoteFailure)) throw error;
    effects.log.warn('owners could not be checked', { reason: error.failure.reason });
    return { checked: 0, paused: 0, resumed: 0 };
  }
  const known = due.filter(({ userId }) => owners.has(userId));
  // Whom the portal does not let us see is neither lost nor found.
  await postponeOwnerChecks(
    db,
    due.filter((each) => !known.includes(each)).map(({ id }) => id),
    soon,
  );
  let paused = 0;
  let resumed = 0;
  for (const mailbox of known) {
    const [stopped, went] = await settle({ db, effects }, mailbox, owners.get(mailbox.userId), nowMs);
    paused += stopped;
    resumed += went;
  }
  return { checked: known.length, paused, resumed };
}

async function settle(
  { db, effects }: Pick<Engine, 'db' | 'effects'>,
  mailbox: OwnedMailbox,
  owner: OwnerToday | undefined,
  nowMs: number,
): Promise<readonly [paused: number, resumed: number]> {
  if (owner === undefined) return [0, 0];
  const problem = ownerProblem(owner, mailbox);
  if (problem === null) return [0, await resumeForOwner(db, mailbox.id, nowMs)];
  const paused = await pauseForOwner(db, mailbox.id, problem);
  if (paused > 0) effects.log.info('paused because of its owner', { mailbox: mailbox.id, reason: problem });
  return [paused, 0];
}
