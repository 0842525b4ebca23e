/**
 * The pairings of a person or a site, kept up to date while somebody can see them: polls, tells what is new, and shows what
 * the reader changes at once.
 */
import type { LitElement } from 'lit';
import type { Pairing } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { AnnounceEvent } from './announce.ts';
import { announcement } from './announcements.ts';
import { type ApiClient, type ApiFailure, toApiFailure } from './api-client.ts';
import type { PairingEvent } from './pairing-card.ts';
import { pollPauseMs } from './poll-pause.ts';
import { Pulse } from './pulse.ts';

/** How often "in 20 seconds" is put right between two polls. */
const CLOCK_TICK_MS = 5_000;

type Host = LitElement & { readonly api: ApiClient; readonly texts: Texts };

export class PairingList {
  readonly #host: Host;
  readonly #api: () => ApiClient;
  readonly #polling: Pulse;
  readonly #clock: Pulse;
  #pairings: readonly Pairing[] | undefined;
  #failure: ApiFailure | undefined;
  /** Names the pairings as they were read last; undefined after a change of our own. */
  #version: string | undefined;
  /** The service's clock minus the browser's, which may be wrong by hours. */
  #clockOffsetMs = 0;
  /** Each refresh and each change by the reader counts; an answer that is older than a change is dropped. */
  #refreshes = 0;

  constructor(host: Host, api: () => ApiClient) {
    this.#host = host;
    this.#api = api;
    this.#polling = new Pulse(host, {
      work: () => this.#refresh(),
      intervalMs: () => pollPauseMs(this.#pairings ?? [], this.nowMs()),
    });
    this.#clock = new Pulse(host, { work: () => host.requestUpdate(), intervalMs: () => CLOCK_TICK_MS });
  }

  /** Undefined until they were read once. */
  get pairings(): readonly Pairing[] | undefined {
    return this.#pairings;
  }

  /** Of the last poll. */
  get failure(): ApiFailure | undefined {
    return this.#failure;
  }

  /** By the service's clock. */
  nowMs(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  start(): void {
    this.#polling.start();
    this.#clock.start({ atOnce: false });
  }

  /** Asks at once. */
  now(): void {
    this.#polling.now();
  }

  /** Those of somebody else come: nothing read so far is theirs. */
  forget(): void {
    this.#refreshes += 1;
    this.#version = undefined;
    this.#pairings = undefined;
    this.#failure = undefined;
    this.#host.requestUpdate();
    this.#polling.now();
  }

  announce(text: string): void {
    if (text !== '') this.#host.dispatchEvent(new AnnounceEvent(text));
  }

  /** One that was made just now. */
  add(pairing: Pairing): void {
    this.#show([...(this.#pairings ?? []).filter(({ id }) => id !== pairing.id), pairing]);
  }

  /** What came of a press on a card. */
  take({ outcome }: PairingEvent): void {
    const pairings = this.#pairings ?? [];
    switch (outcome.kind) {
      case 'requested':
        this.announce(outcome.announcement);
        this.#polling.now();
        return;
      case 'changed':
        this.#show(pairings.map((old) => (old.id === outcome.pairing.id ? outcome.pairing : old)));
        return;
      case 'unpaired': {
        const { id, exchangeCalendarName, liferayCalendarName } = outcome.pairing;
        this.announce(this.#host.texts.ui.announceUnpaired(exchangeCalendarName, liferayCalendarName));
        this.#show(pairings.filter((old) => old.id !== id));
        return;
      }
      default:
        outcome satisfies never;
    }
  }

  /** Shows what a change gave at once and drops the answers of polls that began before it. */
  #show(pairings: readonly Pairing[]): void {
    this.#refreshes += 1;
    this.#version = undefined;
    this.#pairings = pairings;
    this.#host.requestUpdate();
    this.#polling.now();
  }

  async #refresh(): Promise<void> {
    this.#refreshes += 1;
    const refresh = this.#refreshes;
    try {
      const answer = await this.#api().pairings(this.#version);
      if (refresh !== this.#refreshes) return;
      this.#failure = undefined;
      if (answer === undefined) return;
      const { pairings, now, version } = answer;
      this.announce(announcement(this.#pairings ?? [], pairings, this.#host.texts));
      this.#clockOffsetMs = now - Date.now();
      this.#version = version;
      this.#pairings = pairings;
    } catch (error) {
      if (refresh === this.#refreshes) this.#failure = toApiFailure(error);
    } finally {
      this.#host.requestUpdate();
    }
  }
}
