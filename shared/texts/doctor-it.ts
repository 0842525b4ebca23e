/** Italian texts of "Test connection". */
import type { DoctorTexts } from './doctor.ts';

const list = (values: readonly string[]): string => values.join(', ');
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const day = new Intl.DateTimeFormat('it', { dateStyle: 'long', timeZone: 'UTC' });

export const doctorIt: DoctorTexts = {
  sides: { exchange: 'Exchange', liferay: 'Liferay' },
  results: { ok: 'ok', warning: 'attenzione', failed: 'fallito', notTried: 'non provato' },
  steps: {
    discover: 'trovare il server della casella',
    resolve: 'cercare il nome del server',
    connect: 'collegarsi',
    certificate: 'verificare il certificato',
    turn: 'avere un posto tra le sincronizzazioni in corso',
    service: 'trovare Exchange Web Services',
    signIn: 'accedere',
    version: 'accordarsi su una versione',
    impersonate: 'agire per la casella',
    calendar: 'aprire il calendario',
    probe: 'scrivere, leggere e togliere un elemento di prova',
    push: 'sapere da Exchange che cosa cambia',
    token: 'ottenere un token di accesso',
    identity: 'chi siamo',
    dialect: 'trovare i servizi del calendario',
    calendars: 'vedere i calendari',
    permission: 'poter gestire un calendario',
  },
  remedies: {
    endpointNotFound:
      'Autodiscover non ha trovato un server per questo indirizzo. Controlla l’indirizzo e le voci DNS del suo dominio (autodiscover.<dominio>, _autodiscover._tcp), o nomina il server con EXCHANGE_URL.',
    hostNotReleased:
      'Autodiscover porta a un host non ammesso, quindi lì non è stata inviata nessuna password. Se è quello giusto, aggiungilo a EXCHANGE_RELEASED_HOSTS.',
    redirectLoop:
      'Autodiscover porta senza fine da un indirizzo all’altro. Controlla i suoi rinvii, o nomina il server con EXCHANGE_URL.',
    needsApplication:
      'La casella sta in Exchange Online, che accetta solo applicazioni. Imposta EXCHANGE_SIGN_IN=oauth con un’applicazione di Microsoft Entra ID.',
    addressNotAllowed:
      'Il nome porta a indirizzi ai quali non ci si può collegare. Se il server è nella vostra rete, imposta EXCHANGE_REACH=private (loopback per i tunnel che finiscono su questa macchina).',
    nameUnknown:
      'Il DNS non conosce questo nome. Controlla se l’indirizzo è scritto bene e se questa macchina interroga i server DNS della tua rete.',
    dnsSilent:
      'I server DNS di questa macchina non rispondono. Controlla le sue impostazioni di rete; in un container, quelle del container.',
    connectionRefused:
      'La macchina c’è, ma a questa porta non ascolta nessuno. Controlla la porta e se il servizio web del server è avviato.',
    connectionSilent:
      'A questo indirizzo e a questa porta non risponde nessuno. Di solito un firewall scarta ciò che questa macchina invia: apri il passaggio o controlla l’indirizzo.',
    connectionFailed:
      'La connessione non è riuscita o si è interrotta. Controlla il percorso tra questa macchina e il server: firewall, proxy, bilanciatori.',
    tlsFailed:
      'Il server ascolta, ma non è nata nessuna connessione cifrata. Controlla che la porta sia quella di HTTPS e che il server accetti TLS 1.2 o più recente.',
    certificateOtherName:
      'Il certificato è per nomi diversi da quello dell’indirizzo. Usa un nome per cui vale, o fanne emettere uno con questo nome.',
    certificateIssuerUnknown:
      'Il certificato viene da un’autorità che questa macchina non conosce. Se è la vostra, avvia Node con NODE_EXTRA_CA_CERTS=/percorso/ca.pem; se è pubblica, il server probabilmente non invia i certificati intermedi.',
    certificateExpired: 'Il certificato è scaduto. Fallo rinnovare sul server.',
    certificateNotYetValid:
      'Il certificato non è ancora valido. Controlla l’orologio di questa macchina e da quando deve valere.',
    certificateRefused: 'Il certificato non è valido. Fallo sostituire sul server.',
    certificateEndsSoon:
      'Il certificato scade presto. Fallo rinnovare in tempo: quando è scaduto non si sincronizza più niente.',
    notEncrypted: 'L’indirizzo comincia con http: password e token viaggiano in chiaro. Usa https.',
    redirected:
      'Il server ci manda a un altro indirizzo, dove non si va con una password. Inserisci il nuovo indirizzo, se è quello giusto.',
    busy: 'Il server è occupato e chiede pazienza. Il collegamento non ha problemi; riprova più tardi. Se continua, chiedi limiti più ampi per l’account del connettore o abbassa CONCURRENCY.',
    tooSlow:
      'Il server ha accettato la connessione e non ha risposto in tempo. Controlla il suo carico e i proxy nel mezzo.',
    serverFailed:
      'Il server segnala un proprio guasto. Il suo registro eventi e quello del server web dicono di più.',
    badAnswer:
      'La risposta non ha senso. Cerca un proxy nel mezzo che cambia o tronca le risposte, e guarda il log del server.',
    outOfTime: 'Non restava più tempo. Sistema ciò che prima è stato lento e riprova.',
    unforeseen: 'Questo non era previsto. Il log del servizio ha i dettagli.',
    placesTaken:
      'Le sincronizzazioni in corso occupano tutti i posti previsti per il server. Riprova tra un minuto, o alza CONCURRENCY se il server regge di più.',
    mailboxAtWork:
      'Una sincronizzazione lavora in questa casella. Riprova tra un minuto, o prova un’altra casella.',
    patienceAsked:
      'Il server ha chiesto di essere lasciato in pace per un po’, quindi non è stato interrogato. Riprova dopo.',
    noEws:
      'Risponde qualcosa di diverso da Exchange. Controlla che l’indirizzo finisca con /EWS/Exchange.asmx e se nel mezzo c’è un proxy, un gateway o la sua pagina di accesso: questo percorso deve passare senza un altro accesso.',
    signInNotOffered:
      'Il server non offre il tipo di accesso configurato, quindi non è stata inviata nessuna password. Metti EXCHANGE_SIGN_IN su uno di quelli offerti (basic, ntlm o oauth), o attiva l’altro per la directory virtuale EWS (Set-WebServicesVirtualDirectory).',
    passwordRefused:
      'Il server ha rifiutato l’account o la password. Controllali, con il dominio (DOMINIO\\utente o utente@example.com), e se l’account è bloccato o deve cambiare la password.',
    ntlmRefused:
      'Il server ha rifiutato l’account o la password con NTLM, oppure un proxy nel mezzo chiude o condivide le connessioni. Controlla DOMINIO\\utente e la password, se NTLM è permesso per l’account e se è richiesta la Extended Protection.',
    applicationRefused:
      'L’applicazione è stata rifiutata. Controlla il suo id, il segreto o il certificato e la loro scadenza, il tenant nell’indirizzo dei token, lo scope, e che full_access_as_app o il ruolo Application EWS.AccessAsApp sia concesso con il consenso dell’amministratore.',
    accessDenied:
      'Il server non lascia entrare questo account o questa macchina in Exchange Web Services. Controlla che siano attivi per l’organizzazione e l’account (EwsEnabled, EwsApplicationAccessPolicy) e le regole del server web o di un gateway.',
    graphNotGranted:
      'L’applicazione non può usare il calendario di questa casella con Microsoft Graph. In PowerShell di Exchange Online: New-ServicePrincipal -AppId <id client> -ObjectId <id oggetto dell’applicazione aziendale>; New-ManagementScope -Name "Calendar connector" -RecipientRestrictionFilter "CustomAttribute1 -eq \'calendars\'"; New-ManagementRoleAssignment -App <id client> -Role "Application Calendars.ReadWrite" -CustomResourceScope "Calendar connector". Verifica con Test-ServicePrincipalAuthorization -Identity <id client> -Resource <casella>. L’effetto può richiedere due ore. Un consenso a Calendars.ReadWrite in Entra ID aprirebbe tutte le caselle.',
    mailboxElsewhere:
      'Microsoft Graph non raggiunge questa casella: è su un server proprio, inattiva o senza licenza. Indica quel server nel dominio Exchange, o lascialo cercare ad Autodiscover.',
    ewsBlocked:
      'Exchange blocca Exchange Web Services per questo utente, organizzazione o applicazione. In Exchange Online vengono spenti: fino ad allora un amministratore può elencare l’applicazione (Set-OrganizationConfig -EwsAllowedAppIDs, EwsEnabled); dopo, la casella ha bisogno di Microsoft Graph.',
    versionRefused:
      'Il server non conosce nessuna delle versioni richieste. Lascia vuota EXCHANGE_VERSION; Exchange 2007 ha bisogno del Service Pack 1.',
    impersonationDenied:
      'L’account è entrato, ma non può agire per questa casella. Dagli il ruolo: New-ManagementRoleAssignment -Role ApplicationImpersonation -User <account>, e controlla che il suo ambito comprenda questa casella (Exchange 2007: i diritti estesi ms-Exch-EPI-Impersonation e ms-Exch-EPI-May-Impersonate). Oppure dagli accesso completo alla casella e metti EXCHANGE_IMPERSONATE=false.',
    mailboxUnknown:
      'Questo server non ha nessuna casella con questo indirizzo. Usa l’indirizzo SMTP primario e controlla se la casella sta altrove, per esempio in Exchange Online.',
    mailboxUnavailable:
      'Al momento la casella non si apre: viene spostata o il suo database non è montato. Riprova più tardi, o guarda il server.',
    calendarDenied:
      'L’account non può aprire il calendario di questa casella. Dagli accesso completo (Add-MailboxPermission -AccessRights FullAccess), o fallo agire per la casella con ApplicationImpersonation.',
    calendarMissing: 'La casella non ha un calendario. Il proprietario apre Outlook una volta, che lo crea.',
    calendarReadOnly:
      'Il calendario si può leggere ma non scrivere. Gli abbinamenti nei due sensi hanno bisogno dell’accesso completo.',
    mailboxFull:
      'La casella è piena: non si può scrivere niente. Il proprietario fa spazio, o le si dà una quota maggiore.',
    probeRefused:
      'L’elemento di prova è stato rifiutato. Accanto c’è ciò che ha detto il server; può dipendere dai permessi del calendario o da una regola.',
    probeDiffers:
      'L’elemento di prova è tornato diverso da come è stato scritto. Qualcosa sul server cambia gli elementi: un agente, una regola di conservazione o un componente aggiuntivo.',
    probeLeft:
      'L’elemento di prova del 1º gennaio 2000 è stato scritto e non si è potuto togliere. Lo toglie la prossima prova, o qualcuno lo elimina in Outlook.',
    pushWithoutAddress:
      'Il servizio non ha un indirizzo pubblico: Exchange non può dirgli che cosa cambia, e gli si chiede a intervalli. Imposta PUBLIC_URL se le modifiche devono arrivare subito.',
    pushUnreachable:
      'Exchange non raggiunge il servizio a PUBLIC_URL, e quindi gli si chiede a intervalli. L’indirizzo deve portare qui da dove si trova Exchange (da Internet per Exchange Online), in https con un certificato di cui si fida, e davanti a /push non devono esserci firewall o pagine di accesso.',
    pushUnavailable:
      'Exchange non dà al servizio una sottoscrizione alle modifiche, e quindi gli si chiede a intervalli. Accanto sta scritto che cosa ha detto.',
    clientRefused:
      'Il portale non ha dato un token all’applicazione. Confronta PORTAL_CLIENT_ID e PORTAL_CLIENT_SECRET con l’applicazione OAuth 2 in Liferay (Pannello di controllo, Amministrazione OAuth 2), il cui profilo deve essere Headless Server con client credentials.',
    noOAuth:
      'Il portale non ha OAuth 2 in /o/oauth2/token. Controlla PORTAL_URL, senza percorso dopo l’host; i portali prima del 7.1 hanno bisogno di PORTAL_USER e PORTAL_PASSWORD.',
    portalPasswordRefused:
      'Il portale ha rifiutato PORTAL_USER e PORTAL_PASSWORD. Controllali, e se nell’azienda si accede con indirizzo, nome utente o id; in Liferay il Basic Auth Header può essere spento, come in Liferay SaaS: lì usa un’applicazione OAuth 2.',
    tokenRefused:
      'Il portale ha dato un token e non lo accetta per i suoi JSON web services. Dai all’applicazione lo scope liferay-json-web-services.everything e controlla che il suo utente di servizio sia attivo.',
    portalClosed:
      'Il portale rifiuta a tutti i suoi JSON web services da questa macchina. Cerca nelle sue impostazioni json.servlet.hosts.allowed e jsonws.servlet.hosts.allowed (N/A in portal-liferay-online.properties, che alcune immagini caricano) e virtual.hosts.valid.hosts.',
    servicesClosed:
      'Il portale conosce l’account, ma le sue regole di accesso non comprendono i servizi del calendario. Dai all’applicazione lo scope liferay-json-web-services.everything, o una service access policy con questi servizi.',
    passwordOverlooked:
      'Il portale ignora la password e tratta l’account come un ospite. Attiva Basic Auth Header per /api/* (Impostazioni di sistema, API Authentication; spento in Liferay SaaS), o usa un’applicazione OAuth 2. Accedi una volta con quell’account, nel caso debba cambiare la password o accettare le condizioni.',
    tokenOverlooked:
      'Il portale prende l’applicazione per un ospite o per qualcun altro: non guarda il token. Controlla che la verifica OAuth 2 comprenda /api/jsonws/*, che nessun proxy tolga l’intestazione Authorization, e quale utente di servizio ha l’applicazione.',
    pageTokenAsked:
      'Il portale chiede un token che hanno solo le sue pagine. Imposta auth.token.ignore.origins=com.liferay.portal.remote.json.web.service.web.internal.JSONWebServiceServiceAction in portal-ext.properties, o usa un’applicazione OAuth 2.',
    noJsonws:
      'In /api/jsonws risponde qualcosa di diverso dai JSON web services. Controlla PORTAL_URL, se json.web.service.enabled è attivo e se un single sign-on o un proxy mostra lì la sua pagina.',
    noCalendarServices:
      'Il portale risponde, ma non ha servizi del calendario. Controlla che l’applicazione Calendario sia installata e attiva e che jsonws.web.service.paths.excludes non la nomini.',
    noCalendars:
      'L’account di servizio non vede nessun calendario. Dagli un ruolo con VIEW, VIEW_BOOKING_DETAILS e MANAGE_BOOKINGS su Calendario; chi non ha mai aperto il suo non ne ha ancora.',
    noPermission:
      'All’account di servizio mancano permessi su questo calendario. Dai al suo ruolo VIEW_BOOKING_DETAILS e MANAGE_BOOKINGS su Calendario nel Pannello di controllo, o solo su questo calendario.',
  },
  facts: {
    place: (place) => place,
    addresses: (addresses) => list(addresses),
    issuer: (issuer) => `emesso da ${issuer || 'nessuno che sia nominato'}`,
    names: (names) => `per ${list(names)}`,
    validUntil: (ms) => `valido fino al ${day.format(ms)}`,
    offered: (kinds) => (kinds.length === 0 ? 'non chiede un accesso' : `offre ${list(kinds)}`),
    configured: (kind) => `configurato è ${kind}`,
    version: (version) => version,
    build: (build) => `il server è ${build}`,
    versionFrom: (from) =>
      ({ configuration: 'come configurato', memory: 'come ricordato', server: 'trovata ora' })[from],
    mailbox: (address) => address,
    calendar: (name) => `“${name}”`,
    items: (items) => count(items, 'elemento', 'elementi'),
    leftovers: (n) =>
      n === 1
        ? 'tolto 1 elemento lasciato da una prova precedente'
        : `tolti ${n} elementi lasciati da prove precedenti`,
    user: (user) => user,
    context: (context) => `/api/jsonws/${context}.*`,
    rowVersions: (has) => (has ? 'le righe hanno versioni' : 'le righe non hanno versioni'),
    visible: (n) => count(n, 'calendario', 'calendari'),
    manageable: (n) => `${n} da gestire e leggere nei dettagli`,
    missing: (permissions) => `mancano: ${list(permissions)}`,
    waitSeconds: (seconds) => `per ${count(seconds, 'secondo', 'secondi')}`,
  },
  verdict: (failed) =>
    failed === 0
      ? 'Tutto ciò che è stato provato funziona.'
      : failed === 1
        ? '1 passo è fallito.'
        : `${failed} passi sono falliti.`,
  busy: 'Un’altra prova guarda lo stesso server. Riprova quando è finita.',
};
