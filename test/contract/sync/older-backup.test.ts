/**
 * A series got another rule in Liferay that has no place for its changed occurrence, which went on as an event of its
 * own; then a backup is put back that knows the occurrence as part of the series.
 */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { change, moved, nth, rebooked, START_DAY, seriesRow, withSeries } from './series-stage.ts';
import { expectSame } from './shown.ts';
import { hourFrom, MINUTE, type Stage } from './stage.ts';

const CHANGES: Readonly<Record<string, (stage: Stage) => void>> = {
  Exchange: (stage) => change(stage, 3, { subject: 'Moved', ...moved(nth(3, '13:00')) }),
  Liferay: (stage) =>
    stage.atPortal((acts) =>
      acts.changeInstance(seriesRow(stage), nth(3), { title: 'Moved', ...rebooked(nth(3, '13:00')) }),
    ),
};

/** On the 7th, for good. */
const MONTHLY: Recurrence = {
  pattern: { kind: 'absoluteMonthly', interval: 1, day: 7 },
  range: { kind: 'noEnd', startDay: START_DAY + 1 },
};

interface Stored {
  readonly stage: Stage;
  /** Puts back the backup from before the rule. */
  readonly restore: () => Promise<void>;
}

async function released(side: string, keepsUidOnCreate: boolean): Promise<Stored> {
  const stage = await withSeries('liferay', { keepsUidOnCreate });
  CHANGES[side]?.(stage);
  await stage.settle();
  const database = stage.world.db.$client as Client;
  const backup = await takeBackup(database, 0, 0);
  release(stage);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: ['Moved', 'Series'], liferay: ['Moved', 'Series'] });
  return { stage, restore: () => putBack(database, backup) };
}

/** The series gets a rule in Liferay that has no place for its changed occurrence. */
function release(stage: Stage): void {
  const [, ...excluded] = stage.row('Series').recurrence.split('\n');
  const recurrence = ['RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=1WE', ...excluded].join('\n');
  stage.atPortal((acts) => acts.changeBooking(seriesRow(stage), { recurrence }));
}

function identities(stage: Stage) {
  return {
    items: stage.items().map(({ id }) => id),
    rows: stage.rows().map(({ calendarBookingId }) => calendarBookingId),
  };
}

async function expectOnce(stage: Stage, before: ReturnType<typeof identities>): Promise<void> {
  await stage.settle();
  expect(identities(stage)).toEqual(before);
  await expectSame(stage);
}

describe.each([true, false])('on a server that keeps the UIDs of new items: %s', (keepsUidOnCreate) => {
  describe.each(Object.keys(CHANGES))('an occurrence that was changed in %s meets its item again', (side) => {
    test('as it was left', async () => {
      const { stage, restore } = await released(side, keepsUidOnCreate);
      const before = identities(stage);
      await restore();
      await expectOnce(stage, before);
    });

    test('renamed and moved since it is by itself', async () => {
      const { stage, restore } = await released(side, keepsUidOnCreate);
      stage.rebook('Moved', { title: 'Mine', ...rebooked(nth(4, '15:00')) });
      await stage.settle();
      const before = identities(stage);
      await restore();
      await expectOnce(stage, before);
      expect(stage.titles()).toEqual({ exchange: ['Mine', 'Series'], liferay: ['Mine', 'Series'] });
    });

    test('where the series cannot be read for a while', async () => {
      const { stage, restore } = await released(side, keepsUidOnCreate);
      const before = identities(stage);
      await restore();
      const healthy = stage.engine;
      const id = `${seriesRow(stage)}`;
      stage.engine = stage.world.engine({
        fetch: async (url, request) => {
          const isAsked = request.body?.includes('fetch-calendar-booking') && request.body.includes(id);
          if (isAsked) stage.world.liferay.faults.next(FAULTS.http500);
          return stage.world.fetch(url, request);
        },
      });
      for (let n = 0; n < 3; n += 1) await stage.round(20 * MINUTE);
      expect(identities(stage)).toEqual(before);
      stage.engine = healthy;
      await expectOnce(stage, before);
    });
  });
});

test.each([true, false])(
  'such an item waits, and meanwhile another series is met again that was shown anew in stretches; the server keeps the UIDs of new items: %s',
  async (keepsUidOnCreate) => {
    const stage = await withSeries('liferay', { keepsUidOnCreate });
    CHANGES['Liferay']?.(stage);
    stage.create({ subject: 'Plan', ...hourFrom('2026-05-07T09:00'), recurrence: MONTHLY });
    await stage.settle();
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    release(stage);
    stage.world.liferay.changeCalendar(stage.person.calendarId, { zone: 'Asia/Kolkata' });
    stage.atPortal((acts) => acts.deleteBooking(stage.row('Plan').calendarBookingId));
    stage.world.exchange.userActs.changeItem(stage.item('Plan').id, { location: 'Attic' });
    await stage.settle();
    const titles = stage.titles();
    expect(titles.liferay.filter((title) => title === 'Plan').length).toBeGreaterThan(1);
    await putBack(database, backup);
    await stage.settle();
    expect(stage.titles()).toEqual(titles);
    await expectSame(stage);
  },
);
