/** The end of a life: the service comes to rest without disturbance, people decide what waits for them, questions follow. */
import { and, eq, inArray, ne, notInArray } from 'drizzle-orm';
import { held, link } from '#drizzle/schema.ts';
import type { SliceReport } from '#sync/run.ts';
import { checkAtRest, checkMassDeletion, checkQuiet } from './invariants.ts';
import type { Life } from './life.ts';
import { checkMeetings } from './meetings/invariants.ts';
import type { MeetingStory } from './meetings/story.ts';
import { MINUTE } from './shapes.ts';
import { Story } from './story.ts';
import type { World } from './world.ts';

/** Rounds of 20 minutes in which the service must come to rest. */
const ROUNDS = 80;
/** Rounds in a row in which there was nothing to do. */
const QUIET_ROUNDS = 3;

type Work = typeof link.$inferSelect.work;
const FINISHED: Work[] = ['clean', 'outside', 'parked', 'liferayOnly'];

export interface Ending {
  readonly world: World;
  readonly story: Story | MeetingStory;
  readonly life: Life;
  /** Somebody did delete most of a calendar. */
  readonly massDeleted: boolean;
  /** One undisturbed slice of the service. */
  readonly runSlice: () => Promise<SliceReport>;
}

/** One line for each thing that is not as it must be. */
export async function questionsAtRest(ending: Ending): Promise<readonly string[]> {
  const { world, story, life } = ending;
  const unasked: string[] = [];
  if (ending.massDeleted) {
    await comeToRest(ending, false);
    unasked.push(...guarded(ending));
  }
  const lastFailures = await comeToRest(ending, true);
  if (lastFailures !== null) return [...unasked, await restless(world, lastFailures)];
  const engine = world.engine();
  const isRefused = life.massDeletion?.decision === 'rejected';
  return [
    ...unasked,
    ...(isRefused ? guarded(ending) : []),
    ...(story instanceof Story
      ? await checkAtRest(world, engine, story, life)
      : await checkMeetings(world, engine, story)),
    ...(await checkQuiet(world, engine)),
  ];
}

function guarded({ world, story, massDeleted }: Ending): readonly string[] {
  return massDeleted && story instanceof Story ? checkMassDeletion(world, story) : [];
}

/**
 * `decides`: people approve or reject what the mass-change guard holds.
 * @returns null if it came to rest, else what failed in the last run
 */
async function comeToRest(
  { world, life, runSlice }: Ending,
  decides: boolean,
): Promise<SliceReport['failures'] | null> {
  let quiet = 0;
  let failures: SliceReport['failures'] = [];
  for (let round = 0; round < ROUNDS && quiet < QUIET_ROUNDS; round += 1) {
    world.clock.advance(20 * MINUTE);
    if (decides) await decideHeld(world, life);
    const report = await runSlice();
    failures = report.failures;
    const { created, updated, deleted, failed, more } = report;
    const isBusy = created + updated + deleted + failed + more + report.failures.length > 0;
    const isOpen = isBusy || report.claimed === 0 || (await openLinks(world, decides)).length > 0;
    quiet = isOpen ? 0 : quiet + 1;
  }
  return quiet === QUIET_ROUNDS ? null : failures;
}

function openLinks({ db }: World, heldToo: boolean) {
  return db
    .select()
    .from(link)
    .where(and(notInArray(link.work, FINISHED), heldToo ? undefined : ne(link.work, 'held')));
}

async function restless(world: World, failures: SliceReport['failures']): Promise<string> {
  const open = await openLinks(world, true);
  const reasons = [
    ...failures.map(({ failure }) => `${failure.reason}: ${failure.detail}`),
    ...open.slice(0, 3).map(({ work, reason, reasonDetail }) => `${work} ${reason} ${reasonDetail}`),
  ];
  return `it does not come to rest: ${open.length} links are open (${reasons.join('; ')})`;
}

/** A person decides on what the mass-change guard holds, as the API has it. */
async function decideHeld({ db }: World, { massDeletion }: Life): Promise<void> {
  const waiting = await db.select().from(held).where(eq(held.decision, 'waiting'));
  if (waiting.length === 0) return;
  for (const kind of ['delete', 'change'] as const) {
    const decision = kind === 'delete' ? (massDeletion?.decision ?? 'approved') : 'approved';
    await db
      .update(held)
      .set({ decision })
      .where(and(eq(held.decision, 'waiting'), eq(held.kind, kind)));
  }
  const ids = waiting.map(({ linkId }) => linkId);
  await db.update(link).set({ work: 'dirty', retryAt: 0, attempts: 0 }).where(inArray(link.id, ids));
}
