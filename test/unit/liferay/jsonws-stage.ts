/** The JSONWS adapter in front of a scripted portal, and a booking as that portal gives it. */
import { NEUTRAL_EVENT } from '#core/event.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalBooking, PortalCalendar, PortalDialect } from '#liferay/portal-calendar.port.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { type Script, scriptedPortal } from './scripted-portal.ts';

const DIALECT: PortalDialect = {
  context: 'calendar',
  version: null,
  keepsUid: true,
  hasRowVersion: true,
  companyId: '20097',
};

/** As the search for calendars gives it. */
export const CALENDAR = { calendarId: '7', calendarResourceId: '6', timeZoneId: 'Europe/Rome', name: 'Mine' };

export function open(script: Script): {
  portal: PortalCalendar;
  scripted: ReturnType<typeof scriptedPortal>;
} {
  const scripted = scriptedPortal(script);
  const server = { url: 'https://portal.example.com/', timeoutMs: 10_000, dialect: DIALECT };
  const credentials = { kind: 'basic', user: 'connector', password: 'x' } as const;
  return { portal: openJsonwsPortal(scripted.effects, memoryTokens())(server, credentials), scripted };
}

/** A booking as a read gives it. */
export function row(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    calendarBookingId: id,
    calendarId: '7',
    calendarResourceId: '6',
    modifiedDate: 1_700_000_000_000,
    mvccVersion: '1',
    status: 0,
    recurrence: '',
    recurringCalendarBookingId: id,
    parentCalendarBookingId: id,
    VEventUid: `uid-${id}`,
    title: 'Meeting',
    titleCurrentValue: 'Meeting',
    description: '',
    location: 'Room 1',
    startTime: '1718010000000',
    endTime: '1718013600000',
    allDay: false,
    firstReminder: '0',
    secondReminder: '0',
    ...more,
  };
}

/** What `row('40')` says. */
export const PLANNED: PortalBooking = {
  id: '40',
  version: '1',
  calendarId: '7',
  uid: 'uid-40',
  creatorId: '20130',
  invitees: [],
  status: 'approved',
  seriesId: null,
  parentId: null,
  event: {
    ...NEUTRAL_EVENT,
    title: 'Meeting',
    description: '',
    location: 'Room 1',
    time: { kind: 'timed', start: '2024-06-10T09:00:00Z', end: '2024-06-10T10:00:00Z', zone: 'Europe/Rome' },
  },
  ruleFailure: null,
  carried: { firstReminder: 0, secondReminder: 0, recurrence: '' },
};
