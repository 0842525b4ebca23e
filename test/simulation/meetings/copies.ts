/** What stands of each meeting in the mailboxes, as Outlook shows it. Nothing here comes from the service. */
import type { ItemContent, ResponseType, StoredItem } from '#test/emulators/exchange/model.ts';
import { endsOf, occurrenceView, viewsBetween } from '#test/emulators/exchange/series.ts';
import { shownItem } from '../calendar-windows.ts';
import type { Person, World } from '../world.ts';

import type { MeetingFields } from './claims.ts';

/**
 * Of a copy, or of one occurrence of it: what its owner said, unless it was cancelled or is not there. `asSeries`: an
 * occurrence without an answer of its own.
 */
export type Said = Exclude<ResponseType, 'Decline'> | 'cancelled' | 'gone' | 'asSeries';

/** One mailbox's copy of a meeting, or the organiser's own. */
export interface Copy {
  readonly person: Person;
  readonly token: string;
  readonly item: StoredItem;
  /** As it was when it was looked at. */
  readonly changeKey: string;
  readonly said: Said;
  /** Of occurrences that have an answer of their own, by the day on which the rule has them. */
  readonly days: ReadonlyMap<number, Said>;
  /** All that nobody but the organiser may change, in one text. */
  readonly content: string;
  /** The same without these occurrences, by the days on which the rule has them. */
  readonly contentBesides: (days: ReadonlySet<number>) => string;
  /** Days of occurrences of which that says something of their own. */
  readonly changedDays: ReadonlySet<number>;
  readonly fields: MeetingFields;
  /** When it is, or the first of a series, in one text. */
  readonly when: string;
}

/** The first word of a place: what follows it may be changed. */
export function tokenOf(location: string): string {
  return location.split(' ')[0] ?? '';
}

/** Everybody with a mailbox that is paired: people and rooms. */
export function everyone({ people, rooms }: Pick<World, 'people' | 'rooms'>): readonly Person[] {
  return [...people, ...rooms];
}

export function copyKey({ address }: Pick<Person, 'address'>, token: string): string {
  return `${address} ${token}`;
}

/**
 * All copies of meetings in the calendars, by `copyKey`, and what organisers have of theirs while nobody is invited.
 * `organisers`: by the tokens of their meetings.
 */
export function copiesOf(world: World, organisers: ReadonlyMap<string, Person>): ReadonlyMap<string, Copy> {
  const copies = new Map<string, Copy>();
  for (const person of everyone(world)) {
    for (const item of world.exchange.items(person.address)) {
      const isOwn = organisers.get(tokenOf(item.content.location)) === person;
      if (!item.content.isMeeting && !isOwn) continue;
      const copy = copyOf(person, item);
      copies.set(copyKey(person, copy.token), copy);
    }
  }
  return copies;
}

/** As Outlook shows all of a meeting. */
function fieldsOf(item: StoredItem): MeetingFields {
  const { subject: title, location: place, start, end, startZone } = item.content;
  if (item.series !== null) return { title, place };
  const [view] = viewsBetween(item, start, end);
  return view ? { title, place, when: shownItem(view, [startZone.iana]).when } : { title, place };
}

function copyOf(person: Person, item: StoredItem): Copy {
  const { content, series } = item;
  const days = new Map<number, Said>();
  for (const [day, own] of series?.exceptions ?? []) {
    if (own.isCancelled) days.set(day, 'cancelled');
    else if (own.myResponse !== undefined) days.set(day, saidBy(own.myResponse));
  }
  for (const day of series?.deletedDays.keys() ?? []) days.set(day, 'gone');
  const contentBesides = contentOf(item);
  const whole = contentBesides(new Set());
  const exceptions = [...(series?.exceptions.keys() ?? [])];
  return {
    person,
    token: tokenOf(content.location),
    item,
    changeKey: item.changeKey,
    said: content.isCancelled ? 'cancelled' : saidBy(content.myResponse),
    days,
    content: whole,
    contentBesides,
    changedDays: new Set(exceptions.filter((day) => contentBesides(new Set([day])) !== whole)),
    fields: fieldsOf(item),
    when: `${content.start} ${content.end}`,
  };
}

/** What is declined is put away. */
function saidBy(response: ResponseType): Said {
  return response === 'Decline' ? 'gone' : response;
}

const ORGANISERS_FIELDS = [
  'subject',
  'body',
  'location',
  'start',
  'end',
  'allDay',
  'sensitivity',
  'isCancelled',
  'organizer',
] as const satisfies readonly (keyof ItemContent)[];

/** As it is now, also when it is asked for later. */
function contentOf({ content, series, uid }: StoredItem): Copy['contentBesides'] {
  const given = (of: Partial<ItemContent>) =>
    Object.fromEntries(ORGANISERS_FIELDS.flatMap((field) => (field in of ? [[field, of[field]]] : [])));
  const occurrences = [...(series?.exceptions ?? [])]
    .map(([day, own]) => [day, given(own)] as const)
    .filter(([, own]) => Object.keys(own).length > 0)
    .toSorted(([one], [other]) => one - other)
    .map(([day, own]) => [day, JSON.stringify(own)] as const);
  const invited = content.attendees.map(({ address, role }) => `${address} ${role}`);
  const all = JSON.stringify([uid, given(content), invited, series?.recurrence]);
  return (days) => JSON.stringify([all, occurrences.filter(([day]) => !days.has(day))]);
}

/** When all of it is over, or one occurrence of it: epoch ms. */
export function endOf({ item }: Copy, day: number | null): number {
  const { content, series } = item;
  if (series === null) return content.end;
  if (day !== null) return occurrenceView(item, series, day).content.end;
  if (series.recurrence.range.kind === 'noEnd') return Number.POSITIVE_INFINITY;
  return endsOf(item, series).last?.content.end ?? content.end;
}
