/** What a mailbox holds as its folders tell it: the calendars, their changes, and the items that carry our stamps. */
import type * as Ews from 'ews-javascript-api';
import { failure, RemoteFailure } from '#core/failure.ts';
import type {
  MailboxChange,
  MailboxChangePage,
  MailboxFolder,
  StampMatch,
} from '../mailbox-calendar.port.ts';
import { STAMP_PROPERTY } from '../own-properties.ts';
import type { Conversation } from './conversation.ts';
import { ownProperty } from './item-shape.ts';
import { isVersionRefusal, type ServerBuild } from './server-version.ts';

/** The most that SyncFolderItems returns at once (MaxSyncChangesReturnedType). */
export const CHANGES_PER_PAGE = 512;
/** Servers since 2013 return at most 250 items of a search with a restriction (Microsoft Learn, EWS throttling). */
const SEARCH_PAGE = 250;
const SEARCH_PAGES_LIMIT = 20;
const FOLDER_PAGE = 500;
const FOLDER_PAGES_LIMIT = 10;

/** Asks for the default calendar's id: a request as small as there is. */
export async function calendarAsked(conversation: Conversation): Promise<ServerBuild | null> {
  const { ews } = conversation;
  const calendar = conversation.wellKnown(ews.WellKnownFolderName.Calendar);
  const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly);
  try {
    await conversation.ask((service) => ews.Folder.Bind(service, calendar, shape));
  } catch (error) {
    // Who may not see this folder may see others: the server has taken the version, and its answer tells the build.
    if (isVersionRefusal(error) || conversation.build === null) throw error;
  }
  return conversation.build;
}

/** The default calendar first. */
export async function foldersOf(conversation: Conversation): Promise<readonly MailboxFolder[]> {
  const { ews } = conversation;
  const { DisplayName, EffectiveRights, FolderClass } = ews.FolderSchema;
  const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [DisplayName, EffectiveRights]);
  const main = conversation.wellKnown(ews.WellKnownFolderName.Calendar);
  const root = conversation.wellKnown(ews.WellKnownFolderName.MsgFolderRoot);
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

/** One page of at most `most` that changed since the cursor; null: everything. */
export async function changesOf(
  conversation: Conversation,
  folderId: string,
  cursor: string | null,
  most: number,
): Promise<MailboxChangePage> {
  const { ews } = conversation;
  return conversation.ask(async (service) => {
    const page = await service.SyncFolderItems(
      new ews.FolderId(folderId),
      new ews.PropertySet(ews.BasePropertySet.IdOnly),
      [],
      most,
      ews.SyncFolderItemsScope.NormalItems,
      // Left out at first: an empty sync state is none that a server ever gave.
      cursor as string,
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
  });
}

/** The items that carry one of the stamps. */
export async function itemsStamped(
  conversation: Conversation,
  folderId: string,
  stamps: readonly string[],
): Promise<readonly StampMatch[]> {
  const { ews } = conversation;
  const stamp = ownProperty(ews, STAMP_PROPERTY);
  const equals = stamps.map((value) => new ews.SearchFilter.IsEqualTo(stamp, value));
  const anyOfThem = new ews.SearchFilter.SearchFilterCollection(ews.LogicalOperator.Or, equals);
  const matches: StampMatch[] = [];
  let offset = 0;
  for (let page = 0; page < SEARCH_PAGES_LIMIT; page += 1) {
    const view = new ews.ItemView(SEARCH_PAGE, offset);
    view.PropertySet = new ews.PropertySet(ews.BasePropertySet.IdOnly, [stamp]);
    const more = await conversation.ask(async (service) => {
      const found = await service.FindItems(new ews.FolderId(folderId), anyOfThem, view);
      for (const item of found.Items) {
        const value = { outValue: null as unknown };
        item.TryGetProperty(stamp, value);
        // The server compares without regard to case.
        const known = stamps.find((text) => text === value.outValue);
        if (known !== undefined) matches.push({ stamp: known, ...idsOf(item.Id) });
      }
      return found.MoreAvailable ? (found.NextPageOffset ?? offset + SEARCH_PAGE) : null;
    });
    if (more === null) return matches;
    offset = more;
  }
  throw new RemoteFailure(failure('badAnswer', 'a search for our stamps that does not end'));
}

function describeFolder(ews: typeof Ews, folder: Ews.Folder, isDefault: boolean): MailboxFolder {
  // On a folder, Modify and Delete concern the folder itself; CreateContents concerns the items in it.
  const canWrite = (folder.EffectiveRights & ews.EffectiveRights.CreateContents) !== 0;
  const id = folder.Id?.UniqueId;
  const name: unknown = folder.DisplayName;
  if (!id || typeof name !== 'string') {
    throw new RemoteFailure(failure('badAnswer', 'a folder without an id or a name'));
  }
  return { id, name, isDefault, canWrite };
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
