/** What the rows of a divided series say of it where they do not stand as they would be written. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import type { RowState } from '#core/rows.ts';
import { shownDates } from '#core/rows-read-set.ts';
import { seriesOf, weekly } from './exact-rows.ts';
import { withChanges } from './row.arbitrary.ts';
import { Calendar } from './row-calendar.ts';
import { stateOf, stored, withEvent, withExcluded } from './row-states.ts';

const SPRING = { fromMs: Date.UTC(2025, 0, 1), toMs: Date.UTC(2025, 2, 29) };

/** At 10:00 in New York; in Rome at 16:00, but from 9 to 30 March at 15:00. */
const standUp = weekly('2025-01-06T10:00', 'America/New_York', ['MO', 'WE']);
const rome = (event: CalendarEvent) => new Calendar(event, 'Europe/Rome', SPRING);
/** With a changed occurrence in the second stretch. */
const withGuests = withChanges(standUp, [{ number: 20, change: { title: 'With guests' } }]);
const GUESTS = '2025-03-17';

const sayNothing = (event: CalendarEvent) => ({ kind: 'read', event, untidy: false, refused: [] });
const putRight = (event: CalendarEvent) => ({ kind: 'read', event, untidy: true, refused: [] });
const without = (event: CalendarEvent, exceptions: Exceptions): CalendarEvent => ({ ...event, exceptions });

describe('the occurrences of a stretch', () => {
  const march = rome(standUp).row('segment:2025-03-10');

  it('are the dates that it showed in the calendar', () => {
    expect(shownDates(march)).toEqual([
      '2025-03-10',
      '2025-03-12',
      '2025-03-17',
      '2025-03-19',
      '2025-03-24',
      '2025-03-26',
    ]);
    expect(shownDates(withExcluded(march, '2025-03-10', '2025-03-24'))).toEqual([
      '2025-03-12',
      '2025-03-17',
      '2025-03-19',
      '2025-03-26',
    ]);
  });

  it('are none of a row that does not repeat', () => {
    expect(shownDates(stateOf({ ...march.event, recurrence: null }))).toEqual([]);
  });

  it('are the first one where it goes on for ever', () => {
    expect(shownDates(stored(march.event, 'RRULE:FREQ=WEEKLY;BYDAY=MO,WE'))).toEqual(['2025-03-10']);
  });
});

describe('the row of a changed occurrence in a set', () => {
  const calendar = rome(withGuests);
  const march = calendar.row('segment:2025-03-10');
  const shownAgain = stored(march.event, march.rule.split('\n')[0] ?? '');

  it('stands beside its stretch, which leaves it out', () => {
    expect(Object.keys(withGuests.exceptions)).toEqual([GUESTS]);
    expect([...calendar.rows.keys()]).toEqual([
      'segment:2025-01-06',
      'segment:2025-03-10',
      `occurrence:${GUESTS}`,
    ]);
    expect(shownDates(march)).not.toContain(GUESTS);
  });

  it('is a deleted occurrence when it is gone', () => {
    expect(calendar.read({ [`occurrence:${GUESTS}`]: null })).toEqual(
      sayNothing(without(standUp, { [GUESTS]: 'deleted' })),
    );
  });

  it('is an occurrence as the rule says when it is gone and its stretch shows it again', () => {
    expect(calendar.read({ 'segment:2025-03-10': shownAgain, [`occurrence:${GUESTS}`]: null })).toEqual(
      sayNothing(standUp),
    );
  });

  it('says what it said where its stretch shows that occurrence as well, which has to be put right', () => {
    expect(calendar.read({ 'segment:2025-03-10': shownAgain })).toEqual(putRight(withGuests));
  });

  it('keeps its title when its stretch gets another one, is cut short or is gone', () => {
    for (const edit of [
      withEvent(march, { title: 'Scrum' }),
      stored(march.event, march.rule.replace('20250326', '20250312')),
      null,
    ]) {
      const read = calendar.read({ 'segment:2025-03-10': edit });
      expect(read).toMatchObject({ event: { exceptions: { [GUESTS]: { title: 'With guests' } } } });
    }
  });

  it('is of no use on a day without an occurrence, and has to be put right', () => {
    const row = calendar.row(`occurrence:${GUESTS}`);
    expect(calendar.read({ 'occurrence:2025-03-18': row })).toEqual(putRight(withGuests));
  });
});

describe('an edit of both stretches of a set', () => {
  it('is one of the series, and a changed occurrence keeps its own title', () => {
    const calendar = rome(withGuests);
    const read = calendar.read({
      'segment:2025-01-06': withEvent(calendar.row('segment:2025-01-06'), { title: 'Daily' }),
      'segment:2025-03-10': withEvent(calendar.row('segment:2025-03-10'), { title: 'Daily' }),
    });
    expect(read).toEqual(sayNothing({ ...withGuests, title: 'Daily' }));
  });
});

describe('an answer to one stretch', () => {
  const event: CalendarEvent = { ...standUp, meeting: true, ownResponse: 'pending' };
  const asked = [...rome(event).rows].map(([key, row]) => [key, { ...row, response: 'pending' }] as const);
  const calendar = new Calendar(event, 'Europe/Rome', SPRING, new Map(asked));
  const answered: RowState = { ...calendar.row('segment:2025-01-06'), response: 'accepted' };
  const accepted: CalendarEvent = { ...event, ownResponse: 'accepted' };

  it('is one to the series', () => {
    expect(calendar.read({ 'segment:2025-01-06': answered })).toEqual(sayNothing(accepted));
  });

  it('is one to the occurrences of the other stretch too, which is edited', () => {
    const scrum = withEvent(calendar.row('segment:2025-03-10'), { title: 'Scrum' });
    const read = calendar.read({ 'segment:2025-01-06': answered, 'segment:2025-03-10': scrum });
    expect(read).toMatchObject({
      event: {
        title: 'Stand-up',
        ownResponse: 'accepted',
        exceptions: { '2025-03-10': { title: 'Scrum', ownResponse: 'accepted' } },
      },
    });
  });
});

describe('a set of single rows', () => {
  const firstMonday = { kind: 'relativeMonthly', interval: 1, days: 'MO', index: 'first' } as const;
  const event = seriesOf('2025-01-06T00:30', 'Europe/Rome', firstMonday);
  const calendar = new Calendar(event, 'Europe/London', SPRING);

  it('is the series without those that are gone, and with those that are others', () => {
    expect([...calendar.rows.keys()].slice(0, 2)).toEqual(['occurrence:2025-01-06', 'occurrence:2025-02-03']);
    const other = withEvent(calendar.row('occurrence:2025-02-03'), { title: 'Inventory' });
    const read = calendar.read({ 'occurrence:2025-01-06': null, 'occurrence:2025-02-03': other });
    expect(read).toMatchObject({ kind: 'read', untidy: false, event: { title: 'Stand-up' } });
    expect(read.kind === 'read' && read.event.exceptions).toMatchObject({
      '2025-01-06': 'deleted',
      '2025-02-03': { title: 'Inventory' },
    });
  });
});

describe('a date that a stretch leaves out', () => {
  it('says nothing where the series has no occurrence', () => {
    const calendar = rome(standUp);
    const march = calendar.row('segment:2025-03-10');
    expect(calendar.read({ 'segment:2025-03-10': withExcluded(march, '2025-03-11') })).toEqual(
      sayNothing(standUp),
    );
  });

  it('stays deleted where it was lost with a refused rule', () => {
    const event = without(standUp, { [GUESTS]: 'deleted' });
    const calendar = rome(event);
    const march = calendar.row('segment:2025-03-10');
    const read = calendar.read({ 'segment:2025-03-10': stored(march.event, 'RRULE:FREQ=WEEKLY;BYDAY=MO') });
    expect(read).toEqual({ kind: 'read', event, untidy: true, refused: ['segment:2025-03-10'] });
  });
});
