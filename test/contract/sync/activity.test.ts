/** What is counted of runs for the administrators of a domain, and that an idle run counts nothing. */
import { describe, expect, test } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { HOUR, hourFrom, Stage } from './stage.ts';

const DAY_MS = 86_400_000;

/** `kind reason` with its count, over all hours. */
async function counted(stage: Stage): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind, reason, count } of await stage.engine.db.select().from(schema.activity)) {
    const name = `${kind} ${reason}`.trim();
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

describe('what runs do', () => {
  test('is counted by the side that was written, and an idle run not at all', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'From Exchange', ...hourFrom('2026-05-06T09:00') });
    stage.create({ subject: 'Too', ...hourFrom('2026-05-06T10:00') });
    const { start, end } = hourFrom('2026-05-06T11:00');
    stage.book({ title: 'From Liferay', startTime: start, endTime: end });
    await stage.settle();
    const counts = await counted(stage);
    expect(counts).toMatchObject({ exchange: 1, liferay: 2 });
    expect(counts['run']).toBeGreaterThan(0);
    const { tables } = await stage.traffic();
    expect(new Set(tables)).toEqual(new Set(['mailbox']));
    expect(await counted(stage)).toEqual(counts);
  });

  test('is counted where it failed, by reason', async () => {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T11:00');
    const recurrence = 'RRULE:FREQ=YEARLY;INTERVAL=1;BYWEEKNO=20';
    stage.book({ title: 'Odd', startTime: start, endTime: end, recurrence });
    await stage.settle();
    expect(await counted(stage)).toMatchObject({ 'failedEvent recurrenceNotExpressible': 1 });
  });

  test('that fails as a whole is counted each time, also for the same reason again', async () => {
    const stage = await Stage.open();
    for (const [times, waitMs] of [
      [1, 31_000],
      [2, HOUR],
    ] as const) {
      stage.world.exchange.faults.inject({ kind: 'impersonationDenied' });
      await stage.round(waitMs);
      expect(await counted(stage)).toEqual({ run: times, 'failedRun impersonationDenied': times });
    }
  });

  test('is forgotten once it is older than any month that is shown, by failing runs too', async () => {
    const stage = await Stage.open();
    const { db } = stage.engine;
    const old = stage.world.clock.now() - 40 * DAY_MS;
    const [domain] = await db.select().from(schema.domain);
    const domainId = domain?.id ?? '';
    await db.insert(schema.activity).values([
      { domainId, hour: old, kind: 'run', count: 9 },
      { domainId, hour: old + 9 * DAY_MS, kind: 'exchange', count: 1 },
    ]);
    stage.world.exchange.faults.inject({ kind: 'impersonationDenied' });
    await stage.round();
    expect(await counted(stage)).toEqual({ exchange: 1, run: 1, 'failedRun impersonationDenied': 1 });
  });
});
