/**
 * Where Liferay versions and installations differ, or where only a running portal could tell: each is a switch,
 * so that a client can be run against either answer. The defaults are a self-hosted DXP of 2025; the versions that can
 * be chosen by name are in versions.ts.
 */
export type PortalGeneration = '6.2' | '7.1' | 'current';

export interface LiferaySwitches {
  /** Which method signatures exist: those of the 6.2 plugin, of 7.1 to 7.3, or of master 2025 (`CalendarBookingService`). */
  readonly generation: PortalGeneration;
  /** `PortalService.getBuildNumber`, published in every version (`ReleaseInfo`). */
  readonly buildNumber: number;
  /** `PortalService.getVersion`; null where there is no such method (6.2). */
  readonly version: string | null;
  /** OAuth 2 (`oauth2-provider`), which came with 7.1: without it there is nothing below `/o/oauth2/`. */
  readonly hasOAuth: boolean;
  /** `headless-admin-user`, which came with 7.2. */
  readonly hasHeadless: boolean;
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
  /**
   * Exceptions of 6.2 are answers with status 200 (`JSONWebServiceServiceAction`, `JSONAction`): the class with a message
   * beside it (6.2 GA2, `JSONFactoryImpl.serializeThrowable`), or the message alone, as earlier builds had it.
   */
  readonly errorStyle: 'statusAndError' | 'exceptionWith200' | 'exceptionAndMessageWith200';
  /** Whether the ServiceContext attribute `vEventUid` reaches `CalendarBookingLocalServiceImpl` over JSONWS. */
  readonly keepsUid: boolean;
  /** The column `vEventUid`. Without it (6.2) a row has its `uuid`, which the ServiceContext of an add may name. */
  readonly hasUidColumn: boolean;
  /** Columns `mvccVersion` (schema 4.1.0, Liferay 7.3). */
  readonly hasMvcc: boolean;
  /** Columns `ctCollectionId` (schema 4.2.0, Liferay 7.4). */
  readonly hasCtCollection: boolean;
  /** The column `timeZoneId` of Calendar. Without it (6.2) its zone is its user's, else the server's (`CalendarImpl`). */
  readonly calendarsTellZone: boolean;
  /**
   * Texts of an update: `merged` into the translations that stand there, or in place of them, and a title must be among
   * them (6.2: `CalendarBookingModelImpl.setTitleMap`, `CalendarBookingTitleException`).
   */
  readonly textsOnUpdate: 'merged' | 'replaced';
  /**
   * What approves a row: the workflow, or that its author owns the calendar's resource, and else the status that an
   * update names (6.2: `CalendarBookingApprovalWorkflowImpl`). There a row that somebody else makes is PENDING.
   */
  readonly approval: 'workflow' | 'resourceUser';
  /** On which days a series falls: those of the calendar's zone, or UTC's (6.2: `CalendarBookingIterator`). */
  readonly seriesDays: 'calendarZone' | 'utc';
  /** `BasicAuthHeaderSupportConfiguration.enabled`; false in Liferay SaaS. */
  readonly basicEnabled: boolean;
  /** DXP 2026 containers were seen to demand a CSRF token of Basic requests too (`MustHaveSessionCSRFToken`). */
  readonly basicNeedsCsrfToken: boolean;
  /** `json.servlet.hosts.allowed=N/A`, as `portal-liferay-online-config.properties` has it: 403 whoever asks what. */
  readonly servicesForbidden: boolean;
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
  buildNumber: 7413,
  version: '2025.Q1.14',
  hasOAuth: true,
  hasHeadless: true,
  contextName: 'calendar',
  longsAsStrings: true,
  datesAs: 'number',
  uidKey: 'VEventUid',
  serializeThrowable: true,
  errorStyle: 'statusAndError',
  keepsUid: true,
  hasUidColumn: true,
  hasMvcc: true,
  hasCtCollection: true,
  calendarsTellZone: true,
  textsOnUpdate: 'merged',
  approval: 'workflow',
  seriesDays: 'calendarZone',
  basicEnabled: true,
  basicNeedsCsrfToken: false,
  servicesForbidden: false,
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
