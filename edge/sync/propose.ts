/**
 * A pairing that previews: what was decided is written down instead of done, so that people see it before anything is
 * written to either side. It is decided by the code that decides for every run, on the same observations.
 */
import type { BatchItem } from 'drizzle-orm/batch';
import type { CalendarEvent } from '#core/event.ts';
import type { Side } from '#core/merge.ts';
import { lastEndMs } from '#core/occurrences.ts';
import type { Action } from '#core/plan.ts';
import { rowStart } from '#core/rows.ts';
import type { EventField } from '#shared/event-fields.ts';
import type { Database } from '#store/database.ts';
import { matchProposedAgain } from '#store/links.statements.ts';
import { putProposals } from '#store/sync.statements.ts';
import type { NewLink, NewProposal } from '#store/sync-rows.ts';
import { agree } from './apply.ts';
import { shownTitleOf } from './history.ts';
import type { PairingSession } from './slice.ts';
import { indexSpan } from './window.ts';
import { type Outcome, open, type WorkItem } from './work-item.ts';

/** Leaves all open plans at that. What was agreed on before, and still is, needs no proposal. */
export function propose(works: readonly WorkItem[]): void {
  for (const work of open(works)) {
    if (work.plan?.kind === 'agree' && work.agreement !== null) agree(work, work.plan.base);
    else work.outcome = { kind: 'proposed' };
  }
}

/**
 * Of what was read only what matching goes by is kept. Ids and keys are not: what the plan made of them holds once its
 * rows are written, and a match that was found is stored already (`keepMatches`).
 */
export function proposedLink(work: WorkItem): Partial<NewLink> {
  const { exchange, liferay, seenBooking, exchangeVersion, exchangeUid, liferayVersion, liferayUid } = work;
  const isBookingOnly = work.exchangeId === null && seenBooking !== null;
  // Of another row that took the place of the link's own nothing is kept either.
  const isOwnRow = liferay.kind === 'present' && work.inherited.length === 0;
  return {
    work: 'proposed',
    reason: null,
    reasonDetail: null,
    attempts: 0,
    retryAt: 0,
    exchangeDirty: true,
    liferayDirty: true,
    ...(exchange.kind === 'gone' ? { exchangeState: 'deleted' } : {}),
    ...(exchange.kind === 'present'
      ? { ...indexSpan(exchange.event), exchangeState: 'present', exchangeVersion, exchangeUid }
      : {}),
    ...(liferay.kind === 'gone' ? { liferayState: 'deleted' } : {}),
    ...(liferay.kind === 'present' ? { liferayState: 'present' } : {}),
    ...(isOwnRow ? { liferayVersion, liferayUid } : {}),
    ...(isBookingOnly ? { firstAt: rowStart(seenBooking.event) } : {}),
  };
}

interface Done {
  readonly work: WorkItem;
  readonly outcome: Outcome;
}

/** What was come to about these items, as people are shown it. */
export function proposalWrites(
  db: Database,
  pairing: PairingSession,
  done: readonly Done[],
): readonly BatchItem<'sqlite'>[] {
  const rows = done.flatMap(({ work, outcome }) => {
    const kind = kindOf(work, outcome);
    return kind === null ? [] : [proposalOf(pairing, work, kind)];
  });
  const again = done.some(losesItem) ? [matchProposedAgain(db, pairing.row.id)] : [];
  return [...putProposals(db, rows), ...again];
}

/** Its booking may be another item's from now on. */
function losesItem({ work, outcome }: Done): boolean {
  const isLeft = outcome.kind === 'leftAlone' && work.link.exchangeId !== null;
  return isLeft || (outcome.kind === 'forgotten' && work.rows.length > 0);
}

type Kind = NewProposal['kind'];

function kindOf(work: WorkItem, outcome: Outcome): Kind | null {
  switch (outcome.kind) {
    case 'proposed':
      return planKind(work);
    case 'leftAlone':
      return 'leaveAlone';
    case 'failed':
    case 'declined':
      return 'setAside';
    case 'outside':
    case 'held':
      return outcome.kind;
    case 'agreed':
    case 'forgotten':
    case 'waits':
    case 'restored':
    case 'half':
      return null;
    default:
      return outcome satisfies never;
  }
}

/** Two events that meet for the first time are linked, whatever has to be written for that. */
function planKind({ plan, agreement, exchange, liferay }: WorkItem): Kind {
  const [action] = plan?.kind === 'act' ? plan.actions : [];
  const meet = agreement === null && exchange.kind === 'present' && liferay.kind === 'present';
  if (meet || !action) return 'link';
  return action.kind === 'respondExchange' ? 'updateExchange' : action.kind;
}

/** What people are shown of an item in a pairing that previews. */
export function proposalOf({ row }: PairingSession, work: WorkItem, kind: Kind): NewProposal {
  const event = eventOf(work);
  const isProposed = work.outcome?.kind === 'proposed';
  const invitees = kind === 'createExchange' ? work.unasked : [];
  return {
    linkId: work.link.id,
    pairingId: row.id,
    kind,
    title: shownTitleOf(work),
    startAt: event === null ? null : rowStart(event),
    allDay: event?.time.kind === 'allDay',
    fields: JSON.stringify(isProposed ? changedFields(work) : NO_FIELDS),
    invitees: JSON.stringify(invitees),
    invitesUntil: event === null || invitees.length === 0 ? null : lastEndMs(event),
  };
}

function eventOf({ exchange, liferay, agreement }: WorkItem): CalendarEvent | null {
  if (exchange.kind === 'present') return exchange.event;
  return liferay.kind === 'present' ? liferay.event : (agreement?.base ?? null);
}

const NO_FIELDS: Readonly<Record<Side, readonly EventField[]>> = { exchange: [], liferay: [] };

function changedFields({ plan }: WorkItem): typeof NO_FIELDS {
  if (plan?.kind !== 'act') return NO_FIELDS;
  const of = (side: 'Exchange' | 'Liferay') => plan.actions.flatMap((action) => fieldsIn(action, side));
  return { exchange: of('Exchange'), liferay: of('Liferay') };
}

function fieldsIn(action: Action, side: 'Exchange' | 'Liferay'): readonly EventField[] {
  if (!action.kind.endsWith(side)) return [];
  if (action.kind === 'respondExchange') return ['ownResponse'];
  return 'fields' in action ? action.fields : [];
}
