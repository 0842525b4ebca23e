/** What becomes of deleted and changed occurrences when their series is changed. */
import { describe, expect, test } from 'vitest';
import { NOBODY } from '#core/attendees.ts';
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { withoutWipes } from '#core/merge-exceptions.ts';
import { booking, moved, NOTHING, TO_EXCHANGE } from './exception-merges.ts';
import { at, FIRST, mergeStory, occurrence, SECOND, type Story, THIRD, weekly } from './weekly-series.ts';

describe('an occurrence follows its series in all that nobody changed of it', () => {
  const atTen = { time: at(FIRST, '10:00') };

  test('the series gets another title: an occurrence with a title of its own keeps it', () => {
    const own = weekly({ [SECOND]: occurrence(SECOND, { title: 'Retrospective' }) });
    const { base, write } = mergeStory({ base: own, exchange: { ...own, title: 'Daily' } });
    expect(base).toEqual({ ...own, title: 'Daily' });
    expect(write.liferay).toEqual(['title']);
  });

  test('the series gets another title: an occurrence that was only moved gets it too', () => {
    const { base, write } = mergeStory({
      base: weekly({ [SECOND]: moved }),
      liferay: booking({ [SECOND]: moved }, { title: 'Daily' }),
    });
    expect(base.exceptions).toEqual({ [SECOND]: { ...moved, title: 'Daily' } });
    expect(write).toEqual({ exchange: ['title', 'exceptions'], liferay: ['exceptions'] });
  });

  test('the series gets another text in Exchange while an occurrence that has its text from it is deleted in Liferay: nobody edited that one', () => {
    const own = weekly({ [SECOND]: occurrence(SECOND, { title: 'Retrospective' }) });
    const described = { description: 'Minutes' };
    const follows = occurrence(SECOND, { title: 'Retrospective' }, weekly({}, described));
    const { base, write, lost } = mergeStory({
      base: own,
      exchange: weekly({ [SECOND]: follows }, described),
      liferay: booking({ [SECOND]: 'deleted' }),
    });
    expect(base).toEqual(weekly({ [SECOND]: 'deleted' }, described));
    expect(write).toEqual({ exchange: ['exceptions'], liferay: ['description'] });
    expect(lost).toEqual([]);
  });

  test('the series moves by an hour: an occurrence that only has another title moves along', () => {
    const own = { [SECOND]: occurrence(SECOND, { title: 'Retrospective' }) };
    const { base } = mergeStory({ base: weekly(own), liferay: booking(own, atTen) });
    expect(base.exceptions).toEqual({
      [SECOND]: occurrence(SECOND, { title: 'Retrospective' }, weekly({}, atTen)),
    });
  });

  test('the series moves by an hour: an occurrence with a time of its own stays', () => {
    const { base } = mergeStory({
      base: weekly({ [SECOND]: moved }),
      liferay: booking({ [SECOND]: moved }, atTen),
    });
    expect(base.exceptions).toEqual({ [SECOND]: moved });
  });

  test('the series moves onto the hour to which an occurrence had been moved: it is regular again', () => {
    const { base } = mergeStory({
      base: weekly({ [SECOND]: moved }),
      exchange: weekly({ [SECOND]: moved }, { time: at(FIRST, '15:00') }),
    });
    expect(base.exceptions).toEqual({});
  });

  test('the series moves in Liferay while Exchange renames an occurrence: it has the new hour and name', () => {
    const { base, lost } = mergeStory({
      exchange: weekly({ [SECOND]: occurrence(SECOND, { title: 'Retrospective' }) }),
      liferay: booking({}, atTen),
    });
    expect(base.exceptions).toEqual({
      [SECOND]: occurrence(SECOND, { title: 'Retrospective' }, weekly({}, atTen)),
    });
    expect(lost).toEqual([]);
  });
});

describe('where others are invited in Liferay, to whom it would mail that an occurrence follows', () => {
  const invitees = { ...NOBODY, invited: ['ada@example.com'] };
  const own = { [SECOND]: moved };

  test('the series gets another title in Liferay: an occurrence keeps the one that its row has', () => {
    const { base, write } = mergeStory({
      base: weekly(own),
      liferay: booking(own, { title: 'Daily' }),
      invitees,
    });
    expect(base).toEqual(weekly(own, { title: 'Daily' }));
    expect(write.liferay).toEqual([]);
  });

  test('the series moves by an hour in Liferay: an occurrence is where its row is', () => {
    const renamed = { [SECOND]: occurrence(SECOND, { title: 'Retrospective' }) };
    const time = at(FIRST, '10:00');
    const { base, write } = mergeStory({
      base: weekly(renamed),
      liferay: booking(renamed, { time }),
      invitees,
    });
    expect(base.exceptions).toEqual(renamed);
    expect(write.liferay).toEqual([]);
  });

  test('the series gets another title in Exchange: it follows', () => {
    const { base, write } = mergeStory({
      base: weekly(own),
      exchange: weekly({ [SECOND]: { ...moved, title: 'Daily' } }, { title: 'Daily' }),
      invitees,
    });
    expect(base.exceptions).toEqual({ [SECOND]: { ...moved, title: 'Daily' } });
    expect(write.liferay).toEqual(['title', 'exceptions']);
  });

  test('the series moves by an hour in Exchange: it follows', () => {
    const later = weekly({}, { time: at(FIRST, '10:00') });
    const renamed = (series: CalendarEvent) => ({
      [SECOND]: occurrence(SECOND, { title: 'Retrospective' }, series),
    });
    const { base, write } = mergeStory({
      base: weekly(renamed(weekly({}))),
      exchange: weekly(renamed(later), { time: later.time }),
      invitees,
    });
    expect(base.exceptions).toEqual(renamed(later));
    expect(write.liferay).toEqual(['when', 'exceptions']);
  });
});

describe('a new rule', () => {
  const everyOtherWeek: Partial<CalendarEvent> = {
    recurrence: {
      pattern: { kind: 'weekly', interval: 2, days: ['MO'], firstDay: 'MO' },
      range: { kind: 'count', count: 10 },
    },
  };
  const titled = { [THIRD]: occurrence(THIRD, { title: 'Third' }) };
  const both: Exceptions = { [SECOND]: 'deleted', ...titled };

  test.each<[string, Story]>([
    ['Exchange', { exchange: weekly({}, everyOtherWeek) }],
    ['Liferay', { liferay: booking({}, everyOtherWeek) }],
  ])('made in %s wipes the exceptions there: those that still have an occurrence come back', (_, story) => {
    const result = mergeStory({ base: weekly(both), ...story });
    expect(result.base.recurrence).toEqual(everyOtherWeek.recurrence);
    expect(result.base.exceptions).toEqual(titled);
    expect(result.lost).toEqual([]);
    expect(result.changed.exchange.concat(result.changed.liferay)).toEqual(['when']);
  });

  test('and what Exchange wiped is written there again', () => {
    const { write } = mergeStory({ base: weekly(both), exchange: weekly({}, everyOtherWeek) });
    expect(write.exchange).toEqual(['exceptions']);
  });

  test('an occurrence changed after the new rule is an edit beside it', () => {
    const changed = { [THIRD]: occurrence(THIRD, { title: 'Changed again' }) };
    const { base } = mergeStory({ base: weekly(both), exchange: weekly(changed, everyOtherWeek) });
    expect(base.exceptions).toEqual(changed);
  });

  test('of which Liferay changed a new occurrence too: what it has from its series follows the series', () => {
    const everyDay: Partial<CalendarEvent> = {
      recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'count', count: 10 } },
    };
    const bar = { '2026-05-06': occurrence('2026-05-06', { location: 'Bar' }, weekly({}, everyDay)) };
    const { base } = mergeStory({
      exchange: weekly({}, { title: 'Daily' }),
      liferay: booking(bar, everyDay),
    });
    expect(base.exceptions).toEqual({ '2026-05-06': { ...bar['2026-05-06'], title: 'Daily' } });
  });

  test('that has no such occurrence any more: the edit of the other side is lost, and listed', () => {
    const { base, lost } = mergeStory({
      exchange: weekly({}, everyOtherWeek),
      liferay: booking({ [SECOND]: moved }),
    });
    expect(base.exceptions).toEqual({});
    expect(lost).toEqual([{ side: 'liferay', fields: ['exceptions'] }]);
  });

  test('that has no such occurrence any more: so is it where the other side put one back in its place', () => {
    const { base, lost } = mergeStory({
      base: weekly({ [SECOND]: moved }),
      exchange: weekly({}, everyOtherWeek),
      liferay: booking({}),
    });
    expect(base.exceptions).toEqual({});
    expect(lost).toEqual([{ side: 'liferay', fields: ['exceptions'] }]);
  });

  test('in Exchange wiped a deletion: an occurrence that Liferay brought back as another is there again', () => {
    const { base, write, lost } = mergeStory({
      base: weekly({ [SECOND]: 'deleted' }),
      exchange: weekly({}, { time: at(FIRST, '10:00') }),
      liferay: booking({ [SECOND]: moved }),
    });
    expect(base.exceptions).toEqual({ [SECOND]: moved });
    expect(write).toEqual({ exchange: ['exceptions'], liferay: ['when'] });
    expect(lost).toEqual([]);
  });

  test('that has no such occurrence any more: a deletion on the other side got what it wanted', () => {
    const { base, lost } = mergeStory({
      exchange: weekly({}, everyOtherWeek),
      liferay: booking({ [SECOND]: 'deleted' }),
    });
    expect(base.exceptions).toEqual({});
    expect(lost).toEqual([]);
  });

  test('the series becomes a single event: no exceptions are left', () => {
    const { base, write } = mergeStory({ base: weekly(both), exchange: weekly({}, { recurrence: null }) });
    expect(base).toMatchObject({ recurrence: null, exceptions: {} });
    expect(write).toEqual({ exchange: [], liferay: ['when', 'exceptions'] });
  });

  test('withoutWipes: what was there counts as unchanged under a new rule, and as removed without one', () => {
    const seen = weekly(both);
    const now = weekly({ [FIRST]: 'deleted', [SECOND]: moved });
    expect(withoutWipes(seen, now, true)).toEqual({ [FIRST]: 'deleted', [SECOND]: moved, ...titled });
    expect(withoutWipes(seen, now, false)).toEqual(now.exceptions);
  });

  test('wiped by our own write, which was cut off before it wrote them again: written', () => {
    const base = weekly(both);
    const seen = { exchange: weekly({}), liferay: liferayView(base) };
    const story: Story = { base, seen, exchange: weekly({}) };
    expect(mergeStory({ ...story, wiped: true }).write).toEqual(TO_EXCHANGE);
    expect(mergeStory({ ...story, wiped: true }).base.exceptions).toEqual(both);
    expect(mergeStory(story).write).toEqual(NOTHING);
  });
});
