/**
 * `<exchange-calendar-connector>`: the page on which people pair the Exchange calendars of their mailbox with
 * their Liferay calendars, administrators of sites those of rooms, and those of Exchange domains look after them. Signs in,
 * loads the texts and shows one of its views. Renders into the page itself, not a shadow root, so that Liferay's theme dresses it.
 *
 * Attribute `service-erc`: external reference code of the OAuth user agent application whose home page is the
 * service. Default `exchange-connector-oauth-application-user-agent`; with another one, the application has to be
 * deployed under that code.
 */
import { initialState, Task, TaskStatus } from '@lit/task';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Me } from '#shared/api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import { alert, failureAlert } from './alerts.ts';
import { AnnounceEvent } from './announce.ts';
import { ApiClient, type ApiFailure, type Site, toApiFailure } from './api-client.ts';
import { type Portal, readPortal } from './liferay.ts';
import { Pulse } from './pulse.ts';
import { INCOMPLETE, languageFor, loadTexts } from './texts.ts';

const SERVICE_ERC = 'exchange-connector-oauth-application-user-agent';
/** How often a service that did not answer is asked again by itself. */
const RECOVERY_MS = 30_000;

/** Loaded when somebody looks at them. */
const ON_DEMAND = {
  sites: () => import('./sites/index.ts'),
  domains: () => import('./domains/index.ts'),
};
type View = 'mine' | keyof typeof ON_DEMAND;

interface Account {
  readonly api: ApiClient;
  readonly me: Me;
}

export class ExchangeCalendarConnector extends LitElement {
  static override properties = {
    serviceErc: { attribute: 'service-erc' },
    portal: { state: true },
    texts: { state: true },
    openingFailure: { state: true },
    view: { state: true },
    announced: { state: true },
  };
  declare serviceErc: string;
  declare portal: Portal;
  /** Undefined until those of the language are loaded. */
  declare texts: Texts | undefined;
  /** Why the page does not open; kept while it is tried again, so that nothing jumps. */
  declare openingFailure: ApiFailure | undefined;
  declare view: View;
  declare announced: string;

  readonly #texts = new Task(this, {
    task: ([languageId]) => loadTexts(languageId),
    args: () => [this.portal.languageId] as const,
    onComplete: (texts) => {
      this.texts = texts;
    },
  });

  readonly #opening = new Task(this, {
    task: async ([serviceErc, signedIn]): Promise<Account | typeof initialState> => {
      if (!signedIn) return initialState;
      const api = await ApiClient.connect(serviceErc);
      return { api, me: await api.me() };
    },
    args: () => [this.serviceErc, this.portal.signedIn, this.portal.userId] as const,
    onComplete: () => {
      this.openingFailure = undefined;
    },
    onError: (error) => {
      this.openingFailure = toApiFailure(error);
      this.#recovery.start({ atOnce: false });
    },
  });

  /** Sites whose mailboxes the person looks after; nobody waits for that, and whoever has none sees no trace of it. */
  readonly #sites = new Task(this, {
    task: async ([account]): Promise<readonly Site[]> => (account === undefined ? [] : account.api.sites()),
    args: () => [this.#opening.value] as const,
  });

  readonly #onDemand = new Task(this, {
    task: async ([view]) => (view === 'mine' ? initialState : ON_DEMAND[view]()),
    args: () => [this.view] as const,
  });

  readonly #recovery = new Pulse(this, {
    work: () => this.#recover(),
    intervalMs: () => RECOVERY_MS,
  });

  constructor() {
    super();
    this.serviceErc = SERVICE_ERC;
    this.portal = readPortal();
    this.view = 'mine';
    this.announced = '';
    this.addEventListener(AnnounceEvent.type, (event) => {
      if (event instanceof AnnounceEvent) this.#announce(event.text);
    });
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    this.portal = readPortal();
    super.connectedCallback();
  }

  /** Another person, another service, or another language: what was shown is not theirs. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('portal');
    const isOther = before !== undefined && before.userId !== this.portal.userId;
    if (!isOther && changed.get('serviceErc') === undefined) return;
    this.openingFailure = undefined;
    this.view = 'mine';
    this.#recovery.stop();
  }

  override render(): TemplateResult {
    const { texts } = this;
    return html`<div class="sheet exchange-connector" lang=${texts?.locale ?? nothing}>
      <div class="sr-only" role="status" aria-live="polite">${this.announced}</div>
      ${texts === undefined ? this.#withoutTexts() : this.#withTexts(texts)}
    </div>`;
  }

  #withoutTexts(): TemplateResult {
    if (this.#texts.status !== TaskStatus.ERROR) return spinner();
    const language = languageFor(this.portal.languageId);
    return html`<div class="alert alert-danger" role="alert" lang=${language}>${INCOMPLETE[language]}</div>`;
  }

  #withTexts(texts: Texts): TemplateResult {
    const { portal, openingFailure } = this;
    if (!portal.signedIn) {
      return html`${this.#header(texts)}
        ${alert({
          kind: 'info',
          title: texts.ui.signInTitle,
          spritemap: portal.spritemap,
          body: html`<a class="alert-link" href=${portal.signInUrl} data-senna-off="true">${texts.ui.signInAction}</a>`,
        })}`;
    }
    if (openingFailure !== undefined) {
      return html`${this.#header(texts)}
        ${failureAlert(texts, openingFailure, portal.spritemap, () => void this.#recover())}
        <p class="text-secondary">${texts.ui.retriedByItself}</p>`;
    }
    return this.#opening.render({
      initial: () => this.#loading(texts),
      pending: () => this.#loading(texts),
      complete: (account) => this.#page(texts, account),
      error: () => this.#loading(texts),
    }) as TemplateResult;
  }

  #loading(texts: Texts): TemplateResult {
    return html`${this.#header(texts)} ${this.#loadingView(texts)}`;
  }

  #header({ ui }: Texts, me?: Me): TemplateResult {
    return html`<div class="sheet-header">
      <h2 class="sheet-title">${ui.heading}</h2>
      ${me === undefined || me.mailbox === null ? nothing : html`<div class="sheet-text">${ui.mailbox(me.mailbox)}</div>`}
    </div>`;
  }

  #page(texts: Texts, { api, me }: Account): TemplateResult {
    // Tabs that come one after the other would move under the reader's hand.
    const isKnown = this.#sites.status > TaskStatus.PENDING;
    const sites = this.#sites.value ?? [];
    const { spritemap } = this.portal;
    const views = (['mine', 'sites', 'domains'] as const).filter(
      (each) => each === 'mine' || (each === 'sites' ? sites.length > 0 : me.administers !== null),
    );
    const view = views.find((each) => each === this.view) ?? 'mine';
    const loading = (): TemplateResult => this.#loadingView(texts);
    return html`${this.#header(texts, me)} ${isKnown && views.length > 1 ? this.#tabs(texts, views) : nothing}
    ${
      view === 'mine'
        ? html`<exchange-calendar-mine
            .api=${api}
            .me=${me}
            .texts=${texts}
            .spritemap=${spritemap}
          ></exchange-calendar-mine>`
        : this.#onDemand.render({
            initial: loading,
            pending: loading,
            complete: () =>
              view === 'sites'
                ? html`<exchange-calendar-sites
                    .api=${api}
                    .sites=${sites}
                    .texts=${texts}
                    .spritemap=${spritemap}
                  ></exchange-calendar-sites>`
                : html`<exchange-domains
                    .api=${api}
                    .me=${me}
                    .texts=${texts}
                    .spritemap=${spritemap}
                  ></exchange-domains>`,
            error: () =>
              alert({
                kind: 'danger',
                title: INCOMPLETE[languageFor(texts.locale)],
                spritemap,
                urgent: true,
              }),
          })
    }`;
  }

  #loadingView({ ui }: Texts): TemplateResult {
    return html`<p class="exchange-connector-loading" role="status">${spinner()} ${ui.loading}</p>`;
  }

  #tabs({ ui }: Texts, views: readonly View[]): TemplateResult {
    const names = { mine: ui.viewMine, sites: ui.viewSites, domains: ui.viewDomains };
    const tab = (view: View): TemplateResult => {
      const choose = (): void => {
        this.view = view;
      };
      const isShown = this.view === view;
      return html`<li class="nav-item">
        <button
          type="button"
          class="btn btn-unstyled nav-link ${isShown ? 'active' : ''}"
          aria-current=${isShown ? 'page' : nothing}
          @click=${choose}
        >
          ${names[view]}
        </button>
      </li>`;
    };
    return html`<nav class="exchange-connector-tabs" aria-label=${ui.views}>
      <ul class="nav nav-underline">
        ${views.map(tab)}
      </ul>
    </nav>`;
  }

  async #recover(): Promise<void> {
    if (this.openingFailure === undefined) this.#recovery.stop();
    else if (this.#opening.status !== TaskStatus.PENDING) await this.#opening.run();
  }

  /** The same words again are news only when the text differs. */
  #announce(text: string): void {
    if (text === '') return;
    this.announced = text === this.announced ? `${text}\u00a0` : text;
  }
}

function spinner(): TemplateResult {
  return html`<span
    class="loading-animation-squares loading-animation-primary loading-animation-sm"
    aria-hidden="true"
  ></span>`;
}
