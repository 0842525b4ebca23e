/** Reading and building EWS elements as data. Names are local names of the EWS types namespace. */

import type { WireNode } from './library.ts';
import { EDGE } from './text.ts';

/** An element to be written. */
export interface WireElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly children?: readonly WireElement[];
}

/** Names a property of an item: a FieldURI (`calendar:Start`), or an ExtendedFieldURI as an element. */
export type FieldPath = string | WireElement;

/**
 * One property of an item and its new value; null clears it (DeleteItemField). `append`: to what stands there, which
 * lists of people allow (Microsoft Learn, UpdateItem operation).
 */
export interface WireField {
  readonly path: FieldPath;
  readonly value: WireElement | null;
  readonly append?: boolean;
}

/** An element with text and nothing else. */
export function element(name: string, text: string): WireElement {
  return { name, text };
}

/** The first child of this name; undefined if there is none or it is empty. */
export function child(node: WireNode, name: string): WireNode {
  return children(node, name)[0];
}

/** All children of this name, in order. */
export function children(node: WireNode, name: string): readonly WireNode[] {
  if (node === null || node === undefined || typeof node === 'string') return [];
  const found = node[name];
  if (found === null || found === undefined) return [];
  return isList(found) ? found : [found];
}

/** The text of the child; '' if it is missing or empty. The library keeps text beside attributes under its own name. */
export function textOf(node: WireNode, name: string): string {
  return ownText(child(node, name), name);
}

/** The text of an element of this name. */
export function ownText(node: WireNode, name: string): string {
  if (typeof node === 'string') return node;
  const text = node?.[name];
  return typeof text === 'string' ? text : '';
}

/** An attribute of an element; '' if it is missing. */
export function attribute(node: WireNode, name: string): string {
  const value = typeof node === 'object' ? node?.[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** The text of a child that was read with a guard at its edges. */
export function guardedText(node: WireNode, name: string): string {
  const text = textOf(node, name);
  return text.startsWith(EDGE) && text.endsWith(EDGE) ? text.slice(EDGE.length, -EDGE.length) : text;
}

/** The names of an element's children and attributes. */
export function namesIn(node: WireNode): readonly string[] {
  if (node === null || node === undefined || typeof node === 'string') return [];
  return Object.keys(node).filter((name) => !name.startsWith('__'));
}

function isList(value: WireNode | readonly WireNode[]): value is readonly WireNode[] {
  return Array.isArray(value);
}
