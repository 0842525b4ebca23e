/**
 * `/demo/api/<screen name or room>/<side>`: what the page reads and writes, through the raw clients and past the product.
 * GET ?from=&to= (dates), POST a new event, PATCH and DELETE ?id=. Knows no passwords and no sessions: it is a demo
 * on this machine. A request from another site fails, because it cannot send JSON without asking first.
 */
import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import { API_PATH, REPEATS, type ShownCalendar } from './demo-api.ts';
import { exchangeDesk } from './desk-exchange.ts';
import { liferayDesk } from './desk-liferay.ts';
import { monthName, type Repeat, type When } from './plain-event.ts';
import type { Room } from './room.ts';
import type { Sides } from './sides.ts';

/** One side of one person, as a desk at which events are handled. */
export interface Desk {
  /** `from` and `to`: instants. */
  show(from: Temporal.Instant, to: Temporal.Instant): Promise<ShownCalendar>;
  add(event: Wanted): Promise<void>;
  change(id: string, change: Partial<Wanted>): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface Wanted {
  readonly title: string;
  readonly location: string;
  readonly description: string;
  readonly when: When;
  readonly repeat?: Repeat;
  readonly withRoom: boolean;
}

const Texts = { title: v.string(), location: v.string(), description: v.string() };
const Times = v.object({ allDay: v.boolean(), start: v.string(), end: v.string() });
const New = v.object({ ...Texts, ...Times.entries, repeat: v.picklist(REPEATS), withRoom: v.boolean() });
const Change = v.object({ ...v.partial(v.object(Texts)).entries, times: v.optional(Times) });

/** `sidesOf`: null for a screen name that nobody has. Answers null for paths that are not the demo's. */
export function demoRoutes(sidesOf: (screenName: string) => Sides | null, room: Room) {
  return (request: Request): Promise<Response> | null => {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(`${API_PATH}/`)) return null;
    const [screenName = '', side = ''] = url.pathname.slice(API_PATH.length + 1).split('/');
    const sides = sidesOf(screenName);
    if (sides === null || (side !== 'exchange' && side !== 'liferay')) {
      return Promise.resolve(problem(404, 'There is no such calendar.'));
    }
    const desk = side === 'exchange' ? exchangeDesk(sides, room) : liferayDesk(sides, room);
    return answer(request, url, desk, sides.person.zone).catch((error: unknown) =>
      problem(
        error instanceof v.ValiError ? 400 : 502,
        error instanceof Error ? error.message : String(error),
      ),
    );
  };
}

async function answer(request: Request, url: URL, desk: Desk, zone: string): Promise<Response> {
  const id = url.searchParams.get('id') ?? '';
  if (request.method === 'GET') return Response.json(await desk.show(...range(url, zone)));
  if (request.headers.get('content-type') !== 'application/json') return problem(415, 'Send JSON.');
  switch (request.method) {
    case 'POST':
      await desk.add(wanted(v.parse(New, await request.json())));
      return new Response(null, { status: 204 });
    case 'PATCH': {
      const { times, ...texts } = v.parse(Change, await request.json());
      const change = v.parse(v.partial(v.object(Texts)), texts);
      await desk.change(id, { ...present(change), ...(times === undefined ? {} : { when: whenOf(times) }) });
      return new Response(null, { status: 204 });
    }
    case 'DELETE':
      await desk.remove(id);
      return new Response(null, { status: 204 });
    default:
      return problem(405, 'GET, POST, PATCH or DELETE.');
  }
}

function problem(status: number, text: string): Response {
  return Response.json({ problem: text }, { status });
}

function range(url: URL, zone: string): [from: Temporal.Instant, to: Temporal.Instant] {
  const instant = (name: string) =>
    Temporal.PlainDate.from(url.searchParams.get(name) ?? '')
      .toZonedDateTime(zone)
      .toInstant();
  return [instant('from'), instant('to')];
}

function present(change: { readonly [name in keyof typeof Texts]?: string | undefined }): Partial<Wanted> {
  return Object.fromEntries(Object.entries(change).filter(([, text]) => text !== undefined));
}

function wanted({
  title,
  location,
  description,
  repeat,
  withRoom,
  ...times
}: v.InferOutput<typeof New>): Wanted {
  const when = whenOf(times);
  const rule = repeatOf(repeat, times.start.slice(0, 10));
  return { title, location, description, when, withRoom, ...(rule === null ? {} : { repeat: rule }) };
}

function whenOf({ allDay, start, end }: v.InferOutput<typeof Times>): When {
  if (allDay) {
    const first = Temporal.PlainDate.from(start);
    return {
      kind: 'allDay',
      first: first.toString(),
      days: Math.max(1, first.until(Temporal.PlainDate.from(end)).days),
    };
  }
  const from = Temporal.PlainDateTime.from(start);
  const minutes = Math.max(0, from.until(Temporal.PlainDateTime.from(end)).total('minutes'));
  return { kind: 'timed', start: from.toString({ smallestUnit: 'minute' }), minutes };
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

function repeatOf(name: (typeof REPEATS)[number], start: string): Repeat | null {
  const { day, month, dayOfWeek } = Temporal.PlainDate.from(start);
  switch (name) {
    case 'none':
      return null;
    case 'daily':
      return { kind: 'daily', interval: 1 };
    case 'weekly':
      return { kind: 'weekly', interval: 1, days: [DAYS[dayOfWeek - 1] ?? 'Monday'], firstDay: 'Monday' };
    case 'monthly':
      return { kind: 'absoluteMonthly', interval: 1, day };
    case 'yearly':
      return { kind: 'absoluteYearly', month: monthName(month), day };
    default:
      return name satisfies never;
  }
}
