/** What became of an event that somebody misses, from what is known of both calendars. Reads only. */
import { and, desc, eq, gt, isNull, like, lt, notExists, or, type SQL, sql } from 'drizzle-orm';
import { change, intent, link, linkContent, mailbox, proposal } from '#drizzle/schema.ts';
import { WHY_LIMIT, type Why, type WhyQuery } from '#shared/api.ts';
import type { Database } from './database.ts';
import type { OwnedPairing } from './pairings.repository.ts';
import { shownTitle } from './shown-title.ts';

type Found = Why['found'][number];

const VERDICTS: Readonly<Record<typeof link.$inferSelect.work, Found['verdict']>> = {
  clean: 'here',
  dirty: 'soon',
  outside: 'outside',
  parked: 'setAside',
  held: 'held',
  liferayOnly: 'leftAlone',
  proposed: 'preview',
};

/** Events in trouble first, then in order of time; last what was removed. */
export async function whyOf(db: Database, owned: OwnedPairing, wanted: WhyQuery): Promise<Why> {
  const agreed = shownTitle(sql`coalesce(${linkContent.base}, ${intent.base})`);
  // Never agreed on: as the preview or the history named it.
  const told = sql`(select ${change.title} from ${change}
    where ${change.linkId} = ${link.id} order by ${change.at} desc limit 1)`;
  const title = sql<string | null>`coalesce(${agreed}, ${proposal.title}, ${told})`;
  const start = sql<number | null>`coalesce(${link.firstAt}, ${proposal.startAt})`;
  const [events, removed, boxes] = await db.batch([
    db
      .select({ title, start, work: link.work, reason: link.reason, detail: link.reasonDetail })
      .from(link)
      .leftJoin(linkContent, eq(linkContent.linkId, link.id))
      .leftJoin(intent, eq(intent.linkId, link.id))
      .leftJoin(proposal, eq(proposal.linkId, link.id))
      .where(and(eq(link.pairingId, owned.id), isNamed(title, wanted), isThen(start, wanted)))
      .orderBy(sql`${link.work} = 'clean'`, start, link.id)
      .limit(WHY_LIMIT),
    db
      .select({ title: change.title, at: change.at })
      .from(change)
      .where(
        and(
          eq(change.pairingId, owned.id),
          eq(change.kind, 'delete'),
          isNamed(sql`${change.title}`, wanted),
          wanted.from === undefined ? undefined : wasThen(wanted),
          notExists(db.select({ id: link.id }).from(link).where(eq(link.id, change.linkId))),
        ),
      )
      .orderBy(desc(change.at))
      .limit(WHY_LIMIT),
    db.select({ lastRunAt: mailbox.lastRunAt }).from(mailbox).where(eq(mailbox.id, owned.mailboxId)),
  ]);
  const found: Found[] = [
    ...events.map(({ work, ...event }) => ({ ...event, verdict: VERDICTS[work], at: null })),
    ...removed.map(
      ({ title: name, at }): Found => ({
        title: name,
        start: null,
        verdict: 'removed',
        reason: null,
        detail: null,
        at,
      }),
    ),
  ];
  return { found: found.slice(0, WHY_LIMIT), lastRunAt: boxes[0]?.lastRunAt ?? null };
}

function isNamed(title: SQL, wanted: WhyQuery): SQL | undefined {
  if (wanted.title === undefined) return undefined;
  const pattern = wanted.title.replaceAll(/[!%_]/g, '!$&');
  return sql`${like(title, `%${pattern}%`)} escape '!'`;
}

/** A series counts as long as it lasts. */
function isThen(start: SQL, { from, until }: WhyQuery): SQL | undefined {
  if (from === undefined || until === undefined) return undefined;
  return and(
    lt(start, until),
    or(gt(link.lastAt, from), and(isNull(link.lastAt), sql`${start} is not null`)),
  );
}

/** All that is left of it is the image of what was deleted. */
function wasThen({ from = 0, until = 0 }: WhyQuery): SQL {
  const at = (name: 'start' | 'end') => {
    const text = sql`json_extract(${change.before}, ${`$.time.${name}`})`;
    return sql`unixepoch(substr(${text}, 1, 19)) * 1000`;
  };
  return sql`(${change.before} is not null and ${at('start')} < ${until} and ${at('end')} > ${from})`;
}
