/** The real effects on Node. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AbortSignalLike, Effects, HttpFetch, Log, Seal } from '#core/effects.ts';

/** The platform's effects. Node's fetch keeps connections alive by itself. */
export function createNodeEffects({ seal, log }: { readonly seal: Seal; readonly log: Log }): Effects {
  return {
    fetch: platformFetch,
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      sleep: (ms, signal) =>
        sleep(ms, undefined, signal === undefined ? {} : { signal: platformSignal(signal) }),
    },
    timeoutSignal: (ms) => AbortSignal.timeout(ms),
    ids: { uuid: () => crypto.randomUUID() },
    random: { next: () => Math.random() },
    seal,
    log,
  };
}

const platformFetch: HttpFetch = (url, { method, headers, body, signal, redirect }) =>
  fetch(url, {
    method,
    headers,
    redirect,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal: platformSignal(signal) }),
  });

/** Signals come from `timeoutSignal` or from the runtime, so they are the platform's own. */
function platformSignal(signal: AbortSignalLike): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  throw new TypeError('Not a signal of this platform.');
}
