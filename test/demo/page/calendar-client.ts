/** One side of the signed-in person, over the demo's routes. */
import { API_PATH, type EventChange, type NewEvent, type ShownCalendar, type SideName } from '../demo-api.ts';

export class CalendarClient {
  readonly #path: string;

  constructor(screenName: string, side: SideName) {
    this.#path = `${API_PATH}/${encodeURIComponent(screenName)}/${side}`;
  }

  /** Dates, `to` exclusive. */
  async read(from: string, to: string): Promise<ShownCalendar> {
    const response = await fetch(`${this.#path}?${new URLSearchParams({ from, to })}`);
    if (!response.ok) throw await failureOf(response);
    return response.json();
  }

  add(event: NewEvent): Promise<void> {
    return this.#send('POST', '', event);
  }

  change(id: string, change: EventChange): Promise<void> {
    return this.#send('PATCH', id, change);
  }

  remove(id: string): Promise<void> {
    return this.#send('DELETE', id, {});
  }

  async #send(method: string, id: string, body: unknown): Promise<void> {
    const response = await fetch(`${this.#path}?${new URLSearchParams({ id })}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw await failureOf(response);
  }
}

async function failureOf(response: Response): Promise<Error> {
  const { problem } = await response.json().catch(() => ({ problem: response.statusText }));
  return new Error(problem);
}
