/**
 * Everything that is not a function of its arguments, as interfaces. A runtime hands in the real ones, the
 * simulation hands in virtual ones; nothing else may reach for a clock, a random number or the network.
 */

/** Time, which tests and the simulation turn by hand. */
export interface Clock {
  /** Wall time in epoch milliseconds: for schedules, leases and what people read. It may jump. */
  now(): number;
  /** Milliseconds from an arbitrary origin that never go back: for durations within one process. */
  monotonic(): number;
  /** Settles after `ms`, or rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignalLike): Promise<void>;
}

/** The part of the platform's AbortSignal that we hand on. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
}

/** One request as every runtime can send it. Header names in any case; the body is text. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignalLike;
  /** The answer goes on for long: it is handed on as it comes, and its connection serves nothing else. */
  readonly goesOn?: true;
  /** Redirects are never followed blindly: credentials must not travel to a place that a server named. */
  readonly redirect: 'manual';
}

/** Structurally the platform's Response. `body` is read chunk by chunk, so that a size limit can be held. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Rejects with the platform's errors (TypeError, AbortError, TimeoutError) when no answer came. */
export type HttpFetch = (url: string, request: HttpRequest) => Promise<HttpResponse>;

/** Ids of stored rows and of copies that are made. */
export interface Ids {
  /** A random UUID, version 4. */
  uuid(): string;
}

/** For jitter only: nothing that has to be secret is drawn from it. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Encryption at rest. Both reject with an Error when the key id is unknown or the text was tampered with. */
export interface Seal {
  seal(plain: string): Promise<string>;
  open(sealed: string): Promise<string>;
}

/** Structured log. Field values must be plain JSON; secrets never go in, the sink redacts as a second line. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** All that is not a function of its arguments. Each runtime makes one; nothing else reaches the outside. */
export interface Effects {
  readonly fetch: HttpFetch;
  readonly clock: Clock;
  /** A signal that aborts after `ms`. */
  timeoutSignal(ms: number): AbortSignalLike;
  readonly ids: Ids;
  readonly random: Random;
  readonly seal: Seal;
  readonly log: Log;
}
