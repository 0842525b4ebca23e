/**
 * The server's state: mailboxes, folders, items, and the log of changes behind SyncFolderItems. Every write
 * goes through here, gives the item a new change key and keeps the indexes.
 */
import { type CalendarProcessing, defaultProcessing } from './calendar-processing.ts';
import {
  CLEAN_GLOBAL_OBJECT_ID,
  extendedKey,
  GLOBAL_OBJECT_ID,
  globalObjectIdOf,
} from './extended-properties.ts';
import { changeKeyOf, createItemIds } from './ids.ts';
import type {
  Folder,
  FolderEntry,
  ItemBefore,
  ItemContent,
  Mailbox,
  Series,
  StoreChange,
  StoredItem,
} from './model.ts';
import type { ExchangeSwitches } from './switches.ts';
import { zoneNamed } from './zones.ts';

export interface StoreOptions {
  readonly clock: { now(): number };
  readonly ids: { uuid(): string };
  readonly switches: ExchangeSwitches;
}

export interface NewMailbox {
  readonly address: string;
  readonly displayName: string;
  /** Windows id or IANA name. */
  readonly zone: string;
  readonly isRoom?: boolean;
  /** What differs from the defaults of its kind. */
  readonly processing?: Partial<CalendarProcessing>;
}

export class ExchangeStore {
  readonly mailboxes = new Map<string, Mailbox>();
  readonly items = new Map<string, StoredItem>();
  readonly folders = new Map<string, Folder>();
  readonly clock: { now(): number };
  readonly ids: { uuid(): string };
  readonly switches: ExchangeSwitches;
  /** Whoever wants to hear of each write, after it. */
  readonly watchers: ((change: StoreChange) => void)[] = [];
  private readonly nextItemId: () => string;
  private readonly byBirth = new Map<string, StoredItem>();
  private readonly byExtended = new Map<string, Set<StoredItem>>();
  private readonly untouched = new Set<StoredItem>();
  private ordinals = 0;
  private changes = 0;
  private moving: StoredItem | null = null;

  constructor(options: StoreOptions) {
    this.clock = options.clock;
    this.ids = options.ids;
    this.switches = options.switches;
    this.nextItemId = createItemIds(() => options.ids.uuid());
  }

  addMailbox({ address, displayName, zone, isRoom = false, processing }: NewMailbox): Mailbox {
    const itemZone = zoneNamed(zone);
    if (itemZone === null) throw new Error(`Unknown time zone ${zone}`);
    const mailbox = {
      address,
      displayName,
      zone: itemZone,
      isRoom,
      livesOn: null,
      processing: { ...defaultProcessing(isRoom), ...processing },
      folders: new Map<string, Folder>(),
    } as { -readonly [K in keyof Mailbox]: Mailbox[K] };
    mailbox.root = this.addFolder(mailbox, null, 'Top of Information Store', 'IPF', 'msgfolderroot');
    mailbox.calendar = this.addFolder(mailbox, mailbox.root, 'Calendar', 'IPF.Appointment', 'calendar');
    mailbox.deletedItems = this.addFolder(mailbox, mailbox.root, 'Deleted Items', 'IPF.Note', 'deleteditems');
    this.mailboxes.set(address.toLowerCase(), mailbox);
    return mailbox;
  }

  mailbox(address: string): Mailbox | undefined {
    return this.mailboxes.get(address.toLowerCase());
  }

  addFolder(
    mailbox: Mailbox,
    parent: Folder | null,
    name: string,
    folderClass: string,
    distinguished: Folder['distinguished'] = null,
  ): Folder {
    const folder: Folder = {
      id: this.nextItemId(),
      mailbox,
      parent,
      name,
      folderClass,
      distinguished,
      canWrite: true,
      items: new Map(),
      entries: new Map(),
      log: [],
    };
    this.folders.set(folder.id, folder);
    mailbox.folders.set(folder.id, folder);
    return folder;
  }

  deleteFolder(folder: Folder): void {
    for (const item of [...folder.items.values()]) this.remove(item);
    this.folders.delete(folder.id);
    folder.mailbox.folders.delete(folder.id);
  }

  create(
    folder: Folder,
    content: ItemContent,
    series: Series | null,
    uid: string,
    moved?: { readonly id?: string; readonly bornAs: string },
  ): StoredItem {
    this.ordinals += 1;
    const now = this.clock.now();
    const id = moved?.id ?? this.nextItemId();
    const item: StoredItem = {
      id,
      bornAs: moved?.bornAs ?? id,
      ordinal: this.ordinals,
      mailbox: folder.mailbox,
      folder,
      changeKey: '',
      created: now,
      modified: now,
      uid,
      content,
      series,
      untouched: this.switches.assistantTouchesNewItems,
    };
    if (item.untouched) this.untouched.add(item);
    this.items.set(item.id, item);
    this.byBirth.set(item.bornAs, item);
    folder.items.set(item.id, item);
    this.index(item, true);
    this.record(item);
    this.tell('created', item);
    return item;
  }

  /** The item that was created with this id, wherever in its mailbox it is now. */
  bornAs(id: string): StoredItem | undefined {
    return this.byBirth.get(id);
  }

  /** The number of the last change. */
  get lastChange(): number {
    return this.changes;
  }

  /** Content, series or both become new; the item gets a new change key. */
  update(item: StoredItem, change: { content?: ItemContent; series?: Series | null; uid?: string }): void {
    const { content, series, changeKey, modified } = item;
    this.index(item, false);
    if (change.content !== undefined) item.content = change.content;
    if (change.series !== undefined) item.series = change.series;
    if (change.uid !== undefined) item.uid = change.uid;
    this.index(item, true);
    this.record(item);
    this.tell('updated', item, { content, series, changeKey, modified });
  }

  /** Gone for good. */
  remove(item: StoredItem): void {
    this.index(item, false);
    this.untouched.delete(item);
    this.items.delete(item.id);
    this.byBirth.delete(item.bornAs);
    item.folder.items.delete(item.id);
    this.leave(item, 'deleted');
    this.tell('deleted', item);
  }

  /** Copy and delete: the moved item is a new one (Microsoft Learn, Deleting items by using EWS). */
  move(item: StoredItem, target: Folder): StoredItem {
    const keepsId = target.distinguished === 'deleteditems' && this.switches.moveToDeletedItems === 'update';
    this.moving = item;
    this.remove(item);
    if (keepsId) this.leave(item, 'movedOn');
    const { id, bornAs } = item;
    const identity = { bornAs, ...(keepsId ? { id } : {}) };
    const moved = this.create(target, item.content, item.series, item.uid, identity);
    this.moving = null;
    moved.untouched = false;
    this.untouched.delete(moved);
    return moved;
  }

  /** What the calendar assistant does in the background: a new change key, the same content. */
  touchNewItems(): void {
    for (const item of this.untouched) {
      item.untouched = false;
      const { content, series, changeKey, modified } = item;
      this.record(item);
      this.tell('updated', item, { content, series, changeKey, modified });
    }
    this.untouched.clear();
  }

  /** Items anywhere on the server that carry the value; the caller keeps those of its folder. */
  withExtended(key: string, value: string): ReadonlySet<StoredItem> {
    return this.byExtended.get(`${key}\n${value}`) ?? new Set();
  }

  /** All items with this UID: the copies of a meeting, in all mailboxes. */
  withUid(uid: string): ReadonlySet<StoredItem> {
    return this.withExtended(GLOBAL_OBJECT_ID, globalObjectIdOf(uid));
  }

  private index(item: StoredItem, add: boolean): void {
    const keys = [...item.content.extended.values()].flatMap(({ path, values, isList }) =>
      isList ? [] : [`${extendedKey(path)}\n${values[0] ?? ''}`],
    );
    const globalObjectId = globalObjectIdOf(item.uid);
    keys.push(`${GLOBAL_OBJECT_ID}\n${globalObjectId}`, `${CLEAN_GLOBAL_OBJECT_ID}\n${globalObjectId}`);
    for (const key of keys) {
      const items = this.byExtended.get(key) ?? new Set<StoredItem>();
      if (add) items.add(item);
      else items.delete(item);
      if (items.size === 0) this.byExtended.delete(key);
      else this.byExtended.set(key, items);
    }
  }

  private record(item: StoredItem): void {
    this.changes += 1;
    item.changeKey = changeKeyOf(this.changes);
    item.modified = this.clock.now();
    const { entries, log } = item.folder;
    let entry = entries.get(item.id);
    if (entry === undefined || entry.ordinal !== item.ordinal) {
      entry = { itemId: item.id, ordinal: item.ordinal, created: this.changes, changed: 0, state: 'here' };
      entries.set(item.id, entry);
    }
    entry.changed = this.changes;
    log.push({ at: this.changes, entry });
  }

  private tell(kind: StoreChange['kind'], item: StoredItem, before: ItemBefore | null = null): void {
    const change = { kind, item, folder: item.folder, at: this.changes, before, moved: this.moving };
    for (const watch of this.watchers) watch(change);
  }

  private leave(item: StoredItem, state: FolderEntry['state']): void {
    const entry = item.folder.entries.get(item.id);
    if (entry === undefined) return;
    this.changes += 1;
    entry.state = state;
    entry.changed = this.changes;
    item.folder.log.push({ at: this.changes, entry });
  }
}
