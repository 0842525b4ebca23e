/**
 * What is read of the answers of Microsoft Graph, as schemas: everything else in them is passed over, and nothing of
 * another shape goes on (Microsoft Learn, event, calendar and room resource types). Properties may be missing or null.
 */
import * as v from 'valibot';
import { failure, RemoteFailure } from '#core/failure.ts';

const text = v.nullish(v.string());
const flag = v.nullish(v.boolean());

const DateTimeTimeZone = v.object({ dateTime: v.string(), timeZone: text });
const EmailAddress = v.object({ name: text, address: text });
const Recipient = v.object({ emailAddress: v.nullish(EmailAddress) });
const Attendee = v.object({
  type: text,
  status: v.nullish(v.object({ response: text })),
  emailAddress: v.nullish(EmailAddress),
});
const Pattern = v.object({
  type: text,
  interval: v.nullish(v.number()),
  month: v.nullish(v.number()),
  dayOfMonth: v.nullish(v.number()),
  daysOfWeek: v.nullish(v.array(v.string())),
  firstDayOfWeek: text,
  index: text,
});
const Range = v.object({
  type: text,
  startDate: text,
  endDate: text,
  numberOfOccurrences: v.nullish(v.number()),
  recurrenceTimeZone: text,
});
const Recurrence = v.object({ pattern: Pattern, range: Range });
const ExtendedProperty = v.object({ id: v.string(), value: text });

const entries = {
  id: v.pipe(v.string(), v.nonEmpty()),
  '@odata.etag': text,
  changeKey: text,
  'calendar@odata.navigationLink': text,
  'calendar@odata.associationLink': text,
  type: text,
  transactionId: text,
  seriesMasterId: text,
  /** Neither is in the table of properties of v1.0; both are in its examples ("Get event", example 3). */
  occurrenceId: text,
  uid: text,
  iCalUId: text,
  originalStart: text,
  originalStartTimeZone: text,
  subject: text,
  body: v.nullish(v.object({ contentType: text, content: text })),
  start: v.nullish(DateTimeTimeZone),
  end: v.nullish(DateTimeTimeZone),
  isAllDay: flag,
  location: v.nullish(v.object({ displayName: text })),
  recurrence: v.nullish(Recurrence),
  showAs: text,
  sensitivity: text,
  isReminderOn: flag,
  reminderMinutesBeforeStart: v.nullish(v.number()),
  categories: v.nullish(v.array(v.string())),
  attendees: v.nullish(v.array(Attendee)),
  organizer: v.nullish(Recipient),
  isOrganizer: flag,
  responseStatus: v.nullish(v.object({ response: text })),
  isCancelled: flag,
  isDraft: flag,
  isOnlineMeeting: flag,
  onlineMeeting: v.nullish(v.object({ joinUrl: text })),
  onlineMeetingUrl: text,
  createdDateTime: text,
  singleValueExtendedProperties: v.nullish(v.array(ExtendedProperty)),
  cancelledOccurrences: v.nullish(v.array(v.string())),
  exceptionOccurrences: v.nullish(v.array(v.unknown())),
  'exceptionOccurrences@odata.nextLink': text,
};

/** An event: a single one, a series, or one occurrence of a series. */
export const EventAnswer = v.object(entries);
export type EventAnswer = v.InferOutput<typeof EventAnswer>;
export type AttendeeAnswer = v.InferOutput<typeof Attendee>;
export type RecurrenceAnswer = v.InferOutput<typeof Recurrence>;
export type TimeAnswer = v.InferOutput<typeof DateTimeTimeZone>;

/** One entry of a delta: an event of which little is told, or one that left the set (`@removed`). */
export const DeltaEntry = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  '@odata.etag': text,
  changeKey: text,
  type: text,
  seriesMasterId: text,
  '@removed': v.nullish(v.object({ reason: text })),
});
export type DeltaEntry = v.InferOutput<typeof DeltaEntry>;

/** A page of a collection. */
export const Page = v.object({
  value: v.array(v.unknown()),
  '@odata.nextLink': text,
  '@odata.deltaLink': text,
});
export type Page = v.InferOutput<typeof Page>;

export const CalendarAnswer = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: text,
  isDefaultCalendar: flag,
  canEdit: flag,
});

export const PlaceAnswer = v.object({ displayName: text, emailAddress: text });

/** Microsoft Learn, subscription resource type. */
export const SubscriptionAnswer = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  resource: text,
  notificationUrl: text,
  expirationDateTime: text,
});

/** Microsoft Learn, "JSON batching". */
export const BatchAnswer = v.object({
  responses: v.array(
    v.object({
      id: v.string(),
      status: v.pipe(v.number(), v.integer()),
      headers: v.nullish(v.record(v.string(), v.unknown())),
      body: v.optional(v.unknown()),
    }),
  ),
});

export const TranslatedIds = v.object({
  value: v.array(v.object({ sourceId: text, targetId: text, errorDetails: v.optional(v.unknown()) })),
});

/** The answer in this shape. Rejects with `badAnswer` any other. */
export function shaped<S extends v.GenericSchema>(schema: S, answer: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, answer, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue) ?? 'the whole';
  throw new RemoteFailure(failure('badAnswer', `an answer in another shape: ${where}`));
}

/** The version of an event: its entity tag, which is made of its change key (seen in all examples of the pages). */
export function tagOf(event: Pick<EventAnswer, '@odata.etag' | 'changeKey'>): string {
  const tag = event['@odata.etag'] ?? '';
  return tag === '' && event.changeKey ? `W/"${event.changeKey}"` : tag;
}
