/** English texts for decisions that few people come to. See dictionary.ts. */
import type { ChoiceTexts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('en');
const n = (count: number): string => numbers.format(count);

export const en: ChoiceTexts = {
  ambiguousHeading: (count) => `${n(count)} events match several on the other side`,
  ambiguousText:
    'They have the same title and time, and differ otherwise. Say which are the same; whatever you leave open is set aside. Your choices count from the start on.',
  on: { exchange: 'In Exchange:', liferay: 'In Liferay:' },
  later: 'Decide later: set aside',
  sameAs: (event) => `Same as in Liferay: ${event}`,
  number: (place) => `number ${n(place)}`,
  create: { exchange: 'Another event: copy it to Liferay', liferay: 'Another event: copy it to Exchange' },
  leaveOut: 'Leave out: do not copy it',
  chosen: 'Same as in Exchange, as chosen there',
  copiesQuestion: 'What becomes of the copies?',
  keepCopies: 'Keep everything as it is',
  removeFrom: {
    liferay: (count) => `Remove ${n(count)} ${count === 1 ? 'copy' : 'copies'} from Liferay`,
    exchange: (count) => `Remove ${n(count)} ${count === 1 ? 'copy' : 'copies'} from Exchange`,
  },
  removedFrom: {
    liferay:
      'Events that were copied from Exchange leave the Liferay calendar, and stay in Exchange. What was made in Liferay, and copies that somebody has just edited, stay in both.',
    exchange:
      'Events that were copied from Liferay go to Deleted Items in Exchange, and stay in Liferay. What was made in Exchange, and copies that somebody has just edited, stay in both. Nobody gets mail.',
  },
  meetingsStay: (count) =>
    count === 1
      ? 'One meeting stays in Exchange, because people are invited to it.'
      : `${n(count)} meetings stay in Exchange, because people are invited to them.`,
  keptChoice: (event) => `Your choice for ${event} is kept.`,
};
