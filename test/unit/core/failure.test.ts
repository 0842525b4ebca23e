/** Failures as they reach an administrator's log. */
import { describe, expect, test } from 'vitest';
import { DETAIL_LIMIT, failure, RemoteFailure } from '#core/failure.ts';

describe('the detail of a failure', () => {
  test('is one line', () => {
    expect(failure('badAnswer', '  The server\r\n\tsaid  no. \n')).toEqual({
      reason: 'badAnswer',
      detail: 'The server said no.',
    });
  });

  test('is cut at the limit', () => {
    expect(failure('badAnswer', 'x'.repeat(DETAIL_LIMIT)).detail).toHaveLength(DETAIL_LIMIT);
    expect(failure('badAnswer', `${'x'.repeat(DETAIL_LIMIT)}y`).detail).toBe('x'.repeat(DETAIL_LIMIT));
  });
});

test('a failure says how long to wait only where the server did', () => {
  expect(failure('throttled', 'Busy', 0)).toEqual({ reason: 'throttled', detail: 'Busy', waitMs: 0 });
  expect('waitMs' in failure('throttled', 'Busy')).toBe(false);
});

test('a failure that is thrown says what it is, and why', () => {
  const cause = new Error('Connection reset');
  const thrown = new RemoteFailure(failure('unreachable', 'No answer'), { cause });
  expect(thrown).toMatchObject({ name: 'RemoteFailure', message: 'unreachable: No answer', cause });
  expect(thrown.failure.reason).toBe('unreachable');
});
