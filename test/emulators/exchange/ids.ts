/** Item ids, occurrence ids and change keys: opaque base64 that is case-sensitive (Microsoft Learn, EWS identifiers). */
import { DAY_MS } from './zones.ts';

const OCCURRENCE_PREFIX = 'AQMk';
const ITEM_PREFIX = 'AAMk';
const CHANGE_KEY = /^DwAAABYAAAB[A-Za-z0-9+/]{16}A$/;

/**
 * Two ids that follow each other differ in the case of one letter only, so that whoever compares them without
 * regard to case gets caught.
 */
export function createItemIds(uuid: () => string): () => string {
  let base: string | null = null;
  return () => {
    if (base !== null) {
      const id = `${base}aAAA`;
      base = null;
      return id;
    }
    base = `${ITEM_PREFIX}${btoa(`${uuid()}.${uuid()}....`)}`.replace(/=/g, 'A');
    return `${base}AAAA`;
  };
}

export function isItemId(id: string): boolean {
  return /^A[AQ]Mk[A-Za-z0-9+/]+={0,2}$/.test(id) && id.length % 4 === 0;
}

/** An occurrence is known by its master and the day on which the pattern put it. */
export function occurrenceId(masterId: string, day: number): string {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  return `${OCCURRENCE_PREFIX}${btoa(`D${date}`)}${masterId}`;
}

/** Null when the id is not that of an occurrence. */
export function parseOccurrenceId(id: string): { readonly masterId: string; readonly day: number } | null {
  if (!id.startsWith(OCCURRENCE_PREFIX) || !isItemId(id)) return null;
  const date = /^D(\d{4})(\d\d)(\d\d)$/.exec(atob(id.slice(4, 16)));
  if (date === null) return null;
  return { masterId: id.slice(16), day: Date.parse(`${date[1]}-${date[2]}-${date[3]}T00:00:00Z`) / DAY_MS };
}

export function changeKeyOf(version: number): string {
  return `DwAAABYAAAB${btoa(version.toString(36).padStart(12, '0'))}A`;
}

export function isChangeKey(text: string): boolean {
  return CHANGE_KEY.test(text);
}
