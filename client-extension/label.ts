/** Clay's label, which says in a word and a sign how something does. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icon.ts';

export interface Look {
  readonly label: 'info' | 'success' | 'warning' | 'danger' | 'secondary';
  readonly icon: string;
}

export function label(words: string, look: Look, spritemap: string | undefined): TemplateResult {
  const sign = icon(look.icon, spritemap);
  return html`<span class="label label-${look.label}">
    ${sign === nothing ? nothing : html`<span class="label-item label-item-before">${sign}</span>`}
    <span class="label-item label-item-expand">${words}</span>
  </span>`;
}
