/** How long a server asks us to wait (RFC 9110, section 10.2.3), from its own clock alone and within our limit. */
import { Temporal } from 'temporal-polyfill';

/** An hour: no server is taken at its word for longer, or one wrong number would stop a domain for days. */
export const LONGEST_WAIT_MS = 3_600_000;

/** A wait that a server named, within the limit; undefined for what is no length of time. */
export function boundedWaitMs(waitMs: number): number | undefined {
  return Number.isFinite(waitMs) && waitMs >= 0 ? Math.min(waitMs, LONGEST_WAIT_MS) : undefined;
}

/**
 * Milliseconds to wait from `Retry-After`; undefined where it is missing or says nothing. Its date form counts from
 * the `Date` of the same answer, because clocks of two machines are never compared.
 */
export function retryAfterMs(headers: { get(name: string): string | null }): number | undefined {
  const value = headers.get('Retry-After')?.trim() ?? '';
  if (/^\d{1,15}$/.test(value)) return boundedWaitMs(Number(value) * 1_000);
  const until = httpDate(value);
  const sent = httpDate(headers.get('Date')?.trim() ?? '');
  return until === null || sent === null ? undefined : boundedWaitMs(Math.max(0, until - sent));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** IMF-fixdate, the one form that servers may send: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const IMF_FIXDATE = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/;

/** Epoch milliseconds; null for what is no date. */
function httpDate(text: string): number | null {
  const [, day, monthName = '', year, time] = IMF_FIXDATE.exec(text) ?? [];
  const month = String(MONTHS.indexOf(monthName) + 1).padStart(2, '0');
  try {
    return Temporal.Instant.from(`${year}-${month}-${day}T${time}Z`).epochMilliseconds;
  } catch {
    return null;
  }
}
