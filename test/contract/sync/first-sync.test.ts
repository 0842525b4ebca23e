/** The first run of a pairing: two calendars that never knew of each other become one. */
import { describe, expect, test } from 'vitest';
import { loadEwsSchema, SCHEMA_MISSING } from '#test/emulators/schema.ts';
import { at, DAY, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const schema = await loadEwsSchema();

async function fullCalendars(stage: Stage): Promise<void> {
  const { start } = hourFrom('2026-05-06T09:00');
  const text = (words: string) => ({ type: 'Text', text: words }) as const;
  stage.create({
    subject: 'E single',
    ...hourFrom('2026-05-06T09:00'),
    location: 'Room 1',
    body: text('Agenda'),
  });
  stage.create({
    subject: 'E all day',
    start: at('2026-05-07T00:00'),
    end: at('2026-05-08T00:00'),
    allDay: true,
  });
  stage.create({
    subject: 'E series',
    ...hourFrom('2026-05-06T11:00'),
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay: Math.floor(start / DAY), count: 5 },
    },
  });
  stage.book({
    title: 'L single',
    startTime: start,
    endTime: start + 30 * MINUTE,
    description: '<p>Hello</p>',
  });
  stage.book({
    title: 'L all day',
    startTime: Date.UTC(2026, 4, 9),
    endTime: Date.UTC(2026, 4, 10) - MINUTE,
    allDay: true,
  });
  stage.book({
    title: 'L series',
    startTime: start,
    endTime: start + 30 * MINUTE,
    recurrence: 'RRULE:FREQ=DAILY;COUNT=4;INTERVAL=1',
  });
}

const ALL = ['E all day', 'E series', 'E single', 'L all day', 'L series', 'L single'];

test('every event of either side is on both afterwards, once and alike, and nobody got mail', async () => {
  const stage = await Stage.open();
  await fullCalendars(stage);
  const round = await stage.round();
  expect(round).toMatchObject({ created: 6, updated: 0, deleted: 0, failed: 0, failures: [] });
  expect(stage.titles()).toEqual({ exchange: ALL, liferay: ALL });
  expect(stage.inExchange()).toEqual(stage.inLiferay());
  expect(stage.mails).toBe(0);
  expect(await stage.parked()).toEqual([]);
});

test('the run after the first one changes nothing', async () => {
  const stage = await Stage.open();
  await fullCalendars(stage);
  await stage.round();
  const before = [stage.items().map((item) => item.changeKey), stage.rows().map((row) => row.mvccVersion)];
  expect(await stage.round()).toMatchObject({ created: 0, updated: 0, deleted: 0, failed: 0 });
  expect([stage.items().map((item) => item.changeKey), stage.rows().map((row) => row.mvccVersion)]).toEqual(
    before,
  );
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test.skipIf(schema === null)(
  schema ? "every message of a first sync is valid by Microsoft's schema" : SCHEMA_MISSING,
  async () => {
    let messages = 0;
    const stage = await Stage.open({
      protocol: 'ews',
      validate: (xml) => {
        messages += 1;
        return schema?.validate(xml) ?? [];
      },
    });
    await fullCalendars(stage);
    expect(await stage.round()).toMatchObject({ created: 6, failed: 0, failures: [] });
    stage.rebook('E single', {
      title: 'E moved',
      startTime: at('2026-05-12T10:00'),
      endTime: at('2026-05-12T11:00'),
    });
    stage.atPortal((acts) => acts.moveToTrash(stage.row('E all day').calendarBookingId));
    expect(await stage.round()).toMatchObject({ updated: 1, deleted: 1, failed: 0, failures: [] });
    // Two of each: SyncFolderItems, GetItem, CreateItem, UpdateItem, DeleteItem, in request and response.
    expect(messages).toBeGreaterThan(14);
  },
);

test.each(['Europe/Rome', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'])(
  'in %s a time stays its instant and a day stays its date, both ways',
  async (zone) => {
    const stage = await Stage.open({ zone });
    const days = (from: string, to: string) => ({
      start: at(`${from}T00:00`, zone),
      end: at(`${to}T00:00`, zone),
      allDay: true,
    });
    const utcDays = (from: string, to: string) => ({
      startTime: at(`${from}T00:00`, 'UTC'),
      endTime: at(`${to}T00:00`, 'UTC') - MINUTE,
      allDay: true,
    });
    stage.create({ subject: 'E one day', ...days('2026-06-10', '2026-06-11') });
    stage.create({ subject: 'E three days', ...days('2026-12-10', '2026-12-13') });
    stage.create({ subject: 'E timed', ...hourFrom('2026-06-10T23:30', zone) });
    stage.book({ title: 'L one day', ...utcDays('2026-06-11', '2026-06-12') });
    // Across a change of the clock in Rome, New York and Auckland.
    stage.book({ title: 'L three days', ...utcDays('2026-03-28', '2026-03-31') });
    const { start, end } = hourFrom('2026-06-12T00:15', zone);
    stage.book({ title: 'L timed', startTime: start, endTime: end });
    expect(await stage.round()).toMatchObject({ created: 6, failed: 0 });
    const whens = Object.fromEntries(stage.inLiferay().map(({ title, when }) => [title, when]));
    expect(whens).toMatchObject({
      'E one day': '2026-06-10 1d',
      'E three days': '2026-12-10 3d',
      'L one day': '2026-06-11 1d',
      'L three days': '2026-03-28 3d',
    });
    expect(stage.inExchange()).toEqual(stage.inLiferay());
    expect(await stage.traffic()).toMatchObject(IDLE);
  },
);

test('a booking that could be either of two is reported, and nothing is made twice, until a person tells them apart', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const body = { type: 'Text', text: 'The third agenda' } as const;
  stage.create({ subject: 'Jour fixe', start, end, body });
  for (const description of ['<p>The first agenda</p>', '<p>The second agenda</p>']) {
    stage.book({ title: 'Jour fixe', startTime: start, endTime: end, description });
  }
  await stage.settle();
  expect([stage.items().length, stage.rows().length]).toEqual([1, 2]);
  expect(await stage.parked()).toEqual(['ambiguousMatch', 'ambiguousMatch', 'ambiguousMatch']);
  const [, second] = stage.rows();
  stage.atPortal((acts) => acts.changeBooking(second?.calendarBookingId ?? 0, { title: 'Other' }));
  stage.world.exchange.userActs.touchItem(stage.item('Jour fixe').id);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Jour fixe', 'Other'], liferay: ['Jour fixe', 'Other'] });
});

test('two that are alike in everything are linked one to one', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  for (let n = 0; n < 2; n += 1) {
    stage.create({ subject: 'Jour fixe', start, end });
    stage.book({ title: 'Jour fixe', startTime: start, endTime: end });
  }
  await stage.settle();
  expect([stage.items().length, stage.rows().length]).toEqual([2, 2]);
  expect(await stage.parked()).toEqual([]);
});

describe('many changed occurrences in Liferay', () => {
  const HOURS = hourFrom('2026-05-06T09:00');

  /** Series of twenty weeks, the first `changed` of whose further occurrences have another title. */
  function bookSeries(stage: Stage, count: number, changed: number, rule = 'FREQ=WEEKLY;COUNT=20'): void {
    const step = rule.startsWith('FREQ=DAILY') ? DAY : 7 * DAY;
    for (let n = 0; n < count; n += 1) {
      const startTime = HOURS.start + n * MINUTE;
      const recurrence = `RRULE:${rule};INTERVAL=1`;
      const id = stage.book({ title: `S${n}`, startTime, endTime: HOURS.end + n * MINUTE, recurrence });
      for (let k = 1; k <= changed; k += 1)
        stage.atPortal((acts) => acts.changeInstance(id, startTime + k * step, { title: `S${n} no. ${k}` }));
    }
  }

  /** The subjects of all occurrences that Outlook shows. */
  function subjects(stage: Stage): readonly string[] {
    const { exchange } = stage.world;
    const mailbox = exchange.mailbox(stage.person.address);
    return exchange.userActs
      .calendarView(mailbox, HOURS.start - DAY, HOURS.start + 200 * DAY)
      .map(({ content }) => content.subject);
  }

  test.each([
    ['', {}],
    [', also where each slice ends before all rows were looked at', { sliceCalls: 4 }],
  ])('of many series are all in Exchange%s', async (_, settings) => {
    const stage = await Stage.open({ settings });
    bookSeries(stage, 42, 5);
    await stage.settle();
    const shown = subjects(stage);
    expect(shown).toHaveLength(42 * 20);
    expect(shown.filter((subject) => subject.includes('no.'))).toHaveLength(42 * 5);
    expect(await stage.parked()).toEqual([]);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('of one series are all in Exchange', async () => {
    const stage = await Stage.open();
    bookSeries(stage, 1, 70, 'FREQ=DAILY;COUNT=80');
    await stage.settle();
    const shown = subjects(stage);
    expect(shown).toHaveLength(80);
    expect(shown.filter((subject) => subject.includes('no.'))).toHaveLength(70);
    expect(stage.titles().exchange).toEqual(['S0']);
  });
});
