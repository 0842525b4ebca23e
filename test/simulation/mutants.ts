/**
 * Planted bugs: each breaks one rule that nothing may break. A simulation that does not find them proves nothing. They
 * are planted where the engine meets its ports, its network and its database: the product has no switch for them.
 */
import { sql } from 'drizzle-orm';
import type { HttpFetch } from '#core/effects.ts';
import type { CalendarEvent, DateText, Exceptions } from '#core/event.ts';
import type { MailboxCalendar, MailboxItem } from '#exchange/mailbox-calendar.port.ts';
import type { PortalBooking, PortalCalendar } from '#liferay/portal-calendar.port.ts';
import type { fencedCommit } from '#store/commit.ts';
import type { Life } from './life.ts';
import { type EngineParts, EXCHANGE_URL, type World } from './world.ts';

export const MUTANTS = {
  'no-fence': 'commits although the lease was taken over',
  'no-stamp': 'repeats a create without looking for the one that was sent',
  'no-absence-check': 'takes a row that is not in the snapshot for deleted',
  'echo-by-time': 'takes every change soon after an own write for its echo',
  'update-without-before-image': 'overwrites what it did not look at',
  'cursor-before-items': 'stores the cursor before the changes that came with it',
  'exceptions-dropped-on-read': 'reads a series without its exceptions',
  'deleted-taken-as-regular': 'reads deleted occurrences as if they still took place',
  'second-deletion-unseen': 'sees of the deleted occurrences of a series only the first',
  'instance-index-off-by-one': 'counts the occurrences of a series from 0',
  'exdate-dropped-on-write': 'writes a series to Liferay without the dates that are taken out of it',
  'row-without-exdate': 'adds the row of a changed occurrence and leaves the regular one beside it',
  'exceptions-not-restored': 'leaves a series bare after a new pattern wiped its exceptions',
  'zone-ignored': 'takes every series to repeat in the zone of the calendar',
  'all-day-shifted': 'moves what takes whole days by a day',
  'stretch-cut-short': 'ends a stretch of a series before the change of the clock',
  'until-exclusive': 'ends a series a day before its last',
  'blind-overwrite': 'writes an item whatever its change key',
  'trash-taken-for-nothing': 'takes a row in the Recycle Bin to be there still',
  'guard-off': 'lets a mass deletion pass without asking',
  'read-only-copy-kept': 'does not put back what readers did to their copy',
  'join-block-overwritten': 'takes the text of an online meeting for any text',
} as const;
export type Mutant = keyof typeof MUTANTS;

export function isMutant(text: string): text is Mutant {
  return Object.hasOwn(MUTANTS, text);
}

/** Where a bug is planted. */
export interface Ground {
  readonly life: Life;
  readonly world: World;
  readonly commit: typeof fencedCommit;
}

/** The parts of an engine that have this bug. */
export function mutate(mutant: Mutant, { life, world, commit }: Ground): EngineParts {
  switch (mutant) {
    case 'no-fence':
      return {
        commit: async (db, _lease, writes) => {
          const [first, ...rest] = writes;
          if (first) await db.batch([first, ...rest]);
          return 'committed';
        },
      };
    case 'no-stamp':
      return inMailbox(withoutStamps);
    case 'no-absence-check':
      return { portal: withoutAbsenceCheck };
    case 'echo-by-time': {
      const writtenAt = new Map<string, number>();
      return inMailbox((mailbox) => echoByTime(mailbox, world.clock, writtenAt));
    }
    case 'update-without-before-image':
      return {
        portal: (portal) => ({
          ...portal,
          update: async (update, zone) => {
            const written = await portal.update(update, zone);
            return written.kind === 'written' ? { ...written, before: update.planned } : written;
          },
        }),
      };
    case 'cursor-before-items':
      return {
        commit: async (db, lease, writes) => {
          const cursor = writes.at(-1);
          if (cursor === undefined || writes.length < 2) return commit(db, lease, writes);
          const first = await commit(db, lease, [cursor]);
          return first === 'leaseLost' ? first : commit(db, lease, writes.slice(0, -1));
        },
      };
    case 'exceptions-dropped-on-read':
      return reading(({ event }) => ({ event: { ...event, exceptions: {} } }));
    case 'deleted-taken-as-regular':
      return reading(({ event }) => ({ event: { ...event, exceptions: withoutDeleted(event.exceptions) } }));
    case 'second-deletion-unseen':
      return { network: firstDeletionOnly };
    case 'instance-index-off-by-one':
      return { network: withRequest((body) => body.replace(/InstanceIndex="(\d+)"/g, countedFromZero)) };
    case 'exdate-dropped-on-write':
      return writingRows((event) => ({ ...event, exceptions: {} }));
    case 'row-without-exdate':
      return { portal: withoutNewExceptionDate };
    case 'exceptions-not-restored': {
      const bare = new Set<string>();
      return inMailbox((mailbox) => withoutRestoring(mailbox, bare));
    }
    case 'zone-ignored':
      return {
        openMailbox: (open) => (server, address, zone) =>
          wrapMailbox(open(server, address, zone), (mailbox) =>
            readAs(mailbox, ({ event }) => ({ event: inZone(event, zone) })),
          ),
      };
    case 'all-day-shifted':
      return writingRows(nextDay);
    case 'stretch-cut-short':
      return writingRows((event) => endedSooner(event, 10));
    case 'until-exclusive':
      return reading(({ event }) => ({ event: endedSooner(event, 1) }));
    case 'blind-overwrite':
      return { network: withRequest((body) => body.replace(/"NeverOverwrite"/g, '"AlwaysOverwrite"')) };
    case 'trash-taken-for-nothing':
      return { portal: withoutTrash };
    case 'guard-off':
      return {
        commit: async (db, lease, writes) => {
          const outcome = await commit(db, lease, writes);
          await db.run(sql`update link set work = 'dirty' where work = 'held'`);
          await db.run(sql`update held set decision = 'approved'`);
          return outcome;
        },
      };
    case 'read-only-copy-kept':
      return life.isReadOnly ? { portal: withoutUpdates } : {};
    case 'join-block-overwritten':
      return {
        openMailbox: (open) => (server, address, zone) =>
          wrapMailbox(open(server, address, zone), (mailbox) =>
            readAs(mailbox, ({ event }) => ({ event: { ...event, onlineMeeting: false } })),
          ),
      };
    default:
      return mutant satisfies never;
  }
}

type MailboxWrap = (mailbox: MailboxCalendar) => Partial<MailboxCalendar>;

function inMailbox(wrap: MailboxWrap): EngineParts {
  return {
    openMailbox: (open) => (server, address, zone) => wrapMailbox(open(server, address, zone), wrap),
  };
}

function wrapMailbox(mailbox: MailboxCalendar, wrap: MailboxWrap): MailboxCalendar {
  const bound: MailboxCalendar = {
    capabilities: mailbox.capabilities,
    listFolders: () => mailbox.listFolders(),
    changes: (folderId, cursor) => mailbox.changes(folderId, cursor),
    read: (ids) => mailbox.read(ids),
    create: (folderId, creates) => mailbox.create(folderId, creates),
    update: (updates) => mailbox.update(updates),
    writeOccurrences: (writes) => mailbox.writeOccurrences(writes),
    remove: (removes) => mailbox.remove(removes),
    findByStamp: (folderId, stamps) => mailbox.findByStamp(folderId, stamps),
  };
  return { ...bound, ...wrap(bound) };
}

function readAs(
  mailbox: MailboxCalendar,
  wrong: (item: MailboxItem) => Partial<MailboxItem>,
): Partial<MailboxCalendar> {
  return {
    read: async (ids) =>
      (await mailbox.read(ids)).map((read) =>
        read.kind === 'item' ? { ...read, item: { ...read.item, ...wrong(read.item) } } : read,
      ),
  };
}

function reading(wrong: (item: MailboxItem) => Partial<MailboxItem>): EngineParts {
  return inMailbox((mailbox) => readAs(mailbox, wrong));
}

/** Every row that is written to Liferay is written so. */
function writingRows(wrong: (event: CalendarEvent) => CalendarEvent): EngineParts {
  return {
    portal: (portal) => ({
      ...portal,
      add: (add, zone) => portal.add({ ...add, event: wrong(add.event) }, zone),
      update: (update, zone) => portal.update({ ...update, event: wrong(update.event) }, zone),
    }),
  };
}

function withRequest(change: (body: string) => string): (fetch: HttpFetch) => HttpFetch {
  return (fetch) => (url, request) =>
    url === EXCHANGE_URL && request.body !== undefined
      ? fetch(url, { ...request, body: change(request.body) })
      : fetch(url, request);
}

function countedFromZero(_: string, index: string): string {
  return `InstanceIndex="${Math.max(1, Number(index) - 1)}"`;
}

function withoutDeleted(exceptions: Exceptions): Exceptions {
  return Object.fromEntries(Object.entries(exceptions).filter(([, is]) => is !== 'deleted'));
}

function inZone(event: CalendarEvent, zone: string): CalendarEvent {
  return event.time.kind === 'timed' && event.recurrence !== null
    ? { ...event, time: { ...event.time, zone } }
    : event;
}

const DAY_MS = 86_400_000;

function shifted(date: DateText, days: number): DateText {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

function nextDay(event: CalendarEvent): CalendarEvent {
  const { time } = event;
  if (time.kind !== 'allDay') return event;
  return { ...event, time: { ...time, start: shifted(time.start, 1), end: shifted(time.end, 1) } };
}

/** Only what ends on a date, and not before it began. */
function endedSooner(event: CalendarEvent, days: number): CalendarEvent {
  const { recurrence, time } = event;
  if (recurrence?.range.kind !== 'until') return event;
  const until = shifted(recurrence.range.until, -days);
  if (until <= time.start.slice(0, 10)) return event;
  return { ...event, recurrence: { ...recurrence, range: { kind: 'until', until } } };
}

/** Of a series' dates only those are written that Liferay has already. */
function withoutNewExceptionDate(portal: PortalCalendar): PortalCalendar {
  return {
    ...portal,
    update: (update, zone) => {
      const known = Object.keys(update.planned.event.exceptions);
      const kept = Object.entries(update.event.exceptions).filter(([date]) => known.includes(date));
      return portal.update(
        { ...update, event: { ...update.event, exceptions: Object.fromEntries(kept) } },
        zone,
      );
    },
  };
}

/** Says that occurrences were written, of a series that got another rule from us. */
function withoutRestoring(mailbox: MailboxCalendar, bare: Set<string>): Partial<MailboxCalendar> {
  return {
    update: async (updates) => {
      for (const { id, fields, wasSeries } of updates) if (wasSeries && fields.includes('when')) bare.add(id);
      return mailbox.update(updates);
    },
    writeOccurrences: async (writes) => {
      const real = writes.filter(({ id }) => !bare.has(id));
      const written = real.length > 0 ? await mailbox.writeOccurrences(real) : [];
      return writes.map((write) => {
        const at = real.indexOf(write);
        return written[at] ?? { kind: 'written', id: write.id, version: write.version };
      });
    },
  };
}

/** The server's list of deleted occurrences ends after the first. */
function firstDeletionOnly(fetch: HttpFetch): HttpFetch {
  return async (url, request) => {
    const response = await fetch(url, request);
    if (url !== EXCHANGE_URL) return response;
    const parts: Uint8Array[] = [];
    for await (const part of response.body ?? []) parts.push(part);
    const text = new TextDecoder()
      .decode(Buffer.concat(parts))
      .replace(
        /(<t:DeletedOccurrences>\s*<t:DeletedOccurrence>.*?<\/t:DeletedOccurrence>).*?(<\/t:DeletedOccurrences>)/gs,
        '$1$2',
      );
    return {
      ...response,
      status: response.status,
      headers: response.headers,
      body: new Blob([text]).stream(),
    };
  };
}

function alive<T extends { readonly status: PortalBooking['status'] }>(row: T): T {
  return row.status === 'trashed' ? { ...row, status: 'approved' } : row;
}

function withoutTrash(portal: PortalCalendar): PortalCalendar {
  return {
    ...portal,
    snapshot: async (requests) => {
      const snapshots = await portal.snapshot(requests);
      return new Map(
        [...snapshots].map(([id, one]) => [
          id,
          one.kind === 'rows' ? { ...one, rows: one.rows.map(alive) } : one,
        ]),
      );
    },
    read: async (ids, zones) =>
      (await portal.read(ids, zones)).map((read) =>
        read.kind === 'booking' ? { ...read, booking: alive(read.booking) } : read,
      ),
  };
}

/** Says that rows were updated. */
function withoutUpdates(portal: PortalCalendar): PortalCalendar {
  return {
    ...portal,
    update: async ({ planned, event }) => ({
      kind: 'written',
      booking: { ...planned, event },
      before: planned,
    }),
  };
}

function withoutStamps(mailbox: MailboxCalendar): Partial<MailboxCalendar> {
  return {
    findByStamp: async () => [],
    read: async (ids) =>
      (await mailbox.read(ids)).map((read) =>
        read.kind === 'item' ? { ...read, item: { ...read.item, stamp: null } } : read,
      ),
  };
}

function withoutAbsenceCheck(portal: PortalCalendar): PortalCalendar {
  let missing = new Set<string>();
  let before = new Set<string>();
  return {
    ...portal,
    snapshot: async (requests) => {
      const snapshots = await portal.snapshot(requests);
      const now = new Set(
        [...snapshots.values()].flatMap((s) => (s.kind === 'rows' ? s.rows.map((r) => r.id) : [])),
      );
      missing = new Set([...before].filter((id) => !now.has(id)));
      before = new Set([...before, ...now]);
      return snapshots;
    },
    read: async (ids, zones) =>
      (await portal.read(ids, zones)).map((read, index) => {
        const id = ids[index] ?? '';
        return missing.has(id) ? { kind: 'gone', id } : read;
      }),
  };
}

function echoByTime(
  mailbox: MailboxCalendar,
  clock: World['clock'],
  writtenAt: Map<string, number>,
): Partial<MailboxCalendar> {
  return {
    update: async (updates) => {
      const written = await mailbox.update(updates);
      for (const { id } of updates) writtenAt.set(id, clock.now());
      return written;
    },
    changes: async (folderId, cursor) => {
      const page = await mailbox.changes(folderId, cursor);
      const fresh = (id: string) => clock.now() - (writtenAt.get(id) ?? Number.NEGATIVE_INFINITY) < 60_000;
      return {
        ...page,
        changes: page.changes.filter((change) => change.kind === 'deleted' || !fresh(change.id)),
      };
    },
  };
}
