/** One act of one person: where it happens, and the values that no other act writes. */
import type { Shown } from './calendar-windows.ts';
import type { Memory } from './memory.ts';
import { between, DAY, dayIn, type Random, type Span, timeOn } from './shapes.ts';
import type { Person, World } from './world.ts';

/** How far people look ahead when they choose an occurrence. */
export const LOOK_AHEAD = 200 * DAY;
export const LOOK_BACK = 100 * DAY;

export class Deed {
  readonly world: World;
  readonly person: Person;
  readonly step: number;
  readonly random: Random;
  readonly #serial: number;
  #values = 0;

  /** `serial`: a number that no other act of this life has. */
  constructor(world: World, person: Person, step: number, serial: number, random: Random) {
    this.world = world;
    this.person = person;
    this.step = step;
    this.random = random;
    this.#serial = serial;
  }

  get serial(): number {
    return this.#serial;
  }

  /** `T12`, then `T12b`, `T12c`. */
  value(prefix: string): string {
    this.#values += 1;
    const suffix = this.#values === 1 ? '' : String.fromCharCode(96 + this.#values);
    return `${prefix}${this.#serial}${suffix}`;
  }

  /** A day of the next two months. */
  day(zone: string): number {
    return dayIn(zone, this.world.clock.now()) + 2 + between(this.random, 0, 60);
  }

  /** A time on that day in the zone, of which no other act makes use. */
  timeOn(zone: string, day: number): Span {
    this.#values += 1;
    return timeOn(zone, day, this.#serial * 3 + this.#values);
  }
}

/**
 * Where an occurrence can be moved to: in none of the event's zones may it reach the day of the occurrence before or
 * after it (Microsoft Learn, ResponseCode, ErrorOccurrenceCrossingBoundary). `shown`: all that is shown of the event.
 */
export class Room {
  readonly #zones: readonly string[];
  readonly #before: Span | null;
  readonly #after: Span | null;

  constructor(memory: Pick<Memory, 'zones'>, shown: readonly Shown[], chosen: Shown) {
    const others = shown.filter((one) => one !== chosen);
    this.#zones = [...memory.zones];
    this.#before = others.filter(({ start }) => start < chosen.start).at(-1) ?? null;
    this.#after = others.find(({ start }) => start >= chosen.start) ?? null;
  }

  fits({ start, end }: Span): boolean {
    return this.#zones.every((zone) => {
      const isAfter = this.#before === null || dayIn(zone, start) > dayIn(zone, this.#before.start);
      const isBefore = this.#after === null || dayIn(zone, end - 1) < dayIn(zone, this.#after.start);
      return isAfter && isBefore;
    });
  }
}

/** A span among `candidates` for which there is room. */
export function spanIn(room: Room, candidates: Iterable<Span>): Span | null {
  for (const span of candidates) if (room.fits(span)) return span;
  return null;
}

/** Days near `day` in an order that the act chooses, the day itself left out. */
export function daysNear(deed: Deed, day: number): readonly number[] {
  const days = [-3, -2, -1, 1, 2, 3, 5, 9].map((shift) => day + shift);
  const turn = between(deed.random, 0, days.length - 1);
  return [...days.slice(turn), ...days.slice(0, turn)];
}
