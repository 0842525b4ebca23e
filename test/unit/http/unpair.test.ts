/** The end of a pairing whose copies are not to stay, over the API. What it removes is test/contract/sync/unpair.test.ts. */
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import { fencedCommit } from '#store/commit.ts';
import { ADA, BOB, createWorld, NOW_MS, type World } from './app-under-test.ts';
import { audited, BODY, claim, contentOf, linkOf, pair, SECOND, show } from './pairings-under-test.ts';

const OURS = `${'0'.repeat(40)}@calendar-connector`;
const own = { title: 'Own', disclosure: { details: 'own' }, meeting: false };

/** Three copies in Liferay, of which one is not in step; one in Exchange, and a meeting there. */
async function paired(): Promise<{ world: World; id: string }> {
  const world = await createWorld();
  const { id } = await pair(world);
  const link = (linkId: string, rest: Parameters<typeof linkOf>[2]) =>
    linkOf(id, linkId, { exchangeId: `x-${linkId}`, liferayId: `r-${linkId}`, ...rest });
  await world.db
    .insert(schema.link)
    .values([
      link('a', { liferayUid: OURS }),
      link('b', { liferayUid: OURS }),
      link('c', { liferayUid: OURS, work: 'dirty' }),
      link('d', { liferayUid: 'theirs' }),
      link('e', { liferayUid: 'theirs' }),
      link('f', { liferayUid: 'theirs' }),
    ]);
  const copied = { title: 'Copied', disclosure: { details: 'full' }, meeting: false };
  await world.db
    .insert(schema.linkContent)
    .values([
      ...['a', 'b', 'c', 'f'].map((linkId) => contentOf(linkId, copied)),
      contentOf('d', own),
      contentOf('e', { ...own, meeting: true }),
    ]);
  return { world, id };
}

function unpair(world: World, id: string, body: object, as = ADA) {
  return world.call('POST', `/api/pairings/${id}/unpair`, { body, as });
}

describe('the copies', () => {
  it('are counted on each side, as far as both agree on them', async () => {
    const { world, id } = await paired();
    const answer = await world.call('GET', `/api/pairings/${id}/copies`);
    expect([answer.status, answer.json]).toEqual([200, { liferay: 2, exchange: 1, meetings: 1 }]);
  });

  it('are removed by runs: the pairing says so, is due at once, and no run goes on copying', async () => {
    const { world, id } = await paired();
    const running = await claim(world);
    if (running === undefined) throw new Error('The mailbox was not due.');
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000 });
    const answer = await unpair(world, id, { copies: 'liferay', count: 2 });
    expect([answer.status, answer.json]).toEqual([202, { nextRunAt: NOW_MS }]);
    expect(await show(world, id)).toMatchObject({ status: 'unpairing', progress: { done: 0, total: 2 } });
    expect(await fencedCommit(world.db, running.lease, [world.db.delete(schema.link)])).toBe('leaseLost');
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} pairing.delete copies=liferay count=2 ${id}`);
    expect((await unpair(world, id, { copies: 'liferay', count: 2 })).status).toBe(202);
  });

  it('are not removed where there are more than were shown', async () => {
    const { world, id } = await paired();
    const answer = await unpair(world, id, { copies: 'liferay', count: 1 });
    expect([answer.status, answer.json['reason']]).toEqual([409, 'copiesChanged']);
    expect((await show(world, id)).status).not.toBe('unpairing');
  });

  it.each([
    [{}],
    [{ copies: 'both', count: 1 }],
    [{ copies: 'liferay' }],
    [{ copies: 'liferay', count: -1 }],
    [{ copies: 'liferay', count: 1.5 }],
  ])('are not removed by %j', async (body) => {
    const { world, id } = await paired();
    const answer = await unpair(world, id, body);
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
  });

  it('are not removed for whoever has lost the mailbox, nor for anybody else', async () => {
    const { world, id } = await paired();
    expect((await unpair(world, id, { copies: 'liferay', count: 2 }, BOB)).json['reason']).toBe(
      'pairingUnknown',
    );
    world.users = [{ ...ADA, emailAddress: 'ada.new@example.com' }, BOB];
    world.advance(60_000);
    const lost = await unpair(world, id, { copies: 'liferay', count: 2 });
    expect([lost.status, lost.json['reason']]).toEqual([403, 'notYourMailbox']);
    expect(await world.db.select().from(schema.pairing)).toMatchObject([{ removes: null }]);
  });

  it('of a pairing that was paused are removed too', async () => {
    const { world, id } = await paired();
    await world.call('PATCH', `/api/pairings/${id}`, { body: { paused: true } });
    await unpair(world, id, { copies: 'exchange', count: 1 });
    expect(await show(world, id)).toMatchObject({ status: 'unpairing', paused: false });
  });
});

describe('while they are removed', () => {
  it('the rest stays as soon as somebody ends it at once', async () => {
    const { world, id } = await paired();
    await unpair(world, id, { copies: 'liferay', count: 2 });
    expect((await world.call('DELETE', `/api/pairings/${id}`)).status).toBe(204);
    expect(await world.db.select().from(schema.mailbox)).toEqual([]);
  });

  it('both calendars are offered, and whoever pairs one of them anew ends it', async () => {
    const { world, id } = await paired();
    await unpair(world, id, { copies: 'liferay', count: 2 });
    const offered = await world.call('GET', '/api/liferay-calendars');
    expect(offered.json['calendars']).toMatchObject([{ id: '41', pairingId: null }, { pairingId: null }]);
    const again = await pair(world, BODY);
    expect((await world.db.select().from(schema.pairing)).map((row) => row.id)).toEqual([again.id]);
    expect(await world.db.select().from(schema.mailbox)).toHaveLength(1);
    await unpair(world, again.id, { copies: 'liferay', count: 0 });
    await pair(world, { ...SECOND, liferayCalendarId: '41' });
    expect(await world.db.select().from(schema.pairing)).toMatchObject([{ folderId: 'ada-shared' }]);
  });
});
