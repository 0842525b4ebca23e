/** Rooms and room lists (Microsoft Learn, "List places", "Get place"), and getSchedule ("calendar: getSchedule"). */

import type { Mailbox, ShowAs } from '../model.ts';
import type { RoomList } from '../operations/room-lists.ts';
import type { ItemView } from '../series.ts';
import { parseDateTime, resolveDateTime, wallOf, zoneNamed } from '../zones.ts';
import { findMailbox } from './directory.ts';
import { wallText } from './event-json.ts';
import { viewsIn } from './event-pages.ts';
import { GraphError, itemNotFound, unknownZone, unreadableBody } from './graph-errors.ts';
import { userIdOf } from './graph-ids.ts';
import type { GraphRequest } from './graph-request.ts';
import { answer, objectOf } from './graph-request.ts';

function roomJson({ address, displayName }: Pick<Mailbox, 'address' | 'displayName'>) {
  return {
    id: userIdOf(address),
    emailAddress: address,
    displayName,
    address: null,
    geoCoordinates: null,
    phone: '',
    nickname: displayName,
    label: null,
    capacity: null,
    building: null,
    floorNumber: null,
    isManaged: true,
    isWheelchairAccessible: false,
    bookingType: 'standard',
    tags: [],
    audioDeviceName: null,
    videoDeviceName: null,
    displayDevice: null,
  };
}

const roomListJson = ({ address, name }: RoomList) => ({
  id: userIdOf(address),
  emailAddress: address,
  displayName: name,
  address: null,
  geoCoordinates: null,
  phone: '',
});

function collection(request: GraphRequest, type: string, all: readonly object[]): Response {
  const top = request.query.count('$top', 1, 1000) ?? 100;
  const skip = request.query.count('$skip', 0, 1_000_000) ?? 0;
  const next = new URL(request.url);
  next.searchParams.set('$skip', String(skip + top));
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#places/${type}`,
    value: request.faults.now('empty') === null ? all.slice(skip, skip + top) : [],
    ...(all.length > skip + top ? { '@odata.nextLink': String(next) } : {}),
  });
}

/** Equipment mailboxes are no places. */
export function listRooms(request: GraphRequest): Response {
  const rooms = [...request.services.store.mailboxes.values()].filter(({ isRoom }) => isRoom);
  return collection(request, 'microsoft.graph.room', rooms.map(roomJson));
}

export function listRoomLists(request: GraphRequest): Response {
  return collection(request, 'microsoft.graph.roomList', request.services.roomLists().map(roomListJson));
}

/** "You must specify the room list by its emailAddress property, not by its id." */
export function listRoomsOfList(request: GraphRequest): Response {
  const { services } = request;
  const wanted = (request.param('place') ?? '').toLowerCase();
  const list = services.roomLists().find(({ address }) => address.toLowerCase() === wanted);
  if (list === undefined) throw itemNotFound();
  const rooms = list.rooms.map((address) =>
    roomJson(services.store.mailbox(address) ?? { address, displayName: address }),
  );
  return collection(request, 'microsoft.graph.room', rooms);
}

export function getPlace(request: GraphRequest): Response {
  const mailbox = findMailbox(request.services.store.mailboxes, request.param('place') ?? '');
  if (mailbox === null || !mailbox.isRoom) throw itemNotFound();
  const type = { '@odata.type': '#microsoft.graph.room' };
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#places/$entity`,
    ...type,
    ...roomJson(mailbox),
  });
}

const STATUS: Readonly<Record<ShowAs, { readonly name: string; readonly digit: string }>> = {
  Free: { name: 'free', digit: '0' },
  Tentative: { name: 'tentative', digit: '1' },
  Busy: { name: 'busy', digit: '2' },
  OOF: { name: 'oof', digit: '3' },
  WorkingElsewhere: { name: 'workingElsewhere', digit: '4' },
  NoData: { name: 'unknown', digit: '0' },
};

const MINUTE_MS = 60_000;
const MOST_SCHEDULES = 20;

function momentOf(value: unknown): number {
  const { dateTime, timeZone } = objectOf(value);
  const zone = zoneNamed(String(timeZone));
  if (zone === null) throw unknownZone(String(timeZone));
  const moment = parseDateTime(String(dateTime));
  if (moment === null) throw unreadableBody(`Cannot convert '${String(dateTime)}' to a date and time.`);
  return resolveDateTime(moment, zone);
}

/** One digit for each slot: of what overlaps it, that which is busiest. */
function availabilityView(views: readonly ItemView[], from: number, to: number, slotMs: number): string {
  let text = '';
  for (let at = from; at < to; at += slotMs) {
    const digits = views
      .filter(({ content }) => content.start < at + slotMs && content.end > at)
      .map(({ content }) => STATUS[content.showAs].digit);
    text += digits.sort().at(-1) ?? '0';
  }
  return text;
}

function scheduleItem({ content }: ItemView, { preferences }: GraphRequest) {
  const time = (instant: number) => ({
    dateTime: wallText(wallOf(preferences.zone.iana, instant)),
    timeZone: preferences.zoneName,
  });
  const isPrivate = content.sensitivity === 'Private' || content.sensitivity === 'Confidential';
  const details = isPrivate ? {} : { subject: content.subject, location: content.location };
  const { start, end, showAs } = content;
  return { isPrivate, status: STATUS[showAs].name, ...details, start: time(start), end: time(end) };
}

function scheduleOf(request: GraphRequest, scheduleId: string, from: number, to: number, slotMs: number) {
  const mailbox = request.services.store.mailbox(scheduleId);
  if (mailbox === undefined) {
    const message = `Unable to resolve e-mail address ${scheduleId} to an Active Directory object.`;
    const error = { message, responseCode: 'ErrorMailRecipientNotFound' };
    return { scheduleId, availabilityView: '', scheduleItems: [], error };
  }
  const views = viewsIn(mailbox.calendar, from, to).sort((a, b) => a.content.start - b.content.start);
  return {
    scheduleId,
    availabilityView: availabilityView(views, from, to, slotMs),
    scheduleItems: views.map((view) => scheduleItem(view, request)),
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: mailbox.zone.windows },
    },
  };
}

/** At most 20 schedules; slots of 5 to 1440 minutes, 30 unless given. */
export async function getSchedule(request: GraphRequest): Promise<Response> {
  const body = objectOf(await request.json());
  const { schedules, availabilityViewInterval: minutes = 30 } = body;
  if (!Array.isArray(schedules) || schedules.length > MOST_SCHEDULES) {
    throw new GraphError(400, 'ErrorInvalidParameter', 'There are more than 20 schedules, or none.');
  }
  if (typeof minutes !== 'number' || minutes < 5 || minutes > 1440) {
    throw new GraphError(400, 'ErrorInvalidParameter', 'The interval is from 5 to 1440 minutes.');
  }
  const [from, to] = [momentOf(body['startTime']), momentOf(body['endTime'])];
  const type = 'Collection(microsoft.graph.scheduleInformation)';
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#${type}`,
    value: schedules.map((each) => scheduleOf(request, String(each), from, to, minutes * MINUTE_MS)),
  });
}
