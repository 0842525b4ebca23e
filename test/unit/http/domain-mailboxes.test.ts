/** What the administrators of a domain do about its mailboxes: pausing, releasing for sites, approving. */
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { PortalUser } from '#liferay/portal-calendar.port.ts';
import type { DomainMailbox } from '#shared/domain-api.ts';
import type { MailboxSort } from '#shared/domain-requests.ts';
import { ADA, BOB, calendarOf, createWorld, folderOf, NOW_MS, type World } from './app-under-test.ts';
import { createDomain, DORA, outcome, PAUL } from './domains-under-test.ts';
import { audited, claim, contentOf, linkOf, pair } from './pairings-under-test.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.users = [ADA, BOB, PAUL, DORA];
});

const create = (body: object = {}) => createDomain(world, body);

describe('the mailboxes of a domain', () => {
  async function paired(): Promise<string> {
    const { id } = await pair(world);
    await world.db.update(schema.domain).set({ origin: 'api' });
    await world.db
      .insert(schema.domainAdministrator)
      .values({ domainId: 'd1', kind: 'user', value: DORA.id });
    return id;
  }
  const list = async (query = '') =>
    (await world.call('GET', `/api/domains/d1/mailboxes${query}`, { as: DORA })).json;
  const act = (action: string, which: object = { search: '' }) =>
    world.call('POST', '/api/domains/d1/mailboxes', { as: DORA, body: { action, which } });

  it('are listed by address, searched, and told by how they do', async () => {
    await paired();
    expect(await list()).toMatchObject({
      mailboxes: [{ address: 'ada@example.com', state: 'active', pairings: 1 }],
    });
    await world.db.update(schema.mailbox).set({ reason: 'mailboxFull' });
    expect(await list('?search=ADA&state=failing')).toMatchObject({ mailboxes: [{ reason: 'mailboxFull' }] });
    expect(await list('?search=%25')).toMatchObject({ mailboxes: [] });
    expect(await list('?state=paused')).toMatchObject({ mailboxes: [] });
  });

  it('are unpaired, and their copies counted before they go', async () => {
    const id = await paired();
    const link = { exchangeId: 'x', liferayId: 'r', liferayUid: `${'0'.repeat(40)}@calendar-connector` };
    await world.db.insert(schema.link).values(linkOf(id, 'a', link));
    await world.db.insert(schema.linkContent).values(contentOf('a', { title: 'Copied' }));
    const as = DORA;
    const post = (path: string, body: object) =>
      world.call('POST', `/api/domains/d1/mailboxes${path}`, { as, body });
    const which = { search: 'ada' };
    const counted = await post('/copies', { which });
    expect([counted.status, counted.json]).toEqual([200, { liferay: 1, exchange: 0, meetings: 0 }]);
    const unpair = { action: 'unpair', which, copies: 'liferay' };
    expect(outcome(await post('', { ...unpair, count: 0 }))).toEqual([409, 'copiesChanged']);
    expect(outcome(await post('', unpair))).toEqual([400, 'invalidRequest']);
    const others = await post('', { ...unpair, which: { search: 'nobody' }, count: 1 });
    expect(others.json).toMatchObject({ mailboxes: 0 });
    expect(await world.db.select().from(schema.pairing)).toMatchObject([{ removes: null }]);
    expect((await post('', { ...unpair, count: 1 })).json).toMatchObject({ mailboxes: 1 });
    expect(await world.db.select().from(schema.pairing)).toMatchObject([
      { removes: 'liferay', removeTotal: 1 },
    ]);
    expect((await audited(world)).at(-1)).toBe(
      `${DORA.id} domain.mailboxes.unpair copies=liferay search=ada d1`,
    );
    expect((await post('', { ...unpair, copies: 'keep' })).json).toMatchObject({ mailboxes: 1 });
    expect(await world.db.select().from(schema.mailbox)).toEqual([]);
  });

  /** Beside Ada's; each tenth is paused, the others have never been looked at but for the first seven. */
  async function many(count: number): Promise<void> {
    const rows = Array.from({ length: count }, (_, n) => ({
      ...{ id: `b${n}`, address: `b${n}@example.com`, ownerId: `${n}` },
      ...({ domainId: 'd1', ownerKind: 'user', lastRunAt: n < 7 ? NOW_MS - n : null } as const),
      ...{ intervalSeconds: 60, nextSyncAt: NOW_MS + 1, createdAt: NOW_MS },
    }));
    await world.db.insert(schema.mailbox).values(rows);
    await world.db.insert(schema.pairing).values(
      rows.map(({ id }, n) => ({
        ...{ id: `p-${id}`, mailboxId: id, folderId: `f-${id}`, folderName: 'Calendar' },
        ...{ calendarId: `c-${id}`, calendarName: 'Calendar', calendarZone: 'Europe/Rome' },
        ...({ direction: 'both', userId: '1', createdAt: NOW_MS } as const),
        ...(n % 10 === 0 ? ({ state: 'paused', reason: 'ownerChanged' } as const) : {}),
      })),
    );
  }

  type Part = { mailboxes: DomainMailbox[]; next: string | null };
  /** All parts of a list, one after the other. */
  async function all(query: string): Promise<readonly DomainMailbox[]> {
    const found: DomainMailbox[] = [];
    let after = '';
    for (;;) {
      const { mailboxes, next } = (await list(`?limit=40${query}${after}`)) as Part;
      found.push(...mailboxes);
      if (next === null) return found;
      after = `&after=${encodeURIComponent(next)}`;
    }
  }

  it.each<[MailboxSort, (mailbox: DomainMailbox) => string | number]>([
    ['address', ({ address }) => address],
    ['owner', ({ ownerKind, ownerId }) => `${ownerKind} ${ownerId}`],
    ['state', ({ state }) => state],
    ['reason', ({ reason }) => reason ?? ''],
    ['pairings', ({ pairings }) => pairings],
    ['interval', ({ intervalSeconds }) => intervalSeconds],
    ['lastRun', ({ lastRunAt }) => lastRunAt ?? 0],
    ['nextRun', ({ nextRunAt }) => nextRunAt],
  ])('come by parts, sorted by %s either way, each once', async (sort, keyOf) => {
    await paired();
    await many(150);
    for (const order of ['ascending', 'descending'] as const) {
      const found = await all(`&sort=${sort}&order=${order}`);
      expect(new Set(found.map(({ id }) => id)).size).toBe(151);
      const keys = found.map(keyOf);
      const isUp = order === 'ascending';
      const sorted = [...new Set(keys)].toSorted((a, b) => (a < b === isUp ? -1 : 1));
      expect([...new Set(keys)]).toEqual(sorted);
      // Those that are alike stand together, by address.
      for (const [n, each] of found.entries()) {
        const before = found[n - 1];
        if (before === undefined || keyOf(before) !== keyOf(each)) continue;
        expect(before.address < each.address).toBe(true);
      }
    }
  });

  it('are told by how many fit, with the reasons that there are', async () => {
    await paired();
    await many(30);
    expect(await list('?limit=5')).toMatchObject({
      matching: 31,
      reasons: [{ reason: 'ownerChanged', mailboxes: 3 }],
      pending: null,
    });
    const paused = await list('?reason=ownerChanged&search=b2');
    expect(paused).toMatchObject({ matching: 1, mailboxes: [{ id: 'b20', state: 'paused' }], next: null });
    expect(await list('?limit=101')).toMatchObject({ reason: 'invalidRequest' });
    expect(await list('?after=b1')).toMatchObject({ reason: 'invalidRequest' });
  });

  it('are acted on as far as they fit, and no others', async () => {
    await paired();
    await many(30);
    const states = async () =>
      (await all('')).filter(({ state }) => state === 'paused').map(({ address }) => address);
    const before = await states();
    expect((await act('pause', { search: 'b1', state: 'active' })).json).toMatchObject({ mailboxes: 10 });
    expect((await states()).length).toBe(before.length + 10);
    const { json } = await act('resume', { search: '', reason: 'pausedByAdministrator' });
    expect(json).toEqual({ mailboxes: 10, at: NOW_MS });
    expect(await states()).toEqual(before);
    expect((await audited(world)).filter((each) => each.includes('mailboxes'))).toEqual([
      `${DORA.id} domain.mailboxes.pause search=b1 state=active d1`,
      `${DORA.id} domain.mailboxes.resume reason=pausedByAdministrator d1`,
    ]);
  });

  it('count as pending until a run that began after "sync now" has ended with each', async () => {
    await paired();
    await many(3);
    const { json } = await act('sync');
    world.advance(1_000);
    const pending = async () => (await list(`?since=${json['at']}`))['pending'];
    // The first is paused; Ada's and two others are due.
    expect(await pending()).toBe(3);
    const set = (id: string, to: object) =>
      world.db.update(schema.mailbox).set(to).where(eq(schema.mailbox.id, id));
    await set('b1', { leaseUntil: NOW_MS + 60_000, nextSyncAt: NOW_MS + 60_000 });
    expect(await pending()).toBe(3);
    await set('b1', { leaseUntil: 0, lastRunAt: NOW_MS + 500 });
    await set('b2', { leaseUntil: 0, nextSyncAt: NOW_MS + 60_000 });
    expect(await pending()).toBe(1);
  });

  it('are told one by one: their pairings, why events are set aside, and the last runs', async () => {
    await paired();
    await many(1);
    const [box] = (await list('?search=ada'))['mailboxes'] as DomainMailbox[];
    const [row] = await world.db
      .select()
      .from(schema.pairing)
      .where(eq(schema.pairing.mailboxId, box?.id ?? ''));
    const parked = (id: string, reason: string) => ({
      ...({ id, pairingId: row?.id ?? '', reason, work: 'parked' } as const),
      ...({ exchangeState: 'present', liferayState: 'none' } as const),
    });
    await world.db
      .insert(schema.link)
      .values([
        parked('1', 'textTooLong'),
        parked('2', 'recurrenceNotExpressible'),
        parked('3', 'textTooLong'),
      ]);
    const counts = { created: 1, updated: 2, deleted: 0, failed: 3, startedAt: NOW_MS, endedAt: NOW_MS };
    await world.db.insert(schema.run).values({ id: 'r', mailboxId: box?.id ?? '', ...counts });
    await world.db.update(schema.mailbox).set({ reason: 'mailboxFull', reasonDetail: 'ErrorQuotaExceeded' });
    const detail = (id: string | undefined) =>
      world.call('GET', `/api/domains/d1/mailboxes/${id}`, { as: DORA });
    expect((await detail(box?.id)).json).toMatchObject({
      mailbox: { address: 'ada@example.com', state: 'failing', reason: 'mailboxFull', setAside: 3 },
      reasonDetail: 'ErrorQuotaExceeded',
      pairings: [{ exchangeCalendarName: 'Calendar', setAside: 3, status: 'paused' }],
      problems: [
        { reason: 'textTooLong', events: 2 },
        { reason: 'recurrenceNotExpressible', events: 1 },
      ],
      runs: [{ created: 1, failed: 3 }],
    });
    expect(outcome(await detail('nobody'))).toEqual([404, 'mailboxUnknown']);
    const other = await create();
    const elsewhere = await world.call('GET', `/api/domains/${other}/mailboxes/${box?.id}`, { as: DORA });
    expect(outcome(elsewhere)).toEqual([404, 'mailboxUnknown']);
  });

  it('stand still when an administrator pauses them, until one resumes them', async () => {
    const id = await paired();
    const running = await claim(world);
    expect(await act('pause')).toMatchObject({ status: 202, json: { mailboxes: 1 } });
    const [row] = await world.db.select().from(schema.mailbox);
    expect(row?.fence).toBeGreaterThan(running?.lease.fence ?? 0);
    expect((await world.call('POST', `/api/pairings/${id}/sync`)).status).toBe(202);
    expect((await world.call('GET', `/api/pairings/${id}`)).json).toMatchObject({
      status: 'paused',
      reason: 'pausedByAdministrator',
    });
    await act('resume', { ids: [row?.id] });
    expect((await world.call('GET', `/api/pairings/${id}`)).json).toMatchObject({
      status: 'starting',
      reason: null,
    });
    expect((await audited(world)).filter((each) => each.includes('mailboxes'))).toEqual([
      `${DORA.id} domain.mailboxes.pause d1`,
      `${DORA.id} domain.mailboxes.resume d1/${row?.id}`,
    ]);
  });

  it('of another domain are out of reach', async () => {
    await paired();
    const other = await create();
    const [row] = await world.db.select().from(schema.mailbox);
    const path = `/api/domains/${other}/mailboxes`;
    const body = { action: 'pause', which: { ids: [row?.id] } };
    expect((await world.call('POST', path, { as: DORA, body })).json).toMatchObject({ mailboxes: 0 });
    const patched = await world.call('PATCH', `${path}/${row?.id}`, {
      as: DORA,
      body: { intervalSeconds: 5 },
    });
    expect(outcome(patched)).toEqual([404, 'mailboxUnknown']);
    expect(await world.db.select().from(schema.mailbox)).toEqual([row]);
  });

  it('follow the interval of the domain, but for those with one of their own', async () => {
    await paired();
    const [row] = await world.db.select().from(schema.mailbox);
    const interval = async () => (await world.db.select().from(schema.mailbox))[0]?.intervalSeconds;
    const domain = (body: object) => world.call('PATCH', '/api/domains/d1', { as: DORA, body });
    const mailbox = (body: object) =>
      world.call('PATCH', `/api/domains/d1/mailboxes/${row?.id}`, { as: DORA, body });
    await domain({ intervalSeconds: 120 });
    expect(await interval()).toBe(120);
    await mailbox({ intervalSeconds: 10 });
    await domain({ intervalSeconds: 240 });
    expect(await interval()).toBe(10);
    await mailbox({ intervalSeconds: null });
    expect(await interval()).toBe(240);
  });

  it('get an interval of their own, or the domain’s again, as far as they fit', async () => {
    await paired();
    await many(12);
    await world.call('PATCH', '/api/domains/d1', { as: DORA, body: { intervalSeconds: 120 } });
    const body = (intervalSeconds: number | null) => ({
      ...{ action: 'interval', which: { search: 'b1' }, intervalSeconds },
    });
    const set = (intervalSeconds: number | null) =>
      world.call('POST', '/api/domains/d1/mailboxes', { as: DORA, body: body(intervalSeconds) });
    const own = async () =>
      (await all('&search=b')).filter(({ hasOwnInterval }) => hasOwnInterval).map(({ id }) => id);
    expect((await set(900)).json).toMatchObject({ mailboxes: 3 });
    expect((await own()).toSorted()).toEqual(['b1', 'b10', 'b11']);
    expect(await list('?search=b10')).toMatchObject({ mailboxes: [{ intervalSeconds: 900 }] });
    expect((await set(null)).json).toMatchObject({ mailboxes: 3 });
    expect(await list('?search=b10')).toMatchObject({
      mailboxes: [{ intervalSeconds: 120, hasOwnInterval: false }],
    });
    expect(outcome(await set(1))).toEqual([400, 'invalidRequest']);
    expect((await audited(world)).slice(-2)).toEqual([
      `${DORA.id} domain.mailboxes.interval seconds=900 search=b1 d1`,
      `${DORA.id} domain.mailboxes.interval seconds=usual search=b1 d1`,
    ]);
  });

  it('are looked at sooner when their interval becomes shorter, unless their server asked for a rest', async () => {
    await paired();
    await many(3);
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 86_400_000 });
    await world.db.update(schema.mailbox).set({ attempts: 2 }).where(eq(schema.mailbox.id, 'b1'));
    await world.call('POST', '/api/domains/d1/mailboxes', {
      ...{ as: DORA, body: { action: 'interval', which: { search: 'b' }, intervalSeconds: 60 } },
    });
    await world.call('PATCH', '/api/domains/d1/mailboxes/b2', { as: DORA, body: { intervalSeconds: 30 } });
    const next = (await all('&search=b')).map(({ nextRunAt }) => nextRunAt - NOW_MS);
    expect(next).toEqual([60_000, 86_400_000, 30_000]);
  });
});

describe('releases for sites', () => {
  const SITA: PortalUser = { ...BOB, id: '20303', administeredSiteIds: ['7'] };
  const patch = (body: object) => world.call('PATCH', '/api/domains/d1/releases', { as: PAUL, body });
  const pattern = { siteId: '7', kind: 'pattern', value: 'room-*@example.com' };

  beforeEach(() => {
    world.users.push(SITA);
    world.folders.set('room-1@example.com', [folderOf('room-main', 'Calendar')]);
    world.calendars.set(SITA.id, [
      { ...calendarOf('71', 'Room'), owner: { kind: 'resource', id: '9' }, siteId: '7' },
    ]);
  });

  it('by a pattern reach what fits it, and pause what rests on it when it is taken back', async () => {
    expect((await patch({ add: [pattern] })).status).toBe(200);
    const { json } = await world.call('GET', '/api/sites/7/mailboxes', { as: SITA });
    expect(json).toEqual({ mailboxes: [], patterns: ['room-*@example.com'] });
    const body = {
      mailbox: 'Room-1@example.com',
      exchangeCalendarId: 'room-main',
      liferayCalendarId: '71',
      direction: 'both',
    };
    const answer = await world.call('POST', '/api/sites/7/pairings', { as: SITA, body });
    expect(answer.status).toBe(201);
    for (const mailbox of ['ada@example.com', 'room-1@example.org', 'room-@x@example.com']) {
      const refused = await world.call('POST', '/api/sites/7/pairings', {
        as: SITA,
        body: { ...body, mailbox },
      });
      expect(outcome(refused)).toEqual([404, 'mailboxUnknown']);
    }
    const show = async () =>
      (await world.call('GET', `/api/sites/7/pairings/${answer.json['id']}`, { as: SITA })).json['reason'];
    await patch({ remove: [pattern] });
    expect(await show()).toBe('mailboxNotReleased');
    await patch({ add: [{ siteId: '7', kind: 'address', value: 'room-1@example.com' }] });
    expect(await show()).toBeNull();
  });

  it('by a room list reach the rooms that are in it, of this domain, as the server told last', async () => {
    const list = { siteId: '7', kind: 'roomList', value: 'house@example.com' };
    world.roomLists.set(list.value, ['room-1@example.com', 'room@sub.example']);
    await create();
    expect((await world.call('GET', '/api/domains/d1/room-lists', { as: PAUL })).json).toEqual({
      roomLists: [{ address: list.value, name: `List ${list.value}` }],
    });
    expect((await patch({ add: [list] })).status).toBe(200);
    const mailboxes = async () =>
      (await world.call('GET', '/api/sites/7/mailboxes', { as: SITA })).json['mailboxes'];
    expect(await mailboxes()).toMatchObject([{ address: 'room-1@example.com', roomList: list.value }]);
    const path = '/api/sites/7/mailboxes/room-1@example.com/exchange-calendars';
    expect((await world.call('GET', path, { as: SITA })).status).toBe(200);
    world.roomLists.set(list.value, ['room-2@example.com']);
    const read = await world.call('POST', '/api/domains/d1/room-lists', { as: PAUL });
    expect(read.json).toEqual({ roomLists: [{ address: list.value, rooms: 1 }] });
    expect(await mailboxes()).toMatchObject([{ address: 'room-2@example.com' }]);
    expect(outcome(await world.call('GET', path, { as: SITA }))).toEqual([404, 'mailboxUnknown']);
    expect(world.asked.filter((each) => each.includes(' as '))).toEqual([
      'lists as paul@example.com',
      'rooms house@example.com as paul@example.com',
      'rooms house@example.com as paul@example.com',
    ]);
  });

  it.each([
    ['an address of another domain', { siteId: '7', kind: 'address', value: 'hall@sub.example' }],
    ['a pattern over e-mail domains', { siteId: '7', kind: 'pattern', value: 'room@*.example.com' }],
    ['a star in an address', { siteId: '7', kind: 'address', value: 'room*@example.com' }],
    ['a set of letters', { siteId: '7', kind: 'pattern', value: 'room[a]*@example.com' }],
  ])('are not of %s', async (_, add) => {
    await create();
    expect(outcome(await patch({ add: [add] }))).toEqual([400, 'invalidRequest']);
  });

  it('of the environment are not taken back', async () => {
    const release = { domainId: 'd1', siteId: '7', kind: 'address', value: 'room-1@example.com' } as const;
    await world.db
      .insert(schema.siteRelease)
      .values({ ...release, origin: 'configuration', createdAt: NOW_MS });
    const { json } = await patch({ remove: [{ siteId: '7', kind: 'address', value: 'room-1@example.com' }] });
    expect(json['releases']).toHaveLength(1);
  });
});

describe('a domain that approves each mailbox', () => {
  const decide = (decision: string) =>
    world.call('POST', '/api/domains/d1/requests', {
      as: PAUL,
      body: { userId: ADA.id, address: 'ada@example.com', decision },
    });
  beforeEach(async () => {
    await world.db.update(schema.domain).set({ addressRule: 'approve' });
  });

  it('lets nobody in whom nobody approved', async () => {
    expect((await world.call('GET', '/api/me')).json).toMatchObject({
      mailbox: null,
      mailboxReason: 'approvalNeeded',
    });
    expect(outcome(await world.call('GET', '/api/exchange-calendars'))).toEqual([403, 'approvalNeeded']);
    expect(outcome(await decide('approved'))).toEqual([404, 'mailboxUnknown']);
    expect((await world.call('POST', '/api/mailbox-request')).json).toEqual({ state: 'waiting' });
    expect(
      (await world.call('GET', '/api/domains/d1/requests', { as: PAUL })).json['requests'],
    ).toMatchObject([{ userId: ADA.id, userName: ADA.name, address: 'ada@example.com', state: 'waiting' }]);
    expect((await decide('approved')).status).toBe(204);
    expect((await world.call('GET', '/api/me')).json['mailbox']).toBe('ada@example.com');
    expect((await pair(world)).status).toBe('starting');
  });

  it('approves a user and an address, and not the user with another address', async () => {
    await world.call('POST', '/api/mailbox-request');
    await decide('approved');
    world.users = [{ ...ADA, emailAddress: 'boss@example.com' }];
    world.advance(60_000);
    expect((await world.call('GET', '/api/me')).json['mailboxReason']).toBe('approvalNeeded');
  });

  it('stops a pairing whose approval is withdrawn', async () => {
    await world.call('POST', '/api/mailbox-request');
    await decide('approved');
    const { id } = await pair(world);
    await decide('refused');
    expect((await world.call('GET', `/api/pairings/${id}`)).json).toMatchObject({ status: 'paused' });
    await world.call('POST', `/api/pairings/${id}/sync`);
    expect(await claim(world)).toBeUndefined();
    await decide('approved');
    expect(await claim(world)).toBeDefined();
  });
});
