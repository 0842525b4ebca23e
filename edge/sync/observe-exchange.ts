/**
 * Observing a folder: that something changed is recorded in the same commit as the cursor; what it says is read
 * when it is planned. So a crash loses nothing: what is dirty stays dirty.
 */
import { RemoteFailure } from '#core/failure.ts';
import type { MailboxChange, MailboxChangePage } from '#exchange/mailbox-calendar.port.ts';
import { knownItems } from '#store/links.repository.ts';
import {
  insertLinks,
  markItemsChanged,
  markUnreported,
  markUnseen,
  quieten,
  updateLinks,
} from '#store/links.statements.ts';
import type { LinkRow, NewLink } from '#store/sync-rows.ts';
import { commit } from './commit.ts';
import type { Engine } from './engine.ts';
import type { Budget, MailboxSession, PairingSession } from './slice.ts';

/** Pages of one folder in one slice: 512 items each. */
const PAGE_LIMIT = 200;

/**
 * Reads the changes of every paired folder of the mailbox, unless its server would have told of them. Failures of the
 * mailbox end up in the session.
 */
export async function observeExchange(
  engine: Engine,
  session: MailboxSession,
  budget: Budget,
): Promise<void> {
  if (session.asks === 'no') return;
  await observeFolders(engine, session, budget);
  session.hasAsked = !session.lost && !session.failure && !session.more;
}

async function observeFolders(engine: Engine, session: MailboxSession, budget: Budget): Promise<void> {
  for (const pairing of session.pairings) {
    if (session.lost) return;
    try {
      await observeFolder(engine, session, pairing, budget);
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      if (error.failure.reason === 'folderNotFound') await block(engine, session, pairing, error);
      else {
        session.failure = error.failure;
        return;
      }
    }
  }
}

/** A folder that is gone is no evidence about its items: nothing is deleted, the pairing waits for a person. */
async function block(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  error: RemoteFailure,
): Promise<void> {
  pairing.blocked = true;
  const { reason, detail } = error.failure;
  if (pairing.row.reason !== reason)
    await commit(engine, session, pairing, { reason, reasonDetail: detail }, []);
}

async function observeFolder(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  budget: Budget,
): Promise<void> {
  for (let page = 0; page < PAGE_LIMIT; page += 1) {
    if (session.lost) return;
    if (budget.spent) break;
    const changes = await nextPage(engine, session, pairing, budget);
    if (changes === null) continue;
    await recordPage(engine, session, pairing, changes);
    if (!changes.more) return;
  }
  session.more = true;
}

/** null: the cursor was refused, and the folder is to be listed anew. */
async function nextPage(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  budget: Budget,
): Promise<MailboxChangePage | null> {
  budget.spend();
  try {
    return await pairing.mailbox.changes(pairing.row.folderId, pairing.row.cursor);
  } catch (error) {
    const refused = error instanceof RemoteFailure && error.failure.reason === 'cursorInvalid';
    if (!refused || pairing.row.cursor === null) throw error;
    await commit(
      engine,
      session,
      pairing,
      {
        cursor: null,
        exchangeSeen: false,
        phase: 'observing',
        generation: pairing.row.generation + 1,
        digest: null,
      },
      [quieten(engine.db, pairing.row.id)],
    );
    return null;
  }
}

async function recordPage(
  engine: Engine,
  session: MailboxSession,
  pairing: PairingSession,
  page: MailboxChangePage,
): Promise<void> {
  const { row } = pairing;
  const listed = !page.more && !row.exchangeSeen;
  // A server may hand out a new cursor each time; the old one stays good, and an idle round writes nothing.
  if (page.changes.length === 0 && !listed && !page.more && !row.awaitsEcho) return;

  const latest = new Map<string, MailboxChange>();
  for (const change of page.changes) latest.set(change.id, change);
  const known = await knownItems(engine.db, row.id, [...latest.keys()]);
  const sorted = sortChanges(engine, pairing, latest, known);
  session.changesSeen += sorted.created.length + sorted.changed.length + sorted.deleted.length;
  const { db } = engine;
  const caughtUp = !page.more && row.awaitsEcho;
  const follow = {
    cursor: page.cursor,
    exchangeSeen: row.exchangeSeen || listed,
    awaitsEcho: row.awaitsEcho && !caughtUp,
  };
  await commit(engine, session, pairing, follow, [
    ...insertLinks(db, sorted.created),
    ...markItemsChanged(db, sorted.changed, row.generation),
    ...updateLinks(db, sorted.metAgain, { generation: row.generation, exchangeState: 'present' }),
    ...updateLinks(db, sorted.deleted, {
      exchangeState: 'deleted',
      exchangeDirty: false,
      work: 'dirty',
      attempts: 0,
      retryAt: 0,
    }),
    ...(caughtUp ? [markUnreported(db, row.id)] : []),
    ...(listed && row.generation > 0 ? [markUnseen(db, row.id, row.generation)] : []),
  ]);
}

interface SortedChanges {
  readonly created: NewLink[];
  readonly changed: { id: string; version: string }[];
  /** Unchanged items of a folder that is listed anew. */
  readonly metAgain: string[];
  readonly deleted: string[];
}

function sortChanges(
  engine: Engine,
  pairing: PairingSession,
  latest: ReadonlyMap<string, MailboxChange>,
  known: ReadonlyMap<string, LinkRow>,
): SortedChanges {
  const sorted: SortedChanges = { created: [], changed: [], metAgain: [], deleted: [] };
  const { generation } = pairing.row;
  for (const change of latest.values()) {
    const link = known.get(change.id);
    if (change.kind === 'deleted') {
      if (link && link.exchangeState !== 'deleted') sorted.deleted.push(link.id);
    } else if (!link) {
      sorted.created.push({
        id: engine.effects.ids.uuid(),
        pairingId: pairing.row.id,
        exchangeId: change.id,
        exchangeVersion: change.version,
        exchangeState: 'present',
        exchangeDirty: true,
        liferayState: 'none',
        work: 'dirty',
        generation,
      });
    } else if (link.exchangeVersion !== change.version || link.exchangeState === 'deleted') {
      sorted.changed.push({ id: link.id, version: change.version });
    } else if (
      link.generation !== generation ||
      link.exchangeState === 'none' ||
      link.exchangeState === 'unseen'
    ) {
      // The version that we recorded after our own write: an echo.
      sorted.metAgain.push(link.id);
    }
  }
  return sorted;
}
