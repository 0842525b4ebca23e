/**
 * Series of which occurrences are changed or deleted, both ways: what each server shows of its own copy has to be the
 * same, occurrence by occurrence, and the round after does nothing.
 */
import { describe, expect, test } from 'vitest';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import type { ExchangeSwitches } from '#test/emulators/exchange/switches.ts';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import { expectSame } from './shown.ts';
import { at, DAY, HOUR, hourFrom, MINUTE, Stage } from './stage.ts';

/** Wednesday 6 May 2026. */
const START_DAY = Date.UTC(2026, 4, 6) / DAY;
const WEDNESDAYS: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
  range: { kind: 'numbered', startDay: START_DAY, count: 40 },
};
const RULE = 'RRULE:FREQ=WEEKLY;COUNT=40;INTERVAL=1;BYDAY=WE';
const { start: START, end: END } = hourFrom('2026-05-06T09:00');

/** The start of the nth occurrence, from 0, by Rome's wall clock. */
function nth(n: number, wall = '09:00'): number {
  const date = new Date((START_DAY + 7 * n) * DAY).toISOString().slice(0, 10);
  return at(`${date}T${wall}`);
}

async function withSeries(
  side: 'exchange' | 'liferay',
  exchange: Partial<ExchangeSwitches> = {},
): Promise<Stage> {
  const stage = await Stage.open({ exchange });
  if (side === 'exchange') {
    stage.create({ subject: 'Series', start: START, end: END, recurrence: WEDNESDAYS });
  } else stage.book({ title: 'Series', startTime: START, endTime: END, recurrence: RULE });
  await stage.round();
  await stage.round();
  return stage;
}

/** In Outlook. */
function change(stage: Stage, n: number, content: Partial<ItemContent>): void {
  const { userActs } = stage.world.exchange;
  userActs.changeItem(userActs.occurrence(stage.item('Series').id, START_DAY + 7 * n).id, content, undefined);
}

function remove(stage: Stage, n: number): void {
  const { userActs } = stage.world.exchange;
  userActs.deleteItem(
    userActs.occurrence(stage.item('Series').id, START_DAY + 7 * n).id,
    false,
    'SendToNone',
  );
}

/** In Liferay. */
function seriesRow(stage: Stage): number {
  const rows = stage.rows().filter(({ recurrence }) => recurrence !== '');
  return rows[0]?.calendarBookingId ?? 0;
}

function rowOf(stage: Stage, title: string): number {
  return stage.row(title).calendarBookingId;
}

const moved = (start: number): Pick<ItemContent, 'start' | 'end'> => ({ start, end: start + HOUR });
const rebooked = (startTime: number): Pick<PersonBooking, 'startTime' | 'endTime'> => ({
  startTime,
  endTime: startTime + HOUR,
});

const IN_OUTLOOK: Readonly<Record<string, { readonly act: (stage: Stage) => void; readonly has: RegExp }>> = {
  'moved by two hours': { act: (s) => change(s, 3, moved(nth(3, '11:00'))), has: /2026-05-27T09:00/ },
  'moved to the day after': {
    act: (s) => change(s, 3, moved(nth(3, '09:00') + DAY)),
    has: /2026-05-28T07:00/,
  },
  'called otherwise': { act: (s) => change(s, 3, { subject: 'Other' }), has: /2026-05-27T07:00.* Other/ },
  'with another text': {
    act: (s) => change(s, 3, { body: { type: 'Text', text: 'Bring cake' } }),
    has: /2026-05-27T07:00.* Series Bring cake/,
  },
  'all day': {
    act: (s) => change(s, 3, { start: at('2026-05-27T00:00'), end: at('2026-05-28T00:00'), allDay: true }),
    has: /all day 2026-05-27/,
  },
};

describe('one occurrence in Outlook', () => {
  test.each(Object.entries(IN_OUTLOOK))('%s', async (_name, { act, has }) => {
    const stage = await withSeries('exchange');
    act(stage);
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(40);
    expect(lines.some((line) => has.test(line))).toBe(true);
    expect(stage.rows()).toHaveLength(2);
  });

  test('deleted', async () => {
    const stage = await withSeries('exchange');
    remove(stage, 3);
    await stage.round();
    expect(await expectSame(stage)).toHaveLength(39);
    expect(stage.rows()).toHaveLength(1);
  });

  test('deleted after it was moved', async () => {
    const stage = await withSeries('exchange');
    change(stage, 3, moved(nth(3, '11:00')));
    await stage.round();
    remove(stage, 3);
    await stage.round();
    expect(await expectSame(stage)).toHaveLength(39);
    expect(stage.rows()).toHaveLength(1);
  });

  test('changed once more', async () => {
    const stage = await withSeries('exchange');
    change(stage, 3, moved(nth(3, '11:00')));
    await stage.round();
    change(stage, 3, { subject: 'Other' });
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => /2026-05-27T09:00.* Other/.test(line))).toHaveLength(1);
    expect(stage.rows()).toHaveLength(2);
  });

  test('given back what its series has', async () => {
    const stage = await withSeries('exchange');
    change(stage, 3, { subject: 'Other' });
    await stage.round();
    change(stage, 3, { subject: 'Series' });
    await stage.round();
    expect(await expectSame(stage)).toHaveLength(40);
    expect(stage.rows()).toHaveLength(1);
  });

  test('several of one series, all in one round', async () => {
    const stage = await withSeries('exchange');
    change(stage, 1, moved(nth(1, '11:00')));
    change(stage, 2, { subject: 'Other' });
    change(stage, 4, moved(nth(4) + DAY));
    remove(stage, 3);
    remove(stage, 39);
    await stage.round();
    expect(await expectSame(stage)).toHaveLength(38);
  });

  test('a series that comes with its exceptions', async () => {
    const stage = await Stage.open();
    stage.create({ subject: 'Series', start: START, end: END, recurrence: WEDNESDAYS });
    change(stage, 1, moved(nth(1, '11:00')));
    remove(stage, 3);
    await stage.round();
    expect(await expectSame(stage)).toHaveLength(39);
    expect(stage.rows()).toHaveLength(2);
  });
});

const AT_PORTAL: Readonly<Record<string, { readonly change: Partial<PersonBooking>; readonly has: RegExp }>> =
  {
    'moved by two hours': { change: rebooked(nth(3, '11:00')), has: /2026-05-27T09:00/ },
    'moved to the day after': { change: rebooked(nth(3) + DAY), has: /2026-05-28T07:00/ },
    'called otherwise': { change: { title: 'Other' }, has: /2026-05-27T07:00.* Other/ },
    'with another text': {
      change: { description: '<p>Bring cake</p>' },
      has: /2026-05-27T07:00.* Bring cake/,
    },
    'all day': {
      change: {
        startTime: Date.UTC(2026, 4, 27),
        endTime: Date.UTC(2026, 4, 27) + DAY - MINUTE,
        allDay: true,
      },
      has: /all day 2026-05-27/,
    },
  };

describe.each(['exchange', 'liferay'] as const)(
  'one occurrence in Liferay of a series made in %s',
  (side) => {
    test.each(Object.entries(AT_PORTAL))('%s', async (_name, { change: fields, has }) => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(3), fields));
      await stage.round();
      const lines = await expectSame(stage);
      expect(lines).toHaveLength(40);
      expect(lines.some((line) => has.test(line))).toBe(true);
      expect(stage.items()).toHaveLength(1);
      expect(stage.rows()).toHaveLength(2);
    });

    test('deleted', async () => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.deleteInstance(seriesRow(stage), nth(3)));
      await stage.round();
      expect(await expectSame(stage)).toHaveLength(39);
      expect(stage.items()).toHaveLength(1);
    });

    test('changed, and deleted then', async () => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(3), { title: 'Other' }));
      await stage.round();
      stage.atPortal((acts) => acts.deleteInstance(rowOf(stage, 'Other'), nth(3)));
      await stage.round();
      expect(await expectSame(stage)).toHaveLength(39);
      expect(stage.items()).toHaveLength(1);
    });

    test('changed, and changed once more', async () => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(3), { title: 'Other' }));
      await stage.round();
      stage.rebook('Other', rebooked(nth(3, '15:00')));
      await stage.round();
      const lines = await expectSame(stage);
      expect(lines.filter((line) => /2026-05-27T13:00.* Other/.test(line))).toHaveLength(1);
    });

    test('several of one series in one round', async () => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(3), { title: 'Other' }));
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(5), rebooked(nth(5, '15:00'))));
      stage.atPortal((acts) => acts.deleteInstance(seriesRow(stage), nth(6)));
      stage.atPortal((acts) => acts.deleteInstance(seriesRow(stage), nth(7)));
      await stage.round();
      expect(await expectSame(stage)).toHaveLength(38);
      expect(stage.items()).toHaveLength(1);
    });

    test('this and all following deleted', async () => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.deleteInstance(seriesRow(stage), nth(10), true));
      await stage.round();
      expect(await expectSame(stage)).toHaveLength(10);
    });

    test('this and all following changed: the series is split', async () => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(10), { title: 'Later' }, true));
      await stage.round();
      const lines = await expectSame(stage);
      expect(lines).toHaveLength(40);
      expect(lines.filter((line) => line.includes(' Later'))).toHaveLength(30);
      expect(stage.items()).toHaveLength(2);
    });

    test('a split series with an exception before and one after the cut', async () => {
      const stage = await withSeries(side);
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(3), { title: 'Before' }));
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(15), { title: 'After' }));
      await stage.round();
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(10), { title: 'Later' }, true));
      await stage.round();
      await stage.round();
      const lines = await expectSame(stage);
      expect(lines.filter((line) => line.includes(' Before'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes(' After'))).toHaveLength(1);
    });
  },
);

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

  test.each([1, 2])(
    'made again in Liferay by a write cut short after %i brings them along',
    async (writes) => {
      const stage = await Stage.open();
      const range = { kind: 'numbered', startDay: START_DAY, count: 2 } as const;
      stage.create({ subject: 'Series', start: START, end: END, recurrence: { ...WEDNESDAYS, range } });
      await stage.settle();
      change(stage, 1, moved(nth(1, '11:00')));
      await stage.settle();
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(0), { title: 'Mine' }));
      change(stage, 1, moved(nth(1, '15:00')));
      await stage.brokenOff(writes);
      await stage.settle();
      expect((await expectSame(stage)).some((line) => line.includes('2026-05-13T13:00'))).toBe(true);
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

describe('both sides at once', () => {
  test('different occurrences: both arrive', async () => {
    const stage = await withSeries('exchange');
    change(stage, 2, { subject: 'Other' });
    stage.atPortal((acts) => acts.deleteInstance(seriesRow(stage), nth(4)));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(39);
    expect(lines.filter((line) => line.includes(' Other'))).toHaveLength(1);
  });

  test.each(['exchange', 'liferay'] as const)('the same occurrence: %s wins by policy', async (policy) => {
    const stage = await withSeries('exchange');
    await stage.setPairing({ policy });
    change(stage, 2, { subject: 'exchange' });
    stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(2), { title: 'liferay' }));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(` ${policy}`))).toHaveLength(1);
    expect((await stage.history()).some(({ kind }) => kind === 'lost')).toBe(true);
  });

  test('different fields of one occurrence: both arrive', async () => {
    const stage = await withSeries('exchange');
    change(stage, 2, { subject: 'Other' });
    stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(2), rebooked(nth(2, '15:00'))));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => /2026-05-20T13:00.* Other/.test(line))).toHaveLength(1);
  });

  test('deleted in Liferay and changed in Outlook: the change stays', async () => {
    const stage = await withSeries('exchange');
    change(stage, 2, { subject: 'Other' });
    stage.atPortal((acts) => acts.deleteInstance(seriesRow(stage), nth(2)));
    await stage.round();
    const lines = await expectSame(stage);
    expect(lines.filter((line) => line.includes(' Other'))).toHaveLength(1);
  });

  test.each(
    (['exchange', 'liferay'] as const).flatMap((policy) => [true, false].map((drops) => ({ policy, drops }))),
  )(
    'deleted in Outlook and changed in Liferay: the deletion stays, the change is in the history (%o)',
    async ({ policy, drops }) => {
      const stage = await withSeries('exchange', { patternChangeDropsExceptions: drops });
      await stage.setPairing({ policy });
      remove(stage, 2);
      stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(2), { title: 'Other' }));
      await stage.settle();
      expect(await expectSame(stage)).toHaveLength(39);
      expect(await stage.parked()).toEqual([]);
      const lost = (await stage.history()).filter(({ kind }) => kind === 'lost');
      expect(lost).toMatchObject([{ side: 'liferay', fields: '["exceptions"]' }]);
      expect(lost[0]?.before).toContain('Other');
    },
  );

  test.each([true, false])(
    'deleted, and there again in Liferay with a rule that leaves out nothing: no write brings it back (%s)',
    async (drops) => {
      const stage = await withSeries('exchange', { patternChangeDropsExceptions: drops });
      remove(stage, 3);
      await stage.settle();
      stage.atPortal((acts) => acts.changeBooking(seriesRow(stage), { recurrence: RULE }));
      await stage.settle();
      expect(await expectSame(stage)).toHaveLength(39);
      expect(await stage.parked()).toEqual([]);
      expect((await stage.history()).some(({ kind }) => kind === 'lost')).toBe(true);
    },
  );
});
