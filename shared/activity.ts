/** The contract of browser and edge about how much is done for a domain, hour by hour or day by day. */
import * as v from 'valibot';

/** The last 24 hours, or the last 30 days. */
export const ActivitySpan = v.picklist(['day', 'month']);
export type ActivitySpan = v.InferOutput<typeof ActivitySpan>;

/** GET /api/domains/:id/activity?span=&zone= — `zone`: IANA name of the zone whose days are meant; default UTC. */
export const ActivityQuery = v.object({
  span: v.exactOptional(ActivitySpan),
  zone: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(64))),
});

/** An hour, or a day of the zone. Idle runs are not counted. */
export const ActivityPart = v.object({
  /** When it begins, epoch milliseconds. */
  start: v.number(),
  /** Runs that did something or failed. */
  runs: v.number(),
  /** Changes written to each side. */
  exchange: v.number(),
  liferay: v.number(),
  /** Runs that failed as a whole; events that failed, at each attempt. */
  failedRuns: v.number(),
  failedEvents: v.number(),
});
export type ActivityPart = v.InferOutput<typeof ActivityPart>;

/** What that answers. An hour that reaches over midnight, as in zones of half hours, is of the day in which it begins. */
export const Activity = v.object({
  span: ActivitySpan,
  zone: v.string(),
  /** Oldest first, the one under way last; those in which nothing was done too. */
  parts: v.array(ActivityPart),
  /** In all parts together, the most frequent first. */
  failures: v.array(
    v.object({
      what: v.picklist(['run', 'event']),
      /** Key of REASONS. */
      reason: v.string(),
      count: v.number(),
    }),
  ),
});
export type Activity = v.InferOutput<typeof Activity>;
