/**
 * Bars over time, one for each hour or day, of one or two kinds that stand on each other. For the eye alone: the same
 * figures are in a table beside it. Bars stretch with the page; words stand around them as text, and so stay readable.
 */
import { html, nothing, svg, type TemplateResult } from 'lit';

/** Units of the drawing: it is stretched to whatever room there is. */
const STEP = 10;
const HEIGHT = 100;
const GAP = 2;
/** What is not zero can be seen. */
const LEAST = 2;

export interface Bar {
  /** When, as it stands below the chart and in front of a bar's figures. */
  readonly label: string;
  /** One for each kind. */
  readonly values: readonly number[];
}

export interface BarChart {
  readonly title: string;
  /** The whole of it in a sentence. */
  readonly summary: string;
  /** Names of the kinds. */
  readonly kinds: readonly string[];
  readonly bars: readonly Bar[];
  /** What went wrong, or what was done. */
  readonly tone: 'primary' | 'danger';
  readonly locale: string;
}

export function barChart({ title, summary, kinds, bars, tone, locale }: BarChart): TemplateResult {
  const numbers = new Intl.NumberFormat(locale);
  const top = topOf(bars);
  const width = bars.length * STEP;
  const words = ({ label, values }: Bar): string =>
    `${label}: ${values.map((value, kind) => `${numbers.format(value)} ${kinds[kind] ?? ''}`).join(', ')}`;
  return html`<figure class="exchange-connector-chart exchange-connector-chart-${tone}">
    <figcaption>
      <b>${title}</b>
      <div>${summary}</div>
      ${
        kinds.length < 2
          ? nothing
          : html`<ul class="exchange-connector-legend" aria-hidden="true">
            ${kinds.map((kind, index) => html`<li class="exchange-connector-kind-${index}">${kind}</li>`)}
          </ul>`
      }
    </figcaption>
    <div class="exchange-connector-plot" aria-hidden="true">
      <span class="exchange-connector-scale">${numbers.format(top)}</span>
      <svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" focusable="false">
        ${bars.map(
          (bar, index) => svg`<g>
            <title>${words(bar)}</title>
            <rect class="exchange-connector-slot" x=${index * STEP} y="0" width=${STEP} height=${HEIGHT}></rect>
            ${stackOf(bar.values, top).map(
              ({ y, height }, kind) =>
                svg`<rect class="exchange-connector-bar exchange-connector-bar-${kind}" x=${index * STEP + GAP / 2} y=${y} width=${STEP - GAP} height=${height}></rect>`,
            )}
          </g>`,
        )}
      </svg>
      <span class="exchange-connector-scale">${numbers.format(0)}</span>
      <div class="exchange-connector-axis">
        <span>${bars[0]?.label}</span><span>${bars[Math.floor(bars.length / 2)]?.label}</span
        ><span>${bars.at(-1)?.label}</span>
      </div>
    </div>
  </figure>`;
}

/** Where each kind's part of a bar begins, from above, and how high it is; the first stands below. */
export function stackOf(
  values: readonly number[],
  top: number,
): readonly { readonly y: number; readonly height: number }[] {
  let y = HEIGHT;
  return values.map((value) => {
    const height = value === 0 ? 0 : Math.max(LEAST, (value / top) * HEIGHT);
    y = Math.max(0, y - height);
    return { y, height };
  });
}

/** The end of the scale: 1, 2 or 5 with noughts, not below any bar. */
export function topOf(bars: readonly Bar[]): number {
  const most = Math.max(1, ...bars.map(totalOf));
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most;
}

export function totalOf({ values }: Bar): number {
  return values.reduce((sum, value) => sum + value, 0);
}
