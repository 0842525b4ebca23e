/**
 * Observing the Liferay calendars of a whole cohort in one light snapshot. Liferay has no tombstones: a row that is
 * not in the snapshot is `missing`, and only its confirmed absence, or the Recycle Bin, makes that a deletion.
 */
import { RemoteFailure } from '#core/failure.ts';
import type { CalendarSnapshot, PortalRow } from '#liferay/portal-calendar.port.ts';
import { updateExceptions } from '#store/exceptions.statements.ts';
import { knownBookings, knownExceptions, openIntents } from '#store/links.repository.ts';
import {
  deleteLink,
  insertLinks,
  markZoneChanged,
  matchProposedAgain,
  updateLink,
  updateLinks,
} from '#store/links.statements.ts';
import type { ExceptionRow, LinkRow, NewLink } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import { snapshotDigest } from './identity.ts';
import type { ServerWatch } from './server-watch.ts';
import { type Budget, guarded, type MailboxSession, type PairingSession } from './slice.ts';

/**
 * Reads every paired calendar of the cohort. A failure of the portal ends the run of every mailbox. Of one that nothing
 * may be asked for at present nothing is done on either side.
 */
export async function observeLiferay(
  engine: Engine,
  sessions: readonly MailboxSession[],
  budget: Budget,
  watch: ServerWatch,
): Promise<void> {
  const all = sessions
    .filter((session) => !session.lost && !watch.isRefusal(session.failure))
    .flatMap((session) => session.pairings.map((pairing) => ({ session, pairing })));
  if (all.length === 0) return;
  budget.spend();
  let snapshots: ReadonlyMap<string, CalendarSnapshot>;
  const askedAt = engine.effects.clock.now();
  try {
    snapshots = await engine.portal.snapshot(
      all.map(({ pairing }) => ({
        calendarId: pairing.row.calendarId,
        expectedRows: pairing.row.liferayRows,
        detail: pairing.row.phase === 'steady' ? 'light' : 'linking',
      })),
    );
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    await watch.portalFailed(error.failure, askedAt);
    for (const session of sessions) session.failure ??= error.failure;
    return;
  }
  for (const { session, pairing } of all) {
    const snapshot = snapshots.get(pairing.row.calendarId);
    if (!snapshot || session.lost) continue;
    await guarded(engine, session, () => recordSnapshot(engine, session, pairing, snapshot));
  }
}

async function recordSnapshot(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  snapshot: CalendarSnapshot,
): Promise<void> {
  if (snapshot.kind !== 'rows') {
    pairing.blocked = true;
    const { reason, detail } = snapshot.failure;
    if (pairing.row.reason !== reason)
      await commit(engine, session, pairing, { reason, reasonDetail: detail }, []);
    return;
  }
  const { row } = pairing;
  pairing.snapshot = snapshot.rows;
  const cleared = row.reason !== null && !pairing.blocked ? { reason: null, reasonDetail: null } : {};
  const digest = snapshotDigest(snapshot.rows, snapshot.zone);
  if (digest === row.digest) {
    if (row.reason !== null) await commit(engine, session, pairing, cleared, []);
    return;
  }
  const allKnown = await knownBookings(engine.db, row.id);
  const allFurther = await knownExceptions(engine.db, row.id);
  const over = await restoredSince(engine, pairing, snapshot.rows, allKnown, allFurther);
  const known = new Map([...allKnown].filter(([, { id }]) => !over.has(id)));
  const further = new Map([...allFurther].filter(([, { linkId }]) => !over.has(linkId)));
  const sorted = sortRows(engine, pairing, snapshot.rows, known);
  const others = sortExceptions(snapshot.rows, further);
  sorted.created = sorted.created.filter(({ liferayId }) => !others.met.has(liferayId ?? ''));
  const { db } = engine;
  await commit(
    engine,
    session,
    pairing,
    { ...cleared, digest, liferayRows: snapshot.rows.length, calendarZone: snapshot.zone },
    [
      // Before the new rows: all that is known may mean something else in the new zone.
      ...(snapshot.zone === row.calendarZone ? [] : markZoneChanged(db, row.id)),
      // An item or booking belongs to one link at a time.
      ...[...over].map((id) => deleteLink(db, id)),
      ...insertLinks(db, sorted.created),
      ...updateLinks(db, sorted.changed, { ...ANOTHER_CHANCE, liferayState: 'present', liferayDirty: true }),
      ...updateLinks(db, sorted.missing, { ...ANOTHER_CHANCE, liferayState: 'missing' }),
      ...updateLinks(db, sorted.trashed, { ...ANOTHER_CHANCE, liferayState: 'deleted' }),
      ...sorted.identified.map(({ id, ...set }) => updateLink(db, id, set)),
      ...updateExceptions(db, others.changed, { liferayState: 'present', dirty: true }),
      ...updateExceptions(db, others.missing, { liferayState: 'missing' }),
      ...updateExceptions(db, others.trashed, { liferayState: 'deleted' }),
      ...updateLinks(db, [...others.links], ANOTHER_CHANCE),
      ...updateLinks(
        db,
        seriesOfLost([...sorted.missing, ...sorted.trashed], known, further),
        ANOTHER_CHANCE,
      ),
      ...(row.preview && sorted.created.length + sorted.changed.length > 0
        ? [matchProposedAgain(db, row.id)]
        : []),
    ],
  );
}

/**
 * Links whose event was gone on both sides, before anybody came to forgetting it, and of which a row is there again. A
 * person restored it, and it is as new as it would be had the link been forgotten: that the item is gone is what came of
 * the first deletion, perhaps by our own hand, and says nothing about the row that stands there now.
 */
async function restoredSince(
  engine: Engine,
  pairing: PairingSession,
  rows: readonly PortalRow[],
  known: ReadonlyMap<string, LinkRow>,
  further: ReadonlyMap<string, ExceptionRow>,
): Promise<ReadonlySet<string>> {
  const back = new Set(
    rows.flatMap(({ id, status }) =>
      status === 'trashed' || status === 'draft' ? [] : (known.get(id)?.id ?? further.get(id)?.linkId ?? []),
    ),
  );
  const standing = [...further.values()].filter(({ liferayState }) => liferayState !== 'deleted');
  const left = new Set(standing.map(({ linkId }) => linkId));
  const isOver = ({ id, exchangeState, liferayState }: LinkRow) =>
    exchangeState === 'deleted' && liferayState === 'deleted' && back.has(id) && !left.has(id);
  const over = new Set([...known.values()].filter(isOver).map(({ id }) => id));
  if (over.size === 0) return over;
  // What was being made anew is looked for by its link.
  for (const { linkId, operation } of await openIntents(engine.db, pairing.row.id))
    if (operation !== 'update') over.delete(linkId);
  return over;
}

const ANOTHER_CHANCE = { work: 'dirty', attempts: 0, retryAt: 0 } as const;

/** Links of the series that were set aside because of a new row which could not be read, and now is gone. */
function seriesOfLost(
  gone: readonly string[],
  known: ReadonlyMap<string, LinkRow>,
  further: ReadonlyMap<string, ExceptionRow>,
): readonly string[] {
  const lost = new Set(gone);
  const series = [...known.values()].flatMap(({ id, exchangeId, liferaySeries }) =>
    lost.has(id) && exchangeId === null && liferaySeries !== null ? [liferaySeries] : [],
  );
  return series.flatMap((rowId) => known.get(rowId)?.id ?? further.get(rowId)?.linkId ?? []);
}

interface SortedExceptions {
  /** Ids of their rows in the snapshot. */
  readonly met: ReadonlySet<string>;
  readonly changed: string[];
  readonly missing: string[];
  readonly trashed: string[];
  /** Whose rows these are. */
  readonly links: ReadonlySet<string>;
}

/** What became of the further rows of events. */
function sortExceptions(
  rows: readonly PortalRow[],
  known: ReadonlyMap<string, ExceptionRow>,
): SortedExceptions {
  const met = new Set<string>();
  const links = new Set<string>();
  const sorted = { met, links, changed: [] as string[], missing: [] as string[], trashed: [] as string[] };
  const put = (list: string[], { id, linkId }: ExceptionRow) => {
    list.push(id);
    links.add(linkId);
  };
  for (const row of rows) {
    const one = known.get(row.id);
    if (!one) continue;
    met.add(row.id);
    if (row.status === 'trashed') {
      if (one.liferayState !== 'deleted') put(sorted.trashed, one);
    } else if (one.liferayVersion !== row.version || one.liferayState !== 'present') put(sorted.changed, one);
  }
  for (const [id, one] of known) {
    if (!met.has(id) && one.liferayState === 'present') put(sorted.missing, one);
  }
  return sorted;
}

interface SortedRows {
  created: NewLink[];
  readonly changed: string[];
  readonly missing: string[];
  readonly trashed: string[];
  /** What matching goes by, for rows that were known without it. */
  readonly identified: { id: string; liferayUid: string; firstAt: number; lastAt: number }[];
}

function sortRows(
  engine: Engine,
  pairing: PairingSession,
  rows: readonly PortalRow[],
  known: ReadonlyMap<string, LinkRow>,
): SortedRows {
  const sorted: SortedRows = { created: [], changed: [], missing: [], trashed: [], identified: [] };
  const met = new Set<string>();
  for (const row of rows) {
    met.add(row.id);
    const link = known.get(row.id);
    if (!link) {
      if (row.status !== 'trashed' && row.status !== 'draft')
        sorted.created.push(newHalf(engine, pairing, row));
    } else if (row.status === 'trashed') {
      if (link.liferayState !== 'deleted') sorted.trashed.push(link.id);
    } else if (link.liferayVersion !== row.version || link.liferayState !== 'present') {
      sorted.changed.push(link.id);
    }
    if (link && row.linking && link.liferayUid === null) {
      const { uid, startMs, endMs } = row.linking;
      sorted.identified.push({ id: link.id, liferayUid: uid, firstAt: startMs, lastAt: endMs });
    }
  }
  for (const [id, link] of known) {
    if (!met.has(id) && link.liferayState === 'present') sorted.missing.push(link.id);
  }
  return sorted;
}

/** An invitee's row belongs to the organiser's and is no event of its own: it waits for the copy in Exchange. */
export function isApart(row: Pick<PortalRow, 'parentId'>): boolean {
  return row.parentId !== null;
}

function newHalf(engine: Engine, pairing: PairingSession, row: PortalRow): NewLink {
  return {
    id: engine.effects.ids.uuid(),
    pairingId: pairing.row.id,
    exchangeState: 'none',
    liferayId: row.id,
    liferayVersion: row.version,
    liferayState: 'present',
    liferaySeries: row.seriesId,
    liferayDirty: true,
    liferayUid: row.linking?.uid ?? null,
    firstAt: row.linking?.startMs ?? null,
    lastAt: row.linking?.endMs ?? null,
    quiet: pairing.row.phase !== 'steady' || pairing.row.preview,
    work: 'dirty',
    generation: pairing.row.generation,
  };
}
