/**
 * MailboxCalendar over Exchange Web Services. This file holds the operations; how a request travels is in
 * transport.ts, what an item looks like in item-reader.ts and item-writer.ts, what the library needs in library.ts.
 */
import type * as Ews from 'ews-javascript-api';
import { Temporal } from 'temporal-polyfill';
import type { Effects } from '#core/effects.ts';
import type { ZoneName } from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { Interval } from '#core/rooms.ts';
import type { Reason } from '#shared/reasons.ts';
import type {
  MailboxCalendar,
  MailboxCapabilities,
  MailboxChange,
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
import { attendeeFields, readAttendees } from './attendee-writer.ts';
import { writeBatch } from './batch.ts';
import { slotsIn } from './calendar-view.ts';
import { Conversation, itemTarget } from './conversation.ts';
import { failureOf } from './failures.ts';
import { itemIdIn } from './item-reader.ts';
import { ownProperty } from './item-shape.ts';
import { changedFields, newItem, STAMP_PROPERTY, type WriteContext } from './item-writer.ts';
import type { ItemMessage } from './library.ts';
import { writeOccurrenceBatch } from './occurrence-writer.ts';
import { READ_BATCH, readBatch } from './read-batch.ts';
import { respondBatch } from './responder.ts';

const CAPABILITIES: MailboxCapabilities = {
  canSuppressMail: true,
  canCompareAndSet: true,
  searchableStamp: true,
  occurrenceDeltas: false,
  readBatch: READ_BATCH,
  // Microsoft advises ten items per writing call (Microsoft Learn, handling synchronization errors in EWS).
  writeBatch: 10,
  overlapBatch: 1_000,
};
/** The most that SyncFolderItems returns at once (MaxSyncChangesReturnedType). */
const CHANGES_PER_PAGE = 512;
/** Servers since 2013 return at most 250 items of a search with a restriction (Microsoft Learn, EWS throttling). */
const SEARCH_PAGE = 250;
const SEARCH_PAGES_LIMIT = 20;
const FOLDER_PAGE = 500;
const FOLDER_PAGES_LIMIT = 10;

/** Opens mailboxes over EWS. No request is made, and the EWS library is loaded with the first request only. */
export function openEwsMailbox(effects: Effects): OpenMailbox {
  return (server, address, ownerZone) => new EwsMailbox(effects, server, address, ownerZone);
}

class EwsMailbox implements MailboxCalendar {
  readonly capabilities = CAPABILITIES;
  readonly #effects: Effects;
  readonly #server: MailboxServer;
  readonly #address: string;
  readonly #ownerZone: ZoneName;
  #conversation: Promise<Conversation> | undefined;

  constructor(effects: Effects, server: MailboxServer, address: string, ownerZone: ZoneName) {
    this.#effects = effects;
    this.#server = server;
    this.#address = address;
    this.#ownerZone = ownerZone;
  }

  async listFolders(): Promise<readonly MailboxFolder[]> {
    const conversation = await this.#open();
    const { ews } = conversation;
    const { DisplayName, EffectiveRights, FolderClass } = ews.FolderSchema;
    const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [DisplayName, EffectiveRights]);
    const main = this.#wellKnown(ews, ews.WellKnownFolderName.Calendar);
    const root = this.#wellKnown(ews, ews.WellKnownFolderName.MsgFolderRoot);
    const isCalendar = new ews.SearchFilter.IsEqualTo(FolderClass, 'IPF.Appointment');
    const folders = [
      await conversation.ask(async (service) =>
        describeFolder(ews, await ews.Folder.Bind(service, main, shape), true),
      ),
    ];
    for (let page = 0; page < FOLDER_PAGES_LIMIT; page += 1) {
      const view = new ews.FolderView(FOLDER_PAGE, page * FOLDER_PAGE);
      view.PropertySet = shape;
      view.Traversal = ews.FolderTraversal.Deep;
      const more = await conversation.ask(async (service) => {
        const found = await service.FindFolders(root, isCalendar, view);
        folders.push(...found.Folders.map((folder) => describeFolder(ews, folder, false)));
        return found.MoreAvailable;
      });
      if (!more) break;
    }
    return folders.filter((folder, index) => folders.findIndex((other) => other.id === folder.id) === index);
  }

  async changes(folderId: string, cursor: string | null): Promise<MailboxChangePage> {
    const conversation = await this.#open();
    const { ews } = conversation;
    const page = await conversation.ask((service) =>
      service.SyncFolderItems(
        new ews.FolderId(folderId),
        new ews.PropertySet(ews.BasePropertySet.IdOnly),
        [],
        CHANGES_PER_PAGE,
        ews.SyncFolderItemsScope.NormalItems,
        // Left out at first: an empty sync state is none that a server ever gave.
        cursor as string,
      ),
    );
    const next = page.SyncState;
    const more = page.MoreChangesAvailable;
    if (!next || (more && next === cursor)) {
      throw new RemoteFailure(failure('badAnswer', 'a page of changes without a new sync state'));
    }
    return {
      changes: page.GetEnumerator().flatMap((change) => mailboxChange(ews, change)),
      cursor: next,
      more,
    };
  }

  async read(ids: readonly string[], mayGoOn = () => true): Promise<readonly MailboxRead[]> {
    atMost(CAPABILITIES.readBatch, ids.length);
    const conversation = await this.#open();
    return readBatch(conversation, ids, this.#context(conversation), mayGoOn);
  }

  async create(folderId: string, creates: readonly MailboxCreate[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, creates.length);
    const conversation = await this.#open();
    const context = this.#context(conversation);
    return writeBatch(creates, {
      prepare: (create) => newItem(create, context),
      send: (items, invitations) => conversation.createItems(folderId, items, invitations),
      outcome: (message) => writeOutcome(conversation, message, 'folderNotFound'),
      unchanged: neverUnchanged,
    });
  }

  async update(updates: readonly MailboxUpdate[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, updates.length);
    const conversation = await this.#open();
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
      send: (changes, invitations) => conversation.updateItems(changes, invitations),
      outcome: (message) => writeOutcome(conversation, message, 'itemNotFound'),
      unchanged: ({ id, version }) => ({ kind: 'written', id, version }),
    });
  }

  async writeOccurrences(writes: readonly MailboxOccurrenceWrite[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, writes.length);
    const conversation = await this.#open();
    return writeOccurrenceBatch(conversation, writes, this.#context(conversation));
  }

  async respond(responses: readonly MailboxResponse[]): Promise<readonly MailboxResponded[]> {
    atMost(CAPABILITIES.writeBatch, responses.length);
    return respondBatch(await this.#open(), responses);
  }

  async remove(removes: readonly MailboxRemove[]): Promise<readonly MailboxWrite[]> {
    atMost(CAPABILITIES.writeBatch, removes.length);
    const conversation = await this.#open();
    return writeBatch(removes, {
      prepare: ({ id, version }) => itemTarget(id, version),
      send: (targets, invitations) => conversation.deleteItems(targets, invitations),
      // What was deleted has no new version; its id is dead.
      outcome: (message, { id, version }) =>
        conversation.succeeded(message)
          ? { kind: 'written', id, version }
          : writeOutcome(conversation, message, 'itemNotFound'),
      unchanged: neverUnchanged,
    });
  }

  async overlapping(folderId: string, intervals: readonly Interval[]): Promise<readonly MailboxSlot[]> {
    atMost(CAPABILITIES.overlapBatch, intervals.length);
    return slotsIn(await this.#open(), folderId, intervals);
  }

  async findByStamp(folderId: string, stamps: readonly string[]): Promise<readonly StampMatch[]> {
    atMost(CAPABILITIES.writeBatch, stamps.length);
    if (stamps.length === 0) return [];
    const conversation = await this.#open();
    const { ews } = conversation;
    const stamp = ownProperty(ews, STAMP_PROPERTY);
    const equals = stamps.map((value) => new ews.SearchFilter.IsEqualTo(stamp, value));
    const anyOfThem = new ews.SearchFilter.SearchFilterCollection(ews.LogicalOperator.Or, equals);
    const matches: StampMatch[] = [];
    let offset = 0;
    for (let page = 0; page < SEARCH_PAGES_LIMIT; page += 1) {
      const view = new ews.ItemView(SEARCH_PAGE, offset);
      view.PropertySet = new ews.PropertySet(ews.BasePropertySet.IdOnly, [stamp]);
      const found = await conversation.ask((service) =>
        service.FindItems(new ews.FolderId(folderId), anyOfThem, view),
      );
      for (const item of found.Items) {
        const value = { outValue: null as unknown };
        item.TryGetProperty(stamp, value);
        // The server compares without regard to case.
        const known = stamps.find((text) => text === value.outValue);
        if (known !== undefined) matches.push({ stamp: known, ...idsOf(item.Id) });
      }
      if (!found.MoreAvailable) return matches;
      offset = found.NextPageOffset ?? offset + SEARCH_PAGE;
    }
    throw new RemoteFailure(failure('badAnswer', 'a search for our stamps that does not end'));
  }

  #open(): Promise<Conversation> {
    this.#conversation ??= Conversation.open(this.#effects, this.#server, this.#address).catch(
      (error: unknown) => {
        this.#conversation = undefined;
        throw error;
      },
    );
    return this.#conversation;
  }

  /** Without impersonation the mailbox is named, so that another one's sign-in never reaches its own calendar. */
  #wellKnown(ews: typeof Ews, name: Ews.WellKnownFolderName): Ews.FolderId {
    return this.#server.impersonate
      ? new ews.FolderId(name)
      : new ews.FolderId(name, new ews.Mailbox(this.#address));
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

function describeFolder(ews: typeof Ews, folder: Ews.Folder, isDefault: boolean): MailboxFolder {
  // On a folder, Modify and Delete concern the folder itself; CreateContents concerns the items in it.
  const canWrite = (folder.EffectiveRights & ews.EffectiveRights.CreateContents) !== 0;
  return { id: folder.Id.UniqueId, name: folder.DisplayName, isDefault, canWrite };
}

function mailboxChange(ews: typeof Ews, change: Ews.ItemChange): readonly MailboxChange[] {
  switch (change.ChangeType) {
    case ews.ChangeType.Create:
    case ews.ChangeType.Update:
      return [{ kind: 'changed', ...idsOf(change.Item.Id) }];
    case ews.ChangeType.Delete:
      return [{ kind: 'deleted', id: idsOf(change.ItemId).id }];
    default:
      // Who has read an item is nothing to synchronise.
      return [];
  }
}

/** Rejects an answer that names no item: acting on an empty id could hit anything. */
function idsOf(id: Ews.ItemId | null): { readonly id: string; readonly version: string } {
  if (!id?.UniqueId) throw new RemoteFailure(failure('badAnswer', 'an item without an id'));
  return { id: id.UniqueId, version: id.ChangeKey };
}
