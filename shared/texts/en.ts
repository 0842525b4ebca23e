/** English texts. See dictionary.ts for what each one is for. */
import type { Texts } from './dictionary.ts';

const numbers = new Intl.NumberFormat('en');
const n = (count: number): string => numbers.format(count);
const events = (count: number): string => `${n(count)} ${count === 1 ? 'event' : 'events'}`;

/** What only administrators can put right: their test of the connection has the rest, and in more detail. */
const TEST = 'Ask your administrator to test the connection: that says what is to be done.';

export const en: Texts = {
  locale: 'en',
  reasons: {
    unreachable: {
      title: 'The other server cannot be reached.',
      action: 'It is tried again by itself. If it lasts, ask your administrator whether the server is up.',
    },
    certificateRefused: {
      title: 'The other server’s certificate is not to be trusted.',
      action: TEST,
    },
    timedOut: {
      title: 'The other server took too long to answer.',
      action: 'It is tried again by itself. If it lasts, the server may be overloaded.',
    },
    answerTooLarge: {
      title: 'The other server sent a larger answer than is accepted.',
      action: 'It is tried again in smaller parts. If it lasts, look for an event with a very long text.',
    },
    notTheService: {
      title: 'Something other than the expected server answers at this address.',
      action: TEST,
    },
    versionRefused: {
      title: 'The Exchange server does not know the version of its services that it is asked for.',
      action: TEST,
    },
    badAnswer: {
      title: 'The other server sent an answer that makes no sense.',
      action: 'It is tried again by itself. If it lasts, ask your administrator to look at the log.',
    },
    redirected: {
      title: 'The other server sends us to another address.',
      action: TEST,
    },
    redirectLoop: {
      title: 'The servers send us from one address to the next without end.',
      action: TEST,
    },
    hostNotReleased: {
      title: 'The mailbox is on a server to which the connector may not sign in.',
      action: TEST,
    },
    addressNotAllowed: {
      title: 'The server is in a network that the connector may not reach.',
      action: TEST,
    },
    endpointNotFound: {
      title: 'No Exchange server was found for this e-mail address.',
      action: TEST,
    },
    serverError: {
      title: 'The other server reports a fault of its own.',
      action: 'It is tried again by itself. If it lasts, ask your administrator to look at that server.',
    },
    throttled: {
      title: 'The other server asked us to slow down.',
      action: 'Nothing to do: the work goes on when the server allows it.',
    },
    signInRefused: {
      title: 'The other server refused the connector’s sign-in.',
      action: TEST,
    },
    tokenExpired: {
      title: 'The connector’s permission had run out.',
      action: 'Nothing to do: a new one is fetched by itself.',
    },
    accessDenied: {
      title: 'Exchange does not let the connector into this mailbox.',
      action: TEST,
    },
    needsApplication: {
      title: 'The mailbox is in Exchange Online, which takes no passwords.',
      action: TEST,
    },
    ewsBlocked: {
      title: 'Exchange does not let this program use Exchange Web Services for this mailbox.',
      action:
        'In Exchange Online only Microsoft Graph reaches it; on a server of your own its administrator can allow them.',
    },
    impersonationDenied: {
      title: 'The connector’s account may not act for this mailbox.',
      action: TEST,
    },
    mailboxNotFound: {
      title: 'Exchange knows no mailbox with this address.',
      action: 'Check the e-mail address in your Liferay profile, or ask your administrator.',
    },
    mailboxElsewhere: {
      title: 'This mailbox is not in Exchange Online, or is switched off there.',
      action: TEST,
    },
    mailboxUnavailable: {
      title: 'The mailbox is not available just now, perhaps because it is being moved.',
      action: 'It is tried again by itself.',
    },
    pushUnreachable: {
      title: 'Exchange cannot reach the connector’s public address, so it cannot tell what changes.',
      action:
        'The connector asks at intervals instead. Check that PUBLIC_URL leads here from the Internet, over https with a valid certificate, and that no firewall or sign-in page stands in front of /push.',
    },
    pushUnavailable: {
      title: 'Exchange does not tell the connector what changes in this mailbox.',
      action:
        'The connector asks at intervals instead. Subscriptions of other programs may have taken all places, or another installation has this application’s.',
    },
    pushWithoutAddress: {
      title: 'The connector has no public address that Exchange could tell changes to.',
      action: 'It asks at intervals instead. Set PUBLIC_URL if changes are to arrive at once.',
    },
    pushSilent: {
      title: 'Something changed in Exchange, and Exchange did not say so.',
      action: 'The connector asks at intervals until a new subscription is there.',
    },
    subscriptionGone: {
      title: 'Exchange has ended the subscription by which it told what changes.',
      action: 'A new one is made by itself; until then the connector asks at intervals.',
    },
    mailboxFull: {
      title: 'The mailbox is full.',
      action: 'Delete or archive something in it, or ask your Exchange administrator for more room.',
    },
    folderNotFound: {
      title: 'The Exchange calendar does not exist any more.',
      action: 'If it was deleted on purpose, unpair it. Otherwise restore it in Outlook.',
    },
    cursorInvalid: {
      title: 'Exchange lost the place up to which we had read.',
      action: 'Nothing to do: the calendar is read and compared anew. Nothing is deleted by that.',
    },
    guestIdentity: {
      title: 'Liferay treats the connector as a guest.',
      action: TEST,
    },
    portalForbidsServices: {
      title: 'Liferay refuses everybody its web services from where the connector runs.',
      action: TEST,
    },
    portalBasicOff: {
      title: 'Liferay takes no notice of the connector’s password and treats it as a guest.',
      action: TEST,
    },
    portalPolicyDenies: {
      title: 'Liferay’s access policy does not let the connector call the calendar services.',
      action: TEST,
    },
    portalAsksToken: {
      title: 'Liferay asks the connector for a token that only its own pages have.',
      action: TEST,
    },
    portalAccessLost: {
      title: 'The connector may not manage this Liferay calendar any more.',
      action: TEST,
    },
    addressNotAccepted: {
      title: 'The e-mail address no longer counts as this user’s own.',
      action:
        'Confirm it in Liferay, or have the administrator of the Exchange domain approve it. It goes on by itself within a day.',
    },
    addressChanged: {
      title: 'The account in Liferay has another e-mail address than the mailbox.',
      action:
        'If that is right, delete the pairing and pair your mailbox anew. If not, ask the portal’s administrator to put the address in order: it goes on by itself within a day.',
    },
    pausedByAdministrator: {
      title: 'The administrator of the Exchange domain has paused this.',
      action: 'It goes on when they resume it. Ask them why, if you do not know.',
    },
    mailboxNotReleased: {
      title: 'This mailbox is no longer released for the site.',
      action: 'Unpair it, or ask the administrator of the Exchange domain to release it again.',
    },
    ownerLost: {
      title: 'The person who made this pairing is gone, inactive or has a new address.',
      action: 'Unpair it, or sign in with the new address and pair the calendars again.',
    },
    itemNotFound: {
      title: 'The event was gone when we came to change it.',
      action: 'Nothing to do: both calendars are compared again.',
    },
    changedMeanwhile: {
      title: 'The event was changed by somebody else at the same moment.',
      action: 'Nothing to do: both versions are compared again.',
    },
    uidTaken: {
      title: 'The calendar already has another event with the same identity.',
      action: 'Delete one of the two events if it is a copy, then try again.',
    },
    itemRefused: {
      title: 'The other calendar refused this event.',
      action: 'Open the event, look for something unusual in it, save it, then try again.',
    },
    itemUnreadable: {
      title: 'This event cannot be read.',
      action: 'Open and save it in Outlook. If that fails too, delete it and enter it again.',
    },
    mailNotSuppressible: {
      title: 'Copying this event would send mail that nobody asked for, so it was not copied.',
      action: 'Enter this change by hand where it is missing.',
    },
    inviteeWithoutAddress: {
      title:
        'Not everybody who is invited in Liferay could be invited by mail: no address is known for some.',
      action: 'Pair their calendars here, or add their addresses to the meeting in Outlook.',
    },
    startAfterEnd: {
      title: 'The event ends before it starts.',
      action: 'Correct its times.',
    },
    zoneUnknown: {
      title: 'The event is in a time zone that is not known here.',
      action: 'Choose an ordinary time zone for the event.',
    },
    zonesDisagree: {
      title: 'The event’s two time zones contradict each other.',
      action: 'Open the event in Outlook, choose its time zone again and save it.',
    },
    recurrenceNotExpressible: {
      title: 'The other calendar has no way to repeat an event like this.',
      action: 'Choose a simpler repetition, or enter the dates one by one.',
    },
    occurrenceRefused: {
      title: 'Exchange does not allow this change to a single date of the series.',
      action:
        'Keep it on days of its own, between the dates before and after it. A date that was deleted in Exchange cannot be brought back.',
    },
    textTooLong: {
      title: 'The title, place or description is longer than the other calendar allows.',
      action: 'Shorten the text.',
    },
    serverKeepsChanging: {
      title: 'The server changes this event again each time it is copied, so we stopped.',
      action: 'Open the event and simplify it, then try again.',
    },
    ambiguousMatch: {
      title: 'Several events could be the copy of this one.',
      action:
        'Say in the preview what becomes of each; after the start, delete the surplus copies and try again.',
    },
    leftOut: {
      title: 'You left this event out in the preview.',
      action: 'Try again to have it matched anew.',
    },
    readOnlyCopyChanged: {
      title:
        'The copy in Liferay was changed again and again, although this pairing only copies from Exchange.',
      action: 'Make the change in Exchange, or choose “Two-way” in the settings.',
    },
    roomTaken: {
      title: 'The room is taken at that time. In Liferay the booking stands as declined.',
      action: 'Choose another time in Liferay, or another room. A booking that is changed is tried again.',
    },
    heldForApproval: {
      title: 'This change waits for approval, because unusually many came at once.',
      action:
        'Approve it to have it made in the other calendar too, or reject it to get back what was there before.',
    },
    tokenMissing: {
      title: 'The service did not learn who you are.',
      action: 'Reload the page and sign in again.',
    },
    tokenInvalid: {
      title: 'The service did not accept your sign-in.',
      action: 'Reload the page and sign in again. If it lasts, ask your administrator.',
    },
    tokenStale: {
      title: 'Your sign-in has run out.',
      action: 'Reload the page.',
    },
    notYourMailbox: {
      title: 'This mailbox is not yours.',
      action: 'You can pair only calendars of your own mailbox.',
    },
    addressNotVerified: {
      title: 'Your e-mail address has not been confirmed in Liferay.',
      action: 'Confirm it with the link that Liferay sent you, or ask your administrator.',
    },
    noMailboxAddress: {
      title: 'There is no Exchange mailbox for your e-mail address.',
      action: 'Ask your administrator whether the connector serves the domain of your address.',
    },
    calendarNotManageable: {
      title: 'You may not manage this Liferay calendar.',
      action: 'Choose one of your own, or ask its owner for the permission Manage Bookings.',
    },
    calendarAlreadyPaired: {
      title: 'This Liferay calendar is already paired.',
      action: 'Unpair it first, or choose another.',
    },
    folderAlreadyPaired: {
      title: 'This Exchange calendar already has a pairing in both directions.',
      action: 'Choose “Read-only copy” for one of the two.',
    },
    folderReadOnly: {
      title: 'This Exchange calendar can only be read.',
      action: 'Choose “Read-only copy”.',
    },
    folderUnknown: {
      title: 'This Exchange calendar is not there any more.',
      action: 'Reload the page and choose another.',
    },
    notPreviewing: {
      title: 'This pairing is in force already.',
      action: 'Reload the page.',
    },
    previewChanged: {
      title: 'The meetings with people to invite have changed since you saw them.',
      action: 'Nothing has been started. Look at the preview again, then choose.',
    },
    copiesChanged: {
      title: 'There are more copies by now than you were shown.',
      action: 'Nothing has been removed. Open the question again.',
    },
    noDomain: {
      title: 'Your e-mail address belongs to no Exchange server that is connected here.',
      action: 'Ask your administrator to add its e-mail domain to an Exchange domain.',
    },
    approvalNeeded: {
      title: 'The administrator of your Exchange domain has not approved your mailbox.',
      action: 'Ask for it here. If you did already, wait for their decision or talk to them.',
    },
    domainPaused: {
      title: 'The administrator has paused your Exchange domain.',
      action: 'Try again when they have resumed it.',
    },
    tooManyRequests: {
      title: 'That was too often in a short time.',
      action: 'Wait a moment and try again.',
    },
    undoMailSent: {
      title: 'Others take part in this event and were told of the change.',
      action: 'Change it by hand; whoever organises it tells them.',
    },
    undoChangedSince: {
      title: 'The event was changed since.',
      action: 'Take back the newer change first, or change the event by hand.',
    },
    undoNotKept: {
      title: 'What stood there before was not kept.',
      action:
        'Of private events, and of what the calendar does not show, no text is kept. Change it by hand.',
    },
    undoReadOnly: {
      title: 'This pairing only copies from Exchange.',
      action: 'Make the change in Exchange.',
    },
    undoNotPossible: {
      title: 'This cannot be taken back.',
      action: 'Delete or change the event by hand where you do not want it.',
    },
    pairingUnknown: {
      title: 'This pairing does not exist any more.',
      action: 'Reload the page.',
    },
    invalidRequest: {
      title: 'The service could not use what this page sent.',
      action: 'Reload the page. If it lasts, the page and the service may be of different versions.',
    },
    notFound: {
      title: 'The service does not know this request.',
      action: 'Reload the page. If it lasts, the page and the service may be of different versions.',
    },
    internalError: {
      title: 'The service has a fault.',
      action: 'Try again. If it lasts, give your administrator the reference below.',
    },
    serviceUnreachable: {
      title: 'The connector’s service does not answer.',
      action: 'Try again in a moment. If it lasts, ask your administrator whether the service is up.',
    },
    serviceSignInFailed: {
      title: 'Liferay did not let this page speak to the connector’s service in your name.',
      action: 'Reload the page and sign in again. If it lasts, ask your administrator.',
    },
    applicationMissing: {
      title: 'The connector is not fully installed in this Liferay.',
      action: 'Ask your administrator to deploy the connector’s OAuth application.',
    },
    answerNotUnderstood: {
      title: 'The service gave an answer that this page does not understand.',
      action: 'Reload the page. If it lasts, the page and the service may be of different versions.',
    },
  },
  unknownReason: {
    title: 'Something went wrong.',
    action: 'Try again. If it lasts, ask your administrator.',
  },
  ui: {
    heading: 'Exchange calendars',
    mailbox: (address) => `Mailbox ${address}`,
    loading: 'Loading…',
    signInTitle: 'You are not signed in.',
    signInAction: 'Sign in to pair your calendars.',
    tryAgain: 'Try again',
    reference: (requestId) => `Reference: ${requestId}`,
    details: (text) => `Details: ${text}`,
    refreshFailed: 'What you see may be out of date; it is tried again by itself.',
    offline: 'You are offline.',
    retriedByItself: 'It is tried again by itself every half minute.',
    askApproval: 'Ask for approval',
    approvalAsked: 'You have asked for it. The administrators of the domain decide.',
    views: 'Views',
    viewMine: 'My calendars',
    viewSites: 'Rooms and equipment',
    viewDomains: 'Domains',

    pairedHeading: 'Paired calendars',
    noPairings: 'No calendars are paired yet.',
    mailboxFound: (address) =>
      `Your Exchange mailbox ${address} was found. Pair its calendar with yours in Liferay, and both are kept in step.`,
    unpairedHeading: 'Not paired',
    allPaired: 'All calendars are paired.',
    pairNamed: (name) => `Pair: ${name}`,
    exchange: 'Exchange',
    liferay: 'Liferay',
    directions: { both: 'in both directions with', toLiferay: 'copied to' },
    statuses: {
      unpairing: { label: 'Unpairing', sentence: 'Copies are being removed. Unpair again to keep the rest.' },
      starting: { label: 'Starting', sentence: 'The first sync is about to start.' },
      firstSync: { label: 'First sync', sentence: 'The events are being copied for the first time.' },
      inStep: { label: 'In step', sentence: 'Both calendars are in step.' },
      working: { label: 'Working', sentence: 'Changes are being copied.' },
      waiting: { label: 'Waiting', sentence: 'The last try did not work; another follows by itself.' },
      paused: { label: 'Paused', sentence: 'Nothing is being copied until this is put right.' },
      preview: { label: 'Preview', sentence: 'Nothing is written until it is started.' },
    },
    progress: (done, total) => `${n(done)} of ${events(total)}`,
    counting: 'Counting events…',
    nextRun: (when) => `Next check ${when}.`,
    nextTry: (when) => `Next try ${when}.`,
    runDue: 'The next check is about to start.',
    tryDue: 'The next try is about to start.',
    lastRun: (when) => `Last checked ${when}.`,
    lastResult: (when, counts) => {
      const parts = [
        counts.created > 0 ? `${n(counts.created)} added` : '',
        counts.updated > 0 ? `${n(counts.updated)} changed` : '',
        counts.deleted > 0 ? `${n(counts.deleted)} removed` : '',
        counts.failed > 0 ? `${n(counts.failed)} failed` : '',
      ].filter((part) => part !== '');
      return `Last changes ${when}: ${parts.length > 0 ? parts.join(', ') : 'none'}.`;
    },
    neverRun: 'Not checked yet.',
    syncNow: 'Sync now',
    syncRequested: 'The check starts at once.',
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop',
    pausedByOwner: 'You paused it. Nothing is copied until you resume it.',
    settings: 'Settings',
    unpair: 'Unpair',

    parked: (count) => `${events(count)} could not be copied.`,
    held: (count) => `${n(count)} ${count === 1 ? 'change is' : 'changes are'} held back.`,
    heldAction:
      'So many at once look like a mistake, so they wait for you. Approve them to have them made in the other calendar too. Reject them, and the calendar in which they were made gets back what it had.',
    heldKinds: {
      delete: { exchange: 'to be removed from Exchange', liferay: 'to be removed from Liferay' },
      change: { exchange: 'to be changed in Exchange', liferay: 'to be changed in Liferay' },
    },
    decide: { approve: 'Approve', reject: 'Reject' },
    decideAll: { approve: 'Approve all', reject: 'Reject all' },
    decideOn: { approve: (title) => `Approve: ${title}`, reject: (title) => `Reject: ${title}` },
    decided: { approve: 'What was approved is carried out.', reject: 'What was rejected is undone.' },
    moreProblems: (count) => `And ${n(count)} more.`,
    untitled: '(no title)',
    retryItem: (title) => `Try again: ${title}`,
    retryRequested: 'The event is tried again.',

    history: 'History',
    historyEmpty: 'Nothing has been changed yet.',
    historyMore: 'Show older changes',
    before: 'Before',
    after: 'After',
    undo: 'Undo',
    undoNamed: (title) => `Undo: ${title}`,
    undoAll: 'Undo all',
    undoAllOf: (when) => `Undo all of ${when}`,
    undoPlanned: (count) => `${n(count)} ${count === 1 ? 'change is' : 'changes are'} being undone.`,
    undoRefused: (count) => `${n(count)} ${count === 1 ? 'change cannot' : 'changes cannot'} be undone.`,
    historyKinds: {
      create: { exchange: 'Added to Exchange', liferay: 'Added to Liferay' },
      update: { exchange: 'Changed in Exchange', liferay: 'Changed in Liferay' },
      delete: { exchange: 'Removed from Exchange', liferay: 'Removed from Liferay' },
      lost: { exchange: 'Change in Exchange gave way', liferay: 'Change in Liferay gave way' },
      putBack: { exchange: 'Put back in Exchange', liferay: 'Put back in Liferay' },
      linked: { exchange: 'Recognised in Exchange', liferay: 'Recognised in Liferay' },
      parked: { exchange: 'Set aside for Exchange', liferay: 'Set aside for Liferay' },
    },
    fields: {
      title: 'title',
      description: 'description',
      location: 'place',
      when: 'time',
      exceptions: 'changed occurrences',
      showAs: 'availability',
      sensitivity: 'privacy',
      reminderMinutes: 'reminder',
      categories: 'categories',
      attendees: 'attendees',
      ownResponse: 'response',
    },

    why: 'Event missing?',
    whyTitle: 'Title, or part of it',
    whyDay: 'Day',
    whyAsk: 'Why is it not here?',
    whyUnknown: (when) =>
      when === ''
        ? 'Neither calendar has been looked at yet.'
        : `Neither calendar had such an event when they were looked at last, ${when}. It may be in another calendar. What is too far away is found by its day.`,
    verdicts: {
      here: 'It is in both calendars.',
      soon: 'It is copied with one of the next checks.',
      outside: 'It is further away than what is copied; see Settings.',
      setAside: 'It could not be copied.',
      held: 'Its change waits for your approval.',
      leftAlone: 'It is in Liferay only, and this pairing only copies from Exchange.',
      preview: 'Nothing is copied before the pairing is started.',
      removed: 'It was deleted in one calendar, and then in the other:',
    },

    unpairTitle: 'Unpair these calendars?',
    unpairQuestion: (exchange, liferay) =>
      `“${exchange}” in Exchange and “${liferay}” in Liferay will no longer be kept in step.`,
    unpairConsequence: 'All events stay where they are, in both calendars. Nothing is deleted.',
    cancel: 'Cancel',

    preview: 'Preview and start',
    previewTitle: 'Keep these calendars in step?',
    previewText: (exchange, liferay) =>
      `This is what will be done with “${exchange}” in Exchange and “${liferay}” in Liferay. Nothing is written before you start it.`,
    previewLooking: (found) =>
      found === 0
        ? 'Both calendars are being looked through…'
        : `Both calendars are being looked through; ${events(found)} so far…`,
    previewMore: (shown) => `Show more than the first ${n(shown)}`,
    previewEmpty: 'There is nothing to do.',
    previewKinds: {
      link: (count) => `${events(count)} in both calendars: linked`,
      createExchange: (count) => `${events(count)}: added to Exchange`,
      createLiferay: (count) => `${events(count)}: added to Liferay`,
      updateExchange: (count) => `${events(count)}: changed in Exchange`,
      updateLiferay: (count) => `${events(count)}: changed in Liferay`,
      deleteExchange: (count) => `${events(count)}: removed from Exchange`,
      deleteLiferay: (count) => `${events(count)}: removed from Liferay`,
      leaveAlone: (count) => `${events(count)} in Liferay only: left alone`,
      outside: (count) => `${events(count)} too far back or ahead: not copied`,
      held: (count) => `${events(count)}: held back until you approve`,
      setAside: (count) => `${events(count)}: cannot be copied`,
    },
    invitationsQuestion: (meetings) =>
      meetings === 1
        ? 'Shall Exchange invite people to the meeting that was found in Liferay?'
        : `Shall Exchange invite people to the ${n(meetings)} meetings that were found in Liferay?`,
    invitees: (count) => `${n(count)} ${count === 1 ? 'person' : 'people'}`,
    moreMeetings: (count) => `And ${n(count)} more.`,
    invitationChoices: { leave: 'Leave without attendees', send: 'Send invitations' },
    invitationConsequences: {
      leave:
        'Nobody gets mail. When you change one of the meetings later, all who are invited to it are asked.',
      send: 'Exchange sends everybody one invitation to each of these meetings that is still to come.',
    },
    start: 'Start',
    started: 'The first sync starts.',

    pairCalendars: 'Pair calendars',
    formText: 'What is in the Exchange calendar will appear in the Liferay calendar and be kept up to date.',
    exchangeCalendar: 'Exchange calendar',
    liferayCalendar: 'Liferay calendar',
    choose: 'Choose a calendar',
    chooseExchange: 'Choose an Exchange calendar.',
    chooseLiferay: 'Choose a Liferay calendar.',
    paired: (name) => `${name} (already paired)`,
    readOnly: (name) => `${name} (read only)`,
    ownerKinds: { user: 'Personal calendars', site: 'Site calendars', resource: 'Rooms and resources' },
    direction: 'Direction',
    directionChoices: { both: 'Two-way', toLiferay: 'Read-only copy' },
    directionTexts: {
      both: 'What you change in either calendar arrives in the other.',
      toLiferay:
        'Liferay shows what is in Exchange, and Exchange stays as it is. Copied events that are changed in Liferay are put back, and answers to invitations are not sent.',
    },
    writeBackReadOnly: 'This Exchange calendar can only be read, so nothing is written to it.',
    writeBackTaken:
      'This Exchange calendar is already paired in both directions; it can only be copied from here.',
    windowPast: 'Past events',
    windowFuture: 'Coming events',
    windowNone: 'None',
    windowText: 'Events that are further away are not copied. As time passes, coming events are added.',
    moreSettings: 'More settings',
    savedAtOnce: 'Every change is saved at once.',
    saved: 'Saved.',
    policy: 'Where both calendars changed the same thing',
    policies: { exchange: 'Exchange wins', liferay: 'Liferay wins' },
    policyText: 'What gives way is kept in the history.',
    shown: 'What the Liferay calendar shows of Exchange events',
    shownDetails: { full: 'All details', title: 'Title and time', busy: 'Only that you are busy' },
    shownText:
      'What is not shown cannot be changed in Liferay. Events that are made in Liferay keep their texts there.',
    participants: 'List the participants of meetings',
    participantsOn:
      'Who is invited, and what they answered, stands under the description. Everybody who can see the calendar can read it.',
    participantsOff: 'The names of participants stay in Exchange.',
    participantsHidden: 'Participants are listed only where all details are shown.',
    showPrivate: 'Show private events like the others',
    showPrivateOn: 'Everybody who can see the calendar can read your private events.',
    showPrivateOff: 'Of private events the calendar shows nothing but the time.',
    recycleBin: 'Move deleted events to Liferay’s Recycle Bin',
    recycleBinOn:
      'When an event is deleted in Exchange, its copy goes to the Recycle Bin, from which it can be restored.',
    recycleBinOff: 'When an event is deleted in Exchange, its copy in Liferay is deleted for good.',
    previewFirst: 'Show me first what would be done',
    previewFirstOn: 'Nothing is written to either calendar before you have seen it and started it.',
    previewFirstOff:
      'The first sync starts at once. Meetings that it finds in Liferay go to Exchange without attendees.',
    showPreview: 'Show preview',
    pair: 'Pair',
    noExchangeCalendars: 'Your mailbox has no calendar.',
    noOwnCalendar: 'You have no calendar of your own in Liferay yet.',
    createCalendar: 'Create my calendar',

    announcePaired: (exchange, liferay) => `${exchange} and ${liferay} are paired. The first sync starts.`,
    announcePreviewing: (exchange, liferay) =>
      `${exchange} and ${liferay} are paired. Nothing is written before you start it.`,
    announceUnpaired: (exchange, liferay) => `${exchange} and ${liferay} are no longer paired.`,
    announceCreated: (name) => `The calendar ${name} was created and chosen.`,
    announcePaused: 'The pairing is paused.',
    announceResumed: 'The pairing goes on.',
    announceStatus: (exchange, sentence) => `${exchange}: ${sentence}`,
    announceProgress: (exchange, progress) => `${exchange}: ${progress}`,
    announceProblems: (exchange, problems) => `${exchange}: ${problems}`,
  },
};
