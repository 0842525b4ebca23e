/**
 * The contract between the elements in the browser and the edge service: valibot schemas and the types they give.
 * All times are epoch milliseconds. Failures are RFC 9457 problem details with a `reason` from a closed list.
 */
import * as v from 'valibot';
import { DETAILS } from './details.ts';
import { EVENT_FIELDS } from './event-fields.ts';

export const Direction = v.picklist(['both', 'toLiferay']);
export type Direction = v.InferOutput<typeof Direction>;

/** Whose version of a field counts where both sides changed it. */
export const Policy = v.picklist(['exchange', 'liferay']);
export type Policy = v.InferOutput<typeof Policy>;

/** How much of an event of the mailbox the Liferay calendar shows: everything; title and time; or the time only. */
export const Details = v.picklist(DETAILS);
export type Details = v.InferOutput<typeof Details>;

export const Side = v.picklist(['exchange', 'liferay']);
export type Side = v.InferOutput<typeof Side>;

/** The longest window of a pairing, each way, in days. */
export const WINDOW_LIMIT_DAYS = 3_650;

function days(least: number) {
  const message = `a whole number of days from ${least} to ${WINDOW_LIMIT_DAYS} is expected`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(WINDOW_LIMIT_DAYS, message),
  );
}

/** Opaque: of a pairing, an event, a calendar. */
export const Id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1024));

/** Names the entry after which a list goes on, as `next` of the part before gave it; null: the list is at its end. */
export const Next = v.nullable(v.string());

/** GET /api/me — who is signed in, their mailbox, and whether they may pair it. */
export const Me = v.object({
  userId: v.string(),
  /** As people know them, `Ada Lovelace`. */
  name: v.string(),
  emailAddress: v.string(),
  /** The mailbox that counts as theirs; null when the domain's rule does not accept their address. */
  mailbox: v.nullable(v.string()),
  /** A reason from API_REASONS when `mailbox` is null. */
  mailboxReason: v.nullable(v.string()),
  /** The window of a new pairing where nobody says otherwise. */
  usualWindow: v.object({ pastDays: v.number(), futureDays: v.number() }),
  /** `portal`: all Exchange domains, and may create some; `domains`: at least one; null: none. */
  administers: v.nullable(v.picklist(['portal', 'domains'])),
});
export type Me = v.InferOutput<typeof Me>;

/** GET /api/exchange-calendars — calendar folders of the signed-in user's own mailbox. */
export const ExchangeCalendar = v.object({
  id: v.string(),
  name: v.string(),
  isDefault: v.boolean(),
  canWrite: v.boolean(),
  /** The pairing that it is in, if any. */
  pairingId: v.nullable(v.string()),
});
export type ExchangeCalendar = v.InferOutput<typeof ExchangeCalendar>;
export const ExchangeCalendars = v.object({ calendars: v.array(ExchangeCalendar) });

/** GET /api/liferay-calendars — calendars that the signed-in user may manage, by the user's own token. */
export const LiferayCalendar = v.object({
  id: v.string(),
  name: v.string(),
  zone: v.string(),
  isDefault: v.boolean(),
  ownerKind: v.picklist(['user', 'site', 'resource']),
  pairingId: v.nullable(v.string()),
});
export type LiferayCalendar = v.InferOutput<typeof LiferayCalendar>;
export const LiferayCalendars = v.object({ calendars: v.array(LiferayCalendar) });

/** POST /api/liferay-calendars — makes the signed-in user's own calendar where there is none; answers LiferayCalendar. */
export const NewLiferayCalendar = v.object({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(75)),
  zone: v.pipe(v.string(), v.nonEmpty(), v.maxLength(64)),
});
export type NewLiferayCalendar = v.InferOutput<typeof NewLiferayCalendar>;

const options = {
  policy: v.exactOptional(Policy),
  /**
   * What becomes of a Liferay row whose event was deleted in Exchange: true moves it to the site's Recycle Bin, from
   * which it can be restored; false deletes it for good.
   */
  recycleBin: v.exactOptional(v.boolean()),
  /**
   * What is not shown cannot be edited in Liferay either. What people make there goes to Exchange with its texts, and
   * keeps them in Liferay. Another level shows every copy anew with the next run.
   */
  details: v.exactOptional(Details),
  /** Shows private and confidential events as the others; without it nothing but their time. */
  showPrivate: v.exactOptional(v.boolean()),
  /** With details `full`: who is invited to a meeting, and what they answered, is listed under its description. */
  participants: v.exactOptional(v.boolean()),
  /** Events that ended earlier are not copied. */
  windowPastDays: v.exactOptional(days(0)),
  /** Events that begin later are copied when the passage of time brings them in. */
  windowFutureDays: v.exactOptional(days(1)),
};

/**
 * POST /api/pairings. What is left out: Exchange wins, deleted for good, all details but of private events, no list of
 * participants, the window of the service's settings, and no preview. With `preview` nothing is written to either side
 * before POST /api/pairings/:id/start.
 */
export const NewPairing = v.object({
  exchangeCalendarId: Id,
  liferayCalendarId: Id,
  direction: Direction,
  preview: v.exactOptional(v.boolean()),
  ...options,
});
export type NewPairing = v.InferOutput<typeof NewPairing>;

/** GET /api/sites — sites that the signed-in user administers and that have mailboxes to pair. */
export const Sites = v.object({
  sites: v.array(
    v.object({
      id: v.string(),
      /** Null where Liferay does not tell it: to the portal's administrators it does so of their own sites only. */
      name: v.nullable(v.string()),
    }),
  ),
});

/**
 * GET /api/sites/:siteId/mailboxes — mailboxes, of rooms and the like, that are released for the site. Those that fit a
 * pattern (`*` for any letters) are released too, and have to be named by who wants one.
 */
export const SiteMailboxes = v.object({
  mailboxes: v.array(
    v.object({
      address: v.string(),
      /** As the room list of the server has it; null where none does. */
      name: v.nullable(v.string()),
      /** Why it is released: by its address, or with this room list. */
      roomList: v.nullable(v.string()),
    }),
  ),
  patterns: v.array(v.string()),
});
export type SiteMailboxes = v.InferOutput<typeof SiteMailboxes>;

/**
 * POST /api/sites/:siteId/liferay-calendars — makes a resource of the site with its calendar, by the user's own rights,
 * named after the room list's name for the mailbox, else after the address. One of that name that is there is answered.
 */
export const NewSiteCalendar = v.object({
  mailbox: Id,
  zone: v.pipe(v.string(), v.nonEmpty(), v.maxLength(64)),
});
export type NewSiteCalendar = v.InferOutput<typeof NewSiteCalendar>;

/**
 * POST /api/sites/:siteId/pairings — as POST /api/pairings, but a site has to say which of its mailboxes is meant, and
 * what is left out of `details` shows when it is busy and no more.
 */
export const NewSitePairing = v.object({ ...NewPairing.entries, mailbox: Id });
export type NewSitePairing = v.InferOutput<typeof NewSitePairing>;

/**
 * PATCH /api/pairings/:id; what is left out stays. `paused`: nothing is read or written until it is false again, also a
 * first sync stops where it is; what was done by then stays. Another direction has both sides observed whole again before anything
 * is written, and nothing is deleted by that. A wider window brings its events in with the next run; a narrower one
 * takes nothing away: what is linked stays linked.
 */
export const PairingPatch = v.object({
  direction: v.exactOptional(Direction),
  paused: v.exactOptional(v.boolean()),
  ...options,
});
export type PairingPatch = v.InferOutput<typeof PairingPatch>;

/** An item that was set aside. */
export const Problem = v.object({
  linkId: v.string(),
  /** Null for private events and where it is not known. */
  title: v.nullable(v.string()),
  /** Key of REASONS. */
  reason: v.string(),
  detail: v.nullable(v.string()),
  /** When it was set aside; null where the history does not, or no longer, say so. */
  since: v.nullable(v.number()),
});
export type Problem = v.InferOutput<typeof Problem>;

/** GET /api/pairings/:id/problems?after= — all items that were set aside. */
export const Problems = v.object({ problems: v.array(Problem), next: Next });
export type Problems = v.InferOutput<typeof Problems>;

/** GET /api/pairings, GET /api/pairings/:id, and what POST and PATCH answer. */
export const Pairing = v.object({
  id: v.string(),
  exchangeCalendarName: v.string(),
  liferayCalendarName: v.string(),
  exchangeCalendarId: v.string(),
  liferayCalendarId: v.string(),
  mailbox: v.string(),
  direction: Direction,
  policy: Policy,
  recycleBin: v.boolean(),
  details: Details,
  showPrivate: v.boolean(),
  participants: v.boolean(),
  windowPastDays: v.number(),
  windowFutureDays: v.number(),
  /** Nothing is written to either side yet; see GET …/preview. */
  preview: v.boolean(),
  /** Its owner paused it. Then `status` is `paused`, and there is no reason. */
  paused: v.boolean(),
  /**
   * `starting`: no run yet. `firstSync`: progress counts. `inStep`: the last run left nothing to do. `working`:
   * changes are on their way. `paused`: stopped with a reason until a person or a later check clears it.
   * `waiting`: the last run failed, tried again at `nextRunAt`. `preview`: nothing is written before it is started.
   * `unpairing`: nothing is copied any more, and copies are removed; progress counts these.
   */
  status: v.picklist([
    'starting',
    'firstSync',
    'inStep',
    'working',
    'waiting',
    'paused',
    'preview',
    'unpairing',
  ]),
  /** Key of REASONS when paused or waiting. */
  reason: v.nullable(v.string()),
  reasonDetail: v.nullable(v.string()),
  /** Events known so far, and how many of them are done (in step, outside the window, or set aside). */
  progress: v.object({ done: v.number(), total: v.number() }),
  intervalSeconds: v.number(),
  lastRunAt: v.nullable(v.number()),
  nextRunAt: v.number(),
  /** The last run that did something. */
  lastResult: v.nullable(
    v.object({
      at: v.number(),
      created: v.number(),
      updated: v.number(),
      deleted: v.number(),
      failed: v.number(),
      reason: v.nullable(v.string()),
    }),
  ),
  /** Items set aside (`parked`, of which `first` are the first) and changes that wait for a person (`held`). */
  problems: v.object({ parked: v.number(), held: v.number(), first: v.array(Problem) }),
});
export type Pairing = v.InferOutput<typeof Pairing>;

/**
 * GET /api/pairings. `version` names the pairings as they are, `now` apart: with `If-None-Match: "<version>"` the answer is
 * 304 while they stay so. It is also the ETag, which a page behind Liferay's OAuth 2 client does not see.
 */
export const Pairings = v.object({ pairings: v.array(Pairing), now: v.number(), version: v.string() });

/** GET /service/pairings?after= — all pairings, oldest first. For the bearer of the service key. */
export const ServicePairings = v.object({ pairings: v.array(Pairing), next: Next, now: v.number() });
export type ServicePairings = v.InferOutput<typeof ServicePairings>;

/**
 * POST /service/pairings — for the bearer of the service key, who names the mailbox. A Liferay calendar and a calendar of
 * the mailbox are named by id, or by a name that only one has; the mailbox's own calendar where none is named. With
 * `site`, only what belongs to that site. What is left out is as for POST /api/pairings, and both ways.
 */
export const NewServicePairing = v.object({
  mailbox: Id,
  liferayCalendar: Id,
  exchangeCalendar: v.exactOptional(Id),
  site: v.exactOptional(Id),
  direction: v.exactOptional(Direction),
  preview: v.exactOptional(v.boolean()),
  ...options,
});
export type NewServicePairing = v.InferOutput<typeof NewServicePairing>;

/** GET /service/portal — what the service knows of its portal; null where it has not learnt it yet. */
export const Portal = v.object({
  url: v.string(),
  /** As the portal calls itself; null too where it does not say. */
  version: v.nullable(v.string()),
  /** Where its calendar services are: `calendar`, or `calendar-portlet` in 6.2. */
  services: v.nullable(v.string()),
  rowVersions: v.nullable(v.boolean()),
  keepsUids: v.nullable(v.boolean()),
  learntAt: v.nullable(v.number()),
});
export type Portal = v.InferOutput<typeof Portal>;

/**
 * A change that the mass-change guard holds back: too many events of the calendar would have been deleted, or changed
 * in the same field, within a day.
 */
export const HeldChange = v.object({
  linkId: v.string(),
  kind: v.picklist(['delete', 'change']),
  /** The side that would be written: people changed or deleted the event on the other one. */
  side: Side,
  /** Null for private events. */
  title: v.nullable(v.string()),
  since: v.number(),
  /** `approved`, `rejected`: decided on, and carried out by the run that is due. */
  decision: v.picklist(['waiting', 'approved', 'rejected']),
});
export type HeldChange = v.InferOutput<typeof HeldChange>;

/** GET /api/pairings/:id/held?after= — longest held first. What has been carried out is not here any more. */
export const HeldChanges = v.object({ held: v.array(HeldChange), next: Next, now: v.number() });
export type HeldChanges = v.InferOutput<typeof HeldChanges>;

/** Held changes that one decision may name. */
export const HELD_DECISION_LIMIT = 200;

/**
 * POST /api/pairings/:id/held
 * - `approve`: the change is carried out on `side`, as if it had never been held.
 * - `reject`: the other side, where people changed or deleted the event, gets back what it had.
 *
 * `which` names changes as they were shown, so that nobody approves a deletion whom a change was shown; or takes all
 * that were held at a moment (`now` of the list that the person saw), so that what was held since still waits.
 * A decision is final. The same one again does nothing.
 */
export const HeldDecision = v.object({
  decision: v.picklist(['approve', 'reject']),
  which: v.union([
    v.pipe(
      v.array(v.object({ linkId: Id, kind: HeldChange.entries.kind, side: Side })),
      v.minLength(1),
      v.maxLength(HELD_DECISION_LIMIT),
    ),
    v.object({ heldUntil: v.number() }),
  ]),
});
export type HeldDecision = v.InferOutput<typeof HeldDecision>;

/**
 * What POST /api/pairings/:id/held answers, 202: how many changes this request decided on, and when they are carried
 * out. Those that were decided on before, or are not held any more as they were named, do not count.
 */
export const HeldDecided = v.object({ decided: v.number(), nextRunAt: v.number() });

/**
 * - `link`: it is on both sides already; `fields` are those that would be changed.
 * - `create…`, `update…`, `delete…`: what would be done on that side.
 * - `leaveAlone`: stays Liferay's own. `outside`: not in the window, so not copied.
 * - `held`: waits for a person; see GET …/held. `setAside`: with its reason, such as `ambiguousMatch`.
 */
export const PROPOSAL_KINDS = [
  'link',
  'createExchange',
  'createLiferay',
  'updateExchange',
  'updateLiferay',
  'deleteExchange',
  'deleteLiferay',
  'leaveAlone',
  'outside',
  'held',
  'setAside',
] as const;

const fields = v.array(v.picklist(EVENT_FIELDS));

/** What the sync would do with an event if the pairing were started now. */
export const Proposal = v.object({
  linkId: v.string(),
  kind: v.picklist(PROPOSAL_KINDS),
  /** Null for private events and where it is not known. */
  title: v.nullable(v.string()),
  /** When it begins first; all-day: midnight UTC of its first day. Null where it is not known. */
  start: v.nullable(v.number()),
  allDay: v.boolean(),
  fields: v.object({ exchange: fields, liferay: fields }),
  /** Addresses that Exchange would invite to this meeting if the pairing were started with `send`; mostly none. */
  invitees: v.array(v.string()),
  /** Key of REASONS; null where nothing is in the way. */
  reason: v.nullable(v.string()),
  detail: v.nullable(v.string()),
});
export type Proposal = v.InferOutput<typeof Proposal>;

/**
 * Meetings that were found in Liferay, are not over, and are not in Exchange yet: whoever starts the pairing decides
 * whether Exchange invites those who were invited to them in Liferay.
 */
export const Invitations = v.object({
  /** How many; where there are none nobody needs to be asked. */
  meetings: v.number(),
  /** The first of them, in order of time. */
  first: v.array(Proposal),
  /** Names exactly these meetings, times and invitees; see StartPairing. */
  mark: v.string(),
});
export type Invitations = v.InferOutput<typeof Invitations>;

/**
 * GET /api/pairings/:id/preview?after= — in order of time. `complete`: both sides were seen whole, and no event waits to
 * be looked at. `counts` and `invitations` are of all proposals, not of this part of the list. `ambiguous`: how many events
 * match several on the other side, or are among these; see GET …/ambiguities.
 */
export const Preview = v.object({
  complete: v.boolean(),
  counts: v.object(v.entriesFromList(PROPOSAL_KINDS, v.number())),
  invitations: Invitations,
  ambiguous: v.number(),
  proposals: v.array(Proposal),
  next: Next,
});
export type Preview = v.InferOutput<typeof Preview>;

/**
 * POST /api/pairings/:id/start
 * - `leave`, also without a body: meetings that were found in Liferay go to Exchange without attendees, and all invitees
 *   are asked when somebody changes the booking next.
 * - `send`: Exchange invites to the meetings that the person saw, whose `mark` is given back. Refused, and nothing is
 *   started, where the preview has come to others since.
 */
export const StartPairing = v.union([
  v.object({ invitations: v.literal('send'), mark: Id }),
  v.object({ invitations: v.exactOptional(v.literal('leave')) }),
]);
export type StartPairing = v.InferOutput<typeof StartPairing>;

/**
 * GET /api/pairings/:id/copies — what would be removed if the pairing were ended so: copies in Liferay, copies in
 * Exchange. `meetings`: what we made in Exchange and people are invited to, which stays there in any case. Copies that
 * are not in step, or that somebody edited, stay too.
 */
export const Copies = v.object({ liferay: v.number(), exchange: v.number(), meetings: v.number() });
export type Copies = v.InferOutput<typeof Copies>;

/**
 * POST /api/pairings/:id/unpair — ends the pairing, removes the copies on one side in the background, and forgets it
 * then. `count` is what the person was shown: where there are more by now nothing is done. DELETE ends it at once, and
 * what is left stays; so does pairing the calendar or the folder anew.
 */
export const Unpair = v.object({
  copies: Side,
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type Unpair = v.InferOutput<typeof Unpair>;

/** Something that happened to an event because of a pairing. */
export const HistoryEntry = v.object({
  id: v.string(),
  at: v.number(),
  /** The side that was written, or whose edit was lost. */
  side: Side,
  kind: v.picklist(['create', 'update', 'delete', 'lost', 'putBack', 'linked', 'parked']),
  /** Null for private events. */
  title: v.nullable(v.string()),
  /** What people had changed; empty where that was not kept. */
  fields: v.array(v.picklist(EVENT_FIELDS)),
  /** Whether it is known what stood there before; see GET …/history/:changeId. */
  hasBefore: v.boolean(),
  /** The run that did it; null where that is not known any more. */
  runId: v.nullable(v.string()),
});
export type HistoryEntry = v.InferOutput<typeof HistoryEntry>;

/** GET /api/pairings/:id/history?after= — newest first. */
export const History = v.object({ entries: v.array(HistoryEntry), next: Next });
export type History = v.InferOutput<typeof History>;

/** An event as a side held it; beside these fields, those of the service's canonical event. */
export const EventImage = v.looseObject({
  title: v.string(),
  /** Plain text. */
  description: v.string(),
  location: v.string(),
  /** `end` is exclusive. Timed: instants as ISO text and the IANA zone; all-day: dates. */
  time: v.variant('kind', [
    v.object({ kind: v.literal('timed'), start: v.string(), end: v.string(), zone: v.string() }),
    v.object({ kind: v.literal('allDay'), start: v.string(), end: v.string() }),
  ]),
});

export type EventImage = v.InferOutput<typeof EventImage>;

/**
 * GET /api/pairings/:id/history/:changeId — with what stood there before, null for private events and creates; and what
 * the change left there, null for private events, for deletions and where it is not known.
 */
export const HistoryDetail = v.object({
  ...HistoryEntry.entries,
  before: v.nullable(EventImage),
  after: v.nullable(EventImage),
});
export type HistoryDetail = v.InferOutput<typeof HistoryDetail>;

/** Changes that one request may take back. */
export const UNDO_LIMIT = 200;

/** POST /api/pairings/:id/undo — takes back changes of the history, or all of a run, at most UNDO_LIMIT of them. */
export const Undo = v.union([
  v.object({ changeIds: v.pipe(v.array(Id), v.minLength(1), v.maxLength(UNDO_LIMIT)) }),
  v.object({ runId: Id }),
]);
export type Undo = v.InferOutput<typeof Undo>;

/** Why a change is not taken back; each has a text. */
export const UNDO_REFUSALS = [
  /** Others got mail because of it, or take part in it. */
  'undoMailSent',
  /** The event was changed since, or is just being worked on. */
  'undoChangedSince',
  /** What stood there before was not kept: it is private, or the pairing showed less of it. */
  'undoNotKept',
  /** Exchange would have to be written to. */
  'undoReadOnly',
  /** What was added is deleted by hand, where it is not wanted; and other kinds of changes that cannot be taken back. */
  'undoNotPossible',
] as const;

/**
 * What POST /api/pairings/:id/undo answers, 202: how many changes the run that is due puts back, on both sides, and which
 * ones it does not. An event that somebody changes before that run is left as they changed it.
 */
export const UndoPlanned = v.object({
  planned: v.number(),
  refused: v.array(v.object({ changeId: v.string(), reason: v.picklist(UNDO_REFUSALS) })),
  nextRunAt: v.number(),
});
export type UndoPlanned = v.InferOutput<typeof UndoPlanned>;

/**
 * - `here`: on both sides, as far as each can hold it. `soon`: its turn comes; with a reason where the last try failed.
 * - `outside`: too far back or ahead. `setAside`: with its reason. `held`: waits for a person.
 * - `leftAlone`: stays Liferay's own. `preview`: nothing is written before the pairing is started.
 * - `removed`: it was deleted, `at` that time, and that was carried out on the other side.
 */
export const VERDICTS = [
  'here',
  'soon',
  'outside',
  'setAside',
  'held',
  'leftAlone',
  'preview',
  'removed',
] as const;

/**
 * GET /api/pairings/:id/why?title=&from=&until= — what became of events with such a title, of such a time (epoch
 * milliseconds), or both. Events outside the window are known by their time alone. The first WHY_LIMIT are told; with
 * none, neither calendar had such an event when it was looked at last.
 */
export const Why = v.object({
  found: v.array(
    v.object({
      /** Null for private events and where it is not known. */
      title: v.nullable(v.string()),
      start: v.nullable(v.number()),
      verdict: v.picklist(VERDICTS),
      /** Key of REASONS. */
      reason: v.nullable(v.string()),
      detail: v.nullable(v.string()),
      /** When it was removed. */
      at: v.nullable(v.number()),
    }),
  ),
  lastRunAt: v.nullable(v.number()),
});
export type Why = v.InferOutput<typeof Why>;
export const WHY_LIMIT = 20;

const moment = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}$/, 'epoch milliseconds are expected'),
  v.transform(Number),
);

/** Needs a title, or both ends of a time. */
export const WhyQuery = v.pipe(
  v.object({
    title: v.exactOptional(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))),
    from: v.exactOptional(moment),
    until: v.exactOptional(moment),
  }),
  v.check(
    ({ title, from, until }) => title !== undefined || (from !== undefined && until !== undefined),
    'a title, or from and until, are expected',
  ),
);
export type WhyQuery = v.InferOutput<typeof WhyQuery>;

/** POST /api/pairings/:id/sync and …/start answer 202 and this: the run is due now. */
export const SyncAccepted = v.object({ nextRunAt: v.number() });

/** Reasons of the API itself, beside those of REASONS (a remote side failed while the user waited). */
export const API_REASONS = [
  'tokenMissing',
  'tokenInvalid',
  'tokenStale',
  'notYourMailbox',
  'addressNotVerified',
  'noMailboxAddress',
  'calendarNotManageable',
  'calendarAlreadyPaired',
  'folderAlreadyPaired',
  'folderReadOnly',
  'folderUnknown',
  'pairingUnknown',
  ...UNDO_REFUSALS,
  'siteNotAdministered',
  'mailboxUnknown',
  'doctorBusy',
  'notPreviewing',
  'previewChanged',
  'copiesChanged',
  'noDomain',
  'approvalNeeded',
  'domainPaused',
  'domainUnknown',
  'domainInUse',
  'domainConfigured',
  'mailDomainTaken',
  'portalAdministratorOnly',
  'signInNeeded',
  'tooManyRequests',
  'invalidRequest',
  'bodyTooLarge',
  'notFound',
  'internalError',
] as const;
export type ApiReason = (typeof API_REASONS)[number];

/** RFC 9457 problem details, `application/problem+json`. */
export const ProblemDetails = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  reason: v.string(),
  requestId: v.string(),
});
export type ProblemDetails = v.InferOutput<typeof ProblemDetails>;
