/** When a mailbox is looked for again, and what is believed meanwhile. */
import { describe, expect, test } from 'vitest';
import type { Clock } from '#core/effects.ts';
import { failure } from '#core/failure.ts';
import { createWhereabouts, SEARCH_INTERVAL_MS, VALID_MS } from '#exchange/autodiscover/remembered.ts';
import type {
  AutodiscoverRequest,
  AutodiscoverResult,
  MailboxPlace,
  RememberedPlace,
} from '#exchange/autodiscover.port.ts';
import type { Reason } from '#shared/reasons.ts';
import { inert } from './scripted-exchange.ts';

const REQUEST: AutodiscoverRequest = {
  address: 'anna@example.org',
  signIn: null,
  rules: { releasedHosts: ['example.org'], reach: 'public', prefer: 'external' },
};

function place(endpoint: string): MailboxPlace {
  return {
    kind: 'onPremises',
    address: REQUEST.address,
    endpoint,
    signInSchemes: ['basic'],
    source: { protocol: 'json', url: 'https://mail.example.org/autodiscover/autodiscover.json' },
  };
}

const OLD = place('https://old.example.org/EWS');
const NEW = place('https://new.example.org/EWS');
const ONLINE: MailboxPlace = { kind: 'exchangeOnline', address: REQUEST.address, source: OLD.source };

function whereabouts(first: MailboxPlace | null) {
  let nowMs = Date.UTC(2026, 10, 23);
  let known: RememberedPlace | null =
    first === null ? null : { place: first, foundAtMs: nowMs, searchedAtMs: nowMs };
  let next: AutodiscoverResult = { kind: 'found', place: NEW, steps: [] };
  const asked: AutodiscoverRequest[] = [];
  const clock: Clock = { ...inert().clock, now: () => nowMs };
  const locate = createWhereabouts(
    async (request) => {
      asked.push(request);
      return next;
    },
    {
      recall: async () => known,
      remember: async (_, remembered) => {
        known = remembered;
      },
    },
    clock,
  );
  return {
    asked,
    locate: (failed: Reason | null = null, releasedHosts = REQUEST.rules.releasedHosts) =>
      locate({ ...REQUEST, rules: { ...REQUEST.rules, releasedHosts } }, failed),
    later: (ms: number) => (nowMs += ms),
    answers: (result: MailboxPlace | Reason) => {
      next =
        typeof result === 'string'
          ? { kind: 'failed', failure: failure(result, 'x'), hostsToRelease: [], steps: [] }
          : { kind: 'found', place: result, steps: [] };
    },
  };
}

test('it is looked for once a day', async () => {
  const { asked, locate, later } = whereabouts(null);
  expect(await locate()).toMatchObject({ kind: 'found', place: NEW, moved: false });
  later(VALID_MS - 1);
  await locate();
  expect(asked).toHaveLength(1);
  later(1);
  await locate();
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatchObject({ lastSource: NEW.source });
});

describe('after a failed request', () => {
  test.each(['unreachable', 'mailboxNotFound', 'ewsBlocked', 'serverError', 'notTheService'] as const)(
    '%s: it is found where it moved to',
    async (reason) => {
      const { locate, later } = whereabouts(OLD);
      later(SEARCH_INTERVAL_MS);
      expect(await locate(reason)).toMatchObject({ place: NEW, moved: true });
      later(SEARCH_INTERVAL_MS);
      expect(await locate(null)).toMatchObject({ place: NEW, moved: false });
    },
  );

  test('also in Exchange Online', async () => {
    const { locate, later, answers } = whereabouts(OLD);
    later(SEARCH_INTERVAL_MS);
    answers(ONLINE);
    expect(await locate('ewsBlocked')).toMatchObject({ place: ONLINE, moved: true });
  });

  test.each(['signInRefused', 'throttled', 'itemNotFound', 'folderNotFound', 'badAnswer'] as const)(
    '%s says nothing of where it is',
    async (reason) => {
      const { asked, locate, later } = whereabouts(OLD);
      later(SEARCH_INTERVAL_MS);
      expect(await locate(reason)).toMatchObject({ place: OLD, moved: false });
      expect(asked).toEqual([]);
    },
  );

  test('a server that is down is searched for every ten minutes at most, and stays the one that is known', async () => {
    const { asked, locate, later, answers } = whereabouts(OLD);
    answers('timedOut');
    for (let minute = 0; minute < 60; minute += 1) {
      later(60_000);
      expect(await locate('unreachable')).toMatchObject({ kind: 'found', place: OLD, moved: false });
    }
    expect(asked).toHaveLength(6);
  });
});

test('a search that fails leaves what is known in use, and says so', async () => {
  const { locate, later, answers } = whereabouts(OLD);
  later(VALID_MS);
  answers('signInRefused');
  expect(await locate()).toMatchObject({ place: OLD, notFound: { reason: 'signInRefused' } });
});

test('nothing known and nothing found is a failure', async () => {
  const { locate, answers } = whereabouts(null);
  answers('endpointNotFound');
  expect(await locate()).toMatchObject({ kind: 'failed', failure: { reason: 'endpointNotFound' } });
});

test('a clock that was set back does not keep an old place for ever', async () => {
  const { asked, locate, later } = whereabouts(OLD);
  later(-1);
  await locate();
  expect(asked).toHaveLength(1);
});

test('a place whose host the administrator took back is forgotten at once', async () => {
  const { asked, locate, answers } = whereabouts(OLD);
  answers('hostNotReleased');
  expect(await locate(null, ['new.example.org'])).toMatchObject({ kind: 'failed' });
  expect(asked[0]).not.toHaveProperty('lastSource');
});
