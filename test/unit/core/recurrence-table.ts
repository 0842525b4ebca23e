/** What becomes of each shape of a series on the other side and back: the text of edge/core/RECURRENCE.md. */
import { Temporal } from 'temporal-polyfill';
import { sameJson } from '#core/canonical-json.ts';
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT, type Recurrence } from '#core/event.ts';
import { normaliseSeriesStart } from '#core/occurrences.ts';
import { canonicalRecurrence, datesBetween, startDate } from '#core/recurrence-dates.ts';
import { planRows } from '#core/rows-plan.ts';
import { formatExcludedDates, formatRRule, parseLiferayRecurrence } from '#core/rrule.ts';
import {
  EDITOR_SHAPES,
  EXCHANGE_SHAPES,
  type ExchangeShape,
  IMPORTED_SHAPES,
  type LiferayShape,
  type Variant,
} from './recurrence-shapes.ts';

const WINDOW = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 0, 1) };
const DATES = 40;

/** Where a calendar stands beside the series. */
interface Place {
  readonly name: string;
  readonly calendarZone: string;
  time(date: string): EventTime;
}

function timed(date: string, clock: string, zone: string): EventTime {
  const start = Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(zone);
  return {
    kind: 'timed',
    start: start.toInstant().toString(),
    end: start.add({ hours: 1 }).toInstant().toString(),
    zone,
  };
}

const PLACES: readonly Place[] = [
  {
    name: 'the same clock (Rome, Berlin)',
    calendarZone: 'Europe/Berlin',
    time: (date) => timed(date, '10:00', 'Europe/Rome'),
  },
  {
    name: 'always the same distance, another day (Rome at 00:30, London)',
    calendarZone: 'Europe/London',
    time: (date) => timed(date, '00:30', 'Europe/Rome'),
  },
  {
    name: 'clocks that change on other days (Rome, New York)',
    calendarZone: 'America/New_York',
    time: (date) => timed(date, '10:00', 'Europe/Rome'),
  },
  {
    name: 'all day, any zone',
    calendarZone: 'Pacific/Auckland',
    time: (start) => ({
      kind: 'allDay',
      start,
      end: Temporal.PlainDate.from(start).add({ days: 1 }).toString(),
    }),
  },
];

/** `exact`, `marked: …` or `refused: …`. */
export type Verdict = string;

function datesOf(recurrence: Recurrence, time: EventTime): readonly string[] {
  const start = startDate(time);
  return datesBetween(recurrence, start, start, start.add({ years: 500 }), DATES).map(String);
}

/** Exchange's series as rows of Liferay, and these read again. */
function fromExchange({ from }: ExchangeShape, { pattern, range }: Variant, place: Place): Verdict {
  const recurrence: Recurrence = { pattern, range };
  const time = normaliseSeriesStart(place.time(from), recurrence);
  const rule = formatRRule(recurrence, time);
  if (rule.kind === 'unsupported') return `refused: ${rule.reason}`;
  const parsed = parseLiferayRecurrence(rule.text, time);
  const isSame =
    parsed.kind === 'recurrence' &&
    sameJson(parsed.recurrence, canonicalRecurrence(recurrence, time)) &&
    sameJson(datesOf(parsed.recurrence, time), datesOf(recurrence, time));
  if (!isSame) return 'changed';
  const event: CalendarEvent = { ...NEUTRAL_EVENT, time, recurrence: parsed.recurrence };
  const plan = planRows(event, place.calendarZone, WINDOW);
  if (plan.kind === 'unsupported') return `refused: ${plan.reason}`;
  const kinds = new Set(plan.rows.map(({ key }) => key.replace(/:.*/, '')));
  if (kinds.has('series')) return 'exact';
  const marked = [
    ...(kinds.has('segment') ? ['stretches'] : []),
    ...(kinds.has('occurrence') ? ['single rows'] : []),
  ];
  return `marked: ${marked.join(' and ')}`;
}

/** One verdict for all variants, or each with that which decides between them, if it is one thing. */
export function summary(verdicts: readonly (readonly [Verdict, Variant['labels']])[]): string {
  const outcomes = [...new Set(verdicts.map(([verdict]) => outcomeOf(verdict)))].sort();
  const decisive = Object.keys(verdicts[0]?.[1] ?? {}).find((label) => {
    const values = outcomes.flatMap((outcome) => [...valuesOf(label, outcome, verdicts)]);
    return values.length === new Set(values).size;
  });
  const told = outcomes.map((outcome) => {
    const kinds = verdicts.flatMap(([verdict]) =>
      outcomeOf(verdict) === outcome ? verdict.split(': ')[1] : [],
    );
    const found = [...new Set(kinds.flatMap((kind) => kind?.split(' and ') ?? []))].sort().join(', ');
    const named = found === '' ? outcome : `${outcome}: ${found}`;
    if (outcomes.length === 1 || decisive === undefined) return named;
    return `${named} (${decisive}: ${[...valuesOf(decisive, outcome, verdicts)].join(', ')})`;
  });
  return told.join(decisive === undefined ? '; or ' : '; ');
}

function outcomeOf(verdict: Verdict): string {
  return verdict.replace(/:.*/, '');
}

function valuesOf(
  label: string,
  outcome: string,
  verdicts: Parameters<typeof summary>[0],
): ReadonlySet<string> {
  const own = verdicts.filter(([verdict]) => outcomeOf(verdict) === outcome);
  return new Set(own.map(([, labels]) => labels[label] ?? ''));
}

function exchangeRow(shape: ExchangeShape): string {
  const [first] = shape.variants;
  const example = first ? ruleOf(shape, first) : '';
  const verdicts = PLACES.map((place) =>
    summary(shape.variants.map((variant) => [fromExchange(shape, variant, place), variant.labels])),
  );
  return line([shape.name, example, ...verdicts]);
}

function ruleOf({ from }: ExchangeShape, { pattern, range }: Variant): string {
  const recurrence = { pattern, range };
  const time = normaliseSeriesStart(timed(from, '10:00', 'Europe/Rome'), recurrence);
  const rule = formatRRule(recurrence, time);
  return rule.kind === 'rule' ? `\`${rule.text.replace('RRULE:', '')}\`` : '';
}

/** Liferay's rule in Exchange, and as we would write it again. */
function liferayRow({ name, text, start }: LiferayShape): string {
  const time = timed(start, '10:00', 'Europe/Rome');
  const written = text.split('\n').map((each) => `\`${each.replace(/^RRULE:/, '')}\``);
  const cells = [name, written.join(' and '), start];
  const parsed = parseLiferayRecurrence(text, time);
  if (parsed.kind === 'none') return line([...cells, 'none', '']);
  if (parsed.kind === 'unsupported') return line([...cells, `refused: ${parsed.reason}`, parsed.detail]);
  const { recurrence, excludedDates } = parsed;
  const rule = formatRRule(recurrence, time);
  if (rule.kind === 'unsupported') return line([...cells, 'changed', rule.detail]);
  const again = parseLiferayRecurrence(`${rule.text}\n${formatExcludedDates(excludedDates)}`, time);
  const left = excludedDates.length > 0 ? `, without ${excludedDates.join(' and ')}` : '';
  return line([...cells, sameJson(again, parsed) ? 'exact' : 'changed', `${inWords(recurrence)}${left}`]);
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

export function inWords({ pattern, range }: Recurrence): string {
  const ends = {
    noEnd: '',
    until: range.kind === 'until' ? `, until ${range.until}` : '',
    count: range.kind === 'count' ? `, ${range.count} times` : '',
  };
  return `${patternInWords(pattern)}${ends[range.kind]}`;
}

function patternInWords(pattern: Recurrence['pattern']): string {
  const every = (unit: string) =>
    'interval' in pattern && pattern.interval > 1 ? `every ${pattern.interval} ${unit}s` : `every ${unit}`;
  switch (pattern.kind) {
    case 'daily':
      return every('day');
    case 'weekly':
      return `${every('week')} on ${pattern.days.join(', ')}${pattern.firstDay === 'MO' ? '' : `, weeks from ${pattern.firstDay}`}`;
    case 'absoluteMonthly':
      return `${every('month')} on day ${pattern.day}`;
    case 'relativeMonthly':
      return `${every('month')} on the ${pattern.index} ${pattern.days}`;
    case 'absoluteYearly':
      return `every year on ${pattern.day} ${MONTHS[pattern.month - 1]}`;
    case 'relativeYearly':
      return `every year on the ${pattern.index} ${pattern.days} of ${MONTHS[pattern.month - 1]}`;
    default:
      return pattern satisfies never;
  }
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  return [line(head), line(head.map(() => '---')), ...rows].join('\n');
}

const LIFERAY_HEAD = ['Rule', 'In Liferay', 'Start', '', 'In Exchange, or why not'];

export function recurrenceTable(): string {
  return `# Recurrence: what each side can hold of the other

This page is written by \`test/unit/core/recurrence-table.test.ts\`, which fails where it is not true any more; \`UPDATE_DOCS=1\` writes it anew.

- **exact**: one series on either side, with the same occurrences; there and back it is the same rule.
- **marked**: the same occurrences within the window, but one rule cannot say them in the calendar's zone: the series stands in Liferay as *stretches* (series of their own, some with an end) and *single rows*, which we know to be one event.
- **refused**: the event stays where it is, untouched, and is shown with the reason. Nothing is approximated.

## Exchange → Liferay → Exchange

Each row stands for every interval of 1, 2 and 12, every end (none, a date, a number of times), and every index from first to last. The rule is that of the first of them. A day that a month does not have is its last day, as Outlook shows it. The other columns say how the zones of series and calendar stand to each other; where one says *or*, it depends on whether any occurrence falls into a time when the clocks are not as far apart as usual.

${table(['In Exchange', 'In Liferay', ...PLACES.map(({ name }) => name)], EXCHANGE_SHAPES.map(exchangeRow))}

## Liferay → Exchange → Liferay

Rules of Liferay's own editor:

${table(LIFERAY_HEAD, EDITOR_SHAPES.map(liferayRow))}

Rules that came into Liferay from files:

${table(LIFERAY_HEAD, IMPORTED_SHAPES.map(liferayRow))}
`;
}
