/** What reading an HTTP answer of a server takes, whatever it says: a size limit, and what it means that none came. */
import { connectionProblem, connectionReason } from '#core/connection.ts';
import type { AbortSignalLike, HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';

/** How much of an answer is read, and for how long. */
export interface ReadLimits {
  readonly bytes: number;
  /** A server can send for ever, a byte at a time: not every runtime ends the reading by itself. */
  readonly signal: AbortSignalLike | undefined;
}

/** The body in the pieces in which it came. Rejects with RemoteFailure `answerTooLarge` or `timedOut`. */
export async function readBytes(
  { body }: HttpResponse,
  { bytes: limit, signal }: ReadLimits,
): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    if (signal?.aborted) throw new RemoteFailure(failure('timedOut', 'the answer did not end in time'));
    bytes += chunk.byteLength;
    if (bytes > limit) throw new RemoteFailure(failure('answerTooLarge', `more than ${limit} bytes`));
    chunks.push(chunk);
  }
  return chunks;
}

/**
 * The body as text. Rejects with RemoteFailure `answerTooLarge` or `timedOut`, and with `badAnswer` an answer that is not
 * UTF-8, as all are here: read in spite of that, it would spoil the texts of events. An error and a page, of which
 * nothing is kept, are read as well as may be.
 */
export async function readText(response: HttpResponse, limits: ReadLimits): Promise<string> {
  const chunks = await readBytes(response, limits);
  try {
    return decoded(chunks, { fatal: true });
  } catch (cause) {
    const text = decoded(chunks, { fatal: false });
    if (response.status !== 200 || PAGE.test(text)) return text;
    throw new RemoteFailure(failure('badAnswer', notText(response)), { cause });
  }
}

const PAGE = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b/i;

function decoded(chunks: readonly Uint8Array[], options: { readonly fatal: boolean }): string {
  const decoder = new TextDecoder('utf-8', options);
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}

function notText({ headers }: HttpResponse): string {
  const said = ['Content-Type', 'Content-Encoding'].flatMap((name) => headers.get(name) ?? []);
  return ['the answer is no text in UTF-8', ...said].join(', ');
}

/** Why a request has no answer: it took longer than `timeoutMs`, or the connection failed. */
export function noAnswer(error: unknown, aborted: boolean, timeoutMs: number): RemoteFailure {
  const name = error instanceof Error ? error.name : '';
  if (aborted || name === 'TimeoutError' || name === 'AbortError') {
    return new RemoteFailure(failure('timedOut', `no answer within ${timeoutMs} ms`), { cause: error });
  }
  return new RemoteFailure(failure(connectionReason(error), connectionProblem(error)), { cause: error });
}
