/** Which row a link names when its own is gone, or has no place in the event any more. */
import type { FurtherRow, WorkItem } from './work-item.ts';

/** In a set of rows each stands for itself: where the link's own is gone, another one takes its place. */
export function inherit(work: WorkItem): FurtherRow | null {
  const isThere = (row: FurtherRow) => row.now !== null && (work.key !== 'series' || isOfNewSet(work, row));
  const heir = work.rows.find(isThere);
  if (!heir) return null;
  putFirst(work, heir);
  return heir;
}

/**
 * Whether the row is of a set that was made for an event after its series had gone, by a run of which an older backup
 * knows nothing.
 */
function isOfNewSet({ exchange }: WorkItem, { agreed, now }: FurtherRow): boolean {
  return exchange.kind === 'present' && agreed === null && now !== null && now.seriesId === null;
}

/** Gives up the link's own row, which stays among the others until it is removed. */
export function abdicate(work: WorkItem, heir: FurtherRow): void {
  const { key, seenBooking, agreedBooking } = work;
  // It was never stored among them.
  const stored = { ...heir.stored, id: work.link.id, liferayId: seenBooking?.id ?? '' };
  putFirst(work, heir);
  work.agreedBooking = heir.agreed;
  work.rows.push({ stored, key, agreed: agreedBooking, now: seenBooking, read: false });
}

function putFirst(work: WorkItem, heir: FurtherRow): void {
  if (!heir.now) return;
  work.rows = work.rows.filter((row) => row !== heir);
  work.inherited.push(heir.stored.id);
  work.key = heir.key;
  work.liferayId = heir.now.id;
  work.liferayVersion = heir.now.version;
  work.liferayUid = heir.now.uid;
  work.seenBooking = heir.now;
  work.liferay = { kind: 'present', event: heir.now.event };
}
