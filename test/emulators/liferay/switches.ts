/**
 * Where Liferay versions and installations differ, or where only a running portal could tell: each is a switch,
 * so that a client can be run against either answer. The defaults are a self-hosted DXP of 2025.
 */
export type PortalGeneration = '6.2' | '7.1' | 'current';

export interface LiferaySwitches {
  /** Which method signatures exist: the 6.2 plugin (late builds), 7.1, or master 2025 (`CalendarBookingService`). */
  readonly generation: PortalGeneration;
  /** JSONWS context: `json.web.service.context.name=calendar` in 7.x, the plugin's name `calendar-portlet` in 6.2. */
  readonly contextName: 'calendar' | 'calendar-portlet';
  /** 7.x serialises Java longs with `LongToStringTypeJSONSerializer`; 6.2 (flexjson) writes numbers. */
  readonly longsAsStrings: boolean;
  /** `java.util.Date` leaves jodd as epoch milliseconds; whether quoted in 7.x is not confirmed. */
  readonly datesAs: 'number' | 'string';
  /** The bean property of `getVEventUid()`; its spelling in JSON is not confirmed. */
  readonly uidKey: 'VEventUid' | 'vEventUid';
  /** `json.service.serialize.throwable`: false answers errors with the body `{}` (production default, inferred). */
  readonly serializeThrowable: boolean;
  /** 6.2 answers `{"exception": "…"}`; with which status is not confirmed, 200 is the nastier of the two. */
  readonly errorStyle: 'statusAndError' | 'exceptionWith200';
  /** Whether the ServiceContext attribute `vEventUid` reaches `CalendarBookingLocalServiceImpl` over JSONWS. */
  readonly keepsUid: boolean;
  /** Columns `mvccVersion` (schema 4.1.0, Liferay 7.3). */
  readonly hasMvcc: boolean;
  /** `BasicAuthHeaderSupportConfiguration.enabled`; false in Liferay SaaS. */
  readonly basicEnabled: boolean;
  /** DXP 2026 containers were seen to demand a CSRF token of Basic requests too (`MustHaveSessionCSRFToken`). */
  readonly basicNeedsCsrfToken: boolean;
  /** Wrong or disabled credentials are not refused: the request runs as Guest. */
  readonly silentGuest: boolean;
  /** Guests have VIEW on calendars (`resource-actions/default.xml`, guest defaults of Calendar). */
  readonly guestsViewCalendars: boolean;
  /** The site's Recycle Bin: it decides what "delete" in Liferay's own pages does, the services do not ask. */
  readonly recycleBin: boolean;
  /** `jsonws.web.service.strict.http.method`: `get*`, `is*`, `has*` by GET only, the rest by POST only. */
  readonly strictHttpMethod: boolean;
  /** `hasExclusiveCalendarBooking`: an invitee's row starts DENIED where another approved or pending one overlaps. */
  readonly overlapDenies: boolean;
  /**
   * `_updateChildCalendarBookings` leaves DENIED children out of its map and so adds them again, which breaks the
   * unique key (calendarId, parentCalendarBookingId). True: the whole update fails so; false: they stay as they are.
   */
  readonly deniedChildReAdd: boolean;
  /** LPS-88882: children keep their ids when the organiser updates; before, they were deleted and made anew. */
  readonly childrenOnUpdate: 'kept' | 'recreated';
  /** `invokeTransition` to PENDING on a row without organiser: not confirmed. `ignored` answers 200 and does nothing. */
  readonly statusPendingOnStandAlone: 'accepted' | 'rejected' | 'ignored';
  /** Restore starts the workflow again with a fresh ServiceContext; by code path that approves the row. */
  readonly restoreApproves: boolean;
  /** A workflow definition for CalendarBooking: published rows wait as PENDING instead of being approved. */
  readonly workflowDefinition: boolean;
  /** `add` and `update` return the object as it was before the workflow approved it: status DRAFT, older version. */
  readonly writesReturn: 'rowBeforeWorkflow' | 'rowAfterWorkflow';
  /** `_sanitize` strips patterns; with LPD-11235 AntiSamy rewrites the markup as well. */
  readonly sanitizer: 'patterns' | 'antiSamy';
  /** LPS-45506: 6.2 left `modifiedDate` alone when an occurrence was removed. */
  readonly instanceDeletionTouchesModifiedDate: boolean;
  /** `OAuth2AuthorizationServerConfiguration.issueJWTAccessToken`; false: opaque tokens, introspection only. */
  readonly issueJwtAccessToken: boolean;
  /** How long an access token lives (`DefaultBearerTokenProvider`). */
  readonly accessTokenSeconds: number;
}

export const DEFAULT_SWITCHES: LiferaySwitches = {
  generation: 'current',
  contextName: 'calendar',
  longsAsStrings: true,
  datesAs: 'number',
  uidKey: 'VEventUid',
  serializeThrowable: true,
  errorStyle: 'statusAndError',
  keepsUid: true,
  hasMvcc: true,
  basicEnabled: true,
  basicNeedsCsrfToken: false,
  silentGuest: false,
  guestsViewCalendars: true,
  recycleBin: true,
  strictHttpMethod: false,
  overlapDenies: true,
  deniedChildReAdd: false,
  childrenOnUpdate: 'kept',
  statusPendingOnStandAlone: 'accepted',
  restoreApproves: false,
  workflowDefinition: false,
  writesReturn: 'rowBeforeWorkflow',
  sanitizer: 'patterns',
  instanceDeletionTouchesModifiedDate: true,
  issueJwtAccessToken: true,
  accessTokenSeconds: 600,
};

/** Liferay 6.2 with the calendar plugin, as far as its source tells. */
export const SIX_TWO: Partial<LiferaySwitches> = {
  generation: '6.2',
  contextName: 'calendar-portlet',
  longsAsStrings: false,
  uidKey: 'vEventUid',
  errorStyle: 'exceptionWith200',
  hasMvcc: false,
  childrenOnUpdate: 'recreated',
  instanceDeletionTouchesModifiedDate: false,
};

/** Liferay 7.1: no row version, older signatures, errors without a body as in production. */
export const SEVEN_ONE: Partial<LiferaySwitches> = {
  generation: '7.1',
  hasMvcc: false,
  serializeThrowable: false,
};
