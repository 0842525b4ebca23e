/** Every route that needs a signed-in user, with a body that it accepts. `id` is a pairing, the others are of its. */
export interface ProtectedRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export const PROTECTED_ROUTES: readonly ProtectedRoute[] = [
  { method: 'GET', path: '/api/me' },
  { method: 'GET', path: '/api/exchange-calendars' },
  { method: 'GET', path: '/api/liferay-calendars' },
  { method: 'POST', path: '/api/liferay-calendars', body: { name: 'Mine', zone: 'Europe/Rome' } },
  { method: 'GET', path: '/api/pairings' },
  {
    method: 'POST',
    path: '/api/pairings',
    body: { exchangeCalendarId: 'ada-main', liferayCalendarId: '41', direction: 'both' },
  },
  { method: 'GET', path: '/api/pairings/{id}' },
  { method: 'PATCH', path: '/api/pairings/{id}', body: { direction: 'toLiferay' } },
  { method: 'DELETE', path: '/api/pairings/{id}' },
  { method: 'POST', path: '/api/pairings/{id}/sync' },
  { method: 'GET', path: '/api/pairings/{id}/preview' },
  { method: 'POST', path: '/api/pairings/{id}/start' },
  { method: 'GET', path: '/api/pairings/{id}/problems' },
  { method: 'POST', path: '/api/pairings/{id}/problems/{linkId}/retry' },
  { method: 'GET', path: '/api/pairings/{id}/held' },
  {
    method: 'POST',
    path: '/api/pairings/{id}/held',
    body: { decision: 'approve', which: { heldUntil: 9_000_000_000_000 } },
  },
  { method: 'GET', path: '/api/pairings/{id}/history' },
  { method: 'GET', path: '/api/pairings/{id}/history/{changeId}' },
];

export const NAME = (route: ProtectedRoute): string => `${route.method} ${route.path}`;

export function pathOf(route: ProtectedRoute, id: string): string {
  return route.path.replace('{id}', id).replace('{linkId}', 'link-1').replace('{changeId}', 'change-1');
}
