/** A series that the contract of MailboxCalendar reads and writes, and how its occurrences are written. */
import {
  type CalendarEvent,
  type ChangedOccurrence,
  type DateText,
  type EventTime,
  type Exceptions,
  NEUTRAL_EVENT,
  type OccurrenceField,
  type Recurrence,
} from '#core/event.ts';
import { differingFields, regularOccurrence, sameException } from '#core/exceptions.ts';
import type {
  MailboxCalendar,
  MailboxItem,
  MailboxOccurrenceWrite,
  MailboxWrite,
} from '#exchange/mailbox-calendar.port.ts';
import { type MailboxWorld, type OccurrenceChange, versionOf } from './mailbox-calendar-world.ts';

/** Tuesdays at ten in Rome. */
export const DATES: readonly DateText[] = [
  '2026-12-01',
  '2026-12-08',
  '2026-12-15',
  '2026-12-22',
  '2026-12-29',
  '2027-01-05',
];
export const [FIRST, SECOND, THIRD, LAST] = ['2026-12-01', '2026-12-08', '2026-12-15', '2027-01-05'];
export const RULE: Recurrence = {
  pattern: { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'SU' },
  range: { kind: 'count', count: 6 },
};
export const SERIES: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda',
  location: 'Room 1',
  reminderMinutes: 15,
  categories: ['Green'],
  time: timed('2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z'),
  recurrence: RULE,
};
export const ALL_DAY_SERIES: CalendarEvent = {
  ...SERIES,
  time: { kind: 'allDay', start: '2026-12-01', end: '2026-12-02' },
};
export const LATER = timed('2026-12-08T15:30:00Z', '2026-12-08T17:00:00Z');
export const THURSDAY = timed('2026-12-10T09:00:00Z', '2026-12-10T10:00:00Z');
export const TWO_DAYS: EventTime = { kind: 'allDay', start: '2026-12-08', end: '2026-12-10' };

export const CHANGES: readonly (readonly [string, CalendarEvent, OccurrenceChange])[] = [
  ['later that day', SERIES, { time: LATER }],
  ['on another day', SERIES, { time: THURSDAY }],
  ['all day', SERIES, { time: TWO_DAYS }],
  ['with another title', SERIES, { title: 'Board & <guests>' }],
  ['with another title on another day', SERIES, { title: 'Moved', time: THURSDAY }],
  ['with a time, of a series of days', ALL_DAY_SERIES, { time: LATER }],
  ['on other days, of a series of days', ALL_DAY_SERIES, { time: TWO_DAYS }],
];

export type Open = () => Promise<MailboxWorld>;

export function timed(start: string, end: string): EventTime {
  return { kind: 'timed', start, end, zone: 'Europe/Rome' };
}

export function regular(series: CalendarEvent, date: DateText): ChangedOccurrence {
  const occurrence = regularOccurrence(series, date);
  if (occurrence === null) throw new Error(`no occurrence on ${date}`);
  return occurrence;
}

export function contentOf(
  series: CalendarEvent,
  date: DateText,
  change: Partial<ChangedOccurrence>,
): { readonly content: ChangedOccurrence; readonly fields: readonly OccurrenceField[] } {
  const before = regular(series, date);
  const content = { ...before, ...change };
  return { content, fields: differingFields(content, before) };
}

export function writeOf(
  { id, version, event }: MailboxItem,
  date: DateText,
  change: MailboxOccurrenceWrite['change'],
): MailboxOccurrenceWrite {
  return { id, version, series: event, date, change, invitations: 'none' };
}

export async function writeOne(
  mailbox: MailboxCalendar,
  item: MailboxItem,
  date: DateText,
  change: MailboxOccurrenceWrite['change'],
): Promise<MailboxWrite | undefined> {
  return (await mailbox.writeOccurrences([writeOf(item, date, change)]))[0];
}

/** Writes only what differs from what is there. */
export async function changeOne(
  mailbox: MailboxCalendar,
  item: MailboxItem,
  date: DateText,
  change: Partial<ChangedOccurrence>,
): Promise<MailboxWrite | undefined> {
  const known = item.event.exceptions[date];
  const before = known === undefined || known === 'deleted' ? regular(item.event, date) : known;
  const content = { ...before, ...change };
  return writeOne(mailbox, item, date, { content, fields: differingFields(content, before) });
}

export async function writeAll(
  mailbox: MailboxCalendar,
  item: MailboxItem,
  exceptions: Exceptions,
): Promise<void> {
  let { version } = item;
  for (const [date, exception] of Object.entries(exceptions)) {
    const before = regular(item.event, date);
    const change =
      exception === 'deleted'
        ? exception
        : { content: exception, fields: differingFields(exception, before) };
    if (sameException(exception, before)) continue;
    version = versionOf(await writeOne(mailbox, { ...item, version }, date, change));
  }
}
