/**
 * calendarView/delta and events/delta (Microsoft Learn, "event: delta", "Get incremental changes to events in a calendar
 * view"). A token holds the range, the numbers between which changes are told, and how far a round has come; neither
 * kind reveals that an occurrence was deleted.
 */

import type { Folder, StoredItem } from '../model.ts';
import type { ItemView } from '../series.ts';
import { occurrenceView, viewOf, viewsBetween } from '../series.ts';
import { DAY_MS } from '../zones.ts';
import type { LoggedChange } from './change-log.ts';
import type { EventJson } from './event-json.ts';
import { eventJson } from './event-json.ts';
import { rangeOf } from './event-pages.ts';
import { badRequest, GraphError } from './graph-errors.ts';
import { idOf } from './graph-ids.ts';
import type { GraphRequest } from './graph-request.ts';
import { answer, calendarOf } from './graph-request.ts';
import type { EventShape } from './odata-query.ts';
import { WHOLE_EVENT } from './odata-query.ts';

/** Where an entity stands in a round: the item, then the day of the occurrence. */
type Position = readonly [ordinal: number, day: number];

interface DeltaState {
  readonly folder: string;
  /** Null: events/delta. */
  readonly range: { readonly from: number; readonly to: number } | null;
  /** Null: the first round, which tells everything. */
  readonly since: number | null;
  readonly until: number;
  /** Null: the round begins. */
  readonly after: Position | null;
  readonly issued: number;
  readonly select: readonly string[] | null;
}

interface Entity {
  readonly position: Position;
  readonly json: EventJson;
}

const WHOLE_ITEM = -1_000_000;

const encode = (state: DeltaState): string =>
  btoa(JSON.stringify(state)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

function decode(token: string): DeltaState {
  try {
    return JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/'))) as DeltaState;
  } catch {
    throw new GraphError(400, 'SyncStateInvalid', 'The sync state is invalid.');
  }
}

const expired = (code = 'syncStateNotFound'): GraphError =>
  new GraphError(410, code, "The sync state generation is not found; generation='1'.");

const UNSUPPORTED = ['$orderby', '$filter', '$select', '$expand', '$search'];

function stateOf(request: GraphRequest, folder: Folder, isView: boolean): DeltaState {
  const { query, services, faults, switches } = request;
  const token = query.get('$skiptoken') ?? query.get('$deltatoken');
  if (token === undefined) return firstState(request, folder, isView);
  const fault = faults.now('expiredDelta');
  if (fault !== null) throw expired(fault.code);
  const state = decode(token);
  const life = switches.deltaTokenDays * DAY_MS;
  if (state.folder !== folder.id || services.now() - state.issued > life) throw expired();
  if (query.get('$deltatoken') === undefined) return state;
  return { ...state, until: services.store.lastChange };
}

function firstState(request: GraphRequest, folder: Folder, isView: boolean): DeltaState {
  const { query, services } = request;
  const refused = isView ? UNSUPPORTED : UNSUPPORTED.filter((name) => name !== '$select');
  query.refuse(refused, isView ? 'CalendarView' : 'Events');
  const select = query.shape().select;
  return {
    folder: folder.id,
    range: isView ? rangeOf(request) : null,
    since: null,
    until: services.store.lastChange,
    after: null,
    issued: services.now(),
    select: select === null ? null : [...select],
  };
}

export const calendarViewDelta = (request: GraphRequest): Response => delta(request, true);

/** Not among the pages of v1.0: a tenant may refuse it. */
export function eventsDelta(request: GraphRequest): Response {
  if (!request.switches.eventsDelta) throw badRequest("Resource not found for the segment 'delta'.");
  return delta(request, false);
}

function delta(request: GraphRequest, isView: boolean): Response {
  const folder = calendarOf(request);
  request.services.changes.track(folder);
  const state = stateOf(request, folder, isView);
  const { switches } = request;
  const size = request.preferences.maxPageSize ?? switches.pageSize;
  const isEmpty = request.faults.now('empty') !== null;
  const page: Entity[] = [];
  let hasMore = false;
  for (const entity of isEmpty ? [] : entities(request, folder, state)) {
    if (state.after !== null && !isAfter(entity.position, state.after)) continue;
    const goesOn = switches.viewDelta === 'seen' && entity.position[0] === page.at(-1)?.position[0];
    hasMore = page.length >= size && !goesOn;
    if (hasMore) break;
    page.push(entity);
  }
  const after = page.at(-1)?.position ?? null;
  const next = hasMore
    ? { ...state, after }
    : { ...state, since: isEmpty ? state.since : state.until, after: null, issued: request.services.now() };
  return answer(request, 200, {
    '@odata.context': `${request.root}/$metadata#Collection(event)`,
    [hasMore ? '@odata.nextLink' : '@odata.deltaLink']: linkWith(request, hasMore, encode(next)),
    value: page.map(({ json }) => json),
  });
}

function linkWith({ url }: GraphRequest, isNext: boolean, token: string): string {
  return `${url.origin}${url.pathname}?${isNext ? '$skiptoken' : '$deltatoken'}=${token}`;
}

const isAfter = ([ordinal, day]: Position, [lastOrdinal, lastDay]: Position): boolean =>
  ordinal > lastOrdinal || (ordinal === lastOrdinal && day > lastDay);

/** In the order of their positions. */
function* entities(request: GraphRequest, folder: Folder, state: DeltaState): Generator<Entity> {
  if (state.since === null) {
    const items = [...folder.items.values()].sort((a, b) => a.ordinal - b.ordinal);
    for (const item of items) {
      if (state.after === null || item.ordinal >= state.after[0]) yield* present(request, item, state, null);
    }
    return;
  }
  const logged = new Map<StoredItem, LoggedChange[]>();
  for (const change of request.services.changes.between(folder, state.since, state.until)) {
    logged.set(change.item, [...(logged.get(change.item) ?? []), change]);
  }
  for (const [item, changes] of [...logged].sort(([a], [b]) => a.ordinal - b.ordinal)) {
    yield* changed(request, folder, item, changes, state);
  }
}

function* present(
  request: GraphRequest,
  item: StoredItem,
  { range, select }: DeltaState,
  days: ReadonlySet<number> | null,
): Generator<Entity> {
  const shape = { ...WHOLE_EVENT, select: select === null ? null : new Set(select) };
  const isSeen = request.switches.viewDelta === 'seen';
  if (range === null || (isSeen && item.series !== null && days === null)) {
    const master = viewOf(request.services.store, item.id);
    const isShown = range === null || !viewsBetween(item, range.from, range.to).next().done;
    if (isShown) yield { position: [item.ordinal, WHOLE_ITEM], json: entity(request, master, shape) };
  }
  if (range === null) {
    if (request.switches.eventsDeltaHasExceptions) yield* exceptionsOf(request, item, shape);
    return;
  }
  const views = [...viewsBetween(item, range.from, range.to)].sort((a, b) => dayOf(a) - dayOf(b));
  for (const view of views) {
    if (days !== null && !days.has(dayOf(view))) continue;
    const json = isSeen && view.type === 'Occurrence' ? stub(request, view) : entity(request, view, shape);
    yield { position: [item.ordinal, dayOf(view)], json };
  }
}

function* exceptionsOf(request: GraphRequest, item: StoredItem, shape: EventShape): Generator<Entity> {
  const { series } = item;
  if (series === null) return;
  for (const day of [...series.exceptions.keys()].sort((a, b) => a - b)) {
    const view = occurrenceView(item, series, day);
    yield { position: [item.ordinal, day], json: entity(request, view, shape) };
  }
}

const dayOf = ({ occurrence }: ItemView): number => occurrence?.day ?? WHOLE_ITEM;

const entity = (request: GraphRequest, view: ItemView, shape: EventShape): EventJson => ({
  '@odata.type': '#microsoft.graph.event',
  ...eventJson(view, request, shape),
});

/** What a delta of a view is seen to tell of an occurrence. */
function stub(request: GraphRequest, view: ItemView): EventJson {
  const select = new Set(['seriesMasterId', 'type', 'start', 'end']);
  return entity(request, view, { ...WHOLE_EVENT, select });
}

function removed({ preferences }: GraphRequest, item: StoredItem, day: number | null): Entity {
  const id = idOf(item, day, preferences.ids);
  const json = { '@odata.type': '#microsoft.graph.event', id, '@removed': { reason: 'deleted' } };
  return { position: [item.ordinal, day ?? WHOLE_ITEM], json };
}

function* changed(
  request: GraphRequest,
  folder: Folder,
  item: StoredItem,
  changes: readonly LoggedChange[],
  state: DeltaState,
): Generator<Entity> {
  const isHere = folder.items.get(item.id) === item;
  if (state.range === null) {
    if (isHere) yield* present(request, item, state, null);
    else yield removed(request, item, null);
    return;
  }
  const told = changes.filter(({ nature }) => nature.kind !== 'occurrencesDeleted');
  if (told.length === 0 && isHere) return;
  const isWhole = told.some(({ nature }) => nature.kind === 'whole');
  const days = isWhole
    ? null
    : new Set(told.flatMap(({ nature }) => (nature.kind === 'days' ? nature.days : [])));
  const shown = isHere ? [...present(request, item, state, days)] : [];
  const gone = [...goneFrom(request, item, changes, state.range, shown, days)];
  yield* [...shown, ...gone].sort((a, b) => a.position[1] - b.position[1]);
}

/** What was in the view and is no longer; of what never was and is not, the item itself. */
function* goneFrom(
  request: GraphRequest,
  item: StoredItem,
  changes: readonly LoggedChange[],
  { from, to }: { readonly from: number; readonly to: number },
  shown: readonly Entity[],
  days: ReadonlySet<number> | null,
): Generator<Entity> {
  const there = new Set(shown.map(({ position }) => position[1]));
  const was = new Set<number>();
  for (const { before, kind } of changes) {
    const { content, series } = kind === 'deleted' || before === null ? item : before;
    if (kind === 'created') continue;
    for (const view of viewsBetween({ ...item, content, series }, from, to)) was.add(dayOf(view));
  }
  const isSilent = (day: number) => item.series?.deletedDays.has(day) ?? false;
  const gone = [...was].filter(
    (day) => !there.has(day) && !isSilent(day) && (days === null || days.has(day)),
  );
  for (const day of gone) yield removed(request, item, day === WHOLE_ITEM ? null : day);
  if (there.size > 0 || gone.length > 0) return;
  if (days === null) yield removed(request, item, null);
  else for (const day of days) if (!isSilent(day)) yield removed(request, item, day);
}
