/** `<exchange-calendar-sites>`: rooms and equipment of the sites that somebody administers, one site at a time. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Texts } from '#shared/texts/dictionary.ts';
import type { ApiClient, Site } from '../api-client.ts';
import { selectField } from '../fields.ts';
import { siteTexts, withReasons } from './site-texts.ts';

let views = 0;

export class SitesView extends LitElement {
  static override properties = {
    api: { attribute: false },
    sites: { attribute: false },
    texts: { attribute: false },
    spritemap: { attribute: false },
    chosen: { state: true },
  };
  declare api: ApiClient;
  declare sites: readonly Site[];
  declare texts: Texts;
  declare spritemap: string | undefined;
  /** Undefined while the reader left it to us: the first. */
  declare chosen: string | undefined;

  readonly #id = `exchange-calendar-sites-${++views}`;

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override render(): TemplateResult {
    const { sites, texts } = this;
    const site = sites.find(({ id }) => id === this.chosen) ?? sites[0];
    if (site === undefined) return html``;
    const words = siteTexts(texts.locale);
    return html`${
      sites.length === 1
        ? nothing
        : selectField({
            id: this.#id,
            label: words.site,
            choices: sites.map(({ id, name }) => ({ value: id, label: name ?? words.siteNumber(id) })),
            chosen: site.id,
            change: (id) => {
              this.chosen = id;
            },
          })
    }
    ${keyed(
      site.id,
      html`<exchange-calendar-site
        .api=${this.api.ofSite(site.id)}
        .texts=${withReasons(texts)}
        .spritemap=${this.spritemap}
      ></exchange-calendar-site>`,
    )}`;
  }
}
