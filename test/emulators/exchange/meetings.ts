/**
 * Mail that a write sends, and what arrives because of it in mailboxes of this server: copies of meetings,
 * their updates and cancellations, responses in the organiser's item.
 */
import { type BookingDecision, conflictsOf, conflictText, decideBooking } from './booking-attendant.ts';
import { processedContent } from './calendar-processing.ts';
import type { Attendee, ItemContent, Mailbox, ResponseType, Series, StoredItem } from './model.ts';
import type { ItemView } from './series.ts';
import { occurrenceView } from './series.ts';
import type { ExchangeStore } from './store.ts';

export interface OutboxMail {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly kind: 'request' | 'update' | 'cancellation' | 'response';
  readonly subject: string;
  /** What it says; empty where nobody wrote anything. */
  readonly text: string;
  /** The item of the sender that the mail is about. */
  readonly itemId: string;
}

/** A meeting of somebody outside: what their request says. */
export interface OutsideMeeting {
  readonly uid: string;
  readonly content: ItemContent;
  readonly series: Series | null;
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
   * attendee declines. `content` is that of what goes, `text` what the organiser says to it.
   */
  removed(item: StoredItem, content: ItemContent, mode: SendMode, day: number | null, text = ''): void {
    if (mode === 'SendToNone' || !content.isMeeting) return;
    if (content.myResponse === 'Organizer') {
      if (content.attendees.length > 0) {
        const subject = `Canceled: ${content.subject}`;
        if (day === null) this.send(item, 'cancellation', content.attendees, subject, text);
        else this.cancelOccurrence(item, content, day, subject, text);
      }
    } else if (!content.isCancelled) {
      this.respond(item, 'Decline');
    }
  }

  /** A request from outside the organisation arrives. */
  receive(mailbox: Mailbox, meeting: OutsideMeeting): void {
    this.deliver(mailbox, meeting);
  }

  /** Mail to the organiser that the owner of this copy accepts, declines or may come. `text`: what they say to it. */
  respond(item: StoredItem, response: ResponseType, text = ''): void {
    const { organizer, subject } = item.content;
    this.mail(item, 'response', [organizer.address], `${RESPONSE_PREFIX[response] ?? ''}${subject}`, text);
    const target = this.copyIn(organizer.address, item.uid);
    if (target === null) return;
    const attendees = target.content.attendees.map((attendee) =>
      sameAddress(attendee.address, item.mailbox.address) ? { ...attendee, response } : attendee,
    );
    this.store.update(target, { content: { ...target.content, attendees } });
  }

  /** The same for one occurrence: the organiser's copy keeps the response with that one. */
  respondToOne({ stored, content, occurrence }: ItemView, response: ResponseType, text = ''): void {
    const { organizer, subject } = content;
    this.mail(stored, 'response', [organizer.address], `${RESPONSE_PREFIX[response] ?? ''}${subject}`, text);
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
    text = '',
  ): void {
    this.mail(item, kind, addressesOf(attendees), subject, text);
    if (!this.store.switches.deliversMeetingMail) return;
    for (const { address } of attendees) {
      const mailbox = this.store.mailbox(address);
      if (mailbox === undefined || mailbox === item.mailbox) continue;
      if (kind === 'cancellation') this.cancelCopy(mailbox, item);
      else this.deliver(mailbox, item);
    }
  }

  private mail(
    item: StoredItem,
    kind: OutboxMail['kind'],
    to: readonly string[],
    subject: string,
    text = '',
  ): void {
    if (to.length === 0) return;
    this.outbox.push({
      at: this.store.clock.now(),
      from: item.mailbox.address,
      to,
      kind,
      subject,
      text,
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

  /**
   * The Calendar Attendant of the invited mailbox writes or renews its copy, and the booking attendant of a resource
   * answers (PowerShell docs, Set-CalendarProcessing). Extended properties do not travel.
   */
  private deliver(mailbox: Mailbox, meeting: OutsideMeeting): void {
    const { processing } = mailbox;
    // Neither attendant works: the request is a message, and no item.
    if (processing.automateProcessing === 'None') return;
    const books = processing.automateProcessing === 'AutoAccept';
    const existing = this.copyIn(mailbox.address, meeting.uid);
    const { content } = meeting;
    const moved =
      existing === null ||
      existing.content.start !== content.start ||
      existing.content.end !== content.end ||
      (books && patternOf(existing.series) !== patternOf(meeting.series));
    const own = moved ? invitation : ownFields(existing.content);
    const copy = { ...content, ...own, extended: existing?.content.extended ?? new Map() };
    const stored = books ? processedContent(copy, processing) : copy;
    const before = existing?.series ?? null;
    const series = moved ? meeting.series : withOwnAnswers(meeting.series, before);
    let item = existing;
    if (item === null) item = this.store.create(mailbox.calendar, stored, series, meeting.uid);
    else this.store.update(item, { content: stored, series });
    if (!books) return;
    if (moved) this.book(item, this.decide(item));
    else this.bookMoved(item, before);
  }

  private decide(item: StoredItem): BookingDecision {
    const { processing } = item.mailbox;
    const isExternal = this.store.mailbox(item.content.organizer.address) === undefined;
    if (isExternal && !processing.processExternalMeetingMessages) {
      return { kind: 'decline', text: 'This resource takes no requests from outside the organization.' };
    }
    return decideBooking(item, processing, this.store.clock.now());
  }

  /** What is declined is put away, and does not stay in the room's calendar. */
  private book(item: StoredItem, decision: BookingDecision): void {
    const says = (text: string) => (item.mailbox.processing.enableResponseDetails ? text : '');
    const { content } = item;
    if (decision.kind === 'decline') {
      this.store.update(item, { content: { ...content, myResponse: 'Decline' } });
      this.respond(item, 'Decline', says(decision.text));
      this.store.move(item, item.mailbox.deletedItems);
      return;
    }
    this.store.update(item, { content: { ...content, myResponse: 'Accept', showAs: 'Busy' } });
    this.respond(item, 'Accept', says('Your request was accepted.'));
    for (const [day, text] of decision.declined) this.declineOne(item, day, says(text));
  }

  /** Occurrences that the organiser moved are decided about one by one. */
  private bookMoved(item: StoredItem, before: Series | null): void {
    const { processing } = item.mailbox;
    if (processing.allowConflicts) return;
    for (const [day, { start, end }] of item.series?.exceptions ?? []) {
      const was = before?.exceptions.get(day);
      if (item.series === null || (was?.start === start && was?.end === end)) continue;
      const others = conflictsOf(occurrenceView(item, item.series, day), item);
      const text = processing.enableResponseDetails ? conflictText(others, processing) : '';
      if (others.length > 0) this.declineOne(item, day, text);
    }
  }

  private declineOne(item: StoredItem, day: number, text: string): void {
    if (item.series === null) return;
    this.respondToOne(occurrenceView(item, item.series, day), 'Decline', text);
    const exceptions = new Map(item.series.exceptions);
    exceptions.delete(day);
    const deletedDays = new Map(item.series.deletedDays).set(day, null);
    this.store.update(item, { series: { ...item.series, exceptions, deletedDays } });
  }

  /** The occurrence stays in the copies, as a cancelled exception. */
  private cancelOccurrence(
    item: StoredItem,
    content: ItemContent,
    day: number,
    subject: string,
    text: string,
  ): void {
    this.mail(item, 'cancellation', addressesOf(content.attendees), subject, text);
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
    const { automateProcessing, removeCanceledMeetings } = mailbox.processing;
    const copy = this.copyIn(mailbox.address, meeting.uid);
    if (automateProcessing === 'None' || copy === null || copy.content.isCancelled) return;
    const subject = `Canceled: ${copy.content.subject}`;
    const cancelled = { isCancelled: true, appointmentState: 7, showAs: 'Free' as const, subject };
    this.store.update(copy, { content: { ...copy.content, ...cancelled } });
    if (removeCanceledMeetings) this.store.move(copy, mailbox.deletedItems);
  }
}

const patternOf = (series: Series | null): string => JSON.stringify(series?.recurrence ?? null);

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
