/** Responses to invitations: what a person said in either calendar, and who may say it where. */
import type { CalendarEvent, Response } from './event.ts';

/** What a person can say to an invitation. */
export type Answer = Extract<Response, 'accepted' | 'tentative' | 'declined'>;

export function isAnswer(response: Response): response is Answer {
  return response === 'accepted' || response === 'tentative' || response === 'declined';
}

type Invitation = Pick<CalendarEvent, 'meeting' | 'ownResponse' | 'cancelled'>;

/** Whether the event is somebody else's meeting, to which the owner of the calendar says whether they come. */
export function isAnswerable({ meeting, ownResponse, cancelled }: Invitation): boolean {
  return meeting && !cancelled && (isAnswer(ownResponse) || ownResponse === 'pending');
}

/** Whether the event is a meeting to which the owner of the calendar invited others. */
export function isOrganised({ meeting, ownResponse, cancelled }: Invitation): boolean {
  return meeting && !cancelled && ownResponse === 'organizer';
}
