/** Mailboxes whose server is not found: one of them keeps nobody else waiting, and all of them cost one search a step. */
import { expect, test } from 'vitest';
import { failure, RemoteFailure } from '#core/failure.ts';
import { domain } from '#drizzle/schema.ts';
import type { Engine } from '#sync/engine.ts';
import { MINUTE, Stage } from './stage.ts';

/** An engine that does not find the server of these addresses, and counts how often it looked for any. */
function losing(stage: Stage, isLost: (address: string) => boolean) {
  const searches: string[] = [];
  const mailboxServer: Engine['mailboxServer'] = (row, mailbox) => {
    searches.push(mailbox.address);
    if (!isLost(mailbox.address)) return stage.engine.mailboxServer(row, mailbox);
    return Promise.reject(new RemoteFailure(failure('endpointNotFound', 'no server answered')));
  };
  return { searches, engine: { ...stage.engine, mailboxServer } };
}

test('one that is not found waits by itself', async () => {
  const stage = await Stage.open({ people: 3 });
  const { engine } = losing(stage, (address) => address === stage.of(1).address);
  for (const person of [stage.of(0), stage.of(2)]) {
    stage.create(
      { subject: 'Board', start: stage.world.clock.now(), end: stage.world.clock.now() + MINUTE },
      person,
    );
  }
  const round = await stage.round(undefined, engine);
  expect(round.failures.map(({ reason }) => reason)).toEqual(['endpointNotFound']);
  expect([0, 1, 2].map((index) => stage.titles(stage.of(index)).liferay)).toEqual([['Board'], [], ['Board']]);
  expect(await stage.world.db.select().from(domain)).toMatchObject([{ reason: null, backoffStep: 0 }]);
});

test('that all are not found concerns the domain, and one of them looks again after a while', async () => {
  const stage = await Stage.open({ people: 5 });
  const { engine, searches } = losing(stage, () => true);
  await stage.round(undefined, engine);
  expect(await stage.world.db.select().from(domain)).toMatchObject([{ reason: 'endpointNotFound' }]);
  const { length } = searches;
  expect(length).toBeLessThanOrEqual(5);
  await stage.round(20_000, engine);
  expect(searches).toHaveLength(length);
  await stage.round(2 * MINUTE, engine);
  expect(searches).toHaveLength(length + 1);
  await stage.round(3 * MINUTE);
  expect(await stage.world.db.select().from(domain)).toMatchObject([{ reason: null, backoffStep: 0 }]);
});

test('a mailbox is located once in a slice, whatever it has to do, and told why the last run failed', async () => {
  const stage = await Stage.open();
  const told: (string | null)[] = [];
  const failing: Engine = {
    ...stage.engine,
    mailboxServer: (_, { failed }) => {
      told.push(failed);
      return Promise.reject(new RemoteFailure(failure('mailboxNotFound', 'gone')));
    },
  };
  await stage.round(undefined, failing);
  await stage.round(40 * MINUTE, failing);
  expect(told).toEqual([null, 'mailboxNotFound']);
});
