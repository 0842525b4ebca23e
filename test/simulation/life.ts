/** What kind of life a seed is: which servers, which pairing, and what happens only in some lives. */
import type { Side } from './edit-kinds.ts';
import { type Protocols, type WorldOptions, ZONE } from './world.ts';

/**
 * - `calendars`: events of one or two people, with all that can be done to a calendar.
 * - `meetings`: five people, two rooms and somebody elsewhere, and what can be done about a meeting made in Outlook.
 * - `bookings`: the same people, who also invite each other and the rooms in Liferay.
 */
export const LIFE_KINDS = ['calendars', 'meetings', 'bookings'] as const;
export type LifeKind = (typeof LIFE_KINDS)[number];

export interface Life {
  readonly kind: LifeKind;
  readonly world: WorldOptions;
  readonly isReadOnly: boolean;
  /** Steps at which a calendar gets another zone. */
  readonly zoneChanges: readonly number[];
  /** Somebody deletes most of a calendar, and somebody else says whether that was meant. */
  readonly massDeletion: {
    readonly side: Side;
    readonly notBefore: number;
    readonly decision: 'approved' | 'rejected';
  } | null;
  /** Requests of one slice: few, so that a run breaks off and goes on, or as many as it wants. */
  readonly sliceCalls: number;
}

const ZONES: Readonly<Record<number, string>> = {
  3: 'America/New_York',
  5: 'Australia/Sydney',
  8: 'Asia/Kolkata',
};

/** What a portal answers that knows no pending for a row without an organiser's. */
const PENDING_ON_STAND_ALONE: Readonly<Record<number, 'rejected' | 'ignored'>> = {
  2: 'rejected',
  5: 'ignored',
};

/**
 * Each seed meets another mixture of what the switches of the emulators stand for.
 * @param protocol by which the service reaches the mailboxes
 */
export function lifeOf(seed: number, kind: LifeKind, protocol: Protocols = 'ews'): Life {
  const life = kind === 'calendars' ? lifeOfCalendars(seed) : lifeOfMeetings(seed, kind);
  return protocol === 'ews'
    ? life
    : { ...life, world: { ...life.world, ...overGraph(seed, life, protocol) } };
}

/** Graph gives what is made a UID of its own. A write is bound to a version here: without that milliseconds remain. */
function overGraph(seed: number, { kind, world }: Life, protocol: Protocols): WorldOptions {
  return {
    protocol,
    exchange: { ...world.exchange, keepsUidOnCreate: false },
    graph: {
      // Told by views, a series is looked at again and again, and with it what is set aside gets another chance.
      eventsDelta: kind !== 'calendars' || seed % 6 !== 1,
      repeatedTransaction: seed % 2 === 0 ? 'refused' : 'existing',
      occurrenceDates: seed % 3 === 0 ? 'utc' : 'series',
      allDayTimes: seed % 4 === 1 ? 'instant' : 'floating',
      findsDeletedItems: seed % 5 !== 3,
      filtersExtendedInCalendars: seed % 7 !== 2,
      // After it nobody is told of what is found: a story of meetings would have to know when that is.
      deltaTokenDays: kind === 'calendars' ? 7 : 365,
      // How many mails a change of a series comes to is the subject of the contract.
      mailsEachException: false,
    },
  };
}

function lifeOfCalendars(seed: number): Life {
  const isReadOnly = seed % 11 === 6;
  const hasMassDeletion = !isReadOnly && seed % 9 === 4;
  const hasZoneChange = seed % 8 === 5;
  return {
    kind: 'calendars',
    isReadOnly,
    zoneChanges: hasZoneChange ? (seed % 16 === 5 ? [14] : [12, 25]) : [],
    massDeletion: hasMassDeletion
      ? {
          side: seed % 2 === 0 ? 'exchange' : 'liferay',
          notBefore: 8,
          decision: seed % 4 < 2 ? 'approved' : 'rejected',
        }
      : null,
    sliceCalls: seed % 3 === 0 ? 12 : 500,
    world: {
      people: hasMassDeletion ? 1 : 1 + (seed % 2),
      zone: ZONES[seed % 10] ?? ZONE,
      direction: isReadOnly ? 'toLiferay' : 'both',
      policy: seed % 4 === 3 ? 'liferay' : 'exchange',
      recycleBin: seed % 3 === 1,
      exchange: {
        assistantTouchesNewItems: seed % 4 === 1,
        moveToDeletedItems: seed % 5 === 2 ? 'update' : 'delete',
        bodyLinesEndInCrLf: seed % 6 === 3,
        keepsUidOnCreate: seed % 7 !== 4,
        patternChangeDropsExceptions: seed % 5 !== 0,
        recurrenceDates: seed % 3 === 0 ? 'utc' : seed % 3 === 1 ? 'offset' : 'plain',
      },
      liferay: {
        keepsUid: seed % 5 !== 3,
        writesReturn: seed % 3 === 1 ? 'rowAfterWorkflow' : 'rowBeforeWorkflow',
        sanitizer: seed % 4 === 2 ? 'antiSamy' : 'patterns',
        uidKey: seed % 2 === 0 ? 'VEventUid' : 'vEventUid',
        serializeThrowable: seed % 3 !== 2,
        instanceDeletionTouchesModifiedDate: seed % 6 !== 1,
      },
    },
  };
}

/** Zones, guards and the shapes of series are the subject of the other lives. */
function lifeOfMeetings(seed: number, kind: 'meetings' | 'bookings'): Life {
  const { isReadOnly, world } = lifeOfCalendars(seed);
  return {
    kind,
    isReadOnly,
    zoneChanges: [],
    massDeletion: null,
    sliceCalls: seed % 3 === 0 ? 40 : 500,
    world: {
      ...world,
      ...{ people: 5, rooms: 2 },
      exchange: { ...world.exchange, responseChangesItemId: seed % 4 === 2 },
      liferay: {
        ...world.liferay,
        // With one nobody can delete a row to which they are invited.
        recycleBin: kind === 'meetings' || seed % 2 === 0,
        statusPendingOnStandAlone: PENDING_ON_STAND_ALONE[seed % 6] ?? 'accepted',
      },
    },
  };
}
