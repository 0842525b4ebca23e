/** The figures as a table for people. */
import type { Figures } from './cases.ts';
import type { LoadShape, PhaseFigures } from './load.ts';

const COLUMNS: Columns<Figures> = [
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
  return aligned(COLUMNS, cases);
}

const LOAD_COLUMNS: Columns<PhaseFigures> = [
  ['phase, server', ({ phase, server }) => `${phase}, ${server}`],
  ['minutes', ({ minutes }) => minutes.toFixed(1)],
  ['requests', ({ requests }) => whole(requests)],
  ['most at once', ({ most }) => whole(most)],
  ['in one mailbox', ({ mostInMailbox }) => whole(mostInMailbox)],
  ['most in 1 s', ({ mostInASecond }) => whole(mostInASecond)],
  ['told to wait', ({ busy }) => whole(busy)],
  ['too early', ({ impatient }) => whole(impatient)],
  ['not connected', ({ refused }) => whole(refused)],
  ['longest gap s', ({ longestGapSeconds }) => whole(longestGapSeconds)],
];

/** The phases of a load run, each with both servers. */
export function loadTable(phases: readonly PhaseFigures[]): string {
  return aligned(LOAD_COLUMNS, phases);
}

/** What the table of a load run is about. */
export function describeLoad({ mailboxesEach, services, intervalSeconds, maxConcurrent }: LoadShape): string {
  return `${whole(mailboxesEach)} mailboxes on each of two servers, ${services} services on one database, a look every ${intervalSeconds} s,
at most ${maxConcurrent} at a time on a server. "Longest gap": between two looks at the same mailbox.`;
}

type Columns<T> = readonly (readonly [string, (figures: T) => string])[];

function aligned<T>(columns: Columns<T>, lines: readonly T[]): string {
  const rows = [
    columns.map(([heading]) => heading),
    ...lines.map((figures) => columns.map(([, cell]) => cell(figures))),
  ];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
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
