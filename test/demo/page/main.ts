/** The lower half of the demo's page: both calendars of the signed-in person, side by side, moving together. */
import './page.css';
import { html, render } from 'lit';
import { type EventTimes, ROOM_KEY, type ShownEvent, type SideName, WHOSE } from '../demo-api.ts';
import { CalendarClient } from './calendar-client.ts';
import { EventDialog } from './event-dialog.ts';
import { Pane } from './pane.ts';

const SIDES: Readonly<Record<SideName, string>> = { exchange: 'Exchange', liferay: 'Liferay' };

const section = document.querySelector<HTMLElement>('#demo-calendars');
if (section !== null) show(section, section.dataset['user'] ?? '', section.dataset['room'] ?? '');

function show(root: HTMLElement, person: string, roomName: string): void {
  const isRoom = new URLSearchParams(location.search).get(WHOSE) === ROOM_KEY;
  const user = isRoom ? ROOM_KEY : person;
  const whose = (isShown: boolean, query: string, name: string) =>
    html`<a class="btn btn-secondary btn-sm ${isShown ? 'active' : ''}" href="?${query}" aria-current=${isShown ? 'page' : 'false'}>${name}</a>`;
  const panes = new Map<SideName, Pane>();
  const openers = new Map<SideName, () => void>();
  const go = (where: 'prev' | 'today' | 'next') => () => {
    for (const pane of panes.values()) pane.go(where);
  };
  const sideNames: readonly SideName[] = ['exchange', 'liferay'];
  render(
    html`<div class="demo-bar">
        <h2 class="sheet-title" id="demo-heading">Both calendars</h2>
        <p class="demo-days" id="demo-days" aria-live="polite"></p>
        <nav class="btn-group" aria-label="Whose calendars">
          ${whose(!isRoom, '', 'My own')} ${whose(isRoom, `${WHOSE}=${ROOM_KEY}`, roomName)}
        </nav>
        <div class="btn-group" role="group" aria-label="Week">
          <button type="button" class="btn btn-secondary btn-sm" aria-label="Earlier" @click=${go('prev')}>‹</button>
          <button type="button" class="btn btn-secondary btn-sm" @click=${go('today')}>Today</button>
          <button type="button" class="btn btn-secondary btn-sm" aria-label="Later" @click=${go('next')}>›</button>
        </div>
      </div>
      <p class="sheet-text">
        Click or drag over free time to add, drag to move, click an event to change or delete it. Once the calendars are
        paired, the change arrives on the other side and lights up.
      </p>
      <div class="sr-only" role="status" id="demo-arrivals"></div>
      <div class="demo-panes">
        ${sideNames.map(
          (side) => html`<section class="demo-pane demo-${side}" aria-labelledby="demo-${side}-name">
            <div class="demo-pane-head">
              <h3 id="demo-${side}-name">${SIDES[side]}</h3>
              <span class="demo-note" id="demo-${side}-note"></span>
              <button type="button" class="btn btn-secondary btn-sm" aria-label="Add event in ${SIDES[side]}" @click=${() => addTo(side)}>
                Add event
              </button>
            </div>
            <div class="demo-calendar" id="demo-${side}"></div>
          </section>`,
        )}
      </div>`,
    root,
  );

  const dialog = new EventDialog();
  for (const side of sideNames) panes.set(side, paneFor(side));
  showDays();

  function paneFor(side: SideName): Pane {
    const client = new CalendarClient(user, side);
    const pane = new Pane({
      host: element(`demo-${side}`),
      client,
      onSlot: (times) => add(times),
      onEvent: (event) => change(event),
      onDays: showDays,
      onArrived: (titles) => {
        element('demo-arrivals').textContent = `Arrived in ${SIDES[side]}: ${titles.join(', ')}`;
      },
      onProblem: (text) => {
        element(`demo-${side}-note`).textContent = text ?? '';
      },
    });
    const add = (times: EventTimes): void =>
      dialog.open({
        sideName: SIDES[side],
        event: null,
        times,
        // A room does not invite itself.
        roomName: isRoom ? null : roomName,
        save: (event) => pane.act(() => client.add(event)),
        remove: async () => {},
      });
    const change = (event: ShownEvent): void =>
      dialog.open({
        sideName: SIDES[side],
        event,
        times: event,
        roomName: null,
        save: ({ title, location, description, allDay, start, end }) =>
          pane.act(() =>
            client.change(event.id, {
              title,
              location,
              description,
              ...(event.repeats ? {} : { times: { allDay, start, end } }),
            }),
          ),
        remove: () => pane.act(() => client.remove(event.id)),
      });
    openers.set(side, () => add(pane.suggestion()));
    return pane;
  }

  function addTo(side: SideName): void {
    openers.get(side)?.();
  }

  function showDays(): void {
    const days = panes.get('exchange')?.days;
    if (days === undefined) return;
    const day = (iso: string, shift = 0): string =>
      new Date(Date.parse(`${iso}T00:00:00Z`) + shift * 86_400_000).toLocaleDateString('en-GB', {
        day: 'numeric',
        month: 'long',
        year: 'numeric',
        timeZone: 'UTC',
      });
    const [first, last] = [day(days.from), day(days.to, -1)];
    element('demo-days').textContent = first === last ? first : `${first} – ${last}`;
  }
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found;
}
