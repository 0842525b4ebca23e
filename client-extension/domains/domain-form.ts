/** `<exchange-domain-form>`: the settings of a domain, or those of a new one, in sections; saved as a whole. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Domain } from '#shared/domain-api.ts';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { alert, failureAlert } from '../alerts.ts';
import type { ApiFailure } from '../api-client.ts';
import { Command } from '../command.ts';
import type { DomainClient } from './domain-client.ts';
import {
  type DomainDraft,
  draftOf,
  type Field,
  type Mistake,
  type Mistakes,
  mistakesOf,
  NEW_DRAFT,
  newDomainOf,
  patchOf,
  refusedField,
} from './domain-draft.ts';
import { domainTexts } from './domain-texts.ts';
import {
  actingSection,
  administratorsSection,
  limitsSection,
  nameSection,
  reachSection,
  ruleSection,
  type Section,
  signInSection,
} from './form-sections.ts';

/** The domain is as it was written. Bubbles. */
export class SavedEvent extends Event {
  static readonly type = 'exchange-domain-saved';
  readonly domain: Domain;
  /** What is read out; '': it says so itself. */
  readonly announcement: string;

  constructor(domain: Domain, announcement = '') {
    super(SavedEvent.type, { bubbles: true });
    this.domain = domain;
    this.announcement = announcement;
  }
}

/** Nobody wants a new domain any more. Bubbles. */
export class CancelledEvent extends Event {
  static readonly type = 'exchange-domain-cancelled';

  constructor() {
    super(CancelledEvent.type, { bubbles: true });
  }
}

let forms = 0;

export class DomainForm extends LitElement {
  static override properties = {
    client: { attribute: false },
    domain: { attribute: false },
    texts: { attribute: false },
    isOfPortal: { attribute: false },
    spritemap: { attribute: false },
    draft: { state: true },
    mistakes: { state: true },
    detail: { state: true },
    note: { state: true },
  };
  declare client: DomainClient;
  /** Null: a new one. */
  declare domain: Domain | null;
  declare texts: Texts;
  /** Whether an administrator of the portal looks at it. */
  declare isOfPortal: boolean;
  declare spritemap: string | undefined;
  declare draft: DomainDraft;
  declare mistakes: Mistakes;
  /** What the service said of a field, in its own words. */
  declare detail: string;
  /** How the last press on "Save" went. */
  declare note: string;

  readonly #id = `exchange-domain-form-${++forms}`;
  readonly #command = new Command<'save'>(this);

  constructor() {
    super();
    this.domain = null;
    this.draft = NEW_DRAFT;
    this.mistakes = new Map();
    this.detail = '';
    this.note = '';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** What others changed is shown unless somebody is writing here. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('domain') || this.domain === null) return;
    const before = changed.get('domain');
    if (before == null || !this.#differs(before)) this.draft = draftOf(this.domain);
  }

  override render(): TemplateResult {
    const { domain } = this;
    const words = domainTexts(this.texts.locale);
    const section: Section = {
      id: this.#id,
      words,
      spritemap: this.spritemap,
      domain,
      draft: this.draft,
      errorOf: (field) => this.#errorOf(words, field),
      change: (changes) => this.#change(changes),
      isOfPortal: this.isOfPortal,
      focus: (name) => void this.#focus(`#${this.#id}-${name}`),
    };
    const parts = {
      name: nameSection(section),
      reach: reachSection(section),
      signIn: signInSection(section),
      acting: actingSection(section),
      rule: ruleSection(section),
      limits: limitsSection(section),
      administrators: administratorsSection(section),
    };
    const names = Object.keys(parts) as (keyof typeof parts)[];
    return html`<form novalidate autocomplete="off" @submit=${this.#onSubmit}>
      ${
        domain?.origin === 'configuration'
          ? alert({
              kind: 'info',
              title: words.configured,
              body: words.configuredText,
              spritemap: this.spritemap,
            })
          : nothing
      }
      ${names.map(
        (name) => html`<section class="sheet-section" aria-labelledby="${this.#id}-${name}-heading">
          <h4 class="sheet-subtitle" id="${this.#id}-${name}-heading">${words.sections[name]}</h4>
          <div>${parts[name]}</div>
        </section>`,
      )}
      ${this.#foot(words)}
    </form>`;
  }

  #foot(words: DomainTexts): TemplateResult {
    const { failure } = this.#command;
    const isShownAtField = failure !== undefined && refusedField(failure.reason, failure.detail) !== null;
    const isNew = this.domain === null;
    const isDirty = isNew || this.#differs(this.domain);
    return html`${failure === undefined || isShownAtField ? nothing : failureAlert(this.texts, failure, this.spritemap)}
      <div class="sheet-footer exchange-domain-foot">
        <div class="btn-group">
          <div class="btn-group-item">
            <button
              type="submit"
              class="btn btn-primary"
              aria-disabled=${isDirty ? nothing : 'true'}
              aria-busy=${this.#command.running === undefined ? nothing : 'true'}
            >
              ${isNew ? words.create : words.save}
            </button>
          </div>
          ${
            isDirty
              ? html`<div class="btn-group-item">
                <button type="button" class="btn btn-secondary" @click=${this.#cancel}>
                  ${isNew ? this.texts.ui.cancel : words.discard}
                </button>
              </div>`
              : nothing
          }
        </div>
        <p role="status">${this.note}</p>
      </div>`;
  }

  #differs(domain: Domain | null): boolean {
    return domain !== null && Object.keys(patchOf(domain, this.draft)).length > 0;
  }

  #errorOf(words: DomainTexts, field: Field): string {
    const mistake = this.mistakes.get(field);
    if (mistake === undefined) return '';
    const said = words.mistakes[mistake];
    return mistake === 'refused' ? `${said} ${this.detail}` : said;
  }

  #change(changes: Partial<DomainDraft>): void {
    const signInChanged = Object.entries(changes.signIn ?? {}).filter(
      ([name, value]) => this.draft.signIn?.[name as keyof typeof this.draft.signIn] !== value,
    );
    const touched = new Set([...Object.keys(changes), ...signInChanged.map(([name]) => name)]);
    this.draft = { ...this.draft, ...changes };
    this.mistakes = new Map([...this.mistakes].filter(([field]) => !touched.has(field)));
    this.note = '';
  }

  readonly #cancel = (): void => {
    this.mistakes = new Map();
    this.#command.forget();
    if (this.domain === null) {
      this.draft = NEW_DRAFT;
      this.dispatchEvent(new CancelledEvent());
      return;
    }
    this.draft = draftOf(this.domain);
    this.note = domainTexts(this.texts.locale).discarded;
    this.querySelector<HTMLElement>('[type="submit"]')?.focus();
  };

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#command.running === undefined) void this.#save();
  };

  async #save(): Promise<void> {
    const { client, domain, draft } = this;
    const words = domainTexts(this.texts.locale);
    if (domain !== null && !this.#differs(domain)) return;
    const mistakes = mistakesOf(domain, draft);
    if (mistakes.size > 0) return this.#show(mistakes);
    this.mistakes = mistakes;
    const saved = await this.#command.run('save', () =>
      domain === null ? client.create(newDomainOf(draft)) : client.change(domain.id, patchOf(domain, draft)),
    );
    if (saved === undefined) return this.#refused(this.#command.failure);
    this.draft = draftOf(saved);
    this.note = words.saved;
    this.dispatchEvent(new SavedEvent(saved));
  }

  async #refused(failure: ApiFailure | undefined): Promise<void> {
    const refused = failure === undefined ? null : refusedField(failure.reason, failure.detail);
    if (refused === null) return;
    this.detail = failure?.detail?.replace(/^[^:]*: */, '') ?? '';
    await this.#show(new Map<Field, Mistake>([[refused.field, refused.mistake]]));
  }

  /** At the fields, of which the first has the focus. */
  async #show(mistakes: Mistakes): Promise<void> {
    this.mistakes = mistakes;
    this.note = domainTexts(this.texts.locale).mistakeCount(mistakes.size);
    await this.#focus('[aria-invalid="true"], .has-error :is(input, select, textarea, button)');
  }

  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(selector)?.focus();
  }
}
