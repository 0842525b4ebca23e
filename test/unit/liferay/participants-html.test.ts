/** The list of participants under a description comes through Liferay's HTML and through its editor. */
import { expect, test } from 'vitest';
import { participantList, withList, withoutList } from '#core/participants.ts';
import { htmlToText, textToHtml } from '#liferay/jsonws/description-html.ts';
import { CALENDAR_TEXTS } from '#shared/texts/calendar.ts';

const ATTENDEES = [
  { address: 'ada@example.com', name: 'Ada', role: 'required', response: 'accepted' },
  { address: 'beamer@example.com', name: '', role: 'resource', response: 'none' },
] as const;
const LIST = participantList(
  { organizer: 'olga@example.com', organizerName: 'Olga & Co.', attendees: ATTENDEES },
  CALENDAR_TEXTS.en,
);

test('it is read as it was written', () => {
  const shown = withList('Agenda:\n1. Budget', LIST);
  expect(htmlToText(textToHtml(shown))).toBe(shown);
});

test('an editor that makes paragraphs of it leaves what a person wrote', () => {
  const paragraphs = LIST.split('\n').map((line) => `<p>${line.replace('&', '&amp;')}</p>`);
  const html = `<p>Agenda &amp; more</p><p>&nbsp;</p>${paragraphs.join('\n')}`;
  expect(withoutList(htmlToText(html), [LIST])).toBe('Agenda & more');
});
