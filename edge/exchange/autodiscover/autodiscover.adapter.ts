/**
 * Autodiscover over HTTP: walks the search (search.ts) with real requests and keeps a record of each step. All
 * decisions are the search's and the guards'; here is only what sends, reads and measures.
 */
import type { Effects, HttpFetch } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import type { Network } from '#core/network.ts';
import type {
  Autodiscover,
  AutodiscoverRequest,
  AutodiscoverResult,
  AutodiscoverStep,
} from '../autodiscover.port.ts';
import { USER_AGENT } from '../basic.ts';
import { loadLibrary } from '../ews/library.ts';
import type { SignedFetch } from '../sign-in/signed-fetch.ts';
import type { ParseXml } from './answers.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { readEndpoint, readPlainRedirect } from './endpoint.ts';
import { ask, type Question, REQUEST_LIMIT_MS } from './http.ts';
import { jsonQuestion, readJson } from './json.ts';
import { poxQuestion, readPox } from './pox.ts';
import { afterOutcome, nextStep, outOfTime, startSearch } from './search.ts';
import { serviceHosts } from './services.ts';
import { readSoap, soapQuestion } from './soap.ts';
import { refusedStep, stepOf } from './steps.ts';

/** Of a whole search. */
export const SEARCH_LIMIT_MS = 60_000;

/** What a search needs beside its request. */
interface Means {
  readonly effects: Effects;
  readonly network: Network;
  /** Within the reach that the rules allow. */
  readonly fetch: HttpFetch;
  readonly signed: SignedFetch;
  readonly parse: ParseXml;
  readonly request: AutodiscoverRequest;
}

/** Autodiscover on a network. `signed`: opens sign-ins on the same network. */
export function createAutodiscover(effects: Effects, network: Network, signed: SignedFetch): Autodiscover {
  return async (request) => {
    const { parse } = await loadLibrary();
    const fetch = network.fetchWithin(request.rules.reach);
    return runSearch({ effects, network, fetch, signed, parse, request });
  };
}

async function runSearch(means: Means): Promise<AutodiscoverResult> {
  const { clock } = means.effects;
  const deadline = clock.monotonic() + SEARCH_LIMIT_MS;
  const steps: AutodiscoverStep[] = [];
  let search = startSearch(means.request);
  for (;;) {
    const leftMs = Math.floor(deadline - clock.monotonic());
    const next = leftMs > 0 ? nextStep(search) : outOfTime(search, SEARCH_LIMIT_MS);
    if (next.kind === 'found') return { ...next, steps };
    if (next.kind === 'failed') return { ...next, steps };
    const { attempt } = next;
    if (next.kind === 'refused') {
      steps.push(refusedStep(attempt, next.failure));
      search = next.search;
      continue;
    }
    const startedAt = clock.monotonic();
    const outcome = await outcomeOf(means, attempt, Math.min(REQUEST_LIMIT_MS, leftMs));
    steps.push(stepOf(attempt, outcome, Math.round(clock.monotonic() - startedAt)));
    search = afterOutcome(next.search, attempt, outcome);
  }
}

async function outcomeOf(means: Means, attempt: Attempt, limitMs: number): Promise<Outcome> {
  try {
    return await tried(means, attempt, limitMs);
  } catch (error) {
    if (error instanceof RemoteFailure) return { kind: 'failed', failure: error.failure };
    throw error;
  }
}

async function tried(means: Means, attempt: Attempt, limitMs: number): Promise<Outcome> {
  const { effects, network, parse } = means;
  const answerTo = ({ headers, ...question }: Question) =>
    ask(
      effects,
      fetchFor(means, attempt),
      { ...question, headers: { ...headers, 'User-Agent': USER_AGENT } },
      limitMs,
    );
  const { url, address } = attempt;
  switch (attempt.kind) {
    case 'json':
      return readJson(await answerTo(jsonQuestion(url)));
    case 'pox':
      return readPox(await answerTo(poxQuestion(url, address)), parse);
    case 'soap':
      return readSoap(await answerTo(soapQuestion(url, address)), parse);
    case 'plainRedirect':
      return readPlainRedirect(await answerTo({ method: 'GET', url, headers: {} }));
    case 'endpoint':
      return readEndpoint(await answerTo({ method: 'GET', url, headers: {} }));
    case 'services':
      return serviceHosts(effects, network, url, limitMs);
    default:
      return attempt satisfies never;
  }
}

/** The one place where a sign-in is put on a request. */
function fetchFor({ fetch, signed, request }: Means, attempt: Attempt): HttpFetch {
  const signedIn = 'signedIn' in attempt && attempt.signedIn;
  return signedIn && request.signIn !== null ? signed(request.signIn, request.rules.reach) : fetch;
}
