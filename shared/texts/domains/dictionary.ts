/** What every language has to say to the administrators of Exchange domains; loaded with their view. */

import type * as v from 'valibot';
import type { Remedy } from '../../doctor.ts';
import type { Domain, DomainActing, DomainOnlineProtocol, MailboxRequest } from '../../domain-api.ts';
import type { DomainSignIn, Release } from '../../domain-requests.ts';
import type { DomainReason, ReasonText } from '../dictionary.ts';

type Kind = v.InferOutput<typeof Release>['kind'];
type RequestState = v.InferOutput<typeof MailboxRequest>['state'];
type Decision = Exclude<RequestState, 'waiting'>;
type SignInKind = DomainSignIn['kind'];
type Rule = Domain['addressRule'];
type AdministratorKind = Domain['administrators'][number]['kind'];
type SignInField =
  | 'user'
  | 'password'
  | 'tokenUrl'
  | 'clientId'
  | 'scope'
  | 'secret'
  | 'certificate'
  | 'privateKey';
type TextFieldName = 'name' | 'mailDomains' | 'url' | 'releasedHosts' | 'interval' | 'maxConcurrent';
type Tab = 'settings' | 'rooms' | 'approvals' | 'mailboxes' | 'activity';
type Section = 'name' | 'reach' | 'signIn' | 'acting' | 'rule' | 'limits' | 'administrators';
type Mistake =
  | 'required'
  | 'tooLong'
  | 'hostNames'
  | 'webAddress'
  | 'httpsOnly'
  | 'credentialsInAddress'
  | 'interval'
  | 'maxConcurrent'
  | 'userId'
  | 'signInNeeded'
  | 'mailDomainTaken'
  | 'ntlmNeedsNode'
  | 'refused';

export interface DomainTexts {
  /** Beside those of the page, and in the place of some of them. */
  readonly reasons: Readonly<Record<DomainReason | 'mailboxUnknown', ReasonText>>;

  readonly heading: string;
  readonly text: string;
  readonly noDomains: string;
  readonly newDomain: string;
  readonly allDomains: string;
  readonly columns: Readonly<Record<'name' | 'mailDomains' | 'server' | 'mailboxes' | 'state', string>>;
  /** Of a domain that takes what no other has. */
  readonly allOtherMailDomains: string;
  readonly unknown: string;
  readonly count: (count: number) => string;
  readonly states: Readonly<Record<'active' | 'failing' | 'paused', string>>;

  /** How many mailboxes are paired, and where they are. */
  readonly summary: (mailboxes: number, server: string | null) => string;
  readonly pausedTitle: string;
  readonly pausedText: string;
  /** Beside why nothing of the domain is worked on. */
  readonly testTells: string;
  readonly retryAt: (when: string) => string;
  readonly delete: string;
  readonly deleteQuestion: (name: string) => string;
  readonly deletes: readonly string[];
  readonly cannotDelete: (name: string) => string;
  readonly cannotDeleteUsed: (mailboxes: number) => string;
  readonly cannotDeleteConfigured: string;
  readonly tabsLabel: string;
  readonly tabs: Readonly<Record<Tab, string>>;

  /** Of a domain that environment variables describe. */
  readonly configured: string;
  readonly configuredText: string;
  readonly sections: Readonly<Record<Section, string>>;
  readonly fields: Readonly<Record<TextFieldName, string>>;
  readonly hints: Readonly<Record<Exclude<TextFieldName, 'name'>, string>>;
  /** Beside the e-mail domains of a domain that has none. */
  readonly takesTheRest: string;
  /** Beside what only administrators of the portal set. */
  readonly setByPortal: string;
  readonly reach: string;
  readonly reaches: Readonly<Record<'url' | 'autodiscover', string>>;
  readonly reachTexts: Readonly<Record<'url' | 'autodiscover', string>>;
  readonly prefer: string;
  readonly prefers: Readonly<Record<'external' | 'internal', string>>;
  readonly network: string;
  readonly networkTexts: Readonly<Record<'public' | 'private' | 'loopback', string>>;
  readonly networkOfOperator: string;
  readonly signIn: string;
  readonly signIns: Readonly<Record<SignInKind, string>>;
  readonly signInTexts: Readonly<Record<SignInKind, string>>;
  readonly signInIsSet: (kind: string) => string;
  readonly signInLost: string;
  readonly neverShown: string;
  readonly replaceSignIn: string;
  readonly keepSignIn: string;
  readonly signInFields: Readonly<Record<SignInField, string>>;
  readonly signInHints: Readonly<Partial<Record<SignInField, string>>>;
  readonly proof: string;
  readonly proofs: Readonly<Record<'secret' | 'certificate', string>>;
  readonly acting: string;
  readonly actings: Readonly<Record<DomainActing, string>>;
  readonly actingTexts: Readonly<Record<DomainActing, string>>;
  readonly onlineProtocol: string;
  readonly onlineProtocols: Readonly<Record<DomainOnlineProtocol, string>>;
  readonly onlineProtocolTexts: Readonly<Record<DomainOnlineProtocol, string>>;
  readonly rule: string;
  readonly rules: Readonly<Record<Rule, string>>;
  readonly ruleTexts: Readonly<Record<Rule, string>>;
  readonly noAdministrators: string;
  readonly addAdministrator: string;
  readonly administratorKind: string;
  readonly administratorKinds: Readonly<Record<AdministratorKind, string>>;
  readonly administratorValues: Readonly<Record<AdministratorKind, string>>;
  readonly administrator: Readonly<Record<AdministratorKind, (value: string) => string>>;
  readonly remove: string;
  /** Begins with `remove`, which stands on the button. */
  readonly removeNamed: (name: string) => string;
  readonly save: string;
  readonly create: string;
  readonly discard: string;
  readonly saved: string;
  readonly discarded: string;
  readonly mistakes: Readonly<Record<Mistake, string>>;
  readonly mistakeCount: (count: number) => string;

  readonly test: string;
  readonly testTitle: (name: string) => string;
  readonly testText: string;
  readonly testMailbox: string;
  readonly testMailboxText: string;
  readonly testWrites: string;
  readonly testWritesText: string;
  readonly startTest: string;
  readonly testAgain: string;
  /** While it is under way; so many steps are over. */
  readonly testing: (steps: number) => string;
  readonly close: string;
  readonly noAddress: string;
  readonly mailboxElsewhere: string;
  /** In the place of those that name variables, for a domain that is set here. */
  readonly remedies: Readonly<Partial<Record<Remedy, string>>>;

  readonly released: string;
  readonly releasedText: string;
  readonly nothingReleased: string;
  readonly releaseColumns: Readonly<Record<'value' | 'kind' | 'site', string>>;
  readonly releaseKinds: Readonly<Record<Kind, string>>;
  readonly releaseKindTexts: Readonly<Record<Kind, string>>;
  readonly releaseConfigured: string;
  readonly siteNumber: (id: string) => string;
  readonly siteNamed: (name: string, id: string) => string;
  readonly takeBack: string;
  /** Begins with `takeBack`, which stands on the button. */
  readonly takeBackNamed: (value: string, site: string) => string;
  readonly takeBackQuestion: (value: string, site: string) => string;
  readonly takeBackConsequences: readonly string[];
  readonly readAnew: string;
  readonly roomsRead: (rooms: number) => string;
  readonly releaseMore: string;
  readonly releaseSite: string;
  readonly releaseSiteText: string;
  readonly thisSite: (id: string | number) => string;
  readonly releaseWhat: string;
  readonly releaseValues: Readonly<Record<Kind, string>>;
  readonly releaseMistakes: Readonly<Record<'siteId' | 'address' | 'pattern' | 'elsewhere', string>>;
  readonly findRoomLists: string;
  readonly foundRoomLists: (count: number) => string;
  readonly roomList: (name: string, address: string) => string;
  readonly release: string;

  readonly approvalsText: string;
  readonly noRequests: string;
  readonly requestColumns: Readonly<Record<'person' | 'address' | 'state' | 'asked', string>>;
  readonly requestStates: Readonly<Record<RequestState, string>>;
  readonly userNumber: (id: string) => string;
  readonly decided: (when: string, by: string) => string;
  readonly decide: Readonly<Record<Decision, string>>;
  /** Begins with `decide`, which stands on the button. */
  readonly decideOn: Readonly<Record<Decision, (name: string, address: string) => string>>;

  readonly announceCreated: (name: string) => string;
  readonly announceDeleted: (name: string) => string;
  readonly announcePaused: string;
  readonly announceResumed: string;
  readonly announceReleased: (count: number) => string;
  readonly announceTakenBack: (value: string) => string;
  readonly announceDecided: Readonly<Record<Decision, (name: string) => string>>;
}
