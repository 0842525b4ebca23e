/**
 * Meetings in the simulation: what their organisers, attendees and rooms do about them, on either side. A meeting
 * carries a token as the first word of its place, by which all its copies and rows can be known.
 */
import { isMaster, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { Acts, type Begun } from '../acts.ts';
import { Deed } from '../deed.ts';
import { between, DAY, pick } from '../shapes.ts';
import { inOrderOf } from '../targets.ts';
import type { Person, World } from '../world.ts';
import { Answers } from './answers.ts';
import { type Copy, copiesOf, copyKey, everyone } from './copies.ts';
import {
  drawMeetingKind,
  isAtRoom,
  type MeetingKind,
  ORGANISING,
  type RoomKind,
  TAKING_PART,
} from './kinds.ts';
import { book } from './liferay-booking.ts';
import { actOnRow, type MeetingRow, meetingRows, ownFields } from './liferay-meetings.ts';
import { manageRow } from './liferay-organiser.ts';
import { Organising } from './organising.ts';
import { manage, organise, outsiderResponds, takePart } from './outlook-meetings.ts';
import { RoomBookings } from './room-bookings.ts';
import { Watch } from './watch.ts';

/** All the days that may pass by acts. */
const DAYS_LIMIT = 20;
/** Edits of the same thing in the milliseconds before each of several writes of it: nobody is faster than that. */
const OVERTAKING = 3;

export interface MeetingStoryOptions {
  readonly seed: number;
  /** Pairings are read-only: Exchange's people alone decide. */
  readonly isReadOnly: boolean;
  /** Others are invited in Liferay too. */
  readonly hasBookings: boolean;
  /** Where both sides changed the same, what Liferay says stands. */
  readonly liferayWins: boolean;
  /** Acts that are left out, by their names. */
  readonly without: ReadonlySet<string>;
}

export class MeetingStory {
  /** Organisers by the tokens of their meetings. */
  readonly organisers = new Map<string, Person>();
  readonly answers = new Answers();
  readonly organising = new Organising();
  readonly counts: Record<string, number> = {};
  readonly watch: Watch;
  readonly roomBookings: RoomBookings;
  /** The moment before which everything that people did has arrived everywhere. */
  settledAt = -1;
  readonly #acts: Acts;
  readonly #world: World;
  readonly #isReadOnly: boolean;
  readonly #hasBookings: boolean;
  readonly #liferayWins: boolean;
  readonly #overtaken = new Map<string, number>();
  readonly #vain = new Map<string, number>();
  #daysPassed = 0;

  constructor(world: World, options: MeetingStoryOptions) {
    const { seed, isReadOnly, hasBookings, liferayWins, without } = options;
    this.#world = world;
    this.#isReadOnly = isReadOnly;
    this.#hasBookings = hasBookings;
    this.#liferayWins = liferayWins && !isReadOnly;
    this.#acts = new Acts(seed, without);
    this.roomBookings = new RoomBookings(world);
    const { organisers, answers, organising } = this;
    this.watch = new Watch({
      ...{ world, organisers, answers, organising, isReadOnly },
      liferayWins: this.#liferayWins,
    });
  }

  /** Names of all acts so far, those left out among them. */
  get acts(): readonly string[] {
    return this.#acts.names;
  }

  /**
   * The organiser's item went while the service knew nothing of it, because its state was lost: their booking is a new
   * one to it, as good as any, and all who are invited are asked anew beside what they have of the first meeting.
   */
  isMadeAnew(token: string): boolean {
    const organiser = this.organisers.get(token);
    if (!organiser || !this.organising.isBornInLiferay(token)) return false;
    return this.answers.isForgotten(copyKey(organiser, token));
  }

  /** Nobody can tell what has to be seen of the meeting in that person's calendars. */
  isForgotten(person: Person, token: string): boolean {
    return this.isMadeAnew(token) || this.answers.isForgotten(copyKey(person, token));
  }

  begin(step: number): void {
    this.#acts.beginStep(step);
    this.#overtaken.clear();
  }

  settle(): void {
    this.settledAt = this.#acts.step + 0.5;
    this.answers.settle(this.settledAt, this.#world.clock.now());
    this.organising.settle(this.settledAt, this.#world.clock.now());
    this.roomBookings.settle();
    this.watch.settle(this.settledAt);
  }

  /** Of what people did after `settledAt`, the service knows no longer whether it arrived. */
  stateLost(settledAt: number): void {
    this.settledAt = settledAt;
    this.answers.stateLost(settledAt, this.#world.liferay.switches.keepsUid);
    this.roomBookings.stateLost(settledAt);
    this.#forget(() => this.organising.stateLost(settledAt));
    this.watch.stateLost(settledAt);
    if (this.#liferayWins) this.#restoreOldEdits(settledAt);
    this.#forgetUnlike();
  }

  /**
   * What organisers did in Outlook since, and what came of it in their rows, looks as if it had been done on both sides.
   * If they go on in Outlook, their rows stand against that, and win.
   */
  #restoreOldEdits(settledAt: number): void {
    const copies = copiesOf(this.#world, this.organisers);
    const rows = ownFields(this.#world, this.organisers);
    for (const [token, organiser] of this.organisers) {
      const copy = copies.get(copyKey(organiser, token));
      const fields = rows.get(token);
      if (!copy || !fields || !this.organising.isChangedInExchange(token, settledAt)) continue;
      this.organising.looksEdited(token, copy.item, this.#acts.step);
      this.organising.made(token, 'liferay', fields, this.#acts.step);
    }
  }

  /**
   * Where a server gives what is made a UID of its own, the two halves of a meeting that the service lost sight of meet
   * again by what they say. One that was changed in Outlook since nothing tells from another's.
   */
  #forgetUnlike(): void {
    const { exchange, liferay } = this.#world;
    for (const [token, organiser] of this.organisers) {
      const isBooking = this.organising.isBornInLiferay(token);
      const keepsUid = isBooking ? exchange.switches.keepsUidOnCreate : liferay.switches.keepsUid;
      if (keepsUid || !this.organising.isChangedInExchange(token)) continue;
      const keys = (isBooking ? [organiser] : everyone(this.#world)).map((one) => copyKey(one, token));
      for (const key of keys) if (this.answers.isLost(key)) this.answers.forget(key);
    }
  }

  /** A folder has to be read anew: meanwhile nothing that is found is told to anybody. */
  cursorRefused(): void {
    this.#forget(() => this.organising.cursorRefused());
  }

  /** The copies as they are now. */
  observe(): ReadonlyMap<string, Copy> {
    this.#forgetUnlike();
    this.roomBookings.observe();
    return this.watch.observe(this.#acts.step);
  }

  /** Whether what ended lately stays so cannot be told. */
  #forget(lose: () => void): void {
    lose();
    for (const [token, person] of this.organisers) {
      if (this.organising.isPending(token)) this.answers.open(copyKey(person, token));
    }
  }

  /** Somebody does one thing. @returns a line for the trace, null if this act is left out */
  act(): string | null {
    const begun = this.#acts.begin();
    if (!begun) return null;
    // What somebody has a mind to may fit nothing that is there.
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const done = this.#try(begun, drawMeetingKind(begun.random, this.#hasBookings));
      if (done !== null) return this.#acts.line(done);
    }
    return this.#acts.line(this.#organise(begun, 'outlook:organise'));
  }

  #try(begun: Begun, kind: MeetingKind): string | null {
    if (kind === 'time:pass') return this.#pass(begun);
    if (ORGANISING.includes(kind)) return this.#organise(begun, kind);
    if (kind === 'row:organise' || kind === 'row:organiseSeries') return this.#book(begun, kind);
    if (isAtRoom(kind)) return this.#atRoom(begun, kind);
    if (kind.startsWith('row:')) return this.#atRows(begun, kind, () => true);
    return this.#atCopies(begun, kind, () => true);
  }

  #did(kind: MeetingKind, what: string): string {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return `${kind} ${what}`;
  }

  #deed(person: Person, { serial, random }: Begun): Deed {
    return new Deed(this.#world, person, this.#acts.step, serial, random);
  }

  #pass({ random }: Begun): string | null {
    const days = between(random, 2, 6);
    if (this.#daysPassed + days > DAYS_LIMIT) return null;
    this.#daysPassed += days;
    this.#world.clock.advance(days * DAY);
    return this.#did('time:pass', `${days} days`);
  }

  #organise(begun: Begun, kind: MeetingKind): string {
    const person = pick(begun.random, this.#world.people);
    if (!person) throw new Error('There is nobody who could organise anything.');
    const token = `ev-${begun.serial}`;
    this.organisers.set(token, person);
    this.watch.observed(this.#acts.step, () => organise(this.#deed(person, begun), kind, token));
    return this.#did(kind, `${token} of ${person.address}`);
  }

  /** What is found when the state is new or lost is copied without its invitees: until then nobody books anything. */
  #book(begun: Begun, kind: MeetingKind): string | null {
    const person = pick(begun.random, this.#world.people);
    if (!person || this.#isReadOnly || this.organising.isQuiet) return null;
    const token = `ev-${begun.serial}`;
    this.organisers.set(token, person);
    this.organising.madeInLiferay(token);
    const deed = this.#deed(person, begun);
    this.organising.didInLiferay(this.watch.observed(this.#acts.step, () => book(deed, kind, token)));
    return this.#did(kind, `${token} of ${person.address}`);
  }

  /** In a read-only pairing what only Liferay has is its own affair. */
  #atRoom(begun: Begun, kind: RoomKind): string | null {
    const room = pick(begun.random, this.#world.rooms);
    if (!room || this.#isReadOnly) return null;
    const deed = this.#deed(room, begun);
    const done = this.watch.observed(this.#acts.step, () =>
      kind === 'room:book'
        ? this.roomBookings.book(deed, `ev-${begun.serial}`)
        : this.roomBookings.change(deed, kind),
    );
    return done === null ? null : this.#did(kind, done);
  }

  #atCopies(begun: Begun, kind: MeetingKind, isMeant: (copy: Copy) => boolean): string | null {
    const takesPart = TAKING_PART.includes(kind);
    const copies = [...copiesOf(this.#world, this.organisers).values()].filter(
      (copy) => isMeant(copy) && this.#world.people.includes(copy.person) && this.#isOwn(copy) !== takesPart,
    );
    for (const copy of inOrderOf(begun.serial, copies, ({ person, token }) => copyKey(person, token))) {
      const deed = this.#deed(copy.person, begun);
      const work = takesPart ? takePart : kind === 'outlook:outsiderResponds' ? outsiderResponds : manage;
      const done = this.watch.observed(this.#acts.step, () => work(deed, kind, copy));
      if (done !== null) return this.#did(kind, `${copyKey(copy.person, copy.token)} ${done}`);
    }
    return null;
  }

  #isOwn({ person, token }: Pick<Copy, 'person' | 'token'>): boolean {
    return this.organisers.get(token) === person;
  }

  #atRows(begun: Begun, kind: MeetingKind, isMeant: (row: MeetingRow) => boolean): string | null {
    const copies = copiesOf(this.#world, this.organisers);
    const rows = meetingRows(this.#world, this.organisers).filter(isMeant);
    const nameOf = ({ person, token, isWhole }: MeetingRow) => `${copyKey(person, token)} ${isWhole}`;
    for (const target of inOrderOf(begun.serial, rows, nameOf)) {
      const { person, token } = target;
      const copy = copies.get(copyKey(person, token));
      const isOwn = this.#isOwn(target);
      const scene = {
        ...{ answers: this.answers, copy, isOwn },
        ...{ isReadOnly: this.#isReadOnly, vain: this.#vain },
        isBornInLiferay: this.organising.isBornInLiferay(token),
      };
      const deed = this.#deed(person, begun);
      const done = this.watch.observed(this.#acts.step, () =>
        isOwn && !this.#isReadOnly
          ? this.#manage(deed, kind, target, copy)
          : actOnRow(deed, kind, target, scene),
      );
      if (done !== null) {
        if (scene.isBornInLiferay && !isOwn) this.#noteRefusal(deed, kind, target, copy);
        return this.#did(kind, `${copyKey(person, token)} ${target.row.calendarBookingId} ${done}`);
      }
    }
    return null;
  }

  /** What an invitee did to Liferay's own row may decide who is asked. */
  #noteRefusal(
    { step }: Deed,
    kind: MeetingKind,
    { person: { address }, token, row }: MeetingRow,
    copy: Copy | undefined,
  ): void {
    const { status } = this.#world.liferay.booking(row.calendarBookingId) ?? {};
    if (copy === undefined && status === STATUS.denied) this.organising.refusedUnasked(token, address);
    if (kind === 'row:deleteInvitation') this.organising.leftInLiferay(token, address, step);
  }

  /** Invitees' rows of the booking that say yes or maybe, as they are now. */
  #answeredRows(token: string): readonly MeetingRow[] {
    return meetingRows(this.#world, new Set([token]))
      .filter(({ row }) => !isMaster(row) && (row.status === STATUS.approved || row.status === STATUS.maybe))
      .map((each) => ({ ...each, row: { ...each.row } }));
  }

  #manage(deed: Deed, kind: MeetingKind, target: MeetingRow, copy: Copy | undefined): string | null {
    const answered = this.#answeredRows(target.token);
    const done = manageRow(deed, kind, target, copy);
    if (done === null) return null;
    for (const { person, token, row, isWhole } of answered) {
      const { status } = this.#world.liferay.booking(row.calendarBookingId) ?? {};
      if (status === STATUS.pending) this.answers.takenBackByLiferay(copyKey(person, token), isWhole);
    }
    const isAlone = this.organising.didInLiferay(done.deed);
    if (done.deed.reach === 'end') {
      this.answers.ended(copyKey(target.person, target.token), deed.step, isAlone);
    }
    return done.what;
  }

  /** Edits or answers the very row or item that a request is about, while the request is on its way. */
  actOn(body: string): string | null {
    const isAbout = (id: string) => body.includes(`"${id}"`) || body.includes(`:${id}`);
    const rows = meetingRows(this.#world, this.organisers);
    const copies = [...copiesOf(this.#world, this.organisers).values()];
    const row = rows.find((one) => isAbout(String(one.row.calendarBookingId)))?.row.calendarBookingId;
    const item = copies.find((copy) => isAbout(copy.item.id))?.item.id;
    const id = item ?? (row === undefined ? null : String(row));
    if (id === null) return null;
    const times = (this.#overtaken.get(id) ?? 0) + 1;
    this.#overtaken.set(id, times);
    const begun = times > OVERTAKING ? null : this.#acts.begin();
    if (!begun) return null;
    const answers = begun.random() < 0.5;
    const done =
      item === undefined
        ? this.#atRows(
            begun,
            answers ? 'row:respond' : 'row:rename',
            (one) => String(one.row.calendarBookingId) === id,
          )
        : (this.#atCopies(begun, 'outlook:respond', (copy) => copy.item.id === id) ??
          this.#atCopies(
            begun,
            answers ? 'outlook:moveTime' : 'outlook:rename',
            (copy) => copy.item.id === id,
          ));
    return done === null ? null : this.#acts.line(done);
  }
}
