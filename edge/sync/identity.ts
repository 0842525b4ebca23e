/**
 * The names under which copies are made. They follow from what they are copies of, so that a service that lost its
 * database makes the same ones again and meets its own copies.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

function digest(text: string, length: number): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, length);
}

/**
 * The `vEventUid` of an Exchange item's row in a Liferay calendar. Not the item's own UID: Liferay's own children of
 * the same meeting inherit that, and it is unique per calendar. `twin`: the item's id, where another item of the
 * folder has the same UID.
 */
export function bookingUid(exchangeUid: string, calendarId: string, twin = ''): string {
  return `${digest(`${exchangeUid}\n${calendarId}\n${twin}`, 40)}@calendar-connector`;
}

/** Rows of an item that take each other's place, of which the last can still be met by its UID. */
const IN_A_ROW = 4;

/**
 * The UIDs of an item's rows in the order in which they take each other's place: one in the Recycle Bin keeps its own,
 * so a copy that is put back needs another, by which it can be met again without a database. `id`: the item's.
 */
export function bookingUids(exchangeUid: string, calendarId: string, id: string): readonly string[] {
  const uids = [bookingUid(exchangeUid, calendarId)];
  for (let last = id; uids.length < IN_A_ROW; last = uids.at(-1) ?? '') {
    uids.push(bookingUid(exchangeUid, calendarId, last));
  }
  return uids;
}

/** Whether the UID is one that `bookingUid` makes, for whatever item. */
export function isBookingUid(uid: string): boolean {
  return uid.endsWith('@calendar-connector');
}

/** One line for a whole snapshot, whatever the order of its rows. */
export function snapshotDigest(
  rows: readonly { readonly id: string; readonly version: string }[],
  zone: string,
): string {
  const lines = rows.map((row) => `${row.id} ${row.version}`).sort();
  return digest(`${zone}\n${lines.join('\n')}`, 32);
}
