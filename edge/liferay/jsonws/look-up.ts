/** Rows by id in batches, where one that we may not look at is left out. */
import type * as v from 'valibot';
import { RemoteFailure } from '#core/failure.ts';
import { eachInBatch } from './bisect.ts';
import { must } from './booking-row.ts';
import type { Command } from './jsonws-client.ts';
import { checkCalendarServices, READ_ITEM, type Session } from './portal-session.ts';

/** Rows in one request. */
const BATCH = 50;

/** What the portal says of each of `ids`; what it does not let us see, or does not know, is left out. */
export async function lookUp<Schema extends v.GenericSchema>(
  session: Session,
  schema: Schema,
  ids: readonly string[],
  command: (id: string) => Command,
): Promise<ReadonlyMap<string, v.InferOutput<Schema>>> {
  const unique = [...new Set(ids)];
  const found = new Map<string, v.InferOutput<Schema>>();
  for (let from = 0; from < unique.length; from += BATCH) {
    const part = unique.slice(from, from + BATCH);
    const answers = await eachInBatch<string, v.InferOutput<Schema> | null>(part, {
      attempt: async (batch) => {
        const { values } = await session.invokeAsUs(batch.map(command), READ_ITEM);
        return batch.map((_, index) => must(schema, values[index], 'what stands behind a calendar'));
      },
      checkPortal: () => checkCalendarServices(session),
      failed: (_, reason) => {
        // A portal that is only slow must not look like one that knows nobody.
        if (reason.reason === 'accessDenied' || reason.reason === 'itemNotFound') return null;
        throw new RemoteFailure(reason);
      },
    });
    for (const [index, answer] of answers.entries()) {
      const id = part[index];
      if (answer !== null && id !== undefined) found.set(id, answer);
    }
  }
  return found;
}
