/**
 * What every language has to say. A missing key is a compile error in each language file, so a reason cannot be
 * added without a text for it.
 */
import type {
  ApiReason,
  Details,
  HeldChange,
  HeldDecision,
  HistoryEntry,
  LiferayCalendar,
  Pairing,
  Policy,
  Proposal,
  Side,
  Why,
} from '../api.ts';
import type { EventField } from '../event-fields.ts';
import type { Reason } from '../reasons.ts';

/** What only the browser can see: it got no answer from the service, or none that it could use. */
export type BrowserReason =
  | 'serviceUnreachable'
  | 'serviceSignInFailed'
  | 'applicationMissing'
  | 'answerNotUnderstood';

/** What only administrators of sites meet; its texts come with their view (sites/dictionary.ts). */
export type SiteReason = 'siteNotAdministered' | 'mailboxUnknown';

/** What only administrators of Exchange domains meet; its texts come with their view (domains/dictionary.ts). */
export type DomainReason =
  | 'domainUnknown'
  | 'domainInUse'
  | 'domainConfigured'
  | 'mailDomainTaken'
  | 'portalAdministratorOnly'
  | 'signInNeeded'
  | 'doctorBusy'
  | 'bodyTooLarge';

/** `title`: what happened. `action`: what the reader can do about it. Both are whole sentences. */
export interface ReasonText {
  readonly title: string;
  readonly action: string;
}

export interface StatusText {
  /** One or two words for the badge. */
  readonly label: string;
  /** The same as a whole sentence. */
  readonly sentence: string;
}

/** What the last run that did something did, as counts of events. */
export interface ResultCounts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
}

type Decision = HeldDecision['decision'];

export interface UiTexts {
  readonly heading: string;
  readonly mailbox: (address: string) => string;
  readonly loading: string;
  readonly signInTitle: string;
  readonly signInAction: string;
  readonly tryAgain: string;
  /** For the request id, which an administrator finds in the service's log. */
  readonly reference: (requestId: string) => string;
  readonly details: (text: string) => string;
  readonly refreshFailed: string;
  readonly offline: string;
  /** Beside why the page does not open. */
  readonly retriedByItself: string;
  /** Asks the administrators of the domain to approve the reader's own mailbox. */
  readonly askApproval: string;
  readonly approvalAsked: string;
  /** Names the choice between the page's views. */
  readonly views: string;
  readonly viewMine: string;
  readonly viewSites: string;
  readonly viewDomains: string;

  readonly pairedHeading: string;
  readonly noPairings: string;
  /** In its place for who has paired nothing yet. */
  readonly mailboxFound: (address: string) => string;
  readonly unpairedHeading: string;
  readonly allPaired: string;
  /** Begins with `pair`, which stands on the button. */
  readonly pairNamed: (name: string) => string;
  readonly exchange: string;
  readonly liferay: string;
  readonly directions: Readonly<Record<Pairing['direction'], string>>;
  readonly statuses: Readonly<Record<Pairing['status'], StatusText>>;
  readonly progress: (done: number, total: number) => string;
  readonly counting: string;
  /** `when` is a relative time such as "in 8 seconds". */
  readonly nextRun: (when: string) => string;
  readonly nextTry: (when: string) => string;
  /** In their places once the time has come. */
  readonly runDue: string;
  readonly tryDue: string;
  readonly lastRun: (when: string) => string;
  readonly lastResult: (when: string, counts: ResultCounts) => string;
  readonly neverRun: string;
  readonly syncNow: string;
  readonly syncRequested: string;
  readonly pause: string;
  readonly resume: string;
  /** In the place of `pause` during the first sync. */
  readonly stop: string;
  readonly pausedByOwner: string;
  readonly settings: string;
  readonly unpair: string;

  readonly parked: (count: number) => string;
  readonly held: (count: number) => string;
  /** What approving and rejecting mean. */
  readonly heldAction: string;
  /** What would be done on a side. */
  readonly heldKinds: Readonly<Record<HeldChange['kind'], Readonly<Record<Side, string>>>>;
  readonly decide: Readonly<Record<Decision, string>>;
  readonly decideAll: Readonly<Record<Decision, string>>;
  /** Begins with `decide`, which stands on the button. */
  readonly decideOn: Readonly<Record<Decision, (title: string) => string>>;
  readonly decided: Readonly<Record<Decision, string>>;
  readonly moreProblems: (count: number) => string;
  readonly untitled: string;
  /** Begins with `tryAgain`, which stands on the button: people who speak to the page say what they see. */
  readonly retryItem: (title: string) => string;
  readonly retryRequested: string;

  readonly history: string;
  readonly historyEmpty: string;
  readonly historyMore: string;
  readonly before: string;
  readonly after: string;
  readonly undo: string;
  /** Begins with `undo`, which stands on the button. */
  readonly undoNamed: (title: string) => string;
  readonly undoAll: string;
  /** Begins with `undoAll`. */
  readonly undoAllOf: (when: string) => string;
  readonly undoPlanned: (count: number) => string;
  readonly undoRefused: (count: number) => string;
  /** A whole phrase for a kind of change on a side: "Added in Exchange". */
  readonly historyKinds: Readonly<Record<HistoryEntry['kind'], Readonly<Record<Side, string>>>>;
  /** What of an event was changed, as it stands in a list. */
  readonly fields: Readonly<Record<EventField, string>>;

  /** Opens the question why an event is missing. */
  readonly why: string;
  readonly whyTitle: string;
  readonly whyDay: string;
  readonly whyAsk: string;
  /** Neither calendar had such an event, at this time or (empty) ever. */
  readonly whyUnknown: (when: string) => string;
  /** A whole sentence; for what was removed it ends so that the time can follow. */
  readonly verdicts: Readonly<Record<Why['found'][number]['verdict'], string>>;

  readonly unpairTitle: string;
  readonly unpairQuestion: (exchange: string, liferay: string) => string;
  readonly unpairConsequence: string;
  readonly cancel: string;

  /** Opens the dialog in which a pairing that previews is started. */
  readonly preview: string;
  readonly previewTitle: string;
  readonly previewText: (exchange: string, liferay: string) => string;
  /** While both calendars are looked through; so many events were found so far. */
  readonly previewLooking: (found: number) => string;
  /** Shows further events beside so many that are shown. */
  readonly previewMore: (shown: number) => string;
  readonly previewEmpty: string;
  /** What would be done with so many events. */
  readonly previewKinds: Readonly<Record<Proposal['kind'], (count: number) => string>>;
  /** Whether Exchange shall invite to so many meetings. */
  readonly invitationsQuestion: (meetings: number) => string;
  /** How many people would be invited to a meeting. */
  readonly invitees: (count: number) => string;
  readonly moreMeetings: (count: number) => string;
  readonly invitationChoices: Readonly<Record<'leave' | 'send', string>>;
  readonly invitationConsequences: Readonly<Record<'leave' | 'send', string>>;
  readonly start: string;
  readonly started: string;

  /** Names the dialog, and the button that opens it. */
  readonly pairCalendars: string;
  readonly formText: string;
  readonly exchangeCalendar: string;
  readonly liferayCalendar: string;
  readonly choose: string;
  readonly chooseExchange: string;
  readonly chooseLiferay: string;
  readonly paired: (name: string) => string;
  readonly readOnly: (name: string) => string;
  readonly ownerKinds: Readonly<Record<LiferayCalendar['ownerKind'], string>>;
  readonly direction: string;
  readonly directionChoices: Readonly<Record<Pairing['direction'], string>>;
  /** What each of them means. */
  readonly directionTexts: Readonly<Record<Pairing['direction'], string>>;
  /** In its place where Exchange cannot be written to. */
  readonly writeBackReadOnly: string;
  readonly writeBackTaken: string;
  readonly windowPast: string;
  readonly windowFuture: string;
  /** Instead of "0 days". */
  readonly windowNone: string;
  readonly windowText: string;
  readonly moreSettings: string;
  readonly savedAtOnce: string;
  readonly saved: string;
  readonly policy: string;
  readonly policies: Readonly<Record<Policy, string>>;
  readonly policyText: string;
  readonly shown: string;
  readonly shownDetails: Readonly<Record<Details, string>>;
  readonly shownText: string;
  readonly participants: string;
  readonly participantsOn: string;
  readonly participantsOff: string;
  /** In their place where descriptions are not shown. */
  readonly participantsHidden: string;
  readonly showPrivate: string;
  readonly showPrivateOn: string;
  readonly showPrivateOff: string;
  readonly recycleBin: string;
  readonly recycleBinOn: string;
  readonly recycleBinOff: string;
  readonly previewFirst: string;
  readonly previewFirstOn: string;
  readonly previewFirstOff: string;
  /** Goes on to the preview. */
  readonly showPreview: string;
  readonly pair: string;
  readonly noExchangeCalendars: string;
  readonly noOwnCalendar: string;
  readonly createCalendar: string;

  readonly announcePaired: (exchange: string, liferay: string) => string;
  /** In its place where the pairing previews. */
  readonly announcePreviewing: (exchange: string, liferay: string) => string;
  readonly announceUnpaired: (exchange: string, liferay: string) => string;
  readonly announceCreated: (name: string) => string;
  readonly announcePaused: string;
  readonly announceResumed: string;
  readonly announceStatus: (exchange: string, sentence: string) => string;
  readonly announceProgress: (exchange: string, progress: string) => string;
  readonly announceProblems: (exchange: string, problems: string) => string;
}

export interface Texts {
  /** BCP 47 tag of these texts: numbers and times are written in the same language. */
  readonly locale: string;
  readonly reasons: Readonly<
    Record<Exclude<Reason | ApiReason, SiteReason | DomainReason> | BrowserReason, ReasonText>
  >;
  /** For a reason that a newer service sends, or that is another view's: these texts do not know it. */
  readonly unknownReason: ReasonText;
  readonly ui: UiTexts;
}
