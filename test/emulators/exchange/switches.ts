/**
 * How the emulated server behaves where real servers differ, or where no source confirms what they do. Each
 * switch names its source. Tests of what is unconfirmed run with both positions.
 */

export const SERVER_VERSIONS = [
  'Exchange2007_SP1',
  'Exchange2010_SP2',
  'Exchange2013',
  'Exchange2016',
] as const;
export type ServerVersion = (typeof SERVER_VERSIONS)[number];

export interface ExchangeSwitches {
  /** Subject and Location become one line and lose blanks at their edges. Unconfirmed; off stores them as sent. */
  readonly normalisesSingleLines: boolean;
  /** "Exchange rewrites HTML on store": an HTML body comes back as a whole document of the server's making. */
  readonly rewritesHtml: boolean;
  /** A text body comes back with CRLF at line ends, however it was sent. Unconfirmed. */
  readonly bodyLinesEndInCrLf: boolean;
  /** The calendar assistant touches a new item once, at the next request (ews-managed-api issue 20). */
  readonly assistantTouchesNewItems: boolean;
  /** The UID of CreateItem is kept (settable since 2007 SP1; unconfirmed for each version). Off: a new one is made. */
  readonly keepsUidOnCreate: boolean;
  /**
   * How a move to Deleted Items shows in SyncFolderItems. Copy and delete gives the item a new id and a Delete;
   * a table in Microsoft Learn, "Deleting items by using EWS", says that it may show as an Update.
   */
  readonly moveToDeletedItems: 'delete' | 'update';
  /** A new pattern or start of a series drops its exceptions and deleted occurrences. Unconfirmed. */
  readonly patternChangeDropsExceptions: boolean;
  /**
   * The Start of a deleted occurrence that had been moved: where the pattern had put it, or where it was last (reported
   * by users of a PHP client). Unconfirmed.
   */
  readonly deletedStart: 'original' | 'last';
  /** What SyncFolderItems answers for a folder that is gone; both codes exist (Microsoft Learn, ResponseCode). */
  readonly syncOfDeletedFolder: 'ErrorSyncFolderNotFound' | 'ErrorFolderNotFound';
  /** SendOnlyToChanged mails only added and removed attendees (MS-OXWSMTGS R6200). Users report that all get mail. */
  readonly changedOnlyIsHonoured: boolean;
  /** The id of a meeting changes when its attendee responds (Microsoft Learn; seen, not guaranteed). */
  readonly responseChangesItemId: boolean;
  /** MyResponseType of an appointment without attendees. Both are seen. */
  readonly appointmentResponseType: 'Organizer' | 'Unknown';
  /** IsRecurring of a master: an Exchange 2019 CU15 answered false. */
  readonly masterIsRecurring: boolean;
  /** Suffix of StartDate and EndDate in a recurrence: an Exchange 2019 answered `2025-07-02Z`, samples show offsets. */
  readonly recurrenceDates: 'utc' | 'offset' | 'plain';
  /** Meeting mail to an address that has a mailbox here makes or changes the copy in that calendar. */
  readonly deliversMeetingMail: boolean;
  /** FindItem answers with UIDs. The schema lets it; unconfirmed for each version. */
  readonly findItemTellsUid: boolean;
  /** Items that a CalendarView may return before ErrorResultSetTooBig. */
  readonly calendarViewLimit: number;
  /** EWSFindCountLimit with a restriction: 250 since 2013 (Microsoft Learn, EWS throttling in Exchange). */
  readonly findLimitWithRestriction: number;
  /** EWSFindCountLimit without a restriction. */
  readonly findLimit: number;
}

export const DEFAULT_SWITCHES: ExchangeSwitches = {
  normalisesSingleLines: true,
  rewritesHtml: true,
  bodyLinesEndInCrLf: false,
  assistantTouchesNewItems: false,
  keepsUidOnCreate: true,
  moveToDeletedItems: 'delete',
  patternChangeDropsExceptions: true,
  deletedStart: 'original',
  syncOfDeletedFolder: 'ErrorSyncFolderNotFound',
  changedOnlyIsHonoured: false,
  responseChangesItemId: false,
  appointmentResponseType: 'Organizer',
  masterIsRecurring: false,
  recurrenceDates: 'utc',
  deliversMeetingMail: true,
  findItemTellsUid: true,
  calendarViewLimit: 1000,
  findLimitWithRestriction: 250,
  findLimit: 1000,
};

/** Every value of RequestServerVersion (EWS schema, ExchangeVersionType), oldest first. */
const KNOWN_VERSIONS = [
  'Exchange2007',
  'Exchange2007_SP1',
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2013',
  'Exchange2013_SP1',
  'Exchange2016',
];

/** A version's place in time; -1 for a name that no server knows. */
export function versionRank(name: string): number {
  return KNOWN_VERSIONS.indexOf(name);
}

/** Attributes of the ServerVersionInfo header, by the version that the server is. */
export const SERVER_VERSION_INFO: Readonly<Record<ServerVersion, string>> = {
  Exchange2007_SP1: 'MajorVersion="8" MinorVersion="1" MajorBuildNumber="240" MinorBuildNumber="5"',
  Exchange2010_SP2:
    'MajorVersion="14" MinorVersion="2" MajorBuildNumber="247" MinorBuildNumber="5" Version="Exchange2010_SP2"',
  Exchange2013:
    'MajorVersion="15" MinorVersion="0" MajorBuildNumber="1497" MinorBuildNumber="2" Version="V2_23"',
  Exchange2016:
    'MajorVersion="15" MinorVersion="2" MajorBuildNumber="1748" MinorBuildNumber="10" Version="V2017_07_11"',
};
