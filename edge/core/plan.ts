/**
 * What shall happen to one pair of events, from what is known of both sides. Pure and total: the table names every
 * combination, and each cell says which stories lead into it.
 */
import type { Reason } from '#shared/reasons.ts';
import type { CalendarEvent, MergeField } from './event.ts';
import { MERGE_FIELDS } from './event.ts';
import { type ConflictPolicy, changedFields, type LostEdit, liferayView, merge, type Side } from './merge.ts';

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
  readonly exchange: SideState;
  readonly liferay: SideState;
  readonly policy: ConflictPolicy;
  /** False for a read-only copy. */
  readonly twoWay: boolean;
  /** Exchange's present event lies in the window of the pairing. Events already linked stay linked outside it. */
  readonly inWindow: boolean;
}

export type Action =
  | { readonly kind: 'createExchange'; readonly event: CalendarEvent }
  | { readonly kind: 'createLiferay'; readonly event: CalendarEvent }
  | { readonly kind: 'updateExchange'; readonly event: CalendarEvent; readonly fields: readonly MergeField[] }
  | { readonly kind: 'updateLiferay'; readonly event: CalendarEvent; readonly fields: readonly MergeField[] }
  | { readonly kind: 'deleteExchange' }
  | { readonly kind: 'deleteLiferay' };

/**
 * - `act`: do the actions, then both sides agree on `base` (null: nothing is left of either).
 * - `agree`: nothing to write. `forget`: drop the link. `outside`: index only. `leaveAlone`: Liferay's own row.
 */
export type Plan =
  | {
      readonly kind: 'act';
      readonly actions: readonly Action[];
      readonly base: CalendarEvent | null;
      readonly lost: readonly LostEdit[];
      readonly putBack: boolean;
      readonly changed: Readonly<Record<Side, readonly MergeField[]>>;
    }
  | {
      readonly kind: 'agree';
      readonly base: CalendarEvent;
      readonly lost: readonly LostEdit[];
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

const NOTHING_CHANGED: Readonly<Record<Side, readonly MergeField[]>> = { exchange: [], liferay: [] };

function act(
  actions: readonly Action[],
  base: CalendarEvent | null,
  more: Partial<Extract<Plan, { kind: 'act' }>> = {},
): Plan {
  return { kind: 'act', actions, base, lost: [], putBack: false, changed: NOTHING_CHANGED, ...more };
}

/** A meeting is the organiser's, and others hold copies of it: until responses travel, Liferay only shows it. */
function liferayMayWrite(input: PlanInput, event: CalendarEvent): boolean {
  return input.twoWay && event.attendees.length === 0;
}

function copyToLiferay(now: Present, putBack = false): Plan {
  return act([{ kind: 'createLiferay', event: liferayView(now.exchange) }], now.exchange, { putBack });
}

const TABLE: Readonly<Record<Kind, Readonly<Record<Kind, Decide>>>> = {
  none: {
    // A half that was matched with another, or a link whose halves were both taken away by people.
    none: () => ({ kind: 'forget' }),
    // Made in Liferay. In a read-only pairing it is Liferay's own affair.
    present: (input, now) =>
      input.twoWay
        ? act([{ kind: 'createExchange', event: now.liferay }], now.liferay)
        : { kind: 'leaveAlone' },
    // Made in Liferay and deleted there before it was ever copied.
    gone: () => ({ kind: 'forget' }),
  },
  present: {
    // New in Exchange, or moved into the window by the passage of time.
    none: (input, now) => (input.inWindow ? copyToLiferay(now) : { kind: 'outside' }),
    // The usual case. Without an agreement: met again by UID, stamp or content after the state was lost.
    present: (input, now) =>
      input.agreement ? merged(input, input.agreement, now) : firstAgreement(input, now),
    // Deleted in Liferay: Exchange follows, unless it changed meanwhile or Liferay may not write.
    gone: (input, now) => {
      if (!liferayMayWrite(input, now.exchange)) return copyToLiferay(now, true);
      const changed = input.agreement
        ? changedFields('exchange', input.agreement.seen.exchange, now.exchange)
        : MERGE_FIELDS;
      // An edit beats a delete, so that nothing is lost that somebody just worked on.
      if (changed.length > 0) return input.inWindow ? copyToLiferay(now) : { kind: 'outside' };
      return act([{ kind: 'deleteExchange' }], null);
    },
  },
  gone: {
    // Deleted in Exchange before it was ever copied.
    none: () => ({ kind: 'forget' }),
    // Deleted in Exchange: Liferay follows, unless it changed there meanwhile and may write. Without an agreement
    // there is no evidence that the row was the copy of what was deleted.
    present: (input, now) => {
      if (!input.agreement) return { kind: 'leaveAlone' };
      const edited = changedFields('liferay', input.agreement.seen.liferay, now.liferay);
      if (edited.length === 0) return act([{ kind: 'deleteLiferay' }], null);
      if (!liferayMayWrite(input, input.agreement.base)) {
        return act([{ kind: 'deleteLiferay' }], null, { lost: [{ side: 'liferay', fields: edited }] });
      }
      const event = revived(input.agreement, now.liferay);
      return act([{ kind: 'createExchange', event }], event);
    },
    // Deleted on both sides.
    gone: () => ({ kind: 'forget' }),
  },
};

/** The agreed event with what Liferay changed: show-as, categories and the like survive the revival. */
function revived(agreement: Agreement, liferay: CalendarEvent): CalendarEvent {
  const { base, seen } = agreement;
  return merge({
    base,
    seen: { exchange: base, liferay: seen.liferay },
    now: { exchange: base, liferay },
    policy: 'liferay',
    liferayMayWrite: true,
  }).base;
}

function merged(input: PlanInput, agreement: Agreement, now: Present): Plan {
  const result = merge({
    base: agreement.base,
    seen: agreement.seen,
    now,
    policy: input.policy,
    liferayMayWrite: liferayMayWrite(input, now.exchange),
  });
  const actions: Action[] = [];
  if (result.write.exchange.length > 0) {
    actions.push({ kind: 'updateExchange', event: result.base, fields: result.write.exchange });
  }
  if (result.write.liferay.length > 0) {
    actions.push({ kind: 'updateLiferay', event: liferayView(result.base), fields: result.write.liferay });
  }
  if (actions.length === 0) return { kind: 'agree', base: result.base, lost: result.lost };
  return act(actions, result.base, {
    lost: result.lost,
    putBack: result.putBack.length > 0,
    changed: result.changed,
  });
}

/** Two events that belong together and have no common past: the policy's side is right in what both can hold. */
function firstAgreement(input: PlanInput, now: Present): Plan {
  const view = liferayView(now.exchange);
  const different = changedFields('liferay', view, now.liferay);
  if (different.length === 0) return { kind: 'agree', base: now.exchange, lost: [] };
  if (input.policy === 'exchange' || !liferayMayWrite(input, now.exchange)) {
    return act([{ kind: 'updateLiferay', event: view, fields: different }], now.exchange, {
      lost: [{ side: 'liferay', fields: different }],
    });
  }
  const result = merge({
    base: now.exchange,
    seen: { exchange: now.exchange, liferay: view },
    now,
    policy: 'liferay',
    liferayMayWrite: true,
  });
  const fields = result.write.exchange;
  if (fields.length === 0) return { kind: 'agree', base: result.base, lost: [] };
  return act([{ kind: 'updateExchange', event: result.base, fields }], result.base, {
    lost: [{ side: 'exchange', fields }],
  });
}

/** Decides one link. Never throws; whatever it cannot decide is parked by its caller before it comes here. */
export function plan(input: PlanInput): Plan {
  const { exchange, liferay } = input;
  const decide = TABLE[exchange.kind][liferay.kind];
  // The cells read an event only where its side is present; the other stands in so that the type is total.
  const some =
    exchange.kind === 'present' ? exchange.event : liferay.kind === 'present' ? liferay.event : null;
  if (some === null) return { kind: 'forget' };
  return decide(input, {
    exchange: exchange.kind === 'present' ? exchange.event : some,
    liferay: liferay.kind === 'present' ? liferay.event : some,
  });
}
