/** The figures as a table for people. */
import type { Figures } from './cases.ts';

const COLUMNS: readonly (readonly [string, (figures: Figures) => string])[] = [
  ['case', ({ name }) => name],
  ['events', ({ events }) => whole(events)],
  ['changed', ({ changed }) => whole(changed)],
  ['Exchange req.', ({ exchangeRequests }) => whole(exchangeRequests)],
  ['Liferay req.', ({ liferayRequests }) => whole(liferayRequests)],
  ['SQL', ({ sqlStatements }) => whole(sqlStatements)],
  ['SQL writes', ({ sqlWrites }) => whole(sqlWrites)],
  ['KB', ({ bytes }) => whole(bytes / 1000)],
  ['CPU ms', ({ cpuMs }) => whole(cpuMs)],
  ['wall ms', ({ wallMs }) => whole(wallMs)],
  ['peak MB', ({ peakRssMb }) => whole(peakRssMb)],
];

/** One line for each case below a line of headings: the first column aligned left, the numbers right. */
export function table(cases: readonly Figures[]): string {
  const rows = [
    COLUMNS.map(([heading]) => heading),
    ...cases.map((figures) => COLUMNS.map(([, cell]) => cell(figures))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
