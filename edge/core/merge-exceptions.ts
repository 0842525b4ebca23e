/**
 * The exceptions of a series, merged occurrence by occurrence and there field by field. What a person did not touch
 * follows the series: an occurrence that only has another title moves along when the series gets another hour.
 */
import {
  type CalendarEvent,
  type ChangedOccurrence,
  type DateText,
  type Exceptions,
  OCCURRENCE_FIELDS,
  type OccurrenceField,
} from './event.ts';
import {
  differingFields,
  isSlot,
  normaliseExceptions,
  regularOccurrence,
  sameException,
  slotTime,
} from './exceptions.ts';
import { crossesNeighbour } from './neighbours.ts';
import type { Written } from './participants.ts';

type Side = 'exchange' | 'liferay';
type Content = 'deleted' | ChangedOccurrence;

/** What the exceptions of one series are merged from. */
export interface ExceptionsInput {
  readonly base: CalendarEvent;
  /** As both sides were last seen to agree, and as they are; with the exceptions that count as edits only. */
  readonly seen: Readonly<Record<Side, CalendarEvent>>;
  readonly now: Readonly<Record<Side, CalendarEvent>>;
  /** What Liferay held and holds but for what is not its people's: lists of participants. */
  readonly written: Written;
  /** What Liferay would show of what Exchange holds: where it shows that, it has nothing to bring over. */
  readonly view: CalendarEvent;
  /** The merged event but for its exceptions. */
  readonly agreed: CalendarEvent;
  readonly policy: Side;
  /** Fields of an occurrence that Liferay may change; none: it may not delete one either. */
  readonly editable: readonly OccurrenceField[];
  /** Nothing but these fields is written to Exchange: an occurrence is what it is there, and does not follow its series. */
  readonly exchangeStands: boolean;
  /** Nothing of these fields can be written to Liferay without mail: an occurrence is there what its own row says. */
  readonly liferayStands: readonly OccurrenceField[];
}

/** The exceptions on which both sides shall agree. */
export interface MergedExceptions {
  readonly exceptions: Exceptions;
  /** Sides that lost an edit of an occurrence. */
  readonly lost: readonly Side[];
  /** Liferay changed of an occurrence what it may not. */
  readonly putBack: boolean;
}

/** Dates on which one of the events has an exception, ascending. */
export function exceptionDates(...events: readonly Pick<CalendarEvent, 'exceptions'>[]): readonly DateText[] {
  return [...new Set(events.flatMap(({ exceptions }) => Object.keys(exceptions)))].sort();
}

/**
 * `now` without what a new rule or hour did to it: Exchange drops the exceptions of a series whose pattern changes, and
 * Liferay those whose rule does. That is nobody's wish for the occurrence, so what was seen there counts as unchanged.
 */
export function withoutWipes(seen: CalendarEvent, now: CalendarEvent, whenChanged: boolean): Exceptions {
  if (!whenChanged) return now.exceptions;
  return { ...seen.exceptions, ...now.exceptions };
}

/** Dates whose occurrence a side changed since `seen`. */
export function changedOccurrences(
  seen: CalendarEvent,
  now: CalendarEvent,
  whenChanged: boolean,
): readonly DateText[] {
  const edits = withoutWipes(seen, now, whenChanged);
  return exceptionDates(seen, now).filter((date) => !sameException(seen.exceptions[date], edits[date]));
}

/** Whether Exchange would have to bring back a deleted occurrence in order to hold `wanted`: no write can. */
export function needsRevival(exchange: CalendarEvent, wanted: CalendarEvent): boolean {
  return Object.entries(exchange.exceptions).some(
    ([date, is]) => is === 'deleted' && wanted.exceptions[date] !== 'deleted' && isSlot(wanted, date),
  );
}

/** What a side holds for a date, whether by its rule or by an exception; null: the rule has no such date. */
function contentOn(event: CalendarEvent, exceptions: Exceptions, date: DateText): Content | null {
  return exceptions[date] ?? regularOccurrence(event, date);
}

/**
 * What a side was last seen to hold for a date, with the part of what it holds now that our write brought: what the
 * write found there, and left, may be an edit that the other side has not had yet.
 */
export function ownPart(seen: CalendarEvent, planned: CalendarEvent, is: Content, date: DateText): Content {
  const was = contentOn(seen, seen.exceptions, date);
  const found = contentOn(planned, planned.exceptions, date);
  if (is === 'deleted' || was === null || was === 'deleted' || found === null || found === 'deleted') {
    return is;
  }
  let out = was;
  for (const field of differingFields(found, is)) out = { ...out, [field]: is[field] };
  return out;
}

/** What a side did to one occurrence since it was last seen. One that was deleted and is there again is edited. */
type OccurrenceEdit =
  | { readonly kind: 'none' | 'deleted'; readonly refused: boolean }
  | {
      readonly kind: 'edited';
      readonly is: ChangedOccurrence;
      /** What was changed of it and may be. */
      readonly fields: readonly OccurrenceField[];
      /** Something was changed that may not be. */
      readonly refused: boolean;
    };

/** @param whenChanged sides whose exceptions may have been wiped by a new rule or hour */
export function mergeExceptions(
  input: ExceptionsInput,
  whenChanged: Readonly<Record<Side, boolean>>,
): MergedExceptions {
  const { base, seen, now, written, view, agreed, editable } = input;
  const exchange = withoutWipes(seen.exchange, now.exchange, whenChanged.exchange);
  const liferay = withoutWipes(written.seen, written.now, whenChanged.liferay);
  const merged: Record<DateText, Content> = {};
  const lost = new Set<Side>();
  let putBack = false;
  for (const date of exceptionDates(base, seen.exchange, seen.liferay, now.exchange, now.liferay)) {
    const edits = {
      exchange: editOf(
        { seen: seen.exchange, now: { ...now.exchange, exceptions: exchange } },
        date,
        OCCURRENCE_FIELDS,
      ),
      liferay: editOf({ seen: written.seen, now: { ...written.now, exceptions: liferay } }, date, editable),
    };
    putBack ||= edits.liferay.refused;
    const regular = regularOccurrence(agreed, date);
    const isEdited = !sameException(written.seen.exceptions[date], liferay[date]);
    if (regular !== null && isEdited && sameException(view.exceptions[date], now.liferay.exceptions[date])) {
      // Both show the same by now, also where that is only "Private" for a text.
      merged[date] = contentOn(now.exchange, now.exchange.exceptions, date) ?? regular;
    } else if (regular !== null) merged[date] = mergeOccurrence(input, date, regular, edits, lost);
    // The other side's new rule has no such occurrence any more.
    else for (const side of SIDES) if (edits[side].kind === 'edited') lost.add(side);
  }
  const isWiped = (date: DateText) =>
    !now.exchange.exceptions[date] && sameException(written.seen.exceptions[date], liferay[date]);
  if (whenChanged.exchange) putInOrder(agreed, merged, exceptionDates(seen.exchange).filter(isWiped));
  const { exceptions } = normaliseExceptions({ ...agreed, exceptions: merged });
  return { exceptions, lost: [...lost], putBack };
}

/**
 * Exchange has no series whose occurrences cross: one of `dates` that would, as its new rule has the others, is where
 * that has it itself. Another may have been in order only as long as that one was out of its way.
 */
function putInOrder(
  agreed: CalendarEvent,
  merged: Record<DateText, Content>,
  dates: readonly DateText[],
): void {
  let isMoved = true;
  while (isMoved) {
    isMoved = false;
    for (const date of dates) {
      const is = merged[date];
      const time = slotTime(agreed, date);
      if (is === undefined || is === 'deleted' || time === null) continue;
      const regular = { ...is, time };
      if (differingFields(is, regular).length === 0) continue;
      if (!crossesNeighbour({ ...agreed, exceptions: merged }, date, is.time)) continue;
      merged[date] = regular;
      isMoved = true;
    }
  }
}

const SIDES = ['exchange', 'liferay'] as const satisfies readonly Side[];

function editOf(
  { seen, now }: Written,
  date: DateText,
  editable: readonly OccurrenceField[],
): OccurrenceEdit {
  const is = contentOn(now, now.exceptions, date);
  if (is === null || sameException(seen.exceptions[date], now.exceptions[date])) {
    return { kind: 'none', refused: false };
  }
  if (editable.length === 0) return { kind: 'none', refused: true };
  if (is === 'deleted') return { kind: 'deleted', refused: false };
  const was = contentOn(seen, seen.exceptions, date);
  const isBack = was === null || was === 'deleted';
  // One that is there again has from its series what it does not hold otherwise.
  const from = isBack ? regularOccurrence(now, date) : was;
  const differs = from === null ? OCCURRENCE_FIELDS : differingFields(from, is);
  const followed = isBack ? [] : followedFields(was, is, seen, now, date);
  const changed = differs.filter((field) => !followed.includes(field));
  const fields = changed.filter((field) => editable.includes(field));
  const refused = fields.length < changed.length;
  if (!isBack && fields.length === 0) return { kind: 'none', refused };
  return { kind: 'edited', is, fields, refused };
}

/** Fields that an occurrence had from its series and has from it still: whoever changed them, changed the series. */
function followedFields(
  was: ChangedOccurrence,
  is: ChangedOccurrence,
  seen: CalendarEvent,
  now: CalendarEvent,
  date: DateText,
): readonly OccurrenceField[] {
  const regularThen = regularOccurrence(seen, date);
  const regularNow = regularOccurrence(now, date);
  if (regularThen === null || regularNow === null) return [];
  const own = [...differingFields(was, regularThen), ...differingFields(is, regularNow)];
  return OCCURRENCE_FIELDS.filter((field) => !own.includes(field));
}

function mergeOccurrence(
  { base, now, written, agreed, policy, exchangeStands, liferayStands }: ExceptionsInput,
  date: DateText,
  regular: ChangedOccurrence,
  { exchange, liferay: byLiferay }: Readonly<Record<Side, OccurrenceEdit>>,
  lost: Set<Side>,
): Content {
  let liferay = byLiferay;
  if (now.exchange.exceptions[date] === 'deleted') {
    // No write brings it back there, so the deletion stands whoever wins by policy.
    if (liferay.kind === 'edited') lost.add('liferay');
    return 'deleted';
  }
  // What was declined is put away in Exchange.
  if (liferay.kind === 'deleted' || isDeclined(liferay)) {
    // An edit beats a delete, so that nothing is lost that somebody just worked on.
    if (exchange.kind === 'none') return 'deleted';
    lost.add('liferay');
    liferay = withoutResponse(liferay);
  }
  const before = contentOn(base, base.exceptions, date);
  if (before === 'deleted' && exchange.kind === 'none' && liferay.kind === 'none') return 'deleted';
  let out = following(before, regularOccurrence(base, date), regular);
  const stands = (event: CalendarEvent, fields: readonly OccurrenceField[]) => {
    const there = contentOn(event, event.exceptions, date);
    if (before === null || before === 'deleted' || there === null || there === 'deleted') return;
    const followed = differingFields(before, out).filter((field) => fields.includes(field));
    for (const field of followed) out = { ...out, [field]: there[field] };
  };
  if (exchangeStands) stands(now.exchange, OCCURRENCE_FIELDS);
  stands(written.now, liferayStands);
  // What was said to it is what Exchange knows, until somebody says otherwise: it may have followed what was said to all,
  // and what is no exception there any more follows it now.
  out = { ...out, ownResponse: (now.exchange.exceptions[date] ?? regular).ownResponse };
  for (const field of OCCURRENCE_FIELDS) {
    const inExchange = editedIn(exchange, field);
    const inLiferay = editedIn(liferay, field);
    let source = inExchange ?? inLiferay;
    if (inExchange !== null && inLiferay !== null) {
      source = policy === 'exchange' ? inExchange : inLiferay;
      const isConflict = differingFields(inExchange, inLiferay).includes(field);
      if (isConflict) lost.add(policy === 'exchange' ? 'liferay' : 'exchange');
    }
    if (source !== null) out = { ...out, [field]: source[field] };
  }
  return { ...out, time: inZoneOf(out.time, agreed) };
}

/** Nobody has said anything yet to what it is by now. */
function withoutResponse(edit: OccurrenceEdit): OccurrenceEdit {
  if (edit.kind !== 'edited') return edit;
  return { ...edit, fields: edit.fields.filter((field) => field !== 'ownResponse') };
}

function isDeclined(edit: OccurrenceEdit): boolean {
  return editedIn(edit, 'ownResponse')?.ownResponse === 'declined';
}

/** The occurrence whose edit of the field counts, if it was edited. */
function editedIn(edit: OccurrenceEdit, field: OccurrenceField): ChangedOccurrence | null {
  return edit.kind === 'edited' && edit.fields.includes(field) ? edit.is : null;
}

/** The occurrence as it was, with all that it had from its series as the series has it now. */
export function following(
  before: Content | null,
  regularBefore: ChangedOccurrence | null,
  regular: ChangedOccurrence,
): ChangedOccurrence {
  if (before === null || before === 'deleted' || regularBefore === null) return regular;
  const own = differingFields(before, regularBefore);
  let out = regular;
  for (const field of own) out = { ...out, [field]: before[field] };
  return out;
}

/** An occurrence is told in the zone of its series. */
function inZoneOf(
  time: ChangedOccurrence['time'],
  { time: series }: CalendarEvent,
): ChangedOccurrence['time'] {
  return time.kind === 'timed' && series.kind === 'timed' ? { ...time, zone: series.zone } : time;
}
