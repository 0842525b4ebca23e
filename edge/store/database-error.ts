/**
 * What a database error says, wherever it stands. drizzle wraps the client's error as `cause`; the client's own
 * has a `code` on a file, often none over HTTP, and a `statementIndex` when a statement of a batch failed.
 */

/** drizzle, the client and libsql are three; one more for a wrapper of the caller's. */
const CAUSE_DEPTH = 5;

export interface StatementFailure {
  /** Position in the batch, from 0. */
  readonly index: number;
  readonly message: string;
}

/** The failure of one statement of a batch, or null if the batch failed otherwise: connection, BEGIN, COMMIT. */
export function statementFailureOf(error: unknown): StatementFailure | null {
  for (const each of causes(error)) {
    if ('statementIndex' in each && typeof each.statementIndex === 'number') {
      return { index: each.statementIndex, message: each.message };
    }
  }
  return null;
}

/** SQLite's basic result code in words, such as `SQLITE_BUSY`, or null if the error has none. */
export function codeOf(error: unknown): string | null {
  for (const each of causes(error)) {
    if ('code' in each && typeof each.code === 'string' && each.code.startsWith('SQLITE_')) return each.code;
  }
  return null;
}

/** The names of the columns of a UNIQUE constraint that the error says was broken (`table.column`), or null. */
export function uniqueViolationOf(error: unknown): readonly string[] | null {
  for (const each of causes(error)) {
    const columns = /UNIQUE constraint failed: ([\w., ]+)/.exec(each.message)?.[1];
    if (columns !== undefined) return columns.split(',').map((column) => column.trim());
  }
  return null;
}

function causes(error: unknown): Error[] {
  const found: Error[] = [];
  let each = error;
  while (each instanceof Error && found.length < CAUSE_DEPTH) {
    found.push(each);
    each = each.cause;
  }
  return found;
}
