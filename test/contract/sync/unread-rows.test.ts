/** A row of a series in Liferay that cannot be read is neither deleted nor as its series: the series waits for it. */
import { describe, expect, test } from 'vitest';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import { change, nth, rowOf, seriesRow, withSeries } from './series-stage.ts';
import { expectSame } from './shown.ts';
import { MINUTE, type Stage } from './stage.ts';

/** The row of this id cannot be read from Liferay until `heal` is called. */
function unreadable(stage: Stage, id: number): { heal(): void } {
  const { fetch } = stage.world;
  const healthy = stage.engine;
  stage.engine = stage.world.engine({
    fetch: async (url, request) => {
      const isAsked = request.body?.includes('fetch-calendar-booking') && request.body.includes(`${id}`);
      if (isAsked) stage.world.liferay.faults.next(FAULTS.http500);
      return fetch(url, request);
    },
  });
  return {
    heal: () => {
      stage.engine = healthy;
    },
  };
}

describe('a row of a series in Liferay that cannot be read', () => {
  async function unread(): Promise<{ stage: Stage; heal: () => void }> {
    const stage = await withSeries('exchange');
    const id = stage.atPortal((acts) => acts.changeInstance(seriesRow(stage), nth(3), { title: 'Other' }));
    return { stage, ...unreadable(stage, id) };
  }

  test('for a while, with a changed occurrence: that is not deleted in Exchange, and arrives later', async () => {
    const { stage, heal } = await unread();
    for (let n = 0; n < 3; n += 1) await stage.round(20 * MINUTE);
    expect(stage.item('Series').series?.deletedDays.size).toBe(0);
    heal();
    await stage.settle();
    const lines = await expectSame(stage);
    expect(lines).toHaveLength(40);
    expect(lines.filter((line) => / Other/.test(line))).toEqual([
      expect.stringContaining('2026-05-27T07:00'),
    ]);
    expect(stage.titles().exchange).toEqual(['Series']);
  });

  test('for a while, with an occurrence that had been changed before: the series waits for it', async () => {
    const stage = await withSeries('exchange');
    change(stage, 3, { subject: 'Other' });
    await stage.settle();
    const { heal } = unreadable(stage, rowOf(stage, 'Other'));
    stage.rebook('Other', { location: 'Room 2' });
    stage.rebook('Series', { location: 'Room 1' });
    for (let n = 0; n < 3; n += 1) await stage.round(20 * MINUTE);
    expect(stage.item('Series').series?.deletedDays.size).toBe(0);
    heal();
    await stage.settle();
    expect(await expectSame(stage)).toHaveLength(40);
    const { content, series } = stage.item('Series');
    expect(content.location).toBe('Room 1');
    expect([...(series?.exceptions.values() ?? [])]).toMatchObject([
      { subject: 'Other', location: 'Room 2' },
    ]);
  });

  test('for long: series and row are set aside with the reason, and a touch of the row brings both on', async () => {
    const { stage, heal } = await unread();
    for (let n = 0; n < 20; n += 1) await stage.round(20 * MINUTE);
    expect(await stage.parked()).toEqual(['serverError', 'serverError']);
    expect(stage.item('Series').series?.deletedDays.size).toBe(0);
    heal();
    stage.rebook('Other', { location: 'Room 2' });
    await stage.settle();
    expect(await expectSame(stage)).toHaveLength(40);
    expect(stage.titles().exchange).toEqual(['Series']);
  });

  test('for long, until somebody deletes it: now the occurrence goes in Exchange too', async () => {
    const { stage, heal } = await unread();
    for (let n = 0; n < 20; n += 1) await stage.round(20 * MINUTE);
    heal();
    stage.atPortal((acts) => acts.deleteInstance(rowOf(stage, 'Other'), nth(3)));
    await stage.settle();
    expect(await expectSame(stage)).toHaveLength(39);
  });
});
