/** What became of the meetings in both servers, act by act, and between the acts because of the service. */
import type { Person, World } from '../world.ts';
import type { Answers } from './answers.ts';
import type { MeetingFields } from './claims.ts';
import { type Copy, copiesOf, everyone, type Said, tokenOf } from './copies.ts';
import type { Told } from './ledger.ts';
import { meetingRows, ownFields } from './liferay-meetings.ts';
import type { Organising, Parts } from './organising.ts';

/** What it looks at, and whom it tells. */
export interface Watched {
  readonly world: World;
  /** Organisers by the tokens of their meetings. */
  readonly organisers: ReadonlyMap<string, Person>;
  readonly answers: Answers;
  readonly organising: Organising;
  readonly isReadOnly: boolean;
  /** Where both sides changed the same, what Liferay says stands. */
  readonly liferayWins: boolean;
}

/** Occurrences that were changed or cancelled, and are as their series has them since that got another hour in Outlook. */
interface Wiped extends Parts {
  readonly copy: Copy;
  readonly step: number;
}

export class Watch {
  /** Mails of both servers, by their place in the outbox: those that people's own acts caused. */
  readonly mailsByPeople = new Set<number>();
  readonly liferayMailsByPeople = new Set<number>();
  /** Tokens of all items and rows that there ever were, by their ids. */
  readonly tokens = new Map<string, string>();
  /** What happened to meetings without an act of their organisers. */
  readonly broken: string[] = [];
  readonly #watched: Watched;
  /** Mails of Exchange up to the moment by which all that people had done had arrived. */
  #settledMails = 0;
  /** The same of all such moments of the story. */
  readonly #mailsAt = new Map<number, number>();
  #wiped: readonly Wiped[] = [];
  /** The copies, as they were looked at last. */
  #seen: ReadonlyMap<string, Copy> = new Map();

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** All that people did until this moment of the story has arrived everywhere. */
  settle(at: number): void {
    this.#settledMails = this.#watched.world.exchange.outbox.length;
    this.#mailsAt.set(at, this.#settledMails);
  }

  /**
   * Of what people did after this moment the service knows nothing. An occurrence that was changed in Liferay, and told,
   * still has its row, and looks new: where its series got another hour in Outlook meanwhile it is brought there again.
   */
  stateLost(settledAt: number): void {
    const { world, organisers, organising } = this.#watched;
    this.#settledMails = this.#mailsAt.get(settledAt) ?? 0;
    for (const { copy, step, changed, cancelled } of this.#wiped) {
      const { token, item } = copy;
      if (step <= settledAt || !organising.isPending(token)) continue;
      const rows = meetingRows(world, new Set([token])).filter(
        ({ person }) => organisers.get(token) === person,
      );
      const isLeftOut = rows.some(({ row }) => row.recurrence.includes('EXDATE'));
      const invited = item.content.attendees.map(({ address }) => address);
      organising.mayBeToldAgain(token, step, invited, {
        changed: this.#hasTold(token, 'update')
          ? Math.min(changed, rows.filter(({ isWhole }) => !isWhole).length)
          : 0,
        cancelled: isLeftOut && this.#hasTold(token, 'cancellation') ? cancelled : 0,
      });
    }
  }

  /**
   * The service told of what the organiser did in Liferay, and may not know it: a write whose answer was lost. Where they
   * go on in Outlook nothing tells any more that it arrived. Liferay wins then, and all are told of it once more. So they
   * are where this took a changed occurrence away in Exchange, with a new hour of its series: it is brought there again.
   */
  #mayBeToldAgain({ token }: Copy, isWiped: boolean): boolean {
    const { liferayWins, organising } = this.#watched;
    return (liferayWins || isWiped) && organising.isPending(token) && this.#hasTold(token, 'update');
  }

  /** The service has told of something that the organiser did in Liferay since all had arrived. */
  #hasTold(token: string, what: Told): boolean {
    return this.#watched.world.exchange.outbox.some(
      ({ kind, itemId }, at) =>
        at >= this.#settledMails &&
        kind === what &&
        !this.mailsByPeople.has(at) &&
        this.tokens.get(itemId) === token,
    );
  }

  /** Does what people do, and takes note of what it came to in all calendars, and of the mails that it sent. */
  observed<T>(step: number, deed: () => T): T {
    const { world, organisers, isReadOnly } = this.#watched;
    const { exchange, liferay } = world;
    const before = this.observe(step);
    const rows = ownFields(world, organisers);
    const mails = { exchange: exchange.outbox.length, liferay: liferay.outbox.length };
    const result = deed();
    for (let at = mails.exchange; at < exchange.outbox.length; at += 1) this.mailsByPeople.add(at);
    for (let at = mails.liferay; at < liferay.outbox.length; at += 1) this.liferayMailsByPeople.add(at);
    const after = copiesOf(world, organisers);
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      this.#compare(key, before.get(key), after.get(key), step);
    }
    if (!isReadOnly) this.#compareRows(rows, step);
    this.#seen = after;
    this.#noteItems();
    return result;
  }

  #compare(key: string, before: Copy | undefined, after: Copy | undefined, step: number): void {
    const { answers, organising, organisers } = this.#watched;
    const said = after?.said ?? 'gone';
    const days = daysThatDiffer(before, after);
    if (!before && after) answers.cameAnew(key);
    if (before && after) this.#noteUnsaid(key, before, after, step);
    if (said !== (before?.said ?? 'gone')) answers.becameInExchange(key, null, said, step);
    for (const [day, is] of days) answers.becameInExchange(key, day, is, step);
    if (before && after) this.#noteMoved(key, before, after, step);
    if (before?.item.id !== after?.item.id || before?.changeKey !== after?.changeKey) {
      answers.touched(key, 'exchange', step);
    }
    const copy = after ?? before;
    if (!copy || organisers.get(copy.token) !== copy.person) return;
    // What is cancelled of a series is not in its content: of an attendee's copy that may be what they declined.
    if (before?.content === after?.content && days.length === 0) return;
    const invited = copy.item.content.attendees.map(({ address }) => address);
    const { exceptions, deletedDays } = copy.item.series ?? {};
    const parts = { changed: exceptions?.size ?? 0, cancelled: deletedDays?.size ?? 0 };
    organising.didInExchange(copy.token, step, invited, parts);
    const wiped = wipedParts(before, after);
    if (wiped.changed + wiped.cancelled > 0) this.#wiped = [...this.#wiped, { copy, step, ...wiped }];
    if (this.#mayBeToldAgain(copy, wiped.changed > 0)) organising.mayBeToldAgain(copy.token, step, invited);
    if (after) organising.made(copy.token, 'exchange', changed(before?.fields, after.fields), step);
  }

  #noteUnsaid(key: string, before: Copy, after: Copy, step: number): void {
    const { answers } = this.#watched;
    if (after.said === 'NoResponseReceived') {
      answers.unsaid(key, null, before.said, step);
      const alike = answers.days(key).filter((day) => !before.days.has(day) && !after.days.has(day));
      for (const day of alike) answers.unsaidWithAll(key, day, before.said, step);
    }
    for (const [day, was] of before.days) if (!after.days.has(day)) answers.unsaid(key, day, was, step);
  }

  #noteMoved(key: string, before: Copy, after: Copy, step: number): void {
    if (before.when === after.when) return;
    this.#watched.answers.moved(key, new Map([...after.days, [null, after.said]]), step);
  }

  #compareRows(before: ReadonlyMap<string, MeetingFields>, step: number): void {
    const { world, organisers, organising } = this.#watched;
    for (const [token, fields] of ownFields(world, organisers)) {
      const was = before.get(token);
      organising.made(token, 'liferay', changed(was, fields), step);
    }
  }

  /** The copies as they are now: what organisers did not do, nobody may have changed of them but answers. */
  observe(step: number): ReadonlyMap<string, Copy> {
    const { world, organisers, answers, organising } = this.#watched;
    const copies = copiesOf(world, organisers);
    this.#noteItems();
    for (const [key, copy] of copies) {
      const was = this.#seen.get(key);
      if (was?.content === copy.content || answers.isForgotten(key)) continue;
      if (was && this.#isDeclined(key, was, copy)) continue;
      if (organising.isPending(copy.token)) this.#renew(key, was, copy, step);
      else
        this.broken.push(
          `${key} ${was ? 'was changed in' : 'came into'} Exchange without an act of its organiser`,
        );
    }
    const put = this.#putAway(copies, step);
    this.#seen = new Map([...[...this.#seen].filter(([key]) => !put.has(key)), ...copies]);
    return copies;
  }

  /** All that differs are occurrences that their invitee declined in Liferay: with these goes what was changed of them. */
  #isDeclined(key: string, was: Copy, copy: Copy): boolean {
    const { answers, organisers } = this.#watched;
    if (organisers.get(copy.token) === copy.person) return false;
    const declined = answers.days(key).filter((day) => {
      const mayBeGone = answers.allowed(key, day)?.includes('gone') ?? true;
      return mayBeGone && copy.days.get(day) === 'gone' && was.days.get(day) !== 'gone';
    });
    const days = new Set(declined);
    return was.contentBesides(days) === copy.contentBesides(days);
  }

  /** Copies that went because of what their organisers did in Liferay: cleared away, or declined by a room's attendant. */
  #putAway(copies: ReadonlyMap<string, Copy>, step: number): ReadonlySet<string> {
    const { world, answers, organising } = this.#watched;
    const put = new Set<string>();
    for (const [key, { person, token }] of this.#seen) {
      if (copies.has(key) || !organising.isPending(token)) continue;
      if (!world.rooms.includes(person) && !organising.isCancelledFor(token, person.address)) continue;
      answers.renewed(key, new Map([[null, 'gone']]), step);
      put.add(key);
    }
    return put;
  }

  /** What the organiser did in Liferay has come to this copy. */
  #renew(key: string, was: Copy | undefined, copy: Copy, step: number): void {
    const { answers } = this.#watched;
    const days = new Map<number | null, Said>(daysThatDiffer(was, copy));
    if (was?.said !== copy.said) days.set(null, copy.said);
    // It may have been put away and sent again between two looks.
    if (was?.item.id !== copy.item.id) answers.cameAnew(key);
    if (was) this.#noteUnsaid(key, was, copy, step);
    answers.renewed(key, days, step);
    if (was) this.#noteMoved(key, was, copy, step);
  }

  #noteItems(): void {
    const { world } = this.#watched;
    for (const { id, content } of world.exchange.store.items.values()) {
      this.tokens.set(id, tokenOf(content.location));
    }
    for (const { calendarId } of everyone(world)) {
      for (const { calendarBookingId, location } of world.liferay.bookings(calendarId)) {
        this.tokens.set(String(calendarBookingId), tokenOf(location));
      }
    }
  }
}

/** Occurrences of the organiser's own item that are as their series has them, and were not before. */
function wipedParts(before: Copy | undefined, after: Copy | undefined): Parts {
  if (!before || !after) return { changed: 0, cancelled: 0 };
  const cancelled = ({ days }: Copy) => [...days].flatMap(([day, said]) => (said === 'gone' ? [day] : []));
  const areStill = new Set(cancelled(after));
  return {
    changed: [...before.changedDays].filter((day) => !after.changedDays.has(day)).length,
    cancelled: cancelled(before).filter((day) => !areStill.has(day)).length,
  };
}

/** What a copy says of single occurrences now, where that is otherwise. */
function daysThatDiffer(
  before: Pick<Copy, 'days'> | undefined,
  after: Pick<Copy, 'days'> | undefined,
): readonly (readonly [number, Said])[] {
  if (!after) return [];
  const days = new Set([...(before?.days.keys() ?? []), ...after.days.keys()]);
  return [...days].flatMap((day) => {
    const is = after.days.get(day) ?? 'asSeries';
    return is === (before?.days.get(day) ?? 'asSeries') ? [] : [[day, is] as const];
  });
}

function changed(before: MeetingFields | undefined, after: MeetingFields): MeetingFields {
  const entries = Object.entries(after) as [keyof MeetingFields, string][];
  return Object.fromEntries(entries.filter(([field, value]) => before?.[field] !== value));
}
