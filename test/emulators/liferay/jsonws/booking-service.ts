/** `CalendarBookingService` as JSONWS publishes it. */
import { BOOKING_CHANGES } from './booking-changes.ts';
import { BOOKING_READS } from './booking-reads.ts';
import type { Service } from './signatures.ts';

export const BOOKING_SERVICE: Service = {
  path: 'calendarbooking',
  inCalendarContext: true,
  className: 'com.liferay.calendar.service.CalendarBookingService',
  methods: [...BOOKING_CHANGES, ...BOOKING_READS],
};
