/** A preview over the API: what it shows, who may end it, and what the end does. What it comes to is test/contract/sync. */
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { Preview } from '#shared/api.ts';
import { fencedCommit } from '#store/commit.ts';
import { PREVIEW_PAGE } from '#store/preview.repository.ts';
import { ADA, BOB, createWorld, NOW_MS, type World } from './app-under-test.ts';
import { audited, BODY, claim, linkOf, type NewLink, pair, SECOND, show } from './pairings-under-test.ts';

type NewProposal = typeof schema.proposal.$inferInsert;

/** Puts a link with its proposal there, as the engine does. */
async function propose(
  world: World,
  pairingId: string,
  linkId: string,
  proposal: Partial<NewProposal> = {},
  link: Partial<NewLink> = {},
): Promise<void> {
  await world.db.insert(schema.link).values(linkOf(pairingId, linkId, { work: 'proposed', ...link }));
  await world.db.insert(schema.proposal).values({
    ...{ linkId, pairingId, kind: 'createLiferay', title: linkId, startAt: NOW_MS, allDay: false },
    fields: '{"exchange":[],"liferay":[]}',
    ...proposal,
  });
}

async function previewing(body: object = {}): Promise<{ world: World; id: string }> {
  const world = await createWorld();
  const { id } = await pair(world, { ...body, preview: true });
  return { world, id };
}

async function preview(world: World, id: string, query = ''): Promise<Preview> {
  return (await world.call('GET', `/api/pairings/${id}/preview${query}`)).json as unknown as Preview;
}

const NO_FIELDS = { exchange: [], liferay: [] };

describe('a pairing', () => {
  it('previews when its owner says so, and says so itself', async () => {
    const { world, id } = await previewing();
    expect(await show(world, id)).toMatchObject({ preview: true, status: 'preview' });
    expect(await preview(world, id)).toMatchObject({ complete: false, proposals: [], next: null });
    expect(await pair(world, SECOND)).toMatchObject({ preview: false, status: 'starting' });
  });

  it.each(['yes', 1, null])('does not for %j', async (value) => {
    const world = await createWorld();
    const answer = await world.call('POST', '/api/pairings', { body: { ...BODY, preview: value } });
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
    expect(await world.db.select().from(schema.pairing)).toEqual([]);
  });

  it.each([
    ['GET', 'preview'],
    ['POST', 'start'],
  ])('that does not preview refuses %s …/%s, and nothing changes', async (method, path) => {
    const world = await createWorld();
    const { id } = await pair(world);
    const answer = await world.call(method, `/api/pairings/${id}/${path}`);
    expect([answer.status, answer.json['reason']]).toEqual([409, 'notPreviewing']);
    expect(await audited(world)).toHaveLength(1);
  });
});

describe('the preview', () => {
  it('counts all by kind, and names each in order of time with its fields and its reason', async () => {
    const { world, id } = await previewing();
    await world.db.update(schema.pairing).set({ phase: 'steady' });
    const fields = JSON.stringify({ exchange: ['title'], liferay: ['location'] });
    await propose(world, id, 'a', { kind: 'link', startAt: NOW_MS + 5, fields });
    await propose(world, id, 'b', { allDay: true });
    const because = { work: 'parked', reason: 'ambiguousMatch', reasonDetail: 'Two.' } as const;
    await propose(world, id, 'c', { kind: 'setAside', title: null, startAt: null }, because);
    await propose(world, id, 'd', { startAt: -NOW_MS });
    const { counts, invitations, ...rest } = await preview(world, id);
    expect(counts).toMatchObject({ link: 1, createLiferay: 2, setAside: 1, createExchange: 0, held: 0 });
    expect(invitations).toMatchObject({ meetings: 0, first: [] });
    const nothing = { fields: NO_FIELDS, invitees: [], reason: null, detail: null };
    const copy = { kind: 'createLiferay', allDay: false, ...nothing };
    expect(rest).toEqual({
      complete: true,
      proposals: [
        {
          ...copy,
          linkId: 'c',
          kind: 'setAside',
          title: null,
          start: null,
          reason: 'ambiguousMatch',
          detail: 'Two.',
        },
        { ...copy, linkId: 'd', title: 'd', start: -NOW_MS },
        { ...copy, linkId: 'b', title: 'b', start: NOW_MS, allDay: true },
        { ...copy, linkId: 'a', kind: 'link', title: 'a', start: NOW_MS + 5, fields: JSON.parse(fields) },
      ],
      next: null,
    });
  });

  it('leaves out what is decided anew, and is not complete as long as anything is', async () => {
    const { world, id } = await previewing();
    await world.db.update(schema.pairing).set({ phase: 'steady' });
    await propose(world, id, 'a');
    await propose(world, id, 'b', {}, { work: 'dirty', retryAt: NOW_MS * 2 });
    const found = await preview(world, id);
    expect([found.complete, found.counts.createLiferay]).toEqual([false, 1]);
    expect(found.proposals.map((each) => each.linkId)).toEqual(['a']);
  });

  it('comes by parts without a gap or a double', async () => {
    const { world, id } = await previewing();
    const ids = Array.from({ length: PREVIEW_PAGE + 2 }, (_, i) => `l${String(i).padStart(3, '0')}`);
    for (const [i, linkId] of ids.entries())
      await propose(world, id, linkId, { startAt: i < 7 ? null : NOW_MS + Math.floor(i / 7) });
    const first = await preview(world, id);
    const rest = await preview(world, id, `?after=${first.next}`);
    expect([...first.proposals, ...rest.proposals].map((each) => each.linkId)).toEqual(ids);
    expect([first.counts.createLiferay, first.proposals.length, rest.next]).toEqual([
      ids.length,
      PREVIEW_PAGE,
      null,
    ]);
    const wrong = await world.call('GET', `/api/pairings/${id}/preview?after=tomorrow`);
    expect([wrong.status, wrong.json['reason']]).toEqual([400, 'invalidRequest']);
  });
});

/** Meetings of Liferay: one to come, one without end, and one that is over; and an event without anybody. */
async function withMeetings() {
  const stage = await previewing();
  const { world, id } = stage;
  await world.db.update(schema.pairing).set({ phase: 'steady' });
  const meeting = { kind: 'createExchange', invitees: '["bob@example.com"]' } as const;
  const found = { quiet: true };
  await propose(world, id, 'a', { ...meeting, startAt: NOW_MS + 5, invitesUntil: NOW_MS + 60_000 }, found);
  await propose(world, id, 'b', { ...meeting, startAt: NOW_MS - 5 }, found);
  await propose(world, id, 'c', { ...meeting, startAt: NOW_MS - 9, invitesUntil: NOW_MS }, found);
  await propose(world, id, 'd', {}, found);
  return stage;
}

async function quiet(world: World): Promise<readonly string[]> {
  const links = await world.db.select().from(schema.link).orderBy(schema.link.id);
  return links.flatMap((link) => (link.quiet ? [link.id] : []));
}

describe('the meetings that were found in Liferay', () => {
  it('are counted and named with whom would be invited, as long as they are to come', async () => {
    const { world, id } = await withMeetings();
    const { invitations, proposals } = await preview(world, id);
    expect(invitations.meetings).toBe(2);
    expect(invitations.first.map(({ linkId, invitees }) => [linkId, ...invitees])).toEqual([
      ['b', 'bob@example.com'],
      ['a', 'bob@example.com'],
    ]);
    expect(proposals.filter(({ invitees }) => invitees.length > 0)).toEqual(invitations.first);
    world.advance(60_000);
    const later = await preview(world, id);
    expect(later.invitations.meetings).toBe(1);
    expect(later.invitations.mark).not.toBe(invitations.mark);
  });

  it('have their invitees asked after a start that says so, and no others have', async () => {
    const { world, id } = await withMeetings();
    const { mark } = (await preview(world, id)).invitations;
    const body = { invitations: 'send', mark };
    const answer = await world.call('POST', `/api/pairings/${id}/start`, { body });
    expect(answer.status).toBe(202);
    expect(await quiet(world)).toEqual(['c', 'd']);
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} pairing.start invitations=2 ${id}`);
  });

  it.each([[undefined], [{}], [{ invitations: 'leave' }]])('have not after a start with %j', async (body) => {
    const { world, id } = await withMeetings();
    const answer = await world.call('POST', `/api/pairings/${id}/start`, body ? { body } : {});
    expect(answer.status).toBe(202);
    expect(await quiet(world)).toEqual(['a', 'b', 'c', 'd']);
  });

  const { link, proposal } = schema;
  it.each<readonly [string, (world: World, id: string) => Promise<unknown>]>([
    ['another came', (world, id) => propose(world, id, 'e', { invitees: '["eve@example.com"]' })],
    [
      'one has others invited',
      ({ db }) =>
        db.update(proposal).set({ invitees: '["eve@example.com"]' }).where(eq(proposal.linkId, 'a')),
    ],
    [
      'one is at another time',
      ({ db }) =>
        db
          .update(proposal)
          .set({ startAt: NOW_MS + 6 })
          .where(eq(proposal.linkId, 'a')),
    ],
    ['one is to be decided anew', ({ db }) => db.update(link).set({ work: 'dirty' }).where(eq(link.id, 'a'))],
  ])('are not those that were seen where %s: nothing is started', async (_, happens) => {
    const { world, id } = await withMeetings();
    const { mark } = (await preview(world, id)).invitations;
    await happens(world, id);
    const body = { invitations: 'send', mark };
    const answer = await world.call('POST', `/api/pairings/${id}/start`, { body });
    expect([answer.status, answer.json['reason']]).toEqual([409, 'previewChanged']);
    expect(await show(world, id)).toMatchObject({ preview: true });
  });

  it.each([
    [{ invitations: 'send' }],
    [{ invitations: 'send', mark: '' }],
    [{ invitations: 'all', mark: 'm' }],
    [{ invitations: null }],
    ['send'],
  ])('are not decided on by %j', async (body) => {
    const { world, id } = await withMeetings();
    const answer = await world.call('POST', `/api/pairings/${id}/start`, { body });
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
    expect(await show(world, id)).toMatchObject({ preview: true });
  });
});

describe('the start', () => {
  it('makes all that was proposed and the mailbox due, once, and is audited', async () => {
    const { world, id } = await previewing();
    const other = await pair(world, { ...SECOND, preview: true });
    await world.db.update(schema.pairing).set({ phase: 'steady' });
    await propose(world, id, 'a');
    await propose(world, id, 'b', { kind: 'outside' }, { work: 'outside' });
    await propose(world, other.id, 'c');
    await world.db.update(schema.mailbox).set({ nextSyncAt: NOW_MS + 50_000 });
    const answer = await world.call('POST', `/api/pairings/${id}/start`);
    expect([answer.status, answer.json]).toEqual([202, { nextRunAt: NOW_MS }]);
    expect(await show(world, id)).toMatchObject({ preview: false, status: 'starting' });
    expect(await show(world, other.id)).toMatchObject({ preview: true, status: 'preview' });
    const links = await world.db.select().from(schema.link).orderBy(schema.link.id);
    expect(links.map((link) => link.work)).toEqual(['dirty', 'outside', 'proposed']);
    expect((await world.db.select().from(schema.proposal)).map((row) => row.linkId)).toEqual(['c']);
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} pairing.start ${id}`);
    const again = await world.call('POST', `/api/pairings/${id}/start`);
    expect([again.status, again.json['reason']]).toEqual([409, 'notPreviewing']);
  });

  it('stops a run that would only have proposed', async () => {
    const { world, id } = await previewing();
    const running = await claim(world);
    if (running === undefined) throw new Error('The mailbox was not due.');
    await world.call('POST', `/api/pairings/${id}/start`);
    const late = world.db.update(schema.pairing).set({ digest: 'late' }).where(eq(schema.pairing.id, id));
    expect(await fencedCommit(world.db, running.lease, [late])).toBe('leaseLost');
  });

  it('is refused to whoever has lost the address, and to everybody else', async () => {
    const { world, id } = await previewing();
    await propose(world, id, 'a');
    world.users = [{ ...ADA, emailAddress: 'ada.new@example.com' }, BOB];
    world.advance(60_000);
    const lost = await world.call('POST', `/api/pairings/${id}/start`);
    expect([lost.status, lost.json['reason']]).toEqual([403, 'notYourMailbox']);
    for (const [method, path] of [
      ['POST', 'start'],
      ['GET', 'preview'],
    ] as const) {
      const bobs = await world.call(method, `/api/pairings/${id}/${path}`, { as: BOB });
      expect([bobs.status, bobs.json['reason']]).toEqual([404, 'pairingUnknown']);
    }
    expect((await world.db.select().from(schema.link))[0]?.work).toBe('proposed');
  });
});

it('other settings make what was proposed due again', async () => {
  const { world, id } = await previewing();
  await propose(world, id, 'a');
  await world.call('PATCH', `/api/pairings/${id}`, { body: { windowFutureDays: 5 } });
  expect((await world.db.select().from(schema.link))[0]?.work).toBe('dirty');
  expect(await show(world, id)).toMatchObject({ preview: true });
});
