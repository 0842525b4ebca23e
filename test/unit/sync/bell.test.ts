/** What ends a wait of the scheduler: its time, or something that became due in this process. */
import { expect, test } from 'vitest';
import { Bell } from '#sync/scheduler.ts';

const never = new Promise<void>(() => {});
const settled = async (wait: Promise<void>) => {
  let isOver = false;
  void wait.then(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return isOver;
};

test('a wait ends when it is rung, and not before', async () => {
  const bell = new Bell();
  const wait = bell.orElse(never);
  expect(await settled(wait)).toBe(false);
  bell.ring();
  expect(await settled(wait)).toBe(true);
});

test('rung while nobody waits, it ends the next wait and no other', async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  expect(await settled(bell.orElse(never))).toBe(true);
  expect(await settled(bell.orElse(never))).toBe(false);
});

test('a wait that was over by itself takes no ring from the next one', async () => {
  const bell = new Bell();
  await bell.orElse(Promise.resolve());
  bell.ring();
  expect(await settled(bell.orElse(never))).toBe(true);
});
