/** One link on its way through a batch: what is stored of it, what was read, and what came of it. */
import { type InviteeEdits, NOBODY } from '#core/attendees.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import {
  type CalendarEvent,
  type DateText,
  type Disclosure,
  type Exceptions,
  NEUTRAL_EVENT,
} from '#core/event.ts';
import type { Failure } from '#core/failure.ts';
import { liferayView } from '#core/liferay-view.ts';
import type { Agreement, Plan, SideState } from '#core/plan.ts';
import type { Departure } from '#core/plan-invitation.ts';
import type { Undo } from '#core/plan-undo.ts';
import type { RowKey, RowState } from '#core/rows.ts';
import type { InvitationIntent, MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';
import {
  type Choice,
  type Decision,
  type ExceptionRow,
  type IntentRow,
  type LinkContentRow,
  type LinkRow,
  type LinkWithContent,
  type NewChange,
  type NewIntent,
  ROWS_DOUBTFUL,
  ROWS_UNWRITTEN,
  type UndoRow,
} from '#store/sync-rows.ts';
import { disclosed } from './disclosure.ts';
import { responseOf } from './row-status.ts';
import type { RowWrites } from './rows.ts';

/** A row of the event in Liferay beside the one that the link names. */
export interface FurtherRow {
  /** As stored. */
  readonly stored: ExceptionRow;
  readonly key: RowKey;
  /** As it was when both sides agreed; null: it came since. */
  readonly agreed: PortalBooking | null;
  /** As it is, null if it is gone; meaningless while it is to be read. */
  now: PortalBooking | null;
  read: boolean;
}

/** A link while it is worked on. The steps of a batch fill it in one after the other. */
export interface WorkItem {
  readonly link: LinkRow;
  readonly intent: IntentRow | null;
  /** What a person said to what the mass-change guard held. */
  readonly decision: Decision | null;
  /** What a person takes back of what was done to it; null: nothing. */
  readonly undo: Undoing | null;
  /** What a person decided where it matches several events. */
  readonly choice: Choice | null;
  agreement: Agreement | null;
  /** The link's own row as last seen, so that an update needs no read when only Exchange changed. */
  seenBooking: PortalBooking | null;
  /** That row as it was when both sides agreed. */
  agreedBooking: PortalBooking | null;
  /** An earlier version did not write down who is invited to it. */
  readonly inviteesUnknown: boolean;
  /** What was done to its invitees in Liferay since both sides agreed. */
  invitees: InviteeEdits;
  /** Whom nobody asks, because the booking was only found: what a pairing that previews lets people decide on. */
  unasked: readonly string[];
  /** The addresses behind the calendars that are invited to it, by calendar. */
  invitedAddresses: ReadonlyMap<string, string>;
  /** What people shall know of it though it is in step. */
  remark: Failure | null;
  /** Fields that were changed in Exchange and cannot be shown in Liferay now: they count as not seen. */
  unshown: readonly EventField[];
  /** Who gets mail because of what is written in Exchange. */
  mail: InvitationIntent;
  /** Which of the event's rows it is. */
  key: RowKey;
  rows: FurtherRow[];
  /** Stored further rows that took the place of the link's own. */
  readonly inherited: string[];
  /** The rows do not say what the event says, though nobody edited it: they are to be written again. */
  untidy: boolean;
  /** What was agreed on may never have come to the rows: they are measured against it, whatever they said before. */
  unwritten: boolean;
  /** A write of ours that nobody wrote down came to the rows: that they have another version tells nothing. */
  wroteRows: boolean;
  /** Rows with a person's edit that the event does not have: written over, they are in the history. */
  refused: readonly PortalBooking[];
  /** Exceptions were to be written in Exchange, perhaps again after a new rule wiped them, and may not have been. */
  wiped: boolean;
  /** Where the event is booked directly in a room's calendar: how far that is. See the table. */
  claim: LinkRow['claim'];
  /** Of an invitation: the dates that the organiser's own row leaves out; null: nobody asked, or nobody knows. */
  organisersDates: readonly DateText[] | null;
  /** Of an invitation: original starts of the occurrences that its organiser deleted, as far as that had to be known. */
  cancelledDates: ReadonlySet<DateText>;
  /** Of an invitation: the organiser's rows with which Liferay did not keep these in step. */
  readonly leftBehind: Map<RowKey, PortalBooking>;
  /** Of an invitation whose row is gone: who took it away. */
  departure: Departure;
  /** How the rows shall be written; null before that is decided, and where nothing is. */
  rowWrites: RowWrites | null;
  /** Ids, versions and UIDs as they are now; the record writes them back. */
  exchangeId: string | null;
  exchangeVersion: string | null;
  exchangeUid: string | null;
  liferayId: string | null;
  liferayVersion: string | null;
  liferayUid: string | null;
  /** Whether a side has to be read before planning. */
  readExchange: boolean;
  readLiferay: boolean;
  exchange: SideState;
  liferay: SideState;
  /** Half-links that turned out to be the other half of this one. */
  readonly absorbed: string[];
  /** The other half was found in this batch. */
  matched: boolean;
  plan: Plan | null;
  /** This run's own write was announced; an intent that was there before is replaced by it. */
  announced: NewIntent['operation'] | null;
  /** There was no time to read all of it: it stays as it is, for another batch. */
  unread: boolean;
  /** Set when the item is done with, successfully or not. */
  outcome: Outcome | null;
  readonly changes: Omit<NewChange, 'id' | 'pairingId' | 'linkId' | 'at'>[];
}

/**
 * - `agreed`: both sides hold what they shall, as last read. `dirtyExchange`, `dirtyLiferay`: a side changed
 *   meanwhile and has to be looked at again.
 * - `proposed`: planned by a pairing that previews, and left at that.
 * - `waits`: what came of the organiser's row is not known yet; it is looked at again.
 * - `restored`: made in Exchange again; it is copied from there as any other item.
 * - `half`: Liferay's row is left without an agreement, to be planned as a new one.
 */
export type Outcome =
  | {
      readonly kind: 'agreed';
      readonly base: CalendarEvent;
      readonly seenExchange: CalendarEvent;
      /** The link's own row, and the further ones by what they stand for. */
      readonly seenBooking: PortalBooking;
      readonly rows: ReadonlyMap<RowKey, PortalBooking>;
      readonly dirtyExchange: boolean;
      readonly dirtyLiferay: boolean;
      /** The item was created just now; the folder's changes have still to report it. */
      readonly unreported: boolean;
      /** Part of it was refused: the link keeps what was reached, and the reason. */
      readonly failure: Failure | null;
    }
  /** The room was not to be had, and the rows say so. `keepsItem`: Exchange has the event as it was agreed on. */
  | { readonly kind: 'declined'; readonly failure: Failure; readonly keepsItem: boolean }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'proposed' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'leftAlone' }
  | { readonly kind: 'waits' }
  | { readonly kind: 'restored' }
  | { readonly kind: 'half'; readonly booking: PortalBooking }
  /** `fields`: what would be written; null for a deletion. */
  | {
      readonly kind: 'held';
      readonly side: 'exchange' | 'liferay';
      readonly fields: readonly EventField[] | null;
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly uncertain: boolean };

/** An event as it is stored: one that an earlier version stored lacks the fields that came since. */
export function storedEvent(json: string): CalendarEvent {
  return withDefaults(JSON.parse(json) as StoredEvent);
}

/** A booking as it is stored. */
export function storedBooking(json: string): PortalBooking {
  const booking = JSON.parse(json) as StoredBooking;
  const { ruleFailure = null, invitees = [] } = booking;
  return { ...booking, ruleFailure, invitees, event: withDefaults(booking.event) };
}

/** An earlier version wrote down no invitees, but whether there are any. */
type StoredBooking = Omit<PortalBooking, 'ruleFailure' | 'invitees'> &
  Partial<Pick<PortalBooking, 'ruleFailure' | 'invitees'>> & { readonly hasInvitees?: boolean };

/** What the core has to know of a booking. */
export function rowState({ event, ruleFailure, carried, status }: PortalBooking): RowState {
  const response = responseOf(status);
  return { event, ruleFailure, rule: carried.recurrence, ...(response === undefined ? {} : { response }) };
}

type StoredEvent = Partial<CalendarEvent> & Pick<CalendarEvent, 'time'>;

function withDefaults(event: StoredEvent): CalendarEvent {
  // Only a meeting was stored with its organiser before events said that they are one.
  const whole = { ...NEUTRAL_EVENT, meeting: (event.organizer ?? null) !== null, ...event };
  return { ...whole, exceptions: withResponses(whole) };
}

/** Occurrences were stored without a response before one could differ in it. */
function withResponses({ exceptions, ownResponse }: CalendarEvent): Exceptions {
  const entries = Object.entries(exceptions).map(
    ([date, is]) => [date, is === 'deleted' ? is : { ...{ ownResponse }, ...is }] as const,
  );
  return Object.fromEntries(entries);
}

interface ParsedContent {
  readonly agreement: Agreement;
  readonly booking: PortalBooking;
  /** An earlier version read the item and did not see all that this one does. */
  readonly isOutdated: boolean;
  /** The same of the row, to which somebody is invited. */
  readonly inviteesUnknown: boolean;
}

function parseContent(content: LinkContentRow): ParsedContent {
  const base = storedEvent(content.base);
  const seen = JSON.parse(content.seenExchange) as StoredEvent;
  const exchange = withDefaults(seen);
  return {
    isOutdated: seen.meeting === undefined,
    // What Liferay was seen to show is told by its rows: an edit is what they show otherwise since.
    agreement: { base, seen: { exchange, liferay: liferayView(base) } },
    booking: storedBooking(content.seenLiferay),
    inviteesUnknown: (JSON.parse(content.seenLiferay) as StoredBooking).hasInvitees === true,
  };
}

/** An agreement as it is stored, with what Exchange and the link's own row held then. */
export function contentOf(
  linkId: string,
  base: CalendarEvent,
  seenExchange: CalendarEvent,
  booking: PortalBooking,
): LinkContentRow {
  return {
    linkId,
    base: canonicalJson(base),
    seenExchange: canonicalJson(seenExchange),
    seenLiferay: canonicalJson(booking),
  };
}

/** `restores`: the event is gone from both sides, and is to be made again. */
export interface Undoing {
  readonly edits: readonly Undo[];
  readonly restores: CalendarEvent | null;
}

function undoing({ edits, restores }: UndoRow): Undoing {
  const stored = JSON.parse(edits) as readonly (Omit<Undo, 'before'> & { readonly before: StoredEvent })[];
  return {
    edits: stored.map((each) => ({ ...each, before: withDefaults(each.before) })),
    restores: restores === null ? null : storedEvent(restores),
  };
}

/** A link without anything known of it but the link itself. */
export function halfItem(link: LinkRow, intent: IntentRow | null = null): WorkItem {
  return workItem({ link, content: null, intent, rows: [], decision: null, undo: null, choice: null });
}

/** A link as it is stored; what is still to be read is marked. */
export function workItem(row: LinkWithContent): WorkItem {
  const { link } = row;
  const parsed = row.content ? parseContent(row.content) : null;
  const unagreed = parsed === null;
  const mustSeeRow = unagreed || parsed.inviteesUnknown;
  const mustSeeItem = unagreed || parsed.isOutdated || link.exchangeState === 'unseen';
  const onExchange = link.exchangeId !== null && link.exchangeState !== 'deleted';
  const onLiferay = link.liferayId !== null && link.liferayState !== 'deleted';
  return {
    link,
    intent: row.intent,
    decision: row.decision,
    undo: row.undo === null ? null : undoing(row.undo),
    choice: row.choice,
    agreement: parsed?.agreement ?? null,
    seenBooking: parsed?.booking ?? null,
    agreedBooking: parsed?.booking ?? null,
    inviteesUnknown: parsed?.inviteesUnknown ?? false,
    invitees: NOBODY,
    unasked: [],
    invitedAddresses: new Map(),
    remark: null,
    unshown: [],
    mail: 'none',
    key: link.liferayKey as RowKey,
    rows: row.rows.map(furtherRow),
    inherited: [],
    untidy: link.rowsUntil === ROWS_DOUBTFUL,
    unwritten: link.rowsUntil === ROWS_DOUBTFUL || link.rowsUntil === ROWS_UNWRITTEN,
    wroteRows: false,
    refused: [],
    wiped: link.exceptionsDue,
    claim: link.claim,
    organisersDates: null,
    cancelledDates: new Set(),
    leftBehind: new Map(),
    departure: 'organiser',
    rowWrites: null,
    exchangeId: link.exchangeId,
    exchangeVersion: link.exchangeVersion,
    exchangeUid: link.exchangeUid,
    liferayId: link.liferayId,
    liferayVersion: link.liferayVersion,
    liferayUid: link.liferayUid,
    readExchange: onExchange && (link.exchangeDirty || mustSeeItem),
    readLiferay: onLiferay && (link.liferayDirty || link.liferayState === 'missing' || mustSeeRow),
    exchange: sideOf(link.exchangeId, link.exchangeState === 'deleted', parsed?.agreement.seen.exchange),
    liferay: sideOf(link.liferayId, link.liferayState === 'deleted', parsed?.agreement.seen.liferay),
    absorbed: [],
    matched: false,
    plan: null,
    announced: null,
    unread: false,
    outcome: null,
    changes: [],
  };
}

/** A further row as it is stored; one that may have changed since is marked to be read. */
export function furtherRow(stored: ExceptionRow): FurtherRow {
  const agreed = stored.seen === null ? null : storedBooking(stored.seen);
  const isGone = stored.liferayState === 'deleted';
  return {
    stored,
    key: stored.key as RowKey,
    agreed,
    now: isGone ? null : agreed,
    read: !isGone && (stored.dirty || stored.liferayState === 'missing' || agreed === null),
  };
}

/** What is known of a side without reading it. A side that must be read first is replaced by the read. */
function sideOf(id: string | null, deleted: boolean, seen: CalendarEvent | undefined): SideState {
  if (id === null) return { kind: 'none' };
  if (deleted) return { kind: 'gone' };
  return seen ? { kind: 'present', event: seen } : { kind: 'none' };
}

/** The item as it was read just now. */
export function sawItem(work: WorkItem, read: MailboxItem, disclosure: Disclosure): void {
  const item = disclosed(read, disclosure, work.agreement?.base ?? null);
  work.exchangeId = item.id;
  work.exchangeVersion = item.version;
  work.exchangeUid = item.uid;
  work.exchange = { kind: 'present', event: withUnplaced(work, item) };
  work.readExchange = false;
}

/**
 * Of an occurrence that was moved before it was deleted a server may report where it had been moved to: the exception
 * that was there when we last looked tells which one that is.
 */
export function withUnplaced({ agreement }: Pick<WorkItem, 'agreement'>, item: MailboxItem): CalendarEvent {
  const { event, unplaced } = item;
  if (unplaced.length === 0 || agreement === null) return event;
  const exceptions = { ...event.exceptions };
  for (const [date, was] of Object.entries(agreement.seen.exchange.exceptions)) {
    if (was === 'deleted' || exceptions[date] !== undefined) continue;
    if (unplaced.includes(was.time.start)) exceptions[date] = 'deleted';
  }
  return { ...event, exceptions };
}

/** The link's own row as it was read or written just now. */
export function sawBooking(work: WorkItem, booking: PortalBooking): void {
  work.liferayId = booking.id;
  work.liferayVersion = booking.version;
  work.liferayUid = booking.uid;
  work.liferay = { kind: 'present', event: booking.event };
  work.seenBooking = booking;
  work.readLiferay = false;
}

/** Ends the work on an item; what ended it before stands. `uncertain`: a write may have happened all the same. */
export function fail(work: WorkItem, failure: Failure, uncertain = false): void {
  work.outcome ??= { kind: 'failed', failure, uncertain };
}

/** Still to be worked on. */
export function open(works: readonly WorkItem[]): readonly WorkItem[] {
  return works.filter((work) => work.outcome === null && !work.unread);
}
