/** What the tests of meetings made in Liferay have in common: a booking of one person to which another is invited. */
import { expect } from 'vitest';
import type { Attendee } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import type { PersonAnswer } from '#test/emulators/liferay/person.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { DAY, hourFrom, IDLE, Stage } from './stage.ts';

export const REQUEST = 'request person0@example.com';
export const UPDATE = 'update person0@example.com';
export const RESPONSE = 'response person1@example.com';
export const CANCELLATION = 'cancellation person0@example.com';

const IDLE_FOR_TWO = { ...IDLE, exchange: { SyncFolderItems: 2 } };
export const MEETING = hourFrom('2026-05-06T09:00');
const BOOKING = { title: 'Meeting', startTime: MEETING.start, endTime: MEETING.end };

/** Which mailboxes run one after the other; 0 is the invitee's. */
export const ORDERS = [
  { order: 'both at once', turns: null },
  { order: 'the invitee first', turns: [0, 1] },
  { order: 'the organiser first', turns: [1, 0] },
] as const;
export type Turns = (typeof ORDERS)[number]['turns'];

export const ANSWERS = [
  { answer: 'accept', status: STATUS.approved, response: 'Accept' },
  { answer: 'maybe', status: STATUS.maybe, response: 'Tentative' },
] as const;

export const LATER = hourFrom('2026-05-07T09:00');

export function weekly(count: number): Recurrence {
  const startDay = Math.floor(MEETING.start / DAY);
  return {
    pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
    range: { kind: 'numbered', startDay, count },
  };
}

/**
 * The organiser's item is made by hand, as whoever brings the booking to Exchange makes it: with the UID of the
 * organiser's row. `turns`: in which order the mailboxes run.
 */
export class Meeting {
  readonly stage: Stage;
  readonly #turns: Turns;

  constructor(stage: Stage, turns: Turns = null) {
    this.stage = stage;
    this.#turns = turns;
  }

  static async open(turns: Turns = null, options: WorldOptions = {}): Promise<Meeting> {
    const liferay = { recycleBin: false, ...options.liferay };
    return new Meeting(await Stage.open({ people: 2, ...options, liferay }), turns);
  }

  /** Booked in Liferay with the invitee, brought to Exchange, and in step. */
  static async inStep(turns: Turns = null, recurrence = '', options: WorldOptions = {}): Promise<Meeting> {
    const meeting = await Meeting.open(turns, options);
    meeting.book(recurrence);
    await meeting.settle();
    meeting.sendRequest();
    await meeting.settle();
    return meeting;
  }

  /** Made in Exchange: each calendar has a row of its own for it. */
  static async bornInExchange(
    turns: Turns = null,
    recurrence?: Recurrence,
    options: WorldOptions = {},
  ): Promise<Meeting> {
    const meeting = await Meeting.open(turns, options);
    const repeats = recurrence === undefined ? {} : { recurrence };
    meeting.stage.create({ subject: 'Meeting', ...MEETING, ...repeats }, meeting.organiser);
    meeting.sendRequest();
    await meeting.settle();
    const [own] = meeting.stage.rows();
    expect(own?.parentCalendarBookingId).toBe(own?.calendarBookingId);
    return meeting;
  }

  get organiser() {
    return this.stage.of(1);
  }

  /** In Liferay, by the organiser. */
  book(recurrence = ''): number {
    const inviteCalendarIds = [this.stage.person.calendarId];
    return this.stage.book({ ...BOOKING, recurrence, inviteCalendarIds }, this.organiser);
  }

  /** The organiser names those who are invited to the booking, in Liferay. */
  inviteInLiferay(inviteCalendarIds: readonly number[] = [this.stage.person.calendarId]): void {
    const { calendarBookingId } = this.master;
    this.stage.atPortal(
      (acts) => acts.changeBooking(calendarBookingId, { inviteCalendarIds }),
      this.organiser,
    );
  }

  /** In Liferay, in the first row that the invitee has. */
  answer(answer: PersonAnswer, occurrenceStart?: number): void {
    const [row] = this.stage.rows();
    this.stage.atPortal((acts) => acts.respond(row?.calendarBookingId ?? 0, answer, occurrenceStart));
  }

  answerInOutlook(response: 'Accept' | 'Tentative' | 'Decline'): void {
    this.stage.world.exchange.userActs.respond(this.stage.items()[0]?.id ?? '', response);
  }

  deleteChild(): void {
    const { calendarBookingId } = this.child;
    this.stage.atPortal((acts) => acts.deleteBooking(calendarBookingId));
  }

  cancelAtOrganiser(): void {
    const [item] = this.stage.items(this.organiser);
    if (item) this.stage.world.exchange.userActs.deleteItem(item.id);
  }

  /** The organiser's item invites the person. */
  sendRequest(): void {
    const { address } = this.stage.person;
    const attendees: Attendee[] = [
      { name: 'First', address, role: 'required', response: 'NoResponseReceived' },
    ];
    this.changeAtOrganiser({ attendees });
  }

  changeAtOrganiser(change: Parameters<Stage['world']['exchange']['userActs']['changeItem']>[1]): void {
    const [item] = this.stage.items(this.organiser);
    this.stage.world.exchange.userActs.changeItem(item?.id ?? '', change);
  }

  async settle(): Promise<void> {
    if (this.#turns === null) await this.stage.settle();
    else await this.stage.settleInTurn(this.#turns.map((index) => this.stage.of(index)));
  }

  get master(): Booking {
    const [row] = this.stage.rows(this.organiser);
    if (!row) throw new Error('The organiser has no row.');
    return row;
  }

  /** The invitee's row; there is no other. */
  get child(): Booking {
    const [row, another] = this.stage.rows();
    if (!row || another) throw new Error('The invitee has not one row.');
    expect(row.parentCalendarBookingId).toBe(this.master.calendarBookingId);
    return row;
  }

  get response(): string | undefined {
    return this.stage.items()[0]?.content.myResponse;
  }

  responseAtOrganiser(): string | undefined {
    const [item] = this.stage.items(this.organiser);
    const { address } = this.stage.person;
    return item?.content.attendees.find((each) => each.address === address)?.response;
  }

  /** Exchange's mails; Liferay sends none but what its own people make it send. */
  mails(): readonly string[] {
    expect(this.stage.mails - this.stage.world.exchange.outbox.length).toBe(0);
    return this.mailsOfExchange();
  }

  /** Exchange's alone: what an organiser changes in Outlook, Liferay mails too to whoever has not declined there. */
  mailsOfExchange(): readonly string[] {
    return this.stage.world.exchange.outbox.map(({ kind, to }) => `${kind} ${to.join()}`);
  }

  async expectIdle(): Promise<void> {
    expect(await this.stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  }
}
