/** OData query options as Outlook's resources take them (Microsoft Learn, "Use query parameters to customize responses"). */

import { unsupportedQuery } from './graph-errors.ts';

/** Which properties of an event an answer has. */
export interface EventShape {
  /** Null: all of them. */
  readonly select: ReadonlySet<string> | null;
  readonly expandsExceptions: boolean;
  /** Ids of extended properties, as they were asked for. */
  readonly extended: readonly string[];
}

export const WHOLE_EVENT: EventShape = { select: null, expandsExceptions: false, extended: [] };

/** Names of options come in any case, with or without the dollar. */
export class Query {
  readonly #values = new Map<string, string>();

  constructor(search: URLSearchParams) {
    for (const [name, value] of search) this.#values.set(name.toLowerCase(), value);
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  /** Throws ErrorInvalidUrlQuery for a number that is none or out of its range. */
  count(name: string, from: number, to: number): number | null {
    const text = this.get(name);
    if (text === undefined) return null;
    const value = Number(text);
    if (!Number.isInteger(value) || value < from || value > to) {
      throw unsupportedQuery(`The limit of '${to}' for ${name} query has been exceeded or it is no number.`);
    }
    return value;
  }

  /** Throws ErrorInvalidUrlQuery where one of the options is there. */
  refuse(names: readonly string[], resource: string): void {
    if (!names.some((name) => this.get(name) !== undefined)) return;
    const listed = names.join(', ');
    throw unsupportedQuery(
      `The following parameters are not supported with change tracking over the '${resource}' resource: '${listed}'.`,
    );
  }

  shape(): EventShape {
    const select = this.get('$select');
    let shape: EventShape = {
      ...WHOLE_EVENT,
      select: select === undefined ? null : new Set(select.split(',').map((name) => name.trim())),
    };
    for (const part of splitOutside(this.get('$expand') ?? '')) shape = expanded(shape, part);
    return shape;
  }
}

/** At commas that stand in no parentheses and no quotes. */
function splitOutside(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'") isQuoted = !isQuoted;
    else if (!isQuoted && character === '(') depth += 1;
    else if (!isQuoted && character === ')') depth -= 1;
    else if (!isQuoted && depth === 0 && character === ',') {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

function expanded(shape: EventShape, part: string): EventShape {
  const [, name, options] = /^(\w+)(?:\((.*)\))?$/s.exec(part) ?? [];
  if (name === 'exceptionOccurrences' && options === undefined) return { ...shape, expandsExceptions: true };
  if (name === 'singleValueExtendedProperties' && options !== undefined) {
    const ids = [...options.matchAll(/\bid eq '((?:[^']|'')*)'/g)].map(([, id = '']) => unquoted(id));
    if (/^\s*\$filter\s*=/.test(options) && ids.length > 0) {
      return { ...shape, extended: [...shape.extended, ...ids] };
    }
  }
  if (name === 'calendar' || name === 'attachments') return shape;
  throw unsupportedQuery(`The query option $expand=${part} is not supported.`);
}

/** Two quotes in a text are one. */
export const unquoted = (text: string): string => text.replaceAll("''", "'");
