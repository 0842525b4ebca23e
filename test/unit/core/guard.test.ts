/** When a day's changes are so many that a person has to say yes first. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DayCount, heldFields, holdsDeletions, isMass } from '#core/guard.ts';

const day = (size: number, more: Partial<DayCount> = {}): DayCount => ({
  size,
  deleted: 0,
  changed: {},
  ...more,
});

describe('a mass deletion is more than 10 events and more than 30 % of the calendar', () => {
  test.each([
    // Exactly ten are never many, whatever the size.
    [10, 10, false],
    [10, 11, false],
    [11, 11, true],
    // Exactly 30 % are not more than 30 %.
    [30, 100, false],
    [31, 100, true],
    [12, 40, false],
    [13, 40, true],
    [11, 36, true],
    [11, 37, false],
    [300, 1000, false],
    [301, 1000, true],
    [0, 0, false],
  ])('%i of %i: held is %s', (count, size, held) => {
    expect(isMass(count, size)).toBe(held);
    expect(holdsDeletions(day(size), count)).toBe(held);
  });

  test('deletions in small portions add up over the day', () => {
    expect(holdsDeletions(day(40, { deleted: 8 }), 4)).toBe(false);
    expect(holdsDeletions(day(40, { deleted: 8 }), 5)).toBe(true);
  });
});

describe('a mass change is counted for each field by itself', () => {
  test('thirteen new titles of forty are held, thirteen new times beside them as well, twelve places are not', () => {
    expect(heldFields(day(40), { title: 13, location: 12, when: 13 })).toEqual(['title', 'when']);
  });

  test('what changed earlier that day counts', () => {
    expect(heldFields(day(40, { changed: { title: 12 } }), { title: 1 })).toEqual(['title']);
    expect(heldFields(day(40, { changed: { title: 12 } }), { when: 1 })).toEqual([]);
  });

  test('a field that nothing is pending of is never held, however much changed before', () => {
    expect(heldFields(day(40, { changed: { title: 40 } }), {})).toEqual([]);
  });
});

test('one more deletion never releases what was held', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), fc.nat(500), (size, deleted, pending) => {
      const before = holdsDeletions(day(size, { deleted }), pending);
      expect(!before || holdsDeletions(day(size, { deleted }), pending + 1)).toBe(true);
      expect(!before || holdsDeletions(day(size, { deleted: deleted + 1 }), pending)).toBe(true);
    }),
  );
});
