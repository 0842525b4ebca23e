/** Deleted and changed occurrences: what people on both sides did to a series, and what it is afterwards. */
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import { liferayView, PRIVATE_TITLE } from '#core/liferay-view.ts';
import { type ConflictPolicy, changedFields, sameField } from '#core/merge.ts';
import { exceptionDates, withoutWipes } from '#core/merge-exceptions.ts';
import {
  allDay,
  at,
  FIRST,
  mergeStory,
  occurrence,
  SECOND,
  type Story,
  THIRD,
  WEEKLY,
  weekly,
} from './weekly-series.ts';

const NOTHING = { exchange: [], liferay: [] };
const TO_EXCHANGE = { exchange: ['exceptions'], liferay: [] };
const TO_LIFERAY = { exchange: [], liferay: ['exceptions'] };
const moved = occurrence(SECOND, { time: at(SECOND, '15:00') });

const EARLY = { ...at(SECOND, '08:00'), end: at(SECOND, '10:00').start };

/** From nine until then. */
function until(date: string, clock: string) {
  return { ...at(date, '09:00'), end: at(date, clock).start };
}

/** As Liferay shows a series when these are its exceptions. */
function booking(exceptions: Exceptions, more: Partial<CalendarEvent> = {}): CalendarEvent {
  return liferayView(weekly(exceptions, more));
}

describe('what one side does to an occurrence goes to the other', () => {
  test.each<[string, Exceptions]>([
    ['moved in time', { [SECOND]: moved }],
    ['made longer', { [SECOND]: occurrence(SECOND, { time: until(SECOND, '11:00') }) }],
    ['begun earlier, and over when it was', { [SECOND]: occurrence(SECOND, { time: EARLY }) }],
    ['moved to another day', { [SECOND]: occurrence(SECOND, { time: at('2026-05-13', '09:00') }) }],
    ['made all day', { [SECOND]: occurrence(SECOND, { time: allDay(SECOND, '2026-05-12') }) }],
    ['given another title', { [SECOND]: occurrence(SECOND, { title: 'Retrospective' }) }],
    ['given another text and place', { [SECOND]: occurrence(SECOND, { description: '', location: 'Bar' }) }],
    ['deleted', { [SECOND]: 'deleted' }],
    ['deleted, and another one moved', { [SECOND]: 'deleted', [THIRD]: occurrence(THIRD, { title: 'T' }) }],
  ])('%s', (_, exceptions) => {
    const fromExchange = mergeStory({ exchange: weekly(exceptions) });
    expect(fromExchange).toMatchObject({ base: { exceptions }, write: TO_LIFERAY, lost: [], putBack: [] });
    const fromLiferay = mergeStory({ liferay: booking(exceptions) });
    expect(fromLiferay).toMatchObject({ base: { exceptions }, write: TO_EXCHANGE, lost: [], putBack: [] });
  });

  test.each<[string, Exceptions, Exceptions]>([
    ['moved, then deleted', { [SECOND]: moved }, { [SECOND]: 'deleted' }],
    ['moved, then renamed', { [SECOND]: moved }, { [SECOND]: { ...moved, title: 'Retrospective' } }],
    ['moved, then moved back', { [SECOND]: moved }, {}],
    [
      'the last one that was left is deleted',
      { [FIRST]: 'deleted' },
      { [FIRST]: 'deleted', [SECOND]: 'deleted' },
    ],
  ])('%s', (_, before, exceptions) => {
    const base = weekly(before);
    const fromExchange = mergeStory({ base, exchange: weekly(exceptions) });
    expect(fromExchange.base.exceptions).toEqual(exceptions);
    expect(fromExchange.write).toEqual(TO_LIFERAY);
    const fromLiferay = mergeStory({ base, liferay: booking(exceptions) });
    expect(fromLiferay.base.exceptions).toEqual(exceptions);
    expect(fromLiferay.write).toEqual(TO_EXCHANGE);
  });

  test('what stands beside it is nobody’s edit, and nothing is put back', () => {
    const result = mergeStory({
      base: weekly({ [SECOND]: moved }),
      liferay: booking({ [SECOND]: moved, [THIRD]: 'deleted' }),
    });
    expect(result).toMatchObject({
      base: { exceptions: { [SECOND]: moved, [THIRD]: 'deleted' } },
      putBack: [],
    });
  });

  test('an all-day series has one occurrence at three', () => {
    const days = { time: allDay(FIRST, '2026-05-05') };
    const exceptions = { [SECOND]: occurrence(SECOND, { time: at(SECOND, '15:00') }) };
    const { base } = mergeStory({ base: weekly({}, days), exchange: weekly(exceptions, days) });
    expect(base.exceptions).toEqual(exceptions);
  });

  test('what Liferay cannot show of an occurrence is agreed on with Exchange and written nowhere', () => {
    const exceptions = { [SECOND]: occurrence(SECOND, { showAs: 'free', reminderMinutes: 5 }) };
    const { base, write } = mergeStory({ exchange: weekly(exceptions) });
    expect(base.exceptions).toEqual(exceptions);
    expect(write).toEqual(NOTHING);
  });

  test('categories and show-as of an occurrence survive its new title from Liferay', () => {
    const own = occurrence(SECOND, { showAs: 'outOfOffice', categories: ['Red'] });
    const { base } = mergeStory({
      base: weekly({ [SECOND]: own }),
      liferay: booking({ [SECOND]: { ...own, title: 'Retrospective' } }),
    });
    expect(base.exceptions).toEqual({ [SECOND]: { ...own, title: 'Retrospective' } });
  });

  test('a time from Liferay is told in the zone of the series', () => {
    const time = { kind: 'timed', start: '2026-05-11T18:00:00Z', end: '2026-05-11T19:00:00Z' } as const;
    const inRome = occurrence(SECOND, { time: { ...time, zone: 'Europe/Rome' } });
    const { base } = mergeStory({ liferay: booking({ [SECOND]: inRome }) });
    expect(base.exceptions).toMatchObject({ [SECOND]: { time: { ...time, zone: 'America/New_York' } } });
  });
});

describe('an occurrence that was deleted', () => {
  const base = weekly({ [SECOND]: 'deleted' });

  test.each<[string, Exceptions]>([
    ['as it was', {}],
    ['as another', { [SECOND]: moved }],
  ])('comes back from Exchange %s', (_, exceptions) => {
    const result = mergeStory({ base, exchange: weekly(exceptions) });
    expect(result).toMatchObject({ base: { exceptions }, write: TO_LIFERAY, lost: [] });
  });

  test.each<[string, Exceptions, ConflictPolicy]>([
    ['as it was', {}, 'exchange'],
    ['as it was, where Liferay wins', {}, 'liferay'],
    ['as another', { [SECOND]: moved }, 'exchange'],
    ['as another, where Liferay wins', { [SECOND]: moved }, 'liferay'],
  ])('and stands in Liferay again %s: no write brings it back in Exchange', (_, exceptions, policy) => {
    const result = mergeStory({ base, liferay: booking(exceptions), policy });
    expect(result.base.exceptions).toEqual(base.exceptions);
    expect(result.write).toEqual(TO_LIFERAY);
    expect(result.lost).toEqual([{ side: 'liferay', fields: ['exceptions'] }]);
  });

  test('comes back on both sides as Liferay changed it, but for how its server spells the series', () => {
    const spelled = { description: 'Agenda (sanitised)' };
    const seen = { exchange: base, liferay: booking(base.exceptions, spelled) };
    const renamed = { [SECOND]: occurrence(SECOND, { ...spelled, title: 'Retrospective' }) };
    const result = mergeStory({ base, seen, exchange: weekly({}), liferay: booking(renamed, spelled) });
    expect(result.base.exceptions).toEqual({ [SECOND]: occurrence(SECOND, { title: 'Retrospective' }) });
    expect(result.lost).toEqual([]);
  });
});

describe('both sides change the same occurrence', () => {
  const retitled = (title: string) => ({ [SECOND]: occurrence(SECOND, { title }) });

  test('different fields: both arrive', () => {
    const { base, write, lost } = mergeStory({
      exchange: weekly({ [SECOND]: moved }),
      liferay: booking(retitled('Retrospective')),
    });
    expect(base.exceptions).toEqual({ [SECOND]: { ...moved, title: 'Retrospective' } });
    expect(write).toEqual({ exchange: ['exceptions'], liferay: ['exceptions'] });
    expect(lost).toEqual([]);
  });

  test.each<[ConflictPolicy, string, ConflictPolicy, object]>([
    ['exchange', 'A', 'liferay', TO_LIFERAY],
    ['liferay', 'B', 'exchange', TO_EXCHANGE],
  ])('the same field: %s wins, and the loser is listed', (policy, title, loser, write) => {
    const result = mergeStory({ exchange: weekly(retitled('A')), liferay: booking(retitled('B')), policy });
    expect(result.base.exceptions).toEqual(retitled(title));
    expect(result.lost).toEqual([{ side: loser, fields: ['exceptions'] }]);
    expect(result.write).toEqual(write);
  });

  test.each<ConflictPolicy>(['exchange', 'liferay'])('alike (%s would win): nobody loses', (policy) => {
    const both = { [SECOND]: moved };
    const result = mergeStory({ exchange: weekly(both), liferay: booking(both), policy });
    expect(result).toMatchObject({ base: { exceptions: both }, write: NOTHING, lost: [] });
  });

  test('each another occurrence: both arrive, nobody loses', () => {
    const { base, lost } = mergeStory({
      exchange: weekly({ [SECOND]: moved }),
      liferay: booking({ [THIRD]: 'deleted' }),
    });
    expect(base.exceptions).toEqual({ [SECOND]: moved, [THIRD]: 'deleted' });
    expect(lost).toEqual([]);
  });

  test('deleted on both sides: agreed', () => {
    const exceptions: Exceptions = { [SECOND]: 'deleted' };
    const result = mergeStory({ exchange: weekly(exceptions), liferay: booking(exceptions) });
    expect(result).toMatchObject({ base: { exceptions }, write: NOTHING, lost: [] });
  });

  test.each<ConflictPolicy>(['exchange', 'liferay'])(
    'deleted in Exchange, edited in Liferay: the deletion stands, also where %s would win',
    (policy) => {
      const result = mergeStory({
        exchange: weekly({ [SECOND]: 'deleted' }),
        liferay: booking(retitled('B')),
        policy,
      });
      expect(result.base.exceptions).toEqual({ [SECOND]: 'deleted' });
      expect(result.lost).toEqual([{ side: 'liferay', fields: ['exceptions'] }]);
      expect(result.write).toEqual(TO_LIFERAY);
    },
  );

  test.each<ConflictPolicy>(['exchange', 'liferay'])(
    'deleted in Liferay, edited in Exchange: the edit wins, also where %s would',
    (policy) => {
      const result = mergeStory({
        exchange: weekly(retitled('A')),
        liferay: booking({ [SECOND]: 'deleted' }),
        policy,
      });
      expect(result.base.exceptions).toEqual(retitled('A'));
      expect(result.lost).toEqual([{ side: 'liferay', fields: ['exceptions'] }]);
      expect(result.write).toEqual(TO_LIFERAY);
    },
  );
});

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
        ...{ title: PRIVATE_TITLE, description: '', location: '', time: at(SECOND, '15:00') },
        ...{ showAs: 'busy', reminderMinutes: null, categories: [] },
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

describe('what counts as a change', () => {
  test('an occurrence that Exchange was seen to hold otherwise than agreed is left alone', () => {
    const base = weekly({ [SECOND]: moved });
    const rewritten = weekly({ [SECOND]: { ...moved, description: 'Agenda <html>' } });
    const result = mergeStory({
      base,
      exchange: rewritten,
      seen: { exchange: rewritten, liferay: liferayView(base) },
    });
    expect(result).toMatchObject({ base: { exceptions: base.exceptions }, write: NOTHING });
  });

  test('the zone of an occurrence says nothing', () => {
    const inRome = { ...moved, time: { ...moved.time, zone: 'Europe/Rome' } };
    const events = [weekly({ [SECOND]: moved }), weekly({ [SECOND]: inRome })] as const;
    expect(changedFields('exchange', ...events)).toEqual([]);
    expect(sameField('exchange', 'exceptions', ...events)).toBe(true);
  });

  test('exceptionDates: of all events, ascending, each once', () => {
    const dates = exceptionDates(
      weekly({ [THIRD]: 'deleted', [SECOND]: moved }),
      WEEKLY,
      weekly({ [SECOND]: moved, [FIRST]: 'deleted' }),
    );
    expect(dates).toEqual([FIRST, SECOND, THIRD]);
  });
});
