/** Icons of Clay's sheet, as decoration beside the words that say the same. https://clayui.com/docs/components/icon */
import { html, nothing, svg, type TemplateResult } from 'lit';

/** Nothing where the page does not tell where its sheet is. */
export function icon(name: string, spritemap: string | undefined): TemplateResult | typeof nothing {
  if (spritemap === undefined) return nothing;
  return html`<svg class="lexicon-icon lexicon-icon-${name}" role="presentation" focusable="false" aria-hidden="true">
    ${svg`<use href="${spritemap}#${name}"></use>`}
  </svg>`;
}

/** In front of the words of a button or label. */
export function leadingIcon(name: string, spritemap: string | undefined): TemplateResult | typeof nothing {
  if (spritemap === undefined) return nothing;
  return html`<span class="inline-item inline-item-before">${icon(name, spritemap)}</span>`;
}
