/** What every language has to say about a domain's mailboxes, its activity and its record; loaded with their panels. */
import type { ActivityPart, ActivitySpan } from '../../activity.ts';
import type { AuditEntry, DomainMailbox } from '../../domain-api.ts';
import type { DomainMailboxAction, DomainPatch, MailboxSort } from '../../domain-requests.ts';

type Action = DomainMailboxAction['action'];

/** Which mailboxes an act in the record was about, as far as it says so. */
export interface ActedOn {
  readonly address: string | null;
  readonly count: number | null;
  readonly search: string | null;
  readonly state: string | null;
  /** A reason's sentence, without its full stop. */
  readonly reason: string | null;
}

export interface MailboxPanelTexts {
  readonly heading: string;
  readonly text: string;
  readonly search: string;
  readonly state: string;
  readonly anyState: string;
  readonly states: Readonly<Record<DomainMailbox['state'], string>>;
  readonly reason: string;
  readonly anyReason: string;
  /** A reason, and how many mailboxes have it. */
  readonly reasonCounted: (title: string, mailboxes: number) => string;
  readonly columns: Readonly<Record<MailboxSort, string>>;
  readonly owners: Readonly<Record<DomainMailbox['ownerKind'], (id: string) => string>>;
  readonly never: string;
  readonly due: string;
  readonly setAside: (events: number) => string;
  readonly ownInterval: (interval: string) => string;
  readonly empty: string;
  readonly nothingFound: string;
  /** Which of the mailboxes that fit are shown. */
  readonly shown: (first: number, last: number, all: number) => string;
  readonly previousPage: string;
  readonly nextPage: string;
  readonly pages: string;
  readonly select: (address: string) => string;
  readonly selectPage: string;
  readonly selectAll: (count: number) => string;
  readonly selected: (count: number) => string;
  readonly selectNone: string;
  /** Name of the row of these: they do something to what is selected. */
  readonly actOn: string;
  readonly actions: Readonly<Record<Action, string>>;
  readonly acted: Readonly<Record<Action, (mailboxes: number) => string>>;
  /** Where copies are removed on one side, in the background. */
  readonly unpairing: Readonly<Record<'exchange' | 'liferay', (mailboxes: number) => string>>;
  readonly pauseTitle: string;
  readonly pauseQuestion: (mailboxes: number) => string;
  readonly intervalTitle: string;
  readonly intervalQuestion: (mailboxes: number) => string;
  readonly unpairTitle: string;
  readonly unpairQuestion: (mailboxes: number) => string;
  readonly progressLabel: string;
  readonly progress: (done: number, all: number) => string;
  readonly synced: (mailboxes: number) => string;
  readonly exportCsv: string;
  readonly details: string;
  /** Begins with `details`, which stands on the button. */
  readonly detailsOf: (address: string) => string;
  readonly nothingWrong: string;
  readonly attempts: (count: number) => string;
  /** Whether Exchange tells of changes, each as a sentence. */
  readonly push: Readonly<Record<'on' | 'waiting', string>>;
  readonly pairings: string;
  /** Between the names of the two calendars. */
  readonly directions: Readonly<Record<'both' | 'toLiferay', (exchange: string, liferay: string) => string>>;
  readonly events: (count: number) => string;
  readonly problems: string;
  readonly noProblems: string;
  /** So many events, and the whole sentence of why they are set aside. */
  readonly problem: (events: number, title: string) => string;
  readonly runs: string;
  readonly noRuns: string;
  readonly settings: string;
  readonly interval: string;
  readonly intervalText: string;
  readonly intervalUsual: string;
  readonly actAs: string;
  readonly actAsText: string;
  readonly save: string;
  readonly saved: (address: string) => string;
}

export interface ActivityPanelTexts {
  readonly heading: string;
  readonly text: string;
  readonly span: string;
  readonly spans: Readonly<Record<ActivitySpan, string>>;
  readonly runs: string;
  readonly changes: string;
  readonly failures: string;
  readonly series: Readonly<Record<Exclude<keyof ActivityPart, 'start'>, string>>;
  /** What a chart shows, for who does not see it: all in all, and where most was. */
  readonly summary: (total: number, most: number, when: string) => string;
  readonly nothing: string;
  readonly figures: string;
  readonly time: string;
  readonly failuresByReason: string;
  readonly failed: Readonly<Record<'run' | 'event', (count: number) => string>>;
}

export interface RecordTexts {
  readonly heading: string;
  readonly text: string;
  readonly empty: string;
  readonly columns: Readonly<Record<'at' | 'who' | 'what', string>>;
  readonly user: (id: string) => string;
  readonly serviceKey: string;
  readonly more: string;
  readonly shown: (count: number) => string;
  readonly exportCsv: string;
  readonly created: string;
  readonly deleted: string;
  /** `fields`: what was changed, as a list. */
  readonly changed: (fields: string) => string;
  readonly fields: Readonly<Record<keyof DomainPatch, string>>;
  readonly acted: Readonly<Record<DomainMailboxAction['action'], (which: ActedOn) => string>>;
  /** The connection; of one mailbox, or of none. */
  readonly tested: (address: string | null) => string;
  readonly mailboxChanged: (address: string | null) => string;
  readonly released: (added: number, removed: number) => string;
  readonly requested: (address: string) => string;
  readonly approved: (address: string, who: string) => string;
  readonly refused: (address: string, who: string) => string;
  /** What a newer service records, in its own words. */
  readonly other: (action: AuditEntry['action']) => string;
}

export interface PanelTexts {
  readonly mailboxes: MailboxPanelTexts;
  readonly activity: ActivityPanelTexts;
  readonly record: RecordTexts;
}
