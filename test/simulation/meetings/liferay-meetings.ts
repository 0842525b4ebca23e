/** What people do at Liferay's calendar pages about meetings: they answer, delete, and edit in vain. */
import type { PersonAnswer } from '#test/emulators/liferay/person.ts';
import type { Booking } from '#test/emulators/liferay/portal-rows.ts';
import { isMaster, isSeriesRow, STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { shownRow } from '../calendar-windows.ts';
import type { Deed } from '../deed.ts';
import { acts, ownCalendarZone, timed } from '../liferay-forms.ts';
import { DAY, dayIn, pick } from '../shapes.ts';
import type { Person, World } from '../world.ts';
import type { Answers } from './answers.ts';
import type { MeetingFields } from './claims.ts';
import { type Copy, copyKey, endOf, everyone, tokenOf } from './copies.ts';
import type { MeetingKind } from './kinds.ts';
import type { Says } from './sayings.ts';

/** A row of a meeting in somebody's calendar. */
export interface MeetingRow {
  readonly person: Person;
  readonly token: string;
  readonly row: Booking;
  /** It stands for all of the meeting, and not for one occurrence. */
  readonly isWhole: boolean;
}

const LOOK_AHEAD = 60 * DAY;
const ANSWERS: readonly PersonAnswer[] = ['accept', 'maybe', 'decline'];
const SAYS: Readonly<Record<PersonAnswer, Says>> = {
  accept: 'Accept',
  maybe: 'Tentative',
  decline: 'Decline',
};
const STATUS_OF: Readonly<Record<PersonAnswer, number>> = {
  accept: STATUS.approved,
  maybe: STATUS.maybe,
  decline: STATUS.denied,
};

/** Rows that are not in the Recycle Bin. */
export function meetingRows(world: World, tokens: Pick<ReadonlySet<string>, 'has'>): readonly MeetingRow[] {
  return everyone(world).flatMap((person) =>
    world.liferay.bookings(person.calendarId).flatMap((row) => {
      const token = tokenOf(row.location);
      if (row.status === STATUS.inTrash || !tokens.has(token)) return [];
      return [{ person, token, row, isWhole: isSeriesRow(row) }];
    }),
  );
}

/** As Liferay shows the organisers' rows for all of their meetings, by their tokens. */
export function ownFields(
  world: World,
  organisers: ReadonlyMap<string, Person>,
): ReadonlyMap<string, MeetingFields> {
  const own = new Map<string, MeetingFields>();
  for (const { person, token, row, isWhole } of meetingRows(world, organisers)) {
    if (!isWhole || organisers.get(token) !== person) continue;
    const { title, when } = shownRow(row);
    const place = row.location;
    own.set(token, row.recurrence === '' ? { title, place, when } : { title, place });
  }
  return own;
}

/** What is put back so often within a month is still put back. */
export const VAIN_EDITS = 2;

/** What an act at a row goes by. */
export interface RowScene {
  readonly answers: Answers;
  /** As the copy stands in Exchange now, if it does. */
  readonly copy: Copy | undefined;
  readonly isOwn: boolean;
  /** Its invitees have rows of Liferay's own. */
  readonly isBornInLiferay: boolean;
  /** Only what is seen: nothing that is said here counts. */
  readonly isReadOnly: boolean;
  /** How often something was done to rows of this copy in vain, by `copyKey`. */
  readonly vain: Map<string, number>;
}

/** Does this to the row of somebody else's meeting. @returns what it was, for the trace; null when it cannot be done to it */
export function actOnRow(deed: Deed, kind: MeetingKind, target: MeetingRow, scene: RowScene): string | null {
  const { vain, isReadOnly } = scene;
  if (scene.isBornInLiferay && !mayAnswer(deed, kind, target)) return null;
  const isOff = scene.copy?.said === 'cancelled' && kind !== 'row:deleteInvitation';
  const isInVain = isReadOnly || isOff || kind === 'row:rename' || kind === 'row:moveTime';
  const times = vain.get(keyOf(target)) ?? 0;
  if (isInVain && times >= VAIN_EDITS) return null;
  const done = doToRow(deed, kind, target, scene);
  if (done !== null && isInVain) vain.set(keyOf(target), times + 1);
  return done;
}

/**
 * To Liferay's own row of somebody else's booking: its texts are the organiser's, and the Recycle Bin takes no row of an
 * invitee (CalendarBookingLocalServiceImpl, moveCalendarBookingToTrash).
 */
function mayAnswer({ world }: Deed, kind: MeetingKind, { row }: MeetingRow): boolean {
  if (kind === 'row:rename' || kind === 'row:moveTime') return false;
  return kind !== 'row:deleteInvitation' || isMaster(row) || !world.liferay.switches.recycleBin;
}

function doToRow(deed: Deed, kind: MeetingKind, target: MeetingRow, scene: RowScene): string | null {
  const { row, isWhole, person } = target;
  const isRoom = deed.world.rooms.includes(person);
  switch (kind) {
    case 'row:rename':
    case 'row:moveTime':
      return editInVain(deed, kind, target, scene);
    case 'row:deleteOwn':
      // Of a copy that is only there to be looked at.
      if (!scene.isOwn || !isWhole) return null;
      acts(deed).deleteBooking(row.calendarBookingId);
      scene.answers.touched(keyOf(target), 'liferay', deed.step);
      return 'in vain';
    default:
      return scene.isOwn || isRoom || !isWhole ? null : answer(deed, kind, target, scene);
  }
}

function keyOf({ person, token }: MeetingRow): string {
  return copyKey(person, token);
}

/** Liferay approves a row that is edited; all of it is put back. */
function editInVain(
  deed: Deed,
  kind: 'row:rename' | 'row:moveTime',
  target: MeetingRow,
  { answers }: RowScene,
): string | null {
  const { row, isWhole } = target;
  const id = row.calendarBookingId;
  if (kind === 'row:rename') acts(deed).changeBooking(id, { title: deed.value('V') });
  else {
    if (row.recurrence !== '' || row.allDay || !isWhole) return null;
    const zone = ownCalendarZone(deed);
    acts(deed).changeBooking(id, timed(deed.timeOn(zone, dayIn(zone, row.startTime) + 1)));
  }
  answers.touched(keyOf(target), 'liferay', deed.step);
  return 'in vain';
}

function answer(deed: Deed, kind: MeetingKind, target: MeetingRow, scene: RowScene): string | null {
  const { row } = target;
  const id = row.calendarBookingId;
  const says = pick(deed.random, ANSWERS) ?? 'accept';
  switch (kind) {
    case 'row:respond':
      note(deed, target, scene, { says: SAYS[says], day: null, isNew: row.status !== STATUS_OF[says] });
      acts(deed).respond(id, says);
      return says;
    case 'row:deleteInvitation':
      if (leavesRows(deed, row)) return null;
      note(deed, target, scene, { says: 'Decline', day: null, isNew: true, isDeletion: true });
      acts(deed).deleteBooking(id);
      return 'decline';
    case 'row:respondToOccurrence':
    case 'row:deleteOccurrence': {
      const start = occurrenceOf(deed, row);
      if (start === null) return null;
      const day = dayIn(row.allDay ? 'UTC' : ownCalendarZone(deed), start);
      if (kind === 'row:deleteOccurrence') {
        note(deed, target, scene, { says: 'Decline', day, isNew: true, isDeletion: true });
        acts(deed).deleteInstance(id, start);
        return `decline day ${day}`;
      }
      note(deed, target, scene, { says: SAYS[says], day, isNew: scene.copy?.said !== SAYS[says] });
      acts(deed).respond(id, says, start);
      return `${says} day ${day}`;
    }
    default:
      return null;
  }
}

/** Without a Recycle Bin the rows of changed occurrences stay when their series is deleted, as events of their own. */
export function leavesRows({ world, person }: Deed, { calendarBookingId: id }: Booking): boolean {
  const isFurther = (row: Booking) => row.recurringCalendarBookingId === id && row.calendarBookingId !== id;
  return !world.liferay.switches.recycleBin && world.liferay.bookings(person.calendarId).some(isFurther);
}

/** Start of one of the next occurrences that the row shows; null: it shows none, or it is its last. */
function occurrenceOf({ world, person, random }: Deed, row: Booking): number | null {
  if (row.recurrence === '') return null;
  const now = world.clock.now();
  const shown = world.liferay
    .calendarWindow(person.calendarId, now - 30 * DAY, now + LOOK_AHEAD)
    .filter(({ calendarBookingId }) => calendarBookingId === row.calendarBookingId);
  if (shown.length < 2) return null;
  return pick(random, shown.slice(0, 6))?.startTime ?? null;
}

interface Noted {
  readonly says: Says;
  readonly day: number | null;
  readonly isNew: boolean;
  readonly isDeletion?: boolean;
}

/** Before it is done: what it has to come to. */
function note(deed: Deed, target: MeetingRow, scene: RowScene, noted: Noted): void {
  const { answers, copy, isReadOnly } = scene;
  const { says, day, isNew, isDeletion = false } = noted;
  const key = keyOf(target);
  if (isReadOnly) {
    answers.touched(key, 'liferay', deed.step);
    return;
  }
  if (isDeletion && day === null && copy?.said === 'cancelled') {
    answers.clearedInLiferay(key, deed.step);
    return;
  }
  const ofDay = day === null ? undefined : copy?.days.get(day);
  const isThere = copy && copy.said !== 'cancelled' && ofDay !== 'cancelled' && ofDay !== 'gone';
  answers.saidInLiferay({
    ...{ copy: key, day, says, step: deed.step, now: deed.world.clock.now(), isNew, isDeletion },
    before: (day === null ? copy?.said : (ofDay ?? (copy && 'asSeries'))) ?? 'gone',
    endsAt: isThere ? endOf(copy, day) : null,
    shownEndsAt: target.row.recurrence === '' ? target.row.endTime : null,
    isAllDay: target.row.allDay,
    isOfOldTime: copy !== undefined && !beginsWith(target.row, copy),
  });
}

function beginsWith({ allDay, startTime }: Booking, { item: { content } }: Copy): boolean {
  if (allDay !== content.allDay) return false;
  if (!allDay) return startTime === content.start;
  return dayIn('UTC', startTime) === dayIn(content.startZone.iana, content.start);
}
