/**
 * Single occurrences that are changed or deleted, in Outlook or in Liferay: what each server shows of its own copy has
 * to be the same, occurrence by occurrence, and the round after does nothing.
 */
import { describe, expect, test } from 'vitest';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import {
  change,
  END,
  moved,
  nth,
  rebooked,
  remove,
  rowOf,
  START,
  seriesRow,
  WEDNESDAYS,
  withSeries,
} from './series-stage.ts';
import { expectSame } from './shown.ts';
import { at, DAY, MINUTE, Stage } from './stage.ts';

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
