/** Whether what people did has arrived everywhere, as far as a slice of the service tells. */
import { count, notInArray } from 'drizzle-orm';
import { intent, link } from '#drizzle/schema.ts';
import type { SliceReport } from '#sync/run.ts';
import { everyone } from './meetings/copies.ts';
import type { World } from './world.ts';

export function hasWritten({ created, updated, deleted }: SliceReport): boolean {
  return created + updated + deleted > 0;
}

/** After an undisturbed slice: nothing is open. */
export async function hasAllArrived(world: World, report: SliceReport): Promise<boolean> {
  const { claimed, more, failures } = report;
  if (claimed < everyone(world).length || more > 0 || failures.length > 0) return false;
  const intents = await world.db.select({ n: count() }).from(intent);
  const open = await world.db
    .select({ n: count() })
    .from(link)
    .where(notInArray(link.work, ['clean', 'outside', 'liferayOnly']));
  return open[0]?.n === 0 && intents[0]?.n === 0;
}
