/** The daily check of who owns what, against the portal: what stops, what goes on, and what is no evidence. */
import { describe, expect, test } from 'vitest';
import { domain, mailbox } from '#drizzle/schema.ts';
import { checkOwners } from '#sync/owner-checks.ts';
import { DAY, HOUR, hourFrom, MINUTE, Stage } from './stage.ts';

/** In step, and checked since. */
async function inStep(people = 1): Promise<Stage> {
  const stage = await Stage.open({ people });
  await stage.settle();
  await checkOwners(stage.engine);
  return stage;
}

/** A day later. */
async function dayLater(stage: Stage) {
  stage.world.clock.advance(DAY);
  return checkOwners(stage.engine);
}

async function standing(stage: Stage, person = stage.person): Promise<readonly unknown[]> {
  const { state, reason } = await stage.pairing(person);
  return [state, reason];
}

describe('a pairing', () => {
  test('goes on while its owner has the address', async () => {
    const stage = await inStep();
    stage.world.liferay.changeUser(stage.person.userId, { emailAddress: 'Person0@Example.COM' });
    expect(await dayLater(stage)).toEqual({ checked: 1, paused: 0, resumed: 0 });
    expect(await standing(stage)).toEqual(['active', null]);
  });

  test('stops when the owner has another address, and reads nothing of the mailbox from then on', async () => {
    const stage = await inStep(2);
    stage.world.liferay.changeUser(stage.of(0).userId, { emailAddress: 'other@example.com' });
    expect(await dayLater(stage)).toEqual({ checked: 2, paused: 1, resumed: 0 });
    expect(await standing(stage)).toEqual(['paused', 'addressChanged']);
    expect(await standing(stage, stage.of(1))).toEqual(['active', null]);
    for (const person of [stage.of(0), stage.of(1)]) {
      stage.create({ subject: 'Later', ...hourFrom('2026-05-12T09:00') }, person);
    }
    await stage.round(HOUR);
    expect([stage.titles(stage.of(0)).liferay, stage.titles(stage.of(1)).liferay]).toEqual([[], ['Later']]);
  });

  test('goes on by itself when the address is right again', async () => {
    const stage = await inStep();
    const { userId, address } = stage.person;
    stage.world.liferay.changeUser(userId, { emailAddress: 'other@example.com' });
    await dayLater(stage);
    stage.create({ subject: 'Meanwhile', ...hourFrom('2026-05-12T09:00') });
    stage.world.liferay.changeUser(userId, { emailAddress: address });
    expect(await dayLater(stage)).toEqual({ checked: 1, paused: 0, resumed: 1 });
    await stage.round(0);
    expect(stage.titles().liferay).toEqual(['Meanwhile']);
  });

  test.each([
    ['deleted', (stage: Stage) => stage.world.liferay.removeUser(stage.of(1).userId)],
    [
      'deactivated',
      (stage: Stage) => stage.world.liferay.changeUser(stage.of(1).userId, { deactivated: true }),
    ],
  ])('stops when the account is %s, and the others go on', async (_, end) => {
    const stage = await inStep(3);
    end(stage);
    expect(await dayLater(stage)).toEqual({ checked: 3, paused: 1, resumed: 0 });
    expect(await standing(stage, stage.of(1))).toEqual(['paused', 'ownerLost']);
    for (const person of [stage.of(0), stage.of(2)])
      expect(await standing(stage, person)).toEqual(['active', null]);
  });

  test('stops when the domain’s rule no longer takes the address', async () => {
    const stage = await inStep();
    await stage.world.db.update(domain).set({ addressRule: 'requireVerified' });
    await dayLater(stage);
    expect(await standing(stage)).toEqual(['paused', 'addressNotAccepted']);
    stage.world.liferay.changeUser(stage.person.userId, { emailVerified: true });
    await dayLater(stage);
    expect(await standing(stage)).toEqual(['active', null]);
  });

  test('that was made with the service key goes on under whatever address, but not without its user', async () => {
    const stage = await inStep();
    await stage.setPairing({ userId: 'service-key' });
    stage.world.liferay.changeUser(stage.person.userId, { emailAddress: 'other@example.com' });
    expect(await dayLater(stage)).toMatchObject({ paused: 0 });
    stage.world.liferay.removeUser(stage.person.userId);
    expect(await dayLater(stage)).toMatchObject({ paused: 1 });
  });

  test('of a room is no user’s, and is not asked about', async () => {
    const stage = await Stage.open({ people: 1, rooms: 1 });
    expect(await checkOwners(stage.engine)).toMatchObject({ checked: 1 });
  });
});

describe('no evidence', () => {
  test('is a portal that does not answer: it is asked again soon', async () => {
    const stage = await inStep();
    const { engine } = stage;
    stage.engine = stage.world.engine({
      network: (fetch) => (url, request) =>
        url.includes('portal') ? Promise.reject(new TypeError('fetch failed')) : fetch(url, request),
    });
    expect(await dayLater(stage)).toEqual({ checked: 0, paused: 0, resumed: 0 });
    expect(await standing(stage)).toEqual(['active', null]);
    stage.engine = engine;
    stage.world.clock.advance(10 * MINUTE);
    expect(await checkOwners(stage.engine)).toMatchObject({ checked: 0 });
    stage.world.clock.advance(10 * MINUTE);
    expect(await checkOwners(stage.engine)).toMatchObject({ checked: 1 });
  });

  test('is a user whom the portal does not let us see', async () => {
    const stage = await inStep();
    const portal = { ...stage.engine.portal, owners: async () => new Map() };
    stage.world.clock.advance(DAY);
    expect(await checkOwners({ ...stage.engine, portal })).toEqual({ checked: 0, paused: 0, resumed: 0 });
    expect(await standing(stage)).toEqual(['active', null]);
  });
});

test('each mailbox is asked about once a day, many in one request, and by one of several processes', async () => {
  const stage = await Stage.open({ people: 60 });
  const { requests } = stage.world.liferay;
  requests.reset();
  const both = await Promise.all([checkOwners(stage.engine), checkOwners(stage.world.engine())]);
  expect(both.map(({ checked }) => checked).toSorted((a, b) => a - b)).toEqual([10, 50]);
  expect(requests.http).toBeLessThanOrEqual(4);
  expect(await checkOwners(stage.engine)).toMatchObject({ checked: 0 });
  const rows = await stage.world.db.select({ at: mailbox.checkedAt }).from(mailbox);
  expect(new Set(rows.map(({ at }) => at))).toEqual(new Set([stage.world.clock.now()]));
});
