/**
 * Reading XML into a small tree and escaping text for answers. Entities and CDATA are decoded here and not by
 * the parser, so that text survives byte for byte (leading blanks, `]]>`, numeric entities, emoji).
 */
import { XMLParser } from 'fast-xml-parser';

export type XmlNode = XmlElement | string;

/** An element by its local name; prefixes are dropped. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
}

/** The text is not well-formed XML 1.0. */
export class XmlSyntaxError extends Error {}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  allowBooleanAttributes: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  removeNSPrefix: true,
  cdataPropName: '#cdata',
  commentPropName: '#comment',
});

// XML 1.0 §2.2: these code points are no characters at all, not even as references.
const invalidCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeReference(reference: string): string {
  const predefined = named[reference];
  if (predefined !== undefined) return predefined;
  const code = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(reference);
  if (code === null) throw new XmlSyntaxError(`Reference to undeclared entity '${reference}'.`);
  const point = code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16);
  const character = point <= 0x10ffff ? String.fromCodePoint(point) : '\u0000';
  if (invalidCharacter.test(character)) {
    throw new XmlSyntaxError(`hexadecimal value 0x${point.toString(16)}, is an invalid character.`);
  }
  return character;
}

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]*)(;?)/g, (_, reference: string, end: string) => {
    if (end === '') throw new XmlSyntaxError('An error occurred while parsing EntityName.');
    return decodeReference(reference);
  });
}

function decodeAttributes(raw: unknown): Record<string, string> {
  const attributes: Record<string, string> = {};
  if (typeof raw !== 'object' || raw === null) return attributes;
  for (const [name, value] of Object.entries(raw)) attributes[name] = decode(String(value));
  return attributes;
}

function cdataText(value: unknown): string {
  if (!Array.isArray(value)) return '';
  return value.map((part: Record<string, unknown>) => String(part['#text'] ?? '')).join('');
}

function convert(nodes: readonly Record<string, unknown>[]): XmlNode[] {
  const result: XmlNode[] = [];
  for (const node of nodes) {
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined || name === '#comment' || name.startsWith('?')) continue;
    const content = node[name];
    if (name === '#text') result.push(decode(String(content)));
    else if (name === '#cdata') result.push(cdataText(content));
    else {
      const children = Array.isArray(content) ? convert(content) : [];
      result.push({ name, attributes: decodeAttributes(node[':@']), children });
    }
  }
  return result;
}

/** The root element. Throws XmlSyntaxError. */
export function parseXml(text: string): XmlElement {
  const bad = invalidCharacter.exec(text);
  if (bad !== null) throw new XmlSyntaxError(`Invalid character at position ${bad.index}.`);
  let nodes: unknown;
  try {
    nodes = parser.parse(text, true);
  } catch (error) {
    throw new XmlSyntaxError(error instanceof Error ? error.message : String(error));
  }
  const root = (Array.isArray(nodes) ? convert(nodes) : []).find((node) => typeof node !== 'string');
  if (root === undefined) throw new XmlSyntaxError('Root element is missing.');
  return root;
}

/** The element children, in order. */
export function elementsOf(element: XmlElement | undefined): readonly XmlElement[] {
  return element === undefined ? [] : element.children.filter((node) => typeof node !== 'string');
}

/** The first child with this name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  if (element === undefined) return undefined;
  for (const node of element.children) if (typeof node !== 'string' && node.name === name) return node;
  return undefined;
}

/** Text directly inside the element, exactly as sent; '' for an absent element. */
export function textOf(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  return element.children.filter((node) => typeof node === 'string').join('');
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text for element content or an attribute value. Control characters come out as numeric references, the ones
 * that XML 1.0 forbids included, as real servers are reported to answer them (`&#x0;`).
 */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}\p{Surrogate}\ufffe\uffff]/gu, (character) => {
    if (character === '\n' || character === '\t') return character;
    return escapes[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

/** An element with text; '' when there is nothing to say. */
export function textElement(name: string, text: string | null): string {
  return text === null ? '' : `<${name}>${escapeXml(text)}</${name}>`;
}
