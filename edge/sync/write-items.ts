/** Writes of items in Exchange: in batches, bound to the version that was planned on, and read back. */
import { missingIn } from '#core/attendees.ts';
import type { CalendarEvent, Exceptions } from '#core/event.ts';
import { failure } from '#core/failure.ts';
import { changedFields, withFields } from '#core/merge.ts';
import type {
  AttendeeChange,
  MailboxCreate,
  MailboxRead,
  MailboxRemove,
  MailboxResponse,
  MailboxUpdate,
  MailboxWrite,
} from '#exchange/mailbox-calendar.port.ts';
import { EVENT_FIELDS } from '#shared/event-fields.ts';
import { chunks } from '#store/sync-rows.ts';
import { disclosed } from './disclosure.ts';
import { type Doing, find, isUncertain } from './doing.ts';
import type { Engine } from './engine.ts';
import { invitationsFor } from './mail.ts';
import { type Sent, sendEach, sendInBatches } from './send.ts';
import type { Budget, PairingSession } from './slice.ts';
import { fail, withUnplaced } from './work-item.ts';

type Written = Extract<MailboxWrite, { kind: 'written' }>;

/** Takes what came of one Exchange write. True if it was written. */
function took(doing: Doing, sent: Sent<MailboxWrite>): sent is Written {
  const { work } = doing;
  switch (sent.kind) {
    case 'unsent':
      fail(work, failure('itemNotFound', 'There is no item to write to.'));
      return false;
    case 'unanswered':
      fail(work, sent.failure, true);
      return false;
    case 'failed':
      fail(work, sent.failure, isUncertain(sent.failure.reason));
      return false;
    case 'written':
      work.exchangeId = sent.id;
      work.exchangeVersion = sent.version;
      doing.pending.delete('exchange');
      return true;
    default:
      return sent satisfies never;
  }
}

/** Creates items, each with its stamp, as far as the budget goes. */
export async function createItems(
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const { mailbox, row } = pairing;
  const creating = doings.filter((doing) => find(doing, 'createExchange'));
  await sendInBatches(creating, mailbox.capabilities.writeBatch, budget, async (part) => {
    const sent = await sendEach(part, createOf, (creates) => mailbox.create(row.folderId, creates));
    for (const [doing, outcome] of sent) {
      if (!took(doing, outcome)) continue;
      doing.work.exchangeUid = doing.uid;
      const made = find(doing, 'createExchange')?.event;
      doing.exchange = made ? { ...made, exceptions: {} } : null;
    }
  });
}

function createOf(doing: Doing): MailboxCreate | null {
  const action = find(doing, 'createExchange');
  if (!action) return null;
  const { link, mail } = doing.work;
  return { stamp: link.id, uid: doing.uid, event: action.event, invitations: mail };
}

/** Updates items, each bound to its version, as far as the budget goes. */
export async function updateItems(
  { mailbox }: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const updating = doings.filter((doing) => find(doing, 'updateExchange'));
  await sendInBatches(updating, mailbox.capabilities.writeBatch, budget, async (part) => {
    const sent = await sendEach(part, updateOf, (updates) => mailbox.update(updates));
    for (const [doing, outcome] of sent) {
      const before = doing.exchange;
      const action = find(doing, 'updateExchange');
      if (!took(doing, outcome) || !action || !before) continue;
      // The occurrences have not been written yet.
      doing.exchange = { ...action.event, exceptions: before.exceptions };
    }
  });
}

function updateOf(doing: Doing): MailboxUpdate | null {
  const action = find(doing, 'updateExchange');
  const { exchangeId, exchangeVersion, mail } = doing.work;
  if (!action || exchangeId === null || exchangeVersion === null) return null;
  const { event, fields } = action;
  return {
    id: exchangeId,
    version: exchangeVersion,
    event,
    fields,
    ...(fields.includes('attendees') ? { attendees: attendeeChange(doing, event) } : {}),
    wasSeries: doing.exchange?.recurrence !== null,
    invitations: mail,
  };
}

function attendeeChange({ exchange }: Doing, event: CalendarEvent): AttendeeChange {
  if (!exchange) return { added: event.attendees, removed: [] };
  return {
    added: missingIn(event, exchange),
    removed: missingIn(exchange, event).map(({ address }) => address),
  };
}

/** Answers invitations as Liferay's people did. The organiser is told unless all of the meeting is over. */
export async function respondItems(
  engine: Engine,
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const { mailbox } = pairing;
  const answering = doings.filter((doing) => find(doing, 'respondExchange') && doing.work.outcome === null);
  await sendInBatches(answering, mailbox.capabilities.writeBatch, budget, async (part) => {
    const sent = await sendEach(
      part,
      (doing) => responseOf(engine, doing),
      (responses) => mailbox.respond(responses),
    );
    for (const [doing, responded] of sent) {
      const action = find(doing, 'respondExchange');
      if (responded.kind === 'gone') putAway(doing);
      else if (!took(doing, responded)) continue;
      // Exchange puts away what is declined, here or in Outlook a moment before, and may leave it its id and take an
      // answer to it all the same: only a read tells where it is by now. What got another id is met under that one.
      if (responded.kind !== 'gone' || action?.response === 'declined') doing.exchangeDirty = true;
      if (action && doing.exchange) {
        doing.exchange = { ...action.event, exceptions: doing.exchange.exceptions };
      }
    }
  });
}

function responseOf(engine: Engine, doing: Doing): MailboxResponse | null {
  const action = find(doing, 'respondExchange');
  const { exchangeId, exchangeVersion } = doing.work;
  if (!action || exchangeId === null || exchangeVersion === null) return null;
  const { event, response } = action;
  const invitations = invitationsFor(engine, event);
  return { id: exchangeId, version: exchangeVersion, response, occurrence: null, invitations };
}

/** The item is not there under its id any more: whether it is gone or has another one, the folder's changes tell. */
function putAway(doing: Doing): void {
  doing.pending.delete('exchange');
  doing.isPutAway = true;
}

/** Reads the items of these, as many as there is time for. */
function look(
  { mailbox }: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<readonly MailboxRead[]> {
  return mailbox.read(
    doings.map(({ work }) => work.exchangeId ?? ''),
    budget.counting(() => budget.mayWrite),
  );
}

/** Looks once more right before deleting: no server binds a deletion to a version. */
export async function removeItems(
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const removing = doings.filter((doing) => find(doing, 'deleteExchange'));
  await sendInBatches(removing, pairing.mailbox.capabilities.writeBatch, budget, async (part) => {
    const reads = await look(pairing, part, budget);
    const unchanged = part.filter((doing, index) => {
      const read = reads[index];
      if (read?.kind === 'unread') return false;
      if (read?.kind === 'gone') {
        doing.pending.delete('exchange');
        return false;
      }
      if (read?.kind === 'item' && read.item.version === doing.work.exchangeVersion) return true;
      fail(doing.work, failure('changedMeanwhile', 'The item changed just before it was to be deleted.'));
      return false;
    });
    if (unchanged.length === 0 || !budget.mayWrite) return;
    budget.spend();
    const sent = await sendEach(unchanged, removeOf, (removes) => pairing.mailbox.remove(removes));
    for (const [doing, removed] of sent) {
      const isGone = removed.kind === 'failed' && removed.failure.reason === 'itemNotFound';
      if (isGone) doing.pending.delete('exchange');
      else took(doing, removed);
    }
  });
}

function removeOf({ work }: Doing): MailboxRemove | null {
  const { exchangeId, exchangeVersion, mail } = work;
  if (exchangeId === null || exchangeVersion === null) return null;
  return { id: exchangeId, version: exchangeVersion, invitations: mail };
}

/**
 * What the server made of our writes is what its next change is measured against. An item whose version moved
 * between write and reading was changed by somebody: then what we sent is the measure, and the item is dirty. Of a
 * series with exceptions that measure is not known, because a new rule may have dropped them: it is planned again.
 */
export async function readBack(
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const written = doings.filter(
    (doing) =>
      doing.work.outcome === null &&
      !doing.pending.has('exchange') &&
      !doing.isPutAway &&
      doing.act.base !== null &&
      doing.act.actions.some(({ kind }) => kind.endsWith('Exchange')),
  );
  for (const part of chunks(written, pairing.mailbox.capabilities.readBatch)) {
    budget.spend();
    const reads = await look(pairing, part, budget);
    for (const [index, doing] of part.entries()) {
      const { work } = doing;
      const read = reads[index];
      if (read?.kind === 'item') work.exchangeUid = read.item.uid;
      // What time did not allow stays announced: the next slice finds out.
      if (read?.kind === 'unread') doing.pending.add('exchange');
      else if (read?.kind === 'item' && read.item.version === work.exchangeVersion) {
        doing.exchange = withUnplaced(work, disclosed(read.item, pairing.disclosure, doing.act.base));
      } else if (hasExceptions(doing)) {
        fail(work, failure('changedMeanwhile', 'The series changed while it was written.'), true);
      } else {
        doing.exchangeDirty = true;
        // Whom we invited the server may know by another address: that is no edit.
        if (read?.kind === 'item' && doing.exchange) {
          doing.exchange = { ...doing.exchange, attendees: read.item.event.attendees };
        }
      }
    }
  }
}

/**
 * No server is known to bind an answer to the version that it names. What an answered item says otherwise than the one
 * that was planned on, beside the answer, somebody changed just then: it is looked at as such in the next batch.
 */
export function keepEditsOfAnswered(doings: readonly Doing[]): void {
  for (const doing of doings) {
    const { work, exchange, isPutAway } = doing;
    const action = find(doing, 'respondExchange');
    if (!action || !exchange || work.outcome !== null || isPutAway) continue;
    if (work.exchange.kind !== 'present') continue;
    const expected = answered({ ...work.exchange.event, ownResponse: action.response }, exchange);
    if (changedFields('exchange', expected, exchange).length === 0) continue;
    doing.exchange = expected;
    doing.exchangeDirty = true;
  }
}

/** The event as it was, with what the answer in it did to the item beside. */
function answered(before: CalendarEvent, is: CalendarEvent): CalendarEvent {
  const exceptions: Exceptions = Object.fromEntries(
    Object.entries(before.exceptions).map(([date, was]) => {
      const now = is.exceptions[date];
      if (was === 'deleted' || now === undefined || now === 'deleted') return [date, was];
      return [date, { ...was, ownResponse: now.ownResponse, showAs: now.showAs }];
    }),
  );
  return withFields(is, { ...before, exceptions, showAs: is.showAs }, EVENT_FIELDS);
}

function hasExceptions({ act, exchange }: Doing): boolean {
  const dates = [act.base, exchange].flatMap((event) => Object.keys(event?.exceptions ?? {}));
  return dates.length > 0;
}
