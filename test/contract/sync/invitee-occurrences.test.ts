/**
 * A series that was made in Liferay, in the calendar of somebody who is invited: which row stands for an occurrence that
 * they answered by itself, whatever its organiser does to the series or to it.
 */
import { describe, expect, test } from 'vitest';
import type { PersonBooking } from '#test/emulators/liferay/person.ts';
import { type Booking, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { ANSWERS, MEETING, Meeting, ORDERS } from './meeting-stage.ts';
import { DAY, HOUR } from './stage.ts';

const WEEK = 7 * DAY;
const WEEKLY = 'RRULE:FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=WE';
const WEEKS = [0, 1, 2, 3, 4].map((n) => MEETING.start + n * WEEK);

function shown({ stage }: Meeting): readonly Booking[] {
  return stage.world.liferay
    .calendarWindow(stage.person.calendarId, MEETING.start - DAY, MEETING.start + 6 * WEEK)
    .toSorted((a, b) => a.startTime - b.startTime);
}

function startsShown(meeting: Meeting): readonly number[] {
  return shown(meeting).map(({ startTime }) => startTime);
}

/** The organiser changes all of the series in Liferay. */
function changeSeries(meeting: Meeting, change: Partial<PersonBooking>): void {
  const { calendarBookingId } = meeting.master;
  meeting.stage.atPortal((acts) => acts.changeBooking(calendarBookingId, change), meeting.organiser);
}

function byHours(hours: number, days = 0): Pick<PersonBooking, 'startTime' | 'endTime'> {
  const by = hours * HOUR + days * DAY;
  return { startTime: MEETING.start + by, endTime: MEETING.end + by };
}

describe.each(ORDERS)('$order', ({ turns }) => {
  describe.each(ANSWERS)('an occurrence is answered in Liferay ($answer)', ({ answer }) => {
    test('and its organiser moves the series, both before it is copied: it is one of the series', async () => {
      const meeting = await Meeting.open(turns);
      meeting.book(WEEKLY);
      meeting.answer(answer, MEETING.start + WEEK);
      changeSeries(meeting, byHours(1));
      await meeting.settle();
      meeting.sendRequest();
      await meeting.settle();
      expect(startsShown(meeting)).toEqual(WEEKS.map((start) => start + HOUR));
      expect(meeting.stage.titles().exchange).toEqual(['Meeting']);
      expect(meeting.stage.items()[0]?.content.organizer.address).toBe(meeting.organiser.address);
      await meeting.expectIdle();
    });

    test('between two moves of its series: it is one of the series', async () => {
      const meeting = await Meeting.inStep(turns, WEEKLY);
      changeSeries(meeting, byHours(1));
      meeting.answer(answer, MEETING.start + WEEK + HOUR);
      changeSeries(meeting, byHours(2));
      await meeting.settle();
      expect(startsShown(meeting)).toEqual(WEEKS.map((start) => start + 2 * HOUR));
      expect(meeting.stage.titles().exchange).toEqual(['Meeting']);
      await meeting.expectIdle();
    });

    test('and its organiser moves the series to another day: it goes with its day', async () => {
      const meeting = await Meeting.inStep(turns, WEEKLY);
      meeting.answer(answer, MEETING.start + WEEK);
      changeSeries(meeting, { ...byHours(0, 1), recurrence: WEEKLY.replace('BYDAY=WE', 'BYDAY=TH') });
      await meeting.settle();
      expect(startsShown(meeting)).toEqual(WEEKS.map((start) => start + DAY));
      expect(meeting.stage.titles().exchange).toEqual(['Meeting']);
      await meeting.expectIdle();
    });
  });

  describe('an occurrence is accepted in Liferay, and its organiser renames it there, by which Liferay declines it', () => {
    function changePlace({ stage, organiser }: Meeting): void {
      const { userActs } = stage.world.exchange;
      const [own] = stage.items(organiser);
      const second = userActs.occurrence(own?.id ?? '', Math.floor(MEETING.start / DAY) + 7);
      userActs.changeItem(second.id, { location: 'Room 2' });
    }

    /** Liferay takes the row of the answer for another booking at that time. */
    async function renamed(andThen: (meeting: Meeting) => void = () => {}): Promise<Meeting> {
      const meeting = await Meeting.inStep(turns, WEEKLY);
      meeting.answer('accept', MEETING.start + WEEK);
      await meeting.settle();
      const { calendarBookingId } = meeting.master;
      meeting.stage.atPortal(
        (acts) => acts.changeInstance(calendarBookingId, MEETING.start + WEEK, { title: 'Second' }),
        meeting.organiser,
      );
      expect(meeting.stage.row('Second').status).toBe(STATUS.denied);
      andThen(meeting);
      await meeting.settle();
      return meeting;
    }

    test('nobody declined it: it stands as its series does', async () => {
      const meeting = await renamed();
      expect(startsShown(meeting)).toEqual(WEEKS);
      expect(meeting.stage.row('Second').status).toBe(STATUS.pending);
      expect(meeting.response).toBe('NoResponseReceived');
      await meeting.expectIdle();
    });

    test('and changes it in Outlook after that: it is shown as it is', async () => {
      const meeting = await renamed();
      changePlace(meeting);
      await meeting.settle();
      expect(meeting.stage.row('Second').location).toBe('Room 2');
      await meeting.expectIdle();
    });

    test('and changes it in Outlook at once: it is shown as it is', async () => {
      const meeting = await renamed(changePlace);
      expect(meeting.stage.row('Second')).toMatchObject({ location: 'Room 2', status: STATUS.pending });
      await meeting.expectIdle();
    });
  });
});
