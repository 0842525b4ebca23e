/** Events of the Graph emulator, read and written, against the pages of Microsoft Learn that each statement names. */
import { expect, test } from 'vitest';
import { ANNA, errorOf, invited, type Json, lunch, ROME, startGraph, values } from './graph-stage.ts';

const STAMP = 'String {66f5a359-4659-4830-9070-00040ec6ac6e} Name Stamp';

// "Create event", "event resource type"
test('a new event comes back whole, with an etag made of its changeKey', async () => {
  const { call } = startGraph();
  const sent = {
    ...lunch,
    body: { contentType: 'text', content: 'Bring cake' },
    location: { displayName: 'Canteen' },
    showAs: 'oof',
    sensitivity: 'private',
    importance: 'high',
    categories: ['Red category'],
    isReminderOn: false,
    reminderMinutesBeforeStart: 5,
  };
  const { status, body, headers } = await call(`POST /users/${ANNA}/events`, sent);
  expect(status).toBe(201);
  expect(body).toMatchObject({
    '@odata.etag': `W/"${String(body['changeKey'])}"`,
    subject: 'Lunch',
    bodyPreview: 'Bring cake',
    location: { displayName: 'Canteen' },
    showAs: 'oof',
    sensitivity: 'private',
    importance: 'high',
    categories: ['Red category'],
    isReminderOn: false,
    reminderMinutesBeforeStart: 5,
    type: 'singleInstance',
    seriesMasterId: null,
    isOrganizer: true,
    isCancelled: false,
    responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
    originalStartTimeZone: ROME,
    originalEndTimeZone: ROME,
  });
  expect(headers.get('ETag')).toBe(body['@odata.etag']);
});

// "Get event": times are in UTC, or in the zone that the request prefers.
test('times are UTC unless the request prefers a zone; an unknown zone is refused', async () => {
  const { call } = startGraph();
  const { body } = await call(`POST /users/${ANNA}/events`, lunch);
  expect(body['start']).toEqual({ dateTime: '2026-11-23T11:00:00.0000000', timeZone: 'UTC' });
  const path = `GET /users/${ANNA}/events/${String(body['id'])}`;
  const preferring = (zone: string) => call(path, undefined, { Prefer: `outlook.timezone="${zone}"` });
  const inTokyo = await preferring('Tokyo Standard Time');
  expect(inTokyo.body['start']).toEqual({
    dateTime: '2026-11-23T20:00:00.0000000',
    timeZone: 'Tokyo Standard Time',
  });
  expect(inTokyo.headers.get('Preference-Applied')).toBe('outlook.timezone="Tokyo Standard Time"');
  const refused = await preferring('Middle Earth Time');
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'TimeZoneNotSupportedException']);
});

// "Get event": HTML unless outlook.body-content-type says text.
test('a body is HTML unless the request prefers text', async () => {
  const { call } = startGraph();
  const html = { contentType: 'html', content: '<p>One</p><p>Two</p>' };
  const { body } = await call(`POST /users/${ANNA}/events`, { ...lunch, body: html });
  expect(body['body']).toMatchObject({ contentType: 'html', content: expect.stringContaining('<p>Two</p>') });
  const preferred = { Prefer: 'outlook.body-content-type="text", outlook.timezone="UTC"' };
  const text = await call(`GET /users/${ANNA}/events/${String(body['id'])}`, undefined, preferred);
  expect(text.body['body']).toEqual({ contentType: 'text', content: 'One\nTwo' });
});

// "Use the $select query parameter"
test('$select leaves the properties that were asked for, and the id and etag', async () => {
  const { call } = startGraph();
  const { body } = await call(`POST /users/${ANNA}/events`, lunch);
  const { body: short } = await call(`GET /users/${ANNA}/events/${String(body['id'])}?$select=subject`);
  expect(Object.keys(short).sort()).toEqual(['@odata.context', '@odata.etag', 'id', 'subject']);
});

// "Update event": "Existing properties that are not included in the request body will maintain their previous values."
test('PATCH changes what it names, and gives a new changeKey', async () => {
  const { call } = startGraph();
  const { body } = await call(`POST /users/${ANNA}/events`, {
    ...lunch,
    location: { displayName: 'Canteen' },
  });
  const path = `/users/${ANNA}/events/${String(body['id'])}`;
  const patched = await call(`PATCH ${path}`, { subject: 'Late lunch' });
  expect(patched.status).toBe(200);
  expect(patched.body).toMatchObject({
    subject: 'Late lunch',
    location: { displayName: 'Canteen' },
    start: body['start'],
  });
  expect(patched.body['changeKey']).not.toBe(body['changeKey']);
});

// "Microsoft Graph error responses": 412, "such as an if-match header"; the pages of event do not mention it.
test.each([true, false])('If-Match with an old etag (honoured: %s)', async (honoursIfMatch) => {
  const { call } = startGraph({ switches: { honoursIfMatch } });
  const { body } = await call(`POST /users/${ANNA}/events`, lunch);
  const path = `/users/${ANNA}/events/${String(body['id'])}`;
  const old = { 'If-Match': String(body['@odata.etag']) };
  expect((await call(`PATCH ${path}`, { subject: 'First' }, old)).status).toBe(200);
  const second = await call(`PATCH ${path}`, { subject: 'Second' }, old);
  expect(second.status).toBe(honoursIfMatch ? 412 : 200);
  if (honoursIfMatch) expect(errorOf(second).code).toBe('ErrorIrresolvableConflict');
  expect((await call(`PATCH ${path}`, { subject: 'Third' }, { 'If-Match': '*' })).status).toBe(200);
  expect((await call(`DELETE ${path}`, undefined, old)).status).toBe(honoursIfMatch ? 412 : 204);
});

// "Delete event": 204; "event: permanentDelete": 204, and nothing in Deleted Items.
test('DELETE puts the event into Deleted Items, permanentDelete does not', async () => {
  const { call, exchange } = startGraph();
  const create = async () => String((await call(`POST /users/${ANNA}/events`, lunch)).body['id']);
  const deleted = () => exchange.items(ANNA, exchange.mailbox(ANNA).deletedItems).length;
  expect((await call(`DELETE /users/${ANNA}/events/${await create()}`)).status).toBe(204);
  expect(deleted()).toBe(1);
  expect((await call(`POST /users/${ANNA}/events/${await create()}/permanentDelete`)).status).toBe(204);
  expect(deleted()).toBe(1);
  expect(exchange.items(ANNA)).toEqual([]);
});

// "Create event": "isAllDay: … start and end time must be set to midnight and be in the same time zone."
test('an event of whole days starts and ends at midnight in one zone', async () => {
  const { call } = startGraph();
  const day = (start: string, end: string, endZone = ROME) => ({
    subject: 'Fair',
    isAllDay: true,
    start: { dateTime: start, timeZone: ROME },
    end: { dateTime: end, timeZone: endZone },
  });
  const post = (body: object) => call(`POST /users/${ANNA}/events`, body);
  const made = await post(day('2026-11-23T00:00:00', '2026-11-25T00:00:00'));
  expect(made.status).toBe(201);
  expect((await post(day('2026-11-23T09:00:00', '2026-11-24T00:00:00'))).status).toBe(400);
  expect((await post(day('2026-11-23T00:00:00', '2026-11-23T00:00:00'))).status).toBe(400);
  expect((await post(day('2026-11-23T00:00:00', '2026-11-24T23:00:00', 'UTC'))).status).toBe(400);
});

// Both are reported of servers: the days stay, or the instant does.
test.each([
  ['floating', '2026-11-23T00:00:00.0000000'],
  ['instant', '2026-11-22T23:00:00.0000000'],
] as const)('whole days in another zone: %s', async (allDayTimes, dateTime) => {
  const { call } = startGraph({ switches: { allDayTimes } });
  const start = { dateTime: '2026-11-23T00:00:00', timeZone: ROME };
  const end = { dateTime: '2026-11-24T00:00:00', timeZone: ROME };
  const { body } = await call(`POST /users/${ANNA}/events`, { subject: 'Fair', isAllDay: true, start, end });
  expect(body['start']).toEqual({ dateTime, timeZone: 'UTC' });
});

// "event resource type": "location and locations always correspond with each other".
test('location and locations correspond', async () => {
  const { call, exchange } = startGraph();
  const locations = [{ displayName: 'Hall' }, { displayName: 'Home' }];
  const { body } = await call(`POST /users/${ANNA}/events`, { ...lunch, locations });
  const names = (event: Json) => (event['locations'] as Json[]).map(({ displayName }) => displayName);
  expect(names(body)).toEqual(['Hall', 'Home']);
  expect(exchange.items(ANNA)[0]?.content.location).toBe('Hall; Home');
  const patched = await call(`PATCH /users/${ANNA}/events/${String(body['id'])}`, {
    location: { displayName: 'Canteen' },
  });
  expect(names(patched.body)).toEqual(['Canteen']);
});

// "Create single-value extended property", "Get singleValueLegacyExtendedProperty"
test('an extended property is written, not echoed, read with $expand and found with $filter', async () => {
  const { call } = startGraph();
  await call(`POST /users/${ANNA}/events`, lunch);
  const stamped = { ...lunch, singleValueExtendedProperties: [{ id: STAMP, value: 'Row-7' }] };
  const { body } = await call(`POST /users/${ANNA}/events`, stamped);
  expect(body['singleValueExtendedProperties']).toBeUndefined();
  const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${STAMP}')`);
  const read = await call(`GET /users/${ANNA}/events/${String(body['id'])}?$expand=${expand}`);
  expect(read.body['singleValueExtendedProperties']).toEqual([{ id: STAMP, value: 'Row-7' }]);
  const find = async (test: string) => {
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${STAMP}' and ${test})`;
    return values(await call(`GET /users/${ANNA}/events?$filter=${encodeURIComponent(filter)}`));
  };
  expect((await find("ep/value eq 'row-7'")).map(({ id }) => id)).toEqual([body['id']]);
  expect(await find("startswith(ep/value, 'Row-')")).toHaveLength(1);
  expect(await find("ep/value eq 'row-8'")).toEqual([]);
});

// "event resource type", transactionId: "to avoid redundant POST operations"; how it answers is not said.
test.each([
  ['refused', 400, 1],
  ['conflict', 409, 1],
  ['existing', 201, 1],
  ['duplicate', 201, 2],
] as const)('the same transactionId again: %s', async (repeatedTransaction, status, count) => {
  const { call, exchange } = startGraph({ switches: { repeatedTransaction } });
  const sent = { ...lunch, transactionId: '7E163156-7762-4BEB-A1C6-729EA81755A7' };
  const first = await call(`POST /users/${ANNA}/events`, sent);
  expect(first.body['transactionId']).toBe(sent.transactionId);
  const again = await call(`POST /users/${ANNA}/events`, sent);
  expect(again.status).toBe(status);
  expect(exchange.items(ANNA)).toHaveLength(count);
  if (status === 201) return;
  expect(errorOf(again).code).toBe('ErrorDuplicateTransactionId');
  if (status === 400)
    expect(again.body['error']).toMatchObject({ '@event.existingEventId': first.body['id'] });
});

// "Update event": "Inadvertently removing the meeting blob from the body would disable meeting online."
test('an online meeting has an address and a block in the body, and is lost with it', async () => {
  const { call } = startGraph();
  const sent = { ...lunch, isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' };
  const { body } = await call(`POST /users/${ANNA}/events`, sent);
  const { joinUrl } = body['onlineMeeting'] as { joinUrl: string };
  expect(body['onlineMeetingProvider']).toBe('teamsForBusiness');
  expect((body['body'] as { content: string }).content).toContain(joinUrl);
  const path = `PATCH /users/${ANNA}/events/${String(body['id'])}`;
  expect((await call(path, { subject: 'Lunch!' })).body['isOnlineMeeting']).toBe(true);
  const lost = await call(path, { body: { contentType: 'html', content: 'New' } });
  expect(lost.body).toMatchObject({ isOnlineMeeting: false, onlineMeeting: null });
});

// "Microsoft Graph error responses": 400 for what is malformed or incorrect.
test.each([
  ['a name that the type does not have', { ...lunch, title: 'x' }, 'RequestBodyRead'],
  ['a value of another type', { ...lunch, isAllDay: 'no' }, 'RequestBodyRead'],
  [
    'an end before the start',
    { ...lunch, end: { dateTime: '2026-11-22T09:00', timeZone: 'UTC' } },
    'ErrorPropertyValidationFailure',
  ],
  ['no zone', { ...lunch, end: { dateTime: '2026-11-23T13:00:00' } }, 'TimeZoneNotSupportedException'],
  ['an attendee without an address', { ...lunch, attendees: invited('') }, 'ErrorInvalidRecipients'],
])('%s is refused', async (_, sent, code) => {
  const { call, exchange } = startGraph();
  const refused = await call(`POST /users/${ANNA}/events`, sent);
  expect([refused.status, errorOf(refused).code]).toEqual([400, code]);
  expect(exchange.items(ANNA)).toEqual([]);
});

// "event resource type": "tzone://Microsoft/Custom indicates that a legacy custom time zone was set in desktop Outlook."
test('a zone of Outlook’s own making has no name', async () => {
  const { call, exchange } = startGraph();
  const zone = { windows: 'tzone://Microsoft/Custom', iana: 'Europe/Rome' };
  exchange.userActs.createItem(exchange.mailbox(ANNA).calendar, {
    subject: 'Old',
    startZone: zone,
    endZone: zone,
  });
  const [event] = values(await call(`GET /users/${ANNA}/events`));
  expect(event).toMatchObject({ originalStartTimeZone: 'tzone://Microsoft/Custom' });
  const start = { dateTime: '2026-11-23T12:00:00', timeZone: 'tzone://Microsoft/Custom' };
  const refused = await call(`PATCH /users/${ANNA}/events/${String(event?.['id'])}`, { start });
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'TimeZoneNotSupportedException']);
});

// "List events": pages with @odata.nextLink; "Paging": Prefer: odata.maxpagesize, $top
test('a list comes in pages, filtered by lastModifiedDateTime and ordered', async () => {
  const { call } = startGraph();
  for (let index = 0; index < 12; index++)
    await call(`POST /users/${ANNA}/events`, { ...lunch, subject: `No ${index}` });
  const first = await call(`GET /users/${ANNA}/events`);
  expect(values(first)).toHaveLength(10);
  const rest = await call(`GET ${String(first.body['@odata.nextLink'])}`);
  expect(values(rest)).toHaveLength(2);
  expect(rest.body['@odata.nextLink']).toBeUndefined();
  const [last] = values(await call(`GET /users/${ANNA}/events?$orderby=lastModifiedDateTime desc&$top=1`));
  expect(last?.['subject']).toBe('No 11');
  const since = encodeURIComponent(`lastModifiedDateTime ge ${String(last?.['lastModifiedDateTime'])}`);
  expect(values(await call(`GET /users/${ANNA}/events?$filter=${since}`))).toHaveLength(1);
  const five = await call(`GET /users/${ANNA}/events`, undefined, { Prefer: 'odata.maxpagesize=5' });
  expect(values(five)).toHaveLength(5);
  expect((await call(`GET /users/${ANNA}/events?$top=1001`)).status).toBe(400);
});

// "List messages", of Outlook's items: what is sorted by stands in the filter too, and first.
test('a filter and another order at once are too complex', async () => {
  const { call } = startGraph();
  const filter = encodeURIComponent('lastModifiedDateTime ge 2026-01-01T00:00:00Z');
  const ask = (order: string) => call(`GET /users/${ANNA}/events?$filter=${filter}&$orderby=${order}`);
  expect((await ask('lastModifiedDateTime')).status).toBe(200);
  const refused = await ask('subject');
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'InefficientFilter']);
});

// The two faces of one mailbox.
test('what EWS writes Graph reads, and the other way round', async () => {
  const { call, ews } = startGraph();
  const { body } = await call(`POST /users/${ANNA}/events`, lunch);
  const [synced] = (await ews(ANNA).sync('calendar')).created;
  const item = await ews(ANNA).get(synced?.id ?? '');
  expect(item).toMatchObject({ subject: 'Lunch', uid: body['iCalUId'] });
  const ewsZone = { subject: 'By EWS', start: '2026-11-24T09:00:00', end: '2026-11-24T10:00:00', zone: ROME };
  await ews(ANNA).create(ewsZone);
  const events = values(await call(`GET /users/${ANNA}/events`));
  expect(events.map(({ subject }) => subject)).toEqual(['Lunch', 'By EWS']);
});
