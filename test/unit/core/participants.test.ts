/** The list of participants under a description: what it says, and that nobody's text is taken for it or lost by it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalendarEvent } from '#core/event.ts';
import { liferayView, shownList } from '#core/liferay-view.ts';
import { endsWithList, participantList, withList, withoutLastList, withoutList } from '#core/participants.ts';
import { CALENDAR_TEXTS } from '#shared/texts/calendar.ts';
import { attendee, LIST, MEETING } from './listed-meeting.ts';

describe('the list', () => {
  it('names the organiser and everybody who is invited, what they are there for and what they answered', () => {
    expect(LIST.split('\n')).toEqual([
      '── Participants ──',
      'Olga: organiser',
      'Ada: no answer yet',
      'Zoe: accepted',
      'guest@example.org',
      'Bob: optional, maybe',
      'Beamer: resource, declined',
      '──────────',
    ]);
  });

  it('speaks the language of the service', () => {
    const disclosure = { ...MEETING.disclosure, language: 'it' } as const;
    const list = shownList({ ...MEETING, disclosure });
    expect(list).toMatch(
      /Partecipanti.*Olga: organizzatore.*Ada: nessuna risposta.*Bob: facoltativo, forse/s,
    );
  });

  it('says no word of an answer that nobody was asked for', () => {
    const attendees = [attendee('Ada', { response: 'none' }), attendee('Olga', { response: 'organizer' })];
    const lines = participantList({ ...MEETING, organizer: null, attendees }, CALENDAR_TEXTS.en).split('\n');
    expect(lines.slice(1, -1)).toEqual(['Ada', 'Olga']);
  });

  it('names fifty, and a name of a hundred characters as it is', () => {
    const [long, longer] = ['A'.repeat(100), `${'B'.repeat(99)}\u{1F4C5}`];
    const others = Array.from({ length: 48 }, (_, n) => attendee(`Guest ${10 + n}`));
    const attendees = [attendee(long), attendee(longer), ...others];
    const lines = participantList({ ...MEETING, attendees }, CALENDAR_TEXTS.en).split('\n');
    expect(lines.slice(2, 4)).toEqual([
      `${long}: no answer yet`,
      // Half a character would be none.
      `${'B'.repeat(99)}\uFFFD…: no answer yet`,
    ]);
    expect(lines.at(-2)).toBe('Guest 57: no answer yet');
  });

  it('counts those of a long one who are not named, and cuts a long name', () => {
    const attendees = Array.from({ length: 290 }, (_, n) =>
      attendee(`Guest ${1_000 + n} ${'x'.repeat(300)}`),
    );
    const lines = participantList({ ...MEETING, attendees }, CALENDAR_TEXTS.en).split('\n');
    expect(lines).toHaveLength(54);
    expect(lines.at(-2)).toBe('and 240 more');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(120);
  });

  it('stands under the description of the meeting and of each changed occurrence of it', () => {
    expect(liferayView(MEETING).description).toBe(`Agenda:\n1. Budget\n\n${LIST}`);
    expect(liferayView({ ...MEETING, description: '' }).description).toBe(LIST);
    const { title, location, showAs, reminderMinutes, categories, ownResponse } = MEETING;
    const time = { kind: 'allDay', start: '2026-05-08', end: '2026-05-09' } as const;
    const is = {
      title,
      description: 'Moved',
      location,
      time,
      showAs,
      reminderMinutes,
      categories,
      ownResponse,
    };
    const series: CalendarEvent = {
      ...MEETING,
      recurrence: { pattern: { kind: 'daily', interval: 7 }, range: { kind: 'noEnd' } },
      exceptions: { '2026-05-06': is },
    };
    expect(liferayView(series).exceptions).toMatchObject({
      '2026-05-06': { description: `Moved\n\n${LIST}` },
    });
  });

  it.each<[string, Partial<CalendarEvent>]>([
    ['the event is nobody’s meeting', { meeting: false }],
    ['the pairing does not ask for it', { disclosure: { ...MEETING.disclosure, participants: false } }],
    ['descriptions are not shown', { disclosure: { ...MEETING.disclosure, details: 'title' } }],
    ['nothing but the time is shown', { disclosure: { ...MEETING.disclosure, details: 'busy' } }],
    ['the texts come from Liferay', { disclosure: { ...MEETING.disclosure, details: 'own' } }],
    ['the meeting is private', { sensitivity: 'private' }],
    ['nobody is known', { organizer: null, attendees: [] }],
  ])('is not there where %s', (_, is) => {
    expect(shownList({ ...MEETING, ...is })).toBe('');
    expect(liferayView({ ...MEETING, ...is }).description).not.toContain('Participants');
  });
});

const line = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 3, arbitrary: fc.constantFrom('', ' ', ...LIST.split('\n'), '── Partecipanti ──') },
);
/** Texts of people, with plenty of what looks like a list. */
const text = fc.array(line).map((lines) => lines.join('\n').replaceAll('\r', ''));
const list = fc
  .record({
    organizer: fc.constantFrom(null, 'olga@example.com'),
    organizerName: fc.constantFrom('', 'Olga'),
    attendees: fc.array(
      fc.record({
        address: fc.string(),
        name: fc.string({ unit: 'grapheme' }).map((name) => name.replace(/[\n\r]/g, ' ')),
        role: fc.constantFrom('required', 'optional', 'resource'),
        response: fc.constantFrom('none', 'pending', 'accepted', 'tentative', 'declined'),
      }),
    ),
  })
  .map((meeting) => participantList(meeting, CALENDAR_TEXTS.it));

describe('a text with its list', () => {
  it.each([
    'Agenda',
    'Agenda \n',
    '\n\nAgenda\n\n\n',
    ' ',
    '',
    '── Participants ──',
    `${LIST}\nAgenda`,
    LIST,
  ])('is, without it, the text: %j', (own) => {
    expect(withoutList(withList(own, LIST), [LIST])).toBe(own);
  });

  it('is, without it, the text: whatever it is, also where it looks like a list', () => {
    fc.assert(
      fc.property(text, list, (own, below) => {
        expect(withoutList(withList(own, below), [below])).toBe(own);
        expect(withoutList(withList(own, LIST), ['', below, LIST])).toBe(own);
      }),
    );
  });

  it('of people alone stays as it is, whatever it looks like', () => {
    fc.assert(fc.property(text, (own) => withoutList(own, ['']) === own));
  });
});

describe('a row of ours of which nothing is known', () => {
  it('is read without the list at its end', () => {
    expect(endsWithList(withList('Agenda', LIST))).toBe(true);
    expect(withoutLastList(withList('Agenda', LIST))).toBe('Agenda');
  });

  it('is read without it, though an editor left lines below it', () => {
    expect(endsWithList(`${withList('Agenda', LIST)}\n \n`)).toBe(true);
    expect(withoutLastList(`${withList('Agenda', LIST)}\n \n`)).toBe('Agenda');
  });

  it('has its own text where there is no list', () => {
    expect(withoutLastList('Agenda\n')).toBe('Agenda\n');
  });

  it.each(['Agenda', '── Participants ──\nAda', `${LIST}\nand what people wrote below it`, ''])(
    'is read as it is where none ends it: %j',
    (own) => {
      expect(endsWithList(own)).toBe(false);
    },
  );
});
