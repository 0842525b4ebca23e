/** What the HTTP application needs from whoever starts it: settings as data, the outside as ports. */
import type { Effects } from '#core/effects.ts';
import type { DoctorOrder } from '#doctor/doctor.ts';
import type { MailboxServer, OpenMailbox, WantedMailbox } from '#exchange/mailbox-calendar.port.ts';
import type { PushPosts, WebhookKind } from '#exchange/mailbox-push.port.ts';
import type { OpenRooms } from '#exchange/room-directory.port.ts';
import type { OpenPortal, PortalCredentials } from '#liferay/portal-calendar.port.ts';
import type { DoctorReport } from '#shared/doctor.ts';
import type { Database } from '#store/database.ts';
import type { DomainRow } from '#store/sync-rows.ts';
import type { MetricFamily } from './metrics.ts';

export interface OAuthSettings {
  /** `client_id` of the user agent application, where the configuration tells it. */
  readonly expectedClientId: string | null;
  /** Else it is asked of the portal by the application's external reference code. One of the two must be given. */
  readonly externalReferenceCode: string | null;
  readonly jwksUrl: string;
  readonly introspectUrl: string;
}

export interface AppSettings {
  /** `https://portal.example.com`, without a path at the end. */
  readonly portalUrl: string;
  /** Origins of the pages that may call the API. */
  readonly portalOrigins: readonly string[];
  /** Null where the portal has no application for pages: then nobody signs in with a token of theirs. */
  readonly oauth: OAuthSettings | null;
  /** The service's own sign-in, for what the bearer of the service key asks of the portal. */
  readonly portalCredentials: PortalCredentials;
  /** Whoever bears it administers the service. Null: nobody, and its routes do not exist. */
  readonly serviceKey: string | null;
  /** The server of a mailbox of a domain, with the sign-in opened. Not kept between requests. */
  mailboxServer(domain: DomainRow, mailbox: WantedMailbox): Promise<MailboxServer>;
  /** Where Exchange reaches this service; null: it does not, and tells nothing. */
  readonly publicUrl: string | null;
  /** For new mailboxes, where their domain says nothing else. */
  readonly intervalSeconds: number;
  /** What a domain or a mailbox can have at least. */
  readonly minIntervalSeconds: number;
  /** Servers may be named by http. */
  readonly allowHttp: boolean;
  /** The runtime keeps connections, which NTLM needs. */
  readonly keepsConnections: boolean;
  /** For new pairings. */
  readonly windowPastDays: number;
  readonly windowFutureDays: number;
  /** For each request to the portal. */
  readonly timeoutMs: number;
  /** Whoever bears it may read /metrics. Null: nobody by token. */
  readonly metricsToken: string | null;
  /** Everybody who reaches the service may read /metrics: for a port that only the cluster sees. */
  readonly metricsOpen: boolean;
}

export interface Readiness {
  readonly ready: boolean;
  /** One line without secrets; it is shown to whoever asks. */
  readonly why?: string;
}

export interface AppDependencies {
  readonly effects: Effects;
  readonly db: Database;
  readonly openMailbox: OpenMailbox;
  readonly openRooms: OpenRooms;
  readonly openPortal: OpenPortal;
  /** What is posted by servers, by the kind of their subscriptions; loaded with the first post. */
  readonly pushPosts: Readonly<Record<WebhookKind, () => Promise<PushPosts>>>;
  readonly settings: AppSettings;
  /** "Test connection" of a domain; null: another one looks at the same server. */
  examine(domainId: string, order: DoctorOrder): Promise<DoctorReport | null>;
  /** The database answers and its migrations are there. */
  readiness(): Promise<Readiness>;
  /** Figures of the runtime, beside those of the database and of this application. */
  metrics?(): readonly MetricFamily[];
}
