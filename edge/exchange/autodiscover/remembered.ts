/**
 * Autodiscover that remembers: a mailbox is looked for once, again after a day, and when a request to it failed in a
 * way that a move would explain. Source: Microsoft Learn, "Refresh configuration information by using Autodiscover".
 */
import type { Clock } from '#core/effects.ts';
import type { Failure } from '#core/failure.ts';
import type { Reason } from '#shared/reasons.ts';
import type {
  Autodiscover,
  AutodiscoverRequest,
  AutodiscoverResult,
  AutodiscoverRules,
  AutodiscoverStep,
  MailboxPlace,
  MailboxWhereabouts,
  RememberedPlace,
  WhereaboutsMemory,
} from '../autodiscover.port.ts';
import { refusalOf } from './guards.ts';

/** "EWS URL: valid for 24 hours" (Microsoft Learn, as above). */
export const VALID_MS = 24 * 3_600_000;
/** Between searches for one mailbox, whatever asks for them: a server that is down is not searched for all the time. */
export const SEARCH_INTERVAL_MS = 10 * 60_000;

/**
 * Failures of requests to a mailbox after which it is worth asking where it is: those that Microsoft Learn names, and
 * what a server says of a mailbox that it has no more.
 */
const MAY_HAVE_MOVED: ReadonlySet<Reason> = new Set([
  'unreachable',
  'timedOut',
  'certificateRefused',
  'addressNotAllowed',
  'notTheService',
  'redirected',
  'serverError',
  'mailboxNotFound',
  'mailboxElsewhere',
  'mailboxUnavailable',
  'ewsBlocked',
  'endpointNotFound',
]);

/** Whether a search is due now. `failed`: the reason for which the last request to the mailbox failed. */
export function isSearchDue(
  remembered: RememberedPlace | null,
  nowMs: number,
  failed: Reason | null,
): boolean {
  if (remembered === null) return true;
  const sinceMs = nowMs - remembered.searchedAtMs;
  // Before the search: the clock was set back.
  if (sinceMs < 0) return true;
  if (sinceMs < SEARCH_INTERVAL_MS) return false;
  return nowMs - remembered.foundAtMs >= VALID_MS || (failed !== null && MAY_HAVE_MOVED.has(failed));
}

/** Where a mailbox is, from the memory where that will do. */
export function createWhereabouts(
  autodiscover: Autodiscover,
  memory: WhereaboutsMemory,
  clock: Clock,
): MailboxWhereabouts {
  return async (request, failed) => {
    const remembered = stillAllowed(await memory.recall(request.address), request.rules);
    const nowMs = clock.now();
    if (remembered !== null && !isSearchDue(remembered, nowMs, failed)) {
      return { kind: 'found', place: remembered.place, moved: false, steps: [] };
    }
    const result = await autodiscover(fromLastSource(request, remembered));
    return afterSearch(memory, request.address, remembered, result, nowMs);
  };
}

/** What an administrator has taken back meanwhile is forgotten. */
function stillAllowed(remembered: RememberedPlace | null, rules: AutodiscoverRules): RememberedPlace | null {
  if (remembered === null || remembered.place.kind === 'exchangeOnline') return remembered;
  const { endpoint, address, source } = remembered.place;
  return refusalOf({ kind: 'endpoint', url: endpoint, address, source }, rules) === null ? remembered : null;
}

function fromLastSource(
  request: AutodiscoverRequest,
  remembered: RememberedPlace | null,
): AutodiscoverRequest {
  return remembered === null ? request : { ...request, lastSource: remembered.place.source };
}

async function afterSearch(
  memory: WhereaboutsMemory,
  address: string,
  remembered: RememberedPlace | null,
  result: AutodiscoverResult,
  nowMs: number,
): ReturnType<MailboxWhereabouts> {
  if (result.kind === 'found') {
    await memory.remember(address, { place: result.place, foundAtMs: nowMs, searchedAtMs: nowMs });
    const moved = remembered !== null && !isSamePlace(remembered.place, result.place);
    return { ...result, moved };
  }
  if (remembered === null) return result;
  // What was known stays in use: a search that fails is no proof that a server has gone.
  await memory.remember(address, { ...remembered, searchedAtMs: nowMs });
  return stillKnown(remembered.place, result.failure, result.steps);
}

function stillKnown(place: MailboxPlace, notFound: Failure, steps: readonly AutodiscoverStep[]) {
  return { kind: 'found', place, moved: false, notFound, steps } as const;
}

function isSamePlace(a: MailboxPlace, b: MailboxPlace): boolean {
  if (a.address !== b.address) return false;
  if (a.kind === 'onPremises' && b.kind === 'onPremises') return a.endpoint === b.endpoint;
  return a.kind === b.kind;
}
