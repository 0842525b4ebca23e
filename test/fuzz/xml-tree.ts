/** XML as a tree that can be changed and written again: prefixes, order and attributes stay as they are. */

/** An element, or the raw text between tags. */
export type XmlNode = XmlElement | string;

export interface XmlElement {
  name: string;
  attributes: [name: string, value: string][];
  children: XmlNode[];
}

/** Of well-formed XML without comments, as the emulators write it; null for what is none. */
export function readXml(text: string): XmlElement | null {
  const root: XmlElement = { name: '', attributes: [], children: [] };
  const open = [root];
  for (const [, end, name, attributes = '', empty, between] of text.matchAll(TOKEN)) {
    const parent = open.at(-1);
    if (parent === undefined) return null;
    if (between !== undefined) parent.children.push(between);
    else if (end !== undefined) open.pop();
    else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:.-]+)="([^"]*)"/g)];
      const element: XmlElement = {
        name,
        attributes: pairs.map(([, key = '', value = '']) => [key, value]),
        children: [],
      };
      parent.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  return open.length === 1 && root.children.some((node) => typeof node !== 'string') ? root : null;
}

const TOKEN = /<\/([\w:.-]+)>|<([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(\/?)>|<\?[^>]*\?>|([^<]+)/g;

export function writeXml(node: XmlNode): string {
  if (typeof node === 'string') return node;
  const inner = node.children.map(writeXml).join('');
  if (node.name === '') return inner;
  const attributes = node.attributes.map(([name, value]) => ` ${name}="${value}"`).join('');
  return inner === '' ? `<${node.name}${attributes}/>` : `<${node.name}${attributes}>${inner}</${node.name}>`;
}

/** All elements below, each with its parent. */
export function elementsBelow(
  root: XmlElement,
): { readonly element: XmlElement; readonly parent: XmlElement }[] {
  return root.children.flatMap((element) =>
    typeof element === 'string' ? [] : [{ element, parent: root }, ...elementsBelow(element)],
  );
}
