/** accept, tentativelyAccept, decline and cancel (Microsoft Learn, "event: accept", "event: cancel"): 202, or 400. */

import { deleteOccurrence } from '../operations/delete-item.ts';
import { answerInvitation } from '../operations/meeting-responses.ts';
import { invalidRequest, unreadableBody } from './graph-errors.ts';
import type { GraphHandler, GraphRequest } from './graph-request.ts';
import { answer, eventOf, objectOf } from './graph-request.ts';

const refused = (message: string) => invalidRequest(`Your request can't be completed. ${message}`);

interface ResponseBody {
  readonly comment: string;
  readonly sendResponse: boolean;
  readonly proposesNewTime: boolean;
}

async function bodyOf(request: GraphRequest): Promise<ResponseBody> {
  const body = objectOf((await request.json()) ?? {});
  // The samples of actions write their parameters in either case.
  const named = Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  const { comment = '', sendresponse: sendResponse = true, proposednewtime: proposedNewTime } = named;
  if (typeof sendResponse !== 'boolean') throw unreadableBody('sendResponse is a Boolean.');
  return {
    comment: typeof comment === 'string' ? comment : '',
    sendResponse,
    proposesNewTime: proposedNewTime !== undefined && proposedNewTime !== null,
  };
}

function respondWith(name: 'AcceptItem' | 'TentativelyAcceptItem' | 'DeclineItem'): GraphHandler {
  return async (request) => {
    const view = eventOf(request);
    const { isMeeting, myResponse, responseRequested, allowNewTimeProposal } = view.content;
    const { comment, sendResponse, proposesNewTime } = await bodyOf(request);
    if (!isMeeting || myResponse === 'Organizer') {
      throw refused("You can't respond to this meeting because you're the meeting organizer.");
    }
    if (proposesNewTime && (!allowNewTimeProposal || !sendResponse)) {
      throw refused('A new time cannot be proposed.');
    }
    if (sendResponse && !responseRequested) {
      throw refused("The meeting organizer hasn't requested a response.");
    }
    answerInvitation(view, name, sendResponse, request.services, comment);
    return answer(request, 202);
  };
}

export const acceptEvent = respondWith('AcceptItem');
export const tentativelyAcceptEvent = respondWith('TentativelyAcceptItem');
export const declineEvent = respondWith('DeclineItem');

/** The event goes to Deleted Items; of a series, one occurrence can be cancelled. */
export async function cancelEvent(request: GraphRequest): Promise<Response> {
  const { store, meetings } = request.services;
  const view = eventOf(request);
  const { comment } = await bodyOf(request);
  const { stored, content, occurrence } = view;
  if (!content.isMeeting || content.myResponse !== 'Organizer') {
    throw refused('You need to be an organizer to cancel a meeting.');
  }
  meetings.removed(stored, content, 'SendToAllAndSaveCopy', occurrence?.day ?? null, comment);
  if (occurrence !== null) deleteOccurrence(view, { store });
  else {
    store.update(stored, { content: { ...stored.content, isCancelled: true, appointmentState: 5 } });
    store.move(stored, stored.mailbox.deletedItems);
  }
  return answer(request, 202);
}
