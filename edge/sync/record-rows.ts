/** Writing down which rows an event has in Liferay beside the one that its link names. */
import type { BatchItem } from 'drizzle-orm/batch';
import { canonicalJson } from '#core/canonical-json.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import type { ExceptionRow } from '#store/sync.repository.ts';
import { deleteExceptions, insertLinks, putExceptions } from '#store/sync.statements.ts';
import type { Engine } from './engine.ts';
import { rowStart } from './relink.ts';
import type { PairingSession } from './slice.ts';
import type { Outcome, WorkItem } from './work-item.ts';

type Write = BatchItem<'sqlite'>;

/** The further rows of an event as they are now, and no others. */
export function rowStates(
  { db, effects }: Engine,
  pairing: PairingSession,
  work: WorkItem,
  { rows }: Extract<Outcome, { kind: 'agreed' }>,
): Write[] {
  const stored = new Map(work.rows.map((row) => [row.key, row.stored]));
  const gone = work.rows
    .filter(({ key, stored: { liferayId } }) => rows.get(key)?.id !== liferayId)
    .map(({ stored: { id } }) => id);
  return [
    ...deleteExceptions(db, [...gone, ...work.inherited]),
    ...putExceptions(
      db,
      [...rows].map(([key, booking]) => ({
        id: sameRow(stored.get(key), booking)?.id ?? effects.ids.uuid(),
        linkId: work.link.id,
        pairingId: pairing.row.id,
        key,
        liferayId: booking.id,
        liferayVersion: booking.version,
        liferayUid: booking.uid,
        liferayState: 'present',
        dirty: false,
        seen: canonicalJson(booking),
      })),
    ),
  ];
}

/** Rows that have no place in the event any more, and that nobody deleted, go on as events of their own. */
export function releaseRows(
  { db, effects }: Engine,
  pairing: PairingSession,
  work: WorkItem,
  outcome: Extract<Outcome, { kind: 'agreed' | 'forgotten' }>,
): Write[] {
  const isDone = work.plan?.kind !== 'act' || !work.plan.actions.some(({ kind }) => kind === 'deleteLiferay');
  const left = outcome.kind === 'agreed' ? (work.rowWrites?.release ?? []) : isDone ? work.rows : [];
  const rows = left.flatMap(({ stored, now }) => (now ? [{ stored, now }] : []));
  if (rows.length === 0) return [];
  return [
    ...deleteExceptions(
      db,
      rows.map(({ stored }) => stored.id),
    ),
    ...insertLinks(
      db,
      rows.map(({ now }) => ({
        id: effects.ids.uuid(),
        pairingId: pairing.row.id,
        exchangeState: 'none',
        liferayId: now.id,
        liferayVersion: now.version,
        liferayUid: now.uid,
        liferayState: 'present',
        liferaySeries: now.seriesId,
        liferayDirty: true,
        firstAt: rowStart(now.event),
        work: 'dirty',
        generation: pairing.row.generation,
      })),
    ),
  ];
}

/** The stored row, if it still stands for the same one. */
function sameRow(stored: ExceptionRow | undefined, { id }: PortalBooking): ExceptionRow | null {
  return stored && stored.liferayId === id ? stored : null;
}
