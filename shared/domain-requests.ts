/** What administrators of Exchange domains send to the edge. Secrets are written and never answered. */
import * as v from 'valibot';
import {
  DomainActing,
  DomainAddressRule,
  DomainAdministrator,
  DomainOnlineProtocol,
  HOST_NAME,
  MAILBOX_STATES,
} from './domain-api.ts';

const text = (most: number) => v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(most));
const secret = v.pipe(v.string(), v.nonEmpty(), v.maxLength(10_000));

/** Of a domain, or of a host with all below it: ASCII, without scheme, port and path. */
const hostName = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(253),
  v.regex(HOST_NAME, 'a host name is expected'),
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

const administrators = v.pipe(
  v.array(v.object({ ...DomainAdministrator.entries, value: text(256) })),
  v.maxLength(100),
);
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
  onlineProtocol: v.optional(DomainOnlineProtocol, 'graph'),
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
  onlineProtocol: v.exactOptional(DomainOnlineProtocol),
  addressRule: v.exactOptional(DomainAddressRule),
  intervalSeconds: v.exactOptional(v.nullable(interval)),
  maxConcurrent: v.exactOptional(maxConcurrent),
  /** `paused`: nothing of it is synchronised until it is `active` again. */
  state: v.exactOptional(v.picklist(['active', 'paused'])),
});
export type DomainPatch = v.InferOutput<typeof DomainPatch>;

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

const someReleases = v.optional(v.pipe(v.array(Release), v.maxLength(500)), []);
/** PATCH /api/domains/:id/releases. What is taken back pauses the pairings that rest on it alone. */
export const ReleasesPatch = v.object({ add: someReleases, remove: someReleases });

/** What a list of mailboxes is about, and in which order. */
const amongMailboxes = {
  /** Part of an address. */
  search: v.exactOptional(v.pipe(v.string(), v.maxLength(320))),
  state: v.exactOptional(v.picklist(MAILBOX_STATES)),
  /** Key of REASONS. */
  reason: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(64))),
};
const orderOfMailboxes = {
  /** Those that are alike come by address. Default: `address`, `ascending`. */
  sort: v.exactOptional(
    v.picklist(['address', 'owner', 'pairings', 'state', 'reason', 'interval', 'lastRun', 'nextRun']),
  ),
  order: v.exactOptional(v.picklist(['ascending', 'descending'])),
};
const wholeNumber = (most: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'a whole number is expected'), v.toNumber(), v.maxValue(most));

/** GET /api/domains/:id/mailboxes; `limit`: mailboxes in one part, 100 at most; `since`: epoch milliseconds. */
export const DomainMailboxQuery = v.object({
  ...amongMailboxes,
  ...orderOfMailboxes,
  limit: v.exactOptional(v.pipe(wholeNumber(100), v.minValue(1))),
  since: v.exactOptional(wholeNumber(Number.MAX_SAFE_INTEGER)),
  after: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_024))),
});
export type MailboxSort = NonNullable<v.InferOutput<typeof DomainMailboxQuery>['sort']>;

/** GET /api/domains/:id/mailboxes.csv — all of them that the query is about. */
export const DomainMailboxExportQuery = v.object({ ...amongMailboxes, ...orderOfMailboxes });

/** The named ones, or all that the text, state and reason are about. */
const which = v.union([
  v.object({ ids: v.pipe(v.array(text(64)), v.minLength(1), v.maxLength(500)) }),
  v.object({ ...amongMailboxes, search: v.pipe(v.string(), v.maxLength(320)) }),
]);

/**
 * POST /api/domains/:id/mailboxes. `interval` is what PATCH sets for one of them; null: the domain's. `unpair` ends all their pairings and keeps the copies, or removes those on one side in
 * the background: then `count` is how many the administrator was shown, and where there are more by now nothing is done.
 */
export const DomainMailboxAction = v.union([
  v.object({ action: v.picklist(['pause', 'resume', 'sync']), which }),
  v.object({ action: v.literal('interval'), which, intervalSeconds: v.nullable(interval) }),
  v.object({ action: v.literal('unpair'), which, copies: v.literal('keep') }),
  v.object({
    action: v.literal('unpair'),
    which,
    copies: v.picklist(['exchange', 'liferay']),
    count: v.pipe(v.number(), v.integer(), v.minValue(0)),
  }),
]);
export type DomainMailboxAction = v.InferOutput<typeof DomainMailboxAction>;

/** POST /api/domains/:id/mailboxes/copies — what `unpair` of these would remove; answers as GET …/pairings/:id/copies. */
export const DomainMailboxesNamed = v.object({ which });

/** PATCH /api/domains/:id/mailboxes/:mailboxId; null goes back to what the domain and the address say. */
export const DomainMailboxPatch = v.object({
  intervalSeconds: v.exactOptional(v.nullable(interval)),
  /** A user principal name or a SID, by which the server is told for whom we act. */
  actAs: v.exactOptional(v.nullable(text(256))),
});

/** POST /api/domains/:id/requests — a later decision takes the place of an earlier one. */
export const MailboxDecision = v.object({
  userId: text(64),
  address: text(320),
  decision: v.picklist(['approved', 'refused']),
});
