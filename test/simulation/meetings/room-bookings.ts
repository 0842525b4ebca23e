/**
 * What people book in Liferay directly in the calendar of a room, past its booking attendant: it has the room, or stands as
 * declined where somebody else has it. Nobody ever shares it.
 */
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { inExchange, inLiferay, type Shown } from '../calendar-windows.ts';
import type { Deed } from '../deed.ts';
import { acts, ownCalendarZone, timed } from '../liferay-forms.ts';
import { between, DAY, dayIn, pick, type Span } from '../shapes.ts';
import type { Person, World } from '../world.ts';
import { tokenOf } from './copies.ts';

const DAYS_AHEAD = 25;
const PAST = 40 * DAY;
const FUTURE = 100 * DAY;

/** Of these bookings half are made where somebody may have the room. */
const MEETS = 0.5;

interface Taken extends Span {
  readonly token: string;
}

/** The steps in which somebody made it and moved it last, and whether the service knows of it no longer. */
interface Known {
  readonly bornAt: number;
  readonly movedAt: number;
  readonly isLost: boolean;
}

export class RoomBookings {
  readonly #world: World;
  /** By the tokens of the bookings. */
  readonly #known = new Map<string, Known>();
  /** Of which nothing tells any more what belongs to them. */
  readonly #unlike = new Set<string>();
  /** All that ever stood in the rooms' calendars of either side, once each. */
  readonly #seen = new Map<Person, Map<string, Taken>>();

  constructor(world: World) {
    this.#world = world;
  }

  has(token: string): boolean {
    return this.#known.has(token);
  }

  /** @returns what was done, for the trace */
  book(deed: Deed, token: string): string {
    const { person: room } = deed;
    this.#known.set(token, { bornAt: deed.step, movedAt: -1, isLost: false });
    const time = timed(this.#timeFor(deed));
    acts(deed).addBooking(room.calendarId, { title: deed.value('R'), location: token, ...time });
    return `${token} in ${room.address}`;
  }

  /** Moves or deletes a booking of the room of this deed. @returns null when there is none */
  change(deed: Deed, kind: 'room:move' | 'room:delete'): string | null {
    const { world, person: room } = deed;
    const now = world.clock.now();
    const rows = world.liferay.bookings(room.calendarId).filter(({ location, status, endTime }) => {
      return this.has(tokenOf(location)) && status !== STATUS.inTrash && endTime > now;
    });
    const row = pick(deed.random, rows);
    if (!row) return null;
    const { calendarBookingId: id, location } = row;
    const token = tokenOf(location);
    if (kind === 'room:delete') acts(deed).deleteBooking(id);
    else {
      acts(deed).changeBooking(id, timed(this.#timeFor(deed)));
      const { bornAt = -1, isLost = false } = this.#known.get(token) ?? {};
      this.#known.set(token, { bornAt, movedAt: deed.step, isLost });
      if (isLost) this.#loseSight(token);
    }
    return `${token} in ${room.address}`;
  }

  #timeFor(deed: Deed): Span {
    const { world, person: room, random } = deed;
    const zone = ownCalendarZone(deed);
    const now = world.clock.now();
    const day = dayIn(zone, now) + between(random, 2, DAYS_AHEAD);
    const free = deed.timeOn(zone, day);
    if (random() >= MEETS) return free;
    const others = [
      ...inExchange(world, room, now + DAY, now + DAYS_AHEAD * DAY, [zone]),
      ...this.#rows(room),
    ];
    const other = pick(
      random,
      others.filter(({ start, allDay }) => start > now + DAY && !allDay),
    );
    return other ? { start: other.start, end: other.start + (free.end - free.start) } : free;
  }

  #rows(room: Person) {
    const now = this.#world.clock.now();
    return inLiferay(this.#world, room, now - PAST, now + FUTURE);
  }

  #items(room: Person) {
    const now = this.#world.clock.now();
    const zone = this.#world.exchange.mailbox(room.address).zone.iana;
    return inExchange(this.#world, room, now - PAST, now + FUTURE, [zone]).filter(
      ({ view }) => !view.content.isCancelled,
    );
  }

  /** Takes note of all that stands in the rooms' calendars. */
  observe(): void {
    if (this.#known.size === 0) return;
    for (const room of this.#world.rooms) {
      const seen = this.#seen.get(room) ?? new Map<string, Taken>();
      this.#seen.set(room, seen);
      for (const shown of [...this.#items(room), ...this.#rows(room)]) {
        const taken = { token: tokenOf(shown.token), ...spanOf(shown) };
        seen.set(JSON.stringify(taken), taken);
      }
    }
  }

  /** `declined`: tokens of bookings that are set aside because the room is taken. */
  check(declined: ReadonlySet<string>): readonly string[] {
    return this.#world.rooms.flatMap((room) => [
      ...this.#checkShared(room),
      ...this.#checkRows(room, declined),
    ]);
  }

  #checkShared(room: Person): readonly string[] {
    const now = this.#world.clock.now();
    const items = this.#items(room).map((shown) => ({ token: tokenOf(shown.token), ...spanOf(shown) }));
    const own = items.filter(({ token, end }) => this.has(token) && end > now);
    return own.flatMap((one) =>
      items
        .filter((other) => other.token !== one.token && meets(one, other))
        .map(({ token }) => `${room.address} is given to ${one.token} and to ${token}`),
    );
  }

  /** Who was moved to where somebody else is has the room where they were, and stands as declined. */
  #checkRows(room: Person, declined: ReadonlySet<string>): readonly string[] {
    const items = this.#items(room);
    const rows = this.#rows(room).filter(({ token }) => this.has(tokenOf(token)));
    return rows.flatMap((shown) => {
      const token = tokenOf(shown.token);
      if (this.#unlike.has(token)) return [];
      const { status } = shown.row;
      const isBooked = items.some((item) => tokenOf(item.token) === token && item.when === shown.when);
      if (isBooked && status !== STATUS.approved) return [`${token} has its room, and the status ${status}`];
      if (isBooked) return [];
      if (status !== STATUS.denied || !declined.has(token)) {
        return [`${token} has no room, and the status ${status}`];
      }
      const span = spanOf(shown);
      const others = [...(this.#seen.get(room)?.values() ?? [])].filter((other) => other.token !== token);
      return others.some((other) => meets(span, other))
        ? []
        : [`${token} was declined, and nobody has its room`];
    });
  }

  settle(): void {
    for (const [token, known] of this.#known) this.#known.set(token, { ...known, isLost: false });
  }

  /**
   * The service went back to a state before this moment. Where Exchange gave an item a UID of its own, its booking is met
   * by what both say: nothing tells one that was moved since from another.
   */
  stateLost(settledAt: number): void {
    for (const [token, { bornAt, movedAt }] of this.#known) {
      const isLost = bornAt > settledAt;
      this.#known.set(token, { bornAt, movedAt, isLost });
      if (isLost && movedAt > settledAt) this.#loseSight(token);
    }
  }

  #loseSight(token: string): void {
    if (!this.#world.exchange.switches.keepsUidOnCreate) this.#unlike.add(token);
  }
}

function spanOf({ start, end }: Shown): Span {
  return { start, end };
}

function meets(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}
