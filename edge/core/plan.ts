/**
 * What shall happen to one pair of events, from what is known of both sides. Pure and total: the table names every
 * combination, and each cell says which stories lead into it.
 */
import { EVENT_FIELDS, type EventField } from '#shared/event-fields.ts';
import type { Reason } from '#shared/reasons.ts';
import { type InviteeEdits, NOBODY, withInvitees } from './attendees.ts';
import { type CalendarEvent, NEUTRAL_EVENT } from './event.ts';
import { withMissing } from './hidden-texts.ts';
import { liferayView, shownDetails, shownList } from './liferay-view.ts';
import {
  type ConflictPolicy,
  changedFields,
  editedInLiferay,
  type LostEdit,
  type Merge,
  merge,
  type Side,
  sameField,
  withFields,
} from './merge.ts';
import { needsRevival } from './merge-exceptions.ts';
import { withoutLists } from './participants.ts';
import { type Undo, undoneIn } from './plan-undo.ts';
import { type Answer, isAnswer, isAnswerable, isOrganised } from './responses.ts';

/** `none`: never there as far as we know. `gone`: the side itself gave evidence that it was deleted. */
export type SideState =
  | { readonly kind: 'none' }
  | { readonly kind: 'present'; readonly event: CalendarEvent }
  | { readonly kind: 'gone' };

/** What both sides agreed on, and what each was seen to hold then. */
export interface Agreement {
  readonly base: CalendarEvent;
  readonly seen: Readonly<Record<Side, CalendarEvent>>;
}

export interface PlanInput {
  readonly agreement: Agreement | null;
  /** Of the series from which Liferay's people took what is new there: the later half, or an occurrence by itself. */
  readonly origin: Agreement | null;
  readonly exchange: SideState;
  readonly liferay: SideState;
  readonly policy: ConflictPolicy;
  /** False for a read-only copy. */
  readonly twoWay: boolean;
  /** Exchange's present event lies in the window of the pairing. Events already linked stay linked outside it. */
  readonly inWindow: boolean;
  /** A write of ours wiped exceptions in Exchange and did not come to writing them again. */
  readonly wiped: boolean;
  /** A person rejected what this side did: it gets back what it had. */
  readonly rejected: Side | null;
  /** What Liferay's people did to the invitees of the booking. */
  readonly invitees: InviteeEdits;
  /** What a person takes back of what was done to it. */
  readonly undo?: readonly Undo[];
  /** The event of which a person takes back that it was deleted on both sides. */
  readonly restore?: CalendarEvent | null;
  /** The state is new or was lost: nobody gets mail because of what is found, so no meeting is cancelled. */
  readonly quiet: boolean;
}

/** One write to one side. An update writes only `fields`, of an event that is given whole. */
export type Action =
  | { readonly kind: 'createExchange'; readonly event: CalendarEvent }
  | { readonly kind: 'createLiferay'; readonly event: CalendarEvent }
  | { readonly kind: 'updateExchange'; readonly event: CalendarEvent; readonly fields: readonly EventField[] }
  | { readonly kind: 'updateLiferay'; readonly event: CalendarEvent; readonly fields: readonly EventField[] }
  | { readonly kind: 'deleteExchange' }
  /** `event`: with the response as its own. */
  | { readonly kind: 'respondExchange'; readonly event: CalendarEvent; readonly response: Answer }
  | { readonly kind: 'deleteLiferay' };

/**
 * - `act`: do the actions, then both sides agree on `base` (null: nothing is left of either).
 * - `agree`: nothing to write; what was `changed` stands on both sides already.
 * - `forget`: drop the link. `outside`: index only. `leaveAlone`: Liferay's own row.
 */
export type Plan =
  | {
      readonly kind: 'act';
      readonly actions: readonly Action[];
      readonly base: CalendarEvent | null;
      readonly lost: readonly LostEdit[];
      readonly putBack: boolean;
      readonly changed: Readonly<Record<Side, readonly EventField[]>>;
      /** Addresses of invitees in Liferay who are to lose their rows. */
      readonly uninvited: readonly string[];
    }
  | {
      readonly kind: 'agree';
      readonly base: CalendarEvent;
      readonly lost: readonly LostEdit[];
      readonly putBack: boolean;
      readonly changed: Readonly<Record<Side, readonly EventField[]>>;
    }
  | { readonly kind: 'forget' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'leaveAlone' }
  | { readonly kind: 'park'; readonly reason: Reason; readonly detail: string };

type Kind = SideState['kind'];
interface Present {
  readonly exchange: CalendarEvent;
  readonly liferay: CalendarEvent;
}
type Decide = (input: PlanInput, now: Present) => Plan;

const FORGET: Plan = { kind: 'forget' };

const NOTHING_CHANGED: Readonly<Record<Side, readonly EventField[]>> = { exchange: [], liferay: [] };

/** Actions after which both sides agree on `base`, with nothing else to tell of them but `more`. */
export function act(
  actions: readonly Action[],
  base: CalendarEvent | null,
  more: Partial<Extract<Plan, { kind: 'act' }>> = {},
): Plan {
  return {
    kind: 'act',
    actions,
    base,
    lost: [],
    putBack: false,
    changed: NOTHING_CHANGED,
    uninvited: [],
    ...more,
  };
}

/** What Liferay may write of an event: all of it, or whether its calendar's owner comes to somebody else's meeting. */
function liferayMayWrite(input: PlanInput, event: CalendarEvent): boolean {
  return input.twoWay && (!event.meeting || isAnswerable(event) || isOrganised(event));
}

/** A meeting is its organiser's: no copy of it is made from what Liferay has. */
function liferayMayMake(input: PlanInput, event: CalendarEvent): boolean {
  return input.twoWay && !event.meeting;
}

/**
 * An invitation deleted in Liferay is declined, and one to a cancelled meeting is cleared away. One that changed
 * meanwhile is shown again: nobody has said anything to that yet.
 */
function invitationDeleted(input: PlanInput, now: Present): Plan {
  const { exchange } = now;
  const { agreement } = input;
  const isRefused = !input.twoWay || input.rejected === 'liferay';
  if (isRefused || !(exchange.cancelled || isAnswerable(exchange))) return copyToLiferay(now, true);
  if (exchange.ownResponse === 'declined') return { kind: 'outside' };
  const isChanged = !agreement || changedFields('exchange', agreement.seen.exchange, exchange).length > 0;
  if (isChanged) return input.inWindow ? copyToLiferay(now) : { kind: 'outside' };
  return exchange.cancelled
    ? act([{ kind: 'deleteExchange' }], null)
    : act([respond(exchange, 'declined')], null);
}

/**
 * A meeting that its organiser deletes in Liferay is cancelled, also one that changed meanwhile: nobody can tell people
 * who were told that it does not take place that it does.
 */
function meetingDeleted(input: PlanInput, now: Present): Plan {
  const { agreement } = input;
  const isRefused = input.rejected === 'liferay' || !input.twoWay;
  if (isRefused) return copyToLiferay(now, true);
  if (!agreement || input.quiet) return input.inWindow ? copyToLiferay(now) : { kind: 'outside' };
  const changed = changedFields('exchange', agreement.seen.exchange, now.exchange);
  const lost: readonly LostEdit[] = changed.length > 0 ? [{ side: 'exchange', fields: changed }] : [];
  return act([{ kind: 'deleteExchange' }], null, { lost });
}

function respond(event: CalendarEvent, response: Answer): Action {
  return { kind: 'respondExchange', event: { ...event, ownResponse: response }, response };
}

function copyToLiferay(now: Present, putBack = false): Plan {
  return act([{ kind: 'createLiferay', event: liferayView(now.exchange) }], now.exchange, { putBack });
}

const TABLE: Readonly<Record<Kind, Readonly<Record<Kind, Decide | Plan>>>> = {
  none: {
    // A half that was matched with another, or a link whose halves were both taken away by people. Or the deletion of both
    // is taken back: the event is made in Exchange, which can hold all of it, and is copied from there as any other.
    none: ({ restore }) => (restore ? act([{ kind: 'createExchange', event: restore }], restore) : FORGET),
    // Made in Liferay. In a read-only pairing it is Liferay's own affair. With an agreement: a copy that stayed when
    // its original was deleted, as below.
    present: (input, now) => {
      if (input.agreement) return broughtBack(input, input.agreement, now.liferay);
      if (!input.twoWay) return { kind: 'leaveAlone' };
      const taken = input.origin ? takenFrom(input.origin, now.liferay) : madeInLiferay(now.liferay);
      const event = withInvitees(taken, input.invitees);
      return act([{ kind: 'createExchange', event }], event);
    },
    // Made in Liferay and deleted there before it was ever copied.
    gone: FORGET,
  },
  present: {
    // New in Exchange, or moved into the window by the passage of time.
    none: (input, now) => (input.inWindow ? copyToLiferay(now) : { kind: 'outside' }),
    // The usual case. Without an agreement: met again by UID, stamp or content after the state was lost.
    present: (input, now) =>
      input.agreement ? merged(input, input.agreement, now) : firstAgreement(input, now),
    // Deleted in Liferay: Exchange follows, unless it changed meanwhile or Liferay may not write. A change that a
    // person rejected does not count.
    gone: (input, now) => {
      if (isOrganised(now.exchange)) return meetingDeleted(input, now);
      if (now.exchange.meeting) return invitationDeleted(input, now);
      const refused = input.rejected === 'liferay' || !liferayMayWrite(input, now.exchange);
      if (refused) return copyToLiferay(now, true);
      const changed = input.agreement
        ? changedFields('exchange', input.agreement.seen.exchange, now.exchange)
        : EVENT_FIELDS;
      if (changed.length === 0) return act([{ kind: 'deleteExchange' }], null);
      if (input.agreement && input.rejected === 'exchange') {
        return act([{ kind: 'deleteExchange' }], null, { lost: [{ side: 'exchange', fields: changed }] });
      }
      // An edit beats a delete, so that nothing is lost that somebody just worked on.
      return input.inWindow ? copyToLiferay(now) : { kind: 'outside' };
    },
  },
  gone: {
    // Deleted in Exchange before it was ever copied.
    none: FORGET,
    // Deleted in Exchange: Liferay follows, unless it changed there meanwhile and may write. Without an agreement
    // there is no evidence that the row was the copy of what was deleted.
    present: (input, now) => {
      if (!input.agreement) return { kind: 'leaveAlone' };
      const { base, seen } = input.agreement;
      const edited = editedInLiferay(base, seen.liferay, now.liferay);
      if (input.rejected === 'exchange') return broughtBack(input, input.agreement, now.liferay);
      if (edited.length === 0) return act([{ kind: 'deleteLiferay' }], null);
      if (input.rejected === 'liferay' || !liferayMayMake(input, input.agreement.base)) {
        return act([{ kind: 'deleteLiferay' }], null, { lost: [{ side: 'liferay', fields: edited }] });
      }
      return revive(input.agreement, now.liferay);
    },
    // Deleted on both sides.
    gone: FORGET,
  },
};

/** Where Liferay may not write, a copy cannot bring its original back: it stays, as a booking of Liferay's own. */
function broughtBack(input: PlanInput, agreement: Agreement, liferay: CalendarEvent): Plan {
  return liferayMayMake(input, agreement.base) ? revive(agreement, liferay) : { kind: 'leaveAlone' };
}

/** The agreed event with what Liferay changed: show-as, categories and the like survive the revival. */
function revive({ base, seen }: Agreement, liferay: CalendarEvent): Plan {
  const event = withEdits(base, seen.liferay, liferay);
  return act([{ kind: 'createExchange', event }], event);
}

function withEdits(base: CalendarEvent, seen: CalendarEvent, liferay: CalendarEvent): CalendarEvent {
  return merge({
    base,
    seen: { exchange: base, liferay: seen },
    now: { exchange: base, liferay },
    policy: 'liferay',
    liferayMayWrite: true,
  }).base;
}

const { meeting, organizer, organizerName, attendees, ownResponse, cancelled } = NEUTRAL_EVENT;
const NOBODY_INVITED = { meeting, organizer, organizerName, attendees, ownResponse, cancelled };

/** Its texts go to Exchange, and stay where its author wrote them for all to read. */
function madeInLiferay(liferay: CalendarEvent): CalendarEvent {
  return { ...liferay, disclosure: { ...liferay.disclosure, details: 'own' } };
}

/**
 * What Liferay's people took out of a series has from it what Liferay cannot hold, and stays private with it; of a
 * meeting of their own, also the attendees, who are invited anew. Of somebody else's meeting that shows its texts
 * nothing is taken, and of any other no guests: nobody was invited to the new event.
 */
function takenFrom({ base }: Agreement, liferay: CalendarEvent): CalendarEvent {
  const { disclosure } = base;
  const isOthers = base.meeting && !isOrganised(base);
  if (isOthers && shownDetails(base) === 'full') {
    return { ...withoutLists(liferay, [shownList(base)]), disclosure };
  }
  const { time, recurrence } = liferay;
  const invited = base.attendees.map((each) => ({ ...each, response: 'none' as const }));
  const guests = isOthers ? NOBODY_INVITED : { attendees: invited };
  const series = { ...base, ...guests, time, recurrence, exceptions: {} };
  const named = withEdits(series, liferayView(series), { ...liferay, exceptions: {} });
  return withEdits(named, liferayView(named), liferay);
}

/** The writes that lead to what was merged; without any, both sides agree already. */
function carriedOut(
  { base, lost, changed, uninvited }: Pick<Merge, 'base' | 'lost' | 'changed' | 'uninvited'>,
  write: Merge['write'],
  putBack: boolean,
): Plan {
  const actions: Action[] = [];
  const fields = write.exchange.filter((field) => field !== 'ownResponse');
  if (fields.length > 0) actions.push({ kind: 'updateExchange', event: base, fields });
  if (write.exchange.includes('ownResponse') && isAnswer(base.ownResponse)) {
    actions.push(respond(base, base.ownResponse));
  }
  if (write.liferay.length > 0) {
    actions.push({ kind: 'updateLiferay', event: liferayView(base), fields: write.liferay });
  }
  return actions.length === 0
    ? { kind: 'agree', base, lost, putBack, changed }
    : act(actions, base, { lost, putBack, changed, uninvited });
}

function merged(input: PlanInput, agreement: Agreement, now: Present): Plan {
  if (input.rejected !== null) return takenBack(input, agreement, now, input.rejected);
  const undone = undoneIn(agreement.seen, now, input.undo ?? []);
  if (undone !== null) return putAsBefore(input, agreement, now, undone);
  const result = mergedBy(input, agreement, now);
  return carriedOut(result, result.write, result.putBack.length > 0);
}

function mergedBy(input: PlanInput, { base, seen }: Agreement, now: Present): Merge {
  const { policy, wiped, rejected } = input;
  const invitees = rejected === 'liferay' ? NOBODY : input.invitees;
  const mayWrite = liferayMayWrite(input, now.exchange);
  return merge({ base, seen, now, policy, liferayMayWrite: mayWrite, wiped, invitees });
}

/**
 * What a rejected side did is merged as if it had not happened, and is taken back there. Exchange gets nothing back
 * where the pairing may not write to it, or where it would take the revival of an occurrence: then the copy waits as it
 * is. The text of an online meeting is never written.
 */
function takenBack(input: PlanInput, agreement: Agreement, now: Present, side: Side): Plan {
  const seen = agreement.seen[side];
  const own = EVENT_FIELDS.filter((field) => !(field === 'description' && now.exchange.onlineMeeting));
  const undone = withFields(now[side], seen, own);
  const result = mergedBy(input, agreement, { ...now, [side]: undone });
  const target = side === 'exchange' ? result.base : liferayView(result.base);
  const isTakenBack = (field: EventField) =>
    result.write[side].includes(field) || !sameField(side, field, undone, now[side]);
  const fields = EVENT_FIELDS.filter(
    (field) => isTakenBack(field) && !sameField(side, field, target, now[side]),
  );
  const mayWrite = liferayMayWrite(input, now.exchange) && !needsRevival(now.exchange, target);
  if (side === 'exchange' && fields.length > 0 && !mayWrite) {
    return { kind: 'park', reason: 'heldForApproval', detail: 'Rejected: the copy keeps what it had.' };
  }
  const edits = changedFields(side, seen, now[side]);
  const changed = { ...result.changed, [side]: edits };
  const taken = edits.filter((field) => fields.includes(field));
  const lost: readonly LostEdit[] =
    side === 'exchange' && taken.length > 0 ? [...result.lost, { side, fields: taken }] : result.lost;
  const putBack = result.putBack.length > 0 || (side === 'liferay' && taken.length > 0);
  return carriedOut({ ...result, lost, changed }, { ...result.write, [side]: fields }, putBack);
}

/**
 * What is undone on one side is merged as if people had put it back there: so it goes to the other side too, together with
 * what anybody else changed. Then it is also written where it was only assumed.
 */
function putAsBefore(input: PlanInput, agreement: Agreement, now: Present, undone: Present): Plan {
  const result = mergedBy(input, agreement, undone);
  const target = { exchange: result.base, liferay: liferayView(result.base) };
  const written = (side: Side) =>
    EVENT_FIELDS.filter((field) => {
      const isConcerned =
        result.write[side].includes(field) || !sameField(side, field, undone[side], now[side]);
      return isConcerned && !sameField(side, field, target[side], now[side]);
    });
  const { changed } = mergedBy(input, agreement, now);
  const write = { exchange: written('exchange'), liferay: written('liferay') };
  return carriedOut({ ...result, changed }, write, result.putBack.length > 0);
}

/**
 * Two events that belong together and have no common past: the policy's side is right in what both can hold, and of a
 * meeting Exchange, since nobody is told of what is made alike.
 */
function firstAgreement(input: PlanInput, now: Present): Plan {
  const view = liferayView(now.exchange);
  const different = changedFields('liferay', view, now.liferay);
  if (different.length === 0) {
    return { kind: 'agree', base: now.exchange, lost: [], putBack: false, changed: NOTHING_CHANGED };
  }
  if (input.policy === 'exchange' || now.exchange.meeting || !input.twoWay) {
    return act([{ kind: 'updateLiferay', event: view, fields: different }], now.exchange, {
      lost: [{ side: 'liferay', fields: different }],
    });
  }
  const liferay = withMissing(view, now.liferay);
  const result = merge({
    base: now.exchange,
    seen: { exchange: now.exchange, liferay: view },
    now: { ...now, liferay },
    policy: 'liferay',
    liferayMayWrite: true,
  });
  // Exchange is right all the same in the texts of a private event or an online meeting, and in what it deleted.
  const theirs = [...result.putBack, ...result.lost.flatMap(({ fields }) => fields)];
  const lost: readonly LostEdit[] = [
    { side: 'exchange', fields: result.write.exchange },
    { side: 'liferay', fields: EVENT_FIELDS.filter((field) => theirs.includes(field)) },
  ];
  return carriedOut(
    {
      base: result.base,
      lost: lost.filter(({ fields }) => fields.length > 0),
      changed: NOTHING_CHANGED,
      uninvited: [],
    },
    result.write,
    false,
  );
}

/** Decides one link. Never throws; whatever it cannot decide is parked by its caller before it comes here. */
export function plan(input: PlanInput): Plan {
  const { exchange, liferay } = input;
  const cell = TABLE[exchange.kind][liferay.kind];
  // The cells read an event only where its side is present; the other stands in so that the type is total.
  const some = eventOf(exchange) ?? eventOf(liferay) ?? input.restore ?? null;
  if (typeof cell !== 'function') return cell;
  if (some === null) return FORGET;
  return cell(input, { exchange: eventOf(exchange) ?? some, liferay: eventOf(liferay) ?? some });
}

function eventOf(side: SideState): CalendarEvent | null {
  return side.kind === 'present' ? side.event : null;
}
