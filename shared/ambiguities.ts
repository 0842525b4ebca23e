/**
 * What the elements and the edge service say to each other of events that match several on the other side. A part of the
 * contract (api.ts) that few people's pages load.
 */
import * as v from 'valibot';
import { Id, Next, Side } from './api.ts';

const told = {
  linkId: v.string(),
  /** Null for private events. */
  title: v.nullable(v.string()),
  start: v.nullable(v.number()),
  allDay: v.boolean(),
  /** What tells it from the others, as far as the pairing shows it; null for private events. */
  location: v.nullable(v.string()),
  /** The first 200 characters. */
  description: v.nullable(v.string()),
};

/**
 * An event that matches several on the other side, or one of those. `candidates`: of one in Exchange, the bookings that
 * may be its copy. `choice`, null where nobody decided, which leaves it set aside after the start:
 * - `link`: the booking that `chosen` names is its copy.
 * - `create`: it has none, and is copied as any other.
 * - `leaveOut`: nothing is done about it.
 */
export const Ambiguity = v.object({
  ...told,
  side: Side,
  candidates: v.array(v.object(told)),
  choice: v.nullable(v.picklist(['link', 'create', 'leaveOut'])),
  chosen: v.nullable(v.string()),
});
export type Ambiguity = v.InferOutput<typeof Ambiguity>;

/** GET /api/pairings/:id/ambiguities?after= — while the pairing previews, in order of time. */
export const Ambiguities = v.object({ events: v.array(Ambiguity), next: Next });
export type Ambiguities = v.InferOutput<typeof Ambiguities>;

/** Events that one request may decide about. */
export const AMBIGUITY_DECISION_LIMIT = 200;

/**
 * POST /api/pairings/:id/ambiguities — what becomes of these events from the start on; `later` takes a decision back. The
 * last one counts, also where two items choose one booking. The same again does nothing.
 */
export const AmbiguityDecisions = v.object({
  decisions: v.pipe(
    v.array(
      v.variant('choice', [
        v.object({ linkId: Id, choice: v.literal('link'), with: Id }),
        v.object({ linkId: Id, choice: v.picklist(['create', 'leaveOut', 'later']) }),
      ]),
    ),
    v.minLength(1),
    v.maxLength(AMBIGUITY_DECISION_LIMIT),
  ),
});
export type AmbiguityDecisions = v.InferOutput<typeof AmbiguityDecisions>;

/** What it answers: about how many of them was decided. What is not there as it was named does not count. */
export const AmbiguitiesDecided = v.object({ decided: v.number() });
