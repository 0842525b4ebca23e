/** Collections of events: pages, @odata.nextLink, calendar views, instances (Microsoft Learn, "Paging", "List events"). */

import type { Folder } from '../model.ts';
import type { ItemView } from '../series.ts';
import { viewOf, viewsBetween } from '../series.ts';
import { DAY_MS } from '../zones.ts';
import { eventJson } from './event-json.ts';
import { badRequest, GraphError, invalidRequest, unsupportedQuery } from './graph-errors.ts';
import type { GraphRequest } from './graph-request.ts';
import { answer, calendarOf, contextOf, eventOf } from './graph-request.ts';
import { instantOfConstant, readFilter, readOrder } from './odata-filter.ts';
import type { EventShape } from './odata-query.ts';

/** "List calendarView": $top from 1 to 1000. */
const LARGEST_PAGE = 1000;
/** Seen in answers of the service; no page names it. */
const MOST_DAYS = 1825;

function pageSize({ query, preferences, switches }: GraphRequest): number {
  return query.count('$top', 1, LARGEST_PAGE) ?? preferences.maxPageSize ?? switches.pageSize;
}

/** Exceptions and cancelled occurrences come with a GET of the master alone (event resource type). */
const listed = (shape: EventShape): EventShape => ({
  ...shape,
  expandsExceptions: false,
  select: shape.select === null ? null : without(shape.select, 'cancelledOccurrences'),
});

function without(names: ReadonlySet<string>, ...dropped: readonly string[]): ReadonlySet<string> {
  return new Set([...names].filter((name) => !dropped.includes(name)));
}

/** The part of the collection that was asked for; its nextLink is the same URL with $skip. */
function page(
  request: GraphRequest,
  views: readonly ItemView[],
  shape = listed(request.query.shape()),
): Response {
  const skip = request.query.count('$skip', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const size = pageSize(request);
  const shown = request.faults.now('empty') === null ? views.slice(skip, skip + size) : [];
  const next = new URL(request.url);
  next.searchParams.set('$skip', String(skip + size));
  const hasMore = shown.length > 0 && views.length > skip + size;
  return answer(request, 200, {
    '@odata.context': contextOf(request, 'events'),
    ...(request.query.get('$count') === 'true' ? { '@odata.count': views.length } : {}),
    value: shown.map((view) => eventJson(view, request, shape)),
    ...(hasMore ? { '@odata.nextLink': String(next) } : {}),
  });
}

/**
 * "Properties that appear in $orderby must also appear in $filter", and first ("List messages", of Outlook items in
 * general as far as known).
 */
function refuseInefficient(filter: string | undefined, order: string | undefined): void {
  if (filter === undefined || order === undefined) return;
  const [first = ''] = order.trim().split(/[\s,]/);
  if (filter.replace(/^[(\s]+/, '').startsWith(first)) return;
  const text = 'The restriction or sort order is too complex for this operation.';
  throw new GraphError(400, 'InefficientFilter', text);
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
  refuseInefficient(filterText, orderText);
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
  if (to - from > MOST_DAYS * DAY_MS) {
    throw invalidRequest(
      `Your request can't be completed. The range between the start and end dates is greater than the allowed range. Maximum number of days: ${MOST_DAYS}`,
    );
  }
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
  const shape = listed(request.query.shape());
  // "The createdDateTime and lastModifiedDateTime properties of event do not support $select" here.
  const select = shape.select && without(shape.select, 'createdDateTime', 'lastModifiedDateTime');
  return page(
    request,
    views.map(({ view }) => view),
    { ...shape, select },
  );
}

/** Occurrences and exceptions of a master, in a range ("List instances"). */
export function listInstances(request: GraphRequest): Response {
  const { from, to } = rangeOf(request);
  const { stored, type } = eventOf(request);
  if (type !== 'RecurringMaster') throw badRequest('Only a series master has instances.');
  return page(request, [...viewsBetween(stored, from, to)]);
}
