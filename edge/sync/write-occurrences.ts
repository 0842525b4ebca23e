/**
 * Writes of single occurrences in Exchange. A series and its occurrences share one version, so there is one write for
 * each series and request, bound to the version that the one before gave; many series go on side by side.
 */
import { Temporal } from 'temporal-polyfill';
import type { CalendarEvent, ChangedOccurrence, DateText, OccurrenceField } from '#core/event.ts';
import { differingFields, regularOccurrence, sameException, slotTime } from '#core/exceptions.ts';
import { failure } from '#core/failure.ts';
import { changedFields } from '#core/merge.ts';
import { exceptionDates } from '#core/merge-exceptions.ts';
import { startDate } from '#core/recurrence-dates.ts';
import { isAnswer, isAnswerable } from '#core/responses.ts';
import type {
  MailboxOccurrenceWrite,
  MailboxResponded,
  MailboxResponse,
} from '#exchange/mailbox-calendar.port.ts';
import { REASONS } from '#shared/reasons.ts';
import { type Doing, find, isUncertain } from './doing.ts';
import type { Engine } from './engine.ts';
import { invitationsFor, isOver } from './mail.ts';
import { type Sent, sendEach, sendInBatches } from './send.ts';
import type { Budget, PairingSession } from './slice.ts';
import { fail } from './work-item.ts';
import { readBack } from './write-items.ts';

interface Step {
  readonly date: DateText;
  readonly change: MailboxOccurrenceWrite['change'];
}

interface Job {
  readonly doing: Doing;
  /** As it was before the first step. */
  readonly series: CalendarEvent;
  readonly dates: readonly DateText[];
  readonly steps: Step[];
}

/** After the items were written and read back: brings their occurrences to what was agreed, and reads them back. */
export async function writeOccurrences(
  engine: Engine,
  pairing: PairingSession,
  doings: readonly Doing[],
  budget: Budget,
): Promise<void> {
  const jobs = doings.flatMap((doing): readonly Job[] => {
    const { work, pending, exchange, isPutAway } = doing;
    if (work.outcome !== null || pending.has('exchange') || isPutAway || !exchange) return [];
    const steps = stepsFor(doing);
    const dates = steps.map(({ date }) => date);
    return steps.length > 0 ? [{ doing, series: exchange, dates, steps }] : [];
  });
  if (jobs.length === 0) return;
  // Each round ends a step of every series or the series itself.
  for (let going = jobs; going.length > 0; going = jobs.filter(isGoing)) {
    if (!budget.mayWrite) break;
    await sendInBatches(going, pairing.mailbox.capabilities.writeBatch, budget, (part) =>
      writeOne(engine, pairing, part),
    );
  }
  // What time did not allow stays announced: the next slice finds out how far this one came.
  for (const { doing } of jobs.filter(isGoing)) doing.pending.add('exchange');
  await readBack(
    pairing,
    jobs.map(({ doing }) => doing),
    budget,
  );
  for (const job of jobs) keepEdits(job);
}

/**
 * A deletion answers no version: the one that it is read back with may be that of an edit that somebody made just then.
 * What differs beside the occurrences that we wrote is theirs, and looked at as such in the next batch.
 */
function keepEdits({ doing, series, dates }: Job): void {
  const { exchange } = doing;
  if (doing.work.outcome !== null || !exchange) return;
  const exceptions = { ...series.exceptions };
  for (const date of dates) {
    const is = exchange.exceptions[date];
    if (is === undefined) delete exceptions[date];
    else exceptions[date] = is;
  }
  const expected = { ...series, exceptions };
  if (changedFields('exchange', expected, exchange).length === 0) return;
  doing.exchange = expected;
  doing.exchangeDirty = true;
}

function isGoing({ doing, steps }: Job): boolean {
  return steps.length > 0 && doing.work.outcome === null;
}

async function writeOne(engine: Engine, pairing: PairingSession, part: readonly Job[]): Promise<void> {
  const { mailbox } = pairing;
  const answers = part.filter(({ series }) => isAnswerable(series));
  const edits = part.filter((job) => !answers.includes(job));
  took(
    await sendEach<Job, MailboxOccurrenceWrite, MailboxResponded>(
      edits,
      (job) => editOf(engine, job),
      (writes) => mailbox.writeOccurrences(writes),
    ),
  );
  took(
    await sendEach(
      answers,
      (job) => answerOf(engine, job),
      (responses) => mailbox.respond(responses),
    ),
  );
}

function editOf(engine: Engine, { doing, series, steps }: Job): MailboxOccurrenceWrite | null {
  const [step] = steps;
  const { exchangeId, exchangeVersion } = doing.work;
  if (!step || exchangeId === null || exchangeVersion === null) return null;
  const invitations = isPast(engine, series, step) ? 'none' : doing.work.mail;
  return { id: exchangeId, version: exchangeVersion, series, ...step, invitations };
}

/** An occurrence that was over before it was changed, and is after. */
function isPast(engine: Engine, series: CalendarEvent, { date, change }: Step): boolean {
  const times = [contentOn(series, date)?.time, change === 'deleted' ? undefined : change.content.time];
  const single = { ...series, recurrence: null, exceptions: {} };
  return isOver(
    engine,
    times.flatMap((time) => (time === undefined ? [] : [{ ...single, time }])),
  );
}

/** Of somebody else's meeting an occurrence is answered; one that was deleted in Liferay is declined. */
function answerOf(engine: Engine, { doing, series, steps }: Job): MailboxResponse | null {
  const [step] = steps;
  const { exchangeId, exchangeVersion } = doing.work;
  if (!step || exchangeId === null || exchangeVersion === null) return null;
  const { date, change } = step;
  const response = change === 'deleted' ? 'declined' : change.content.ownResponse;
  const time = change === 'deleted' ? slotTime(series, date) : change.content.time;
  if (!isAnswer(response) || time === null) return null;
  const invitations = invitationsFor(engine, { ...series, time, recurrence: null, exceptions: {} });
  const occurrence = { series, date };
  return { id: exchangeId, version: exchangeVersion, response, occurrence, invitations };
}

function took(sent: readonly (readonly [Job, Sent<MailboxResponded>])[]): void {
  for (const [{ doing, steps }, outcome] of sent) {
    const { work } = doing;
    const step = steps.shift();
    if (outcome.kind === 'written') work.exchangeVersion = outcome.version;
    else if (outcome.kind === 'gone') fail(work, failure('changedMeanwhile', 'The series is gone.'), true);
    else if (outcome.kind === 'unanswered') fail(work, outcome.failure, true);
    else if (outcome.kind === 'unsent') {
      doing.failure ??= failure('occurrenceRefused', `There is nothing to write on ${step?.date}.`);
    } else if (REASONS[outcome.failure.reason].retry === 'park') doing.failure ??= outcome.failure;
    else {
      // Its series was just made, or others of it were written before: what did happen is found out when it is planned
      // again.
      const isBegun = steps.length > 0 || find(doing, 'createExchange') !== undefined;
      fail(work, outcome.failure, isUncertain(outcome.failure.reason) || isBegun);
    }
  }
}

/** In an order in which no occurrence passes another on its way. */
function stepsFor(doing: Doing): Step[] {
  const target = find(doing, 'createExchange')?.event ?? find(doing, 'updateExchange')?.event;
  const is = doing.exchange;
  if (!target || !is || target.recurrence === null || is.recurrence === null) return [];
  const steps: Step[] = [];
  for (const date of exceptionDates(target, is)) {
    if (sameException(target.exceptions[date], is.exceptions[date])) continue;
    const step = stepFor(doing, target, is, date);
    if (step) steps.push(step);
  }
  return inOrder(steps, is);
}

/** Deletions make room for those that move. Of these, the last goes on first, and the first goes back first. */
function inOrder(steps: readonly Step[], is: CalendarEvent): Step[] {
  const deletions = steps.filter(({ change }) => change === 'deleted');
  const goOn = steps.filter(({ date, change }) => {
    const present = contentOn(is, date);
    if (change === 'deleted' || present === null) return false;
    return Temporal.PlainDate.compare(startDate(change.content.time), startDate(present.time)) > 0;
  });
  const others = steps.filter((step) => !deletions.includes(step) && !goOn.includes(step));
  return [...deletions, ...goOn.toReversed(), ...others];
}

function stepFor(doing: Doing, target: CalendarEvent, is: CalendarEvent, date: DateText): Step | null {
  if (target.exceptions[date] === 'deleted') return { date, change: 'deleted' };
  const wanted = contentOn(target, date);
  const present = contentOn(is, date);
  if (wanted === null) return null;
  if (present === null) {
    doing.failure ??= failure('occurrenceRefused', `The occurrence of ${date} is deleted in Exchange.`);
    return null;
  }
  const due = differingFields(present, wanted).filter(
    (field) =>
      (isAnswerable(is) ? field === 'ownResponse' : field !== 'ownResponse') &&
      !(field === 'description' && target.onlineMeeting) &&
      isDue(doing, field, date, present, wanted),
  );
  if (due.includes('ownResponse') && !isAnswer(wanted.ownResponse)) return null;
  return due.length > 0 ? { date, change: { content: wanted, fields: due } } : null;
}

/**
 * What stood there before our write of the series, and was left alone when both sides agreed, is left alone: only what
 * was agreed on anew, what has to be taken back, and what our own write did to it. What an answer to all of a series did
 * to an occurrence is right: its organiser would hear of another.
 */
function isDue(
  { work }: Doing,
  field: OccurrenceField,
  date: DateText,
  present: ChangedOccurrence,
  wanted: ChangedOccurrence,
): boolean {
  const { agreement, exchange } = work;
  const isResponse = field === 'ownResponse';
  if (!agreement || exchange.kind !== 'present' || (work.wiped && !isResponse)) return true;
  const before = contentOn(exchange.event, date);
  const base = contentOn(agreement.base, date);
  const seen = contentOn(agreement.seen.exchange, date);
  if (before === null || base === null || seen === null) return true;
  const differ = (a: ChangedOccurrence, b: ChangedOccurrence) => differingFields(a, b).includes(field);
  if (isResponse && !differ(before, wanted)) return false;
  return (differ(before, present) && !isResponse) || differ(base, wanted) || differ(seen, before);
}

/** Null: deleted, or the rule has no such date. */
function contentOn(event: CalendarEvent, date: DateText): ChangedOccurrence | null {
  const own = event.exceptions[date];
  return own === 'deleted' ? null : (own ?? regularOccurrence(event, date));
}
