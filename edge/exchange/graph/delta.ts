/**
 * What changed in a calendar since a cursor. `calendars/{id}/events/delta` tells single events and masters without a
 * window; v1.0 does not document it, and tenants that do not offer it are asked by `calendarView/delta`, which tells
 * occurrences within fixed boundaries (Microsoft Learn, "event: delta"). Which one it is stands in the cursor.
 */
import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxChange, MailboxChangePage } from '../mailbox-calendar.port.ts';
import { DeltaEntry, Page, shaped, tagOf } from './answers.ts';
import { followable, isBelow } from './cloud.ts';
import { type GraphConversation, query } from './conversation.ts';
import type { DeltaKind, DeltaKinds } from './delta-kinds.ts';
import { GraphRefusal, OF_FOLDER } from './failures.ts';

/**
 * Entries of a page: as many as EWS lists at once, since the first page is asked for before anybody knows which of the two
 * it will be. The service may send fewer (Microsoft Learn, "Delta query: odata.maxpagesize").
 */
export const CHANGES_PER_PAGE = 512;
/**
 * Series that are known by a view's cursor. A view tells nothing of an occurrence that was deleted: all of them are read
 * again whenever something left the view, and every quarter of an hour.
 */
const MASTERS_LIMIT = 2_000;
const MASTERS_INTERVAL_MS = 15 * 60_000;
const CURSOR_LIMIT = 1_000_000;

/** From a year ago: a view covers at most 1,825 days. Before two of its years are used up a new one is begun. */
const VIEW = { before: { hours: 24 * 365 }, length: { hours: 24 * 1_800 }, left: { hours: 24 * 700 } };

const Cursor = v.object({
  graph: v.picklist(['events', 'view']),
  link: v.string(),
  /** Of a view: its end, and the masters of which it showed something. */
  end: v.optional(v.string()),
  masters: v.optional(v.array(v.string())),
  /** When all of these were last said to have changed, in epoch milliseconds of our clock. */
  readAtMs: v.optional(v.number()),
});
type Cursor = v.InferOutput<typeof Cursor>;

/** See MailboxCalendar.changes. */
export async function changesOf(
  conversation: GraphConversation,
  kinds: DeltaKinds,
  folderId: string,
  text: string | null,
  { most, nowMs }: { readonly most: number; readonly nowMs: number },
): Promise<MailboxChangePage> {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs));
  if (text === null) {
    return kinds.first((kind) => firstPage(conversation, kind, folderId, most, now));
  }
  const cursor = cursorIn(conversation, text, now);
  const page = shaped(Page, await ask(() => conversation.follow(cursor.link, OF_FOLDER, most)));
  return pageOf(conversation, cursor, page, nowMs);
}

async function firstPage(
  conversation: GraphConversation,
  kind: DeltaKind,
  folderId: string,
  most: number,
  now: Temporal.Instant,
): Promise<MailboxChangePage> {
  const calendar = conversation.calendar(folderId);
  if (kind === 'events') {
    const path = `${calendar}/events/delta${query({ $select: 'id,changeKey,type,seriesMasterId' })}`;
    const page = shaped(Page, await ask(() => conversation.get(path, OF_FOLDER, most)));
    return pageOf(conversation, { graph: 'events', link: '' }, page, 0);
  }
  const start = now.subtract(VIEW.before);
  const end = start.add(VIEW.length).toString();
  const options = query({ startDateTime: start.toString(), endDateTime: end });
  const path = `${calendar}/calendarView/delta${options}`;
  const page = shaped(Page, await ask(() => conversation.get(path, OF_FOLDER, most)));
  const readAtMs = now.epochMilliseconds;
  return pageOf(conversation, { graph: 'view', link: '', end, masters: [], readAtMs }, page, readAtMs);
}

/** Rejects with `cursorInvalid` what is no cursor of ours, what is of another place, and a view that runs out. */
function cursorIn({ endpoint }: GraphConversation, text: string, now: Temporal.Instant): Cursor {
  const cursor = parsed(text);
  if (cursor === null || !isBelow(endpoint, cursor.link)) throw invalid('no cursor of this server');
  if (cursor.end !== undefined && Temporal.Instant.compare(now.add(VIEW.left), cursor.end) > 0) {
    throw invalid('the window of the view runs out');
  }
  return cursor;
}

function parsed(text: string): Cursor | null {
  if (text.length > CURSOR_LIMIT) return null;
  try {
    const cursor = v.safeParse(Cursor, JSON.parse(text));
    return cursor.success ? cursor.output : null;
  } catch {
    return null;
  }
}

function invalid(why: string): RemoteFailure {
  return new RemoteFailure(failure('cursorInvalid', why));
}

/** 410 and the codes for a token that does not hold any more; some servers say 400 or 404 to one that they cannot read. */
async function ask(request: () => Promise<unknown>): Promise<unknown> {
  try {
    return await request();
  } catch (error) {
    const isToken =
      error instanceof GraphRefusal &&
      error.refusal.status < 500 &&
      /token|syncstate/i.test(error.refusal.text);
    const isOther =
      error instanceof GraphRefusal && (error.refusal.status === 401 || error.refusal.status === 403);
    if (isToken && !isOther) throw invalid(error.failure.detail);
    throw error;
  }
}

function pageOf(
  { endpoint }: GraphConversation,
  cursor: Cursor,
  page: Page,
  nowMs: number,
): MailboxChangePage {
  const entries = page.value.map((entry) => shaped(DeltaEntry, entry));
  const next = page['@odata.nextLink'];
  const link = next ?? page['@odata.deltaLink'];
  if (!link) throw new RemoteFailure(failure('badAnswer', 'a page without a link'));
  const after = { ...cursor, link: followable(endpoint, link) };
  const told =
    cursor.graph === 'events'
      ? { changes: eventChanges(entries), cursor: after }
      : viewPage(after, entries, !next, nowMs);
  return { changes: latest(told.changes), cursor: JSON.stringify(told.cursor), more: !!next };
}

/** One event can appear several times; the last says what it is. */
function latest(changes: readonly MailboxChange[]): readonly MailboxChange[] {
  const byId = new Map<string, MailboxChange>();
  for (const change of changes) {
    byId.delete(change.id);
    byId.set(change.id, change);
  }
  return [...byId.values()];
}

function eventChanges(entries: readonly DeltaEntry[]): readonly MailboxChange[] {
  return entries.map((entry): MailboxChange => {
    const { id, seriesMasterId } = entry;
    const removed = entry['@removed'];
    // Whatever left for another reason than a deletion may be there still: a read tells.
    if (removed) {
      return removed.reason === 'deleted' ? { kind: 'deleted', id } : { kind: 'changed', id, version: '' };
    }
    return seriesMasterId
      ? { kind: 'changed', id: seriesMasterId, version: '' }
      : { kind: 'changed', id, version: tagOf(entry) };
  });
}

/**
 * `@removed` stands there for what was deleted and for what left the window, and of an occurrence it does not say whose
 * it was: a read tells, of it and of all series.
 */
function viewPage(
  cursor: Cursor,
  entries: readonly DeltaEntry[],
  isLast: boolean,
  nowMs: number,
): { readonly changes: readonly MailboxChange[]; readonly cursor: Cursor } {
  const known = cursor.masters ?? [];
  const masters = mastersAfter(known, entries);
  const told = entries.map((entry): MailboxChange => {
    const { id, seriesMasterId, type } = entry;
    if (entry['@removed']) return { kind: 'changed', id, version: '' };
    if (seriesMasterId) return { kind: 'changed', id: seriesMasterId, version: '' };
    return { kind: 'changed', id, version: type === 'seriesMaster' ? '' : tagOf(entry) };
  });
  const isTime = isLast && Math.abs(nowMs - (cursor.readAtMs ?? 0)) >= MASTERS_INTERVAL_MS;
  const hasLost = entries.some((entry) => entry['@removed']);
  const again = isTime || hasLost ? known : [];
  return {
    changes: [...told, ...again.map((id): MailboxChange => ({ kind: 'changed', id, version: '' }))],
    cursor: { ...cursor, masters: [...masters], ...(isTime ? { readAtMs: nowMs } : {}) },
  };
}

function mastersAfter(known: readonly string[], entries: readonly DeltaEntry[]): readonly string[] {
  const masters = new Set(known);
  for (const { id, type, seriesMasterId } of entries) {
    if (seriesMasterId) masters.add(seriesMasterId);
    else if (type === 'seriesMaster') masters.add(id);
  }
  if (masters.size > MASTERS_LIMIT) {
    throw new RemoteFailure(failure('answerTooLarge', `${masters.size} series in one calendar`));
  }
  return [...masters];
}
