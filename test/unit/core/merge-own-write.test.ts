/** After a write whose answer was lost: what of a series is our own doing, and what a person did beside it. */
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { changedFields, merge } from '#core/merge.ts';
import { absorbOwnWrite } from '#core/own-write.ts';
import { at, FIRST, mergeStory, occurrence, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

const EVERY_OTHER_WEEK: Partial<CalendarEvent> = {
  recurrence: {
    pattern: { kind: 'weekly', interval: 2, days: ['MO'], firstDay: 'MO' },
    range: { kind: 'count', count: 10 },
  },
};
const moved = occurrence(SECOND, { time: at(SECOND, '15:00') });
const third = occurrence(THIRD, { title: 'Third' });

interface Written {
  readonly planned: CalendarEvent;
  readonly intended: CalendarEvent;
  readonly now: CalendarEvent;
}

/** Of a write to Exchange that was planned on what was last seen there; Liferay was written to as well, in vain. */
function absorbed({ planned, intended, now }: Written) {
  const liferay = liferayView(planned);
  const { agreement, wiped } = absorbOwnWrite(
    { base: planned, seen: { exchange: planned, liferay } },
    { planned: { exchange: planned, liferay }, intended, now: { exchange: now, liferay } },
  );
  const seen = agreement.seen.exchange;
  return { seen, wiped, edits: changedFields('exchange', seen, now) };
}

describe('a new rule, by which Exchange drops the exceptions until they are written again', () => {
  const exceptions: Exceptions = { [FIRST]: 'deleted', [SECOND]: moved, [THIRD]: third };
  const write = {
    planned: weekly(exceptions),
    intended: weekly({ [FIRST]: 'deleted', [THIRD]: third }, EVERY_OTHER_WEEK),
  };

  test('nothing of it arrived: all is as it was', () => {
    const result = absorbed({ ...write, now: write.planned });
    expect(result).toEqual({ seen: write.planned, wiped: false, edits: [] });
  });

  test('the rule arrived and the exceptions did not: they were wiped, and nobody edited anything', () => {
    const now = weekly({}, EVERY_OTHER_WEEK);
    expect(absorbed({ ...write, now })).toEqual({ seen: now, wiped: true, edits: [] });
  });

  test('one of two exceptions was written again: the other was wiped', () => {
    const now = weekly({ [FIRST]: 'deleted' }, EVERY_OTHER_WEEK);
    expect(absorbed({ ...write, now })).toEqual({ seen: now, wiped: true, edits: [] });
  });

  test('all of it arrived', () => {
    const result = absorbed({ ...write, now: write.intended });
    expect(result).toMatchObject({ wiped: false, edits: [] });
  });

  test('what is missing is written in the next run, which then changes nothing more', () => {
    const now = weekly({}, EVERY_OTHER_WEEK);
    const { seen, wiped } = absorbed({ ...write, now });
    const { intended } = write;
    const next = mergeStory({
      base: write.planned,
      seen: { exchange: seen, liferay: liferayView(write.planned) },
      exchange: now,
      // The rule came from Liferay.
      liferay: liferayView(intended),
      wiped,
    });
    expect(next).toMatchObject({
      base: intended,
      write: { exchange: ['exceptions'], liferay: [] },
      lost: [],
    });
  });

  test('a person renamed an occurrence after the rule arrived: that is an edit, the others were wiped', () => {
    const renamed = { ...third, title: 'Theirs' };
    const now = weekly({ [THIRD]: renamed }, EVERY_OTHER_WEEK);
    expect(absorbed({ ...write, now })).toMatchObject({ wiped: true, edits: ['exceptions'] });
  });
});

describe('an occurrence', () => {
  test.each<[string, Exceptions, Exceptions]>([
    ['changed', {}, { [SECOND]: moved }],
    ['deleted', {}, { [SECOND]: 'deleted' }],
    ['changed again', { [SECOND]: moved }, { [SECOND]: { ...moved, title: 'Ours' } }],
    ['made regular again', { [SECOND]: moved }, {}],
  ])('%s by us is no edit, whether it arrived or not', (_, before, after) => {
    const write = { planned: weekly(before), intended: weekly(after) };
    expect(absorbed({ ...write, now: write.intended })).toStrictEqual({
      seen: write.intended,
      wiped: false,
      edits: [],
    });
    expect(absorbed({ ...write, now: write.planned })).toEqual({
      seen: write.planned,
      wiped: false,
      edits: [],
    });
  });

  test('that we renamed and a person then moved: both are agreed on, and nobody loses', () => {
    const ours = occurrence(SECOND, { title: 'Ours' });
    const both = { ...ours, time: moved.time };
    const write = { planned: WEEKLY, intended: weekly({ [SECOND]: ours }), now: weekly({ [SECOND]: both }) };
    const { seen, edits } = absorbed(write);
    expect(edits).toEqual(['exceptions']);
    const next = mergeStory({
      seen: { exchange: seen, liferay: liferayView(WEEKLY) },
      exchange: write.now,
      liferay: liferayView(write.intended),
    });
    expect(next).toMatchObject({
      base: write.now,
      write: { exchange: [], liferay: ['exceptions'] },
      lost: [],
    });
  });

  describe('that a person had moved and we renamed then', () => {
    const renamed = weekly({ [SECOND]: { ...moved, title: 'Ours' } });
    const agreement = { base: WEEKLY, seen: { exchange: WEEKLY, liferay: liferayView(WEEKLY) } };
    const planned = { exchange: WEEKLY, liferay: liferayView(weekly({ [SECOND]: moved })) };
    const liferay = liferayView(renamed);

    test('the move is still their edit where Exchange did not get it', () => {
      const now = { exchange: WEEKLY, liferay };
      const { seen } = absorbOwnWrite(agreement, { planned, intended: renamed, now }).agreement;
      const { time } = occurrence(SECOND, {});
      expect(seen.liferay.exceptions[SECOND]).toMatchObject({ title: 'Ours', time });
      expect(changedFields('liferay', seen.liferay, liferay)).toEqual(['exceptions']);
    });

    test('it is agreed on where Exchange has it too', () => {
      const now = { exchange: renamed, liferay };
      const { base, seen } = absorbOwnWrite(agreement, { planned, intended: renamed, now }).agreement;
      expect(base).toEqual(renamed);
      expect(seen).toEqual(now);
    });
  });

  test('that we changed and a person then made regular again is their edit', () => {
    const write = {
      planned: weekly({ [SECOND]: moved }),
      intended: weekly({ [SECOND]: { ...moved, title: 'Ours' } }),
    };
    expect(absorbed({ ...write, now: WEEKLY })).toMatchObject({ wiped: false, edits: ['exceptions'] });
  });

  test('beside ours that a person changed is their edit, and ours is not', () => {
    const write = { planned: WEEKLY, intended: weekly({ [SECOND]: moved }) };
    const { seen, edits } = absorbed({ ...write, now: weekly({ [SECOND]: moved, [THIRD]: 'deleted' }) });
    expect(seen.exceptions).toEqual({ [SECOND]: moved });
    expect(edits).toEqual(['exceptions']);
  });

  test('that was there before our new title stays as it was seen', () => {
    const write = {
      planned: weekly({ [SECOND]: moved }),
      intended: weekly({ [SECOND]: moved }, { title: 'Ours' }),
    };
    expect(absorbed({ ...write, now: write.intended })).toStrictEqual({
      seen: write.intended,
      wiped: false,
      edits: [],
    });
  });
});

test('a row in Liferay: what it cannot hold is never taken for our doing', () => {
  const planned = liferayView(WEEKLY);
  const written = { ...liferayView(weekly({ [SECOND]: moved })), title: 'Ours', categories: ['Red'] };
  const { seen } = absorbOwnWrite(
    { base: WEEKLY, seen: { exchange: WEEKLY, liferay: planned } },
    {
      planned: { exchange: WEEKLY, liferay: planned },
      intended: written,
      now: { exchange: WEEKLY, liferay: written },
    },
  ).agreement;
  expect(seen.liferay).toEqual({ ...planned, title: 'Ours', exceptions: written.exceptions });
});

describe('what a person takes back after it came to the other side, and before we know', () => {
  const agreement = { base: WEEKLY, seen: { exchange: WEEKLY, liferay: liferayView(WEEKLY) } };
  const planned = { exchange: WEEKLY, liferay: null };

  test.each<{ what: string; intended: CalendarEvent }>([
    { what: 'a title', intended: weekly({}, { title: 'Theirs' }) },
    { what: 'a moved occurrence', intended: weekly({ [SECOND]: moved }) },
  ])('$what is taken back in Exchange too', ({ intended }) => {
    const now = { exchange: intended, liferay: liferayView(WEEKLY) };
    const result = absorbOwnWrite(agreement, { planned, intended, now });
    const { base, write, lost } = merge({
      ...{ ...result.agreement, wiped: result.wiped, now },
      ...{ policy: 'exchange', liferayMayWrite: true },
    });
    expect(base).toEqual(WEEKLY);
    expect(write).toEqual({ exchange: changedFields('exchange', WEEKLY, intended), liferay: [] });
    expect(lost).toEqual([]);
  });

  test('a title is not while an occurrence has still to follow it', () => {
    const base = weekly({ [SECOND]: moved });
    const intended = weekly({ [SECOND]: { ...moved, title: 'Theirs' } }, { title: 'Theirs' });
    const now = {
      exchange: { ...base, title: 'Theirs' },
      liferay: { ...liferayView(base), title: 'Theirs' },
    };
    const { base: agreed, seen } = absorbOwnWrite(
      { base, seen: { exchange: base, liferay: liferayView(base) } },
      { planned: { exchange: base, liferay: now.liferay }, intended, now },
    ).agreement;
    const merged = merge({ base: agreed, seen, now, policy: 'exchange', liferayMayWrite: true });
    expect(merged.base.exceptions).toEqual(intended.exceptions);
    expect(merged.write).toEqual({ exchange: ['exceptions'], liferay: ['exceptions'] });
  });

  test('a new hour is not: by its own a side may have lost its exceptions', () => {
    const intended = weekly({}, { time: at(FIRST, '11:00') });
    const now = { exchange: intended, liferay: liferayView(intended) };
    const { base } = absorbOwnWrite(agreement, { planned, intended, now }).agreement;
    expect(base).toEqual(WEEKLY);
  });
});

test('of an event in Exchange, also what Liferay cannot hold is ours; what a person did beside it is not', () => {
  const intended = weekly({}, { title: 'Ours', location: 'Ours too', showAs: 'free' });
  const now = { ...intended, location: 'Theirs' };
  expect(absorbed({ planned: WEEKLY, intended, now })).toEqual({
    seen: { ...intended, location: WEEKLY.location },
    wiped: false,
    edits: ['location'],
  });
});
