/** `<exchange-domain-releases>`: mailboxes of rooms and equipment that sites may have: by hand, by pattern, from room lists. */
import { Task } from '@lit/task';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { DomainTexts } from '#shared/texts/domains/dictionary.ts';
import { failureAlert } from '../alerts.ts';
import { AnnounceEvent } from '../announce.ts';
import { type ApiClient, type Site, toApiFailure } from '../api-client.ts';
import { Command } from '../command.ts';
import { radioGroup } from '../fields.ts';
import { leadingIcon } from '../icon.ts';
import type { DomainClient, Release, RoomList } from './domain-client.ts';
import { domainTexts } from './domain-texts.ts';
import { questionDialog } from './question-dialog.ts';
import { textField } from './text-field.ts';

type Kind = Release['kind'];
type Mistake = 'siteId' | 'address' | 'pattern' | 'elsewhere';

const ADDRESS = /^[^\s@*]+@[^\s@*]+$/;
const PATTERN = /^[^\s@]*\*[^\s@]*@[^\s@*]+$/;
/** As many as the service takes at a time. */
const LIMIT = 500;

let lists = 0;

export class DomainReleases extends LitElement {
  static override properties = {
    api: { attribute: false },
    client: { attribute: false },
    domainId: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    kind: { state: true },
    siteId: { state: true },
    values: { state: true },
    mistake: { state: true },
    roomLists: { state: true },
    toRemove: { state: true },
    note: { state: true },
  };
  declare api: ApiClient;
  declare client: DomainClient;
  declare domainId: string;
  declare texts: Texts;
  declare spritemap: string | undefined;
  declare kind: Kind;
  declare siteId: string;
  /** Addresses or patterns, one a line. */
  declare values: string;
  declare mistake: Mistake | undefined;
  /** Of the server; undefined until somebody had it asked. */
  declare roomLists: readonly RoomList[] | undefined;
  /** What the dialog asks about. */
  declare toRemove: Release | undefined;
  declare note: string;

  readonly #id = `exchange-domain-releases-${++lists}`;
  readonly #listCommand = new Command<'remove' | 'read'>(this);
  readonly #formCommand = new Command<'add' | 'find'>(this);
  readonly #released = new Task(this, {
    task: () => this.client.releases(this.domainId),
    args: () => [this.domainId] as const,
    onComplete: (releases) => {
      this.#releases = releases;
    },
  });
  #releases: readonly Release[] = [];
  /** Those that the reader administers, by which they know them; others have ids alone. */
  readonly #sites = new Task(this, {
    task: (): Promise<readonly Site[]> => this.api.sites(),
    args: () => [this.domainId] as const,
  });

  constructor() {
    super();
    this.kind = 'address';
    this.siteId = '';
    this.values = '';
    this.note = '';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const { texts, spritemap } = this;
    const words = domainTexts(texts.locale);
    const loading = (): TemplateResult => html`<p role="status">${texts.ui.loading}</p>`;
    return html`<section class="sheet-section">
        <h4 class="sheet-subtitle" tabindex="-1">${words.released}</h4>
        <p class="sheet-text">${words.releasedText}</p>
        ${this.#released.render({
          initial: loading,
          pending: loading,
          complete: () => this.#list(words),
          error: (error) =>
            failureAlert(texts, toApiFailure(error), spritemap, () => void this.#released.run()),
        })}
      </section>
      ${this.#form(words)} ${this.#question(words)}`;
  }

  #list(words: DomainTexts): TemplateResult {
    const releases = this.#releases;
    const hasLists = releases.some(({ kind }) => kind === 'roomList');
    const { failure } = this.#listCommand;
    return html`${failure === undefined ? nothing : failureAlert(this.texts, failure, this.spritemap)}
    ${
      releases.length === 0
        ? html`<p>${words.nothingReleased}</p>`
        : html`<div class="table-responsive" tabindex="0" role="region" aria-label=${words.released}>
            <table class="table table-autofit table-list exchange-connector-site">
              <thead>
                <tr>
                  <th scope="col">${words.releaseColumns.value}</th>
                  <th scope="col">${words.releaseColumns.kind}</th>
                  <th scope="col">${words.releaseColumns.site}</th>
                  <td></td>
                </tr>
              </thead>
              <tbody>
                ${repeat(releases, keyOf, (release) => this.#row(words, release))}
              </tbody>
            </table>
          </div>`
    }
    ${
      hasLists
        ? html`<button
            type="button"
            class="btn btn-sm btn-secondary"
            aria-busy=${this.#busy('read')}
            @click=${this.#readAnew}
          >
            ${leadingIcon('reload', this.spritemap)}${words.readAnew}
          </button>`
        : nothing
    }
    <p role="status">${this.note}</p>`;
  }

  #row(words: DomainTexts, release: Release): TemplateResult {
    const { siteId, kind, value, origin } = release;
    return html`<tr>
      <th scope="row">${value}</th>
      <td>${words.releaseKinds[kind]}</td>
      <td>${this.#siteName(words, siteId)}</td>
      <td>
        ${
          origin === 'configuration'
            ? html`<span class="text-secondary">${words.releaseConfigured}</span>`
            : html`<button
              type="button"
              class="btn btn-sm btn-secondary"
              aria-haspopup="dialog"
              aria-label=${words.takeBackNamed(value, this.#siteName(words, siteId))}
              @click=${() => this.#askToRemove(release)}
            >
              ${words.takeBack}
            </button>`
        }
      </td>
    </tr>`;
  }

  #siteName(words: DomainTexts, siteId: string): string {
    const name = this.#sites.value?.find(({ id }) => id === siteId)?.name ?? null;
    return name === null ? words.siteNumber(siteId) : words.siteNamed(name, siteId);
  }

  #form(words: DomainTexts): TemplateResult {
    const { texts, spritemap, kind, mistake } = this;
    const { failure } = this.#formCommand;
    const known = new Set([
      ...this.#releases.map(({ siteId }) => siteId),
      ...(this.#sites.value ?? []).map(({ id }) => id),
    ]);
    const hereId = globalThis.Liferay?.ThemeDisplay?.getScopeGroupId?.();
    return html`<section class="sheet-section" aria-labelledby="${this.#id}-add">
      <h4 class="sheet-subtitle" id="${this.#id}-add">${words.releaseMore}</h4>
      <form novalidate autocomplete="off" @submit=${this.#onSubmit}>
        ${textField({
          id: `${this.#id}-siteId`,
          label: words.releaseSite,
          explanation:
            hereId === undefined
              ? words.releaseSiteText
              : `${words.releaseSiteText} ${words.thisSite(hereId)}`,
          value: this.siteId,
          error: mistake === 'siteId' ? words.releaseMistakes.siteId : '',
          type: 'number',
          proposals: `${this.#id}-sites`,
          change: (value) => {
            this.siteId = value;
            this.mistake = undefined;
          },
        })}
        <datalist id="${this.#id}-sites">
          ${[...known].map((id) => html`<option value=${id}>${this.#siteName(words, id)}</option>`)}
        </datalist>
        ${radioGroup({
          id: `${this.#id}-kind`,
          label: words.releaseWhat,
          choices: (['address', 'pattern', 'roomList'] as const).map((value) => ({
            value,
            label: words.releaseKinds[value],
            explanation: words.releaseKindTexts[value],
          })),
          chosen: kind,
          change: (chosen) => {
            this.kind = chosen;
            this.mistake = undefined;
          },
        })}
        ${kind === 'roomList' ? this.#finder(words) : nothing}
        ${textField({
          id: `${this.#id}-values`,
          label: words.releaseValues[kind],
          value: this.values,
          rows: 3,
          error: mistake === undefined || mistake === 'siteId' ? '' : words.releaseMistakes[mistake],
          change: (value) => {
            this.values = value;
            this.mistake = undefined;
          },
        })}
        ${failure === undefined || mistake === 'elsewhere' ? nothing : failureAlert(texts, failure, spritemap)}
        <button type="submit" class="btn btn-primary" aria-busy=${this.#busy('add')}>${words.release}</button>
      </form>
    </section>`;
  }

  #finder(words: DomainTexts): TemplateResult {
    const { roomLists } = this;
    const chosen = new Set(linesOf(this.values));
    const choose = (address: string, isOn: boolean): void => {
      if (isOn) chosen.add(address);
      else chosen.delete(address);
      this.values = [...chosen].join('\n');
    };
    return html`<div class="form-group">
      <button type="button" class="btn btn-sm btn-secondary" aria-busy=${this.#busy('find')} @click=${this.#find}>
        ${leadingIcon('search', this.spritemap)}${words.findRoomLists}
      </button>
      ${
        roomLists === undefined
          ? nothing
          : html`<p role="status">${words.foundRoomLists(roomLists.length)}</p>
            ${roomLists.map(
              ({ address, name }) => html`<div class="custom-control custom-checkbox">
                <label>
                  <input
                    class="custom-control-input"
                    type="checkbox"
                    .checked=${chosen.has(address)}
                    @change=${({ target }: Event) => choose(address, target instanceof HTMLInputElement && target.checked)}
                  />
                  <span class="custom-control-label">
                    <span class="custom-control-label-text">${words.roomList(name, address)}</span>
                  </span>
                </label>
              </div>`,
            )}`
      }
    </div>`;
  }

  #question(words: DomainTexts): TemplateResult {
    const { value = '', siteId = '' } = this.toRemove ?? {};
    return questionDialog({
      id: `${this.#id}-remove`,
      title: words.takeBackQuestion(value, this.#siteName(words, siteId)),
      consequences: words.takeBackConsequences,
      cancel: this.texts.ui.cancel,
      confirm: { label: words.takeBack, press: () => void this.#remove(), isDangerous: true },
    });
  }

  #busy(name: 'add' | 'remove' | 'find' | 'read'): 'true' | typeof nothing {
    return this.#listCommand.running === name || this.#formCommand.running === name ? 'true' : nothing;
  }

  async #askToRemove(release: Release): Promise<void> {
    this.toRemove = release;
    await this.updateComplete;
    this.querySelector<HTMLDialogElement>(`#${this.#id}-remove`)?.showModal();
  }

  async #remove(): Promise<void> {
    const { client, domainId, toRemove } = this;
    if (toRemove === undefined) return;
    const { origin: _, ...release } = toRemove;
    const left = await this.#listCommand.run('remove', () =>
      client.changeReleases(domainId, { remove: [release] }),
    );
    if (left === undefined) return;
    this.#show(left, domainTexts(this.texts.locale).announceTakenBack(release.value));
    await this.updateComplete;
    this.querySelector<HTMLElement>('h4')?.focus();
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#add();
  };

  async #add(): Promise<void> {
    const { client, domainId, kind } = this;
    const siteId = this.siteId.trim();
    const values = linesOf(this.values);
    if (!/^[1-9]\d*$/.test(siteId)) return this.#mistaken('siteId');
    if (!areFit(kind, values)) return this.#mistaken(kind === 'pattern' ? 'pattern' : 'address');
    this.mistake = undefined;
    const add = values.map((value) => ({ siteId, kind, value }));
    const releases = await this.#formCommand.run('add', () => client.changeReleases(domainId, { add }));
    if (releases === undefined) return this.#refused();
    this.values = '';
    this.#show(releases, domainTexts(this.texts.locale).announceReleased(values.length));
  }

  /** An address that is in another domain is told at its field. */
  async #refused(): Promise<void> {
    if (this.#formCommand.failure?.detail?.includes('another domain') !== true) return;
    await this.#mistaken('elsewhere');
  }

  async #mistaken(mistake: Mistake): Promise<void> {
    this.mistake = mistake;
    await this.updateComplete;
    this.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  readonly #find = async (): Promise<void> => {
    const { client, domainId } = this;
    const found = await this.#formCommand.run('find', () => client.roomLists(domainId));
    if (found !== undefined) this.roomLists = found;
  };

  readonly #readAnew = async (): Promise<void> => {
    const { client, domainId } = this;
    const rooms = await this.#listCommand.run('read', () => client.readRoomLists(domainId));
    if (rooms !== undefined) this.note = domainTexts(this.texts.locale).roomsRead(rooms);
  };

  #show(releases: readonly Release[], announcement: string): void {
    this.#releases = releases;
    this.note = '';
    this.dispatchEvent(new AnnounceEvent(announcement));
    this.requestUpdate();
  }
}

function keyOf({ siteId, kind, value }: Release): string {
  return `${siteId} ${kind} ${value}`;
}

function areFit(kind: Kind, values: readonly string[]): boolean {
  const shape = kind === 'pattern' ? PATTERN : ADDRESS;
  return values.length > 0 && values.length <= LIMIT && values.every((value) => shape.test(value));
}

/** One a line, or with commas. */
function linesOf(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().split(/[\s,;]+/))].filter((each) => each !== '');
}
