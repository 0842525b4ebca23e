/** The guard over the plans of a batch: holds what would be a mass deletion or a mass change. */
import { DAY_MS, heldFields, holdsDeletions } from '#core/guard.ts';
import type { Side } from '#core/merge.ts';
import type { Plan } from '#core/plan.ts';
import type { EventField } from '#shared/event-fields.ts';
import { dayCount, pairingCounts } from '#store/guard-counts.repository.ts';
import type { Act } from './doing.ts';
import type { Engine } from './engine.ts';
import type { PairingSession } from './slice.ts';
import { open, type WorkItem } from './work-item.ts';

/** Holds what would be a mass deletion or a mass change; see core/guard.ts. */
export async function guard(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  nowMs: number,
): Promise<void> {
  const subject = open(works).filter(
    (work) => work.plan?.kind === 'act' && isUnasked(work) && work.agreement !== null,
  );
  if (subject.length === 0) return;
  const counts = await pairingCounts(engine.db, pairing.row.id, nowMs - DAY_MS);
  const ids = new Set(subject.map((work) => work.link.id));
  const today = await dayCount(engine.db, pairing.row.id, nowMs - DAY_MS, ids);
  const day = { ...today, size: counts.inStep + today.deleted };
  const deletions = subject.filter((work) => work.plan && deletedSide(work.plan) !== null);
  // All that are known to be due count, not only those of this batch: none may slip through before or after.
  if (deletions.length > 0 && holdsDeletions(day, Math.max(counts.pendingDeletions, deletions.length))) {
    for (const work of deletions) {
      const side = work.plan ? deletedSide(work.plan) : null;
      if (side) work.outcome = { kind: 'held', side, fields: null };
    }
  }
  const changes = open(subject).flatMap((work) =>
    work.plan?.kind === 'act' ? [{ work, act: work.plan }] : [],
  );
  const pending: Partial<Record<EventField, number>> = {};
  for (const { act } of changes)
    for (const field of fieldsOf(act)) pending[field] = (pending[field] ?? 0) + 1;
  const held = heldFields(day, pending);
  for (const { work, act } of changes) {
    const fields = fieldsOf(act);
    if (!fields.some((field) => held.includes(field))) continue;
    const side: Side = act.changed.exchange.length > 0 ? 'liferay' : 'exchange';
    work.outcome = { kind: 'held', side, fields };
  }
}

/** Nobody decided about it: what a person approved, rejected or takes back is no accident. */
export function isUnasked({ decision, undo }: WorkItem): boolean {
  return decision === null && undo === null;
}

function deletedSide(decided: Plan): Side | null {
  if (decided.kind !== 'act') return null;
  if (decided.actions.some((action) => action.kind === 'deleteExchange')) return 'exchange';
  return decided.actions.some((action) => action.kind === 'deleteLiferay') ? 'liferay' : null;
}

/** Fields that somebody changed, on either side. */
export function fieldsOf(decided: Act): readonly EventField[] {
  return [...new Set([...decided.changed.exchange, ...decided.changed.liferay])];
}
