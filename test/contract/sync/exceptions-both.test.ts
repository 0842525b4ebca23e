/** One series whose occurrences are edited on both sides at once: what arrives, what gives way, and where that is kept. */
import { describe, expect, test } from 'vitest';
import { change, nth, RULE, rebooked, remove, seriesRow, withSeries } from './series-stage.ts';
import { expectSame } from './shown.ts';

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
