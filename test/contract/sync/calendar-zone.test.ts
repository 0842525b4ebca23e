/** Somebody gives a Liferay calendar another time zone: all its series mean other instants from then on. */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { changeSettings, findOwned } from '#store/pairings.repository.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { expectSame } from './shown.ts';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

const { start, end } = hourFrom('2026-05-06T09:00');
const WEEKLY = {
  pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: Math.floor(start / DAY), count: 60 },
} as const;
const ROME = { windows: 'W. Europe Standard Time', iana: 'Europe/Rome' };

function bookSeries(stage: Stage, rule: string): void {
  stage.book({ title: 'L series', startTime: start, endTime: end, recurrence: `RRULE:${rule}` });
}

describe('a calendar in Liferay gets another zone', () => {
  async function move(stage: Stage, zone: string): Promise<void> {
    stage.world.liferay.changeCalendar(stage.person.calendarId, { zone });
    await stage.settle();
  }

  test('a series that could only be shown in stretches is one row again when the calendar gets its zone', async () => {
    const stage = await Stage.open({ zone: 'America/New_York' });
    stage.create({ subject: 'Series', start, end, startZone: ROME, endZone: ROME, recurrence: WEEKLY });
    await stage.settle();
    await expectSame(stage);
    expect(stage.rows().length).toBeGreaterThan(2);
    await move(stage, 'Europe/Rome');
    await expectSame(stage);
    expect(stage.rows()).toHaveLength(1);
  });

  test.each([1, 3, 5])(
    'the process ends after %i of its rows were written: all the others follow',
    async (writes) => {
      const stage = await Stage.open({ zone: 'America/New_York' });
      stage.create({ subject: 'Series', start, end, startZone: ROME, endZone: ROME, recurrence: WEEKLY });
      await stage.settle();
      const { changeKey } = stage.item('Series');
      stage.world.liferay.changeCalendar(stage.person.calendarId, { zone: 'Europe/Rome' });
      await stage.brokenOff(writes);
      await stage.settle();
      await expectSame(stage);
      expect(stage.rows()).toHaveLength(1);
      expect(stage.item('Series').changeKey).toBe(changeKey);
    },
  );

  test('a stretch is renamed at the very moment when it is to go: its occurrences have the new name', async () => {
    const stage = await Stage.open({ zone: 'America/New_York' });
    stage.create({ subject: 'Series', start, end, startZone: ROME, endZone: ROME, recurrence: WEEKLY });
    await stage.settle();
    const stretch = stage.rows().find((row) => row.recurrence !== '' && row.startTime > start);
    const id = stretch?.calendarBookingId ?? 0;
    const { fetch: network } = stage.world;
    let isRenamed = false;
    const engine = stage.world.engine({
      fetch: async (url, request) => {
        const isRemoval =
          request.body?.includes('/delete-calendar-booking') && request.body.includes(`${id}`);
        if (isRemoval && !isRenamed) stage.atPortal((acts) => acts.changeBooking(id, { title: 'Other' }));
        isRenamed ||= isRemoval ?? false;
        return network(url, request);
      },
    });
    stage.world.liferay.changeCalendar(stage.person.calendarId, { zone: 'Europe/Rome' });
    await stage.round(undefined, engine);
    expect(isRenamed).toBe(true);
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' Other '))).toHaveLength(19);
    expect(stage.items()).toHaveLength(1);
    expect(stage.rows().filter(({ recurrence }) => recurrence !== '')).toHaveLength(1);
  });

  test('and an older backup is put back, which knows the series in one row: its rows are met again', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Series', start, end, startZone: ROME, endZone: ROME, recurrence: WEEKLY });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    stage.world.liferay.changeCalendar(stage.person.calendarId, { zone: 'America/New_York' });
    await stage.settle();
    const before = stage.rows();
    expect(before.length).toBeGreaterThan(1);
    await putBack(database, backup);
    await stage.settle();
    await expectSame(stage);
    expect(stage.rows().length).toBe(before.length);
    expect(stage.items()).toHaveLength(1);
  });

  test('and an older backup is put back, which knows the row that a person deleted while its series was edited', async () => {
    const stage = await Stage.open();
    const { id } = stage.create({
      subject: 'Series',
      start,
      end,
      startZone: ROME,
      endZone: ROME,
      recurrence: WEEKLY,
    });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    stage.world.liferay.changeCalendar(stage.person.calendarId, { zone: 'America/New_York' });
    const { calendarBookingId } = stage.row('Series');
    stage.atPortal((acts) => acts.deleteBooking(calendarBookingId));
    stage.world.exchange.userActs.changeItem(id, { subject: 'Renamed' });
    await stage.settle();
    const before = stage.rows();
    expect(before.length).toBeGreaterThan(1);
    await putBack(database, backup);
    await stage.settle();
    await expectSame(stage);
    expect(stage.rows()).toEqual(before);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('a series is shown at its own hours again, nothing in Exchange is touched, and it comes back with the zone', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Series', start, end, recurrence: WEEKLY });
    bookSeries(stage, 'FREQ=MONTHLY;COUNT=20;INTERVAL=1');
    stage.create({ subject: 'Single', start, end });
    await stage.settle();
    const items = stage.items().map(({ changeKey }) => changeKey);
    await move(stage, 'America/New_York');
    await expectSame(stage);
    stage.rebook('Single', { location: 'Room 2' });
    await stage.settle();
    expect(stage.item('Single').content.location).toBe('Room 2');
    await move(stage, 'Europe/Rome');
    await expectSame(stage);
    expect(stage.rows()).toHaveLength(3);
    expect(stage.items().filter(({ changeKey }) => items.includes(changeKey))).toHaveLength(2);
  });

  test('one after the other in which a series is shown in stretches: renamed in Exchange, all of them follow', async () => {
    const zone = { windows: 'Eastern Standard Time', iana: 'America/New_York' };
    const stage = await Stage.open({ zone: zone.iana });
    const range = { ...WEEKLY.range, kind: 'noEnd' } as const;
    const recurrence = { ...WEEKLY, range };
    stage.create({ subject: 'Series', start, end, startZone: zone, endZone: zone, recurrence });
    await stage.settle();
    await move(stage, 'Australia/Sydney');
    await move(stage, 'Asia/Kolkata');
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, { subject: 'Renamed' });
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines.every((line) => line.includes(' Renamed '))).toBe(true);
  });

  describe('while a mass change waits for a person', () => {
    const WAITING = 13;

    /** @param settled what comes between the holding and the other zone */
    async function waiting(
      act: (stage: Stage, title: string) => void,
      direction: 'both' | 'toLiferay' = 'both',
      settled?: (stage: Stage) => Promise<void>,
    ): Promise<Stage> {
      const stage = await Stage.open({ direction });
      for (let n = 0; n < WAITING; n += 1) stage.create({ subject: `Single ${n}`, start, end });
      stage.create({ subject: 'Series', start, end, startZone: ROME, endZone: ROME, recurrence: WEEKLY });
      await stage.settle();
      for (let n = 0; n < WAITING; n += 1) act(stage, `Single ${n}`);
      act(stage, 'Series');
      await stage.settle();
      expect(await stage.held()).toHaveLength(WAITING + 1);
      await settled?.(stage);
      const held = await stage.held();
      await move(stage, 'Asia/Kolkata');
      expect(await stage.held()).toEqual(held);
      return stage;
    }

    const changeInExchange = (stage: Stage, title: string) => {
      stage.world.exchange.userActs.changeItem(stage.item(title).id, { location: 'Room 2' });
    };
    const changeInLiferay = (stage: Stage, title: string) => stage.rebook(title, { location: 'Room 2' });
    const deleteInExchange = (stage: Stage, title: string) => {
      stage.world.exchange.userActs.deleteItem(stage.item(title).id);
    };

    test.each([
      ['a change in Exchange', 'approved', changeInExchange],
      ['a change in Exchange', 'rejected', changeInExchange],
      ['a change in Liferay', 'approved', changeInLiferay],
      ['a change in Liferay', 'rejected', changeInLiferay],
      ['a deletion in Exchange', 'rejected', deleteInExchange],
    ] as const)('%s that is %s: the series is shown at its own hours', async (_what, decision, act) => {
      const stage = await waiting(act);
      await stage.decide(decision);
      await stage.settle();
      expect(await expectSame(stage)).toHaveLength(WAITING + 52);
    });

    test('a deletion in Liferay, of which a person restores a series: it is shown at its own hours', async () => {
      let restored = 0;
      const stage = await waiting((before, title) => {
        const { calendarBookingId } = before.row(title);
        before.atPortal((acts) => acts.moveToTrash(calendarBookingId));
        restored = calendarBookingId;
      });
      stage.atPortal((acts) => acts.restore(restored));
      await stage.settle();
      await stage.decide('approved');
      await stage.settle();
      expect(await expectSame(stage)).toHaveLength(52);
    });

    test('a deletion in Exchange that is rejected in a read-only pairing: once that goes both ways, the series is shown at its own hours', async () => {
      const stage = await waiting(deleteInExchange, 'toLiferay', async (before) => {
        await before.decide('rejected');
        await before.settle();
      });
      const { engine, world, person } = stage;
      const userId = String(person.userId);
      const owned = await findOwned(
        engine.db,
        { portal: 'https://portal.example.com', kind: 'user', id: userId },
        person.pairingId,
      );
      if (!owned) throw new Error('There is no such pairing.');
      const act = { id: engine.effects.ids.uuid(), atMs: world.clock.now(), userId };
      await changeSettings(engine.db, owned, { direction: 'both' }, act);
      await stage.settle();
      expect(await expectSame(stage)).toHaveLength(WAITING + 52);
    });
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
