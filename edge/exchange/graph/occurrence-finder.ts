/** Which occurrence of a series a date means, as the server knows it now. */

import { Temporal } from 'temporal-polyfill';
import * as v from 'valibot';
import type { CalendarEvent, DateText } from '#core/event.ts';
import { isSlot, slotTime } from '#core/exceptions.ts';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { dateInSeries } from '../item-dates.ts';
import { ZONE_PROPERTY } from '../own-properties.ts';
import { EventAnswer, Page } from './answers.ts';
import type { SubAnswer } from './batch.ts';
import { type GraphConversation, query } from './conversation.ts';
import { readInstant, readOffsetTime, readZone } from './event-time.ts';
import { ownProperty } from './extended.ts';
import { failureOf, OF_ITEM } from './failures.ts';
import type { ThereLook } from './lookup.ts';
import { cancelledDates, dateOfChanged } from './series-reader.ts';

/** An occurrence that is wanted: the series as it was looked at, and as it was planned on. */
export interface WantedOccurrence {
  readonly look: ThereLook;
  readonly series: CalendarEvent;
  readonly date: DateText;
}

export type FoundSlot =
  | { readonly kind: 'there'; readonly event: EventAnswer }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Around the start by the rule: a server reads the boundaries in UTC. */
const AROUND = { hours: 36 };

/** One for each, in order. Changed ones came with their series; those that are as the rule says have to be asked for. */
export async function findOccurrences(
  conversation: GraphConversation,
  wanted: readonly WantedOccurrence[],
): Promise<readonly FoundSlot[]> {
  const known = wanted.map(knownSlot);
  const asked = wanted.filter((_, index) => known[index] === null);
  const answers = await conversation.batch(
    asked.map((each) => ({ method: 'GET', path: instancesOf(conversation, each) })),
    OF_ITEM,
  );
  return wanted.map((each, index) => {
    const slot = known[index];
    return slot ?? slotIn(answers[asked.indexOf(each)], each);
  });
}

/** Null: it is as the rule says, or not there. */
function knownSlot({ look, series, date }: WantedOccurrence): FoundSlot | null {
  if (!isSlot(series, date)) return none(date);
  try {
    const zone = zoneOf(look);
    const changed = look.changed.find((each) => dateOfChanged(each, series, zone) === date);
    if (changed) return { kind: 'there', event: changed };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { kind: 'failed', failure: error.failure };
  }
  const cancelled = cancelledDates(look.event.cancelledOccurrences ?? [], series, zoneOf(look));
  return cancelled.includes(date) ? { kind: 'cancelled' } : null;
}

function instancesOf(conversation: GraphConversation, { look, series, date }: WantedOccurrence): string {
  const time = slotTime(series, date);
  const start =
    time?.kind === 'timed'
      ? Temporal.Instant.from(time.start)
      : Temporal.PlainDate.from(date).toZonedDateTime('UTC').toInstant();
  const options = query({
    startDateTime: start.subtract(AROUND).toString(),
    endDateTime: start.add(AROUND).toString(),
    $select: 'id,changeKey,type,originalStart,start,end,isAllDay,attendees,organizer,isOrganizer,isCancelled',
  });
  return `${conversation.event(look.event.id)}/instances${options}`;
}

function slotIn(answer: SubAnswer | undefined, { look, series, date }: WantedOccurrence): FoundSlot {
  if (answer?.kind !== 'done') {
    const why = answer ? failureOf(answer.refusal, OF_ITEM) : failure('badAnswer', 'no answer');
    return { kind: 'failed', failure: why };
  }
  const page = v.safeParse(Page, answer.body);
  if (!page.success) return { kind: 'failed', failure: failure('badAnswer', 'instances in another shape') };
  const zone = zoneOf(look);
  for (const each of page.output.value) {
    const parsed = v.safeParse(EventAnswer, each);
    if (!parsed.success) continue;
    const event = parsed.output;
    const at = event.originalStart
      ? readOffsetTime(event.originalStart, 'originalStart')
      : readInstant(event.start, 'start');
    if (dateInSeries(at, series.time.kind, zone) === date) return { kind: 'there', event };
  }
  return none(date);
}

function zoneOf({ event }: ThereLook) {
  return readZone(event, ownProperty(event, ZONE_PROPERTY) ?? '');
}

function none(date: DateText): FoundSlot {
  return {
    kind: 'failed',
    failure: failure('occurrenceRefused', `the series has no occurrence on ${date}`),
  };
}
