/**
 * A calendar file (RFC 5545) as events for a mailbox: singles, all-day events, and series as far as Exchange has a
 * pattern for them. What it has none for is named with the reason, never approximated.
 */
import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { findIana } from 'windows-iana';
import { monthName, type PlainEvent, type Repeat, type When } from './plain-event.ts';

export interface IcsContent {
  readonly events: readonly PlainEvent[];
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
}

/** The text is no calendar file. */
export class NoCalendar extends Error {}

class NotExpressible extends Error {}

/** `zone`: of the mailbox, for times that name none. @throws NoCalendar */
export function readIcs(text: string, zone: string): IcsContent {
  const calendar = parse(text);
  for (const each of calendar.getAllSubcomponents('vtimezone')) {
    ICAL.TimezoneService.register(new ICAL.Timezone(each));
  }
  const components = calendar.getAllSubcomponents('vevent');
  const changedSeries = new Set(
    components.filter((each) => each.hasProperty('recurrence-id')).map((each) => textValue(each, 'uid')),
  );
  const events: PlainEvent[] = [];
  const skipped: { title: string; reason: string }[] = [];
  for (const component of components) {
    try {
      events.push(eventOf(component, zone, changedSeries));
    } catch (error) {
      if (!(error instanceof NotExpressible)) throw error;
      skipped.push({ title: textValue(component, 'summary') || '(no title)', reason: error.message });
    }
  }
  return { events, skipped };
}

function parse(text: string): ICAL.Component {
  try {
    return new ICAL.Component(ICAL.parse(text));
  } catch (error) {
    throw new NoCalendar(`This is no calendar file: ${error instanceof Error ? error.message : error}`);
  }
}

function textValue(component: ICAL.Component, name: string): string {
  const value = component.getFirstPropertyValue(name);
  return value === null || value === undefined ? '' : String(value);
}

function eventOf(component: ICAL.Component, zone: string, changedSeries: ReadonlySet<string>): PlainEvent {
  if (component.hasProperty('recurrence-id')) {
    throw new NotExpressible('it is a changed occurrence of a series, which is skipped as a whole');
  }
  const event = new ICAL.Event(component);
  if (!component.hasProperty('dtstart')) throw new NotExpressible('it has no start');
  const when = whenOf(event, zone);
  const rule = component.getFirstPropertyValue('rrule');
  const own = ianaZone(event.startDate, zone);
  return {
    title: event.summary ?? '',
    when: when(rule instanceof ICAL.Recur ? (own ?? unknownZone(event.startDate)) : zone),
    ...(event.description ? { description: event.description.replaceAll('\r\n', '\n') } : {}),
    ...(event.location ? { location: event.location } : {}),
    ...(rule instanceof ICAL.Recur
      ? { repeat: repeatOf(component, rule, event.startDate, own ?? zone, changedSeries), zone: own ?? zone }
      : {}),
    ...categoriesOf(component),
    ...(textValue(component, 'transp') === 'TRANSPARENT' ? { showAs: 'Free' as const } : {}),
    ...(/^(PRIVATE|CONFIDENTIAL)$/.test(textValue(component, 'class'))
      ? { sensitivity: 'Private' as const }
      : {}),
  };
}

/** A function of the zone in which the wall time is wanted. */
function whenOf(event: ICAL.Event, zone: string): (inZone: string) => When {
  const { startDate: start, endDate: end } = event;
  if (start.isDate) {
    const days = Math.max(1, dateOf(start).until(dateOf(end)).days);
    return () => ({ kind: 'allDay', first: dateOf(start).toString(), days });
  }
  const [from, to] = [instantOf(start, zone), instantOf(end, zone)];
  const minutes = Math.max(0, Math.round(from.until(to).total('minutes')));
  return (inZone) => ({
    kind: 'timed',
    start: from.toZonedDateTimeISO(inZone).toPlainDateTime().toString({ smallestUnit: 'minute' }),
    minutes,
  });
}

function dateOf({ year, month, day }: ICAL.Time): Temporal.PlainDate {
  return Temporal.PlainDate.from({ year, month, day });
}

/** A floating time is meant in the mailbox's zone, a named one in that zone, however the file describes it. */
function instantOf(time: ICAL.Time, zone: string): Temporal.Instant {
  const named = ianaZone(time, zone);
  if (named === null && time.zone?.tzid === 'floating') unknownZone(time);
  if (named === null) return Temporal.Instant.fromEpochMilliseconds(time.toUnixTime() * 1_000);
  const { year, month, day, hour, minute, second } = time;
  return Temporal.PlainDateTime.from({ year, month, day, hour, minute, second })
    .toZonedDateTime(named)
    .toInstant();
}

/** A zone that the file names and does not describe counts as floating for the parser. */
function zoneId(time: ICAL.Time): string {
  const known = time.zone?.tzid ?? 'floating';
  // The library's types leave this property out.
  const named = 'timezone' in time && typeof time.timezone === 'string' ? time.timezone : known;
  return known === 'floating' ? named : known;
}

/** IANA name; null for a zone that only the file itself knows. */
function ianaZone(time: ICAL.Time, zone: string): string | null {
  const id = zoneId(time);
  if (time.isDate || id === 'floating') return zone;
  if (id === 'Z' || id === 'UTC') return 'UTC';
  for (const name of [id, id.replace(/^.*?\/(?=[A-Z][a-z]+\/)/, ''), findIana(id)[0]]) {
    if (name !== undefined && isZone(name)) return name;
  }
  return null;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function unknownZone(time: ICAL.Time): never {
  throw new NotExpressible(`nobody knows the time zone "${zoneId(time)}"`);
}

function categoriesOf(component: ICAL.Component): { categories?: readonly string[] } {
  const names = component.getAllProperties('categories').flatMap((each) => each.getValues().map(String));
  return names.length === 0 ? {} : { categories: [...new Set(names)] };
}

function repeatOf(
  component: ICAL.Component,
  rule: ICAL.Recur,
  start: ICAL.Time,
  own: string,
  changedSeries: ReadonlySet<string>,
): Repeat {
  const occurrences = ['exdate', 'rdate'].find((name) => component.hasProperty(name));
  if (occurrences !== undefined) throw new NotExpressible(`the series has ${occurrences.toUpperCase()}`);
  if (changedSeries.has(textValue(component, 'uid')))
    throw new NotExpressible('the series has changed occurrences');
  if (component.getAllProperties('rrule').length > 1) throw new NotExpressible('it has several rules');
  const end = rule.count
    ? { count: rule.count }
    : rule.until
      ? { until: lastDate(rule.until, start, own) }
      : {};
  return { ...patternOf(rule, start), ...end };
}

/** Exchange ends a series by date: the last one on which an occurrence is not later than UNTIL, in the series' zone. */
function lastDate(until: ICAL.Time, start: ICAL.Time, own: string): string {
  if (until.isDate || start.isDate) return dateOf(until).toString();
  const last = instantOf(until, own).toZonedDateTimeISO(own);
  const hour = Temporal.PlainTime.from({ hour: start.hour, minute: start.minute });
  const isTooEarly = Temporal.PlainTime.compare(last.toPlainTime(), hour) < 0;
  return last
    .toPlainDate()
    .subtract({ days: isTooEarly ? 1 : 0 })
    .toString();
}

const DAYS: Readonly<Record<string, string>> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};
const INDEXES: Readonly<Record<string, string>> = {
  1: 'First',
  2: 'Second',
  3: 'Third',
  4: 'Fourth',
  '-1': 'Last',
};

function patternOf(rule: ICAL.Recur, start: ICAL.Time): Repeat {
  const { freq, interval } = rule;
  const parts = Object.keys(rule.parts).toSorted().join('+');
  const byDay = (rule.parts['BYDAY'] ?? []).map(String);
  const refuse = (): never => {
    throw new NotExpressible(`Exchange has no pattern for ${rule.toString()}`);
  };
  const month = monthName(Number(rule.parts['BYMONTH']?.[0] ?? start.month));
  const position = `${byDay.length === 1 ? byDay[0] : ''}`.match(/^([1-4]|-1)([A-Z]{2})$/);
  const relative = { index: INDEXES[position?.[1] ?? ''] ?? '', days: DAYS[position?.[2] ?? ''] ?? '' };
  const dayOfMonth = Number(rule.parts['BYMONTHDAY']?.[0] ?? start.day);
  const onStart = dayOfMonth === start.day;
  switch (`${freq} ${parts}`) {
    case 'DAILY ':
      return { kind: 'daily', interval };
    case 'WEEKLY ':
      return { kind: 'weekly', interval, days: [DAYS[weekdayOf(start)] ?? refuse()] };
    case 'WEEKLY BYDAY':
      return { kind: 'weekly', interval, days: byDay.map((day) => DAYS[day] ?? refuse()) };
    case 'MONTHLY ':
    case 'MONTHLY BYMONTHDAY':
      return onStart && start.day <= 28 ? { kind: 'absoluteMonthly', interval, day: start.day } : refuse();
    case 'MONTHLY BYDAY':
      return position === null ? refuse() : { kind: 'relativeMonthly', interval, ...relative };
    case 'YEARLY ':
    case 'YEARLY BYMONTH':
    case 'YEARLY BYMONTH+BYMONTHDAY':
      return interval === 1 && onStart ? { kind: 'absoluteYearly', month, day: start.day } : refuse();
    case 'YEARLY BYDAY+BYMONTH':
      return interval === 1 && position !== null ? { kind: 'relativeYearly', month, ...relative } : refuse();
    default:
      return refuse();
  }
}

function weekdayOf(start: ICAL.Time): string {
  return Object.keys(DAYS)[dateOf(start).dayOfWeek - 1] ?? '';
}
