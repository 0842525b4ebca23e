/**
 * What becomes of mailboxes that go over from Exchange Web Services to Microsoft Graph, and back: nothing may be made,
 * deleted or mailed. In virtual time, so that nothing waits; each group of mailboxes, with its servers, service and database,
 * in a process of its own (change-over-group.ts), which gives their memory back.
 */
import { startChild } from './calls.ts';
import type { Shape } from './cases.ts';

export const FULL_CHANGE_OVER: Shape = { mailboxes: 100, eventsEach: 500 };
export const QUICK_CHANGE_OVER: Shape = { mailboxes: 5, eventsEach: 50 };

/** What one phase came to. */
export interface Passage {
  readonly phase: 'first sync' | 'to Graph' | 'back to EWS';
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  /** Mails of both servers. */
  readonly mails: number;
  /** Requests of each protocol; each of a batch counts. */
  readonly ews: number;
  readonly graph: number;
  readonly liferay: number;
  /** Items and rows that were there before and are not, or are new, or say something else. */
  readonly other: number;
  readonly wallMs: number;
}

/** Of the process of one group. */
export interface ChangeOverCalls {
  run(shape: Shape): Promise<readonly Passage[]>;
}

/** Mailboxes of one process. */
const GROUP = 10;

/** @param report told when a group is through, with the mailboxes so far and what it came to */
export async function runChangeOver(
  { mailboxes, eventsEach }: Shape,
  report: (mailboxes: number, passages: readonly Passage[]) => void,
): Promise<readonly Passage[]> {
  let sum: readonly Passage[] = [];
  for (let first = 0; first < mailboxes; first += GROUP) {
    const group = { mailboxes: Math.min(GROUP, mailboxes - first), eventsEach };
    const child = startChild<ChangeOverCalls>('./change-over-group.ts');
    const passages = await child.call('run', group);
    await child.stop();
    report(first + group.mailboxes, passages);
    sum = sum.length === 0 ? passages : sum.map((so, index) => added(so, passages[index] ?? so));
  }
  return sum;
}

function added(one: Passage, other: Passage): Passage {
  return {
    phase: one.phase,
    created: one.created + other.created,
    updated: one.updated + other.updated,
    deleted: one.deleted + other.deleted,
    failed: one.failed + other.failed,
    mails: one.mails + other.mails,
    ews: one.ews + other.ews,
    graph: one.graph + other.graph,
    liferay: one.liferay + other.liferay,
    other: one.other + other.other,
    wallMs: one.wallMs + other.wallMs,
  };
}

/** Nothing was made, changed, deleted or mailed because mailboxes went over. */
export function isHarmless({ phase, created, updated, deleted, failed, mails, other }: Passage): boolean {
  return phase === 'first sync' || created + updated + deleted + failed + mails + other === 0;
}
