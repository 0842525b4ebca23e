/**
 * Many mailboxes on two Exchange servers, kept in step by two services that share a database. The first server is well
 * all the time. The second one throttles for a while, then nobody listens there, then it is back. All of it happens in
 * virtual time, with the scheduler, the engine, the database and both servers in this process.
 */
import type { HttpFetch } from '#core/effects.ts';
import { domain } from '#drizzle/schema.ts';
import { createScheduler } from '#sync/scheduler.ts';
import type { ExchangeEmulator } from '#test/emulators/exchange/exchange-emulator.ts';
import type { ServerTraffic } from '#test/emulators/exchange/server-load.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { createWorld, type Person, type World } from '#test/simulation/world.ts';
import { Visits } from './visits.ts';

export interface LoadShape {
  readonly mailboxesEach: number;
  readonly services: number;
  readonly intervalSeconds: number;
  /** Of each domain: what the operator allowed. */
  readonly maxConcurrent: number;
}

export type Phase = 'first sync' | 'in step' | 'throttled' | 'down' | 'back';

/** One server in one phase. */
export interface PhaseFigures extends ServerTraffic {
  readonly phase: Phase;
  readonly server: 'well' | 'troubled';
  readonly minutes: number;
  /** Longest time between two looks at one mailbox that began in the phase or before; seconds. */
  readonly longestGapSeconds: number;
  /** Most requests that began within one second. */
  readonly mostInASecond: number;
}

export interface LoadResult {
  readonly phases: readonly PhaseFigures[];
  /** From the end of the outage until every mailbox showed what had been edited meanwhile. */
  readonly convergedAfterSeconds: number;
  /** Mailboxes whose two sides differ at the end. */
  readonly apart: number;
}

export const FULL_LOAD: LoadShape = {
  mailboxesEach: 1_000,
  services: 2,
  intervalSeconds: 300,
  maxConcurrent: 8,
};
export const QUICK_LOAD: LoadShape = { ...FULL_LOAD, mailboxesEach: 60, intervalSeconds: 60 };

const MINUTE = 60_000;
const LATENCY_MS = 40;
const BACK_OFF_MS = 45_000;
const START_LIMIT_MS = 240 * MINUTE;

/** Runs the whole story. `tell` is called at the end of each phase. */
export async function runLoad(
  shape: LoadShape,
  tell: (phase: Phase) => void = () => {},
): Promise<LoadResult> {
  const run = await LoadRun.start(shape);
  const [, troubled] = run.world.servers;
  if (!troubled) throw new Error('Two servers are needed.');
  const phases: PhaseFigures[] = [];
  const phase = async (name: Phase, work: () => Promise<void>) => {
    run.begin();
    await work();
    phases.push(...run.figures(name));
    tell(name);
  };
  const { intervalSeconds, mailboxesEach } = shape;
  await phase('first sync', () => run.until(() => run.apart() === 0, START_LIMIT_MS));
  // The round after it meets the service's own writes.
  await run.pass(3 * intervalSeconds * 1_000);
  await phase('in step', () => run.pass(3 * intervalSeconds * 1_000));
  const half = Math.ceil(mailboxesEach / 2);
  troubled.load.condition.budget = {
    requests: half,
    withinMs: intervalSeconds * 1_000,
    backOffMs: BACK_OFF_MS,
  };
  await phase('throttled', () => run.pass(6 * intervalSeconds * 1_000));
  troubled.load.condition.budget = null;
  troubled.load.condition.isDown = true;
  run.edit();
  await phase('down', () => run.pass(Math.max(20 * MINUTE, 6 * intervalSeconds * 1_000)));
  troubled.load.condition.isDown = false;
  const backAt = run.world.clock.now();
  await phase('back', () => run.until(() => run.apart() === 0, START_LIMIT_MS));
  const convergedAfterSeconds = Math.round((run.world.clock.now() - backAt) / 1_000);
  await run.stop();
  return { phases, convergedAfterSeconds, apart: run.apart() };
}

/** The services at work; time passes only while somebody waits for it. */
export class LoadRun {
  readonly world: World;
  readonly #visits: readonly Visits[];
  readonly #activity: { count: number };
  readonly #running: Promise<unknown>;
  readonly #signal: { aborted: boolean; reason: unknown };
  readonly #edits = new Map<Person, string>();
  #beganAt: number;

  private constructor(
    world: World,
    visits: readonly Visits[],
    activity: { count: number },
    signal: { aborted: boolean; reason: unknown },
    running: Promise<unknown>,
  ) {
    this.world = world;
    this.#visits = visits;
    this.#activity = activity;
    this.#signal = signal;
    this.#running = running;
    this.#beganAt = world.clock.now();
  }

  static async start(shape: LoadShape): Promise<LoadRun> {
    const activity = { count: 0 };
    const world = await createWorld({
      people: 2 * shape.mailboxesEach,
      servers: 2,
      intervalSeconds: shape.intervalSeconds,
      maxConcurrent: shape.maxConcurrent,
      settings: { mailboxConcurrency: Math.ceil(shape.maxConcurrent / 2) },
      onBatch: () => {
        activity.count += 1;
      },
    });
    await warmUp(world);
    const start = world.clock.now() + 60 * MINUTE;
    for (const person of world.people) {
      serverOf(world, person).userActs.createItem(
        serverOf(world, person).mailbox(person.address).calendar,
        { subject: 'Event', start, end: start + 30 * MINUTE },
        'SendToNone',
      );
    }
    for (const { load } of world.servers) load.condition.latencyMs = LATENCY_MS;
    const visits = world.servers.map(() => new Visits());
    const signal = { aborted: false, reason: null };
    const network = (fetch: HttpFetch): HttpFetch => watched(world, visits, activity, fetch);
    const schedulers = Array.from({ length: shape.services }, () =>
      createScheduler(world.engine({ network }), { concurrency: 2, pollMs: 5_000 }).run(signal),
    );
    return new LoadRun(world, visits, activity, signal, Promise.all(schedulers));
  }

  begin(): void {
    this.#beganAt = this.world.clock.now();
    for (const { load } of this.world.servers) load.reset();
    for (const visits of this.#visits) visits.begin();
  }

  figures(phase: Phase): readonly PhaseFigures[] {
    const now = this.world.clock.now();
    return this.world.servers.map(({ load }, index) => ({
      phase,
      server: index === 0 ? 'well' : 'troubled',
      minutes: (now - this.#beganAt) / MINUTE,
      longestGapSeconds: Math.round((this.#visits[index]?.longestGapMs(now) ?? 0) / 1_000),
      mostInASecond: this.#visits[index]?.mostInASecond ?? 0,
      ...load.traffic,
    }));
  }

  async pass(ms: number): Promise<void> {
    const end = this.world.clock.now() + ms;
    await this.until(() => this.world.clock.now() >= end, ms, end);
  }

  /** Lets time pass from one thing that happens to the next. Looks at `isOver` once in a virtual second. */
  async until(isOver: () => boolean, limitMs: number, end = Number.POSITIVE_INFINITY): Promise<void> {
    const { clock } = this.world;
    const latest = clock.now() + limitMs;
    for (let lookAt = 0; clock.now() < latest; ) {
      await this.#quiet();
      if (clock.now() >= lookAt) {
        if (isOver()) return;
        lookAt = clock.now() + 1_000;
      }
      const next = Math.min(clock.nextWake ?? end, end, latest);
      clock.advance(Math.max(1, next - clock.now()));
    }
    if (!isOver()) throw new Error(`It was not over after ${limitMs / MINUTE} minutes.`);
  }

  /** Everybody changes an event on one side or the other. */
  edit(): void {
    const { world } = this;
    for (const [index, person] of world.people.entries()) {
      const subject = `Event, edited by ${person.address}`;
      this.#edits.set(person, subject);
      if (index % 4 < 2) {
        const [item] = serverOf(world, person).items(person.address);
        if (item) serverOf(world, person).userActs.changeItem(item.id, { subject });
      } else {
        const [row] = rowsOf(world, person);
        if (row)
          world.liferay.userActs(person.userId).changeBooking(row.calendarBookingId, { title: subject });
      }
    }
  }

  /** Mailboxes that do not show on both sides what was edited last. */
  apart(): number {
    const { world } = this;
    return world.people.filter((person) => {
      const wanted = this.#edits.get(person) ?? 'Event';
      const items = serverOf(world, person).items(person.address);
      const rows = rowsOf(world, person);
      const titles = [
        ...items.map(({ content }) => content.subject),
        ...rows.map(({ titles: all }) => Object.values(all)[0]),
      ];
      return titles.length !== 2 || titles.some((title) => title !== wanted);
    }).length;
  }

  async stop(): Promise<void> {
    this.#signal.aborted = true;
    const ended = this.#running.then(() => true);
    for (let turns = 0; turns < 10_000; turns += 1) {
      await this.#quiet();
      if (await Promise.race([ended, false])) return;
      this.world.clock.advance(1_000);
    }
    throw new Error('The services do not stop.');
  }

  /** Until nothing happens any more without time passing. */
  async #quiet(): Promise<void> {
    for (let still = 0; still < 2; still += 1) {
      const before = this.#activity.count;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#activity.count !== before) still = -1;
    }
  }
}

/** What is loaded with the first request would otherwise take virtual hours. */
async function warmUp(world: World): Promise<void> {
  const [person] = world.people;
  if (!person) throw new Error('There is nobody.');
  const engine = world.engine();
  const [row] = await world.db.select().from(domain);
  if (!row) throw new Error('There is no domain.');
  const server = await engine.mailboxServer(row, { address: '', failed: null });
  await engine.openMailbox(server, person.address, 'UTC').listFolders();
  await engine.portal.identity();
}

function watched(
  world: World,
  visits: readonly Visits[],
  activity: { count: number },
  fetch: HttpFetch,
): HttpFetch {
  return async (url, request) => {
    const index = world.serverUrls.indexOf(url);
    const mailbox = request.headers['X-AnchorMailbox'] ?? '';
    const isLook = request.body?.includes('SyncFolderItems') ?? false;
    if (index >= 0) visits[index]?.came(world.clock.now(), mailbox, isLook);
    activity.count += 1;
    try {
      return await fetch(url, request);
    } finally {
      activity.count += 1;
    }
  };
}

function serverOf(world: World, person: Person): ExchangeEmulator {
  const server = world.servers[person.server];
  if (!server) throw new Error(`There is no server ${person.server}.`);
  return server;
}

function rowsOf(world: World, person: Person) {
  return world.liferay.bookings(person.calendarId).filter(({ status }) => status !== STATUS.inTrash);
}
