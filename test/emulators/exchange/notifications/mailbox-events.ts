/**
 * What the store's changes are to subscribers (Microsoft Learn, "Notification subscriptions, mailbox events, and EWS in
 * Exchange"; EWS schema, BaseObjectChangedEventType), and how events are written.
 */
import type { Folder, StoreChange, StoredItem } from '../model.ts';
import { escapeXml, textElement } from '../xml.ts';

export const EVENT_TYPES = [
  'CopiedEvent',
  'CreatedEvent',
  'DeletedEvent',
  'ModifiedEvent',
  'MovedEvent',
  'NewMailEvent',
  'FreeBusyChangedEvent',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

interface Placed {
  readonly id: string;
  readonly changeKey: string;
  readonly parent: Folder;
}

/** One event, for subscriptions to any of `folders`. */
export interface MailboxEvent {
  readonly type: EventType;
  readonly at: number;
  readonly object: 'Item' | 'Folder';
  readonly now: Placed;
  /** Of a move. */
  readonly before: Placed | null;
  readonly folders: readonly Folder[];
}

const FOLDER_CHANGE_KEY = 'AQAAAA==';

/** A move is one event, told with its second write; a folder is modified with what is in it. */
export function eventsOf(change: StoreChange, at: number): readonly MailboxEvent[] {
  const { kind, item, folder, moved } = change;
  if (moved !== null && kind === 'deleted') return [];
  if (moved !== null) {
    const places = { now: placed(item, folder), before: placed(moved, moved.folder) };
    const folders = [moved.folder, folder];
    return [
      { type: 'MovedEvent', at, object: 'Item', ...places, folders },
      ...folders.flatMap((each) => modified(each, at)),
    ];
  }
  const type = ({ created: 'CreatedEvent', updated: 'ModifiedEvent', deleted: 'DeletedEvent' } as const)[
    kind
  ];
  const own: MailboxEvent = {
    ...{ type, at, object: 'Item', now: placed(item, folder), before: null, folders: [folder] },
  };
  return kind === 'updated' ? [own] : [own, ...modified(folder, at)];
}

function placed({ id, changeKey }: StoredItem, parent: Folder): Placed {
  return { id, changeKey, parent };
}

function modified(folder: Folder, at: number): readonly MailboxEvent[] {
  if (folder.parent === null) return [];
  const now = { id: folder.id, changeKey: FOLDER_CHANGE_KEY, parent: folder.parent };
  return [{ type: 'ModifiedEvent', at, object: 'Folder', now, before: null, folders: [folder] }];
}

/** Empty watermark: streaming has none. */
export function eventXml({ type, at, object, now, before }: MailboxEvent, watermark: string): string {
  const timeStamp = `<t:TimeStamp>${new Date(at).toISOString()}</t:TimeStamp>`;
  const old =
    before === null ? '' : `${idXml(`Old${object}Id`, before)}${parentXml('OldParentFolderId', before)}`;
  const parts = timeStamp + idXml(`${object}Id`, now) + parentXml('ParentFolderId', now) + old;
  return `<t:${type}>${watermarkXml(watermark)}${parts}</t:${type}>`;
}

export function statusEventXml(watermark: string): string {
  return `<t:StatusEvent>${watermarkXml(watermark)}</t:StatusEvent>`;
}

function watermarkXml(watermark: string): string {
  return textElement('t:Watermark', watermark === '' ? null : watermark);
}

function idXml(name: string, { id, changeKey }: Placed): string {
  return `<t:${name} Id="${escapeXml(id)}" ChangeKey="${escapeXml(changeKey)}"/>`;
}

function parentXml(name: string, { parent }: Placed): string {
  return `<t:${name} Id="${escapeXml(parent.id)}" ChangeKey="${FOLDER_CHANGE_KEY}"/>`;
}
