/** A pairing as the service shows it, for tests of what the page makes of it. */
import type { Pairing } from '#shared/api.ts';

export const PAIRING: Pairing = {
  id: 'p1',
  exchangeCalendarName: 'Calendar',
  liferayCalendarName: 'Anna',
  exchangeCalendarId: 'e1',
  liferayCalendarId: 'l1',
  mailbox: 'anna@example.com',
  direction: 'both',
  policy: 'exchange',
  recycleBin: false,
  details: 'full',
  showPrivate: false,
  participants: false,
  windowPastDays: 90,
  windowFutureDays: 730,
  preview: false,
  status: 'inStep',
  reason: null,
  reasonDetail: null,
  progress: { done: 4, total: 4 },
  intervalSeconds: 30,
  lastRunAt: null,
  nextRunAt: 0,
  lastResult: null,
  problems: { parked: 0, held: 0, first: [] },
};
