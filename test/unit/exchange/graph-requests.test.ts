/** What only shows on the wire of Microsoft Graph: requests, odd answers, failures, and how many are under way at once. */
import { describe, expect, test } from 'vitest';
import type { HttpFetch, HttpRequest } from '#core/effects.ts';
import { graphEndpoint, isBelow } from '#exchange/graph/cloud.ts';
import { failureOf, INTO_FOLDER, OF_FOLDER, OF_ITEM, occurrenceFailureOf } from '#exchange/graph/failures.ts';
import { openGraphMailbox } from '#exchange/graph/graph-mailbox.adapter.ts';
import { Turns } from '#exchange/graph/turns.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import { effectsOn } from '#test/contract/ews-world.ts';
import { memoryEwsPorts } from '#test/ews-ports.ts';

const SERVER: MailboxServer = {
  endpoint: 'https://graph.microsoft.com/v1.0',
  protocol: 'graph',
  signIn: {
    kind: 'oauth',
    tokenUrl: 'https://login.microsoftonline.com/t/oauth2/v2.0/token',
    clientId: 'c',
    scope: 'https://outlook.office365.com/.default',
    proof: { kind: 'secret', secret: 's' },
  },
  impersonate: 'address',
  version: null,
  timeoutMs: 1_000,
};

interface Asked extends HttpRequest {
  readonly url: string;
}

function open(answer: (request: Asked) => Response) {
  const asked: Asked[] = [];
  const fetch: HttpFetch = async (url, request) => {
    const seen = { ...request, url };
    if (url.startsWith('https://login.')) {
      tokens.push(String(request.body));
      return Response.json({ access_token: 'token', expires_in: 3_600 });
    }
    asked.push(seen);
    return answer(seen);
  };
  const tokens: string[] = [];
  const mailbox = openGraphMailbox(effectsOn({ now: () => 0 }, fetch), memoryEwsPorts());
  return { asked, tokens, mailbox: mailbox(SERVER, 'anna@example.com', 'Europe/Rome') };
}

const page = (body: object, init: ResponseInit = {}) => Response.json({ value: [], ...body }, init);
const reason = (expected: string) => ({ failure: { reason: expected } });

describe('requests', () => {
  test('ask for immutable ids, UTC and plain text, name the product, and bear a token for Graph alone', async () => {
    const { asked, tokens, mailbox } = open(() => page({}));
    await mailbox.listFolders();
    const [{ url = '', headers = {} } = {}] = asked;
    expect(url).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/users\/anna%40example\.com\/calendars\?/);
    expect(headers['Prefer']).toContain('IdType="ImmutableId"');
    expect(headers['Prefer']).toContain('outlook.timezone="UTC"');
    expect(headers['Prefer']).toContain('outlook.body-content-type="text"');
    expect(headers['User-Agent']).toMatch(/^CalendarConnectorForExchange\//);
    expect(headers['Authorization']).toBe('Bearer token');
    expect(tokens[0]).toContain(encodeURIComponent('https://graph.microsoft.com/.default'));
  });

  test('an id with half a character in it is asked for, and is none that the server has', async () => {
    const { asked, mailbox } = open(() => Response.json({ responses: [] }));
    await expect(mailbox.read(['a\ud83d'])).rejects.toMatchObject(reason('badAnswer'));
    expect(asked[0]?.body).toContain('/events/a%EF%BF%BD');
  });

  test('a calendar that was chosen over Exchange Web Services is the same one', async () => {
    const { asked, mailbox } = open(() => page({ '@odata.deltaLink': 'https://graph.microsoft.com/v1.0/x' }));
    await mailbox.changes('AA+b/c==', null);
    expect(asked[0]?.url).toContain('/calendars/AA_b-c%3D%3D/events/delta');
  });

  test.each([
    ['another host', 'https://graph.microsoft.com.attacker.example/v1.0/x'],
    ['another cloud', 'https://graph.microsoft.us/v1.0/x'],
    ['another version', 'https://graph.microsoft.com/beta/x'],
    ['no encryption', 'http://graph.microsoft.com/v1.0/x'],
    ['a user in the URL', 'https://u:p@graph.microsoft.com/v1.0/x'],
  ])('a link to %s is not followed', async (_, link) => {
    const { asked, mailbox } = open(() => page({ '@odata.nextLink': link }));
    await expect(mailbox.listFolders()).rejects.toMatchObject(reason('redirected'));
    await expect(mailbox.changes('folder', null)).rejects.toMatchObject(reason('redirected'));
    const stored = JSON.stringify({ graph: 'events', link });
    await expect(mailbox.changes('folder', stored)).rejects.toMatchObject(reason('cursorInvalid'));
    expect(asked).toHaveLength(2);
  });

  test('pages that do not end are left', async () => {
    const { asked, mailbox } = open(({ url }) => page({ '@odata.nextLink': url }));
    await expect(mailbox.listFolders()).rejects.toMatchObject(reason('answerTooLarge'));
    expect(asked.length).toBeLessThanOrEqual(200);
  });
});

describe('answers', () => {
  const cursor = JSON.stringify({ graph: 'events', link: 'https://graph.microsoft.com/v1.0/x' });
  const error = (status: number, code: string, headers: Record<string, string> = {}) =>
    Response.json({ error: { code, message: 'said' } }, { status, headers });

  test.each<[string, () => Response, string]>([
    ['a page of a proxy', () => new Response('<!DOCTYPE html><html></html>'), 'notTheService'],
    ['half an answer', () => new Response('{"value":[{"id":"A'), 'badAnswer'],
    ['nothing', () => new Response(''), 'badAnswer'],
    ['another shape', () => Response.json({ value: {} }), 'badAnswer'],
    ['an event without an id', () => page({ value: [{}], '@odata.deltaLink': 'x' }), 'badAnswer'],
    ['a page without a link', () => page({}), 'badAnswer'],
    ['no UTF-8', () => new Response(Uint8Array.of(0x7b, 0xff, 0x7d)), 'badAnswer'],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { Location: 'https://x.example/?t=1' } }),
      'redirected',
    ],
    ['401', () => error(401, 'InvalidAuthenticationToken'), 'signInRefused'],
    ['403', () => error(403, 'ErrorAccessDenied'), 'accessDenied'],
    ['a mailbox on premises', () => error(404, 'MailboxNotEnabledForRESTAPI'), 'mailboxElsewhere'],
    ['an unknown user', () => error(404, 'ErrorInvalidUser'), 'mailboxNotFound'],
    ['a calendar that is gone', () => error(404, 'ErrorItemNotFound'), 'folderNotFound'],
    ['404 of somebody else', () => new Response('no', { status: 404 }), 'notTheService'],
    ['an expired delta', () => error(410, 'SyncStateNotFound'), 'cursorInvalid'],
    ['410 without a code that is known', () => error(410, 'Gone'), 'cursorInvalid'],
    ['429', () => error(429, 'ApplicationThrottled', { 'Retry-After': '7' }), 'throttled'],
    ['503', () => new Response('<html>', { status: 503 }), 'throttled'],
    ['500', () => new Response('oops', { status: 500 }), 'serverError'],
  ])('%s', async (_, answer, expected) => {
    const { mailbox } = open(answer);
    await expect(mailbox.changes('folder', cursor)).rejects.toMatchObject(reason(expected));
  });

  test('what waits, waits as long as the server asks, and for the account', async () => {
    const { mailbox } = open(() => error(429, 'ApplicationThrottled', { 'Retry-After': '7' }));
    await expect(mailbox.changes('folder', cursor)).rejects.toMatchObject({
      failure: { waitMs: 7_000, ofAccount: true },
    });
  });

  test('codes of single events', () => {
    const of = (status: number, code: string) => ({ status, code, text: '' });
    expect(failureOf(of(404, 'ErrorItemNotFound'), OF_ITEM).reason).toBe('itemNotFound');
    // No proof that it is gone: the id may be one of another protocol.
    expect(failureOf(of(400, 'ErrorInvalidIdMalformed'), OF_ITEM).reason).toBe('itemRefused');
    expect(failureOf(of(400, 'ErrorInvalidIdMalformed'), OF_FOLDER).reason).toBe('folderNotFound');
    expect(failureOf(of(412, 'ErrorIrresolvableConflict'), OF_ITEM).reason).toBe('changedMeanwhile');
    expect(failureOf(of(400, 'ErrorPropertyValidationFailure'), INTO_FOLDER).reason).toBe('itemRefused');
    expect(failureOf(of(400, 'constructor'), OF_ITEM).reason).toBe('itemRefused');
    expect(occurrenceFailureOf(of(400, 'ErrorOccurrenceCrossingBoundary')).reason).toBe('occurrenceRefused');
  });
});

describe('batches', () => {
  const sub = (id: string, status: number, body: object, headers = {}) => ({ id, status, headers, body });
  const gone = (id: string) => sub(id, 404, { error: { code: 'ErrorItemNotFound', message: '' } });
  const requestsIn = ({ body }: Asked) =>
    (JSON.parse(body ?? '{}') as { requests: { id: string; url: string }[] }).requests;

  test('answers in another order are matched by id', async () => {
    const { mailbox } = open((request) =>
      Response.json({
        responses: requestsIn(request)
          .map(({ id, url }) => (url.includes('/b?') ? sub(id, 500, {}) : gone(id)))
          .reverse(),
      }),
    );
    expect(await mailbox.read(['a', 'b'])).toMatchObject([
      { kind: 'gone', id: 'a' },
      { kind: 'failed', id: 'b', failure: { reason: 'serverError' } },
    ]);
  });

  test.each([
    ['too few', [gone('0')]],
    ['one twice', [gone('0'), gone('0')]],
    ['of others', [gone('0'), gone('7')]],
  ])('answers that are %s make all of it bad', async (_, responses) => {
    const { mailbox } = open(() => Response.json({ responses }));
    await expect(mailbox.read(['a', 'b'])).rejects.toMatchObject(reason('badAnswer'));
  });

  test('what was throttled inside an answer of 200 is sent again, and alone', async () => {
    let batches = 0;
    const { asked, mailbox } = open((request) => {
      batches += 1;
      const responses = requestsIn(request).map(({ id, url }) =>
        batches === 1 && url.includes('/b?')
          ? sub(id, 429, { error: { code: 'ApplicationThrottled', message: 'MailboxConcurrency' } })
          : gone(id),
      );
      return Response.json({ responses });
    });
    expect(await mailbox.read(['a', 'b', 'c'])).toMatchObject([
      { kind: 'gone' },
      { kind: 'gone' },
      { kind: 'gone' },
    ]);
    expect(asked.map((request) => requestsIn(request).length)).toEqual([3, 1]);
  });

  test('where the server names a time, it is not sent again', async () => {
    const { asked, mailbox } = open((request) =>
      Response.json({
        responses: requestsIn(request).map(({ id }) =>
          id === '0'
            ? gone(id)
            : sub(id, 429, { error: { code: 'ApplicationThrottled' } }, { 'retry-after': '9' }),
        ),
      }),
    );
    expect(await mailbox.read(['a', 'b'])).toMatchObject([
      { kind: 'gone' },
      { kind: 'failed', failure: { reason: 'throttled', waitMs: 9_000, ofAccount: true } },
    ]);
    expect(asked).toHaveLength(1);
  });

  test('another event than the one that was asked for is no proof of anything', async () => {
    const { mailbox } = open((request) =>
      Response.json({ responses: requestsIn(request).map(({ id }) => sub(id, 200, { id: 'other' })) }),
    );
    expect(await mailbox.read(['a'])).toMatchObject([
      { kind: 'failed', failure: { reason: 'itemUnreadable' } },
    ]);
  });
});

test('four places: who needs more waits, in the order of arrival', async () => {
  const turns = new Turns(4);
  const inside: string[] = [];
  const gates = new Map<string, () => void>();
  const enter = (name: string, needs: number) =>
    turns.run(needs, async () => {
      inside.push(name);
      await new Promise<void>((resolve) => gates.set(name, resolve));
    });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const all = [enter('two', 2), enter('whole', 20), enter('one', 1)];
  for (const [index, name] of ['two', 'whole', 'one'].entries()) {
    await settled();
    expect(inside).toHaveLength(index + 1);
    expect(inside.at(-1)).toBe(name);
    gates.get(name)?.();
  }
  await Promise.all(all);
  expect(turns.idle).toBe(true);
});

test('each cloud has its own Graph', () => {
  expect(graphEndpoint('https://login.microsoftonline.com/t/oauth2/v2.0/token')).toBe(
    'https://graph.microsoft.com/v1.0',
  );
  expect(graphEndpoint('https://login.microsoftonline.us/t/oauth2/v2.0/token')).toBe(
    'https://graph.microsoft.us/v1.0',
  );
  expect(graphEndpoint('https://login.partner.microsoftonline.cn/t/token')).toBe(
    'https://microsoftgraph.chinacloudapi.cn/v1.0',
  );
  expect(isBelow('https://graph.microsoft.us/v1.0', 'https://graph.microsoft.us/v1.0/users')).toBe(true);
});
