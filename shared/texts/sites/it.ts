/** Italian texts for administrators of sites. See dictionary.ts. */
import type { SiteTexts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('it');
const n = (count: number): string => numbers.format(count);

export const it: SiteTexts = {
  reasons: {
    siteNotAdministered: {
      title: 'Non sei amministratore di questo sito.',
      action: 'Rivolgiti a uno dei suoi amministratori o chiedi il ruolo.',
    },
    mailboxUnknown: {
      title: 'Nessuna casella con questo indirizzo è concessa a questo sito.',
      action: 'Chiedi all’amministratore del dominio Exchange di concederla.',
    },
  },
  siteNumber: (id) => `Sito ${id}`,
  site: 'Sito',
  heading: 'Sale e attrezzature',
  text: 'Caselle di sale e attrezzature concesse a questo sito, ciascuna con il calendario della risorsa che la mostra.',
  search: 'Cerca',
  state: 'Stato',
  anyState: 'Tutti',
  notPaired: 'Non collegata',
  withProblems: 'Da controllare',
  columns: {
    mailbox: 'Casella',
    resource: 'Risorsa in Liferay',
    shows: 'Mostra',
    state: 'Stato',
    checked: 'Ultimo controllo',
  },
  shows: { full: 'Tutti i dettagli', title: 'Titolo e orario', busy: 'Solo occupato' },
  never: 'Mai',
  manage: 'Gestisci',
  manageNamed: (mailbox) => `Gestisci ${mailbox}`,
  select: (mailbox) => `Seleziona ${mailbox}`,
  selectAll: 'Seleziona tutte quelle non collegate',
  pairSelected: (count) => `Collega le selezionate (${n(count)})`,
  shown: (shown, all) => `${n(shown)} di ${n(all)} caselle`,
  nothingReleased:
    'Nessuna casella è concessa a questo sito. Può farlo l’amministratore del dominio Exchange.',
  nothingFound: 'Nessuna casella corrisponde.',
  dialogTitle: 'Collega caselle a risorse',
  dialogText:
    'Scegli per ogni casella il calendario della risorsa che deve mostrarla. Ciò che scegli sotto vale per tutte.',
  resourceFor: (mailbox) => `Risorsa per ${mailbox}`,
  leaveOut: 'Tralascia',
  makeResource: (name) => `Crea la risorsa «${name}»`,
  makeAll: (count) =>
    `Crea una risorsa per ${count === 1 ? 'quella che non l’ha' : `le ${n(count)} che non l’hanno`}`,
  releasedByAddress: 'Concessa con il suo indirizzo.',
  releasedByList: (list) => `Concessa con l’elenco di sale ${list}.`,
  releasedByPattern: (pattern) => `Concessa perché il suo indirizzo corrisponde a ${pattern}.`,
  notReleased: 'Non più concessa a questo sito.',
  nameMailbox: 'Un’altra casella, per indirizzo',
  patterns: (patterns) =>
    `A questo sito sono concessi anche gli indirizzi che corrispondono a ${patterns.join(', ')}.`,
  addMailbox: 'Aggiungi all’elenco',
  unfit: (address) => `${address} non corrisponde a nessuno di questi.`,
  noCalendar: 'Questa casella non ha calendari.',
  done: (done, all) => `${n(done)} di ${n(all)} collegate`,
  close: 'Chiudi',
  announcePaired: (count) => (count === 1 ? '1 casella è collegata.' : `${n(count)} caselle sono collegate.`),
};
