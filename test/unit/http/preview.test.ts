/** A preview over the API: what it shows, who may end it, and what the end does. What it comes to is test/contract/sync. */
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import * as schema from '#drizzle/schema.ts';
import type { Ambiguities, AmbiguityDecisions } from '#shared/ambiguities.ts';
import type { Preview } from '#shared/api.ts';
import { AMBIGUITY_PAGE } from '#store/ambiguities.repository.ts';
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
    const { counts, invitations, ambiguous, ...rest } = await preview(world, id);
    expect(counts).toMatchObject({ link: 1, createLiferay: 2, setAside: 1, createExchange: 0, held: 0 });
    expect(invitations).toMatchObject({ meetings: 0, first: [] });
    expect(ambiguous).toBe(0);
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

/** An item that two bookings may be, one of which another item may be too; and what was only proposed. */
async function withAmbiguities() {
  const stage = await previewing();
  const { world, id } = stage;
  const aside = { work: 'parked', reason: 'ambiguousMatch' } as const;
  const item = { ...aside, exchangeId: 'x', liferayState: 'none' } as const;
  const booking = { ...aside, exchangeState: 'none' } as const;
  const named = { kind: 'setAside', title: 'Jour fixe' } as const;
  await propose(world, id, 'e1', named, item);
  await propose(world, id, 'e2', { ...named, startAt: NOW_MS + 1 }, { ...item, exchangeId: 'y' });
  await propose(world, id, 'l1', { ...named, startAt: NOW_MS + 2 }, { ...booking, liferayId: '1' });
  await propose(world, id, 'l2', { ...named, startAt: NOW_MS + 3 }, { ...booking, liferayId: '2' });
  await propose(world, id, 'other');
  const row = (linkId: string, candidates: readonly string[], description: string | null) => ({
    ...{ linkId, pairingId: id, location: 'Room 1', description, candidates: JSON.stringify(candidates) },
  });
  await world.db
    .insert(schema.ambiguity)
    .values([
      row('e1', ['l1', 'l2'], 'Old'),
      row('e2', ['l2'], null),
      row('l1', [], 'New'),
      row('l2', [], 'Newer'),
    ]);
  return stage;
}

type Decision = AmbiguityDecisions['decisions'][number];

async function decide(world: World, id: string, ...decisions: readonly Decision[]): Promise<unknown> {
  const answer = await world.call('POST', `/api/pairings/${id}/ambiguities`, { body: { decisions } });
  expect(answer.status).toBe(200);
  return answer.json['decided'];
}

async function ambiguities(world: World, id: string, query = ''): Promise<Ambiguities> {
  const answer = await world.call('GET', `/api/pairings/${id}/ambiguities${query}`);
  expect(answer.status).toBe(200);
  return answer.json as unknown as Ambiguities;
}

/** What is decided about which, by link. */
async function choices(world: World, id: string): Promise<Record<string, string>> {
  const { events } = await ambiguities(world, id);
  const made = events.filter(({ choice }) => choice !== null);
  return Object.fromEntries(
    made.map(({ linkId, choice, chosen }) => [linkId, [choice, chosen].join(' ').trim()]),
  );
}

describe('events that match several', () => {
  it('are named with what tells them apart and what they may be the same as', async () => {
    const { world, id } = await withAmbiguities();
    expect((await preview(world, id)).ambiguous).toBe(4);
    const { events, next } = await ambiguities(world, id);
    const booking = {
      title: 'Jour fixe',
      start: NOW_MS + 2,
      allDay: false,
      location: 'Room 1',
      description: 'New',
    };
    expect(events[0]).toEqual({
      ...{ linkId: 'e1', side: 'exchange', title: 'Jour fixe', start: NOW_MS, allDay: false },
      ...{ location: 'Room 1', description: 'Old', choice: null, chosen: null },
      candidates: [
        { linkId: 'l1', ...booking },
        { linkId: 'l2', ...booking, start: NOW_MS + 3, description: 'Newer' },
      ],
    });
    expect(events.map(({ linkId, side }) => [linkId, side])).toEqual([
      ['e1', 'exchange'],
      ['e2', 'exchange'],
      ['l1', 'liferay'],
      ['l2', 'liferay'],
    ]);
    expect(next).toBeNull();
  });

  it('are decided about one by one, and the last decision counts, however often it is sent', async () => {
    const { world, id } = await withAmbiguities();
    const link = { linkId: 'e1', choice: 'link', with: 'l1' } as const;
    expect(await decide(world, id, link, { linkId: 'l2', choice: 'leaveOut' })).toBe(2);
    expect(await decide(world, id, link)).toBe(1);
    expect(await choices(world, id)).toEqual({ e1: 'link l1', l2: 'leaveOut' });
    expect(await decide(world, id, { linkId: 'e1', choice: 'create' })).toBe(1);
    expect(await decide(world, id, { linkId: 'l2', choice: 'later' })).toBe(1);
    expect(await choices(world, id)).toEqual({ e1: 'create' });
    expect((await audited(world)).at(-1)).toBe(`${ADA.id} pairing.tellApart events=1 ${id}`);
  });

  it('share no booking: the last item that chooses it has it, or the booking itself', async () => {
    const { world, id } = await withAmbiguities();
    await decide(world, id, { linkId: 'l2', choice: 'create' }, { linkId: 'e1', choice: 'link', with: 'l2' });
    expect(await choices(world, id)).toEqual({ e1: 'link l2' });
    await decide(world, id, { linkId: 'e2', choice: 'link', with: 'l2' });
    expect(await choices(world, id)).toEqual({ e2: 'link l2' });
    await decide(world, id, { linkId: 'l2', choice: 'leaveOut' });
    expect(await choices(world, id)).toEqual({ l2: 'leaveOut' });
  });

  it('are not decided about where they are not there as they were named', async () => {
    const { world, id } = await withAmbiguities();
    const other = await pair(world, { ...SECOND, preview: true });
    const refused: readonly Decision[] = [
      { linkId: 'e2', choice: 'link', with: 'l1' },
      { linkId: 'e1', choice: 'link', with: 'other' },
      { linkId: 'l1', choice: 'link', with: 'e1' },
      { linkId: 'other', choice: 'leaveOut' },
      { linkId: 'nothing', choice: 'create' },
    ];
    expect(await decide(world, id, ...refused)).toBe(0);
    expect(await decide(world, other.id, { linkId: 'e1', choice: 'create' })).toBe(0);
    expect(await choices(world, id)).toEqual({});
  });

  it.each([
    [{ decisions: [] }],
    [{ decisions: [{ linkId: 'e1', choice: 'link' }] }],
    [{ decisions: [{ linkId: 'e1', choice: 'merge' }] }],
    [{ decisions: Array.from({ length: 201 }, () => ({ linkId: 'e1', choice: 'create' })) }],
  ])('are not decided about by %j', async (body) => {
    const { world, id } = await withAmbiguities();
    const answer = await world.call('POST', `/api/pairings/${id}/ambiguities`, { body });
    expect([answer.status, answer.json['reason']]).toEqual([400, 'invalidRequest']);
  });

  it('come by parts without a gap or a double', async () => {
    const { world, id } = await withAmbiguities();
    const ids = Array.from({ length: AMBIGUITY_PAGE }, (_, i) => `z${String(i).padStart(3, '0')}`);
    const item = { work: 'parked', reason: 'ambiguousMatch', liferayState: 'none' } as const;
    for (const linkId of ids) {
      await propose(world, id, linkId, { startAt: NOW_MS + 9 }, { ...item, exchangeId: linkId });
      await world.db.insert(schema.ambiguity).values({ linkId, pairingId: id, candidates: '[]' });
    }
    const first = await ambiguities(world, id);
    const rest = await ambiguities(world, id, `?after=${first.next}`);
    expect([...first.events, ...rest.events].map(({ linkId }) => linkId)).toEqual([
      'e1',
      'e2',
      'l1',
      'l2',
      ...ids,
    ]);
    expect([first.events.length, rest.next]).toEqual([AMBIGUITY_PAGE, null]);
  });

  it('are planned after the start as was decided, and the others stay set aside', async () => {
    const { world, id } = await withAmbiguities();
    await decide(world, id, { linkId: 'e1', choice: 'link', with: 'l1' }, { linkId: 'l2', choice: 'create' });
    await world.call('POST', `/api/pairings/${id}/start`);
    const links = await world.db.select().from(schema.link).orderBy(schema.link.id);
    expect(links.map(({ id: linkId, work }) => `${linkId} ${work}`)).toEqual([
      'e1 dirty',
      'e2 parked',
      'l1 parked',
      'l2 dirty',
      'other dirty',
    ]);
    const kept = await world.db.select().from(schema.ambiguity).orderBy(schema.ambiguity.linkId);
    expect(kept.map(({ linkId }) => linkId)).toEqual(['e1', 'l2']);
    const late = await world.call('GET', `/api/pairings/${id}/ambiguities`);
    expect([late.status, late.json['reason']]).toEqual([409, 'notPreviewing']);
  });

  it('are asked about no more when one was left out and is tried again', async () => {
    const { world, id } = await withAmbiguities();
    await decide(world, id, { linkId: 'e1', choice: 'leaveOut' });
    await world.call('POST', `/api/pairings/${id}/start`);
    await world.db
      .update(schema.link)
      .set({ work: 'parked', reason: 'leftOut' })
      .where(eq(schema.link.id, 'e1'));
    const answer = await world.call('POST', `/api/pairings/${id}/problems/e1/retry`);
    expect(answer.status).toBe(202);
    expect(await world.db.select().from(schema.ambiguity)).toEqual([]);
  });
});

it('other settings make what was proposed due again', async () => {
  const { world, id } = await previewing();
  await propose(world, id, 'a');
  await world.call('PATCH', `/api/pairings/${id}`, { body: { windowFutureDays: 5 } });
  expect((await world.db.select().from(schema.link))[0]?.work).toBe('dirty');
  expect(await show(world, id)).toMatchObject({ preview: true });
});
