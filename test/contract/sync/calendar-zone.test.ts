/** Somebody gives a Liferay calendar another time zone: all its series mean other instants from then on. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');
const WEEKLY = {
  pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: Math.floor(start / DAY), count: 60 },
} as const;
const TOKYO = { windows: 'Tokyo Standard Time', iana: 'Asia/Tokyo' };

function bookSeries(stage: Stage, rule: string): void {
  stage.book({ title: 'L series', startTime: start, endTime: end, recurrence: `RRULE:${rule}` });
}

describe('a calendar in Liferay gets another zone', () => {
  async function move(stage: Stage, zone: string): Promise<void> {
    stage.world.liferay.changeCalendar(stage.person.calendarId, { zone });
    await stage.settle();
  }

  test('a series that was set aside is copied when the calendar gets the right zone', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Series', start, end, startZone: TOKYO, endZone: TOKYO, recurrence: WEEKLY });
    await stage.settle();
    expect(await stage.parked()).toEqual(['zonesDisagree']);
    await move(stage, 'Asia/Tokyo');
    expect(await stage.parked()).toEqual([]);
    expect(stage.titles().liferay).toEqual(['Series']);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('a series that both have is set aside with its reason, nobody’s event is moved, and it comes back with the zone', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Series', start, end, recurrence: WEEKLY });
    bookSeries(stage, 'FREQ=MONTHLY;COUNT=20;INTERVAL=1');
    stage.create({ subject: 'Single', start, end });
    await stage.settle();
    const items = stage.items().map(({ changeKey }) => changeKey);
    await move(stage, 'America/New_York');
    expect(await stage.parked()).toEqual(['zonesDisagree', 'zonesDisagree']);
    stage.rebook('Single', { location: 'Room 2' });
    await stage.settle();
    expect(stage.item('Single').content.location).toBe('Room 2');
    await move(stage, 'Europe/Rome');
    expect(await stage.parked()).toEqual([]);
    expect(stage.items().filter(({ changeKey }) => items.includes(changeKey))).toHaveLength(2);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('one with the same clock: nothing happens to anybody', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Series', start, end, recurrence: WEEKLY });
    await stage.settle();
    const before = stage.rows();
    await move(stage, 'Europe/Berlin');
    expect(await stage.parked()).toEqual([]);
    expect(stage.rows()).toEqual(before);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('one that nobody knows: series are set aside, single events go on, until it is corrected', async () => {
    const stage = await Stage.open();
    stage.world.liferay.changeCalendar(stage.person.calendarId, { zone: 'Mars/Phobos' });
    stage.create({ subject: 'E series', start, end, recurrence: WEEKLY });
    stage.create({ subject: 'E single', start, end });
    stage.book({ title: 'L single', startTime: start, endTime: end });
    bookSeries(stage, 'FREQ=WEEKLY;COUNT=3;INTERVAL=1;BYDAY=WE');
    await stage.settle();
    await stage.round(6 * HOUR);
    expect(stage.titles()).toEqual({
      exchange: ['E series', 'E single', 'L single'],
      liferay: ['E single', 'L series', 'L single'],
    });
    expect(await stage.parked()).toEqual(['zoneUnknown', 'zoneUnknown']);
    await move(stage, 'Europe/Rome');
    expect(stage.titles().exchange).toEqual(['E series', 'E single', 'L series', 'L single']);
    expect(stage.titles().liferay).toEqual(stage.titles().exchange);
  });
});
