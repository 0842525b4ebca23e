/** One named change of `--once`: who makes it where, and what has to be seen when it has arrived. */
import { type DayReader, type Player, whatIsWrong } from './arrival.ts';
import type { Change } from './changes.ts';
import type { SideName } from './demo-api.ts';
import { exchangeForm, liferayForm } from './plain-event.ts';

export interface Deed {
  readonly name: string;
  /** Whose calendar it is made in. */
  readonly person: string;
  /** Where it is made. */
  readonly side: SideName;
  act(): Promise<void>;
  /** The first thing that is not yet as it has to be on either side, by raw requests; null if nothing is. */
  problem(reader: DayReader): Promise<string | null>;
}

/** The changes of one person; each is made to what was in the calendars when the deeds were asked for. */
export async function deedsOf(player: Player, changes: readonly Change[]): Promise<readonly Deed[]> {
  const [inExchange, inLiferay] = await Promise.all([exchangeIds(player), liferayIds(player)]);
  return changes.map((change) => ({
    name: change.name,
    person: player.sides.person.name,
    side: change.side,
    act: () =>
      change.side === 'exchange'
        ? actInExchange(player, change, inExchange)
        : actInLiferay(player, change, inLiferay),
    problem: (reader) => whatIsWrong(player, change, reader),
  }));
}

async function exchangeIds({ sides }: Player) {
  return new Map((await sides.exchange.listItems()).map((item) => [item.subject, item]));
}

async function liferayIds({ sides, calendarId }: Player) {
  return new Map((await sides.liferay.listBookings(calendarId)).map((row) => [row.title, row.id]));
}

function known<T>(ids: ReadonlyMap<string, T>, title: string): T {
  const id = ids.get(title);
  if (id === undefined) throw new Error(`There is no event "${title}" to change.`);
  return id;
}

async function actInExchange(
  { sides: { exchange, person } }: Player,
  { act }: Change,
  ids: Awaited<ReturnType<typeof exchangeIds>>,
): Promise<void> {
  switch (act.kind) {
    case 'make':
      await exchange.create(exchangeForm(act.event, person.zone));
      return;
    case 'change':
      await exchange.update(known(ids, act.title), act.exchange);
      return;
    case 'delete':
      await exchange.delete(known(ids, act.title), act.forGood ? 'HardDelete' : 'MoveToDeletedItems');
      return;
    default:
      act satisfies never;
  }
}

async function actInLiferay(
  { sides: { liferay, person }, calendarId }: Player,
  { act }: Change,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  switch (act.kind) {
    case 'make':
      await liferay.add(calendarId, liferayForm(act.event, person.zone));
      return;
    case 'change':
      await liferay.update(known(ids, act.title), act.liferay);
      return;
    case 'delete':
      if (act.forGood) await liferay.delete(known(ids, act.title));
      else await liferay.moveToTrash(known(ids, act.title));
      return;
    default:
      act satisfies never;
  }
}
