/** What goes wrong between the service and Exchange, by whichever protocol it reaches a mailbox. */
import type { Fault } from '#test/emulators/exchange/faults.ts';
import type { GraphFault, GraphFaultKind } from '#test/emulators/exchange/graph/graph-faults.ts';
import type { World } from './world.ts';

/** Routes of Graph that do what an operation of EWS does, as far as faults are ordered for them. */
const ROUTES: Readonly<Record<string, string | readonly string[]>> = {
  SyncFolderItems: 'eventsDelta',
  FindItem: 'listCalendarView',
  GetItem: 'getEvent',
  CreateItem: ['createEvent', 'acceptEvent', 'tentativelyAcceptEvent', 'declineEvent'],
  UpdateItem: 'updateEvent',
  DeleteItem: 'deleteEvent',
};

/**
 * The next request that it fits meets the fault, or over Microsoft Graph what is most like it there.
 * @param address whose protocol it goes by; the first person's unless given
 * @returns false where Graph knows nothing like it: every request of a batch has its own answer there
 */
export function disturb(world: World, fault: Fault, address = fault.mailbox): boolean {
  if (world.protocolOf(address ?? world.people[0]?.address ?? '') === 'ews') {
    world.exchange.faults.inject(fault);
    return true;
  }
  const same = sameInGraph(fault);
  if (same === null) return false;
  const { times, mailbox, operation } = fault;
  world.graph.faults.inject({
    ...same,
    ...(times === undefined ? {} : { times }),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(operation === undefined ? {} : { operation: ROUTES[operation] ?? operation }),
  });
  return true;
}

function sameInGraph(fault: Fault): (GraphFaultKind & Pick<GraphFault, 'item' | 'operation'>) | null {
  switch (fault.kind) {
    case 'serverBusy':
      return { kind: 'throttled', retryAfterSeconds: Math.ceil(fault.backOffMs / 1000) };
    case 'invalidSyncState':
      return { kind: 'expiredDelta' };
    case 'emptySync':
      return { kind: 'empty', operation: 'eventsDelta' };
    case 'internalErrorOn':
      return { kind: 'http500', item: fault.itemId };
    case 'impersonationDenied':
      return { kind: 'http403' };
    case 'soapFault':
      return { kind: 'http500' };
    case 'html':
    case 'garbage':
    case 'truncated':
    case 'lostReply':
    case 'http401':
    case 'http503':
      return fault;
    case 'http302':
    case 'policyBlocked':
    case 'partialBatch':
    case 'batchStopped':
      return null;
    default:
      return fault satisfies never;
  }
}
