/** ItemShape of a request: which properties the client wants of each item. */
import type { ExtendedPath } from './extended-properties.ts';
import { extendedKey } from './extended-properties.ts';
import type { XmlElement } from './xml.ts';
import { childOf, elementsOf, textOf } from './xml.ts';

/** What a client asks of each item. */
export interface ItemShape {
  readonly base: 'IdOnly' | 'Default' | 'AllProperties';
  readonly bodyType: string;
  readonly uris: ReadonlySet<string>;
  readonly extended: readonly ExtendedPath[];
}

/** ItemShape of a request. Throws EwsError for an extended property that cannot be. */
export function readItemShape(element: XmlElement | undefined): ItemShape {
  const base = textOf(childOf(element, 'BaseShape')).trim();
  const paths = elementsOf(childOf(element, 'AdditionalProperties'));
  const extended = paths.filter((path) => path.name === 'ExtendedFieldURI').map((path) => path.attributes);
  for (const path of extended) extendedKey(path);
  return {
    base: base === 'AllProperties' || base === 'Default' ? base : 'IdOnly',
    bodyType: textOf(childOf(element, 'BodyType')).trim() || 'Best',
    uris: new Set(paths.map((path) => path.attributes['FieldURI'] ?? '')),
    extended,
  };
}
