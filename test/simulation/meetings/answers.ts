/**
 * What people said to invitations, where and when, and what has to come of it. Where both sides said something unseen
 * by each other, either may stand; an answer that nobody contradicted stands, and was mailed once.
 */
import { otherSide, SIDES, type Side } from '../edit-kinds.ts';
import type { Said } from './copies.ts';
import { AROUND_THE_END, mailAbout } from './ledger.ts';
import { type Answer, type Saying, type Says, Standing, standsAs } from './sayings.ts';

/** Nobody has said anything yet to what a deleted invitation, or an occurrence that was declined, has become meanwhile. */
function givesWay({ day, says, isDeletion }: Pick<Answer, 'day' | 'says' | 'isDeletion'>): boolean {
  return isDeletion || (day !== null && says === 'Decline');
}

export class Answers {
  readonly #standings = new Map<string, Standing>();
  readonly #answers: Answer[] = [];
  /** When somebody touched the copy in Exchange last, and the texts of its rows in Liferay. */
  readonly #touchedAt: Record<Side, Map<string, number>> = { exchange: new Map(), liferay: new Map() };
  /** Since when the service knew the copy, and those of which it lost that knowledge and the original went. */
  readonly #knownSince = new Map<string, number>();
  readonly #lost = new Set<string>();
  /** Copies of which the service lost sight of what their organisers changed, while their rows say it. */
  readonly #rewritten = new Set<string>();
  readonly #forgotten = new Set<string>();
  readonly #goneAt = new Map<string, number>();
  readonly #untold = new Set<string>();
  /** Copies that were answered in Liferay before they came: what was said there counts when they do. */
  readonly #awaited = new Set<string>();
  /** When its organiser moved it in Exchange last. */
  readonly #movedAt = new Map<string, number>();
  #settledAt = -1;

  #standing(copy: string, day: number | null): Standing {
    const key = `${copy} ${day ?? ''}`;
    const found = this.#standings.get(key) ?? new Standing();
    this.#standings.set(key, found);
    return found;
  }

  #isUnseen(copy: string, day: number | null, side: Side): boolean {
    const whole = this.#standing(copy, null);
    return [whole, this.#standing(copy, day)].some(({ at }) => at[side] > this.#settledAt);
  }

  #isTouched(copy: string, side: Side): boolean {
    return (this.#touchedAt[side].get(copy) ?? -1) > this.#settledAt;
  }

  #claim(copy: string, day: number | null, side: Side, said: Said, step: number, isAlone: boolean): void {
    const standing = this.#standing(copy, day);
    const other = otherSide(side);
    if (isAlone && standing.at[other] <= this.#settledAt) standing.may.delete(other);
    if (isAlone) standing.isOpen = false;
    standing.may.set(side, said);
    standing.at[side] = step;
    if (day === null && said === 'gone') this.#goneAt.set(copy, step);
  }

  /** What an act in Outlook made of a copy, the actor's own or another's. */
  becameInExchange(copy: string, day: number | null, said: Said, step: number): void {
    const before = this.#standing(copy, null).may.get('exchange');
    this.#claim(copy, day, 'exchange', said, step, true);
    const isAwaited = day === null && said !== 'gone' && this.#awaited.delete(copy);
    if (isAwaited) this.open(copy);
    // What was said before the copy came is said now, and nobody is told of it where the meeting is over.
    if (isAwaited || (day === null && (said === 'cancelled' || said === 'gone'))) this.#untold.add(copy);
    else if (day === null && before !== 'cancelled') this.#untold.delete(copy);
    this.#loosen(copy, ({ day: answered }) => day === null || answered === day);
    if (day !== null || said !== 'gone') return;
    if (this.#lost.has(copy)) this.#forgotten.add(copy);
  }

  /** The copy was not there, and is: of answers to single occurrences it knows nothing. */
  cameAnew(copy: string): void {
    for (const day of this.days(copy)) this.#standing(copy, day).isOpen = true;
    // A no that may not have arrived is said again to what came since.
    const isNo = ({ copy: of, says, isSettled }: Answer) => of === copy && says === 'Decline' && !isSettled;
    if (this.#answers.some(isNo)) this.#mayBeSaid(copy, 'Decline', this.#standing(copy, null).at.liferay);
  }

  /**
   * What an organiser did in Liferay has reached this copy. Where its owner said something meanwhile, either may stand,
   * also where it looks as before: accepted, a meeting that was moved is asked about anew, and an occurrence that was
   * declined may have come back with the series within one run. What Exchange makes of a copy counts otherwise.
   */
  renewed(copy: string, days: ReadonlyMap<number | null, Said>, step: number): void {
    const isMet = [...days.keys()].some((day) => this.#isUnseen(copy, day, 'liferay'));
    for (const [day, said] of days) {
      this.becameInExchange(copy, day, said, step);
      if (isMet) this.#standing(copy, day).isOpen = true;
    }
    for (const day of [null, ...this.days(copy)]) {
      const standing = this.#standing(copy, day);
      if (standing.at.liferay > this.#settledAt) standing.isOpen = true;
    }
    this.touched(copy, 'exchange', step);
  }

  /** The organiser's own copy: its row was deleted in Liferay. `isAlone`: nothing can bring it back. */
  ended(copy: string, step: number, isAlone: boolean): void {
    this.#claim(copy, null, 'liferay', 'gone', step, isAlone);
    if (!isAlone) this.#standing(copy, null).isOpen = true;
  }

  /** What it comes to can no longer be told. */
  open(copy: string): void {
    this.#standing(copy, null).isOpen = true;
  }

  /** Somebody changed anything of the copy in Exchange, or in vain of its rows in Liferay. */
  touched(copy: string, side: Side, step: number): void {
    this.#touchedAt[side].set(copy, step);
    // What Liferay did to the status of a row by itself cannot be told from an answer, nor an answer from that.
    this.#loosen(copy, (answer) => side === 'liferay' || givesWay(answer));
    for (const answer of this.#answers) {
      if (answer.copy === copy && givesWay(answer) && !answer.isSettled) {
        this.#standing(copy, answer.day).isOpen = true;
      }
    }
    if (side === 'exchange') return;
    for (const day of [null, ...this.days(copy)]) {
      const standing = this.#standing(copy, day);
      if (standing.at.liferay > this.#settledAt) standing.isOpen = true;
    }
  }

  /**
   * What was said to it in Exchange counts no more: its organiser moved it, or a change of the series brought back what was
   * declined of it. Where that was said in Liferay, and the service does not know yet whether it arrived, it is said again
   * to what it is by now.
   */
  unsaid(copy: string, day: number | null, was: Said, step: number): void {
    const says = was === 'gone' && day !== null ? 'Decline' : was;
    if (says !== 'Accept' && says !== 'Tentative' && says !== 'Decline') return;
    const isIt = (answer: Answer) => answer.copy === copy && answer.day === day && answer.says === says;
    if (this.#answers.some((answer) => isIt(answer) && !answer.isSettled)) this.#mayBeSaid(copy, says, step);
  }

  /**
   * Its organiser moved it in Exchange: who answers in Liferay before that came there says so of the old time, and nobody
   * says it of the new one.
   * `said`: what the copy says of all, and of occurrences with an answer of their own.
   */
  moved(copy: string, said: ReadonlyMap<number | null, Said>, step: number): void {
    this.#movedAt.set(copy, step);
    this.#loosen(copy, () => true);
    for (const day of [null, ...this.days(copy)]) {
      const standing = this.#standing(copy, day);
      if (standing.at.liferay <= this.#settledAt) continue;
      standing.may.set('exchange', said.get(day) ?? 'asSeries');
      standing.at.exchange = step;
    }
  }

  /**
   * An occurrence that was answered as all of it is has no answer of its own in Exchange: it goes with that of all, which
   * counts no more because the organiser moved the meeting.
   */
  unsaidWithAll(copy: string, day: number, was: Said, step: number): void {
    if (was !== 'Accept' && was !== 'Tentative') return;
    if (this.allowed(copy, day)?.includes(was)) this.becameInExchange(copy, day, 'asSeries', step);
  }

  /**
   * A yes or a maybe at Liferay's own row went with what the organiser did to the booking there: Liferay makes the rows of
   * those who are invited to what is moved pending. Where the service had not seen it, nobody asked for it any more.
   */
  takenBackByLiferay(copy: string, isWhole: boolean): void {
    this.#loosen(copy, ({ day, says }) => (day === null) === isWhole && says !== 'Decline');
    for (const day of isWhole ? [null] : this.days(copy)) {
      const standing = this.#standing(copy, day);
      if (standing.at.liferay > this.#settledAt) standing.isOpen = true;
    }
  }

  /** Answers on their way that these acts met may arrive or not. */
  #loosen(copy: string, isMet: (answer: Answer) => boolean): void {
    for (const answer of this.#answers) {
      if (answer.copy === copy && !answer.isSettled && isMet(answer) && answer.mail === 'must')
        answer.mail = 'may';
    }
  }

  saidInLiferay(saying: Saying): void {
    const { copy, day, says, step, now, endsAt, isAllDay, isNew, isDeletion, before } = saying;
    const isMet =
      this.#isUnseen(copy, day, 'exchange') ||
      this.#isUnseen(copy, day, 'liferay') ||
      this.#isTouched(copy, 'liferay') ||
      this.#rewritten.has(copy) ||
      (givesWay(saying) && this.#isTouched(copy, 'exchange')) ||
      (saying.isOfOldTime && (this.#movedAt.get(copy) ?? -1) > this.#settledAt) ||
      // Its rows are those of an event of its own and, if it was sent anew, of an invitation.
      this.#forgotten.has(copy);
    // Also one that its row had already: Liferay gives it to the rows of occurrences all the same.
    if (day === null) this.#saidOfAll(copy, says, step);
    if (!isMet && !isNew) return;
    // To a copy that is not there nothing can be said, and it may come before the next run, or not.
    const isAwaited = endsAt === null && before === 'gone';
    const isAlone = !isMet && endsAt !== null;
    const about = endsAt === null ? 'none' : mailAbout({ endsAt, isAllDay }, now);
    // Whether it is over counts by what the service saw of it last.
    const shownEndsAt = saying.shownEndsAt ?? endsAt;
    const isDoubtful = shownEndsAt !== null && mailAbout({ endsAt: shownEndsAt, isAllDay }, now) !== about;
    const mail = isMet || isAwaited || (endsAt !== null && isDoubtful) ? 'may' : about;
    this.#loosen(copy, (answer) => day === null || answer.day === null || answer.day === day);
    this.#answers.push({
      ...{ copy, day, says, step, mail, isDeletion },
      endsAt: endsAt ?? Number.POSITIVE_INFINITY,
      isSettled: false,
    });
    if (day === null && mail !== 'must') this.#untold.add(copy);
    else if (day === null) this.#untold.delete(copy);
    const standing = this.#standing(copy, day);
    if (!isAlone && !standing.may.has('exchange')) standing.may.set('exchange', before);
    if (endsAt !== null || isMet || isAwaited)
      this.#claim(copy, day, 'liferay', standsAs(says), step, isAlone);
    if (this.#isTouched(copy, 'liferay') || isAwaited) standing.isOpen = true;
    if (isAwaited && day === null) this.#awaited.add(copy);
  }

  /** Liferay gives it to the rows of all occurrences, also to those that were answered by themselves just before. */
  #saidOfAll(copy: string, says: Says, step: number): void {
    for (const day of this.days(copy)) {
      const standing = this.#standing(copy, day);
      if (standing.at.liferay <= this.#settledAt) continue;
      standing.isOpen = true;
      this.#loosen(copy, (answer) => answer.day === day);
      this.#mayBeSaid(copy, says, step);
    }
  }

  #mayBeSaid(copy: string, says: Says, step: number): void {
    const endsAt = Number.POSITIVE_INFINITY;
    this.#answers.push({
      ...{ copy, day: null, says, step, endsAt },
      ...{ mail: 'may', isDeletion: false, isSettled: true },
    });
  }

  /** The row of a cancelled meeting was deleted: its copy is cleared away. */
  clearedInLiferay(copy: string, step: number): void {
    const isAlone = !this.#isTouched(copy, 'exchange') && !this.#isUnseen(copy, null, 'exchange');
    this.#claim(copy, null, 'liferay', 'gone', step, isAlone);
  }

  /** What was still on its way, and over by now, may have been mailed or not. */
  arrived(now: number): void {
    for (const answer of this.#answers) {
      if (answer.isSettled) continue;
      if (answer.endsAt < now + AROUND_THE_END) {
        // Who deleted a row to what is over by then may as well have lost it to the organiser.
        if (answer.isDeletion) this.#standing(answer.copy, answer.day).isOpen = true;
        if (answer.mail === 'must') answer.mail = 'may';
        if (answer.day === null) this.#untold.add(answer.copy);
      }
      answer.isSettled = true;
    }
  }

  settle(at: number, now: number): void {
    this.#settledAt = at;
    this.arrived(now);
    this.#rewritten.clear();
    for (const key of this.#standings.keys()) {
      const copy = key.slice(0, key.lastIndexOf(' '));
      if (!this.#knownSince.has(copy)) this.#knownSince.set(copy, at);
      this.#lost.delete(copy);
    }
  }

  /**
   * The service went back to a state in which all acts until `settledAt` had arrived, and perhaps no later one. What
   * arrived since looks as if both sides had done it. `keepsUids`: the portal does, by which a row is known. Elsewhere
   * one that says otherwise than its original, because either was changed just before, is taken for an event of its own:
   * to a service that never saw the two together nothing tells that they belong together.
   */
  stateLost(settledAt: number, keepsUids: boolean): void {
    const arrivedAt = this.#settledAt;
    for (const answer of this.#answers) if (!answer.isSettled && answer.mail === 'must') answer.mail = 'may';
    this.#settledAt = Math.min(this.#settledAt, settledAt);
    // An answer to one occurrence stands in a row of its own, also when Exchange has dropped it with what the organiser
    // changed since. To an older state that row is new, and so is what it says.
    for (const { copy, day, says, step } of [...this.#answers]) {
      if (day !== null && step > settledAt) this.#mayBeSaid(copy, says, step);
    }
    for (const [copy, at] of this.#touchedAt.exchange) if (at > settledAt) this.#rewritten.add(copy);
    for (const [key, standing] of this.#standings) {
      const copy = key.slice(0, key.lastIndexOf(' '));
      const last = Math.max(standing.at.exchange, standing.at.liferay);
      if ((this.#knownSince.get(copy) ?? Number.POSITIVE_INFINITY) > settledAt) {
        this.#knownSince.delete(copy);
        this.#lost.add(copy);
        const isUnlike =
          !keepsUids && SIDES.some((side) => (this.#touchedAt[side].get(copy) ?? -1) > arrivedAt);
        if (isUnlike || [...standing.may.values()].includes('gone')) this.#forgotten.add(copy);
      }
      // Nobody knows from which status the row came, or it looks edited, which Liferay approves: what it says now is
      // nobody's answer, and it gets that of the copy.
      if (standing.at.liferay > arrivedAt && (this.#lost.has(copy) || this.#rewritten.has(copy))) {
        standing.isOpen = true;
      }
      if (last <= settledAt) continue;
      // An occurrence that was declined, and came back with what its organiser did since, looks as if it were deleted.
      if (key !== `${copy} `) {
        standing.isOpen = true;
        this.#mayBeSaid(copy, 'Decline', last);
      }
      const isGone = key === `${copy} ` && (this.#goneAt.get(copy) ?? -1) > settledAt;
      // What went since may come back; what came back since has lost its row meanwhile, as if that had been deleted.
      if (isGone && [...standing.may.values()].includes('gone')) this.#forgotten.add(copy);
      else if (isGone) {
        // What was said to it since stands in Exchange, wherever that was said.
        if (new Set(standing.may.values()).size > 1) standing.isOpen = true;
        const [since] = standing.may.values();
        if (since !== undefined) standing.may.set('exchange', since);
        standing.may.set('liferay', 'gone');
        this.#mayBeSaid(copy, 'Decline', last);
      }
      for (const side of SIDES) {
        standing.at[side] = last;
        const said = standing.may.get(side) ?? standing.may.get(otherSide(side));
        if (said === undefined) continue;
        standing.may.set(side, said);
        if (said === 'Accept' || said === 'Tentative') this.#mayBeSaid(copy, said, last);
        else if (said === 'gone') this.#mayBeSaid(copy, 'Decline', last);
      }
    }
  }

  /** The service lost what it knew of the copy, and has not met it again yet. */
  isLost(copy: string): boolean {
    return this.#lost.has(copy);
  }

  /** Nothing tells what it belongs to. */
  forget(copy: string): void {
    this.#forgotten.add(copy);
  }

  /** Nothing tells that it had an original: what is left of it is an event of its own. */
  isForgotten(copy: string): boolean {
    return this.#forgotten.has(copy);
  }

  /** It stood in Exchange once. */
  isKnown(copy: string): boolean {
    return this.#standing(copy, null).at.exchange >= 0;
  }

  /**
   * What the copy says was mailed to the organiser. That is not so where it was answered when the meeting was over, and
   * where its owner was invited anew: their copy keeps an answer of which the new list knows nothing.
   */
  isTold(copy: string): boolean {
    return !this.#untold.has(copy);
  }

  /** What the copy may say at rest; null: that cannot be told. */
  allowed(copy: string, day: number | null): readonly Said[] | null {
    const { may, isOpen } = this.#standing(copy, day);
    return may.size === 0 || isOpen ? null : [...may.values()];
  }

  /** Days of which somebody in Liferay said something. */
  days(copy: string): readonly number[] {
    return [...this.#standings].flatMap(([key, { at }]) => {
      const day = key.slice(copy.length + 1);
      return key.startsWith(`${copy} `) && day !== '' && at.liferay >= 0 ? [Number(day)] : [];
    });
  }

  /** How often an answer of the copy's owner has to be mailed, and may be. */
  mails(copy: string, says: Says): { readonly least: number; readonly most: number } {
    const all = this.#answers.filter((answer) => answer.copy === copy && answer.says === says);
    return {
      least: all.filter(({ mail }) => mail === 'must').length,
      most: all.filter(({ mail }) => mail !== 'none').length,
    };
  }
}
