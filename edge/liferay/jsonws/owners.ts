/**
 * What the portal knows today of users whose mailboxes are paired. That a user is gone is said only after they were asked
 * for alone: in a batch that breaks nobody knows because of whom.
 */
import * as v from 'valibot';
import { RemoteFailure } from '#core/failure.ts';
import type { OwnerToday } from '#core/owner-check.ts';
import { eachInBatch } from './bisect.ts';
import { LONG, must } from './booking-row.ts';
import type { Command } from './jsonws-client.ts';
import { READ_ITEM, READ_SERVICE, type Session } from './portal-session.ts';

/** Users in one request. */
const BATCH = 50;
/** Users that are asked for alone, at most: of more that are missing the next check tells. */
const ALONE_LIMIT = 25;
/** WorkflowConstants: an active user is APPROVED (Liferay: UserImpl.isActive). */
const ACTIVE = 0;

const USER = v.object({
  userId: LONG,
  emailAddress: v.nullish(v.string(), ''),
  emailAddressVerified: v.nullish(v.boolean(), null),
  status: v.nullish(v.number(), ACTIVE),
});

/** See the port. */
export async function lookUpOwners(
  session: Session,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, OwnerToday>> {
  const found = new Map<string, OwnerToday>();
  const missing: string[] = [];
  const unique = [...new Set(userIds)];
  for (let from = 0; from < unique.length; from += BATCH) {
    const part = unique.slice(from, from + BATCH);
    const answers = await inBatch(session, part);
    for (const [index, id] of part.entries()) {
      const answer = answers[index];
      if (answer === 'missing') missing.push(id);
      else if (answer !== undefined && answer !== 'unseen') found.set(id, answer);
    }
  }
  for (const id of missing.slice(0, ALONE_LIMIT)) {
    const [answer] = await inBatch(session, [id]);
    if (answer === 'missing') found.set(id, { kind: 'gone' });
    else if (answer !== undefined && answer !== 'unseen') found.set(id, answer);
  }
  return found;
}

type Answer = OwnerToday | 'missing' | 'unseen';

function inBatch(session: Session, ids: readonly string[]): Promise<readonly Answer[]> {
  return eachInBatch<string, Answer>(ids, {
    attempt: async (batch) => {
      const { values } = await session.invokeAsUs(batch.map(command), READ_ITEM);
      return batch.map((id, index) => ownerOf(id, must(USER, values[index], 'a user')));
    },
    checkPortal: async () => {
      await session.invokeAsUs([], READ_SERVICE);
    },
    failed: (_, reason) => {
      if (reason.reason === 'itemNotFound') return 'missing';
      if (reason.reason === 'accessDenied') return 'unseen';
      throw new RemoteFailure(reason);
    },
  });
}

function command(userId: string): Command {
  return { path: '/user/get-user-by-id', parameters: { userId } };
}

function ownerOf(id: string, user: v.InferOutput<typeof USER>): Answer {
  // An answer about somebody else tells nothing.
  if (user.userId !== id) return 'unseen';
  if (user.status !== ACTIVE) return { kind: 'gone' };
  return { kind: 'user', emailAddress: user.emailAddress, emailVerified: user.emailAddressVerified };
}
