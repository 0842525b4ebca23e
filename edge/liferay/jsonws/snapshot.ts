/**
 * Light snapshots of many calendars in few requests. Each request also says who we are and which calendars we may
 * manage and read in detail, so that a lost permission is never taken for deletions.
 */
import { failure, RemoteFailure } from '#core/failure.ts';
import type { Reason } from '#shared/reasons.ts';
import type { CalendarSnapshot, SnapshotRequest } from '../portal-calendar.port.ts';
import { eachInBatch, mayBeOneMembers } from './bisect.ts';
import { ALL_STATUSES, snapshotProperties, snapshotRows } from './booking-row.ts';
import { accessCommands, accessible, type ListedCalendar } from './calendar-lists.ts';
import type { CalendarZones } from './calendar-zones.ts';
import type { Command } from './jsonws-client.ts';
import { isRecord } from './jsonws-errors.ts';
import { isPlugin } from './plugin-dialect.ts';
import { checkCalendarServices, READ_ITEM, type Session } from './portal-session.ts';

const MAX_CALENDARS = 50;
const MAX_ROWS = 20_000;

/**
 * The resource of each calendar that was seen, which never changes: with it a portal of thousands of calendars is
 * asked for the permissions on fifty only.
 */
export class KnownResources {
  readonly #byCalendar = new Map<string, string>();
  static readonly #LIMIT = 50_000;

  learn(calendars: Iterable<ListedCalendar>): void {
    if (this.#byCalendar.size > KnownResources.#LIMIT) this.#byCalendar.clear();
    for (const calendar of calendars) this.#byCalendar.set(calendar.calendarId, calendar.calendarResourceId);
  }

  /** The resources of all of `calendarIds`, or null when one is not known. */
  of(calendarIds: readonly string[]): readonly string[] | null {
    const ids = calendarIds.map((id) => this.#byCalendar.get(id));
    return ids.every((id) => id !== undefined) ? [...new Set(ids)] : null;
  }

  forget(calendarIds: Iterable<string>): void {
    for (const id of calendarIds) this.#byCalendar.delete(id);
  }
}

type Outcome = readonly [string, CalendarSnapshot];

/** What was read was shown to somebody else. */
const NOT_US: ReadonlySet<Reason> = new Set<Reason>(['guestIdentity', 'portalBasicOff']);

/** Rejects when the portal answers nobody; a failure after the first chunk is given to the calendars it hit. */
export async function takeSnapshots(
  observer: SnapshotObserver,
  requests: readonly SnapshotRequest[],
): Promise<ReadonlyMap<string, CalendarSnapshot>> {
  const unique = [...new Map(requests.map((request) => [request.calendarId, request])).values()];
  const snapshots = new Map<string, CalendarSnapshot>();
  let stopped: RemoteFailure | null = null;
  for (const chunk of chunksOf(unique)) {
    if (stopped === null) {
      try {
        for (const [id, snapshot] of await observer.observeEach(chunk)) snapshots.set(id, snapshot);
        continue;
      } catch (error) {
        if (!(error instanceof RemoteFailure) || snapshots.size === 0) throw error;
        stopped = error;
      }
    }
    const kind = NOT_US.has(stopped.failure.reason) ? 'accessLost' : 'failed';
    for (const { calendarId } of chunk) snapshots.set(calendarId, { kind, failure: stopped.failure });
  }
  return snapshots;
}

/** In order; a calendar that alone expects more rows than a request should have gets a request of its own. */
function chunksOf(requests: readonly SnapshotRequest[]): readonly (readonly SnapshotRequest[])[] {
  const chunks: SnapshotRequest[][] = [];
  let rows = 0;
  for (const request of requests) {
    const last = chunks.at(-1);
    rows += request.expectedRows;
    if (last === undefined || last.length >= MAX_CALENDARS || rows > MAX_ROWS) {
      chunks.push([request]);
      rows = request.expectedRows;
    } else {
      last.push(request);
    }
  }
  return chunks;
}

/** Asks for one chunk at a time. Lives as long as the session: it remembers what the portal understands. */
export class SnapshotObserver {
  readonly #session: Session;
  readonly #resources: KnownResources;
  readonly #zones: CalendarZones;
  #isContradicted = false;
  /**
   * Whether the portal knows lists of properties. Until one answer came with them, a failure may be theirs, or that of
   * a portal that is just starting: they are given up only when the next request with them fails too.
   */
  #whitelist: 'untried' | 'doubted' | 'works' | 'off' = 'untried';

  constructor(session: Session, resources: KnownResources, zones: CalendarZones) {
    this.#session = session;
    this.#resources = resources;
    this.#zones = zones;
  }

  /** Rows had a version where the dialect knows none, or the other way round: the portal is another one than it was. */
  get isContradicted(): boolean {
    return this.#isContradicted;
  }

  observeEach(chunk: readonly SnapshotRequest[]): Promise<readonly Outcome[]> {
    return eachInBatch<SnapshotRequest, Outcome>(chunk, {
      attempt: (batch) => this.#observe(batch),
      checkPortal: () => checkCalendarServices(this.#session),
      failed: ({ calendarId }, reason) => {
        const isCalendars = reason.reason === 'accessDenied' || reason.reason === 'itemNotFound';
        return isCalendars
          ? [calendarId, accessLost(reason.detail)]
          : [calendarId, { kind: 'failed', failure: reason }];
      },
    });
  }

  async #observe(batch: readonly SnapshotRequest[]): Promise<readonly Outcome[]> {
    const ids = batch.map(({ calendarId }) => calendarId);
    const known = this.#resources.of(ids);
    const outcomes = await this.#request(batch, known);
    // A resource that we remember wrongly would hide its calendar: the whole list decides.
    const isHidden = known !== null && outcomes.some(([, snapshot]) => snapshot.kind === 'accessLost');
    if (!isHidden) return outcomes;
    this.#resources.forget(ids);
    return this.#request(batch, null);
  }

  async #request(
    batch: readonly SnapshotRequest[],
    resourceIds: readonly string[] | null,
  ): Promise<readonly Outcome[]> {
    const known = this.#whitelist;
    if (known === 'off') return this.#ask(batch, resourceIds, false);
    try {
      const outcomes = await this.#ask(batch, resourceIds, true);
      this.#whitelist = 'works';
      return outcomes;
    } catch (error) {
      const mayBeTheWhitelists =
        known !== 'works' &&
        (mayBeOneMembers(error) ||
          (error instanceof RemoteFailure && error.failure.reason === 'notTheService'));
      if (!mayBeTheWhitelists) throw error;
      const outcomes = await this.#ask(batch, resourceIds, false);
      if (this.#whitelist === known) this.#whitelist = known === 'untried' ? 'doubted' : 'off';
      return outcomes;
    }
  }

  async #ask(
    batch: readonly SnapshotRequest[],
    resourceIds: readonly string[] | null,
    whitelist: boolean,
  ): Promise<readonly Outcome[]> {
    const companyId = this.#session.dialect.companyId || (await this.#session.user()).companyId;
    const { values } = await this.#session.invokeAsUs(
      [
        ...accessCommands(this.#session, companyId, resourceIds, whitelist),
        ...batch.map((request) => this.#bookings(request, whitelist)),
      ],
      READ_ITEM,
    );
    const [manageable, readable, ...lists] = values;
    const calendars = accessible(manageable, readable);
    this.#resources.learn(calendars.values());
    const { hasRowVersion } = this.#session.dialect;
    if (lists.some((list) => tellsVersion(list) === !hasRowVersion)) this.#isContradicted = true;
    const zones = await this.#zones.of(this.#session, [...calendars.values()].filter(isAsked(batch)));
    return batch.map((request, index) => snapshotOf(request, zones, lists[index]));
  }

  #bookings({ calendarId, detail }: SnapshotRequest, whitelist: boolean): Command {
    const { dialect } = this.#session;
    const { hasRowVersion } = dialect;
    const only = whitelist ? snapshotProperties(detail, hasRowVersion) : undefined;
    // 6.2 has no form with statuses; the one with a time window answers rows of every status.
    const parameters = isPlugin(dialect)
      ? { calendarId, startTime: -1, endTime: -1 }
      : { calendarId, statuses: ALL_STATUSES };
    return this.#session.command('calendarbooking', 'get-calendar-bookings', parameters, only);
  }
}

function isAsked(batch: readonly SnapshotRequest[]): (calendar: ListedCalendar) => boolean {
  const ids = new Set(batch.map(({ calendarId }) => calendarId));
  return ({ calendarId }) => ids.has(calendarId);
}

/** Whether the rows have `mvccVersion`; null where there is no row to tell. */
function tellsVersion(list: unknown): boolean | null {
  const [row]: unknown[] = Array.isArray(list) ? list : [];
  return isRecord(row) ? row['mvccVersion'] !== undefined && row['mvccVersion'] !== null : null;
}

/** `zones`: of the calendars that we may manage and read in detail. */
function snapshotOf(
  { calendarId, detail }: SnapshotRequest,
  zones: ReadonlyMap<string, string>,
  list: unknown,
): Outcome {
  const zone = zones.get(calendarId);
  if (zone === undefined) {
    return [calendarId, accessLost('MANAGE_BOOKINGS or VIEW_BOOKING_DETAILS is missing')];
  }
  try {
    return [calendarId, { kind: 'rows', rows: snapshotRows(list, detail), zone }];
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return [calendarId, { kind: 'failed', failure: error.failure }];
  }
}

function accessLost(detail: string): CalendarSnapshot {
  return { kind: 'accessLost', failure: failure('portalAccessLost', detail) };
}
