/** One link on its way through a batch: what is stored of it, what was read, and what came of it. */
import { canonicalJson } from '#core/canonical-json.ts';
import type { CalendarEvent } from '#core/event.ts';
import type { Failure } from '#core/failure.ts';
import type { Agreement, Plan, SideState } from '#core/plan.ts';
import type { MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type {
  IntentRow,
  LinkContentRow,
  LinkRow,
  LinkWithContent,
  NewChange,
  NewIntent,
} from '#store/sync.repository.ts';

export interface WorkItem {
  readonly link: LinkRow;
  readonly intent: IntentRow | null;
  /** A person approved what the mass-change guard held. */
  readonly approved: boolean;
  agreement: Agreement | null;
  /** The booking as last seen, so that an update needs no read when only Exchange changed. */
  seenBooking: PortalBooking | null;
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
  /** Set when the item is done with, successfully or not. */
  outcome: Outcome | null;
  readonly changes: Omit<NewChange, 'id' | 'pairingId' | 'linkId' | 'at'>[];
}

/**
 * - `agreed`: both sides hold what they shall, as last read. `dirtyExchange`, `dirtyLiferay`: a side changed
 *   meanwhile and has to be looked at again.
 * - `half`: Liferay's row is left without an agreement, to be planned as a new one.
 */
export type Outcome =
  | {
      readonly kind: 'agreed';
      readonly base: CalendarEvent;
      readonly seenExchange: CalendarEvent;
      readonly seenBooking: PortalBooking;
      readonly dirtyExchange: boolean;
      readonly dirtyLiferay: boolean;
      /** The item was created just now; the folder's changes have still to report it. */
      readonly unreported: boolean;
    }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'leftAlone' }
  | { readonly kind: 'half'; readonly booking: PortalBooking }
  | { readonly kind: 'held'; readonly side: 'exchange' | 'liferay'; readonly deletion: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly uncertain: boolean };

function parseContent(content: LinkContentRow): { agreement: Agreement; booking: PortalBooking } {
  const booking = JSON.parse(content.seenLiferay) as PortalBooking;
  return {
    agreement: {
      base: JSON.parse(content.base) as CalendarEvent,
      seen: { exchange: JSON.parse(content.seenExchange) as CalendarEvent, liferay: booking.event },
    },
    booking,
  };
}

/** An agreement as it is stored. `booking`: the row, whose event is replaced by what was agreed to be seen of it. */
export function contentOf(linkId: string, agreement: Agreement, booking: PortalBooking): LinkContentRow {
  const { base, seen } = agreement;
  return {
    linkId,
    base: canonicalJson(base),
    seenExchange: canonicalJson(seen.exchange),
    seenLiferay: canonicalJson({ ...booking, event: seen.liferay }),
  };
}

export function workItem(row: LinkWithContent): WorkItem {
  const { link } = row;
  const parsed = row.content ? parseContent(row.content) : null;
  const unagreed = parsed === null;
  const onExchange = link.exchangeId !== null && link.exchangeState !== 'deleted';
  const onLiferay = link.liferayId !== null && link.liferayState !== 'deleted';
  return {
    link,
    intent: row.intent,
    approved: row.approved,
    agreement: parsed?.agreement ?? null,
    seenBooking: parsed?.booking ?? null,
    exchangeId: link.exchangeId,
    exchangeVersion: link.exchangeVersion,
    exchangeUid: link.exchangeUid,
    liferayId: link.liferayId,
    liferayVersion: link.liferayVersion,
    liferayUid: link.liferayUid,
    readExchange: onExchange && (link.exchangeDirty || link.exchangeState === 'unseen' || unagreed),
    readLiferay: onLiferay && (link.liferayDirty || link.liferayState === 'missing' || unagreed),
    exchange: sideOf(link.exchangeId, link.exchangeState === 'deleted', parsed?.agreement.seen.exchange),
    liferay: sideOf(link.liferayId, link.liferayState === 'deleted', parsed?.agreement.seen.liferay),
    absorbed: [],
    matched: false,
    plan: null,
    announced: null,
    outcome: null,
    changes: [],
  };
}

/** What is known of a side without reading it. A side that must be read first is replaced by the read. */
function sideOf(id: string | null, deleted: boolean, seen: CalendarEvent | undefined): SideState {
  if (id === null) return { kind: 'none' };
  if (deleted) return { kind: 'gone' };
  return seen ? { kind: 'present', event: seen } : { kind: 'none' };
}

export function sawItem(work: WorkItem, item: MailboxItem): void {
  work.exchangeId = item.id;
  work.exchangeVersion = item.version;
  work.exchangeUid = item.uid;
  work.exchange = { kind: 'present', event: item.event };
  work.readExchange = false;
}

export function sawBooking(work: WorkItem, booking: PortalBooking): void {
  work.liferayId = booking.id;
  work.liferayVersion = booking.version;
  work.liferayUid = booking.uid;
  work.liferay = { kind: 'present', event: booking.event };
  work.seenBooking = booking;
  work.readLiferay = false;
}

export function fail(work: WorkItem, failure: Failure, uncertain = false): void {
  work.outcome ??= { kind: 'failed', failure, uncertain };
}

/** Still to be worked on. */
export function open(works: readonly WorkItem[]): readonly WorkItem[] {
  return works.filter((work) => work.outcome === null);
}
