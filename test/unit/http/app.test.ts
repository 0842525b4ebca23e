/** What holds for every route: other origins, bodies, and failures behind the service. */
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { BODY_LIMIT_BYTES } from '#http/app.ts';
import type { Reason } from '#shared/reasons.ts';
import { BOB, createWorld, NOW_MS, PORTAL, type World } from './app-under-test.ts';

const PAIR = { exchangeCalendarId: 'ada-main', liferayCalendarId: '41', direction: 'both' };

describe('pages of other origins', () => {
  const preflight = (world: World, origin: string) =>
    world.app.request('/api/pairings', {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization',
      },
    });

  it('of the portal may call the API with a token, without cookies', async () => {
    const world = await createWorld();
    const { status, headers } = await preflight(world, PORTAL);
    expect(status).toBe(204);
    expect(headers.get('Access-Control-Allow-Origin')).toBe(PORTAL);
    expect(headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
    expect(headers.get('Access-Control-Allow-Methods')).toBe('GET,POST,PATCH,DELETE');
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
  });

  it('may read refusals, or they could not tell why', async () => {
    const world = await createWorld();
    const { headers } = await world.call('GET', '/api/me', { as: null });
    expect(headers.get('Access-Control-Allow-Origin')).toBe(PORTAL);
    expect(headers.get('Access-Control-Expose-Headers')).toContain('WWW-Authenticate');
  });

  it.each(['https://portal.example.com.evil.example', 'http://portal.example.com', 'null'])(
    'such as %s may not',
    async (origin) => {
      const world = await createWorld();
      expect((await preflight(world, origin)).headers.get('Access-Control-Allow-Origin')).toBeNull();
      const answer = await world.call('GET', '/api/me', { headers: { Origin: origin } });
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
      expect(answer.headers.get('Vary')).toContain('Origin');
    },
  );
});

describe('a body', () => {
  it.each([
    ['no JSON', '{"direction":', 'invalidRequest'],
    ['nothing', '', 'invalidRequest'],
    ['another type', '[]', 'invalidRequest'],
    ['a missing field', JSON.stringify({ ...PAIR, direction: undefined }), 'direction'],
    ['an unknown direction', JSON.stringify({ ...PAIR, direction: 'toExchange' }), 'direction'],
    ['an empty id', JSON.stringify({ ...PAIR, exchangeCalendarId: '' }), 'exchangeCalendarId'],
    ['a number for an id', JSON.stringify({ ...PAIR, liferayCalendarId: 41 }), 'liferayCalendarId'],
    ['an endless id', JSON.stringify({ ...PAIR, liferayCalendarId: '4'.repeat(1_025) }), 'liferayCalendarId'],
  ])('of %s is refused', async (_fault, body, said) => {
    const world = await createWorld();
    const answer = await world.call('POST', '/api/pairings', { body });
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
    expect(JSON.stringify(answer.json)).toContain(said);
  });

  it('that is not declared as JSON is refused', async () => {
    const world = await createWorld();
    const headers = { 'Content-Type': 'text/plain' };
    const response = await world.call('POST', '/api/pairings', { headers });
    expect(response.json['reason']).toBe('invalidRequest');
  });

  it('does not come back in the refusal', async () => {
    const world = await createWorld();
    const body = { ...PAIR, direction: 'a-secret-in-the-wrong-place' };
    const answer = await world.call('POST', '/api/pairings', { body });
    expect(answer.text).not.toContain('a-secret');
  });

  it('of more than 64 kB is refused, however its length is declared', async () => {
    const world = await createWorld();
    const spaces = (size: number) =>
      `${JSON.stringify(PAIR)}${' '.repeat(size - JSON.stringify(PAIR).length)}`;
    for (const headers of [{}, { 'Content-Length': String(BODY_LIMIT_BYTES + 1) }]) {
      const body = spaces(BODY_LIMIT_BYTES + 1);
      const answer = await world.call('POST', '/api/pairings', { body, headers });
      expect([answer.status, answer.json['reason']]).toEqual([413, 'bodyTooLarge']);
    }
    const fits = await world.call('POST', '/api/pairings', { body: spaces(BODY_LIMIT_BYTES) });
    expect(fits.status).toBe(201);
  });
});

describe('a failure behind the service', () => {
  const CASES: [Reason, number][] = [
    ['unreachable', 502],
    ['timedOut', 504],
    ['throttled', 503],
    ['signInRefused', 502],
    ['impersonationDenied', 403],
    ['ewsBlocked', 403],
    ['mailboxNotFound', 404],
    ['mailboxUnavailable', 503],
    ['notTheService', 502],
    ['itemRefused', 502],
  ];
  it.each(CASES)(
    'of Exchange, %s, answers %i and tells the details to the log only',
    async (reason, status) => {
      const world = await createWorld();
      world.exchangeFails = { reason };
      const answer = await world.call('GET', '/api/exchange-calendars');
      expect([answer.status, answer.json['reason']]).toEqual([status, reason]);
      expect(answer.text).not.toContain('Exchange said');
      expect(world.logged.join()).toContain('Exchange said');
      expect(world.logged.join()).toContain(String(answer.json['requestId']));
    },
  );

  it('says how long to wait, within reason', async () => {
    const world = await createWorld();
    world.exchangeFails = { reason: 'throttled', waitMs: 12_300 };
    const answer = await world.call('GET', '/api/exchange-calendars');
    expect(answer.headers.get('Retry-After')).toBe('13');
    world.exchangeFails = { reason: 'throttled', waitMs: 86_400_000 };
    const long = await world.call('GET', '/api/exchange-calendars');
    expect(long.headers.get('Retry-After')).toBe('3600');
  });

  it('of the portal is not taken for a refusal of the user', async () => {
    const world = await createWorld();
    world.portalFails = { reason: 'serverError' };
    const answer = await world.call('GET', '/api/me');
    expect([answer.status, answer.json['reason']]).toEqual([502, 'serverError']);
  });

  it('of the database is an internal error without a statement in it', async () => {
    const world = await createWorld();
    const { json } = await world.call('POST', '/api/pairings', { body: PAIR });
    await world.db.run('drop table change');
    const answer = await world.call('GET', `/api/pairings/${json['id']}/history`);
    expect([answer.status, answer.json['reason']]).toEqual([500, 'internalError']);
    expect(answer.text).not.toMatch(/no such table|change/);
    expect(world.logged.join()).toContain('no such table');
    expect(world.logged.join()).not.toContain('params:');
  });
});

describe('every answer', () => {
  it('has a request id: the caller’s if it is harmless, else a new one', async () => {
    const world = await createWorld();
    const given = await world.call('GET', '/api/me', {
      as: null,
      headers: { 'X-Request-Id': 'from-the-proxy' },
    });
    expect(given.json['requestId']).toBe('from-the-proxy');
    for (const id of ['a b', 'x'.repeat(65), '<script>']) {
      const answer = await world.call('GET', '/api/me', { as: null, headers: { 'X-Request-Id': id } });
      expect(answer.json['requestId']).toMatch(/^00000000-/);
    }
  });

  it('of the API is kept in no cache and sniffed by no browser', async () => {
    const world = await createWorld();
    const { headers } = await world.call('GET', '/api/pairings');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });

  it('where there is nothing is a problem as well', async () => {
    const world = await createWorld();
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/api/nothing'],
      ['PUT', '/api/me'],
    ] as const) {
      const answer = await world.call(method, path);
      expect([answer.status, answer.json['reason']]).toEqual([404, 'notFound']);
    }
  });
});

describe('a Liferay calendar', () => {
  it('is made for the signed-in user', async () => {
    const world = await createWorld();
    const body = { name: '  Mine ', zone: 'Asia/Kolkata', userId: BOB.id };
    const answer = await world.call('POST', '/api/liferay-calendars', { body });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ id: '44', name: 'Mine', zone: 'Asia/Kolkata', ownerKind: 'user' });
    const audit = await world.db.select().from(schema.audit);
    expect(audit).toMatchObject([{ action: 'calendar.create', subject: '44' }]);
  });

  it.each(['Europe/Atlantis', '+01:00', 'Europe/Rome; drop'])('is not made in the zone %s', async (zone) => {
    const world = await createWorld();
    const answer = await world.call('POST', '/api/liferay-calendars', { body: { name: 'Mine', zone } });
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
    expect(world.asked.some((each) => each.startsWith('create'))).toBe(false);
  });
});

describe('operators', () => {
  it('see without a token that the process lives and whether it can work', async () => {
    const world = await createWorld();
    expect((await world.call('GET', '/health', { as: null })).json).toEqual({ alive: true });
    expect((await world.call('GET', '/ready', { as: null })).json).toEqual({ ready: true });
    const ill = await createWorld({
      readiness: async () => ({ ready: false, why: 'migrations are missing' }),
    });
    const answer = await ill.call('GET', '/ready', { as: null });
    expect([answer.status, answer.json['why']]).toEqual([503, 'migrations are missing']);
    expect((await ill.call('GET', '/health', { as: null })).status).toBe(200);
  });

  it('read the metrics with their own token only', async () => {
    const world = await createWorld();
    expect((await world.call('GET', '/metrics', { as: null })).status).toBe(401);
    expect((await world.call('GET', '/metrics')).status).toBe(401);
    expect((await world.call('GET', '/metrics', { token: 'the-metrics-toke' })).status).toBe(401);
    const answer = await world.call('GET', '/metrics', { token: 'the-metrics-token' });
    expect(answer.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await world.call('GET', '/api/me', { token: 'the-metrics-token' })).status).toBe(401);
  });

  it('who set no token have no metrics, unless they opened them', async () => {
    const none = await createWorld({ settings: { metricsToken: null } });
    expect((await none.call('GET', '/metrics', { token: 'null' })).status).toBe(404);
    const open = await createWorld({ settings: { metricsToken: null, metricsOpen: true } });
    expect((await open.call('GET', '/metrics', { as: null })).status).toBe(200);
  });

  it('see how the service does', async () => {
    const world = await createWorld();
    const { json } = await world.call('POST', '/api/pairings', { body: PAIR });
    const pairingId = String(json['id']);
    await world.call('GET', '/api/pairings/unknown');
    await world.call('GET', '/api/pairings/also-unknown');
    const works = ['clean', 'clean', 'dirty', 'parked'] as const;
    await world.db.insert(schema.link).values(
      works.map((work, i) => ({
        id: `l${i}`,
        pairingId,
        exchangeState: 'present' as const,
        liferayState: 'present' as const,
        work,
      })),
    );
    const [box] = await world.db.select().from(schema.mailbox);
    const run = {
      mailboxId: box?.id ?? '',
      startedAt: NOW_MS,
      endedAt: NOW_MS,
      created: 1,
      updated: 0,
      deleted: 0,
    };
    await world.db.insert(schema.run).values([
      { id: 'r1', ...run, failed: 0 },
      { id: 'r2', ...run, failed: 1, reason: 'throttled' },
    ]);
    await world.db.update(schema.pairing).set({ phase: 'steady' });
    world.advance(90_000);
    const { text } = await world.call('GET', '/metrics', { token: 'the-metrics-token' });
    for (const line of [
      'mailboxes 1',
      'pairings{status="working"} 1',
      'links{work="clean"} 2',
      'links{work="dirty"} 1',
      'links{work="parked"} 1',
      'due_lag_seconds 90',
      'runs{reason="none"} 1',
      'runs{reason="throttled"} 1',
      'http_requests_total{method="POST",route="/api/pairings",status="201"} 1',
      'http_requests_total{method="GET",route="/api/pairings/:id",status="404"} 2',
    ]) {
      expect(text.split('\n')).toContain(`calendar_connector_${line}`);
    }
    expect(text).not.toMatch(/ada|example\.com|unknown/);
    // The grammar of the exposition format: comments, or a sample with its value.
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.]+)$/);
    }
  });

  it('see no lag while a server has asked for patience or nothing is active', async () => {
    const world = await createWorld();
    await world.call('POST', '/api/pairings', { body: PAIR });
    world.advance(90_000);
    const lag = async () =>
      /due_lag_seconds (\d+)$/m.exec(
        (await world.call('GET', '/metrics', { token: 'the-metrics-token' })).text,
      )?.[1];
    expect(await lag()).toBe('90');
    await world.db.update(schema.domain).set({ notBefore: NOW_MS + 100_000 });
    expect(await lag()).toBe('0');
    await world.db.update(schema.domain).set({ notBefore: 0 });
    await world.db.update(schema.pairing).set({ state: 'paused' });
    expect(await lag()).toBe('0');
  });
});
