/** The list of participants where somebody edited the text that it stands in: it goes, and what they wrote stays. */
import { describe, expect, it } from 'vitest';
import { shownList } from '#core/liferay-view.ts';
import { withoutList } from '#core/participants.ts';
import { attendee, LIST, MEETING } from './listed-meeting.ts';

describe('somebody edited it: the list goes, and what they wrote stays', () => {
  const edited = [...LIST.split('\n')];
  it.each<[string, string, string]>([
    ['above it', `Agenda:\n2. Lunch\n\n${LIST}`, 'Agenda:\n2. Lunch'],
    ['below it', `Agenda\n\n${LIST}\nBring your own lunch`, 'Agenda\nBring your own lunch'],
    ['above and below it', `1\n\n2\n\n${LIST}\n\n3\n\n4`, '1\n\n2\n3\n\n4'],
    [
      'below it, with a heading like its own',
      `Agenda\n\n${LIST}\n── Participants ──\nand friends`,
      'Agenda\n── Participants ──\nand friends',
    ],
    [
      'below it alone, with a heading like its own',
      `${LIST}\n── Participants ──\nand friends`,
      '── Participants ──\nand friends',
    ],
    ['a line of it', `Agenda\n\n${LIST.replace('Zoe: accepted', 'Zoe: never!')}`, 'Agenda'],
    ['its heading away', `Agenda\n\n${edited.slice(1).join('\n')}`, 'Agenda'],
    ['its foot away', `Agenda\n\n${edited.slice(0, -1).join('\n')}`, 'Agenda'],
    ['heading and foot away', `Agenda\n\n${edited.slice(1, -1).join('\n')}\nSee you`, 'Agenda\nSee you'],
    ['its heading', `Agenda\n\n${LIST.replace('Participants', 'Guests')}`, 'Agenda'],
    ['its heading, at its end', `Agenda\n\n${LIST.replace('Participants ──', 'Who?')}`, 'Agenda'],
    ['its heading, at its front', `Agenda\n\n${LIST.replace('── Participants', 'Who?')}`, 'Agenda'],
    [
      'its heading away, below a line with a dash in it',
      `Budget ── old\n${edited.slice(1).join('\n')}`,
      'Budget ── old',
    ],
    ['its heading away, and nothing stood above it', edited.slice(1).join('\n'), ''],
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
    [
      'two lines of what was left of it',
      ['Agenda', 'Ada: no answer yet', 'Zoe?', 'a guest?', ...edited.slice(5)].join('\n'),
      'Agenda',
    ],
    [
      'most of it away, below more lines than those that are missing',
      ['Ada: no answer yet', 'will speak', 'for an hour', 'or two', ...edited.slice(5)].join('\n'),
      'Ada: no answer yet\nwill speak\nfor an hour\nor two',
    ],
    [
      'heading and foot away, of a text that begins with lines like its own',
      ['Olga: organiser', 'Ada: no answer yet', '', 'Agenda', '', ...edited.slice(1, 3)].join('\n'),
      'Olga: organiser\nAda: no answer yet\n\nAgenda',
    ],
    ['behind its foot', `Agenda\n\n${LIST} See you`, 'Agenda\nSee you'],
    [
      'behind its foot, which an editor indented',
      `Agenda\n\n${edited.slice(0, -1).join('\n')}\n ${edited.at(-1)} See you`,
      'Agenda\nSee you',
    ],
    [
      'behind a rule of their own in the place of its foot',
      `Agenda\n\n${edited.slice(0, -1).join('\n')}\n${'─'.repeat(12)} See you`,
      `Agenda\n${'─'.repeat(12)} See you`,
    ],
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
      `Agenda \n \n${edited.map((each) => ` ${each.replaceAll(' ', ' \u00a0')}\u00a0`).join('\n\n')}`,
      'Agenda',
    ],
    ['a copy of it above it', `Agenda\n${LIST}\nand:\n\n${LIST}`, `Agenda\n${LIST}\nand:`],
  ])('%s', (_, shown, own) => {
    expect(withoutList(shown, [LIST])).toBe(own);
  });

  it('whichever of those that may stand there it is', () => {
    const other = shownList({ ...MEETING, attendees: [attendee('Ada')] });
    const below = '── Participants ──\nand friends';
    expect(withoutList(`Agenda\n\n${LIST}\n${below}`, [other, LIST])).toBe(`Agenda\n${below}`);
  });

  it('after the answers in it changed: an older one is known by its heading', () => {
    const older = shownList({ ...MEETING, attendees: [attendee('Ada', { response: 'accepted' })] });
    expect(withoutList(`Agenda\n\n${older}`, [LIST])).toBe('Agenda');
  });

  it('after the service got another language, also where nothing stands above it', () => {
    const disclosure = { ...MEETING.disclosure, language: 'it' } as const;
    const older = shownList({ ...MEETING, organizerName: 'Olga O.', disclosure });
    expect(withoutList(`${older}\nSee you`, [LIST])).toBe('See you');
  });
});
