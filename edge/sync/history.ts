/** What the history keeps of an event: each write with what stood there before, and each edit that lost. */
import { canonicalJson } from '#core/canonical-json.ts';
import { isPrivate } from '#core/liferay-view.ts';
import { type Side, sameField } from '#core/merge.ts';
import type { Plan } from '#core/plan.ts';
import { REASONS } from '#shared/reasons.ts';
import { isUnasked } from './hold.ts';
import type { Outcome, WorkItem } from './work-item.ts';
import { lostRow } from './write-rows.ts';

type HistoryEntry = WorkItem['changes'][number];

const DONE: ReadonlySet<Outcome['kind']> = new Set(['agreed', 'forgotten', 'half', 'leftAlone', 'restored']);

/** What a reader of the history sees of it. Of private events no text is kept. */
export function history(work: WorkItem, outcome: Outcome): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [...work.changes];
  if (outcome.kind === 'failed' || outcome.kind === 'declined') {
    const newly = work.link.work !== 'parked' && REASONS[outcome.failure.reason].retry === 'park';
    if (newly)
      entries.push({ side: 'exchange', kind: 'parked', fields: null, title: titleOf(work), before: null });
  } else if (DONE.has(outcome.kind)) {
    if (work.plan?.kind === 'act') entries.push(...actionEntries(work, work.plan));
    if (work.plan?.kind === 'agree' && work.agreement === null) {
      entries.push({ side: 'liferay', kind: 'linked', fields: null, title: titleOf(work), before: null });
    }
  }
  return entries.map((entry) => (hidden(work) ? { ...entry, title: null, before: null } : entry));
}

function actionEntries(work: WorkItem, act: Extract<Plan, { kind: 'act' }>): HistoryEntry[] {
  const changed = JSON.stringify([...new Set([...act.changed.exchange, ...act.changed.liferay])]);
  const entries = act.actions.map((action): HistoryEntry => {
    const side: Side = action.kind.endsWith('Exchange') ? 'exchange' : 'liferay';
    const verb = action.kind.startsWith('create') ? 'create' : 'event' in action ? 'update' : 'delete';
    const kind = act.putBack && side === 'liferay' ? 'putBack' : verb;
    const counts = verb !== 'create' && isUnasked(work) && work.agreement !== null;
    const fields = counts ? (verb === 'delete' ? '[]' : changed) : null;
    return {
      side,
      kind,
      fields,
      title: titleOf(work),
      before: verb === 'create' ? null : imageOf(work, side),
    };
  });
  const lost = act.lost.map(
    ({ side, fields }): HistoryEntry => ({
      side,
      kind: 'lost',
      fields: JSON.stringify(fields),
      title: titleOf(work),
      before: imageOf(work, side),
    }),
  );
  return [...entries, ...lost, ...refusedEntries(work)];
}

/** What was written over although somebody wanted it: the row as they left it. */
function refusedEntries({ refused, rowWrites }: WorkItem): HistoryEntry[] {
  const { update = [], remove = [] } = rowWrites ?? {};
  const rewritten = update.filter(
    ({ planned, event }) => !sameField('liferay', 'when', planned.event, event),
  );
  const gone = [...rewritten.map(({ planned }) => planned), ...remove.map(({ now }) => now)];
  return refused
    .filter((row) => gone.includes(row))
    .map((row) => ({ ...lostRow(row), fields: JSON.stringify(['when']) }));
}

function imageOf(work: WorkItem, side: Side): string | null {
  const state = work[side];
  return state.kind === 'present' ? canonicalJson(state.event) : null;
}

/** What people see of its title. */
export function shownTitleOf(work: WorkItem): string | null {
  return hidden(work) ? null : titleOf(work);
}

function titleOf(work: WorkItem): string | null {
  if (work.exchange.kind === 'present') return work.exchange.event.title;
  if (work.liferay.kind === 'present') return work.liferay.event.title;
  return work.agreement?.base.title ?? null;
}

function hidden(work: WorkItem): boolean {
  if (work.exchange.kind === 'present' && isPrivate(work.exchange.event)) return true;
  return work.agreement !== null && isPrivate(work.agreement.base);
}
