/** Italian texts for decisions that few people come to. See dictionary.ts. */
import type { ChoiceTexts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('it');
const n = (count: number): string => numbers.format(count);

export const it: ChoiceTexts = {
  ambiguousHeading: (count) => `${n(count)} eventi corrispondono a più di uno dall’altra parte`,
  ambiguousText:
    'Hanno lo stesso titolo e orario, ma per il resto sono diversi. Di’ quali sono gli stessi; ciò che lasci in sospeso viene messo da parte. Le scelte valgono dall’avvio in poi.',
  on: { exchange: 'Evento in Exchange:', liferay: 'Evento in Liferay:' },
  later: 'Decidi dopo: mettilo da parte',
  sameAs: (event) => `Lo stesso che in Liferay: ${event}`,
  number: (place) => `numero ${n(place)}`,
  create: {
    exchange: 'Un altro evento: copialo in Liferay',
    liferay: 'Un altro evento: copialo in Exchange',
  },
  leaveOut: 'Escludi: non copiarlo',
  chosen: 'Lo stesso che in Exchange, come scelto lì',
  copiesQuestion: 'Che cosa fare delle copie?',
  keepCopies: 'Lascia tutto com’è',
  removeFrom: {
    liferay: (count) => `Rimuovi ${n(count)} ${count === 1 ? 'copia' : 'copie'} da Liferay`,
    exchange: (count) => `Rimuovi ${n(count)} ${count === 1 ? 'copia' : 'copie'} da Exchange`,
  },
  removedFrom: {
    liferay:
      'Gli eventi copiati da Exchange lasciano il calendario di Liferay e restano in Exchange. Ciò che è nato in Liferay e le copie appena modificate restano in entrambi.',
    exchange:
      'Gli eventi copiati da Liferay vanno nella Posta eliminata di Exchange e restano in Liferay. Ciò che è nato in Exchange e le copie appena modificate restano in entrambi. Nessuno riceve e-mail.',
  },
  meetingsStay: (count) =>
    count === 1
      ? 'Una riunione resta in Exchange, perché ha degli invitati.'
      : `${n(count)} riunioni restano in Exchange, perché hanno degli invitati.`,
  keptChoice: (event) => `La scelta per ${event} è salvata.`,
};
