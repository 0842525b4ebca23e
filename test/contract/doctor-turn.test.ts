/** "Test connection" among the syncs: it waits for its place, for a short time, and is one at a time for a server. */
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { domain, mailbox } from '#drizzle/schema.ts';
import { ANNA, type DoctorWorld, failureOf, MAIL, openDoctorWorld, stepOf } from './doctor-world.ts';

/** A run that is in a mailbox, with one place of those that the server has. */
async function runIn(world: DoctorWorld, address: string, places: number): Promise<void> {
  await world.db.update(domain).set({ maxConcurrent: places });
  await world.db.insert(mailbox).values({
    id: 'm',
    domainId: 'default',
    address,
    ownerKind: 'user',
    ownerId: '1',
    intervalSeconds: 30,
    nextSyncAt: 0,
    leaseOwner: 'worker',
    leaseShare: 1,
    leaseUntil: world.now() + 120_000,
    createdAt: 0,
  });
}

it.each([
  ['all places of the server are taken', 'marco@example.com', 1, 'placesTaken'],
  ['a run stays in the mailbox', ANNA, 8, 'mailboxAtWork'],
])(
  'while %s it gives up after a short time, and asks the server nothing',
  async (_, address, places, remedy) => {
    const world = await openDoctorWorld();
    await runIn(world, address, places);
    const report = await world.examine();
    expect(failureOf(report, 'exchange')).toEqual(['turn', 'throttled', remedy]);
    const { milliseconds } = stepOf(report, 'exchange', 'turn');
    expect([milliseconds >= 20_000, milliseconds <= 21_000]).toEqual([true, true]);
    expect(world.sent.filter(({ url }) => url.host === MAIL)).toEqual([]);
  },
);

it('takes the place that becomes free meanwhile', async () => {
  const world = await openDoctorWorld();
  await runIn(world, ANNA, 8);
  const begun = world.now();
  world.onSleep = async (now) => {
    if (now - begun >= 5_000) await world.db.update(mailbox).set({ leaseUntil: 0, leaseShare: 0 });
  };
  const report = await world.examine();
  expect(failureOf(report, 'exchange')).toBeNull();
  expect(stepOf(report, 'exchange', 'turn').milliseconds).toBe(5_000);
});

it('leaves nothing behind that would keep runs waiting, whatever was wrong', async () => {
  const world = await openDoctorWorld();
  await world.examine(ANNA, true);
  world.between = () => new TypeError('fetch failed');
  await world.examine(ANNA, true);
  const { rows } = await world.db.run(sql`select count(*) as visits from visit`);
  expect(rows[0]?.['visits']).toBe(0);
});

it('is one at a time for a server', async () => {
  const world = await openDoctorWorld();
  await runIn(world, ANNA, 8);
  let second: unknown;
  world.onSleep = async () => {
    second ??= await world.tryToExamine();
    await world.db.update(mailbox).set({ leaseUntil: 0, leaseShare: 0 });
  };
  expect((await world.examine()).healthy).toBe(true);
  expect(second).toBeNull();
});

it('begins no step after a minute', async () => {
  const world = await openDoctorWorld();
  world.between = ({ url }) => {
    if (url.host === MAIL) world.pass(25_000);
    return null;
  };
  const report = await world.examine();
  const late = report.steps.filter(({ remedy }) => remedy === 'outOfTime');
  expect(late.length).toBeGreaterThan(0);
  expect(late.every(({ result }) => result === 'notTried')).toBe(true);
});
