/** Faults that the two servers have, and not a process of ours. */
import type { Fault as ExchangeFault } from '#test/emulators/exchange/faults.ts';
import { FAULTS, type Fault as PortalFault } from '#test/emulators/liferay/faults.ts';
import { disturb } from './exchange-faults.ts';
import type { FaultKind } from './faults.ts';
import type { World } from './world.ts';

/** What proxies put in the place of an answer, in turn. */
const BROKEN = ['garbage', 'truncated', 'html'] as const;

/** `at`: from 1, says which item of a batch or which form it is. */
const EXCHANGE: Partial<Record<FaultKind, (at: number) => ExchangeFault>> = {
  throttle: () => ({ kind: 'serverBusy', backOffMs: 20_000 }),
  invalidCursor: () => ({ kind: 'invalidSyncState' }),
  exchangeEmptySync: () => ({ kind: 'emptySync' }),
  brokenAnswer: (at) => ({ kind: BROKEN[at % BROKEN.length] ?? 'garbage' }),
  partialBatch: () => ({ kind: 'partialBatch' }),
  batchStopped: (at) => ({ kind: 'batchStopped', after: at - 1 }),
};

const ROWS = { command: /get-calendar-bookings$/ };

const LIFERAY: Partial<Record<FaultKind, { readonly fault: PortalFault; readonly match?: typeof ROWS }>> = {
  portalError: { fault: FAULTS.http500 },
  portalEmptyList: { fault: FAULTS.emptyList, match: ROWS },
  portalFiltered: { fault: FAULTS.permissionFiltered, match: ROWS },
  portalMissingRows: { fault: FAULTS.accessLost, match: ROWS },
  portalBatchAbort: { fault: FAULTS.batchAbort },
  portalGuest: { fault: FAULTS.silentGuest },
};

export function isServerFault(kind: FaultKind): boolean {
  return kind in EXCHANGE || kind in LIFERAY;
}

/** The next request that it fits meets it; other kinds do nothing. */
export function orderServerFault(world: World, kind: FaultKind, at: number): void {
  const { people, liferay } = world;
  const fault = EXCHANGE[kind]?.(at);
  if (fault) disturb(world, fault, people[at % people.length]?.address);
  const ordered = LIFERAY[kind];
  if (ordered) liferay.faults.next(ordered.fault, ordered.match ?? {});
}

/** @returns whether all that was ordered has struck */
export function clearServerFaults({ exchange, graph, liferay }: World): boolean {
  const waiting = exchange.faults.pending.length + graph.faults.pending.length + liferay.faults.pending;
  exchange.faults.clear();
  graph.faults.clear();
  liferay.faults.clear();
  return waiting === 0;
}
