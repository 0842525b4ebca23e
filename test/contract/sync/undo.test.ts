/** What the connector did is taken back when a person asks for it, on both sides, and nothing else is. */
import { describe, expect, test } from 'vitest';
import { change, remove, withSeries } from './series-stage.ts';
import { expectSame } from './shown.ts';
import { DAY, hourFrom, IDLE, Stage } from './stage.ts';

const NINE = hourFrom('2026-05-06T09:00');

/** One event that both sides have. */
async function inStep(more: object = {}): Promise<Stage> {
  const stage = await Stage.open();
  stage.create({
    subject: 'Board',
    location: 'Room 1',
    body: { type: 'Text', text: 'Agenda' },
    ...NINE,
    ...more,
  });
  await stage.settle();
  return stage;
}

function edit(stage: Stage, change: object): void {
  stage.world.exchange.userActs.changeItem(stage.item('Board').id, change);
}

async function expectRest(stage: Stage): Promise<void> {
  expect(stage.inLiferay()).toEqual(stage.inExchange());
  expect(stage.mails).toBe(0);
  expect(await stage.parked()).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE);
}

describe('a change', () => {
  const moved = hourFrom('2026-05-07T15:00');
  test.each<[string, object, object]>([
    ['place', { location: 'Room 2' }, { location: 'Room 2' }],
    ['text', { body: { type: 'Text', text: 'Else' } }, { description: '<p>Else</p>' }],
    ['time', moved, { startTime: moved.start, endTime: moved.end }],
  ])('of the %s is taken back on both sides, whoever made it', async (_what, inExchange, inLiferay) => {
    const stage = await inStep();
    const before = stage.inExchange();
    edit(stage, inExchange);
    await stage.settle();
    expect(await stage.undo(({ kind }) => kind === 'update')).toMatchObject({ planned: 1, refused: [] });
    await stage.settle();
    expect(stage.inExchange()).toEqual(before);
    await expectRest(stage);

    stage.rebook('Board', inLiferay);
    await stage.settle();
    const undone = await stage.undo(
      ({ kind, side, fields }) => kind === 'update' && side === 'exchange' && fields !== null,
    );
    expect(undone).toMatchObject({ planned: 1, refused: [] });
    await stage.settle();
    expect(stage.inExchange()).toEqual(before);
    await expectRest(stage);
  });

  test('is taken back without what somebody changed beside it meanwhile', async () => {
    const stage = await inStep();
    edit(stage, { location: 'Room 2' });
    await stage.settle();
    await stage.undo(({ kind }) => kind === 'update');
    edit(stage, { subject: 'Board meeting' });
    await stage.settle();
    expect(stage.inExchange()).toMatchObject([{ title: 'Board meeting', location: 'Room 1' }]);
    await expectRest(stage);
  });

  test('that somebody changes again before it is taken back stays as they changed it', async () => {
    const stage = await inStep();
    edit(stage, { location: 'Room 2' });
    await stage.settle();
    await stage.undo(({ kind }) => kind === 'update');
    edit(stage, { location: 'Room 3' });
    await stage.settle();
    expect(stage.inExchange()).toMatchObject([{ location: 'Room 3' }]);
    await expectRest(stage);
  });

  test('that was changed since is refused, and the newer one is not', async () => {
    const stage = await inStep();
    edit(stage, { location: 'Room 2' });
    await stage.settle();
    edit(stage, { location: 'Room 3' });
    await stage.settle();
    const [first, second] = (await stage.history()).filter(({ kind }) => kind === 'update');
    expect(await stage.undo(({ id }) => id === first?.id)).toMatchObject({
      planned: 0,
      refused: [{ changeId: first?.id, reason: 'undoChangedSince' }],
    });
    expect(await stage.undo(({ id }) => id === second?.id)).toMatchObject({ planned: 1 });
    await stage.settle();
    expect(stage.inExchange()).toMatchObject([{ location: 'Room 2' }]);
    await expectRest(stage);
  });

  test('of a series is taken back for all of it', async () => {
    const stage = await withSeries('exchange');
    const title = stage.titles().exchange[0] ?? '';
    stage.world.exchange.userActs.changeItem(stage.item(title).id, { subject: 'Renamed' });
    await stage.settle();
    await stage.undo(({ kind }) => kind === 'update');
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [title], liferay: [title] });
    await expectSame(stage);
  });
});

test('an edit that gave way is brought back, on both sides', async () => {
  const stage = await inStep();
  edit(stage, { location: 'Room 2' });
  stage.rebook('Board', { location: 'Room 9' });
  await stage.settle();
  expect(stage.inLiferay()).toMatchObject([{ location: 'Room 2' }]);
  expect(await stage.undo(({ kind }) => kind === 'lost')).toMatchObject({ planned: 1, refused: [] });
  await stage.settle();
  expect(stage.inExchange()).toMatchObject([{ location: 'Room 9' }]);
  await expectRest(stage);
});

describe('a deletion', () => {
  test.each(['exchange', 'liferay'] as const)(
    'that came from %s is taken back on both sides, once',
    async (side) => {
      const stage = await inStep();
      const before = stage.inExchange();
      if (side === 'exchange') stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
      else {
        const { calendarBookingId } = stage.row('Board');
        stage.atPortal((acts) => acts.moveToTrash(calendarBookingId));
      }
      await stage.settle();
      expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
      expect(await stage.undo(({ kind }) => kind === 'delete')).toMatchObject({ planned: 1, refused: [] });
      await stage.settle();
      expect(stage.inExchange()).toEqual(before);
      await expectRest(stage);
      expect(await stage.undo(({ kind }) => kind === 'delete')).toMatchObject({
        planned: 0,
        refused: [{ reason: 'undoChangedSince' }],
      });
    },
  );

  test('of a series with a changed occurrence and a deleted one brings all of it back', async () => {
    const stage = await withSeries('exchange');
    change(stage, 1, { location: 'Roof' });
    remove(stage, 2);
    await stage.settle();
    const before = await expectSame(stage);
    stage.world.exchange.userActs.deleteItem(stage.items()[0]?.id ?? '');
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
    expect(await stage.undo(({ kind }) => kind === 'delete')).toMatchObject({ refused: [] });
    await stage.settle();
    expect(await expectSame(stage)).toEqual(before);
  });

  test.each([0, 1])('is taken back once, whatever breaks off: after %i writes in Liferay', async (writes) => {
    const stage = await inStep();
    const before = stage.inExchange();
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
    await stage.settle();
    await stage.undo(({ kind }) => kind === 'delete');
    await stage.brokenOff(writes);
    await stage.round(DAY);
    await stage.settle();
    expect(stage.inExchange()).toEqual(before);
    await expectRest(stage);
  });
});

test('what others take part in, what was private, what was added, and a copy that is only read are refused', async () => {
  const stage = await inStep({ sensitivity: 'Private' });
  edit(stage, hourFrom('2026-05-08T09:00'));
  await stage.settle();
  const refusals = async () => (await stage.undo(() => true)).refused.map(({ reason }) => reason);
  expect(new Set(await refusals())).toEqual(new Set(['undoNotPossible', 'undoNotKept']));

  const open = await inStep();
  edit(open, { location: 'Room 2' });
  await open.settle();
  await open.changeSettings({ direction: 'toLiferay' });
  await open.settle();
  expect((await open.undo(({ kind }) => kind === 'update')).refused).toMatchObject([
    { reason: 'undoReadOnly' },
  ]);
});
