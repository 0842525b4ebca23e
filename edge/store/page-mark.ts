/** Names a row of a list in order of time, so that the next part can begin after it: `<epoch ms>.<row id>`. */

/** `atMs`: epoch milliseconds. The id tells rows of one millisecond apart. */
export interface PageMark {
  readonly atMs: number;
  readonly id: string;
}

/** The mark as it stands in an answer and comes back in a query. */
export function pageMarkText({ atMs, id }: PageMark): string {
  return `${atMs}.${id}`;
}

/** Null for what is no such mark. */
export function parsePageMark(text: string): PageMark | null {
  const [, at, id] = /^(\d{1,15})\.(.+)$/s.exec(text) ?? [];
  return at === undefined || id === undefined ? null : { atMs: Number(at), id };
}
