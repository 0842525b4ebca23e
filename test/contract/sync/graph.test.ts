/** The service over Microsoft Graph: what the other scenarios show over Exchange Web Services, and what only Graph has. */
import { describe, expect, test } from 'vitest';
import { at, HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const BOB = {
  address: 'bob@example.org',
  name: 'Bob',
  role: 'required',
  response: 'NoResponseReceived',
} as const;

function hourInLiferay(wall: string) {
  const { start, end } = hourFrom(wall);
  return { startTime: start, endTime: end };
}

/** A meeting that its organiser has sent the invitations to. */
function organise(stage: Stage, subject: string, wall: string): void {
  const { exchange } = stage.world;
  const { calendar } = exchange.mailbox(stage.person.address);
  const meeting = { subject, ...hourFrom(wall), attendees: [BOB] };
  exchange.userActs.createItem(calendar, meeting, 'SendToAllAndSaveCopy');
}

const open = (options: Parameters<typeof Stage.open>[0] = {}) =>
  Stage.open({ protocol: 'graph', ...options });

test('what is made, changed and deleted on either side is on both, and a round without changes asks once', async () => {
  const stage = await open();
  stage.create({ subject: 'From Outlook', ...hourFrom('2026-05-06T09:00') });
  stage.book({ title: 'From Liferay', ...hourInLiferay('2026-05-06T11:00') });
  await stage.settle();
  expect(stage.titles()).toEqual({
    exchange: ['From Liferay', 'From Outlook'],
    liferay: ['From Liferay', 'From Outlook'],
  });
  expect(await stage.traffic()).toMatchObject(IDLE);
  stage.world.exchange.userActs.changeItem(stage.item('From Outlook').id, { subject: 'Renamed in Outlook' });
  stage.rebook('From Liferay', { title: 'Renamed in Liferay' });
  await stage.settle();
  expect(stage.titles()).toEqual({
    exchange: ['Renamed in Liferay', 'Renamed in Outlook'],
    liferay: ['Renamed in Liferay', 'Renamed in Outlook'],
  });
  stage.world.exchange.userActs.deleteItem(stage.item('Renamed in Liferay').id);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Renamed in Outlook'], liferay: ['Renamed in Outlook'] });
  expect(await stage.traffic()).toMatchObject(IDLE);
  expect(stage.mails).toBe(0);
});

test('a tenant without a delta of events: deletions and deleted occurrences are found all the same', async () => {
  const stage = await open({ graph: { eventsDelta: false } });
  const { userActs } = stage.world.exchange;
  stage.create({ subject: 'Goes', ...hourFrom('2026-05-06T09:00') });
  const series = stage.create({
    subject: 'Daily',
    ...hourFrom('2026-05-06T11:00'),
    recurrence: {
      pattern: { kind: 'daily', interval: 1 },
      range: { kind: 'numbered', startDay: Date.parse('2026-05-06') / 86_400_000, count: 3 },
    },
  });
  await stage.settle();
  expect(stage.titles().liferay).toEqual(['Daily', 'Goes']);
  userActs.deleteItem(stage.item('Goes').id);
  userActs.deleteItem(userActs.occurrence(series.id, Date.parse('2026-05-07') / 86_400_000).id);
  // An occurrence that is deleted in silence is noticed when the series are looked at again.
  await stage.round(16 * MINUTE);
  await stage.settle();
  expect(stage.titles().liferay).toEqual(['Daily']);
});

describe('mail', () => {
  test('a meeting of the past is not changed: Graph would mail everybody', async () => {
    const stage = await open();
    organise(stage, 'Over', '2026-04-20T09:00');
    await stage.settle();
    const mails = stage.world.exchange.outbox.length;
    stage.rebook('Over', { title: 'Renamed' });
    await stage.settle();
    expect(stage.world.exchange.outbox).toHaveLength(mails);
    expect(stage.item('Over')).toBeDefined();
  });

  test('a meeting that is to come is changed, and the attendees are told', async () => {
    const stage = await open();
    await stage.settle();
    organise(stage, 'To come', '2026-05-20T09:00');
    await stage.settle();
    const mails = stage.world.exchange.outbox.length;
    stage.rebook('To come', { title: 'Renamed' });
    await stage.settle();
    expect(stage.item('Renamed')).toBeDefined();
    expect(stage.world.exchange.outbox.length).toBeGreaterThan(mails);
  });
});

describe('a mailbox that goes over to Graph, and back', () => {
  test('five mailboxes of fifty events: nothing is made, deleted or mailed', {
    timeout: 240_000,
  }, async () => {
    const stage = await Stage.open({ people: 5 });
    for (const person of stage.world.people) {
      for (let index = 0; index < 50; index += 1) {
        const start = at('2026-05-06T08:00') + index * 2 * HOUR;
        stage.create(
          {
            subject: `Event ${index}`,
            start,
            end: start + HOUR,
            ...(index % 10 === 0 ? { attendees: [BOB] } : {}),
          },
          person,
        );
      }
    }
    await stage.settle();
    const before = stage.world.people.map((person) => stage.titles(person));
    const items = stage.world.people.map((person) => stage.items(person).map(({ id }) => id));
    const mails = stage.world.exchange.outbox.length;
    for (const protocol of ['graph', 'ews'] as const) {
      stage.world.speak(protocol);
      for (let n = 0; n < 3; n += 1) {
        expect(await stage.round(HOUR)).toMatchObject({ created: 0, deleted: 0, failed: 0 });
      }
      expect(stage.world.people.map((person) => stage.titles(person))).toEqual(before);
      expect(stage.world.people.map((person) => stage.items(person).map(({ id }) => id))).toEqual(items);
      expect(stage.world.exchange.outbox).toHaveLength(mails);
    }
    expect(stage.mails).toBe(0);
  });
});
