/**
 * What a database error says, wherever it stands. drizzle wraps the client's error as `cause`; the client's own
 * has a `code` on a file, often none over HTTP, and a `statementIndex` when a statement of a batch failed.
 */
import { DETAIL_LIMIT, RemoteFailure } from '#core/failure.ts';

/** drizzle, the client and libsql are three; one more for a wrapper of the caller's. */
const CAUSE_DEPTH = 5;

/** Which statement of a batch failed, and what the database said. */
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

/**
 * Any error in a line for the log, without the statement: the layer around the client repeats it with all its
 * values, texts of private events and sealed sign-ins among them.
 */
export function withoutStatement(error: unknown): string {
  const told: string[] = [];
  for (const each of causes(error)) {
    if ('query' in each && 'params' in each) continue;
    const said = told.join(': ');
    if (!said.includes(each.message)) told.push(said === '' ? `${each.name}: ${each.message}` : each.message);
    // Its detail is fit to be told; what is behind it need not be.
    if (each instanceof RemoteFailure) break;
  }
  const line = told.join(': ').replace(/\s+/g, ' ').slice(0, DETAIL_LIMIT);
  return line === '' ? 'an error without a message' : line;
}

/** Where an error was thrown. Its stack begins with the message, which may repeat the values of a statement. */
export function framesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
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
