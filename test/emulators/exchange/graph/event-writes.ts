/** POST, PATCH and DELETE of events. Attendees are always told: no request can ask for silence ("Create event"). */

import { outlookUid } from '../extended-properties.ts';
import { defaultContent } from '../item-defaults.ts';
import type { Meetings, SendMode } from '../meetings.ts';
import type { StoredItem } from '../model.ts';
import { deleteOccurrence } from '../operations/delete-item.ts';
import type { ItemView } from '../series.ts';
import { normaliseSeries, occurrenceView, viewOf } from '../series.ts';
import { writeItem, writeOccurrence } from '../writes.ts';
import { eventJson, TRANSACTION_KEY } from './event-json.ts';
import type { EventDraft, ReaderContext } from './event-reader.ts';
import { readEvent, withTransaction } from './event-reader.ts';
import { GraphError, invalidProperty } from './graph-errors.ts';
import { idOf } from './graph-ids.ts';
import type { GraphRequest } from './graph-request.ts';
import {
  answer,
  calendarOf,
  contextOf,
  eventOf,
  mailboxOf,
  objectOf,
  refuseReadOnly,
  refuseStale,
} from './graph-request.ts';
import { WHOLE_EVENT } from './odata-query.ts';

const readerContext = ({ switches, services }: GraphRequest): ReaderContext => ({
  graph: switches,
  exchange: services.store.switches,
  uuid: services.uuid,
});

/** An event as a write answers it: with all properties, and without extended ones ("Create … extended property"). */
function written(request: GraphRequest, status: number, view: ItemView): Response {
  const context = contextOf(request, 'events/$entity');
  return answer(request, status, { '@odata.context': context, ...eventJson(view, request, WHOLE_EVENT) });
}

function knownTransaction(request: GraphRequest, id: unknown): StoredItem | null {
  if (typeof id !== 'string') return null;
  for (const item of request.services.store.withExtended(TRANSACTION_KEY, id)) {
    if (item.mailbox === request.owner) return item;
  }
  return null;
}

function refuseRepeated({ switches, preferences }: GraphRequest, known: StoredItem): void {
  const { repeatedTransaction } = switches;
  if (repeatedTransaction !== 'refused' && repeatedTransaction !== 'conflict') return;
  const text =
    "Your request can't be completed. The TransactionId specified in the request has already been used to create a different event.";
  const isConflict = repeatedTransaction === 'conflict';
  const details = isConflict ? {} : { '@event.existingEventId': idOf(known, null, preferences.ids) };
  throw new GraphError(isConflict ? 409 : 400, 'ErrorDuplicateTransactionId', text, {}, details);
}

export async function createEvent(request: GraphRequest): Promise<Response> {
  const { services, switches } = request;
  const { store, meetings } = services;
  const folder = calendarOf(request);
  refuseReadOnly(folder);
  const body = objectOf(await request.json());
  const known = knownTransaction(request, body['transactionId']);
  if (known !== null) refuseRepeated(request, known);
  if (known !== null && switches.repeatedTransaction === 'existing') {
    return written(request, 201, viewOf(store, known.id));
  }
  if (body['start'] === undefined || body['end'] === undefined) throw invalidProperty();
  const blank = defaultContent(mailboxOf(request), services.now());
  const draft = readEvent(body, blank, readerContext(request));
  const content = withTransaction(draft.content, body);
  const normal = draft.recurrence == null ? null : normaliseSeries(content, draft.recurrence);
  const deletedDays = new Map<number, number | null>();
  const series =
    normal === null ? null : { recurrence: normal.recurrence, exceptions: new Map(), deletedDays };
  const item = store.create(folder, normal?.content ?? content, series, outlookUid(services.uuid()));
  if (content.attendees.length > 0) meetings.created(item, 'SendToAllAndSaveCopy');
  return written(request, 201, viewOf(store, item.id));
}

export async function updateEvent(request: GraphRequest): Promise<Response> {
  const { services } = request;
  const view = eventOf(request);
  refuseReadOnly(view.stored.folder);
  refuseStale(request, view.stored);
  const body = objectOf(await request.json());
  const draft = readEvent(body, view.content, readerContext(request));
  write(request, view, draft);
  tell(request, view, draft);
  return written(request, 200, viewOf(services.store, view.id));
}

function write({ services }: GraphRequest, view: ItemView, { content, recurrence }: EventDraft): void {
  const { store } = services;
  if (view.occurrence === null) {
    writeItem(store, view.stored, content, recurrence);
    return;
  }
  if (recurrence != null) {
    throw new GraphError(400, 'ErrorInvalidPropertySet', 'An occurrence has no recurrence of its own.');
  }
  writeOccurrence(store, view, content);
}

/** "An event update that includes only the attendees property sends a meeting update to only the attendees that have changed." */
function tell({ services, switches }: GraphRequest, view: ItemView, draft: EventDraft): void {
  const { meetings } = services;
  const { content, sent } = draft;
  if (!content.isMeeting && content.attendees.length === 0) return;
  const names = [...sent].filter((name) => !name.includes('@'));
  const isAboutAttendees = names.length === 1 && names[0] === 'attendees';
  const mode = isAboutAttendees ? 'SendToChangedAndSaveCopy' : 'SendToAllAndSaveCopy';
  meetings.updated(view.stored, view.content, content, mode);
  if (view.occurrence === null && switches.mailsEachException) tellInstances(meetings, view.stored, mode);
}

/** "Multiple notification emails will be sent out: one for the master series and one per instance that has been updated." */
function tellInstances(meetings: Meetings, item: StoredItem, mode: SendMode): void {
  const { series, content } = item;
  if (series === null || content.myResponse !== 'Organizer') return;
  for (const day of series.exceptions.keys()) {
    const instance = occurrenceView(item, series, day).content;
    if (instance.attendees.length > 0) meetings.updated(item, instance, instance, mode);
  }
}

/** "Deleting the event on the organizer's calendar sends a cancellation message to the meeting attendees." */
export function deleteEvent(request: GraphRequest): Response {
  return remove(request, false);
}

/** Into the Purges folder, where no client sees it ("event: permanentDelete"). */
export function permanentlyDeleteEvent(request: GraphRequest): Response {
  return remove(request, true);
}

function remove(request: GraphRequest, forGood: boolean): Response {
  const { store, meetings } = request.services;
  const view = eventOf(request);
  refuseReadOnly(view.stored.folder);
  refuseStale(request, view.stored);
  const { stored, content, occurrence } = view;
  const isOrganizer = content.myResponse === 'Organizer';
  const isTold = isOrganizer || request.switches.attendeeDeleteDeclines;
  meetings.removed(stored, content, isTold ? 'SendToAllAndSaveCopy' : 'SendToNone', occurrence?.day ?? null);
  const { deletedItems } = stored.mailbox;
  if (occurrence !== null) deleteOccurrence(view, { store });
  else if (forGood || stored.folder === deletedItems) store.remove(stored);
  else store.move(stored, deletedItems);
  return answer(request, 204);
}

export function getEvent(request: GraphRequest): Response {
  const shape = request.query.shape();
  const context = contextOf(request, 'events/$entity');
  return answer(request, 200, { '@odata.context': context, ...eventJson(eventOf(request), request, shape) });
}
