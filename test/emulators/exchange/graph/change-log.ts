/**
 * What changed in the folders that somebody tracks, and the version that Graph shows of each item. Delta tokens name a
 * number in this log.
 */

import type { Folder, ItemBefore, Series, StoreChange, StoredItem } from '../model.ts';
import type { ExchangeStore } from '../store.ts';
import type { GraphSwitches } from './graph-switches.ts';

/** What a write means for those who see occurrences. */
export type ChangeNature =
  | { readonly kind: 'whole' }
  /** Occurrences that became other exceptions. */
  | { readonly kind: 'days'; readonly days: readonly number[] }
  /** Nothing but deleted occurrences. */
  | { readonly kind: 'occurrencesDeleted' };

export interface LoggedChange {
  readonly at: number;
  readonly item: StoredItem;
  readonly kind: StoreChange['kind'];
  readonly nature: ChangeNature;
  readonly before: ItemBefore | null;
}

const daysOf = (series: Series | null | undefined) => series?.exceptions ?? new Map<number, unknown>();

export function natureOf({ item, before }: Pick<StoreChange, 'item' | 'before'>): ChangeNature {
  if (before === null || before.content !== item.content) return { kind: 'whole' };
  const [was, is] = [before.series, item.series];
  if (was === null || is === null || was.recurrence !== is.recurrence) return { kind: 'whole' };
  const [old, now] = [daysOf(was), daysOf(is)];
  const days = [...new Set([...old.keys(), ...now.keys()])].filter((day) => old.get(day) !== now.get(day));
  const changed = days.filter((day) => !is.deletedDays.has(day));
  if (changed.length > 0) return { kind: 'days', days: changed };
  return is.deletedDays.size > was.deletedDays.size ? { kind: 'occurrencesDeleted' } : { kind: 'whole' };
}

export class ChangeLog {
  readonly #tracked = new Map<string, LoggedChange[]>();
  /** Items whose last change Graph does not show. */
  readonly #veiled = new Map<StoredItem, { readonly changeKey: string; readonly modified: number }>();
  readonly #switches: GraphSwitches;

  constructor(store: ExchangeStore, switches: GraphSwitches) {
    this.#switches = switches;
    store.watchers.push((change) => this.#take(change));
  }

  /** From now on changes in the folder are remembered. */
  track(folder: Folder): void {
    if (!this.#tracked.has(folder.id)) this.#tracked.set(folder.id, []);
  }

  /** Changes after one number, up to another. */
  between(folder: Folder, since: number, until: number): readonly LoggedChange[] {
    const log = this.#tracked.get(folder.id) ?? [];
    // The newest stand last, and few are asked for.
    let from = log.length;
    while ((log[from - 1]?.at ?? since) > since) from -= 1;
    return log.slice(from).filter(({ at }) => at <= until);
  }

  version(stored: StoredItem): { readonly changeKey: string; readonly modified: number } {
    return this.#veiled.get(stored) ?? stored;
  }

  #take(change: StoreChange): void {
    const { item, folder, kind, at, before } = change;
    const nature = natureOf(change);
    const isVeiled =
      kind === 'updated' &&
      nature.kind === 'occurrencesDeleted' &&
      !this.#switches.deletedOccurrenceTouchesMaster;
    if (!isVeiled || before === null) this.#veiled.delete(item);
    else if (!this.#veiled.has(item)) {
      this.#veiled.set(item, { changeKey: before.changeKey, modified: before.modified });
    }
    if (isVeiled) return;
    this.#tracked.get(folder.id)?.push({ at, item, kind, nature, before });
  }
}
