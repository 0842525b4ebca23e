/** Occurrences whose moves a new rule in Exchange wiped, and for whose places that rule may have other occurrences. */
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, Weekday } from '#core/event.ts';
import { booking, moved } from './exception-merges.ts';
import { at, FIRST, mergeStory, occurrence, SECOND, THIRD, weekly } from './weekly-series.ts';

const WEDNESDAY = at('2026-05-13', '09:00');

function every(...days: Weekday[]): Pick<CalendarEvent, 'recurrence'> {
  return {
    recurrence: {
      pattern: { kind: 'weekly', interval: 1, days, firstDay: 'MO' },
      range: { kind: 'count', count: 20 },
    },
  };
}

describe('after a new rule in Exchange', () => {
  const tuesdaysToo = every('MO', 'TU');

  test('an occurrence whose place is beyond a new one is at its own time again, and keeps its own title', () => {
    const retrospective = occurrence(SECOND, { title: 'Retrospective' });
    const { base, write, lost } = mergeStory({
      base: weekly({ [SECOND]: { ...retrospective, time: WEDNESDAY } }),
      exchange: weekly({}, tuesdaysToo),
    });
    expect(base).toEqual(weekly({ [SECOND]: retrospective }, tuesdaysToo));
    expect(write).toEqual({ exchange: ['exceptions'], liferay: ['when', 'exceptions'] });
    expect(lost).toEqual([]);
  });

  test('an occurrence whose place is still free stays there, and a deleted one stays deleted', () => {
    const exceptions = { [FIRST]: 'deleted', [SECOND]: moved } as const;
    const { base, write } = mergeStory({ base: weekly(exceptions), exchange: weekly({}, tuesdaysToo) });
    expect(base.exceptions).toEqual(exceptions);
    expect(write).toEqual({ exchange: ['exceptions'], liferay: ['when'] });
  });

  test('one that stood where the next one had left is at its own time too when that one comes back', () => {
    const thrice = every('MO', 'WE', 'FR');
    const old = weekly({}, thrice);
    const wednesday = occurrence('2026-05-06', { time: at('2026-05-08', '09:00') }, old);
    const friday = occurrence('2026-05-08', { time: at('2026-05-09', '09:00') }, old);
    const { base } = mergeStory({
      base: weekly({ '2026-05-06': wednesday, '2026-05-08': friday }, thrice),
      exchange: weekly({}, every('MO', 'WE', 'FR', 'SA')),
    });
    expect(base.exceptions).toEqual({});
  });
});

describe('what Liferay moves meanwhile is written, for Exchange to refuse it and a person to hear of it:', () => {
  const atTen = { time: at(FIRST, '10:00') };

  test('an occurrence beyond a new one', () => {
    const beyond = { [SECOND]: occurrence(SECOND, { time: WEDNESDAY }) };
    const { base, write } = mergeStory({
      base: weekly({ [SECOND]: moved }),
      exchange: weekly({}, every('MO', 'TU')),
      liferay: booking(beyond),
    });
    expect(base.exceptions).toEqual(beyond);
    expect(write).toEqual({ exchange: ['exceptions'], liferay: ['when'] });
  });

  test('an occurrence onto the day of one that Exchange moved after its new hour, which stays', () => {
    const inExchange = { [SECOND]: occurrence(SECOND, { time: WEDNESDAY }) };
    const inLiferay = { [THIRD]: occurrence(THIRD, { time: WEDNESDAY }) };
    const { base } = mergeStory({
      base: weekly({ [SECOND]: moved }),
      exchange: weekly(inExchange, atTen),
      liferay: booking({ [SECOND]: moved, ...inLiferay }),
    });
    expect(base.exceptions).toEqual({ ...inExchange, ...inLiferay });
  });

  test('an occurrence onto the day of one that was never moved, which stays', () => {
    const retrospective = { title: 'Retrospective' };
    const onto = { [THIRD]: occurrence(THIRD, { time: at(SECOND, '15:00') }) };
    const own = { [SECOND]: occurrence(SECOND, retrospective) };
    const { base } = mergeStory({
      base: weekly(own),
      exchange: weekly({}, atTen),
      liferay: booking({ ...own, ...onto }),
    });
    const follows = occurrence(SECOND, retrospective, weekly({}, atTen));
    expect(base.exceptions).toEqual({ [SECOND]: follows, ...onto });
  });
});
