/** Clay's form controls with their explanations. https://clayui.com/docs/components/forms */
import { html, nothing, type TemplateResult } from 'lit';

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** What choosing it means. */
  readonly explanation?: string;
  readonly disabled?: boolean;
}

interface Field<T extends string> {
  /** Unique in the page: the elements render into it. */
  readonly id: string;
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly chosen: T;
  readonly change: (chosen: T) => void;
}

export interface SelectField<T extends string> extends Field<T> {
  readonly explanation?: string;
}

export function selectField<T extends string>({
  id,
  label,
  explanation,
  ...field
}: SelectField<T>): TemplateResult {
  const { choices, chosen, change } = field;
  const onChange = ({ target }: Event): void => {
    const choice = choices.find(({ value }) => target instanceof HTMLSelectElement && target.value === value);
    if (choice !== undefined) change(choice.value);
  };
  return html`<div class="form-group">
    <label for=${id}>${label}</label>
    <select
      class="form-control"
      id=${id}
      aria-describedby=${explanation === undefined ? nothing : `${id}-text`}
      @change=${onChange}
    >
      ${choices.map(
        ({ value, label: name, disabled }) =>
          html`<option value=${value} .selected=${value === chosen} ?disabled=${disabled ?? false}>${name}</option>`,
      )}
    </select>
    ${explanation === undefined ? nothing : html`<div class="form-text exchange-connector-hint" id="${id}-text">${explanation}</div>`}
  </div>`;
}

export interface RadioGroup<T extends string> extends Field<T> {
  /** Id of what stands between the question and the answers, and belongs to the question. */
  readonly describedBy?: string;
  readonly between?: unknown;
}

/** A question with few answers, each with what it means; the radio buttons are `<id>-<value>`. */
export function radioGroup<T extends string>({
  id,
  label,
  describedBy,
  between,
  ...field
}: RadioGroup<T>): TemplateResult {
  const radio = ({ value, label: name, explanation, disabled = false }: Choice<T>): TemplateResult =>
    html`<div class="custom-control custom-radio">
      <label>
        <input
          class="custom-control-input"
          type="radio"
          name=${id}
          id="${id}-${value}"
          value=${value}
          aria-describedby=${explanation === undefined ? nothing : `${id}-${value}-text`}
          .checked=${field.chosen === value}
          ?disabled=${disabled}
          @change=${() => field.change(value)}
        />
        <span class="custom-control-label"><span class="custom-control-label-text">${name}</span></span>
      </label>
      ${explanation === undefined ? nothing : html`<div class="form-text exchange-connector-hint" id="${id}-${value}-text">${explanation}</div>`}
    </div>`;
  return html`<fieldset class="form-group exchange-connector-question" aria-describedby=${describedBy ?? nothing}>
    <legend>${label}</legend>
    ${between ?? nothing} ${field.choices.map(radio)}
  </fieldset>`;
}
