/** How long a change in Exchange takes into Liferay while Exchange tells of it: one after the other, with nothing else to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import type { Player } from './arrival.ts';
import { addToExchange } from './fill.ts';
import { liferayDay } from './read-back.ts';

const CHANGES = 20;
/** How often Liferay is looked at. */
const LOOK_MS = 20;
const LIMIT_MS = 30_000;
/** Far from what the story does, so that days are short to read. */
const DAYS_AHEAD = 200;

/** Seconds; null where a change did not arrive. */
export interface PushTimes {
  readonly changes: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** Makes the changes at moments that have nothing to do with the service's interval. */
export async function measurePush(player: Player): Promise<PushTimes> {
  const { zone } = player.sides.person;
  const today = Temporal.Now.plainDateISO(zone);
  const seconds: number[] = [];
  for (let index = 0; index < CHANGES; index += 1) {
    const day = today.add({ days: DAYS_AHEAD + index }).toString();
    await sleep(300 + 137 * (index % 7));
    seconds.push(await timeOf(player, day, `Told at once ${index + 1}`));
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  const part = (share: number): number | null => {
    const at = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(at) ? Math.round(at * 1_000) / 1_000 : null;
  };
  return { changes: CHANGES, p50: part(0.5), p95: part(0.95) };
}

/** From the answer to the change until Liferay shows it. */
async function timeOf({ sides, calendarId }: Player, day: string, title: string): Promise<number> {
  await addToExchange(sides, { title, when: { kind: 'timed', start: `${day}T10:00`, minutes: 30 } });
  const begun = performance.now();
  while (performance.now() - begun < LIMIT_MS) {
    const seen = await liferayDay(sides, calendarId, day);
    if (seen.some((event) => event.title === title)) return (performance.now() - begun) / 1_000;
    await sleep(LOOK_MS);
  }
  return Number.POSITIVE_INFINITY;
}
