/**
 * What the tests of the sync engine have in common: a world with a service that runs as the scheduler would run it,
 * people who act on both sides, and what they see there. What they see is taken from the servers, never from the
 * service's own adapters.
 */
import { asc, eq, ne, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { Temporal } from 'temporal-polyfill';
import { inject } from 'vitest';
import type { Failure } from '#core/failure.ts';
import { change, held, link, linkContent, mailbox, pairing } from '#drizzle/schema.ts';
import type { UndoPlanned } from '#shared/api.ts';
import type { Database, StatementSeen } from '#store/database.ts';
import {
  type Act,
  changeSettings,
  findOwned,
  type OwnedPairing,
  type PairingSettings,
} from '#store/pairings.repository.ts';
import { planUndo } from '#store/undo.repository.ts';
import type { Engine } from '#sync/engine.ts';
import { runSlice } from '#sync/run.ts';
import type { StoredItem } from '#test/emulators/exchange/model.ts';
import type { UserItem } from '#test/emulators/exchange/user-acts.ts';
import type { PersonBooking, Person as PortalPerson } from '#test/emulators/liferay/person.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { RawLiferayClient } from '#test/raw/liferay-client.ts';
import {
  createWorld,
  itemId,
  type Person,
  PORTAL_URL,
  type Protocols,
  type World,
  type WorldOptions,
} from '#test/simulation/world.ts';
import type { ExchangeOperation } from './exchange-requests.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** By which protocol the service reaches the mailboxes of a suite that does not say so itself. */
    readonly protocol: Protocols;
  }
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Slices of one round at most: far more than any test needs, far fewer than a loop without end. */
const SLICE_LIMIT = 600;

/** The instant of a wall clock reading, `2026-05-06T09:00`, epoch ms. */
export function at(wall: string, zone = 'Europe/Rome'): number {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds;
}

/** Start and end of an event that takes an hour. */
export function hourFrom(wall: string, zone?: string): { readonly start: number; readonly end: number } {
  const start = at(wall, zone);
  return { start, end: start + HOUR };
}

/** An event as a person sees it on either side. Instants in epoch ms; an all-day event in dates. */
export interface Copy {
  readonly title: string;
  readonly text: string;
  readonly location: string;
  readonly when: string;
}

export interface Round {
  readonly slices: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

export interface Traffic {
  /** EWS requests by operation; what Graph is asked, by the operation of EWS that does the same. */
  readonly exchange: Readonly<Record<string, number>>;
  /** HTTP requests to Liferay, and its commands that write. */
  readonly liferay: number;
  readonly liferayWrites: number;
  /** Tables that were written, once for each statement. */
  readonly tables: readonly string[];
  /** Statements that only read. */
  readonly reads: number;
}

const EWS_NAMES: ReadonlyMap<string, ExchangeOperation> = new Map([
  ['eventsDelta', 'SyncFolderItems'],
  ['calendarViewDelta', 'SyncFolderItems'],
  ['listCalendarView', 'FindItem'],
  ['listEvents', 'FindItem'],
  ['getEvent', 'GetItem'],
  ['createEvent', 'CreateItem'],
  ['acceptEvent', 'CreateItem'],
  ['tentativelyAcceptEvent', 'CreateItem'],
  ['declineEvent', 'CreateItem'],
  ['updateEvent', 'UpdateItem'],
  ['deleteEvent', 'DeleteItem'],
  ['cancelEvent', 'DeleteItem'],
]);

/** Leaves a test out, and says why. */
export function leaveOut(skip: (why: string) => never, why: string): never {
  console.warn(`Over Microsoft Graph left out: ${why}.`);
  return skip(why);
}

export class Stage {
  readonly world: World;
  readonly zone: string;
  engine: Engine;
  #db: Database;
  readonly #statements: StatementSeen[];
  #mailsByPeople = 0;

  private constructor(world: World, zone: string, statements: StatementSeen[]) {
    this.world = world;
    this.zone = zone;
    this.engine = world.engine();
    this.#db = world.db;
    this.#statements = statements;
  }

  static async open(options: WorldOptions = {}): Promise<Stage> {
    const statements: StatementSeen[] = [];
    const onBatch = (seen: readonly StatementSeen[]) => statements.push(...seen);
    const world = await createWorld({ onBatch, protocol: inject('protocol'), ...options });
    return new Stage(world, options.zone ?? 'Europe/Rome', statements);
  }

  get person(): Person {
    return this.of(0);
  }

  of(index: number): Person {
    const person = this.world.people[index];
    if (!person) throw new Error(`There is no person ${index}.`);
    return person;
  }

  /** Whether the first person's mailbox is reached over Microsoft Graph: it mails whoever is invited, and gives UIDs itself. */
  get isOverGraph(): boolean {
    return this.world.protocolOf(this.person.address) === 'graph';
  }

  // The service

  /** Waits until the mailboxes are due again, then works until nothing is due any more. */
  async round(waitMs = 31_000, engine = this.engine, owner = 'service'): Promise<Round> {
    this.world.clock.advance(waitMs);
    const round = { slices: 0, created: 0, updated: 0, deleted: 0, failed: 0, failures: [] as Failure[] };
    for (; round.slices < SLICE_LIMIT; round.slices += 1) {
      const report = await runSlice(engine, owner);
      if (report.claimed === 0) return round;
      round.created += report.created;
      round.updated += report.updated;
      round.deleted += report.deleted;
      round.failed += report.failed;
      round.failures.push(...report.failures.map(({ failure }) => failure));
    }
    throw new Error(`After ${SLICE_LIMIT} slices there was still more to do.`);
  }

  /** As `round`, while answers take the time that the servers were told to take. */
  async roundInTime(waitMs?: number, engine = this.engine, owner = 'service'): Promise<Round> {
    const { clock } = this.world;
    let isOver = false;
    const round = this.round(waitMs, engine, owner).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (clock.nextWake !== null) clock.advance(clock.nextWake - clock.now());
    }
    return round;
  }

  /** A round of one mailbox, while the others wait. */
  async roundOf(person: Person, waitMs?: number): Promise<Round> {
    const isOther = ne(mailbox.id, person.mailboxId);
    await this.#db.update(mailbox).set({ nextSyncAt: Number.MAX_SAFE_INTEGER }).where(isOther);
    const round = await this.round(waitMs);
    await this.#db.update(mailbox).set({ nextSyncAt: 0 }).where(isOther);
    return round;
  }

  /** Three rounds far apart, in each of which the mailboxes run one after the other. */
  async settleInTurn(people: readonly Person[]): Promise<void> {
    for (let n = 0; n < 3; n += 1) for (const person of people) await this.roundOf(person, HOUR);
  }

  /** Three rounds far apart: what had to wait for anything has been done by then. */
  async settle(): Promise<void> {
    for (let n = 0; n < 3; n += 1) await this.round(HOUR);
  }

  /** A round whose process ends when it wrote so often in Liferay. */
  async brokenOff(writes: number): Promise<void> {
    const { fetch: network, liferay } = this.world;
    const until = liferay.requests.writes + writes;
    const { promise: crashed, resolve: crash } = Promise.withResolvers<void>();
    const engine = this.world.engine({
      db: this.#db,
      fetch: async (url, request) => {
        if (liferay.requests.writes < until) return network(url, request);
        crash();
        return new Promise(() => {});
      },
    });
    await Promise.race([this.round(undefined, engine, 'another'), crashed]);
  }

  /** What was asked so far does not count any more. */
  forgetRequests(): void {
    this.world.exchange.resetRequests();
    this.world.graph.resetRequests();
    this.world.liferay.requests.reset();
  }

  /** How often Exchange was asked for this, by whichever protocol. */
  asked(operation: ExchangeOperation): number {
    const { exchange, graph } = this.world;
    const overGraph = [...graph.requests].filter(([name]) => EWS_NAMES.get(name) === operation);
    return (exchange.requests.get(operation) ?? 0) + overGraph.reduce((sum, [, count]) => sum + count, 0);
  }

  /** What one more round asks and writes. */
  async traffic(waitMs?: number): Promise<Traffic> {
    const { exchange, graph, liferay } = this.world;
    this.forgetRequests();
    this.#statements.length = 0;
    await this.round(waitMs);
    const asked: Record<string, number> = Object.fromEntries(exchange.requests);
    for (const [name, count] of graph.requests) {
      // Each request of a batch is counted.
      if (name === 'batch') continue;
      const same = EWS_NAMES.get(name) ?? name;
      asked[same] = (asked[same] ?? 0) + count;
    }
    return {
      exchange: asked,
      liferay: liferay.requests.http,
      liferayWrites: liferay.requests.writes,
      reads: this.#statements.filter(({ writes }) => !writes).length,
      tables: this.#statements.flatMap(({ sql, writes }) => {
        const table = /(?:^\s*|^with .*\) )(?:insert into|update|delete from) "?(\w+)"?/is.exec(sql)?.[1];
        return writes ? [table ?? sql] : [];
      }),
    };
  }

  /** The service's database is lost; the pairings were made again. */
  async loseDatabase(): Promise<void> {
    this.#db = await this.world.emptyDatabase();
    this.engine = this.world.engine({ db: this.#db });
  }

  // People in Outlook

  create(item: UserItem, person = this.person): StoredItem {
    const { calendar } = this.world.exchange.mailbox(person.address);
    return this.world.exchange.userActs.createItem(calendar, item, 'SendToNone');
  }

  items(person = this.person): readonly StoredItem[] {
    return this.world.exchange.items(person.address);
  }

  item(title: string, person = this.person): StoredItem {
    const found = this.items(person).filter(({ content }) => content.subject === title);
    const [item] = found;
    if (!item || found.length > 1) throw new Error(`${found.length} items are called ${title}.`);
    return item;
  }

  // People in Liferay

  /** What a person does there themselves may send mail. */
  atPortal<T>(deed: (acts: PortalPerson) => T, person = this.person): T {
    const { liferay } = this.world;
    const before = liferay.outbox.length;
    const result = deed(liferay.userActs(person.userId));
    this.#mailsByPeople += liferay.outbox.length - before;
    return result;
  }

  book(booking: PersonBooking, person = this.person): number {
    return this.atPortal((acts) => acts.addBooking(person.calendarId, booking), person);
  }

  rebook(title: string, change: Partial<PersonBooking>, person = this.person): void {
    const { calendarBookingId } = this.row(title, person);
    this.atPortal((acts) => acts.changeBooking(calendarBookingId, change), person);
  }

  /** Rows that are not in the Recycle Bin. */
  rows(person = this.person): readonly Booking[] {
    return this.world.liferay.bookings(person.calendarId).filter(({ status }) => status !== STATUS.inTrash);
  }

  row(title: string, person = this.person): Booking {
    const found = this.rows(person).filter(({ titles }) => Object.values(titles).includes(title));
    const [row] = found;
    if (!row || found.length > 1) throw new Error(`${found.length} rows are called ${title}.`);
    return row;
  }

  /** The portal as a client of another make sees it, signed in as the person. */
  portal(person = this.person): RawLiferayClient {
    return new RawLiferayClient({
      fetch: (request) => this.world.liferay.fetch(request),
      origin: PORTAL_URL,
      credentials: { user: person.address, password: 'pw' },
      context: this.world.liferay.switches.contextName,
    });
  }

  // What both sides show

  inExchange(person = this.person): readonly Copy[] {
    return this.items(person)
      .map((item) => itemCopy(item, this.zone))
      .sort(byTitle);
  }

  inLiferay(person = this.person): readonly Copy[] {
    return this.rows(person).map(rowCopy).sort(byTitle);
  }

  titles(person = this.person): {
    readonly exchange: readonly string[];
    readonly liferay: readonly string[];
  } {
    return {
      exchange: this.inExchange(person).map(({ title }) => title),
      liferay: this.inLiferay(person).map(({ title }) => title),
    };
  }

  /** Mail that neither people nor their portal sent. */
  get mails(): number {
    return this.world.exchange.outbox.length + this.world.liferay.outbox.length - this.#mailsByPeople;
  }

  // What an operator sees

  async links(person = this.person) {
    return this.#db.select().from(link).where(eq(link.pairingId, person.pairingId));
  }

  /** Id in the store of the item that such a link names. */
  async itemOf(isMeant: (row: typeof link.$inferSelect) => boolean, person = this.person): Promise<string> {
    const id = (await this.links(person)).find(isMeant)?.exchangeId ?? '';
    return itemId(this.world, id);
  }

  async parked(person = this.person): Promise<readonly (string | null)[]> {
    const links = await this.links(person);
    return links.filter(({ work }) => work === 'parked').map(({ reason }) => reason);
  }

  async history(person = this.person) {
    return this.#db
      .select()
      .from(change)
      .where(eq(change.pairingId, person.pairingId))
      .orderBy(asc(change.at));
  }

  async held(person = this.person) {
    return this.#db.select().from(held).where(eq(held.pairingId, person.pairingId));
  }

  /** As the API does when a person decides on all that was held. */
  async decide(decision: 'approved' | 'rejected', person = this.person): Promise<void> {
    const waiting = await this.held(person);
    await this.#db.update(held).set({ decision }).where(eq(held.pairingId, person.pairingId));
    for (const { linkId } of waiting)
      await this.#db.update(link).set({ work: 'dirty' }).where(eq(link.id, linkId));
  }

  /** As a version of the service stored its events that did not tell which are meetings. */
  async knewNoMeetings(): Promise<void> {
    const without = (column: AnySQLiteColumn) => sql`json_remove(${column}, '$.meeting')`;
    const { base, seenExchange } = linkContent;
    await this.#db.update(linkContent).set({ base: without(base), seenExchange: without(seenExchange) });
  }

  /** As a version of the service stored its bookings that did not tell who is invited, but whether anybody is. */
  async knewNoInvitees(): Promise<void> {
    const { seenLiferay } = linkContent;
    const any = sql`json_array_length(${seenLiferay}, '$.invitees') > 0`;
    const told = sql`json_set(${seenLiferay}, '$.hasInvitees', json(case when ${any} then 'true' else 'false' end))`;
    await this.#db.update(linkContent).set({ seenLiferay: sql`json_remove(${told}, '$.invitees')` });
  }

  async pairing(person = this.person) {
    const [row] = await this.#db.select().from(pairing).where(eq(pairing.id, person.pairingId));
    if (!row) throw new Error('There is no such pairing.');
    return row;
  }

  /** As the API does when the owner changes settings. */
  async changeSettings(set: Partial<PairingSettings>, person = this.person): Promise<void> {
    await changeSettings(this.#db, await this.#owned(person), set, this.#actOf(person));
  }

  /** As the API does when the owner takes changes of the history back. */
  async undo(
    which: (entry: typeof change.$inferSelect) => boolean,
    person = this.person,
  ): Promise<UndoPlanned> {
    const changeIds = (await this.history(person)).filter(which).map(({ id }) => id);
    const owned = { ...(await this.#owned(person)), isRoom: false };
    return planUndo(this.#db, owned, { changeIds }, this.#actOf(person));
  }

  async #owned(person: Person): Promise<OwnedPairing> {
    const owner = { portal: PORTAL_URL, kind: 'user', id: String(person.userId) } as const;
    const owned = await findOwned(this.#db, owner, person.pairingId);
    if (!owned) throw new Error('There is no such pairing.');
    return owned;
  }

  #actOf({ userId }: Person): Act {
    const { ids, clock } = this.engine.effects;
    return { id: ids.uuid(), atMs: clock.now(), userId: String(userId) };
  }

  async setPairing(set: Partial<typeof pairing.$inferInsert>, person = this.person): Promise<void> {
    await this.#db.update(pairing).set(set).where(eq(pairing.id, person.pairingId));
  }
}

function byTitle(one: Copy, other: Copy): number {
  return one.title < other.title ? -1 : 1;
}

function dates(first: Temporal.PlainDate, days: number): string {
  return `${first.toString()} ${days}d`;
}

function itemCopy({ content }: StoredItem, zone: string): Copy {
  const { subject, body, location, start, end, allDay } = content;
  const local = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const text = body.type === 'HTML' ? plainText(body.text) : body.text;
  const days = local(start).toPlainDate().until(local(end).toPlainDate()).days;
  const midnights = local(start).hour + local(end).hour === 0;
  const whole = midnights ? dates(local(start).toPlainDate(), days) : `no midnights in ${zone}: ${start}`;
  return { title: subject, text, location, when: allDay ? whole : `${start}-${end}` };
}

function rowCopy(row: Booking): Copy {
  const first = Temporal.Instant.fromEpochMilliseconds(row.startTime).toZonedDateTimeISO('UTC').toPlainDate();
  const days = Math.floor((row.endTime - row.startTime) / DAY) + 1;
  return {
    title: Object.values(row.titles)[0] ?? '',
    text: plainText(Object.values(row.descriptions)[0] ?? ''),
    location: row.location,
    when: row.allDay ? dates(first, days) : `${row.startTime}-${row.endTime}`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** What a browser shows of markup in which white space counts. */
export function plainText(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return decimal !== undefined ? String.fromCodePoint(Number(decimal)) : (ENTITIES[name ?? ''] ?? whole);
    });
}

/** The requests of a round in which nobody did anything. */
export const IDLE: Pick<Traffic, 'exchange' | 'liferay' | 'liferayWrites'> = {
  exchange: { SyncFolderItems: 1 },
  liferay: 1,
  liferayWrites: 0,
};
