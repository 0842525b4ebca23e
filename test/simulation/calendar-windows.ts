/**
 * What a person sees in the calendar windows of both sides: single events and the occurrences of series, each server's
 * own expansion of its own copies. Nothing here comes from the service or its database.
 */
import type { ItemView } from '#test/emulators/exchange/series.ts';
import { wallOf } from '#test/emulators/exchange/zones.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { DAY, midnight } from './shapes.ts';
import type { Person, World } from './world.ts';

/** Before and after the present, in ms: well within the window of a pairing, so that all that is shown here is in step. */
export const COMPARED_PAST = 80 * DAY;
export const COMPARED_FUTURE = 450 * DAY;

/** An event or an occurrence as it is shown. */
export interface Shown {
  /** Of the event; empty where the text is hidden. */
  readonly token: string;
  readonly title: string;
  /** White space counts as one blank. */
  readonly text: string;
  /** `<start>-<end>` in epoch ms, or `day <first, UTC midnight>+<days>`. */
  readonly when: string;
  readonly start: number;
  readonly end: number;
  readonly allDay: boolean;
}

/** In Outlook. `view.id` is what an edit goes by. */
export interface ShownItem extends Shown {
  readonly view: ItemView;
}

/** In Liferay. `row` is the stored row, `isOccurrence`: one of several that the row stands for. */
export interface ShownRow extends Shown {
  readonly row: Booking;
  readonly isOccurrence: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** Text of a body, whatever it is made of. */
export function plainText(body: string): string {
  return body
    .replace(/<(head|style|script)\b.*?<\/\1>/gis, ' ')
    .replace(/<!--.*?-->/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}

function itemWhen({ content, type }: ItemView, midnights: readonly string[]): string {
  const { start, end, allDay, startZone } = content;
  if (!allDay) return `${start}-${end}`;
  const first = wallOf(startZone.iana, start);
  const days = Math.round((end - start) / DAY);
  // In a zone that is not its reader's, Outlook shows an all-day event on two days.
  const zones = type === 'Exception' ? [startZone.iana] : midnights;
  const fits = zones.some((zone) => midnight(zone, Math.round(wallOf(zone, start) / DAY)) === start);
  return first % DAY === 0 && fits ? `day ${first}+${days}` : `skewed ${start}-${end} in ${startZone.iana}`;
}

/** `zones`: those in which an all-day event may be bounded by midnights. */
export function shownItem(view: ItemView, zones: readonly string[]): ShownItem {
  const { subject, body, location, start, end, allDay } = view.content;
  const when = itemWhen(view, zones);
  const text = plainText(body.text);
  return { view, token: location, title: subject, text, when, start, end, allDay };
}

export function shownRow(row: Booking): ShownRow {
  const { location, startTime: start, endTime: end, allDay } = row;
  const days = Math.floor((end - start) / DAY) + 1;
  return {
    row,
    isOccurrence: row.recurrence !== '',
    token: location,
    title: Object.values(row.titles)[0] ?? '',
    text: plainText(Object.values(row.descriptions)[0] ?? ''),
    when: allDay ? `day ${start}+${days}` : `${start}-${end}`,
    start,
    end,
    allDay,
  };
}

/** All that Outlook shows in the person's calendar. */
export function inExchange(
  world: World,
  person: Person,
  from: number,
  to: number,
  zones: readonly string[],
): readonly ShownItem[] {
  const mailbox = world.exchange.mailbox(person.address);
  return world.exchange.userActs.calendarView(mailbox, from, to).map((view) => shownItem(view, zones));
}

/** All that Liferay shows in the person's calendar; what is in the Recycle Bin is not shown. */
export function inLiferay(world: World, person: Person, from: number, to: number): readonly ShownRow[] {
  return world.liferay
    .calendarWindow(person.calendarId, from, to)
    .filter(({ status }) => status !== STATUS.inTrash)
    .map(shownRow);
}
