/** Series of the Graph emulator, against the pages of Microsoft Learn that each statement names. */
import { expect, test } from 'vitest';
import type { GraphStage, Json } from './graph-stage.ts';
import { ANNA, errorOf, IMMUTABLE, lunch, ROME, startGraph, values, weekly } from './graph-stage.ts';

const WINDOW = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z';

async function createSeries(stage: GraphStage, event: Json = weekly): Promise<Json> {
  const { status, body } = await stage.call(`POST /users/${ANNA}/events`, event);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}

const instances = async ({ call }: GraphStage, id: unknown, headers = {}) =>
  values(await call(`GET /users/${ANNA}/events/${String(id)}/instances?${WINDOW}`, undefined, headers));

const startOf = (event: Json | undefined) =>
  String((event?.['start'] as Json | undefined)?.['dateTime']).slice(0, 16);

const range = { type: 'numbered', startDate: '2026-11-23', numberOfOccurrences: 3 };

// "recurrencePattern resource type": six types, each with an interval; the first three occurrences, in UTC.
test.each([
  ['daily', { type: 'daily', interval: 2 }, ['11-23', '11-25', '11-27']],
  [
    'weekly',
    { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'wednesday'] },
    ['11-23', '11-25', '12-07'],
  ],
  ['absoluteMonthly', { type: 'absoluteMonthly', interval: 1, dayOfMonth: 23 }, ['11-23', '12-23', '01-23']],
  [
    'relativeMonthly',
    { type: 'relativeMonthly', interval: 1, daysOfWeek: ['monday'], index: 'fourth' },
    ['11-23', '12-28', '01-25'],
  ],
])('pattern %s', async (_, pattern, days) => {
  const stage = startGraph();
  const { id, recurrence } = await createSeries(stage, { ...lunch, recurrence: { pattern, range } });
  expect((await instances(stage, id)).map((each) => startOf(each).slice(5, 10))).toEqual(days);
  expect(recurrence).toMatchObject({ pattern, range: { ...range, recurrenceTimeZone: ROME } });
});

test.each([
  ['absoluteYearly', { type: 'absoluteYearly', interval: 1, month: 11, dayOfMonth: 23 }, 2027],
  [
    'absoluteYearly of each third year',
    { type: 'absoluteYearly', interval: 3, month: 11, dayOfMonth: 23 },
    2029,
  ],
  [
    'relativeYearly of each second year',
    { type: 'relativeYearly', interval: 2, month: 11, daysOfWeek: ['monday'], index: 'fourth' },
    2028,
  ],
])('pattern %s', async (_, pattern, secondYear) => {
  const stage = startGraph();
  const { id, recurrence } = await createSeries(stage, { ...lunch, recurrence: { pattern, range } });
  expect(recurrence).toMatchObject({ pattern });
  const years: string[] = [];
  for (const year of [2026, 2031]) {
    const window = `startDateTime=${year}-11-01T00:00:00Z&endDateTime=${year + 4}-12-01T00:00:00Z`;
    const all = values(await stage.call(`GET /users/${ANNA}/events/${String(id)}/instances?${window}`));
    years.push(...all.map((each) => startOf(each).slice(0, 4)));
  }
  expect(years.slice(0, 2)).toEqual(['2026', String(secondYear)]);
  expect(years).toHaveLength(3);
});

// "recurrenceRange resource type"
test.each([
  ['endDate', { type: 'endDate', startDate: '2026-11-23', endDate: '2026-12-07' }, 3],
  ['noEnd', { type: 'noEnd', startDate: '2026-11-23' }, 10],
  ['numbered', { type: 'numbered', startDate: '2026-11-23', numberOfOccurrences: 4 }, 4],
])('range %s', async (_, sent, count) => {
  const stage = startGraph();
  const { pattern } = weekly['recurrence'] as Json;
  const { id, recurrence } = await createSeries(stage, { ...lunch, recurrence: { pattern, range: sent } });
  expect(recurrence).toMatchObject({ range: sent });
  expect(await instances(stage, id)).toHaveLength(count);
});

// "recurrenceRange": startDate "must be the same value as the start property of the recurring event".
test.each([true, false])(
  'a range that starts on another day (refused: %s)',
  async (refusesOtherStartDate) => {
    const { call } = startGraph({ switches: { refusesOtherStartDate } });
    const { pattern } = weekly['recurrence'] as Json;
    const recurrence = { pattern, range: { ...range, startDate: '2026-11-30' } };
    const { status, body } = await call(`POST /users/${ANNA}/events`, { ...lunch, recurrence });
    expect(status).toBe(refusesOtherStartDate ? 400 : 201);
    if (!refusesOtherStartDate) expect(startOf(body)).toBe('2026-11-30T11:00');
  },
);

// "event resource type": type, seriesMasterId, originalStart; iCalUId "is different for each occurrence".
test('an occurrence names its master, its original start, and has an iCalUId of its own', async () => {
  const stage = startGraph();
  const master = await createSeries(stage);
  expect(master).toMatchObject({ type: 'seriesMaster', seriesMasterId: null });
  const [first, second] = await instances(stage, master['id']);
  expect(first).toMatchObject({
    type: 'occurrence',
    seriesMasterId: master['id'],
    originalStart: '2026-11-23T11:00:00Z',
    recurrence: null,
    uid: master['uid'],
  });
  expect(new Set([master['iCalUId'], first?.['iCalUId'], second?.['iCalUId']]).size).toBe(3);
});

// "Get event", example 3; "event resource type": occurrenceId is OID.{seriesMasterId}.{date}
test('a master tells its exceptions and its cancelled occurrences, when both are asked for', async () => {
  const stage = startGraph();
  const { id } = await createSeries(stage, weekly);
  const [, second, third] = await instances(stage, id);
  await stage.call(`PATCH /users/${ANNA}/events/${String(second?.['id'])}`, { subject: 'Guests' });
  await stage.call(`DELETE /users/${ANNA}/events/${String(third?.['id'])}`);
  const path = `GET /users/${ANNA}/events/${String(id)}`;
  const plain = await stage.call(path);
  expect(plain.body['cancelledOccurrences']).toBeUndefined();
  expect(plain.body['exceptionOccurrences']).toBeUndefined();
  const select = 'subject,start,end,occurrenceId,exceptionOccurrences,cancelledOccurrences';
  const onlySelected = await stage.call(`${path}?$select=${select}`);
  expect(onlySelected.body['cancelledOccurrences']).toEqual([`OID.${String(id)}.2026-12-07`]);
  expect(onlySelected.body['exceptionOccurrences']).toBeUndefined();
  const { body } = await stage.call(`${path}?$select=${select}&$expand=exceptionOccurrences`);
  expect(body['exceptionOccurrences']).toMatchObject([
    { subject: 'Guests', occurrenceId: `OID.${String(id)}.2026-11-30` },
  ]);
});

test('ids in an occurrenceId are of the format that the request prefers', async () => {
  const stage = startGraph();
  const { body } = await stage.call(`POST /users/${ANNA}/events`, weekly, IMMUTABLE);
  const [first] = await instances(stage, body['id'], IMMUTABLE);
  expect(first?.['occurrenceId']).toBe(`OID.${String(body['id'])}.2026-11-23`);
});

// Whose date stands in an occurrenceId is not documented.
test.each([
  ['series', '2026-11-24'],
  ['utc', '2026-11-23'],
] as const)('the date in an occurrenceId: %s', async (occurrenceDates, date) => {
  const stage = startGraph({ switches: { occurrenceDates } });
  const night = {
    ...weekly,
    start: { dateTime: '2026-11-24T00:30:00', timeZone: ROME },
    end: { dateTime: '2026-11-24T01:00:00', timeZone: ROME },
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { ...range, startDate: '2026-11-24' },
    },
  };
  const { id } = await createSeries(stage, night);
  expect((await instances(stage, id))[0]?.['occurrenceId']).toBe(`OID.${String(id)}.${date}`);
});

// "Update event": ErrorOccurrenceCrossingBoundary
test('an occurrence does not pass its neighbour', async () => {
  const stage = startGraph();
  const { id } = await createSeries(stage);
  const [first] = await instances(stage, id);
  const move = (start: string, end: string) =>
    stage.call(`PATCH /users/${ANNA}/events/${String(first?.['id'])}`, {
      start: { dateTime: start, timeZone: ROME },
      end: { dateTime: end, timeZone: ROME },
    });
  const refused = await move('2026-11-30T09:00:00', '2026-11-30T10:00:00');
  expect([refused.status, errorOf(refused).code]).toEqual([400, 'ErrorOccurrenceCrossingBoundary']);
  const moved = await move('2026-11-24T09:00:00', '2026-11-24T10:00:00');
  expect(moved.body).toMatchObject({ type: 'exception', originalStart: '2026-11-23T11:00:00Z' });
});

test('an occurrence that was deleted is found no more', async () => {
  const stage = startGraph();
  const { id } = await createSeries(stage);
  const [first] = await instances(stage, id);
  const path = `/users/${ANNA}/events/${String(first?.['id'])}`;
  expect((await stage.call(`DELETE ${path}`)).status).toBe(204);
  const refused = await stage.call(`GET ${path}`);
  expect([refused.status, errorOf(refused).code]).toEqual([404, 'ErrorItemNotFound']);
  expect(await instances(stage, id)).toHaveLength(4);
});

// "Update event": recurrence may be null.
test('a series without its recurrence is one event', async () => {
  const stage = startGraph();
  const { id } = await createSeries(stage);
  const { body } = await stage.call(`PATCH /users/${ANNA}/events/${String(id)}`, { recurrence: null });
  expect(body).toMatchObject({ type: 'singleInstance', recurrence: null });
});

// "List calendarView": occurrences, exceptions and single instances; "List events": single instances and masters.
test('a calendar view has occurrences and no masters, a list masters and no occurrences', async () => {
  const stage = startGraph();
  await createSeries(stage);
  await stage.call(`POST /users/${ANNA}/events`, lunch);
  const view = values(await stage.call(`GET /users/${ANNA}/calendarView?${WINDOW}`));
  expect(view.map(({ type }) => type).sort()).toEqual([
    ...new Array<string>(5).fill('occurrence'),
    'singleInstance',
  ]);
  const listed = values(await stage.call(`GET /users/${ANNA}/events`));
  expect(listed.map(({ type }) => type).sort()).toEqual(['seriesMaster', 'singleInstance']);
  expect((await stage.call(`GET /users/${ANNA}/calendarView`)).status).toBe(400);
});

// Seen in answers of the service; no page names it.
test('a view or instances of more than 1825 days are refused', async () => {
  const stage = startGraph();
  const { id } = await createSeries(stage);
  const range = 'startDateTime=2026-01-01T00:00:00Z&endDateTime=2031-01-01T00:00:00Z';
  for (const path of ['calendarView', `events/${String(id)}/instances`]) {
    const refused = await stage.call(`GET /users/${ANNA}/${path}?${range}`);
    expect([refused.status, errorOf(refused).code]).toEqual([400, 'ErrorInvalidRequest']);
  }
});

// "List calendarView": the range goes by the offset of its values, whatever zone the request prefers.
test('a range counts by its own offsets', async () => {
  const { call } = startGraph();
  await call(`POST /users/${ANNA}/events`, lunch);
  const view = (from: string, to: string) =>
    call(
      `GET /users/${ANNA}/calendarView?startDateTime=${encodeURIComponent(from)}&endDateTime=${encodeURIComponent(to)}`,
      undefined,
      { Prefer: `outlook.timezone="${ROME}"` },
    );
  expect(values(await view('2026-11-23T12:00:00+01:00', '2026-11-23T13:00:00+01:00'))).toHaveLength(1);
  expect(values(await view('2026-11-23T12:00:00', '2026-11-23T13:00:00'))).toEqual([]);
});
