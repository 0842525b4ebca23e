/** The search by itself: its order, and that it ends and keeps its promises whatever comes of its attempts. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failure } from '#core/failure.ts';
import type { Attempt, Outcome } from '#exchange/autodiscover/attempt.ts';
import { hostOf } from '#exchange/autodiscover/attempt.ts';
import { isReleased } from '#exchange/autodiscover/guards.ts';
import {
  afterOutcome,
  nextStep,
  outOfTime,
  REDIRECT_LIMIT,
  REFUSED_SIGN_IN_LIMIT,
  type Search,
  STEP_LIMIT,
  startSearch,
} from '#exchange/autodiscover/search.ts';
import type { AutodiscoverRequest, AutodiscoverRules } from '#exchange/autodiscover.port.ts';
import { REASONS, type Reason } from '#shared/reasons.ts';

const RULES: AutodiscoverRules = { releasedHosts: ['example.org'], reach: 'public', prefer: 'external' };
const REQUEST: AutodiscoverRequest = {
  address: 'anna@example.org',
  signIn: { kind: 'basic', user: 'sync', password: 'x' },
  rules: RULES,
};
const UNREACHABLE: Outcome = { kind: 'failed', failure: failure('notTheService', 'HTTP 404') };

interface Walk {
  readonly tried: readonly Attempt[];
  readonly refused: readonly Attempt[];
  readonly end: string;
}

/** Walks a search to its end; `answer` says what comes of each attempt. */
function walk(answer: (attempt: Attempt, index: number) => Outcome, request = REQUEST): Walk {
  const tried: Attempt[] = [];
  const refused: Attempt[] = [];
  let search: Search = startSearch(request);
  for (let step = 0; step <= STEP_LIMIT; step += 1) {
    const next = nextStep(search);
    if (next.kind === 'found') return { tried, refused, end: next.place.kind };
    if (next.kind === 'failed') return { tried, refused, end: next.failure.reason };
    search = next.search;
    if (next.kind === 'refused') refused.push(next.attempt);
    else {
      search = afterOutcome(search, next.attempt, answer(next.attempt, tried.length));
      tried.push(next.attempt);
    }
  }
  throw new Error('it goes on');
}

test('the order: v2, POX and SOAP at the two well-known hosts, the redirect without HTTPS, service records', () => {
  const { tried, end } = walk(() => UNREACHABLE);
  expect(tried.map(({ url }) => url)).toEqual([
    'https://example.org/autodiscover/autodiscover.json?Email=anna%40example.org&Protocol=EWS',
    'https://autodiscover.example.org/autodiscover/autodiscover.json?Email=anna%40example.org&Protocol=EWS',
    'https://example.org/autodiscover/autodiscover.xml',
    'https://autodiscover.example.org/autodiscover/autodiscover.xml',
    'https://example.org/autodiscover/autodiscover.svc',
    'https://autodiscover.example.org/autodiscover/autodiscover.svc',
    'http://autodiscover.example.org/autodiscover/autodiscover.xml',
    '_autodiscover._tcp.example.org',
  ]);
  expect(end).toBe('endpointNotFound');
});

test('names with letters of other alphabets are asked as the DNS writes them', () => {
  const rules = { ...RULES, releasedHosts: ['BÜCHER.example'] };
  const { tried } = walk(() => UNREACHABLE, { ...REQUEST, address: 'anna@bücher.example', rules });
  expect(tried[0]?.url).toContain('https://xn--bcher-kva.example/');
});

test('a new address drops what was still to be tried for the old one', () => {
  const { tried } = walk((_, index) =>
    index === 0 ? { kind: 'redirectAddress', address: 'anna@sub.example.org' } : UNREACHABLE,
  );
  expect(tried.slice(1).every(({ address }) => address === 'anna@sub.example.org')).toBe(true);
  expect(tried).toHaveLength(9);
});

test('a host that cannot be connected to is not asked in another protocol', () => {
  const dead: Outcome = { kind: 'failed', failure: failure('unreachable', 'ENOTFOUND') };
  const { tried } = walk(() => dead);
  expect(tried.map(({ kind }) => kind)).toEqual(['json', 'json', 'plainRedirect', 'services']);
});

test('time that runs out ends it with what is known, or with that', () => {
  expect(outOfTime(startSearch(REQUEST), 60_000)).toMatchObject({ failure: { reason: 'timedOut' } });
  const search = startSearch(REQUEST);
  const next = nextStep(search);
  if (next.kind !== 'try') throw new Error('nothing to try');
  const refused = afterOutcome(next.search, next.attempt, {
    kind: 'failed',
    failure: failure('signInRefused', ''),
  });
  expect(outOfTime(refused, 60_000)).toMatchObject({ failure: { reason: 'signInRefused' } });
});

test.each<[readonly Reason[], Reason]>([
  [['unreachable', 'signInRefused', 'certificateRefused'], 'signInRefused'],
  [['certificateRefused', 'mailboxNotFound'], 'mailboxNotFound'],
  [['notTheService', 'certificateRefused', 'timedOut'], 'certificateRefused'],
  [['notTheService', 'unreachable'], 'endpointNotFound'],
])('of %j the one that is told is %s', (reasons, told) => {
  const { end } = walk((_, index) => ({
    kind: 'failed',
    failure: failure(reasons[index] ?? 'notTheService', 'x'),
  }));
  expect(end).toBe(told);
});

describe('for any outcomes', () => {
  const host = fc.constantFrom(
    'example.org',
    'mail.example.org',
    'a.example.org',
    'thief.example',
    'outlook.office365.com',
    '10.0.0.1',
    '[::1]',
  );
  const url = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('https', 'https', 'https', 'http', 'ftp'),
        host,
        fc.nat(40),
        fc.constantFrom('xml', 'svc', 'json', 'asmx'),
      )
      .map(([scheme, name, path, kind]) => `${scheme}://${name}/${path}.${kind}`),
    fc.webUrl(),
    fc.string(),
  );
  const address = fc.oneof(
    fc.constantFrom(
      'anna@example.org',
      'anna@sub.example.org',
      'b@thief.example',
      'x@example.onmicrosoft.com',
      '',
    ),
    fc.nat(30).map((n) => `anna@n${n}.example.org`),
    fc.string(),
  );
  const schemes = fc.subarray(['basic', 'ntlm', 'negotiate']);
  const reasons = Object.keys(REASONS) as Reason[];
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.record({ kind: fc.constant('settings' as const), external: fc.option(url), internal: fc.option(url) }),
    fc.record({ kind: fc.constant('redirectUrl' as const), url }),
    fc.record({ kind: fc.constant('redirectAddress' as const), address }),
    fc.record({ kind: fc.constant('signInAsked' as const), schemes }),
    fc.record({ kind: fc.constant('services' as const), hosts: fc.array(host, { maxLength: 20 }) }),
    fc.record({
      kind: fc.constant('failed' as const),
      failure: fc.constantFrom(...reasons).map((reason) => failure(reason, 'x')),
    }),
  );
  const story = fc.array(outcome, { minLength: STEP_LIMIT, maxLength: STEP_LIMIT });
  const walked = (outcomes: readonly Outcome[]) => walk((_, index) => outcomes[index] ?? UNREACHABLE);

  test('it ends within its limit of steps, and no attempt is made twice', () => {
    fc.assert(
      fc.property(story, (outcomes) => {
        const { tried, refused } = walked(outcomes);
        expect(tried.length + refused.length).toBeLessThanOrEqual(STEP_LIMIT);
        const keys = tried.map((attempt) => JSON.stringify({ ...attempt, source: null }));
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the sign-in goes to released hosts over HTTPS alone, where it was asked for, and is refused twice at most', () => {
    fc.assert(
      fc.property(story, (outcomes) => {
        const { tried } = walked(outcomes);
        let refusals = 0;
        for (const [index, attempt] of tried.entries()) {
          if (!('signedIn' in attempt) || !attempt.signedIn) continue;
          expect(new URL(attempt.url).protocol).toBe('https:');
          expect(isReleased(hostOf(attempt.url) ?? '', RULES.releasedHosts)).toBe(true);
          const asked = tried.findIndex((each) => isDeepStrictEqual(each, { ...attempt, signedIn: false }));
          expect(outcomes[asked]).toMatchObject({ kind: 'signInAsked' });
          if (outcomes[index]?.kind === 'signInAsked') refusals += 1;
        }
        expect(refusals).toBeLessThanOrEqual(REFUSED_SIGN_IN_LIMIT);
      }),
      { numRuns: 1_000 },
    );
  });

  test('no host is asked that is neither released nor Exchange Online, and that one only by v2', () => {
    fc.assert(
      fc.property(story, (outcomes) => {
        for (const { kind, url: asked } of walked(outcomes).tried) {
          if (kind === 'services') continue;
          const name = hostOf(asked) ?? '';
          const isOnline = name === 'outlook.office365.com' && kind === 'json';
          expect(isOnline || isReleased(name, RULES.releasedHosts)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

test('ten redirections in a row are followed, and those of a web site leave the others theirs', () => {
  let count = 0;
  const { tried } = walk(({ url }): Outcome => {
    if (hostOf(url) !== 'example.org') return UNREACHABLE;
    count += 1;
    return { kind: 'redirectUrl', url: `https://example.org/${count}` };
  });
  const runs = tried.map(({ url }) => (/org\/\d/.test(url) ? '>' : '.')).join('');
  const ten = '>'.repeat(REDIRECT_LIMIT);
  expect(runs).toBe(`.${ten}..${ten}..${ten}...`);
});

test('ten new addresses are followed', () => {
  const { tried, end } = walk((_, index) => ({
    kind: 'redirectAddress',
    address: `anna@n${index}.example.org`,
  }));
  expect(new Set(tried.map(({ address }) => address)).size).toBe(REDIRECT_LIMIT + 1);
  expect(end).toBe('redirectLoop');
});

test('a redirect to where was asked already is no loop', () => {
  const { end } = walk(({ kind }) =>
    kind === 'plainRedirect'
      ? { kind: 'redirectUrl', url: 'https://autodiscover.example.org/autodiscover/autodiscover.xml' }
      : UNREACHABLE,
  );
  expect(end).toBe('endpointNotFound');
});
