/** The language of the decision table: what was agreed, what happened on both sides, and what shall come of it. */
import { NOBODY } from '#core/attendees.ts';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import type { Side } from '#core/merge.ts';
import type { Action, Agreement, Plan, PlanInput, SideState } from '#core/plan.ts';
import type { EventField } from '#shared/event-fields.ts';

/**
 * What became of one side since both agreed. Without an agreement `unchanged` is the event as the other side would
 * have it, and `changed` is another one.
 */
export type Happened = 'none' | 'unchanged' | 'changed' | 'gone';
export type Direction = 'both' | 'toLiferay';

export const HAPPENED: readonly Happened[] = ['none', 'unchanged', 'changed', 'gone'];
export const DIRECTIONS: readonly Direction[] = ['both', 'toLiferay'];

/** What may be otherwise than usual. Of one that a cell does not name, the cell says that it makes no difference. */
export const CIRCUMSTANCES = {
  liferayWins: 'the policy is that Liferay wins',
  exchangeRejected: 'a person rejected what Exchange did',
  liferayRejected: 'a person rejected what Liferay did',
  outsideWindow: 'the event is outside the window',
  meeting: 'the event is somebody else’s meeting',
  ownMeeting: 'the event is a meeting to which the owner of the calendar invited others',
} as const;
export type Circumstance = keyof typeof CIRCUMSTANCES;

/**
 * What is agreed on afterwards: the event as it was agreed, as Exchange or Liferay has it now, as Liferay alone has
 * it, without what only Exchange knew, or nothing.
 */
export type Base = 'agreed' | 'exchange' | 'liferay' | 'liferayAlone' | 'liferayAloneChanged' | 'nothing';

export interface Outcome {
  readonly does:
    | Exclude<Plan['kind'], 'act'>
    | Action['kind']
    | 'updateExchange title'
    | 'updateLiferay title';
  /** Where something is agreed on. */
  readonly base?: Base;
  /** Whose new title is lost, for the history. */
  readonly lost?: Side;
  /** A copy is given back what it had, which is done three times at most. */
  readonly putBack?: true;
}

export interface Cell extends Outcome {
  /** Two lines: how it came to this, and what comes of it. */
  readonly story: `${string}\n${string}`;
  readonly but?: Readonly<Partial<Record<Circumstance, Outcome>>>;
}

/** By Exchange, Liferay and direction. The type asks for every cell. */
export type DecisionTable = Readonly<
  Record<Happened, Readonly<Record<Happened, Readonly<Record<Direction, Cell>>>>>
>;

/** One cell for both directions. */
export function eitherWay(cell: Cell): Readonly<Record<Direction, Cell>> {
  return { both: cell, toLiferay: cell };
}

const EVENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda',
  time: { kind: 'timed', start: '2026-05-06T08:00:00Z', end: '2026-05-06T09:00:00Z', zone: 'Europe/Rome' },
  showAs: 'free',
  categories: ['Blue'],
};
function bases(circumstance: Circumstance | null): Readonly<Record<Base, CalendarEvent | null>> {
  const own = { ...EVENT, meeting: true, ownResponse: 'organizer' } as const;
  const agreed =
    circumstance === 'meeting' ? { ...EVENT, meeting: true } : circumstance === 'ownMeeting' ? own : EVENT;
  const exchange = { ...agreed, title: 'Board, as Exchange has it' };
  const liferay = { ...agreed, title: 'Board, as Liferay has it' };
  return {
    agreed,
    exchange,
    liferay,
    liferayAlone: madeInLiferay(agreed),
    liferayAloneChanged: madeInLiferay(liferay),
    nothing: null,
  };
}

/** It has what a booking can hold, and its texts are Liferay's own. */
function madeInLiferay(event: CalendarEvent): CalendarEvent {
  const view = liferayView(event);
  return { ...view, disclosure: { ...view.disclosure, details: 'own' } };
}

export function situation(
  isAgreed: boolean,
  exchange: Happened,
  liferay: Happened,
  direction: Direction,
  circumstance: Circumstance | null,
): PlanInput {
  const { agreed, ...edited } = bases(circumstance);
  if (agreed === null || edited.exchange === null || edited.liferay === null) throw new Error('No event');
  const agreement: Agreement = {
    base: agreed,
    seen: { exchange: agreed, liferay: liferayView(agreed) },
  };
  return {
    agreement: isAgreed ? agreement : null,
    origin: null,
    exchange: stateOf(exchange, agreed, edited.exchange),
    liferay: stateOf(liferay, liferayView(agreed), liferayView(edited.liferay)),
    policy: circumstance === 'liferayWins' ? 'liferay' : 'exchange',
    twoWay: direction === 'both',
    inWindow: circumstance !== 'outsideWindow',
    wiped: false,
    invitees: NOBODY,
    quiet: false,
    rejected:
      circumstance === 'exchangeRejected'
        ? 'exchange'
        : circumstance === 'liferayRejected'
          ? 'liferay'
          : null,
  };
}

function stateOf(happened: Happened, unchanged: CalendarEvent, changed: CalendarEvent): SideState {
  if (happened === 'none' || happened === 'gone') return { kind: happened };
  return { kind: 'present', event: happened === 'unchanged' ? unchanged : changed };
}

/** What of a plan the table tells. */
export interface Told {
  readonly does: string;
  readonly base: CalendarEvent | null | undefined;
  readonly lost: readonly { readonly side: Side; readonly fields: readonly EventField[] }[];
  readonly putBack: boolean;
}

export function told(decided: Plan): Told {
  const actions = decided.kind === 'act' ? decided.actions : [];
  const did = actions.map((action) =>
    'fields' in action ? `${action.kind} ${action.fields.join(' ')}` : action.kind,
  );
  return {
    does: did.length > 0 ? did.join(', ') : decided.kind,
    base: 'base' in decided ? decided.base : undefined,
    lost: 'lost' in decided ? decided.lost : [],
    putBack: 'putBack' in decided && decided.putBack,
  };
}

export function expected({ does, base, lost, putBack }: Outcome, circumstance: Circumstance | null): Told {
  return {
    does,
    base: base === undefined ? undefined : bases(circumstance)[base],
    lost: lost === undefined ? [] : [{ side: lost, fields: ['title'] }],
    putBack: putBack ?? false,
  };
}
