/**
 * Descriptions: Liferay keeps HTML and sanitises it, the canonical event has plain text.
 *
 * Text is written with a `<br />` for each line, so that lines survive a sanitiser that drops the style, inside
 * an element whose style keeps runs of spaces. HTML that people wrote in Liferay's editor is read as a browser
 * would lay it out, roughly: one line for each block.
 */
import { Parser } from 'htmlparser2';
import { MarkupDepth, TooDeep } from './markup-depth.ts';
import { escapeMarkup } from './text.ts';

/** `''` for `''`; lines may end in LF, CR LF or CR. */
export function textToHtml(text: string): string {
  if (text === '') return '';
  const lines = normalizeLines(text)
    .split('\n')
    .map((line) => escapeScript(escapeMarkup(line)));
  return `<div style="white-space: pre-wrap">${lines.join('<br />')}</div>`;
}

/**
 * Liferay cuts `alert(…)`, `innerHTML=` and attributes like `onclick=` out of a description, wherever they stand
 * (CalendarBookingLocalServiceImpl._sanitize). What people wrote about is no script: written so, it stays.
 */
function escapeScript(markup: string): string {
  return markup.replace(/(alert)\(/gi, '$1&#40;').replace(/((?:innerHTML|\bon\w+)\s*)=/gi, '$1&#61;');
}

/**
 * Reads what `textToHtml` wrote exactly as it was; other HTML with white space collapsed, as browsers do. HTML that no
 * editor makes, deeper than any page, is its text without the tags.
 */
export function htmlToText(html: string): string {
  if (html === '') return '';
  try {
    return ownText(html) ?? laidOut(html);
  } catch (error) {
    if (error instanceof TooDeep) return withoutTags(html);
    throw error;
  }
}

function withoutTags(html: string): string {
  return html
    .replace(/<[^<>]*>?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function normalizeLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

const PARSER_OPTIONS = { decodeEntities: true } as const;

/**
 * The text of one preserving `div` that holds nothing but text and line breaks, else null. It has a reading of
 * its own because in laid-out HTML a line break at the end of a block is not seen.
 */
function ownText(html: string): string | null {
  let text = '';
  let afterBreak = false;
  let inside = false;
  let done = false;
  let foreign = false;
  const depth = new MarkupDepth();
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth.enter();
        if (name === 'div' && !inside && !done && preserves(attributes['style'])) inside = true;
        else if (name === 'br' && inside) text += '\n';
        else foreign = true;
        afterBreak = name === 'br';
      },
      ontext(part) {
        // We write no line feed of our own: those behind a break are a sanitiser's, which prints prettily every time.
        if (inside) text += afterBreak ? part.replace(/^(?:\r?\n)+/, '') : part;
        else if (part.trim() !== '') foreign = true;
        afterBreak = false;
      },
      onclosetag(name) {
        depth.leave();
        if (name !== 'div') return;
        inside = false;
        done = true;
      },
    },
    PARSER_OPTIONS,
  );
  parser.end(html);
  return done && !foreign ? normalizeLines(text) : null;
}

function preserves(style: string | undefined): boolean {
  return /(^|;)\s*white-space\s*:\s*(pre|pre-wrap|pre-line|break-spaces)\s*(;|$|!)/i.test(style ?? '');
}

const HIDDEN = names('script style head title template noscript object iframe svg');
/** Elements without an end tag: they open no level. */
const VOID = names('area base br col embed hr img input link meta source track wbr');
const BLOCKS = names(
  'address article aside blockquote body center dd details div dl dt fieldset figcaption ' +
    'figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary ' +
    'table tbody tfoot thead tr ul',
);

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

function laidOut(html: string): string {
  const page = new Page();
  const preserving: boolean[] = [];
  const depth = new MarkupDepth();
  let hidden = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth.enter();
        if (BLOCKS.has(name)) page.block();
        if (name === 'br') page.newLine();
        if (VOID.has(name)) return;
        preserving.push((preserving.at(-1) ?? false) || name === 'pre' || preserves(attributes['style']));
        if (HIDDEN.has(name)) hidden += 1;
      },
      ontext(text) {
        if (hidden > 0) return;
        if (preserving.at(-1) ?? false) page.verbatim(text);
        else page.flowing(text);
      },
      onclosetag(name) {
        depth.leave();
        if (BLOCKS.has(name)) page.block();
        if (name === 'td' || name === 'th') page.flowing(' ');
        if (VOID.has(name)) return;
        preserving.pop();
        if (HIDDEN.has(name)) hidden -= 1;
      },
    },
    PARSER_OPTIONS,
  );
  parser.end(html);
  return page.text();
}

/** Lines as they fill up: what an element at the edge of a line does to it, and nothing of HTML. */
class Page {
  readonly #done: string[] = [];
  #line = '';
  /** The line holds verbatim text, whose white space counts. */
  #verbatim = false;

  /** A block begins or ends: what follows stands on a line of its own. */
  block(): void {
    // A no-break space counts: editors write an empty line as `<p>&nbsp;</p>`.
    if (/[^ ]/.test(this.#line) || (this.#verbatim && this.#line !== '')) this.newLine();
    this.#line = '';
    this.#verbatim = false;
  }

  newLine(): void {
    this.#done.push(this.#verbatim ? this.#line : this.#line.replaceAll('\u00a0', ' ').trimEnd());
    this.#line = '';
    this.#verbatim = false;
  }

  verbatim(text: string): void {
    const [first = '', ...rest] = normalizeLines(text).split('\n');
    this.#line += first;
    this.#verbatim = true;
    for (const line of rest) {
      this.newLine();
      this.#line = line;
      this.#verbatim = true;
    }
  }

  flowing(text: string): void {
    const collapsed = text.replace(/[ \t\n\f\r]+/g, ' ');
    this.#line += this.#line === '' || this.#line.endsWith(' ') ? collapsed.replace(/^ /, '') : collapsed;
  }

  /** Without empty lines at either end. */
  text(): string {
    this.block();
    return this.#done.join('\n').replace(/^\n+|\n+$/g, '');
  }
}
