/** When bookings take place, from the numbers that Liferay keeps. */
import { describe, expect, it } from 'vitest';
import { bookingTimes, eventTime } from '#liferay/jsonws/booking-time.ts';

const at = (text: string): number => Date.parse(text);

describe('all-day bookings', () => {
  it('end at 23:59 UTC of the last day', () => {
    expect(bookingTimes({ kind: 'allDay', start: '2024-03-30', end: '2024-04-01' })).toEqual({
      startTime: at('2024-03-30T00:00:00Z'),
      endTime: at('2024-03-31T23:59:00Z'),
      allDay: true,
    });
  });

  it.each(['2024-03-31T23:59:00Z', '2024-03-31T23:59:59.999Z', '2024-03-31T00:00:00Z'])(
    'that end at %s last until the end of that day',
    (end) => {
      const times = { startTime: at('2024-03-30T00:00:00Z'), endTime: at(end), allDay: true };
      expect(eventTime(times, 'America/New_York')).toEqual({
        kind: 'allDay',
        start: '2024-03-30',
        end: '2024-04-01',
      });
    },
  );

  it('without a day are refused', () => {
    expect(bookingTimes({ kind: 'allDay', start: '2024-03-30', end: '2024-03-30' })).toBeNull();
  });
});

describe('timed bookings', () => {
  it('are instants, and say the calendar’s zone', () => {
    const times = {
      startTime: at('2024-03-31T01:30:00Z'),
      endTime: at('2024-03-31T02:30:00Z'),
      allDay: false,
    };
    const time = {
      kind: 'timed',
      start: '2024-03-31T01:30:00Z',
      end: '2024-03-31T02:30:00Z',
      zone: 'Europe/Rome',
    } as const;
    expect(eventTime(times, 'Europe/Rome')).toEqual(time);
    expect(bookingTimes(time)).toEqual(times);
  });

  it.each([true, false])('with numbers that no date has are none (all day: %s)', (allDay) => {
    expect(eventTime({ startTime: 0, endTime: Number.MAX_SAFE_INTEGER, allDay }, 'UTC')).toBeNull();
    expect(eventTime({ startTime: -Number.MAX_SAFE_INTEGER, endTime: 0, allDay }, 'UTC')).toBeNull();
  });

  it('that end before they start are refused', () => {
    const time = {
      kind: 'timed',
      start: '2024-01-01T10:00:00Z',
      end: '2024-01-01T09:00:00Z',
      zone: 'UTC',
    } as const;
    expect(bookingTimes(time)).toBeNull();
  });
});
