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

/** The lambda of an extended property: its variable, the id, and what is said of the value. */
const LAMBDA =
  /\s*singleValueExtendedProperties\/any\(\s*(\w+)\s*:\s*\1\/id eq '((?:[^']|'')*)'\s*and\s*(?:(?:cast\(\1\/value,\s*Edm\.String\)|\1\/value) (eq|ne) '((?:[^']|'')*)'|(contains|startswith)\(\s*\1\/value\s*,\s*'((?:[^']|'')*)'\s*\))\s*\)/iy;
const TOKEN = /\s*(startswith\(|[(),]|'(?:[^']|'')*'|[\w/.:+-]+)/iy;

interface Lambda {
  readonly id: string;
  readonly operator: string;
  readonly value: string;
}

interface Token {
  readonly text: string;
  readonly lambda: Lambda | null;
}

function lambdaAt(text: string, at: number): Lambda | null {
  LAMBDA.lastIndex = at;
  const found = LAMBDA.exec(text);
  if (found === null) return null;
  const [, , id = '', comparison, compared, method, argument] = found;
  const operator = (comparison ?? method ?? 'eq').toLowerCase();
  return { id: unquoted(id), operator, value: unquoted(compared ?? argument ?? '').toLowerCase() };
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.trimEnd().length) {
    const lambda = lambdaAt(text, at);
    TOKEN.lastIndex = at;
    const found = lambda === null ? TOKEN.exec(text) : null;
    if (lambda === null && found === null) throw invalid();
    tokens.push({ text: found?.[1] ?? '', lambda });
    at = lambda === null ? TOKEN.lastIndex : LAMBDA.lastIndex;
  }
  return tokens;
}

const VALUE_TESTS: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  contains: (value, wanted) => value.includes(wanted),
  startswith: (value, wanted) => value.startsWith(wanted),
};

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

  /** Of those that have the property at all. */
  #extended({ id, operator, value }: Lambda): Filter {
    const test = VALUE_TESTS[operator];
    if (!this.#hasLambda || test === undefined) throw invalid();
    const key = keyOfId(id);
    return ({ content }) => {
      const stored = content.extended.get(key)?.values[0]?.toLowerCase();
      return stored !== undefined && test(stored, value);
    };
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
