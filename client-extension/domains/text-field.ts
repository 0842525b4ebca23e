/** Clay's text inputs with explanation and error. https://clayui.com/docs/components/form */
import { html, nothing, type TemplateResult } from 'lit';

export interface TextField {
  /** Unique in the page: the elements render into it. */
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly explanation?: string;
  /** What is wrong with the value; '' or undefined: nothing. */
  readonly error?: string | undefined;
  readonly type?: 'text' | 'password' | 'url' | 'email' | 'number';
  /** More than one: a field of so many lines. */
  readonly rows?: number;
  /** Id of a list of proposals. */
  readonly proposals?: string;
}

/** What somebody else signs in with must neither be proposed here nor remembered. */
const AUTOCOMPLETE = { password: 'new-password' } as const;

export function textField(field: TextField): TemplateResult {
  const { id, label, explanation, error = '' } = field;
  return html`<div class="form-group ${error === '' ? '' : 'has-error'}">
    <label for=${id}>${label}</label>
    ${(field.rows ?? 1) > 1 ? area(field) : input(field)}
    ${feedback(id, error)}
    ${explanation === undefined ? nothing : html`<div class="form-text exchange-connector-hint" id="${id}-text">${explanation}</div>`}
  </div>`;
}

/** What is wrong, below the control that it is about. */
export function feedback(id: string, error: string): TemplateResult | typeof nothing {
  if (error === '') return nothing;
  return html`<div class="form-feedback-group">
    <div class="form-feedback-item" id="${id}-error">${error}</div>
  </div>`;
}

/** Ids of what describes a control, for `aria-describedby`. */
export function described(
  id: string,
  explanation: string | undefined,
  error: string,
): string | typeof nothing {
  const ids = [error === '' ? '' : `${id}-error`, explanation === undefined ? '' : `${id}-text`];
  return ids.join(' ').trim() || nothing;
}

function input({
  id,
  value,
  change,
  type = 'text',
  proposals,
  explanation,
  error = '',
}: TextField): TemplateResult {
  const onInput = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) change(target.value);
  };
  return html`<input
    class="form-control"
    type=${type === 'number' ? 'text' : type}
    inputmode=${type === 'number' ? 'numeric' : nothing}
    id=${id}
    list=${proposals ?? nothing}
    autocomplete=${type === 'password' ? AUTOCOMPLETE.password : 'off'}
    spellcheck="false"
    aria-invalid=${error === '' ? nothing : 'true'}
    aria-describedby=${described(id, explanation, error)}
    .value=${value}
    @input=${onInput}
  />`;
}

function area({ id, value, change, rows, explanation, error = '' }: TextField): TemplateResult {
  const onInput = ({ target }: Event): void => {
    if (target instanceof HTMLTextAreaElement) change(target.value);
  };
  return html`<textarea
    class="form-control"
    id=${id}
    rows=${rows ?? 3}
    autocomplete="off"
    spellcheck="false"
    aria-invalid=${error === '' ? nothing : 'true'}
    aria-describedby=${described(id, explanation, error)}
    .value=${value}
    @input=${onInput}
  ></textarea>`;
}
