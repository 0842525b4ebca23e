/** The result of `--once` for people: a table, and what did not arrive. */
import type { ChangeResult, OnceResult } from './once.ts';

export function onceReport({ changes, propagated, expected, idle, push }: OnceResult): string {
  const rows = [
    ['Change', 'Direction', 'Calendar of', 'Arrived', 'Seconds'],
    ...changes.map(({ name, direction, person, arrived, seconds }) => [
      name,
      direction,
      person,
      arrived ? 'yes' : 'NO',
      seconds === null ? '–' : seconds.toFixed(1),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...table,
    '',
    ...changes.filter(({ arrived }) => !arrived).map(missing),
    idle
      ? 'While nobody changed anything, nothing was written.'
      : 'Something was written while nobody changed anything.',
    `${propagated} of ${expected} changes arrived.`,
    `Of ${push.changes} changes in Exchange, one after the other, half were in Liferay after ${push.p50 ?? '–'} s (p50), 95 % after ${push.p95 ?? '–'} s (p95): Exchange tells of them.`,
    '',
  ].join('\n');
}

function missing({ name, direction, person, problem }: ChangeResult): string {
  return `Did not arrive: ${name} (${direction}, ${person}): ${problem}`;
}
