/** One simulated life of the service: a story, faults, crashes, and at the end the questions that matter. */
import type { Client } from '@libsql/client';
import { fencedCommit } from '#store/commit.ts';
import { openDatabase } from '#store/database.ts';
import { runSlice, type SliceReport } from '#sync/run.ts';
import { hasAllArrived, hasWritten } from './arrival.ts';
import { Backups } from './backup.ts';
import { FAULT_KINDS, type FaultKind, type PlannedFault, SimulatedProcess, traced } from './faults.ts';
import { type Life, type LifeKind, lifeOf } from './life.ts';
import { MeetingStory } from './meetings/story.ts';
import { type Mutant, mutate } from './mutants.ts';
import { questionsAtRest } from './rest.ts';
import { clearServerFaults, isServerFault, orderServerFault } from './server-faults.ts';
import { DAY, HOUR } from './shapes.ts';
import { Story } from './story.ts';
import { seeded } from './virtual-time.ts';
import { createWorld, type EngineParts, type Protocols, type World, withItemIds } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** `calendars` unless given. Each kind has lives of its own for all seeds. */
  readonly kind?: LifeKind;
  /** By which protocol the service reaches the mailboxes: Exchange Web Services unless given. */
  readonly protocol?: Protocols;
  readonly steps: number;
  readonly mutant?: Mutant;
  /** Acts (`act 3.1`) and faults (`fault 7`) that are left out of the story. */
  readonly without?: readonly string[];
  /** Kinds of faults that do not happen. */
  readonly spared?: readonly FaultKind[];
}

export interface SimulationResult {
  readonly seed: number;
  readonly kind: LifeKind;
  readonly protocol: Protocols;
  /** One line each; empty: nothing that may not break was broken. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  /** By `side:kind`, of meetings by their kinds. */
  readonly edits: Readonly<Record<string, number>>;
  /** Names of all acts and faults that the story had, for `without`. */
  readonly parts: readonly string[];
}

/** Of four overtakers two live. */
const OVERTAKER_CRASHES: readonly FaultKind[] = ['crashAfterCommit', 'crashBeforeRequest'];

/** Steps between two backups, and how many are kept: the oldest is put back. */
const BACKUP_EVERY = 3;
const BACKUPS = 3;
/** All the days that may pass at a stroke: what was planned at the beginning is in the window at the end. */
const DAYS_LIMIT = 60;
/** Rounds after one in which something was written, until nothing is. */
const ROUNDS_OF_ECHO = 3;
const SETTINGS = { leaseMs: 60_000, requestTimeoutMs: 10_000, marginMs: 2_000, sliceMs: 40_000 };

/** Runs one seed. The same seed, steps and omissions give the same trace. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const life = lifeOf(options.seed, options.kind ?? 'calendars', options.protocol);
  const settings = { ...SETTINGS, sliceCalls: life.sliceCalls };
  const world = await createWorld({ seed: options.seed, settings, ...life.world });
  return new Simulation(options, life, world).run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #life: Life;
  readonly #world: World;
  readonly #story: Story | MeetingStory;
  readonly #without: ReadonlySet<string>;
  readonly #trace: string[] = [];
  readonly #struck: Record<string, number> = {};
  readonly #faults: string[] = [];
  #late: (() => Promise<unknown>)[] = [];
  readonly #backups: Backups;
  /** Planted once, so that a bug can remember things from one process to the next. */
  readonly #bug: EngineParts;
  /** Streams of their own for each step: a story stays the same when a fault is taken away, and the other way round. */
  #faultRandom: () => number = seeded(0);
  #scheduleRandom: () => number = seeded(0);
  #owner = 0;
  #step = 0;
  #daysPassed = 0;
  #massDeleted = false;

  constructor(options: SimulationOptions, life: Life, world: World) {
    const { seed } = options;
    this.#options = options;
    this.#life = life;
    this.#world = world;
    this.#backups = new Backups(this.#client, BACKUPS);
    this.#without = new Set(options.without);
    const told = { seed, isReadOnly: life.isReadOnly, without: this.#without };
    const more = { hasBookings: life.kind === 'bookings', liferayWins: life.world.policy === 'liferay' };
    this.#story =
      life.kind === 'calendars' ? new Story(world, told) : new MeetingStory(world, { ...told, ...more });
    this.#bug = options.mutant ? mutate(options.mutant, { life, world, commit: fencedCommit }) : {};
  }

  async run(): Promise<SimulationResult> {
    const { seed, steps } = this.#options;
    for (this.#step = 0; this.#step < steps; this.#step += 1) await this.#oneStep();
    const violations = await this.#end();
    return {
      seed,
      kind: this.#life.kind,
      protocol: this.#life.world.protocol ?? 'ews',
      violations,
      trace: this.#trace,
      faults: this.#struck,
      edits: this.#story.counts,
      parts: [...this.#faults, ...this.#story.acts],
    };
  }

  async #oneStep(): Promise<void> {
    const stream = this.#options.seed * 1_009 + this.#step * 2_654_435;
    this.#faultRandom = seeded(stream + 4);
    this.#scheduleRandom = seeded(stream + 5);
    this.#story.begin(this.#step);
    this.#peopleAct();
    this.#world.clock.advance(31_000 + Math.floor(this.#scheduleRandom() * 20_000));
    const fault = this.#plan();
    let report = await this.#process(fault);
    await this.#runLate();
    this.#clearFaults(fault);
    if (this.#story instanceof MeetingStory) {
      this.#story.observe();
      if (fault === null && report !== null) report = await this.#goOn(this.#story, report);
    }
    if (fault === null && report !== null && (await hasAllArrived(this.#world, report))) this.#story.settle();
    if (this.#step % BACKUP_EVERY === 1) await this.#backups.take(this.#step, this.#story.settledAt);
  }

  /** What is written in one calendar of a meeting is found in others: the service goes on until it has seen all of it. */
  async #goOn(story: MeetingStory, first: SliceReport): Promise<SliceReport | null> {
    let report: SliceReport | null = first;
    for (let round = 0; round < ROUNDS_OF_ECHO && report && hasWritten(report); round += 1) {
      this.#world.clock.advance(31_000);
      report = await this.#process(null);
      story.observe();
    }
    return report && hasWritten(report) ? null : report;
  }

  #peopleAct(): void {
    const story = this.#story;
    if (story instanceof Story) this.#startRareActs(story);
    const acts = Math.floor(this.#scheduleRandom() * 3);
    for (let act = 0; act < acts; act += 1) this.#note(story.act());
    if (story instanceof Story) this.#rareActs(story);
  }

  #startRareActs(story: Story): void {
    if (this.#life.massDeletion && this.#step === 0) for (const line of story.populate()) this.#note(line);
  }

  #rareActs(story: Story): void {
    const { massDeletion, zoneChanges } = this.#life;
    if (zoneChanges.includes(this.#step)) this.#note(story.changeCalendarZone());
    if (massDeletion && !this.#massDeleted && this.#step >= massDeletion.notBefore) {
      const line = story.deleteMany(massDeletion.side);
      this.#massDeleted = line !== null;
      this.#note(line);
    }
  }

  get #client(): Client {
    return this.#world.db.$client as Client;
  }

  /** One hour ahead, or back: then nothing is due before the hour is over once more. */
  #setClock(ahead: boolean): void {
    this.#world.serviceClock.set(ahead ? HOUR : -HOUR);
    if (!ahead) this.#world.clock.advance(HOUR);
    this.#count('clockJump');
  }

  #letDaysPass(days: number): void {
    if (this.#daysPassed + days > DAYS_LIMIT) return;
    this.#daysPassed += days;
    this.#world.clock.advance(days * DAY);
    this.#count('daysPass');
  }

  async #restore(): Promise<void> {
    const backup = await this.#backups.putBackOldest();
    if (!backup) return;
    this.#story.stateLost(backup.settledAt);
    this.#note(`the backup of step ${backup.step} is put back`);
    this.#count('restoredBackup');
  }

  #note(line: string | null): void {
    if (line !== null) this.#trace.push(`${this.#step} ${line}`);
  }

  #plan(): PlannedFault | null {
    const random = this.#faultRandom;
    const roll = random();
    const kind = FAULT_KINDS[Math.floor(random() * FAULT_KINDS.length)];
    const at = 1 + Math.floor(random() * (random() < 0.5 ? 3 : 9));
    if (roll < 0.45 || kind === undefined) return null;
    const name = `fault ${this.#step}`;
    this.#faults.push(name);
    const isSpared = this.#without.has(name) || this.#options.spared?.includes(kind);
    return isSpared ? null : { kind, at };
  }

  /** One process of the service runs one slice, if it lives that long. */
  async #process(fault: PlannedFault | null): Promise<SliceReport | null> {
    if (fault) await this.#inject(fault);
    const process = this.#start(fault);
    const outcome = await Promise.race([process.slice, process.crashed]);
    if (outcome === 'crashed') {
      this.#note(`fault ${this.#step}: crashed by ${fault?.kind} ${fault?.at}`);
      this.#world.clock.advance(SETTINGS.leaseMs);
      return null;
    }
    const what = fault ? `fault ${this.#step}: ${fault.kind} ${fault.at}` : 'undisturbed';
    this.#note(`${what}: ${JSON.stringify(outcome)}`);
    return outcome;
  }

  #start(fault: PlannedFault | null): { slice: Promise<SliceReport>; crashed: Promise<'crashed'> } {
    this.#owner += 1;
    const owner = `owner-${this.#owner}`;
    const process = new SimulatedProcess(traced(this.#world.fetch, owner, this.#trace), fault, {
      editBetween: (body) => {
        const done = this.#story.actOn(withItemIds(this.#world, body));
        if (done) this.#note(`meanwhile ${done}`);
        return done !== null;
      },
      portalKeepsUids: this.#world.liferay.switches.keepsUid,
      putAwayKeepsId: this.#world.exchange.switches.moveToDeletedItems === 'update',
      overtake: (ahead) => this.#overtake(ahead),
      stall: () => this.#world.clock.advance(SETTINGS.leaseMs + 1_000),
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
      this.#note(`overtaken by a process that ${outcome === 'crashed' ? 'crashed' : 'ended'}`);
    }
  }

  #count(kind: FaultKind): void {
    this.#struck[kind] = (this.#struck[kind] ?? 0) + 1;
  }

  /** Faults that need no process: those that the servers themselves have, and those between two slices. */
  async #inject({ kind, at }: PlannedFault): Promise<void> {
    if (kind === 'clockJump') this.#setClock(at % 2 === 0);
    else if (kind === 'daysPass') this.#letDaysPass(at * 3);
    else if (kind === 'restoredBackup') await this.#restore();
    else orderServerFault(this.#world, kind, at);
    if (kind === 'invalidCursor' && this.#story instanceof MeetingStory) this.#story.cursorRefused();
  }

  /** Takes back what met no request; what did meet one is counted. */
  #clearFaults(fault: PlannedFault | null): void {
    const hasStruck = clearServerFaults(this.#world);
    if (!fault || !hasStruck || !isServerFault(fault.kind)) return;
    this.#count(fault.kind);
  }

  async #runLate(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const perform of late) await perform().catch(() => {});
  }

  /** Lets the service come to rest without disturbance, and asks the questions. */
  async #end(): Promise<readonly string[]> {
    await this.#runLate();
    const violations = await questionsAtRest({
      world: this.#world,
      story: this.#story,
      life: this.#life,
      massDeleted: this.#massDeleted,
      runSlice: () => this.#start(null).slice,
    });
    for (const line of violations) this.#note(`VIOLATION ${line}`);
    return violations;
  }
}
