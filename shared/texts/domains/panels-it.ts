/** Italian texts of the panels about mailboxes, activity and the record. See panels-dictionary.ts. */
import type { ActedOn, PanelTexts } from './panels-dictionary.ts';

const numbers = new Intl.NumberFormat('it');
const n = (count: number): string => numbers.format(count);
const caselle = (count: number): string => `${n(count)} ${count === 1 ? 'casella' : 'caselle'}`;
const eventi = (count: number): string => `${n(count)} ${count === 1 ? 'evento' : 'eventi'}`;

const states: PanelTexts['mailboxes']['states'] = {
  active: 'In ordine',
  failing: 'Con errori',
  paused: 'In pausa',
};

function whichOf({ address, count, search, state, reason }: ActedOn): string {
  if (address !== null) return address;
  if (count !== null) return caselle(count);
  const conditions = [
    search === null ? '' : `indirizzo che contiene «${search}»`,
    state === null ? '' : `stato: ${(states as Readonly<Record<string, string>>)[state] ?? state}`,
    reason === null ? '' : `motivo: ${reason}`,
  ].filter((condition) => condition !== '');
  return conditions.length === 0
    ? 'tutte le caselle'
    : `tutte le caselle con queste proprietà: ${conditions.join('; ')}`;
}

export const it: PanelTexts = {
  mailboxes: {
    heading: 'Caselle',
    text: 'Le caselle collegate di questo dominio, e come vanno.',
    search: 'Cerca indirizzi',
    state: 'Stato',
    anyState: 'Tutte',
    states,
    reason: 'Motivo',
    anyReason: 'Qualsiasi',
    reasonCounted: (title, count) => `${title} · ${n(count)}`,
    columns: {
      address: 'Casella',
      owner: 'Proprietario',
      pairings: 'Collegamenti',
      state: 'Stato',
      reason: 'Motivo',
      interval: 'Intervallo',
      lastRun: 'Ultima esecuzione',
      nextRun: 'Prossima esecuzione',
    },
    owners: { user: (id) => `Utente ${id}`, site: (id) => `Sito ${id}` },
    never: 'Mai',
    due: 'adesso',
    setAside: (count) => `${eventi(count)} da parte`,
    ownInterval: (interval) => `${interval}, proprio`,
    empty: 'Nessuna casella di questo dominio è ancora collegata.',
    nothingFound: 'Nessuna casella corrisponde.',
    shown: (first, last, all) => `da ${n(first)} a ${n(last)} di ${caselle(all)}`,
    previousPage: 'Indietro',
    nextPage: 'Avanti',
    pages: 'Pagine dell’elenco delle caselle',
    select: (address) => `Seleziona ${address}`,
    selectPage: 'Seleziona tutte in questa pagina',
    selectAll: (count) => `Seleziona tutte le ${n(count)} che corrispondono`,
    selected: (count) => (count === 1 ? '1 selezionata' : `${n(count)} selezionate`),
    selectNone: 'Annulla la selezione',
    actOn: 'Con le caselle selezionate',
    actions: {
      sync: 'Sincronizza ora',
      pause: 'Metti in pausa',
      resume: 'Riprendi',
      interval: 'Imposta intervallo',
      unpair: 'Scollega',
    },
    acted: {
      sync: (count) =>
        count === 1
          ? '1 casella sarà sincronizzata appena possibile.'
          : `${n(count)} caselle saranno sincronizzate appena possibile.`,
      pause: (count) => (count === 1 ? '1 casella è in pausa.' : `${n(count)} caselle sono in pausa.`),
      resume: (count) => `${caselle(count)}: riprende ciò che gli amministratori avevano messo in pausa.`,
      interval: (count) =>
        count === 1 ? '1 casella ha il nuovo intervallo.' : `${n(count)} caselle hanno il nuovo intervallo.`,
      unpair: (count) =>
        count === 1 ? '1 casella non è più collegata.' : `${n(count)} caselle non sono più collegate.`,
    },
    unpairing: {
      exchange: (count) =>
        `${caselle(count)}: le copie vengono rimosse da Exchange, poi i collegamenti finiscono.`,
      liferay: (count) =>
        `${caselle(count)}: le copie vengono rimosse da Liferay, poi i collegamenti finiscono.`,
    },
    pauseTitle: 'Metti in pausa le caselle',
    pauseQuestion: (count) =>
      `Mettere in pausa ${caselle(count)}? Finché un amministratore non riprende, non si sincronizza nulla e le esecuzioni in corso si fermano. Non viene eliminato nulla.`,
    intervalTitle: 'Intervallo delle caselle',
    intervalQuestion: (count) => `Per ${caselle(count)}, al posto di quello attuale.`,
    unpairTitle: 'Scollega le caselle',
    unpairQuestion: (count) =>
      count === 1
        ? 'Scollegare 1 casella? Tutti i suoi collegamenti finiscono e i suoi calendari non vengono più tenuti allineati. Il proprietario può collegarli di nuovo.'
        : `Scollegare ${caselle(count)}? Tutti i loro collegamenti finiscono e i loro calendari non vengono più tenuti allineati. I proprietari possono collegarli di nuovo.`,
    progressLabel: 'Sincronizzazione delle caselle',
    progress: (done, all) => `${n(done)} di ${n(all)} fatte`,
    synced: (count) =>
      count === 1 ? '1 casella è stata controllata.' : `${n(count)} caselle sono state controllate.`,
    exportCsv: 'Scarica come CSV',
    details: 'Dettagli',
    detailsOf: (address) => `Dettagli di ${address}`,
    nothingWrong: 'Niente impedisce di sincronizzare questa casella.',
    attempts: (count) => (count === 1 ? '1 tentativo fallito.' : `${n(count)} tentativi falliti di seguito.`),
    push: {
      on: 'Exchange dice subito che cosa cambia.',
      waiting: 'A ogni intervallo si chiede a Exchange che cosa è cambiato.',
    },
    pairings: 'Calendari collegati',
    directions: {
      both: (exchange, liferay) => `${exchange} e ${liferay}, nei due sensi`,
      toLiferay: (exchange, liferay) => `da ${exchange} a ${liferay}, in un senso`,
    },
    events: eventi,
    problems: 'Eventi messi da parte',
    noProblems: 'Nessuno.',
    problem: (count, title) => `${eventi(count)}: ${title}`,
    runs: 'Ultime modifiche ed errori',
    noRuns: 'Ancora nessuna.',
    settings: 'Impostazioni di questa casella',
    interval: 'Cerca modifiche ogni',
    intervalText: 'Intervalli più brevi portano prima le modifiche e costano più richieste ai server.',
    intervalUsual: 'Come dice il dominio',
    actAs: 'Nome verso Exchange',
    actAsText:
      'Il nome principale utente o il SID con cui Exchange conosce il proprietario, se non è l’indirizzo. Lascia vuoto per l’indirizzo.',
    save: 'Salva',
    saved: (address) => `Le impostazioni di ${address} sono salvate.`,
  },
  activity: {
    heading: 'Attività',
    text: 'Che cosa è stato fatto per questo dominio, e che cosa non è riuscito. Le esecuzioni che non hanno trovato nulla da fare non sono contate.',
    span: 'Periodo',
    spans: { day: 'Ultime 24 ore', month: 'Ultimi 30 giorni' },
    runs: 'Esecuzioni',
    changes: 'Modifiche scritte',
    failures: 'Errori',
    series: {
      runs: 'Esecuzioni con qualcosa da fare',
      exchange: 'Verso Exchange',
      liferay: 'Verso Liferay',
      failedRuns: 'Esecuzioni fallite',
      failedEvents: 'Eventi falliti',
    },
    summary: (total, most, when) => `${n(total)} in tutto; il massimo, ${n(most)}: ${when}.`,
    nothing: 'Niente in questo periodo.',
    figures: 'I numeri dei grafici',
    time: 'Ora o giorno',
    failuresByReason: 'Errori per motivo',
    failed: {
      run: (count) => (count === 1 ? '1 esecuzione' : `${n(count)} esecuzioni`),
      event: (count) => (count === 1 ? '1 tentativo su un evento' : `${n(count)} tentativi su eventi`),
    },
  },
  record: {
    heading: 'Registro',
    text: 'Che cosa hanno fatto gli amministratori con questo dominio, dal più recente.',
    empty: 'Nessuno ha ancora fatto nulla.',
    columns: { at: 'Quando', who: 'Chi', what: 'Che cosa' },
    user: (id) => `Utente ${id}`,
    serviceKey: 'Chi ha la chiave del servizio',
    more: 'Mostra altro',
    shown: (count) => (count === 1 ? '1 voce mostrata' : `${n(count)} voci mostrate`),
    exportCsv: 'Scarica il registro come CSV',
    created: 'Ha creato il dominio.',
    deleted: 'Ha eliminato il dominio.',
    changed: (fields) => `Ha modificato il dominio: ${fields}.`,
    fields: {
      name: 'nome',
      mailDomains: 'domini di posta',
      administrators: 'amministratori',
      reach: 'il server',
      network: 'reti raggiungibili',
      signIn: 'accesso',
      acting: 'come agisce per le caselle',
      onlineProtocol: 'protocollo per Exchange Online',
      addressRule: 'di chi è un indirizzo',
      intervalSeconds: 'intervallo',
      maxConcurrent: 'caselle alla volta',
      state: 'pausa o ripresa',
    },
    acted: {
      sync: (which) => `Ha fatto sincronizzare: ${whichOf(which)}.`,
      pause: (which) => `Ha messo in pausa: ${whichOf(which)}.`,
      resume: (which) => `Ha ripreso: ${whichOf(which)}.`,
      unpair: (which) => `Scollegate: ${whichOf(which)}.`,
      interval: (which) => `Ha impostato l’intervallo di: ${whichOf(which)}.`,
    },
    tested: (address) =>
      address === null ? 'Ha provato il collegamento.' : `Ha provato il collegamento a ${address}.`,
    mailboxChanged: (address) =>
      address === null
        ? 'Ha modificato le impostazioni di una casella che non c’è più.'
        : `Ha modificato le impostazioni di ${address}.`,
    released: (added, removed) => `Ha concesso caselle ai siti: ${n(added)} nuove, ${n(removed)} ritirate.`,
    requested: (address) => `Ha chiesto la casella ${address}.`,
    approved: (address, who) => `Ha approvato ${address} per ${who}.`,
    refused: (address, who) => `Ha rifiutato ${address} a ${who}.`,
    other: (action) => `Altro: ${action}`,
  },
};
