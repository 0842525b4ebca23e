/** What a new item is made of where the request says nothing. */
import type { ItemContent, Mailbox } from './model.ts';
import { UTC_ZONE } from './zones.ts';

const HALF_HOUR = 1_800_000;

/** `now` in milliseconds. A new appointment starts at the next half hour and takes half an hour. */
export function defaultContent(mailbox: Mailbox, now: number): ItemContent {
  const start = Math.ceil(now / HALF_HOUR) * HALF_HOUR;
  return {
    subject: '',
    body: { type: 'Text', text: '' },
    location: '',
    start,
    end: start + HALF_HOUR,
    startZone: UTC_ZONE,
    endZone: UTC_ZONE,
    allDay: false,
    showAs: 'Busy',
    sensitivity: 'Normal',
    importance: 'Normal',
    categories: [],
    // The server's own default reminder, where a request sets none.
    reminderIsSet: true,
    reminderMinutes: 15,
    extended: new Map(),
    organizer: { name: mailbox.displayName, address: mailbox.address },
    attendees: [],
    isMeeting: false,
    isCancelled: false,
    requestWasSent: false,
    responseRequested: true,
    allowNewTimeProposal: true,
    myResponse: 'Organizer',
    appointmentState: 0,
    sequence: 0,
    replyTime: null,
    onlineMeetingUrl: null,
  };
}
