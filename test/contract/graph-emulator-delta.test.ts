/** Delta queries of the Graph emulator, against the pages of Microsoft Learn that each statement names. */
import { expect, test } from 'vitest';
import type { GraphReply, GraphStage, Json } from './graph-stage.ts';
import { ANNA, errorOf, IMMUTABLE, lunch, ROME, startGraph, values, weekly } from './graph-stage.ts';

const VIEW = `/users/${ANNA}/calendarView/delta?startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-12-24T00:00:00Z`;

interface Round {
  readonly events: readonly Json[];
  readonly pages: number;
  readonly deltaLink: string;
}

/** All pages of a round. */
async function round({ call }: GraphStage, url: string, headers = {}): Promise<Round> {
  const events: Json[] = [];
  for (let pages = 1, next = url; pages < 50; pages++) {
    const reply: GraphReply = await call(`GET ${next}`, undefined, headers);
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    events.push(...values(reply));
    const link = reply.body['@odata.deltaLink'];
    if (typeof link === 'string') return { events, pages, deltaLink: link };
    next = String(reply.body['@odata.nextLink']);
  }
  throw new Error('The round does not end');
}

const create = async ({ call }: GraphStage, event: Json = lunch) =>
  String((await call(`POST /users/${ANNA}/events`, event)).body['id']);

const at = (start: string, end: string) => ({
  start: { dateTime: start, timeZone: ROME },
  end: { dateTime: end, timeZone: ROME },
});

// "Get incremental changes to events in a calendar view": nextLink while there is more, then deltaLink.
test('the first round tells everything, in pages of the size that was preferred', async () => {
  const stage = startGraph();
  await create(stage, weekly);
  const first = await round(stage, VIEW, { Prefer: 'odata.maxpagesize=2' });
  expect([first.events.length, first.pages]).toEqual([5, 3]);
  expect(first.events[0]).toMatchObject({ '@odata.type': '#microsoft.graph.event', type: 'occurrence' });
  expect(first.deltaLink).toContain('$deltatoken=');
  const second = await round(stage, first.deltaLink);
  expect(second.events).toEqual([]);
});

// The same page, "The next round".
test('the next round tells what was added, changed and deleted', async () => {
  const stage = startGraph();
  const [kept, gone] = [await create(stage), await create(stage)];
  const { deltaLink } = await round(stage, VIEW);
  await stage.call(`PATCH /users/${ANNA}/events/${kept}`, { subject: 'Dinner' });
  await stage.call(`DELETE /users/${ANNA}/events/${gone}`);
  const added = await create(stage);
  const { events } = await round(stage, deltaLink);
  expect(events.map(({ id }) => id).sort()).toEqual([kept, gone, added].sort());
  const removed = events.find(({ id }) => id === gone);
  expect(removed?.['@removed']).toEqual({ reason: 'deleted' });
});

// "event: delta": events outside of the range "that have been added, deleted, or updated" come as @removed too.
test('an event that left the range, or changes outside of it, is told as removed', async () => {
  const stage = startGraph();
  const id = await create(stage);
  const { deltaLink } = await round(stage, VIEW);
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, at('2027-11-23T12:00:00', '2027-11-23T13:00:00'));
  const left = await round(stage, deltaLink);
  expect(left.events).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, { subject: 'Far away' });
  expect((await round(stage, left.deltaLink)).events).toMatchObject([{ id, '@removed': {} }]);
});

// "event: delta": no $select, $expand, $filter, $orderby, $search.
test.each(['$select=id', '$filter=subject eq %271%27', '$orderby=subject', '$expand=calendar', '$search=x'])(
  'a view tracks changes without %s',
  async (option) => {
    const { call } = startGraph();
    expect((await call(`GET ${VIEW}&${option}`)).status).toBe(400);
  },
);

test('an exception is told, and only it', async () => {
  const stage = startGraph();
  await create(stage, weekly);
  const { deltaLink, events } = await round(stage, VIEW);
  const id = String(events[1]?.['id']);
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, { subject: 'Guests' });
  expect((await round(stage, deltaLink)).events).toMatchObject([
    { id, type: 'exception', subject: 'Guests' },
  ]);
});

// Reported by its users (microsoft-graph-docs issues 7345, 6480 and 10113).
test('a view does not reveal that an occurrence was deleted', async () => {
  const stage = startGraph();
  await create(stage, weekly);
  const { deltaLink, events } = await round(stage, VIEW);
  await stage.call(`DELETE /users/${ANNA}/events/${String(events[1]?.['id'])}`);
  expect((await round(stage, deltaLink)).events).toEqual([]);
});

test('a series that goes takes each of its occurrences along; one that gets other days too', async () => {
  const stage = startGraph();
  const id = await create(stage, weekly);
  const first = await round(stage, VIEW);
  const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' };
  const range = { type: 'numbered', startDate: '2026-11-24', numberOfOccurrences: 2 };
  const tuesdays = { ...at('2026-11-24T12:00:00', '2026-11-24T13:00:00'), recurrence: { pattern, range } };
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, tuesdays);
  const second = await round(stage, first.deltaLink);
  const removed = second.events.filter((event) => '@removed' in event);
  expect(removed.map((event) => event['id']).sort()).toEqual(first.events.map((event) => event['id']).sort());
  expect(second.events).toHaveLength(7);
  await stage.call(`DELETE /users/${ANNA}/events/${id}`);
  const third = await round(stage, second.deltaLink);
  expect(third.events.filter((event) => '@removed' in event)).toHaveLength(2);
});

// Not on the page, and seen of servers (microsoft-graph-docs issues 1716, 7632 and 22197, pull request 4501).
test('as it is seen, a view tells masters, little of their occurrences, and no series on two pages', async () => {
  const stage = startGraph({ switches: { viewDelta: 'seen' } });
  await create(stage, weekly);
  const { events, pages } = await round(stage, VIEW, { Prefer: 'odata.maxpagesize=2' });
  expect(pages).toBe(1);
  expect(events.map(({ type }) => type)).toEqual([
    'seriesMaster',
    ...new Array<string>(5).fill('occurrence'),
  ]);
  expect(events[1]?.['subject']).toBeUndefined();
  expect(events[1]?.['start']).toBeDefined();
});

// "Obtain immutable identifiers", delta: links are "compatible with both ID formats".
test('a delta link goes on with the other ids', async () => {
  const stage = startGraph();
  const id = await create(stage);
  const { deltaLink } = await round(stage, VIEW);
  await stage.call(`PATCH /users/${ANNA}/events/${id}`, { subject: 'Dinner' });
  const { events } = await round(stage, deltaLink, IMMUTABLE);
  const { body } = await stage.call(`GET /users/${ANNA}/events/${id}`, undefined, IMMUTABLE);
  expect(events[0]?.['id']).toBe(body['id']);
});

// "Microsoft Graph error responses", syncStateNotFound: "The delta token is expired and data must be synchronized again."
test('a token that is too old, or refused, is gone: 410', async () => {
  const stage = startGraph();
  const { deltaLink } = await round(stage, VIEW);
  stage.graph.faults.inject({ kind: 'expiredDelta', code: 'resyncRequired' });
  const refused = await stage.call(`GET ${deltaLink}`);
  expect([refused.status, errorOf(refused).code]).toEqual([410, 'resyncRequired']);
  expect((await stage.call(`GET ${deltaLink}`)).status).toBe(200);
  stage.clock.ms += 30 * 86_400_000;
  const { call } = { ...stage, call: startAgain(stage) };
  const old = await call(`GET ${deltaLink}`);
  expect([old.status, errorOf(old).code]).toEqual([410, 'syncStateNotFound']);
});

/** The application's token has expired along with everything else. */
function startAgain(stage: GraphStage): GraphStage['call'] {
  return async (line, body, headers) =>
    stage.call(line, body, { ...headers, Authorization: `Bearer ${await stage.token()}` });
}

// "Get incremental changes to events in a calendar view" knows events/delta in beta only; Evolution uses it in v1.0.
test.each([true, false])('events/delta, where the tenant has it: %s', async (eventsDelta) => {
  const stage = startGraph({ switches: { eventsDelta } });
  const id = await create(stage, weekly);
  const { body } = await stage.call(`GET /users/${ANNA}/calendar`);
  const url = `/users/${ANNA}/calendars/${String(body['id'])}/events/delta?$select=id`;
  if (!eventsDelta) {
    expect((await stage.call(`GET ${url}`)).status).toBe(400);
    return;
  }
  const first = await round(stage, url);
  expect(first.events).toEqual([
    { '@odata.type': '#microsoft.graph.event', '@odata.etag': expect.any(String), id },
  ]);
  await stage.call(`DELETE /users/${ANNA}/events/${id}`);
  const second = await round(stage, first.deltaLink);
  expect(second.events).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
});

// Not documented, as all of events/delta in v1.0.
test.each([true, false])('events/delta has exceptions: %s', async (eventsDeltaHasExceptions) => {
  const stage = startGraph({ switches: { eventsDeltaHasExceptions } });
  await create(stage, weekly);
  const { events } = await round(stage, VIEW);
  await stage.call(`PATCH /users/${ANNA}/events/${String(events[1]?.['id'])}`, { subject: 'Guests' });
  const told = await round(stage, `/users/${ANNA}/events/delta`);
  const types = told.events.map(({ type }) => type);
  expect(types).toEqual(eventsDeltaHasExceptions ? ['seriesMaster', 'exception'] : ['seriesMaster']);
});

// Whether a deleted occurrence changes its master's version is not documented.
test.each([true, false])('a deleted occurrence touches its master: %s', async (touches) => {
  const stage = startGraph({ switches: { deletedOccurrenceTouchesMaster: touches } });
  const id = await create(stage, weekly);
  const { deltaLink } = await round(stage, `/users/${ANNA}/events/delta`);
  const read = async () => (await stage.call(`GET /users/${ANNA}/events/${id}`)).body;
  const before = await read();
  const view = await round(stage, VIEW);
  await stage.call(`DELETE /users/${ANNA}/events/${String(view.events[0]?.['id'])}`);
  const after = await read();
  expect(after['changeKey'] !== before['changeKey']).toBe(touches);
  expect(after['lastModifiedDateTime'] !== before['lastModifiedDateTime']).toBe(touches);
  expect((await round(stage, deltaLink)).events).toHaveLength(touches ? 1 : 0);
  const select = '$select=id,cancelledOccurrences';
  const { body } = await stage.call(`GET /users/${ANNA}/events/${id}?${select}`);
  expect(body['cancelledOccurrences']).toEqual([`OID.${id}.2026-11-23`]);
});

test('what happens between two pages is not lost', async () => {
  const stage = startGraph({ switches: { pageSize: 2 } });
  const ids = [await create(stage), await create(stage), await create(stage)];
  const { body } = await stage.call(`GET ${VIEW}`);
  await stage.call(`PATCH /users/${ANNA}/events/${ids[0]}`, { subject: 'Dinner' });
  await stage.call(`DELETE /users/${ANNA}/events/${ids[2]}`);
  const { deltaLink } = await round(stage, String(body['@odata.nextLink']));
  const { events } = await round(stage, deltaLink);
  expect(events.find(({ id }) => id === ids[0])).toMatchObject({ subject: 'Dinner' });
  expect(events.find(({ id }) => id === ids[2])).toMatchObject({ '@removed': {} });
});
