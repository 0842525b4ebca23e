/** The record of a step of a search, for people: what was tried and what came of it, without secrets and queries. */
import { placeOf } from '#core/connection.ts';
import { DETAIL_LIMIT, type Failure } from '#core/failure.ts';
import type { AutodiscoverStep } from '../autodiscover.port.ts';
import type { Attempt, Outcome } from './attempt.ts';

/** An attempt that was made. */
export function stepOf(attempt: Attempt, outcome: Outcome, milliseconds: number): AutodiscoverStep {
  return { ...about(attempt), milliseconds, ...summaryOf(outcome) };
}

/** An attempt that a rule forbids. */
export function refusedStep(attempt: Attempt, { reason, detail }: Failure): AutodiscoverStep {
  return { ...about(attempt), milliseconds: 0, outcome: 'refused', reason, detail };
}

function about(attempt: Attempt): Pick<AutodiscoverStep, 'what' | 'url' | 'signedIn'> {
  const signedIn = 'signedIn' in attempt && attempt.signedIn;
  return { what: attempt.kind, url: placeOf(attempt.url), signedIn };
}

type Summary = Pick<AutodiscoverStep, 'outcome' | 'reason' | 'detail'>;

function summaryOf(outcome: Outcome): Summary {
  switch (outcome.kind) {
    case 'failed':
      return { outcome: 'failed', reason: outcome.failure.reason, detail: outcome.failure.detail };
    case 'settings':
      return said(
        'answered',
        [outcome.external, outcome.internal].flatMap(placesIn).join(' and ') || 'no EWS',
      );
    case 'redirectUrl':
      return said('redirected', `to ${placeOf(outcome.url)}`);
    case 'redirectAddress':
      return said('redirected', `to ${outcome.address}`);
    case 'signInAsked':
      return said('signInAsked', outcome.schemes.join(', '));
    case 'services':
      return said('answered', outcome.hosts.join(', ') || 'none');
    case 'isEws':
      return said('found', outcome.schemes.join(', '));
    default:
      return outcome satisfies never;
  }
}

function placesIn(url: string | null): readonly string[] {
  return url === null ? [] : [`EWS at ${placeOf(url)}`];
}

function said(outcome: Summary['outcome'], text: string): Summary {
  return { outcome, reason: null, detail: text.replace(/\s+/g, ' ').trim().slice(0, DETAIL_LIMIT) };
}
