/** What people do to single occurrences in Outlook. */
import type { ItemContent, StoredItem } from '#test/emulators/exchange/model.ts';
import { viewsBetween } from '#test/emulators/exchange/series.ts';
import { type ShownItem, shownItem } from './calendar-windows.ts';
import { type Deed, daysNear, LOOK_AHEAD, LOOK_BACK, Room, spanIn } from './deed.ts';
import type { EditKind } from './edit-kinds.ts';
import type { Memory } from './memory.ts';
import { acts, onlineBody } from './outlook-forms.ts';
import { between, DAY, dayIn, midnight, pick, type Span } from './shapes.ts';

/** What Outlook shows of an item in the next months, and, of all the event's items, between which it stands. */
function occurrencesOf(deed: Deed, item: StoredItem): readonly ShownItem[] {
  const now = deed.world.clock.now();
  const views = [...viewsBetween(item, now - LOOK_BACK, now + LOOK_AHEAD)];
  return views
    .map((view) => shownItem(view, [view.content.startZone.iana]))
    .sort((one, other) => one.start - other.start);
}

/** Edits one or several occurrences of the series. @returns false when this cannot be done to it */
export function editOccurrence(deed: Deed, kind: EditKind, item: StoredItem, memory: Memory): boolean {
  if (item.series === null) return false;
  const shown = occurrencesOf(deed, item);
  if (kind === 'severalOccurrences') {
    const kinds = ['changeOccurrence', 'moveOccurrence', 'deleteOccurrence', 'occurrenceText'] as const;
    const some = kinds.slice(0, between(deed.random, 2, 4));
    return some.filter((one) => editOccurrence(deed, one, item, memory)).length > 1;
  }
  const chosen = chooseOccurrence(deed, kind, item, shown);
  if (!chosen) return false;
  if (kind === 'deleteOccurrence' || kind === 'deleteMovedOccurrence' || kind === 'deleteLastOccurrence') {
    deleteOccurrence(deed, chosen, shown, memory);
    return true;
  }
  const change = changeOf(deed, kind, chosen, new Room(memory, shown, chosen), memory);
  if (!change) return false;
  acts(deed).changeItem(chosen.view.id, change);
  const isAlone = memory.worked('exchange', deed.step, 'occurrence');
  const after = occurrencesOf(deed, item).find(({ view }) => view.id === chosen.view.id);
  for (const what of ['title', 'text', 'when'] as const) {
    if (!after || after[what] === chosen[what]) continue;
    memory.replaced(chosen[what]);
    memory.expect(isAlone, { side: 'exchange', step: deed.step, what, value: after[what] });
  }
  return true;
}

function chooseOccurrence(
  deed: Deed,
  kind: EditKind,
  item: StoredItem,
  shown: readonly ShownItem[],
): ShownItem | undefined {
  const changed = shown.filter(({ view }) => view.type === 'Exception');
  const { random } = deed;
  switch (kind) {
    case 'changeChangedOccurrence':
      return pick(random, changed);
    case 'deleteMovedOccurrence':
      return pick(
        random,
        changed.filter(({ view, start }) => view.occurrence?.originalStart !== start),
      );
    case 'deleteLastOccurrence': {
      const isShort = item.series?.recurrence.range.kind === 'numbered';
      return isShort ? shown.at(-1) : undefined;
    }
    case 'moveOccurrence':
    case 'occurrenceAllDay':
      return pick(
        random,
        shown.slice(0, 12).filter(({ allDay }) => !allDay),
      );
    case 'occurrenceTimed':
      return pick(
        random,
        shown.slice(0, 12).filter(({ allDay }) => allDay),
      );
    default:
      return pick(random, shown.slice(0, 12));
  }
}

function changeOf(
  deed: Deed,
  kind: EditKind,
  chosen: ShownItem,
  room: Room,
  memory: Memory,
): Partial<ItemContent> | null {
  const zone = chosen.view.content.startZone.iana;
  const day = dayIn(zone, chosen.start);
  switch (kind) {
    case 'changeChangedOccurrence':
      return deed.random() < 0.5
        ? { subject: deed.value('T') }
        : changeOf(deed, 'moveOccurrence', chosen, room, memory);
    case 'occurrenceText': {
      const text = deed.value('D');
      return { body: memory.isOnline ? onlineBody(text) : { type: 'Text', text } };
    }
    case 'moveOccurrence':
    case 'occurrenceTimed': {
      const span = spanIn(room, [deed.timeOn(zone, day), deed.timeOn(zone, day), deed.timeOn(zone, day)]);
      return span && { ...span, allDay: false };
    }
    case 'occurrenceAllDay': {
      const span = spanIn(room, [{ start: midnight(zone, day), end: midnight(zone, day + 1) }]);
      return span && { ...span, allDay: true };
    }
    case 'moveOccurrenceDay': {
      const length = Math.round((chosen.end - chosen.start) / DAY);
      const spanOn = (other: number): Span =>
        chosen.allDay
          ? { start: midnight(zone, other), end: midnight(zone, other + length) }
          : deed.timeOn(zone, other);
      return spanIn(room, daysNear(deed, day).map(spanOn));
    }
    default:
      return { subject: deed.value('T') };
  }
}

function deleteOccurrence(deed: Deed, chosen: ShownItem, shown: readonly ShownItem[], memory: Memory): void {
  acts(deed).deleteItem(chosen.view.id);
  const isAlone = memory.worked('exchange', deed.step, 'occurrence');
  memory.replaced(chosen.title, chosen.text, chosen.when);
  // Of a divided event another part may have an occurrence at the same time.
  const isOnly = shown.filter(({ when }) => when === chosen.when).length === 1;
  memory.expect(isAlone && isOnly, { side: 'exchange', step: deed.step, what: 'gone', value: chosen.when });
  if (shown.length === 1) memory.partlyDeleted('exchange', deed.step);
}
