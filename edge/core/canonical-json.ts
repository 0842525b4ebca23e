/** One text for one value: plain JSON with sorted keys, for comparing and for hashing. */

/**
 * JSON without white space, the keys of every object in code-unit order. As with JSON.stringify, a property that is
 * undefined is absent, and an undefined entry of an array is null; so is an undefined value itself.
 *
 * Throws a TypeError for a bigint, as JSON.stringify does. Values are trees: a cycle overflows the stack.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}
