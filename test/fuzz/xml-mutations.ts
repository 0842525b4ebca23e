/** Ways to spoil XML that stays XML, most of them. */
import { anyValue, pick, type Random, timesOf } from './values.ts';
import { elementsBelow, readXml, writeXml, type XmlElement } from './xml-tree.ts';

interface Place {
  readonly element: XmlElement;
  readonly parent: XmlElement;
  readonly random: Random;
  /** Another element of the document. */
  readonly other: XmlElement;
}

type Change = (place: Place) => void;

function put(parent: XmlElement, element: XmlElement, ...instead: readonly (XmlElement | string)[]): void {
  parent.children.splice(parent.children.indexOf(element), 1, ...instead);
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const CHANGES: readonly (readonly [weight: number, what: string, change: Change])[] = [
  [3, 'left out', ({ element, parent }) => put(parent, element)],
  [2, 'twice', ({ element, parent }) => put(parent, element, element, structuredClone(element))],
  [
    2,
    'exchanged with another',
    ({ element, other }) => {
      const own = { ...element };
      Object.assign(element, structuredClone(other));
      Object.assign(other, own);
    },
  ],
  [1, 'in the place of another', ({ element, other }) => Object.assign(other, structuredClone(element))],
  [
    2,
    'with the content of another',
    ({ element, other }) => {
      element.children = structuredClone(other.children);
    },
  ],
  [
    6,
    'with another value',
    ({ element, random }) => {
      element.children = [escaped(anyValue(random))];
    },
  ],
  [
    1,
    'with a raw value',
    ({ element, random }) => {
      element.children = [anyValue(random)];
    },
  ],
  [
    2,
    'empty',
    ({ element }) => {
      element.children = [];
    },
  ],
  [
    1,
    'renamed',
    ({ element, other }) => {
      element.name = other.name;
    },
  ],
  [
    1,
    'under another name',
    ({ element, random }) => {
      element.name = pick(random, [
        't:__proto__',
        't:constructor',
        'x',
        't:Items',
        'm:Fault',
        'toString',
        't:length',
      ]);
    },
  ],
  [
    2,
    'with its content in itself',
    ({ element }) => {
      element.children = [structuredClone(element)];
    },
  ],
  [
    1,
    'in itself, deep',
    ({ element, random }) => {
      for (let times = Math.floor(random() * 100); times > 0; times -= 1) {
        element.children = [{ name: element.name, attributes: [], children: element.children }];
      }
    },
  ],
  [
    1,
    'many times',
    ({ element, parent, random }) => {
      const times = timesOf(writeXml(element).length, random);
      put(parent, element, ...Array.from({ length: times }, () => element));
    },
  ],
  [
    3,
    'with another attribute',
    ({ element, random }) => {
      const attribute = element.attributes[Math.floor(random() * element.attributes.length)];
      if (attribute) attribute[1] = escaped(anyValue(random));
      else
        element.attributes.push([
          pick(random, ['Id', 'xsi:nil', 'ResponseClass', 'x']),
          escaped(anyValue(random)),
        ]);
    },
  ],
  [
    2,
    'without an attribute',
    ({ element, random }) => {
      element.attributes.splice(Math.floor(random() * element.attributes.length), 1);
    },
  ],
  [
    1,
    'with its elements in reverse',
    ({ element }) => {
      element.children.reverse();
    },
  ],
  [
    1,
    'with foreign markup',
    ({ element, random }) => {
      const foreign = pick(random, [
        '<!-- x -->',
        '<![CDATA[<x>]]>',
        '<?x y?>',
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '&a;',
        '&#0;',
        '&#xD800;',
        '&#99999999;',
        '<html><body>x<br></body></html>',
        ']]>',
      ]);
      element.children.splice(Math.floor(random() * (element.children.length + 1)), 0, foreign);
    },
  ],
];

const WEIGHTED = CHANGES.flatMap(([weight, what, change]) =>
  Array.from({ length: weight }, () => ({ what, change })),
);

/** Null for what is no XML. */
export function mutateXml(
  text: string,
  random: Random,
): { readonly body: string; readonly what: string } | null {
  const root = readXml(text);
  if (root === null) return null;
  const all = elementsBelow(root);
  // Deep ones are more, and what is above them matters as much.
  const { element, parent } = random() < 0.2 ? pick(random, all.slice(0, 8)) : pick(random, all);
  const other = pick(random, all).element;
  const { what, change } = pick(random, WEIGHTED);
  const name = `<${element.name}> ${what}`;
  const isWithin = elementsBelow(element).some((below) => below.element === other) || other === element;
  const isAround = elementsBelow(other).some((below) => below.element === element);
  change({ element, parent, random, other: isWithin || isAround ? structuredClone(other) : other });
  return { body: writeXml(root), what: `${name}${shown(element)}` };
}

function shown({ children, attributes }: XmlElement): string {
  const text = children
    .filter((node) => typeof node === 'string')
    .join('')
    .slice(0, 40);
  const attribute = attributes.map(([key, value]) => `${key}=${value.slice(0, 20)}`).join(' ');
  return ` ${JSON.stringify(`${attribute} ${text}`.trim())}`;
}
