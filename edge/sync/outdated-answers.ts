/**
 * An answer is one to the time that its row showed. When the organiser moves a meeting Exchange forgets what was said to
 * it and asks anew: an answer that was given in Liferay before the new time came there says nothing of that, whether
 * nobody has said it yet or an older backup does not know that it was said.
 */
import type { CalendarEvent, EventTime } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { sameField } from '#core/merge.ts';
import { sameInstants } from '#core/occurrences.ts';
import { seriesTime } from '#core/row-dates.ts';
import type { WorkItem } from './work-item.ts';

const SHOWN_FIELDS = ['title', 'description', 'location', 'when'] as const;

/** @param shown when the row has the meeting, or the first of a series */
export function isAnswerOutdated(
  { agreement, exchange }: Pick<WorkItem, 'agreement' | 'exchange'>,
  shown: EventTime,
): boolean {
  if (agreement === null || exchange.kind !== 'present') return false;
  const is = exchange.event;
  const time = seriesTime(is);
  const isMoved = !sameInstants(seriesTime(agreement.seen.exchange), time);
  return is.ownResponse === 'pending' && isMoved && !sameInstants(shown, time);
}

/** What rows that nobody but we keep in step say together, but for answers that nobody gave to what the copy is now. */
export function withoutOutdated(work: WorkItem, event: CalendarEvent): CalendarEvent {
  const { agreement } = work;
  if (agreement === null) return event;
  if (!isAnswerOutdated(work, seriesTime(event)) && !isWrittenSince(work, event)) return event;
  return { ...event, ownResponse: agreement.seen.liferay.ownResponse };
}

/**
 * Whether the rows show already what the organiser changed since both sides agreed: we wrote that, and an older backup
 * does not know it. With it they got their status from us, of a copy that asks perhaps the Maybe that stands for no answer.
 */
function isWrittenSince(
  { agreement, exchange, intent }: Pick<WorkItem, 'agreement' | 'exchange' | 'intent'>,
  event: CalendarEvent,
): boolean {
  if (agreement === null || intent !== null || exchange.kind !== 'present') return false;
  if (exchange.event.ownResponse !== 'pending') return false;
  const view = liferayView(exchange.event);
  const { seen } = agreement;
  return SHOWN_FIELDS.some(
    (field) =>
      !sameField('exchange', field, seen.exchange, exchange.event) &&
      !sameField('liferay', field, seen.liferay, event) &&
      sameField('liferay', field, view, event),
  );
}
