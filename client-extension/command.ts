/**
 * One change at a time that a person asked for: which one is under way, and how the last one failed. Buttons stay
 * focusable meanwhile (a disabled button loses the keyboard focus), so a second press is ignored here.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type ApiFailure, toApiFailure } from './api-client.ts';

export class Command<Name extends string> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #running: Name | undefined;
  #failure: ApiFailure | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get running(): Name | undefined {
    return this.#running;
  }

  get failure(): ApiFailure | undefined {
    return this.#failure;
  }

  /** What `work` gave, or undefined when it failed (see `failure`) or another one is still under way. */
  async run<Result>(name: Name, work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#running !== undefined) return undefined;
    this.#running = name;
    this.#failure = undefined;
    this.#host.requestUpdate();
    try {
      return await work();
    } catch (error) {
      this.#failure = toApiFailure(error);
      return undefined;
    } finally {
      this.#running = undefined;
      this.#host.requestUpdate();
    }
  }

  /** The failure is not shown any more. */
  forget(): void {
    this.#failure = undefined;
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#failure = undefined;
  }
}
