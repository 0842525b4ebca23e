/**
 * The search as a state machine without effects: a state, what to do next, and the state after what came of it.
 *
 * ```
 *            nextStep                         afterOutcome
 *   state ──┬── done                          settings        → the endpoints, first in the queue
 *           ├── refused by a rule ──▶ state   redirectUrl     → that URL, first in the queue
 *           └── try it ── outcome ──▶ state   redirectAddress → a new queue, for the new address
 *                                             signInAsked     → the same with the sign-in, first in the queue
 *                                             services        → their hosts, last in the queue
 *                                             isEws           → found
 *                                             failed          → remembered; a dead host is not asked again
 * ```
 *
 * It ends for every sequence of outcomes: a step is never repeated (`seen`), and there are at most STEP_LIMIT.
 */
import type { ExchangeSignIn } from '#core/exchange-access.ts';
import { type Failure, failure } from '#core/failure.ts';
import type { Reason } from '#shared/reasons.ts';
import type {
  AutodiscoverProtocol,
  AutodiscoverRequest,
  AutodiscoverRules,
  AutodiscoverSource,
  MailboxPlace,
} from '../autodiscover.port.ts';
import {
  type Attempt,
  attemptAt,
  attemptAtUrl,
  attemptsFor,
  hostOf,
  isExchangeOnline,
  type Outcome,
  parseAddress,
} from './attempt.ts';
import { refusalOf } from './guards.ts';
import { decisiveFailure } from './verdict.ts';

/** Steps of one search, refused ones included. The longest honest one takes less than half. */
export const STEP_LIMIT = 40;
/** Redirections in a row, and new addresses in a search (Microsoft Learn, "Get user settings from Exchange by using Autodiscover"). */
export const REDIRECT_LIMIT = 10;
/** Sign-ins that may be refused before no more are sent: a wrong password must not lock the account. */
export const REFUSED_SIGN_IN_LIMIT = 2;
/** Hosts of service records that are asked. */
const SERVICE_LIMIT = 3;

type SignInScheme = 'basic' | 'ntlm' | 'bearer';

const SCHEMES: Readonly<Record<ExchangeSignIn['kind'], SignInScheme>> = {
  basic: 'basic',
  ntlm: 'ntlm',
  oauth: 'bearer',
};

/** Where a search stands. */
export interface Search {
  readonly rules: AutodiscoverRules;
  /** The challenge that our sign-in answers; null: there is no sign-in. */
  readonly scheme: SignInScheme | null;
  readonly queue: readonly Attempt[];
  /** Keys of all attempts that were made or refused. */
  readonly seen: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  readonly deadOrigins: ReadonlySet<string>;
  readonly refusingOrigins: ReadonlySet<string>;
  /** By attempt, the attempts from which redirections led to it, the first one first. */
  readonly trails: ReadonlyMap<string, readonly string[]>;
  readonly failures: readonly Failure[];
  readonly hostsToRelease: readonly string[];
  readonly place: MailboxPlace | null;
}

/** What to do now. The states carry the search on. */
export type NextStep =
  | { readonly kind: 'try'; readonly attempt: Attempt; readonly search: Search }
  | {
      readonly kind: 'refused';
      readonly attempt: Attempt;
      readonly failure: Failure;
      readonly search: Search;
    }
  | { readonly kind: 'found'; readonly place: MailboxPlace }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly hostsToRelease: readonly string[] };

/** The state before the first step. */
export function startSearch({ address, rules, signIn, lastSource }: AutodiscoverRequest): Search {
  const empty: Search = {
    rules,
    scheme: signIn === null ? null : SCHEMES[signIn.kind],
    queue: [],
    seen: new Set(),
    addresses: new Set(),
    deadOrigins: new Set(),
    refusingOrigins: new Set(),
    trails: new Map(),
    failures: [],
    hostsToRelease: [],
    place: null,
  };
  const search = restarted(empty, address, null);
  if (lastSource === undefined) return search;
  return enqueuedFirst(search, [attemptAtUrl(lastSource.url, lastSource.protocol, address)]);
}

/** What to do in this state. */
export function nextStep(search: Search): NextStep {
  if (search.place !== null) return { kind: 'found', place: search.place };
  const [attempt, ...queue] = search.queue;
  if (attempt === undefined || search.seen.size >= STEP_LIMIT) return { kind: 'failed', ...verdict(search) };
  const key = keyOf(attempt);
  if (search.seen.has(key) || search.deadOrigins.has(originOf(attempt))) {
    return nextStep({ ...search, queue });
  }
  const next = { ...search, queue, seen: plus(search.seen, key) };
  const refusal = refusalOf(attempt, search.rules);
  if (refusal === null) return { kind: 'try', attempt, search: next };
  return { kind: 'refused', attempt, failure: refusal, search: refused(next, attempt, refusal) };
}

/** The search was cut short by its time limit. */
export function outOfTime(search: Search, limitMs: number): NextStep {
  if (search.place !== null) return { kind: 'found', place: search.place };
  const late = failed(search, failure('timedOut', `not finished within ${limitMs} ms`));
  return { kind: 'failed', ...verdict(late) };
}

function verdict({ failures, hostsToRelease }: Search) {
  return { failure: decisiveFailure(failures), hostsToRelease };
}

/** The state after what came of an attempt. */
export function afterOutcome(search: Search, attempt: Attempt, outcome: Outcome): Search {
  switch (outcome.kind) {
    case 'settings':
      return afterSettings(search, attempt, outcome.external, outcome.internal);
    case 'redirectUrl':
      return redirected(search, attempt, outcome.url);
    case 'redirectAddress':
      return restarted(search, outcome.address, attempt);
    case 'signInAsked':
      return afterChallenge(search, attempt, outcome.schemes);
    case 'services':
      return afterServices(search, attempt, outcome.hosts);
    case 'isEws':
      return attempt.kind === 'endpoint' ? { ...search, place: placeOf(attempt, outcome.schemes) } : search;
    case 'failed':
      return afterFailure(search, attempt, outcome.failure);
    default:
      return outcome satisfies never;
  }
}

function afterSettings(
  search: Search,
  attempt: Attempt,
  external: string | null,
  internal: string | null,
): Search {
  const source = sourceOf(attempt);
  if (source === null) return search;
  const ordered = search.rules.prefer === 'external' ? [external, internal] : [internal, external];
  const urls = ordered.filter((url) => url !== null);
  if (urls.length === 0) {
    return failed(search, failure('endpointNotFound', 'the mailbox has no Exchange Web Services'));
  }
  const { address } = attempt;
  if (urls.some((url) => isExchangeOnline(hostOf(url) ?? ''))) {
    return { ...search, place: { kind: 'exchangeOnline', address, source } };
  }
  return enqueuedFirst(
    search,
    urls.map((url) => ({ kind: 'endpoint', url, address, source })),
  );
}

function placeOf({ address, url, source }: Attempt & { kind: 'endpoint' }, signInSchemes: readonly string[]) {
  return { kind: 'onPremises', address, endpoint: url, signInSchemes, source } as const;
}

function sourceOf({ kind, url }: Attempt): AutodiscoverSource | null {
  return isProtocol(kind) ? { protocol: kind, url: url.replace(/[?#].*$/s, '') } : null;
}

function isProtocol(kind: Attempt['kind']): kind is AutodiscoverProtocol {
  return kind === 'json' || kind === 'pox' || kind === 'soap';
}

/** Follows a server to another URL, in the protocol that it was asked in. Exchange Online is only asked openly. */
function redirected(search: Search, attempt: Attempt, url: string): Search {
  const { kind, address } = attempt;
  const host = hostOf(url) ?? '';
  if (kind === 'endpoint') return failed(search, failure('redirected', `EWS is said to be at ${host}`));
  const next = isExchangeOnline(host)
    ? attemptAt(host, 'json', address)
    : attemptAtUrl(url, isProtocol(kind) ? kind : 'pox', address);
  const trail = [...(search.trails.get(trailKeyOf(attempt)) ?? []), trailKeyOf(attempt)];
  if (trail.includes(trailKeyOf(next)) || trail.length > REDIRECT_LIMIT) {
    return failed(search, failure('redirectLoop', `${host} after ${trail.length} redirections`));
  }
  const trails = new Map([...search.trails, [trailKeyOf(next), trail] as const]);
  return enqueuedFirst({ ...search, trails }, [next]);
}

/** Begins for an address: the first one, or another that the server of `attempt` told; what was still to do is dropped. */
function restarted(search: Search, address: string, attempt: Attempt | null): Search {
  const parsed = parseAddress(address);
  if (parsed === null) return failed(search, failure('mailboxNotFound', 'this is no e-mail address'));
  const { local, domain } = parsed;
  const name = `${local}@${domain}`;
  const source = attempt === null ? null : sourceOf(attempt);
  if (isExchangeOnline(domain) && source !== null) {
    return { ...search, place: { kind: 'exchangeOnline', address: name, source } };
  }
  const known = name.toLowerCase();
  if (search.addresses.has(known) || search.addresses.size > REDIRECT_LIMIT) {
    return failed(search, failure('redirectLoop', `${domain} was asked already`));
  }
  return {
    ...search,
    addresses: plus(search.addresses, known),
    queue: isExchangeOnline(domain)
      ? [attemptAt('outlook.office365.com', 'json', name)]
      : attemptsFor(name, domain),
  };
}

function afterChallenge(search: Search, attempt: Attempt, schemes: readonly string[]): Search {
  if (attempt.kind !== 'pox' && attempt.kind !== 'soap') return search;
  const origin = originOf(attempt);
  if (attempt.signedIn) {
    const refusing = { ...search, refusingOrigins: plus(search.refusingOrigins, origin) };
    return failed(refusing, failure('signInRefused', `${origin} refused the sign-in`));
  }
  const refuse = (why: string) => failed(search, failure('signInRefused', `${origin} ${why}`));
  const { scheme } = search;
  if (scheme === null) return refuse('asks for a sign-in');
  if (!schemes.includes(scheme)) return refuse(`offers ${schemes.join(', ') || 'nothing'} and not ${scheme}`);
  const mayTry = search.refusingOrigins.size < REFUSED_SIGN_IN_LIMIT && !search.refusingOrigins.has(origin);
  return mayTry ? enqueuedFirst(search, [{ ...attempt, signedIn: true }]) : search;
}

function afterServices(search: Search, { address }: Attempt, hosts: readonly string[]): Search {
  const asked = hosts.slice(0, SERVICE_LIMIT);
  const attempts = (['json', 'pox', 'soap'] as const).flatMap((protocol) =>
    asked.map((host) => attemptAt(host, protocol, address)),
  );
  return { ...search, queue: [...search.queue, ...attempts] };
}

/** A host that could not be connected to will not be better in another protocol. */
const DEAD: ReadonlySet<Reason> = new Set([
  'unreachable',
  'timedOut',
  'certificateRefused',
  'addressNotAllowed',
]);

function afterFailure(search: Search, attempt: Attempt, reason: Failure): Search {
  const next = failed(search, reason);
  const isDead = attempt.kind !== 'services' && DEAD.has(reason.reason);
  return isDead ? { ...next, deadOrigins: plus(search.deadOrigins, originOf(attempt)) } : next;
}

function refused(search: Search, { url }: Attempt, refusal: Failure): Search {
  const host = hostOf(url);
  const isNew =
    refusal.reason === 'hostNotReleased' && host !== null && !search.hostsToRelease.includes(host);
  return failed(isNew ? { ...search, hostsToRelease: [...search.hostsToRelease, host] } : search, refusal);
}

function failed(search: Search, reason: Failure): Search {
  return { ...search, failures: [...search.failures, reason] };
}

function enqueuedFirst(search: Search, attempts: readonly Attempt[]): Search {
  return { ...search, queue: [...attempts, ...search.queue] };
}

/** Two attempts with one key would be answered alike. */
function keyOf(attempt: Attempt): string {
  const url = URL.canParse(attempt.url) ? new URL(attempt.url).href.replace(/#.*$/s, '') : attempt.url;
  const signedIn = 'signedIn' in attempt && attempt.signedIn;
  return [attempt.kind, signedIn, attempt.address.toLowerCase(), url].join(' ');
}

/** With the sign-in it is the same place on the way. */
function trailKeyOf(attempt: Attempt): string {
  return keyOf('signedIn' in attempt ? { ...attempt, signedIn: false } : attempt);
}

function originOf({ url }: Attempt): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function plus<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  return new Set([...set, value]);
}
