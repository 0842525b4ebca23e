/**
 * Taking changes of the history back: each becomes something to plan anew for the run that is due, or is refused with the
 * reason. What an event is to be again is what stood there before; a deletion is taken back by making the event again.
 */
import { and, eq, gt, inArray, ne, notInArray, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { CalendarEvent } from '#core/event.ts';
import { changedFields, withFields } from '#core/merge.ts';
import { needsRevival } from '#core/merge-exceptions.ts';
import type { Undo as Edit } from '#core/plan-undo.ts';
import { audit, change, link, linkContent, run, undo } from '#drizzle/schema.ts';
import { UNDO_LIMIT, type UNDO_REFUSALS, type Undo, type UndoPlanned } from '#shared/api.ts';
import { EVENT_FIELDS, type EventField } from '#shared/event-fields.ts';
import type { Database } from './database.ts';
import { wake } from './mailboxes.repository.ts';
import { type Act, nextRunAt, type OwnedPairing, PLANNED_AGAIN } from './pairings.repository.ts';

type Refusal = (typeof UNDO_REFUSALS)[number];
type ChangeRow = typeof change.$inferSelect;

/** A pairing whose changes are to be taken back. */
export interface Undoing extends OwnedPairing {
  /** Its mailbox is a site's: what is made there takes a room. */
  readonly isRoom: boolean;
}

/** What is to be done about one change. */
type Decided =
  | { readonly kind: 'refused'; readonly reason: Refusal }
  | { readonly kind: 'edit'; readonly edit: Edit }
  | { readonly kind: 'restore'; readonly event: CalendarEvent };

/**
 * Decides on each of the changes and stores what is to be planned, in one batch with its audit rows; the mailbox is due at
 * once. Changes that the pairing does not have are none.
 */
export async function planUndo(db: Database, owned: Undoing, which: Undo, act: Act): Promise<UndoPlanned> {
  const rows = await changesOf(db, owned, which);
  const links = await statesOf(db, rows);
  const decided = rows.map((row) => ({ row, what: decide(owned, row, links.get(row.linkId) ?? null) }));
  const planned = decided.filter(({ what }) => what.kind !== 'refused');
  const byLink = Map.groupBy(planned, ({ row }) => row.linkId);
  const writes = [...byLink].flatMap(([linkId, each]) =>
    writesOf(
      db,
      owned,
      linkId,
      each.map(({ what }) => what),
      act,
    ),
  );
  const [woken] = await db.batch([
    wake(db, owned.mailboxId, act.atMs),
    ...writes,
    ...planned.map(({ row }) =>
      db.insert(audit).values({
        id: `${act.id}/${row.id}`,
        at: act.atMs,
        userId: act.userId,
        action: 'change.undo',
        subject: `${owned.id}/${row.id}`,
      }),
    ),
  ]);
  return {
    planned: planned.length,
    refused: decided.flatMap(({ row, what }) =>
      what.kind === 'refused' ? [{ changeId: row.id, reason: what.reason }] : [],
    ),
    nextRunAt: nextRunAt(woken, act),
  };
}

async function changesOf(db: Database, owned: OwnedPairing, which: Undo): Promise<readonly ChangeRow[]> {
  const ofRun = db
    .select({ id: run.id })
    .from(run)
    .where(
      and(
        eq(run.id, 'runId' in which ? which.runId : ''),
        eq(run.mailboxId, owned.mailboxId),
        sql`${change.at} between ${run.startedAt} and ${run.endedAt}`,
      ),
    );
  const named = 'runId' in which ? sql`exists ${ofRun}` : inArray(change.id, [...which.changeIds]);
  return await db
    .select()
    .from(change)
    .where(and(eq(change.pairingId, owned.id), named))
    .limit(UNDO_LIMIT);
}

/** An event of which changes are to be taken back, as it is now. */
interface State {
  /** Null: the link is gone, so both sides have lost the event. */
  readonly work: string | null;
  readonly base: CalendarEvent | null;
  /** When something else was done to it last, that is not to be taken back as well. */
  readonly changedAt: number;
}

async function statesOf(db: Database, rows: readonly ChangeRow[]): Promise<ReadonlyMap<string, State>> {
  const ids = [...new Set(rows.map(({ linkId }) => linkId))];
  if (ids.length === 0) return new Map();
  const [links, others] = await db.batch([
    db
      .select({ id: link.id, work: link.work, base: linkContent.base })
      .from(link)
      .leftJoin(linkContent, eq(linkContent.linkId, link.id))
      .where(inArray(link.id, ids)),
    db
      .select({ linkId: change.linkId, at: sql<number>`max(${change.at})` })
      .from(change)
      .where(
        and(
          inArray(change.linkId, ids),
          ne(change.kind, 'parked'),
          notInArray(
            change.id,
            rows.map(({ id }) => id),
          ),
          gt(change.at, 0),
        ),
      )
      .groupBy(change.linkId),
  ]);
  return new Map(
    ids.map((id) => {
      const found = links.find((each) => each.id === id);
      return [
        id,
        {
          work: found?.work ?? null,
          base: found?.base ? (JSON.parse(found.base) as CalendarEvent) : null,
          changedAt: others.find((each) => each.linkId === id)?.at ?? 0,
        },
      ];
    }),
  );
}

function decide(owned: Undoing, row: ChangeRow, state: State | null): Decided {
  const refuse = (reason: Refusal): Decided => ({ kind: 'refused', reason });
  if (row.kind !== 'update' && row.kind !== 'delete' && row.kind !== 'lost') return refuse('undoNotPossible');
  if (row.before === null || state === null) return refuse('undoNotKept');
  const before = JSON.parse(row.before) as CalendarEvent;
  if (isShared(before) || (state.base !== null && isShared(state.base))) return refuse('undoMailSent');
  if (owned.direction !== 'both') return refuse('undoReadOnly');
  if (owned.preview || state.changedAt > row.at) return refuse('undoChangedSince');
  if (row.kind === 'delete') {
    if (state.work !== null) return refuse('undoChangedSince');
    if (owned.isRoom) return refuse('undoNotPossible');
    // A copy that showed less than there was cannot tell what is gone.
    if (row.side === 'liferay' && owned.details !== 'full') return refuse('undoNotKept');
    return { kind: 'restore', event: before };
  }
  if (state.work !== 'clean' || state.base === null) return refuse('undoChangedSince');
  const fields = fieldsToPutBack(row, before, state.base);
  if (fields.length === 0 || needsRevival(state.base, withFields(state.base, before, fields))) {
    return refuse('undoNotPossible');
  }
  return { kind: 'edit', edit: { side: row.side, before, fields } };
}

/** Somebody else takes part in it: they were told of what happened, and would be told again. */
function isShared({ meeting, attendees }: Partial<CalendarEvent>): boolean {
  return meeting === true || (attendees?.length ?? 0) > 0;
}

/** Those that the history names; of what a person had decided on it names none, and they are those that differ. */
function fieldsToPutBack(
  { fields, side }: ChangeRow,
  before: CalendarEvent,
  base: CalendarEvent,
): readonly EventField[] {
  const different = changedFields(side, before, base);
  const named: unknown = fields === null ? null : JSON.parse(fields);
  return EVENT_FIELDS.filter(
    (field) => different.includes(field) && (!Array.isArray(named) || named.includes(field)),
  );
}

function writesOf(
  db: Database,
  owned: OwnedPairing,
  linkId: string,
  decided: readonly Decided[],
  { atMs: at }: Act,
): BatchItem<'sqlite'>[] {
  const edits = decided.flatMap((each) => (each.kind === 'edit' ? [each.edit] : []));
  const event = decided.find((each) => each.kind === 'restore')?.event ?? null;
  const wanted = {
    edits: JSON.stringify(edits),
    restores: event === null ? null : JSON.stringify(event),
    at,
  };
  const marked = db
    .insert(undo)
    .values({ linkId, pairingId: owned.id, ...wanted })
    .onConflictDoUpdate({ target: undo.linkId, set: wanted });
  if (event === null) {
    const isClean = and(eq(link.id, linkId), eq(link.pairingId, owned.id), eq(link.work, 'clean'));
    return [marked, db.update(link).set(PLANNED_AGAIN).where(isClean)];
  }
  const gone = { exchangeState: 'none', liferayState: 'none', work: 'dirty' } as const;
  return [
    db
      .insert(link)
      .values({ id: linkId, pairingId: owned.id, ...gone })
      .onConflictDoNothing(),
    marked,
  ];
}
