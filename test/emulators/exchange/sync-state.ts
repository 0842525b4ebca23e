/**
 * The sync state of SyncFolderItems. Like the real one it holds which changes the client has seen and, while a
 * round is under way, which items it was given, so that paging from newest to oldest loses nothing when the
 * folder changes between two pages.
 */
import { EwsError } from './errors.ts';
import type { Folder, FolderEntry } from './model.ts';

type Span = readonly [from: number, to: number];

interface SyncState {
  readonly folderId: string;
  /** Change numbers that the client has seen, ascending and disjoint; the first span starts at 0. */
  readonly seen: readonly Span[];
  /** Ordinals of items given in the round under way. */
  readonly given: readonly Span[];
}

export interface SyncChange {
  readonly kind: 'create' | 'update' | 'delete';
  readonly itemId: string;
}

export interface SyncPage {
  readonly changes: readonly SyncChange[];
  readonly state: string;
  readonly isLast: boolean;
}

const invalid = (): EwsError =>
  new EwsError('ErrorInvalidSyncStateData', 'Synchronization state data is corrupt or otherwise invalid.');

function encode(state: SyncState): string {
  return btoa(JSON.stringify([3, state.folderId, state.seen, state.given]));
}

function decode(text: string, folder: Folder): SyncState {
  try {
    const [version, folderId, seen, given] = JSON.parse(atob(text.trim())) as [
      number,
      string,
      Span[],
      Span[],
    ];
    if (version === 3 && folderId === folder.id) return { folderId, seen, given };
  } catch {
    // falls through to the refusal
  }
  throw invalid();
}

function within(spans: readonly Span[], value: number): boolean {
  return spans.some(([from, to]) => from <= value && value <= to);
}

function merge(spans: readonly Span[]): Span[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function changeOf(entry: FolderEntry, known: boolean): SyncChange | null {
  switch (entry.state) {
    case 'here':
      return { kind: known ? 'update' : 'create', itemId: entry.itemId };
    case 'deleted':
      return known ? { kind: 'delete', itemId: entry.itemId } : null;
    case 'movedOn':
      return known ? { kind: 'update', itemId: entry.itemId } : null;
  }
}

/**
 * One page of what changed in the folder: the newest state of each item, newest change first (Microsoft Learn,
 * Mailbox synchronization). A folder in which nothing happened answers with the state that it was asked with.
 * Throws ErrorInvalidSyncStateData.
 */
export function syncPage(
  folder: Folder,
  stateText: string | null,
  limit: number,
  ignored: ReadonlySet<string>,
): SyncPage {
  const state = stateText === null ? { folderId: folder.id, seen: [], given: [] } : decode(stateText, folder);
  const settled = state.seen[0]?.[1] ?? 0;
  const newest = Math.max(settled, folder.log.at(-1)?.at ?? 0);
  const changes: SyncChange[] = [];
  const ordinals: Span[] = [];
  let lowest = settled + 1;
  let isLast = true;
  for (let index = folder.log.length - 1; index >= 0; index--) {
    const logged = folder.log[index];
    if (logged === undefined || logged.at <= settled) break;
    const { at, entry } = logged;
    if (entry.changed !== at || within(state.seen, at)) continue;
    const known = entry.created <= settled || within(state.given, entry.ordinal);
    const change = changeOf(entry, known);
    if (change === null || ignored.has(change.itemId)) continue;
    if (changes.length === limit) {
      isLast = false;
      lowest = at + 1;
      break;
    }
    changes.push(change);
    ordinals.push([entry.ordinal, entry.ordinal]);
  }
  const seen = merge([[0, settled], ...state.seen, [lowest, newest]]);
  const given = isLast ? [] : merge([...state.given, ...ordinals]);
  return { changes, state: encode({ folderId: folder.id, seen, given }), isLast };
}

/** The state of a client that has seen nothing; for an answer that wrongly claims an empty folder. */
export function emptyState(folder: Folder): string {
  return encode({ folderId: folder.id, seen: [[0, 0]], given: [] });
}
