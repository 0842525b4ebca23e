/** What organisers do about their meetings on both sides, and what has to come of it: fields, mails, occurrences. */
import type { StoredItem } from '#test/emulators/exchange/model.ts';
import type { Side } from '../edit-kinds.ts';
import { Claims, type MeetingFields } from './claims.ts';
import { type End, Ledger, mailAbout, type Told } from './ledger.ts';

/** A mail that a deed in Liferay means Exchange to send. */
export interface Tell {
  readonly kind: Told;
  readonly to: readonly string[];
  /** Mails that it may come to; 1 unless given. */
  readonly most?: number;
  /** It may go out, and need not. */
  readonly isOpen?: boolean;
}

/** What an organiser did to a row of their own. It ends before or after the deed, whichever is later. */
export interface OrganisersDeed extends End {
  readonly token: string;
  readonly step: number;
  /** Epoch ms. */
  readonly now: number;
  readonly tells: readonly Tell[];
  /** Of one occurrence: what it is called now. */
  readonly title?: string;
  /** How far it reaches: nothing of what was done before is told when a meeting ends. */
  readonly reach: 'whole' | 'occurrence' | 'series' | 'end';
}

/** Occurrences of a series that are not as its rule has them. */
export interface Parts {
  readonly changed: number;
  readonly cancelled: number;
}

export class Organising {
  readonly claims = new Claims();
  readonly ledger = new Ledger();
  /** When an organiser worked at a meeting last, by its token. */
  readonly #at: Record<Side, Map<string, number>> = { exchange: new Map(), liferay: new Map() };
  /** When a series got another hour in Liferay last. */
  readonly #seriesAt = new Map<string, number>();
  /** When invitees deleted their rows in Liferay last: by token and address. */
  readonly #leftAt = new Map<string, Map<string, number>>();
  /** Meetings of which some attendees may not have heard all. */
  readonly #untold = new Set<string>();
  /** Those to whom a meeting was cancelled in Liferay: `token address`; all to whom it was: `token`. */
  readonly #cancelled = new Set<string>();
  /** Meetings that were changed in Liferay when they were over, or soon would be, or when nobody was told of anything. */
  readonly #lagging = new Set<string>();
  /** What was done in Liferay and may not have arrived yet. */
  #onTheirWay: OrganisersDeed[] = [];
  readonly #titles = new Map<string, Set<string>>();
  /** Meetings that were made in Liferay, by their tokens. */
  readonly #bornInLiferay = new Set<string>();
  /** Those that were changed in Liferay when the state was lost, which may not have arrived. */
  readonly #adrift = new Set<string>();
  #settledAt = -1;
  /** The state is new or was lost: what is found is not told to anybody, and no meeting ends because of it. */
  #isQuiet = true;

  #isUnseen(token: string, side: Side): boolean {
    return (this.#at[side].get(token) ?? -1) > this.#settledAt;
  }

  /** The organiser did something in Liferay that may not have arrived yet. */
  isPending(token: string): boolean {
    return this.#isUnseen(token, 'liferay');
  }

  /** The organiser did something in Outlook that may not have arrived yet, or did so after `since`. */
  isChangedInExchange(token: string, since = this.#settledAt): boolean {
    return (this.#at.exchange.get(token) ?? -1) > since;
  }

  /** Its organiser cancelled it in Liferay, or took this invitee out: their copy is cleared away with the row. */
  isCancelledFor(token: string, address: string): boolean {
    return this.#cancelled.has(token) || this.#cancelled.has(`${token} ${address}`);
  }

  /** Somebody says no in Liferay before they were asked in Exchange: to Liferay's own refusal it looks alike. */
  refusedUnasked(token: string, address: string): void {
    this.ledger.loosen((due) => due.token === token && due.kind === 'request' && due.to === address);
  }

  /** An invitee deletes the row to which Liferay invited them. */
  leftInLiferay(token: string, address: string, step: number): void {
    this.#leftAt.set(token, (this.#leftAt.get(token) ?? new Map<string, number>()).set(address, step));
    if (this.isPending(token)) this.#mayBeUninvited(token, step);
  }

  /** Where the organiser's row changed too, it cannot be told who took an invitee's row away. */
  #mayBeUninvited(token: string, step: number): void {
    for (const [to, leftAt] of this.#leftAt.get(token) ?? []) {
      if (leftAt <= this.#settledAt) continue;
      this.ledger.loosen((due) => due.token === token && due.to === to);
      const told = { deed: step, token, mail: 'may', endsAt: Number.POSITIVE_INFINITY, most: 1 } as const;
      this.ledger.expect({ ...told, kind: 'cancellation', to });
      for (const other of this.ledger.addressesOf(token)) {
        if (other !== to) this.ledger.expect({ ...told, kind: 'update', to: other });
      }
    }
  }

  madeInLiferay(token: string): void {
    this.#bornInLiferay.add(token);
  }

  /** Liferay has rows of its own in the calendars of those who were invited there. */
  isBornInLiferay(token: string): boolean {
    return this.#bornInLiferay.has(token);
  }

  /**
   * Liferay mails about what is written there because of it, whatever it is asked for. So is a booking set aside of which the
   * service lost sight while a change made in Liferay was on its way: it meets its item again, which says otherwise and is
   * right then, and its organiser is shown that until they change either.
   */
  mayBeMailedByLiferay(token: string): boolean {
    return this.isBornInLiferay(token) && (this.#at.exchange.has(token) || this.#adrift.has(token));
  }

  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** @returns whether nothing stands in the way of what was done */
  didInLiferay(deed: OrganisersDeed): boolean {
    const { token, step, now, endsAt, tells, title, reach } = deed;
    const isAlone = !this.#isQuiet && !this.#isUnseen(token, 'exchange');
    this.#at.liferay.set(token, step);
    if (reach === 'series') this.#seriesAt.set(token, step);
    if (reach === 'end') {
      this.ledger.loosen((due) => due.token === token);
      this.#cancelled.add(token);
    }
    for (const { kind, to } of reach === 'whole' ? tells : []) {
      // Whoever is not invited any more need not hear what was done before.
      if (kind !== 'cancellation') continue;
      this.ledger.loosen((due) => due.token === token && to.includes(due.to));
      for (const address of to) this.#cancelled.add(`${token} ${address}`);
    }
    const about = mailAbout(deed, now);
    for (const { kind, to, most = 1, isOpen = false } of tells) {
      const mail = !isAlone || isOpen ? 'may' : about;
      for (const address of to)
        this.ledger.expect({ deed: step, token, kind, to: address, mail, endsAt, most });
    }
    this.#mayBeUninvited(token, step);
    if (about !== 'must' || this.#isQuiet) this.#lagging.add(token);
    this.#onTheirWay.push(deed);
    if (isAlone && about === 'must') this.#untold.delete(token);
    else this.#untold.add(token);
    if (reach !== 'whole') this.#titles.delete(token);
    if (title !== undefined && isAlone) this.#titles.set(token, new Set([title]));
    return isAlone;
  }

  /**
   * The organiser's own item was changed with Outlook. `invited`: all who are invited to it now. `parts`: how many of its
   * occurrences are changed and cancelled now.
   */
  didInExchange(token: string, step: number, invited: readonly string[], parts: Parts): void {
    this.#at.exchange.set(token, step);
    this.ledger.loosen((due) => due.token === token);
    this.ledger.revive(token);
    this.ledger.widen(token, invited);
    this.#titles.delete(token);
    if ((this.#seriesAt.get(token) ?? -1) <= this.#settledAt) return;
    // A new hour of the series is on its way from Liferay: it wipes this too, which is then written and told again.
    const again = { deed: step, token, mail: 'may', endsAt: Number.POSITIVE_INFINITY } as const;
    for (const to of invited) {
      this.ledger.expect({ ...again, kind: 'update', to, most: parts.changed });
      this.ledger.expect({ ...again, kind: 'cancellation', to, most: parts.cancelled });
    }
  }

  /** What they did in Liferay, and the service told already, may be told to these once more, in so many mails. */
  mayBeToldAgain(
    token: string,
    step: number,
    invited: readonly string[],
    { changed, cancelled }: Parts = { changed: 1, cancelled: 0 },
  ): void {
    const told = { deed: step, token, mail: 'may', endsAt: Number.POSITIVE_INFINITY } as const;
    for (const to of invited) {
      if (changed > 0) this.ledger.expect({ ...told, kind: 'update', to, most: changed });
      if (cancelled > 0) this.ledger.expect({ ...told, kind: 'cancellation', to, most: cancelled });
    }
  }

  /** What the row of this item of the organiser's says may count as theirs, though they did nothing in Liferay. */
  looksEdited(token: string, { content, series }: StoredItem, step: number): void {
    this.#at.liferay.set(token, step);
    this.#open(token);
    const told = { deed: step, token, mail: 'may', endsAt: Number.POSITIVE_INFINITY } as const;
    const most = 1 + (series?.exceptions.size ?? 0);
    for (const { address: to } of content.attendees)
      this.ledger.expect({ ...told, kind: 'update', to, most });
  }

  /** These are the fields of a meeting on that side now. */
  made(token: string, side: Side, fields: MeetingFields, step: number): void {
    this.claims.made(token, side, fields, step);
  }

  /** The service has to read all of a folder anew. */
  cursorRefused(): void {
    this.#isQuiet = true;
    this.ledger.loosen(() => true);
    for (const token of this.#at.liferay.keys()) if (this.isPending(token)) this.#open(token);
  }

  #open(token: string): void {
    this.#untold.add(token);
    this.#lagging.add(token);
    this.#titles.delete(token);
  }

  settle(at: number, now: number): void {
    this.#settledAt = at;
    this.#isQuiet = false;
    this.claims.settle(at);
    this.arrived(now);
  }

  /** All that was on its way has arrived; what was over by then was told to nobody. */
  arrived(now: number): void {
    this.ledger.settle(now);
    for (const deed of this.#onTheirWay) {
      if (mailAbout(deed, now) === 'must') continue;
      this.#lagging.add(deed.token);
      this.#untold.add(deed.token);
    }
    this.#onTheirWay = [];
  }

  stateLost(settledAt: number): void {
    for (const token of this.#bornInLiferay) if (this.isPending(token)) this.#adrift.add(token);
    this.#settledAt = Math.min(this.#settledAt, settledAt);
    this.claims.stateLost(settledAt);
    this.cursorRefused();
  }

  /** All who are invited and stand in the list know what the organiser's item says. */
  isTold(token: string): boolean {
    return !this.#untold.has(token);
  }

  /**
   * Nobody is mailed about what is over, nor about what is found when the state was lost, so that the attendees' copies
   * stay behind what its organiser made of it in Liferay, where their rows follow.
   */
  mayLag(token: string): boolean {
    return this.#lagging.has(token);
  }

  /** What some occurrence has to be called. */
  titlesOf(token: string): readonly string[] {
    return [...(this.#titles.get(token) ?? [])];
  }
}
