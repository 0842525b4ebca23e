/** What the emulated server stores: items, folders, mailboxes. Plain shapes; the rules are in the store. */

import type { CalendarProcessing } from './calendar-processing.ts';
import type { Pattern, Range, Recurrence } from './recurrence.ts';
import type { ServerVersion } from './switches.ts';
import type { ItemZone } from './zones.ts';

export type ShowAs = 'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData';
export type Sensitivity = 'Normal' | 'Personal' | 'Private' | 'Confidential';
export type ResponseType =
  | 'Unknown'
  | 'Organizer'
  | 'Tentative'
  | 'Accept'
  | 'Decline'
  | 'NoResponseReceived';
export type AttendeeRole = 'required' | 'optional' | 'resource';

export interface Recipient {
  readonly name: string;
  readonly address: string;
}

export interface Attendee extends Recipient {
  readonly role: AttendeeRole;
  readonly response: ResponseType;
}

export interface Body {
  readonly type: 'Text' | 'HTML';
  readonly text: string;
}

/** `path` holds the attributes of ExtendedFieldURI as they were sent. */
export interface ExtendedProperty {
  readonly path: Readonly<Record<string, string>>;
  readonly values: readonly string[];
  readonly isList: boolean;
}

/** Everything that an occurrence can have of its own. Instants are milliseconds since 1970. */
export interface ItemContent {
  readonly subject: string;
  readonly body: Body;
  readonly location: string;
  readonly start: number;
  readonly end: number;
  readonly startZone: ItemZone;
  readonly endZone: ItemZone;
  readonly allDay: boolean;
  readonly showAs: ShowAs;
  readonly sensitivity: Sensitivity;
  readonly importance: 'Low' | 'Normal' | 'High';
  readonly categories: readonly string[];
  readonly reminderIsSet: boolean;
  readonly reminderMinutes: number;
  readonly extended: ReadonlyMap<string, ExtendedProperty>;
  readonly organizer: Recipient;
  readonly attendees: readonly Attendee[];
  readonly isMeeting: boolean;
  readonly isCancelled: boolean;
  readonly requestWasSent: boolean;
  readonly responseRequested: boolean;
  readonly allowNewTimeProposal: boolean;
  readonly myResponse: ResponseType;
  /** 0 appointment, 1 organiser's meeting, 3 received, 5 cancelled by organiser, 7 cancelled at attendee (MS-OXWSMTGS). */
  readonly appointmentState: number;
  readonly sequence: number;
  readonly replyTime: number | null;
  /** Where people join an online meeting; null: it is none. */
  readonly onlineMeetingUrl: string | null;
}

/**
 * The pattern of a master, with what was changed in it. Keys are the days on which the pattern put an occurrence.
 * `deletedDays` has the start that a deleted occurrence had of its own, null where it was that of the pattern.
 */
export interface Series {
  readonly recurrence: Recurrence;
  readonly exceptions: ReadonlyMap<number, Partial<ItemContent>>;
  readonly deletedDays: ReadonlyMap<number, number | null>;
}

export interface StoredItem {
  readonly id: string;
  /** The id that it was created with; a move within the mailbox keeps it (Microsoft Learn, "Obtain immutable identifiers"). */
  readonly bornAs: string;
  /** Counts items of the server; ids of sync states are made of it. */
  readonly ordinal: number;
  readonly mailbox: Mailbox;
  folder: Folder;
  changeKey: string;
  readonly created: number;
  modified: number;
  uid: string;
  content: ItemContent;
  series: Series | null;
  /** The assistant has still to touch it. */
  untouched: boolean;
}

/** One write, for those who watch the store. */
export interface StoreChange {
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly item: StoredItem;
  readonly folder: Folder;
  /** Number of the change; later ones have greater numbers. */
  readonly at: number;
  /** What an updated item was until now. */
  readonly before: ItemBefore | null;
  /** The item as it was where it came from: this is one of the two writes of its move within the mailbox. */
  readonly moved: StoredItem | null;
}

export interface ItemBefore {
  readonly content: ItemContent;
  readonly series: Series | null;
  readonly changeKey: string;
  readonly modified: number;
}

/** The life of one item in one folder, for SyncFolderItems. */
export interface FolderEntry {
  readonly itemId: string;
  readonly ordinal: number;
  readonly created: number;
  changed: number;
  /** `movedTo`: the item lives on under the same id elsewhere. */
  state: 'here' | 'deleted' | 'movedOn';
}

export interface Folder {
  readonly id: string;
  readonly mailbox: Mailbox;
  readonly parent: Folder | null;
  name: string;
  readonly folderClass: string;
  readonly distinguished: 'calendar' | 'deleteditems' | 'msgfolderroot' | null;
  canWrite: boolean;
  readonly items: Map<string, StoredItem>;
  readonly entries: Map<string, FolderEntry>;
  /** All changes in order; an entry whose `changed` is later than `at` appears again further on. */
  readonly log: { readonly at: number; readonly entry: FolderEntry }[];
}

export interface Mailbox {
  readonly address: string;
  readonly displayName: string;
  readonly zone: ItemZone;
  /** A room or equipment mailbox. */
  readonly isRoom: boolean;
  processing: CalendarProcessing;
  /** An older mailbox server, behind the one that answers for it; null: the same. */
  livesOn: ServerVersion | null;
  readonly folders: Map<string, Folder>;
  readonly root: Folder;
  readonly calendar: Folder;
  readonly deletedItems: Folder;
}

export type { Pattern, Range, Recurrence };
