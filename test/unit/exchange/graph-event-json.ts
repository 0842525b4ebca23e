/** An event as Graph answers it, after the examples of "Get event" (Microsoft Learn), in words of our own. */
import * as v from 'valibot';
import { EventAnswer } from '#exchange/graph/answers.ts';

const SAMPLE = {
  '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/events/$entity',
  '@odata.etag': 'W/"ZlnW4RIAV06KYYwlrfNZvQAAKGWwbw=="',
  id: 'AAMkAGIAAAoZDOFAAA=',
  iCalUId:
    '040000008200E00074C5B7101A82E00800000000D0A1B2C3D4E5F601000000000000000010000000AABBCCDDEEFF00112233445566778899',
  type: 'singleInstance',
  subject: 'Quarterly figures ',
  body: { contentType: 'text', content: 'Bring numbers.\r\nAnd coffee.' },
  start: { dateTime: '2026-12-01T09:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-12-01T10:30:00.0000000', timeZone: 'UTC' },
  originalStartTimeZone: 'W. Europe Standard Time',
  originalEndTimeZone: 'W. Europe Standard Time',
  isAllDay: false,
  location: { displayName: 'Room 4', locationType: 'default', uniqueIdType: 'private' },
  recurrence: null,
  showAs: 'oof',
  sensitivity: 'private',
  isReminderOn: true,
  reminderMinutesBeforeStart: 20,
  categories: ['Red category', 'Blue category'],
  attendees: [],
  organizer: { emailAddress: { name: 'Anna', address: 'Anna@example.com' } },
  isOrganizer: true,
  responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
  isCancelled: false,
  isOnlineMeeting: false,
  onlineMeeting: null,
};

/** The sample with other properties. */
export function eventAnswer(properties: object = {}): EventAnswer {
  return v.parse(EventAnswer, { ...SAMPLE, ...properties });
}
