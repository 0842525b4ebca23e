/** Has a change arrived? Reads both calendars by raw requests, day by day, and names the first difference. */
import { Temporal } from 'temporal-polyfill';
import type { Change } from './changes.ts';
import type { SideName } from './demo-api.ts';
import { exchangeDay, liferayDay, type Seen, type SeenInExchange } from './read-back.ts';
import type { Sides } from './sides.ts';

/** One of the people whose calendars are paired. */
export interface Player {
  readonly sides: Sides;
  readonly calendarId: string;
}

/** Days are read once in a round, whoever asks for them. */
export class DayReader {
  readonly #days = new Map<string, Promise<{ exchange: SeenInExchange[]; liferay: Seen[] }>>();

  read({ sides, calendarId }: Player, day: string) {
    const key = `${calendarId} ${day}`;
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    const read = Promise.all([exchangeDay(sides, day), liferayDay(sides, calendarId, day)]).then(
      ([exchange, liferay]) => ({ exchange, liferay }),
    );
    this.#days.set(key, read);
    return read;
  }
}

/** The first thing that differs from what is expected; null if nothing does. */
export async function whatIsWrong(player: Player, change: Change, reader: DayReader): Promise<string | null> {
  const { expected } = change;
  const found: Readonly<Record<SideName, Set<string>>> = { exchange: new Set(), liferay: new Set() };
  const titles = { exchange: expected.event.title, liferay: expected.titleInLiferay ?? expected.event.title };
  for (const day of expected.days) {
    const seen = await reader.read(player, day);
    for (const side of ['exchange', 'liferay'] as const) {
      const ours = seen[side].filter(({ title }) => title === titles[side]);
      for (const event of ours) found[side].add(event.slot);
      const wrong = ours.map((event) => textProblem(change, side, event)).find((problem) => problem !== null);
      if (wrong != null) return `${side}, ${day}: ${wrong}`;
      const due = expected.slots.filter((slot) => slotBegins(slot, day, player.sides.person.zone));
      const missing = due.find((slot) => !found[side].has(slot));
      if (missing !== undefined) return `${side}: nothing at ${missing}`;
    }
  }
  for (const side of ['exchange', 'liferay'] as const) {
    const extra = [...found[side]].find((slot) => !expected.slots.includes(slot));
    if (extra !== undefined) return `${side}: still at ${extra}`;
  }
  return null;
}

function slotBegins(slot: string, day: string, zone: string): boolean {
  const [start = ''] = slot.split('/');
  if (start.length === day.length) return start === day;
  return Temporal.Instant.from(start).toZonedDateTimeISO(zone).toPlainDate().toString() === day;
}

function textProblem({ expected }: Change, side: SideName, seen: Seen | SeenInExchange): string | null {
  const { event, titleInLiferay } = expected;
  const hidden = side === 'liferay' && titleInLiferay !== undefined;
  const wanted = {
    description: hidden ? '' : (event.description ?? ''),
    location: hidden ? '' : (event.location ?? ''),
  };
  if (seen.description !== wanted.description) return `description is ${JSON.stringify(seen.description)}`;
  if (seen.location !== wanted.location) return `location is ${JSON.stringify(seen.location)}`;
  return 'showAs' in seen ? keptProblem(event, seen) : null;
}

/** What Liferay cannot hold has to outlive its edits. */
function keptProblem(event: Change['expected']['event'], seen: SeenInExchange): string | null {
  if (seen.showAs !== (event.showAs ?? seen.showAs)) return `shown as ${seen.showAs}`;
  if (seen.sensitivity !== (event.sensitivity ?? 'Normal')) return `sensitivity is ${seen.sensitivity}`;
  const categories = event.categories?.toSorted() ?? [];
  return seen.categories.join() === categories.join() ? null : `categories are ${seen.categories.join()}`;
}
