/** What people do to their calendar in Outlook, and what they remember of it. */
import type { Body, Folder, ItemContent, StoredItem } from '#test/emulators/exchange/model.ts';
import { firstDay, type Recurrence } from '#test/emulators/exchange/recurrence.ts';
import type { ItemZone } from '#test/emulators/exchange/zones.ts';
import { zoneNamed } from '#test/emulators/exchange/zones.ts';
import { plainText, shownItem } from './calendar-windows.ts';
import type { Deed } from './deed.ts';
import type { EditKind } from './edit-kinds.ts';
import type { Memory } from './memory.ts';
import { acts, JOIN_LINK, onlineBody, richBody } from './outlook-forms.ts';
import { editOccurrence } from './outlook-occurrences.ts';
import { between, dayIn, midnight, outlookRule, pick, type Span } from './shapes.ts';

/** Zones that share all, some or none of Rome's changes of the clock. */
const ELSEWHERE = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Sydney',
  'Asia/Kolkata',
  'Europe/London',
] as const;

/** From the day that was chosen to the first one that the rule has. */
const BEGINS_WITHIN_DAYS = 60;

function mailboxOf({ world, person }: Deed) {
  return world.exchange.mailbox(person.address);
}

/** The items of the calendar that are this event: several, once it was split. */
function itemsOf(deed: Deed, { token }: Memory): readonly StoredItem[] {
  return [...mailboxOf(deed).calendar.items.values()].filter(({ content }) => content.location === token);
}

/** The person's second calendar, which is paired with nothing. */
function otherFolder(deed: Deed): Folder {
  const { folders } = mailboxOf(deed);
  const found = [...folders.values()].find(({ name }) => name === 'Elsewhere');
  return found ?? deed.world.exchange.addCalendar(deed.person.address, 'Elsewhere');
}

/** Makes an event and remembers all of it. */
export function createInOutlook(deed: Deed, kind: EditKind, memory: Memory): void {
  const mailbox = mailboxOf(deed);
  const zone = kind === 'createSeriesElsewhere' ? elsewhere(deed, mailbox.zone) : mailbox.zone;
  const text = deed.value('D');
  const isOnline = kind === 'createOnlineMeeting';
  const body: Body = isOnline ? onlineBody(text) : { type: 'Text', text };
  const day = deed.day(zone.iana);
  const isAllDay = kind === 'createAllDay' || kind === 'createAllDaySeries';
  const span = isAllDay ? daysFrom(zone, day, between(deed.random, 1, 3)) : deed.timeOn(zone.iana, day);
  const isSeries = kind.includes('Series');
  const item = acts(deed).createItem(mailbox.calendar, {
    ...{ subject: deed.value('T'), body, location: memory.token, ...span },
    ...{ allDay: isAllDay, startZone: zone, endZone: zone },
    // Outlook's add-in for Teams says so; other clients leave nothing but the link in the text.
    onlineMeetingUrl: isOnline && deed.serial % 2 === 0 ? JOIN_LINK : null,
    ...(isSeries ? { recurrence: seriesRule(deed, day, isAllDay) } : {}),
  });
  const calendarZone = deed.world.liferay.calendarZone(deed.person.calendarId);
  memory.zones.add(zone.iana).add(calendarZone);
  memory.isOnline = isOnline;
  memory.isDivided = isSeries && zone.iana !== calendarZone;
  rememberWhole(deed, memory, item);
}

/** It begins soon, so that all of it is in the window; the days of an all-day series may not run into each other. */
function seriesRule(deed: Deed, day: number, isAllDay: boolean): Recurrence {
  for (;;) {
    const rule = outlookRule(deed.random, day);
    const { pattern } = rule;
    if ((firstDay(rule) ?? Number.POSITIVE_INFINITY) > day + BEGINS_WITHIN_DAYS) continue;
    const isDense = pattern.kind === 'daily' || pattern.kind === 'weekly';
    if (!isAllDay || !isDense || (pattern.kind === 'daily' && pattern.interval > 3)) return rule;
  }
}

function elsewhere({ random }: Deed, own: ItemZone): ItemZone {
  const name = pick(random, ELSEWHERE) ?? 'America/New_York';
  return zoneNamed(name) ?? own;
}

function daysFrom(zone: ItemZone, day: number, days: number): Span {
  return { start: midnight(zone.iana, day), end: midnight(zone.iana, day + days) };
}

function whenOf(item: StoredItem): string {
  const { content } = item;
  const view = { id: item.id, stored: item, type: 'Single', content, occurrence: null } as const;
  return shownItem(view, [content.startZone.iana]).when;
}

function rememberWhole(deed: Deed, memory: Memory, item: StoredItem): void {
  const { subject, body } = item.content;
  memory.worked('exchange', deed.step, 'texts');
  memory.remember('exchange', 'title', subject);
  memory.remember('exchange', 'text', plainText(body.text));
  memory.remember('exchange', 'when', whenOf(item));
}

/** Edits an item of the calendar. @returns false when this cannot be done to it */
export function editInOutlook(deed: Deed, kind: EditKind, item: StoredItem, memory: Memory): boolean {
  switch (kind) {
    case 'editTitle':
    case 'editSeriesTitle':
    case 'editText':
    case 'editRichText':
    case 'editShowAs':
    case 'togglePrivate':
    case 'touch':
      return editTexts(deed, kind, item, memory);
    case 'moveTime':
    case 'toAllDay':
    case 'toTimed':
    case 'editSeriesTime':
    case 'editRule':
      return editTime(deed, kind, item, memory);
    case 'delete':
    case 'deleteForGood':
    case 'moveToFolder':
      remove(deed, kind, item, memory);
      return true;
    default:
      return editOccurrence(deed, kind, item, memory);
  }
}

function editTexts(deed: Deed, kind: EditKind, item: StoredItem, memory: Memory): boolean {
  const { id, series, content } = item;
  if (kind === 'editSeriesTitle' && series === null) return false;
  if (kind === 'editRichText' && memory.isOnline) return false;
  // Of a series that was split, one half alone would be private.
  if (kind === 'togglePrivate' && itemsOf(deed, memory).length > 1) return false;
  memory.worked('exchange', deed.step, 'texts');
  switch (kind) {
    case 'editText':
    case 'editRichText': {
      const text = deed.value('D');
      const plain: Body = { type: 'Text', text };
      const body = memory.isOnline ? onlineBody(text) : kind === 'editRichText' ? richBody(text) : plain;
      memory.richText = kind === 'editRichText' ? plainText(body.text) : null;
      memory.remember('exchange', 'text', plainText(body.text));
      acts(deed).changeItem(id, { body });
      return true;
    }
    case 'editShowAs':
      acts(deed).changeItem(id, { showAs: content.showAs === 'Free' ? 'OOF' : 'Free' });
      return true;
    case 'togglePrivate':
      memory.madePrivate(content.sensitivity !== 'Private', deed.step);
      acts(deed).changeItem(id, { sensitivity: memory.isPrivate ? 'Private' : 'Normal' });
      return true;
    case 'touch':
      acts(deed).touchItem(id);
      return true;
    default: {
      const subject = deed.value('T');
      memory.remember('exchange', 'title', subject);
      acts(deed).changeItem(id, { subject });
      return true;
    }
  }
}

function editTime(deed: Deed, kind: EditKind, item: StoredItem, memory: Memory): boolean {
  const { series, content } = item;
  const { zone } = mailboxOf(deed);
  const isSeriesKind = kind === 'editSeriesTime' || kind === 'editRule';
  if (isSeriesKind !== (series !== null) && kind !== 'toAllDay') return false;
  if (kind === 'editSeriesTime' && content.allDay) return false;
  const day = dayIn(content.startZone.iana, content.start);
  const change: Partial<ItemContent> =
    kind === 'editSeriesTime'
      ? deed.timeOn(content.startZone.iana, day)
      : kind === 'editRule'
        ? {}
        : kind === 'toAllDay'
          ? { ...daysFrom(zone, deed.day(zone.iana), 1), allDay: true, startZone: zone, endZone: zone }
          : { ...deed.timeOn(zone.iana, deed.day(zone.iana)), allDay: false, startZone: zone, endZone: zone };
  const rule = kind === 'editRule' ? seriesRule(deed, day, content.allDay) : undefined;
  acts(deed).changeItem(item.id, change, kind === 'toAllDay' ? null : rule);
  if (!isSeriesKind) memory.zones.add(zone.iana);
  if (kind === 'editRule' && itemsOf(deed, memory).length > 1) memory.mayCoincide = true;
  memory.worked('exchange', deed.step, kind === 'editSeriesTime' ? 'hour' : 'rule');
  memory.remember('exchange', 'when', whenOf(item));
  return true;
}

function remove(deed: Deed, kind: EditKind, item: StoredItem, memory: Memory): void {
  const isPart = itemsOf(deed, memory).length > 1;
  if (kind === 'moveToFolder') acts(deed).moveItem(item.id, otherFolder(deed));
  else acts(deed).deleteItem(item.id, kind === 'deleteForGood');
  if (isPart) memory.partlyDeleted('exchange', deed.step);
  else memory.deleted('exchange', deed.step);
}

/** What was thrown away, or put into another folder, and is not in the calendar by any other name. */
export function returnable(deed: Deed, kind: 'restore' | 'moveBack'): readonly StoredItem[] {
  const folder = kind === 'restore' ? mailboxOf(deed).deletedItems : otherFolder(deed);
  const present = new Set(
    [...mailboxOf(deed).calendar.items.values()].map(({ content }) => content.location),
  );
  return [...folder.items.values()].filter(({ content }) => !present.has(content.location));
}

export function bringBackInOutlook(deed: Deed, item: StoredItem, memory: Memory, isElsewhere: boolean): void {
  const back = acts(deed).restoreItem(item.id);
  memory.restored('exchange', deed.step, isElsewhere);
  memory.isPrivate = back.content.sensitivity === 'Private';
  memory.isOnline = back.content.body.text.includes(JOIN_LINK);
  memory.richText = null;
  rememberWhole(deed, memory, back);
}
