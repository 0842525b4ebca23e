/** Every route that needs a signed-in user, with a body that it accepts. `id` is a pairing, `siteId` the site of SITE. */
export interface ProtectedRoute {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
}

/** The site that Ada administers, and its mailbox. */
export const SITE = { id: '7', mailbox: 'room@example.com' };

/** What there is below one pairing, whoever's it is. */
const OF_A_PAIRING: readonly ProtectedRoute[] = [
  { method: 'GET', path: '' },
  { method: 'PATCH', path: '', body: { direction: 'toLiferay' } },
  { method: 'DELETE', path: '' },
  { method: 'POST', path: '/sync' },
  { method: 'GET', path: '/preview' },
  { method: 'GET', path: '/ambiguities' },
  {
    method: 'POST',
    path: '/ambiguities',
    body: { decisions: [{ linkId: 'link-1', choice: 'leaveOut' }] },
  },
  { method: 'POST', path: '/start' },
  { method: 'GET', path: '/copies' },
  { method: 'POST', path: '/unpair', body: { copies: 'liferay', count: 0 } },
  { method: 'GET', path: '/problems' },
  { method: 'POST', path: '/problems/{linkId}/retry' },
  { method: 'GET', path: '/held' },
  {
    method: 'POST',
    path: '/held',
    body: { decision: 'approve', which: { heldUntil: 9_000_000_000_000 } },
  },
  { method: 'GET', path: '/history' },
  { method: 'GET', path: '/history/{changeId}' },
  { method: 'GET', path: '/why', query: '?title=Board' },
  { method: 'POST', path: '/undo', body: { changeIds: ['change-1'] } },
];

function below(path: string): readonly ProtectedRoute[] {
  return OF_A_PAIRING.map((route) => ({ ...route, path: `${path}/{id}${route.path}` }));
}

/** Of a site. */
export const SITE_ROUTES: readonly ProtectedRoute[] = [
  { method: 'GET', path: '/api/sites/{siteId}/mailboxes' },
  { method: 'GET', path: '/api/sites/{siteId}/mailboxes/{address}/exchange-calendars' },
  { method: 'GET', path: '/api/sites/{siteId}/liferay-calendars' },
  {
    method: 'POST',
    path: '/api/sites/{siteId}/liferay-calendars',
    body: { mailbox: SITE.mailbox, zone: 'Europe/Rome' },
  },
  { method: 'GET', path: '/api/sites/{siteId}/pairings' },
  {
    method: 'POST',
    path: '/api/sites/{siteId}/pairings',
    body: {
      mailbox: SITE.mailbox,
      exchangeCalendarId: 'room-main',
      liferayCalendarId: '71',
      direction: 'both',
    },
  },
  ...below('/api/sites/{siteId}/pairings'),
];

/** Of an Exchange domain. */
export const DOMAIN_ROUTES: readonly ProtectedRoute[] = [
  { method: 'GET', path: '/api/domains/{domainId}' },
  { method: 'PATCH', path: '/api/domains/{domainId}', body: { name: 'Headquarters' } },
  { method: 'DELETE', path: '/api/domains/{domainId}' },
  { method: 'GET', path: '/api/domains/{domainId}/mailboxes' },
  {
    method: 'POST',
    path: '/api/domains/{domainId}/mailboxes',
    body: { action: 'pause', which: { search: '' } },
  },
  { method: 'GET', path: '/api/domains/{domainId}/mailboxes.csv' },
  { method: 'GET', path: '/api/domains/{domainId}/mailboxes/{mailboxId}' },
  {
    method: 'POST',
    path: '/api/domains/{domainId}/mailboxes/copies',
    body: { which: { search: '' } },
  },
  {
    method: 'PATCH',
    path: '/api/domains/{domainId}/mailboxes/{mailboxId}',
    body: { intervalSeconds: 300 },
  },
  { method: 'GET', path: '/api/domains/{domainId}/releases' },
  {
    method: 'PATCH',
    path: '/api/domains/{domainId}/releases',
    body: { add: [{ siteId: '7', kind: 'address', value: 'hall@example.com' }] },
  },
  { method: 'GET', path: '/api/domains/{domainId}/room-lists' },
  { method: 'POST', path: '/api/domains/{domainId}/room-lists' },
  { method: 'GET', path: '/api/domains/{domainId}/requests' },
  {
    method: 'POST',
    path: '/api/domains/{domainId}/requests',
    body: { userId: '20101', address: 'ada@example.com', decision: 'approved' },
  },
  { method: 'GET', path: '/api/domains/{domainId}/audit' },
  { method: 'GET', path: '/api/domains/{domainId}/audit.csv' },
  { method: 'GET', path: '/api/domains/{domainId}/activity' },
  { method: 'POST', path: '/api/domains/{domainId}/doctor', body: {} },
];

/** For the portal's administrators, but for the list. */
export const PORTAL_ROUTES: readonly ProtectedRoute[] = [
  { method: 'GET', path: '/api/domains' },
  {
    method: 'POST',
    path: '/api/domains',
    body: {
      name: 'New',
      mailDomains: ['new.example'],
      reach: { kind: 'autodiscover', releasedHosts: ['new.example'] },
      signIn: { kind: 'basic', user: 'svc', password: 'the-service-password' },
    },
  },
  { method: 'GET', path: '/api/audit' },
];

/** Of a user. */
export const OWN_ROUTES: readonly ProtectedRoute[] = [
  { method: 'GET', path: '/api/me' },
  { method: 'POST', path: '/api/mailbox-request' },
  { method: 'GET', path: '/api/exchange-calendars' },
  { method: 'GET', path: '/api/liferay-calendars' },
  { method: 'POST', path: '/api/liferay-calendars', body: { name: 'Mine', zone: 'Europe/Rome' } },
  { method: 'GET', path: '/api/sites' },
  { method: 'GET', path: '/api/pairings' },
  {
    method: 'POST',
    path: '/api/pairings',
    body: { exchangeCalendarId: 'ada-main', liferayCalendarId: '41', direction: 'both' },
  },
  ...below('/api/pairings'),
];

export const PROTECTED_ROUTES: readonly ProtectedRoute[] = [
  ...OWN_ROUTES,
  ...SITE_ROUTES,
  ...DOMAIN_ROUTES,
  ...PORTAL_ROUTES,
];

/** Of the bearer of the service key. */
export const SERVICE_ROUTES: readonly ProtectedRoute[] = [
  { method: 'GET', path: '/service/portal' },
  { method: 'GET', path: '/service/liferay-calendars' },
  { method: 'GET', path: '/service/mailboxes/{address}/exchange-calendars' },
  { method: 'GET', path: '/service/pairings' },
  {
    method: 'POST',
    path: '/service/pairings',
    body: { mailbox: 'ada@example.com', liferayCalendar: '41' },
  },
  { method: 'POST', path: '/service/domains/{domainId}/doctor', body: {} },
  ...below('/service/pairings').filter(({ method }) => method !== 'PATCH'),
];

export const NAME = (route: ProtectedRoute): string => `${route.method} ${route.path}`;

export function pathOf(route: ProtectedRoute, id: string, siteId = SITE.id): string {
  const path = route.path
    .replace('{siteId}', siteId)
    .replace('{address}', SITE.mailbox)
    .replace('{id}', id)
    .replace('{linkId}', 'link-1')
    .replace('{changeId}', 'change-1')
    .replace('{domainId}', 'd1')
    .replace('{mailboxId}', 'mailbox-1');
  return path + (route.query ?? '');
}
