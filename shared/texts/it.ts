/** Italian texts. See dictionary.ts for what each one is for. */
import type { Texts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('it');
const n = (count: number): string => numbers.format(count);
const events = (count: number): string => `${n(count)} ${count === 1 ? 'evento' : 'eventi'}`;

/** What only administrators can put right: their test of the connection has the rest, and in more detail. */
const TEST = 'Chiedi all’amministratore di provare il collegamento: la prova dice che cosa fare.';

export const it: Texts = {
  locale: 'it',
  reasons: {
    unreachable: {
      title: 'L’altro server non è raggiungibile.',
      action: 'Si riprova da solo. Se dura, chiedi all’amministratore se il server è attivo.',
    },
    certificateRefused: {
      title: 'Il certificato dell’altro server non è attendibile.',
      action: TEST,
    },
    timedOut: {
      title: 'L’altro server ha impiegato troppo tempo a rispondere.',
      action: 'Si riprova da solo. Se dura, il server potrebbe essere sovraccarico.',
    },
    answerTooLarge: {
      title: 'L’altro server ha inviato una risposta troppo grande.',
      action: 'Si riprova a parti più piccole. Se dura, cerca un evento con un testo molto lungo.',
    },
    notTheService: {
      title: 'A questo indirizzo risponde qualcosa di diverso dal server atteso.',
      action: TEST,
    },
    versionRefused: {
      title: 'Il server Exchange non conosce la versione richiesta.',
      action: TEST,
    },
    badAnswer: {
      title: 'L’altro server ha inviato una risposta senza senso.',
      action: 'Si riprova da solo. Se dura, chiedi all’amministratore di guardare il registro.',
    },
    redirected: {
      title: 'L’altro server ci manda a un altro indirizzo.',
      action: TEST,
    },
    redirectLoop: {
      title: 'I server ci mandano senza fine da un indirizzo all’altro.',
      action: TEST,
    },
    hostNotReleased: {
      title: 'La casella è su un server al quale il connettore non può accedere.',
      action: TEST,
    },
    addressNotAllowed: {
      title: 'Il connettore non può raggiungere la rete del server.',
      action: TEST,
    },
    endpointNotFound: {
      title: 'Nessun server Exchange trovato per questo indirizzo e-mail.',
      action: TEST,
    },
    serverError: {
      title: 'L’altro server segnala un proprio guasto.',
      action: 'Si riprova da solo. Se dura, chiedi all’amministratore di controllare quel server.',
    },
    throttled: {
      title: 'L’altro server ci ha chiesto di rallentare.',
      action: 'Non c’è niente da fare: il lavoro riprende quando il server lo permette.',
    },
    signInRefused: {
      title: 'L’altro server ha rifiutato l’accesso del connettore.',
      action: TEST,
    },
    tokenExpired: {
      title: 'Il permesso del connettore era scaduto.',
      action: 'Non c’è niente da fare: se ne ottiene uno nuovo da solo.',
    },
    accessDenied: {
      title: 'Exchange non lascia entrare il connettore in questa casella.',
      action: TEST,
    },
    needsApplication: {
      title: 'La casella è in Exchange Online, che non accetta password.',
      action: TEST,
    },
    ewsBlocked: {
      title: 'Exchange non permette al connettore gli Exchange Web Services per questa casella.',
      action:
        'In Exchange Online si raggiunge solo con Microsoft Graph; su un server proprio lo permette il suo amministratore.',
    },
    impersonationDenied: {
      title: 'L’account del connettore non può agire per questa casella.',
      action: TEST,
    },
    mailboxNotFound: {
      title: 'Exchange non conosce alcuna casella con questo indirizzo.',
      action: 'Controlla l’indirizzo e-mail nel tuo profilo Liferay o chiedi all’amministratore.',
    },
    mailboxElsewhere: {
      title: 'Questa casella non è in Exchange Online, o non vi è attiva.',
      action: TEST,
    },
    mailboxUnavailable: {
      title: 'La casella ora non è disponibile, forse perché viene spostata.',
      action: 'Si riprova da solo.',
    },
    pushUnreachable: {
      title:
        'Exchange non raggiunge l’indirizzo pubblico del connettore, e quindi non può dire che cosa cambia.',
      action:
        'Il connettore chiede invece a intervalli. Controlla che PUBLIC_URL porti qui da Internet, in https con un certificato valido, e che davanti a /push non ci siano firewall o pagine di accesso.',
    },
    pushUnavailable: {
      title: 'Exchange non dice al connettore che cosa cambia in questa casella.',
      action:
        'Il connettore chiede invece a intervalli. Forse le sottoscrizioni di altri programmi hanno preso tutti i posti, o un’altra installazione ha quelle di questa applicazione.',
    },
    pushWithoutAddress: {
      title: 'Il connettore non ha un indirizzo pubblico a cui Exchange possa dire che cosa cambia.',
      action: 'Chiede invece a intervalli. Imposta PUBLIC_URL se le modifiche devono arrivare subito.',
    },
    pushSilent: {
      title: 'In Exchange è cambiato qualcosa, ed Exchange non l’ha detto.',
      action: 'Il connettore chiede a intervalli finché c’è una nuova sottoscrizione.',
    },
    subscriptionGone: {
      title: 'Exchange ha chiuso la sottoscrizione con cui diceva che cosa cambia.',
      action: 'Se ne crea una nuova da sola; fino ad allora il connettore chiede a intervalli.',
    },
    mailboxFull: {
      title: 'La casella è piena.',
      action: 'Elimina o archivia qualcosa, o chiedi più spazio all’amministratore di Exchange.',
    },
    folderNotFound: {
      title: 'Il calendario di Exchange non esiste più.',
      action: 'Se è stato eliminato di proposito, scollegalo. Altrimenti ripristinalo in Outlook.',
    },
    cursorInvalid: {
      title: 'Exchange ha perso il punto fino al quale avevamo letto.',
      action:
        'Non c’è niente da fare: il calendario viene riletto e confrontato. Nulla viene eliminato per questo.',
    },
    guestIdentity: {
      title: 'Liferay tratta il connettore come un ospite.',
      action: TEST,
    },
    portalForbidsServices: {
      title: 'Liferay rifiuta al connettore i suoi servizi web.',
      action: TEST,
    },
    portalBasicOff: {
      title: 'Liferay ignora la password del connettore e lo tratta come un ospite.',
      action: TEST,
    },
    portalPolicyDenies: {
      title: 'Liferay non permette al connettore i servizi dei calendari.',
      action: TEST,
    },
    portalAsksToken: {
      title: 'Liferay chiede al connettore un token delle sue pagine.',
      action: TEST,
    },
    portalAccessLost: {
      title: 'Il connettore non può più gestire questo calendario di Liferay.',
      action: TEST,
    },
    addressNotAccepted: {
      title: 'L’indirizzo e-mail non è più riconosciuto come proprio di questo utente.',
      action:
        'Confermalo in Liferay, o fallo approvare dall’amministratore. Si riprende da sé entro un giorno.',
    },
    addressChanged: {
      title: 'L’account in Liferay ha un indirizzo e-mail diverso da quello della casella.',
      action:
        'Se è giusto, scollega i calendari e collegali di nuovo. Se no, fallo correggere: si riprende da sé entro un giorno.',
    },
    pausedByAdministrator: {
      title: 'L’amministratore del dominio Exchange l’ha messo in pausa.',
      action: 'Si riprende quando lo riattiva. Se non sai perché, chiedi a lui.',
    },
    mailboxNotReleased: {
      title: 'Questa casella non è più concessa al sito.',
      action: 'Scollegala, o chiedi all’amministratore di concederla di nuovo.',
    },
    ownerLost: {
      title: 'Chi ha creato questo collegamento non c’è più o ha un nuovo indirizzo.',
      action: 'Scollega i calendari, oppure accedi con il nuovo indirizzo e collegali di nuovo.',
    },
    itemNotFound: {
      title: 'L’evento non c’era più quando siamo andati a modificarlo.',
      action: 'Non c’è niente da fare: i due calendari vengono confrontati di nuovo.',
    },
    changedMeanwhile: {
      title: 'L’evento è stato modificato da qualcun altro nello stesso momento.',
      action: 'Non c’è niente da fare: le due versioni vengono confrontate di nuovo.',
    },
    uidTaken: {
      title: 'Il calendario contiene già un altro evento con la stessa identità.',
      action: 'Se uno dei due è una copia, eliminalo, poi riprova.',
    },
    itemRefused: {
      title: 'L’altro calendario ha rifiutato questo evento.',
      action: 'Apri l’evento, cerca qualcosa di insolito, salvalo, poi riprova.',
    },
    itemUnreadable: {
      title: 'Questo evento non si può leggere.',
      action: 'Aprilo e salvalo in Outlook. Se non riesce neanche così, eliminalo e inseriscilo di nuovo.',
    },
    mailNotSuppressible: {
      title: 'Copiare questo evento invierebbe e-mail che nessuno ha chiesto, perciò non è stato copiato.',
      action: 'Inserisci a mano questa modifica dove manca.',
    },
    inviteeWithoutAddress: {
      title: 'Di alcuni invitati in Liferay non si conosce l’indirizzo: a loro non è andato alcun invito.',
      action: 'Collega qui i loro calendari, oppure aggiungi i loro indirizzi alla riunione in Outlook.',
    },
    startAfterEnd: {
      title: 'L’evento finisce prima di cominciare.',
      action: 'Correggi gli orari.',
    },
    zoneUnknown: {
      title: 'Il fuso orario dell’evento qui non è conosciuto.',
      action: 'Scegli per l’evento un fuso orario comune.',
    },
    zonesDisagree: {
      title: 'I due fusi orari dell’evento si contraddicono.',
      action: 'Apri l’evento in Outlook, scegli di nuovo il fuso orario e salvalo.',
    },
    recurrenceNotExpressible: {
      title: 'L’altro calendario non sa ripetere un evento in questo modo.',
      action: 'Scegli una ripetizione più semplice o inserisci le date una per una.',
    },
    occurrenceRefused: {
      title: 'Exchange non permette questa modifica a una singola data della serie.',
      action:
        'Lasciala in giorni tutti suoi, tra la data precedente e la successiva. Una data eliminata in Exchange non si può ripristinare.',
    },
    textTooLong: {
      title: 'Titolo, luogo o descrizione sono troppo lunghi per l’altro calendario.',
      action: 'Accorcia il testo.',
    },
    serverKeepsChanging: {
      title: 'Il server modifica l’evento ogni volta che lo si copia, perciò ci siamo fermati.',
      action: 'Apri l’evento e semplificalo, poi riprova.',
    },
    ambiguousMatch: {
      title: 'Più eventi potrebbero essere la copia di questo.',
      action:
        'Di’ nell’anteprima che cosa fare di ciascuno; dopo l’avvio elimina le copie di troppo e riprova.',
    },
    leftOut: {
      title: 'Nell’anteprima hai escluso questo evento.',
      action: 'Riprova per cercarne di nuovo la copia.',
    },
    readOnlyCopyChanged: {
      title: 'La copia in Liferay è stata modificata più volte, ma si copia solo da Exchange.',
      action: 'Fai la modifica in Exchange, oppure scegli «Due direzioni» nelle impostazioni.',
    },
    roomTaken: {
      title: 'La sala è occupata in quell’orario. In Liferay la prenotazione risulta rifiutata.',
      action: 'Scegli in Liferay un altro orario o un’altra sala: si riprova.',
    },
    heldForApproval: {
      title: 'Questa modifica attende un’approvazione: ne sono arrivate insolitamente tante insieme.',
      action: 'Approvala per farla anche nell’altro calendario, o rifiutala per riavere ciò che c’era prima.',
    },
    tokenMissing: {
      title: 'Il servizio non ha saputo chi sei.',
      action: 'Ricarica la pagina e accedi di nuovo.',
    },
    tokenInvalid: {
      title: 'Il servizio non ha accettato il tuo accesso.',
      action: 'Ricarica la pagina e accedi di nuovo. Se dura, chiedi all’amministratore.',
    },
    tokenStale: {
      title: 'Il tuo accesso è scaduto.',
      action: 'Ricarica la pagina.',
    },
    notYourMailbox: {
      title: 'Questa casella non è tua.',
      action: 'Puoi collegare solo i calendari della tua casella.',
    },
    addressNotVerified: {
      title: 'Il tuo indirizzo e-mail non è stato confermato in Liferay.',
      action: 'Confermalo con il link che Liferay ti ha inviato o chiedi all’amministratore.',
    },
    noMailboxAddress: {
      title: 'Non c’è una casella di Exchange per il tuo indirizzo e-mail.',
      action: 'Chiedi all’amministratore se il connettore serve il dominio del tuo indirizzo.',
    },
    calendarNotManageable: {
      title: 'Non puoi gestire questo calendario di Liferay.',
      action: 'Scegline uno tuo o chiedi al proprietario il permesso di gestire le prenotazioni.',
    },
    calendarAlreadyPaired: {
      title: 'Questo calendario di Liferay è già collegato.',
      action: 'Prima scollegalo, oppure scegline un altro.',
    },
    folderAlreadyPaired: {
      title: 'Questo calendario di Exchange ha già un collegamento nelle due direzioni.',
      action: 'Scegli «Copia di sola lettura» per uno dei due.',
    },
    folderReadOnly: {
      title: 'Questo calendario di Exchange si può solo leggere.',
      action: 'Scegli «Copia di sola lettura».',
    },
    folderUnknown: {
      title: 'Questo calendario di Exchange non c’è più.',
      action: 'Ricarica la pagina e scegline un altro.',
    },
    notPreviewing: {
      title: 'Questo collegamento è già attivo.',
      action: 'Ricarica la pagina.',
    },
    previewChanged: {
      title: 'Le riunioni con invitati sono cambiate da quando le hai viste.',
      action: 'Non è stato avviato nulla. Guarda di nuovo l’anteprima, poi scegli.',
    },
    copiesChanged: {
      title: 'Ormai le copie sono più di quelle che ti sono state mostrate.',
      action: 'Non è stato rimosso nulla. Riapri la domanda.',
    },
    noDomain: {
      title: 'Il tuo indirizzo e-mail non appartiene a nessun server Exchange collegato qui.',
      action: 'Chiedi all’amministratore di aggiungerne il dominio e-mail a un dominio Exchange.',
    },
    approvalNeeded: {
      title: 'L’amministratore non ha approvato la tua casella.',
      action: 'Chiedila qui. Se l’hai già chiesta, attendi o parlane con lui.',
    },
    domainPaused: {
      title: 'L’amministratore ha messo in pausa il tuo dominio Exchange.',
      action: 'Riprova quando l’avrà riattivato.',
    },
    tooManyRequests: {
      title: 'Troppe richieste in poco tempo.',
      action: 'Attendi un momento e riprova.',
    },
    undoMailSent: {
      title: 'Altri partecipano a questo evento e sono stati avvisati.',
      action: 'Modificalo a mano; chi lo organizza li avvisa.',
    },
    undoChangedSince: {
      title: 'L’evento è stato modificato nel frattempo.',
      action: 'Annulla prima la modifica più recente, oppure modifica l’evento a mano.',
    },
    undoNotKept: {
      title: 'Ciò che c’era prima non è stato conservato.',
      action: 'Di ciò che il calendario non mostra non si conserva il testo. Modificalo a mano.',
    },
    undoReadOnly: {
      title: 'Questo collegamento copia soltanto da Exchange.',
      action: 'Fai la modifica in Exchange.',
    },
    undoNotPossible: {
      title: 'Questo non si può annullare.',
      action: 'Elimina o modifica l’evento a mano dove non lo vuoi.',
    },
    pairingUnknown: {
      title: 'Questo collegamento non esiste più.',
      action: 'Ricarica la pagina.',
    },
    invalidRequest: {
      title: 'Il servizio non capisce ciò che questa pagina ha inviato.',
      action: 'Ricarica la pagina. Se dura, pagina e servizio potrebbero essere di versioni diverse.',
    },
    notFound: {
      title: 'Il servizio non conosce questa richiesta.',
      action: 'Ricarica la pagina. Se dura, pagina e servizio potrebbero essere di versioni diverse.',
    },
    internalError: {
      title: 'Il servizio ha un guasto.',
      action: 'Riprova. Se dura, comunica all’amministratore il riferimento qui sotto.',
    },
    serviceUnreachable: {
      title: 'Il servizio del connettore non risponde.',
      action: 'Riprova fra un momento. Se dura, chiedi all’amministratore se il servizio è attivo.',
    },
    serviceSignInFailed: {
      title: 'Liferay non ha permesso alla pagina di parlare a tuo nome con il servizio.',
      action: 'Ricarica la pagina e accedi di nuovo. Se dura, chiedi all’amministratore.',
    },
    applicationMissing: {
      title: 'Il connettore non è installato del tutto in questo Liferay.',
      action: 'Chiedi all’amministratore di installare l’applicazione OAuth del connettore.',
    },
    answerNotUnderstood: {
      title: 'Il servizio ha dato una risposta che questa pagina non capisce.',
      action: 'Ricarica la pagina. Se dura, pagina e servizio potrebbero essere di versioni diverse.',
    },
  },
  unknownReason: {
    title: 'Qualcosa non ha funzionato.',
    action: 'Riprova. Se dura, chiedi all’amministratore.',
  },
  ui: {
    heading: 'Calendari di Exchange',
    mailbox: (address) => `Casella ${address}`,
    loading: 'Caricamento…',
    signInTitle: 'Non hai effettuato l’accesso.',
    signInAction: 'Accedi per collegare i tuoi calendari.',
    tryAgain: 'Riprova',
    reference: (requestId) => `Riferimento: ${requestId}`,
    details: (text) => `Dettagli: ${text}`,
    refreshFailed: 'Ciò che vedi potrebbe non essere aggiornato; si riprova da solo.',
    offline: 'Sei offline.',
    retriedByItself: 'Si riprova da solo ogni mezzo minuto.',
    askApproval: 'Chiedi l’approvazione',
    approvalAsked: 'L’hai chiesta. Ora decide l’amministratore.',
    views: 'Viste',
    viewMine: 'I miei calendari',
    viewSites: 'Sale e attrezzature',
    viewDomains: 'Domini',

    pairedHeading: 'Calendari collegati',
    noPairings: 'Nessun calendario è ancora collegato.',
    mailboxFound: (address) =>
      `La tua casella di Exchange ${address} è stata trovata. Collega il suo calendario al tuo in Liferay, e i due restano allineati.`,
    unpairedHeading: 'Non collegati',
    allPaired: 'Tutti i calendari sono collegati.',
    pairNamed: (name) => `Collega: ${name}`,
    exchange: 'Exchange',
    liferay: 'Liferay',
    directions: { both: 'nelle due direzioni con', toLiferay: 'copiato in' },
    statuses: {
      unpairing: {
        label: 'In scollegamento',
        sentence: 'Le copie vengono rimosse. Scollega di nuovo per tenere le altre.',
      },
      starting: { label: 'Avvio', sentence: 'La prima sincronizzazione sta per cominciare.' },
      firstSync: { label: 'Prima copia', sentence: 'Gli eventi vengono copiati per la prima volta.' },
      inStep: { label: 'Allineati', sentence: 'I due calendari sono allineati.' },
      working: { label: 'In corso', sentence: 'Le modifiche vengono copiate.' },
      waiting: {
        label: 'In attesa',
        sentence: 'L’ultimo tentativo non è riuscito; ne segue un altro da solo.',
      },
      paused: { label: 'In pausa', sentence: 'Non si copia nulla finché questo non è sistemato.' },
      preview: { label: 'Anteprima', sentence: 'Non si scrive nulla finché non viene avviato.' },
    },
    progress: (done, total) => `${n(done)} di ${events(total)}`,
    counting: 'Conteggio degli eventi…',
    nextRun: (when) => `Prossimo controllo ${when}.`,
    nextTry: (when) => `Prossimo tentativo ${when}.`,
    runDue: 'Il prossimo controllo sta per iniziare.',
    tryDue: 'Il prossimo tentativo sta per iniziare.',
    lastRun: (when) => `Ultimo controllo ${when}.`,
    lastResult: (when, counts) => {
      const parts = [
        counts.created > 0 ? `${n(counts.created)} aggiunti` : '',
        counts.updated > 0 ? `${n(counts.updated)} modificati` : '',
        counts.deleted > 0 ? `${n(counts.deleted)} rimossi` : '',
        counts.failed > 0 ? `${n(counts.failed)} non riusciti` : '',
      ].filter((part) => part !== '');
      return `Ultime modifiche ${when}: ${parts.length > 0 ? parts.join(', ') : 'nessuna'}.`;
    },
    neverRun: 'Non ancora controllato.',
    syncNow: 'Sincronizza ora',
    syncRequested: 'Il controllo comincia subito.',
    pause: 'Metti in pausa',
    resume: 'Riprendi',
    stop: 'Ferma',
    pausedByOwner: 'L’hai messo in pausa. Non si copia nulla finché non lo riprendi.',
    settings: 'Impostazioni',
    unpair: 'Scollega',

    parked: (count) =>
      count === 1 ? '1 evento non è stato copiato.' : `${events(count)} non sono stati copiati.`,
    held: (count) => (count === 1 ? '1 modifica è trattenuta.' : `${n(count)} modifiche sono trattenute.`),
    heldAction:
      'Così tante insieme sembrano un errore, perciò aspettano te. Se le approvi, vengono fatte anche nell’altro calendario. Se le rifiuti, il loro riottiene ciò che aveva.',
    heldKinds: {
      delete: { exchange: 'da rimuovere da Exchange', liferay: 'da rimuovere da Liferay' },
      change: { exchange: 'da modificare in Exchange', liferay: 'da modificare in Liferay' },
    },
    decide: { approve: 'Approva', reject: 'Rifiuta' },
    decideAll: { approve: 'Approva tutte', reject: 'Rifiuta tutte' },
    decideOn: { approve: (title) => `Approva: ${title}`, reject: (title) => `Rifiuta: ${title}` },
    decided: {
      approve: 'Ciò che è stato approvato viene eseguito.',
      reject: 'Ciò che è stato rifiutato viene annullato.',
    },
    moreProblems: (count) => `E altri ${n(count)}.`,
    untitled: '(senza titolo)',
    retryItem: (title) => `Riprova: ${title}`,
    retryRequested: 'Si riprova con l’evento.',

    history: 'Cronologia',
    historyEmpty: 'Non è ancora stato modificato nulla.',
    historyMore: 'Mostra modifiche precedenti',
    before: 'Prima',
    after: 'Dopo',
    undo: 'Annulla',
    undoNamed: (title) => `Annulla: ${title}`,
    undoAll: 'Annulla tutto',
    undoAllOf: (when) => `Annulla tutto del ${when}`,
    undoPlanned: (count) =>
      count === 1 ? '1 modifica viene annullata.' : `${n(count)} modifiche vengono annullate.`,
    undoRefused: (count) =>
      count === 1 ? '1 modifica non si può annullare.' : `${n(count)} modifiche non si possono annullare.`,
    historyKinds: {
      create: { exchange: 'Aggiunto in Exchange', liferay: 'Aggiunto in Liferay' },
      update: { exchange: 'Modificato in Exchange', liferay: 'Modificato in Liferay' },
      delete: { exchange: 'Rimosso da Exchange', liferay: 'Rimosso da Liferay' },
      lost: { exchange: 'Modifica in Exchange scartata', liferay: 'Modifica in Liferay scartata' },
      putBack: { exchange: 'Ripristinato in Exchange', liferay: 'Ripristinato in Liferay' },
      linked: { exchange: 'Riconosciuto in Exchange', liferay: 'Riconosciuto in Liferay' },
      parked: { exchange: 'Messo da parte per Exchange', liferay: 'Messo da parte per Liferay' },
    },
    fields: {
      title: 'titolo',
      description: 'descrizione',
      location: 'luogo',
      when: 'orario',
      exceptions: 'occorrenze modificate',
      showAs: 'disponibilità',
      sensitivity: 'riservatezza',
      reminderMinutes: 'promemoria',
      categories: 'categorie',
      attendees: 'partecipanti',
      ownResponse: 'risposta',
    },

    why: 'Manca un evento?',
    whyTitle: 'Titolo, o una parte',
    whyDay: 'Giorno',
    whyAsk: 'Perché non è qui?',
    whyUnknown: (when) =>
      when === ''
        ? 'I calendari non sono ancora stati esaminati.'
        : `Nessuno dei due calendari aveva un evento così all’ultimo controllo, ${when}. Forse è in un altro calendario. Ciò che è troppo lontano si trova con il suo giorno.`,
    verdicts: {
      here: 'È in entrambi i calendari.',
      soon: 'Viene copiato con uno dei prossimi controlli.',
      outside: 'È più lontano di ciò che viene copiato; vedi Impostazioni.',
      setAside: 'Non è stato possibile copiarlo.',
      held: 'La sua modifica aspetta la tua approvazione.',
      leftAlone: 'È solo in Liferay, e questo collegamento copia soltanto da Exchange.',
      preview: 'Non si copia nulla prima che il collegamento sia avviato.',
      removed: 'È stato eliminato in un calendario, e poi nell’altro:',
    },

    unpairTitle: 'Scollegare questi calendari?',
    unpairQuestion: (exchange, liferay) =>
      `«${exchange}» in Exchange e «${liferay}» in Liferay non saranno più tenuti allineati.`,
    unpairConsequence: 'Tutti gli eventi restano dove sono, in entrambi i calendari. Nulla viene eliminato.',
    cancel: 'Annulla',

    preview: 'Anteprima e avvio',
    previewTitle: 'Tenere allineati questi calendari?',
    previewText: (exchange, liferay) =>
      `Ecco che cosa sarà fatto con «${exchange}» in Exchange e «${liferay}» in Liferay. Non si scrive nulla prima che tu dia l’avvio.`,
    previewLooking: (found) =>
      found === 0
        ? 'I due calendari vengono esaminati…'
        : `I due calendari vengono esaminati; finora ${events(found)}…`,
    previewMore: (shown) => `Mostra altri eventi oltre ai primi ${n(shown)}`,
    previewEmpty: 'Non c’è nulla da fare.',
    previewKinds: {
      link: (count) => `${events(count)} in entrambi i calendari: da abbinare`,
      createExchange: (count) => `${events(count)}: da aggiungere in Exchange`,
      createLiferay: (count) => `${events(count)}: da aggiungere in Liferay`,
      updateExchange: (count) => `${events(count)}: da modificare in Exchange`,
      updateLiferay: (count) => `${events(count)}: da modificare in Liferay`,
      deleteExchange: (count) => `${events(count)}: da rimuovere da Exchange`,
      deleteLiferay: (count) => `${events(count)}: da rimuovere da Liferay`,
      leaveAlone: (count) => `${events(count)} solo in Liferay: nessuna modifica`,
      outside: (count) => `${events(count)} fuori dal periodo: nessuna copia`,
      held: (count) => `${events(count)}: in attesa della tua approvazione`,
      setAside: (count) => `${events(count)}: impossibile copiare`,
    },
    invitationsQuestion: (meetings) =>
      meetings === 1
        ? 'Exchange deve invitare le persone alla riunione trovata in Liferay?'
        : `Exchange deve invitare le persone alle ${n(meetings)} riunioni trovate in Liferay?`,
    invitees: (count) => `${n(count)} ${count === 1 ? 'persona' : 'persone'}`,
    moreMeetings: (count) => (count === 1 ? 'E un’altra.' : `E altre ${n(count)}.`),
    invitationChoices: { leave: 'Lascia senza partecipanti', send: 'Invia gli inviti' },
    invitationConsequences: {
      leave:
        'Nessuno riceve posta. Quando poi modifichi una delle riunioni, tutti i suoi invitati ricevono l’invito.',
      send: 'Exchange invia a ciascuno un invito per ognuna di queste riunioni future.',
    },
    start: 'Avvia',
    started: 'Comincia la prima sincronizzazione.',

    pairCalendars: 'Collega calendari',
    formText: 'Ciò che è nel calendario di Exchange apparirà nel calendario di Liferay e resterà aggiornato.',
    exchangeCalendar: 'Calendario di Exchange',
    liferayCalendar: 'Calendario di Liferay',
    choose: 'Scegli un calendario',
    chooseExchange: 'Scegli un calendario di Exchange.',
    chooseLiferay: 'Scegli un calendario di Liferay.',
    paired: (name) => `${name} (già collegato)`,
    readOnly: (name) => `${name} (sola lettura)`,
    ownerKinds: { user: 'Calendari personali', site: 'Calendari dei siti', resource: 'Sale e risorse' },
    direction: 'Direzione',
    directionChoices: { both: 'Due direzioni', toLiferay: 'Copia di sola lettura' },
    directionTexts: {
      both: 'Ciò che cambi in un calendario arriva nell’altro.',
      toLiferay:
        'Liferay mostra ciò che è in Exchange, che resta com’è. Gli eventi modificati in Liferay vengono ripristinati, e le risposte agli inviti non sono inviate.',
    },
    writeBackReadOnly: 'Questo calendario di Exchange si può solo leggere, perciò non vi si scrive nulla.',
    writeBackTaken: 'Questo calendario di Exchange è già collegato nelle due direzioni: si può solo copiare.',
    windowPast: 'Eventi passati',
    windowFuture: 'Eventi futuri',
    windowNone: 'Nessuno',
    windowText: 'Gli eventi più lontani non vengono copiati; quelli futuri si aggiungono con il tempo.',
    moreSettings: 'Altre impostazioni',
    savedAtOnce: 'Ogni modifica viene salvata subito.',
    saved: 'Salvato.',
    policy: 'Se entrambi i calendari hanno cambiato la stessa cosa',
    policies: { exchange: 'vale Exchange', liferay: 'vale Liferay' },
    policyText: 'Ciò che cede il posto resta nella cronologia.',
    shown: 'Che cosa il calendario di Liferay mostra degli eventi di Exchange',
    shownDetails: { full: 'Tutti i dettagli', title: 'Titolo e orario', busy: 'Solo che sei occupato' },
    shownText:
      'Ciò che non è mostrato non si può cambiare in Liferay. Gli eventi creati in Liferay vi conservano i loro testi.',
    participants: 'Elenca i partecipanti alle riunioni',
    participantsOn: 'Invitati e risposte stanno sotto la descrizione, per chiunque veda il calendario.',
    participantsOff: 'I nomi dei partecipanti restano in Exchange.',
    participantsHidden: 'I partecipanti sono elencati solo se sono mostrati tutti i dettagli.',
    showPrivate: 'Mostra gli eventi privati come gli altri',
    showPrivateOn: 'Chiunque veda il calendario può leggere i tuoi eventi privati.',
    showPrivateOff: 'Degli eventi privati il calendario mostra solo l’orario.',
    recycleBin: 'Sposta gli eventi eliminati nel Cestino di Liferay',
    recycleBinOn:
      'Quando un evento è eliminato in Exchange, la sua copia va nel Cestino, da cui si può ripristinare.',
    recycleBinOff: 'Quando un evento è eliminato in Exchange, la sua copia in Liferay è eliminata del tutto.',
    previewFirst: 'Mostrami prima che cosa sarebbe fatto',
    previewFirstOn: 'Non si scrive nulla in nessuno dei due calendari prima che tu l’abbia visto e avviato.',
    previewFirstOff:
      'La prima sincronizzazione comincia subito. Le riunioni che trova in Liferay vanno in Exchange senza partecipanti.',
    showPreview: 'Mostra l’anteprima',
    pair: 'Collega',
    noExchangeCalendars: 'La tua casella non ha calendari.',
    noOwnCalendar: 'Non hai ancora un tuo calendario in Liferay.',
    createCalendar: 'Crea il mio calendario',

    announcePaired: (exchange, liferay) =>
      `${exchange} e ${liferay} sono collegati. Comincia la prima sincronizzazione.`,
    announcePreviewing: (exchange, liferay) =>
      `${exchange} e ${liferay} sono collegati. Non si scrive nulla prima che tu dia l’avvio.`,
    announceUnpaired: (exchange, liferay) => `${exchange} e ${liferay} non sono più collegati.`,
    announceCreated: (name) => `Il calendario ${name} è stato creato e scelto.`,
    announcePaused: 'Il collegamento è in pausa.',
    announceResumed: 'Il collegamento riprende.',
    announceStatus: (exchange, sentence) => `${exchange}: ${sentence}`,
    announceProgress: (exchange, progress) => `${exchange}: ${progress}`,
    announceProblems: (exchange, problems) => `${exchange}: ${problems}`,
  },
};
