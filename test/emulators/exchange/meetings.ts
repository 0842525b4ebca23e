/**
 * Mail that a write sends, and what arrives because of it in mailboxes of this server: copies of meetings,
 * their updates and cancellations, responses in the organiser's item.
 */
import type { Attendee, ItemContent, Mailbox, ResponseType, Series, StoredItem } from './model.ts';
import type { ItemView } from './series.ts';
import type { ExchangeStore } from './store.ts';

export interface OutboxMail {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly kind: 'request' | 'update' | 'cancellation' | 'response';
  readonly subject: string;
  /** The item of the sender that the mail is about. */
  readonly itemId: string;
}

/** Values of SendMeetingInvitations, SendMeetingInvitationsOrCancellations and SendMeetingCancellations. */
export type SendMode =
  | 'SendToNone'
  | 'SendOnlyToAll'
  | 'SendOnlyToChanged'
  | 'SendToAllAndSaveCopy'
  | 'SendToChangedAndSaveCopy';

const sameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const RESPONSE_PREFIX: Partial<Record<ResponseType, string>> = {
  Accept: 'Accepted: ',
  Tentative: 'Tentative: ',
  Decline: 'Declined: ',
};

export class Meetings {
  readonly outbox: OutboxMail[] = [];
  private readonly store: ExchangeStore;

  constructor(store: ExchangeStore) {
    this.store = store;
  }

  /** After a create. Any mode but SendToNone makes the item a meeting, even without attendees. */
  created(item: StoredItem, mode: SendMode): void {
    const { content } = item;
    const isMeeting = content.attendees.length > 0 || mode !== 'SendToNone';
    if (!isMeeting) return;
    const sends = mode !== 'SendToNone';
    this.store.update(item, {
      content: { ...content, isMeeting, appointmentState: 1, myResponse: 'Organizer', requestWasSent: sends },
    });
    if (sends) this.send(item, 'request', item.content.attendees, item.content.subject);
  }

  /**
   * After an update of the organiser's item or of one occurrence of it. `before` is the content until then,
   * `content` what it is now.
   */
  updated(item: StoredItem, before: ItemContent, content: ItemContent, mode: SendMode): void {
    if (item.content.attendees.length > 0 && !item.content.isMeeting) {
      const meeting = { isMeeting: true, appointmentState: 1, myResponse: 'Organizer' } as const;
      this.store.update(item, { content: { ...item.content, ...meeting } });
    }
    if (mode === 'SendToNone' || content.myResponse !== 'Organizer') return;
    const { requestWasSent } = item.content;
    const removed = before.attendees.filter((attendee) => !invites(content, attendee));
    const added = content.attendees.filter((attendee) => !invites(before, attendee));
    const onlyChanged = mode.includes('Changed') && this.store.switches.changedOnlyIsHonoured;
    if (removed.length > 0) this.send(item, 'cancellation', removed, `Canceled: ${content.subject}`);
    const kept = content.attendees.filter((attendee) => !added.includes(attendee));
    if (!onlyChanged && requestWasSent && kept.length > 0) this.send(item, 'update', kept, content.subject);
    const invited = requestWasSent ? added : content.attendees;
    if (invited.length === 0) return;
    if (!requestWasSent) this.store.update(item, { content: { ...item.content, requestWasSent: true } });
    this.send(item, 'request', invited, content.subject);
  }

  /**
   * Before an item goes, or the occurrence of it that the pattern put on `day`: the organiser cancels, an
   * attendee declines. `content` is that of what goes.
   */
  removed(item: StoredItem, content: ItemContent, mode: SendMode, day: number | null): void {
    if (mode === 'SendToNone' || !content.isMeeting) return;
    if (content.myResponse === 'Organizer') {
      if (content.attendees.length > 0) {
        const subject = `Canceled: ${content.subject}`;
        if (day === null) this.send(item, 'cancellation', content.attendees, subject);
        else this.cancelOccurrence(item, content, day, subject);
      }
    } else if (!content.isCancelled) {
      this.respond(item, 'Decline');
    }
  }

  /** Mail to the organiser that the owner of this copy accepts, declines or may come. */
  respond(item: StoredItem, response: ResponseType): void {
    const { organizer, subject } = item.content;
    this.mail(item, 'response', [organizer.address], `${RESPONSE_PREFIX[response] ?? ''}${subject}`);
    const target = this.copyIn(organizer.address, item.uid);
    if (target === null) return;
    const attendees = target.content.attendees.map((attendee) =>
      sameAddress(attendee.address, item.mailbox.address) ? { ...attendee, response } : attendee,
    );
    this.store.update(target, { content: { ...target.content, attendees } });
  }

  /** The same for one occurrence: the organiser's copy keeps the response with that one. */
  respondToOne({ stored, content, occurrence }: ItemView, response: ResponseType): void {
    const { organizer, subject } = content;
    this.mail(stored, 'response', [organizer.address], `${RESPONSE_PREFIX[response] ?? ''}${subject}`);
    const target = this.copyIn(organizer.address, stored.uid);
    if (target?.series == null || occurrence === null || target.series.deletedDays.has(occurrence.day))
      return;
    const own = target.series.exceptions.get(occurrence.day) ?? {};
    const attendees = (own.attendees ?? target.content.attendees).map((attendee) =>
      sameAddress(attendee.address, stored.mailbox.address) ? { ...attendee, response } : attendee,
    );
    const exceptions = new Map(target.series.exceptions).set(occurrence.day, { ...own, attendees });
    this.store.update(target, { series: { ...target.series, exceptions } });
  }

  private send(
    item: StoredItem,
    kind: 'request' | 'update' | 'cancellation',
    attendees: readonly Attendee[],
    subject: string,
  ): void {
    this.mail(item, kind, addressesOf(attendees), subject);
    if (!this.store.switches.deliversMeetingMail) return;
    for (const { address } of attendees) {
      const mailbox = this.store.mailbox(address);
      if (mailbox === undefined || mailbox === item.mailbox) continue;
      if (kind === 'cancellation') this.cancelCopy(mailbox, item);
      else this.deliver(mailbox, item);
    }
  }

  private mail(item: StoredItem, kind: OutboxMail['kind'], to: readonly string[], subject: string): void {
    if (to.length === 0) return;
    this.outbox.push({
      at: this.store.clock.now(),
      from: item.mailbox.address,
      to,
      kind,
      subject,
      itemId: item.id,
    });
  }

  private copyIn(address: string, uid: string): StoredItem | null {
    const mailbox = this.store.switches.deliversMeetingMail ? this.store.mailbox(address) : undefined;
    if (mailbox === undefined) return null;
    for (const item of this.store.withUid(uid)) {
      if (item.mailbox === mailbox && item.folder !== mailbox.deletedItems) return item;
    }
    return null;
  }

  /** The calendar attendant of the invited mailbox writes or renews its copy; extended properties do not travel. */
  private deliver(mailbox: Mailbox, meeting: StoredItem): void {
    const existing = this.copyIn(mailbox.address, meeting.uid);
    const { content } = meeting;
    const moved =
      existing === null || existing.content.start !== content.start || existing.content.end !== content.end;
    const own = moved ? invitation : ownFields(existing.content);
    const copy = { ...content, ...own, extended: existing?.content.extended ?? new Map() };
    const stored = mailbox.isRoom ? roomCopy(copy) : copy;
    const series = moved ? meeting.series : withOwnAnswers(meeting.series, existing.series);
    let item = existing;
    if (item === null) item = this.store.create(mailbox.calendar, stored, series, meeting.uid);
    else this.store.update(item, { content: stored, series });
    if (mailbox.isRoom && moved) {
      this.store.update(item, { content: { ...item.content, myResponse: 'Accept', showAs: 'Busy' } });
      this.respond(item, 'Accept');
    }
  }

  /** The occurrence stays in the copies, as a cancelled exception. */
  private cancelOccurrence(item: StoredItem, content: ItemContent, day: number, subject: string): void {
    this.mail(item, 'cancellation', addressesOf(content.attendees), subject);
    for (const { address } of content.attendees) {
      const copy = this.copyIn(address, item.uid);
      if (copy === null || copy === item || copy.series === null || copy.series.deletedDays.has(day))
        continue;
      const cancelled = { isCancelled: true, appointmentState: 7, showAs: 'Free' as const, subject };
      const own = { ...copy.series.exceptions.get(day), ...cancelled };
      const exceptions = new Map(copy.series.exceptions).set(day, own);
      this.store.update(copy, { series: { ...copy.series, exceptions } });
    }
  }

  private cancelCopy(mailbox: Mailbox, meeting: StoredItem): void {
    const copy = this.copyIn(mailbox.address, meeting.uid);
    if (copy === null || copy.content.isCancelled) return;
    const subject = `Canceled: ${copy.content.subject}`;
    const cancelled = { isCancelled: true, appointmentState: 7, showAs: 'Free' as const, subject };
    this.store.update(copy, { content: { ...copy.content, ...cancelled } });
  }
}

const addressesOf = (attendees: readonly Attendee[]): string[] => attendees.map(({ address }) => address);

function invites(content: ItemContent, attendee: Attendee): boolean {
  return content.attendees.some(({ address }) => sameAddress(address, attendee.address));
}

/** A new or moved invitation stands tentatively until its owner answers (PowerShell docs, AddNewRequestsTentatively). */
const invitation = {
  myResponse: 'NoResponseReceived',
  showAs: 'Tentative',
  appointmentState: 3,
  isMeeting: true,
} as const;

/** The organiser's series, in which the occurrences that the owner of the copy answered keep these answers. */
function withOwnAnswers(series: Series | null, copy: Series | null): Series | null {
  if (series === null || copy === null) return series;
  const exceptions = new Map(series.exceptions);
  for (const [day, { myResponse, showAs }] of copy.exceptions) {
    if (myResponse === undefined || series.deletedDays.has(day)) continue;
    exceptions.set(day, { ...exceptions.get(day), myResponse, ...(showAs === undefined ? {} : { showAs }) });
  }
  return { ...series, exceptions };
}

function ownFields(content: ItemContent): Partial<ItemContent> {
  const { myResponse, showAs, categories, reminderIsSet, reminderMinutes, sensitivity } = content;
  return {
    myResponse,
    showAs,
    categories,
    reminderIsSet,
    reminderMinutes,
    sensitivity,
    appointmentState: 3,
    isMeeting: true,
  };
}

/** A room keeps the organiser's name for a subject, no body and no private flag (PowerShell docs, Set-CalendarProcessing). */
function roomCopy(content: ItemContent): ItemContent {
  return {
    ...content,
    subject: content.organizer.name,
    body: { type: 'Text', text: '' },
    sensitivity: 'Normal',
  };
}
