/**
 * The list of a meeting's participants that stands under its description in Liferay, and the way back: what a person
 * wrote there, without the list. Its marks are lines of plain text, because Liferay's sanitisers and editors drop
 * attributes, comments and elements that they do not know.
 */
import { CALENDAR_TEXTS, type CalendarTexts } from '#shared/texts/calendar.ts';
import type { Attendee, CalendarEvent, ChangedOccurrence } from './event.ts';
import { normaliseExceptions } from './exceptions.ts';
import { byCodePoint } from './text.ts';

/** Attendees who are named; the others are counted. */
const NAMED_LIMIT = 50;
/** Characters of a name: one that is longer is cut. */
const NAME_LIMIT = 100;
const FOOT = '──────────';
const ROLES = ['required', 'optional', 'resource'] as const satisfies readonly Attendee['role'][];

function head({ participants }: CalendarTexts): string {
  return `── ${participants} ──`;
}

/** Whether a line looks like this one, however an editor spaced it. */
function likeness(line: string): string {
  return line.replace(/\s+/gu, ' ').trim();
}

const HEADS: ReadonlySet<string> = new Set(Object.values(CALENDAR_TEXTS).map(head));

type Meeting = Pick<CalendarEvent, 'organizer' | 'organizerName' | 'attendees'>;

/** The list of those who are invited and of what they answered, as lines; `''` where nobody is known. */
export function participantList(
  { organizer, organizerName, attendees }: Meeting,
  texts: CalendarTexts,
): string {
  const lines = organizer === null ? [] : [entry(organizerName || organizer, [texts.organizer])];
  const inOrder = attendees.toSorted(
    (a, b) =>
      ROLES.indexOf(a.role) - ROLES.indexOf(b.role) ||
      byCodePoint(nameOf(a), nameOf(b)) ||
      byCodePoint(a.address, b.address),
  );
  for (const attendee of inOrder.slice(0, NAMED_LIMIT)) lines.push(attendeeLine(attendee, texts));
  const left = inOrder.length - NAMED_LIMIT;
  if (left > 0) lines.push(texts.more(left));
  return lines.length === 0 ? '' : [head(texts), ...lines, FOOT].join('\n');
}

function nameOf({ name, address }: Attendee): string {
  return name || address;
}

/** Of a copy that is not the organiser's nobody is told what the others answered: then no word stands there. */
function attendeeLine(attendee: Attendee, { roles, responses }: CalendarTexts): string {
  const { role, response } = attendee;
  const notes = [
    ...(role === 'required' ? [] : [roles[role]]),
    ...(response === 'none' || response === 'organizer' ? [] : [responses[response]]),
  ];
  return entry(nameOf(attendee), notes);
}

function entry(name: string, notes: readonly string[]): string {
  const short = name.length > NAME_LIMIT ? `${name.slice(0, NAME_LIMIT).toWellFormed()}…` : name;
  return notes.length === 0 ? short : `${short}: ${notes.join(', ')}`;
}

/** The text with the list under it. */
export function withList(text: string, list: string): string {
  if (list === '') return text;
  return text === '' ? list : `${text}\n\n${list}`;
}

/**
 * The way back from `withList`, for a text under which one of `lists` was written: exactly what stood above it, also
 * where that looks like such a list. Of what was edited since, the list goes, be it whole, in parts or written over;
 * what a person wrote above or below it stays. Without lists the text is a person's own, whatever it looks like.
 */
export function withoutList(text: string, lists: readonly string[]): string {
  const written = lists.filter((list) => list !== '');
  if (written.length === 0) return text;
  for (const list of written) {
    if (text === list) return '';
    if (text.endsWith(`\n\n${list}`)) return text.slice(0, -list.length - 2);
  }
  const lines = linesOfText(text);
  const found =
    written.map((list) => wholeList(lines, list)).find((part) => part !== null) ??
    headedList(lines, written) ??
    headlessList(lines, written);
  return found === null ? text : withoutLines(lines, found);
}

/** The lines of the text; what somebody wrote on behind the foot of the list stands on a line below it. */
function linesOfText(text: string): readonly string[] {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => line.trimStart().startsWith(FOOT));
  const below = lines[last]?.trimStart().slice(FOOT.length) ?? '';
  return below === '' || below.startsWith('─') ? lines : lines.toSpliced(last, 1, FOOT, below);
}

/** Whether the text ends with what can only be a list of ours: for a row of our making of which nothing is known. */
export function endsWithList(text: string): boolean {
  const lines = text.trimEnd().split('\n').map(likeness);
  return lines.at(-1) === FOOT && lines.some((line) => HEADS.has(line));
}

/** The text of such a row without that list. */
export function withoutLastList(text: string): string {
  const lines = text.split('\n');
  const found = headedList(lines, []);
  return found === null ? text : withoutLines(lines, found);
}

/** Lines, both included. */
interface Part {
  readonly from: number;
  readonly to: number;
}

/** The last place where all lines of the list follow each other. */
function wholeList(lines: readonly string[], list: string): Part | null {
  const alike = lines.map(likeness);
  const sought = list.split('\n').map(likeness);
  for (let from = lines.length - sought.length; from >= 0; from -= 1) {
    if (sought.every((line, n) => line === alike[from + n])) return { from, to: from + sought.length - 1 };
  }
  return null;
}

/** From the last heading to the foot below it; where that was deleted, to the last line that was written by us. */
function headedList(lines: readonly string[], written: readonly string[]): Part | null {
  const alike = lines.map(likeness);
  const from = alike.findLastIndex((line) => HEADS.has(line));
  if (from < 0) return null;
  const foot = alike.indexOf(FOOT, from);
  if (foot >= 0) return { from, to: foot };
  const known = linesOf(written);
  return {
    from,
    to: Math.max(
      from,
      alike.findLastIndex((line) => known.has(line)),
    ),
  };
}

/** Where its heading was edited away: the part with most of the lines of one of the lists. */
function headlessList(lines: readonly string[], written: readonly string[]): Part | null {
  const alike = lines.map(likeness);
  let most: Part | null = null;
  let size = 0;
  for (const list of written) {
    const sought = list.split('\n').map(likeness);
    for (const to of alike.keys()) {
      const part = partUpFrom(alike, to, sought);
      if (part.size < size || part.size === 0) continue;
      most = part;
      size = part.size;
    }
  }
  return most;
}

/**
 * The lines from the one at `to` upwards as long as they come in the order of those that are sought; `size`: how many
 * do. Empty lines between them are an editor's, and other lines stand for as many of ours that somebody wrote over.
 */
function partUpFrom(
  alike: readonly string[],
  to: number,
  sought: readonly string[],
): Part & { readonly size: number } {
  let from = to;
  let size = 0;
  let left = sought;
  let strange = 0;
  for (let n = to; n >= 0 && strange < left.length; n -= 1) {
    const line = alike[n] ?? '';
    const place = left.lastIndexOf(line);
    if (place >= 0 && left.length - 1 - place >= strange) {
      from = n;
      size += 1;
      left = left.slice(0, place);
      strange = 0;
    } else if (size === 0) break;
    else if (line !== '') strange += 1;
  }
  // What is left of a heading stands right above.
  return { from: /^──|──$/u.test(alike[from - 1] ?? '') ? from - 1 : from, to, size };
}

function linesOf(lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split('\n').map(likeness)));
}

/** What stands above and below, without the empty lines that set the list apart. */
function withoutLines(lines: readonly string[], { from, to }: Part): string {
  const above = lines.slice(0, from).join('\n').trimEnd();
  const below = lines
    .slice(to + 1)
    .join('\n')
    .trim();
  return [above, below].filter((part) => part !== '').join('\n');
}

/** The event, as it stands in Liferay under one of these lists, without them. */
export function withoutLists(event: CalendarEvent, lists: readonly string[]): CalendarEvent {
  const own = <T extends Pick<ChangedOccurrence, 'description'>>(is: T): T => ({
    ...is,
    description: withoutList(is.description, lists),
  });
  const exceptions = Object.entries(event.exceptions).map(
    ([date, is]) => [date, is === 'deleted' ? is : own(is)] as const,
  );
  return { ...own(event), exceptions: Object.fromEntries(exceptions) };
}

/** What people wrote of an event that stands in Liferay: as it was seen, and as it is. */
export interface Written {
  readonly seen: CalendarEvent;
  readonly now: CalendarEvent;
}

/** The two without these lists: where nothing but the list was edited, or the empty lines around it, they are alike. */
export function writtenByPeople({ seen, now }: Written, lists: readonly string[]): Written {
  if (lists.every((list) => list === '')) return { seen, now };
  const was = withoutLists(seen, lists);
  const unlessAlike = <T extends Pick<ChangedOccurrence, 'description'>>(is: T, before: string): T =>
    is.description.trim() === before.trim() ? { ...is, description: before } : is;
  const is = withoutLists(now, lists);
  const exceptions = Object.entries(is.exceptions).map(([date, one]) => {
    if (one === 'deleted') return [date, one] as const;
    const before = was.exceptions[date];
    const { description } = before === undefined || before === 'deleted' ? was : before;
    return [date, unlessAlike(one, description)] as const;
  });
  const own = { ...unlessAlike(is, was.description), exceptions: Object.fromEntries(exceptions) };
  return { seen: was, now: normaliseExceptions(own) };
}
