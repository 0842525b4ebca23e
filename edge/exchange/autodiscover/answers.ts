/** What every protocol of Autodiscover means by a status, and the one door to its XML. */
import { type Failure, failure } from '#core/failure.ts';
import type { Reason } from '#shared/reasons.ts';
import type { WireNode } from '../ews/library.ts';
import { legalDocument } from '../ews/text.ts';
import type { Outcome } from './attempt.ts';
import type { Answer } from './http.ts';

/** An XML text as a tree. Throws on what is not well-formed; it never looks at what a DOCTYPE names. */
export type ParseXml = (xml: string) => WireNode;

/** What the status alone says; null where the text has to be read. */
export function outcomeOfStatus({ status, location, schemes, retryAfterMs }: Answer): Outcome | null {
  if (status === 200) return null;
  if (status >= 300 && status < 400) {
    if (location === null) return failedWith('badAnswer', `HTTP ${status} without a place to go to`);
    if (/\/genericerrorpage\.htm/i.test(location))
      return failedWith('serverError', 'the server showed its error page');
    return { kind: 'redirectUrl', url: location };
  }
  if (status === 401) return { kind: 'signInAsked', schemes };
  if (status === 440 || status === 456) return failedWith('signInRefused', `HTTP ${status}`);
  if (status === 403) return failedWith('accessDenied', 'HTTP 403: the server denied access to Autodiscover');
  if (status === 429 || status === 503) {
    return {
      kind: 'failed',
      failure: failure('throttled', `HTTP ${status}: the server is busy`, retryAfterMs),
    };
  }
  if (status >= 500)
    return failedWith('serverError', `HTTP ${status}: the server or a proxy before it failed`);
  return failedWith('notTheService', `HTTP ${status}: no Autodiscover at this address`);
}

/** The root element of an answer, or why there is none. `parse` sees no text that has a DOCTYPE. */
export function xmlOf(
  text: string,
  parse: ParseXml,
): { readonly root: WireNode } | { readonly failure: Failure } {
  const start = text
    .slice(0, 1_000)
    .replace(/<!--.*?-->/gs, '')
    .trimStart();
  if (start === '') return { failure: failure('badAnswer', 'the answer is empty') };
  if (/^(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b/i.test(start) || !start.startsWith('<')) {
    return { failure: failure('notTheService', `the answer is a page: ${gist(text)}`) };
  }
  if (/<!(DOCTYPE|ENTITY)/i.test(text))
    return { failure: failure('badAnswer', 'the answer declares entities') };
  try {
    return { root: parse(legalDocument(text)) };
  } catch {
    return { failure: failure('badAnswer', 'the answer is no whole XML document') };
  }
}

/** What a page says, without its markup. */
function gist(text: string): string {
  const words = text
    .slice(0, 2_000)
    .replace(/<(script|style)[^>]*>.*?(<\/\1>|$)/gis, ' ')
    .replace(/<[^>]*>/g, ' ');
  return words.replace(/\s+/g, ' ').trim().slice(0, 100);
}

export function failedWith(reason: Reason, detail: string): Outcome {
  return { kind: 'failed', failure: failure(reason, detail) };
}
