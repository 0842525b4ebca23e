/** The table of a site's mailboxes: its rows, what a filter leaves of them, and their order. Pure. */
import type { LiferayCalendar, Pairing, SiteMailboxes } from '#shared/api.ts';
import type { SiteTexts } from '#shared/texts/sites/dictionary.ts';

/** A mailbox with one of its pairings, or without any. */
export interface SiteRow {
  readonly mailbox: string;
  readonly pairing: Pairing | null;
}

export type Column = 'mailbox' | 'resource' | 'shows' | 'state' | 'checked';
export type StateFilter = 'any' | 'notPaired' | 'problems' | Pairing['status'];

export interface Filter {
  readonly text: string;
  readonly state: StateFilter;
}

export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

/** Every released mailbox, and pairings of such as are not released any more. */
export function rowsOf(mailboxes: readonly string[], pairings: readonly Pairing[]): readonly SiteRow[] {
  const paired = pairings.map((pairing) => ({ mailbox: pairing.mailbox, pairing }));
  const free = mailboxes
    .filter((address) => !pairings.some(({ mailbox }) => mailbox === address))
    .map((mailbox) => ({ mailbox, pairing: null }));
  return [...paired, ...free];
}

/** A person has to look at it, or something was set aside or is held. */
export function needsAttention({ status, paused, problems }: Pairing): boolean {
  const isStopped = status === 'waiting' || (status === 'paused' && !paused);
  return isStopped || problems.parked > 0 || problems.held > 0;
}

export function filtered(rows: readonly SiteRow[], { text, state }: Filter): readonly SiteRow[] {
  const wanted = text.trim().toLocaleLowerCase();
  return rows.filter(({ mailbox, pairing }) => {
    const names = `${mailbox} ${pairing?.liferayCalendarName ?? ''} ${pairing?.exchangeCalendarName ?? ''}`;
    return names.toLocaleLowerCase().includes(wanted) && isIn(state, pairing);
  });
}

function isIn(state: StateFilter, pairing: Pairing | null): boolean {
  if (state === 'any') return true;
  if (state === 'notPaired') return pairing === null;
  if (pairing === null) return false;
  return state === 'problems' ? needsAttention(pairing) : pairing.status === state;
}

/** Stable: rows that are alike in the column stay in the order of their mailboxes. */
export function ordered(
  rows: readonly SiteRow[],
  { column, descending }: Order,
  stateName: (pairing: Pairing | null) => string,
  locale: string,
): readonly SiteRow[] {
  const collator = new Intl.Collator(locale, { numeric: true });
  const key = ({ mailbox, pairing }: SiteRow): string => {
    if (column === 'mailbox') return mailbox;
    if (column === 'state') return stateName(pairing);
    if (pairing === null) return '';
    if (column === 'resource') return pairing.liferayCalendarName;
    return column === 'shows' ? pairing.details : String(pairing.lastRunAt ?? 0);
  };
  const sign = descending ? -1 : 1;
  return rows
    .toSorted((a, b) => collator.compare(a.mailbox, b.mailbox))
    .toSorted((a, b) => sign * collator.compare(key(a), key(b)));
}

/** As the service names a new one: by the room list, else by the address. */
export function resourceName(mailbox: string, { mailboxes }: SiteMailboxes): string {
  const name = mailboxes.find(({ address }) => address === mailbox)?.name ?? '';
  return name.trim() === '' ? (mailbox.split('@')[0] ?? mailbox) : name.trim();
}

/** Why the mailbox is offered: by its address, with a room list, or because it fits a pattern. */
export function releasedAs(
  mailbox: string,
  { mailboxes, patterns }: SiteMailboxes,
  words: SiteTexts,
): string {
  const found = mailboxes.find(({ address }) => address === mailbox);
  if (found !== undefined) {
    return found.roomList === null ? words.releasedByAddress : words.releasedByList(found.roomList);
  }
  const pattern = patterns.find((each) => fits(mailbox, each));
  return pattern === undefined ? words.notReleased : words.releasedByPattern(pattern);
}

/** As the service compares them: the only wildcard is `*`. */
export function fits(mailbox: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(mailbox);
}

/** The free resource whose name says what the address says, `room.trastevere@…` and "Room Trastevere". */
export function likelyResource(
  mailbox: string,
  free: readonly LiferayCalendar[],
): LiferayCalendar | undefined {
  const [local = ''] = mailbox.split('@');
  return free.find(({ name }) => plain(name) === plain(local));
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
