/**
 * The real effects, of the web platform that Node and Cloudflare Workers share. Node keeps connections alive by itself;
 * on Workers clocks stand still while the CPU works and move with every answer.
 */
import type { AbortSignalLike, Effects, HttpFetch, Log, Seal } from '#core/effects.ts';

/** The platform's effects. */
export function createPlatformEffects({ seal, log }: { readonly seal: Seal; readonly log: Log }): Effects {
  return {
    fetch: platformFetch,
    clock: { now: () => Date.now(), monotonic: () => performance.now(), sleep },
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

function sleep(ms: number, signal?: AbortSignalLike): Promise<void> {
  const aborting = signal === undefined ? null : platformSignal(signal);
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(aborting?.reason);
    };
    const timer = setTimeout(() => {
      aborting?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (aborting?.aborted === true) abort();
    else aborting?.addEventListener('abort', abort, { once: true });
  });
}

/** Signals come from `timeoutSignal` or from the runtime, so they are the platform's own. */
export function platformSignal(signal: AbortSignalLike): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  throw new TypeError('Not a signal of this platform.');
}
