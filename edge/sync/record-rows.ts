/** Writing down which rows an event has in Liferay beside the one that its link names. */
import type { BatchItem } from 'drizzle-orm/batch';
import { canonicalJson } from '#core/canonical-json.ts';
import { type RowKey, rowStart } from '#core/rows.ts';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import {
  deleteExceptions,
  deleteExceptionsOf,
  putExceptions,
  updateExceptions,
} from '#store/exceptions.statements.ts';
import { insertLinks } from '#store/links.statements.ts';
import type { ExceptionRow } from '#store/sync-rows.ts';
import type { Engine } from './engine.ts';
import { isInvitation } from './invitation.ts';
import type { PairingSession } from './slice.ts';
import type { FurtherRow, Outcome, WorkItem } from './work-item.ts';

type Write = BatchItem<'sqlite'>;

interface Standing {
  readonly booking: PortalBooking;
  /** As it was when both sides agreed; null: it came since. */
  readonly agreed: PortalBooking | null;
  /** To be read before its event is planned. */
  readonly dirty: boolean;
  /** Of its record, where it has one already. */
  readonly id?: string | undefined;
}

/** The record of a row that stands in Liferay beside the link's own. */
function rowRecord(
  { effects }: Engine,
  { link }: WorkItem,
  key: RowKey,
  { booking, agreed, dirty, id }: Standing,
): ExceptionRow {
  return {
    id: id ?? effects.ids.uuid(),
    linkId: link.id,
    pairingId: link.pairingId,
    key,
    liferayId: booking.id,
    liferayVersion: booking.version,
    liferayUid: booking.uid,
    liferayState: 'present',
    dirty,
    seen: agreed === null ? null : canonicalJson(agreed),
  };
}

/** The link's own row as one that gave way to another, to be removed. */
export function replacedRow(engine: Engine, work: WorkItem): readonly ExceptionRow[] {
  const { seenBooking, liferayId, liferayVersion } = work;
  if (liferayId === null) return [];
  if (!seenBooking) {
    return [
      {
        id: engine.effects.ids.uuid(),
        linkId: work.link.id,
        pairingId: work.link.pairingId,
        key: `replaced:${liferayId}`,
        liferayId,
        liferayVersion: liferayVersion ?? '',
        liferayUid: work.liferayUid ?? '',
        liferayState: 'present',
        dirty: true,
        seen: null,
      },
    ];
  }
  const standing = { booking: seenBooking, agreed: seenBooking, dirty: true };
  return [rowRecord(engine, work, `replaced:${liferayId}`, standing)];
}

/** A row that was read just now and turned out to be one of the event's. `dirty`: to be read again before planning. */
export function foundRow(
  engine: Engine,
  work: WorkItem,
  key: RowKey,
  booking: PortalBooking,
  dirty: boolean,
): FurtherRow {
  const stored = rowRecord(engine, work, key, { booking, agreed: null, dirty });
  return { stored, key, agreed: null, now: booking, read: false };
}

/** The further rows of an event as they are now, and no others. */
export function rowStates(
  engine: Engine,
  work: WorkItem,
  { rows }: Extract<Outcome, { kind: 'agreed' }>,
): Write[] {
  if (rows.size + work.rows.length + work.inherited.length === 0) return [];
  const known = new Map(work.rows.map(({ stored }) => [stored.liferayId, stored.id]));
  const records = [...rows].map(([key, booking]) =>
    rowRecord(engine, work, key, { booking, agreed: booking, dirty: false, id: known.get(booking.id) }),
  );
  return [deleteExceptionsOf(engine.db, work.link.id), ...putExceptions(engine.db, records)];
}

/**
 * When it came to nothing: another row may be the link's own by now, and the one that was it is among the others; one
 * that was put back has another id.
 */
export function changedPlaces(engine: Engine, work: WorkItem): Write[] {
  const { db } = engine;
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
  const records = [...moved].flatMap(({ key, now, agreed }) =>
    now ? [rowRecord(engine, work, key, { booking: now, agreed, dirty: true })] : [],
  );
  return [
    ...seen,
    ...deleteExceptions(db, [...work.inherited, ...putBack.map(({ stored }) => stored.id)]),
    ...putExceptions(db, records),
  ];
}

/** Rows that have no place in the event any more, and that nobody deleted, go on as events of their own. */
export function releaseRows(
  { db, effects }: Engine,
  pairing: PairingSession,
  work: WorkItem,
  outcome: Extract<Outcome, { kind: 'agreed' | 'forgotten' }>,
): Write[] {
  if (outcome.kind === 'forgotten' && isInvitation(work)) return [];
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
