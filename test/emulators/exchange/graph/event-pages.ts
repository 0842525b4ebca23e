/** Collections of events: pages, @odata.nextLink, calendar views, instances (Microsoft Learn, "Paging", "List events"). */

import type { Folder } from '../model.ts';
import type { ItemView } from '../series.ts';
import { viewOf, viewsBetween } from '../series.ts';
import { eventJson } from './event-json.ts';
import { badRequest, unsupportedQuery } from './graph-errors.ts';
import type { GraphRequest } from './graph-request.ts';
import { answer, calendarOf, eventOf } from './graph-request.ts';
import { instantOfConstant, readFilter, readOrder } from './odata-filter.ts';

/** "List calendarView": $top from 1 to 1000. */
const LARGEST_PAGE = 1000;

function pageSize({ query, preferences, switches }: GraphRequest): number {
  return query.count('$top', 1, LARGEST_PAGE) ?? preferences.maxPageSize ?? switches.pageSize;
}

/** The part of the collection that was asked for; its nextLink is the same URL with $skip. */
function page(request: GraphRequest, views: readonly ItemView[]): Response {
  const skip = request.query.count('$skip', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const size = pageSize(request);
  const shown = request.faults.now('empty') === null ? views.slice(skip, skip + size) : [];
  const shape = request.query.shape();
  const next = new URL(request.url);
  next.searchParams.set('$skip', String(skip + size));
  const hasMore = shown.length > 0 && views.length > skip + size;
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#users('${request.param('user') ?? ''}')/events`,
    ...(request.query.get('$count') === 'true' ? { '@odata.count': views.length } : {}),
    value: shown.map((view) => eventJson(view, request, shape)),
    ...(hasMore ? { '@odata.nextLink': String(next) } : {}),
  });
}

/** Singles and masters ("List events"). */
export function listEvents(request: GraphRequest): Response {
  const { query, services, version, switches } = request;
  const folder = calendarOf(request);
  const filterText = query.get('$filter');
  const hasLambda = switches.filtersExtendedInCalendars || request.param('calendar') === undefined;
  const filter = filterText === undefined ? null : readFilter(filterText, hasLambda);
  const orderText = query.get('$orderby');
  const order = orderText === undefined ? null : readOrder(orderText);
  let items = [...folder.items.values()].map((stored) => ({
    stored,
    content: stored.content,
    modified: version(stored).modified,
  }));
  if (filter !== null) items = items.filter(filter);
  if (order !== null) items.sort(order);
  return page(
    request,
    items.map(({ stored }) => viewOf(services.store, stored.id)),
  );
}

/** Throws 400 for a range that is missing or none. Without an offset a time is UTC ("List calendarView"). */
export function rangeOf({ query }: GraphRequest): { readonly from: number; readonly to: number } {
  const [start, end] = [query.get('startDateTime'), query.get('endDateTime')];
  if (start === undefined || end === undefined) {
    throw badRequest(
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
    );
  }
  // A plus that nobody encoded has become a blank.
  const read = (text: string) => instantOfConstant(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  const [from, to] = [read(start), read(end)];
  if (to < from) throw unsupportedQuery('EndDateTime is before StartDateTime.');
  return { from, to };
}

export function viewsIn(folder: Folder, from: number, to: number): ItemView[] {
  return [...folder.items.values()].flatMap((item) => [...viewsBetween(item, from, to)]);
}

export function listCalendarView(request: GraphRequest): Response {
  const { from, to } = rangeOf(request);
  const order = readOrder(request.query.get('$orderby') ?? 'start/dateTime');
  const views = viewsIn(calendarOf(request), from, to).map((view) => ({
    view,
    stored: view.stored,
    content: view.content,
    modified: view.stored.modified,
  }));
  views.sort(order);
  return page(
    request,
    views.map(({ view }) => view),
  );
}

/** Occurrences and exceptions of a master, in a range ("List instances"). */
export function listInstances(request: GraphRequest): Response {
  const { from, to } = rangeOf(request);
  const { stored, type } = eventOf(request);
  if (type !== 'RecurringMaster') throw badRequest('Only a series master has instances.');
  return page(request, [...viewsBetween(stored, from, to)]);
}
