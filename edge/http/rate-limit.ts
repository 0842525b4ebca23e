/**
 * How often somebody may have this service ask other servers. A bucket for each caller, which fills again with time; it
 * is of this process (on Workers: of the isolate), because it protects the servers from one hasty page and not from many
 * callers: for that runs and requests share the limits of the domain.
 */
import type { Clock } from '#core/effects.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { ApiProblem } from './problem.ts';

/** At once, and then one in each `everyMs`. */
export interface RateLimit {
  readonly burst: number;
  readonly everyMs: number;
}

const CALLERS = 10_000;

/** Counts a request of the caller. @throws ApiProblem tooManyRequests, with when to come again */
export type CountRequest = (caller: string) => void;

export function createRateLimit(
  clock: Pick<Clock, 'monotonic'>,
  { burst, everyMs }: RateLimit,
): CountRequest {
  /** By caller, the moment at which the bucket is full again. */
  const fullAt = new ExpiringCache<number>(clock, burst * everyMs, CALLERS);
  return (caller) => {
    const now = clock.monotonic();
    const next = Math.max(now, fullAt.get(caller) ?? now) + everyMs;
    const overMs = next - now - burst * everyMs;
    if (overMs > 0) throw new ApiProblem('tooManyRequests', null, { waitMs: overMs });
    fullAt.set(caller, next);
  };
}
