/** The form in which an event is made, changed or deleted. */
import { html, nothing, render, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { type EventTimes, type NewEvent, REPEATS, type RepeatName, type ShownEvent } from '../demo-api.ts';

const REPEAT_TEXTS: Readonly<Record<RepeatName, string>> = {
  none: 'Does not repeat',
  daily: 'Every day',
  weekly: 'Every week',
  monthly: 'Every month',
  yearly: 'Every year',
};

export interface DialogTask {
  /** `Exchange` or `Liferay`. */
  readonly sideName: string;
  /** What is changed; null: a new event. */
  readonly event: ShownEvent | null;
  readonly times: EventTimes;
  /** The room that can be invited to it; null: none. */
  readonly roomName: string | null;
  readonly save: (event: NewEvent) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export class EventDialog {
  readonly #dialog = document.createElement('dialog');
  #task: DialogTask | null = null;
  #allDay = false;
  #problem = '';

  constructor() {
    this.#dialog.className = 'demo-dialog';
    this.#dialog.setAttribute('aria-labelledby', 'demo-dialog-title');
    document.body.append(this.#dialog);
  }

  open(task: DialogTask): void {
    this.#task = task;
    this.#allDay = task.times.allDay;
    this.#problem = '';
    // A fresh form: what was typed into the last one is gone.
    render(nothing, this.#dialog);
    this.#render();
    this.#dialog.showModal();
    this.#dialog.querySelector('input')?.focus();
  }

  #render(): void {
    if (this.#task !== null) render(this.#form(this.#task), this.#dialog);
  }

  #form({ sideName, event, times, roomName }: DialogTask): TemplateResult {
    const isSeries = event?.repeats === true;
    return html`<form method="dialog" @submit=${this.#save}>
      <div class="modal-header">
        <h2 class="modal-title" id="demo-dialog-title">
          ${event === null ? `New event in ${sideName}` : `Event in ${sideName}`}
        </h2>
      </div>
      <div class="modal-body">
        ${this.#problem === '' ? nothing : html`<div class="alert alert-danger" role="alert">${this.#problem}</div>`}
        <div class="form-group">
          <label for="demo-title">Title</label>
          <input class="form-control" id="demo-title" name="title" required .value=${event?.title ?? ''} />
        </div>
        ${isSeries ? html`<p class="text-secondary">Title, place and notes change in the whole series. To move it, delete it and make it anew.</p>` : this.#times(times)}
        ${event === null ? this.#repeat() : nothing}
        ${roomName === null ? nothing : checkbox('withRoom', `Invite ${roomName}`)}
        <div class="form-group">
          <label for="demo-location">Place</label>
          <input class="form-control" id="demo-location" name="location" .value=${event?.location ?? ''} />
        </div>
        <div class="form-group">
          <label for="demo-description">Notes</label>
          <textarea class="form-control" id="demo-description" name="description" rows="3" .value=${event?.description ?? ''}></textarea>
        </div>
        ${event === null || event.notes.length === 0 ? nothing : html`<p class="text-secondary">Only in ${sideName}: ${event.notes.join(', ')}</p>`}
      </div>
      <div class="modal-footer">
        ${
          event === null
            ? nothing
            : html`<button type="button" class="btn btn-danger" @click=${this.#remove}>
                ${isSeries ? 'Delete the series' : 'Delete'}
              </button>`
        }
        <div class="modal-item-last">
          <button type="button" class="btn btn-secondary" @click=${() => this.#dialog.close()}>Cancel</button>
          <button type="submit" class="btn btn-primary">Save</button>
        </div>
      </div>
    </form>`;
  }

  #times({ start, end }: EventTimes): TemplateResult {
    const type = this.#allDay ? 'date' : 'datetime-local';
    const value = (text: string, hour: string): string =>
      this.#allDay ? text.slice(0, 10) : text.length === 10 ? `${text}T${hour}` : text.slice(0, 16);
    return html`<div class="form-group custom-control custom-checkbox">
        <label>
          <input
            class="custom-control-input"
            type="checkbox"
            name="allDay"
            .checked=${live(this.#allDay)}
            @change=${this.#toggleAllDay}
          />
          <span class="custom-control-label"><span class="custom-control-label-text">All day</span></span>
        </label>
      </div>
      <div class="demo-times">
        <div class="form-group">
          <label for="demo-start">From</label>
          <input class="form-control" id="demo-start" name="start" type=${type} required .value=${value(start, '09:00')} />
        </div>
        <div class="form-group">
          <label for="demo-end">${this.#allDay ? 'Last day' : 'To'}</label>
          <input class="form-control" id="demo-end" name="end" type=${type} required .value=${value(this.#allDay ? lastDay(start, end) : end, '10:00')} />
        </div>
      </div>`;
  }

  #repeat(): TemplateResult {
    return html`<div class="form-group">
      <label for="demo-repeat">Repeats</label>
      <select class="form-control" id="demo-repeat" name="repeat">
        ${REPEATS.map((name) => html`<option value=${name}>${REPEAT_TEXTS[name]}</option>`)}
      </select>
    </div>`;
  }

  readonly #toggleAllDay = (): void => {
    this.#allDay = !this.#allDay;
    this.#render();
  };

  readonly #save = async (submit: SubmitEvent): Promise<void> => {
    submit.preventDefault();
    const task = this.#task;
    if (task === null || !(submit.target instanceof HTMLFormElement)) return;
    const form = new FormData(submit.target);
    const text = (name: string): string => String(form.get(name) ?? '');
    const repeat = REPEATS.find((name) => name === text('repeat')) ?? 'none';
    const times =
      task.event?.repeats === true ? task.times : timesOf(this.#allDay, text('start'), text('end'));
    if (times.end < times.start) {
      this.#complain('The end is before the start.');
      return;
    }
    const { title, location, description } = {
      title: text('title'),
      location: text('location'),
      description: text('description'),
    };
    const withRoom = form.has('withRoom');
    await this.#finish(() => task.save({ title, location, description, ...times, repeat, withRoom }));
  };

  readonly #remove = async (): Promise<void> => {
    const task = this.#task;
    if (task !== null) await this.#finish(task.remove);
  };

  async #finish(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
      this.#dialog.close();
    } catch (error) {
      this.#complain(error instanceof Error ? error.message : String(error));
    }
  }

  #complain(problem: string): void {
    this.#problem = problem;
    this.#render();
  }
}

function checkbox(name: string, text: string): TemplateResult {
  return html`<div class="form-group custom-control custom-checkbox">
    <label>
      <input class="custom-control-input" type="checkbox" name=${name} />
      <span class="custom-control-label"><span class="custom-control-label-text">${text}</span></span>
    </label>
  </div>`;
}

/** The end of whole days is exclusive; people name the last day. */
function timesOf(allDay: boolean, start: string, end: string): EventTimes {
  return allDay
    ? { allDay, start, end: shifted(end, 1) }
    : { allDay, start: `${start}:00`, end: `${end}:00` };
}

function lastDay(start: string, end: string): string {
  return end.length === 10 && end > start ? shifted(end, -1) : end.slice(0, 10);
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) + days * 86_400_000)
    .toISOString()
    .slice(0, 10);
}
