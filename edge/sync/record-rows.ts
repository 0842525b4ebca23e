/** Writing down which rows an event has in Liferay beside the one that its link names. */
import type { BatchItem } from 'drizzle-orm/batch';
import { canonicalJson } from '#core/canonical-json.ts';
import type { RowKey } from '#core/rows.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import {
  deleteExceptions,
  deleteExceptionsOf,
  insertLinks,
  putExceptions,
  updateExceptions,
} from '#store/sync.statements.ts';
import type { ExceptionRow } from '#store/sync-rows.ts';
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
  if (rows.size + work.rows.length + work.inherited.length === 0) return [];
  const known = new Map(work.rows.map(({ stored }) => [stored.liferayId, stored.id]));
  return [
    deleteExceptionsOf(db, work.link.id),
    ...putExceptions(
      db,
      [...rows].map(([key, booking]) => ({
        ...rowOf(pairing, work, key, booking),
        id: known.get(booking.id) ?? effects.ids.uuid(),
        dirty: false,
        seen: canonicalJson(booking),
      })),
    ),
  ];
}

/**
 * When it came to nothing: another row may be the link's own by now, and the one that was it is among the others; one
 * that was put back has another id.
 */
export function changedPlaces({ db, effects }: Engine, pairing: PairingSession, work: WorkItem): Write[] {
  const putBack = work.rows.filter(({ stored, now }) => now !== null && now.id !== stored.liferayId);
  const givenUp = work.rows.filter(({ stored }) => stored.id === work.link.id);
  const moved = new Set([...givenUp, ...putBack]);
  // Read already, so that only a further change is another chance.
  const seen = work.rows.flatMap(({ stored, now }) =>
    now && now.id === stored.liferayId && now.version !== stored.liferayVersion
      ? updateExceptions(db, [stored.id], { liferayVersion: now.version, dirty: true })
      : [],
  );
  if (work.inherited.length + moved.size === 0) return seen;
  return [
    ...seen,
    ...deleteExceptions(db, [...work.inherited, ...putBack.map(({ stored }) => stored.id)]),
    ...putExceptions(
      db,
      [...moved].flatMap(({ key, now, agreed }) =>
        now
          ? [
              {
                ...rowOf(pairing, work, key, now),
                id: effects.ids.uuid(),
                dirty: true,
                seen: agreed ? canonicalJson(agreed) : null,
              },
            ]
          : [],
      ),
    ),
  ];
}

function rowOf(
  pairing: PairingSession,
  work: WorkItem,
  key: RowKey,
  booking: PortalBooking,
): Omit<ExceptionRow, 'id' | 'dirty' | 'seen'> {
  return {
    linkId: work.link.id,
    pairingId: pairing.row.id,
    key,
    liferayId: booking.id,
    liferayVersion: booking.version,
    liferayUid: booking.uid,
    liferayState: 'present',
  };
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
