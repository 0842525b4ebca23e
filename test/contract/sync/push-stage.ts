/** A mailbox in Exchange Online whose server tells what changes: what the tests of push have in common. */
import { eq } from 'drizzle-orm';
import { mailbox, push } from '#drizzle/schema.ts';
import type { Subscription } from '#test/emulators/exchange/graph/subscriptions.ts';
import { Stage } from './stage.ts';

/** Below the interval of 30 s, after which every mailbox is looked at anyway. */
export const SOON = 1_500;

/** In step, and subscribed. */
export async function openPush(options: Parameters<typeof Stage.open>[0] = {}): Promise<Stage> {
  const stage = await Stage.open({ protocol: 'graph', push: true, ...options });
  await stage.settle();
  await delivered(stage);
  await stage.round(SOON);
  return stage;
}

/** Notifications that are on their way arrive. */
export async function delivered({ world }: Stage): Promise<void> {
  await world.graph.subscriptions.deliver();
}

/** Which subscription Graph has of the only mailbox. */
export function subscriptionOf({ world }: Stage): Subscription {
  const [subscription, ...more] = world.graph.subscriptions.all;
  if (subscription === undefined || more.length > 0) {
    throw new Error(`There are ${more.length + (subscription === undefined ? 0 : 1)} subscriptions.`);
  }
  return subscription;
}

/** What the service keeps of it, and the mailbox's schedule. */
export async function keptOf({ world, person }: Stage) {
  const [row] = await world.db.select().from(push).where(eq(push.mailboxId, person.mailboxId));
  const [schedule] = await world.db.select().from(mailbox).where(eq(mailbox.id, person.mailboxId));
  if (row === undefined || schedule === undefined) throw new Error('Nothing is kept of a subscription.');
  return { row, schedule };
}

/** What Graph was asked in so many rounds, each after the interval, by operation. */
export async function askedIn(stage: Stage, rounds: number): Promise<Readonly<Record<string, number>>> {
  stage.world.graph.resetRequests();
  for (let n = 0; n < rounds; n += 1) await stage.round();
  return Object.fromEntries(stage.world.graph.requests);
}
