/** From what was read to what shall be done: plans each item of a batch, and has the whole of it guarded. */
import type { CalendarEvent } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { DAY_MS } from '#core/guard.ts';
import { saysNothing } from '#core/hidden-texts.ts';
import { liferayView } from '#core/liferay-view.ts';
import type { Side } from '#core/merge.ts';
import { changedOccurrences } from '#core/merge-exceptions.ts';
import { span } from '#core/occurrences.ts';
import { endsWithList, withoutLastList } from '#core/participants.ts';
import { type Action, type Agreement, type Plan, type PlanInput, plan } from '#core/plan.ts';
import { planInvitation } from '#core/plan-invitation.ts';
import { canonicalZone } from '#core/zones.ts';
import type { EventField } from '#shared/event-fields.ts';
import { timesDone } from '#store/guard-counts.repository.ts';
import { linksOfSeries } from '#store/links.repository.ts';
import type { Act } from './doing.ts';
import type { Engine } from './engine.ts';
import { fieldsOf, guard } from './hold.ts';
import { isBookingUid } from './identity.ts';
import { farewellWrites, isInvitation } from './invitation.ts';
import { weighMail } from './mail.ts';
import { stayDeclined } from './rooms.ts';
import { isEmpty, planRowWrites } from './rows.ts';
import type { PairingSession } from './slice.ts';
import { type Span, windowOf } from './window.ts';
import { fail, open, type WorkItem, workItem } from './work-item.ts';

/** Times that a read-only copy is put back in a month before it is left with a reason until Exchange changes it. */
const PUT_BACK_LIMIT = 3;
/** Echoes in a row, and writes within this time, after which a link is a quarrel with a server and no person's work. */
const ECHO_LIMIT = 5;
const QUARREL_MS = DAY_MS / 4;

function isIn(window: Span, event: CalendarEvent): boolean {
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
    await readLeftover(engine, work);
    if (work.outcome !== null) continue;
    const inWindow = work.exchange.kind === 'present' && isIn(window, work.exchange.event);
    const { decision } = work;
    const input: PlanInput = {
      agreement: isNewAgain(work) ? null : work.agreement,
      origin: await originOf(engine, pairing, work),
      exchange: work.exchange,
      liferay: work.liferay,
      policy: pairing.row.policy,
      twoWay: pairing.row.direction === 'both',
      inWindow,
      wiped: work.wiped,
      invitees: work.invitees,
      undo: work.undo?.edits ?? [],
      restore: work.undo?.restores ?? null,
      quiet: work.link.quiet,
      // The guard held what would be written; a person rejected what the other side did.
      rejected: decision?.verdict === 'rejected' ? otherSide(decision.side) : null,
    };
    const decided = isInvitation(work) ? invitationPlan(work, input) : plan(input);
    work.plan = decided;
    await check(engine, pairing, work, decided, window, nowMs);
  }
  await guard(engine, pairing, works, nowMs);
}

/**
 * A row of our making of which nothing is known any more, its item least of all: one that only says "Busy" makes no event
 * in Exchange, and the list of participants that we wrote is no text.
 */
async function readLeftover({ portal }: Engine, work: WorkItem): Promise<void> {
  const { agreement, exchange, liferay, seenBooking } = work;
  if (agreement || exchange.kind !== 'none' || liferay.kind !== 'present' || !seenBooking) return;
  const { event } = liferay;
  if (!saysNothing(event) && !endsWithList(event.description)) return;
  const isOurs = isBookingUid(seenBooking.uid) || seenBooking.creatorId === (await portal.identity()).id;
  if (!isOurs) return;
  if (saysNothing(event)) work.outcome = { kind: 'leftAlone' };
  else
    work.liferay = { kind: 'present', event: { ...event, description: withoutLastList(event.description) } };
}

function invitationPlan(work: WorkItem, input: PlanInput): Plan {
  const decided = planInvitation(
    input,
    work.departure,
    work.rows.some(({ now }) => now !== null),
  );
  const isFarewell =
    decided.kind === 'act' &&
    decided.base === null &&
    decided.actions.some(({ kind }) => kind === 'updateLiferay');
  if (!isFarewell) return decided;
  work.rowWrites = farewellWrites(work);
  return isEmpty(work.rowWrites) ? { kind: 'leaveAlone' } : decided;
}

/** What was agreed of the series in Liferay from which a new row was taken; null where it was taken from none. */
async function originOf({ db }: Engine, { row }: PairingSession, work: WorkItem): Promise<Agreement | null> {
  const { agreement, exchange, seenBooking } = work;
  const seriesId = seenBooking?.seriesId ?? null;
  if (agreement || exchange.kind !== 'none' || seriesId === null) return null;
  const found = (await linksOfSeries(db, row.id, seriesId)).filter(({ content }) => content !== null);
  const origin = found.find(({ link }) => link.liferayId === seriesId) ?? found[0];
  return origin ? workItem(origin).agreement : null;
}

async function check(
  engine: Engine,
  pairing: PairingSession,
  work: WorkItem,
  decided: Plan,
  window: Span,
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
      // Of what is made again there are rows when it is copied.
      if (!isRestored(work)) planRowsOf(pairing, work, decided, window);
      if (work.outcome !== null || work.plan?.kind !== 'act') return;
      stayDeclined(engine, pairing, work, work.plan);
      if (work.outcome !== null) return;
      weighMail(engine, pairing, work, work.plan);
      if (work.outcome !== null) return;
      if (
        work.plan.putBack &&
        // What changes in Exchange is shown all the same, and what Liferay may change arrives.
        work.plan.changed.exchange.length === 0 &&
        work.plan.actions.every(({ kind }) => kind !== 'updateExchange') &&
        (await timesDone(engine.db, work.link.id, 'putBack', nowMs - 30 * DAY_MS)) >= PUT_BACK_LIMIT
      ) {
        fail(work, failure('readOnlyCopyChanged', `The copy was put back ${PUT_BACK_LIMIT} times.`));
      } else if (
        isEcho(work, work.plan) &&
        work.link.echoes + 1 >= ECHO_LIMIT &&
        (await timesDone(engine.db, work.link.id, 'update', nowMs - QUARREL_MS)) >= ECHO_LIMIT
      ) {
        fail(work, failure('serverKeepsChanging', `Fields: ${fieldsOf(work.plan).join(', ')}.`));
      }
      return;
    default:
      decided satisfies never;
  }
}

/**
 * What was gone on both sides is over, and an item that a person restores then is new, under the id that it had too. That
 * its rows are gone is what came of the first deletion, perhaps by our own hand, and no deletion of the item.
 */
function isNewAgain({ link, liferay, rows }: WorkItem): boolean {
  return (
    link.exchangeState === 'restored' && liferay.kind === 'gone' && rows.every(({ now }) => now === null)
  );
}

/** It is gone from both sides, and a person wants it back. */
export function isRestored({ undo, exchange, liferay }: WorkItem): boolean {
  return Boolean(undo?.restores) && exchange.kind === 'none' && liferay.kind === 'none';
}

function otherSide(side: Side): Side {
  return side === 'exchange' ? 'liferay' : 'exchange';
}

/**
 * What the rows in Liferay need, which the plan does not know: an event's rows may have to be written though nobody
 * edited it, because the calendar got another zone or the window moved on, and need not be although the plan says so.
 */
function planRowsOf(pairing: PairingSession, work: WorkItem, decided: Plan, window: Span): void {
  if ((decided.kind !== 'act' && decided.kind !== 'agree') || decided.base === null) return;
  const { base, lost, putBack, changed } = decided;
  const { calendarZone } = pairing.row;
  if (base.recurrence !== null && base.time.kind === 'timed' && canonicalZone(calendarZone) === null) {
    fail(work, failure('zoneUnknown', `The calendar's zone is ${calendarZone}.`));
    return;
  }
  // Exchange may have it already, by a write of ours that broke off.
  const isTheirs = changed.liferay.includes('when');
  const isLost = lost.some(({ side, fields }) => side === 'liferay' && fields.includes('when'));
  const whenIsTheirs = isTheirs && !isLost && !putBack;
  const addresses = decided.kind === 'act' ? decided.uninvited : [];
  const calendars = [...work.invitedAddresses].filter(([, address]) => addresses.includes(address));
  const uninvited = new Set(calendars.map(([calendarId]) => calendarId));
  const writes = planRowWrites({ work, base, calendarZone, window, whenIsTheirs, uninvited });
  if ('kind' in writes) {
    fail(work, failure(writes.reason, writes.detail));
    return;
  }
  work.rowWrites = writes;
  const creates = decided.kind === 'act' && decided.actions.some(({ kind }) => kind === 'createLiferay');
  if (creates) return;
  const others = decided.kind === 'act' ? decided.actions.filter(({ kind }) => kind !== 'updateLiferay') : [];
  const update = { kind: 'updateLiferay', event: liferayView(base), fields: writtenFields(decided) } as const;
  const actions = isEmpty(writes) ? others : [...others, update];
  if (actions.length === 0) work.plan = { kind: 'agree', base, lost, putBack, changed };
  else if (decided.kind === 'act') work.plan = { ...decided, actions };
  else {
    work.plan = {
      kind: 'act',
      actions,
      base,
      lost,
      putBack: false,
      changed: { exchange: [], liferay: [] },
      uninvited: [],
    };
  }
}

function writtenFields(decided: Plan): readonly EventField[] {
  if (decided.kind !== 'act') return [];
  return decided.actions.flatMap((action) => (action.kind === 'updateLiferay' ? action.fields : []));
}

/** Fields, and of the exceptions each date: who changes one occurrence after the other quarrels with nobody. */
export type LastWritten = Readonly<Record<Side, readonly string[]>>;

function named(
  fields: readonly EventField[],
  before: CalendarEvent,
  after: CalendarEvent,
): readonly string[] {
  return fields.flatMap((field) =>
    field === 'exceptions'
      ? changedOccurrences(before, after, false).map((date) => `${field} ${date}`)
      : field,
  );
}

/** What an act writes, by its updates. */
export function writtenBy(work: WorkItem, { actions }: Act): LastWritten {
  const by = (side: Side, kind: Action['kind']) =>
    actions.flatMap((action) => {
      const now = work[side];
      const isUpdate = action.kind === kind && 'fields' in action && now.kind === 'present';
      return isUpdate ? named(action.fields, now.event, action.event) : [];
    });
  return { exchange: by('exchange', 'updateExchange'), liferay: by('liferay', 'updateLiferay') };
}

/** Whether all that changed is what we wrote last: then probably the server changed it, not a person. */
export function isEcho({ link, agreement, ...work }: WorkItem, decided: Plan): boolean {
  if (decided.kind !== 'act' || link.lastWritten === null || agreement === null) return false;
  const last = JSON.parse(link.lastWritten) as LastWritten;
  const changes = (['exchange', 'liferay'] as const).flatMap((side) => {
    const now = work[side];
    const fields =
      now.kind === 'present' ? named(decided.changed[side], agreement.seen[side], now.event) : [];
    return fields.map((field) => last[side].includes(field));
  });
  return changes.length > 0 && changes.every(Boolean);
}
