/**
 * Restrictions of FindItem: And, Or, Not and comparisons with a constant. Equality of an extended property is
 * answered from an index, so that looking up stamps stays cheap in a large calendar.
 */
import { EwsError } from './errors.ts';
import {
  CLEAN_GLOBAL_OBJECT_ID,
  extendedKey,
  GLOBAL_OBJECT_ID,
  globalObjectIdOf,
} from './extended-properties.ts';
import type { StoredItem } from './model.ts';
import type { ExchangeStore } from './store.ts';
import type { XmlElement } from './xml.ts';
import { childOf, elementsOf } from './xml.ts';
import { parseDateTime, resolveDateTime, UTC_ZONE } from './zones.ts';

export interface CompiledRestriction {
  matches(item: StoredItem): boolean;
  /** All items that can match, from an index; null: any item can. */
  readonly candidates: ReadonlySet<StoredItem> | null;
}

type Value = string | number;

const FIELDS: Readonly<Record<string, (item: StoredItem) => Value>> = {
  'item:Subject': ({ content }) => content.subject,
  'item:LastModifiedTime': ({ modified }) => modified,
  'item:DateTimeCreated': ({ created }) => created,
  'item:Sensitivity': ({ content }) => content.sensitivity,
  'calendar:Start': ({ content }) => content.start,
  'calendar:End': ({ content }) => content.end,
  'calendar:Location': ({ content }) => content.location,
  'calendar:LegacyFreeBusyStatus': ({ content }) => content.showAs,
};

/** Throws ErrorUnsupportedPathForQuery: calendar:UID, for one, is not searchable (exchangelib, is_searchable). */
function fieldReader(expression: XmlElement): (item: StoredItem) => Value {
  const uri = childOf(expression, 'FieldURI')?.attributes['FieldURI'] ?? '';
  const reader = FIELDS[uri];
  if (reader === undefined) {
    throw new EwsError(
      'ErrorUnsupportedPathForQuery',
      `The property ${uri} can not be used with this type of restriction.`,
    );
  }
  return reader;
}

function constantOf(expression: XmlElement): string {
  const constant = childOf(childOf(expression, 'FieldURIOrConstant'), 'Constant');
  if (constant === undefined) {
    throw new EwsError('ErrorUnsupportedQueryFilter', 'Only comparisons with a constant are supported.');
  }
  return constant.attributes['Value'] ?? '';
}

function extendedValue(item: StoredItem, key: string): string | null {
  if (key === GLOBAL_OBJECT_ID || key === CLEAN_GLOBAL_OBJECT_ID) return globalObjectIdOf(item.uid);
  return item.content.extended.get(key)?.values[0] ?? null;
}

function compare(expression: XmlElement, test: (order: number) => boolean): CompiledRestriction {
  const constant = constantOf(expression);
  const extended = childOf(expression, 'ExtendedFieldURI');
  if (extended !== undefined) {
    const key = extendedKey(extended.attributes);
    return {
      candidates: null,
      matches: (item) => {
        const value = extendedValue(item, key);
        return value !== null && test(value < constant ? -1 : value > constant ? 1 : 0);
      },
    };
  }
  const read = fieldReader(expression);
  const date = parseDateTime(constant);
  const wanted: Value = date === null ? constant : resolveDateTime(date, UTC_ZONE);
  return {
    candidates: null,
    matches: (item) => {
      const value = read(item);
      return test(value < wanted ? -1 : value > wanted ? 1 : 0);
    },
  };
}

function equality(expression: XmlElement, store: ExchangeStore): CompiledRestriction {
  const compiled = compare(expression, (order) => order === 0);
  const extended = childOf(expression, 'ExtendedFieldURI');
  if (extended === undefined) return compiled;
  const candidates = store.withExtended(extendedKey(extended.attributes), constantOf(expression));
  return { candidates, matches: compiled.matches };
}

function exists(expression: XmlElement): CompiledRestriction {
  const extended = childOf(expression, 'ExtendedFieldURI');
  if (extended === undefined)
    throw new EwsError('ErrorInvalidPropertyForExists', 'The property cannot be tested for existence.');
  const key = extendedKey(extended.attributes);
  return { candidates: null, matches: (item) => extendedValue(item, key) !== null };
}

function anyOf(parts: readonly CompiledRestriction[]): CompiledRestriction {
  const sets = parts.map(({ candidates }) => candidates);
  const indexed = sets.filter((set) => set !== null);
  return {
    candidates: indexed.length < sets.length ? null : new Set(indexed.flatMap((set) => [...set])),
    matches: (item) => parts.some((part) => part.matches(item)),
  };
}

function allOf(parts: readonly CompiledRestriction[]): CompiledRestriction {
  const candidates = parts.find((part) => part.candidates !== null)?.candidates ?? null;
  return { candidates, matches: (item) => parts.every((part) => part.matches(item)) };
}

/** Throws EwsError for what the server does not search by. */
export function compileRestriction(expression: XmlElement, store: ExchangeStore): CompiledRestriction {
  const parts = (): CompiledRestriction[] =>
    elementsOf(expression).map((part) => compileRestriction(part, store));
  switch (expression.name) {
    case 'And':
      return allOf(parts());
    case 'Or':
      return anyOf(parts());
    case 'Not': {
      const [inner] = parts();
      return { candidates: null, matches: (item) => inner?.matches(item) === false };
    }
    case 'IsEqualTo':
      return equality(expression, store);
    case 'IsNotEqualTo':
      return compare(expression, (order) => order !== 0);
    case 'IsGreaterThan':
      return compare(expression, (order) => order > 0);
    case 'IsGreaterThanOrEqualTo':
      return compare(expression, (order) => order >= 0);
    case 'IsLessThan':
      return compare(expression, (order) => order < 0);
    case 'IsLessThanOrEqualTo':
      return compare(expression, (order) => order <= 0);
    case 'Exists':
      return exists(expression);
    default:
      throw new EwsError('ErrorUnsupportedQueryFilter', `${expression.name} is not supported.`);
  }
}
