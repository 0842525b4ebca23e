/**
 * `npm run demo -- --once`: pairs two people and a room, makes the named changes, waits until they have arrived and reads both
 * sides back by raw requests. No browser.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import type { SeededPerson } from '#test/emulators/serve.ts';
import { OAUTH } from '#test/emulators/serve.ts';
import { DayReader, type Player } from './arrival.ts';
import { actsFor } from './changes.ts';
import { type Deed, deedsOf } from './deeds.ts';
import { meetingActs } from './meetings.ts';
import { PairingApi } from './pairing-api.ts';
import { measurePush, type PushTimes } from './push-times.ts';
import type { Room } from './room.ts';
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
  readonly push: PushTimes;
  readonly changes: readonly ChangeResult[];
}

interface Pending {
  readonly deed: Deed;
  readonly doneAt: number;
  problem: string;
}

export async function runOnce(stage: Stage, say: (line: string) => void): Promise<OnceResult> {
  const startedAt = performance.now();
  const anna = await pairCalendars(stage, personNamed(stage, 'Anna Rossi'));
  const grace = await pairCalendars(stage, personNamed(stage, 'Grace Lee'));
  const firstSyncSeconds = secondsSince(startedAt);
  say(`Paired, first sync done in ${firstSyncSeconds} s.`);
  const { room } = stage;
  const watched: readonly Watched[] = [
    ...[anna, grace].map(({ sides, calendarId }) => ({ address: sides.person.emailAddress, calendarId })),
    room,
  ];
  const idleBefore = await staysIdle(stage, watched);
  const changes: ChangeResult[] = [];
  for (const [index, act] of story(stage, anna, grace).entries()) {
    const results = await propagate(await act());
    say(`Act ${index + 1}: ${results.filter(({ arrived }) => arrived).length} of ${results.length} arrived.`);
    changes.push(...results);
  }
  const push = await measurePush(anna);
  const idleAfter = await staysIdle(stage, watched);
  return {
    propagated: changes.filter(({ arrived }) => arrived).length,
    expected: changes.length,
    idle: idleBefore && idleAfter,
    firstSyncSeconds,
    push,
    changes,
  };
}

/** Each act needs what the one before made to have arrived. */
function story(stage: Stage, anna: Player, grace: Player): readonly (() => Promise<readonly Deed[]>)[] {
  const alone = [anna, grace].map((player) => {
    const { zone } = player.sides.person;
    return { player, acts: actsFor(zone, Temporal.Now.plainDateISO(zone).toString()) };
  });
  const byThemselves = [0, 1, 2].map((act) => async () => {
    const deeds = await Promise.all(alone.map(({ player, acts }) => deedsOf(player, acts[act] ?? [])));
    return deeds.flat();
  });
  const marco = stage.sidesOf(personNamed(stage, 'Marco Bianchi'));
  const today = Temporal.Now.plainDateISO(stage.room.zone).toString();
  const together = meetingActs({ anna, grace, marco, room: stage.room }, today);
  return [...byThemselves, ...together.map((deeds) => async () => deeds)];
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

/** A mailbox and the calendar that it is paired with. */
type Watched = Pick<Room, 'address' | 'calendarId'>;

/** Compares change keys and row versions over a few intervals in which nobody did anything. */
async function staysIdle({ emulators }: Stage, watched: readonly Watched[]): Promise<boolean> {
  const versions = (): string =>
    watched
      .flatMap(({ address, calendarId }) => [
        ...emulators.exchange.items(address).map((item) => item.changeKey),
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
async function propagate(deeds: readonly Deed[]): Promise<ChangeResult[]> {
  const watched: Pending[] = [];
  let played = false;
  const playing = (async () => {
    for (const deed of deeds) {
      await deed.act();
      watched.push({ deed, doneAt: performance.now(), problem: 'was not looked at' });
    }
    played = true;
  })();
  const [results] = await Promise.all([untilArrived(watched, () => played), playing]);
  return results;
}

async function untilArrived(all: readonly Pending[], complete: () => boolean): Promise<ChangeResult[]> {
  const limit = performance.now() + ARRIVAL_LIMIT_MS;
  const seconds = new Map<Pending, number>();
  while (performance.now() < limit) {
    const pending = all.filter((each) => !seconds.has(each));
    if (complete() && pending.length === 0) break;
    const reader = new DayReader();
    for (const each of pending) {
      const problem = await each.deed.problem(reader);
      each.problem = problem ?? '';
      if (problem === null) seconds.set(each, secondsSince(each.doneAt));
    }
    await sleep(POLL_MS);
  }
  return all.map((each) => resultOf(each, seconds.get(each) ?? null));
}

function resultOf({ deed, problem }: Pending, seconds: number | null): ChangeResult {
  const { name, person, side } = deed;
  return {
    name,
    person,
    direction: side === 'exchange' ? 'Exchange → Liferay' : 'Liferay → Exchange',
    arrived: seconds !== null,
    seconds,
    problem: seconds === null ? problem : null,
  };
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1_000;
}
