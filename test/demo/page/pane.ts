/** One calendar: drawn by FullCalendar, read every second, and what arrived lights up. */
import { Calendar, type DateSelectArg, type EventApi, type EventInput } from '@fullcalendar/core';
import dayGrid from '@fullcalendar/daygrid';
import interaction from '@fullcalendar/interaction';
import timeGrid from '@fullcalendar/timegrid';
import type { EventTimes, ShownEvent } from '../demo-api.ts';
import type { CalendarClient } from './calendar-client.ts';

const REFRESH_MS = 1_000;
/** As long as the animation in page.css. */
const ARRIVED_MS = 4_000;
/** Below it, seven columns cannot be read. */
const NARROW = matchMedia('(max-width: 700px)');

export interface PaneOptions {
  readonly host: HTMLElement;
  readonly client: CalendarClient;
  readonly onSlot: (times: EventTimes) => void;
  readonly onEvent: (event: ShownEvent) => void;
  /** Other days are shown. */
  readonly onDays: () => void;
  /** Something that was not done on this pane came in. */
  readonly onArrived: (titles: readonly string[]) => void;
  /** Null: all is well again. */
  readonly onProblem: (text: string | null) => void;
}

export class Pane {
  readonly #options: PaneOptions;
  readonly #calendar: Calendar;
  #shown = new Map<string, ShownEvent>();
  #range = '';
  #zone = 'UTC';
  /** What was just done here does not count as arrived. */
  #ownChange = true;
  /** Readings begun, and the last one that came back: an answer from before a change must not undo it. */
  #asked = 0;
  #answered = 0;

  constructor(options: PaneOptions) {
    this.#options = options;
    this.#calendar = new Calendar(options.host, {
      plugins: [timeGrid, dayGrid, interaction],
      initialView: viewName(),
      headerToolbar: false,
      firstDay: 1,
      height: 620,
      scrollTime: '08:00',
      nowIndicator: true,
      // The routes speak in the person's wall time: to the library that is UTC.
      timeZone: 'UTC',
      now: () => wallNow(this.#zone),
      slotDuration: '00:30',
      // A column is too narrow for both; where an event stands says when it is.
      displayEventTime: false,
      slotLabelFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
      dayHeaderFormat: { weekday: 'short', day: 'numeric' },
      allDayText: 'all day',
      dayMaxEvents: 3,
      selectable: true,
      editable: true,
      eventInteractive: true,
      datesSet: () => this.#options.onDays(),
      select: (selection) => this.#select(selection),
      eventClick: ({ event }) => this.#open(event),
      eventDrop: ({ event, revert }) => void this.#move(event, revert),
      eventResize: ({ event, revert }) => void this.#move(event, revert),
      eventDidMount: ({ event, el }) => {
        const { location, notes } = event.extendedProps;
        const when = event.allDay
          ? 'all day'
          : `${event.startStr.slice(11, 16)} – ${event.endStr.slice(11, 16)}`;
        el.title = [event.title, when, location, ...notes].filter(Boolean).join('\n');
      },
    });
    this.#calendar.render();
    NARROW.addEventListener('change', () => this.#calendar.changeView(viewName()));
    setInterval(() => {
      if (this.#asked === this.#answered) void this.refresh();
    }, REFRESH_MS);
    void this.refresh();
  }

  /** `2026-11-23` to `2026-11-30`, the end exclusive. */
  get days(): { readonly from: string; readonly to: string } {
    const { activeStart, activeEnd } = this.#calendar.view;
    return { from: isoDate(activeStart), to: isoDate(activeEnd) };
  }

  go(where: 'prev' | 'today' | 'next'): void {
    this.#calendar[where]();
    void this.refresh();
  }

  /** The next hour of the first day that is shown, or of today. */
  suggestion(): EventTimes {
    const { from, to } = this.days;
    const now = wallNow(this.#zone);
    const day = now.slice(0, 10) >= from && now.slice(0, 10) < to ? now.slice(0, 10) : from;
    const hour = Math.min(22, Number(now.slice(11, 13)) + 1);
    const at = (hours: number) => `${day}T${String(hours).padStart(2, '0')}:00:00`;
    return { allDay: false, start: at(hour), end: at(hour + 1) };
  }

  /** Does something to this calendar and shows it at once. Rejects with what the calendar said. */
  async act(deed: () => Promise<void>): Promise<void> {
    await deed();
    this.#ownChange = true;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const { from, to } = this.days;
    let problem: string | null = null;
    try {
      const { calendar, zone, events } = await this.#options.client.read(from, to);
      if (turn !== this.#asked) return;
      this.#zone = zone;
      this.#show(events, `${from} ${to}`);
      if (calendar === null) problem = 'No calendar on this side yet.';
    } catch (error) {
      problem = String(error);
    }
    if (turn !== this.#asked) return;
    this.#answered = turn;
    this.#options.onProblem(problem);
  }

  #show(events: readonly ShownEvent[], range: string): void {
    const before = this.#shown;
    const after = new Map(events.map((event) => [event.key, event]));
    const quiet = this.#ownChange || this.#range !== range;
    const arrived: string[] = [];
    for (const key of before.keys()) if (!after.has(key)) this.#calendar.getEventById(key)?.remove();
    for (const [key, event] of after) {
      const old = before.get(key);
      if (old !== undefined && JSON.stringify(old) === JSON.stringify(event)) continue;
      this.#calendar.getEventById(key)?.remove();
      const added = this.#calendar.addEvent(inputOf(event, !quiet));
      if (quiet) continue;
      arrived.push(event.title);
      setTimeout(() => added?.setProp('classNames', []), ARRIVED_MS);
    }
    this.#shown = after;
    this.#range = range;
    this.#ownChange = false;
    if (arrived.length > 0) this.#options.onArrived([...new Set(arrived)]);
  }

  #select({ allDay, startStr, endStr }: DateSelectArg): void {
    this.#calendar.unselect();
    this.#options.onSlot({ allDay, start: wall(startStr, allDay), end: wall(endStr, allDay) });
  }

  #open({ id }: EventApi): void {
    const event = this.#shown.get(id);
    if (event !== undefined) this.#options.onEvent(event);
  }

  async #move(event: EventApi, revert: () => void): Promise<void> {
    const shown = this.#shown.get(event.id);
    if (shown === undefined) return;
    const { allDay, startStr } = event;
    // Dragged between the hours and the all-day row, an event has no end of its own.
    const end = event.endStr || (allDay ? nextDay(startStr) : nextHour(startStr));
    const times = { allDay, start: wall(startStr, allDay), end: wall(end, allDay) };
    try {
      await this.act(() => this.#options.client.change(shown.id, { times }));
    } catch (error) {
      revert();
      this.#options.onProblem(String(error));
    }
  }
}

function viewName(): string {
  return NARROW.matches ? 'timeGridDay' : 'timeGridWeek';
}

function inputOf(event: ShownEvent, arrived: boolean): EventInput {
  const { key, title, allDay, start, end, repeats, location, notes } = event;
  return {
    id: key,
    title: repeats ? `↻ ${title}` : title,
    allDay,
    start,
    end,
    // A series would have to move as a whole, which a drag of one occurrence does not say.
    editable: !repeats,
    classNames: arrived ? ['demo-arrived'] : [],
    extendedProps: { location, notes },
  };
}

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function wall(text: string, allDay: boolean): string {
  return allDay ? text.slice(0, 10) : text.slice(0, 19);
}

function nextDay(date: string): string {
  return isoDate(new Date(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) + 86_400_000));
}

function nextHour(start: string): string {
  return new Date(Date.parse(`${start.slice(0, 19)}Z`) + 3_600_000).toISOString();
}

/** The Swedes write dates as ISO 8601 does. */
function wallNow(zone: string): string {
  return new Date().toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');
}
