/** Which of the failures of a search that found nothing is told: the one that somebody can do something about. */
import { type Failure, failure } from '#core/failure.ts';
import type { Reason } from '#shared/reasons.ts';

/**
 * First what a server said that knows the mailbox or the sign-in, then what our rules forbade, then what is wrong with
 * servers. A web server at the domain that knows nothing of Exchange, or no server at all, says nothing.
 */
const TELLING: readonly Reason[] = [
  'signInRefused',
  'mailboxNotFound',
  'throttled',
  'accessDenied',
  'ewsBlocked',
  'hostNotReleased',
  'addressNotAllowed',
  'certificateRefused',
  'serverError',
  'redirectLoop',
  'redirected',
  'answerTooLarge',
  'badAnswer',
  'timedOut',
];

/** The failure of the whole search. `throttled` keeps how long to wait. */
export function decisiveFailure(failures: readonly Failure[]): Failure {
  for (const reason of TELLING) {
    const told = failures.find((each) => each.reason === reason);
    if (told !== undefined) return told;
  }
  const last = failures.at(-1);
  const why =
    last === undefined ? 'there was nothing to ask' : `the last of ${failures.length}: ${last.detail}`;
  return failure('endpointNotFound', `no server answered as Autodiscover; ${why}`);
}
