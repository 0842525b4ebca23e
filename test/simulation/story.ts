/**
 * What people do in the simulation, and what they may expect afterwards. Every event carries a token in its location
 * that nobody edits, so that it can be known again on both sides; every edit writes a value that no other edit does.
 */
import { Acts, type Begun } from './acts.ts';
import { Deed } from './deed.ts';
import { drawKind, type EditKind, SIDES, type Side } from './edit-kinds.ts';
import { createInLiferay, emptyTrash } from './liferay-people.ts';
import { Memory } from './memory.ts';
import { createInOutlook } from './outlook-people.ts';
import { pick } from './shapes.ts';
import { inOwnOrder, presentTargets, returnableTargets, type Scene, type Target } from './targets.ts';
import type { Person, World } from './world.ts';

/** More than a person deletes in a day: see the mass-change guard. */
const MASS = 14;
/** Edits of the same thing in the milliseconds before each of several writes of it: nobody is faster than that. */
const OVERTAKING = 3;

const CALENDAR_ZONES = [
  'Europe/Rome',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Sydney',
  'Europe/Paris',
];

export interface StoryOptions {
  readonly seed: number;
  /** Pairings are read-only: Exchange's people alone decide. */
  readonly isReadOnly: boolean;
  /** Acts that are left out, by their names. */
  readonly without: ReadonlySet<string>;
}

export class Story {
  readonly events = new Map<string, Memory>();
  readonly counts: Record<string, number> = {};
  /** Liferay mails that people's own acts caused. */
  mailsByPeople = 0;
  /** The moment before which everything that people did has arrived everywhere. */
  settledAt = -1;
  /** Zones that a calendar has or had, and the mailbox beside it. */
  readonly #zones = new Map<number, Set<string>>();
  readonly #world: World;
  readonly #options: StoryOptions;
  readonly #scene: Scene;
  readonly #acts: Acts;
  #massDeleted = false;
  /** What was edited while requests about it were on their way in this step, and how often. */
  readonly #overtaken = new Map<string, number>();

  constructor(world: World, options: StoryOptions) {
    this.#world = world;
    this.#options = options;
    this.#acts = new Acts(options.seed, options.without);
    this.#scene = {
      world,
      events: this.events,
      isReadOnly: options.isReadOnly,
      asPerson: (deed) => this.#asPerson(deed),
    };
  }

  /** Names of all acts so far, those left out among them. */
  get acts(): readonly string[] {
    return this.#acts.names;
  }

  begin(step: number): void {
    this.#acts.beginStep(step);
    this.#overtaken.clear();
  }

  /** Everything that people did so far has arrived everywhere. */
  settle(): void {
    this.settledAt = this.#acts.step + 0.5;
    for (const event of this.events.values()) event.settle(this.settledAt);
  }

  /** Of what people did after `settledAt`, the service knows no longer whether it arrived. */
  stateLost(settledAt: number): void {
    this.settledAt = settledAt;
    for (const event of this.events.values()) event.stateLost(settledAt);
  }

  /** Zones whose midnights may bound all-day events of this person. */
  zonesOf(person: Person): readonly string[] {
    const { iana } = this.#world.exchange.mailbox(person.address).zone;
    const zone = this.#world.liferay.calendarZone(person.calendarId);
    return [iana, zone, ...(this.#zones.get(person.calendarId) ?? [])];
  }

  #deed(person: Person, { serial, random }: Begun): Deed {
    return new Deed(this.#world, person, this.#acts.step, serial, random);
  }

  /** Does one thing as one person. @returns a line for the trace, null if this act is left out */
  act(): string | null {
    const begun = this.#acts.begin();
    if (!begun) return null;
    const { random } = begun;
    const person = pick(random, this.#world.people);
    if (!person) return null;
    const side: Side = random() < 0.5 ? 'exchange' : 'liferay';
    const deed = this.#deed(person, begun);
    // What a person has a mind to may fit nothing that is there.
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const done = this.#try(deed, side, drawKind(side, random));
      if (done !== null) return this.#acts.line(done);
    }
    return this.#acts.line(this.#create(deed, side, 'createSingle'));
  }

  #try(deed: Deed, side: Side, kind: EditKind): string | null {
    if (kind.startsWith('create')) return this.#create(deed, side, kind);
    if (kind === 'purge') {
      this.#asPerson(() => emptyTrash(deed));
      return this.#did(side, kind, deed.person.address);
    }
    if (kind === 'restore' || kind === 'moveBack') {
      if (side === 'liferay' && this.#options.isReadOnly) return null;
      return this.#edit(deed, side, kind, returnableTargets(this.#scene, deed, side, kind));
    }
    return this.#edit(deed, side, kind, presentTargets(this.#scene, deed, side));
  }

  #did(side: Side, kind: EditKind, what: string): string {
    const key = `${side}:${kind}`;
    this.counts[key] = (this.counts[key] ?? 0) + 1;
    return `${side} ${kind} ${what}`;
  }

  /** Counts the mails that a person's own act causes. */
  #asPerson<T>(deed: () => T): T {
    const before = this.#world.liferay.outbox.length;
    const result = deed();
    this.mailsByPeople += this.#world.liferay.outbox.length - before;
    return result;
  }

  #create(deed: Deed, side: Side, kind: EditKind): string {
    const memory = new Memory(`ev-${deed.serial}`, deed.person, side);
    this.events.set(memory.token, memory);
    if (side === 'exchange') createInOutlook(deed, kind, memory);
    else this.#asPerson(() => createInLiferay(deed, kind, memory));
    return this.#did(side, kind, memory.token);
  }

  /** Tries the kind on one event after the other, in an order that does not depend on what else is there. */
  #edit(deed: Deed, side: Side, kind: EditKind, targets: readonly Target[]): string | null {
    for (const target of inOwnOrder(targets, deed.serial)) {
      if (!target.apply(kind)) continue;
      target.memory.isHeldToo ||= this.#massDeleted && target.memory.isDeleted;
      return this.#did(side, kind, target.memory.token);
    }
    return null;
  }

  /** Edits the very row or item that a request is about, while the request is on its way. */
  actOn(body: string): string | null {
    for (const person of this.#world.people) {
      for (const side of SIDES) {
        const ids = this.#idsOf(person, side);
        const hit = ids.find(({ id }) => body.includes(`"${id}"`) || body.includes(`:${id}`));
        if (!hit) continue;
        const times = (this.#overtaken.get(hit.id) ?? 0) + 1;
        this.#overtaken.set(hit.id, times);
        if (times > OVERTAKING) return null;
        const begun = this.#acts.begin();
        if (!begun) return null;
        const deed = this.#deed(person, begun);
        const targets = presentTargets(this.#scene, deed, side).filter(({ key }) =>
          key.endsWith(` ${hit.id}`),
        );
        const kind = begun.random() < 0.5 ? 'changeOccurrence' : 'editTitle';
        const edited = this.#edit(deed, side, kind, targets);
        if (edited !== null && side === 'liferay' && kind === 'changeOccurrence') {
          // The new row comes after the snapshot, and may be tied to a series that the request removes.
          for (const { memory } of targets) memory.isForgotten ||= memory.isDeleted;
        }
        const done = edited ?? this.#edit(deed, side, 'editTitle', targets);
        return done === null ? null : this.#acts.line(done);
      }
    }
    return null;
  }

  #idsOf(person: Person, side: Side): readonly { readonly id: string }[] {
    if (side === 'exchange') return this.#world.exchange.items(person.address);
    return this.#world.liferay
      .bookings(person.calendarId)
      .map(({ calendarBookingId }) => ({ id: String(calendarBookingId) }));
  }

  /** Fills the first person's calendar, half of it on each side. */
  populate(): readonly string[] {
    const lines: string[] = [];
    const [person] = this.#world.people;
    for (let n = 0; n < MASS + 4 && person; n += 1) {
      const begun = this.#acts.begin();
      if (!begun) continue;
      const side: Side = n % 2 === 0 ? 'exchange' : 'liferay';
      const kind: EditKind = n % 5 === 0 ? 'createSeries' : 'createSingle';
      lines.push(this.#acts.line(this.#create(this.#deed(person, begun), side, kind)));
    }
    return lines;
  }

  /** Deletes most of a calendar at a stroke, if it is full enough and nothing is on its way. */
  deleteMany(side: Side): string | null {
    const [person] = this.#world.people;
    const begun = person && this.#acts.begin();
    if (!person || !begun) return null;
    const targets = presentTargets(this.#scene, this.#deed(person, begun), side);
    const tokens = targets.map(({ memory }) => memory.token);
    const whole = targets.filter(
      ({ memory }) =>
        memory.isSettled &&
        !memory.isDeleted &&
        !memory.isDivided &&
        tokens.filter((token) => token === memory.token).length === 1,
    );
    if (whole.length < MASS) return null;
    this.#massDeleted = true;
    for (const memory of this.events.values()) memory.isHeldToo ||= memory.isDeleted && !memory.isSettled;
    for (const { memory, apply } of whole) {
      apply('delete');
      memory.massDeletion = { side };
    }
    return this.#acts.line(this.#did(side, 'deleteMany', `${whole.length} events`));
  }

  /** Somebody sets the calendar to another zone: what repeats in it is shown at other times until it is mended. */
  changeCalendarZone(): string | null {
    const begun = this.#acts.begin();
    const person = begun && pick(begun.random, this.#world.people);
    if (!begun || !person) return null;
    const before = this.#world.liferay.calendarZone(person.calendarId);
    const zone = pick(
      begun.random,
      CALENDAR_ZONES.filter((name) => name !== before),
    );
    if (zone === undefined) return null;
    this.#zones.set(person.calendarId, new Set([...(this.#zones.get(person.calendarId) ?? []), before]));
    this.#world.liferay.changeCalendar(person.calendarId, { zone });
    for (const memory of this.events.values()) {
      if (memory.person !== person) continue;
      // What Liferay's people did before and nobody saw is read in the new zone now.
      if (!memory.isSettled) {
        memory.excused = true;
        memory.contested = true;
        memory.mayBeUnreadable = true;
      }
      memory.isDivided = true;
      memory.zones.add(zone);
    }
    return this.#acts.line(this.#did('liferay', 'changeCalendarZone', `${before} to ${zone}`));
  }
}
