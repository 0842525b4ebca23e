/** The paths of Graph that the face answers: operation, what it needs, and its handler. */

import { calendarViewDelta, eventsDelta } from './delta.ts';
import {
  getCalendar,
  getMailboxSettings,
  getUser,
  listCalendars,
  translateExchangeIds,
} from './directory.ts';
import { listCalendarView, listEvents, listInstances } from './event-pages.ts';
import { createEvent, deleteEvent, getEvent, permanentlyDeleteEvent, updateEvent } from './event-writes.ts';
import type { Need } from './graph-access.ts';
import type { GraphHandler } from './graph-request.ts';
import { acceptEvent, cancelEvent, declineEvent, tentativelyAcceptEvent } from './meeting-actions.ts';
import { getPlace, getSchedule, listRoomLists, listRooms, listRoomsOfList } from './places.ts';
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  reauthorizeSubscription,
  updateSubscription,
} from './subscription-routes.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Faults and counts go by this name. */
  readonly operation: string;
  readonly needs: Need;
  readonly handler: GraphHandler;
}

const user = '/users/:user';

const directory: readonly Route[] = [
  { method: 'GET', path: user, operation: 'getUser', needs: 'users', handler: getUser },
  {
    method: 'GET',
    path: `${user}/mailboxSettings`,
    operation: 'getMailboxSettings',
    needs: 'settings',
    handler: getMailboxSettings,
  },
  {
    method: 'POST',
    path: `${user}/translateExchangeIds`,
    operation: 'translateExchangeIds',
    needs: 'users',
    handler: translateExchangeIds,
  },
  {
    method: 'GET',
    path: `${user}/calendars`,
    operation: 'listCalendars',
    needs: 'calendarsRead',
    handler: listCalendars,
  },
  {
    method: 'POST',
    path: `${user}/calendar/getSchedule`,
    operation: 'getSchedule',
    needs: 'calendarsRead',
    handler: getSchedule,
  },
  ...[`${user}/calendar`, `${user}/calendars/:calendar`].map(
    (path): Route => ({
      method: 'GET',
      path,
      operation: 'getCalendar',
      needs: 'calendarsRead',
      handler: getCalendar,
    }),
  ),
];

/** What can be asked of the default calendar and of a named one alike. */
function eventRoutes(calendar: string): readonly Route[] {
  const read = (path: string, operation: string, handler: GraphHandler): Route => ({
    ...{ method: 'GET', path: `${calendar}${path}`, operation, needs: 'calendarsRead', handler },
  });
  const write = (
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    operation: string,
    handler: GraphHandler,
  ): Route => ({
    ...{ method, path: `${calendar}${path}`, operation, needs: 'calendarsWrite', handler },
  });
  return [
    read('/calendarView/delta', 'calendarViewDelta', calendarViewDelta),
    read('/calendarView', 'listCalendarView', listCalendarView),
    read('/events/delta', 'eventsDelta', eventsDelta),
    read('/events', 'listEvents', listEvents),
    write('POST', '/events', 'createEvent', createEvent),
    read('/events/:event', 'getEvent', getEvent),
    write('PATCH', '/events/:event', 'updateEvent', updateEvent),
    write('DELETE', '/events/:event', 'deleteEvent', deleteEvent),
    read('/events/:event/instances', 'listInstances', listInstances),
    write('POST', '/events/:event/accept', 'acceptEvent', acceptEvent),
    write('POST', '/events/:event/tentativelyAccept', 'tentativelyAcceptEvent', tentativelyAcceptEvent),
    write('POST', '/events/:event/decline', 'declineEvent', declineEvent),
    write('POST', '/events/:event/cancel', 'cancelEvent', cancelEvent),
    write('POST', '/events/:event/permanentDelete', 'permanentlyDeleteEvent', permanentlyDeleteEvent),
  ];
}

const placeRoutes: readonly Route[] = [
  ['/places/microsoft.graph.room', 'listRooms', listRooms] as const,
  ['/places/microsoft.graph.roomlist', 'listRoomLists', listRoomLists] as const,
  ['/places/:place/microsoft.graph.roomlist/rooms', 'listRoomsOfList', listRoomsOfList] as const,
  ['/places/:place', 'getPlace', getPlace] as const,
].map(([path, operation, handler]) => ({ method: 'GET', path, operation, needs: 'places', handler }));

/** Whose mailbox it is about says the body: the handlers look at the permission. */
const subscriptionRoutes: readonly Route[] = (
  [
    ['POST', '/subscriptions', 'createSubscription', createSubscription],
    ['GET', '/subscriptions', 'listSubscriptions', listSubscriptions],
    ['GET', '/subscriptions/:subscription', 'getSubscription', getSubscription],
    ['PATCH', '/subscriptions/:subscription', 'updateSubscription', updateSubscription],
    ['DELETE', '/subscriptions/:subscription', 'deleteSubscription', deleteSubscription],
    ['POST', '/subscriptions/:subscription/reauthorize', 'reauthorizeSubscription', reauthorizeSubscription],
  ] as const
).map(([method, path, operation, handler]) => ({ method, path, operation, needs: 'none', handler }));

export const ROUTES: readonly Route[] = [
  ...directory,
  ...[user, `${user}/calendar`, `${user}/calendars/:calendar`].flatMap(eventRoutes),
  ...placeRoutes,
  ...subscriptionRoutes,
];

const PATHS = ROUTES.map(({ path }) => new RegExp(`^/v1\\.0${path.replaceAll(/:\w+/g, '[^/]+')}$`));

/** Whether a path that has no route for its method has one for another. */
export function isPathOfAnotherMethod(pathname: string): boolean {
  return PATHS.some((path) => path.test(pathname));
}

/** Names of segments in their own spelling: paths come in any case. */
const SEGMENTS = new Map(
  [...ROUTES.flatMap(({ path }) => path.split('/')), 'me', 'v1.0']
    .filter((segment) => segment !== '' && !segment.startsWith(':'))
    .map((segment) => [segment.toLowerCase(), segment]),
);

/** `users('id')/Events` is `users/id/events`. */
export function plainPath(pathname: string): string {
  return pathname
    .replaceAll(/\((?:'|%27)(.*?)(?:'|%27)\)/g, '/$1')
    .split('/')
    .map((segment) => SEGMENTS.get(segment.toLowerCase()) ?? segment)
    .join('/');
}
