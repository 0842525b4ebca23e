/** What reading an HTTP answer of a server takes, whatever it says: a size limit, and what it means that none came. */
import { connectionProblem, connectionReason } from '#core/connection.ts';
import type { HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';

/** The body in the pieces in which it came. Rejects with RemoteFailure `answerTooLarge`. */
export async function readBytes({ body }: HttpResponse, limitBytes: number): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limitBytes) {
      throw new RemoteFailure(failure('answerTooLarge', `more than ${limitBytes} bytes`));
    }
    chunks.push(chunk);
  }
  return chunks;
}

/** The body as text. Rejects with RemoteFailure `answerTooLarge`. */
export async function readText(response: HttpResponse, limitBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const chunks = await readBytes(response, limitBytes);
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}

/** Why a request has no answer: it took longer than `timeoutMs`, or the connection failed. */
export function noAnswer(error: unknown, aborted: boolean, timeoutMs: number): RemoteFailure {
  const name = error instanceof Error ? error.name : '';
  if (aborted || name === 'TimeoutError' || name === 'AbortError') {
    return new RemoteFailure(failure('timedOut', `no answer within ${timeoutMs} ms`), { cause: error });
  }
  return new RemoteFailure(failure(connectionReason(error), connectionProblem(error)), { cause: error });
}
