/** English texts of "Test connection". */
import type { DoctorTexts } from './doctor.ts';

const list = (values: readonly string[]): string => values.join(', ');
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

export const doctorEn: DoctorTexts = {
  sides: { exchange: 'Exchange', liferay: 'Liferay' },
  results: { ok: 'ok', warning: 'warning', failed: 'failed', notTried: 'not tried' },
  steps: {
    discover: 'find the server of the mailbox',
    resolve: 'look up the server’s name',
    connect: 'connect',
    certificate: 'check the certificate',
    turn: 'get a place among the running syncs',
    service: 'find Exchange Web Services',
    signIn: 'sign in',
    version: 'agree on a version',
    impersonate: 'act for the mailbox',
    calendar: 'open the calendar',
    probe: 'write, read and remove a test item',
    push: 'be told what changes',
    token: 'get an access token',
    identity: 'who we are',
    dialect: 'find the calendar services',
    calendars: 'see calendars',
    permission: 'may manage a calendar',
  },
  remedies: {
    endpointNotFound:
      'Autodiscover found no server for this address. Check the address and the DNS entries of its domain (autodiscover.<domain>, _autodiscover._tcp), or name the server with EXCHANGE_URL.',
    hostNotReleased:
      'Autodiscover leads to a host that is not released, so no password was sent there. If it is the right one, add it to EXCHANGE_RELEASED_HOSTS.',
    redirectLoop:
      'Autodiscover leads from one address to the next without end. Check its redirects, or name the server with EXCHANGE_URL.',
    needsApplication:
      'The mailbox lives in Exchange Online, which takes applications alone. Set EXCHANGE_SIGN_IN=oauth with an application of Microsoft Entra ID.',
    addressNotAllowed:
      'The name leads to addresses to which connections may not go. If the server is in your own network, set EXCHANGE_REACH=private (loopback for tunnels that end on this machine).',
    nameUnknown:
      'The DNS knows no such name. Check the address for a typing error, and whether this machine asks the DNS servers of your own network.',
    dnsSilent:
      'The DNS servers of this machine do not answer. Check its network settings; in a container, those of the container.',
    connectionRefused:
      'The machine is there, and nothing listens at this port. Check the port and whether the server’s web service runs.',
    connectionSilent:
      'Nothing answers at this address and port. Mostly a firewall in between drops what this machine sends: open the way, or check the address.',
    connectionFailed:
      'The connection could not be made or broke off. Check the way between this machine and the server: firewalls, proxies, load balancers.',
    tlsFailed:
      'The server listens, and no encrypted connection came about. Check that the port is the one for HTTPS, and that the server takes TLS 1.2 or newer.',
    certificateOtherName:
      'The certificate is for other names than the one in the address. Use a name that it is for, or have a certificate issued that has this name.',
    certificateIssuerUnknown:
      'The certificate comes from an authority that this machine does not know. If it is your own, start Node with NODE_EXTRA_CA_CERTS=/path/to/ca.pem; if it is a public one, the server probably does not send the certificates in between.',
    certificateExpired: 'The certificate has expired. Have it renewed on the server.',
    certificateNotYetValid:
      'The certificate is not valid yet. Check the clock of this machine, and from when it is to be valid.',
    certificateRefused: 'The certificate does not hold. Have it replaced on the server.',
    certificateEndsSoon:
      'The certificate ends soon. Have it renewed in time: nothing is synced once it has expired.',
    notEncrypted: 'The address begins with http: so passwords and tokens travel in the clear. Use https.',
    redirected:
      'The server sends us to another address, which is not followed with a password. Enter the new address if it is the right one.',
    busy: 'The server is busy and asks for patience. Nothing is wrong with the connection; try again later. If it lasts, ask for a wider throttling policy for the connector’s account, or lower CONCURRENCY.',
    tooSlow:
      'The server took the connection and gave no answer in time. Look at its load, and at proxies in between.',
    serverFailed: 'The server reports a fault of its own. Its event log and that of its web server say more.',
    badAnswer:
      'The answer makes no sense. Look for a proxy in between that changes or cuts answers, and at the server’s log.',
    outOfTime: 'There was no time left. Put in order what was slow before, and try again.',
    unforeseen: 'This was not foreseen. The log of the service has the details.',
    placesTaken:
      'Running syncs have all the places that the server is to have at the same time. Try again in a minute, or raise CONCURRENCY if the server bears more.',
    mailboxAtWork: 'A sync is at work in this mailbox. Try again in a minute, or look at another mailbox.',
    patienceAsked:
      'The server has asked to be left alone for some time, so it was not asked. Try again after that.',
    noEws:
      'Something other than Exchange answers. Check that the address ends with /EWS/Exchange.asmx, and whether a proxy, a gateway or its sign-in page stands in between: this path has to pass it without a sign-in of its own.',
    signInNotOffered:
      'The server does not offer the kind of sign-in that is configured, so no password was sent. Set EXCHANGE_SIGN_IN to one that it offers (basic, ntlm or oauth), or switch the other on for the EWS virtual directory (Set-WebServicesVirtualDirectory).',
    passwordRefused:
      'The server refused the account or its password. Check both, with the domain (DOMAIN\\user or user@example.com), and whether the account is locked or has to change its password.',
    ntlmRefused:
      'The server refused the account or its password by NTLM, or a proxy in between closes or shares connections. Check DOMAIN\\user and the password, whether NTLM is allowed for the account, and whether Extended Protection is required.',
    applicationRefused:
      'The application was refused. Check its id, its secret or certificate and their end, the tenant in the token endpoint, the scope, and that full_access_as_app or the role Application EWS.AccessAsApp is granted, with the administrator’s consent.',
    accessDenied:
      'The server lets this account or this machine not into Exchange Web Services. Check that they are switched on for the organisation and the account (EwsEnabled, EwsApplicationAccessPolicy), and rules of the web server or a gateway.',
    graphNotGranted:
      'The application may not use this mailbox’s calendar over Microsoft Graph. In Exchange Online PowerShell: New-ServicePrincipal -AppId <client id> -ObjectId <object id of the enterprise application>; New-ManagementScope -Name "Calendar connector" -RecipientRestrictionFilter "CustomAttribute1 -eq \'calendars\'"; New-ManagementRoleAssignment -App <client id> -Role "Application Calendars.ReadWrite" -CustomResourceScope "Calendar connector". Check it with Test-ServicePrincipalAuthorization -Identity <client id> -Resource <mailbox>. What takes effect can take two hours. A consent to Calendars.ReadWrite in Entra ID would open all mailboxes.',
    mailboxElsewhere:
      'Microsoft Graph does not reach this mailbox: it is on a server of your own, inactive or without a licence. Name that server in the Exchange domain, or let Autodiscover find it.',
    ewsBlocked:
      'Exchange blocks Exchange Web Services for this user, organisation or application. In Exchange Online they are being switched off: until then an administrator may list the application (Set-OrganizationConfig -EwsAllowedAppIDs, EwsEnabled); after that the mailbox needs Microsoft Graph.',
    versionRefused:
      'The server knows none of the versions that were asked for. Leave EXCHANGE_VERSION empty; Exchange 2007 needs Service Pack 1.',
    impersonationDenied:
      'The account signed in, and may not act for this mailbox. Give it the role: New-ManagementRoleAssignment -Role ApplicationImpersonation -User <account>, and check that its scope has this mailbox (Exchange 2007: the extended rights ms-Exch-EPI-Impersonation and ms-Exch-EPI-May-Impersonate). Or give it full access to the mailbox and set EXCHANGE_IMPERSONATE=false.',
    mailboxUnknown:
      'This server has no mailbox with this address. Use its primary SMTP address, and check whether the mailbox lives elsewhere, for example in Exchange Online.',
    mailboxUnavailable:
      'The mailbox cannot be opened at present: it is being moved, or its database is not mounted. Try again later, or look at the server.',
    calendarDenied:
      'The account may not open the calendar of this mailbox. Give it full access (Add-MailboxPermission -AccessRights FullAccess), or let it act for the mailbox with ApplicationImpersonation.',
    calendarMissing: 'The mailbox has no calendar. Its owner opens Outlook once, which makes it.',
    calendarReadOnly:
      'The calendar can be read and not written. Pairings in both directions need full access to it.',
    mailboxFull:
      'The mailbox is full: nothing can be written to it. Its owner makes room, or its quota is raised.',
    probeRefused:
      'The test item was refused. What the server said stands beside this; the calendar’s permissions or a transport rule may be in the way.',
    probeDiffers:
      'The test item came back otherwise than it was written. Something on the server changes items: an agent, a retention policy or an add-in.',
    probeLeft:
      'The test item of 1 January 2000 was written and could not be removed. The next test removes it, or somebody deletes it in Outlook.',
    pushWithoutAddress:
      'The service has no public address, so Exchange cannot tell it what changes, and it asks at intervals. Set PUBLIC_URL if changes are to arrive at once.',
    pushUnreachable:
      'Exchange does not reach the service at PUBLIC_URL, so it is asked at intervals. The address has to lead here from where Exchange is (from the Internet for Exchange Online), over https with a certificate that it trusts, and no firewall or sign-in page may stand in front of /push.',
    pushUnavailable:
      'Exchange gives the service no subscription to changes, so it is asked at intervals. What it said stands beside this.',
    clientRefused:
      'The portal gave no token to the application. Compare PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET with the OAuth 2 application in Liferay (Control Panel, OAuth 2 Administration), whose profile has to be Headless Server with client credentials.',
    noOAuth:
      'The portal has no OAuth 2 at /o/oauth2/token. Check PORTAL_URL, without a path behind the host; portals before 7.1 need PORTAL_USER and PORTAL_PASSWORD.',
    portalPasswordRefused:
      'The portal refused PORTAL_USER and PORTAL_PASSWORD. Check both, and whether the company signs in by address, screen name or id; Liferay may have Basic Auth Header switched off, as Liferay SaaS has: use an OAuth 2 application there.',
    tokenRefused:
      'The portal gave a token and does not accept it for its JSON web services. Give the application the scope liferay-json-web-services.everything, and check that its service user is active.',
    portalClosed:
      'The portal refuses its JSON web services to everybody from this machine. Look in its settings for json.servlet.hosts.allowed and jsonws.servlet.hosts.allowed (N/A in portal-liferay-online.properties, which some images load), and for virtual.hosts.valid.hosts.',
    servicesClosed:
      'The portal knows the account, and its access policy does not cover the calendar services. Give the application the scope liferay-json-web-services.everything, or a service access policy with these services.',
    passwordOverlooked:
      'The portal takes no notice of the password and treats the account as a guest. Switch on Basic Auth Header for /api/* (System Settings, API Authentication; off in Liferay SaaS), or use an OAuth 2 application. Sign in once as that account, in case it has to change its password or accept terms.',
    tokenOverlooked:
      'The portal takes the application for a guest or for somebody else: it does not look at the token. Check that the OAuth 2 verifier covers /api/jsonws/*, that no proxy takes the Authorization header away, and which service user the application has.',
    pageTokenAsked:
      'The portal asks for a token that only its own pages have. Set auth.token.ignore.origins=com.liferay.portal.remote.json.web.service.web.internal.JSONWebServiceServiceAction in portal-ext.properties, or use an OAuth 2 application.',
    noJsonws:
      'Something other than JSON web services answers at /api/jsonws. Check PORTAL_URL, whether json.web.service.enabled is on, and whether a single sign-on or a proxy shows its page there.',
    noCalendarServices:
      'The portal answers, and there are no calendar services in it. Check that the Calendar app is deployed and active, and that jsonws.web.service.paths.excludes does not name it.',
    noCalendars:
      'The service account sees no calendar. Give it a role with VIEW, VIEW_BOOKING_DETAILS and MANAGE_BOOKINGS on Calendar; users who never opened theirs have none yet.',
    noPermission:
      'The service account lacks permissions on this calendar. Give its role VIEW_BOOKING_DETAILS and MANAGE_BOOKINGS on Calendar in the Control Panel, or on this calendar alone.',
  },
  facts: {
    place: (place) => place,
    addresses: (addresses) => list(addresses),
    issuer: (issuer) => `issued by ${issuer || 'nobody who is named'}`,
    names: (names) => `for ${list(names)}`,
    validUntil: (ms) => `valid until ${day.format(ms)}`,
    offered: (kinds) => (kinds.length === 0 ? 'asks for no sign-in' : `offers ${list(kinds)}`),
    configured: (kind) => `configured is ${kind}`,
    version: (version) => version,
    build: (build) => `the server is ${build}`,
    versionFrom: (from) =>
      ({ configuration: 'as configured', memory: 'as remembered', server: 'found now' })[from],
    mailbox: (address) => address,
    calendar: (name) => `“${name}”`,
    items: (items) => count(items, 'item', 'items'),
    leftovers: (n) => `removed ${count(n, 'test item', 'test items')} that an earlier test had left`,
    user: (user) => user,
    context: (context) => `/api/jsonws/${context}.*`,
    rowVersions: (has) => (has ? 'rows have versions' : 'rows have no versions'),
    visible: (n) => count(n, 'calendar', 'calendars'),
    manageable: (n) => `${n} may be managed and read in detail`,
    missing: (permissions) => `missing: ${list(permissions)}`,
    waitSeconds: (seconds) => `for ${count(seconds, 'second', 'seconds')}`,
  },
  verdict: (failed) =>
    failed === 0 ? 'Everything that was tried works.' : `${count(failed, 'step', 'steps')} failed.`,
  busy: 'Another test looks at the same server. Try again when it has ended.',
};
