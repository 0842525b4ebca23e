/** What the administrators of a domain take away: files of its mailboxes and its record; and how much was done, over time. */
import { Hono } from 'hono';
import { Temporal } from 'temporal-polyfill';
import { ActivityQuery, type ActivitySpan } from '#shared/activity.ts';
import type { AuditEntry, DomainMailbox } from '#shared/domain-api.ts';
import { DomainMailboxExportQuery } from '#shared/domain-requests.ts';
import { activityOf } from '#store/activity.repository.ts';
import { wholeAuditOf } from '#store/audit.repository.ts';
import { everyMailbox } from '#store/domain-mailbox-list.repository.ts';
import { partsOf, startsOf } from './activity-parts.ts';
import { answerCsv, CSV_MEDIA_TYPE, type Table } from './csv.ts';
import type { DomainEnv } from './domain-access.ts';
import { filterOf, orderOf } from './mailbox-query.ts';
import { describeDomain, queryOf, SCHEMAS } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import type { AppDependencies } from './settings.ts';

/** Below `/api/domains/:domainId`. */
export function domainReportRoutes({ db, effects }: AppDependencies) {
  return new Hono<DomainEnv>()
    .get(
      '/mailboxes.csv',
      describeDomain({
        summary: 'All mailboxes of the domain that fit, as a CSV file',
        description:
          'RFC 4180, UTF-8 with a byte order mark, times in UTC. What a spreadsheet would take for a formula has an apostrophe in front.',
        answers: [200, null],
        file: CSV_MEDIA_TYPE,
        reasons: ['invalidRequest'],
      }),
      queryOf(DomainMailboxExportQuery),
      async (c) => {
        const wanted = c.req.valid('query');
        const parts = everyMailbox(db, c.get('domain').row.id, { ...filterOf(wanted), ...orderOf(wanted) });
        return await answerCsv(c, 'mailboxes', { columns: MAILBOX_COLUMNS, parts });
      },
    )
    .get(
      '/audit.csv',
      describeDomain({
        summary: 'What administrators did to the domain, newest first, as a CSV file',
        description: 'All of it; otherwise as the file of mailboxes.',
        answers: [200, null],
        file: CSV_MEDIA_TYPE,
      }),
      async (c) => {
        const parts = wholeAuditOf(db, c.get('domain').row.id);
        return await answerCsv(c, 'audit', { columns: AUDIT_COLUMNS, parts });
      },
    )
    .get(
      '/activity',
      describeDomain({
        summary: 'How much was done, and what failed, in the last 24 hours or 30 days',
        description:
          'Counts of runs that did something or failed, of changes written to each side, and of failures by reason. Runs that found nothing to do are not counted. Days are those of `zone`.',
        answers: [200, SCHEMAS.Activity],
        reasons: ['invalidRequest'],
      }),
      queryOf(ActivityQuery),
      async (c) => {
        const { span = 'day', zone = 'UTC' } = c.req.valid('query');
        const starts = requireStarts(span, zone, effects.clock.now());
        const rows = await activityOf(db, c.get('domain').row.id, starts[0] ?? 0);
        return c.json({ span, zone, ...partsOf(rows, starts) });
      },
    );
}

/** @throws ApiProblem invalidRequest */
function requireStarts(span: ActivitySpan, zone: string, nowMs: number): readonly number[] {
  try {
    return startsOf(span, zone, nowMs);
  } catch {
    throw new ApiProblem('invalidRequest', 'zone: the IANA name of a time zone is expected.');
  }
}

const timeText = (atMs: number | null) =>
  atMs === null ? null : Temporal.Instant.fromEpochMilliseconds(atMs).toString({ fractionalSecondDigits: 0 });

/** Named as in the JSON. */
const MAILBOX_COLUMNS = {
  address: ({ address }) => address,
  ownerKind: ({ ownerKind }) => ownerKind,
  ownerId: ({ ownerId }) => ownerId,
  pairings: ({ pairings }) => pairings,
  state: ({ state }) => state,
  reason: ({ reason }) => reason,
  setAside: ({ setAside }) => setAside,
  intervalSeconds: ({ intervalSeconds }) => intervalSeconds,
  hasOwnInterval: ({ hasOwnInterval }) => hasOwnInterval,
  lastRunAt: ({ lastRunAt }) => timeText(lastRunAt),
  nextRunAt: ({ nextRunAt }) => timeText(nextRunAt),
} as const satisfies Table<DomainMailbox>['columns'];

const AUDIT_COLUMNS = {
  at: ({ at }) => timeText(at),
  userId: ({ userId }) => userId,
  action: ({ action }) => action,
  subject: ({ subject }) => subject,
  mailbox: ({ mailbox }) => mailbox,
} as const satisfies Table<AuditEntry>['columns'];
