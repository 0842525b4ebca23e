/** Texts on their way to and from EWS: what XML 1.0 can carry, and how it is escaped. */

/** Placed around texts whose blanks at the edges matter, because the library trims every text that it reads. */
export const EDGE = '\u{E000}';

/** Everything outside the `Char` production of XML 1.0; with the `u` flag a lone surrogate is one code point. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const CHARACTER_REFERENCE = /&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Drops the characters that no XML 1.0 document can hold. */
function legalXml(text: string): string {
  return text.replace(NOT_XML, '');
}

/** Text as the content of an element. A carriage return is a reference, or parsers would make a line feed of it. */
export function escapeText(text: string): string {
  return legalXml(text).replace(/[&<>\r]/g, (c) => ESCAPES[c] ?? c);
}

/** Text as the value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return legalXml(text).replace(/[&<>"\r\n\t]/g, (c) => ESCAPES[c] ?? c);
}

/**
 * Drops illegal characters from a document, literal ones and those written as references: Exchange answers with
 * `&#x0;` where a client stored a control character, and a parser then refuses the whole answer.
 */
export function legalDocument(xml: string): string {
  return legalXml(xml).replace(CHARACTER_REFERENCE, (reference, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff && legalXml(String.fromCodePoint(code)) !== '' ? reference : '';
  });
}
