/**
 * MailboxCalendar and RoomDirectory over Microsoft Graph, for mailboxes in Exchange Online. This file holds the operations;
 * how requests travel is in conversation.ts and transport.ts, what an event looks like in event-reader.ts and
 * event-writer.ts.
 */
import * as v from 'valibot';
import type { Effects } from '#core/effects.ts';
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { Interval } from '#core/rooms.ts';
import type {
  LocateMailbox,
  MailboxCalendar,
  MailboxCapabilities,
  MailboxChangePage,
  MailboxCreate,
  MailboxFolder,
  MailboxOccurrenceWrite,
  MailboxRead,
  MailboxRemove,
  MailboxResponded,
  MailboxResponse,
  MailboxServer,
  MailboxSlot,
  MailboxUpdate,
  MailboxWrite,
  OpenMailbox,
  StampMatch,
} from '../mailbox-calendar.port.ts';
import type { NamedAddress, OpenRooms, RoomDirectory } from '../room-directory.port.ts';
import type { ServerMemory } from '../server-memory.port.ts';
import { openSignedFetch, type SignInPorts } from '../sign-in/signed-fetch.ts';
import { EventAnswer, tagOf } from './answers.ts';
import { BATCH_LIMIT, type SubAnswer } from './batch.ts';
import { slotsIn } from './calendar-view.ts';
import { eventsStamped, foldersOf } from './calendars.ts';
import { CONCURRENT_LIMIT, GraphConversation } from './conversation.ts';
import { CHANGES_PER_PAGE, changesOf } from './delta.ts';
import { DeltaKinds } from './delta-kinds.ts';
import { isSeries, yearAt } from './event-reader.ts';
import type { TimeContext } from './event-time.ts';
import { attendeesAfter, changedProperties, newEvent, type WrittenEvent } from './event-writer.ts';
import { failureOf, INTO_FOLDER, OF_ITEM, type Refusal } from './failures.ts';
import { lookUp, type ThereLook } from './lookup.ts';
import { isTold, refuseUnwantedMail } from './mail.ts';
import { writeOccurrenceBatch } from './occurrence-writer.ts';
import { failed, type Order, writeEach } from './outcomes.ts';
import { roomListsOf, roomsOf } from './places.ts';
import { readBatch } from './read-batch.ts';
import { removalOf } from './removal.ts';
import { respondBatch } from './responder.ts';
import { seriesVersion, tagIn } from './series-reader.ts';
import type { GraphRoute } from './transport.ts';
import { Turns } from './turns.ts';

export const GRAPH_CAPABILITIES: MailboxCapabilities = {
  canSuppressMail: false,
  canCompareAndSet: true,
  searchableStamp: true,
  occurrenceDeltas: false,
  readBatch: BATCH_LIMIT,
  writeBatch: BATCH_LIMIT,
  changesPage: CHANGES_PER_PAGE,
  overlapBatch: 1_000,
};

/** What the adapter takes from outside beside the effects. */
export interface GraphPorts extends SignInPorts {
  readonly servers: ServerMemory;
}

/** Opens mailboxes over Microsoft Graph. No request is made. */
export function openGraphMailbox(effects: Effects, ports: GraphPorts): OpenMailbox {
  return openGraph(effects, ports);
}

/** Opens the room lists of tenants over Microsoft Graph, in the same way. */
export function openGraphRooms(effects: Effects, ports: GraphPorts): OpenRooms {
  const open = openGraph(effects, ports);
  return (server, address) => open(server, address, 'UTC');
}

type OpenGraph = (...where: Parameters<OpenMailbox>) => GraphMailbox;

function openGraph(effects: Effects, ports: GraphPorts): OpenGraph {
  const signedFetch = openSignedFetch(effects, ports);
  const gates = new Map<string, Turns>();
  return (server, address, ownerZone) => {
    const locate: LocateMailbox = typeof server === 'function' ? server : async () => server;
    const open = async (): Promise<Opened> => {
      const found = await locate();
      const signIn = forGraph(found);
      const user = found.actAs ?? found.knownAs ?? address;
      const route: GraphRoute = { server: found, user, fetch: signedFetch(signIn, found.reach ?? null) };
      const tenant = `${found.endpoint} ${signIn.tokenUrl}`;
      return {
        conversation: new GraphConversation(effects, route, gateOf(gates, `${tenant} ${user.toLowerCase()}`)),
        kinds: new DeltaKinds(effects.clock, ports.servers, tenant),
      };
    };
    return new GraphMailbox(effects, open, ownerZone);
  };
}

/** The application, with the scope of Graph: a token for Exchange Web Services is none for Graph. */
export function forGraph({ endpoint, signIn }: MailboxServer): Extract<ExchangeSignIn, { kind: 'oauth' }> {
  if (signIn.kind === 'oauth') return { ...signIn, scope: `${new URL(endpoint).origin}/.default` };
  throw new RemoteFailure(
    failure('needsApplication', `the domain signs in by ${signIn.kind}, and Microsoft Graph wants OAuth`),
  );
}

/** All who open a mailbox share its four places. Gates that nobody uses are let go. */
function gateOf(gates: Map<string, Turns>, mailbox: string): Turns {
  const known = gates.get(mailbox);
  if (known) return known;
  for (const [key, gate] of gates) if (gate.idle) gates.delete(key);
  const gate = new Turns(CONCURRENT_LIMIT);
  gates.set(mailbox, gate);
  return gate;
}

interface Opened {
  readonly conversation: GraphConversation;
  readonly kinds: DeltaKinds;
}

class GraphMailbox implements MailboxCalendar, RoomDirectory {
  readonly capabilities = GRAPH_CAPABILITIES;
  readonly #effects: Effects;
  readonly #open: () => Promise<Opened>;
  readonly #ownerZone: string;
  #opened: Promise<Opened> | undefined;
  /** How a caller writes a calendar's id that came from Exchange Web Services, by the way in which Graph writes it. */
  readonly #folderNames = new Map<string, string>();

  constructor(effects: Effects, open: () => Promise<Opened>, ownerZone: string) {
    this.#effects = effects;
    this.#open = open;
    this.#ownerZone = ownerZone;
  }

  async listFolders(): Promise<readonly MailboxFolder[]> {
    return foldersOf(await this.#conversation());
  }

  async changes(
    folderId: string,
    cursor: string | null,
    most = CHANGES_PER_PAGE,
  ): Promise<MailboxChangePage> {
    atMost(CHANGES_PER_PAGE, most);
    const { conversation, kinds } = await this.#openOnce();
    const nowMs = this.#effects.clock.now();
    const folder = this.#folder(folderId);
    const page = await changesOf(conversation, kinds, folder, cursor, { most, nowMs });
    // A folder whose changes are told is a calendar.
    conversation.calendars.add(folder);
    return page;
  }

  async read(
    ids: readonly string[],
    mayGoOn = () => true,
    most = BATCH_LIMIT,
  ): Promise<readonly MailboxRead[]> {
    atMost(GRAPH_CAPABILITIES.readBatch, Math.max(ids.length, most));
    const reads = await readBatch(await this.#conversation(), ids, this.#context(), { mayGoOn, most });
    return reads.map((read) => {
      if (read.kind !== 'item') return read;
      const folderId = this.#folderNames.get(read.item.folderId) ?? read.item.folderId;
      return { ...read, item: { ...read.item, folderId } };
    });
  }

  async create(folderId: string, creates: readonly MailboxCreate[]): Promise<readonly MailboxWrite[]> {
    atMost(GRAPH_CAPABILITIES.writeBatch, creates.length);
    const conversation = await this.#conversation();
    const folder = this.#folder(folderId);
    const context = this.#context();
    const orders = creates.map((create): WrittenEvent | MailboxWrite => {
      try {
        refuseUnwantedMail(create.invitations, create.event.attendees.length > 0);
        return newEvent(create, this.#effects.ids.uuid(), context);
      } catch (error) {
        if (!(error instanceof RemoteFailure)) throw error;
        return failed(error.failure);
      }
    });
    const bodies = orders.flatMap((order) => ('kind' in order ? [] : [order]));
    const path = `${conversation.calendar(folder)}/events`;
    const answers = [
      ...(await conversation.batch(
        bodies.map((body) => ({ method: 'POST', path, body })),
        INTO_FOLDER,
      )),
    ];
    const outcomes: MailboxWrite[] = [];
    for (const [index, order] of orders.entries()) {
      if ('kind' in order) outcomes.push(order);
      else outcomes.push(await this.#created(conversation, folder, creates[index], order, answers.shift()));
    }
    return outcomes;
  }

  /** A repeated create may be refused: then what the first one made is there. */
  async #created(
    conversation: GraphConversation,
    folderId: string,
    create: MailboxCreate | undefined,
    { transactionId }: WrittenEvent,
    answer: SubAnswer | undefined,
  ): Promise<MailboxWrite> {
    if (!create || !answer) return failed(failure('badAnswer', 'the answer says nothing about this event'));
    if (answer.kind === 'refused' && isRepetition(answer.refusal)) {
      const matches = await eventsStamped(conversation, folderId, [create.stamp]);
      // A copy that a person made of an event carries its stamp.
      const match = matches.find((each) => each.transactionId === transactionId) ?? matches[0];
      if (match) return { kind: 'written', id: match.id, version: match.version };
    }
    if (answer.kind === 'refused') {
      return failed(failureOf(answer.refusal, INTO_FOLDER));
    }
    const event = eventOf(answer.body);
    if (event === null) return failed(failure('badAnswer', 'written, but the answer is no event'));
    const version = create.event.recurrence === null ? tagOf(event) : seriesVersion(event, {});
    return { kind: 'written', id: event.id, version };
  }

  async update(updates: readonly MailboxUpdate[]): Promise<readonly MailboxWrite[]> {
    atMost(GRAPH_CAPABILITIES.writeBatch, updates.length);
    const conversation = await this.#conversation();
    const context = this.#context();
    const looks = await lookUp(
      conversation,
      updates.map(({ id }) => id),
    );
    return writeEach(conversation, updates, looks, {
      order: (update, look) => updateOrder(conversation, update, look, context),
      outcome: (answer, update) => updated(answer, update, looks.get(update.id)),
    });
  }

  async writeOccurrences(writes: readonly MailboxOccurrenceWrite[]): Promise<readonly MailboxWrite[]> {
    atMost(GRAPH_CAPABILITIES.writeBatch, writes.length);
    return writeOccurrenceBatch(await this.#conversation(), writes, this.#context());
  }

  async respond(responses: readonly MailboxResponse[]): Promise<readonly MailboxResponded[]> {
    atMost(GRAPH_CAPABILITIES.writeBatch, responses.length);
    return respondBatch(await this.#conversation(), responses);
  }

  async remove(removes: readonly MailboxRemove[]): Promise<readonly MailboxWrite[]> {
    atMost(GRAPH_CAPABILITIES.writeBatch, removes.length);
    const conversation = await this.#conversation();
    const looks = await lookUp(
      conversation,
      removes.map(({ id }) => id),
    );
    return writeEach(conversation, removes, looks, {
      order: ({ invitations }, { event }) => ({
        kind: 'send',
        request: removalOf(conversation, event, event, invitations),
      }),
      // What was deleted has no new version.
      outcome: (answer, { id, version }) =>
        answer.kind === 'done'
          ? { kind: 'written', id, version }
          : failed(failureOf(answer.refusal, OF_ITEM)),
    });
  }

  async overlapping(folderId: string, intervals: readonly Interval[]): Promise<readonly MailboxSlot[]> {
    atMost(GRAPH_CAPABILITIES.overlapBatch, intervals.length);
    return slotsIn(await this.#conversation(), this.#folder(folderId), intervals, this.#ownerZone);
  }

  async findByStamp(folderId: string, stamps: readonly string[]): Promise<readonly StampMatch[]> {
    atMost(GRAPH_CAPABILITIES.writeBatch, stamps.length);
    if (stamps.length === 0) return [];
    const found = await eventsStamped(await this.#conversation(), this.#folder(folderId), stamps);
    return found.map(({ stamp, id, version }) => ({ stamp, id, version }));
  }

  async lists(): Promise<readonly NamedAddress[]> {
    return roomListsOf(await this.#conversation());
  }

  async rooms(list: string): Promise<readonly NamedAddress[]> {
    return roomsOf(await this.#conversation(), list);
  }

  async #conversation(): Promise<GraphConversation> {
    return (await this.#openOnce()).conversation;
  }

  #openOnce(): Promise<Opened> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /**
   * The id of a calendar as Graph writes it: that of Exchange Web Services with other letters for two of base64
   * (Microsoft Learn, translateExchangeIds: `restId` is the URL-safe form). So a calendar that was chosen over the other
   * protocol is the same one here.
   */
  #folder(folderId: string): string {
    const restId = folderId.replaceAll('/', '-').replaceAll('+', '_');
    if (restId !== folderId) this.#folderNames.set(restId, folderId);
    return restId;
  }

  #context(): TimeContext {
    return { allDayZone: this.#ownerZone, year: yearAt(this.#effects.clock.now()) };
  }
}

function updateOrder(
  conversation: GraphConversation,
  { id, version, event, fields, attendees, invitations }: MailboxUpdate,
  look: ThereLook,
  context: TimeContext,
): Order {
  const body: WrittenEvent = {
    ...changedProperties(event, fields, isSeries(look.event), context),
    ...(attendees ? { attendees: attendeesAfter(attendees, look.event) } : {}),
  };
  if (Object.keys(body).length === 0) return { kind: 'written', id, version };
  refuseUnwantedMail(invitations, isTold(look.event) || (attendees?.added.length ?? 0) > 0);
  const headers = { 'If-Match': tagIn(version) };
  return { kind: 'send', request: { method: 'PATCH', path: conversation.event(id), headers, body } };
}

function updated(
  answer: SubAnswer,
  { id, event }: MailboxUpdate,
  look: { readonly kind: string } | undefined,
): MailboxWrite {
  if (answer.kind === 'refused') return failed(failureOf(answer.refusal, OF_ITEM));
  const written = eventOf(answer.body);
  const wasSeries = look?.kind === 'there' && isSeries((look as ThereLook).event);
  // The version of a series has to be read, and an answer need not tell what it made.
  const isPlain = written !== null && event.recurrence === null && !wasSeries;
  return { kind: 'written', id, version: isPlain ? tagOf(written) : '' };
}

/** How a repeated `transactionId` is answered is nowhere documented; other programs expect this code, or a conflict. */
function isRepetition({ status, code }: Refusal): boolean {
  return status === 409 || code === 'ErrorDuplicateTransactionId';
}

function eventOf(body: unknown): EventAnswer | null {
  const parsed = v.safeParse(EventAnswer, body);
  return parsed.success ? parsed.output : null;
}

function atMost(limit: number, count: number): void {
  if (count > limit) throw new RangeError(`${count} items in a call that takes ${limit}`);
}
