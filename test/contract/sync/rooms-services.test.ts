/** Two services that know nothing of each other book one room: in every order of their steps one of them has it. */
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { mailbox, pairing } from '#drizzle/schema.ts';
import type { Engine } from '#sync/engine.ts';
import { runSlice } from '#sync/run.ts';
import { House } from './rooms-stage.ts';
import { HOUR, hourFrom } from './stage.ts';

const NINE = '2026-05-06T09:00';

/** Every order in which two can take three steps each. */
function orders(a: number, b: number): readonly string[] {
  if (a === 0 || b === 0) return ['A'.repeat(a) + 'B'.repeat(b)];
  return [...orders(a - 1, b).map((rest) => `A${rest}`), ...orders(a, b - 1).map((rest) => `B${rest}`)];
}

/** Lets each of two services look, write and look again only when it is its turn. */
class Turns {
  #left: string;
  #waiting: (() => void)[] = [];

  constructor(order: string) {
    this.#left = order;
  }

  async take(name: string): Promise<void> {
    while (this.#left.includes(name) && !this.#left.startsWith(name)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
  }

  taken(): void {
    this.#left = this.#left.slice(1);
    this.#wake();
  }

  done(name: string): void {
    this.#left = this.#left.replaceAll(name, '');
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

const STEPS = new Set(['FindItem', 'CreateItem']);

/** Two services that know nothing of each other keep two calendars in step with the same room. */
async function rivals(house: House, order: string, isTimePassing: boolean): Promise<readonly Engine[]> {
  const { world } = house.stage;
  const [own, other] = world.rooms;
  if (!own || !other) throw new Error('Two calendars are needed.');
  const turns = new Turns(order);
  const engines: Engine[] = [];
  for (const [name, calendar] of [
    ['A', own],
    ['B', other],
  ] as const) {
    const db = await world.emptyDatabase();
    await db.delete(pairing).where(eq(pairing.id, name === 'A' ? other.pairingId : own.pairingId));
    await db
      .update(pairing)
      .set({ mailboxId: own.mailboxId, folderId: world.exchange.mailbox(own.address).calendar.id })
      .where(eq(pairing.id, calendar.pairingId));
    await db.delete(mailbox).where(eq(mailbox.id, other.mailboxId));
    engines.push(house.engineWith({}, { db }));
  }
  for (const engine of engines) while ((await runSlice(engine, 'first')).claimed > 0);
  const gated = engines.map((engine, index) => {
    const name = index === 0 ? 'A' : 'B';
    const isStep = (operation: string) => STEPS.has(operation);
    return house.engineWith(
      {
        before: (operation) => (isStep(operation) ? turns.take(name) : undefined),
        after: (operation) => {
          if (!isStep(operation)) return;
          if (isTimePassing) world.clock.advance(1_000);
          turns.taken();
        },
      },
      { db: engine.db },
    );
  });
  house.book('Board', NINE);
  const { start, end } = hourFrom(NINE);
  house.stage.book({ title: 'Council', startTime: start, endTime: end }, other);
  world.clock.advance(31_000);
  const work = async (engine: Engine, name: string) => {
    for (let slices = 0; slices < 10 && (await runSlice(engine, name)).claimed > 0; slices += 1);
    turns.done(name);
  };
  await Promise.all(gated.map((engine, index) => work(engine, index === 0 ? 'A' : 'B')));
  return engines;
}

describe.each([
  ['time passes between their steps', true],
  ['all happens in one moment', false],
])('two services race for the room, and %s', (_, isTimePassing) => {
  test.each(orders(3, 3))('in the order %s: one of the two has it', async (order) => {
    const house = await House.open({ rooms: 2 });
    const engines = await rivals(house, order, isTimePassing);
    for (let n = 0; n < 3; n += 1) {
      house.stage.world.clock.advance(HOUR);
      for (const engine of engines) while ((await runSlice(engine, 'after')).claimed > 0);
    }
    const titles = house.stage.items(house.room).map(({ content }) => content.subject);
    expect(titles).toHaveLength(1);
    const [, other] = house.stage.world.rooms;
    const statuses = [house.row('Board').status, house.stage.row('Council', other).status];
    const [has, hasNot] = titles[0] === 'Board' ? statuses : statuses.toReversed();
    expect(house.statusName(has)).toBe('approved');
    expect(house.statusName(hasNot)).toBe('denied');
    expect([house.mails(), house.portalMails]).toEqual([[], 0]);
  });
});
