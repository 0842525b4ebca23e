/** A mailbox to run the contract of MailboxCalendar against, and what its tests do with it again and again. */
import type { CalendarEvent, DateText, EventTime } from '#core/event.ts';
import { RemoteFailure } from '#core/failure.ts';
import type {
  MailboxCalendar,
  MailboxChange,
  MailboxItem,
  MailboxWrite,
} from '#exchange/mailbox-calendar.port.ts';
import type { EventField } from '#shared/event-fields.ts';

export interface OccurrenceChange {
  readonly title?: string;
  readonly time?: EventTime;
}

/** What someone does in the same mailbox without us. Ids are those of the port. */
export interface MailboxPerson {
  createAppointment(title: string): string;
  retitle(id: string, title: string): void;
  copy(id: string): string;
  /** Somebody else in the organisation invites the owner, to one event or to five days in a row; id of the owner's copy. */
  invited(title: string, isSeries: boolean): string;
  /** Whoever invited to it cancels it. */
  cancelled(id: string): void;
  delete(id: string): void;
  /** Changes the occurrence of a series that its rule has on a date of the series' zone. */
  changeOccurrence(id: string, date: DateText, change: OccurrenceChange): void;
  deleteOccurrence(id: string, date: DateText): void;
  /** Makes a further calendar and returns its id. */
  addCalendar(name: string, mayWrite: boolean): string;
  deleteCalendar(id: string): void;
}

export interface MailboxWorld {
  readonly mailbox: MailboxCalendar;
  readonly person: MailboxPerson;
  /** How many mails have left the mailbox. */
  mails(): number;
}

export interface ContractOptions {
  /** Runs of the property that compares events with what is read back. */
  readonly runs?: number;
  /** The server counts weeks from Sunday only, as Exchange 2007 does. */
  readonly weeksFromSunday?: boolean;
  /** A new rule of a series leaves its exceptions on the dates that remain. */
  readonly keepsExceptions?: boolean;
  /** Of an occurrence that was moved and then deleted the server only tells where it was last. */
  readonly tellsLastStart?: boolean;
  /** The UID of what is created is the server's own. */
  readonly ownUids?: boolean;
  /** The changes of a folder do not tell the version of a series: it has to be read. */
  readonly seriesVersionsUntold?: boolean;
  /** What was deleted is said to have changed, and a read tells; a deleted occurrence is told later. */
  readonly tellsByReading?: boolean;
}

let serial = 0;

/** The id of the default calendar. */
export async function defaultFolder(mailbox: MailboxCalendar): Promise<string> {
  const folder = (await mailbox.listFolders()).find(({ isDefault }) => isDefault);
  if (folder === undefined) throw new Error('the mailbox has no default calendar');
  return folder.id;
}

/** A stamp and a UID that nothing else has. */
export function ids(): { readonly stamp: string; readonly uid: string } {
  serial += 1;
  return { stamp: `stamp-${serial}`, uid: `uid-${serial}@example.com` };
}

/** Creates one event without mail; its id. */
export async function createOne(
  mailbox: MailboxCalendar,
  folderId: string,
  event: CalendarEvent,
): Promise<string> {
  const [outcome] = await mailbox.create(folderId, [{ ...ids(), event, invitations: 'none' }]);
  return idOf(outcome);
}

/** The one item, which must be readable. */
export async function readOne(mailbox: MailboxCalendar, id: string): Promise<MailboxItem> {
  const [outcome] = await mailbox.read([id]);
  if (outcome?.kind !== 'item') throw new Error(`not read: ${JSON.stringify(outcome)}`);
  return outcome.item;
}

/** Updates one item, bound to the version that was read, without mail. */
export async function updateOne(
  mailbox: MailboxCalendar,
  item: MailboxItem,
  event: CalendarEvent,
  fields: readonly EventField[],
): Promise<MailboxWrite | undefined> {
  const { id, version } = item;
  const wasSeries = item.event.recurrence !== null;
  return (await mailbox.update([{ id, version, event, fields, wasSeries, invitations: 'none' }]))[0];
}

/** All pages of changes since a cursor, and the last one. */
export async function allChanges(
  mailbox: MailboxCalendar,
  folderId: string,
  cursor: string | null,
): Promise<{ readonly changes: readonly MailboxChange[]; readonly cursor: string }> {
  const changes: MailboxChange[] = [];
  let from = cursor;
  for (let page = 0; page < 100; page += 1) {
    const next = await mailbox.changes(folderId, from);
    changes.push(...next.changes);
    from = next.cursor;
    if (!next.more) return { changes, cursor: next.cursor };
  }
  throw new Error('the pages do not end');
}

function written(outcome: MailboxWrite | undefined): MailboxWrite & { readonly kind: 'written' } {
  if (outcome?.kind === 'written') return outcome;
  throw outcome === undefined ? new Error('no outcome') : new RemoteFailure(outcome.failure);
}

/** What a write that succeeded answered. Throws the failure of one that did not. */
export function idOf(outcome: MailboxWrite | undefined): string {
  return written(outcome).id;
}

export function versionOf(outcome: MailboxWrite | undefined): string {
  return written(outcome).version;
}
