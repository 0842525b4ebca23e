/**
 * location and locations, which "always correspond with each other" (Microsoft Learn, event resource type). The mailbox
 * keeps one line of text for EWS; several locations stand in it one after the other, and as a list in a property beside it.
 */

import type { Location } from '@microsoft/microsoft-graph-types';
import { extendedKey } from '../extended-properties.ts';
import type { ItemContent } from '../model.ts';
import { unreadableBody } from './graph-errors.ts';

const PATH = {
  DistinguishedPropertySetId: 'CalendarAssistant',
  PropertyName: 'Locations',
  PropertyType: 'String',
};
const KEY = extendedKey(PATH);

const locationJson = (displayName: string): Location => ({
  displayName,
  locationType: 'default',
  uniqueId: displayName,
  uniqueIdType: 'private',
});

/** The list, as long as the line is still that of the list: whoever writes the line by EWS replaces both. */
function namesOf({ location, extended }: ItemContent): readonly string[] {
  const kept = extended.get(KEY)?.values[0];
  const names = kept === undefined ? [] : (JSON.parse(kept) as string[]);
  if (names.join('; ') === location && names.length > 0) return names;
  return location === '' ? [] : [location];
}

export function locationsOf(content: ItemContent): {
  readonly location: Location;
  readonly locations: readonly Location[];
} {
  const names = namesOf(content);
  const name = names.join('; ');
  const nowhere = { displayName: '', locationType: 'default', uniqueIdType: 'unknown' } as const;
  return {
    location: name === '' ? { ...nowhere, address: {}, coordinates: {} } : locationJson(name),
    locations: names.map(locationJson),
  };
}

/** What a request says of the place. Throws GraphError. */
export function readLocations(
  sent: readonly unknown[],
  before: ItemContent['extended'],
): Pick<ItemContent, 'location' | 'extended'> {
  const names = sent.flatMap((each) => {
    const name = typeof each === 'object' && each !== null && 'displayName' in each ? each.displayName : '';
    if (typeof name !== 'string') throw unreadableBody('The displayName of a location is a text.');
    return name.trim() === '' ? [] : [name.trim()];
  });
  const extended = new Map(before);
  if (names.length > 1) {
    extended.set(KEY, { path: PATH, values: [JSON.stringify(names)], isList: false });
  } else extended.delete(KEY);
  return { location: names.join('; '), extended };
}
