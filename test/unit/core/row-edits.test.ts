/** What counts as an edit of a row in Liferay, field by field; what Liferay does by itself does not. */
import { describe, expect, it, test } from 'vitest';
import type { EventTime, Response } from '#core/event.ts';
import { sameInstants } from '#core/occurrences.ts';
import { inZone } from '#core/row-dates.ts';
import { excludedDates, occurrenceOf, responseEdit, sameRow, textEdits } from '#core/row-edits.ts';
import type { RowState } from '#core/rows.ts';
import { stateOf, stored, withEvent, withExcluded } from './row-states.ts';
import { allDay, at, FIRST, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

const row = stateOf(WEEKLY);

describe('two times are the same moments', () => {
  const nine = at(FIRST, '09:00');

  test.each<[string, EventTime, EventTime, boolean]>([
    ['in whichever zone they are told', nine, inZone(nine, 'Asia/Tokyo'), true],
    ['but not with another start', nine, { ...nine, start: at(FIRST, '08:30').start }, false],
    ['but not with another end', nine, { ...nine, end: at(FIRST, '11:00').start }, false],
    ['as are two times of the same days', allDay(FIRST, SECOND), allDay(FIRST, SECOND), true],
    ['but not an hour and a day', nine, allDay(FIRST, FIRST), false],
  ])('%s', (_name, a, b, expected) => {
    expect(sameInstants(a, b)).toBe(expected);
  });
});

describe('a row is as it was', () => {
  it('also when its calendar shows it in another zone, or its status is another one', () => {
    const time = inZone(row.event.time, 'Asia/Tokyo');
    expect(sameRow(row, { ...row, event: { ...row.event, time }, response: 'accepted' })).toBe(true);
  });

  test.each<[string, RowState]>([
    ['title', withEvent(row, { title: 'Retrospective' })],
    ['description', withEvent(row, { description: '' })],
    ['location', withEvent(row, { location: 'Room 2' })],
    ['time', withEvent(row, { time: at(FIRST, '10:00') })],
    ['rule', stored(row.event, row.rule.replace('COUNT=10', 'COUNT=9'))],
    ['dates left out', withExcluded(row, SECOND)],
  ])('no longer with another %s', (_name, now) => {
    expect(sameRow(row, now)).toBe(false);
  });
});

it('texts that were changed are told with what they are now, and no others', () => {
  expect(textEdits(row, row)).toEqual({});
  expect(textEdits(row, withEvent(row, { title: 'Retrospective', location: '' }))).toEqual({
    title: 'Retrospective',
    location: '',
  });
});

describe('a response', () => {
  const invited = { ownResponse: 'pending' } as const;
  const as = (response: Response, of = row): RowState => ({ ...of, response });
  const renamed = withEvent(row, { title: 'Mine' });

  test.each<Response>(['accepted', 'tentative', 'declined'])(
    'of %s in Liferay is the person’s answer',
    (to) => {
      expect(responseEdit(invited, as('pending'), as(to))).toEqual({ ownResponse: to });
    },
  );

  test.each<[string, RowState, RowState]>([
    ['that stood there already', as('tentative'), as('tentative')],
    ['that Liferay took back when the meeting was moved', as('accepted'), as('pending')],
    ['of which the row says nothing any more', as('accepted'), row],
    ['of a row whose status nobody had looked at before', row, as('accepted')],
    ['by which Liferay approves a row that is edited', as('pending'), as('accepted', renamed)],
  ])('%s is nobody’s answer', (_name, before, now) => {
    expect(responseEdit(invited, before, now)).toEqual({});
  });

  it('other than Liferay’s own approval counts also when the row was edited', () => {
    expect(responseEdit(invited, as('pending'), as('declined', renamed))).toEqual({
      ownResponse: 'declined',
    });
  });

  it('is none where nobody was asked', () => {
    expect(responseEdit({ ownResponse: 'none' }, as('none'), as('declined'))).toEqual({});
  });
});

describe('the dates that a series leaves out', () => {
  it('are those of its text and those that it is known to leave out, each once and in order', () => {
    const { rule } = withExcluded(row, THIRD, FIRST);
    const event = {
      ...row.event,
      exceptions: weekly({ [THIRD]: 'deleted', [SECOND]: 'deleted' }).exceptions,
    };
    expect(excludedDates({ ...row, event, rule })).toEqual([FIRST, SECOND, THIRD]);
  });

  it('are told also of a rule that means nothing any more', () => {
    const spoilt = stored(WEEKLY, 'RRULE:FREQ=WEEKLY;BYDAY=2MO\nEXDATE;TZID="UTC";VALUE=DATE:20260511');
    expect(spoilt.ruleFailure).not.toBeNull();
    expect(excludedDates(spoilt)).toEqual([SECOND]);
  });

  it('are those that can be read', () => {
    const rule = `${row.rule}\nEXDATE;VALUE=DATE:20261399\nEXDATE;VALUE=DATE:20260518`;
    expect(excludedDates({ ...row, rule })).toEqual([THIRD]);
    expect(excludedDates({ ...row, rule: 'no recurrence text' })).toEqual([]);
  });

  it('are not those that are added to it', () => {
    expect(excludedDates({ ...row, rule: `${row.rule}\nRDATE;VALUE=DATE:20260513` })).toEqual([]);
  });
});

describe('a row that stands for one occurrence', () => {
  const { title, description, location, showAs, reminderMinutes, categories } = WEEKLY;
  const time = at(SECOND, '15:00');
  const content = { title, description, location, time, showAs, reminderMinutes, categories };

  it('makes of it what it holds, at the time that is given', () => {
    expect(occurrenceOf(row, time, 'declined')).toEqual({ ...content, ownResponse: 'declined' });
  });

  it('says of an invitation what its own event does where nothing else is given', () => {
    const answered = withEvent(row, { ownResponse: 'tentative' });
    expect(occurrenceOf(answered, time)).toEqual({ ...content, ownResponse: 'tentative' });
  });
});
