/** How far back and ahead events are copied: a few usual spans, and whichever the pairing has. */
import { html, type TemplateResult } from 'lit';
import type { Texts } from '#shared/texts/dictionary.ts';
import { selectField } from './fields.ts';

export interface Window {
  readonly windowPastDays: number;
  readonly windowFutureDays: number;
}

export interface WindowFields {
  /** The controls are `<id>-past` and `<id>-future`. */
  readonly id: string;
  readonly window: Window;
  readonly texts: Texts;
  readonly change: (changed: Partial<Window>) => void;
}

const PAST_DAYS: readonly number[] = [0, 7, 30, 90, 365, 1_825];
const FUTURE_DAYS: readonly number[] = [30, 90, 365, 730, 1_825];

export function windowFields({ id, window, texts, change }: WindowFields): TemplateResult {
  const { ui } = texts;
  const field = (
    name: string,
    label: string,
    usual: readonly number[],
    days: number,
    set: (days: number) => void,
  ) =>
    selectField({
      id: `${id}-${name}`,
      label,
      choices: [...new Set([...usual, days])]
        .toSorted((a, b) => a - b)
        .map((each) => ({
          value: String(each),
          label: each === 0 ? ui.windowNone : spanText(each, texts.locale),
        })),
      chosen: String(days),
      change: (value) => set(Number(value)),
    });
  return html`<div class="exchange-connector-fields">
      ${field('past', ui.windowPast, PAST_DAYS, window.windowPastDays, (windowPastDays) => change({ windowPastDays }))}
      ${field('future', ui.windowFuture, FUTURE_DAYS, window.windowFutureDays, (windowFutureDays) => change({ windowFutureDays }))}
    </div>
    <p class="form-text exchange-connector-hint">${ui.windowText}</p>`;
}

const UNITS = [
  { unit: 'year', days: 365 },
  { unit: 'month', days: 30 },
  { unit: 'week', days: 7 },
] as const;

/** "3 months", in the largest unit that divides it. */
export function spanText(days: number, locale: string): string {
  const { unit, days: length } = UNITS.find((each) => days % each.days === 0) ?? { unit: 'day', days: 1 };
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(days / length);
}
