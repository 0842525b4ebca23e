/** The raw clients' own reading and escaping of XML; text is kept byte for byte. */

export interface XmlTree {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlTree[];
  readonly text: string;
}

const NAMES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function decodeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return NAMES[name ?? ''] ?? whole;
    },
  );
}

export function encodeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}

type ParsedNode = Record<string, unknown>;

function attributesOf(node: ParsedNode): Record<string, string> {
  const raw = node[':@'];
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(typeof raw === 'object' && raw !== null ? raw : {})) {
    attributes[name] = decodeXml(String(value));
  }
  return attributes;
}

function nodeOf(node: ParsedNode): XmlTree {
  const name = Object.keys(node).find((key) => key !== ':@') ?? '';
  return { ...treeOf(node[name]), name, attributes: attributesOf(node) };
}

/** A tree of what fast-xml-parser answers with `preserveOrder`. */
export function treeOf(parsed: unknown): XmlTree {
  const nodes: ParsedNode[] = Array.isArray(parsed) ? parsed : [];
  const isText = (node: ParsedNode): boolean => '#text' in node;
  return {
    name: '',
    attributes: {},
    children: nodes.filter((node) => !isText(node)).map(nodeOf),
    text: decodeXml(
      nodes
        .filter(isText)
        .map((node) => String(node['#text']))
        .join(''),
    ),
  };
}

export function child(tree: XmlTree | undefined, name: string): XmlTree | undefined {
  return tree?.children.find((candidate) => candidate.name === name);
}

export function children(tree: XmlTree | undefined, name: string): readonly XmlTree[] {
  return tree?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** '' where there is none. */
export function attribute(tree: XmlTree | undefined, name: string): string {
  return tree?.attributes[name] ?? '';
}
