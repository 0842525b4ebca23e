/** What the tests of responses have in common: a meeting that was made in Exchange, to which the first person is invited. */
import type { Attendee } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { hourFrom, IDLE, Stage } from './stage.ts';
/** Each of the two mailboxes is asked for its changes. */
export const IDLE_FOR_TWO = { ...IDLE, exchange: { SyncFolderItems: 2 } };
export const MEETING = hourFrom('2026-05-06T09:00');

/** A meeting of the second person, to which the first is invited and which both calendars show. */
export async function invited(options: WorldOptions = {}, recurrence?: Recurrence): Promise<Stage> {
  const stage = await Stage.open({ people: 2, ...options });
  const organiser = stage.of(1);
  const { address } = stage.person;
  const { exchange } = stage.world;
  const attendees: Attendee[] = [
    { name: 'First', address, role: 'required', response: 'NoResponseReceived' },
  ];
  const { calendar } = exchange.mailbox(organiser.address);
  const repeats = recurrence === undefined ? {} : { recurrence };
  exchange.userActs.createItem(calendar, { subject: 'Meeting', ...MEETING, attendees, ...repeats });
  await stage.settle();
  return stage;
}

export function responseAtOrganiser(stage: Stage): string | undefined {
  const { attendees } = stage.item('Meeting', stage.of(1)).content;
  return attendees.find(({ address }) => address === stage.person.address)?.response;
}

export function mailsOf(stage: Stage) {
  return stage.world.exchange.outbox.map(({ kind, to }) => ({ kind, to }));
}

export const ANSWERS = [
  { answer: 'accept', status: STATUS.approved, response: 'Accept' },
  { answer: 'maybe', status: STATUS.maybe, response: 'Tentative' },
] as const;
