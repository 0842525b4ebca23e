/**
 * MailboxCalendar over Exchange Web Services. This file holds the operations; how a request travels is in
 * transport.ts, what an item looks like in item-reader.ts and item-writer.ts, what the library needs in library.ts.
 */
import { Temporal } from 'temporal-polyfill';
import type { Effects } from '#core/effects.ts';
import type { ZoneName } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import type { Interval } from '#core/rooms.ts';
import type { Reason } from '#shared/reasons.ts';
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
import { attendeeFields, readAttendees } from './attendee-writer.ts';
import { writeBatch } from './batch.ts';
import { slotsIn } from './calendar-view.ts';
import { type Conversation, itemTarget } from './conversation.ts';
import { failureOf } from './failures.ts';
import { CHANGES_PER_PAGE, changesOf, foldersOf, itemsStamped } from './folder-reader.ts';
import { itemIdIn } from './item-reader.ts';
import { changedFields, newItem, type WriteContext } from './item-writer.ts';
import type { ItemMessage } from './library.ts';
import { NegotiatedConversation } from './negotiated-conversation.ts';
import { writeOccurrenceBatch } from './occurrence-writer.ts';
import { READ_BATCH, readBatch, refuseReordered } from './read-batch.ts';
import { respondBatch } from './responder.ts';
import { roomListsOf, roomsOf } from './room-lists.ts';
import { ServerVersions } from './server-version.ts';
import type { MailboxRoute } from './transport.ts';

const CAPABILITIES: MailboxCapabilities = {
  canSuppressMail: true,
  canCompareAndSet: true,
  searchableStamp: true,
  occurrenceDeltas: false,
  readBatch: READ_BATCH,
  // Microsoft advises ten items per writing call (Microsoft Learn, handling synchronization errors in EWS).
  writeBatch: 10,
  changesPage: CHANGES_PER_PAGE,
  overlapBatch: 1_000,
};
/** What the adapter takes from outside beside the effects. */
export interface EwsPorts extends SignInPorts {
  readonly servers: ServerMemory;
}

/** Opens mailboxes over EWS. No request is made, and the EWS library is loaded with the first request only. */
export function openEwsMailbox(effects: Effects, ports: EwsPorts): OpenMailbox {
  return openEws(effects, ports);
}

/** Opens the room lists of servers over EWS, in the same way. */
export function openEwsRooms(effects: Effects, ports: EwsPorts): OpenRooms {
  const open = openEws(effects, ports);
  return (server, address) => open(server, address, 'UTC');
}

type OpenEws = (...where: Parameters<OpenMailbox>) => EwsMailbox;

function openEws(effects: Effects, ports: EwsPorts): OpenEws {
  const signedFetch = openSignedFetch(effects, ports);
  const versions = new ServerVersions(effects.clock, ports.servers);
  const routeTo = (server: MailboxServer, address: string): MailboxRoute => ({
    server,
    address: server.knownAs ?? address,
    fetch: signedFetch(server.signIn, server.reach ?? null),
  });
  return (server, address, ownerZone) => {
    const locate: LocateMailbox = typeof server === 'function' ? server : async () => server;
    return new EwsMailbox(effects, versions, async () => routeTo(await locate(), address), ownerZone);
  };
}

class EwsMailbox implements MailboxCalendar, RoomDirectory {
  readonly capabilities = CAPABILITIES;
  readonly #effects: Effects;
  readonly #conversation: NegotiatedConversation;
  readonly #ownerZone: ZoneName;

  constructor(
    effects: Effects,
    versions: ServerVersions,
    route: () => Promise<MailboxRoute>,
    ownerZone: ZoneName,
  ) {
    this.#effects = effects;
    this.#conversation = new NegotiatedConversation(effects, versions, route);
    this.#ownerZone = ownerZone;
  }

  listFolders(): Promise<readonly MailboxFolder[]> {
    return this.#conversation.with(foldersOf);
  }

  async changes(
    folderId: string,
    cursor: string | null,
    most = CHANGES_PER_PAGE,
  ): Promise<MailboxChangePage> {
    atMost(CHANGES_PER_PAGE, most);
    return this.#conversation.with((conversation) => changesOf(conversation, folderId, cursor, most));
  }

  async read(
    ids: readonly string[],
    mayGoOn = () => true,
    most = READ_BATCH,
  ): Promise<readonly MailboxRead[]> {
    atMost(CAPABILITIES.readBatch, Math.max(ids.length, most));
    return this.#conversation.with((conversation) =>
      readBatch(conversation, ids, this.#context(conversation), { mayGoOn, most }),
    );
  }

  async create(folderId: string, creates: readonly MailboxCreate[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, creates.length);
    return this.#conversation.with((conversation) => {
      const context = this.#context(conversation);
      return writeBatch(creates, {
        prepare: (create) => newItem(create, context),
        send: (items, invitations) => conversation.createItems(folderId, items, invitations),
        outcome: (message) => writeOutcome(conversation, message, 'folderNotFound'),
        unchanged: neverUnchanged,
      });
    });
  }

  async update(updates: readonly MailboxUpdate[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, updates.length);
    return this.#conversation.with(async (conversation) => {
      const context = this.#context(conversation);
      const items = await readAttendees(conversation, updates);
      return writeBatch(updates, {
        prepare: ({ id, version, event, fields, wasSeries, attendees }) => {
          const changes = [
            ...changedFields(event, fields, wasSeries, context),
            ...(attendees ? attendeeFields(attendees, items.get(id)) : []),
          ];
          return changes.length === 0 ? null : { target: itemTarget(id, version), fields: changes };
        },
        send: async (changes, invitations) => {
          const messages = await conversation.updateItems(changes, invitations);
          refuseReordered(
            changes.map(({ target }) => target.attributes?.['Id'] ?? ''),
            messages,
          );
          return messages;
        },
        outcome: (message) => writeOutcome(conversation, message, 'itemNotFound'),
        unchanged: ({ id, version }) => ({ kind: 'written', id, version }),
      });
    });
  }

  async writeOccurrences(writes: readonly MailboxOccurrenceWrite[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, writes.length);
    return this.#conversation.with((conversation) =>
      writeOccurrenceBatch(conversation, writes, this.#context(conversation)),
    );
  }

  async respond(responses: readonly MailboxResponse[]): Promise<readonly MailboxResponded[]> {
    atMost(CAPABILITIES.writeBatch, responses.length);
    return this.#conversation.with((conversation) => respondBatch(conversation, responses));
  }

  async remove(removes: readonly MailboxRemove[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, removes.length);
    return this.#conversation.with((conversation) =>
      writeBatch(removes, {
        prepare: ({ id, version }) => itemTarget(id, version),
        send: (targets, invitations) => conversation.deleteItems(targets, invitations),
        // What was deleted has no new version; its id is dead.
        outcome: (message, { id, version }) =>
          conversation.succeeded(message)
            ? { kind: 'written', id, version }
            : writeOutcome(conversation, message, 'itemNotFound'),
        unchanged: neverUnchanged,
      }),
    );
  }

  async overlapping(folderId: string, intervals: readonly Interval[]): Promise<readonly MailboxSlot[]> {
    atMost(CAPABILITIES.overlapBatch, intervals.length);
    return this.#conversation.with((conversation) => slotsIn(conversation, folderId, intervals));
  }

  async findByStamp(folderId: string, stamps: readonly string[]): Promise<readonly StampMatch[]> {
    atMost(CAPABILITIES.writeBatch, stamps.length);
    if (stamps.length === 0) return [];
    return this.#conversation.with((conversation) => itemsStamped(conversation, folderId, stamps));
  }

  lists(): Promise<readonly NamedAddress[]> {
    return this.#conversation.with(roomListsOf);
  }

  rooms(list: string): Promise<readonly NamedAddress[]> {
    return this.#conversation.with((conversation) => roomsOf(conversation, list));
  }

  #context(conversation: Conversation): WriteContext {
    const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(this.#effects.clock.now()));
    return {
      meetingZoneOnly: !conversation.isAtLeast('Exchange2010'),
      hasWorkingElsewhere: conversation.isAtLeast('Exchange2013'),
      allDayZone: this.#ownerZone,
      year: now.toZonedDateTimeISO('UTC').year,
    };
  }
}

function writeOutcome(conversation: Conversation, message: ItemMessage, notFound: Reason): MailboxWrite {
  if (!conversation.succeeded(message)) {
    return { kind: 'failed', failure: failureOf(conversation.refusalOf(message), 'itemRefused', notFound) };
  }
  const ids = itemIdIn(message.items);
  return ids === null
    ? { kind: 'failed', failure: failure('badAnswer', 'written, but the answer names no item') }
    : { kind: 'written', ...ids };
}

function neverUnchanged(): never {
  throw new Error('this kind of write always sends something');
}

function atMost(limit: number, count: number): void {
  if (count > limit) throw new RangeError(`${count} items in a call that takes ${limit}`);
}
