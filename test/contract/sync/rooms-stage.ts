/** A house with one room: its mailbox, the calendar of its resource, and people who book it on either side. */
import { eq, ne } from 'drizzle-orm';
import { link, mailbox } from '#drizzle/schema.ts';
import { PLANNED_AGAIN } from '#store/pairings.repository.ts';
import type { StoredItem } from '#test/emulators/exchange/model.ts';
import type { UserItem } from '#test/emulators/exchange/user-acts.ts';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import type { EngineParts, Person, WorldOptions } from '#test/simulation/world.ts';
import { operationAsked } from './exchange-requests.ts';
import { hourFrom, IDLE, Stage } from './stage.ts';

/** What a round asks in which nobody did anything, with one person and one room. */
export const IDLE_HOUSE = { ...IDLE, exchange: { SyncFolderItems: 2 } };

const STATUS_NAMES = new Map<number, string>(Object.entries(STATUS).map(([name, value]) => [value, name]));

export class House {
  readonly stage: Stage;

  private constructor(stage: Stage) {
    this.stage = stage;
  }

  /** The room, empty and in step. */
  static async open(options: WorldOptions = {}): Promise<House> {
    const house = new House(await Stage.open({ rooms: 1, ...options }));
    await house.stage.settle();
    return house;
  }

  get room(): Person {
    const [room] = this.stage.world.rooms;
    if (!room) throw new Error('There is no room.');
    return room;
  }

  // People

  /** An appointment that somebody writes into the room's calendar with Outlook. */
  appoint(item: UserItem): StoredItem {
    return this.stage.create(item, this.room);
  }

  /** A booking that somebody makes in the room's calendar in Liferay, for an hour. */
  book(title: string, from: string, more: Partial<PersonBooking> = {}): number {
    const { start, end } = hourFrom(from);
    return this.stage.book({ title, startTime: start, endTime: end, ...more }, this.room);
  }

  move(title: string, to: string): void {
    const { start, end } = hourFrom(to);
    this.stage.rebook(title, { startTime: start, endTime: end }, this.room);
  }

  /** The person invites the room with Outlook. */
  invite(item: UserItem): StoredItem {
    const { world, person } = this.stage;
    const { address } = this.room;
    const attendees = [{ name: 'Room 0', address, role: 'resource', response: 'Unknown' } as const];
    const { calendar } = world.exchange.mailbox(person.address);
    return world.exchange.userActs.createItem(calendar, { attendees, ...item });
  }

  // What there is to see

  row(title: string): Booking {
    return this.stage.row(title, this.room);
  }

  /** Title and status of each row of the room. */
  shown(): readonly string[] {
    return this.stage
      .rows(this.room)
      .map(({ titles, status }) => `${Object.values(titles)[0]} ${STATUS_NAMES.get(status)}`)
      .toSorted();
  }

  /** Subject and start of each item in the room's calendar. */
  booked(): readonly string[] {
    return this.stage
      .items(this.room)
      .map(({ content }) => `${content.subject} ${new Date(content.start).toISOString().slice(0, 16)}`)
      .toSorted();
  }

  /** What the room, or anybody, said by mail. */
  mails(): readonly string[] {
    return this.stage.world.exchange.outbox.map(({ kind, to }) => `${kind} ${to.join()}`);
  }

  statusName(status: number | undefined): string | undefined {
    return status === undefined ? undefined : STATUS_NAMES.get(status);
  }

  get portalMails(): number {
    return this.stage.mails - this.stage.world.exchange.outbox.length;
  }

  problems(): Promise<readonly (string | null)[]> {
    return this.stage.parked(this.room);
  }

  /** The room's administrator presses Try again. */
  async tryAgain(): Promise<void> {
    await this.stage.engine.db.update(link).set(PLANNED_AGAIN).where(eq(link.work, 'parked'));
  }

  // The service

  /** One round of these mailboxes, one after the other. */
  async runs(...order: readonly Person[]): Promise<void> {
    const { db } = this.stage.engine;
    for (const { mailboxId } of order) {
      await db.update(mailbox).set({ nextSyncAt: Number.MAX_SAFE_INTEGER }).where(ne(mailbox.id, mailboxId));
      await db.update(mailbox).set({ nextSyncAt: 0 }).where(eq(mailbox.id, mailboxId));
      await this.stage.round();
    }
    await db.update(mailbox).set({ nextSyncAt: 0 });
  }

  /** A service whose requests to Exchange are seen before they leave and after they were answered. */
  engineWith(hooks: RequestHooks, parts: EngineParts = {}): ReturnType<Stage['world']['engine']> {
    const { fetch } = this.stage.world;
    return this.stage.world.engine({
      db: this.stage.engine.db,
      ...parts,
      fetch: async (url, request) => {
        const name = operationAsked(url, request) ?? '';
        await hooks.before?.(name);
        const response = await fetch(url, request);
        await hooks.after?.(name);
        return response;
      },
    });
  }
}

export interface RequestHooks {
  /** `operation`: of EWS; empty for requests to Liferay. */
  readonly before?: (operation: string) => Promise<void> | void;
  readonly after?: (operation: string) => Promise<void> | void;
}

/** Does it once, before the first request of this kind. */
export function once(operation: string, happening: () => void): (name: string) => void {
  let isDone = false;
  return (name) => {
    if (isDone || name !== operation) return;
    isDone = true;
    happening();
  };
}

/** So that what is made next is later by the server's clock. */
export function aSecondLater({ stage }: House): void {
  stage.world.clock.advance(1_000);
}
