/** Counts of hours as administrators see them: the last 24 hours, or the last 30 days of a zone. Pure. */
import { Temporal } from 'temporal-polyfill';
import type { Activity, ActivityPart, ActivitySpan } from '#shared/activity.ts';
import type { ActivityRow } from '#store/activity.repository.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
const DAYS = 30;

/** When each hour or day begins, oldest first; the last is under way. @throws RangeError for an unknown zone */
export function startsOf(span: ActivitySpan, zone: string, nowMs: number): readonly number[] {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  if (span === 'month') {
    const today = now.toPlainDate();
    return countUp(DAYS, (back) => today.subtract({ days: back }).toZonedDateTime(zone).epochMilliseconds);
  }
  const hour = nowMs - (nowMs % HOUR_MS);
  return countUp(HOURS, (back) => hour - back * HOUR_MS);
}

function countUp(length: number, startOf: (back: number) => number): readonly number[] {
  return Array.from({ length }, (_, index) => startOf(length - 1 - index));
}

/** @param rows of hours that began with the first of `starts` or later */
export function partsOf(
  rows: readonly ActivityRow[],
  starts: readonly number[],
): Pick<Activity, 'parts' | 'failures'> {
  const parts = starts.map(
    (start): ActivityPart => ({
      ...{ start, runs: 0, exchange: 0, liferay: 0, failedRuns: 0, failedEvents: 0 },
    }),
  );
  const failures = new Map<string, Activity['failures'][number]>();
  for (const { hour, kind, reason, count } of rows) {
    const part = parts.findLast(({ start }) => start <= hour);
    if (part === undefined) continue;
    part[NAMES[kind]] += count;
    if (kind !== 'failedRun' && kind !== 'failedEvent') continue;
    const known = failures.get(`${kind} ${reason}`);
    if (known === undefined) {
      failures.set(`${kind} ${reason}`, { what: kind === 'failedRun' ? 'run' : 'event', reason, count });
    } else known.count += count;
  }
  return { parts, failures: [...failures.values()].toSorted((a, b) => b.count - a.count) };
}

const NAMES = {
  run: 'runs',
  exchange: 'exchange',
  liferay: 'liferay',
  failedRun: 'failedRuns',
  failedEvent: 'failedEvents',
} as const satisfies Record<ActivityRow['kind'], keyof ActivityPart>;
