/**
 * The configuration: environment variables in, one typed value out. Every wrong or missing variable is reported at
 * once, by name, with what is wrong and what is expected; the value of a secret or of an address is never repeated.
 */
import * as v from 'valibot';
import { type ExchangeAccess, REQUEST_VERSIONS } from '#core/exchange-access.ts';
import type { AddressReach } from '#core/ip-address.ts';
import type { AddressRule } from '#core/own-address.ts';
import type { PortalCredentials } from '#liferay/portal-calendar.port.ts';
import { CALENDAR_LANGUAGES, type CalendarLanguage } from '#shared/texts/calendar.ts';
import type { SiteRelease } from '#store/site-releases.repository.ts';
import { describesExchange, EXCHANGE_SIGN_INS, exchangeProblems, exchangeSignIn } from './config-exchange.ts';
import { misspelt } from './config-spelling.ts';
import * as read from './config-values.ts';
import { type LevelName, LOG_LEVELS } from './log.ts';
import type { SealKey } from './seal.ts';

export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  readonly portal: {
    /** Origin, without a path. */
    readonly url: string;
    readonly credentials: PortalCredentials;
    /** External reference code of the user-agent application whose tokens browsers carry; null: there is none. */
    readonly userAgentErc: string | null;
    /** Origins of pages that may call this service. */
    readonly origins: readonly string[];
  };
  /** The Exchange domain that the variables describe; null: none, they are the API's alone. */
  readonly exchange: {
    /** Null: Autodiscover finds it, for each mailbox. */
    readonly endpoint: string | null;
    /** Null: connections are not held. */
    readonly reach: AddressReach | null;
    readonly releasedHosts: readonly string[];
    readonly prefer: 'external' | 'internal';
    readonly access: ExchangeAccess;
  } | null;
  readonly addressRule: AddressRule;
  /** Whoever bears it administers the service; null: nobody. */
  readonly serviceKey: string | null;
  readonly siteMailboxes: readonly SiteRelease[];
  /** Who may read /metrics: whoever bears the token (null: nobody does), or everybody. */
  readonly metrics: { readonly token: string | null; readonly open: boolean };
  readonly database: { readonly url: string; readonly authToken: string | undefined };
  readonly sealKeys: readonly SealKey[];
  readonly intervalSeconds: number;
  /** What a domain or a mailbox can have at least. */
  readonly minIntervalSeconds: number;
  readonly push: {
    /** Where Exchange reaches this service, without a slash at the end; null: it does not. */
    readonly address: string | null;
    /** After so long Exchange is asked although it tells what changes. */
    readonly pollSeconds: number;
    /** Whether a process that lives on holds connections open where servers do not reach it. */
    readonly streaming: boolean;
  };
  readonly window: { readonly pastDays: number; readonly futureDays: number };
  readonly calendarLanguage: CalendarLanguage;
  /** Mailboxes that are worked on at the same time on the Exchange server, by all processes together. */
  readonly concurrency: number;
  readonly logLevel: LevelName;
  readonly allowHttp: boolean;
}

export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
  readonly expected: string;
}

export type ConfigOutcome =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export interface ConfigLimits {
  /** Least SYNC_INTERVAL_SECONDS. Default: 2, which suits Node. */
  readonly minIntervalSeconds?: number;
  /** Whether LIBSQL_URL may name a file. Default: true, which suits Node. */
  readonly allowFile?: boolean;
  /** Whether EXCHANGE_SIGN_IN may be `ntlm`. Default: true, which suits Node. */
  readonly keepsConnections?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration. A variable that is empty counts as absent; white space around a value is dropped.
 * Variables of others are ignored, except those that are nearly one of ours.
 */
export function readConfig(env: Environment, limits: ConfigLimits = {}): ConfigOutcome {
  const given = present(env);
  const parsed = v.safeParse(environmentSchema(given['ALLOW_HTTP'] === 'true', limits), given);
  const problems = [
    ...(parsed.issues ?? []).map(problemOf),
    ...portalProblems(given),
    ...exchangeProblems(given, limits.keepsConnections ?? true),
    ...misspelt(given, NAMES),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const config = configOf(parsed.output, limits.minIntervalSeconds ?? 2);
  return { ok: true, config: describesExchange(given) ? config : { ...config, exchange: null } };
}

/**
 * One entry for each variable. `allowHttp` is read ahead, because it decides what the addresses may be.
 * Those without `optional` are required.
 */
function environmentSchema(allowHttp: boolean, { minIntervalSeconds = 2, allowFile = true }: ConfigLimits) {
  return v.object({
    /** Address to listen on. Only this machine unless it is changed: TLS belongs to a proxy in front. */
    HOST: v.optional(read.text(), '127.0.0.1'),
    /** 0: any free port, which the log then tells. */
    PORT: v.optional(read.wholeNumber(0, 65_535), '8080'),

    /** The portal, as its own origin: `https://portal.example.com`. */
    PORTAL_URL: read.required(read.origin(allowHttp)),
    /** Sign-in of the service application (headless server), the recommended one. */
    PORTAL_CLIENT_ID: v.optional(read.text()),
    PORTAL_CLIENT_SECRET: v.optional(read.text()),
    /** Or of a user with Basic authentication, for portals without OAuth 2. */
    PORTAL_USER: v.optional(read.text()),
    PORTAL_PASSWORD: v.optional(read.text()),
    /**
     * External reference code of the user-agent application: only tokens issued to it are accepted. Portals before 7.4
     * have none: there SERVICE_KEY takes its place.
     */
    PORTAL_OAUTH_ERC: v.optional(read.text()),
    /**
     * Lets whoever bears it administer the service: `npm run pair`, and the routes below /service. 32 characters or more,
     * as from `openssl rand -hex 32`. Without it there are no such routes.
     */
    SERVICE_KEY: v.optional(read.key()),
    /** Origins whose pages may call this service, with commas. Default: that of PORTAL_URL. */
    PORTAL_ORIGINS: v.optional(read.origins(allowHttp)),
    /** Folders that Liferay fills with the files of its routes; they stand in for PORTAL_ variables on Node. */
    LIFERAY_ROUTES_CLIENT_EXTENSION: v.optional(read.text()),
    LIFERAY_ROUTES_DXP: v.optional(read.text()),

    /*
     * The first Exchange domain, `default`. What is said here is written anew at every start and cannot be changed by the
     * API. Without any EXCHANGE_ variable domains are the API's alone, and one that variables described stays as it was.
     */

    /** The EWS endpoint: `https://mail.example.com/EWS/Exchange.asmx`. Without it Autodiscover finds each mailbox's. */
    EXCHANGE_URL: v.optional(read.endpoint(allowHttp)),
    /**
     * Without EXCHANGE_URL: hosts, each with all below it, to which Autodiscover may lead and the sign-in may go, with
     * commas: `example.com, mail.example.net`. The e-mail domain of the mailboxes is among them only if it is named.
     */
    EXCHANGE_RELEASED_HOSTS: v.optional(read.hosts('example.com')),
    /**
     * How far connections to Exchange may go: to `public` addresses, to `private` networks too, to this machine too
     * (`loopback`). Default: `public` with Autodiscover; with EXCHANGE_URL wherever that leads.
     */
    EXCHANGE_REACH: v.optional(read.oneOf(REACHES)),
    /** Which of the two URLs that Autodiscover tells is tried first: for clients outside the server's network or inside. */
    EXCHANGE_PREFER: v.optional(read.oneOf(['external', 'internal']), 'external'),
    /**
     * By which protocol mailboxes in Exchange Online are asked: Microsoft Graph, or Exchange Web Services (`ews`) for as
     * long as Microsoft leaves them on for the tenant.
     */
    EXCHANGE_ONLINE_PROTOCOL: v.optional(read.oneOf(['graph', 'ews']), 'graph'),
    /**
     * How to sign in there. `basic`: an account, over TLS. `ntlm`: an account of the Windows domain; not on
     * Workers. `oauth`: an application of Microsoft Entra ID, for Exchange Online and hybrid modern authentication.
     */
    EXCHANGE_SIGN_IN: v.optional(read.oneOf(EXCHANGE_SIGN_INS), 'basic'),
    /** The account: `user@example.com` or `DOMAIN\user`. */
    EXCHANGE_USER: v.optional(read.text()),
    EXCHANGE_PASSWORD: v.optional(read.text()),
    /** The application (client) id, and its secret or its certificate with the private key, as PEM one after the other. */
    EXCHANGE_CLIENT_ID: v.optional(read.text()),
    EXCHANGE_CLIENT_SECRET: v.optional(read.text()),
    EXCHANGE_CLIENT_CERTIFICATE: v.optional(read.certificateWithKey()),
    /** The tenant's token endpoint: `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`. */
    EXCHANGE_TOKEN_URL: v.optional(read.endpoint(allowHttp)),
    /** What the token is for. Default: the origin of the server that is asked, with `/.default`. */
    EXCHANGE_SCOPE: v.optional(read.text()),
    /** Version of EWS that requests ask for. Default: the newest that the server takes, which it is asked. */
    EXCHANGE_VERSION: v.optional(read.oneOf(REQUEST_VERSIONS)),
    /**
     * Act as each mailbox's owner (ApplicationImpersonation), named by the mailbox's address (`true`) or by a user
     * principal name that is the same (`principalName`). `false`: the account has its own access to each mailbox.
     */
    EXCHANGE_IMPERSONATE: v.optional(read.oneOf(['true', 'principalName', 'sid', 'false']), 'true'),

    /**
     * What makes a mailbox a user's own. `trustPortal`: the address of their portal account, right where accounts
     * come from a directory or single sign-on, and wrong where users may change their address themselves, since
     * they would reach a stranger's mailbox. `requireVerified`: only when Liferay has verified the address.
     */
    ADDRESS_RULE: v.optional(read.oneOf(ADDRESS_RULES), 'trustPortal'),
    /**
     * Which mailboxes, of rooms and the like, the administrators of which sites may pair with their site's resources:
     * `room1@example.com=20121 20125, projector@example.com=20121`. Site ids are those that Liferay shows in a site's
     * settings. Pairings of what is taken away here pause at the next start.
     */
    SITE_MAILBOXES: v.optional(read.siteMailboxes()),

    /** `file:` for one process with an embedded database; `libsql:` or `https:` for a server that several share. */
    LIBSQL_URL: allowFile
      ? v.optional(read.databaseUrl(allowHttp, true), 'file:connector.db')
      : read.required(read.databaseUrl(allowHttp, false)),
    LIBSQL_AUTH_TOKEN: v.optional(read.text()),
    /** `id:base64` of 32 random bytes. Several with commas: the first one seals, all open. */
    SEAL_KEYS: read.required(read.sealKeys()),

    /** Seconds between two looks at a mailbox. */
    SYNC_INTERVAL_SECONDS: v.optional(read.wholeNumber(minIntervalSeconds, 86_400), '30'),
    /**
     * Where this service is reached from outside, as Exchange sees it: `https://connector.example.com`, with a path if it
     * has one. Exchange then tells of changes at once, by posting below /push there. Without it every look is at an interval.
     */
    PUBLIC_URL: v.optional(read.address(allowHttp)),
    /** Seconds between two looks at a mailbox whose server tells what changes: for what it may have left out. */
    PUSH_POLL_SECONDS: v.optional(read.wholeNumber(60, 86_400), '1800'),
    /** Node holds a connection open to each server of an organisation that does not reach PUBLIC_URL, to be told of changes. */
    PUSH_STREAMING: v.optional(read.yesOrNo(), 'true'),
    /** Days of the past and the future that new pairings keep in step. */
    WINDOW_PAST_DAYS: v.optional(read.wholeNumber(0, 3_650), '90'),
    WINDOW_FUTURE_DAYS: v.optional(read.wholeNumber(1, 3_650), '730'),
    /** Of the words that the service itself writes into calendars: "Busy", and those of the list of participants. */
    CALENDAR_LANGUAGE: v.optional(read.oneOf(CALENDAR_LANGUAGES), 'en'),
    /** Mailboxes worked on at the same time on the Exchange server, by all processes together. */
    CONCURRENCY: v.optional(read.wholeNumber(1, 256), '8'),
    /** Lets whoever bears this token read /metrics. Without it and METRICS_OPEN there is no /metrics. */
    METRICS_TOKEN: v.optional(read.text()),
    /** Lets everybody read /metrics, for a port that only the own network reaches. */
    METRICS_OPEN: v.optional(read.yesOrNo(), 'false'),
    LOG_LEVEL: v.optional(read.oneOf(LOG_LEVELS), 'info'),
    /** Allow `http:` addresses other than this machine's. Passwords then travel in the clear. */
    ALLOW_HTTP: v.optional(read.yesOrNo(), 'false'),
  });
}

const REACHES = ['public', 'private', 'loopback'] as const satisfies readonly AddressReach[];

const ADDRESS_RULES = ['trustPortal', 'requireVerified'] as const satisfies readonly AddressRule[];

const IMPERSONATION = { true: 'address', principalName: 'principalName', sid: 'sid', false: false } as const;

type Values = v.InferOutput<ReturnType<typeof environmentSchema>>;

const NAMES = Object.keys(environmentSchema(false, {}).entries);

function present(env: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const text = value?.trim();
    if (text) given[name] = text;
  }
  return given;
}

function problemOf(issue: v.BaseIssue<unknown>): ConfigProblem {
  const variable = String(issue.path?.[0]?.key ?? 'environment');
  return { variable, problem: issue.message, expected: issue.expected ?? 'another value' };
}

/** The portal's sign-in is one of two pairs, and a pair is whole or absent. */
function portalProblems(given: Readonly<Record<string, string>>): ConfigProblem[] {
  const pairs = [
    ['PORTAL_CLIENT_ID', 'PORTAL_CLIENT_SECRET'],
    ['PORTAL_USER', 'PORTAL_PASSWORD'],
  ] as const;
  const problems: ConfigProblem[] = [];
  for (const [first, second] of pairs) {
    const missing = given[first] === undefined ? first : second;
    if ((given[first] === undefined) !== (given[second] === undefined)) {
      const other = missing === first ? second : first;
      problems.push({ variable: missing, problem: 'is not set', expected: `a value, since ${other} is set` });
    }
  }
  const begun = pairs.filter((pair) => pair.some((name) => given[name] !== undefined));
  if (begun.length === 0) {
    problems.push({
      variable: 'PORTAL_CLIENT_ID',
      problem: 'there is no sign-in for the portal',
      expected:
        "PORTAL_CLIENT_ID and PORTAL_CLIENT_SECRET, or PORTAL_USER and PORTAL_PASSWORD, or Liferay's routes files",
    });
  }
  if (given['PORTAL_OAUTH_ERC'] === undefined && given['SERVICE_KEY'] === undefined) {
    problems.push({
      variable: 'PORTAL_OAUTH_ERC',
      problem: 'is not set',
      expected: 'a value, or a SERVICE_KEY for portals without client extensions',
    });
  }
  if (begun.length === 2) {
    problems.push({
      variable: 'PORTAL_USER',
      problem: 'there are two sign-ins for the portal',
      expected: 'either PORTAL_CLIENT_ID with PORTAL_CLIENT_SECRET or PORTAL_USER with PORTAL_PASSWORD',
    });
  }
  return problems;
}

function configOf(values: Values, minIntervalSeconds: number): Config {
  return {
    listen: { host: values.HOST, port: values.PORT },
    portal: {
      url: values.PORTAL_URL,
      credentials: portalCredentials(values),
      userAgentErc: values.PORTAL_OAUTH_ERC ?? null,
      origins: values.PORTAL_ORIGINS ?? [values.PORTAL_URL],
    },
    exchange: {
      endpoint: values.EXCHANGE_URL ?? null,
      reach: values.EXCHANGE_REACH ?? (values.EXCHANGE_URL === undefined ? 'public' : null),
      releasedHosts: values.EXCHANGE_RELEASED_HOSTS ?? [],
      prefer: values.EXCHANGE_PREFER,
      access: {
        signIn: exchangeSignIn(values),
        impersonate: IMPERSONATION[values.EXCHANGE_IMPERSONATE],
        version: values.EXCHANGE_VERSION ?? null,
        onlineProtocol: values.EXCHANGE_ONLINE_PROTOCOL,
      },
    },
    addressRule: values.ADDRESS_RULE,
    serviceKey: values.SERVICE_KEY ?? null,
    siteMailboxes: values.SITE_MAILBOXES ?? [],
    metrics: { token: values.METRICS_TOKEN ?? null, open: values.METRICS_OPEN },
    database: { url: values.LIBSQL_URL, authToken: values.LIBSQL_AUTH_TOKEN },
    sealKeys: values.SEAL_KEYS,
    intervalSeconds: values.SYNC_INTERVAL_SECONDS,
    minIntervalSeconds,
    push: {
      address: values.PUBLIC_URL ?? null,
      pollSeconds: values.PUSH_POLL_SECONDS,
      streaming: values.PUSH_STREAMING,
    },
    window: { pastDays: values.WINDOW_PAST_DAYS, futureDays: values.WINDOW_FUTURE_DAYS },
    calendarLanguage: values.CALENDAR_LANGUAGE,
    concurrency: values.CONCURRENCY,
    logLevel: values.LOG_LEVEL,
    allowHttp: values.ALLOW_HTTP,
  };
}

function portalCredentials(values: Values): PortalCredentials {
  if (values.PORTAL_CLIENT_ID !== undefined && values.PORTAL_CLIENT_SECRET !== undefined) {
    return {
      kind: 'clientCredentials',
      clientId: values.PORTAL_CLIENT_ID,
      clientSecret: values.PORTAL_CLIENT_SECRET,
      // Liferay: OAuth2ProviderRESTEndpoint, the same path in every release that has OAuth 2.
      tokenUrl: `${values.PORTAL_URL}/o/oauth2/token`,
    };
  }
  return { kind: 'basic', user: values.PORTAL_USER ?? '', password: values.PORTAL_PASSWORD ?? '' };
}
