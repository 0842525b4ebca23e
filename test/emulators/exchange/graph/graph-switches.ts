/**
 * How the Graph face behaves where Microsoft's pages leave it open, or where servers were seen to do otherwise. Each
 * switch names its source; tests of what is unconfirmed run with both positions.
 */

export interface GraphSwitches {
  /** If-Match on PATCH and DELETE of an event is honoured (412). The pages of event do not mention it; unconfirmed. */
  readonly honoursIfMatch: boolean;
  /**
   * What a repeated POST with the same transactionId answers. The event resource says that the service "avoids redundant
   * POST operations", and not how it answers. Clients of others expect ErrorDuplicateTransactionId: with 400 and the id of
   * the event that is there (`refused`), or with 409 (`conflict`). Or it is that event, or one more. Unconfirmed.
   */
  readonly repeatedTransaction: 'refused' | 'conflict' | 'existing' | 'duplicate';
  /** An immutable id in a URL needs the Prefer header on that request, which the page says. Unconfirmed what happens else. */
  readonly immutableIdsNeedHeader: boolean;
  /**
   * The time of an all-day event in another zone than its own: midnight there too, or the instant of its own midnight.
   * Both are reported.
   */
  readonly allDayTimes: 'floating' | 'instant';
  /** Whose date stands in `OID.….yyyy-MM-dd`. Not documented. */
  readonly occurrenceDates: 'series' | 'utc';
  /** $select of a master holds for its expanded exceptionOccurrences too, as in the sample of "Get event". Unconfirmed. */
  readonly selectsInExceptions: boolean;
  /** A recurrence whose range does not start on the event's day is refused; off: the event moves to the range. Unconfirmed. */
  readonly refusesOtherStartDate: boolean;
  /** calendars/{id}/events/delta answers in v1.0. The pages know it in beta only; Evolution ships with it. */
  readonly eventsDelta: boolean;
  /** It tells exceptions beside singles and masters. Unconfirmed. */
  readonly eventsDeltaHasExceptions: boolean;
  /**
   * calendarView/delta as the page has it, occurrences and exceptions with all properties; or as it is seen: masters too,
   * of occurrences no more than id, times, type and seriesMasterId (microsoft-graph-docs issues 1716, 7632, 22197), and no
   * series on two pages (pull request 4501).
   */
  readonly viewDelta: 'documented' | 'seen';
  /**
   * A deleted occurrence gives its master a new changeKey and lastModifiedDateTime. Unconfirmed; off, nothing but a
   * reading of the master tells it.
   */
  readonly deletedOccurrenceTouchesMaster: boolean;
  /** $filter by an extended property works below /calendars/{id}/events too. Unconfirmed; off: 400. */
  readonly filtersExtendedInCalendars: boolean;
  /** An event in Deleted Items is found by its id, outside of any calendar. Unconfirmed. */
  readonly findsDeletedItems: boolean;
  /** An attendee who deletes their copy declines. The page of DELETE speaks of the organiser only. */
  readonly attendeeDeleteDeclines: boolean;
  /** The organiser stands among the attendees of a copy, as in payloads of rooms. */
  readonly organizerAmongAttendees: boolean;
  /** One more update for each changed instance of a series that is updated (Update event; Microsoft Q&A 499823). */
  readonly mailsEachException: boolean;
  /** More than four requests of one mailbox in a batch: the others wait, or are answered 429 (third-party report). */
  readonly batchOverflow: 'waits' | 'throttled';
  /** Entities of a page where the request names no size ("List events": 10). */
  readonly pageSize: number;
  /** How long a delta token lives. */
  readonly deltaTokenDays: number;
  /** Change notifications that arrive twice, not at all, or by so many milliseconds too late: each so-manieth, 0 none. */
  readonly duplicatesEach: number;
  readonly losesEach: number;
  readonly notificationDelayMs: number;
}

export const DEFAULT_GRAPH_SWITCHES: GraphSwitches = {
  honoursIfMatch: true,
  repeatedTransaction: 'refused',
  immutableIdsNeedHeader: true,
  allDayTimes: 'floating',
  occurrenceDates: 'series',
  selectsInExceptions: true,
  refusesOtherStartDate: true,
  eventsDelta: true,
  eventsDeltaHasExceptions: false,
  viewDelta: 'documented',
  deletedOccurrenceTouchesMaster: true,
  filtersExtendedInCalendars: true,
  findsDeletedItems: true,
  attendeeDeleteDeclines: false,
  organizerAmongAttendees: false,
  mailsEachException: true,
  batchOverflow: 'waits',
  pageSize: 10,
  deltaTokenDays: 7,
  duplicatesEach: 0,
  losesEach: 0,
  notificationDelayMs: 0,
};
