/**
 * The field-wise three-way merge. A side changed a field when the field differs from what that side was last seen
 * to hold after agreement, never from what we believe it would have made of our write: so a server that rewrites
 * text in a way that nobody foresaw is no editor.
 */
import { sameJson } from './canonical-json.ts';
import type { CalendarEvent, EventTime, MergeField } from './event.ts';
import { MERGE_FIELDS, NEUTRAL_EVENT } from './event.ts';

export type Side = 'exchange' | 'liferay';
export type ConflictPolicy = Side;

/** What a private event is called where others may read it. */
export const PRIVATE_TITLE = 'Private';

/** Fields that Liferay's calendar can hold at all. */
const LIFERAY_FIELDS: readonly MergeField[] = ['title', 'description', 'location', 'when'];

/** Private and confidential events keep their texts in Exchange: a Liferay calendar is read by its whole site. */
export function isPrivate(event: Pick<CalendarEvent, 'sensitivity'>): boolean {
  return event.sensitivity === 'private' || event.sensitivity === 'confidential';
}

/** The event as Liferay shall show it: what it cannot hold stands at its neutral value. */
export function liferayView(event: CalendarEvent): CalendarEvent {
  const { time, recurrence } = event;
  if (isPrivate(event)) return { ...NEUTRAL_EVENT, title: PRIVATE_TITLE, time, recurrence };
  const { title, description, location } = event;
  return { ...NEUTRAL_EVENT, title, description, location, time, recurrence };
}

/** Fields that a person in Liferay can edit with an effect on the agreed event. */
function editableInLiferay(base: CalendarEvent): readonly MergeField[] {
  return isPrivate(base) ? ['when'] : LIFERAY_FIELDS;
}

function sameTime(a: EventTime, b: EventTime, zoneMatters: boolean): boolean {
  if (a.kind !== b.kind || a.start !== b.start || a.end !== b.end) return false;
  return !zoneMatters || a.kind === 'allDay' || b.kind === 'allDay' || a.zone === b.zone;
}

/**
 * Whether two events agree in one field. The zone of a time counts on the Exchange side only: a Liferay booking has
 * none of its own, it is read in its calendar's.
 */
export function sameField(side: Side, field: MergeField, a: CalendarEvent, b: CalendarEvent): boolean {
  if (field === 'when') {
    return sameTime(a.time, b.time, side === 'exchange') && sameJson(a.recurrence, b.recurrence);
  }
  return sameJson(a[field], b[field]);
}

/** Fields in which `now` differs from `seen`, among those that `side` can hold. */
export function changedFields(side: Side, seen: CalendarEvent, now: CalendarEvent): readonly MergeField[] {
  const fields = side === 'exchange' ? MERGE_FIELDS : LIFERAY_FIELDS;
  return fields.filter((field) => !sameField(side, field, seen, now));
}

function take(target: CalendarEvent, field: MergeField, from: CalendarEvent, side: Side): CalendarEvent {
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
  fields: readonly MergeField[],
): CalendarEvent {
  let out = event;
  for (const field of fields) {
    out =
      field === 'when'
        ? { ...out, time: source.time, recurrence: source.recurrence }
        : { ...out, [field]: source[field] };
  }
  return out;
}

/**
 * After a write whose answer was lost: where a side now holds what the write was to bring, that is ours and not an
 * edit. `planned`: what the side held when the write was planned; `intended`: what it was to hold; `seen`: what it
 * held when both last agreed.
 * @returns `seen`, with the fields that our write brought
 */
export function absorbOwnWrite(
  side: Side,
  seen: CalendarEvent,
  planned: CalendarEvent,
  intended: CalendarEvent,
  now: CalendarEvent,
): CalendarEvent {
  const ours = changedFields(side, planned, intended).filter((field) =>
    sameField(side, field, intended, now),
  );
  return withFields(seen, now, ours);
}

export interface LostEdit {
  readonly side: Side;
  readonly fields: readonly MergeField[];
}

export interface MergeInput {
  readonly base: CalendarEvent;
  readonly seen: Readonly<Record<Side, CalendarEvent>>;
  readonly now: Readonly<Record<Side, CalendarEvent>>;
  readonly policy: ConflictPolicy;
  /** Whether an edit made in Liferay may reach Exchange; if not, Liferay's row is put back. */
  readonly liferayMayWrite: boolean;
}

export interface Merge {
  readonly base: CalendarEvent;
  /** Fields to write, per side; an empty list: nothing to write there. */
  readonly write: Readonly<Record<Side, readonly MergeField[]>>;
  readonly lost: readonly LostEdit[];
  /** Liferay edits that are taken back because Liferay may not write this event, or not these fields of it. */
  readonly putBack: readonly MergeField[];
  /** Fields that came from outside, per side. */
  readonly changed: Readonly<Record<Side, readonly MergeField[]>>;
}

/** Merges what both sides did since they last agreed. Pure and total. */
export function merge(input: MergeInput): Merge {
  const { base, seen, now, policy } = input;
  const byExchange = changedFields('exchange', seen.exchange, now.exchange);
  const byLiferay = changedFields('liferay', seen.liferay, now.liferay);
  const editable = input.liferayMayWrite ? editableInLiferay(base) : [];
  const putBack = byLiferay.filter((field) => !editable.includes(field));
  const lostByExchange: MergeField[] = [];
  const lostByLiferay: MergeField[] = [];

  let agreed: CalendarEvent = { ...now.exchange, ...pickMerged(base) };
  for (const field of MERGE_FIELDS) {
    const exchangeChanged = byExchange.includes(field);
    const liferayChanged = byLiferay.includes(field) && editable.includes(field);
    if (exchangeChanged && liferayChanged) {
      const alike = sameField('liferay', field, liferayView(now.exchange), now.liferay);
      const winner: Side = alike ? 'exchange' : policy;
      agreed = take(agreed, field, now[winner], winner);
      if (!alike) (winner === 'exchange' ? lostByLiferay : lostByExchange).push(field);
    } else if (exchangeChanged) agreed = take(agreed, field, now.exchange, 'exchange');
    else if (liferayChanged) agreed = take(agreed, field, now.liferay, 'liferay');
  }

  const lost: LostEdit[] = [];
  if (lostByExchange.length > 0) lost.push({ side: 'exchange', fields: lostByExchange });
  if (lostByLiferay.length > 0) lost.push({ side: 'liferay', fields: lostByLiferay });
  return {
    base: agreed,
    write: {
      exchange: toWrite('exchange', base, agreed, seen.exchange, now.exchange),
      liferay: toWrite('liferay', liferayView(base), liferayView(agreed), seen.liferay, now.liferay),
    },
    lost,
    putBack,
    changed: { exchange: byExchange, liferay: byLiferay },
  };
}

/** The merged fields of the agreement so far; the rest (attendees, response …) is always Exchange's. */
function pickMerged(base: CalendarEvent): Partial<CalendarEvent> {
  const { title, description, location, time, recurrence, showAs, sensitivity, reminderMinutes, categories } =
    base;
  return { title, description, location, time, recurrence, showAs, sensitivity, reminderMinutes, categories };
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
): readonly MergeField[] {
  const fields = side === 'exchange' ? MERGE_FIELDS : LIFERAY_FIELDS;
  return fields.filter(
    (field) =>
      !sameField(side, field, after, now) &&
      (!sameField(side, field, before, after) || !sameField(side, field, seen, now)),
  );
}
