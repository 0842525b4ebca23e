/**
 * What no answer of an Exchange server has, and what the XML parser and the objects made of it would take hours or
 * gigabytes for: looked for before anything is parsed, in one pass over the text. Whether it is XML is not judged here.
 */
import { failure, RemoteFailure } from '#core/failure.ts';

/** Elements, each of which becomes some kilobyte of objects. A full answer about fifty meetings has 50,000. */
const ELEMENTS_LIMIT = 300_000;
/** Elements within elements. Exchange's own reader allows 32 (Microsoft Learn, XmlDictionaryReaderQuotas.MaxDepth). */
const DEPTH_LIMIT = 64;
/** Different names of elements and attributes; the parser looks for the end of each through the whole text. */
const NAMES_LIMIT = 500;
/** Attributes of one element, declarations of namespaces among them: elements inside inherit them one by one. */
const ATTRIBUTES_LIMIT = 32;
/** Comments, instructions, CDATA: Exchange writes one, at the start. Outside the root they take quadratic time. */
const OTHERS_LIMIT = 1_000;

/** And control characters before it. */
const SPACE = 32;
const EXCLAMATION_MARK = 33;
const QUESTION_MARK = 63;
const LESS_THAN = 60;
const MORE_THAN = 62;
const SLASH = 47;
const EQUALS = 61;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;

/** Rejects with `answerTooLarge` what has more elements than can be held, and with `badAnswer` what is built to do harm. */
export function refuseUnlikelyMarkup(xml: string): void {
  const names = new Set<string>();
  let elements = 0;
  let depth = 0;
  let others = 0;
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at + 1)) {
    const next = xml.charCodeAt(at + 1);
    if (next === SLASH) {
      depth -= 1;
      continue;
    }
    if (next === EXCLAMATION_MARK || next === QUESTION_MARK) {
      others += 1;
      if (others > OTHERS_LIMIT) throw refused('more comments and instructions than any answer has');
      continue;
    }
    const tag = readTag(xml, at + 1, names);
    elements += 1;
    if (!tag.isEmpty) depth += 1;
    if (elements > ELEMENTS_LIMIT) {
      throw new RemoteFailure(failure('answerTooLarge', `more than ${ELEMENTS_LIMIT} elements`));
    }
    if (depth > DEPTH_LIMIT) throw refused(`elements within elements, more than ${DEPTH_LIMIT} deep`);
    if (tag.attributes > ATTRIBUTES_LIMIT) throw refused(`an element of ${tag.attributes} attributes`);
    if (names.size > NAMES_LIMIT) throw refused(`more than ${NAMES_LIMIT} names of elements`);
    at = tag.end;
  }
}

interface Tag {
  /** Where it ends: at its `>`, or before a `<` that cuts it off. */
  readonly end: number;
  readonly isEmpty: boolean;
  readonly attributes: number;
}

/** The start tag whose name begins at `from`. Its names are added to `names`. */
function readTag(xml: string, from: number, names: Set<string>): Tag {
  let at = nameEnd(xml, from);
  names.add(xml.slice(from, at));
  let attributes = 0;
  let wordAt = at;
  for (; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at);
    if (code === MORE_THAN) return { end: at, isEmpty: xml.charCodeAt(at - 1) === SLASH, attributes };
    if (code === LESS_THAN) return { end: at - 1, isEmpty: false, attributes };
    if (code === EQUALS) {
      attributes += 1;
      names.add(xml.slice(wordAt, at).trim());
    } else if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
      const close = xml.indexOf(code === DOUBLE_QUOTE ? '"' : "'", at + 1);
      if (close < 0) return { end: xml.length, isEmpty: false, attributes };
      at = close;
      wordAt = at + 1;
    }
  }
  return { end: at, isEmpty: false, attributes };
}

function nameEnd(xml: string, from: number): number {
  let at = from;
  while (at < xml.length && !isNameEnd(xml.charCodeAt(at))) at += 1;
  return at;
}

/** White space, `/`, `>`, `<`. */
function isNameEnd(code: number): boolean {
  return code <= SPACE || code === SLASH || code === MORE_THAN || code === LESS_THAN;
}

function refused(detail: string): RemoteFailure {
  return new RemoteFailure(failure('badAnswer', detail));
}
