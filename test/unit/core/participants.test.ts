/** The list of participants under a description: what it says, and that nobody's text is taken for it or lost by it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attendee, type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import { liferayView, shownList } from '#core/liferay-view.ts';
import { type Merge, merge } from '#core/merge.ts';
import { endsWithList, participantList, withList, withoutLastList, withoutList } from '#core/participants.ts';
import { htmlToText, textToHtml } from '#liferay/jsonws/description-html.ts';
import { CALENDAR_TEXTS } from '#shared/texts/calendar.ts';

function attendee(name: string, is: Partial<Attendee> = {}): Attendee {
  return { address: `${name.toLowerCase()}@example.com`, name, role: 'required', response: 'pending', ...is };
}

const MEETING: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda:\n1. Budget',
  time: { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' },
  meeting: true,
  organizer: 'olga@example.com',
  organizerName: 'Olga',
  attendees: [
    attendee('Zoe', { response: 'accepted' }),
    attendee('Bob', { role: 'optional', response: 'tentative' }),
    attendee('Beamer', { role: 'resource', response: 'declined' }),
    attendee('Ada'),
    attendee('', { address: 'guest@example.org', response: 'none' }),
  ],
  disclosure: { details: 'full', showPrivate: false, participants: true, language: 'en' },
};
const LIST = shownList(MEETING);

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

  it('comes through Liferay’s HTML as it was', () => {
    const shown = withList(MEETING.description, LIST);
    expect(htmlToText(textToHtml(shown))).toBe(shown);
  });
});

describe('somebody edited it: the list goes, and what they wrote stays', () => {
  const edited = [...LIST.split('\n')];
  it.each<[string, string, string]>([
    ['above it', `Agenda:\n2. Lunch\n\n${LIST}`, 'Agenda:\n2. Lunch'],
    ['below it', `Agenda\n\n${LIST}\nBring your own lunch`, 'Agenda\nBring your own lunch'],
    ['a line of it', `Agenda\n\n${LIST.replace('Zoe: accepted', 'Zoe: never!')}`, 'Agenda'],
    ['its heading away', `Agenda\n\n${edited.slice(1).join('\n')}`, 'Agenda'],
    ['its foot away', `Agenda\n\n${edited.slice(0, -1).join('\n')}`, 'Agenda'],
    ['heading and foot away', `Agenda\n\n${edited.slice(1, -1).join('\n')}\nSee you`, 'Agenda\nSee you'],
    ['its heading', `Agenda\n\n${LIST.replace('Participants', 'Guests')}`, 'Agenda'],
    [
      'its heading away, with an editor that spaces it anew',
      `Agenda\n\n${edited.slice(1).join('\n\n')}`,
      'Agenda',
    ],
    [
      'its heading away, and a line of it',
      `Agenda\n\n${edited.slice(1).join('\n').replace('Zoe: accepted', 'Zoe: never!')}`,
      'Agenda',
    ],
    [
      'its heading away, with a line like one of its own above and below it',
      `guest@example.org\n1. Budget\n\n${edited.slice(1).join('\n')}\nguest@example.org`,
      'guest@example.org\n1. Budget\nguest@example.org',
    ],
    ['behind its foot', `Agenda\n\n${LIST} See you`, 'Agenda\nSee you'],
    [
      'behind its foot, with its heading away',
      `Agenda\n\n${edited.slice(1).join('\n')}See you`,
      'Agenda\nSee you',
    ],
    ['a longer rule below it', `Agenda\n\n${LIST}\n${'─'.repeat(20)}`, `Agenda\n${'─'.repeat(20)}`],
    ['all of it away', 'Agenda', 'Agenda'],
    ['everything away', '', ''],
    [
      'with an editor that spaces it anew',
      `Agenda \n \n${edited.map((each) => ` ${each}\u00a0`).join('\n\n')}`,
      'Agenda',
    ],
    ['a copy of it above it', `Agenda\n${LIST}\nand:\n\n${LIST}`, `Agenda\n${LIST}\nand:`],
  ])('%s', (_, shown, own) => {
    expect(withoutList(shown, [LIST])).toBe(own);
  });

  it('in Liferay’s editor, which makes paragraphs of it and drops what it does not know', () => {
    const html = `<p>Agenda &amp; more</p><p>&nbsp;</p>${edited.map((each) => `<p>${each}</p>`).join('\n')}`;
    expect(withoutList(htmlToText(html), [LIST])).toBe('Agenda & more');
  });

  it('after the answers in it changed: an older one is known by its heading', () => {
    const older = shownList({ ...MEETING, attendees: [attendee('Ada', { response: 'accepted' })] });
    expect(withoutList(`Agenda\n\n${older}`, [LIST])).toBe('Agenda');
  });
});

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
    const recurrence = { pattern: { kind: 'daily', interval: 7 }, range: { kind: 'noEnd' } } as const;
    const series = { ...MEETING, recurrence };
    const view = liferayView(series);
    const regular = regularOccurrence(view, '2026-05-13');
    if (regular === null) throw new Error('The series has no such occurrence.');
    const is = { ...regular, description: `Only today\n\n${LIST}` };
    const { base } = withoutGuests(series, { ...view, exceptions: { '2026-05-13': is } });
    expect(base.exceptions).toMatchObject({ '2026-05-13': { description: 'Only today' } });
    expect(base.description).toBe(MEETING.description);
  });
});

/** The same of a meeting that its owner organises, which may be edited in Liferay. */
function ownMeeting(event: CalendarEvent, liferay: CalendarEvent): Merge {
  const seen = { exchange: event, liferay: liferayView(event) };
  return merge({
    base: event,
    seen,
    now: { exchange: event, liferay },
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

  it('or under one occurrence of it: it is put back, and stays a regular one', () => {
    const recurrence = { pattern: { kind: 'daily', interval: 7 }, range: { kind: 'noEnd' } } as const;
    const series = { ...own, recurrence };
    const view = liferayView(series);
    const regular = regularOccurrence(view, '2026-05-13');
    if (regular === null) throw new Error('The series has no such occurrence.');
    const is = { ...regular, description: regular.description.replace('Zoe: accepted', 'Zoe: never!') };
    expect(ownMeeting(series, { ...view, exceptions: { '2026-05-13': is } })).toMatchObject({
      base: { exceptions: {} },
      write: { exchange: [], liferay: ['exceptions'] },
      putBack: ['exceptions'],
    });
  });
});

describe('a row of ours of which nothing is known', () => {
  it('is read without the list at its end', () => {
    expect(endsWithList(withList('Agenda', LIST))).toBe(true);
    expect(withoutLastList(withList('Agenda', LIST))).toBe('Agenda');
  });

  it.each(['Agenda', '── Participants ──\nAda', `${LIST}\nand what people wrote below it`, ''])(
    'is read as it is where none ends it: %j',
    (own) => {
      expect(endsWithList(own)).toBe(false);
    },
  );
});
