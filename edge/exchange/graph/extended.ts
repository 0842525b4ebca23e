/** Our own named properties in events (Microsoft Learn, "Outlook extended properties overview"). */
import type { SingleValueLegacyExtendedProperty } from '@microsoft/microsoft-graph-types';
import { PROPERTY_SET, STAMP_PROPERTY, ZONE_PROPERTY } from '../own-properties.ts';
import type { EventAnswer } from './answers.ts';

/** How Graph names one of our properties. */
export function propertyId(name: string): string {
  return `String {${PROPERTY_SET}} Name ${name}`;
}

export function writtenProperty(name: string, value: string): SingleValueLegacyExtendedProperty {
  return { id: propertyId(name), value };
}

/** $expand of all that we keep: an answer has none that was not asked for. */
export const OWN_PROPERTIES = `singleValueExtendedProperties($filter=${[STAMP_PROPERTY, ZONE_PROPERTY]
  .map((name) => `id eq '${propertyId(name)}'`)
  .join(' or ')})`;

/** $filter of events that carry this stamp. */
export function stampedWith(stamp: string): string {
  const value = stamp.replaceAll("'", "''");
  const is = `ep/id eq '${propertyId(STAMP_PROPERTY)}' and ep/value eq '${value}'`;
  return `singleValueExtendedProperties/Any(ep: ${is})`;
}

/** The value of one of our properties; the case of an id's GUID is the server's. */
export function ownProperty(
  { singleValueExtendedProperties }: Pick<EventAnswer, 'singleValueExtendedProperties'>,
  name: string,
): string | null {
  const wanted = propertyId(name).toLowerCase();
  const found = singleValueExtendedProperties?.find(({ id }) => id.toLowerCase() === wanted);
  return found?.value ?? null;
}
