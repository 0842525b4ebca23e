/**
 * A doctor's visit to an Exchange server. It stands among the leases of runs: while all places on the server are taken,
 * or a run is in the same mailbox, it waits for a short time, and while it is there no run takes its place.
 */
import type { Effects } from '#core/effects.ts';
import { type Failure, failure } from '#core/failure.ts';
import type { Database } from '#store/database.ts';
import { noteOutage } from '#store/outages.ts';
import { domainById } from '#store/sync-rows.ts';
import { announceVisit, endVisit, enterVisit } from '#store/visits.repository.ts';
import { type Seen, Trouble } from './examination.ts';

/** How long it waits for a place. */
const WAIT_MS = 20_000;
const LOOK_AGAIN_MS = 500;
/** Longer than all its steps can take; after that a visit whose process died is over. */
const VISIT_MS = 300_000;
/** A server that named no time worth mentioning is left alone this long all the same. */
const LEAST_PATIENCE_MS = 1_000;

export interface VisitDependencies {
  readonly db: Database;
  readonly effects: Pick<Effects, 'clock' | 'ids'>;
}

/** One doctor's place. */
export interface Visit {
  /** Rejects with Trouble where there is none within the time, or the server asked everybody for patience. */
  place(): Promise<Seen>;
  /** What a server asked for that is busy concerns the runs as well. */
  failed(failed: Failure): Promise<void>;
  end(): Promise<void>;
}

/** Null: there is another visit to the same server. `mailbox`: SMTP address in lower case, or null. */
export async function beginVisit(
  { db, effects }: VisitDependencies,
  domainId: string,
  mailbox: string | null,
): Promise<Visit | null> {
  const { clock, ids } = effects;
  const id = ids.uuid();
  const nowMs = clock.now();
  const announced = await announceVisit(db, {
    id,
    domainId,
    address: mailbox ?? '',
    nowMs,
    untilMs: nowMs + VISIT_MS,
  });
  if (!announced) return null;
  return {
    place: async () => {
      await requirePatienceKept(db, domainId, clock.now());
      const until = clock.monotonic() + WAIT_MS;
      for (;;) {
        const refusal = await enterVisit(db, id, clock.now());
        if (refusal === null) return {};
        if (clock.monotonic() >= until) throw noPlace(refusal);
        await clock.sleep(LOOK_AGAIN_MS);
      }
    },
    failed: (failed) => noted(db, domainId, failed, clock.now()),
    end: () => endVisit(db, id),
  };
}

function noPlace(refusal: 'full' | 'mailboxAtWork'): Trouble {
  const waited = `after ${WAIT_MS / 1000} s`;
  return refusal === 'full'
    ? new Trouble(failure('throttled', `all places are still taken ${waited}`), 'placesTaken')
    : new Trouble(failure('throttled', `a run is still in the mailbox ${waited}`), 'mailboxAtWork');
}

/** A server that asked for patience asked everybody for it. */
async function requirePatienceKept(db: Database, domainId: string, nowMs: number): Promise<void> {
  const row = await domainById(db, domainId);
  if (row === null || row.reason !== 'throttled' || row.notBefore <= nowMs) return;
  const waitSeconds = Math.ceil((row.notBefore - nowMs) / 1000);
  throw new Trouble(failure('throttled', row.reasonDetail ?? ''), 'patienceAsked', { waitSeconds });
}

async function noted(db: Database, domainId: string, failed: Failure, nowMs: number): Promise<void> {
  const { reason, detail, waitMs, ofAccount } = failed;
  const row = await domainById(db, domainId);
  if (row === null || reason !== 'throttled' || waitMs === undefined) return;
  const outage = ofAccount ? 'credential' : 'server';
  const notBefore = nowMs + Math.max(LEAST_PATIENCE_MS, waitMs);
  await noteOutage(db, row, { outage, reason, detail, askedAt: nowMs, notBefore, isNamed: true });
}
