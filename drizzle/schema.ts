/**
 * The tables. Times are epoch milliseconds by the service's own clock; ids that a remote side gave are text.
 * Change it, run `npm run migrations`, and commit the generated SQL beside it: expand first, contract in a later
 * release, because an older process may still be running when a newer one migrates.
 */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** One Exchange organisation that one portal is connected to: how to reach it, how to sign in, who administers it. */
export const domain = sqliteTable('domain', {
  id: text('id').primaryKey(),
  /** For people. */
  name: text('name').notNull().default(''),
  /** Who says how it is reached: the process's configuration, which writes it anew at every start, or the API. */
  origin: text('origin', { enum: ['configuration', 'api'] })
    .notNull()
    .default('configuration'),
  /** `paused`: none of its mailboxes is worked on until an administrator resumes it. */
  state: text('state', { enum: ['active', 'paused'] })
    .notNull()
    .default('active'),
  /** Origin of the portal, for example `https://portal.example.com`. */
  portal: text('portal').notNull(),
  /** '': Autodiscover finds it, for each mailbox. */
  endpoint: text('endpoint').notNull(),
  /** How far connections may go; null: the operator of the service named the endpoint, and they are not held. */
  reach: text('reach', { enum: ['public', 'private', 'loopback'] }),
  /** JSON list of hosts, each with all below it, to which Autodiscover may lead. */
  releasedHosts: text('released_hosts').notNull().default('[]'),
  /** Which of the URLs that Autodiscover tells is tried first. */
  prefer: text('prefer', { enum: ['external', 'internal'] })
    .notNull()
    .default('external'),
  /** What makes an address a portal user's own; see core/own-address.ts. */
  addressRule: text('address_rule', { enum: ['trustPortal', 'requireVerified', 'approve'] })
    .notNull()
    .default('trustPortal'),
  /** Of mailboxes for which nobody chose another; null: the service's. */
  intervalSeconds: integer('interval_seconds'),
  /** Sign-in of the Exchange server, sealed: `<key id>.<nonce and cipher text>`. */
  signInSealed: text('sign_in_sealed').notNull(),
  /** What `probe` learnt about the portal, JSON; null until the first contact. */
  dialect: text('dialect'),
  /** Of earlier releases; what was learnt about Exchange servers is in `exchange_endpoint`. */
  exchangeServer: text('exchange_server'),
  /** Host of the Exchange server, by which domains know that they share one; '' until it is known. */
  server: text('server').notNull().default(''),
  /** Digest of the account's name, by which domains know that they share one. Nothing of its password is in it. */
  credential: text('credential').notNull().default(''),
  /** Mailboxes that may be worked on at the same time, by all workers, on this server and with this account. */
  maxConcurrent: integer('max_concurrent').notNull().default(8),
  /** No request to the Exchange server before this moment: it asked for it or was away, and all workers respect it. */
  notBefore: integer('not_before').notNull().default(0),
  /** Failures of what `outage` names in a row. Above 0 one mailbox at a time is claimed, to see whether it is over. */
  backoffStep: integer('backoff_step').notNull().default(0),
  /** What is out of order, and so which other domains share it. */
  outage: text('outage', { enum: ['server', 'credential', 'portal'] }),
  /** Why; shown with every mailbox of the domain. */
  reason: text('reason'),
  reasonDetail: text('reason_detail'),
  /** Which part of the batches and of `max_concurrent` the server bore at `slowed_at`; it grows again with time. */
  pace: real('pace').notNull().default(1),
  slowedAt: integer('slowed_at').notNull().default(0),
  createdAt: integer('created_at').notNull(),
});

/** E-mail domains, in lower case, and whose mailboxes have their addresses there. */
export const mailDomain = sqliteTable(
  'mail_domain',
  {
    name: text('name').primaryKey(),
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
  },
  (t) => [index('mail_domain_of').on(t.domainId)],
);

/** Who administers a domain: `user` by Liferay's user id, `role` by the name of a regular role of Liferay. */
export const domainAdministrator = sqliteTable(
  'domain_administrator',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['user', 'role'] }).notNull(),
    value: text('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.kind, t.value] })],
);

/** Of domains that approve each mailbox: that a user has an address, as they asked for and as somebody decided. */
export const mailboxApproval = sqliteTable(
  'mailbox_approval',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
    userId: text('user_id').notNull(),
    userName: text('user_name').notNull(),
    /** In lower case. */
    address: text('address').notNull(),
    state: text('state', { enum: ['waiting', 'approved', 'refused'] }).notNull(),
    askedAt: integer('asked_at').notNull(),
    decidedAt: integer('decided_at'),
    decidedBy: text('decided_by'),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.userId, t.address] })],
);

/** How a server is told for whom we act where the address does not say it: a user principal name, or a SID. */
export const mailboxIdentity = sqliteTable(
  'mailbox_identity',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
    /** In lower case. */
    address: text('address').notNull(),
    value: text('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.address] })],
);

/** Where Autodiscover found the mailboxes of a domain, by the address that was asked for. */
export const whereabouts = sqliteTable(
  'whereabouts',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
    /** In lower case. */
    address: text('address').notNull(),
    /** JSON, `MailboxPlace` of exchange/autodiscover.port.ts. */
    place: text('place').notNull(),
    /** Host of its endpoint. */
    host: text('host').notNull(),
    foundAt: integer('found_at').notNull(),
    searchedAt: integer('searched_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.address] }), index('whereabouts_host').on(t.domainId, t.host)],
);

/** What was learnt about Exchange servers, JSON, by EWS endpoint. */
export const exchangeEndpoint = sqliteTable('exchange_endpoint', {
  endpoint: text('endpoint').primaryKey(),
  learnt: text('learnt').notNull(),
});

/** Rooms that are in a room list of Exchange, as last read. */
export const roomListMember = sqliteTable(
  'room_list_member',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
    /** Address of the list, in lower case. */
    list: text('list').notNull(),
    /** In lower case. */
    address: text('address').notNull(),
    name: text('name').notNull(),
    readAt: integer('read_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.list, t.address] })],
);

/**
 * Mailboxes, of rooms and the like, that the administrators of a site may pair with its resources. `kind`: how `value`
 * names them, in lower case: an address, a pattern with `*` for any letters before the e-mail domain, or the address of
 * a room list. `origin`: what the process's configuration says is written anew at every start.
 */
export const siteRelease = sqliteTable(
  'site_release',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
    siteId: text('site_id').notNull(),
    kind: text('kind', { enum: ['address', 'pattern', 'roomList'] }).notNull(),
    value: text('value').notNull(),
    origin: text('origin', { enum: ['configuration', 'api'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    /** Of a room list: when the server was last asked for its rooms; moved back where it is to be asked again sooner. */
    checkedAt: integer('checked_at').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.siteId, t.kind, t.value] })],
);

/** A mailbox that a user or a site owns here, with its schedule and its lease. */
export const mailbox = sqliteTable(
  'mailbox',
  {
    id: text('id').primaryKey(),
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id),
    /** SMTP address in lower case. */
    address: text('address').notNull(),
    ownerKind: text('owner_kind', { enum: ['user', 'site'] }).notNull(),
    ownerId: text('owner_id').notNull(),
    intervalSeconds: integer('interval_seconds').notNull(),
    /** Somebody chose the interval for this mailbox; else it follows its domain's. */
    ownInterval: integer('own_interval', { mode: 'boolean' }).notNull().default(false),
    nextSyncAt: integer('next_sync_at').notNull(),
    /** A cohort with this mailbox was sent to a queue; do not send it again before. */
    dispatchedUntil: integer('dispatched_until').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: integer('lease_until').notNull().default(0),
    /** How many mailboxes its worker may work on at the same time is the sum over those that it claimed together. */
    leaseShare: integer('lease_share').notNull().default(0),
    /** Grows by one with every claim. */
    fence: integer('fence').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    /** Written together with the schedule at the end of every run. */
    lastRunAt: integer('last_run_at'),
    /**
     * Grows with everything that asks for a look at Exchange: a notification of its server, a person. A run that has
     * looked there leaves in `asked` what it was when it was claimed (`lease_told`), so that nothing that comes meanwhile
     * is lost.
     */
    told: integer('told').notNull().default(0),
    leaseTold: integer('lease_told').notNull().default(0),
    asked: integer('asked').notNull().default(0),
    /** End of the last run that looked at Exchange. */
    askedAt: integer('asked_at').notNull().default(0),
    /** Until then its server tells what changes there, and runs need not ask; 0: it does not. */
    pushUntil: integer('push_until').notNull().default(0),
    /** When a run is to look after its subscription (`push`) next. */
    pushDueAt: integer('push_due_at').notNull().default(0),
    /** When the portal was last asked whether its owner still is, and still has this address. */
    checkedAt: integer('checked_at').notNull().default(0),
    /** Why the last run failed as a whole; null when it did not. */
    reason: text('reason'),
    reasonDetail: text('reason_detail'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('mailbox_owner').on(t.domainId, t.address, t.ownerKind, t.ownerId),
    index('mailbox_due').on(t.nextSyncAt),
    index('mailbox_of').on(t.ownerKind, t.ownerId),
    index('mailbox_checked').on(t.checkedAt),
    index('mailbox_leased').on(t.leaseUntil).where(sql`lease_until > 0`),
  ],
);

/** What a mailbox's server was asked to tell us of its changes, and how that goes. */
export const push = sqliteTable('push', {
  mailboxId: text('mailbox_id')
    .primaryKey()
    .references(() => mailbox.id, { onDelete: 'cascade' }),
  /** Names the subscription in the URL that the server posts to; another one for each subscription that is made. */
  id: text('id').notNull().unique(),
  kind: text('kind', { enum: ['graph', 'ewsPush', 'ewsStreaming'] }).notNull(),
  /** PUBLIC_URL as it was then; of a connection of ours ''. */
  address: text('address').notNull(),
  /** SHA-256 of what proves that a post comes from this server, hexadecimal; of a connection of ours ''. */
  secretDigest: text('secret_digest').notNull(),
  /** JSON list of the folders that are watched, sorted. */
  folders: text('folders').notNull(),
  /** The server's id, '' on a connection of ours; null: none was made yet, or it is gone. */
  serverId: text('server_id'),
  watermark: text('watermark'),
  /** Null: as long as its posts are answered. */
  expiresAt: integer('expires_at'),
  /** The server says something at least this often; null: it is silent when nothing changes. */
  heartbeatMs: integer('heartbeat_ms'),
  heardAt: integer('heard_at'),
  /** Failures in a row to make or renew it, and why the last one was. */
  attempts: integer('attempts').notNull().default(0),
  reason: text('reason'),
  reasonDetail: text('reason_detail'),
});

/** Somebody who is no run and asks an Exchange server: a doctor. Each counts in the limits as a run in one mailbox. */
export const visit = sqliteTable('visit', {
  id: text('id').primaryKey(),
  domainId: text('domain_id')
    .notNull()
    .references(() => domain.id, { onDelete: 'cascade' }),
  /** SMTP address in lower case; empty: of no mailbox in particular. */
  address: text('address').notNull(),
  /** Places that it has: 0 while it waits for one, then 1. */
  share: integer('share').notNull().default(0),
  /** After this moment it is over, also if its process died. */
  until: integer('until').notNull(),
});

/** The fenced commit writes here first; a NULL fence makes the whole batch fail. */
export const commitMark = sqliteTable('commit_mark', {
  mailboxId: text('mailbox_id')
    .primaryKey()
    .references(() => mailbox.id, { onDelete: 'cascade' }),
  fence: integer('fence').notNull(),
  seq: integer('seq').notNull(),
});

/** An Exchange calendar folder kept in step with a Liferay calendar. */
export const pairing = sqliteTable(
  'pairing',
  {
    id: text('id').primaryKey(),
    mailboxId: text('mailbox_id')
      .notNull()
      .references(() => mailbox.id, { onDelete: 'cascade' }),
    folderId: text('folder_id').notNull(),
    folderName: text('folder_name').notNull(),
    calendarId: text('calendar_id').notNull(),
    calendarName: text('calendar_name').notNull(),
    /** IANA zone of the Liferay calendar as last seen. */
    calendarZone: text('calendar_zone').notNull(),
    direction: text('direction', { enum: ['both', 'toLiferay'] }).notNull(),
    policy: text('policy', { enum: ['exchange', 'liferay'] })
      .notNull()
      .default('exchange'),
    /** What becomes of a Liferay row whose event is deleted in Exchange: it goes into the Recycle Bin, or for good. */
    recycleBin: integer('recycle_bin', { mode: 'boolean' }).notNull().default(false),
    /** How much of the mailbox's events is shown; private ones only with `show_private`. See core/liferay-view.ts. */
    details: text('details', { enum: ['full', 'title', 'busy'] })
      .notNull()
      .default('full'),
    showPrivate: integer('show_private', { mode: 'boolean' }).notNull().default(false),
    /** Participants of meetings and their answers are listed under the description. */
    participants: integer('participants', { mode: 'boolean' }).notNull().default(false),
    windowPastDays: integer('window_past_days').notNull().default(90),
    windowFutureDays: integer('window_future_days').notNull().default(730),
    /** `observing` until both sides were seen whole once since the state was new or lost; see rule 3. */
    phase: text('phase', { enum: ['observing', 'linking', 'steady'] })
      .notNull()
      .default('observing'),
    state: text('state', { enum: ['active', 'paused'] })
      .notNull()
      .default('active'),
    /** Everything is decided and nothing is written to either side: what would be done stands in `proposal`. */
    preview: integer('preview', { mode: 'boolean' }).notNull().default(false),
    /** It is being ended: the copies that we made on this side are removed, and then it is forgotten. */
    removes: text('removes', { enum: ['exchange', 'liferay'] }),
    /** How many copies that were when a person decided so. */
    removeTotal: integer('remove_total').notNull().default(0),
    reason: text('reason'),
    reasonDetail: text('reason_detail'),
    /** SyncState of the folder; null: from the beginning. */
    cursor: text('cursor'),
    /** Whether the folder has been listed to its end since the cursor was last null. */
    exchangeSeen: integer('exchange_seen', { mode: 'boolean' }).notNull().default(false),
    /**
     * Items were created by us since the folder was last read. One that is gone before it was ever reported leaves no
     * tombstone: what is not reported next is looked for.
     */
    awaitsEcho: integer('awaits_echo', { mode: 'boolean' }).notNull().default(false),
    /** Digest of the Liferay calendar's light snapshot as last recorded; null: read every row again. */
    digest: text('digest'),
    liferayRows: integer('liferay_rows').notNull().default(0),
    /** Grows when the state is rebuilt; links that a rebuild did not meet again stand out by theirs. */
    generation: integer('generation').notNull().default(0),
    userId: text('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('pairing_calendar').on(t.calendarId),
    uniqueIndex('pairing_folder_two_way').on(t.folderId).where(sql`direction = 'both'`),
    index('pairing_mailbox').on(t.mailboxId),
  ],
);

/**
 * The state of one pair of events, or of the half of it that is known so far. It is also the folder's index:
 * every item has a row, those outside the window as well, because no server reports the passage of time.
 */
export const link = sqliteTable(
  'link',
  {
    id: text('id').primaryKey(),
    pairingId: text('pairing_id')
      .notNull()
      .references(() => pairing.id, { onDelete: 'cascade' }),
    exchangeId: text('exchange_id'),
    /** The change key as last seen in the folder's changes. */
    exchangeVersion: text('exchange_version'),
    /** Occurrences of the item were to be written, one by one, and it is not known how far that came. */
    exceptionsDue: integer('exceptions_due', { mode: 'boolean' }).notNull().default(false),
    exchangeUid: text('exchange_uid'),
    /**
     * `deleted` is a tombstone: the server said so. `restored`: there again after that, under the same id, and not agreed
     * on since. `unseen`: not met again since the state was rebuilt.
     */
    exchangeState: text('exchange_state', {
      enum: ['none', 'present', 'deleted', 'restored', 'unseen'],
    }).notNull(),
    liferayId: text('liferay_id'),
    liferayVersion: text('liferay_version'),
    liferayUid: text('liferay_uid'),
    /** Which of the event's rows the one above is (core/rows.ts, RowKey); the others are in `exception`. */
    liferayKey: text('liferay_key').notNull().default('series'),
    /** The series that Liferay counts the row to (recurringCalendarBookingId), null if to itself. */
    liferaySeries: text('liferay_series'),
    /** `missing`: not in the last snapshot, absence not yet confirmed. */
    liferayState: text('liferay_state', {
      enum: ['none', 'present', 'missing', 'deleted'],
    }).notNull(),
    /**
     * Of what was booked directly in a room's calendar. `new`, `moved`: it was written, or was to be, and whether
     * somebody else came first is not known. `declined`: the room was taken, and the row says so.
     */
    claim: text('claim', { enum: ['new', 'moved', 'declined'] }),
    /** First instant of the event, and last (null: no end), epoch ms; null first: not read yet. */
    firstAt: integer('first_at'),
    lastAt: integer('last_at'),
    /** The event's rows in Liferay reach until this moment: new ones are due before the window gets there. */
    rowsUntil: integer('rows_until'),
    /**
     * - `clean`: both sides agree. `dirty`: to be planned. `outside`: an item outside the window, no row for it.
     * - `parked`: set aside with its reason. `held`: waits for a person. `liferayOnly`: left alone on purpose.
     * - `proposed`: planned while the pairing previews; to be done after its start, planned anew.
     */
    work: text('work', {
      enum: ['clean', 'dirty', 'outside', 'parked', 'held', 'liferayOnly', 'proposed'],
    }).notNull(),
    /**
     * Found when the state was new or lost, or while the pairing previews, and not agreed on since: nobody gets mail
     * because of it.
     */
    quiet: integer('quiet', { mode: 'boolean' }).notNull().default(false),
    /** Which side must be read again before planning. */
    exchangeDirty: integer('exchange_dirty', { mode: 'boolean' }).notNull().default(false),
    liferayDirty: integer('liferay_dirty', { mode: 'boolean' }).notNull().default(false),
    reason: text('reason'),
    reasonDetail: text('reason_detail'),
    /** Failures in a row; while there is no reason, looks for what it waits for. */
    attempts: integer('attempts').notNull().default(0),
    retryAt: integer('retry_at').notNull().default(0),
    /** JSON, `LastWritten` of sync/decide.ts: what our last write changed. A change of just that is an echo. */
    lastWritten: text('last_written'),
    /** Echoes in a row; five are a quarrel with the server. */
    echoes: integer('echoes').notNull().default(0),
    /** The pairing's, as the item was last reported; -1: created by us and not reported yet. */
    generation: integer('generation').notNull().default(0),
  },
  (t) => [
    uniqueIndex('link_exchange').on(t.pairingId, t.exchangeId),
    uniqueIndex('link_liferay').on(t.pairingId, t.liferayId),
    index('link_half_start').on(t.pairingId, t.firstAt).where(sql`exchange_state = 'none'`),
    index('link_liferay_uid').on(t.pairingId, t.liferayUid),
    index('link_exchange_uid').on(t.pairingId, t.exchangeUid),
    index('link_liferay_series').on(t.pairingId, t.liferaySeries),
    index('link_rows_until').on(t.pairingId, t.rowsUntil).where(sql`rows_until is not null`),
    index('link_work').on(t.pairingId, t.work, t.retryAt).where(sql`work <> 'clean'`),
  ],
);

/**
 * What was agreed and what each side made of it, as JSON, apart from the scanned rows: `base` and `seen_exchange`
 * are canonical events, `seen_liferay` is the booking as last read (the port's PortalBooking).
 */
export const linkContent = sqliteTable('link_content', {
  linkId: text('link_id')
    .primaryKey()
    .references(() => link.id, { onDelete: 'cascade' }),
  base: text('base').notNull(),
  seenExchange: text('seen_exchange').notNull(),
  seenLiferay: text('seen_liferay').notNull(),
});

/**
 * The rows of an event in Liferay beside the one that the link names: its changed occurrences, and, where the rule
 * could not be kept in the calendar's zone, the stretches and single occurrences that stand for it. Liferay does not
 * keep which occurrence a row was made from: this table does.
 */
export const exception = sqliteTable(
  'exception',
  {
    id: text('id').primaryKey(),
    linkId: text('link_id')
      .notNull()
      .references(() => link.id, { onDelete: 'cascade' }),
    pairingId: text('pairing_id').notNull(),
    /** RowKey of core/rows.ts: what the row stands for, with the original start. */
    key: text('key').notNull(),
    liferayId: text('liferay_id').notNull(),
    liferayVersion: text('liferay_version').notNull(),
    liferayUid: text('liferay_uid').notNull(),
    liferayState: text('liferay_state', { enum: ['present', 'missing', 'deleted'] }).notNull(),
    /** To be read before its event is planned. */
    dirty: integer('dirty', { mode: 'boolean' }).notNull().default(false),
    /** The booking as last seen (the port's PortalBooking), JSON; null: not part of what was agreed yet. */
    seen: text('seen'),
  },
  (t) => [
    uniqueIndex('exception_key').on(t.linkId, t.key),
    uniqueIndex('exception_liferay').on(t.pairingId, t.liferayId),
  ],
);

/**
 * A write that was sent or is about to be: recorded first, so that a write whose answer was lost is looked up and
 * not repeated or taken for somebody's edit.
 */
export const intent = sqliteTable(
  'intent',
  {
    linkId: text('link_id')
      .primaryKey()
      .references(() => link.id, { onDelete: 'cascade' }),
    pairingId: text('pairing_id').notNull(),
    operation: text('operation', { enum: ['createExchange', 'createLiferay', 'update'] }).notNull(),
    /** Stamp and UID of a create; empty for an update. */
    stamp: text('stamp').notNull(),
    uid: text('uid').notNull(),
    /** The agreement that the write completes, canonical JSON: the base, and each side as the plan saw it. */
    base: text('base').notNull(),
    seenExchange: text('seen_exchange'),
    seenLiferay: text('seen_liferay'),
    fence: integer('fence').notNull(),
    sentAt: integer('sent_at').notNull(),
  },
  (t) => [index('intent_pairing').on(t.pairingId)],
);

/** What a person takes back of what was done to an event; gone when a run has planned it. */
export const undo = sqliteTable(
  'undo',
  {
    linkId: text('link_id')
      .primaryKey()
      .references(() => link.id, { onDelete: 'cascade' }),
    pairingId: text('pairing_id').notNull(),
    /** JSON list of what is to be as it was, `Undo` of core/plan-undo.ts; empty where the event is restored. */
    edits: text('edits').notNull(),
    /** The event that is gone from both sides and is to be made again, canonical JSON. */
    restores: text('restores'),
    at: integer('at').notNull(),
  },
  (t) => [index('undo_pairing').on(t.pairingId)],
);

/** An action that the mass-change guard held back. */
export const held = sqliteTable(
  'held',
  {
    linkId: text('link_id')
      .primaryKey()
      .references(() => link.id, { onDelete: 'cascade' }),
    pairingId: text('pairing_id').notNull(),
    kind: text('kind', { enum: ['delete', 'change'] }).notNull(),
    side: text('side', { enum: ['exchange', 'liferay'] }).notNull(),
    /** JSON list of the merge fields that would be written; null for a deletion. */
    fields: text('fields'),
    at: integer('at').notNull(),
    decision: text('decision', { enum: ['waiting', 'approved', 'rejected'] })
      .notNull()
      .default('waiting'),
  },
  (t) => [index('held_pairing').on(t.pairingId)],
);

/**
 * What a pairing that previews came to about a link, when it was last decided; void while the link is dirty. Its reason,
 * where it has one, is the link's.
 */
export const proposal = sqliteTable(
  'proposal',
  {
    linkId: text('link_id')
      .primaryKey()
      .references(() => link.id, { onDelete: 'cascade' }),
    pairingId: text('pairing_id').notNull(),
    kind: text('kind', {
      enum: [
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
      ],
    }).notNull(),
    /** Null for private events, and where nothing could be read. */
    title: text('title'),
    /** First instant of the event, all-day: midnight UTC of its first day; null where nothing could be read. */
    startAt: integer('start_at'),
    allDay: integer('all_day', { mode: 'boolean' }).notNull(),
    /** JSON `{"exchange": [fields], "liferay": [fields]}`: what would be changed of an event that is there. */
    fields: text('fields').notNull(),
    /** JSON list of the addresses that would be invited to this meeting, if whoever starts the pairing says so. */
    invitees: text('invitees').notNull().default('[]'),
    /** Last instant of the meeting, after which nobody is invited to it; null: it has no end, or nobody is to be invited. */
    invitesUntil: integer('invites_until'),
  },
  (t) => [index('proposal_pairing').on(t.pairingId)],
);

/**
 * Events that a pairing which previews cannot tell apart, item and bookings alike, and what a person decided about each.
 * The decision outlasts the start; what nothing was decided about by then is forgotten here.
 */
export const ambiguity = sqliteTable(
  'ambiguity',
  {
    linkId: text('link_id')
      .primaryKey()
      .references(() => link.id, { onDelete: 'cascade' }),
    pairingId: text('pairing_id').notNull(),
    /** What tells it from the others, as far as the pairing shows it; null for private events. */
    location: text('location'),
    /** The beginning of it, plain text. */
    description: text('description'),
    /** Of an item: JSON list of the links of bookings that may be its copy. Of a booking: empty. */
    candidates: text('candidates').notNull(),
    choice: text('choice', { enum: ['link', 'create', 'leaveOut'] }),
    /** The link of the booking that the item is linked with; null too where that booking is gone by now. */
    chosenId: text('chosen_id').references(() => link.id, { onDelete: 'set null' }),
  },
  (t) => [index('ambiguity_pairing').on(t.pairingId), uniqueIndex('ambiguity_chosen').on(t.chosenId)],
);

/** A run that did something or failed. Idle runs leave no row. */
export const run = sqliteTable(
  'run',
  {
    id: text('id').primaryKey(),
    mailboxId: text('mailbox_id')
      .notNull()
      .references(() => mailbox.id, { onDelete: 'cascade' }),
    startedAt: integer('started_at').notNull(),
    endedAt: integer('ended_at').notNull(),
    created: integer('created').notNull(),
    updated: integer('updated').notNull(),
    deleted: integer('deleted').notNull(),
    failed: integer('failed').notNull(),
    reason: text('reason'),
    reasonDetail: text('reason_detail'),
  },
  (t) => [index('run_mailbox').on(t.mailboxId, t.startedAt), index('run_at').on(t.startedAt)],
);

/**
 * How much was done for a domain and what failed, hour by hour, for its administrators; outlives the pairings and
 * mailboxes that it was done for. Idle runs are not counted, because they write nothing but their schedule.
 */
export const activity = sqliteTable(
  'activity',
  {
    domainId: text('domain_id')
      .notNull()
      .references(() => domain.id, { onDelete: 'cascade' }),
    /** When the hour began, epoch ms: hours of UTC. */
    hour: integer('hour').notNull(),
    /** Runs that did something or failed; changes written to a side; runs that failed as a whole, events that failed. */
    kind: text('kind', { enum: ['run', 'exchange', 'liferay', 'failedRun', 'failedEvent'] }).notNull(),
    /** Key of REASONS, of what failed; '' of all else. */
    reason: text('reason').notNull().default(''),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.domainId, t.hour, t.kind, t.reason] })],
);

/** The history: each change that the connector made, with what stood there before. */
export const change = sqliteTable(
  'change',
  {
    id: text('id').primaryKey(),
    pairingId: text('pairing_id')
      .notNull()
      .references(() => pairing.id, { onDelete: 'cascade' }),
    linkId: text('link_id').notNull(),
    at: integer('at').notNull(),
    /** The side that was written, or whose edit was lost. */
    side: text('side', { enum: ['exchange', 'liferay'] }).notNull(),
    kind: text('kind', {
      enum: ['create', 'update', 'delete', 'lost', 'putBack', 'linked', 'parked'],
    }).notNull(),
    /**
     * JSON list of the merge fields that came from outside; the mass-change guard counts by it. Null for what does
     * not count: creates, and what a person approved.
     */
    fields: text('fields'),
    /** Null for private events. */
    title: text('title'),
    /** Canonical event as JSON; null for private events and creates. */
    before: text('before'),
  },
  (t) => [
    index('change_pairing').on(t.pairingId, t.at),
    index('change_link').on(t.linkId),
    index('change_at').on(t.at),
  ],
);

/** What people did through the API. */
export const audit = sqliteTable(
  'audit',
  {
    id: text('id').primaryKey(),
    at: integer('at').notNull(),
    userId: text('user_id').notNull(),
    action: text('action').notNull(),
    subject: text('subject').notNull(),
    /** Of administrative acts, the domain that they concern. */
    domainId: text('domain_id'),
  },
  (t) => [index('audit_at').on(t.at), index('audit_domain').on(t.domainId, t.at)],
);

/** Access tokens that workers share, sealed. */
export const token = sqliteTable(
  'token',
  {
    key: text('key').notNull(),
    sealed: text('sealed').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.key] })],
);
