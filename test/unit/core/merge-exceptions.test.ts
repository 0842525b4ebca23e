/** Deleted and changed occurrences: what people on both sides did to them, and what they are afterwards. */
import { describe, expect, test } from 'vitest';
import type { Exceptions } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type ConflictPolicy, changedFields, sameField } from '#core/merge.ts';
import { exceptionDates } from '#core/merge-exceptions.ts';
import { booking, moved, NOTHING, TO_EXCHANGE, TO_LIFERAY } from './exception-merges.ts';
import { allDay, at, FIRST, mergeStory, occurrence, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

const EARLY = { ...at(SECOND, '08:00'), end: at(SECOND, '10:00').start };

/** From nine until then. */
function until(date: string, clock: string) {
  return { ...at(date, '09:00'), end: at(date, clock).start };
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
