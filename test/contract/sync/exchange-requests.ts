/** What a request of the service asks of Exchange, by whichever protocol: told by the operations of EWS. */
import type { HttpRequest } from '#core/effects.ts';
import { GRAPH_ORIGIN } from '#test/emulators/exchange/graph/graph-emulator.ts';

/** `CreateItem` is a response to an invitation too, as it is in EWS. */
const OPERATIONS = [
  'SyncFolderItems',
  'FindItem',
  'GetItem',
  'CreateItem',
  'UpdateItem',
  'DeleteItem',
] as const;
export type ExchangeOperation = (typeof OPERATIONS)[number];

interface GraphCall {
  readonly method: string;
  readonly url: string;
}

/** Whether the request does this, alone or as one of a batch. */
export function asksExchange(url: string, request: HttpRequest, operation: ExchangeOperation): boolean {
  if (!url.startsWith(GRAPH_ORIGIN)) return (request.body ?? '').includes(`<m:${operation}`);
  return callsOf(url, request).some((call) => operationOf(call) === operation);
}

/** What the request does, or the first of its batch; null: nothing of this in Exchange. */
export function operationAsked(url: string, request: HttpRequest): ExchangeOperation | null {
  if (!url.startsWith(GRAPH_ORIGIN)) {
    const name = /<m:(\w+)[ >]/.exec(request.body ?? '')?.[1];
    return OPERATIONS.find((operation) => operation === name) ?? null;
  }
  const [call] = callsOf(url, request);
  return call ? operationOf(call) : null;
}

function callsOf(url: string, request: HttpRequest): readonly GraphCall[] {
  if (!url.endsWith('/$batch')) return [{ method: request.method, url }];
  const { requests } = JSON.parse(request.body ?? '{}') as { readonly requests: readonly GraphCall[] };
  return requests;
}

function operationOf({ method, url }: GraphCall): ExchangeOperation | null {
  const path = url.split('?')[0] ?? '';
  if (path.endsWith('/delta')) return 'SyncFolderItems';
  if (method === 'PATCH') return 'UpdateItem';
  if (method === 'DELETE' || /\/(cancel|permanentDelete)$/.test(path)) return 'DeleteItem';
  if (method === 'POST') return 'CreateItem';
  return /\/events\/[^/]+$/.test(path) ? 'GetItem' : 'FindItem';
}
