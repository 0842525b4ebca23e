/** What the bearer of the service key may do, and that nobody else does any of it. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { saveReleases } from '#store/site-releases.repository.ts';
import type { Answer, World } from './app-under-test.ts';
import { ADA, BOB, calendarOf, createWorld, folderOf, NOW_MS, tokenOf } from './app-under-test.ts';
import { audited } from './pairings-under-test.ts';
import { NAME, OWN_ROUTES, pathOf, SERVICE_ROUTES } from './routes-under-test.ts';

const KEY = 'the-service-key-0123456789abcdef';

let world: World;
beforeEach(async () => {
  world = await createWorld({ settings: { serviceKey: KEY } });
});

const outcome = ({ status, json }: Answer) => [status, json['reason']];

async function pair(body: object = {}): Promise<Answer> {
  return world.call('POST', '/service/pairings', {
    token: KEY,
    body: { mailbox: 'Ada@example.com', liferayCalendar: '41', ...body },
  });
}

async function paired(body: object = {}): Promise<string> {
  const { status, json } = await pair(body);
  expect(json).toMatchObject({ mailbox: 'ada@example.com' });
  expect(status).toBe(201);
  return String(json['id']);
}

describe.each(SERVICE_ROUTES.map((route) => [NAME(route), route] as const))('%s', (_name, route) => {
  const call = (token: string | null, more: object = {}) =>
    world.call(route.method, pathOf(route, 'any'), {
      as: null,
      ...(token === null ? {} : { token }),
      ...(route.body === undefined ? {} : { body: route.body }),
      ...more,
    });

  it('is for nobody without the key, with a part of it, or with a token of the portal', async () => {
    expect(outcome(await call(null))).toEqual([401, 'tokenMissing']);
    for (const token of [KEY.slice(0, -1), `${KEY}0`, KEY.toUpperCase(), 'x', await tokenOf(ADA.id)]) {
      expect(outcome(await call(token))).toEqual([401, 'tokenInvalid']);
    }
    expect(world.asked).toEqual([]);
    expect(await world.db.select().from(schema.pairing)).toEqual([]);
  });

  it('is not there where no key is set, whatever is sent', async () => {
    world = await createWorld();
    for (const token of [null, KEY, 'null', await tokenOf(ADA.id)]) {
      expect(outcome(await call(token))).toEqual([404, 'notFound']);
    }
  });

  it('is not for pages of other places', async () => {
    const { headers } = await call(KEY);
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(headers.get('Cache-Control')).toBe('no-store');
  });
});

describe('the service key', () => {
  it('is no token of the portal: it opens nothing that is a user’s', async () => {
    for (const route of OWN_ROUTES) {
      const answer = await world.call(route.method, pathOf(route, 'any'), {
        token: KEY,
        ...(route.body === undefined ? {} : { body: route.body }),
      });
      expect(answer.status).toBe(401);
    }
  });

  it('pairs by id, by name, and with the mailbox’s own calendar where none is named; its owner sees the pairing', async () => {
    const id = await paired();
    expect(await audited(world)).toEqual([`service-key pairing.create ${id}`]);
    const owner = { ...ADA, id: '1' };
    world.users = [owner];
    const seen = await world.call('GET', '/api/pairings', { as: owner });
    expect(seen.json).toMatchObject({ pairings: [{ id }] });
    const list = await world.call('GET', '/service/pairings', { token: KEY });
    expect(list.json).toMatchObject({
      pairings: [{ id, exchangeCalendarId: 'ada-main', liferayCalendarName: 'Ada', direction: 'both' }],
      next: null,
    });
    const named = await pair({
      mailbox: 'bob@example.com',
      liferayCalendar: 'Bob',
      exchangeCalendar: 'Calendar',
      direction: 'toLiferay',
      preview: true,
    });
    expect(named.json).toMatchObject({
      exchangeCalendarId: 'bob-main',
      liferayCalendarId: '42',
      direction: 'toLiferay',
      status: 'preview',
    });
  });

  it.each<[string, object, [number, string]]>([
    ['what is no address', { mailbox: 'ada' }, [400, 'invalidRequest']],
    ['no mailbox', { mailbox: '' }, [400, 'invalidRequest']],
    ['a calendar that there is not', { liferayCalendar: '999' }, [403, 'calendarNotManageable']],
    ['a name of two calendars', { liferayCalendar: 'Twin' }, [403, 'calendarNotManageable']],
    ['a folder that there is not', { exchangeCalendar: 'Lost' }, [422, 'folderUnknown']],
    ['a folder that may only be read', { exchangeCalendar: 'Holidays' }, [422, 'folderReadOnly']],
    ['another direction', { direction: 'toExchange' }, [400, 'invalidRequest']],
    [
      'a site’s calendar with a mailbox that the site does not have',
      { liferayCalendar: 'Team' },
      [404, 'mailboxUnknown'],
    ],
    ['a site that the calendar is not of', { site: '7' }, [403, 'calendarNotManageable']],
  ])('does not pair %s', async (_what, body, refusal) => {
    world.calendars.set('3', [calendarOf('51', 'Twin'), calendarOf('52', 'Twin')]);
    expect(outcome(await pair(body))).toEqual(refusal);
    expect(await world.db.select().from(schema.pairing)).toEqual([]);
  });

  it('pairs a calendar of a site with a mailbox that is released for it', async () => {
    const room = {
      ...calendarOf('71', 'Room'),
      owner: { kind: 'resource', id: '971' },
      siteId: '7',
    } as const;
    world.calendars.set('3', [room]);
    world.folders.set('room@example.com', [folderOf('room-main', 'Calendar')]);
    await saveReleases(world.db, 'd1', [{ siteId: '7', address: 'room@example.com' }], NOW_MS);
    const { json, status } = await pair({ mailbox: 'room@example.com', liferayCalendar: 'Room', site: '7' });
    expect(status).toBe(201);
    expect(json).toMatchObject({ liferayCalendarId: '71', details: 'busy' });
    const administrator = { ...BOB, administeredSiteIds: ['7'] };
    world.users = [ADA, administrator];
    const seen = await world.call('GET', '/api/sites/7/pairings', { as: administrator });
    expect(seen.json).toMatchObject({ pairings: [{ id: json['id'] }] });
  });

  it('does not pair a calendar twice', async () => {
    await paired();
    expect(outcome(await pair({ mailbox: 'bob@example.com' }))).toEqual([409, 'calendarAlreadyPaired']);
  });

  it('looks at a pairing, asks for a run, starts and removes it', async () => {
    const id = await paired({ preview: true });
    const at = (method: string, path: string) =>
      world.call(method, `/service/pairings/${id}${path}`, { token: KEY });
    expect((await at('GET', '')).json).toMatchObject({ id, status: 'preview' });
    expect((await at('GET', '/preview')).json).toMatchObject({ proposals: [] });
    expect((await at('POST', '/sync')).status).toBe(202);
    const start = { token: KEY, body: {} };
    expect((await world.call('POST', `/service/pairings/${id}/start`, start)).status).toBe(202);
    expect((await at('GET', '/history')).json).toMatchObject({ entries: [] });
    expect((await at('DELETE', '')).status).toBe(204);
    expect(outcome(await at('GET', ''))).toEqual([404, 'pairingUnknown']);
  });

  it('lists all pairings by parts', async () => {
    const id = await paired();
    const [row] = await world.db.select().from(schema.pairing);
    if (row === undefined) throw new Error('There is no pairing.');
    for (let n = 1; n < 201; n += 1) {
      const calendarId = `more-${n}`;
      const more = { id: `p${String(n).padStart(3, '0')}`, calendarId, direction: 'toLiferay' } as const;
      await world.db.insert(schema.pairing).values({ ...row, ...more, createdAt: NOW_MS + n });
    }
    const first = await world.call('GET', '/service/pairings', { token: KEY });
    const next = String(first.json['next']);
    const last = await world.call('GET', `/service/pairings?after=${encodeURIComponent(next)}`, {
      token: KEY,
    });
    const ids = [first, last]
      .flatMap(({ json }) => json['pairings'] as { id: string }[])
      .map((each) => each.id);
    expect(ids).toHaveLength(201);
    expect(new Set(ids).size).toBe(201);
    expect(ids[0]).toBe(id);
    expect(last.json['next']).toBeNull();
  });

  it('tells what is known of the portal', async () => {
    const portal = async () => (await world.call('GET', '/service/portal', { token: KEY })).json;
    expect(await portal()).toMatchObject({ version: null, services: null, learntAt: null });
    const dialect = {
      context: 'calendar-portlet',
      version: '6.2 (build 6205)',
      keepsUid: true,
      hasRowVersion: false,
    };
    const known = JSON.stringify({ ...dialect, companyId: '20097', learntAt: NOW_MS });
    await world.db.update(schema.domain).set({ dialect: known });
    expect(await portal()).toEqual({
      url: 'https://portal.example.com',
      version: '6.2 (build 6205)',
      services: 'calendar-portlet',
      rowVersions: false,
      keepsUids: true,
      learntAt: NOW_MS,
    });
    const metrics = await world.call('GET', '/metrics', { token: 'the-metrics-token' });
    expect(metrics.text).toContain('portal_info{version="6.2 (build 6205)",context="calendar-portlet"');
  });
});

describe('a service without an application of the portal', () => {
  it('takes no token of anybody, and works with the key', async () => {
    world = await createWorld({ settings: { serviceKey: KEY, oauth: null } });
    const refused = await world.call('GET', '/api/pairings');
    expect(outcome(refused)).toEqual([401, 'tokenInvalid']);
    expect(refused.json['detail']).toContain('PORTAL_OAUTH_ERC');
    expect(world.fetched).toEqual([]);
    await paired();
  });
});
