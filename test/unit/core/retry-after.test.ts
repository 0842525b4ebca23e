/** How long a server asks us to wait. */
import { describe, expect, test } from 'vitest';
import { boundedWaitMs, LONGEST_WAIT_MS, retryAfterMs } from '#core/retry-after.ts';

const SENT = 'Sun, 06 Nov 1994 08:49:37 GMT';

function wait(retryAfter?: string, date?: string): number | undefined {
  const headers = new Headers();
  if (retryAfter !== undefined) headers.set('Retry-After', retryAfter);
  if (date !== undefined) headers.set('Date', date);
  return retryAfterMs(headers);
}

describe('Retry-After', () => {
  test.each<[string, string | undefined, number | undefined]>([
    ['a number of seconds', '30', 30_000],
    ['no time at all', '0', 0],
    ['with white space', ' 30 ', 30_000],
    ['longer than anybody should wait', '86400', LONGEST_WAIT_MS],
    ['half a second', '0.5', undefined],
    ['with a unit', '30s', undefined],
    ['a negative number', '-1', undefined],
    ['more digits than a number has', '1234567890123456', undefined],
    ['empty', '', undefined],
    ['missing', undefined, undefined],
    ['no date', 'tomorrow', undefined],
    ['the thirtieth of February', 'Wed, 30 Feb 1994 08:49:37 GMT', undefined],
    ['a month that is none', 'Sun, 06 Foo 1994 08:49:37 GMT', undefined],
    ['another zone', 'Sun, 06 Nov 1994 08:49:37 CET', undefined],
    ['more than a date', 'On Sun, 06 Nov 1994 08:50:37 GMT', undefined],
    ['a date and more', 'Sun, 06 Nov 1994 08:50:37 GMT or later', undefined],
  ])('%s', (_, retryAfter, expected) => {
    expect(wait(retryAfter, SENT)).toBe(expected);
  });

  test.each<[string, number]>([
    ['Sun, 06 Nov 1994 08:50:07 GMT', 30_000],
    [' Sun, 06 Nov 1994 08:50:07 GMT ', 30_000],
    ['Mon, 07 Nov 1994 08:49:37 GMT', LONGEST_WAIT_MS],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ])('%s counts from the server’s own clock', (until, expected) => {
    expect(wait(until, SENT)).toBe(expected);
  });

  test.each(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'])(
    'knows %s',
    (month) => {
      expect(wait(`Tue, 01 ${month} 2000 00:00:01 GMT`, `Tue, 01 ${month} 2000 00:00:00 GMT`)).toBe(1_000);
    },
  );

  test('a date says nothing where the answer does not tell its own time', () => {
    expect(wait(SENT)).toBeUndefined();
    expect(wait(SENT, 'some day')).toBeUndefined();
  });
});

test.each<[number, number | undefined]>([
  [0, 0],
  [1, 1],
  [LONGEST_WAIT_MS, LONGEST_WAIT_MS],
  [LONGEST_WAIT_MS + 1, LONGEST_WAIT_MS],
  [-1, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])('a wait of %d is taken for %s', (waitMs, expected) => {
  expect(boundedWaitMs(waitMs)).toBe(expected);
});
