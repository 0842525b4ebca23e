/**
 * Planted bugs: each breaks one rule that nothing may break. A simulation that does not find them proves nothing. They
 * are planted where the engine meets its ports, its network and its database: the product has no switch for them.
 */
import { sql } from 'drizzle-orm';
import type { fencedCommit } from '#store/commit.ts';
import type { Life, LifeKind } from './life.ts';
import { isMeetingMutant, MEETING_MUTANTS, mutateMeetings } from './meetings/mutants.ts';
import { endedSooner, inZone, nextDay, withoutDeleted } from './mutants-events.ts';
import {
  countedFromZero,
  echoByTime,
  firstDeletionOnly,
  inMailbox,
  readAs,
  reading,
  withoutRestoring,
  withoutStamps,
  withRequest,
  wrapMailbox,
} from './mutants-exchange.ts';
import {
  withoutAbsenceCheck,
  withoutNewExceptionDate,
  withoutTrash,
  withoutUpdates,
  writingRows,
} from './mutants-liferay.ts';
import type { EngineParts, World } from './world.ts';

export const MUTANTS = {
  ...MEETING_MUTANTS,
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

/** The lives in which it is planted. */
export function kindOf(mutant: Mutant): LifeKind {
  if (mutant === 'room-given-twice') return 'bookings';
  return isMeetingMutant(mutant) ? 'meetings' : 'calendars';
}

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
  if (isMeetingMutant(mutant)) return mutateMeetings(mutant);
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
