/**
 * Zones that a server describes by rules: TimeZoneDefinition (2010 and later, with periods and transitions) and
 * MeetingTimeZone (2007, with a base offset and two changes). Biases are minutes to add to local time for UTC.
 * Source: Microsoft Learn, StartTimeZone, MeetingTimeZone, Transitions.
 */
import { Temporal } from 'temporal-polyfill';
import type { ZoneChange, ZoneRules } from '../zones.ts';
import type { WireNode } from './library.ts';
import { attribute, child, children, textOf } from './wire.ts';

const WEEKDAYS: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];
const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const OCCURRENCES: ReadonlyMap<string, number> = new Map(
  Object.entries<number>({ First: 1, Second: 2, Third: 3, Fourth: 4, Last: -1 }),
);

/** 1 (January) to 12; 0 for a name that is no month. */
export function monthNumber(name: string): number {
  return MONTHS.indexOf(name) + 1;
}

/** The name of month 1 to 12. */
export function monthName(month: number): string {
  const name = MONTHS[month - 1];
  if (name === undefined) throw new RangeError(`no month: ${month}`);
  return name;
}

/** The rules that a TimeZoneDefinition has in `year`; null if it carries none or unreadable ones. */
export function rulesOfDefinition(definition: WireNode, year: number): ZoneRules | null {
  try {
    return definitionRules(definition, year);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The rules of a MeetingTimeZone; null if it carries none or unreadable ones. */
export function rulesOfMeetingZone(zone: WireNode): ZoneRules | null {
  try {
    return meetingZoneRules(zone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function definitionRules(definition: WireNode, year: number): ZoneRules | null {
  const periods = children(child(definition, 'Periods'), 'Period');
  const offsets = new Map(periods.map((p) => [attribute(p, 'Id'), -minutes(attribute(p, 'Bias'))]));
  const groups = children(child(definition, 'TransitionsGroups'), 'TransitionsGroup');
  const target = targetInYear(child(definition, 'Transitions'), year);
  const group = groups.find((g) => attribute(g, 'Id') === target) ?? (groups.length === 1 ? groups[0] : null);
  const yearly = yearlyChanges(group, offsets);
  if (yearly.length > 0) return { kind: 'yearly', changes: yearly };
  const period = group ? textOf(child(group, 'Transition'), 'To') : target;
  const only = offsets.get(period) ?? (offsets.size === 1 ? [...offsets.values()][0] : undefined);
  return only === undefined ? null : { kind: 'fixed', offsetMinutes: only };
}

/** The group or period that holds in a year: that of the last dated transition before its end, or the undated one. */
function targetInYear(transitions: WireNode, year: number): string {
  const end = `${year + 1}`;
  const dated = children(transitions, 'AbsoluteDateTransition')
    .map((t) => ({ at: textOf(t, 'DateTime'), to: textOf(t, 'To') }))
    .filter((t) => t.at < end)
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  return dated.at(-1)?.to ?? textOf(child(transitions, 'Transition'), 'To');
}

function yearlyChanges(group: WireNode, offsets: ReadonlyMap<string, number>): readonly ZoneChange[] {
  const common = (t: WireNode) => {
    const offsetMinutes = offsets.get(textOf(t, 'To'));
    if (offsetMinutes === undefined) throw new RangeError('transition to an unknown period');
    return {
      offsetMinutes,
      month: Number(textOf(t, 'Month')),
      minuteOfDay: minutes(textOf(t, 'TimeOffset')),
    };
  };
  const byDay = children(group, 'RecurringDayTransition').map((t): ZoneChange => {
    const occurrence = Number(textOf(t, 'Occurrence'));
    const weekday = weekdayNumber(textOf(t, 'DayOfWeek'));
    // Windows writes the last week of a month as the fifth.
    return {
      ...common(t),
      day: { kind: 'weekday', weekday, occurrence: occurrence === 5 ? -1 : occurrence },
    };
  });
  const byDate = children(group, 'RecurringDateTransition').map(
    (t): ZoneChange => ({ ...common(t), day: { kind: 'date', day: Number(textOf(t, 'Day')) } }),
  );
  return [...byDay, ...byDate];
}

function meetingZoneRules(zone: WireNode): ZoneRules | null {
  const base = textOf(zone, 'BaseOffset');
  if (base === '') return null;
  const bias = minutes(base);
  const changes = ['Standard', 'Daylight'].flatMap((name) => children(zone, name));
  if (changes.length === 0) return { kind: 'fixed', offsetMinutes: -bias };
  return { kind: 'yearly', changes: changes.map((change) => meetingZoneChange(change, bias)) };
}

function meetingZoneChange(change: WireNode, bias: number): ZoneChange {
  const time = Temporal.PlainTime.from(textOf(change, 'Time').slice(0, 8));
  const common = {
    offsetMinutes: -(bias + minutes(textOf(change, 'Offset'))),
    minuteOfDay: time.hour * 60 + time.minute,
  };
  const yearly = child(change, 'RelativeYearlyRecurrence');
  if (yearly === undefined) {
    const date = Temporal.PlainDate.from(textOf(change, 'AbsoluteDate').slice(0, 10));
    return { ...common, month: date.month, day: { kind: 'date', day: date.day } };
  }
  const weekday = weekdayNumber(textOf(yearly, 'DaysOfWeek'));
  const occurrence = OCCURRENCES.get(textOf(yearly, 'DayOfWeekIndex')) ?? 1;
  return {
    ...common,
    month: monthNumber(textOf(yearly, 'Month')),
    day: { kind: 'weekday', weekday, occurrence },
  };
}

function weekdayNumber(name: string): number {
  const index = WEEKDAYS.indexOf(name);
  if (index < 0) throw new RangeError(`no weekday: ${name}`);
  return index + 1;
}

function minutes(duration: string): number {
  return Temporal.Duration.from(duration).total('minutes');
}
