/** Items that come back under a new id while the service does not know what came of its own writes. */
import { describe, expect, test } from 'vitest';
import { failure } from '#core/failure.ts';
import type { CalendarSnapshot, PortalCalendar } from '#liferay/portal-calendar.port.ts';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import { hourFrom, IDLE, Stage } from './stage.ts';

const PORTALS = [
  { portal: 'keeps UIDs', keepsUid: true },
  { portal: 'gives rows UIDs of its own', keepsUid: false },
];

describe.each(PORTALS)('where the portal $portal', ({ keepsUid }) => {
  /** An item whose row was made, and the service does not know that. */
  async function madeUnknowingly(): Promise<Stage> {
    const stage = await Stage.open({ liferay: { keepsUid } });
    stage.create({ subject: 'Board', ...hourFrom('2026-05-06T09:00') });
    stage.world.liferay.faults.next(FAULTS.lostReply, { command: /add-calendar-booking$/ });
    await stage.round();
    expect(stage.titles().liferay).toEqual(['Board']);
    return stage;
  }

  test.each([0, 1, 2])(
    'it was moved away and back after %i more looks: it stays one event',
    async (looks) => {
      const stage = await madeUnknowingly();
      const { calendarBookingId } = stage.row('Board');
      for (let look = 0; look < looks; look += 1) await stage.round(5_000);
      movedAwayAndBack(stage);
      await stage.settle();
      expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
      expect(stage.row('Board').calendarBookingId).toBe(calendarBookingId);
      expect(await stage.traffic()).toMatchObject(IDLE);
    },
  );

  test('Liferay does not tell when that is to be found out: it waits, and stays one event', async () => {
    const stage = await madeUnknowingly();
    await stage.round(5_000);
    movedAwayAndBack(stage);
    let untold = 0;
    const silent = (portal: PortalCalendar): PortalCalendar => ({
      ...portal,
      snapshot: async (requests) => {
        if (requests.every(({ detail }) => detail !== 'linking')) return portal.snapshot(requests);
        untold += 1;
        const told: CalendarSnapshot = {
          kind: 'failed',
          failure: failure('unreachable', 'It did not answer.'),
        };
        return new Map(requests.map(({ calendarId }) => [calendarId, told]));
      },
    });
    for (let look = 0; look < 4; look += 1)
      await stage.round(undefined, stage.world.engine({ portal: silent }));
    expect(untold).toBeGreaterThan(0);
    expect(untold).toBeLessThanOrEqual(4);
    await stage.settle();
    expect(stage.titles()).toEqual({ exchange: ['Board'], liferay: ['Board'] });
    expect(await stage.traffic()).toMatchObject(IDLE);
  });
});

function movedAwayAndBack(stage: Stage): void {
  const { exchange } = stage.world;
  const other = exchange.addCalendar(stage.person.address, 'Other');
  const moved = exchange.userActs.moveItem(stage.item('Board').id, other);
  exchange.userActs.moveItem(moved.id, exchange.mailbox(stage.person.address).calendar);
}
