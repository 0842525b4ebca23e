/** What every language has to say to the administrators of sites; loaded with their view. */
import type { Pairing } from '../../api.ts';
import type { ReasonText, SiteReason } from '../dictionary.ts';

export interface SiteTexts {
  /** Beside those of the page. */
  readonly reasons: Readonly<Record<SiteReason, ReasonText>>;
  /** Of a site whose name is not known. */
  readonly siteNumber: (id: string) => string;
  readonly site: string;
  readonly heading: string;
  readonly text: string;
  readonly search: string;
  readonly state: string;
  readonly anyState: string;
  readonly notPaired: string;
  readonly withProblems: string;
  readonly columns: Readonly<Record<'mailbox' | 'resource' | 'shows' | 'state' | 'checked', string>>;
  /** What the calendar shows of a mailbox, as it stands in a column. */
  readonly shows: Readonly<Record<Pairing['details'], string>>;
  readonly never: string;
  readonly manage: string;
  /** Begins with `manage`, which stands on the button. */
  readonly manageNamed: (mailbox: string) => string;
  readonly select: (mailbox: string) => string;
  readonly selectAll: string;
  readonly pairSelected: (count: number) => string;
  readonly shown: (shown: number, all: number) => string;
  readonly nothingReleased: string;
  readonly nothingFound: string;
  readonly dialogTitle: string;
  readonly dialogText: string;
  readonly resourceFor: (mailbox: string) => string;
  readonly leaveOut: string;
  readonly makeResource: (name: string) => string;
  readonly makeAll: (count: number) => string;
  readonly releasedByAddress: string;
  readonly releasedByList: (list: string) => string;
  readonly releasedByPattern: (pattern: string) => string;
  readonly notReleased: string;
  readonly nameMailbox: string;
  readonly patterns: (patterns: readonly string[]) => string;
  readonly addMailbox: string;
  readonly unfit: (address: string) => string;
  readonly noCalendar: string;
  readonly done: (done: number, all: number) => string;
  readonly close: string;
  readonly announcePaired: (count: number) => string;
}
