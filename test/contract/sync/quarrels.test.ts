/** Servers that keep changing what they are given, and people who only look like them. */
import { expect, test } from 'vitest';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { DAY, hourFrom, Stage } from './stage.ts';

async function inStep(): Promise<Stage> {
  const stage = await Stage.open();
  stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00') });
  await stage.settle();
  return stage;
}

test('two servers that each rewrite every title are stopped after a few rounds, and the reason is shown', async () => {
  const stage = await inStep();
  const { userActs } = stage.world.exchange;
  userActs.changeItem(stage.items()[0]?.id ?? '', { subject: 'Board!' });
  let writes = 0;
  for (let round = 0; round < 30; round += 1) {
    const before = { key: stage.items()[0]?.changeKey, version: stage.rows()[0]?.mvccVersion };
    await stage.round();
    const [item] = stage.items();
    const [row] = stage.rows();
    if (!item || !row) throw new Error('The event is gone.');
    if (item.changeKey !== before.key) userActs.changeItem(item.id, { subject: `${item.content.subject}!` });
    if (row.mvccVersion !== before.version) {
      stage.atPortal((acts) =>
        acts.changeBooking(row.calendarBookingId, { title: `${Object.values(row.titles)[0]}?` }),
      );
    }
    if (item.changeKey !== before.key || row.mvccVersion !== before.version) writes += 1;
  }
  expect(writes).toBeLessThan(8);
  expect(await stage.parked()).toEqual(['serverKeepsChanging']);
});

test('two people who take turns at one title are no quarrel of servers', async () => {
  const stage = await inStep();
  for (let turn = 0; turn < 12; turn += 2) {
    stage.world.exchange.userActs.changeItem(stage.items()[0]?.id ?? '', { subject: `Turn ${turn}` });
    await stage.round(DAY);
    expect(stage.titles().liferay).toEqual([`Turn ${turn}`]);
    stage.rebook(`Turn ${turn}`, { title: `Turn ${turn + 1}` });
    await stage.round(DAY);
    expect(stage.titles().exchange).toEqual([`Turn ${turn + 1}`]);
  }
  expect(await stage.parked()).toEqual([]);
});

test('two people who change one occurrence after the other are no quarrel of servers either', async () => {
  const stage = await Stage.open();
  const { start, end } = hourFrom('2026-05-06T09:00');
  const startDay = Math.floor(start / DAY);
  const recurrence: Recurrence = {
    pattern: { kind: 'daily', interval: 1 },
    range: { kind: 'numbered', startDay, count: 20 },
  };
  stage.create({ subject: 'Board', start, end, recurrence });
  await stage.settle();
  const { userActs } = stage.world.exchange;
  for (let turn = 0; turn < 12; turn += 2) {
    const { id } = userActs.occurrence(stage.item('Board').id, startDay + turn);
    userActs.changeItem(id, { subject: `Turn ${turn}` });
    await stage.round();
    const row = stage.row('Board').calendarBookingId;
    stage.atPortal((acts) =>
      acts.changeInstance(row, start + (turn + 1) * DAY, { title: `Turn ${turn + 1}` }),
    );
    await stage.round();
  }
  expect(await stage.parked()).toEqual([]);
  expect(stage.titles().liferay).toHaveLength(13);
});
