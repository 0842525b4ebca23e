/**
 * Of a booking that was made in Liferay an invitee's row is gone: did the organiser take the invitee out, who is told so
 * in Exchange, or did the invitee delete the row, of which the organiser's own row knows nothing?
 */
import { describe, expect, test } from 'vitest';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import { FAULTS } from '#test/emulators/liferay/faults.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import {
  attendees,
  booked,
  calendarsOf,
  children,
  expectIdle,
  FIRST,
  LATER,
  SECOND,
  sent,
} from './organiser-stage.ts';
import { MINUTE, type Stage } from './stage.ts';

const REQUEST = `request ${FIRST} ${SECOND}`;
/** What Outlook itself sends when the organiser changes the meeting there. */
const UPDATE = `update ${FIRST} ${SECOND}`;
/** With one, Liferay lets no invitee delete the row. */
const NO_BIN = { recycleBin: false };

/** In step, with two who are invited. */
function twoInvited(liferay: WorldOptions['liferay'] = {}): Promise<Stage> {
  return booked({ guests: [1, 2] }, { ...NO_BIN, liferay: { ...liferay, ...NO_BIN } });
}

function renameInOutlook(stage: Stage): void {
  stage.world.exchange.userActs.changeItem(stage.item('Meeting').id, { subject: 'Renamed', ...LATER });
}

/** The first who is invited deletes their own row. */
function deleteRow(stage: Stage): void {
  const [child] = children(stage);
  stage.atPortal((acts) => acts.deleteBooking(child?.calendarBookingId ?? 0), stage.of(1));
  expect(children(stage)).toEqual([]);
}

function takeOut(stage: Stage, title: string): void {
  stage.rebook(title, { inviteCalendarIds: calendarsOf(stage, [2]) });
}

async function settleAll(stage: Stage): Promise<void> {
  for (let n = 0; n < 3; n += 1) await stage.settle();
}

/** Both are invited still and heard no more of it than Outlook told them; that somebody declined may be said. */
async function expectNobodyTakenOut(stage: Stage): Promise<void> {
  await settleAll(stage);
  expect(stage.row('Renamed')).toMatchObject({ startTime: LATER.start, endTime: LATER.end });
  expect(attendees(stage, 'Renamed')).toEqual([`required ${FIRST}`, `required ${SECOND}`]);
  expect(sent(stage).filter((mail) => !mail.startsWith('response'))).toEqual([REQUEST, UPDATE]);
  expect(await stage.parked()).toEqual([]);
  await expectIdle(stage);
}

/** At the first write of a row somebody does something right before or after it. */
function around(act: () => void, moment: 'before' | 'after'): (portal: PortalCalendar) => PortalCalendar {
  let isDone = false;
  const once = (is: typeof moment) => {
    if (isDone || is !== moment) return;
    isDone = true;
    act();
  };
  return (portal) => ({
    ...portal,
    update: async (...request) => {
      once('before');
      const written = await portal.update(...request);
      once('after');
      return written;
    },
  });
}

describe.each(['rowBeforeWorkflow', 'rowAfterWorkflow'] as const)(
  'where Liferay answers a write with %s, an invitee deletes the row and nobody is taken out',
  (writesReturn) => {
    test('while the organiser changes the meeting in Outlook', async () => {
      const stage = await twoInvited({ writesReturn });
      renameInOutlook(stage);
      deleteRow(stage);
      await expectNobodyTakenOut(stage);
    });

    test.each(['before', 'after'] as const)(
      'right %s what the organiser did in Outlook is written',
      async (moment) => {
        const stage = await twoInvited({ writesReturn });
        renameInOutlook(stage);
        const portal = around(() => deleteRow(stage), moment);
        await stage.round(undefined, stage.world.engine({ portal }));
        await expectNobodyTakenOut(stage);
      },
    );

    test('after the service stopped between that write and writing it down', async () => {
      const stage = await twoInvited({ writesReturn });
      renameInOutlook(stage);
      stage.world.liferay.faults.next(FAULTS.lostReply, { command: /update-calendar-booking$/ });
      await stage.round();
      deleteRow(stage);
      await expectNobodyTakenOut(stage);
    });
  },
);

test('an invitee deletes the row while the organiser’s item cannot be read: nobody is taken out', async () => {
  const stage = await twoInvited();
  renameInOutlook(stage);
  disturb(stage.world, { kind: 'internalErrorOn', itemId: stage.item('Renamed').id });
  await stage.round();
  deleteRow(stage);
  await expectNobodyTakenOut(stage);
});

describe('an invitee’s row is gone, and it is waited for what the organiser’s mailbox tells of that', () => {
  /** Lets the invitee's mailbox alone be looked at so often, while their copy can be read or not. */
  async function looks(stage: Stage, times: number, isReadable: boolean): Promise<void> {
    const guest = stage.of(1);
    const itemId = stage.item('Meeting', guest).id;
    for (let n = 0; n < times; n += 1) {
      if (!isReadable) disturb(stage.world, { kind: 'internalErrorOn', itemId, mailbox: guest.address });
      await stage.roundOf(guest, 5 * MINUTE);
    }
  }

  async function takenOut(): Promise<Stage> {
    const stage = await twoInvited();
    takeOut(stage, 'Meeting');
    return stage;
  }

  test('the copy cannot be read once: that is tried again, and cleared away when the organiser’s mailbox was looked at', async () => {
    const stage = await takenOut();
    await looks(stage, 5, true);
    await looks(stage, 1, false);
    expect(await stage.parked(stage.of(1))).toEqual([]);
    await settleAll(stage);
    expect(attendees(stage)).toEqual([`required ${SECOND}`]);
    expect(sent(stage).filter((mail) => mail.startsWith('cancellation'))).toEqual([`cancellation ${FIRST}`]);
    expect(stage.items(stage.of(1))).toEqual([]);
    await expectIdle(stage);
  });

  test('the copy cannot be read in six looks: it is set aside with its reason', async () => {
    const stage = await takenOut();
    await looks(stage, 1, true);
    await looks(stage, 5, false);
    expect(await stage.parked(stage.of(1))).toEqual([]);
    await looks(stage, 1, false);
    expect(await stage.parked(stage.of(1))).toEqual(['serverError']);
  });
});

describe.each(['rowBeforeWorkflow', 'rowAfterWorkflow'] as const)(
  'where Liferay answers a write with %s, the organiser takes an invitee out, who is told',
  (writesReturn) => {
    const expectTakenOut = async (stage: Stage) => {
      await settleAll(stage);
      expect(attendees(stage, 'Renamed')).toEqual([`required ${SECOND}`]);
      expect(sent(stage).filter((mail) => mail.startsWith('cancellation'))).toEqual([
        `cancellation ${FIRST}`,
      ]);
      expect(stage.items(stage.of(1))).toEqual([]);
      await expectIdle(stage);
    };

    test('while the meeting is changed in Outlook', async () => {
      const stage = await twoInvited({ writesReturn });
      renameInOutlook(stage);
      takeOut(stage, 'Meeting');
      await expectTakenOut(stage);
    });

    test('right before that is written', async () => {
      const stage = await twoInvited({ writesReturn });
      renameInOutlook(stage);
      const portal = around(() => takeOut(stage, 'Meeting'), 'before');
      await stage.round(undefined, stage.world.engine({ portal }));
      await expectTakenOut(stage);
    });
  },
);
