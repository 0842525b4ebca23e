/** What an EWS endpoint says to somebody who does not say who they are. */
import type { Effects } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import { noAnswer, readText } from '../http.ts';
import type { MailboxServer } from '../mailbox-calendar.port.ts';
import { headersFor, offeredKinds, refuseByHead, soapAnswer } from './transport.ts';

/** What follows a challenge is a page for people. */
const PAGE_LIMIT_BYTES = 1 << 20;

/**
 * The kinds of sign-in that the server offers; none where it answers without asking. Rejects with RemoteFailure, with
 * `notTheService` where a page answers that is not Exchange's.
 */
export async function greet(
  effects: Pick<Effects, 'fetch' | 'timeoutSignal'>,
  { endpoint, timeoutMs }: Pick<MailboxServer, 'endpoint' | 'timeoutMs'>,
  address: string,
): Promise<readonly string[]> {
  const signal = effects.timeoutSignal(timeoutMs);
  try {
    const response = await effects.fetch(endpoint, {
      method: 'POST',
      headers: headersFor(address),
      body: '',
      signal,
      redirect: 'manual',
    });
    const text = await readText(response, { bytes: PAGE_LIMIT_BYTES, signal });
    if (response.status === 401) return offeredKinds(response.headers);
    refuseByHead(response);
    soapAnswer(response.status, text);
    return [];
  } catch (error) {
    throw error instanceof RemoteFailure ? error : noAnswer(error, signal.aborted, timeoutMs);
  }
}
