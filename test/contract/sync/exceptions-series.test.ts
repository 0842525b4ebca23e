/**
 * What is done to a series of which occurrences are changed or deleted: these stay on both sides, unless the series has
 * no occurrence on their dates any more.
 */
import { describe, expect, test } from 'vitest';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import {
  change,
  END,
  moved,
  nth,
  remove,
  START,
  START_DAY,
  seriesRow,
  WEDNESDAYS,
  withSeries,
} from './series-stage.ts';
import { expectSame } from './shown.ts';
import { at, DAY, HOUR, Stage } from './stage.ts';

describe('the series of changed occurrences', () => {
  async function withExceptions(): Promise<Stage> {
    const stage = await withSeries('exchange');
    change(stage, 2, { subject: 'Other' });
    change(stage, 3, moved(nth(3, '11:00')));
    remove(stage, 4);
    await stage.round();
    await stage.round();
    return stage;
  }

  test('renamed in Outlook', async () => {
    const stage = await withExceptions();
    stage.world.exchange.userActs.changeItem(stage.item('Series').id, { subject: 'New' });
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' New'))).toHaveLength(38);
    expect(lines.filter((line) => line.includes(' Other'))).toHaveLength(1);
  });

  test('renamed in Liferay', async () => {
    const stage = await withExceptions();
    stage.atPortal((acts) => acts.changeBooking(seriesRow(stage), { title: 'New' }));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' Other'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes(' Series'))).toHaveLength(0);
  });

  test('moved to another hour in Liferay gets its exceptions back in Exchange, which dropped them', async () => {
    const stage = await withExceptions();
    stage.atPortal((acts) =>
      acts.changeBooking(seriesRow(stage), { startTime: START + HOUR, endTime: END + HOUR }),
    );
    await stage.round();
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(39);
    expect(lines.filter((line) => /2026-05-20T08:00.* Other/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /2026-05-27T09:00/.test(line))).toHaveLength(1);
  });

  test.each(['exchange', 'liferay'] as const)(
    'moved in Liferay to the hour to which one of them had been moved before: that one is no event of its own (made in %s)',
    async (side) => {
      const stage = await withSeries(side);
      const [startTime, endTime] = [START + 2 * HOUR, END + 2 * HOUR];
      const second = nth(1, '11:00');
      stage.atPortal((acts) =>
        acts.changeInstance(seriesRow(stage), nth(1), { startTime: second, endTime: second + HOUR }),
      );
      await stage.round();
      await stage.round();
      stage.atPortal((acts) => acts.changeBooking(seriesRow(stage), { startTime, endTime }));
      await stage.round();
      const lines = await expectSame(stage);
      expect(lines).toHaveLength(40);
      expect(stage.items()).toHaveLength(1);
      expect(stage.rows()).toHaveLength(1);
    },
  );

  test('with another rule in Outlook gets those back that still have an occurrence', async () => {
    const stage = await withExceptions();
    stage.world.exchange.userActs.changeItem(
      stage.item('Series').id,
      {},
      {
        ...WEDNESDAYS,
        pattern: { kind: 'weekly', interval: 2, days: ['Wednesday'], firstDay: 'Monday' },
      },
    );
    await stage.round();
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' Other'))).toHaveLength(1);
    expect(lines.filter((line) => /2026-05-27/.test(line))).toHaveLength(0);
    expect(lines.filter((line) => /2026-06-03/.test(line))).toHaveLength(0);
  });

  test('with another rule in Outlook that fills the day to which one was moved: that one is at its own', async () => {
    const stage = await withSeries('exchange');
    change(stage, 3, moved(nth(3) + DAY));
    change(stage, 4, { ...moved(nth(4) + DAY), subject: 'Other' });
    await stage.settle();
    stage.world.exchange.userActs.changeItem(
      stage.item('Series').id,
      {},
      { ...WEDNESDAYS, pattern: { kind: 'daily', interval: 1 } },
    );
    await stage.settle();
    expect(await stage.parked()).toEqual([]);
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(40);
    expect(lines.filter((line) => line.includes('2026-05-28'))).toHaveLength(1);
    expect(lines.filter((line) => / Other/.test(line))).toEqual([expect.stringContaining('2026-06-03')]);
  });

  const SINCE: Readonly<Record<string, { readonly content: Partial<ItemContent>; readonly has: RegExp }>> = {
    moved: { content: moved(nth(1, '15:00')), has: /2026-05-13T13:00/ },
    renamed: { content: { subject: 'Other' }, has: /2026-05-13T09:00.* Other/ },
    'given another text': { content: { body: { type: 'Text', text: 'Cake' } }, has: /2026-05-13.* Cake/ },
  };
  test.each(
    Object.entries(SINCE).flatMap(([name, since]) => [1, 2].map((writes) => ({ name, writes, ...since }))),
  )(
    'made again in Liferay by a write cut short after $writes brings along one that was $name',
    async ({ writes, content, has }) => {
      const stage = await Stage.open();
      const range = { kind: 'numbered', startDay: START_DAY, count: 2 } as const;
      stage.create({ subject: 'Series', start: START, end: END, recurrence: { ...WEDNESDAYS, range } });
      await stage.settle();
      change(stage, 1, moved(nth(1, '11:00')));
      await stage.settle();
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(0), { title: 'Mine' }));
      change(stage, 1, content);
      await stage.brokenOff(writes);
      await stage.settle();
      expect((await expectSame(stage)).some((line) => has.test(line))).toBe(true);
    },
  );

  test('deleted in Outlook takes its rows along', async () => {
    const stage = await withExceptions();
    stage.world.exchange.userActs.deleteItem(stage.item('Series').id, false, 'SendToNone');
    await stage.round();
    expect(stage.rows()).toHaveLength(0);
    await expectSame(stage);
  });

  test('put into the Recycle Bin in Liferay takes its item along, and restored comes back whole', async () => {
    const stage = await withExceptions();
    const row = seriesRow(stage);
    stage.atPortal((acts) => acts.moveToTrash(row));
    await stage.round();
    expect(stage.items()).toHaveLength(0);
    stage.atPortal((acts) => acts.restore(row));
    await stage.round();
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(39);
    expect(stage.items()).toHaveLength(1);
  });

  test('deleted for good in Liferay, whose changed occurrences stay there, leaves these on both sides', async () => {
    const stage = await withExceptions();
    stage.atPortal((acts) => acts.deleteBooking(seriesRow(stage)));
    await stage.round();
    await stage.round();
    await expectSame(stage);
  });

  test('survives the loss of the database without a duplicate', async () => {
    const stage = await withExceptions();
    await stage.loseDatabase();
    await stage.round();
    await stage.round();
    expect(await expectSame(stage)).toHaveLength(39);
    expect(stage.items()).toHaveLength(1);
    expect(stage.rows()).toHaveLength(3);
  });

  test('a read-only copy is put back, occurrence by occurrence', async () => {
    const stage = await withExceptions();
    await stage.setPairing({ direction: 'toLiferay' });
    stage.atPortal((acts) => acts.deleteInstance(seriesRow(stage), nth(8)));
    stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(9), { title: 'Mine' }));
    stage.rebook('Other', { title: 'Mine too' });
    await stage.round();
    expect(await expectSame(stage)).toHaveLength(39);
    expect(stage.titles().liferay).toEqual(['Other', 'Series', 'Series']);
  });

  test.each(['both', 'toLiferay'] as const)(
    'changed in Liferay to the last (%s): no date is shown twice',
    async (direction) => {
      const stage = await Stage.open({ direction });
      const range = { kind: 'numbered', startDay: START_DAY, count: 2 } as const;
      stage.create({ subject: 'Series', start: START, end: END, recurrence: { ...WEDNESDAYS, range } });
      await stage.round();
      change(stage, 0, { subject: 'Other' });
      await stage.settle();
      // Liferay deletes the row of a series with the last occurrence that it shows.
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(1), { title: 'Mine' }));
      await stage.settle();
      const lines = await expectSame(stage);
      expect(lines.map((line) => line.slice(0, 10))).toEqual(['2026-05-06', '2026-05-13']);
      const isKept = JSON.stringify(await stage.history()).includes('Mine');
      expect(isKept || stage.titles().liferay.includes('Mine')).toBe(true);
    },
  );
});

test('a series just after midnight in Rome, moved in London to the day before, has its changed occurrence once', async () => {
  const stage = await Stage.open({ zone: 'Europe/London' });
  const rome = { windows: 'W. Europe Standard Time', iana: 'Europe/Rome' };
  const start = at('2026-05-06T00:30', rome.iana);
  stage.create({
    subject: 'Series',
    start,
    end: start + HOUR,
    startZone: rome,
    endZone: rome,
    recurrence: { pattern: { kind: 'daily', interval: 2 }, range: { kind: 'noEnd', startDay: START_DAY } },
  });
  const { userActs } = stage.world.exchange;
  const nth = (days: number) => userActs.occurrence(stage.item('Series').id, START_DAY + days).id;
  userActs.changeItem(nth(2), { subject: 'Other' }, undefined);
  userActs.deleteItem(nth(6), false, 'SendToNone');
  await stage.settle();
  const startTime = start - 1.5 * HOUR;
  stage.atPortal((acts) => acts.changeBooking(seriesRow(stage), { startTime, endTime: startTime + HOUR }));
  await stage.settle();
  const lines = await expectSame(stage);
  expect(lines.slice(0, 4).map((line) => line.trim())).toEqual([
    '2026-05-05T21:00 2026-05-05T22:00 Series',
    '2026-05-07T22:30 2026-05-07T23:30 Other',
    '2026-05-09T21:00 2026-05-09T22:00 Series',
    '2026-05-13T21:00 2026-05-13T22:00 Series',
  ]);
  expect(stage.items()).toHaveLength(1);
});
