/** One simulated life of the service: a story, faults, crashes, and at the end the questions that matter. */
import type { Client } from '@libsql/client';
import { and, count, eq, ne } from 'drizzle-orm';
import { held, intent, link } from '#drizzle/schema.ts';
import { fencedCommit } from '#store/commit.ts';
import { openDatabase } from '#store/database.ts';
import { runSlice, type SliceReport } from '#sync/run.ts';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import { FAULT_KINDS, type FaultKind, type PlannedFault, SimulatedProcess } from './faults.ts';
import { checkAtRest, checkQuiet } from './invariants.ts';
import { type Mutant, mutate } from './mutants.ts';
import { Story } from './story.ts';
import { createWorld, type EngineParts, seeded, type World, type WorldOptions } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  readonly mutant?: Mutant;
}

export interface SimulationResult {
  readonly seed: number;
  /** One line each; empty: nothing that may not break was broken. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly edits: Readonly<Record<string, number>>;
}

/** Injected into the servers, not into a process. */
const SERVER_FAULTS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'throttle',
  'portalError',
  'portalEmptyList',
  'portalFiltered',
  'portalMissingRows',
  'portalGuest',
  'invalidCursor',
  'partialBatch',
]);

/** Of four overtakers two live. */
const OVERTAKER_CRASHES: readonly FaultKind[] = ['crashAfterCommit', 'crashBeforeRequest'];

const HOUR_MS = 3_600_000;

const SETTINGS = { leaseMs: 60_000, requestTimeoutMs: 10_000, marginMs: 2_000, sliceMs: 40_000 };

/** Runs one seed. The same seed gives the same trace. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed } = options;
  const settings = { ...SETTINGS, sliceCalls: seed % 3 === 0 ? 12 : 500 };
  const world = await createWorld({ seed, people: 1 + (seed % 2), settings, ...servers(seed) });
  return new Simulation(options, world).run();
}

/** Servers differ: each seed meets another mixture of what the switches of the emulators stand for. */
function servers(seed: number): Pick<WorldOptions, 'exchange' | 'liferay'> {
  return {
    exchange: {
      assistantTouchesNewItems: seed % 4 === 1,
      moveToDeletedItems: seed % 5 === 2 ? 'update' : 'delete',
      bodyLinesEndInCrLf: seed % 6 === 3,
      keepsUidOnCreate: seed % 7 !== 4,
    },
    liferay: {
      keepsUid: seed % 5 !== 3,
      writesReturn: seed % 3 === 1 ? 'rowAfterWorkflow' : 'rowBeforeWorkflow',
      sanitizer: seed % 4 === 2 ? 'antiSamy' : 'patterns',
      uidKey: seed % 2 === 0 ? 'VEventUid' : 'vEventUid',
      serializeThrowable: seed % 3 !== 2,
    },
  };
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #world: World;
  readonly #story: Story;
  readonly #faultRandom: () => number;
  readonly #scheduleRandom: () => number;
  readonly #trace: string[] = [];
  readonly #struck: Record<string, number> = {};
  #late: (() => Promise<unknown>)[] = [];
  /** Planted once, so that a bug can remember things from one process to the next. */
  readonly #bug: EngineParts;
  #owner = 0;
  #step = 0;

  constructor(options: SimulationOptions, world: World) {
    this.#options = options;
    this.#world = world;
    // Streams of their own: a story stays the same when faults are taken away, and the other way round.
    this.#story = new Story(world, seeded(options.seed * 7 + 3));
    this.#faultRandom = seeded(options.seed * 7 + 4);
    this.#scheduleRandom = seeded(options.seed * 7 + 5);
    this.#bug = options.mutant ? mutate(options.mutant, world.clock, fencedCommit) : {};
  }

  async run(): Promise<SimulationResult> {
    const { seed, steps } = this.#options;
    for (this.#step = 0; this.#step < steps; this.#step += 1) await this.#oneStep();
    const violations = await this.#end();
    return { seed, violations, trace: this.#trace, faults: this.#struck, edits: this.#story.counts };
  }

  async #oneStep(): Promise<void> {
    this.#story.begin(this.#step);
    const acts = Math.floor(this.#scheduleRandom() * 3);
    for (let act = 0; act < acts; act += 1) this.#note(this.#story.act());
    this.#world.clock.advance(31_000 + Math.floor(this.#scheduleRandom() * 20_000));
    const fault = this.#plan();
    const report = await this.#process(fault);
    await this.#runLate();
    this.#clearFaults(fault);
    if (fault === null && report !== null) await this.#settleIfDone(report);
  }

  get #client(): Client {
    return this.#world.db.$client as Client;
  }

  /** One hour ahead, or back: then nothing is due before the hour is over once more. */
  #setClock(ahead: boolean): void {
    this.#world.serviceClock.set(ahead ? HOUR_MS : -HOUR_MS);
    if (!ahead) this.#world.clock.advance(HOUR_MS);
    this.#count('clockJump');
  }

  #note(line: string): void {
    this.#trace.push(`${this.#step} ${line}`);
  }

  #plan(): PlannedFault | null {
    const roll = this.#faultRandom();
    const kind = FAULT_KINDS[Math.floor(this.#faultRandom() * FAULT_KINDS.length)];
    const at = 1 + Math.floor(this.#faultRandom() * (this.#faultRandom() < 0.5 ? 3 : 9));
    return roll < 0.45 || kind === undefined ? null : { kind, at };
  }

  /** One process of the service runs one slice, if it lives that long. */
  async #process(fault: PlannedFault | null): Promise<SliceReport | null> {
    if (fault) this.#inject(fault);
    const process = this.#start(fault);
    const outcome = await Promise.race([process.slice, process.crashed]);
    if (outcome === 'crashed') {
      this.#note(`crashed by ${fault?.kind} ${fault?.at}`);
      this.#world.clock.advance(SETTINGS.leaseMs);
      return null;
    }
    this.#note(`${fault ? `${fault.kind} ${fault.at}` : 'undisturbed'}: ${JSON.stringify(outcome)}`);
    return outcome;
  }

  #start(fault: PlannedFault | null): { slice: Promise<SliceReport>; crashed: Promise<'crashed'> } {
    this.#owner += 1;
    const owner = `owner-${this.#owner}`;
    const process = new SimulatedProcess(this.#traced(owner), fault, {
      editBetween: (body) => {
        const done = this.#story.actOn(body);
        if (done) this.#note(`meanwhile ${done}`);
        return done !== null;
      },
      portalKeepsUids: this.#world.liferay.switches.keepsUid,
      overtake: (ahead) => this.#overtake(ahead),
      struck: (kind) => this.#count(kind),
      later: (perform) => this.#late.push(perform),
    });
    const parts: EngineParts = {
      ...this.#bug,
      fetch: process.fetch,
      db: openDatabase(process.client(this.#client)),
    };
    return { slice: runSlice(this.#world.engine(parts), owner), crashed: process.crashed };
  }

  /**
   * The lease ends while its owner is stuck, or by a clock that is ahead of its owner's: others go on with the story,
   * and may break off in the middle of it.
   */
  async #overtake(ahead: boolean): Promise<void> {
    if (ahead) this.#world.clock.jump(SETTINGS.leaseMs + 1_000);
    else this.#world.clock.advance(SETTINGS.leaseMs + 1_000);
    for (let other = 0; other < 2; other += 1) {
      this.#note(this.#story.act());
      const crash = OVERTAKER_CRASHES[Math.floor(this.#faultRandom() * 4)];
      const at = 1 + Math.floor(this.#faultRandom() * 8);
      const process = this.#start(crash ? { kind: crash, at } : null);
      const outcome = await Promise.race([process.slice, process.crashed]);
      if (outcome === 'crashed') this.#world.clock.advance(SETTINGS.leaseMs + 1_000);
      this.#note(`  overtaken by a process that ${outcome === 'crashed' ? 'crashed' : 'ended'}`);
    }
  }

  #traced(owner: string): World['fetch'] {
    return async (url, request) => {
      const answer = await this.#world.fetch(url, request);
      const operation = /<m:(\w+)|"(?:\$\w+(?:\[[^\]]*\])? = )?\/([\w./-]+)"/.exec(request.body ?? '');
      this.#trace.push(`  ${owner} ${operation?.[1] ?? operation?.[2] ?? url} ${answer.status}`);
      return answer;
    };
  }

  #count(kind: FaultKind): void {
    this.#struck[kind] = (this.#struck[kind] ?? 0) + 1;
  }

  /** Faults that need no process: those that the servers themselves have, and those between two slices. */
  #inject({ kind, at }: PlannedFault): void {
    const { exchange, liferay } = this.#world;
    const rows = { command: /get-calendar-bookings$/ };
    switch (kind) {
      case 'throttle':
        exchange.faults.inject({ kind: 'serverBusy', backOffMs: 20_000 });
        break;
      case 'invalidCursor':
        exchange.faults.inject({ kind: 'invalidSyncState' });
        break;
      case 'partialBatch':
        exchange.faults.inject({ kind: 'partialBatch' });
        break;
      case 'portalError':
        liferay.faults.next(FAULTS.http500);
        break;
      case 'portalEmptyList':
        liferay.faults.next(FAULTS.emptyList, rows);
        break;
      case 'portalFiltered':
        liferay.faults.next(FAULTS.permissionFiltered, rows);
        break;
      case 'portalMissingRows':
        liferay.faults.next(FAULTS.accessLost, rows);
        break;
      case 'portalGuest':
        liferay.faults.next(FAULTS.silentGuest);
        break;
      case 'clockJump':
        this.#setClock(at % 2 === 0);
        break;
      default:
    }
  }

  /** Takes back what met no request; what did meet one is counted. */
  #clearFaults(fault: PlannedFault | null): void {
    const { exchange, liferay } = this.#world;
    const waiting = exchange.faults.pending.length + liferay.faults.pending;
    if (fault && SERVER_FAULTS.has(fault.kind) && waiting === 0) this.#count(fault.kind);
    exchange.faults.clear();
    liferay.faults.clear();
  }

  async #runLate(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const perform of late) await perform().catch(() => {});
  }

  /** When nothing is open after an undisturbed slice, everything that people did has arrived. */
  async #settleIfDone(report: SliceReport): Promise<void> {
    if (report.claimed < this.#world.people.length || report.more > 0 || report.failures.length > 0) return;
    const open = await this.#world.db.select({ n: count() }).from(link).where(eq(link.work, 'dirty'));
    const intents = await this.#world.db.select({ n: count() }).from(intent);
    if (open[0]?.n === 0 && intents[0]?.n === 0) this.#story.settle();
  }

  /** Lets the service come to rest without disturbance, and asks the questions. */
  async #end(): Promise<readonly string[]> {
    await this.#runLate();
    let quiet = 0;
    for (let round = 0; round < 80 && quiet < 3; round += 1) {
      this.#world.clock.advance(20 * 60_000);
      await this.#approveHeld();
      const report = await this.#start(null).slice;
      const { created, updated, deleted, failed, more } = report;
      const busy = created + updated + deleted + failed + more + report.failures.length > 0;
      quiet = busy || (await this.#unfinished()) > 0 || report.claimed === 0 ? 0 : quiet + 1;
    }
    if (quiet < 3) return [`it does not come to rest: ${await this.#unfinished()} links are open`];
    const engine = this.#world.engine();
    const violations = [
      ...(await checkAtRest(this.#world, engine, this.#story)),
      ...(await checkQuiet(this.#world, engine)),
    ];
    for (const line of violations) this.#note(`VIOLATION ${line}`);
    return violations;
  }

  async #unfinished(): Promise<number> {
    const rows = await this.#world.db
      .select({ n: count() })
      .from(link)
      .where(and(ne(link.work, 'clean'), ne(link.work, 'outside'), ne(link.work, 'parked')));
    return rows[0]?.n ?? 0;
  }

  /** A person approves what the mass-change guard holds. */
  async #approveHeld(): Promise<void> {
    const { db } = this.#world;
    await db.update(held).set({ decision: 'approved' });
    await db.update(link).set({ work: 'dirty', retryAt: 0 }).where(eq(link.work, 'held'));
  }
}
