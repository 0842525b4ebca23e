/**
 * Tables as files for spreadsheets: CSV of RFC 4180 in UTF-8 with a byte order mark, by which Excel knows the encoding.
 * Written part by part, so that a long table is never in memory as a whole.
 */
import type { Context } from 'hono';

export const CSV_MEDIA_TYPE = 'text/csv';

type Cell = string | number | boolean | null;

export interface Table<Row> {
  /** Names of the columns, each with what stands there; null is an empty cell. */
  readonly columns: Readonly<Record<string, (row: Row) => Cell>>;
  readonly parts: AsyncIterator<readonly Row[]>;
}

/**
 * The first part is there before the answer begins, so that what fails at once is answered as a problem. What fails later
 * breaks the connection off: a file that ends too early must not look like a whole one.
 */
export async function answerCsv<Row>(c: Context, name: string, table: Table<Row>): Promise<Response> {
  const lines = linesOf(table);
  const encoder = new TextEncoder();
  let ahead = await lines.next();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (ahead.done === true) return controller.close();
      controller.enqueue(encoder.encode(ahead.value));
      ahead = await lines.next();
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  c.header('Content-Type', `${CSV_MEDIA_TYPE}; charset=utf-8; header=present`);
  c.header('Content-Disposition', `attachment; filename="${name}.csv"`);
  return c.body(body);
}

async function* linesOf<Row>({ columns, parts }: Table<Row>): AsyncGenerator<string, void> {
  const cells = Object.values(columns);
  let text = `\uFEFF${lineOf(Object.keys(columns))}`;
  for (let part = await parts.next(); part.done !== true; part = await parts.next()) {
    yield text + part.value.map((row) => lineOf(cells.map((cell) => cell(row)))).join('');
    text = '';
  }
  if (text !== '') yield text;
}

export function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

/**
 * Spreadsheets take a text that begins so for a formula and calculate it when the file is opened (OWASP, CSV Injection):
 * an apostrophe in front makes it a text. Some read the wide forms alike.
 */
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
