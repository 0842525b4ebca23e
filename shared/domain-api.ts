/**
 * The contract of browser and edge about Exchange domains, for their administrators. As in api.ts times are epoch
 * milliseconds. Secrets are written and never answered.
 */
import * as v from 'valibot';

const text = (most: number) => v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(most));
const secret = v.pipe(v.string(), v.nonEmpty(), v.maxLength(10_000));

/** Of a domain, or of a host with all below it: ASCII, without scheme, port and path. */
const hostName = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(253),
  v.regex(
    /^(?!\d+(\.\d+)*$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/,
    'a host name is expected',
  ),
);
/** Which the service takes only with http: where its configuration allows that. */
const webAddress = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(2_048),
  v.url('an address such as https://… is expected'),
);

/** The shortest interval depends on the runtime: 2 s on Node, 15 s on Workers. */
const interval = v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(86_400));

/** How far connections may go: to addresses of the Internet, or to private networks too. Set by portal administrators. */
export const DomainNetwork = v.picklist(['public', 'private']);

/** Where the mailboxes of a domain are. */
export const DomainReach = v.variant('kind', [
  v.object({ kind: v.literal('url'), url: webAddress }),
  v.object({
    kind: v.literal('autodiscover'),
    /** Hosts, each with all below it, to which Autodiscover may lead and the sign-in may go. */
    releasedHosts: v.pipe(v.array(hostName), v.minLength(1), v.maxLength(50)),
    /** Which URL is tried first: that for clients outside the servers' network, or inside. */
    prefer: v.optional(v.picklist(['external', 'internal']), 'external'),
  }),
]);
export type DomainReach = v.InferOutput<typeof DomainReach>;

/** How the service signs in. Written as a whole, never answered. */
export const DomainSignIn = v.variant('kind', [
  v.object({ kind: v.picklist(['basic', 'ntlm']), user: text(256), password: secret }),
  v.object({
    kind: v.literal('oauth'),
    tokenUrl: webAddress,
    clientId: text(256),
    /** Default: the origin of the server that is asked, with `/.default`. */
    scope: v.optional(v.nullable(text(1_024)), null),
    proof: v.variant('kind', [
      v.object({ kind: v.literal('secret'), secret }),
      /** Both as PEM; the key is PKCS #8 and RSA. */
      v.object({ kind: v.literal('certificate'), certificate: secret, privateKey: secret }),
    ]),
  }),
]);
export type DomainSignIn = v.InferOutput<typeof DomainSignIn>;

/**
 * How the service acts for a mailbox: impersonating its owner, named by the address, by a user principal name or by a SID
 * (each as set for the mailbox; where none is, a principal name is the address), or `delegate`: with access of its own.
 */
export const DomainActing = v.picklist(['address', 'principalName', 'sid', 'delegate']);
export type DomainActing = v.InferOutput<typeof DomainActing>;

/** What makes an address a user's own; see core/own-address.ts. */
export const DomainAddressRule = v.picklist(['trustPortal', 'requireVerified', 'approve']);

/** Liferay's user id, or the name of a regular role. */
export const DomainAdministrator = v.object({ kind: v.picklist(['user', 'role']), value: text(256) });

const administrators = v.pipe(v.array(DomainAdministrator), v.maxLength(100));
const mailDomains = v.pipe(v.array(hostName), v.minLength(1), v.maxLength(200));
const maxConcurrent = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256));

/** POST /api/domains, for portal administrators. */
export const NewDomain = v.object({
  name: text(100),
  mailDomains,
  administrators: v.optional(administrators, []),
  reach: DomainReach,
  network: v.optional(DomainNetwork, 'public'),
  signIn: DomainSignIn,
  acting: v.optional(DomainActing, 'address'),
  addressRule: v.optional(DomainAddressRule, 'trustPortal'),
  /** Seconds between two looks at a mailbox; null: the service's. */
  intervalSeconds: v.optional(v.nullable(interval), null),
  /** Mailboxes that may be worked on at the same time. */
  maxConcurrent: v.optional(maxConcurrent, 8),
});
export type NewDomain = v.InferOutput<typeof NewDomain>;

/**
 * PATCH /api/domains/:id; what is left out stays. `mailDomains`, `administrators` and `network` are for portal
 * administrators. Whoever has requests go elsewhere gives the sign-in too: nobody may have a password sent to a server of
 * their own that they do not know.
 */
export const DomainPatch = v.object({
  name: v.exactOptional(text(100)),
  mailDomains: v.exactOptional(mailDomains),
  administrators: v.exactOptional(administrators),
  reach: v.exactOptional(DomainReach),
  network: v.exactOptional(DomainNetwork),
  signIn: v.exactOptional(DomainSignIn),
  acting: v.exactOptional(DomainActing),
  addressRule: v.exactOptional(DomainAddressRule),
  intervalSeconds: v.exactOptional(v.nullable(interval)),
  maxConcurrent: v.exactOptional(maxConcurrent),
  /** `paused`: nothing of it is synchronised until it is `active` again. */
  state: v.exactOptional(v.picklist(['active', 'paused'])),
});
export type DomainPatch = v.InferOutput<typeof DomainPatch>;

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

/** How mailboxes that a site may have are named: one address, a pattern with `*` before the sign, or a room list. */
export const Release = v.object({
  siteId: v.pipe(v.string(), v.regex(/^[1-9]\d{0,18}$/, 'the id of a site is expected')),
  kind: v.picklist(['address', 'pattern', 'roomList']),
  value: v.pipe(
    v.string(),
    v.trim(),
    v.toLowerCase(),
    v.maxLength(320),
    v.regex(/^[a-z\d.!#$%&'*+/=_`{|}~-]+@[a-z\d.-]+$/, 'an e-mail address is expected'),
  ),
});
export type Release = v.InferOutput<typeof Release>;

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

const someReleases = v.optional(v.pipe(v.array(Release), v.maxLength(500)), []);
/** PATCH /api/domains/:id/releases. What is taken back pauses the pairings that rest on it alone. */
export const ReleasesPatch = v.object({ add: someReleases, remove: someReleases });

/** GET /api/domains/:id/room-lists — as the server has them now. */
export const RoomLists = v.object({
  roomLists: v.array(v.object({ address: v.string(), name: v.string() })),
});

/** POST /api/domains/:id/room-lists — reads the rooms of the lists that are released anew. */
export const RoomListsRead = v.object({
  roomLists: v.array(v.object({ address: v.string(), rooms: v.number() })),
});

const MAILBOX_STATES = ['active', 'failing', 'paused'] as const;

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
  intervalSeconds: v.number(),
  /** Somebody chose the interval for this mailbox; else it follows the domain's. */
  hasOwnInterval: v.boolean(),
  lastRunAt: v.nullable(v.number()),
  nextRunAt: v.number(),
});
export type DomainMailbox = v.InferOutput<typeof DomainMailbox>;

const next = v.nullable(v.string());

/** GET /api/domains/:id/mailboxes?search=&state=&after= — by address. */
export const DomainMailboxes = v.object({ mailboxes: v.array(DomainMailbox), next });

/** The query of that. */
export const DomainMailboxQuery = v.object({
  search: v.exactOptional(v.pipe(v.string(), v.maxLength(320))),
  state: v.exactOptional(v.picklist(MAILBOX_STATES)),
  after: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_024))),
});

/** POST /api/domains/:id/mailboxes — acts on the named ones, or on all whose address contains the text. */
export const DomainMailboxAction = v.object({
  action: v.picklist(['pause', 'resume', 'sync']),
  which: v.union([
    v.object({ ids: v.pipe(v.array(text(64)), v.minLength(1), v.maxLength(500)) }),
    v.object({ search: v.pipe(v.string(), v.maxLength(320)) }),
  ]),
});

/** What that answers: how many mailboxes it concerned. */
export const DomainMailboxesActed = v.object({ mailboxes: v.number() });

/** PATCH /api/domains/:id/mailboxes/:mailboxId; null goes back to what the domain and the address say. */
export const DomainMailboxPatch = v.object({
  intervalSeconds: v.exactOptional(v.nullable(interval)),
  /** A user principal name or a SID, by which the server is told for whom we act. */
  actAs: v.exactOptional(v.nullable(text(256))),
});

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

/** POST /api/domains/:id/requests — a later decision takes the place of an earlier one. */
export const MailboxDecision = v.object({
  userId: text(64),
  address: text(320),
  decision: v.picklist(['approved', 'refused']),
});

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
});
export type AuditEntry = v.InferOutput<typeof AuditEntry>;

/** GET /api/domains/:id/audit?after= and, for portal administrators, GET /api/audit?after= — newest first. */
export const Audit = v.object({ entries: v.array(AuditEntry), next });
