/** What holds of everything that an adapter says, whatever it was told: the event model's own rules, and plain data. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, ChangedOccurrence, EventTime, Recurrence } from '#core/event.ts';
import { isSlot, normaliseExceptions } from '#core/exceptions.ts';
import { DETAIL_LIMIT, RemoteFailure } from '#core/failure.ts';
import { canonicalRecurrence, lastDate, startDate } from '#core/recurrence-dates.ts';
import { formatRRule } from '#core/rrule.ts';
import { multiLine, oneLine, sortedCategories } from '#core/text.ts';
import { canonicalZone } from '#core/zones.ts';
import { isReason } from '#shared/reasons.ts';

const STACK_LINES = 8;

/** What is wrong with an error that came out of an adapter; null: it is a failure with a reason of the list. */
export function unclassified(error: unknown): string | null {
  if (error instanceof RemoteFailure) return wrongIn(error.failure);
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `an error without a reason: ${said.split('\n').slice(0, STACK_LINES).join('\n')}`;
}

/** The first thing that is wrong in what an adapter said, wherever it stands in it; null: nothing is. */
export function wrongIn(value: unknown, path = ''): string | null {
  if (value instanceof RemoteFailure) return wrongIn(value.failure, path);
  if (value instanceof Map) return firstOf([...value], path);
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${path} is ${value}`;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return firstOf(value, path);
  const own = wrongObject(value as Readonly<Record<string, unknown>>);
  return own === null ? firstOf(Object.entries(value), path) : `${path}: ${own}`;
}

function firstOf(values: readonly unknown[], path: string): string | null {
  for (const [index, value] of values.entries()) {
    const wrong = wrongIn(value, `${path}/${index}`);
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongObject(value: Readonly<Record<string, unknown>>): string | null {
  if ('reason' in value && 'detail' in value) return wrongFailure(value);
  if ('id' in value && (typeof value['id'] !== 'string' || value['id'] === '')) return 'an empty id';
  if ('name' in value && typeof value['name'] !== 'string') return `the name ${value['name']}`;
  if ('title' in value && 'time' in value && 'exceptions' in value) {
    return attempted(() => wrongEvent(value as unknown as CalendarEvent));
  }
  return null;
}

function wrongFailure({ reason, detail, waitMs }: Readonly<Record<string, unknown>>): string | null {
  // Steps of a search have none where they succeeded.
  if (reason !== null && !(typeof reason === 'string' && isReason(reason))) return `the reason ${reason}`;
  if (typeof detail !== 'string' || detail.length > DETAIL_LIMIT || /[\r\n]/.test(detail))
    return 'the detail';
  return waitMs === undefined || (typeof waitMs === 'number' && waitMs >= 0) ? null : `a wait of ${waitMs}`;
}

/** A rule of the model that throws is one that does not hold. */
function attempted(work: () => string | null): string | null {
  try {
    return work();
  } catch (error) {
    return `an event that core does not understand: ${error}`;
  }
}

/** See the comments of core/event.ts. */
function wrongEvent(event: CalendarEvent): string | null {
  const { recurrence, time, exceptions } = event;
  const own = wrongContent(event) ?? wrongPeople(event);
  if (own !== null) return own;
  if (recurrence === null) return Object.keys(exceptions).length > 0 ? 'exceptions of a single event' : null;
  const rule = wrongRule(recurrence);
  if (rule !== null) return rule;
  canonicalRecurrence(recurrence, time);
  formatRRule(recurrence, time);
  const last = lastDate(recurrence, startDate(time));
  if (last !== null && last.year > 9999) return `a last occurrence on ${last}`;
  for (const [date, exception] of Object.entries(exceptions)) {
    if (!isSlot(event, date)) return `an exception on ${date}, which the rule does not have`;
    const wrong = exception === 'deleted' ? null : wrongContent(exception);
    if (wrong !== null) return `${wrong} of ${date}`;
  }
  const isNormal =
    Object.keys(normaliseExceptions(event).exceptions).length === Object.keys(exceptions).length;
  return isNormal ? null : 'exceptions not in normal form';
}

const SHOW_AS = ['free', 'tentative', 'busy', 'outOfOffice', 'workingElsewhere'];
const RESPONSES = ['none', 'organizer', 'accepted', 'tentative', 'declined', 'pending'];

function wrongContent(content: ChangedOccurrence): string | null {
  const { title, description, location, time, showAs, reminderMinutes, categories, ownResponse } = content;
  if (oneLine(title) !== title) return 'a title of several lines';
  if (oneLine(location) !== location) return 'a location of several lines';
  if (multiLine(description) !== description) return 'a description that XML cannot carry';
  if (!SHOW_AS.includes(showAs) || !RESPONSES.includes(ownResponse)) return `${showAs}, ${ownResponse}`;
  const isMinutes = reminderMinutes === null || (Number.isInteger(reminderMinutes) && reminderMinutes >= 0);
  if (!isMinutes || (reminderMinutes ?? 0) > 2 ** 31) return `a reminder of ${reminderMinutes} minutes`;
  if (sortedCategories(categories).join('\n') !== categories.join('\n')) return 'categories out of order';
  return wrongTime(time);
}

function wrongTime(time: EventTime): string | null {
  if (time.kind === 'allDay') {
    const isPlain = [time.start, time.end].every(
      (date) => /^\d{4}-/.test(date) && String(Temporal.PlainDate.from(date)) === date,
    );
    return isPlain && time.start < time.end ? null : `all day from ${time.start} to ${time.end}`;
  }
  const [start, end] = [Temporal.Instant.from(time.start), Temporal.Instant.from(time.end)];
  const isPlain =
    /^\d{4}-.* \d{4}-/.test(`${start} ${end}`) && `${start} ${end}` === `${time.start} ${time.end}`;
  if (!isPlain || Temporal.Instant.compare(start, end) > 0) return `from ${time.start} to ${time.end}`;
  return canonicalZone(time.zone) === null ? `the zone ${time.zone}` : null;
}

function wrongRule({ pattern, range }: Recurrence): string | null {
  const isNatural = (value: number, most = Number.MAX_SAFE_INTEGER) =>
    Number.isInteger(value) && value >= 1 && value <= most;
  if ('interval' in pattern && !isNatural(pattern.interval)) return `every ${pattern.interval}`;
  if ('day' in pattern && !isNatural(pattern.day, 31)) return `day ${pattern.day}`;
  if ('month' in pattern && !isNatural(pattern.month, 12)) return `month ${pattern.month}`;
  if (pattern.kind === 'weekly' && pattern.days.length === 0) return 'no day of the week';
  if (range.kind === 'count' && !isNatural(range.count)) return `${range.count} times`;
  if (range.kind === 'until' && String(Temporal.PlainDate.from(range.until)) !== range.until)
    return range.until;
  return null;
}

function wrongPeople({ attendees, organizer }: CalendarEvent): string | null {
  const addresses = attendees.map(({ address }) => address);
  const isNamed = addresses.every((address) => address !== '' && address === address.toLowerCase());
  if (!isNamed || new Set(addresses).size < addresses.length) return `the attendees ${addresses}`;
  if (attendees.some(({ response }) => !RESPONSES.includes(response))) return 'an unknown response';
  return organizer === '' || organizer !== (organizer?.toLowerCase() ?? null)
    ? `the organiser ${organizer}`
    : null;
}
