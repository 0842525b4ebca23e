/**
 * `npm run demo -- --once`: pairs two people, makes the named changes, waits until they have arrived and reads both
 * sides back by raw requests. No browser.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import type { SeededPerson } from '#test/emulators/serve.ts';
import { OAUTH } from '#test/emulators/serve.ts';
import { DayReader, type Player, whatIsWrong } from './arrival.ts';
import { actsFor, type Change } from './changes.ts';
import { PairingApi } from './pairing-api.ts';
import { exchangeForm, liferayForm } from './plain-event.ts';
import type { Stage } from './stage.ts';

/** For each act. */
const ARRIVAL_LIMIT_MS = 60_000;
const POLL_MS = 200;
/** More than two intervals of the service. */
const IDLE_MS = 5_000;
const SETTLE_MS = 1_000;

export interface ChangeResult {
  readonly name: string;
  readonly person: string;
  readonly direction: 'Exchange → Liferay' | 'Liferay → Exchange';
  readonly arrived: boolean;
  /** From the answer to the change until both sides were read as they have to be; null if that never came. */
  readonly seconds: number | null;
  /** What still differs. */
  readonly problem: string | null;
}

export interface OnceResult {
  readonly propagated: number;
  readonly expected: number;
  /** Nothing was written to either side while nobody changed anything. */
  readonly idle: boolean;
  readonly firstSyncSeconds: number;
  readonly changes: readonly ChangeResult[];
}

interface Pending {
  readonly player: Player;
  readonly change: Change;
  readonly doneAt: number;
  problem: string;
}

export async function runOnce(stage: Stage, say: (line: string) => void): Promise<OnceResult> {
  const startedAt = performance.now();
  const players = await Promise.all(
    ['Anna Rossi', 'Grace Lee'].map((name) => pairCalendars(stage, personNamed(stage, name))),
  );
  const firstSyncSeconds = secondsSince(startedAt);
  say(`Paired, first sync done in ${firstSyncSeconds} s.`);
  const idleBefore = await staysIdle(stage, players);
  const acts = players.map(({ sides: { person } }) =>
    actsFor(person.zone, Temporal.Now.plainDateISO(person.zone).toString()),
  );
  const changes: ChangeResult[] = [];
  for (const act of [0, 1, 2]) {
    const results = await propagate(
      players.map((player, index) => ({ player, changes: acts[index]?.[act] ?? [] })),
    );
    say(`Act ${act + 1}: ${results.filter(({ arrived }) => arrived).length} of ${results.length} arrived.`);
    changes.push(...results);
  }
  const idleAfter = await staysIdle(stage, players);
  return {
    propagated: changes.filter(({ arrived }) => arrived).length,
    expected: changes.length,
    idle: idleBefore && idleAfter,
    firstSyncSeconds,
    changes,
  };
}

function personNamed({ emulators }: Stage, name: string): SeededPerson {
  const person = emulators.people.find((each) => each.name === name);
  if (person === undefined) throw new Error(`There is no ${name}.`);
  return person;
}

/** As the element on the page does it: with the person's own token, making their Liferay calendar if there is none. */
async function pairCalendars(stage: Stage, person: SeededPerson): Promise<Player> {
  const token = await stage.emulators.liferay.issueUserToken(person.userId, OAUTH.userAgentClientId);
  const api = new PairingApi(stage.serviceUrl, token);
  const sides = stage.sidesOf(person);
  if ((await sides.calendarId()) === null) await api.createLiferayCalendar(person.name, person.zone);
  const calendarId = await sides.calendarId();
  if (calendarId === null) throw new Error(`${person.name} has no Liferay calendar.`);
  await api.pair(calendarId);
  await api.inStep();
  return { sides, calendarId };
}

/** Compares change keys and row versions over a few intervals in which nobody did anything. */
async function staysIdle({ emulators }: Stage, players: readonly Player[]): Promise<boolean> {
  const versions = (): string =>
    players
      .flatMap(({ sides, calendarId }) => [
        ...emulators.exchange.items(sides.person.emailAddress).map((item) => item.changeKey),
        ...emulators.liferay
          .bookings(Number(calendarId))
          .map((row) => `${row.calendarBookingId}/${row.mvccVersion}`),
      ])
      .join();
  await sleep(SETTLE_MS);
  const before = versions();
  await sleep(IDLE_MS);
  return versions() === before;
}

/** Makes the changes and, from the first on, looks whether they have arrived. */
async function propagate(
  parts: readonly { readonly player: Player; readonly changes: readonly Change[] }[],
): Promise<ChangeResult[]> {
  const watched: Pending[] = [];
  let played = false;
  const playing = (async () => {
    for (const { player, changes } of parts) await play(player, changes, watched);
    played = true;
  })();
  const [results] = await Promise.all([untilArrived(watched, () => played), playing]);
  return results;
}

async function play(player: Player, changes: readonly Change[], watched: Pending[]): Promise<void> {
  const ids = await Promise.all([exchangeIds(player), liferayIds(player)]);
  for (const change of changes) {
    await (change.side === 'exchange'
      ? actInExchange(player, change, ids[0])
      : actInLiferay(player, change, ids[1]));
    watched.push({ player, change, doneAt: performance.now(), problem: 'was not looked at' });
  }
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

async function untilArrived(all: readonly Pending[], complete: () => boolean): Promise<ChangeResult[]> {
  const limit = performance.now() + ARRIVAL_LIMIT_MS;
  const seconds = new Map<Pending, number>();
  while (performance.now() < limit) {
    const pending = all.filter((each) => !seconds.has(each));
    if (complete() && pending.length === 0) break;
    const reader = new DayReader();
    for (const each of pending) {
      const problem = await whatIsWrong(each.player, each.change, reader);
      each.problem = problem ?? '';
      if (problem === null) seconds.set(each, secondsSince(each.doneAt));
    }
    await sleep(POLL_MS);
  }
  return all.map((each) => resultOf(each, seconds.get(each) ?? null));
}

function resultOf({ change, player, problem }: Pending, seconds: number | null): ChangeResult {
  return {
    name: change.name,
    person: player.sides.person.name,
    direction: change.side === 'exchange' ? 'Exchange → Liferay' : 'Liferay → Exchange',
    arrived: seconds !== null,
    seconds,
    problem: seconds === null ? problem : null,
  };
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1_000;
}
