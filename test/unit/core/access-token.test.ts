/** How long an access token is used, how often one is asked for, and what an answer without one means. */
import { describe, expect, it } from 'vitest';
import { type CachedToken, openTokenSources, tokenIn } from '#core/access-token.ts';
import { RemoteFailure } from '#core/failure.ts';
import { memoryTokens } from '#test/memory-tokens.ts';

const MINUTE_MS = 60_000;

/** A server that gives t1, t2, …, each for an hour. */
function stage(cache = memoryTokens()) {
  let issued = 0;
  const time = { now: 0 };
  const request = async (): Promise<CachedToken> => {
    issued += 1;
    return { token: `t${issued}`, expiresAt: time.now + 60 * MINUTE_MS };
  };
  const open = openTokenSources({ now: () => time.now }, cache);
  return { time, cache, source: open('app', request), other: open('other', request), issued: () => issued };
}

describe('the tokens of an identity', () => {
  it('are asked for once, by many at the same time', async () => {
    const { source, issued } = stage();
    expect(await Promise.all([source.current(), source.current()])).toEqual(['t1', 't1']);
    expect(await source.current()).toBe('t1');
    expect(issued()).toBe(1);
  });

  it('are renewed half a minute before they expire', async () => {
    const { source, time } = stage();
    await source.current();
    time.now = 59.5 * MINUTE_MS - 1;
    expect(await source.current()).toBe('t1');
    time.now += 1;
    expect(await source.current()).toBe('t2');
  });

  it('are shared with other workers, and each identity has its own', async () => {
    const { cache, source, other } = stage();
    expect([await source.current(), await other.current()]).toEqual(['t1', 't2']);
    expect(await stage(cache).source.current()).toBe('t1');
  });

  it('are another one after a refusal, and that of another worker if it has one already', async () => {
    const one = stage();
    const two = stage(one.cache);
    await one.source.current();
    await two.source.current();
    expect(await one.source.renewed('t1')).toBe('t2');
    expect(await two.source.renewed('t1')).toBe('t2');
    expect(two.issued()).toBe(0);
  });

  it('are asked for again after an attempt that failed', async () => {
    let attempts = 0;
    const source = openTokenSources({ now: () => 0 }, memoryTokens())('app', async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('away');
      return { token: 'good', expiresAt: MINUTE_MS };
    });
    await expect(source.current()).rejects.toThrow('away');
    expect(await source.current()).toBe('good');
  });
});

describe('the answer of a token endpoint', () => {
  const answer = (status: number, body: unknown, retryAfterMs?: number) => ({
    status,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    isHtml: typeof body === 'string' && body.startsWith('<'),
    retryAfterMs,
  });

  it('with a token names its end, by default after so many seconds', () => {
    expect(tokenIn(answer(200, { access_token: 'a.b', expires_in: 60 }), 1_000, 5)).toEqual({
      token: 'a.b',
      expiresAt: 61_000,
    });
    for (const life of ['soon', 0, -60]) {
      const { expiresAt } = tokenIn(answer(200, { access_token: 'a', expires_in: life }), 1_000, 5);
      expect(expiresAt).toBe(6_000);
    }
  });

  it.each([1e300, 99_999_999_999])('that lives for %d seconds is asked for again after a day', (life) => {
    const { expiresAt } = tokenIn(answer(200, { access_token: 'a', expires_in: life }), 0, 5);
    expect(expiresAt).toBe(24 * 60 * MINUTE_MS);
  });

  it.each<[number, unknown, string, string]>([
    [
      401,
      { error: 'invalid_client', error_codes: [7000215] },
      'signInRefused',
      'invalid_client AADSTS7000215',
    ],
    [400, { error: 'The secret is hunter2' }, 'signInRefused', 'no token'],
    [200, { access_token: 'two words' }, 'notTheService', 'no token'],
    [400, '<html>', 'notTheService', 'no token'],
    [404, {}, 'notTheService', 'no token'],
    [200, '{"access_token": "half', 'badAnswer', 'no token'],
    [200, '<html>', 'notTheService', 'no token'],
    [200, {}, 'notTheService', 'no token'],
    [200, '[]', 'notTheService', 'no token'],
    [200, 'null', 'notTheService', 'no token'],
    [200, '"token"', 'notTheService', 'no token'],
    [404, 'not found', 'notTheService', 'no token'],
    [401, { access_token: 'a' }, 'signInRefused', 'no token'],
    [401, { error: 'Bearer invalid_client' }, 'signInRefused', 'no token'],
    [401, { error: 'invalid_client of hunter2' }, 'signInRefused', 'no token'],
    [403, {}, 'signInRefused', 'no token'],
    [500, {}, 'serverError', 'no token'],
    [503, {}, 'serverError', 'no token'],
  ])('%i %j is %s', (status, body, reason, said) => {
    expect(() => tokenIn(answer(status, body), 0, 1)).toThrow(
      new RemoteFailure({
        reason: reason as 'signInRefused',
        detail: `token request: HTTP ${status} ${said}`,
      }),
    );
  });

  it('that asks for patience is waited for', () => {
    const refused = () => tokenIn(answer(429, {}, 7_000), 0, 1);
    expect(refused).toThrow(expect.objectContaining({ failure: expect.objectContaining({ waitMs: 7_000 }) }));
  });
});
