/** Writing down what a batch came to, in one fenced commit: versions, agreement, and each change with its before-image. */
import type { BatchItem } from 'drizzle-orm/batch';
import type { Failure } from '#core/failure.ts';
import { rowStart } from '#core/rows.ts';
import { REASONS } from '#shared/reasons.ts';
import { deleteExceptions, moveExceptions } from '#store/exceptions.statements.ts';
import { deleteContent, deleteLink, putContents, UNREPORTED, updateLink } from '#store/links.statements.ts';
import {
  deleteHeld,
  deleteIntent,
  deleteIntents,
  deleteUndos,
  insertChanges,
  putHeld,
  setIntentFence,
} from '#store/sync.statements.ts';
import type { NewChange, NewLink } from '#store/sync-rows.ts';
import { backoffMs, failuresOf, ITEM_ATTEMPTS, looksOf } from './backoff.ts';
import { commit } from './commit.ts';
import { isEcho, writtenBy } from './decide.ts';
import type { Engine } from './engine.ts';
import { history } from './history.ts';
import { isApart } from './observe-liferay.ts';
import { proposalWrites, proposedLink } from './propose.ts';
import { changedPlaces, releaseRows, rowStates } from './record-rows.ts';
import { settleMs, WAITED } from './resolve.ts';
import type { MailboxSession, PairingSession } from './slice.ts';
import { indexSpan } from './window.ts';
import { contentOf, type Outcome, type WorkItem } from './work-item.ts';

type Write = BatchItem<'sqlite'>;

/** @returns false when the lease was lost */
export async function record(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  works: readonly WorkItem[],
): Promise<boolean> {
  const done = works.flatMap((work) => (work.outcome ? [{ work, outcome: work.outcome }] : []));
  const { db } = engine;
  const at = engine.effects.clock.now();
  const writes: Write[] = [];
  // First, because an item or booking belongs to one link at a time.
  for (const { work } of done) {
    for (const id of work.absorbed) writes.push(...moveExceptions(db, id, work.link.id), deleteLink(db, id));
  }
  for (const { work, outcome } of done)
    writes.push(...linkWrites(engine, session, pairing, work, outcome, at));
  const settled = done.filter(
    ({ work, outcome }) => settles(outcome) && (work.intent !== null || work.plan?.kind === 'act'),
  );
  writes.push(
    ...deleteIntents(
      db,
      settled.map(({ work }) => work.link.id),
    ),
  );
  const contents = done.flatMap(({ work, outcome }) =>
    outcome.kind === 'agreed'
      ? [contentOf(work.link.id, outcome.base, outcome.seenExchange, outcome.seenBooking)]
      : [],
  );
  writes.push(...putContents(db, contents));
  const changes: NewChange[] = done.flatMap(({ work, outcome }) =>
    history(work, outcome).map((change) => ({
      ...change,
      id: engine.effects.ids.uuid(),
      pairingId: pairing.row.id,
      linkId: work.link.id,
      at,
    })),
  );
  writes.push(...insertChanges(db, changes));
  if (pairing.row.preview) writes.push(...proposalWrites(db, pairing, done));
  // What was held and has come to anything else since, by approval or by another change, waits no more.
  const released = done.filter(({ outcome }) => settles(outcome) || outcome.kind === 'forgotten');
  writes.push(
    ...deleteHeld(
      db,
      released.map(({ work }) => work.link.id),
    ),
  );
  const undone = done.filter(({ work, outcome }) => work.undo !== null && UNDONE.has(outcome.kind));
  writes.push(
    ...deleteUndos(
      db,
      undone.map(({ work }) => work.link.id),
    ),
  );
  for (const { outcome } of done) {
    if (outcome.kind !== 'failed' && outcome.kind !== 'declined') continue;
    const { reason } = outcome.failure;
    session.tally.failed += 1;
    session.activity.failed.set(reason, (session.activity.failed.get(reason) ?? 0) + 1);
  }
  const created = done.some(
    ({ outcome }) => outcome.kind === 'restored' || (outcome.kind === 'agreed' && outcome.unreported),
  );
  return commit(
    engine,
    session,
    pairing,
    {
      ...(created ? { awaitsEcho: true } : {}),
      // A row that is gone again before it was ever seen would leave the digest as it was: compare row by row.
      ...(works.some(writesLiferay) ? { digest: null } : {}),
    },
    writes,
  );
}

/** Whether nothing is left to find out about what was announced; a link that goes takes its intent along. */
function settles({ kind }: Outcome): boolean {
  return (
    kind === 'agreed' || kind === 'restored' || kind === 'outside' || kind === 'leftAlone' || kind === 'half'
  );
}

/** After these nothing is left to take back; what is set aside is not taken back when somebody tries it again. */
const UNDONE: ReadonlySet<Outcome['kind']> = new Set([
  'agreed',
  'restored',
  'outside',
  'leftAlone',
  'held',
  'declined',
]);

function writesLiferay({ plan, outcome }: WorkItem): boolean {
  if (outcome?.kind === 'proposed') return false;
  return plan?.kind === 'act' && plan.actions.some((action) => action.kind.endsWith('Liferay'));
}

function linkWrites(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  work: WorkItem,
  outcome: Outcome,
  at: number,
): Write[] {
  const { db } = engine;
  const { id } = work.link;
  const clean = { ...CLEAN, ...identities(work) };
  switch (outcome.kind) {
    case 'forgotten':
      return [deleteLink(db, id), ...releaseRows(engine, pairing, work, outcome)];
    case 'agreed':
      return [
        ...rowStates(engine, work, outcome),
        ...releaseRows(engine, pairing, work, outcome),
        updateLink(db, id, {
          ...clean,
          ...indexSpan(outcome.base),
          ...echoes(work),
          quiet: false,
          exchangeState: 'present',
          liferayState: 'present',
          liferaySeries: outcome.seenBooking.seriesId,
          // What was refused is tried again when either side changes.
          exceptionsDue: outcome.failure !== null,
          claim: null,
          rowsUntil: work.rowWrites ? work.rowWrites.untilMs : work.link.rowsUntil,
          exchangeDirty: outcome.dirtyExchange || work.unshown.length > 0,
          liferayDirty: outcome.dirtyLiferay,
          generation:
            outcome.unreported || work.link.generation === UNREPORTED ? UNREPORTED : pairing.row.generation,
          work: outcome.dirtyExchange || outcome.dirtyLiferay ? 'dirty' : 'clean',
          ...remarked(work, outcome),
        }),
      ];
    case 'proposed':
      return [updateLink(db, id, proposedLink(work))];
    case 'outside':
      return [
        updateLink(db, id, {
          ...clean,
          ...(work.exchange.kind === 'present'
            ? { ...indexSpan(work.exchange.event), exchangeState: 'present' }
            : {}),
          work: 'outside',
          liferayId: null,
          liferayVersion: null,
          liferayState: 'none',
          liferayKey: 'series',
        }),
      ];
    case 'leftAlone':
      return [
        ...deleteExceptions(
          db,
          (work.rowWrites?.remove ?? []).map(({ stored }) => stored.id),
        ),
        updateLink(db, id, {
          ...clean,
          exchangeId: null,
          exchangeVersion: null,
          exchangeState: 'none',
          ...startOfInvitation(work),
          work: 'liferayOnly',
        }),
      ];
    case 'restored':
      return [
        updateLink(db, id, {
          ...clean,
          exchangeState: 'present',
          exchangeDirty: true,
          // Its occurrences come after it.
          exceptionsDue: false,
          generation: UNREPORTED,
          work: 'dirty',
        }),
      ];
    case 'half':
      return [
        updateLink(db, id, {
          ...clean,
          exchangeId: null,
          exchangeVersion: null,
          exchangeUid: null,
          exchangeState: 'none',
          liferayId: outcome.booking.id,
          liferayVersion: outcome.booking.version,
          liferayUid: outcome.booking.uid,
          liferayState: 'present',
          liferayDirty: true,
          work: 'dirty',
        }),
      ];
    case 'waits':
      return [
        updateLink(db, id, {
          ...states(work),
          ...(work.exchangeId === null ? { ...identities(work), ...startOfInvitation(work) } : {}),
          reason: null,
          reasonDetail: null,
          attempts: looksOf(work.link) + 1,
          retryAt: at + backoffMs(looksOf(work.link) + 1, engine.effects.random),
          exchangeDirty: true,
        }),
      ];
    case 'held':
      return [
        updateLink(db, id, { ...identities(work), work: 'held', reason: 'heldForApproval' }),
        putHeld(db, {
          linkId: id,
          pairingId: pairing.row.id,
          kind: outcome.fields === null ? 'delete' : 'change',
          side: outcome.side,
          fields: outcome.fields === null ? null : JSON.stringify(outcome.fields),
          at,
        }),
      ];
    case 'failed':
      return [
        ...changedPlaces(engine, work),
        ...failed(engine, session, work, outcome.failure, at, outcome.uncertain),
      ];
    case 'declined':
      return [...changedPlaces(engine, work), ...declined(engine, session, work, outcome, at)];
    default:
      return outcome satisfies never;
  }
}

/** By this its copy finds an invitee's row, also when nothing tells its UID. */
function startOfInvitation({ seenBooking }: WorkItem): Partial<NewLink> {
  return seenBooking && isApart(seenBooking) ? { firstAt: rowStart(seenBooking.event) } : {};
}

/** Part of the event was refused, or is to be known of: it is set aside with its reason until one of its sides changes. */
function remarked({ remark }: WorkItem, outcome: Extract<Outcome, { kind: 'agreed' }>): Partial<NewLink> {
  const isDirty = outcome.dirtyExchange || outcome.dirtyLiferay;
  const failure = outcome.failure ?? (isDirty ? null : remark);
  return failure ? { work: 'parked', reason: failure.reason, reasonDetail: failure.detail } : {};
}

const CLEAN: Partial<NewLink> = {
  reason: null,
  reasonDetail: null,
  attempts: 0,
  retryAt: 0,
  exchangeDirty: false,
  liferayDirty: false,
};

function identities(work: WorkItem): Partial<NewLink> {
  const { exchangeId, exchangeVersion, exchangeUid, liferayId, liferayVersion, liferayUid, key } = work;
  return { exchangeId, exchangeVersion, exchangeUid, liferayId, liferayVersion, liferayUid, liferayKey: key };
}

function echoes(work: WorkItem): Partial<NewLink> {
  if (work.plan?.kind !== 'act') return {};
  const last = writtenBy(work, work.plan);
  return { lastWritten: JSON.stringify(last), echoes: isEcho(work, work.plan) ? work.link.echoes + 1 : 0 };
}

/** Retried with backoff, then set aside: one item that fails never stops the others. */
function failed(
  engine: Engine,
  session: MailboxSession,
  work: WorkItem,
  { reason, detail, waitMs }: Failure,
  at: number,
  uncertain = false,
): Write[] {
  const { db, effects } = engine;
  const { id } = work.link;
  const rule = REASONS[reason].retry;
  // That a server is busy says nothing about the item, however often it happens.
  const attempts = failuresOf(work.link) + (rule === 'wait' ? 0 : 1);
  const parked = rule === 'park' || attempts >= ITEM_ATTEMPTS;
  const pause = waitMs ?? backoffMs(Math.max(1, attempts), effects.random);
  const wait = pause + (uncertain ? settleMs(engine) : 0);
  const again = rule === 'merge' && attempts < 3 ? 0 : at + wait;
  if (rule === 'merge') session.more = true;
  return [
    ...(parked && work.undo !== null ? deleteUndos(db, [id]) : []),
    updateLink(db, id, {
      ...identities(work),
      ...states(work),
      claim: work.claim,
      work: parked ? 'parked' : 'dirty',
      reason,
      reasonDetail: detail,
      attempts: parked ? 0 : attempts,
      retryAt: parked ? 0 : again,
      exchangeDirty: true,
      liferayDirty: true,
    }),
    ...intentAfterFailure(engine, work, uncertain),
  ];
}

/** Set aside with its reason, like what failed; of what was withdrawn from Exchange nothing is agreed on any more. */
function declined(
  engine: Engine,
  session: MailboxSession,
  work: WorkItem,
  { failure, keepsItem }: Extract<Outcome, { kind: 'declined' }>,
  at: number,
): Write[] {
  const { db } = engine;
  const { id } = work.link;
  const claim = failure.reason === 'roomTaken' ? 'declined' : null;
  return [
    ...failed(engine, session, work, failure, at),
    ...(keepsItem
      ? // No occurrence is due that was not before.
        [updateLink(db, id, { claim, exceptionsDue: work.link.exceptionsDue })]
      : [updateLink(db, id, { claim, ...NO_ITEM }), deleteContent(db, id)]),
  ];
}

const NO_ITEM: Partial<NewLink> = {
  exchangeId: null,
  exchangeVersion: null,
  exchangeUid: null,
  exchangeState: 'none',
  exchangeDirty: false,
  exceptionsDue: false,
};

/**
 * What was announced by an earlier run is still to be found out about when this one failed before its own write. Of
 * an update one side may have been written before the other refused. Only a create that surely failed left nothing.
 */
function intentAfterFailure(engine: Engine, work: WorkItem, uncertain: boolean): readonly Write[] {
  const { db } = engine;
  const { id } = work.link;
  if (work.announced === null) return [];
  return uncertain || work.announced === 'update' ? [setIntentFence(db, id, WAITED)] : [deleteIntent(db, id)];
}

/** What was learnt about existence stays known, whatever failed after. */
function states(work: WorkItem): Partial<NewLink> {
  return {
    ...(work.exchange.kind === 'gone' ? { exchangeState: 'deleted' } : {}),
    ...(work.liferay.kind === 'gone' ? { liferayState: 'deleted' } : {}),
    ...(work.absorbed.length > 0 && work.exchangeId !== null && work.exchange.kind === 'present'
      ? { exchangeState: 'present' }
      : {}),
    ...(work.absorbed.length > 0 && work.liferayId !== null && work.liferay.kind === 'present'
      ? { liferayState: 'present' }
      : {}),
  };
}
