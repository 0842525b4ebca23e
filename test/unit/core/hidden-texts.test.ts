/** Texts that Liferay does not show because we hid them, and those that a person took away there. */
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, ChangedOccurrence } from '#core/event.ts';
import { saysNothing, withHidden, withMissing } from '#core/hidden-texts.ts';
import { FIRST, occurrence, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

const OF_ROOM = { description: 'Agenda', location: 'Room 1' };
const NOTHING = { description: '', location: '' };

/** What a row holds that has lost its texts, and is called so. */
function hidden(title: string): Partial<ChangedOccurrence> {
  return { title, ...NOTHING };
}

describe('nothing is said by', () => {
  test.each(['Private', 'Busy', 'Privato', 'Occupato'])('a row called %s without any text', (title) => {
    expect(saysNothing({ title, ...NOTHING })).toBe(true);
    expect(saysNothing({ title, ...NOTHING, description: 'Agenda' })).toBe(false);
    expect(saysNothing({ title, ...NOTHING, location: 'Room 1' })).toBe(false);
  });

  test.each(['Stand-up', '', 'busy'])('but a title is: %j', (title) => {
    expect(saysNothing({ title, ...NOTHING })).toBe(false);
  });
});

describe('a row of an agreed event', () => {
  const agreed = weekly({});

  test('that lost every text and is called as we call what is hidden still has what it had', () => {
    expect(withHidden(agreed, { ...agreed, ...hidden('Busy') })).toEqual(agreed);
  });

  test.each<[string, Partial<CalendarEvent>]>([
    ['was renamed', { ...NOTHING, title: 'Retrospective' }],
    ['lost its description alone', { title: 'Busy', description: '' }],
    ['lost its location alone', { title: 'Busy', location: '' }],
  ])('that %s was edited by a person', (_, edit) => {
    const edited = { ...agreed, ...edit };
    expect(withHidden(agreed, edited)).toEqual(edited);
  });

  test.each<[string, Partial<CalendarEvent>]>([
    ['a description', { location: '' }],
    ['a location', { description: '' }],
  ])('has something to hide where it had %s', (_, more) => {
    const had = { ...agreed, ...more };
    expect(withHidden(had, { ...had, ...hidden('Private') })).toEqual(had);
  });

  test('that had nothing to hide but its title may have been named Busy by a person', () => {
    const bare = { ...agreed, ...NOTHING };
    expect(withHidden(bare, { ...bare, title: 'Busy' }).title).toBe('Busy');
  });

  test('keeps all else that was done to it', () => {
    const moved = { ...agreed, ...hidden('Busy'), time: { ...agreed.time, end: '2026-05-04T15:00:00Z' } };
    expect(withHidden(agreed, moved)).toEqual({ ...agreed, time: moved.time });
  });
});

describe('an occurrence of an agreed series', () => {
  test('has what it had itself, or else its series', () => {
    const own = occurrence(FIRST, { title: 'Kick-off', description: 'Slides' });
    const agreed = weekly({ [FIRST]: own });
    const moved = { time: occurrence(FIRST, {}).time };
    const now = weekly(
      {
        [FIRST]: { ...own, ...hidden('Busy') },
        [SECOND]: occurrence(SECOND, { ...moved, ...hidden('Busy') }),
      },
      hidden('Busy'),
    );
    expect(withHidden(agreed, now)).toEqual(weekly({ [FIRST]: own, [SECOND]: occurrence(SECOND, moved) }));
  });

  test('that differed in nothing but what was hidden is as the rule says again', () => {
    const now = weekly({ [SECOND]: occurrence(SECOND, hidden('Busy')) });
    expect(withHidden(WEEKLY, now)).toEqual(weekly({}));
  });

  test('that somebody deleted stays deleted, and one that was put back has what it shows', () => {
    const back = occurrence(SECOND, hidden('Busy'));
    const agreed = weekly({ [SECOND]: 'deleted' });
    expect(withHidden(agreed, weekly({ [SECOND]: back, [THIRD]: 'deleted' }))).toEqual(
      weekly({ [SECOND]: back, [THIRD]: 'deleted' }),
    );
  });
});

describe('at a first agreement', () => {
  const theirs = weekly({});

  test.each<[string, Partial<CalendarEvent>, Partial<CalendarEvent>]>([
    ['a title of ours says nothing', { title: 'Privato' }, {}],
    ['an empty description says nothing', { description: '' }, {}],
    ['an empty location says nothing', { location: '' }, {}],
    [
      'what is there is right',
      { title: 'Daily', ...OF_ROOM, location: 'Room 2' },
      { title: 'Daily', location: 'Room 2' },
    ],
    ['no title at all is one', { title: '' }, { title: '' }],
    [
      'a description is right beside a title of ours',
      { title: 'Busy', description: 'Mine' },
      { description: 'Mine' },
    ],
  ])('%s', (_, row, agreed) => {
    expect(withMissing(theirs, { ...theirs, ...row })).toEqual({ ...theirs, ...agreed });
  });

  test('so it is of each occurrence, which has from theirs what it lacks', () => {
    const time = occurrence(FIRST, {}).time;
    const own = occurrence(FIRST, { description: 'Slides' });
    const now = weekly({
      [FIRST]: occurrence(FIRST, { description: '', location: 'Hall' }),
      [SECOND]: occurrence(SECOND, { title: 'Busy', time }),
      [THIRD]: 'deleted',
    });
    expect(withMissing(weekly({ [FIRST]: own }), now)).toEqual(
      weekly({
        [FIRST]: { ...own, location: 'Hall' },
        [SECOND]: occurrence(SECOND, { time }),
        [THIRD]: 'deleted',
      }),
    );
  });
});
