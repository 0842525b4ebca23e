/** What a person does in Outlook: straight to the model, without SOAP and without regard to change keys. */
import { outlookUid } from './extended-properties.ts';
import { defaultContent } from './item-defaults.ts';
import { allDayTimes } from './item-reader.ts';
import type { Meetings, SendMode } from './meetings.ts';
import type { Folder, ItemContent, Mailbox, StoredItem } from './model.ts';
import { deleteOccurrence } from './operations/delete-item.ts';
import type { Recurrence } from './recurrence.ts';
import type { ItemView } from './series.ts';
import { normaliseSeries, occurrenceView, viewOf, viewsBetween } from './series.ts';
import type { ExchangeStore } from './store.ts';
import { writeItem, writeOccurrence } from './writes.ts';

export interface UserItem extends Partial<ItemContent> {
  readonly recurrence?: Recurrence;
  readonly uid?: string;
}

function wholeDays(content: ItemContent): ItemContent {
  if (!content.allDay) return content;
  return { ...content, ...allDayTimes(content.start, content.end, content.startZone.iana) };
}

export class UserActs {
  private readonly store: ExchangeStore;
  private readonly meetings: Meetings;

  constructor(store: ExchangeStore, meetings: Meetings) {
    this.store = store;
    this.meetings = meetings;
  }

  /** Times and zones not given are the mailbox's own. Attendees are invited unless `send` says otherwise. */
  createItem(
    folder: Folder,
    { recurrence, uid, ...given }: UserItem,
    send: SendMode = 'SendToAllAndSaveCopy',
  ): StoredItem {
    const { mailbox } = folder;
    const zone = given.startZone ?? mailbox.zone;
    const blank = { ...defaultContent(mailbox, this.store.clock.now()), startZone: zone, endZone: zone };
    const content = wholeDays({ ...blank, ...given });
    const normal = recurrence === undefined ? null : normaliseSeries(content, recurrence);
    const series =
      normal === null
        ? null
        : {
            recurrence: normal.recurrence,
            exceptions: new Map(),
            deletedDays: new Map<number, number | null>(),
          };
    const item = this.store.create(
      folder,
      normal?.content ?? content,
      series,
      uid ?? outlookUid(this.store.ids.uuid()),
    );
    if (content.attendees.length > 0) this.meetings.created(item, send);
    return item;
  }

  /** Somebody outside the organisation sends a request to a mailbox of this server. */
  receiveFromOutside(mailbox: Mailbox, { recurrence, uid, ...given }: UserItem): void {
    const { zone } = mailbox;
    const blank = { ...defaultContent(mailbox, this.store.clock.now()), startZone: zone, endZone: zone };
    const content = wholeDays({ ...blank, ...given });
    const normal = recurrence === undefined ? null : normaliseSeries(content, recurrence);
    const series =
      normal === null
        ? null
        : { recurrence: normal.recurrence, exceptions: new Map(), deletedDays: new Map() };
    const request = { uid: uid ?? this.store.ids.uuid(), content: normal?.content ?? content, series };
    this.meetings.receive(mailbox, request);
  }

  /** `id` of an item or of an occurrence, which then becomes an exception. */
  changeItem(
    id: string,
    change: Partial<ItemContent>,
    recurrence?: Recurrence | null,
    send: SendMode = 'SendToAllAndSaveCopy',
  ): void {
    const view = viewOf(this.store, id);
    const content = wholeDays({ ...view.content, ...change });
    const before = view.content;
    if (view.occurrence === null) writeItem(this.store, view.stored, content, recurrence);
    else writeOccurrence(this.store, view, content);
    if (content.isMeeting || content.attendees.length > 0)
      this.meetings.updated(view.stored, before, content, send);
  }

  /** To Deleted Items, or for good with `hard`. Answers the item in Deleted Items. */
  deleteItem(id: string, hard = false, send: SendMode = 'SendToAllAndSaveCopy'): StoredItem | null {
    const view = viewOf(this.store, id);
    this.meetings.removed(view.stored, view.content, send, view.occurrence?.day ?? null);
    if (view.occurrence !== null) {
      deleteOccurrence(view, { store: this.store });
      return null;
    }
    if (!hard) return this.store.move(view.stored, view.stored.mailbox.deletedItems);
    this.store.remove(view.stored);
    return null;
  }

  /** To another folder of the mailbox; the item gets a new id. */
  moveItem(id: string, target: Folder): StoredItem {
    return this.store.move(viewOf(this.store, id).stored, target);
  }

  /** From Deleted Items back into the calendar; the item gets a new id. */
  restoreItem(id: string): StoredItem {
    const { stored } = viewOf(this.store, id);
    return this.store.move(stored, stored.mailbox.calendar);
  }

  /** A copy within the mailbox; it carries the extended properties along and has a UID of its own. */
  copyItem(id: string, target?: Folder): StoredItem {
    const { stored } = viewOf(this.store, id);
    const uid = outlookUid(this.store.ids.uuid());
    return this.store.create(target ?? stored.folder, stored.content, stored.series, uid);
  }

  /** A write that changes nothing but the change key, as attendants and phones make it. */
  touchItem(id: string): void {
    this.store.update(viewOf(this.store, id).stored, {});
  }

  /** The owner of a meeting's copy answers the invitation, to all of it or, by its id, to one occurrence. */
  respond(id: string, response: 'Accept' | 'Tentative' | 'Decline', sends = true): void {
    const view = viewOf(this.store, id);
    const { stored, content, occurrence } = view;
    const showAs = response === 'Accept' ? 'Busy' : 'Tentative';
    if (occurrence !== null) {
      if (sends) this.meetings.respondToOne(view, response);
      if (response === 'Decline') deleteOccurrence(view, { store: this.store });
      else writeOccurrence(this.store, view, { ...content, myResponse: response, showAs });
      return;
    }
    this.store.update(stored, { content: { ...stored.content, myResponse: response, showAs } });
    if (sends) this.meetings.respond(stored, response);
    if (response === 'Decline') this.store.move(stored, stored.mailbox.deletedItems);
  }

  /** The occurrence on a day (days since 1970-01-01 in the series' zone). */
  occurrence(masterId: string, day: number): ItemView {
    const { stored } = viewOf(this.store, masterId);
    if (stored.series === null) throw new Error('The item is no series');
    return occurrenceView(stored, stored.series, day);
  }

  /** What a calendar window shows: singles, occurrences and exceptions in [from, to). */
  calendarView(mailbox: Mailbox, from: number, to: number): readonly ItemView[] {
    return [...mailbox.calendar.items.values()].flatMap((item) => [...viewsBetween(item, from, to)]);
  }
}
