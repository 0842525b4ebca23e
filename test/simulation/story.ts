/**
 * What people do in the simulation, and what they may expect afterwards. Every event carries a token in its location
 * that nobody edits, so that it can be known again on both sides; every edit writes a value that no other edit does.
 */
import type { Body } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import type { Person, World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Side = 'exchange' | 'liferay';

export const EDIT_KINDS = [
  'createSingle',
  'createAllDay',
  'createSeries',
  'editTitle',
  'editText',
  'moveTime',
  'toAllDay',
  'toTimed',
  'editRule',
  'editShowAs',
  'touch',
  'delete',
  'deleteForGood',
] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

type Field = 'title' | 'text' | 'when';

/** One event of one person, as its people remember it. */
export interface Remembered {
  readonly token: string;
  readonly person: Person;
  /** Values that a field may have at the end: one, or one of each side where nobody saw the other's. */
  readonly may: Record<Field, Map<Side, string>>;
  readonly editedAt: Record<Side, number>;
  settledAt: number;
  deleted: { at: number; side: Side } | null;
  /** Whether a deletion met an edit that it could not know of: then either may have won. */
  deletionMetEdit: boolean;
}

export class Story {
  readonly events = new Map<string, Remembered>();
  readonly counts: Record<string, number> = {};
  /** Liferay mails that people's own acts caused. */
  mailsByPeople = 0;
  readonly #world: World;
  readonly #random: () => number;
  #step = 0;
  #serial = 0;

  constructor(world: World, random: () => number) {
    this.#world = world;
    this.#random = random;
  }

  begin(step: number): void {
    this.#step = step;
  }

  /** Everything that people did so far has arrived everywhere. */
  settle(): void {
    for (const event of this.events.values()) event.settledAt = this.#step + 0.5;
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)];
  }

  /** Does one thing as one person. @returns a line for the trace */
  act(): string {
    const person = this.#pick(this.#world.people);
    if (!person) return 'nobody';
    const side: Side = this.#random() < 0.5 ? 'exchange' : 'liferay';
    const roll = this.#random();
    const present = this.#present(person, side);
    if (present.length === 0 || roll < 0.3) return this.#create(person, side);
    const chosen = this.#pick(present);
    if (!chosen) return 'nothing';
    return this.#edit(chosen, side, person);
  }

  /** Edits the very row or item that a request is about, while the request is on its way. */
  actOn(body: string): string | null {
    for (const person of this.#world.people) {
      for (const side of ['exchange', 'liferay'] as const) {
        const hit = this.#present(person, side).find(
          ({ id }) => body.includes(`"${id}"`) || body.includes(`:${id}`),
        );
        if (hit) return this.#edit(hit, side, person, 'editTitle');
      }
    }
    return null;
  }

  #present(person: Person, side: Side): { id: string; token: string }[] {
    if (side === 'exchange') {
      return this.#world.exchange
        .items(person.address)
        .map((item) => ({ id: item.id, token: item.content.location }))
        .filter(({ token }) => this.events.has(token));
    }
    return this.#world.liferay
      .bookings(person.calendarId)
      .filter((row) => row.status !== 8 && this.events.has(row.location))
      .map((row) => ({ id: String(row.calendarBookingId), token: row.location }));
  }

  #count(side: Side, kind: EditKind): void {
    const key = `${side}:${kind}`;
    this.counts[key] = (this.counts[key] ?? 0) + 1;
  }

  #person(person: Person) {
    return this.#world.liferay.userActs(person.userId);
  }

  #asPerson<T>(deed: () => T): T {
    const before = this.#world.liferay.outbox.length;
    const result = deed();
    this.mailsByPeople += this.#world.liferay.outbox.length - before;
    return result;
  }

  #time(): { start: number; end: number } {
    // Minutes of their own make each time unlike any other.
    this.#serial += 1;
    const day = Date.UTC(2026, 4, 6) + Math.floor(this.#random() * 60) * DAY;
    const start = day + 6 * HOUR + (this.#serial % 600) * MINUTE;
    return { start, end: start + (15 + (this.#serial % 45)) * MINUTE };
  }

  #allDay(): { start: number; days: number } {
    this.#serial += 1;
    return {
      start: Date.UTC(2026, 4, 6) + (this.#serial % 300) * DAY,
      days: 1 + Math.floor(this.#serial / 300),
    };
  }

  #create(person: Person, side: Side): string {
    this.#serial += 1;
    const token = `ev-${this.#serial}`;
    const roll = this.#random();
    const kind: EditKind = roll < 0.6 ? 'createSingle' : roll < 0.8 ? 'createAllDay' : 'createSeries';
    const event: Remembered = {
      token,
      person,
      may: { title: new Map(), text: new Map(), when: new Map() },
      editedAt: { exchange: -1, liferay: -1 },
      settledAt: -1,
      deleted: null,
      deletionMetEdit: false,
    };
    this.events.set(token, event);
    this.#count(side, kind);
    const title = this.#value('T');
    const text = this.#value('D');
    this.#remember(event, side, 'title', title);
    this.#remember(event, side, 'text', text);
    if (side === 'exchange') this.#createItem(person, token, title, text, kind, event);
    else this.#createBooking(person, token, title, text, kind, event);
    return `${side} ${kind} ${token}`;
  }

  #value(prefix: string): string {
    this.#serial += 1;
    return `${prefix}${this.#serial}`;
  }

  #createItem(
    person: Person,
    token: string,
    title: string,
    text: string,
    kind: EditKind,
    event: Remembered,
  ): void {
    const { exchange } = this.#world;
    const folder = exchange.mailbox(person.address).calendar;
    const body: Body = { type: 'Text', text };
    const common = { subject: title, body, location: token };
    if (kind === 'createAllDay') {
      const { start, days } = this.#allDay();
      this.#remember(event, 'exchange', 'when', `day ${start}+${days}`);
      exchange.userActs.createItem(folder, {
        ...common,
        ...this.#midnights(person, start, days),
        allDay: true,
      });
      return;
    }
    const { start, end } = this.#time();
    this.#remember(event, 'exchange', 'when', `${start}-${end}`);
    const recurrence = kind === 'createSeries' ? this.#rule(start) : undefined;
    exchange.userActs.createItem(folder, { ...common, start, end, ...(recurrence ? { recurrence } : {}) });
  }

  /** Midnights of the mailbox's zone; a summer date in Rome, so two hours before UTC's, one in winter. */
  #midnights(person: Person, startUtc: number, days: number): { start: number; end: number } {
    const { iana } = this.#world.exchange.mailbox(person.address).zone;
    return { start: midnight(startUtc, iana), end: midnight(startUtc + days * DAY, iana) };
  }

  #rule(startMs: number): Recurrence {
    this.#serial += 1;
    const startDay = Math.floor((startMs + 2 * HOUR) / DAY);
    const range = { kind: 'numbered', startDay, count: 2 + (this.#serial % 8) } as const;
    return this.#serial % 2 === 0
      ? { pattern: { kind: 'daily', interval: 1 + (this.#serial % 3) }, range }
      : {
          pattern: {
            kind: 'weekly',
            interval: 1 + (this.#serial % 2),
            days: [WEEKDAYS[new Date(startDay * DAY).getUTCDay()] ?? 'Monday'],
            firstDay: 'Monday',
          },
          range,
        };
  }

  #createBooking(
    person: Person,
    token: string,
    title: string,
    text: string,
    kind: EditKind,
    event: Remembered,
  ): void {
    const acts = this.#person(person);
    const common = { title, description: `<p>${text}</p>`, location: token };
    if (kind === 'createAllDay') {
      const { start, days } = this.#allDay();
      this.#remember(event, 'liferay', 'when', `day ${start}+${days}`);
      const endTime = start + days * DAY - MINUTE;
      this.#asPerson(() =>
        acts.addBooking(person.calendarId, { ...common, startTime: start, endTime, allDay: true }),
      );
      return;
    }
    const { start, end } = this.#time();
    this.#remember(event, 'liferay', 'when', `${start}-${end}`);
    this.#serial += 1;
    const rule = `RRULE:FREQ=${this.#serial % 2 ? 'DAILY' : 'MONTHLY'};COUNT=${2 + (this.#serial % 5)};INTERVAL=1`;
    const monthly = new Date(start).getUTCDate() <= 28;
    const recurrence =
      kind === 'createSeries' ? (monthly ? rule : 'RRULE:FREQ=DAILY;COUNT=3;INTERVAL=1') : '';
    this.#asPerson(() =>
      acts.addBooking(person.calendarId, { ...common, startTime: start, endTime: end, recurrence }),
    );
  }

  #remember(event: Remembered, side: Side, field: Field, value: string): void {
    const may = event.may[field];
    const other: Side = side === 'exchange' ? 'liferay' : 'exchange';
    // Where the other side's edit had arrived everywhere, this one follows it; else both may stand.
    if (event.editedAt[other] < event.settledAt || !may.has(other)) may.delete(other);
    may.set(side, value);
    this.#touched(event, side);
  }

  #touched(event: Remembered, side: Side): void {
    event.editedAt[side] = this.#step;
    if (event.deleted) event.deletionMetEdit = true;
  }

  #edit(chosen: { id: string; token: string }, side: Side, person: Person, wanted?: EditKind): string {
    const event = this.events.get(chosen.token);
    if (!event) return 'nothing';
    const kind = wanted ?? this.#kindOf(side);
    this.#count(side, kind);
    if (side === 'exchange') this.#editItem(chosen.id, kind, event);
    else this.#editBooking(Number(chosen.id), kind, event, person);
    return `${side} ${kind} ${chosen.token}`;
  }

  #kindOf(side: Side): EditKind {
    const roll = this.#random();
    if (roll < 0.22) return 'editTitle';
    if (roll < 0.4) return 'editText';
    if (roll < 0.58) return 'moveTime';
    if (roll < 0.64) return 'toAllDay';
    if (roll < 0.7) return 'toTimed';
    if (roll < 0.76) return side === 'exchange' ? 'editShowAs' : 'editRule';
    if (roll < 0.8) return side === 'exchange' ? 'touch' : 'editTitle';
    return roll < 0.9 ? 'delete' : 'deleteForGood';
  }

  #delete(event: Remembered, side: Side): void {
    const unseen = Math.max(event.editedAt.exchange, event.editedAt.liferay) > event.settledAt;
    event.deletionMetEdit ||= unseen;
    event.deleted ??= { at: this.#step, side };
  }

  #editItem(id: string, kind: EditKind, event: Remembered): void {
    const { userActs } = this.#world.exchange;
    const item = this.#world.exchange.items(event.person.address).find((one) => one.id === id);
    if (!item) return;
    switch (kind) {
      case 'editText': {
        const text = this.#value('D');
        this.#remember(event, 'exchange', 'text', text);
        userActs.changeItem(id, { body: { type: 'Text', text } });
        return;
      }
      case 'moveTime':
      case 'toTimed': {
        const { start, end } = this.#time();
        this.#remember(event, 'exchange', 'when', `${start}-${end}`);
        const zone = this.#world.exchange.mailbox(event.person.address).zone;
        const recurrence = item.series ? this.#rule(start) : undefined;
        userActs.changeItem(id, { start, end, allDay: false, startZone: zone, endZone: zone }, recurrence);
        return;
      }
      case 'toAllDay': {
        const { start, days } = this.#allDay();
        this.#remember(event, 'exchange', 'when', `day ${start}+${days}`);
        userActs.changeItem(id, { ...this.#midnights(event.person, start, days), allDay: true }, null);
        return;
      }
      case 'editShowAs':
        this.#touched(event, 'exchange');
        userActs.changeItem(id, { showAs: this.#random() < 0.5 ? 'Free' : 'OOF' });
        return;
      case 'touch':
        userActs.touchItem(id);
        return;
      case 'delete':
      case 'deleteForGood':
        this.#delete(event, 'exchange');
        userActs.deleteItem(id, kind === 'deleteForGood');
        return;
      default: {
        const subject = this.#value('T');
        this.#remember(event, 'exchange', 'title', subject);
        userActs.changeItem(id, { subject });
      }
    }
  }

  #editBooking(id: number, kind: EditKind, event: Remembered, person: Person): void {
    const acts = this.#person(person);
    const change = (fields: Parameters<typeof acts.changeBooking>[1]) =>
      this.#asPerson(() => acts.changeBooking(id, fields));
    switch (kind) {
      case 'editText': {
        const text = this.#value('D');
        this.#remember(event, 'liferay', 'text', text);
        change({ description: `<p>${text}</p>` });
        return;
      }
      case 'moveTime':
      case 'toTimed':
      case 'editRule': {
        const { start, end } = this.#time();
        this.#remember(event, 'liferay', 'when', `${start}-${end}`);
        const recurrence =
          kind === 'editRule' ? `RRULE:FREQ=DAILY;COUNT=${2 + (this.#serial % 6)};INTERVAL=1` : '';
        change({ startTime: start, endTime: end, allDay: false, recurrence });
        return;
      }
      case 'toAllDay': {
        const { start, days } = this.#allDay();
        this.#remember(event, 'liferay', 'when', `day ${start}+${days}`);
        change({ startTime: start, endTime: start + days * DAY - MINUTE, allDay: true, recurrence: '' });
        return;
      }
      case 'delete':
      case 'deleteForGood':
        this.#delete(event, 'liferay');
        this.#asPerson(() => {
          acts.moveToTrash(id);
          if (kind === 'deleteForGood') acts.emptyTrash();
        });
        return;
      default: {
        const title = this.#value('T');
        this.#remember(event, 'liferay', 'title', title);
        change({ title });
      }
    }
  }
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** The instant of midnight in `zone` of the date that `utcMidnight` names. */
export function midnight(utcMidnight: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offset = (ms: number) => {
    const name = parts.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const found = /GMT([+-])(\d\d):(\d\d)/.exec(name);
    return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * MINUTE : 0;
  };
  return utcMidnight - offset(utcMidnight - offset(utcMidnight));
}
