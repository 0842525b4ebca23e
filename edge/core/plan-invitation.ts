/**
 * What shall happen to a copy of a meeting in an invitee's mailbox and Liferay's own row of it in their calendar. It
 * differs from plan.ts where one of the two is gone: the row is the organiser's to remove, and the copy tells nobody who
 * looks at Liferay whether its owner comes.
 */
import type { CalendarEvent } from './event.ts';
import { liferayView } from './liferay-view.ts';
import { act, type Plan, type PlanInput, plan } from './plan.ts';

/** Who took the row away. `organiser`: also where nobody can tell, for then nobody may say anything. */
export type Departure = 'invitee' | 'organiser';

/** @param strays rows of the meeting that stand beside the child, and are nothing without it */
export function planInvitation(input: PlanInput, departure: Departure, strays: boolean): Plan {
  const { exchange, liferay } = input;
  if (exchange.kind === 'none') return { kind: 'leaveAlone' };
  if (liferay.kind === 'present') {
    return exchange.kind === 'gone' ? copyGone(input, liferay.event) : plan(met(input, exchange.event));
  }
  const decided = exchange.kind === 'gone' ? plan(input) : rowGone(input, exchange.event, departure);
  const isOver = decided.kind === 'forget' || (decided.kind === 'act' && decided.base === null);
  if (!strays || !isOver) return decided;
  const actions = decided.kind === 'act' ? decided.actions : [];
  return act([...actions, { kind: 'deleteLiferay' }], null);
}

/** Copy and row meet: Exchange is right, but for an answer that was given in Liferay before the copy came. */
function met(input: PlanInput, copy: CalendarEvent): PlanInput {
  if (input.agreement !== null) return input;
  return { ...input, agreement: { base: copy, seen: { exchange: copy, liferay: liferayView(copy) } } };
}

/** Whoever puts the copy away does not come. The row stays: by it the organiser sees that in Liferay. */
function copyGone({ rejected }: PlanInput, row: CalendarEvent): Plan {
  if (rejected === 'exchange') return { kind: 'leaveAlone' };
  const event = { ...row, ownResponse: 'declined' as const };
  return act([{ kind: 'updateLiferay', event, fields: ['ownResponse'] }], null, {
    changed: { exchange: ['ownResponse'], liferay: [] },
  });
}

/**
 * A row that its owner deleted is an invitation declined, as in plan.ts. Of one that went with the organiser's row
 * Exchange hears from the organiser: a cancelled copy is cleared away, any other is an event of its own from now on.
 */
function rowGone(input: PlanInput, copy: CalendarEvent, departure: Departure): Plan {
  if (copy.cancelled && input.twoWay) return act([{ kind: 'deleteExchange' }], null);
  if (departure === 'invitee') return plan(input);
  if (!input.inWindow) return { kind: 'outside' };
  return act([{ kind: 'createLiferay', event: liferayView(copy) }], copy);
}
