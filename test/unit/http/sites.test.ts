/** Mailboxes of sites: who may attach them, to what, and who may not. */
import { beforeEach, describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { PortalCalendarInfo, PortalUser } from '#liferay/portal-calendar.port.ts';
import { saveReleases } from '#store/site-releases.repository.ts';
import type { Answer, CallOptions, World } from './app-under-test.ts';
import { ADA, BOB, calendarOf, createWorld, folderOf, NOW_MS } from './app-under-test.ts';
import { audited, contents, fill, pair } from './pairings-under-test.ts';
import { NAME, pathOf, SITE, SITE_ROUTES } from './routes-under-test.ts';

/** Administers the site; Bob administers another one. */
const ADMINISTRATOR: PortalUser = {
  ...ADA,
  administeredSiteIds: [SITE.id],
  siteNames: { [SITE.id]: 'Headquarters' },
};
const OTHERS: PortalUser = { ...BOB, administeredSiteIds: ['8'] };
const BODY = {
  mailbox: SITE.mailbox,
  exchangeCalendarId: 'room-main',
  liferayCalendarId: '71',
  direction: 'both',
};
const PAIRINGS = `/api/sites/${SITE.id}/pairings`;

let world: World;
beforeEach(async () => {
  world = await createWorld();
  world.users = [ADMINISTRATOR, OTHERS];
  await release({ siteId: SITE.id, address: SITE.mailbox }, { siteId: '8', address: 'hall@example.com' });
  world.folders.set(SITE.mailbox, [folderOf('room-main', 'Calendar')]);
  world.folders.set('hall@example.com', [folderOf('hall-main', 'Calendar')]);
  const calendars = [calendarOf('41', 'Ada'), roomOf('71', 'Room'), roomOf('81', 'Hall', '8')];
  world.calendars.set(ADA.id, calendars);
  world.calendars.set(BOB.id, calendars);
});

function release(...releases: Parameters<typeof saveReleases>[2]): Promise<void> {
  return saveReleases(world.db, 'd1', releases, NOW_MS);
}

function roomOf(id: string, name: string, siteId = SITE.id): PortalCalendarInfo {
  return { ...calendarOf(id, name), owner: { kind: 'resource', id: `9${id}` }, siteId };
}

async function attach(body: object = {}, options: CallOptions = {}): Promise<Answer> {
  return await world.call('POST', PAIRINGS, { body: { ...BODY, ...body }, ...options });
}

async function attached(): Promise<string> {
  const { status, json } = await attach();
  expect(status).toBe(201);
  return String(json['id']);
}

const outcome = ({ status, json }: Answer) => [status, json['reason']];

describe('a site’s administrator', () => {
  it('makes a resource for a mailbox that has none, named after it, by the administrator’s own rights', async () => {
    const path = `/api/sites/${SITE.id}/liferay-calendars`;
    const body = { mailbox: SITE.mailbox, zone: 'Europe/Rome' };
    const answer = await world.call('POST', path, { body });
    const made = { id: '45', name: 'room', zone: 'Europe/Rome', ownerKind: 'resource', pairingId: null };
    expect([answer.status, answer.json]).toMatchObject([201, made]);
    expect(world.asked).toContain(`createResourceCalendar ${SITE.id} ${ADA.id}`);
    const [domain] = await world.db.select().from(schema.domain);
    const listed = { domainId: domain?.id ?? '', readAt: 0 };
    await world.db
      .insert(schema.roomListMember)
      .values({ ...listed, list: 'rooms@example.com', address: SITE.mailbox, name: 'Great Hall' });
    await world.db.insert(schema.siteRelease).values({
      ...{ domainId: listed.domainId, siteId: SITE.id, kind: 'roomList', value: 'rooms@example.com' },
      ...{ origin: 'api', createdAt: 0 },
    });
    expect((await world.call('POST', path, { body })).json).toMatchObject({ name: 'Great Hall' });
    const other = await world.call('POST', path, { body: { ...body, mailbox: 'ada@example.com' } });
    expect([other.status, other.json['reason']]).toEqual([404, 'mailboxUnknown']);
    const nowhere = await world.call('POST', path, { body: { ...body, zone: 'Rome' } });
    expect([nowhere.status, nowhere.json['reason']]).toEqual([400, 'invalidRequest']);
  });

  it('finds the mailboxes that are released for the site, and the calendars of its resources', async () => {
    const { json: sites } = await world.call('GET', '/api/sites');
    expect(sites['sites']).toEqual([{ id: SITE.id, name: 'Headquarters' }]);
    const { json: mailboxes } = await world.call('GET', `/api/sites/${SITE.id}/mailboxes`);
    expect(mailboxes['mailboxes']).toEqual([{ address: SITE.mailbox, name: null, roomList: null }]);
    const path = `/api/sites/${SITE.id}/mailboxes/Room@example.com/exchange-calendars`;
    const { json: folders } = await world.call('GET', path);
    expect(folders['calendars']).toMatchObject([{ id: 'room-main', pairingId: null }]);
    const { json: calendars } = await world.call('GET', `/api/sites/${SITE.id}/liferay-calendars`);
    expect(calendars['calendars']).toMatchObject([{ id: '71', ownerKind: 'resource', pairingId: null }]);
  });

  it('pairs one, which shows no more than when it is busy unless they choose otherwise', async () => {
    const { status, json } = await attach();
    expect(status).toBe(201);
    expect(json).toMatchObject({
      mailbox: SITE.mailbox,
      details: 'busy',
      status: 'starting',
      preview: false,
    });
    const [mailbox] = await world.db.select().from(schema.mailbox);
    expect(mailbox).toMatchObject({ ownerKind: 'site', ownerId: SITE.id, address: SITE.mailbox });
    const [row] = await world.db.select().from(schema.pairing);
    expect(row).toMatchObject({ userId: ADA.id, calendarId: '71', folderId: 'room-main' });
    expect(await audited(world)).toEqual([`${ADA.id} pairing.create ${json['id']}`]);
  });

  it('chooses what it shows, the direction, and a preview', async () => {
    const { json } = await attach({ details: 'full', direction: 'toLiferay', preview: true });
    expect(json).toMatchObject({ details: 'full', direction: 'toLiferay', preview: true });
    const started = await world.call('POST', `${PAIRINGS}/${json['id']}/start`);
    expect(started.status).toBe(202);
  });

  it('changes, runs and unpairs it with what there is for a user’s own', async () => {
    const id = await attached();
    const path = `${PAIRINGS}/${id}`;
    expect((await world.call('GET', PAIRINGS)).json['pairings']).toMatchObject([{ id }]);
    expect((await world.call('PATCH', path, { body: { details: 'title' } })).json['details']).toBe('title');
    expect((await world.call('POST', `${path}/sync`)).status).toBe(202);
    await fill(world, id);
    expect((await world.call('GET', `${path}/problems`)).json['problems']).toHaveLength(1);
    expect((await world.call('DELETE', path)).status).toBe(204);
    expect(await world.db.select().from(schema.mailbox)).toEqual([]);
  });

  it('is also one whom Liferay lets administer the whole portal', async () => {
    world.users = [{ ...ADA, isPortalAdministrator: true }];
    expect((await attach()).status).toBe(201);
    expect((await world.call('GET', '/api/sites')).json['sites']).toEqual([
      { id: SITE.id, name: null },
      { id: '8', name: null },
    ]);
  });

  it('has their own pairings beside the site’s, and each in its own list', async () => {
    const site = await attached();
    const { id } = await pair(world);
    expect((await world.call('GET', '/api/pairings')).json['pairings']).toMatchObject([{ id }]);
    expect((await world.call('GET', PAIRINGS)).json['pairings']).toMatchObject([{ id: site }]);
    expect(outcome(await world.call('GET', `/api/pairings/${site}`))).toEqual([404, 'pairingUnknown']);
    expect(outcome(await world.call('GET', `${PAIRINGS}/${id}`))).toEqual([404, 'pairingUnknown']);
  });
});

describe('who does not administer the site', () => {
  const STRANGERS: [string, PortalUser][] = [
    ['a user without a role', { ...BOB, administeredSiteIds: [] }],
    ['the administrator of another site', OTHERS],
    ['a user whose own id is the site’s', { ...BOB, id: SITE.id, administeredSiteIds: [] }],
  ];

  describe.each(STRANGERS)('%s', (_, stranger) => {
    it.each(SITE_ROUTES.map((route) => [NAME(route), route] as const))(
      'is refused: %s',
      async (_name, route) => {
        const id = await attached();
        await fill(world, id);
        world.users = [ADMINISTRATOR, stranger];
        const before = await contents(world);
        world.asked.length = 0;
        const options = { as: stranger, ...(route.body === undefined ? {} : { body: route.body }) };
        const answers = [
          await world.call(route.method, pathOf(route, id), options),
          await world.call(route.method, pathOf(route, id, '9999'), options),
        ];
        expect(answers.map(outcome)).toEqual(Array(2).fill([403, 'siteNotAdministered']));
        expect(await contents(world)).toEqual(before);
        expect(world.asked).toEqual([`identity ${stranger.id}`]);
      },
    );

    it('finds no site of it among those to choose from', async () => {
      world.users = [stranger];
      const { json } = await world.call('GET', '/api/sites', { as: stranger });
      const mine = stranger.administeredSiteIds.map((id) => ({ id, name: null }));
      expect(json['sites']).toEqual(mine);
    });
  });

  it('is refused as a guest', async () => {
    world.users = [];
    expect(outcome(await attach())).toEqual([403, 'guestIdentity']);
  });

  it('is refused once Liferay has taken the role away', async () => {
    const id = await attached();
    world.users = [ADA];
    world.advance(60_000);
    expect(outcome(await world.call('DELETE', `${PAIRINGS}/${id}`))).toEqual([403, 'siteNotAdministered']);
  });

  it('reaches no pairing of the site through a site of their own', async () => {
    const id = await attached();
    const theirs = SITE_ROUTES.filter(({ path }) => path.includes('{id}'));
    const before = await contents(world);
    for (const route of theirs) {
      const options = { as: OTHERS, ...(route.body === undefined ? {} : { body: route.body }) };
      const answer = await world.call(route.method, pathOf(route, id, '8'), options);
      expect([NAME(route), ...outcome(answer)]).toEqual([NAME(route), 404, 'pairingUnknown']);
    }
    expect(await contents(world)).toEqual(before);
  });
});

describe('a mailbox', () => {
  it.each([
    ['hall@example.com', 'released for another site'],
    ['ada@example.com', 'their own, and not released for the site'],
    ['nobody@example.com', 'that nobody has'],
    [`${SITE.mailbox} `, 'not quite the name of one that is'],
  ])('%s (%s) is as one that there is not, and Exchange is not even asked', async (address) => {
    const paired = await attach({ mailbox: address });
    const folders = await world.call(
      'GET',
      `/api/sites/${SITE.id}/mailboxes/${encodeURIComponent(address)}/exchange-calendars`,
    );
    const nobodys = await attach({ mailbox: 'no-such@example.com' });
    for (const { json } of [paired, folders]) {
      expect({ ...json, requestId: '' }).toEqual({ ...nobodys.json, requestId: '' });
    }
    expect(outcome(nobodys)).toEqual([404, 'mailboxUnknown']);
    expect(world.asked.filter((each) => !each.startsWith('identity'))).toEqual([]);
    expect(await world.db.select().from(schema.pairing)).toEqual([]);
  });

  it('has to be named: the administrator’s own is none of the site’s', async () => {
    const { mailbox: _, ...body } = BODY;
    const answer = await world.call('POST', PAIRINGS, { body });
    expect(outcome(answer)).toEqual([400, 'invalidRequest']);
  });

  it('has its own folders only', async () => {
    expect(outcome(await attach({ exchangeCalendarId: 'hall-main' }))).toEqual([422, 'folderUnknown']);
  });

  it('that is not released any more is paused, read no further, and can be unpaired', async () => {
    const id = await attached();
    const path = `${PAIRINGS}/${id}`;
    await release();
    const { json } = await world.call('GET', path);
    expect(json).toMatchObject({ status: 'paused', reason: 'mailboxNotReleased' });
    for (const body of [{ details: 'full' }, { windowPastDays: 91 }, { showPrivate: true }]) {
      expect(outcome(await world.call('PATCH', path, { body }))).toEqual([404, 'mailboxUnknown']);
    }
    expect((await world.call('POST', `${path}/sync`)).status).toBe(202);
    expect((await world.call('GET', path)).json['status']).toBe('paused');
    expect((await world.call('PATCH', path, { body: { windowPastDays: 1 } })).status).toBe(200);
    await release({ siteId: SITE.id, address: SITE.mailbox });
    expect((await world.call('GET', path)).json).toMatchObject({ status: 'starting', reason: null });
    await release();
    expect((await world.call('DELETE', path)).status).toBe(204);
  });

  it('is released as before when the configuration is: nothing is written', async () => {
    const id = await attached();
    const same = [
      { siteId: '8', address: 'hall@example.com' },
      { siteId: SITE.id, address: SITE.mailbox },
    ];
    await saveReleases(world.db, 'd1', same, NOW_MS + 60_000);
    const rows = await world.db.select().from(schema.siteRelease);
    expect(rows.map(({ createdAt }) => createdAt)).toEqual([NOW_MS, NOW_MS]);
    expect((await world.call('GET', `${PAIRINGS}/${id}`)).json['status']).toBe('starting');
  });

  it('of a person is never paused because it is released for nobody', async () => {
    const { id } = await pair(world);
    await release();
    expect((await world.call('GET', `/api/pairings/${id}`)).json['status']).toBe('starting');
  });

  it('can be released for two sites: the second one only reads it', async () => {
    await release({ siteId: SITE.id, address: SITE.mailbox }, { siteId: '8', address: SITE.mailbox });
    await attached();
    const second = { ...BODY, liferayCalendarId: '81' };
    const both = await world.call('POST', '/api/sites/8/pairings', { as: OTHERS, body: second });
    expect(outcome(both)).toEqual([409, 'folderAlreadyPaired']);
    const body = { ...second, direction: 'toLiferay' };
    expect((await world.call('POST', '/api/sites/8/pairings', { as: OTHERS, body })).status).toBe(201);
  });
});

describe('a Liferay calendar', () => {
  it.each([
    ['41', 'of a person'],
    ['81', 'of another site’s resource'],
    ['43', 'of the site itself'],
    ['99', 'that Liferay does not let them manage'],
  ])('%s (%s) is not paired with a site’s mailbox, and Exchange is not even asked', async (id) => {
    const site = { ...roomOf('43', 'Site'), owner: { kind: 'site', id: SITE.id } } as const;
    world.calendars.get(ADA.id)?.push(site);
    expect(outcome(await attach({ liferayCalendarId: id }))).toEqual([403, 'calendarNotManageable']);
    expect(world.asked).toEqual([`identity ${ADA.id}`, `calendars ${ADA.id}`]);
  });

  it('is asked for with the administrator’s own token each time', async () => {
    world.calendars.set(ADA.id, []);
    expect(outcome(await attach())).toEqual([403, 'calendarNotManageable']);
  });
});
