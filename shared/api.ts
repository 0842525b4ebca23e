/**
 * The contract between the elements in the browser and the edge service: valibot schemas and the types they give.
 * All times are epoch milliseconds. Failures are RFC 9457 problem details with a `reason` from a closed list.
 */
import * as v from 'valibot';

export const Direction = v.picklist(['both', 'toLiferay']);
export type Direction = v.InferOutput<typeof Direction>;

const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1024));

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

/** POST /api/pairings */
export const NewPairing = v.object({ exchangeCalendarId: id, liferayCalendarId: id, direction: Direction });
export type NewPairing = v.InferOutput<typeof NewPairing>;

/** PATCH /api/pairings/:id */
export const PairingPatch = v.object({ direction: Direction });
export type PairingPatch = v.InferOutput<typeof PairingPatch>;

/** An item that was set aside. `reason` is a key of REASONS. */
export const Problem = v.object({
  linkId: v.string(),
  title: v.nullable(v.string()),
  reason: v.string(),
  detail: v.nullable(v.string()),
});

/** GET /api/pairings, GET /api/pairings/:id, and what POST and PATCH answer. */
export const Pairing = v.object({
  id: v.string(),
  exchangeCalendarName: v.string(),
  liferayCalendarName: v.string(),
  exchangeCalendarId: v.string(),
  liferayCalendarId: v.string(),
  mailbox: v.string(),
  direction: Direction,
  /**
   * `starting`: no run yet. `firstSync`: progress counts. `inStep`: the last run left nothing to do. `working`:
   * changes are on their way. `paused`: stopped with a reason until a person or a later check clears it.
   * `waiting`: the last run failed, tried again at `nextRunAt`.
   */
  status: v.picklist(['starting', 'firstSync', 'inStep', 'working', 'waiting', 'paused']),
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
  problems: v.object({ parked: v.number(), held: v.number(), first: v.array(Problem) }),
});
export type Pairing = v.InferOutput<typeof Pairing>;
export const Pairings = v.object({ pairings: v.array(Pairing), now: v.number() });

/** GET /api/pairings/:id/history — newest first. */
export const HistoryEntry = v.object({
  at: v.number(),
  side: v.picklist(['exchange', 'liferay']),
  kind: v.picklist(['create', 'update', 'delete', 'lost', 'putBack', 'linked', 'parked']),
  title: v.nullable(v.string()),
});
export const History = v.object({ entries: v.array(HistoryEntry) });

/** POST /api/pairings/:id/sync answers 202 and this: the run is due now. */
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
