/**
 * singleValueLegacyExtendedProperty (Microsoft Learn, "Outlook extended properties overview"): ids are
 * `{type} {guid} Name {name}`, `{type} {guid} Id {id}` and `{type} {proptag}`.
 */

import type { SingleValueLegacyExtendedProperty } from '@microsoft/microsoft-graph-types';
import { extendedKey } from '../extended-properties.ts';
import type { ExtendedProperty, ItemContent } from '../model.ts';
import { badRequest, unreadableBody } from './graph-errors.ts';

/** The path of EWS for an id. Throws GraphError. */
export function pathOfId(id: string): Readonly<Record<string, string>> {
  const named = /^(\w+) \{?([0-9a-fA-F-]{36})\}? (Name|Id) (.+)$/.exec(id.trim());
  if (named !== null) {
    const [, type = '', set = '', kind, name = ''] = named;
    const what: Record<string, string> = kind === 'Name' ? { PropertyName: name } : { PropertyId: name };
    return { PropertySetId: set, ...what, PropertyType: type };
  }
  const tagged = /^(\w+) (0x[0-9a-fA-F]{1,4})$/.exec(id.trim());
  if (tagged === null) throw badRequest(`'${id}' is no id of an extended property.`);
  return { PropertyTag: tagged[2] ?? '', PropertyType: tagged[1] ?? '' };
}

export const keyOfId = (id: string): string => extendedKey(pathOfId(id));

/** Those of the ids that the event has. */
export function extendedJson(
  { extended }: ItemContent,
  ids: readonly string[],
): SingleValueLegacyExtendedProperty[] {
  return ids.flatMap((id) => {
    const property = extended.get(keyOfId(id));
    return property === undefined || property.isList ? [] : [{ id, value: property.values[0] ?? '' }];
  });
}

/** The properties of a request, added to those that are there. */
export function withExtended(
  before: ItemContent['extended'],
  sent: unknown,
): ReadonlyMap<string, ExtendedProperty> {
  if (!Array.isArray(sent)) throw unreadableBody('singleValueExtendedProperties is a collection.');
  const extended = new Map(before);
  for (const { id, value } of sent as Partial<Record<'id' | 'value', unknown>>[]) {
    if (typeof id !== 'string' || typeof value !== 'string') {
      throw unreadableBody('An extended property has an id and a value, which are texts.');
    }
    extended.set(keyOfId(id), { path: pathOfId(id), values: [value], isList: false });
  }
  return extended;
}
