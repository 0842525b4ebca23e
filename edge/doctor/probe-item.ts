/**
 * The probe of a mailbox: an item that is written, read back and removed for good. It stands far in the past, free and
 * without attendees, and has a stamp of its own, by which the next doctor finds what a crash left behind. Runs have no
 * window that reaches there, so none ever copies it.
 */
import type { Effects } from '#core/effects.ts';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type {
  MailboxCalendar,
  MailboxRead,
  MailboxWrite,
  StampMatch,
} from '#exchange/mailbox-calendar.port.ts';
import type { ServerDiagnosis } from '#exchange/server-diagnosis.port.ts';
import { type Seen, Trouble } from './examination.ts';

/** Of every probe of every doctor. */
export const PROBE_STAMP = 'calendar-connector-doctor-probe';
/** Windows of pairings reach back ten years at most. */
const PROBE_DAY = { kind: 'allDay', start: '2000-01-01', end: '2000-01-02' } as const;

export const PROBE_EVENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Calendar Connector: connection test',
  time: PROBE_DAY,
  showAs: 'free',
};

/** How many probes a request removes. */
const BATCH = 10;
/** More than these were not left behind by crashes. */
const LEFTOVER_BATCHES = 5;

export interface ProbeDependencies {
  readonly ids: Effects['ids'];
  readonly mailbox: MailboxCalendar;
  readonly diagnosis: ServerDiagnosis;
  readonly folderId: string;
}

/** Rejects with RemoteFailure or Trouble. Whatever happens in between, the item is removed if it can be. */
export async function probeMailbox(deps: ProbeDependencies): Promise<Seen> {
  const leftovers = await removeLeftovers(deps);
  const { ids, mailbox, folderId } = deps;
  const create = { stamp: PROBE_STAMP, uid: ids.uuid(), event: PROBE_EVENT, invitations: 'none' } as const;
  const [written] = await mailbox.create(folderId, [create]);
  const { id, version } = required(written);
  let read: MailboxRead | undefined;
  try {
    [read] = await mailbox.read([id]);
  } catch (error) {
    await removed(deps, [{ id, version }]);
    throw error;
  }
  const facts = leftovers === 0 ? {} : { leftovers };
  // Reading may have met a newer version: servers touch new items.
  const now = read?.kind === 'item' ? read.item : { id, version };
  const problem = await removed(deps, [now]);
  requireAsWritten(read);
  return problem === null ? { facts } : { facts, warning: 'probeLeft', detail: problem };
}

/** How many there were. */
async function removeLeftovers(deps: ProbeDependencies): Promise<number> {
  let count = 0;
  for (let batch = 0; batch < LEFTOVER_BATCHES; batch += 1) {
    const found: readonly StampMatch[] = await deps.mailbox.findByStamp(deps.folderId, [PROBE_STAMP]);
    const some = found.slice(0, BATCH);
    if (some.length === 0 || (await removed(deps, some)) !== null) break;
    count += some.length;
    if (found.length <= BATCH) break;
  }
  return count;
}

/** What stands in the way of removing them; null: they are gone. */
async function removed(
  { diagnosis }: ProbeDependencies,
  items: readonly { readonly id: string; readonly version: string }[],
): Promise<string | null> {
  try {
    for (const outcome of await diagnosis.removeForGood(items)) {
      if (outcome.kind === 'failed' && outcome.failure.reason !== 'itemNotFound')
        return outcome.failure.detail;
    }
    return null;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure.detail;
    throw error;
  }
}

function required(written: MailboxWrite | undefined): { readonly id: string; readonly version: string } {
  if (written?.kind === 'written') return written;
  throw new RemoteFailure(written?.failure ?? failure('badAnswer', 'the write was not answered'));
}

function requireAsWritten(read: MailboxRead | undefined): void {
  if (read?.kind === 'failed') throw new RemoteFailure(read.failure);
  const isSame =
    read?.kind === 'item' &&
    read.item.stamp === PROBE_STAMP &&
    read.item.event.title === PROBE_EVENT.title &&
    JSON.stringify(read.item.event.time) === JSON.stringify(PROBE_EVENT.time);
  if (isSame) return;
  const what = read?.kind === 'item' ? 'other content came back than was written' : 'it was gone at once';
  throw new Trouble(failure('serverKeepsChanging', what), 'probeDiffers');
}
