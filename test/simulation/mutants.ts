/** Planted bugs: each breaks one rule that nothing may break. A simulation that does not find them proves nothing. */
import type { MailboxCalendar } from '#exchange/mailbox-calendar.port.ts';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import type { fencedCommit } from '#store/commit.ts';
import type { EngineParts, VirtualClock } from './world.ts';

export const MUTANTS = {
  'no-fence': 'commits although the lease was taken over',
  'no-stamp': 'repeats a create without looking for the one that was sent',
  'no-absence-check': 'takes a row that is not in the snapshot for deleted',
  'echo-by-time': 'takes every change soon after an own write for its echo',
  'update-without-before-image': 'overwrites what it did not look at',
  'cursor-before-items': 'stores the cursor before the changes that came with it',
} as const;
export type Mutant = keyof typeof MUTANTS;

export function isMutant(text: string): text is Mutant {
  return Object.hasOwn(MUTANTS, text);
}

/** The parts of an engine that have this bug. */
export function mutate(mutant: Mutant, clock: VirtualClock, commit: typeof fencedCommit): EngineParts {
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
      return {
        openMailbox: (open) => (server, address, zone) =>
          wrapMailbox(open(server, address, zone), withoutStamps),
      };
    case 'no-absence-check':
      return { portal: withoutAbsenceCheck };
    case 'echo-by-time': {
      const writtenAt = new Map<string, number>();
      return {
        openMailbox: (open) => (server, address, zone) =>
          wrapMailbox(open(server, address, zone), (mailbox) => echoByTime(mailbox, clock, writtenAt)),
      };
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
    default:
      return mutant satisfies never;
  }
}

function wrapMailbox(
  mailbox: MailboxCalendar,
  wrap: (mailbox: MailboxCalendar) => Partial<MailboxCalendar>,
): MailboxCalendar {
  const bound: MailboxCalendar = {
    capabilities: mailbox.capabilities,
    listFolders: () => mailbox.listFolders(),
    changes: (folderId, cursor) => mailbox.changes(folderId, cursor),
    read: (ids) => mailbox.read(ids),
    create: (folderId, creates) => mailbox.create(folderId, creates),
    update: (updates) => mailbox.update(updates),
    remove: (removes) => mailbox.remove(removes),
    findByStamp: (folderId, stamps) => mailbox.findByStamp(folderId, stamps),
  };
  return { ...bound, ...wrap(bound) };
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
  clock: VirtualClock,
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
