/**
 * The field-wise three-way merge. A side changed a field when the field differs from what that side was last seen
 * to hold after agreement, never from what we believe it would have made of our write: so a server that rewrites
 * text in a way that nobody foresaw is no editor.
 */
import { EVENT_FIELDS, type EventField } from '#shared/event-fields.ts';
import { addressesOf, type InviteeEdits, NOBODY, sameAttendees, withInvitees } from './attendees.ts';
import { sameJson } from './canonical-json.ts';
import type { CalendarEvent, EventTime, OccurrenceField, Recurrence } from './event.ts';
import { normaliseExceptions, sameExceptions } from './exceptions.ts';
import {
  editableInLiferay,
  editableOccurrenceFields,
  LIFERAY_FIELDS,
  liferayView,
  shownList,
} from './liferay-view.ts';
import { changedOccurrences, mergeExceptions } from './merge-exceptions.ts';
import { type Written, writtenByPeople } from './participants.ts';
import { canonicalRecurrence } from './recurrence-dates.ts';
import { isOrganised } from './responses.ts';

/** Where people edit: every event is compared and written on these two. */
export type Side = 'exchange' | 'liferay';
/** Whose edit stands where both sides edited one field. */
export type ConflictPolicy = Side;

function sameTime(a: EventTime, b: EventTime, zoneMatters: boolean): boolean {
  if (a.kind !== b.kind || a.start !== b.start || a.end !== b.end) return false;
  return !zoneMatters || a.kind === 'allDay' || b.kind === 'allDay' || a.zone === b.zone;
}

/** The rule in the one spelling that all those have that name the same dates. */
function ruleOf({ recurrence, time }: CalendarEvent): Recurrence | null {
  return recurrence === null ? null : canonicalRecurrence(recurrence, time);
}

/**
 * Whether two events agree in one field. The zone of a time counts on the Exchange side only: a Liferay booking has
 * none of its own, it is read in its calendar's.
 */
export function sameField(side: Side, field: EventField, a: CalendarEvent, b: CalendarEvent): boolean {
  if (field === 'when') {
    return sameTime(a.time, b.time, side === 'exchange') && sameJson(ruleOf(a), ruleOf(b));
  }
  if (field === 'exceptions') return sameExceptions(a.exceptions, b.exceptions);
  if (field === 'attendees') return sameAttendees(a, b);
  return sameJson(a[field], b[field]);
}

/** Fields in which `now` differs from `seen`, among those that `side` can hold. */
export function changedFields(side: Side, seen: CalendarEvent, now: CalendarEvent): readonly EventField[] {
  const fields = side === 'exchange' ? EVENT_FIELDS : LIFERAY_FIELDS;
  const whenChanged = !sameField(side, 'when', seen, now);
  return fields.filter((field) =>
    field === 'exceptions'
      ? changedOccurrences(seen, now, whenChanged).length > 0
      : !sameField(side, field, seen, now),
  );
}

function take(target: CalendarEvent, field: EventField, from: CalendarEvent, side: Side): CalendarEvent {
  if (field !== 'when') return { ...target, [field]: from[field] };
  // A Liferay booking carries its calendar's zone: the event keeps the zone that its organiser gave it.
  const time =
    side === 'liferay' && from.time.kind === 'timed' && target.time.kind === 'timed'
      ? { ...from.time, zone: target.time.zone }
      : from.time;
  return { ...target, time, recurrence: from.recurrence };
}

/** `event` with `fields` taken from `source` as they are. */
export function withFields(
  event: CalendarEvent,
  source: CalendarEvent,
  fields: readonly EventField[],
): CalendarEvent {
  let out = event;
  for (const field of fields) {
    out =
      field === 'when'
        ? { ...out, time: source.time, recurrence: source.recurrence }
        : { ...out, [field]: source[field] };
  }
  return normaliseExceptions(out);
}

/** An edit that gave way, for the history: whose, and of which fields. */
export interface LostEdit {
  readonly side: Side;
  readonly fields: readonly EventField[];
}

/** Three versions of one event: agreed (`base`), last seen on each side after that, and as each side is now. */
export interface MergeInput {
  readonly base: CalendarEvent;
  readonly seen: Readonly<Record<Side, CalendarEvent>>;
  readonly now: Readonly<Record<Side, CalendarEvent>>;
  readonly policy: ConflictPolicy;
  /** Whether anything may be written to Exchange; if not, an edit made in Liferay is put back. */
  readonly liferayMayWrite: boolean;
  /** A write of ours wiped exceptions in Exchange and did not come to writing them again. */
  readonly wiped?: boolean;
  /** What was done to the invitees in Liferay; what was done to the attendees in Exchange, its events tell. */
  readonly invitees?: InviteeEdits;
}

/** What a merge came to: the new agreement, and what it takes to get there. */
export interface Merge {
  readonly base: CalendarEvent;
  /** Fields to write, per side; an empty list: nothing to write there. */
  readonly write: Readonly<Record<Side, readonly EventField[]>>;
  readonly lost: readonly LostEdit[];
  /** Liferay edits that are taken back because Liferay may not write this event, or not these fields of it. */
  readonly putBack: readonly EventField[];
  /** Fields that came from outside, per side. */
  readonly changed: Readonly<Record<Side, readonly EventField[]>>;
  /** Addresses of invitees in Liferay who were taken out of the meeting in Exchange. */
  readonly uninvited: readonly string[];
}

/** Merges what both sides did since they last agreed. Pure and total. */
export function merge(input: MergeInput): Merge {
  const { base, seen, now, policy, invitees = NOBODY } = input;
  const byExchange = changedFields('exchange', seen.exchange, now.exchange);
  const byLiferay = changedFields('liferay', seen.liferay, now.liferay);
  const { onlineMeeting, meeting, cancelled, ownResponse } = now.exchange;
  const theirs = { ...base, onlineMeeting, meeting, cancelled, ownResponse };
  const editable = input.liferayMayWrite ? editableInLiferay(theirs) : [];
  const lostByExchange: EventField[] = [];
  const lostByLiferay: EventField[] = [];

  const isOurs = input.liferayMayWrite && (!meeting || isOrganised(theirs));
  const view = liferayView(now.exchange);
  // What is brought over is what people wrote: the list of participants below it is ours.
  const byPeople = writtenInLiferay(base, seen.liferay, now);
  const written = { ...now, liferay: byPeople.now };
  const edited = changedFields('liferay', byPeople.seen, byPeople.now);
  let agreed: CalendarEvent = { ...now.exchange, ...pickMerged(base) };
  for (const field of EVENT_FIELDS) {
    if (field === 'exceptions' || field === 'attendees') continue;
    const exchangeChanged = byExchange.includes(field);
    const liferayChanged = edited.includes(field) && editable.includes(field);
    if (!exchangeChanged && !liferayChanged) continue;
    // Liferay shows what Exchange has, also where that is only "Private" for a text: there is nothing to bring over.
    const alike = sameField('liferay', field, view, now.liferay);
    if (alike) agreed = take(agreed, field, now.exchange, 'exchange');
    else if (exchangeChanged && liferayChanged) {
      agreed = take(agreed, field, written[policy], policy);
      (policy === 'exchange' ? lostByLiferay : lostByExchange).push(field);
    } else if (exchangeChanged) agreed = take(agreed, field, now.exchange, 'exchange');
    else agreed = take(agreed, field, written.liferay, 'liferay');
  }

  const occurrences = mergeExceptions(
    {
      base,
      seen,
      now,
      written: byPeople,
      view,
      agreed,
      policy,
      editable: editable.includes('exceptions') ? editableOccurrenceFields(theirs) : [],
      exchangeStands: !isOurs,
      liferayStands: isOurs && invitees.invited.length > 0 ? unseenBy(byExchange) : [],
    },
    // Where nothing may be written, what Exchange's new rule wiped stays wiped; and where others would be told of it.
    { exchange: isOurs && !meeting && byExchange.includes('when'), liferay: byLiferay.includes('when') },
  );
  agreed = { ...agreed, exceptions: occurrences.exceptions };
  if (occurrences.lost.includes('exchange')) lostByExchange.push('exceptions');
  if (occurrences.lost.includes('liferay')) lostByLiferay.push('exceptions');

  if (isOurs) agreed = withInvitees(agreed, invitees);
  const isInvited = !sameAttendees(agreed, now.exchange);
  const uninvited = meeting && !isOrganised(theirs) ? [] : takenOut(seen.exchange, now.exchange, invitees);

  const lost: LostEdit[] = [];
  if (lostByExchange.length > 0) lost.push({ side: 'exchange', fields: lostByExchange });
  if (lostByLiferay.length > 0) lost.push({ side: 'liferay', fields: lostByLiferay });
  return {
    base: agreed,
    write: {
      exchange: input.liferayMayWrite
        ? toWrite('exchange', base, agreed, seen.exchange, now.exchange, input.wiped)
        : [],
      liferay: [
        ...toWrite('liferay', liferayView(base), liferayView(agreed), seen.liferay, now.liferay),
        ...(uninvited.length > 0 ? (['attendees'] as const) : []),
      ],
    },
    lost,
    putBack: byLiferay.filter(
      (field) =>
        !editable.includes(field) ||
        (field === 'exceptions' && occurrences.putBack) ||
        // Nothing was done but to the list of participants.
        (edited.length === 0 && byExchange.length === 0),
    ),
    changed: { exchange: byExchange, liferay: isInvited ? [...byLiferay, 'attendees'] : byLiferay },
    uninvited,
  };
}

/**
 * Of what a row shows, that of which Exchange's people changed nothing: where others are invited to the rows of single
 * occurrences, Liferay would mail them that these follow their series, and its organiser left them as they are.
 */
function unseenBy(changed: readonly EventField[]): readonly OccurrenceField[] {
  const texts = (['title', 'description', 'location'] as const).filter((field) => !changed.includes(field));
  return changed.includes('when') ? texts : [...texts, 'time'];
}

/** What people wrote in Liferay: the list of participants below it is ours, as it was agreed or as it is to be. */
function writtenInLiferay(base: CalendarEvent, seen: CalendarEvent, now: MergeInput['now']): Written {
  return writtenByPeople({ seen, now: now.liferay }, [shownList(base), shownList(now.exchange)]);
}

/** Fields that people changed in Liferay of an event that is gone from Exchange. */
export function editedInLiferay(
  base: CalendarEvent,
  seen: CalendarEvent,
  now: CalendarEvent,
): readonly EventField[] {
  const byPeople = writtenInLiferay(base, seen, { exchange: base, liferay: now });
  return changedFields('liferay', byPeople.seen, byPeople.now);
}

/** Invitees in Liferay who were taken out in Exchange since both sides agreed. */
function takenOut(seen: CalendarEvent, now: CalendarEvent, { invited }: InviteeEdits): readonly string[] {
  const were = addressesOf(seen);
  const are = addressesOf(now);
  return invited.filter((address) => were.has(address) && !are.has(address));
}

/** The merged fields of the agreement so far; the rest (attendees, organiser …) is always Exchange's. */
function pickMerged(base: CalendarEvent): Partial<CalendarEvent> {
  const { title, description, location, time, recurrence, exceptions } = base;
  const { showAs, sensitivity, reminderMinutes, categories, ownResponse } = base;
  return {
    title,
    description,
    location,
    time,
    recurrence,
    exceptions,
    showAs,
    sensitivity,
    reminderMinutes,
    categories,
    ownResponse,
  };
}

/**
 * A field is written when the agreement on it moved, or when an edit has to be taken back, and the side does not
 * hold it already. A difference that was there when both sides agreed (a rewritten text) is left alone.
 */
function toWrite(
  side: Side,
  before: CalendarEvent,
  after: CalendarEvent,
  seen: CalendarEvent,
  now: CalendarEvent,
  wiped = false,
): readonly EventField[] {
  const fields = side === 'exchange' ? EVENT_FIELDS : LIFERAY_FIELDS;
  return fields.filter(
    (field) =>
      !sameField(side, field, after, now) &&
      (!sameField(side, field, before, after) ||
        !sameField(side, field, seen, now) ||
        (wiped && field === 'exceptions')),
  );
}
