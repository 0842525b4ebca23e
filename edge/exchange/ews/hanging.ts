/**
 * GetStreamingEvents: one request whose answer goes on for up to half an hour, envelope by envelope (Microsoft Learn,
 * "GetStreamingEvents operation").
 */
import type { AbortSignalLike, Clock, HttpResponse } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { noAnswer, readText } from '../http.ts';
import type { Conversation } from './conversation.ts';
import { EnvelopeReader } from './envelope-reader.ts';
import { faultOf } from './faults.ts';
import type { EwsLibrary, WireNode } from './library.ts';
import { headersFor, refuseByHead, soapAnswer } from './transport.ts';

/** The longest that a server grants. */
const CONNECTION_MINUTES = 30;
/** A server may end its time a little early. */
const NEARLY_OVER_MS = CONNECTION_MINUTES * 60_000 - 10_000;
/** A server says something every 45 s; Microsoft's own client gives up after twice that (GetStreamingEventsRequest.cs). */
export const SILENCE_MS = 90_000;
/** Of an answer that is a fault. */
const FAULT_LIMIT_BYTES = 1 << 20;

/**
 * Opens the connection. What comes out are parsed envelopes; it ends when the answer does. Rejects with RemoteFailure when
 * the server refuses, says nothing for too long, or the connection breaks. `watch` closes it.
 */
export async function openHanging(
  { library, route, service }: Conversation,
  subscriptionIds: readonly string[],
  watch: ConnectionWatch,
): Promise<AsyncGenerator<WireNode>> {
  const { server, address, fetch } = route;
  const request = new library.GetStreamingEventsRequest(
    service,
    () => undefined,
    subscriptionIds,
    CONNECTION_MINUTES,
  );
  const response = await watch.within(server.timeoutMs, () =>
    fetch(server.endpoint, {
      method: 'POST',
      // Nothing is to wait in a packer until there is more of it.
      headers: { ...headersFor(address), 'Accept-Encoding': 'identity' },
      body: String(request.BuildXHR().data),
      signal: watch.signal,
      goesOn: true,
      redirect: 'manual',
    }),
  );
  refuseByHead(response);
  if (response.status === 500) throw await refusalIn(library, response, server.timeoutMs, watch);
  return envelopesOf(library, response, watch);
}

async function refusalIn(
  library: EwsLibrary,
  response: HttpResponse,
  timeoutMs: number,
  watch: ConnectionWatch,
): Promise<RemoteFailure> {
  const limits = { bytes: FAULT_LIMIT_BYTES, signal: watch.signal };
  const text = await watch.within(timeoutMs, () => readText(response, limits));
  return faultOf(library, soapAnswer(500, text).xml);
}

async function* envelopesOf(
  library: EwsLibrary,
  { body }: HttpResponse,
  watch: ConnectionWatch,
): AsyncGenerator<WireNode> {
  const reader = new EnvelopeReader();
  const pieces = (body ?? nothing())[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await watch.within(SILENCE_MS, () => pieces.next());
      if (done) break;
      for (const text of reader.push(value)) yield envelopeOf(library, text);
    }
    reader.end();
    if (watch.elapsedMs < NEARLY_OVER_MS) {
      throw new RemoteFailure(failure('unreachable', 'the connection ended before its time'));
    }
  } finally {
    watch.stop();
    // Not waited for: it would wait for a piece that does not come.
    pieces.return?.().catch(() => undefined);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function envelopeOf(library: EwsLibrary, text: string): WireNode {
  const { kind, xml } = soapAnswer(200, text);
  if (kind === 'fault') throw faultOf(library, xml);
  try {
    return library.parse(xml);
  } catch (cause) {
    if (cause instanceof RemoteFailure) throw cause;
    throw new RemoteFailure(failure('badAnswer', String(cause)), { cause });
  }
}

/** What ends a connection that nobody else ends: its user, or that nothing comes. Of one connection. */
export class ConnectionWatch {
  readonly #clock: Clock;
  readonly #aborting = new AbortController();
  readonly #user: AbortSignalLike;
  readonly #since: number;
  #interrupt: ((error: unknown) => void) | null = null;

  constructor(clock: Clock, user: AbortSignalLike) {
    this.#clock = clock;
    this.#user = user;
    this.#since = clock.monotonic();
    if (user instanceof AbortSignal) {
      user.addEventListener('abort', () => this.stop(), { once: true, signal: this.signal });
    }
  }

  /** Goes with the request. */
  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  get elapsedMs(): number {
    return this.#clock.monotonic() - this.#since;
  }

  /** Whether the user, and not the server, has ended it. */
  get isLeft(): boolean {
    return this.#user.aborted;
  }

  stop(): void {
    this.#aborting.abort();
    this.#interrupt?.(new RemoteFailure(failure('unreachable', 'the connection was closed')));
  }

  /** What the work comes to, unless it takes longer or somebody stops it. Rejects with RemoteFailure. */
  within<T>(ms: number, work: () => Promise<T>): Promise<T> {
    if (this.#user.aborted) this.stop();
    const waking = new AbortController();
    return new Promise<T>((resolve, reject) => {
      this.#interrupt = reject;
      if (this.signal.aborted) return reject(noAnswer(this.signal.reason, true, ms));
      const working = (async () => work())();
      working.then(resolve, (error: unknown) => {
        reject(error instanceof RemoteFailure ? error : noAnswer(error, false, ms));
      });
      const tooLate = () => {
        if (waking.signal.aborted) return;
        reject(new RemoteFailure(failure('timedOut', `nothing came within ${ms} ms`)));
        this.#aborting.abort();
      };
      this.#clock.sleep(ms, waking.signal).then(tooLate, () => undefined);
    }).finally(() => {
      this.#interrupt = null;
      waking.abort();
    });
  }
}
