/**
 * The contract of browser and edge about Exchange domains, for their administrators. As in api.ts times are epoch
 * milliseconds. What they send is in domain-requests.ts: pages check only what they get, and need not load that.
 */
import * as v from 'valibot';
import { Pairing } from './api.ts';

/**
 * How the service acts for a mailbox: impersonating its owner, named by the address, by a user principal name or by a SID
 * (each as set for the mailbox; where none is, a principal name is the address), or `delegate`: with access of its own.
 */
export const DomainActing = v.picklist(['address', 'principalName', 'sid', 'delegate']);
export type DomainActing = v.InferOutput<typeof DomainActing>;

/** Of a domain, or of a host with all below it: in lower case, ASCII, without scheme, port and path. */
export const HOST_NAME = /^(?!\d+(\.\d+)*$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/;

/**
 * By which protocol mailboxes in Exchange Online are asked: Microsoft Graph, or Exchange Web Services for as long as
 * Microsoft leaves them on.
 */
export const DomainOnlineProtocol = v.picklist(['graph', 'ews']);
export type DomainOnlineProtocol = v.InferOutput<typeof DomainOnlineProtocol>;

/** What makes an address a user's own; see core/own-address.ts. */
export const DomainAddressRule = v.picklist(['trustPortal', 'requireVerified', 'approve']);

/** Liferay's user id, or the name of a regular role. */
export const DomainAdministrator = v.object({ kind: v.picklist(['user', 'role']), value: v.string() });

/** GET /api/domains/:id, and what POST, PATCH and a forced DELETE answer. */
export const Domain = v.object({
  id: v.string(),
  name: v.string(),
  /** `configuration`: environment variables say how it is reached, and the API does not change that. */
  origin: v.picklist(['configuration', 'api']),
  state: v.picklist(['active', 'paused']),
  /** None: it takes the addresses that no other domain has. */
  mailDomains: v.array(v.string()),
  administrators: v.array(DomainAdministrator),
  reach: v.variant('kind', [
    v.object({ kind: v.literal('url'), url: v.string() }),
    v.object({
      kind: v.literal('autodiscover'),
      releasedHosts: v.array(v.string()),
      prefer: v.picklist(['external', 'internal']),
    }),
  ]),
  /** Null: connections are not held, because the operator of the service named the server. */
  network: v.nullable(v.picklist(['public', 'private', 'loopback'])),
  /** Null where no key of the service opens the sign-in: it has to be written anew. */
  signInKind: v.nullable(v.picklist(['basic', 'ntlm', 'oauth'])),
  acting: v.nullable(DomainActing),
  onlineProtocol: v.nullable(DomainOnlineProtocol),
  addressRule: DomainAddressRule,
  intervalSeconds: v.nullable(v.number()),
  maxConcurrent: v.number(),
  /** Mailboxes that are paired. */
  mailboxes: v.number(),
  /** Host of the server, once it is known. */
  server: v.nullable(v.string()),
  /** Key of REASONS: what keeps all of it from being worked on; with when it is tried again. */
  reason: v.nullable(v.string()),
  reasonDetail: v.nullable(v.string()),
  retryAt: v.nullable(v.number()),
});
export type Domain = v.InferOutput<typeof Domain>;

/** GET /api/domains — those that the signed-in user administers. */
export const Domains = v.object({ domains: v.array(Domain) });

/** GET /api/domains/:id/releases. */
export const Releases = v.object({
  releases: v.array(
    v.object({
      siteId: v.string(),
      kind: v.picklist(['address', 'pattern', 'roomList']),
      value: v.string(),
      /** `configuration`: environment variables say so, and the API does not take it back. */
      origin: v.picklist(['configuration', 'api']),
    }),
  ),
});

/** GET /api/domains/:id/room-lists — as the server has them now. */
export const RoomLists = v.object({
  roomLists: v.array(v.object({ address: v.string(), name: v.string() })),
});

/** POST /api/domains/:id/room-lists — reads the rooms of the lists that are released anew. */
export const RoomListsRead = v.object({
  roomLists: v.array(v.object({ address: v.string(), rooms: v.number() })),
});

export const MAILBOX_STATES = ['active', 'failing', 'paused'] as const;

/** A mailbox of a domain that is paired. */
export const DomainMailbox = v.object({
  id: v.string(),
  address: v.string(),
  ownerKind: v.picklist(['user', 'site']),
  ownerId: v.string(),
  /** `failing`: the last run failed. `paused`: none of its pairings is worked on. */
  state: v.picklist(MAILBOX_STATES),
  /** Key of REASONS. */
  reason: v.nullable(v.string()),
  pairings: v.number(),
  /** Events that are set aside. */
  setAside: v.number(),
  intervalSeconds: v.number(),
  /** Somebody chose the interval for this mailbox; else it follows the domain's. */
  hasOwnInterval: v.boolean(),
  lastRunAt: v.nullable(v.number()),
  nextRunAt: v.number(),
});
export type DomainMailbox = v.InferOutput<typeof DomainMailbox>;

const next = v.nullable(v.string());

/** GET /api/domains/:id/mailboxes?search=&state=&reason=&sort=&order=&limit=&after=&since= */
export const DomainMailboxes = v.object({
  mailboxes: v.array(DomainMailbox),
  next,
  /** How many there are that the query is about, on all parts. */
  matching: v.number(),
  /** Reasons that mailboxes of the domain have, whatever the query is about. */
  reasons: v.array(v.object({ reason: v.string(), mailboxes: v.number() })),
  /** Of `since`: mailboxes that were due then and that no run has ended with yet; null where it is not asked for. */
  pending: v.nullable(v.number()),
  /** The service's clock. */
  now: v.number(),
});
export type DomainMailboxes = v.InferOutput<typeof DomainMailboxes>;

/** What that answers: how many mailboxes it concerned, and when, by the service's clock. */
export const DomainMailboxesActed = v.object({ mailboxes: v.number(), at: v.number() });

/**
 * Whether Exchange tells what changes in a mailbox (`on`), or is asked at every interval: because it does not (`off`, with
 * the reason), or because nobody has asked it to yet (`waiting`).
 */
export const MailboxPushState = v.object({
  state: v.picklist(['on', 'off', 'waiting']),
  /** How it tells; null while nothing was tried. */
  kind: v.nullable(v.picklist(['graph', 'ewsPush', 'ewsStreaming'])),
  /** When it last told something, to the minute. */
  heardAt: v.nullable(v.number()),
  /** When the subscription is looked after next: renewed, or tried again; null: it is not. */
  nextAt: v.nullable(v.number()),
  reason: v.nullable(v.string()),
  /** What the server said, without secrets. */
  reasonDetail: v.nullable(v.string()),
});
export type MailboxPushState = v.InferOutput<typeof MailboxPushState>;

/** GET /api/domains/:id/mailboxes/:mailboxId — how one does. Of its events there are figures, and no texts. */
export const DomainMailboxDetail = v.object({
  mailbox: DomainMailbox,
  /** Of `mailbox.reason`, for administrators: what a server said, without secrets. */
  reasonDetail: v.nullable(v.string()),
  /** Runs that failed as a whole since the last that did not. */
  attempts: v.number(),
  /** How the server is told for whom the service acts; null: by the address. */
  actAs: v.nullable(v.string()),
  push: MailboxPushState,
  pairings: v.array(
    v.object({
      id: v.string(),
      exchangeCalendarName: v.string(),
      liferayCalendarName: v.string(),
      direction: v.picklist(['both', 'toLiferay']),
      status: Pairing.entries.status,
      /** Somebody wanted it paused: no `reason` keeps it from its work. */
      paused: v.boolean(),
      reason: v.nullable(v.string()),
      events: v.number(),
      setAside: v.number(),
      held: v.number(),
    }),
  ),
  /** Why events are set aside, the most frequent reason first. */
  problems: v.array(v.object({ reason: v.string(), events: v.number() })),
  /** The last ten that did something or began to fail, newest first. */
  runs: v.array(
    v.object({
      at: v.number(),
      created: v.number(),
      updated: v.number(),
      deleted: v.number(),
      failed: v.number(),
      reason: v.nullable(v.string()),
    }),
  ),
});
export type DomainMailboxDetail = v.InferOutput<typeof DomainMailboxDetail>;

/** A mailbox that a user asks for in a domain that approves each. */
export const MailboxRequest = v.object({
  userId: v.string(),
  userName: v.string(),
  address: v.string(),
  state: v.picklist(['waiting', 'approved', 'refused']),
  askedAt: v.number(),
  decidedAt: v.nullable(v.number()),
  decidedBy: v.nullable(v.string()),
});

/** GET /api/domains/:id/requests — those that wait first. */
export const MailboxRequests = v.object({ requests: v.array(MailboxRequest) });

/** POST /api/mailbox-request answers 202 and this: how the user's own request stands. */
export const MailboxRequested = v.object({ state: v.picklist(['waiting', 'approved', 'refused']) });

/** Something that somebody did. */
export const AuditEntry = v.object({
  id: v.string(),
  at: v.number(),
  userId: v.string(),
  /** A word, sometimes with what was changed: `domain.change name`, `pairing.create`. */
  action: v.string(),
  subject: v.string(),
  /** Of acts of administrators. */
  domainId: v.nullable(v.string()),
  /** Address of the mailbox that an administrator acted on, while there is such a mailbox. */
  mailbox: v.nullable(v.string()),
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;

/** GET /api/domains/:id/audit?after= and, for portal administrators, GET /api/audit?after= — newest first. */
export const Audit = v.object({ entries: v.array(AuditEntry), next });
