/** The two requests that carry no question: to the EWS endpoint that was named, and to the redirect without HTTPS. */
import { failedWith, outcomeOfStatus } from './answers.ts';
import type { Outcome } from './attempt.ts';
import type { Answer } from './http.ts';

/**
 * Whether EWS is at the address. IIS asks a GET without sign-in for one before EWS sees it. Where a proxy has signed in
 * already, EWS refuses the method or shows the page that names its WSDL. Any other page, or a redirect to one, is a
 * portal in between.
 */
export function readEndpoint(answer: Answer): Outcome {
  const { status, schemes } = answer;
  if (status === 401 || status === 405) return { kind: 'isEws', schemes };
  if (status === 200 && /services\.wsdl/i.test(answer.text)) return { kind: 'isEws', schemes };
  return outcomeOfStatus(answer) ?? failedWith('notTheService', 'a page stands where EWS is said to be');
}

/** Only a redirect counts (Microsoft Learn, "Autodiscover for Exchange", phase 3); whatever else is said was not protected. */
export function readPlainRedirect(answer: Answer): Outcome {
  const outcome = outcomeOfStatus(answer);
  return outcome?.kind === 'redirectUrl'
    ? outcome
    : failedWith('notTheService', `HTTP ${answer.status}: no redirect`);
}
