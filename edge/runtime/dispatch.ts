/**
 * How work reaches a Worker: as messages of a queue, one chain for each domain (store/dispatch.repository.ts). The
 * cron trigger begins chains and is the watchdog; the consumer runs one slice and goes on with its chain as long as
 * something is due within a minute; what is due later the cron trigger begins anew. README.md draws it.
 *
 * No message decides what is done: the claim does. So one that comes twice, late or for nothing is harmless.
 */
import type { Effects } from '#core/effects.ts';
import { failure } from '#core/failure.ts';
import type { Database } from '#store/database.ts';
import { withoutStatement } from '#store/database-error.ts';
import {
  beginChains,
  type Chain,
  continueChain,
  type DispatchRequest,
  domainsWithDue,
  endChain,
  parkHeldBy,
} from '#store/dispatch.repository.ts';
import type { Engine } from '#sync/engine.ts';
import { runSlice } from '#sync/run.ts';
import type { Message, Queue } from './worker-platform.ts';

/** What travels through the queue. Nothing in it is secret. */
export interface SyncMessage {
  /** Stays the same in every delivery; names the leases that are claimed for it. */
  readonly id: string;
  readonly domainId: string;
  /** Of its chain; null: sent for a change that a user made. */
  readonly mark: number | null;
}

export interface Dispatcher {
  readonly db: Database;
  readonly effects: Pick<Effects, 'clock' | 'ids' | 'log'>;
  readonly queue: Queue<SyncMessage>;
}

/** The period of the cron trigger: what is due later is found by its next run. */
const CRON_MS = 60_000;
/**
 * Longer than all attempts at a message: three slices of a minute at most, with `retry_delay` (edge/wrangler.jsonc)
 * between them, which in turn is longer than a lease, so that an attempt meets the mailboxes of the one before.
 */
const GRACE_MS = 600_000;
/** After a slice that found nothing to claim, or failed. */
const PAUSE_MS = 15_000;
const PARK_MS = 15 * 60_000;

/** Cron: begins a chain for every domain that has something due soon and none yet. */
export async function dispatchDue(dispatcher: Dispatcher): Promise<void> {
  for (const chain of await beginChains(dispatcher.db, request(dispatcher))) {
    await sendChain(dispatcher, chain, 0);
  }
}

/** After somebody's change: a message for each domain in which a mailbox is due now. */
export async function dispatchWaiting(dispatcher: Dispatcher): Promise<void> {
  const nowMs = dispatcher.effects.clock.now();
  for (const domainId of await domainsWithDue(dispatcher.db, nowMs))
    await dispatchAtOnce(dispatcher, domainId);
}

/** What was told by a server is due a moment later, together with what it tells until then. */
const TOLD_SECONDS = 1;

/** After a server told of a change: as `dispatchWaiting`, for what is due in a moment. */
export async function dispatchTold(dispatcher: Dispatcher): Promise<void> {
  const soonMs = dispatcher.effects.clock.now() + TOLD_SECONDS * 1_000;
  for (const domainId of await domainsWithDue(dispatcher.db, soonMs))
    await dispatchAtOnce(dispatcher, domainId, TOLD_SECONDS);
}

/** After a user's change: its mailbox is looked at now, not when the chain comes by. */
export async function dispatchAtOnce(
  { effects, queue }: Dispatcher,
  domainId: string,
  delaySeconds = 0,
): Promise<void> {
  await queue.send({ id: effects.ids.uuid(), domainId, mark: null }, { delaySeconds });
}

/**
 * One message: one slice, then the next message of the chain. Rejects only when the database or the queue cannot be
 * reached; the queue then delivers the message again.
 */
export async function workOn(
  dispatcher: Dispatcher,
  message: SyncMessage,
  withEngine: (work: (engine: Engine) => Promise<void>) => Promise<void>,
): Promise<void> {
  const { effects, db } = dispatcher;
  let claimed = 0;
  try {
    await withEngine(async (engine) => {
      // Two deliveries of one message must not take each other's lease for their own.
      const report = await runSlice(engine, `${message.id}/${effects.ids.uuid()}`, message.domainId);
      claimed = report.claimed;
      const { failures, ...counts } = report;
      effects.log.debug('slice', { domain: message.domainId, ...counts, failures: failures.length });
    });
  } catch (error) {
    effects.log.error('slice failed', { domain: message.domainId, error: withoutStatement(error) });
  }
  const next = await continueChain(db, message, request(dispatcher));
  if (next !== null) await sendChain(dispatcher, next, claimed === 0 ? PAUSE_MS : 0);
}

/**
 * A message that was given up: every attempt ended without an answer, mostly because the platform ended it at a
 * limit. The mailboxes that it holds are set aside for a while with the reason, so that the others go on.
 */
export async function bury({ db, effects }: Dispatcher, message: SyncMessage): Promise<void> {
  const { domainId, mark } = message;
  const { reason, detail } = failure('internalError', 'Work was cut short in every attempt; see the log.');
  const untilMs = effects.clock.now() + PARK_MS;
  const parked = await parkHeldBy(db, `${message.id}/`, { untilMs, reason, reasonDetail: detail });
  if (mark !== null) await endChain(db, { domainId, mark });
  effects.log.error('message given up', { domain: domainId, parked });
}

/** Works through a batch; a message that cannot be worked on is left to the queue to repeat. */
export async function eachMessage(
  messages: readonly Message<SyncMessage>[],
  log: Effects['log'],
  work: (message: SyncMessage) => Promise<void>,
): Promise<void> {
  for (const message of messages) {
    try {
      await work(message.body);
      message.ack();
    } catch (error) {
      log.error('message failed', { attempts: message.attempts, error: withoutStatement(error) });
      message.retry();
    }
  }
}

async function sendChain(dispatcher: Dispatcher, chain: Chain, leastDelayMs: number): Promise<void> {
  const { effects, db, queue } = dispatcher;
  const { domainId, mark, dueAt } = chain;
  const delayMs = Math.max(leastDelayMs, dueAt - effects.clock.now());
  try {
    await queue.send(
      { id: effects.ids.uuid(), domainId, mark },
      { delaySeconds: Math.max(0, Math.ceil(delayMs / 1_000)) },
    );
  } catch (error) {
    await endChain(db, chain);
    throw error;
  }
}

function request({ effects }: Dispatcher): DispatchRequest {
  return { nowMs: effects.clock.now(), aheadMs: CRON_MS, graceMs: GRACE_MS };
}
