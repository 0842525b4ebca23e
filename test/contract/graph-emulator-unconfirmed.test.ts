/** What no page of Microsoft Learn says: each switch of the Graph emulator in both positions, as far as other tests have it not. */
import { expect, test } from 'vitest';
import type { Json } from './graph-stage.ts';
import {
  ANNA,
  BRUNO,
  errorOf,
  IMMUTABLE,
  invited,
  lunch,
  ROME,
  startGraph,
  values,
  weekly,
} from './graph-stage.ts';

const STAMP = 'String {66f5a359-4659-4830-9070-00040ec6ac6e} Name Stamp';
const WINDOW = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z';

// The sample of "Get event" shows selected properties in an exception; OData has $select stop at what is expanded.
test.each([true, false])('$select of a master holds for its exceptions: %s', async (selectsInExceptions) => {
  const { call } = startGraph({ switches: { selectsInExceptions } });
  const { body } = await call(`POST /users/${ANNA}/events`, weekly);
  const path = `/users/${ANNA}/events/${String(body['id'])}`;
  const [first] = values(await call(`GET ${path}/instances?${WINDOW}`));
  await call(`PATCH /users/${ANNA}/events/${String(first?.['id'])}`, { subject: 'Guests' });
  const query = '$select=subject,exceptionOccurrences&$expand=exceptionOccurrences';
  const [exception] = (await call(`GET ${path}?${query}`)).body['exceptionOccurrences'] as Json[];
  expect(exception?.['subject']).toBe('Guests');
  expect(exception?.['showAs']).toBe(selectsInExceptions ? undefined : 'busy');
});

// "Get singleValueLegacyExtendedProperty" names /users/{id}/events, and no named calendar.
test.each([true, false])('a named calendar is filtered by an extended property: %s', async (does) => {
  const { call } = startGraph({ switches: { filtersExtendedInCalendars: does } });
  const stamped = { ...lunch, singleValueExtendedProperties: [{ id: STAMP, value: 'Row-7' }] };
  await call(`POST /users/${ANNA}/events`, stamped);
  const { body: calendar } = await call(`GET /users/${ANNA}/calendar`);
  const filter = encodeURIComponent(
    `singleValueExtendedProperties/Any(ep: ep/id eq '${STAMP}' and ep/value eq 'Row-7')`,
  );
  const found = await call(`GET /users/${ANNA}/calendars/${String(calendar['id'])}/events?$filter=${filter}`);
  expect(found.status).toBe(does ? 200 : 400);
  expect(values(await call(`GET /users/${ANNA}/events?$filter=${filter}`))).toHaveLength(1);
});

// "Delete event" moves to Deleted Items; whether the event is found there by its immutable id is not said.
test.each([true, false])('a deleted event is found by its id: %s', async (findsDeletedItems) => {
  const { call } = startGraph({ switches: { findsDeletedItems } });
  const { body } = await call(`POST /users/${ANNA}/events`, lunch, IMMUTABLE);
  const id = String(body['id']);
  await call(`DELETE /users/${ANNA}/events/${id}`, undefined, IMMUTABLE);
  const found = await call(`GET /users/${ANNA}/events/${id}`, undefined, IMMUTABLE);
  expect(found.status).toBe(findsDeletedItems ? 200 : 404);
  const inCalendar = await call(`GET /users/${ANNA}/calendar/events/${id}`, undefined, IMMUTABLE);
  expect(inCalendar.status).toBe(404);
});

// Seen in payloads of rooms.
test.each([true, false])('the organiser stands among the attendees of a copy: %s', async (does) => {
  const { call } = startGraph({ switches: { organizerAmongAttendees: does } });
  await call(`POST /users/${ANNA}/events`, { ...lunch, attendees: invited(BRUNO) });
  const [copy] = values(await call(`GET /users/${BRUNO}/events`));
  const attendees = (copy?.['attendees'] ?? []) as Json[];
  const addresses = attendees.map(({ emailAddress }) => (emailAddress as Json)['address']);
  expect(addresses).toEqual(does ? [ANNA, BRUNO] : [BRUNO]);
});

// "Update event" says it; whoever has no such server may switch it off.
test.each([
  [true, 2],
  [false, 1],
] as const)(
  'an update of a series tells each changed instance too: %s',
  async (mailsEachException, count) => {
    const { call, exchange } = startGraph({ switches: { mailsEachException } });
    const { body } = await call(`POST /users/${ANNA}/events`, { ...weekly, attendees: invited(BRUNO) });
    const path = `/users/${ANNA}/events/${String(body['id'])}`;
    const [first] = values(await call(`GET ${path}/instances?${WINDOW}`));
    await call(`PATCH /users/${ANNA}/events/${String(first?.['id'])}`, { subject: 'Kick-off' });
    const before = exchange.outbox.length;
    await call(`PATCH ${path}`, { showAs: 'free' });
    expect(exchange.outbox.length - before).toBe(count);
  },
);

// "recurrenceRange": recurrenceTimeZone is optional, and a zone that the server knows.
test('the zone of a recurrence is that of the series, and one that is known', async () => {
  const { call } = startGraph();
  const { pattern, range } = weekly['recurrence'] as { pattern: Json; range: Json };
  const post = (recurrenceTimeZone: string) =>
    call(`POST /users/${ANNA}/events`, {
      ...weekly,
      recurrence: { pattern, range: { ...range, recurrenceTimeZone } },
    });
  const made = await post(ROME);
  expect(made.body['recurrence']).toMatchObject({ range: { recurrenceTimeZone: ROME } });
  const refused = await post('Middle Earth Time');
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'TimeZoneNotSupportedException']);
});

// The service's own words; no page has them.
test('where the organiser asked for no response, none is sent', async () => {
  const { call } = startGraph();
  await call(`POST /users/${ANNA}/events`, { ...lunch, attendees: invited(BRUNO), responseRequested: false });
  const [copy] = values(await call(`GET /users/${BRUNO}/events`));
  const accept = (sendResponse: boolean) =>
    call(`POST /users/${BRUNO}/events/${String(copy?.['id'])}/accept`, { sendResponse });
  const refused = await accept(true);
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'ErrorInvalidRequest']);
  expect((await accept(false)).status).toBe(202);
});
