/** Italian texts for administrators of Exchange domains. See dictionary.ts. */
import type { DomainTexts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('it');
const n = (count: number): string => numbers.format(count);
const mailboxes = (count: number): string =>
  count === 1 ? '1 casella collegata' : `${n(count)} caselle collegate`;

export const it: DomainTexts = {
  reasons: {
    domainUnknown: {
      title: 'Non c’è un tale dominio Exchange tra quelli che amministri.',
      action:
        'Carica di nuovo l’elenco. Chi amministra un dominio lo decidono gli amministratori del portale.',
    },
    domainInUse: {
      title: 'Ci sono caselle collegate di questo dominio Exchange.',
      action: 'Fai prima eliminare i collegamenti, oppure metti in pausa il dominio.',
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
    doctorBusy: {
      title: 'Un’altra prova di collegamento guarda lo stesso server.',
      action: 'Riprova quando è finita, tra pochi minuti al massimo.',
    },
    bodyTooLarge: {
      title: 'Questa pagina ha inviato più di quanto il servizio accetti.',
      action: 'Ricarica la pagina e riprova.',
    },
    mailboxUnknown: {
      title: 'Non c’è una casella di questo dominio con cui interrogare il server.',
      action: 'Fai prima collegare una casella del dominio. Ciò che conosci puoi inserirlo a mano.',
    },
  },

  heading: 'Domini Exchange',
  text: 'Un dominio dice per quali indirizzi e-mail vale, dove sono le loro caselle e come vi accede il connettore.',
  noDomains: 'Non c’è ancora alcun dominio Exchange.',
  newDomain: 'Nuovo dominio',
  allDomains: 'Tutti i domini',
  columns: {
    name: 'Nome',
    mailDomains: 'Domini e-mail',
    server: 'Server',
    mailboxes: 'Caselle collegate',
    state: 'Stato',
  },
  allOtherMailDomains: 'Tutti quelli che nessun altro dominio ha',
  unknown: 'Non ancora noto',
  count: n,
  states: { active: 'Attivo', failing: 'Non funziona', paused: 'In pausa' },

  summary: (count, server) =>
    `${count === 0 ? 'Nessuna casella collegata' : mailboxes(count)}. ${server === null ? 'Il server non è ancora noto.' : `Server: ${server}.`}`,
  pausedTitle: 'Questo dominio è in pausa.',
  pausedText: 'Niente viene sincronizzato finché non riprende, e nessuno può collegarne un calendario.',
  testTells: '“Prova il collegamento” dice che cosa non va e che cosa si può fare.',
  retryAt: (when) => `Prossimo tentativo automatico: ${when}.`,
  delete: 'Elimina',
  deleteQuestion: (name) => `Eliminare il dominio “${name}”?`,
  deletes: [
    'Le sue impostazioni e le credenziali vengono dimenticate, e così ciò che era concesso ai siti e approvato per le persone. I suoi indirizzi passano al dominio che prende tutti gli altri, se c’è.',
    'In Exchange e in Liferay non cambia niente. Il registro di ciò che è stato fatto rimane. Non si può annullare.',
  ],
  cannotDelete: (name) => `“${name}” non si può eliminare`,
  cannotDeleteUsed: (count) =>
    `Ha ${mailboxes(count)}. Prima scollegale tutte, in «Caselle». Fino ad allora il dominio si può mettere in pausa: i collegamenti restano e niente viene sincronizzato.`,
  cannotDeleteConfigured:
    'Lo descrivono variabili d’ambiente del servizio, che al prossimo avvio lo creerebbero di nuovo. Si può invece mettere in pausa.',
  tabsLabel: 'Parti del dominio',
  tabs: {
    settings: 'Impostazioni',
    rooms: 'Concesse ai siti',
    approvals: 'Approvazioni',
    mailboxes: 'Caselle',
    activity: 'Attività',
  },

  configured: 'Questo dominio è descritto da variabili d’ambiente del servizio.',
  configuredText:
    'Come lo si raggiunge, come vi si accede e agisce, quali indirizzi valgono e a quante caselle si lavora insieme viene riscritto da esse a ogni avvio, perciò qui non si può cambiare. Togli le variabili, e si potrà.',
  sections: {
    name: 'Nome e domini e-mail',
    reach: 'Come lo si raggiunge',
    signIn: 'Accesso',
    acting: 'Agire per le caselle',
    rule: 'Di chi è una casella',
    limits: 'Quanto spesso e quante',
    administrators: 'Amministratori del dominio',
  },
  fields: {
    name: 'Nome',
    mailDomains: 'Domini e-mail',
    url: 'Indirizzo di Exchange Web Services',
    releasedHosts: 'Host autorizzati',
    interval: 'Secondi tra due controlli di una casella',
    maxConcurrent: 'Caselle nello stesso momento',
  },
  hints: {
    mailDomains:
      'Ciò che segue la @ nei suoi indirizzi, uno per riga. Ognuno appartiene a un solo dominio Exchange.',
    url: 'Di solito https://mail.example.com/EWS/Exchange.asmx; per Exchange Online https://outlook.office365.com/EWS/Exchange.asmx.',
    releasedHosts:
      'Autodiscover può condurre a questi host e a quelli sotto di essi; le credenziali non vanno altrove. Uno per riga, come example.com.',
    interval: 'Vuoto: come stabilito dal servizio. Una casella può avere un proprio intervallo.',
    maxConcurrent: 'Al massimo 256. Poche risparmiano il server, molte sono più veloci.',
  },
  takesTheRest: 'Non ne ha, e prende gli indirizzi che nessun altro dominio ha.',
  setByPortal: 'Solo gli amministratori del portale possono cambiarlo.',
  reach: 'Dove sono le caselle',
  reaches: { url: 'Su un solo server', autodiscover: 'Le trova Autodiscover' },
  reachTexts: {
    url: 'Tutte le caselle si raggiungono a un solo indirizzo.',
    autodiscover: 'Il server si cerca per ogni indirizzo, e di nuovo quando una casella si sposta.',
  },
  prefer: 'Indirizzo che si prova per primo',
  prefers: {
    external: 'Quello per chi è fuori dalla rete dei server',
    internal: 'Quello per chi è nella rete dei server',
  },
  network: 'Si possono raggiungere indirizzi privati',
  networkTexts: {
    public: 'Ci si collega solo a indirizzi di Internet.',
    private: 'Si raggiungono anche reti private: per server nella vostra rete.',
    loopback: 'Si raggiungono reti private e questa stessa macchina.',
  },
  networkOfOperator: 'Senza limiti: il server è stato indicato da chi gestisce il servizio.',
  signIn: 'Tipo di accesso',
  signIns: { basic: 'Basic', ntlm: 'NTLM', oauth: 'OAuth' },
  signInTexts: {
    basic: 'Utente e password. L’autenticazione Basic deve essere attiva per la directory virtuale EWS.',
    ntlm: 'Utente e password. L’autenticazione di Windows deve essere attiva; niente nel mezzo può condividere connessioni.',
    oauth: 'Un’applicazione in Microsoft Entra ID: per Exchange Online e l’autenticazione moderna ibrida.',
  },
  signInIsSet: (kind) => `Le credenziali sono impostate: ${kind}.`,
  signInLost: 'Le credenziali non si possono più aprire: nessuna chiave del servizio è quella giusta.',
  neverShown: 'Non vengono mai mostrate.',
  replaceSignIn: 'Sostituisci le credenziali',
  keepSignIn: 'Lascia le credenziali come sono',
  signInFields: {
    user: 'Utente',
    password: 'Password',
    tokenUrl: 'Indirizzo dei token',
    clientId: 'ID applicazione (client)',
    scope: 'Ambito (facoltativo)',
    secret: 'Segreto client',
    certificate: 'Certificato (PEM)',
    privateKey: 'Chiave privata (PEM)',
  },
  signInHints: {
    user: 'Come lo vuole il server: DOMINIO\\utente o utente@example.com.',
    tokenUrl: 'https://login.microsoftonline.com/ con il tenant, seguito da /oauth2/v2.0/token.',
    scope: 'Vuoto: il server interrogato, con /.default.',
    certificate: 'Comincia con -----BEGIN CERTIFICATE-----.',
    privateKey: 'RSA, in PKCS #8: comincia con -----BEGIN PRIVATE KEY-----.',
  },
  proof: 'L’applicazione si identifica con',
  proofs: { secret: 'un segreto client', certificate: 'un certificato' },
  acting: 'Il connettore agisce per una casella con',
  actings: {
    address: 'rappresentazione, per indirizzo e-mail',
    principalName: 'rappresentazione, per nome dell’entità utente (UPN)',
    sid: 'rappresentazione, per SID',
    delegate: 'un accesso proprio',
  },
  actingTexts: {
    address: 'Richiede il ruolo ApplicationImpersonation. Giusto quasi ovunque.',
    principalName:
      'Dove gli indirizzi non indicano l’account. Una casella per cui non è impostato è indicata dall’indirizzo.',
    sid: 'Dove gli account sono in un’altra foresta. Il SID si imposta per ogni casella.',
    delegate: 'L’account ha accesso completo a ogni casella. Gli elementi si scrivono a suo nome.',
  },
  onlineProtocol: 'Le caselle in Exchange Online si raggiungono con',
  onlineProtocols: { graph: 'Microsoft Graph', ews: 'Exchange Web Services (EWS)' },
  onlineProtocolTexts: {
    graph:
      'Richiede il permesso Calendars.ReadWrite. Exchange avvisa i partecipanti di ogni modifica a una riunione.',
    ews: 'Finché Microsoft li lascia attivi. Una casella a cui sono negati si raggiunge con Microsoft Graph.',
  },
  rule: 'Un indirizzo in Liferay vale come quello del suo utente',
  rules: {
    trustPortal: 'così come è scritto lì',
    requireVerified: 'dopo che Liferay l’ha verificato',
    approve: 'dopo che un amministratore l’ha approvato',
  },
  ruleTexts: {
    trustPortal:
      'Giusto dove gli indirizzi vengono da una directory o da un single sign-on e nessuno può cambiare il proprio.',
    requireVerified: 'Le persone aprono il link che Liferay invia all’indirizzo.',
    approve:
      'Le persone chiedono la loro casella, e gli amministratori di questo dominio decidono in “Approvazioni”.',
  },
  noAdministrators: 'Nessuno oltre agli amministratori del portale.',
  addAdministrator: 'Aggiungi amministratore',
  administratorKind: 'Tipo',
  administratorKinds: { user: 'Utente', role: 'Ruolo' },
  administratorValues: { user: 'ID utente in Liferay', role: 'Nome del ruolo regolare' },
  administrator: { user: (value) => `Utente ${value}`, role: (value) => `Ruolo ${value}` },
  remove: 'Rimuovi',
  removeNamed: (name) => `Rimuovi ${name}`,
  save: 'Salva',
  create: 'Crea dominio',
  discard: 'Annulla modifiche',
  saved: 'Salvato.',
  discarded: 'Tutto è come era stato salvato.',
  mistakes: {
    required: 'Questo campo non può essere vuoto.',
    tooLong: 'È troppo lungo.',
    hostNames: 'Uno di questi non è un nome come example.com: senza https://, @, porta e percorso.',
    webAddress: 'Inserisci un indirizzo intero, che cominci con https://.',
    httpsOnly: 'Questo servizio accetta solo indirizzi che cominciano con https://.',
    credentialsInAddress: 'Nell’indirizzo ci sono un utente o una password. Vanno inseriti in “Accesso”.',
    interval: 'Inserisci un numero intero da 2 a 86.400, oppure niente.',
    maxConcurrent: 'Inserisci un numero intero da 1 a 256.',
    userId:
      'L’ID di un utente in Liferay è un numero. Lo mostra il Pannello di controllo, Utenti e organizzazioni.',
    signInNeeded:
      'Le richieste andrebbero a un altro server. Inserisci di nuovo le credenziali: non si inviano mai a un server per cui non sono state inserite.',
    mailDomainTaken:
      'Un altro dominio Exchange ha uno di questi, o ci sono qui caselle di uno che hai tolto.',
    ntlmNeedsNode:
      'NTLM ha bisogno di connessioni che restano aperte, e questo servizio non ne mantiene. Eseguilo con Node.',
    refused: 'Il servizio non lo accetta.',
  },
  mistakeCount: (count) =>
    `Niente è stato salvato: ${count === 1 ? 'un campo è' : `${n(count)} campi sono`} da rivedere.`,

  test: 'Prova il collegamento',
  testTitle: (name) => `Prova il collegamento: ${name}`,
  testText:
    'Guarda passo per passo il server di questo dominio, come salvato l’ultima volta, e il portale. Non cambia niente.',
  testMailbox: 'Casella (facoltativa)',
  testMailboxText: 'Un indirizzo di questo dominio. Con esso si provano anche l’accesso e il calendario.',
  testWrites: 'Scrivi un elemento di prova',
  testWritesText:
    'Un elemento molto indietro nel passato, senza invitati, viene scritto nel calendario di questa casella, riletto ed eliminato per sempre. Nessuno riceve posta.',
  startTest: 'Avvia la prova',
  testAgain: 'Ripeti la prova',
  testing: (steps) =>
    steps === 0
      ? 'La prova è in corso…'
      : `La prova è in corso; ${steps === 1 ? '1 passo è finito' : `${n(steps)} passi sono finiti`}…`,
  close: 'Chiudi',
  noAddress: 'Non è un indirizzo e-mail.',
  mailboxElsewhere: 'Questo indirizzo non è in questo dominio.',
  remedies: {
    endpointNotFound:
      'Autodiscover non ha trovato alcun server per questo indirizzo. Controlla l’indirizzo e le voci DNS del suo dominio (autodiscover.<dominio>, _autodiscover._tcp), o inserisci l’indirizzo del server in “Impostazioni”.',
    hostNotReleased:
      'Autodiscover conduce a un host non autorizzato, perciò nessuna password vi è stata inviata. Se è quello giusto, aggiungilo agli host autorizzati.',
    redirectLoop:
      'Autodiscover rimanda da un indirizzo all’altro senza fine. Controlla i rinvii, o inserisci l’indirizzo del server in “Impostazioni”.',
    needsApplication:
      'La casella è in Exchange Online, che accetta solo applicazioni. Scegli OAuth come accesso, con un’applicazione di Microsoft Entra ID.',
    addressNotAllowed:
      'Il nome conduce a indirizzi ai quali non ci si può collegare. Se il server è nella vostra rete, un amministratore del portale deve permettere indirizzi privati per questo dominio.',
    signInNotOffered:
      'Il server non offre il tipo di accesso impostato, perciò nessuna password è stata inviata. Scegline uno che offre, o attiva l’altro per la directory virtuale EWS (Set-WebServicesVirtualDirectory).',
    versionRefused:
      'Il server non conosce nessuna delle versioni richieste. Exchange 2007 ha bisogno del Service Pack 1.',
    impersonationDenied:
      'L’account ha avuto accesso, ma non può agire per questa casella. Dagli il ruolo: New-ManagementRoleAssignment -Role ApplicationImpersonation -User <account>, e controlla che l’ambito comprenda questa casella (Exchange 2007: i diritti estesi ms-Exch-EPI-Impersonation e ms-Exch-EPI-May-Impersonate). Oppure dagli accesso completo alla casella e scegli “un accesso proprio”.',
  },

  released: 'Concesse ai siti',
  releasedText:
    'Gli amministratori di un sito possono collegare queste caselle alle sue sale e risorse, e nessun’altra.',
  nothingReleased: 'Non è ancora concesso niente.',
  releaseColumns: { value: 'Caselle', kind: 'Tipo', site: 'Sito' },
  releaseKinds: { address: 'Indirizzo', pattern: 'Modello', roomList: 'Elenco di sale' },
  releaseKindTexts: {
    address: 'Singole caselle, ciascuna con il suo indirizzo.',
    pattern:
      'Tutti gli indirizzi di una forma: * sta per qualsiasi lettera prima della @. Chi ne vuole uno deve indicarlo.',
    roomList:
      'Le sale degli elenchi che mantiene il server Exchange. Si leggono quando concedi un elenco e quando lo chiedi.',
  },
  releaseConfigured: 'Stabilito da variabili d’ambiente',
  siteNumber: (id) => `Sito ${id}`,
  siteNamed: (name, id) => `${name} (${id})`,
  takeBack: 'Revoca',
  takeBackNamed: (value, site) => `Revoca ${value}, ${site}`,
  takeBackQuestion: (value, site) => `Revocare ${value} per ${site}?`,
  takeBackConsequences: [
    'I collegamenti del sito che si basano solo su questo vanno in pausa. Riprendono quando la casella viene concessa di nuovo.',
    'Tutti gli eventi restano dove sono.',
  ],
  readAnew: 'Rileggi gli elenchi di sale',
  roomsRead: (rooms) => `Gli elenchi ora hanno ${n(rooms)} ${rooms === 1 ? 'sala' : 'sale'}.`,
  releaseMore: 'Concedi caselle',
  releaseSite: 'ID del sito',
  releaseSiteText: 'Liferay lo mostra nel menu del sito, in Configurazione, Impostazioni del sito.',
  thisSite: (id) => `Questa pagina è nel sito ${id}.`,
  releaseWhat: 'Che cosa si concede',
  releaseValues: {
    address: 'Indirizzi, uno per riga',
    pattern: 'Modelli, uno per riga',
    roomList: 'Indirizzi di elenchi di sale, uno per riga',
  },
  releaseMistakes: {
    siteId: 'Inserisci l’ID di un sito: un numero.',
    address: 'Inserisci indirizzi e-mail, uno per riga, come sala-1@example.com.',
    pattern: 'Inserisci modelli con * prima della @, uno per riga, come sala-*@example.com.',
    elsewhere: 'Uno di questi non è in questo dominio.',
  },
  findRoomLists: 'Cerca elenchi di sale',
  foundRoomLists: (count) =>
    count === 0
      ? 'Il server non ha elenchi di sale.'
      : count === 1
        ? 'Trovato 1 elenco di sale.'
        : `Trovati ${n(count)} elenchi di sale.`,
  roomList: (name, address) => `${name} (${address})`,
  release: 'Concedi',

  approvalsText: 'Qui le persone chiedono la loro casella; chi viene approvato può collegarne i calendari.',
  noRequests: 'Nessuno ha ancora chiesto una casella.',
  requestColumns: { person: 'Persona', address: 'Casella', state: 'Stato', asked: 'Richiesta' },
  requestStates: { waiting: 'In attesa', approved: 'Approvata', refused: 'Rifiutata' },
  userNumber: (id) => `Utente ${id}`,
  decided: (when, by) => `${when}, dall’utente ${by}`,
  decide: { approved: 'Approva', refused: 'Rifiuta' },
  decideOn: {
    approved: (name, address) => `Approva ${address} per ${name}`,
    refused: (name, address) => `Rifiuta ${address} per ${name}`,
  },

  announceCreated: (name) => `Il dominio ${name} è stato creato.`,
  announceDeleted: (name) => `Il dominio ${name} è stato eliminato.`,
  announcePaused: 'Il dominio è in pausa.',
  announceResumed: 'Il dominio riprende.',
  announceReleased: (count) => (count === 1 ? '1 voce è concessa.' : `${n(count)} voci sono concesse.`),
  announceTakenBack: (value) => `${value} è revocato.`,
  announceDecided: {
    approved: (name) => `La casella di ${name} è approvata.`,
    refused: (name) => `La casella di ${name} è rifiutata.`,
  },
};
