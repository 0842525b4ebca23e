/** The status of an invitee's rows in portals that give PENDING to nothing but rows of invitees. */
import { expect, test } from 'vitest';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { MEETING, Meeting, REQUEST, RESPONSE, UPDATE } from './meeting-stage.ts';
import { DAY } from './stage.ts';

const WEEK = 7 * DAY;
const WEEKLY = 'RRULE:FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=WE';

test.each(['accepted', 'rejected', 'ignored'] as const)(
  'a row that follows its series does not stand as accepted by that, where PENDING is %s',
  async (statusPendingOnStandAlone) => {
    const meeting = await Meeting.inStep(null, WEEKLY, { liferay: { statusPendingOnStandAlone } });
    meeting.answer('maybe', MEETING.start + WEEK);
    await meeting.settle();
    const { calendarBookingId } = meeting.master;
    meeting.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { title: 'Renamed' }),
      meeting.organiser,
    );
    await meeting.settle();
    expect(meeting.stage.titles().liferay).toEqual(['Renamed', 'Renamed']);
    expect(meeting.stage.rows().map(({ status }) => status)).toEqual([STATUS.pending, STATUS.pending]);
    expect(meeting.mails()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  },
);
