/** Events that are unusual and right: they are copied as they are. */
import { describe, expect, test } from 'vitest';
import type { UserItem } from '#test/emulators/exchange/user-acts.ts';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import { expectSame } from './shown.ts';
import { at, DAY, HOUR, hourFrom, IDLE, MINUTE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');
const startDay = Date.UTC(2026, 4, 6) / DAY;
const daily = { kind: 'daily', interval: 1 } as const;

const IN_EXCHANGE: Readonly<Record<string, Partial<UserItem> & Pick<UserItem, 'start' | 'end'>>> = {
  'a series of 999 occurrences': {
    ...{ start, end },
    recurrence: { pattern: daily, range: { kind: 'numbered', startDay, count: 999 } },
  },
  'a series without end': { start, end, recurrence: { pattern: daily, range: { kind: 'noEnd', startDay } } },
  'an event of five years': { start, end: start + 5 * 365 * DAY },
  'an event of no length': { start, end: start },
  'a series of events of no length': {
    ...{ start, end: start },
    recurrence: { pattern: daily, range: { kind: 'numbered', startDay, count: 5 } },
  },
  'an event of one minute over midnight': {
    start: at('2026-05-06T23:59'),
    end: at('2026-05-07T00:00'),
  },
  'a series over midnight on the day when the clock changes': {
    start: at('2026-10-20T23:30'),
    end: at('2026-10-21T00:30'),
    recurrence: {
      pattern: daily,
      range: { kind: 'numbered', startDay: Date.UTC(2026, 9, 20) / DAY, count: 12 },
    },
  },
};

test.each(Object.entries(IN_EXCHANGE))('%s in Exchange', async (_name, item) => {
  const stage = await Stage.open();
  stage.create({ subject: 'Strange', ...item });
  stage.create({ subject: 'Good', start, end });
  await stage.settle();
  await expectSame(stage);
  expect(stage.titles().liferay).toEqual(['Good', 'Strange']);
});

const IN_LIFERAY: Readonly<Record<string, Partial<PersonBooking>>> = {
  'a series without end': { recurrence: 'RRULE:FREQ=DAILY;INTERVAL=1' },
  'an event of five years': { endTime: start + 5 * 365 * DAY },
  'an event of no length': { endTime: start },
  'a date left out that the rule does not have': {
    recurrence:
      'RRULE:FREQ=WEEKLY;COUNT=9;INTERVAL=1;BYDAY=WE\nEXDATE;TZID="UTC";VALUE=DATE:20260508,19000101',
  },
  'a date left out twice': {
    recurrence:
      'RRULE:FREQ=WEEKLY;COUNT=9;INTERVAL=1;BYDAY=WE\nEXDATE;TZID="UTC";VALUE=DATE:20260513,20260513',
  },
  'the first date left out': {
    recurrence: 'RRULE:FREQ=WEEKLY;COUNT=9;INTERVAL=1;BYDAY=WE\nEXDATE;TZID="UTC";VALUE=DATE:20260506',
  },
};

test.each(Object.entries(IN_LIFERAY))('%s in Liferay', async (_name, booking) => {
  const stage = await Stage.open();
  stage.book({ title: 'Strange', startTime: start, endTime: end, ...booking });
  stage.book({ title: 'Good', startTime: start, endTime: end });
  await stage.settle();
  await expectSame(stage);
  expect(stage.titles().exchange).toEqual(['Good', 'Strange']);
});

describe('far from today', () => {
  test.each(['1900-03-01T09:00', '2100-03-01T09:00'])(
    '%s: it waits outside the window, and nothing else does',
    async (wall) => {
      const stage = await Stage.open();
      stage.create({ subject: 'Far', ...hourFrom(wall) });
      stage.create({ subject: 'Good', start, end });
      await stage.settle();
      expect(stage.titles().liferay).toEqual(['Good']);
      expect(await stage.parked()).toEqual([]);
      expect(await stage.traffic()).toMatchObject(IDLE);
    },
  );

  test('made in Liferay it is copied: who makes it there wants it there', async () => {
    const stage = await Stage.open();
    for (const wall of ['1900-03-01T09:00', '2100-03-01T09:00']) {
      const { start: startTime, end: endTime } = hourFrom(wall);
      stage.book({ title: wall, startTime, endTime });
    }
    await stage.settle();
    expect(stage.inExchange()).toEqual(stage.inLiferay());
    expect(stage.items()).toHaveLength(2);
  });
});

test('changed occurrences that lie over each other', async () => {
  const stage = await Stage.open();
  const { userActs } = stage.world.exchange;
  const { id } = stage.create({
    ...{ subject: 'Series', start, end },
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday', 'Thursday'], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay, count: 9 },
    },
  });
  for (const day of [startDay, startDay + 1]) {
    const { id: occurrence, content } = userActs.occurrence(id, day);
    userActs.changeItem(occurrence, { subject: `Long ${day}`, end: content.end + 6 * HOUR });
  }
  await stage.settle();
  expect(await expectSame(stage)).toHaveLength(9);
});

test('two items with one UID are two events', async () => {
  const stage = await Stage.open();
  const item = stage.create({ subject: 'Twin', start, end });
  const { calendar } = stage.world.exchange.mailbox(stage.person.address);
  stage.world.exchange.store.create(calendar, item.content, null, item.uid);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Twin', 'Twin'], liferay: ['Twin', 'Twin'] });
  expect(await stage.traffic()).toMatchObject(IDLE);
});

test('a thousand copies of one item are a thousand events, once', async () => {
  const stage = await Stage.open();
  const { id } = stage.create({ subject: 'Copy', start, end });
  for (let n = 1; n < 1_000; n += 1) stage.world.exchange.userActs.copyItem(id);
  await stage.settle();
  expect(stage.rows()).toHaveLength(1_000);
  await stage.loseDatabase();
  await stage.settle();
  expect([stage.rows().length, stage.items().length]).toEqual([1_000, 1_000]);
});

/** What Liferay stores without looking; rules without any sense it refuses itself. */
const CORRUPT = [
  'RRULE:FREQ=WEEKLY;INTERVAL=0;BYDAY=WE',
  'RRULE:FREQ=WEEKLY;BYDAY=XX',
  'RRULE:FREQ=DAILY;INTERVAL=1;FREQ=WEEKLY',
  'RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=31;BYMONTH=2',
] as const;

test.each(CORRUPT)('a rule that is none, %s, is set aside alone', async (recurrence) => {
  const stage = await Stage.open();
  stage.book({ title: 'Corrupt', startTime: start, endTime: end, recurrence });
  stage.book({ title: 'Good', startTime: start, endTime: end });
  for (let n = 0; n < 10; n += 1) await stage.round(HOUR);
  expect(await stage.parked()).toHaveLength(1);
  expect(stage.titles().exchange).toEqual(['Good']);
  expect(stage.rows()).toHaveLength(2);
  await stage.round(30 * MINUTE);
  expect(await stage.traffic()).toMatchObject(IDLE);
});
