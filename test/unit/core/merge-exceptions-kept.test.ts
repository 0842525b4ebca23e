/** Occurrences of series that Liferay may not write, or not all of: read-only, private, online meetings. */
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { booking, moved, NOTHING, TO_LIFERAY } from './exception-merges.ts';
import { at, FIRST, mergeStory, occurrence, SECOND, THIRD, weekly } from './weekly-series.ts';

describe('where Liferay may not write', () => {
  const own = { [SECOND]: moved };

  test.each<[string, Exceptions]>([
    ['deleted', { [SECOND]: 'deleted' }],
    ['renamed', { [SECOND]: { ...moved, title: 'Mine' } }],
    ['changed beside it', { ...own, [THIRD]: occurrence(THIRD, { title: 'Mine' }) }],
    ['moved back', {}],
  ])('an occurrence %s in Liferay is put back', (_, exceptions) => {
    const result = mergeStory({
      base: weekly(own),
      liferay: booking(exceptions),
      liferayMayWrite: false,
    });
    expect(result.base.exceptions).toEqual(own);
    expect(result.putBack).toEqual(['exceptions']);
    expect(result.write).toEqual(TO_LIFERAY);
  });

  test('what a new rule wiped in Exchange stays wiped: nothing is written there', () => {
    const atTen = { time: at(FIRST, '10:00') };
    const result = mergeStory({
      base: weekly(own),
      exchange: weekly({}, atTen),
      wiped: true,
      liferayMayWrite: false,
    });
    expect(result.base.exceptions).toEqual({});
    expect(result.write).toEqual({ exchange: [], liferay: ['when', 'exceptions'] });
  });
});

describe('a private series', () => {
  const secret: Partial<CalendarEvent> = { sensitivity: 'private' };
  const base = weekly(
    { [SECOND]: occurrence(SECOND, { title: 'Dentist', time: at(SECOND, '15:00') }) },
    secret,
  );

  test('shows its changed occurrences as Private, and not those that only differ in their texts', () => {
    const named = { ...base.exceptions, [THIRD]: occurrence(THIRD, { title: 'Lawyer' }), [FIRST]: 'deleted' };
    const { exceptions } = liferayView(weekly(named as Exceptions, secret));
    expect(exceptions).toEqual({
      [FIRST]: 'deleted',
      [SECOND]: {
        ...{ title: 'Private', description: '', location: '', time: at(SECOND, '15:00') },
        ...{ showAs: 'busy', reminderMinutes: null, categories: [], ownResponse: 'none' },
      },
    });
  });

  test('its occurrences can be moved and deleted in Liferay', () => {
    const shown = liferayView(base).exceptions[SECOND];
    if (shown === undefined || shown === 'deleted') throw new Error('not shown');
    const time = at(SECOND, '16:00');
    const result = mergeStory({
      base,
      liferay: { ...liferayView(base), exceptions: { [SECOND]: { ...shown, time }, [THIRD]: 'deleted' } },
    });
    expect(result.base.exceptions).toEqual({
      [SECOND]: occurrence(SECOND, { title: 'Dentist', time }),
      [THIRD]: 'deleted',
    });
    expect(result.putBack).toEqual([]);
  });

  test('that Liferay shows as private already keeps the texts of its occurrences: “Private” is nobody’s edit', () => {
    const open: CalendarEvent = {
      ...base,
      sensitivity: 'normal',
      exceptions: { ...base.exceptions, [THIRD]: occurrence(THIRD, { title: 'Lawyer' }) },
    };
    const exchange = { ...open, ...secret };
    const result = mergeStory({ base: open, exchange, liferay: liferayView(exchange) });
    expect(result).toMatchObject({ base: exchange, write: NOTHING, lost: [], putBack: [] });
  });

  test('a title that Liferay gave an occurrence is taken back, a new time beside it is kept', () => {
    const time = at(SECOND, '16:00');
    const result = mergeStory({
      base,
      liferay: {
        ...liferayView(base),
        exceptions: { [SECOND]: occurrence(SECOND, { title: 'Dentist?', time }, liferayView(base)) },
      },
    });
    expect(result.base.exceptions).toEqual({ [SECOND]: occurrence(SECOND, { title: 'Dentist', time }) });
    expect(result.putBack).toEqual(['exceptions']);
    expect(result.write).toEqual({ exchange: ['exceptions'], liferay: ['exceptions'] });
  });

  test('such a title is no edit that could bring back what Exchange deleted', () => {
    const result = mergeStory({
      base,
      exchange: weekly({ [SECOND]: 'deleted' }, secret),
      liferay: {
        ...liferayView(base),
        exceptions: {
          [SECOND]: occurrence(SECOND, { title: 'Dentist?', time: at(SECOND, '15:00') }, liferayView(base)),
        },
      },
      policy: 'liferay',
    });
    expect(result.base.exceptions).toEqual({ [SECOND]: 'deleted' });
    expect(result.lost).toEqual([]);
  });
});

describe('a series of online meetings', () => {
  const online: Partial<CalendarEvent> = { onlineMeeting: true };

  test('the text of an occurrence cannot be written from Liferay, its title can', () => {
    const base = weekly({}, online);
    const result = mergeStory({
      base,
      liferay: booking(
        { [SECOND]: occurrence(SECOND, { title: 'New', description: 'No link' }) },
        { location: 'Room 2' },
      ),
    });
    expect(result.base.exceptions).toEqual({
      [SECOND]: occurrence(SECOND, { title: 'New', location: 'Room 2' }),
    });
    expect(result.putBack).toEqual(['exceptions']);
    expect(result.write).toEqual({ exchange: ['location', 'exceptions'], liferay: ['exceptions'] });
  });

  test('the text of the series cannot either', () => {
    const result = mergeStory({ base: weekly({}, online), liferay: booking({}, { description: 'No link' }) });
    expect(result.base.description).toBe('Agenda');
    expect(result.putBack).toEqual(['description']);
    expect(result.write).toEqual({ exchange: [], liferay: ['description'] });
  });

  test('one that has just become an online meeting already counts as one', () => {
    const result = mergeStory({
      exchange: weekly({}, online),
      liferay: booking({ [SECOND]: occurrence(SECOND, { description: 'No link' }) }, { description: 'None' }),
    });
    expect(result.base).toEqual(weekly({}, online));
    expect(result.putBack).toEqual(['description', 'exceptions']);
  });

  test('texts that Exchange gives an occurrence are shown in Liferay', () => {
    const exceptions = { [SECOND]: occurrence(SECOND, { description: 'Join here' }) };
    const { write } = mergeStory({ base: weekly({}, online), exchange: weekly(exceptions, online) });
    expect(write).toEqual(TO_LIFERAY);
  });
});
