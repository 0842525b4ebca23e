/**
 * $filter and $orderby on events: comparisons with and, or, not, and the lambda that finds an extended property
 * (Microsoft Learn, "Get singleValueLegacyExtendedProperty"). The value of an extended property is compared regardless of
 * case, its name is not.
 */

import type { ItemContent, StoredItem } from '../model.ts';
import { parseDateTime, resolveDateTime, UTC_ZONE } from '../zones.ts';
import { keyOfId } from './extended-json.ts';
import { GraphError } from './graph-errors.ts';
import { unquoted } from './odata-query.ts';

/** What is filtered and sorted: items of a folder, with the times that Graph shows. */
export interface Filtered {
  readonly stored: StoredItem;
  readonly content: ItemContent;
  readonly modified: number;
}

export type Filter = (item: Filtered) => boolean;
type Value = string | number | boolean;

const invalid = (): GraphError =>
  new GraphError(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');

const FIELDS: Readonly<Record<string, (item: Filtered) => Value>> = {
  subject: ({ content }) => content.subject,
  lastModifiedDateTime: ({ modified }) => modified,
  createdDateTime: ({ stored }) => stored.created,
  'start/dateTime': ({ content }) => content.start,
  'end/dateTime': ({ content }) => content.end,
  iCalUId: ({ stored }) => stored.uid,
  isAllDay: ({ content }) => content.allDay,
  isCancelled: ({ content }) => content.isCancelled,
  type: ({ stored }) => (stored.series === null ? 'singleInstance' : 'seriesMaster'),
};

const TOKEN =
  /\s*(singleValueExtendedProperties\/any\(\s*(\w+)\s*:\s*\2\/id eq '((?:[^']|'')*)'\s*and\s*(?:cast\(\2\/value,\s*Edm\.String\)|\2\/value) eq '((?:[^']|'')*)'\s*\)|startswith\(|[(),]|'(?:[^']|'')*'|[\w/.:+-]+)/giy;

interface Token {
  readonly text: string;
  readonly lambda: { readonly id: string; readonly value: string } | null;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.trimEnd().length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) throw invalid();
    const [, token = '', variable, id = '', value = ''] = found;
    tokens.push({
      text: token,
      lambda: variable === undefined ? null : { id: unquoted(id), value: unquoted(value) },
    });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #hasLambda: boolean;
  #at = 0;

  constructor(text: string, hasLambda: boolean) {
    this.#tokens = tokensOf(text);
    this.#hasLambda = hasLambda;
  }

  parse(): Filter {
    const filter = this.#or();
    if (this.#at < this.#tokens.length) throw invalid();
    return filter;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw invalid();
    this.#at += 1;
    return token;
  }

  #takes(text: string): boolean {
    if (this.#tokens[this.#at]?.text.toLowerCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  #or(): Filter {
    const parts = [this.#and()];
    while (this.#takes('or')) parts.push(this.#and());
    return (item) => parts.some((part) => part(item));
  }

  #and(): Filter {
    const parts = [this.#single()];
    while (this.#takes('and')) parts.push(this.#single());
    return (item) => parts.every((part) => part(item));
  }

  #single(): Filter {
    if (this.#takes('not')) {
      const inner = this.#single();
      return (item) => !inner(item);
    }
    if (this.#takes('(')) {
      const inner = this.#or();
      if (!this.#takes(')')) throw invalid();
      return inner;
    }
    if (this.#takes('startswith(')) return this.#startsWith();
    const token = this.#next();
    return token.lambda === null ? this.#comparison(token.text) : this.#extended(token.lambda);
  }

  #extended({ id, value }: { readonly id: string; readonly value: string }): Filter {
    if (!this.#hasLambda) throw invalid();
    const key = keyOfId(id);
    return ({ content }) => content.extended.get(key)?.values[0]?.toLowerCase() === value.toLowerCase();
  }

  #startsWith(): Filter {
    const read = fieldOf(this.#next().text);
    if (!this.#takes(',')) throw invalid();
    const wanted = constantOf(this.#next().text);
    if (!this.#takes(')')) throw invalid();
    return (item) => String(read(item)).toLowerCase().startsWith(String(wanted).toLowerCase());
  }

  #comparison(name: string): Filter {
    const read = fieldOf(name);
    const operator = this.#next().text.toLowerCase();
    const sent = constantOf(this.#next().text);
    const test = TESTS[operator];
    if (test === undefined) throw invalid();
    return (item) => {
      const value = read(item);
      const wanted = typeof value === 'number' ? instantOfConstant(sent) : sent;
      const isText = typeof value === 'string' && typeof wanted === 'string';
      const [left, right] = isText ? [value.toLowerCase(), wanted.toLowerCase()] : [value, wanted];
      return test(left < right ? -1 : left > right ? 1 : 0);
    };
  }
}

const TESTS: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

function fieldOf(name: string): (item: Filtered) => Value {
  const field = FIELDS[name];
  if (field === undefined) throw invalid();
  return field;
}

function constantOf(token: string): string | boolean {
  if (token.startsWith("'")) return unquoted(token.slice(1, -1));
  return token === 'true' ? true : token === 'false' ? false : token;
}

/** Times without a zone are UTC. Throws for what is no time. */
export function instantOfConstant(sent: string | boolean): number {
  const text = String(sent);
  const value = parseDateTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
  if (value === null) throw invalid();
  return resolveDateTime(value, UTC_ZONE);
}

/** `hasLambda`: extended properties can be asked for here. Throws ErrorInvalidUrlQueryFilter. */
export function readFilter(text: string, hasLambda: boolean): Filter {
  return new Parser(text, hasLambda).parse();
}

/** `lastModifiedDateTime desc,subject`. Throws ErrorInvalidUrlQueryFilter. */
export function readOrder(text: string): (a: Filtered, b: Filtered) => number {
  const parts = text.split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.trim().split(/\s+/);
    return { read: fieldOf(name), sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { read, sign } of parts) {
      const [left, right] = [read(a), read(b)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
}
