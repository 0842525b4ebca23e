/** What people change on one side arrives on the other, and nothing else does. */
import { describe, expect, test } from 'vitest';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import { at, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');

/** One event that both sides have. */
async function inStep(more: Partial<ItemContent> = {}): Promise<Stage> {
  const stage = await Stage.open();
  stage.create({
    subject: 'Board',
    location: 'Room 1',
    body: { type: 'Text', text: 'Agenda' },
    start,
    end,
    ...more,
  });
  await stage.round();
  return stage;
}

function edit(stage: Stage, change: Partial<ItemContent>, title = 'Board'): void {
  stage.world.exchange.userActs.changeItem(stage.item(title).id, change);
}

describe('a change in Exchange arrives in Liferay, in the same row', () => {
  const moved = hourFrom('2026-05-07T15:00');
  test.each<[string, Partial<ItemContent>, object]>([
    ['the title', { subject: 'Board II' }, { title: 'Board II' }],
    ['the text', { body: { type: 'Text', text: 'New agenda' } }, { text: 'New agenda' }],
    ['the place', { location: 'Room 2' }, { location: 'Room 2' }],
    ['the time', moved, { when: `${moved.start}-${moved.end}` }],
    ['the text, emptied', { body: { type: 'Text', text: '' } }, { text: '' }],
    ['the place, emptied', { location: '' }, { location: '' }],
    [
      'a time that becomes a day',
      { start: at('2026-05-08T00:00'), end: at('2026-05-09T00:00'), allDay: true },
      { when: '2026-05-08 1d' },
    ],
  ])('%s', async (_what, change, copy) => {
    const stage = await inStep();
    const { calendarBookingId } = stage.row('Board');
    edit(stage, change);
    expect(await stage.round()).toMatchObject({ created: 0, updated: 1, deleted: 0 });
    expect(stage.inLiferay()).toMatchObject([copy]);
    expect(stage.inLiferay()).toEqual(stage.inExchange());
    expect(stage.rows()[0]?.calendarBookingId).toBe(calendarBookingId);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

describe('a change in Liferay arrives in Exchange, in the same item', () => {
  const moved = hourFrom('2026-05-07T15:00');
  test.each<[string, Partial<PersonBooking>, object]>([
    ['the title', { title: 'Board II' }, { title: 'Board II' }],
    ['the text', { description: '<p>New <b>agenda</b></p>' }, { text: 'New agenda' }],
    ['the place', { location: 'Room 2' }, { location: 'Room 2' }],
    ['the time', { startTime: moved.start, endTime: moved.end }, { when: `${moved.start}-${moved.end}` }],
    ['the place, emptied', { location: '' }, { location: '' }],
    [
      'a time that becomes two days',
      {
        startTime: at('2026-05-08T00:00', 'UTC'),
        endTime: at('2026-05-10T00:00', 'UTC') - MINUTE,
        allDay: true,
      },
      { when: '2026-05-08 2d' },
    ],
  ])('%s', async (_what, change, copy) => {
    const stage = await inStep();
    const { id } = stage.item('Board');
    stage.rebook('Board', change);
    expect(await stage.round()).toMatchObject({ created: 0, updated: 1, deleted: 0 });
    expect(stage.inExchange()).toMatchObject([copy]);
    expect(stage.items()[0]?.id).toBe(id);
    await stage.round();
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

describe('what Liferay cannot hold stays in Exchange', () => {
  const ONLY_EXCHANGE: Partial<ItemContent> = {
    showAs: 'OOF',
    sensitivity: 'Personal',
    categories: ['Blue category', 'Travel'],
    reminderIsSet: true,
    reminderMinutes: 45,
    importance: 'High',
  };

  test('show-as, sensitivity, categories and reminder survive an edit in Liferay', async () => {
    const stage = await inStep(ONLY_EXCHANGE);
    stage.rebook('Board', { title: 'Board II', startTime: start + 15 * MINUTE, endTime: end });
    await stage.round();
    expect(stage.item('Board II').content).toMatchObject({ ...ONLY_EXCHANGE, start: start + 15 * MINUTE });
  });

  test('their change in Exchange writes nothing to Liferay', async () => {
    const stage = await inStep();
    edit(stage, ONLY_EXCHANGE);
    const traffic = await stage.traffic();
    expect(traffic).toMatchObject({ exchange: { SyncFolderItems: 1, GetItem: 1 }, liferayWrites: 0 });
    stage.rebook('Board', { location: 'Room 2' });
    await stage.round();
    expect(stage.item('Board').content).toMatchObject({ ...ONLY_EXCHANGE, location: 'Room 2' });
  });

  test('an event of a mailbox abroad keeps the zone that its organiser gave it', async () => {
    const zone = { windows: 'Eastern Standard Time', iana: 'America/New_York' };
    const stage = await inStep({ startZone: zone, endZone: zone });
    stage.rebook('Board', { startTime: start + 15 * MINUTE });
    await stage.round();
    expect(stage.item('Board').content).toMatchObject({ startZone: zone, start: start + 15 * MINUTE });
  });
});

describe('both sides changed one event', () => {
  test('different fields: both changes stand on both sides', async () => {
    const stage = await inStep();
    edit(stage, { location: 'Room 2' });
    stage.rebook('Board', { title: 'Board II' });
    await stage.round();
    expect(stage.inExchange()).toMatchObject([{ title: 'Board II', location: 'Room 2', text: 'Agenda' }]);
    expect(stage.inLiferay()).toEqual(stage.inExchange());
    expect((await stage.history()).map(({ kind }) => kind)).not.toContain('lost');
  });

  test.each([
    ['exchange', 'From Exchange', 'liferay', 'From Liferay'],
    ['liferay', 'From Liferay', 'exchange', 'From Exchange'],
  ] as const)(
    'the same field: %s wins by policy, and the history keeps the other',
    async (policy, winner, loser, lost) => {
      const stage = await inStep();
      await stage.setPairing({ policy });
      edit(stage, { subject: 'From Exchange' });
      stage.rebook('Board', { title: 'From Liferay' });
      await stage.round();
      expect(stage.titles()).toEqual({ exchange: [winner], liferay: [winner] });
      const entry = (await stage.history()).find(({ kind }) => kind === 'lost');
      expect(entry?.side).toBe(loser);
      expect(JSON.parse(entry?.before ?? '{}')).toMatchObject({ title: lost });
      await stage.round();
      expect(await stage.traffic()).toMatchObject(IDLE);
    },
  );

  test('the same field alike: nothing is written and nothing is lost', async () => {
    const stage = await inStep();
    edit(stage, { subject: 'Board II' });
    stage.rebook('Board', { title: 'Board II' });
    const traffic = await stage.traffic();
    expect(traffic.liferayWrites).toBe(0);
    expect(traffic.exchange['UpdateItem']).toBeUndefined();
    expect((await stage.history()).map(({ kind }) => kind)).not.toContain('lost');
  });
});

test('every change that the service makes is in the history with what stood there before', async () => {
  const stage = await inStep();
  edit(stage, { subject: 'Board II' });
  await stage.round();
  stage.world.exchange.userActs.deleteItem(stage.item('Board II').id);
  await stage.round();
  const history = await stage.history();
  expect(history.map(({ side, kind, title }) => [side, kind, title])).toEqual([
    ['liferay', 'create', 'Board'],
    ['liferay', 'update', 'Board II'],
    ['liferay', 'delete', 'Board II'],
  ]);
  expect(history.map(({ before }) => before && JSON.parse(before).title)).toEqual([
    null,
    'Board',
    'Board II',
  ]);
});
