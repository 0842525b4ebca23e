/**
 * What shall happen to a copy of a meeting in an invitee's mailbox and Liferay's own row of it in their calendar. It
 * differs from plan.ts where one of the two is gone: the row is the organiser's to remove, and the copy tells nobody who
 * looks at Liferay whether its owner comes.
 */
import { liferayView } from './liferay-view.ts';
import { type Plan, type PlanInput, plan } from './plan.ts';

/** Who took the row away. `organiser`: also where nobody can tell, for then nobody may say anything. */
export type Departure = 'invitee' | 'organiser';

/** @param strays rows of the meeting that stand beside the child, and are nothing without it */
export function planInvitation(input: PlanInput, departure: Departure, strays: boolean): Plan {
  const { exchange, liferay } = input;
  if (exchange.kind === 'none') return { kind: 'leaveAlone' };
  if (liferay.kind === 'present') {
    return exchange.kind === 'gone' ? copyGone(input) : plan(met(input));
  }
  const decided = exchange.kind === 'gone' ? plan(input) : rowGone(input, departure);
  const isOver = decided.kind === 'forget' || (decided.kind === 'act' && decided.base === null);
  if (!strays || !isOver) return decided;
  const actions = decided.kind === 'act' ? decided.actions : [];
  return acts([...actions, { kind: 'deleteLiferay' }]);
}

type Act = Extract<Plan, { kind: 'act' }>;

function acts(actions: Act['actions'], more: Partial<Act> = {}): Act {
  const changed = { exchange: [], liferay: [] };
  return { kind: 'act', actions, base: null, lost: [], putBack: false, changed, uninvited: [], ...more };
}

/** Copy and row meet: Exchange is right, but for an answer that was given in Liferay before the copy came. */
function met(input: PlanInput): PlanInput {
  const { agreement, exchange } = input;
  if (agreement !== null || exchange.kind !== 'present') return input;
  const { event } = exchange;
  return { ...input, agreement: { base: event, seen: { exchange: event, liferay: liferayView(event) } } };
}

/** Whoever puts the copy away does not come. The row stays: by it the organiser sees that in Liferay. */
function copyGone({ rejected, liferay }: PlanInput): Plan {
  if (rejected === 'exchange' || liferay.kind !== 'present') return { kind: 'leaveAlone' };
  const event = { ...liferay.event, ownResponse: 'declined' as const };
  return acts([{ kind: 'updateLiferay', event, fields: ['ownResponse'] }], {
    changed: { exchange: ['ownResponse'], liferay: [] },
  });
}

/**
 * A row that its owner deleted is an invitation declined, as in plan.ts. Of one that went with the organiser's row
 * Exchange hears from the organiser: a cancelled copy is cleared away, any other is an event of its own from now on.
 */
function rowGone(input: PlanInput, departure: Departure): Plan {
  const { exchange, twoWay, inWindow } = input;
  if (exchange.kind !== 'present') return { kind: 'forget' };
  const { event } = exchange;
  if (event.cancelled && twoWay) return acts([{ kind: 'deleteExchange' }]);
  if (departure === 'invitee') return plan(input);
  if (!inWindow) return { kind: 'outside' };
  return acts([{ kind: 'createLiferay', event: liferayView(event) }], { base: event });
}
