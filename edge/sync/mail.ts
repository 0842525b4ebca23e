/**
 * Who gets mail because of a write. What a person changes of their own meeting, those who are invited are told: by
 * Exchange where it was changed in Liferay, by Liferay where it was changed in Exchange. Nobody is told of what is over,
 * nor of what was found when the state was new or lost.
 */
import type { CalendarEvent } from '#core/event.ts';
import { type Failure, failure } from '#core/failure.ts';
import { withFields } from '#core/merge.ts';
import { lastEndMs } from '#core/occurrences.ts';
import { isOrganised } from '#core/responses.ts';
import type { InvitationIntent } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { Act } from './doing.ts';
import type { Engine } from './engine.ts';
import type { PairingSession } from './slice.ts';
import { fail, type WorkItem } from './work-item.ts';

/** Whether all of these are over. */
export function isOver({ effects }: Engine, events: readonly CalendarEvent[]): boolean {
  const nowMs = effects.clock.now();
  return events.every((event) => {
    const lastMs = lastEndMs(event);
    return lastMs !== null && lastMs <= nowMs;
  });
}

/** The intent of a write about this event alone. */
export function invitationsFor(engine: Engine, event: CalendarEvent): InvitationIntent {
  return isOver(engine, [event]) ? 'none' : 'all';
}

/** Says who is told by Exchange, and sets aside what would be told to anybody else, or by Liferay without need. */
export function weighMail(engine: Engine, pairing: PairingSession, work: WorkItem, act: Act): void {
  work.mail = intentOf(engine, work, act);
  const writesMeeting =
    act.actions.some(({ kind }) => kind.endsWith('Exchange') && kind !== 'respondExchange') &&
    eventsOf(work, act).some(isOrganised);
  if (writesMeeting && work.mail === 'none' && !pairing.mailbox.capabilities.canSuppressMail) {
    fail(work, failure('mailNotSuppressible', 'Exchange would mail the attendees of this meeting.'));
  }
  const isTold = touchedRows(work, act).some((row) => (row?.invitees.length ?? 0) > 0);
  if (isTold && !isOrganisers(engine, pairing, work, act)) {
    leaveRow(
      work,
      act,
      failure('mailNotSuppressible', 'Liferay would mail the people who are invited to this booking.'),
    );
  }
}

/**
 * What was changed in Liferay goes to Exchange all the same: of a single meeting all of it, of a series that has
 * occurrences which Liferay cannot show its texts. The row stays as it is, with the reason,
 * and what was changed in Exchange counts as not seen yet: it comes to the row when that may be written.
 */
function leaveRow(work: WorkItem, act: Act, reason: Failure): void {
  const { agreement, link } = work;
  const writes = act.actions.find((action) => action.kind === 'updateExchange');
  const unshown = act.actions.flatMap((action) => (action.kind === 'updateLiferay' ? action.fields : []));
  const isSingle = [agreement?.base, act.base].every((event) => event?.recurrence === null);
  // Of a series, where no occurrence and no time has to go to Exchange with it: what Exchange has of these stays as it is.
  const isApart = unshown.every((field) => field === 'exceptions') && !writes?.fields.some(isOfTimes);
  const isEdit = !link.quiet && !act.putBack && act.uninvited.length === 0 && unshown.length > 0;
  if (!agreement || !act.base || !writes || !(isSingle || isApart) || !isEdit) {
    fail(work, reason);
    return;
  }
  work.plan = { ...act, actions: [writes], base: withFields(act.base, agreement.base, unshown) };
  work.rowWrites = null;
  work.unshown = unshown;
  work.remark = reason;
}

function isOfTimes(field: EventField): boolean {
  return field === 'when' || field === 'exceptions';
}

/** The event as it is in Exchange, and as it shall be. */
function eventsOf({ exchange }: WorkItem, { base }: Act): readonly CalendarEvent[] {
  return [...(exchange.kind === 'present' ? [exchange.event] : []), ...(base === null ? [] : [base])];
}

function intentOf(engine: Engine, work: WorkItem, act: Act): InvitationIntent {
  const events = eventsOf(work, act);
  if (work.link.quiet || !events.some(isOrganised) || isOver(engine, events)) return 'none';
  // Invitations that its organiser keeps back are not sent because of a change of anything but the invitees.
  const invites = act.actions.some((action) => 'fields' in action && action.fields.includes('attendees'));
  if (work.exchange.kind === 'present' && work.exchange.event.unsent && !invites) return 'none';
  // Two halves that meet again are made alike, which nobody asked for.
  const isNew = act.actions.some(({ kind }) => kind === 'createExchange');
  return work.agreement === null && !isNew ? 'none' : 'all';
}

/**
 * Whether what is written in Liferay is what the organiser did in Exchange since both sides agreed: then those who are
 * invited may well be told, which Liferay does whatever we ask for. A deletion for good it tells nobody
 * (CalendarBookingLocalServiceImpl.deleteCalendarBooking).
 */
function isOrganisers(engine: Engine, { row }: PairingSession, work: WorkItem, act: Act): boolean {
  const { agreement, exchange, link } = work;
  if (!agreement || link.quiet || act.putBack) return false;
  if (exchange.kind === 'present' && exchange.event.meeting && !isOrganised(exchange.event)) return false;
  const over = isOver(engine, [agreement.base, ...eventsOf(work, act)]);
  if (act.actions.some(({ kind }) => kind === 'deleteLiferay')) return !over || !row.recycleBin;
  const fields = act.actions.flatMap((action) => (action.kind === 'updateLiferay' ? action.fields : []));
  const theirs = shownBy(act.changed.exchange);
  return !over && fields.length > 0 && fields.every((field) => theirs.has(field));
}

/** What may be shown otherwise in Liferay because of changes of these fields in Exchange. */
function shownBy(changed: readonly EventField[]): ReadonlySet<EventField> {
  if (changed.length === 0) return new Set();
  // Changed occurrences follow their series, and what becomes private loses its texts.
  const texts = changed.includes('sensitivity') ? (['title', 'description', 'location'] as const) : [];
  return new Set([...changed, 'exceptions', ...texts]);
}

/** The rows in Liferay that would be changed or removed. */
function touchedRows(work: WorkItem, { actions }: Act): readonly (PortalBooking | null)[] {
  if (actions.some(({ kind }) => kind === 'deleteLiferay')) {
    return [work.seenBooking, ...work.rows.map(({ now }) => now)];
  }
  const { update, remove } = work.rowWrites ?? { update: [], remove: [] };
  return [...update.map(({ planned }) => planned), ...remove.map(({ now }) => now)];
}
