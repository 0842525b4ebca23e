/**
 * Repeats a piece of work while its element is on a page that somebody can see. Undone when the element leaves
 * the page: Liferay's single-page navigation removes elements without a reload, and a forgotten timer would poll
 * for ever.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface PulseOptions {
  /** Must not reject. The next one starts after this one has ended. */
  readonly work: () => Promise<void> | void;
  /** Pause between the end of one and the start of the next. */
  readonly intervalMs: () => number;
}

export class Pulse implements ReactiveController {
  readonly #options: PulseOptions;
  #started = false;
  #connected = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Changes whenever what is under way must not be continued. */
  #round = 0;

  constructor(host: ReactiveControllerHost, options: PulseOptions) {
    this.#options = options;
    host.addController(this);
  }

  /** Works at once, or first after a pause, then again and again. May be called any number of times. */
  start({ atOnce = true }: { readonly atOnce?: boolean } = {}): void {
    const wasStarted = this.#started;
    this.#started = true;
    if (atOnce) this.now();
    else if (!wasStarted && this.#isSeen) this.#wait(this.#round);
  }

  stop(): void {
    this.#started = false;
    this.#pause();
  }

  /** Works at once if started; the pause begins anew. */
  now(): void {
    this.#pause();
    if (this.#started && this.#isSeen) void this.#beat(this.#round);
  }

  get #isSeen(): boolean {
    return this.#connected && document.visibilityState === 'visible';
  }

  hostConnected(): void {
    this.#connected = true;
    document.addEventListener('visibilitychange', this.#resume);
    // The network is back: whoever waits for it need not wait for the pause to end.
    addEventListener('online', this.#resume);
    this.now();
  }

  hostDisconnected(): void {
    this.#connected = false;
    document.removeEventListener('visibilitychange', this.#resume);
    removeEventListener('online', this.#resume);
    this.#pause();
  }

  readonly #resume = (): void => this.now();

  #pause(): void {
    this.#round += 1;
    clearTimeout(this.#timer);
  }

  async #beat(round: number): Promise<void> {
    await this.#options.work();
    if (round === this.#round) this.#wait(round);
  }

  #wait(round: number): void {
    this.#timer = setTimeout(() => void this.#beat(round), this.#options.intervalMs());
  }
}
