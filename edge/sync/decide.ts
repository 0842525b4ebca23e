/** From what was read to what shall be done: plans each item of a batch, then guards the whole of it. */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, MergeField } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { DAY_MS, heldFields, holdsDeletions } from '#core/guard.ts';
import type { Side } from '#core/merge.ts';
import { span } from '#core/occurrences.ts';
import { type Plan, plan } from '#core/plan.ts';
import { canonicalZone, zonesAgreeOn } from '#core/zones.ts';
import { dayCount, type PairingRow, pairingCounts, timesDone } from '#store/sync.repository.ts';
import type { Engine } from './engine.ts';
import type { PairingSession } from './slice.ts';
import { fail, open, type WorkItem } from './work-item.ts';

/** Times that a read-only copy is put back in a month before it is left alone with a reason. */
const PUT_BACK_LIMIT = 3;
/** Echoes in a row, and writes within this time, after which a link is a quarrel with a server and no person's work. */
const ECHO_LIMIT = 5;
const QUARREL_MS = DAY_MS / 4;

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export function windowOf(row: PairingRow, nowMs: number): Window {
  return { fromMs: nowMs - row.windowPastDays * DAY_MS, toMs: nowMs + row.windowFutureDays * DAY_MS };
}

function isIn(window: Window, event: CalendarEvent): boolean {
  const { firstMs, lastMs } = span(event);
  return firstMs < window.toMs && (lastMs === null || lastMs > window.fromMs);
}

/** Gives every open item its plan, or an outcome where there is nothing to apply. */
export async function decide(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
): Promise<void> {
  const nowMs = engine.effects.clock.now();
  const window = windowOf(pairing.row, nowMs);
  for (const work of open(works)) {
    const inWindow = work.exchange.kind === 'present' && isIn(window, work.exchange.event);
    const decided = plan({
      agreement: work.agreement,
      exchange: work.exchange,
      liferay: work.liferay,
      policy: pairing.row.policy,
      twoWay: pairing.row.direction === 'both',
      inWindow,
    });
    work.plan = decided;
    await check(engine, pairing, work, decided, window, nowMs);
  }
  await guard(engine, pairing, works, nowMs);
}

async function check(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  decided: Plan,
  window: Window,
  nowMs: number,
): Promise<void> {
  switch (decided.kind) {
    case 'forget':
      work.outcome = { kind: 'forgotten' };
      return;
    case 'outside':
      work.outcome = { kind: 'outside' };
      return;
    case 'leaveAlone':
      work.outcome = { kind: 'leftAlone' };
      return;
    case 'park':
      fail(work, failure(decided.reason, decided.detail));
      return;
    case 'agree':
    case 'act':
      checkZone(work, decided.base, pairing.row.calendarZone, window);
      if (work.outcome !== null || decided.kind === 'agree') return;
      checkMail(work, decided);
      if (work.outcome !== null) return;
      if (
        decided.putBack &&
        (await timesDone(engine.db, work.link.id, 'putBack', nowMs - 30 * DAY_MS)) >= PUT_BACK_LIMIT
      ) {
        fail(work, failure('readOnlyCopyChanged', 'The copy was put back three times.'));
      } else if (
        isEcho(work, decided) &&
        work.link.echoes + 1 >= ECHO_LIMIT &&
        (await timesDone(engine.db, work.link.id, 'update', nowMs - QUARREL_MS)) >= ECHO_LIMIT
      ) {
        fail(work, failure('serverKeepsChanging', `Fields: ${fieldsOf(decided).join(', ')}.`));
      }
      return;
    default:
      decided satisfies never;
  }
}

/**
 * Liferay expands a series in its calendar's zone; where that gives other instants the rule may not be copied, nor,
 * after the calendar got another zone, be taken for what both sides agree on.
 */
function checkZone(work: WorkItem, base: CalendarEvent | null, calendarZone: string, window: Window): void {
  if (base === null || base.recurrence === null || base.time.kind === 'allDay') return;
  if (canonicalZone(calendarZone) === null) {
    fail(work, failure('zoneUnknown', `The calendar's zone is ${calendarZone}.`));
  } else if (!zonesAgreeOn(base.time, base.recurrence, calendarZone, window.fromMs, window.toMs)) {
    fail(work, failure('zonesDisagree', `The calendar's zone is ${calendarZone}.`));
  }
}

/** Liferay mails the invitees of a booking whatever we ask for, so a change of it is left to its people. */
function checkMail(work: WorkItem, decided: Act): void {
  const touches = decided.actions.some(({ kind }) => kind === 'updateLiferay' || kind === 'deleteLiferay');
  if (touches && work.seenBooking?.hasInvitees) {
    fail(
      work,
      failure('mailNotSuppressible', 'Liferay would mail the people who are invited to this booking.'),
    );
  }
}

type Act = Extract<Plan, { kind: 'act' }>;

function fieldsOf(decided: Act): readonly MergeField[] {
  return [...new Set([...decided.changed.exchange, ...decided.changed.liferay])];
}

export type LastWritten = Readonly<Record<Side, readonly MergeField[]>>;

/** Whether all that changed is what we wrote last: then probably the server changed it, not a person. */
export function isEcho(work: WorkItem, decided: Plan): boolean {
  if (decided.kind !== 'act' || work.link.lastWritten === null) return false;
  const last = JSON.parse(work.link.lastWritten) as LastWritten;
  const { exchange, liferay } = decided.changed;
  if (exchange.length + liferay.length === 0) return false;
  return (
    exchange.every((field) => last.exchange.includes(field)) &&
    liferay.every((field) => last.liferay.includes(field))
  );
}

function deletedSide(decided: Plan): Side | null {
  if (decided.kind !== 'act') return null;
  if (decided.actions.some((action) => action.kind === 'deleteExchange')) return 'exchange';
  return decided.actions.some((action) => action.kind === 'deleteLiferay') ? 'liferay' : null;
}

/** Holds what would be a mass deletion or a mass change; see core/guard.ts. */
async function guard(
  engine: Engine,
  pairing: PairingSession,
  works: readonly WorkItem[],
  nowMs: number,
): Promise<void> {
  const subject = open(works).filter(
    (work) => work.plan?.kind === 'act' && !work.approved && work.agreement !== null,
  );
  if (subject.length === 0) return;
  const counts = await pairingCounts(engine.db, pairing.row.id, nowMs - DAY_MS);
  const ids = new Set(subject.map((work) => work.link.id));
  const today = await dayCount(engine.db, pairing.row.id, nowMs - DAY_MS, ids);
  const day = { ...today, size: counts.inStep + today.deleted };
  const deletions = subject.filter((work) => work.plan && deletedSide(work.plan) !== null);
  // All that are known to be due count, not only those of this batch: none may slip through before or after.
  if (deletions.length > 0 && holdsDeletions(day, Math.max(counts.pendingDeletions, deletions.length))) {
    for (const work of deletions) {
      const side = work.plan ? deletedSide(work.plan) : null;
      if (side) work.outcome = { kind: 'held', side, deletion: true };
    }
  }
  const changes = open(subject).flatMap((work) =>
    work.plan?.kind === 'act' ? [{ work, act: work.plan }] : [],
  );
  const pending: Partial<Record<MergeField, number>> = {};
  for (const { act } of changes)
    for (const field of fieldsOf(act)) pending[field] = (pending[field] ?? 0) + 1;
  const held = heldFields(day, pending);
  for (const { work, act } of changes) {
    if (!fieldsOf(act).some((field) => held.includes(field))) continue;
    const side: Side = act.changed.exchange.length > 0 ? 'liferay' : 'exchange';
    work.outcome = { kind: 'held', side, deletion: false };
  }
}

/** First and last instant of the event for the index, epoch ms. */
export function indexSpan(event: CalendarEvent): { firstAt: number; lastAt: number | null } {
  const { firstMs, lastMs } = span(event);
  return { firstAt: firstMs, lastAt: lastMs };
}

export function instantText(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString();
}
