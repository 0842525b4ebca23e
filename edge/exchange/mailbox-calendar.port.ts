/**
 * The port to one mailbox's calendars. It fits EWS and Microsoft Graph: what a protocol cannot do it declares
 * in its capabilities, and the engine plans around that. All methods reject with RemoteFailure when the whole
 * call failed; what happened to one item among many is an outcome.
 */
import type {
  Attendee,
  CalendarEvent,
  ChangedOccurrence,
  DateText,
  InstantText,
  OccurrenceField,
} from '#core/event.ts';
import type { ExchangeAccess } from '#core/exchange-access.ts';
import type { Failure } from '#core/failure.ts';
import type { AddressReach } from '#core/ip-address.ts';
import type { Answer } from '#core/responses.ts';
import type { Interval, Slot } from '#core/rooms.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { Reason } from '#shared/reasons.ts';

/** What this server and protocol can do; the engine plans around the rest. */
export interface MailboxCapabilities {
  /** A write to an item with attendees can be made without any mail (EWS SendToNone). Graph cannot. */
  readonly canSuppressMail: boolean;
  /** A write can be bound to the version that it was planned on. */
  readonly canCompareAndSet: boolean;
  /** Items can be found by our stamp, so that a create whose answer was lost can be looked up. */
  readonly searchableStamp: boolean;
  /** Changes of single occurrences are reported as such; otherwise the series must be read again and diffed. */
  readonly occurrenceDeltas: boolean;
  /** Items per read request, per write request, and changes per page, at most. A strained server is asked for less. */
  readonly readBatch: number;
  readonly writeBatch: number;
  readonly changesPage: number;
  /** Stretches of time in one question for what takes place in them. */
  readonly overlapBatch: number;
}

/** A calendar folder of the mailbox. */
export interface MailboxFolder {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly canWrite: boolean;
}

/** That an item changed or went, not what it holds: that is read. */
export type MailboxChange =
  | { readonly kind: 'changed'; readonly id: string; readonly version: string }
  | { readonly kind: 'deleted'; readonly id: string };

/** A part of what changed in a folder. */
export interface MailboxChangePage {
  readonly changes: readonly MailboxChange[];
  /** Opaque; store it together with the changes of this page. */
  readonly cursor: string;
  readonly more: boolean;
}

/** One item as it stands in the mailbox. */
export interface MailboxItem {
  readonly id: string;
  readonly version: string;
  /** iCalendar UID as the server returns it. */
  readonly uid: string;
  /** Our stamp, if the item was created by us. A copy made in Outlook carries it too. */
  readonly stamp: string | null;
  readonly folderId: string;
  /** A series comes with all its exceptions, in normal form. */
  readonly event: CalendarEvent;
  /**
   * Starts of deleted occurrences that are on no date of the rule. Of an occurrence that was moved before it was
   * deleted some servers report where it had been moved to: whoever knows that exception knows its date.
   */
  readonly unplaced: readonly InstantText[];
}

/**
 * `failed` is an item that exists and that we cannot represent: `park` reasons, or a transient one. `unread` is one
 * that the read did not come to, because it was not to go on.
 */
export type MailboxRead =
  | { readonly kind: 'item'; readonly item: MailboxItem }
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'unread'; readonly id: string }
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly version: string | null;
      readonly failure: Failure;
    };

/** Who gets mail because of a write. No server keeps its promise of "changed only", so it is not offered. */
export type InvitationIntent = 'none' | 'all';

/** An item that is to be made. */
export interface MailboxCreate {
  /** Comes back from findByStamp. Unique for each create that is intended. */
  readonly stamp: string;
  /** The UID that the new item shall have. */
  readonly uid: string;
  /** Without its exceptions, if it has any: an item is made first and its occurrences are changed then. */
  readonly event: CalendarEvent;
  readonly invitations: InvitationIntent;
}

/** Who is to be invited to an item, and who is taken out of it. All others stay, whatever is known of them. */
export interface AttendeeChange {
  readonly added: readonly Attendee[];
  /** Addresses. */
  readonly removed: readonly string[];
}

/** An item that is to be changed. */
export interface MailboxUpdate {
  readonly id: string;
  /** The version that the plan was made on; the write fails with `changedMeanwhile` if it is not the present one. */
  readonly version: string;
  /**
   * The whole target event; only `fields` of it are written, `exceptions` never (see `writeOccurrences`), and of
   * `attendees` nothing but the change.
   */
  readonly event: CalendarEvent;
  readonly fields: readonly EventField[];
  readonly attendees?: AttendeeChange;
  /** The item is a series now, so that a single event without a rule is not cleared of one. */
  readonly wasSeries: boolean;
  readonly invitations: InvitationIntent;
}

/**
 * One occurrence of a series is to be deleted or changed. A deleted one cannot be brought back by any write but a new
 * `when` of the series, and a changed one not be made unchanged: it gets the contents that its series gives it.
 */
export interface MailboxOccurrenceWrite {
  /** The item of the series, and the version of it that the plan was made on. */
  readonly id: string;
  readonly version: string;
  /** The series as the server holds it: from its rule follows which of its occurrences the one of `date` is. */
  readonly series: CalendarEvent;
  readonly date: DateText;
  readonly change:
    | 'deleted'
    /** The whole target occurrence; only `fields` of it are written. */
    | { readonly content: ChangedOccurrence; readonly fields: readonly OccurrenceField[] };
  readonly invitations: InvitationIntent;
}

/** An item that is to be deleted. */
export interface MailboxRemove {
  readonly id: string;
  readonly version: string;
  readonly invitations: InvitationIntent;
}

/** What the owner of the mailbox says to somebody else's meeting. */
export interface MailboxResponse {
  readonly id: string;
  readonly version: string;
  readonly response: Answer;
  /** One occurrence of the series, as the server holds it, by its original start; null: all of the item. */
  readonly occurrence: { readonly series: CalendarEvent; readonly date: DateText } | null;
  /** `all`: the organiser is told by mail. */
  readonly invitations: InvitationIntent;
}

/** `gone`: it was given, and there is no item under this id any more. Servers put away what was declined. */
export type MailboxResponded = MailboxWrite | { readonly kind: 'gone' };

/** `id` can differ from the one written to: some servers give a new one. */
export type MailboxWrite =
  | { readonly kind: 'written'; readonly id: string; readonly version: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A single event or one occurrence of a series, as it stands in the calendar. */
export interface MailboxSlot extends Slot {
  /** Of the event or of this occurrence. */
  readonly id: string;
}

/** An item that carries one of the stamps that were looked for. */
export interface StampMatch {
  readonly stamp: string;
  readonly id: string;
  readonly version: string;
}

/** One mailbox, opened for one identity. */
export interface MailboxCalendar {
  readonly capabilities: MailboxCapabilities;
  /** All calendar folders of the mailbox, the default one first. */
  listFolders(): Promise<readonly MailboxFolder[]>;
  /**
   * One page of changes since `cursor`; null: everything, as `changed`. At most `most`, else `changesPage` of them.
   * Rejects with `cursorInvalid`.
   */
  changes(folderId: string, cursor: string | null, most?: number): Promise<MailboxChangePage>;
  /**
   * One outcome for each id, in order. At most `readBatch` ids. Series with many changed occurrences take many requests:
   * `mayGoOn` is asked before each but the first of all. Whatever it says, one series is read to its end. No request
   * is for more than `most` items or occurrences, else `readBatch` of them.
   */
  read(ids: readonly string[], mayGoOn?: () => boolean, most?: number): Promise<readonly MailboxRead[]>;
  /** One outcome for each, in order. At most `writeBatch`. */
  create(folderId: string, creates: readonly MailboxCreate[]): Promise<readonly MailboxWrite[]>;
  update(updates: readonly MailboxUpdate[]): Promise<readonly MailboxWrite[]>;
  /**
   * One outcome for each, in order, with the id of the series and its new version. At most `writeBatch`, and at most
   * one for each series, because all its occurrences share its version.
   */
  writeOccurrences(writes: readonly MailboxOccurrenceWrite[]): Promise<readonly MailboxWrite[]>;
  /**
   * One outcome for each, in order, with the version that the item has now. At most `writeBatch`, one for each item. An
   * occurrence that was cancelled meanwhile asks for no answer: it counts as written, and nobody is told.
   */
  respond(responses: readonly MailboxResponse[]): Promise<readonly MailboxResponded[]>;
  /** Moves to Deleted Items, where a person can bring it back. An item already gone is `itemNotFound`. */
  remove(removes: readonly MailboxRemove[]): Promise<readonly MailboxWrite[]>;
  /**
   * Everything of the folder that touches one of the intervals, in no order: single events and each occurrence by
   * itself, also what is free, cancelled or declined. At most `overlapBatch` intervals, of any length. Rejects with
   * `answerTooLarge` where the calendar is too full to be told.
   */
  overlapping(folderId: string, intervals: readonly Interval[]): Promise<readonly MailboxSlot[]>;
  /** All items of the folder that carry one of the stamps. At most `writeBatch` stamps. */
  findByStamp(folderId: string, stamps: readonly string[]): Promise<readonly StampMatch[]>;
}

/** Exchange Web Services, which every server of an organisation speaks, or Microsoft Graph, which Exchange Online speaks. */
export type MailboxProtocol = 'ews' | 'graph';

/** How to reach a server and sign in. Opened from the domain's sealed sign-in; never logged. */
export interface MailboxServer extends ExchangeAccess {
  /** EWS endpoint, or the root of Graph with its version; https (http only where configuration allows it). */
  readonly endpoint: string;
  /** Default: ews. */
  readonly protocol?: MailboxProtocol;
  readonly timeoutMs: number;
  /** How far connections may go. Absent: the operator of the service named the endpoint, and they are not held. */
  readonly reach?: AddressReach;
  /** The address by which the server knows the mailbox, where it is another than the one that it was looked for by. */
  readonly knownAs?: string;
  /** The principal name or the SID (EWS only) by which its owner is named; absent: by the address. */
  readonly actAs?: string;
}

/** A mailbox whose server is asked for. */
export interface WantedMailbox {
  readonly address: string;
  /** Why the last request to it failed; it may have moved. Null: it did not. */
  readonly failed: Reason | null;
}

/** Where a mailbox is, once somebody has to know. Rejects with RemoteFailure when it cannot be found. */
export type LocateMailbox = () => Promise<MailboxServer>;

/**
 * Opens the calendars of one mailbox on a server; no request is made. `address` is an SMTP address. `ownerZone`: the
 * IANA zone in which its owner lives, whose midnights bound the all-day events that are written: in any other zone
 * Outlook shows such an event on two days.
 */
export type OpenMailbox = (
  server: MailboxServer | LocateMailbox,
  address: string,
  ownerZone: string,
) => MailboxCalendar;
