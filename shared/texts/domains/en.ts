/** English texts for administrators of Exchange domains. See dictionary.ts. */
import type { DomainTexts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('en');
const n = (count: number): string => numbers.format(count);
const mailboxes = (count: number): string => `${n(count)} ${count === 1 ? 'mailbox' : 'mailboxes'}`;

export const en: DomainTexts = {
  reasons: {
    domainUnknown: {
      title: 'There is no such Exchange domain among those that you administer.',
      action: 'Load the list again. The portal’s administrators name who administers a domain.',
    },
    domainInUse: {
      title: 'Mailboxes of this Exchange domain are paired.',
      action: 'Have them unpaired first, or pause the domain instead.',
    },
    domainConfigured: {
      title: 'Environment variables of the service say this.',
      action: 'Change it there, or take the variables out: then it can be changed here.',
    },
    mailDomainTaken: {
      title: 'Another Exchange domain has one of these e-mail domains.',
      action: 'Take it from that one first.',
    },
    portalAdministratorOnly: {
      title: 'Only administrators of the portal may do this.',
      action: 'Ask one of them.',
    },
    signInNeeded: {
      title: 'Requests would go to another server than before.',
      action: 'Give the sign-in too: it is never sent to a server for which it was not entered.',
    },
    doctorBusy: {
      title: 'Another connection test looks at the same server.',
      action: 'Try again when it has ended, in a few minutes at most.',
    },
    bodyTooLarge: {
      title: 'This page sent more than the service accepts.',
      action: 'Reload the page and try again.',
    },
    mailboxUnknown: {
      title: 'There is no mailbox of this domain as which the server could be asked.',
      action: 'Have a mailbox of the domain paired first. What you know you can enter by hand.',
    },
  },

  heading: 'Exchange domains',
  text: 'A domain says whose e-mail addresses it is for, where their mailboxes are, and how the connector signs in there.',
  noDomains: 'There is no Exchange domain yet.',
  newDomain: 'New domain',
  allDomains: 'All domains',
  columns: {
    name: 'Name',
    mailDomains: 'E-mail domains',
    server: 'Server',
    mailboxes: 'Paired mailboxes',
    state: 'State',
  },
  allOtherMailDomains: 'All that no other domain has',
  unknown: 'Not known yet',
  count: n,
  states: { active: 'Active', failing: 'Does not work', paused: 'Paused' },

  summary: (count, server) =>
    `${count === 0 ? 'No mailbox is' : `${mailboxes(count)} ${count === 1 ? 'is' : 'are'}`} paired. ${server === null ? 'The server is not known yet.' : `Server: ${server}.`}`,
  pausedTitle: 'This domain is paused.',
  pausedText: 'Nothing of it is synchronised until it is resumed, and nobody can pair a calendar of it.',
  testTells: '“Test connection” says what is wrong, and what can be done about it.',
  retryAt: (when) => `The next try by itself: ${when}.`,
  delete: 'Delete',
  deleteQuestion: (name) => `Delete the domain “${name}”?`,
  deletes: [
    'Its settings and its sign-in are forgotten, and so is what was released for sites and approved for people. Its addresses go to the domain that takes all others, if there is one.',
    'Nothing changes in Exchange or in Liferay. The record of what was done is kept. It cannot be taken back.',
  ],
  cannotDelete: (name) => `“${name}” cannot be deleted`,
  cannotDeleteUsed: (count) =>
    `${mailboxes(count)} of it ${count === 1 ? 'is' : 'are'} paired. Unpair all of them first, under “Mailboxes”. Until then the domain can be paused: its pairings stay, and nothing is synchronised.`,
  cannotDeleteConfigured:
    'Environment variables of the service describe it, and would create it again at the next start. It can be paused instead.',
  tabsLabel: 'Parts of the domain',
  tabs: {
    settings: 'Settings',
    rooms: 'Released for sites',
    approvals: 'Approvals',
    mailboxes: 'Mailboxes',
    activity: 'Activity',
  },

  configured: 'Environment variables of the service describe this domain.',
  configuredText:
    'How it is reached, signed in to and acted at, whose addresses count and how many mailboxes are worked on at a time is written anew from them at every start, so it cannot be changed here. Take the variables out, and it can be.',
  sections: {
    name: 'Name and e-mail domains',
    reach: 'How it is reached',
    signIn: 'Sign-in',
    acting: 'Acting for mailboxes',
    rule: 'Whose mailbox an address is',
    limits: 'How often, and how many',
    administrators: 'Administrators of the domain',
  },
  fields: {
    name: 'Name',
    mailDomains: 'E-mail domains',
    url: 'Address of Exchange Web Services',
    releasedHosts: 'Released hosts',
    interval: 'Seconds between two looks at a mailbox',
    maxConcurrent: 'Mailboxes at the same time',
  },
  hints: {
    mailDomains:
      'What stands behind the @ of its addresses, one a line. Each belongs to one Exchange domain only.',
    url: 'Mostly https://mail.example.com/EWS/Exchange.asmx; of Exchange Online https://outlook.office365.com/EWS/Exchange.asmx.',
    releasedHosts:
      'Autodiscover may lead to these hosts and all below them, and the sign-in is sent nowhere else. One a line, such as example.com.',
    interval: 'Empty: as the service has it. A mailbox can have an interval of its own.',
    maxConcurrent: 'At most 256. Fewer spare the server, more are faster.',
  },
  takesTheRest: 'It has none, and takes the addresses that no other domain has.',
  setByPortal: 'Only administrators of the portal can change this.',
  reach: 'Where the mailboxes are',
  reaches: { url: 'On one server', autodiscover: 'Autodiscover finds them' },
  reachTexts: {
    url: 'All mailboxes are reached at one address.',
    autodiscover: 'The server is found for each address, and again when a mailbox moves.',
  },
  prefer: 'Address that is tried first',
  prefers: {
    external: 'That for outside the servers’ network',
    internal: 'That for inside the servers’ network',
  },
  network: 'Private addresses may be reached',
  networkTexts: {
    public: 'Only addresses of the Internet are connected to.',
    private: 'Private networks may be reached as well: for servers in a network of your own.',
    loopback: 'Private networks and this machine may be reached.',
  },
  networkOfOperator: 'Not limited: whoever runs the service has named the server.',
  signIn: 'Kind of sign-in',
  signIns: { basic: 'Basic', ntlm: 'NTLM', oauth: 'OAuth' },
  signInTexts: {
    basic: 'User and password. Basic authentication has to be on for the EWS virtual directory.',
    ntlm: 'User and password. Windows authentication has to be on there; nothing in between may share connections.',
    oauth: 'An application in Microsoft Entra ID: for Exchange Online and hybrid modern authentication.',
  },
  signInIsSet: (kind) => `A sign-in is set: ${kind}.`,
  signInLost: 'The sign-in cannot be opened any more: no key of the service fits it.',
  neverShown: 'It is never shown.',
  replaceSignIn: 'Replace sign-in',
  keepSignIn: 'Keep the sign-in as it is',
  signInFields: {
    user: 'User',
    password: 'Password',
    tokenUrl: 'Token address',
    clientId: 'Application (client) id',
    scope: 'Scope (optional)',
    secret: 'Client secret',
    certificate: 'Certificate (PEM)',
    privateKey: 'Private key (PEM)',
  },
  signInHints: {
    user: 'As the server expects it: DOMAIN\\user or user@example.com.',
    tokenUrl: 'https://login.microsoftonline.com/ with the tenant, and /oauth2/v2.0/token behind it.',
    scope: 'Empty: the server that is asked, with /.default.',
    certificate: 'Begins with -----BEGIN CERTIFICATE-----.',
    privateKey: 'RSA, as PKCS #8: begins with -----BEGIN PRIVATE KEY-----.',
  },
  proof: 'The application proves itself by',
  proofs: { secret: 'a client secret', certificate: 'a certificate' },
  acting: 'The connector acts for a mailbox by',
  actings: {
    address: 'impersonation, by e-mail address',
    principalName: 'impersonation, by user principal name',
    sid: 'impersonation, by SID',
    delegate: 'access of its own',
  },
  actingTexts: {
    address: 'Needs the role ApplicationImpersonation. Right almost everywhere.',
    principalName:
      'Where addresses do not name the account. A mailbox for which none is set is named by its address.',
    sid: 'Where accounts are in another forest. The SID is set for each mailbox.',
    delegate: 'The account has full access to each mailbox. Items are written in its own name.',
  },
  onlineProtocol: 'Mailboxes in Exchange Online are asked by',
  onlineProtocols: { graph: 'Microsoft Graph', ews: 'Exchange Web Services' },
  onlineProtocolTexts: {
    graph: 'Needs the permission Calendars.ReadWrite. Exchange tells attendees of every change of a meeting.',
    ews: 'As long as Microsoft leaves them switched on. A mailbox that is refused is asked by Microsoft Graph.',
  },
  rule: 'An address in Liferay counts as its user’s own',
  rules: {
    trustPortal: 'as it stands there',
    requireVerified: 'once Liferay has verified it',
    approve: 'once an administrator has approved it',
  },
  ruleTexts: {
    trustPortal:
      'Right where a directory or single sign-on keeps the addresses, and nobody can change their own.',
    requireVerified: 'People open the link that Liferay sends to the address.',
    approve: 'People ask for their mailbox, and administrators of this domain decide under “Approvals”.',
  },
  noAdministrators: 'Nobody but the administrators of the portal.',
  addAdministrator: 'Add administrator',
  administratorKind: 'Kind',
  administratorKinds: { user: 'User', role: 'Role' },
  administratorValues: { user: 'User id in Liferay', role: 'Name of the regular role' },
  administrator: { user: (value) => `User ${value}`, role: (value) => `Role ${value}` },
  remove: 'Remove',
  removeNamed: (name) => `Remove ${name}`,
  save: 'Save',
  create: 'Create domain',
  discard: 'Discard changes',
  saved: 'Saved.',
  discarded: 'All is as it was saved last.',
  mistakes: {
    required: 'This field is required.',
    tooLong: 'This is too long.',
    hostNames: 'One of these is no name such as example.com: without https://, @, port and path.',
    webAddress: 'Enter a whole address, beginning with https://.',
    httpsOnly: 'This service takes only addresses that begin with https://.',
    credentialsInAddress: 'There are a user or a password in the address. They belong under “Sign-in”.',
    interval: 'Enter a whole number from 2 to 86,400, or nothing.',
    maxConcurrent: 'Enter a whole number from 1 to 256.',
    userId: 'A user id in Liferay is a number. Control Panel, Users and Organizations shows it.',
    signInNeeded:
      'Requests would go to another server than before. Enter the sign-in anew: it is never sent to a server for which it was not entered.',
    mailDomainTaken:
      'Another Exchange domain has one of these, or mailboxes here are in one that you took out.',
    ntlmNeedsNode: 'NTLM needs connections that stay open, and this service keeps none. Run it on Node.',
    refused: 'The service does not take this.',
  },
  mistakeCount: (count) =>
    `Nothing was saved: ${count === 1 ? 'one field needs' : `${n(count)} fields need`} another look.`,

  test: 'Test connection',
  testTitle: (name) => `Test connection: ${name}`,
  testText:
    'Looks at the server of this domain as it was saved last, and at the portal, step by step. It changes nothing.',
  testMailbox: 'Mailbox (optional)',
  testMailboxText: 'An address in this domain. With it the sign-in and the calendar are tested too.',
  testWrites: 'Write a test item',
  testWritesText:
    'An item far in the past, without attendees, is written into the calendar of this mailbox, read back and removed for good. Nobody gets mail.',
  startTest: 'Start test',
  testAgain: 'Test again',
  testing: (steps) =>
    steps === 0
      ? 'The test is running…'
      : `The test is running; ${n(steps)} ${steps === 1 ? 'step is' : 'steps are'} over…`,
  close: 'Close',
  noAddress: 'This is no e-mail address.',
  mailboxElsewhere: 'This address is not in this domain.',
  remedies: {
    endpointNotFound:
      'Autodiscover found no server for this address. Check the address and the DNS entries of its domain (autodiscover.<domain>, _autodiscover._tcp), or enter the address of the server under “Settings”.',
    hostNotReleased:
      'Autodiscover leads to a host that is not released, so no password was sent there. If it is the right one, add it to the released hosts.',
    redirectLoop:
      'Autodiscover leads from one address to the next without end. Check its redirects, or enter the address of the server under “Settings”.',
    needsApplication:
      'The mailbox lives in Exchange Online, which takes applications alone. Choose OAuth as the sign-in, with an application of Microsoft Entra ID.',
    addressNotAllowed:
      'The name leads to addresses to which connections may not go. If the server is in your own network, have an administrator of the portal allow private addresses for this domain.',
    signInNotOffered:
      'The server does not offer the kind of sign-in that is set, so no password was sent. Choose one that it offers, or switch the other on for the EWS virtual directory (Set-WebServicesVirtualDirectory).',
    versionRefused:
      'The server knows none of the versions that were asked for. Exchange 2007 needs Service Pack 1.',
    impersonationDenied:
      'The account signed in, and may not act for this mailbox. Give it the role: New-ManagementRoleAssignment -Role ApplicationImpersonation -User <account>, and check that its scope has this mailbox (Exchange 2007: the extended rights ms-Exch-EPI-Impersonation and ms-Exch-EPI-May-Impersonate). Or give it full access to the mailbox and choose “access of its own”.',
  },

  released: 'Released for sites',
  releasedText:
    'Administrators of a site can pair these mailboxes with its rooms and resources, and no others.',
  nothingReleased: 'Nothing is released yet.',
  releaseColumns: { value: 'Mailboxes', kind: 'Kind', site: 'Site' },
  releaseKinds: { address: 'Address', pattern: 'Pattern', roomList: 'Room list' },
  releaseKindTexts: {
    address: 'Single mailboxes, each by its address.',
    pattern: 'All addresses of a shape: * stands for any letters before the @. Who wants one has to name it.',
    roomList:
      'The rooms of lists that the Exchange server keeps. They are read when you release a list, and when you ask for it.',
  },
  releaseConfigured: 'Set by environment variables',
  siteNumber: (id) => `Site ${id}`,
  siteNamed: (name, id) => `${name} (${id})`,
  takeBack: 'Take back',
  takeBackNamed: (value, site) => `Take back ${value}, ${site}`,
  takeBackQuestion: (value, site) => `Take ${value} back from ${site}?`,
  takeBackConsequences: [
    'Pairings of the site that rest on this alone are paused. They go on when the mailbox is released again.',
    'All events stay where they are.',
  ],
  readAnew: 'Read room lists anew',
  roomsRead: (rooms) => `The lists have ${n(rooms)} ${rooms === 1 ? 'room' : 'rooms'} now.`,
  releaseMore: 'Release mailboxes',
  releaseSite: 'Site id',
  releaseSiteText: 'Liferay shows it in the site’s menu under Configuration, Site Settings.',
  thisSite: (id) => `This page is in the site ${id}.`,
  releaseWhat: 'What is released',
  releaseValues: {
    address: 'Addresses, one a line',
    pattern: 'Patterns, one a line',
    roomList: 'Addresses of room lists, one a line',
  },
  releaseMistakes: {
    siteId: 'Enter the id of a site: a number.',
    address: 'Enter e-mail addresses, one a line, such as room-1@example.com.',
    pattern: 'Enter patterns with * before the @, one a line, such as room-*@example.com.',
    elsewhere: 'One of these is not in this domain.',
  },
  findRoomLists: 'Find room lists',
  foundRoomLists: (count) =>
    count === 0
      ? 'The server has no room lists.'
      : `${n(count)} ${count === 1 ? 'room list' : 'room lists'} found.`,
  roomList: (name, address) => `${name} (${address})`,
  release: 'Release',

  approvalsText: 'People ask for their mailbox here; whoever is approved can pair its calendars.',
  noRequests: 'Nobody has asked for a mailbox yet.',
  requestColumns: { person: 'Person', address: 'Mailbox', state: 'State', asked: 'Asked' },
  requestStates: { waiting: 'Waiting', approved: 'Approved', refused: 'Refused' },
  userNumber: (id) => `User ${id}`,
  decided: (when, by) => `${when}, by user ${by}`,
  decide: { approved: 'Approve', refused: 'Refuse' },
  decideOn: {
    approved: (name, address) => `Approve ${address} for ${name}`,
    refused: (name, address) => `Refuse ${address} for ${name}`,
  },

  announceCreated: (name) => `The domain ${name} was created.`,
  announceDeleted: (name) => `The domain ${name} was deleted.`,
  announcePaused: 'The domain is paused.',
  announceResumed: 'The domain goes on.',
  announceReleased: (count) => `${n(count)} ${count === 1 ? 'entry is' : 'entries are'} released.`,
  announceTakenBack: (value) => `${value} is taken back.`,
  announceDecided: {
    approved: (name) => `The mailbox of ${name} is approved.`,
    refused: (name) => `The mailbox of ${name} is refused.`,
  },
};
