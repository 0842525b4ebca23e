/** Meetings, rooms and free times of the Graph emulator, against the pages of Microsoft Learn that each statement names. */
import { expect, test } from 'vitest';
import type { GraphStage, Json } from './graph-stage.ts';
import { ANNA, BRUNO, errorOf, invited, lunch, ROME, startGraph, values, weekly } from './graph-stage.ts';

const CARLA = 'carla@example.org';
const meeting: Json = { ...lunch, attendees: invited(BRUNO) };

const mails = ({ exchange }: GraphStage) => exchange.outbox.map(({ kind, from, to }) => [kind, from, ...to]);

const idOf = async ({ call }: GraphStage, event: Json = meeting) =>
  String((await call(`POST /users/${ANNA}/events`, event)).body['id']);

/** Bruno's copy. */
const copyOf = async ({ call }: GraphStage) => values(await call(`GET /users/${BRUNO}/events`))[0] ?? {};

// "Create event": "When an event is sent, the server sends invitations to all the attendees."
test('whoever is named in a new event is invited, and has a copy', async () => {
  const stage = startGraph();
  const { body } = await stage.call(`POST /users/${ANNA}/events`, meeting);
  expect(body).toMatchObject({
    isOrganizer: true,
    isDraft: false,
    organizer: { emailAddress: { address: ANNA } },
    attendees: [{ type: 'required', status: { response: 'none' }, emailAddress: { address: BRUNO } }],
  });
  expect(mails(stage)).toEqual([['request', ANNA, BRUNO]]);
  expect(await copyOf(stage)).toMatchObject({
    iCalUId: body['iCalUId'],
    isOrganizer: false,
    organizer: { emailAddress: { address: ANNA } },
    responseStatus: { response: 'notResponded' },
    showAs: 'tentative',
  });
});

test('an event without attendees sends nothing, whatever happens to it', async () => {
  const stage = startGraph();
  const id = await idOf(stage, lunch);
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, { subject: 'Dinner' });
  await stage.call(`DELETE /users/${ANNA}/events/${id}`);
  expect(mails(stage)).toEqual([]);
});

// "Update event", "Delete event": updates and cancellations
test('a change and a deletion are told to everybody', async () => {
  const stage = startGraph();
  const id = await idOf(stage);
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, { subject: 'Dinner' });
  await stage.call(`DELETE /users/${ANNA}/events/${id}`);
  expect(mails(stage).map(([kind]) => kind)).toEqual(['request', 'update', 'cancellation']);
  expect(await copyOf(stage)).toMatchObject({ isCancelled: true });
});

// "Update event": only the attendees property: only those that changed; users report that all get mail.
test.each([
  [true, [['request', ANNA, CARLA]]],
  [
    false,
    [
      ['update', ANNA, BRUNO],
      ['request', ANNA, CARLA],
    ],
  ],
] as const)('one more attendee, only those that changed: %s', async (changedOnlyIsHonoured, expected) => {
  const stage = startGraph({ exchange: { changedOnlyIsHonoured } });
  const id = await idOf(stage);
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, { attendees: invited(BRUNO, CARLA) });
  expect(mails(stage).slice(1)).toEqual(expected);
});

// "Update event": "one for the master series and one per instance that has been updated".
test('a series is told once, and once more for each instance that was changed', async () => {
  const stage = startGraph();
  const id = await idOf(stage, { ...weekly, attendees: invited(BRUNO) });
  const window = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z';
  const [first] = values(await stage.call(`GET /users/${ANNA}/events/${id}/instances?${window}`));
  await stage.call(`PATCH /users/${ANNA}/events/${String(first?.['id'])}`, { subject: 'Kick-off' });
  const before = mails(stage).length;
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, { location: { displayName: 'Hall' } });
  expect(mails(stage).slice(before)).toEqual([
    ['update', ANNA, BRUNO],
    ['update', ANNA, BRUNO],
  ]);
});

// "event: accept", "event: tentativelyAccept", "event: decline": 202, and a response to the organiser.
test.each([
  ['accept', 'accepted', 'busy'],
  ['tentativelyAccept', 'tentativelyAccepted', 'tentative'],
] as const)('%s', async (action, response, showAs) => {
  const stage = startGraph();
  const id = await idOf(stage);
  const copy = await copyOf(stage);
  const path = `POST /users/${BRUNO}/events/${String(copy['id'])}/${action}`;
  const { status, body } = await stage.call(path, { comment: 'With pleasure', sendResponse: true });
  expect([status, body]).toEqual([202, {}]);
  expect(await copyOf(stage)).toMatchObject({ responseStatus: { response }, showAs });
  expect(stage.exchange.outbox.at(-1)).toMatchObject({ kind: 'response', to: [ANNA], text: 'With pleasure' });
  const { body: original } = await stage.call(`GET /users/${ANNA}/events/${id}`);
  expect(original['attendees']).toMatchObject([{ status: { response } }]);
});

test('a decline puts the copy into Deleted Items; without sendResponse nobody hears of it', async () => {
  const stage = startGraph();
  const id = await idOf(stage);
  const copy = await copyOf(stage);
  const path = `POST /users/${BRUNO}/events/${String(copy['id'])}/decline`;
  expect((await stage.call(path, { sendResponse: false })).status).toBe(202);
  expect(values(await stage.call(`GET /users/${BRUNO}/events`))).toEqual([]);
  expect(mails(stage)).toEqual([['request', ANNA, BRUNO]]);
  const { body } = await stage.call(`GET /users/${ANNA}/events/${id}`);
  expect(body['attendees']).toMatchObject([{ status: { response: 'none' } }]);
});

test('an organiser has nothing to accept: 400', async () => {
  const stage = startGraph();
  const refused = await stage.call(`POST /users/${ANNA}/events/${await idOf(stage)}/accept`, {});
  expect(refused.status).toBe(400);
  expect(errorOf(refused).message).toContain('organizer');
});

// "event: decline": 400 where a new time is proposed without a response, or where none may be proposed.
test('a proposal of another time goes with a response only', async () => {
  const stage = startGraph();
  await idOf(stage);
  const copy = await copyOf(stage);
  const proposedNewTime = { start: lunch['start'], end: lunch['end'] };
  const path = `POST /users/${BRUNO}/events/${String(copy['id'])}/decline`;
  expect((await stage.call(path, { sendResponse: false, proposedNewTime })).status).toBe(400);
});

// "event: cancel": 202 for the organiser, with a comment to all; 400 for an attendee.
test('the organiser cancels, an attendee cannot', async () => {
  const stage = startGraph();
  const id = await idOf(stage);
  const copy = await copyOf(stage);
  const refused = await stage.call(`POST /users/${BRUNO}/events/${String(copy['id'])}/cancel`, {});
  expect(refused.status).toBe(400);
  expect(errorOf(refused).message).toBe(
    "Your request can't be completed. You need to be an organizer to cancel a meeting.",
  );
  const done = await stage.call(`POST /users/${ANNA}/events/${id}/cancel`, { Comment: 'All hands' });
  expect(done.status).toBe(202);
  expect(stage.exchange.outbox.at(-1)).toMatchObject({ kind: 'cancellation', text: 'All hands' });
  expect(values(await stage.call(`GET /users/${ANNA}/events`))).toEqual([]);
});

// The page of DELETE speaks of the organiser only.
test.each([true, false])(
  'an attendee who deletes their copy declines: %s',
  async (attendeeDeleteDeclines) => {
    const stage = startGraph({ switches: { attendeeDeleteDeclines } });
    await idOf(stage);
    const copy = await copyOf(stage);
    expect((await stage.call(`DELETE /users/${BRUNO}/events/${String(copy['id'])}`)).status).toBe(204);
    expect(mails(stage).slice(1)).toEqual(attendeeDeleteDeclines ? [['response', BRUNO, ANNA]] : []);
  },
);

// "List places"
test('rooms, room lists, and the rooms of a list, by its address', async () => {
  const { call, exchange } = startGraph();
  const room = 'room@example.org';
  exchange.addMailbox({ address: room, displayName: 'Blue room', zone: ROME, isRoom: true });
  exchange.roomLists = [{ address: 'floor1@example.org', name: 'First floor', rooms: [room] }];
  const named = async (path: string) =>
    values(await call(`GET /places/${path}`)).map(({ displayName, emailAddress }) => [
      displayName,
      emailAddress,
    ]);
  expect(await named('microsoft.graph.room')).toEqual([['Blue room', room]]);
  expect(await named('microsoft.graph.roomlist')).toEqual([['First floor', 'floor1@example.org']]);
  expect(await named('floor1@example.org/microsoft.graph.roomlist/rooms')).toEqual([['Blue room', room]]);
  expect((await call('GET /places/nowhere@example.org/microsoft.graph.roomlist/rooms')).status).toBe(404);
});

test('a room answers for itself', async () => {
  const stage = startGraph();
  const room = 'room@example.org';
  stage.exchange.addMailbox({ address: room, displayName: 'Blue room', zone: ROME, isRoom: true });
  const attendees = [{ type: 'resource', emailAddress: { address: room } }];
  const id = await idOf(stage, { ...lunch, attendees });
  const { body } = await stage.call(`GET /users/${ANNA}/events/${id}`);
  expect(body['attendees']).toMatchObject([{ type: 'resource', status: { response: 'accepted' } }]);
});

// "calendar: getSchedule"
test('getSchedule tells who is busy, slot by slot, and who cannot be found', async () => {
  const { call } = startGraph();
  await call(`POST /users/${ANNA}/events`, lunch);
  await call(`POST /users/${ANNA}/events`, { ...lunch, sensitivity: 'private', showAs: 'oof' });
  const time = (hour: string) => ({ dateTime: `2026-11-23T${hour}:00:00`, timeZone: ROME });
  const asked = {
    schedules: [ANNA, 'nobody@example.org'],
    startTime: time('11'),
    endTime: time('14'),
    availabilityViewInterval: 60,
  };
  const path = `POST /users/${BRUNO}/calendar/getSchedule`;
  const [anna, nobody] = values(await call(path, asked, { Prefer: `outlook.timezone="${ROME}"` }));
  expect(anna?.['availabilityView']).toBe('030');
  expect(anna?.['scheduleItems']).toMatchObject([
    { status: 'busy', subject: 'Lunch', start: { dateTime: '2026-11-23T12:00:00.0000000', timeZone: ROME } },
    { status: 'oof', isPrivate: true },
  ]);
  expect(nobody?.['error']).toMatchObject({ responseCode: 'ErrorMailRecipientNotFound' });
  expect((await call(path, { ...asked, availabilityViewInterval: 4 })).status).toBe(400);
});
