/** Events of answers as calendar events, and calendar events as Graph takes them. */
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { readEvent, uidOf } from '#exchange/graph/event-reader.ts';
import { writeTime } from '#exchange/graph/event-time.ts';
import { attendeesAfter, changedProperties, newEvent } from '#exchange/graph/event-writer.ts';
import { cancelledDates, readOccurrence, seriesVersion, tagIn } from '#exchange/graph/series-reader.ts';
import { eventAnswer } from './graph-event-json.ts';

const CONTEXT = { allDayZone: 'Europe/Rome', year: 2026 };
const NOTE = 'String {C9FA4C3E-5F5B-4D0E-9A43-6B1F3F0D7A52} Name liferayZone';
const read = (properties: object = {}) => readEvent(eventAnswer(properties), 'calendar').item;
const reason = (expected: string) =>
  expect.objectContaining({ failure: expect.objectContaining({ reason: expected }) }) as Error;

describe('what is read', () => {
  test('an appointment', () => {
    expect(read()).toMatchObject({
      id: 'AAMkAGIAAAoZDOFAAA=',
      version: 'W/"ZlnW4RIAV06KYYwlrfNZvQAAKGWwbw=="',
      folderId: 'calendar',
      stamp: null,
      event: {
        ...NEUTRAL_EVENT,
        title: 'Quarterly figures',
        description: 'Bring numbers.\nAnd coffee.',
        location: 'Room 4',
        time: {
          kind: 'timed',
          start: '2026-12-01T09:00:00Z',
          end: '2026-12-01T10:30:00Z',
          zone: 'Europe/Berlin',
        },
        showAs: 'outOfOffice',
        sensitivity: 'private',
        reminderMinutes: 20,
        categories: ['Blue category', 'Red category'],
      },
    });
  });

  test('the zone that we noted, as long as the event is in its Windows zone', () => {
    const noted = {
      singleValueExtendedProperties: [{ id: NOTE, value: 'Europe/Rome|W. Europe Standard Time' }],
    };
    expect(read(noted).event.time).toMatchObject({ zone: 'Europe/Rome' });
    const moved = { ...noted, originalStartTimeZone: 'Eastern Standard Time' };
    expect(read(moved).event.time).toMatchObject({ zone: 'America/New_York' });
  });

  test('a zone that somebody made up: a single event has its instants, a series is set aside', () => {
    const custom = { originalStartTimeZone: 'tzone://Microsoft/Custom' };
    expect(read(custom).event.time).toMatchObject({ start: '2026-12-01T09:00:00Z', zone: 'UTC' });
    const series = {
      ...custom,
      type: 'seriesMaster',
      recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd' } },
    };
    expect(() => read(series)).toThrow(reason('zoneUnknown'));
  });

  test.each([
    ['midnights of every zone', '2026-12-01T00:00:00.0000000', '2026-12-03T00:00:00.0000000'],
    ['instants of its own midnights', '2026-11-30T23:00:00.0000000', '2026-12-02T23:00:00.0000000'],
  ])('an all-day event by %s', (_, start, end) => {
    const days = {
      isAllDay: true,
      start: { dateTime: start, timeZone: 'UTC' },
      end: { dateTime: end, timeZone: 'UTC' },
    };
    expect(read(days).event.time).toEqual({ kind: 'allDay', start: '2026-12-01', end: '2026-12-03' });
  });

  test('a server that answers in another zone than it was asked for', () => {
    const rome = {
      start: { dateTime: '2026-12-01T10:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-12-01T11:00:00', timeZone: 'Europe/Rome' },
    };
    expect(read(rome).event.time).toMatchObject({
      start: '2026-12-01T09:00:00Z',
      end: '2026-12-01T10:00:00Z',
    });
  });

  test("somebody else's meeting: who organises is not among those who are invited", () => {
    const entry = (address: string, response: string, type = 'required') => ({
      type,
      status: { response },
      emailAddress: { name: address, address },
    });
    const { event } = read({
      isOrganizer: false,
      organizer: { emailAddress: { name: 'Carla', address: 'carla@example.com' } },
      attendees: [
        entry('carla@example.com', 'none'),
        entry('Bo@example.com', 'tentativelyAccepted', 'optional'),
        entry('room@example.com', 'accepted', 'resource'),
      ],
      responseStatus: { response: 'notResponded' },
    });
    expect(event).toMatchObject({ meeting: true, organizer: 'carla@example.com', ownResponse: 'pending' });
    expect(event.attendees.map(({ address, role, response }) => [address, role, response])).toEqual([
      ['bo@example.com', 'optional', 'tentative'],
      ['room@example.com', 'resource', 'accepted'],
    ]);
  });

  test.each([
    ['isOnlineMeeting', { isOnlineMeeting: true }],
    ['a link to join', { onlineMeeting: { joinUrl: 'https://teams.microsoft.com/l/meetup-join/1' } }],
    ['a link in its text', { body: { contentType: 'text', content: 'https://teams.microsoft.com/meet/12' } }],
  ])('an online meeting is known by %s, and its text is not written', (_, online) => {
    const { event } = read(online);
    expect(event.onlineMeeting).toBe(true);
    expect(changedProperties({ ...event, description: 'New' }, ['description'], false, CONTEXT)).toEqual({});
  });

  test('a text that comes as HTML all the same', () => {
    const content =
      '<html><head><style>p{}</style></head><body><p>One &amp; two</p><p>three<br>four</p></body></html>';
    expect(read({ body: { contentType: 'html', content } }).event.description).toBe('One & two\nthree\nfour');
  });

  test('what ends before it begins, and what is no time', () => {
    expect(() => read({ end: { dateTime: '2026-12-01T08:00:00', timeZone: 'UTC' } })).toThrow(
      reason('startAfterEnd'),
    );
    expect(() => read({ start: { dateTime: '2026-13-01T08:00:00', timeZone: 'UTC' } })).toThrow(
      reason('itemUnreadable'),
    );
    expect(() => read({ start: null })).toThrow(reason('itemUnreadable'));
  });
});

describe('the UID', () => {
  const clean =
    '040000008200E00074C5B7101A82E00800000000D0A1B2C3D4E5F601000000000000000010000000AABBCCDDEEFF00112233445566778899';

  test('of an occurrence is that of its series', () => {
    const dated = `${clean.slice(0, 32)}07EA0C01${clean.slice(40)}`;
    expect(uidOf({ iCalUId: dated, uid: undefined })).toBe(clean);
    expect(uidOf({ iCalUId: clean, uid: undefined })).toBe(clean);
  });

  test('of another calendar program is found in its wrapping', () => {
    const hex = [...new TextEncoder().encode('a-uid@example.com')].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    const wrapped = `${clean.slice(0, 32)}07EA0C01${'0'.repeat(32)}1E0000007643616C2D55696401000000${hex.join('')}00`;
    expect(uidOf({ iCalUId: wrapped, uid: undefined })).toBe('a-uid@example.com');
    expect(uidOf({ iCalUId: 'a-uid@example.com', uid: undefined })).toBe('a-uid@example.com');
  });
});

describe('series', () => {
  const master = {
    type: 'seriesMaster',
    isAllDay: false,
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'sunday' },
      range: { type: 'numbered', startDate: '2026-12-01', numberOfOccurrences: 6 },
    },
  };

  test('cancelled occurrences are named by date, behind the last dot', () => {
    const { event } = read(master);
    expect(cancelledDates(['OID.AA.Mk.2026-12-08', 'OID.AAMk=.2027-01-05'], event, 'Europe/Berlin')).toEqual([
      '2026-12-08',
      '2027-01-05',
    ]);
    expect(cancelledDates(['nothing', 'OID.A.2026-12-09'], event, 'Europe/Berlin')).toEqual([]);
  });

  test('where their dates are those of UTC, the rule tells', () => {
    const early = {
      ...master,
      start: { dateTime: '2026-11-30T23:30:00', timeZone: 'UTC' },
      end: { dateTime: '2026-12-01T00:30:00', timeZone: 'UTC' },
    };
    const { event } = read(early);
    expect(cancelledDates(['OID.A.2026-12-07'], event, 'Europe/Berlin')).toEqual(['2026-12-08']);
  });

  test('a changed occurrence is known by when its rule has it, and is in the zone of its series', () => {
    const found = readEvent(eventAnswer(master), 'calendar');
    const exception = eventAnswer({
      type: 'exception',
      seriesMasterId: 'AAMkAGIAAAoZDOFAAA=',
      originalStart: '2026-12-08T09:00:00Z',
      originalStartTimeZone: 'Eastern Standard Time',
      start: { dateTime: '2026-12-10T15:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-12-10T16:00:00.0000000', timeZone: 'UTC' },
    });
    expect(readOccurrence(exception, found, CONTEXT)).toMatchObject({
      date: '2026-12-08',
      content: { time: { start: '2026-12-10T15:00:00Z', zone: 'Europe/Berlin' } },
    });
    const stray = eventAnswer({ ...exception, originalStart: '2026-12-09T09:00:00Z' });
    expect(() => readOccurrence(stray, found, CONTEXT)).toThrow(reason('recurrenceNotExpressible'));
  });

  test('the version tells a cancelled or changed occurrence whatever the entity tag does', () => {
    const answer = eventAnswer(master);
    const versions = [
      seriesVersion(answer, {}),
      seriesVersion(answer, { cancelledOccurrences: ['OID.A.2026-12-08'] }),
      seriesVersion(answer, { exceptionOccurrences: [{ id: 'x', '@odata.etag': 'W/"1"' }] }),
      seriesVersion(answer, { exceptionOccurrences: [{ id: 'x', '@odata.etag': 'W/"2"' }] }),
    ];
    expect(new Set(versions).size).toBe(4);
    expect(versions.map(tagIn)).toEqual(versions.map(() => answer['@odata.etag']));
  });
});

describe('what is written', () => {
  const event: CalendarEvent = {
    ...NEUTRAL_EVENT,
    title: ' Board\nroom ',
    time: { kind: 'timed', start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z', zone: 'Europe/Rome' },
  };
  const create = { stamp: 'stamp', uid: 'uid', event, invitations: 'none' } as const;

  test('a new event: wall times in a Windows zone, our stamp, and no reminder that nobody asked for', () => {
    expect(newEvent(create, 'request', CONTEXT)).toEqual({
      subject: 'Board room',
      body: { contentType: 'text', content: '' },
      location: { displayName: '' },
      start: { dateTime: '2026-12-01T10:00:00.000', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-12-01T11:00:00.000', timeZone: 'W. Europe Standard Time' },
      isAllDay: false,
      showAs: 'busy',
      sensitivity: 'normal',
      isReminderOn: false,
      categories: [],
      transactionId: 'request',
      singleValueExtendedProperties: [
        { id: expect.stringMatching(/Name liferayZone$/), value: 'Europe/Rome|W. Europe Standard Time' },
        { id: 'String {c9fa4c3e-5f5b-4d0e-9a43-6b1f3f0d7a52} Name liferaySyncId', value: 'stamp' },
      ],
    });
  });

  test('a single event in an hour that comes twice is written in UTC, which has it once', () => {
    const twice = {
      kind: 'timed',
      start: '2026-10-25T01:30:00Z',
      end: '2026-10-25T02:30:00Z',
      zone: 'Europe/Rome',
    } as const;
    expect(writeTime(twice, false, CONTEXT)).toMatchObject({
      start: { dateTime: '2026-10-25T01:30:00.000', timeZone: 'UTC' },
      zoneNote: 'Europe/Rome|UTC',
    });
  });

  test('all day are midnights of the owner', () => {
    const days = { kind: 'allDay', start: '2026-12-01', end: '2026-12-03' } as const;
    expect(writeTime(days, false, CONTEXT)).toMatchObject({
      start: { dateTime: '2026-12-01T00:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-12-03T00:00:00', timeZone: 'W. Europe Standard Time' },
      isAllDay: true,
    });
  });

  test('a rule is cleared of a series only', () => {
    expect(changedProperties(event, ['when'], true, CONTEXT).recurrence).toBeNull();
    expect(changedProperties(event, ['when'], false, CONTEXT)).not.toHaveProperty('recurrence');
  });

  test('who is invited: those who stay are written as they stand, also without an SMTP address', () => {
    const present = eventAnswer({
      attendees: [
        {
          type: 'optional',
          status: { response: 'accepted' },
          emailAddress: { name: 'List', address: '/O=X/CN=LIST' },
        },
        {
          type: 'required',
          status: { response: 'none' },
          emailAddress: { name: 'Bo', address: 'Bo@example.com' },
        },
      ],
    });
    const eve = { address: 'eve@example.com', name: 'Eve', role: 'resource', response: 'none' } as const;
    expect(attendeesAfter({ added: [eve], removed: ['bo@example.com'] }, present)).toEqual([
      { type: 'optional', emailAddress: { name: 'List', address: '/O=X/CN=LIST' } },
      { type: 'resource', emailAddress: { name: 'Eve', address: 'eve@example.com' } },
    ]);
  });
});
