/** Deletions that people made arrive on the other side; an edit that somebody made meanwhile is worth more. */
import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import type { EngineParts } from '#test/simulation/world.ts';
import { asksExchange } from './exchange-requests.ts';
import { expectSame } from './shown.ts';
import { DAY, hourFrom, IDLE, Stage } from './stage.ts';

async function inStep(options: Parameters<typeof Stage.open>[0] = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00'), showAs: 'OOF', categories: ['Blue'] });
  stage.create({ subject: 'Stays', ...hourFrom('2026-05-06T11:00') });
  await stage.round();
  return stage;
}

function trash(stage: Stage, title = 'Board'): number {
  const { calendarBookingId } = stage.row(title);
  stage.atPortal((acts) => acts.moveToTrash(calendarBookingId));
  return calendarBookingId;
}

type IsMeant = (...sent: Parameters<HttpFetch>) => boolean;
const DELETES_ITEM: IsMeant = (...sent) => asksExchange(...sent, 'DeleteItem');
const DELETES_ROW: IsMeant = (_url, { body }) => body?.includes('delete-calendar-booking') ?? false;
const TRASHES_ROW: IsMeant = (_url, { body }) => body?.includes('move-calendar-booking-to-trash') ?? false;

/** A round of a process that ends when a server has done this, before it hears of it. */
async function crashAfter(stage: Stage, what: IsMeant, parts: EngineParts = {}): Promise<void> {
  const { fetch: network } = stage.world;
  const { promise: crashed, resolve: crash } = Promise.withResolvers<void>();
  const engine = stage.world.engine({
    ...parts,
    fetch: async (url, request) => {
      const response = await network(url, request);
      if (!what(url, request)) return response;
      crash();
      return new Promise(() => {});
    },
  });
  await Promise.race([stage.round(undefined, engine, 'another'), crashed]);
}

describe('deleted in Exchange', () => {
  test.each([
    ['to Deleted Items', false],
    ['for good', true],
  ])('%s: it goes in Liferay too', async (_how, hard) => {
    const stage = await inStep();
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id, hard);
    expect(await stage.round()).toMatchObject({ deleted: 1, created: 0 });
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
    expect(await stage.traffic()).toMatchObject(IDLE);
    expect(stage.mails).toBe(0);
  });

  test('on a server that reports the move to Deleted Items as a change: it goes in Liferay too', async () => {
    const stage = await inStep({ exchange: { moveToDeletedItems: 'update' } });
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
  });

  test('moved to another folder: it goes in Liferay; moved back: it comes again, once', async () => {
    const stage = await inStep();
    const { exchange } = stage.world;
    const other = exchange.addCalendar(stage.person.address, 'Other');
    const moved = exchange.userActs.moveItem(stage.item('Board').id, other);
    await stage.round();
    expect(stage.titles().liferay).toEqual(['Stays']);
    exchange.userActs.moveItem(moved.id, exchange.mailbox(stage.person.address).calendar);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
  });

  test('moved away and back, while a proxy sends the second try under another UID twice: it comes again, once', async () => {
    const stage = await inStep({ recycleBin: true });
    const { exchange, fetch: network } = stage.world;
    const other = exchange.addCalendar(stage.person.address, 'Other');
    const moved = exchange.userActs.moveItem(stage.item('Board').id, other);
    await stage.round();
    exchange.userActs.moveItem(moved.id, exchange.mailbox(stage.person.address).calendar);
    let tries = 0;
    const proxied = stage.world.engine({
      fetch: async (url, request) => {
        if (request.body?.includes('add-calendar-booking')) tries += 1;
        if (tries === 2) await network(url, request);
        return network(url, request);
      },
    });
    await stage.round(undefined, proxied);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
  });

  test('restored from Deleted Items before the service looked: it stays one event on both sides', async () => {
    const stage = await inStep();
    const { userActs } = stage.world.exchange;
    const { calendarBookingId } = stage.row('Board');
    const deleted = userActs.deleteItem(stage.item('Board').id);
    userActs.restoreItem(deleted?.id ?? '');
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
    expect(stage.row('Board').calendarBookingId).toBe(calendarBookingId);
  });

  test.each([
    ['for good', false],
    ['to the Recycle Bin', true],
  ])(
    'restored before a crashed service could note that it is gone in Liferay, %s: it is there again',
    async (_how, recycleBin) => {
      const stage = await inStep();
      await stage.setPairing({ recycleBin });
      const { userActs } = stage.world.exchange;
      const deleted = userActs.deleteItem(stage.item('Board').id);
      await crashAfter(stage, recycleBin ? TRASHES_ROW : DELETES_ROW);
      expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
      userActs.restoreItem(deleted?.id ?? '');
      await stage.settle();
      expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
      expect(await stage.traffic()).toMatchObject(IDLE);
      expect(stage.mails).toBe(0);
    },
  );

  test('so it is where the service learnt of its deletion only as it read it', async () => {
    const stage = await inStep();
    const { userActs } = stage.world.exchange;
    const { id } = stage.item('Board');
    userActs.touchItem(id);
    let deleted: ReturnType<typeof userActs.deleteItem> | undefined;
    await crashAfter(stage, DELETES_ROW, {
      network: (fetch) => async (url, request) => {
        if (asksExchange(url, request, 'GetItem')) deleted ??= userActs.deleteItem(id);
        return fetch(url, request);
      },
    });
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
    userActs.restoreItem(deleted?.id ?? '');
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
  });

  test('once it is there again it is an event as any other: deleted in Liferay, it goes', async () => {
    const stage = await inStep();
    const { userActs } = stage.world.exchange;
    const deleted = userActs.deleteItem(stage.item('Board').id);
    await crashAfter(stage, DELETES_ROW);
    userActs.restoreItem(deleted?.id ?? '');
    userActs.changeItem(stage.item('Board').id, { subject: 'Board II' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board II', 'Stays'], liferay: ['Board II', 'Stays'] });
    trash(stage, 'Board II');
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
  });
});

describe('deleted in Liferay', () => {
  test('to the Recycle Bin: it goes in Exchange, to Deleted Items', async () => {
    const stage = await inStep();
    trash(stage);
    expect(await stage.round()).toMatchObject({ deleted: 1, created: 0 });
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
    const { deletedItems } = stage.world.exchange.mailbox(stage.person.address);
    const bin = stage.world.exchange.items(stage.person.address, deletedItems);
    expect(bin.map(({ content }) => content.subject)).toEqual(['Board']);
    await stage.round();
    expect(await stage.traffic()).toMatchObject(IDLE);
    expect(stage.mails).toBe(0);
  });

  test('for good: it goes in Exchange too', async () => {
    const stage = await inStep();
    trash(stage);
    stage.atPortal((acts) => acts.emptyTrash());
    await stage.round();
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
  });

  test('restored from the Recycle Bin later: it is in Exchange again, once', async () => {
    const stage = await inStep();
    const id = trash(stage);
    await stage.round();
    stage.atPortal((acts) => acts.restore(id));
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
  });

  test('restored from the Recycle Bin before a crashed service could note that it is gone in Exchange: it is there again', async () => {
    const stage = await inStep();
    const id = trash(stage);
    await crashAfter(stage, DELETES_ITEM);
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
    stage.atPortal((acts) => acts.restore(id));
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
    expect(stage.row('Board').calendarBookingId).toBe(id);
    expect(await stage.traffic()).toMatchObject(IDLE);
    expect(stage.mails).toBe(0);
  });

  test('so it is where the service learnt of its deletion only as it read it', async () => {
    const stage = await inStep();
    stage.rebook('Board', {});
    const { calendarBookingId } = stage.row('Board');
    let isTrashed = false;
    await crashAfter(stage, DELETES_ITEM, {
      portal: (portal) => ({
        ...portal,
        read: async (...request) => {
          if (!isTrashed) trash(stage);
          isTrashed = true;
          return portal.read(...request);
        },
      }),
    });
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
    stage.atPortal((acts) => acts.restore(calendarBookingId));
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board', 'Stays'], liferay: ['Board', 'Stays'] });
  });

  test('so is a series, with its changed occurrence', async () => {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T09:00');
    const row = stage.book({
      ...{ title: 'Series', startTime: start, endTime: end },
      recurrence: 'RRULE:FREQ=DAILY;COUNT=9;INTERVAL=1',
    });
    stage.atPortal((acts) => acts.changeInstance(row, start + 2 * DAY, { title: 'Changed' }));
    await stage.settle();
    const before = await expectSame(stage);
    stage.atPortal((acts) => acts.moveToTrash(row));
    await crashAfter(stage, DELETES_ITEM);
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
    stage.atPortal((acts) => acts.restore(row));
    await stage.settle();
    expect(await expectSame(stage)).toEqual(before);
    expect(stage.items()).toHaveLength(1);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('what lies in the Recycle Bin from before is not copied', async () => {
    const stage = await Stage.open();
    const { start, end } = hourFrom('2026-05-06T09:00');
    const id = stage.book({ title: 'Old', startTime: start, endTime: end });
    stage.atPortal((acts) => acts.moveToTrash(id));
    await stage.settle();
    expect(stage.items()).toEqual([]);
  });
});

describe('a copy that is deleted for good before the service has seen it there', () => {
  test('in Liferay: the event goes in Exchange too', async () => {
    const stage = await Stage.open();
    await stage.settle();
    stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00') });
    await stage.round();
    trash(stage);
    stage.atPortal((acts) => acts.emptyTrash());
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  });

  test('in Exchange: the event goes in Liferay too', async () => {
    const stage = await Stage.open();
    await stage.settle();
    const { start, end } = hourFrom('2026-05-06T09:00');
    stage.book({ title: 'Board', startTime: start, endTime: end });
    await stage.round();
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id, true);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  });
});

test('deleted on both sides: nothing is left and nothing fails', async () => {
  const stage = await inStep();
  stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
  trash(stage);
  expect(await stage.round()).toMatchObject({ failed: 0, created: 0 });
  expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
  expect(await stage.links()).toHaveLength(1);
});

describe('an edit beats a deletion', () => {
  test('deleted in Exchange, edited in Liferay: it is in Exchange again, with the edit and with what only Exchange knew', async () => {
    const stage = await inStep();
    stage.world.exchange.userActs.deleteItem(stage.item('Board').id);
    stage.rebook('Board', { title: 'Board II' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board II', 'Stays'], liferay: ['Board II', 'Stays'] });
    expect(stage.item('Board II').content).toMatchObject({ showAs: 'OOF', categories: ['Blue'] });
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('deleted in Liferay, edited in Exchange: it is in Liferay again, with the edit', async () => {
    const stage = await inStep();
    trash(stage);
    stage.world.exchange.userActs.changeItem(stage.item('Board').id, { subject: 'Board II' });
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board II', 'Stays'], liferay: ['Board II', 'Stays'] });
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('a touch that changed nothing is no edit: the deletion stands', async () => {
    const stage = await inStep();
    trash(stage);
    stage.world.exchange.userActs.touchItem(stage.item('Board').id);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Stays'], liferay: ['Stays'] });
  });
});

describe('deleted in Exchange, in a pairing that uses the Recycle Bin', () => {
  const { start, end } = hourFrom('2026-05-06T09:00');
  const trashed = (stage: Stage) =>
    stage.world.liferay.bookings(stage.person.calendarId).filter(({ status }) => status === STATUS.inTrash);

  test('the row is in the Recycle Bin, and restored from there it is in Exchange again', async () => {
    const stage = await Stage.open();
    await stage.setPairing({ recycleBin: true });
    const { id } = stage.create({ subject: 'Event', start, end });
    await stage.settle();
    stage.world.exchange.userActs.deleteItem(id);
    await stage.settle();
    expect([stage.rows().length, trashed(stage).length]).toEqual([0, 1]);
    const row = trashed(stage)[0]?.calendarBookingId ?? 0;
    stage.atPortal((acts) => acts.restore(row));
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Event'], liferay: ['Event'] });
    expect(stage.mails).toBe(0);
    expect(await stage.traffic()).toMatchObject(IDLE);
  });

  test('a series goes there with its changed occurrences, and comes back with them', async () => {
    const stage = await Stage.open();
    await stage.setPairing({ recycleBin: true });
    const startDay = Math.floor(start / 86_400_000);
    const { userActs } = stage.world.exchange;
    const { id } = stage.create({
      ...{ subject: 'Series', start, end },
      recurrence: {
        pattern: { kind: 'daily', interval: 1 },
        range: { kind: 'numbered', startDay, count: 9 },
      },
    });
    userActs.changeItem(userActs.occurrence(id, startDay + 2).id, { subject: 'Other' });
    await stage.settle();
    userActs.deleteItem(id);
    await stage.settle();
    expect([stage.rows().length, trashed(stage).length]).toEqual([0, 2]);
    const [series] = trashed(stage).filter(({ recurrence }) => recurrence !== '');
    stage.atPortal((acts) => acts.restore(series?.calendarBookingId ?? 0));
    await stage.settle();
    expect(await expectSame(stage)).toHaveLength(9);
    expect(stage.items()).toHaveLength(1);
  });
});
