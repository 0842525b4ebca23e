/** Texts in the form in which both sides can hold them and in which they are compared. */

/** Characters that XML 1.0 cannot carry, not even escaped (production Char); surrogates are dealt with before. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
/** Control characters and line breaks, with the spaces around them. */
const BREAKS = / *[\p{Cc}\u2028\u2029][\p{Cc}\u2028\u2029 ]*/gu;

/**
 * A text of one line: each run of control characters and line breaks is one space, edges are trimmed, half a
 * surrogate pair becomes U+FFFD, and what XML cannot carry is dropped.
 */
export function oneLine(text: string): string {
  return text.toWellFormed().replace(BREAKS, ' ').replace(NOT_IN_XML, '').trim();
}

/** A text of many lines: broken by `\n`, half a surrogate pair becomes U+FFFD, what XML cannot carry is dropped. */
export function multiLine(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(NOT_IN_XML, '');
}

/** Names as single lines, without empty ones and duplicates, in the order of their code points. */
export function sortedCategories(names: readonly string[]): readonly string[] {
  const lines = new Set(names.map(oneLine).filter((name) => name !== ''));
  return [...lines].sort(byCodePoint);
}

/** Sorting by code unit, which is JavaScript's own order, would put U+1F4C5 before U+FF01. */
export function byCodePoint(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  const difference = left.findIndex((character, index) => character !== right[index]);
  if (difference < 0) return left.length - right.length;
  return (left[difference]?.codePointAt(0) ?? -1) - (right[difference]?.codePointAt(0) ?? -1);
}
