/** The forms in which a JSONWS call may arrive: path, query, form, JSON-RPC, and `/invoke` with its grammar. */
import type { Arguments } from './signatures.ts';

/** One command of a batch: `$variable[properties] = /path`, its parameters, references and nested commands. */
export interface Statement {
  readonly variable: string | null;
  /** Null: every property. */
  readonly properties: readonly string[] | null;
  readonly path: string;
  readonly parameters: Arguments;
  /** Lower-case parameter name → `variable.property`, from `"@name": "$variable.property"`. */
  readonly references: ReadonlyMap<string, string>;
  /** Run for each result of this one and stored in it under their variable's name. */
  readonly nested: readonly Statement[];
}

export type JsonwsRequest =
  | { readonly kind: 'call'; readonly path: string; readonly args: Arguments; readonly rpcId: unknown }
  | {
      readonly kind: 'batch';
      readonly statements: readonly Statement[];
      readonly isArray: boolean;
      /** Parameters of the HTTP request itself: attributes of every command's ServiceContext. */
      readonly args: Arguments;
    }
  | { readonly kind: 'malformed'; readonly message: string };

const PREFIX = '/api/jsonws';
const STATEMENT = /^\s*(?:\$(\w+)\s*(?:\[([^\]]*)\])?\s*=\s*)?(\/\S+)\s*$/;

function camel(kebab: string): string {
  return kebab.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A name with a leading `-` is null, one with `+` asks for an instance, of which none is whitelisted. */
function put(args: Map<string, unknown>, name: string, value: unknown): void {
  if (name.startsWith('-')) args.set(name.slice(1).toLowerCase(), null);
  else if (name.startsWith('+')) args.set(name.slice(1).split(':')[0]?.toLowerCase() ?? '', null);
  else args.set(name.toLowerCase(), value);
}

function pathArguments(segments: readonly string[], args: Map<string, unknown>): void {
  for (let at = 0; at < segments.length; ) {
    const name = decodeURIComponent(segments[at] ?? '');
    const isBare = name.startsWith('-') || name.startsWith('+');
    const sign = isBare ? name.charAt(0) : '';
    put(
      args,
      sign + camel(isBare ? name.slice(1) : name),
      isBare ? null : decodeURIComponent(segments[at + 1] ?? ''),
    );
    at += isBare ? 1 : 2;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statement(text: string, body: unknown): Statement | null {
  const parts = STATEMENT.exec(text);
  const path = parts?.[3];
  if (!path || !isRecord(body)) return null;
  const parameters = new Map<string, unknown>();
  const references = new Map<string, string>();
  const nested: Statement[] = [];
  for (const [name, value] of Object.entries(body)) {
    const inner = STATEMENT.test(name) ? statement(name, value) : null;
    if (inner) nested.push(inner);
    else if (name.startsWith('@'))
      references.set(name.slice(1).toLowerCase(), String(value).replace(/^\$/, ''));
    else put(parameters, name, value);
  }
  return {
    variable: parts[1] ?? null,
    properties: parts[2]?.split(',').map((property) => property.trim()) ?? null,
    path,
    parameters,
    references,
    nested,
  };
}

function batch(command: unknown, args: Arguments): JsonwsRequest {
  const items: unknown[] = Array.isArray(command) ? command : [command];
  const statements: Statement[] = [];
  for (const item of items) {
    // Only the first entry of each object is a command.
    const [entry] = isRecord(item) ? Object.entries(item) : [];
    const parsed = entry ? statement(entry[0], entry[1] ?? {}) : null;
    if (!parsed) return { kind: 'malformed', message: `Invalid command ${JSON.stringify(item)}` };
    statements.push(parsed);
  }
  return { kind: 'batch', statements, isArray: Array.isArray(command), args };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the body at most once; a JSON text is one whatever the content type says. */
export async function parseJsonwsRequest(request: Request, url: URL): Promise<JsonwsRequest> {
  const body = request.method === 'GET' || request.method === 'HEAD' ? '' : await request.text();
  const segments = url.pathname.slice(PREFIX.length).split('/').filter(Boolean);
  const args = new Map<string, unknown>();
  for (const [name, value] of url.searchParams) put(args, name, value);
  const looksLikeJson = /^\s*[{[]/.test(body);
  if (!looksLikeJson) for (const [name, value] of new URLSearchParams(body)) put(args, name, value);
  if (segments[0] === 'invoke') {
    const command = looksLikeJson ? json(body) : json(String(args.get('cmd') ?? ''));
    return command === undefined ? { kind: 'malformed', message: 'Invalid JSON' } : batch(command, args);
  }
  const rpc = looksLikeJson ? json(body) : null;
  if (looksLikeJson && !isRecord(rpc)) return { kind: 'malformed', message: 'Invalid JSON-RPC request' };
  const rpcMethod = isRecord(rpc) && typeof rpc['method'] === 'string' ? rpc['method'] : null;
  if (isRecord(rpc) && isRecord(rpc['params']))
    for (const [name, value] of Object.entries(rpc['params'])) put(args, name, value);
  const [service = '', method = rpcMethod ?? '', ...rest] = segments;
  pathArguments(rest, args);
  return {
    kind: 'call',
    path: `/${service}/${method}`,
    args,
    rpcId: isRecord(rpc) ? (rpc['id'] ?? 0) : null,
  };
}

/** Every command of a request, nested ones too, in order. */
export function commandsOf(request: JsonwsRequest): string[] {
  if (request.kind === 'malformed') return [];
  if (request.kind === 'call') return [request.path];
  const paths = (list: readonly Statement[]): string[] =>
    list.flatMap((item) => [item.path, ...paths(item.nested)]);
  return paths(request.statements);
}
