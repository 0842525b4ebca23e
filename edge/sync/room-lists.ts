/**
 * Once a day the servers are asked again for the rooms of the room lists that are released: who adds a room to a list in
 * Exchange means the sites that have the list. What an answer takes away stands still (`mailboxNotReleased`) and goes on
 * by itself when it is back.
 */
import { RemoteFailure } from '#core/failure.ts';
import { REASONS } from '#shared/reasons.ts';
import { anyAddressOf } from '#store/domain-mailboxes.repository.ts';
import { claimRoomLists, type DueRoomList, postponeRoomLists } from '#store/room-lists.repository.ts';
import { saveRoomList } from '#store/site-releases.repository.ts';
import type { Engine } from './engine.ts';

const DAY_MS = 24 * 3_600_000;
/** After a server did not answer, or said that there is no room in a list that had some. */
const AGAIN_MS = 3_600_000;
/** Lists that one refresh reads, each with one request to its server. */
const LIST_LIMIT = 5;

/** What one refresh came to, in lists: those whose rooms are as the server told, and those that stay as they were. */
export interface RoomListsRefreshed {
  readonly read: number;
  readonly kept: number;
}

/** Reads those room lists that were not read for longest. Rejects when the database does not answer. */
export async function refreshRoomLists(engine: Engine): Promise<RoomListsRefreshed> {
  const { db, effects } = engine;
  const nowMs = effects.clock.now();
  const due = await claimRoomLists(db, { nowMs, before: nowMs - DAY_MS, limit: LIST_LIMIT });
  const kept: DueRoomList[] = [];
  /** Domains whose server did not answer are not asked for their other lists. */
  const silent = new Set<string>();
  for (const each of due) {
    if (silent.has(each.domain.id)) {
      kept.push(each);
      continue;
    }
    const outcome = await refresh(engine, each, nowMs);
    if (outcome !== 'read') kept.push(each);
    if (outcome === 'silent') silent.add(each.domain.id);
  }
  await postponeRoomLists(db, kept, nowMs - DAY_MS + AGAIN_MS);
  return { read: due.length - kept.length, kept: kept.length };
}

async function refresh(
  { db, effects, mailboxServer, openRooms }: Engine,
  { domain, list, hadRooms }: DueRoomList,
  nowMs: number,
): Promise<'read' | 'kept' | 'silent'> {
  // A server answers about rooms as to any of its mailboxes; where none is paired, no pairing needs the answer.
  const address = await anyAddressOf(db, domain.id);
  if (address === null) return 'read';
  try {
    const server = await mailboxServer(domain, { address, failed: null });
    const rooms = await openRooms(server, address).rooms(list);
    // No answer by which many rooms would stop at once: an administrator who means it takes the list back.
    if (rooms.length === 0 && hadRooms) {
      effects.log.warn('a room list came back empty and stays as it was', { domain: domain.id, list });
      return 'kept';
    }
    await saveRoomList(db, domain, list, rooms, nowMs);
    return 'read';
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    effects.log.warn('a room list could not be read', {
      domain: domain.id,
      list,
      reason: error.failure.reason,
    });
    return REASONS[error.failure.reason].scope === 'server' ? 'silent' : 'kept';
  }
}
