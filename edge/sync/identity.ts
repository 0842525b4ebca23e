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
