/** The Prefer header (Microsoft Learn, "Get event", "Obtain immutable identifiers", "Paging Microsoft Graph data"). */

import type { ItemZone } from '../zones.ts';
import { UTC_ZONE, zoneNamed } from '../zones.ts';
import { unknownZone } from './graph-errors.ts';
import type { IdFormat } from './graph-ids.ts';

export interface Preferences {
  readonly ids: IdFormat;
  /** The zone of start and end in answers, and its name as the client has it. */
  readonly zone: ItemZone;
  readonly zoneName: string;
  readonly bodyType: 'Text' | 'HTML';
  readonly maxPageSize: number | null;
  /** What an answer says in Preference-Applied. */
  readonly applied: readonly string[];
}

/** Several preferences stand in one header, separated by commas, or in several. Throws TimeZoneNotSupportedException. */
export function readPreferences(header: string | null): Preferences {
  const wanted = new Map<string, string>();
  for (const [, name, quoted, plain] of (header ?? '').matchAll(
    /([\w.-]+)\s*=\s*(?:"([^"]*)"|([^\s,;]+))/g,
  )) {
    wanted.set((name ?? '').toLowerCase(), quoted ?? plain ?? '');
  }
  const zoneName = wanted.get('outlook.timezone') ?? 'UTC';
  const zone = zoneName === 'UTC' ? UTC_ZONE : zoneNamed(zoneName);
  if (zone === null) throw unknownZone(zoneName);
  const bodyType = wanted.get('outlook.body-content-type')?.toLowerCase();
  const pageSize = Number(wanted.get('odata.maxpagesize'));
  const applied = ['outlook.timezone', 'outlook.body-content-type', 'odata.maxpagesize', 'idtype'].flatMap(
    (name) => {
      const value = wanted.get(name);
      if (value === undefined) return [];
      if (name === 'odata.maxpagesize') return [`${name}=${value}`];
      return [`${name === 'idtype' ? 'IdType' : name}="${value}"`];
    },
  );
  return {
    ids: wanted.get('idtype')?.toLowerCase() === 'immutableid' ? 'restImmutableEntryId' : 'restId',
    zone,
    zoneName,
    bodyType: bodyType === 'text' ? 'Text' : 'HTML',
    maxPageSize: Number.isInteger(pageSize) && pageSize > 0 ? Math.min(pageSize, 1000) : null,
    applied,
  };
}
