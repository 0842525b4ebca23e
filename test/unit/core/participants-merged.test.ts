/** Descriptions that are edited in Liferay with the list of participants under them, and what is brought over of that. */
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type Merge, merge } from '#core/merge.ts';
import { writtenByPeople } from '#core/participants.ts';
import { LIST, MEETING, occurrenceOf, WEEKLY_MEETING } from './listed-meeting.ts';

/** All guests were left out in Exchange, so that the event is its owner's alone and its text may be edited. */
function withoutGuests(event: CalendarEvent, liferay: CalendarEvent): Merge {
  const { meeting, organizer, organizerName, attendees } = NEUTRAL_EVENT;
  const exchange = { ...event, meeting, organizer, organizerName, attendees };
  const seen = { exchange: event, liferay: liferayView(event) };
  return merge({ base: event, seen, now: { exchange, liferay }, policy: 'exchange', liferayMayWrite: true });
}

describe('somebody edited a description that may be edited, with the list under it', () => {
  it('brings over what they wrote, and takes the list away', () => {
    const view = liferayView(MEETING);
    const edited = { ...view, description: view.description.replace('Budget', 'Lunch') };
    const { base, write } = withoutGuests(MEETING, edited);
    expect(base.description).toBe('Agenda:\n1. Lunch');
    expect(write).toEqual({ exchange: ['description'], liferay: ['description'] });
  });

  it('brings over nothing where they edited the list alone', () => {
    const view = liferayView(MEETING);
    const edited = { ...view, description: view.description.replace('Zoe: accepted', 'Zoe: never!') };
    const { base, write } = withoutGuests(MEETING, edited);
    expect(base.description).toBe(MEETING.description);
    expect(write).toEqual({ exchange: [], liferay: ['description'] });
  });

  it('does so for one occurrence as well', () => {
    const view = liferayView(WEEKLY_MEETING);
    const is = occurrenceOf(view, '2026-05-13', { description: `Only today\n\n${LIST}` });
    const { base } = withoutGuests(WEEKLY_MEETING, { ...view, exceptions: { '2026-05-13': is } });
    expect(base.exceptions).toMatchObject({ '2026-05-13': { description: 'Only today' } });
    expect(base.description).toBe(MEETING.description);
  });
});

/** The same of a meeting that its owner organises, which may be edited in Liferay. */
function ownMeeting(event: CalendarEvent, liferay: CalendarEvent, exchange = event): Merge {
  const seen = { exchange: event, liferay: liferayView(event) };
  return merge({
    base: event,
    seen,
    now: { exchange, liferay },
    policy: 'liferay',
    liferayMayWrite: true,
  });
}

describe('somebody edited the list alone under a meeting of their own', () => {
  const own: CalendarEvent = { ...MEETING, ownResponse: 'organizer' };

  it.each(['Agenda', 'Agenda\n', '\n Agenda \n\n', ''])(
    'it is put back, whatever the text: %j',
    (description) => {
      const meeting = { ...own, description };
      const view = liferayView(meeting);
      const edited = { ...view, description: view.description.replace('Zoe: accepted', 'Zoe: never!') };
      expect(ownMeeting(meeting, edited)).toMatchObject({
        base: { description },
        write: { exchange: [], liferay: ['description'] },
        putBack: ['description'],
      });
    },
  );

  it('beside a change in Exchange, which is written anyway: nothing counts as put back', () => {
    const view = liferayView(own);
    const edited = { ...view, description: view.description.replace('Zoe: accepted', 'Zoe: never!') };
    expect(ownMeeting(own, edited, { ...own, title: 'Board, moved up' })).toMatchObject({
      base: { title: 'Board, moved up', description: own.description },
      write: { exchange: [], liferay: ['title', 'description'] },
      putBack: [],
    });
  });

  it.each(['Agenda', 'Agenda\n'])('or under one occurrence of it, which stays a regular one: %j', (text) => {
    const series = { ...WEEKLY_MEETING, ...own, recurrence: WEEKLY_MEETING.recurrence, description: text };
    const view = liferayView(series);
    const description = view.description.replace('Zoe: accepted', 'Zoe: never!');
    const is = occurrenceOf(view, '2026-05-13', { description });
    expect(ownMeeting(series, { ...view, exceptions: { '2026-05-13': is } })).toMatchObject({
      base: { exceptions: {} },
      write: { exchange: [], liferay: ['exceptions'] },
      putBack: ['exceptions'],
    });
  });
});

describe('what people wrote of a series with its lists', () => {
  const seen = liferayView(WEEKLY_MEETING);
  const own = { ...seen, description: MEETING.description };
  const moved = { time: { kind: 'allDay', start: '2026-05-15', end: '2026-05-16' } } as const;
  const withOccurrence = (description: string) => ({
    '2026-05-13': occurrenceOf(seen, '2026-05-13', { ...moved, description }),
  });

  it('is a deleted occurrence too', () => {
    const now = { ...seen, exceptions: { '2026-05-13': 'deleted' as const } };
    expect(writtenByPeople({ seen, now }, [LIST])).toEqual({
      seen: own,
      now: { ...own, exceptions: now.exceptions },
    });
  });

  it('is no text where nothing but the list of an occurrence was edited', () => {
    const before = { ...seen, exceptions: withOccurrence(`Moved\n\n\n${LIST}`) };
    const edited = LIST.replace('Zoe: accepted', 'Zoe: never!');
    const now = { ...seen, exceptions: withOccurrence(`Moved\n\n\n${edited}`) };
    expect(writtenByPeople({ seen: before, now }, [LIST]).now.exceptions).toEqual(withOccurrence('Moved\n'));
  });

  it('is, of an occurrence that was put back, what the series does not say', () => {
    const before = { ...seen, exceptions: { '2026-05-13': 'deleted' as const } };
    const now = { ...seen, exceptions: withOccurrence(`${MEETING.description}\n\n\n${LIST}`) };
    expect(writtenByPeople({ seen: before, now }, [LIST]).now.exceptions).toEqual(
      withOccurrence(MEETING.description),
    );
  });

  it('is each of their empty lines where no list stands', () => {
    const now = { ...seen, description: `${seen.description}\n` };
    expect(writtenByPeople({ seen, now }, [''])).toEqual({ seen, now });
  });
});
