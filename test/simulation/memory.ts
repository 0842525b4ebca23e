/**
 * What the people of one event may expect of it. A field holds the last edit; where both sides edited and neither had
 * seen the other's, either may stand. An edit of an occurrence that nobody contradicted has to be there at the end.
 */
import { otherSide, SIDES, type Side } from './edit-kinds.ts';
import type { Person } from './world.ts';

export type Field = 'title' | 'text' | 'when';
export const FIELDS: readonly Field[] = ['title', 'text', 'when'];

/** An edit of an occurrence: its value is shown by some occurrence, or none stands at that time any more. */
export interface Expectation {
  readonly side: Side;
  readonly step: number;
  readonly what: Field | 'gone';
  readonly value: string;
  /** Given to a stretch of a divided event, which may be all of it: an edit of the whole replaces it. */
  readonly isWide?: boolean;
  /** Liferay's row that it was given to: the next edit of it replaces this one, whatever the row showed meanwhile. */
  readonly row?: number;
}

/**
 * How far an act reaches: `texts` of the whole event, one `occurrence`, the `hour` of a series, or its `rule`, after
 * which nobody can tell which of its exceptions are left.
 */
export type Reach = 'texts' | 'occurrence' | 'hour' | 'rule';

export class Memory {
  readonly token: string;
  readonly person: Person;
  readonly bornOn: Side;
  /** Values that a field may have: of each side, where nobody saw the other's. */
  readonly may: Readonly<Record<Field, Map<Side, string>>> = {
    title: new Map(),
    text: new Map(),
    when: new Map(),
  };
  /** Zones in which it was meant. An occurrence is moved so that it crosses no neighbour in any of them. */
  readonly zones = new Set<string>();
  expectations: readonly Expectation[] = [];
  /** Last act, per side, and the moment before which every act had arrived everywhere. */
  readonly editedAt: Record<Side, number> = { exchange: -1, liferay: -1 };
  settledAt = -1;
  /** From when on the service knew both of its halves. */
  knownSince = Number.POSITIVE_INFINITY;
  deletedAt = -1;
  readonly deletedBy = new Set<Side>();
  /** A deletion met an edit that it could not know of: then either may have won. */
  deletionMetEdit = false;
  /** Both sides worked at it unseen by each other: some of it may stand twice, or not fit together. */
  contested = false;
  /**
   * Nothing tells that a copy had an original: it was deleted, and the service went back to before it knew it, or
   * somebody took an occurrence out of the copy in the moment in which that was removed.
   */
  isForgotten = false;
  /** What its fields hold can no longer be told; that both sides are equal can. */
  excused = false;
  /** Liferay made several series of it, or shows it as a set of rows. */
  isDivided = false;
  /** Shown to Liferay as "Private". */
  isPrivate = false;
  /** When Exchange's people made it private last, or public again. */
  privacySetAt = -1;
  /**
   * It was deleted in Exchange, and the service may never have read there that it was made private, or public again. An
   * edit in Liferay brings back what was last read: whether that is private, only the item can tell.
   */
  isPrivacyOpen = false;
  /** The text that Outlook wrote with markup; null: none. */
  richText: string | null = null;
  /** Its body holds the block by which people join. */
  isOnline = false;
  /** Liferay, writing the rule again, lost parts of it: its people see occurrences that are none. */
  spoiltAt = -1;
  /** When Liferay's people wrote its rule last. */
  ruleWrittenAt = -1;
  /** Liferay spoilt a rule that nobody had seen before, or that nobody remembers; or it fits its start no longer. */
  mayBeUnreadable = false;
  /** A new rule may put an occurrence on the day to which another one had been moved: Exchange has no such series. */
  mayCross = false;
  /** One of its parts got another rule, and may have an occurrence at the very time of another part's. */
  mayCoincide = false;
  /** Deleted together with many others. */
  massDeletion: { readonly side: Side } | null = null;
  /** Deleted while such a deletion was waiting for a person's decision, which is on this one too. */
  isHeldToo = false;
  /** Edits of a copy that its readers may not edit. */
  vainEdits = 0;

  constructor(token: string, person: Person, bornOn: Side) {
    this.token = token;
    this.person = person;
    this.bornOn = bornOn;
  }

  get isDeleted(): boolean {
    return this.deletedBy.size > 0;
  }

  #isUnseen(side: Side): boolean {
    return this.editedAt[side] > this.settledAt;
  }

  get isSettled(): boolean {
    return !this.#isUnseen('exchange') && !this.#isUnseen('liferay') && this.deletedAt <= this.settledAt;
  }

  /** Notes that `side` did something. @returns whether the other side had seen all of it and had nothing unseen */
  worked(side: Side, step: number, reach: Reach): boolean {
    const other = otherSide(side);
    const isAlone = !this.#isUnseen(other);
    if (!isAlone) this.contested = true;
    if (this.isDeleted) this.deletionMetEdit = true;
    if (reach !== 'texts') this.#drop((one) => one.side === other && one.step > this.settledAt && !isAlone);
    // A server that gets a new start or pattern drops the exceptions of the series.
    if (reach === 'rule' || (reach === 'hour' && side === 'exchange')) this.expectations = [];
    if (reach === 'rule' && side === 'liferay') this.ruleWrittenAt = step;
    if (reach === 'hour') this.#drop(({ what }) => what === 'gone');
    this.editedAt[side] = step;
    return isAlone;
  }

  #drop(isContradicted: (one: Expectation) => boolean): void {
    this.expectations = this.expectations.filter((one) => !isContradicted(one));
  }

  /** The field of the whole event is this now. Call after `worked`. */
  remember(side: Side, field: Field, value: string): void {
    const may = this.may[field];
    if (!this.#isUnseen(otherSide(side))) may.delete(otherSide(side));
    may.set(side, value);
    this.#drop(({ what, isWide }) => what === field && isWide === true);
  }

  /** Call after `worked`, with what that said. */
  expect(isAlone: boolean, expectation: Expectation): void {
    const { what, row } = expectation;
    if (row !== undefined) this.#drop((one) => one.row === row && one.what === what);
    if (isAlone) this.expectations = [...this.expectations, expectation];
  }

  /** An occurrence that showed these values shows others now. */
  replaced(...values: readonly string[]): void {
    this.#drop(({ what, value }) => what !== 'gone' && values.includes(value));
  }

  madePrivate(isPrivate: boolean, step: number): void {
    this.isPrivate = isPrivate;
    this.privacySetAt = step;
    this.isPrivacyOpen = false;
  }

  #openPrivacy(): void {
    this.isPrivacyOpen ||= this.deletedBy.has('exchange') && this.privacySetAt > this.settledAt;
  }

  deleted(side: Side, step: number): void {
    if (this.#isUnseen('exchange') || this.#isUnseen('liferay')) this.deletionMetEdit = true;
    // Of a link whose event is gone nothing is kept: brought back, nobody knows what its rule was.
    if (this.spoiltAt > this.settledAt) this.mayBeUnreadable = true;
    this.deletedBy.add(side);
    this.deletedAt = step;
    this.#openPrivacy();
  }

  /** A part of a divided event is deleted: what is left of it, only the two sides can tell. */
  partlyDeleted(side: Side, step: number): void {
    this.worked(side, step, 'rule');
    this.excused = true;
  }

  /** Brought back by `side`. `isElsewhere`: it stands on the other side, which nobody had seen vanish. */
  restored(side: Side, step: number, isElsewhere: boolean): void {
    const metDeletion = this.deletedAt > this.settledAt && this.deletedBy.has(otherSide(side));
    if (isElsewhere || this.deletionMetEdit || metDeletion) {
      this.contested = true;
      this.excused = true;
      this.deletionMetEdit = true;
      this.deletedBy.add(side);
    } else {
      this.deletedBy.clear();
      this.isPrivacyOpen = false;
    }
    this.massDeletion = null;
    this.worked(side, step, 'rule');
  }

  settle(at: number): void {
    this.settledAt = at;
    this.knownSince = Math.min(this.knownSince, at);
  }

  /** The service went back to a state in which all acts until `settledAt` had arrived, and perhaps no later one. */
  stateLost(settledAt: number): void {
    if (!this.isSettled) {
      this.excused = true;
      this.contested = true;
      if (this.isDeleted) this.deletionMetEdit = true;
    }
    if (this.spoiltAt > settledAt) this.mayBeUnreadable = true;
    this.settledAt = Math.min(this.settledAt, settledAt);
    this.#openPrivacy();
    if (this.knownSince > settledAt) {
      this.knownSince = Number.POSITIVE_INFINITY;
      this.isForgotten ||= this.isDeleted;
    }
    // What arrived since looks as if both sides had done it: until it is looked at again, a further edit of one side
    // contradicts what the other holds.
    const last = Math.max(this.editedAt.exchange, this.editedAt.liferay);
    if (last <= settledAt) return;
    for (const side of SIDES) {
      this.editedAt[side] = last;
      for (const field of FIELDS) {
        const known = this.may[field].get(side) ?? this.may[field].get(otherSide(side));
        if (known !== undefined) this.may[field].set(side, known);
      }
    }
  }
}
