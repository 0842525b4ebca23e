/** AcceptItem, TentativelyAcceptItem, DeclineItem and CancelCalendarItem, sent by CreateItem. */
import { EwsError } from '../errors.ts';
import type { Meetings } from '../meetings.ts';
import type { ItemContent, ResponseType, StoredItem } from '../model.ts';
import type { OperationContext } from '../operation.ts';
import { itemOf } from '../operation.ts';
import type { ItemView } from '../series.ts';
import type { ExchangeStore } from '../store.ts';
import { writeOccurrence } from '../writes.ts';
import type { XmlElement } from '../xml.ts';
import { childOf } from '../xml.ts';
import { deleteOccurrence } from './delete-item.ts';

export const RESPONSE_OBJECTS: ReadonlySet<string> = new Set([
  'AcceptItem',
  'TentativelyAcceptItem',
  'DeclineItem',
  'CancelCalendarItem',
]);

/** How ResponseCode calls the action, for example ErrorCalendarIsOrganizerForAccept. */
const ACTIONS: Readonly<Record<string, { readonly suffix: string; readonly response: ResponseType }>> = {
  AcceptItem: { suffix: 'Accept', response: 'Accept' },
  TentativelyAcceptItem: { suffix: 'Tentative', response: 'Tentative' },
  DeclineItem: { suffix: 'Decline', response: 'Decline' },
};

function answered(content: ItemContent, response: ResponseType, now: number): ItemContent {
  const showAs = response === 'Accept' ? 'Busy' : 'Tentative';
  return { ...content, myResponse: response, showAs, replyTime: now };
}

function cancel(item: StoredItem, context: OperationContext): void {
  if (!item.content.isMeeting || item.content.myResponse !== 'Organizer') {
    throw new EwsError('ErrorCalendarIsNotOrganizer', 'You must be the organizer to perform this action.');
  }
  context.meetings.removed(item, item.content, 'SendToAllAndSaveCopy', null);
  context.store.update(item, { content: { ...item.content, isCancelled: true, appointmentState: 5 } });
  context.store.move(item, item.mailbox.deletedItems);
}

/**
 * The owner of a copy answers. What is declined goes to Deleted Items, a declined occurrence is deleted. `text`: what
 * they say to it. Throws ErrorCalendarIsCancelledFor… and ErrorCalendarIsOrganizerFor….
 */
export function answerInvitation(
  view: ItemView,
  name: string,
  sends: boolean,
  { store, meetings }: { readonly store: ExchangeStore; readonly meetings: Meetings },
  text = '',
): void {
  const action = ACTIONS[name];
  if (action === undefined) return;
  const { suffix, response } = action;
  const { stored: item, content, occurrence } = view;
  if (content.isCancelled) {
    throw new EwsError(`ErrorCalendarIsCancelledFor${suffix}`, 'The meeting was cancelled.');
  }
  if (!content.isMeeting || content.myResponse === 'Organizer') {
    throw new EwsError(`ErrorCalendarIsOrganizerFor${suffix}`, 'You are the organizer of this meeting.');
  }
  if (occurrence !== null) {
    if (sends) meetings.respondToOne(view, response, text);
    if (response === 'Decline') deleteOccurrence(view, { store });
    else writeOccurrence(store, view, answered(content, response, store.clock.now()));
    return;
  }
  store.update(item, { content: answered(item.content, response, store.clock.now()) });
  if (sends) meetings.respond(item, response, text);
  if (response === 'Decline') store.move(item, item.mailbox.deletedItems);
  else if (store.switches.responseChangesItemId) store.move(item, item.folder);
}

/**
 * MessageDisposition is required: SaveOnly sends nothing now, the others mail the organiser (MS-OXWSMTGS
 * R1241; Microsoft Learn, CreateItem). A declined meeting goes to Deleted Items, a declined occurrence is deleted.
 */
export function respondToMeeting(
  element: XmlElement,
  request: XmlElement,
  context: OperationContext,
): string {
  const disposition = request.attributes['MessageDisposition'];
  if (disposition === undefined) {
    throw new EwsError('ErrorMessageDispositionRequired', 'The MessageDisposition attribute is required.');
  }
  const reference = childOf(element, 'ReferenceItemId');
  if (reference === undefined)
    throw new EwsError('ErrorInvalidReferenceItem', 'The reference item is missing.');
  if (reference.attributes['ChangeKey'] === undefined) {
    throw new EwsError('ErrorChangeKeyRequired', 'The change key is required for this operation.');
  }
  const view = itemOf(reference, context);
  if (element.name === 'CancelCalendarItem') cancel(view.stored, context);
  else answerInvitation(view, element.name, disposition !== 'SaveOnly', context);
  return '<m:Items/>';
}
