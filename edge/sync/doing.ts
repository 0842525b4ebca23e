/** An item with its plan on its way through apply, and what its writes came to. */
import type { CalendarEvent } from '#core/event.ts';
import type { Failure } from '#core/failure.ts';
import type { Side } from '#core/merge.ts';
import type { Action, Plan } from '#core/plan.ts';
import type { RowKey } from '#core/rows.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { Reason } from '#shared/reasons.ts';
import type { WorkItem } from './work-item.ts';

/** A plan by which something is written. */
export type Act = Extract<Plan, { kind: 'act' }>;

/** An item with its plan and what its writes came to. */
export interface Doing {
  readonly work: WorkItem;
  readonly act: Act;
  /** UID of a booking or item that is to be created. */
  uid: string;
  /** What Exchange holds now, as far as it is known. */
  exchange: CalendarEvent | null;
  exchangeDirty: boolean;
  /** A response took the item away, or its id. */
  isPutAway: boolean;
  /** What the link's own row stands for when all is written. */
  key: RowKey;
  /** The link's own row as it is now, and the further rows of the event. */
  booking: PortalBooking | null;
  readonly rows: Map<RowKey, PortalBooking>;
  liferayDirty: boolean;
  /**
   * The link's own row as it was planned on, where it was another one right before our write: the next look has to find
   * that it was changed, which may be in who is invited, and in nothing that its event says.
   */
  overtaken: PortalBooking | null;
  /** Why part of the event was refused; the rest of it was written. */
  failure: Failure | null;
  /** Sides whose write has not happened yet. */
  readonly pending: Set<Side>;
}

/** Failures after which the write may have happened all the same. */
const UNCERTAIN: ReadonlySet<Reason> = new Set<Reason>([
  'timedOut',
  'unreachable',
  'badAnswer',
  'answerTooLarge',
  'serverError',
]);

/** Whether a write that failed for this reason may have happened all the same. */
export function isUncertain(reason: Reason): boolean {
  return UNCERTAIN.has(reason);
}

/** The plan's action of this kind; a plan has at most one of each. */
export function find<K extends Action['kind']>(
  doing: Doing,
  kind: K,
): Extract<Action, { kind: K }> | undefined {
  return doing.act.actions.find((action): action is Extract<Action, { kind: K }> => action.kind === kind);
}

/** An item before its first write. */
export function begin(work: WorkItem, act: Act): Doing {
  return {
    work,
    act,
    uid: '',
    exchange: work.exchange.kind === 'present' ? work.exchange.event : null,
    exchangeDirty: false,
    isPutAway: false,
    key: work.rowWrites?.key ?? work.key,
    booking: work.liferay.kind === 'present' ? work.seenBooking : null,
    rows: new Map(work.rows.flatMap(({ key, now }) => (now ? [[key, now] as const] : []))),
    liferayDirty: false,
    overtaken: null,
    failure: null,
    pending: new Set(
      act.actions.map((action) => (action.kind.endsWith('Exchange') ? 'exchange' : 'liferay')),
    ),
  };
}
