/**
 * Ids as Graph has them (Microsoft Learn, "Obtain immutable identifiers for Outlook resources" and
 * translateExchangeIds): `restId` is the id of EWS made safe for URLs, the immutable one belongs to the item for as long
 * as it stays in its mailbox. Both are case-sensitive.
 */

import { isItemId, occurrenceId, parseOccurrenceId } from '../ids.ts';
import type { StoredItem } from '../model.ts';
import type { ItemView } from '../series.ts';
import { viewOf } from '../series.ts';
import type { ExchangeStore } from '../store.ts';
import { itemNotFound, malformedId } from './graph-errors.ts';

export type IdFormat = 'restId' | 'restImmutableEntryId' | 'ewsId';

const IMMUTABLE = 'AAkA';
const IMMUTABLE_OCCURRENCE = 'AQkA';
/** Characters before the master's id in that of an occurrence. */
const OCCURRENCE_HEAD = 16;

const toRest = (ewsId: string): string => ewsId.replaceAll('+', '_').replaceAll('/', '-');
export const toEws = (restId: string): string => restId.replaceAll('_', '+').replaceAll('-', '/');

/** Folders have no immutable id: their own is constant. */
export const folderRestId = toRest;

function immutableId(bornAs: string): string {
  return `${IMMUTABLE}${toRest(bornAs.slice(IMMUTABLE.length))}`;
}

/** The id of an item, or of the occurrence that its pattern puts on `day`. */
export function idOf(stored: StoredItem, day: number | null, format: IdFormat): string {
  if (format === 'restImmutableEntryId') {
    const master = immutableId(stored.bornAs);
    if (day === null) return master;
    return `${IMMUTABLE_OCCURRENCE}${toRest(occurrenceId('', day)).slice(IMMUTABLE.length)}${master}`;
  }
  const ewsId = day === null ? stored.id : occurrenceId(stored.id, day);
  return format === 'ewsId' ? ewsId : toRest(ewsId);
}

export const viewId = ({ stored, occurrence }: ItemView, format: IdFormat): string =>
  idOf(stored, occurrence?.day ?? null, format);

/** The id in the store of the item or occurrence that an id of any form is of; null: there is none. */
export function ewsIdOf(id: string, store: ExchangeStore): string | null {
  if (id.startsWith(IMMUTABLE)) {
    const bornAs = `AAMk${toEws(id.slice(IMMUTABLE.length))}`;
    return store.bornAs(bornAs)?.id ?? null;
  }
  if (id.startsWith(IMMUTABLE_OCCURRENCE)) {
    const master = ewsIdOf(id.slice(OCCURRENCE_HEAD), store);
    const head = id.slice(IMMUTABLE_OCCURRENCE.length, OCCURRENCE_HEAD);
    const day = parseOccurrenceId(`AQMk${toEws(head)}AAAA`)?.day;
    return master === null || day === undefined ? null : occurrenceId(master, day);
  }
  return toEws(id);
}

export const isImmutable = (id: string): boolean =>
  id.startsWith(IMMUTABLE) || id.startsWith(IMMUTABLE_OCCURRENCE);

/** Throws ErrorInvalidIdMalformed and ErrorItemNotFound. */
export function viewByGraphId(id: string, store: ExchangeStore): ItemView {
  const ewsId = ewsIdOf(id, store);
  if (ewsId === null) throw itemNotFound();
  if (!isItemId(ewsId)) throw malformedId();
  return viewOf(store, ewsId);
}

/** A directory id for an address: the same address has the same one. */
export function userIdOf(address: string): string {
  let hash = 0x811c9dc5;
  let hex = '';
  for (let round = 0; round < 4; round++) {
    for (const character of `${round}${address.toLowerCase()}`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    }
    hex += hash.toString(16).padStart(8, '0');
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
