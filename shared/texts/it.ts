/** Italian texts. See dictionary.ts for what each one is for. */
import type { Texts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('it');
const n = (count: number): string => numbers.format(count);
const events = (count: number): string => `${n(count)} ${count === 1 ? 'evento' : 'eventi'}`;

export const it: Texts = {
  locale: 'it',
  reasons: {
    unreachable: {
      title: 'L’altro server non è raggiungibile.',
      action: 'Si riprova da solo. Se dura, chiedi all’amministratore se il server è attivo.',
    },
    certificateRefused: {
      title: 'Il certificato dell’altro server non è attendibile.',
      action:
        'Chiedi all’amministratore di rinnovarlo, o di farne conoscere l’emittente al connettore. Fino ad allora non si invia niente.',
    },
    timedOut: {
      title: 'L’altro server ha impiegato troppo tempo a rispondere.',
      action: 'Si riprova da solo. Se dura, il server potrebbe essere sovraccarico.',
    },
    answerTooLarge: {
      title: 'L’altro server ha inviato una risposta più grande di quanto si accetti.',
      action: 'Si riprova a parti più piccole. Se dura, cerca un evento con un testo molto lungo.',
    },
    notTheService: {
      title: 'A questo indirizzo risponde qualcosa di diverso dal server atteso.',
      action:
        'Chiedi all’amministratore di controllare l’indirizzo del server e se c’è di mezzo un proxy o una pagina di accesso.',
    },
    versionRefused: {
      title: 'Il server Exchange non conosce la versione dei suoi servizi che gli viene chiesta.',
      action:
        'Chiedi all’amministratore di lasciare vuoto EXCHANGE_VERSION: il connettore scopre allora la versione da solo.',
    },
    badAnswer: {
      title: 'L’altro server ha inviato una risposta senza senso.',
      action: 'Si riprova da solo. Se dura, chiedi all’amministratore di guardare il registro.',
    },
    redirected: {
      title: 'L’altro server ci manda a un altro indirizzo.',
      action: 'Chiedi all’amministratore di inserire il nuovo indirizzo, se è quello giusto.',
    },
    redirectLoop: {
      title: 'I server ci mandano senza fine da un indirizzo all’altro.',
      action:
        'Chiedi all’amministratore di controllare i rinvii dei server Exchange o di inserire l’indirizzo.',
    },
    hostNotReleased: {
      title: 'La casella è su un server al quale il connettore non può accedere.',
      action: 'Chiedi all’amministratore di autorizzare quel server per questo dominio, se è quello giusto.',
    },
    addressNotAllowed: {
      title: 'Il server è in una rete che il connettore non può raggiungere.',
      action:
        'Chiedi all’amministratore di permettere indirizzi privati per questo dominio, se il server è nella vostra rete.',
    },
    endpointNotFound: {
      title: 'Nessun server Exchange è stato trovato per questo indirizzo e-mail.',
      action:
        'Controlla l’indirizzo o chiedi all’amministratore di inserire l’indirizzo del server Exchange.',
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
      action:
        'Chiedi all’amministratore di controllare l’account, la password, il segreto o il certificato, se è bloccato e quali tipi di accesso offre il server. Fino ad allora si riprova di rado, per non bloccarlo.',
    },
    tokenExpired: {
      title: 'Il permesso del connettore era scaduto.',
      action: 'Non c’è niente da fare: se ne ottiene uno nuovo da solo.',
    },
    accessDenied: {
      title: 'Exchange non lascia entrare il connettore in questa casella.',
      action: 'Chiedi all’amministratore di Exchange di dare l’accesso all’account del connettore.',
    },
    needsApplication: {
      title: 'La casella è in Exchange Online, che non accetta password.',
      action:
        'Chiedi all’amministratore un accesso con OAuth, come applicazione di Microsoft Entra ID, per le caselle che sono lì.',
    },
    ewsBlocked: {
      title: 'Exchange non permette a questo programma di usare Exchange Web Services per questa casella.',
      action:
        'In Exchange Online sono in via di dismissione: questa casella va raggiunta con Microsoft Graph. Su un server proprio, chiedi all’amministratore di permetterli per la casella e per questa applicazione.',
    },
    impersonationDenied: {
      title: 'L’account del connettore non può agire per questa casella.',
      action:
        'Chiedi all’amministratore di Exchange di dargli il ruolo ApplicationImpersonation per questa casella.',
    },
    mailboxNotFound: {
      title: 'Exchange non conosce alcuna casella con questo indirizzo.',
      action: 'Controlla l’indirizzo e-mail nel tuo profilo Liferay o chiedi all’amministratore.',
    },
    mailboxUnavailable: {
      title: 'La casella ora non è disponibile, forse perché viene spostata.',
      action: 'Si riprova da solo.',
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
      action:
        'Chiedi all’amministratore di controllare in Liferay l’applicazione OAuth del connettore e il suo account di servizio.',
    },
    portalForbidsServices: {
      title: 'Liferay rifiuta a tutti i suoi servizi web dal luogo in cui gira il connettore.',
      action:
        'Chiedi all’amministratore di Liferay di cercare json.servlet.hosts.allowed e jsonws.servlet.hosts.allowed in portal-ext.properties: devono essere vuoti o contenere l’indirizzo del connettore, mentre N/A, come nella configurazione del cloud di Liferay, rifiuta tutti. Anche un proxy davanti a Liferay può rifiutare /api/jsonws.',
    },
    portalBasicOff: {
      title: 'Liferay ignora la password del connettore e lo tratta come un ospite.',
      action:
        'Chiedi all’amministratore di Liferay di accedere una volta con quell’account, nel caso debba cambiare la password o accettare le condizioni, e di verificare che l’autenticazione Basic sia attiva per /api/* (Impostazioni di sistema, API Authentication, Basic Auth Header; nel cloud di Liferay è disattivata). Dalla versione 7.1 è meglio un’applicazione OAuth 2: PORTAL_CLIENT_ID e PORTAL_CLIENT_SECRET.',
    },
    portalPolicyDenies: {
      title: 'Le regole di accesso di Liferay non permettono al connettore di usare i servizi dei calendari.',
      action:
        'Chiedi all’amministratore di Liferay di dare all’applicazione OAuth 2 del connettore l’ambito liferay-json-web-services.everything, o una service access policy con i servizi indicati nella documentazione del connettore.',
    },
    portalAsksToken: {
      title: 'Liferay chiede al connettore un token che hanno solo le sue pagine.',
      action:
        'Chiedi all’amministratore di Liferay di esentare i servizi web da quel token (auth.token.ignore.origins in portal-ext.properties; il valore è nella documentazione), o di far accedere il connettore con un’applicazione OAuth 2.',
    },
    portalAccessLost: {
      title: 'Il connettore non può più gestire questo calendario di Liferay.',
      action:
        'Chiedi all’amministratore di dare all’account di servizio il permesso di gestire le prenotazioni.',
    },
    addressNotAccepted: {
      title: 'L’indirizzo e-mail non è più riconosciuto come proprio di questo utente.',
      action:
        'Confermalo in Liferay, o fallo approvare dall’amministratore del dominio Exchange. Si riprende da sé entro un giorno.',
    },
    addressChanged: {
      title: 'L’account in Liferay ha un indirizzo e-mail diverso da quello della casella.',
      action:
        'Se è giusto così, elimina l’associazione e associa di nuovo la casella. Altrimenti chiedi all’amministratore del portale di correggere l’indirizzo: si riprende da sé entro un giorno.',
    },
    pausedByAdministrator: {
      title: 'L’amministratore del dominio Exchange l’ha messo in pausa.',
      action: 'Si riprende quando lo riattiva. Se non sai perché, chiedi a lui.',
    },
    mailboxNotReleased: {
      title: 'Questa casella non è più concessa al sito.',
      action: 'Scollegala, oppure chiedi all’amministratore del dominio Exchange di concederla di nuovo.',
    },
    ownerLost: {
      title: 'Chi ha creato questo collegamento non c’è più, non è attivo o ha un nuovo indirizzo.',
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
      title:
        'Non è stato possibile invitare per e-mail tutti gli invitati in Liferay: di alcuni non si conosce l’indirizzo.',
      action: 'Collega qui i loro calendari, oppure aggiungi i loro indirizzi alla riunione in Outlook.',
    },
    startAfterEnd: {
      title: 'L’evento finisce prima di cominciare.',
      action: 'Correggi gli orari.',
    },
    zoneUnknown: {
      title: 'L’evento è in un fuso orario che qui non è conosciuto.',
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
        'Lasciala in giorni tutti suoi, tra la data precedente e quella successiva. Una data eliminata in Exchange non si può ripristinare.',
    },
    textTooLong: {
      title: 'Titolo, luogo o descrizione sono più lunghi di quanto l’altro calendario permetta.',
      action: 'Accorcia il testo.',
    },
    serverKeepsChanging: {
      title: 'Il server modifica di nuovo questo evento ogni volta che lo si copia, perciò ci siamo fermati.',
      action: 'Apri l’evento e semplificalo, poi riprova.',
    },
    ambiguousMatch: {
      title: 'Più eventi potrebbero essere la copia di questo.',
      action: 'Elimina le copie di troppo, poi riprova.',
    },
    readOnlyCopyChanged: {
      title: 'La copia in Liferay è stata modificata più volte, benché si copi solo da Exchange.',
      action: 'Fai la modifica in Exchange, oppure scegli «Due direzioni» nelle impostazioni.',
    },
    roomTaken: {
      title: 'La sala è occupata in quell’orario. In Liferay la prenotazione risulta rifiutata.',
      action:
        'Scegli in Liferay un altro orario o un’altra sala. Una prenotazione modificata viene ritentata.',
    },
    heldForApproval: {
      title: 'Questa modifica attende un’approvazione, perché ne sono arrivate insolitamente tante insieme.',
      action:
        'Approvala perché sia fatta anche nell’altro calendario, o rifiutala per riottenere ciò che c’era prima.',
    },
    tokenMissing: {
      title: 'Il servizio non ha saputo chi sei.',
      action: 'Ricarica la pagina e accedi di nuovo.',
    },
    tokenInvalid: {
      title: 'Il servizio non ha accettato il tuo accesso.',
      action:
        'Ricarica la pagina. Se dura, chiedi all’amministratore di controllare l’applicazione OAuth del connettore.',
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
      title: 'Le riunioni con persone da invitare sono cambiate da quando le hai viste.',
      action: 'Non è stato avviato nulla. Guarda di nuovo l’anteprima, poi scegli.',
    },
    noDomain: {
      title: 'Il tuo indirizzo e-mail non appartiene a nessun server Exchange collegato qui.',
      action: 'Chiedi all’amministratore di aggiungere il suo dominio e-mail a un dominio Exchange.',
    },
    approvalNeeded: {
      title: 'L’amministratore del tuo dominio Exchange non ha approvato la tua casella.',
      action: 'Chiedi qui l’approvazione. Se l’hai già chiesta, attendi la decisione o parlane con lui.',
    },
    domainPaused: {
      title: 'L’amministratore ha messo in pausa il tuo dominio Exchange.',
      action: 'Riprova quando l’avrà riattivato.',
    },
    domainUnknown: {
      title: 'Non c’è un tale dominio Exchange tra quelli che amministri.',
      action:
        'Carica di nuovo l’elenco. Chi amministra un dominio lo decidono gli amministratori del portale.',
    },
    domainInUse: {
      title: 'Ci sono caselle associate di questo dominio Exchange.',
      action: 'Fai prima eliminare le associazioni, oppure metti in pausa il dominio.',
    },
    domainConfigured: {
      title: 'Lo stabiliscono variabili d’ambiente del servizio.',
      action: 'Cambialo lì, o togli le variabili: allora si può cambiare qui.',
    },
    mailDomainTaken: {
      title: 'Uno di questi domini e-mail appartiene a un altro dominio Exchange.',
      action: 'Toglilo prima da quello.',
    },
    portalAdministratorOnly: {
      title: 'Solo gli amministratori del portale possono farlo.',
      action: 'Chiedi a uno di loro.',
    },
    signInNeeded: {
      title: 'Le richieste andrebbero a un altro server.',
      action: 'Indica anche le credenziali: non si inviano mai a un server per cui non sono state inserite.',
    },
    tooManyRequests: {
      title: 'Troppe richieste in poco tempo.',
      action: 'Attendi un momento e riprova.',
    },
    undoMailSent: {
      title: 'A questo evento partecipano altri, che sono stati avvisati della modifica.',
      action: 'Modificalo a mano; chi lo organizza li avvisa.',
    },
    undoChangedSince: {
      title: 'L’evento è stato modificato nel frattempo.',
      action: 'Annulla prima la modifica più recente, oppure modifica l’evento a mano.',
    },
    undoNotKept: {
      title: 'Ciò che c’era prima non è stato conservato.',
      action:
        'Degli eventi privati, e di ciò che il calendario non mostra, non si conserva il testo. Modificalo a mano.',
    },
    undoReadOnly: {
      title: 'Questo collegamento copia soltanto da Exchange.',
      action: 'Fai la modifica in Exchange.',
    },
    undoNotPossible: {
      title: 'Questo non si può annullare.',
      action: 'Elimina o modifica l’evento a mano dove non lo vuoi.',
    },
    siteNotAdministered: {
      title: 'Non sei amministratore di questo sito.',
      action: 'Rivolgiti a uno dei suoi amministratori o chiedi il ruolo.',
    },
    mailboxUnknown: {
      title: 'Nessuna casella con questo indirizzo è concessa a questo sito.',
      action: 'Chiedi all’amministratore del dominio Exchange di concederla.',
    },
    doctorBusy: {
      title: 'Un’altra prova di collegamento guarda lo stesso server.',
      action: 'Riprova quando è finita, tra pochi minuti al massimo.',
    },
    pairingUnknown: {
      title: 'Questo collegamento non esiste più.',
      action: 'Ricarica la pagina.',
    },
    invalidRequest: {
      title: 'Il servizio non ha potuto usare ciò che questa pagina ha inviato.',
      action: 'Ricarica la pagina. Se dura, pagina e servizio potrebbero essere di versioni diverse.',
    },
    bodyTooLarge: {
      title: 'Questa pagina ha inviato più di quanto il servizio accetti.',
      action: 'Ricarica la pagina e riprova.',
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
      title: 'Liferay non ha permesso a questa pagina di parlare a tuo nome con il servizio del connettore.',
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
    views: 'Viste',
    viewMine: 'I miei calendari',
    viewSites: 'Sale e attrezzature',

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
    progressLabel: 'Prima sincronizzazione',
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
      'Così tante insieme sembrano un errore, perciò aspettano te. Se le approvi, vengono fatte anche nell’altro calendario. Se le rifiuti, il calendario in cui sono state fatte riottiene ciò che aveva.',
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
      send: 'Exchange invia a ciascuno un solo invito per ognuna di queste riunioni ancora da tenere.',
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
        'Liferay mostra ciò che è in Exchange, ed Exchange resta com’è. Gli eventi copiati e modificati in Liferay vengono ripristinati, e le risposte agli inviti non sono inviate.',
    },
    writeBackReadOnly: 'Questo calendario di Exchange si può solo leggere, perciò non vi si scrive nulla.',
    writeBackTaken:
      'Questo calendario di Exchange è già collegato nelle due direzioni; da qui si può solo copiare.',
    windowPast: 'Eventi passati',
    windowFuture: 'Eventi futuri',
    windowNone: 'Nessuno',
    windowText:
      'Gli eventi più lontani non vengono copiati. Con il passare del tempo si aggiungono quelli futuri.',
    moreSettings: 'Altre impostazioni',
    policy: 'Se entrambi i calendari hanno cambiato la stessa cosa',
    policies: { exchange: 'vale Exchange', liferay: 'vale Liferay' },
    policyText: 'Ciò che cede il posto resta nella cronologia.',
    shown: 'Che cosa il calendario di Liferay mostra degli eventi di Exchange',
    shownDetails: { full: 'Tutti i dettagli', title: 'Titolo e orario', busy: 'Solo che sei occupato' },
    shownText:
      'Ciò che non è mostrato non si può cambiare in Liferay. Gli eventi creati in Liferay vi conservano i loro testi.',
    participants: 'Elenca i partecipanti alle riunioni',
    participantsOn:
      'Chi è invitato, e che cosa ha risposto, sta sotto la descrizione. Lo legge chiunque veda il calendario.',
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
