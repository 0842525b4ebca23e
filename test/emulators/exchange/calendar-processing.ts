/**
 * How a mailbox treats meeting requests by itself: the parameters of Set-CalendarProcessing that the emulator knows,
 * under their own names (PowerShell docs, Set-CalendarProcessing).
 */
import type { ItemContent } from './model.ts';

export interface CalendarProcessing {
  /**
   * None: neither attendant works, a request stays a message. AutoUpdate: the Calendar Attendant keeps the calendar,
   * requests stand tentatively. AutoAccept: then the booking attendant answers.
   */
  readonly automateProcessing: 'None' | 'AutoUpdate' | 'AutoAccept';
  readonly allowConflicts: boolean;
  /** Of a series' occurrences, per hundred. */
  readonly conflictPercentageAllowed: number;
  readonly maximumConflictInstances: number;
  readonly allowRecurringMeetings: boolean;
  readonly bookingWindowInDays: number;
  /** A series that reaches beyond the window is declined. */
  readonly enforceSchedulingHorizon: boolean;
  /** Of one occurrence; 0: no limit. */
  readonly maximumDurationInMinutes: number;
  readonly processExternalMeetingMessages: boolean;
  /** The response says why. */
  readonly enableResponseDetails: boolean;
  /** A refusal because of conflicts says whose they are. */
  readonly organizerInfo: boolean;
  readonly addOrganizerToSubject: boolean;
  readonly deleteSubject: boolean;
  readonly deleteComments: boolean;
  readonly removePrivateProperty: boolean;
  readonly removeCanceledMeetings: boolean;
}

/** The defaults of the cmdlet, with a mailbox of either kind as the admin center makes it. */
export function defaultProcessing(isRoom: boolean): CalendarProcessing {
  return {
    automateProcessing: isRoom ? 'AutoAccept' : 'AutoUpdate',
    allowConflicts: false,
    conflictPercentageAllowed: 0,
    maximumConflictInstances: 0,
    allowRecurringMeetings: true,
    bookingWindowInDays: 180,
    enforceSchedulingHorizon: true,
    maximumDurationInMinutes: 1440,
    processExternalMeetingMessages: false,
    enableResponseDetails: true,
    organizerInfo: true,
    addOrganizerToSubject: true,
    deleteSubject: true,
    deleteComments: true,
    removePrivateProperty: true,
    removeCanceledMeetings: false,
  };
}

/** What the booking attendant leaves of a request in the resource's calendar. */
export function processedContent(content: ItemContent, processing: CalendarProcessing): ItemContent {
  const { addOrganizerToSubject, deleteSubject, deleteComments, removePrivateProperty } = processing;
  const kept = deleteSubject ? '' : content.subject;
  return {
    ...content,
    subject: addOrganizerToSubject ? content.organizer.name : kept,
    ...(deleteComments ? { body: { type: 'Text', text: '' } as const } : {}),
    ...(removePrivateProperty ? { sensitivity: 'Normal' } : {}),
  };
}
