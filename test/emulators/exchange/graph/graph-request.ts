/** One request on its way through the Graph face, and what its handlers are given. */

import type { Meetings } from '../meetings.ts';
import type { Folder, Mailbox, StoredItem } from '../model.ts';
import type { RoomList } from '../operations/room-lists.ts';
import type { ItemView } from '../series.ts';
import type { ExchangeStore } from '../store.ts';
import type { ChangeLog } from './change-log.ts';
import type { EventContext } from './event-json.ts';
import { etagOf } from './event-json.ts';
import type { GraphApplication } from './graph-access.ts';
import { GraphError, itemNotFound, unreadableBody } from './graph-errors.ts';
import type { ActiveFaults } from './graph-faults.ts';
import { isImmutable, toEws, userIdOf, viewByGraphId } from './graph-ids.ts';
import type { Query } from './odata-query.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What the face has of its own, and of the Exchange behind it. */
export interface GraphServices {
  readonly store: ExchangeStore;
  readonly meetings: Meetings;
  readonly changes: ChangeLog;
  readonly subscriptions: Subscriptions;
  readonly tenantId: string;
  roomLists(): readonly RoomList[];
  uuid(): string;
  now(): number;
}

export interface GraphRequest extends EventContext {
  readonly services: GraphServices;
  readonly application: GraphApplication;
  readonly faults: ActiveFaults;
  readonly query: Query;
  readonly headers: Headers;
  /** The whole URL. */
  readonly url: URL;
  /** Whose it is; null outside of /users. */
  readonly owner: Mailbox | null;
  param(name: string): string | undefined;
  /** The body. Throws RequestBodyRead. */
  json(): Promise<unknown>;
}

export type GraphHandler = (request: GraphRequest) => Promise<Response> | Response;

/** The mailbox of a route below /users. */
export function mailboxOf({ owner }: GraphRequest): Mailbox {
  if (owner === null) throw new Error('The route is not below /users');
  return owner;
}

/** The calendar that the URL names, or the default one. Throws ErrorItemNotFound. */
export function calendarOf(request: GraphRequest): Folder {
  const id = request.param('calendar');
  const mailbox = mailboxOf(request);
  if (id === undefined) return mailbox.calendar;
  const folder = mailbox.folders.get(toEws(id));
  if (folder === undefined || folder.folderClass !== 'IPF.Appointment') throw itemNotFound();
  return folder;
}

/** The event that the URL names, in the calendar that it names. Throws ErrorItemNotFound, ErrorInvalidIdMalformed. */
export function eventOf(request: GraphRequest): ItemView {
  const id = request.param('event') ?? '';
  const { switches, preferences, services } = request;
  if (isImmutable(id) && switches.immutableIdsNeedHeader && preferences.ids === 'restId')
    throw itemNotFound();
  const view = viewByGraphId(id, services.store);
  const { folder, mailbox } = view.stored;
  if (mailbox !== request.owner) throw itemNotFound();
  const isNamed = request.param('calendar') !== undefined || /\/calendar\//.test(request.url.pathname);
  if (isNamed && folder !== calendarOf(request)) throw itemNotFound();
  if (folder === mailbox.deletedItems && !switches.findsDeletedItems) throw itemNotFound();
  return view;
}

/** Throws ErrorIrresolvableConflict where If-Match names another version than the present one. */
export function refuseStale({ headers, switches, version }: GraphRequest, stored: StoredItem): void {
  const sent = headers.get('If-Match');
  if (sent === null || !switches.honoursIfMatch || sent.trim() === '*') return;
  const present = etagOf(version(stored).changeKey);
  if (sent.split(',').some((etag) => etag.trim() === present)) return;
  throw irresolvableConflict();
}

export function irresolvableConflict(): GraphError {
  return new GraphError(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
}

export function refuseReadOnly({ canWrite }: Folder): void {
  if (canWrite) return;
  throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

/** Throws RequestBodyRead. */
export function objectOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw unreadableBody('The body of the request is a JSON object.');
}

/** `…$metadata#users('{id}')/{path}` of the user that the URL names. */
export function contextOf(request: GraphRequest, path: string): string {
  return `${request.root}/$metadata#users('${userIdOf(mailboxOf(request).address)}')/${path}`;
}

/** An answer with what the request preferred. */
export function answer(request: GraphRequest, status: number, body?: object): Response {
  const headers = new Headers({ 'OData-Version': '4.0' });
  const { applied } = request.preferences;
  if (applied.length > 0) headers.set('Preference-Applied', applied.join(', '));
  if (body === undefined) return new Response(null, { status, headers });
  headers.set(
    'Content-Type',
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  );
  const etag = '@odata.etag' in body ? body['@odata.etag'] : undefined;
  if (typeof etag === 'string') headers.set('ETag', etag);
  return new Response(JSON.stringify(body), { status, headers });
}
