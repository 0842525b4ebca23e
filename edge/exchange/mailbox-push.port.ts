/**
 * The port to being told that something changed in a mailbox, in place of asking. It fits Graph change notifications and
 * EWS push subscriptions (the server posts to us) and EWS streaming (we hold a connection open). What is told is never
 * more than "look": it may be lost, late, doubled or forged, so it names no item, and what changed is asked for by
 * `MailboxCalendar.changes` as ever. Methods reject with RemoteFailure.
 */
import type { AbortSignalLike } from '#core/effects.ts';
import type { Failure } from '#core/failure.ts';
import type { MailboxServer } from './mailbox-calendar.port.ts';

/** How a mailbox is watched. `graph` and `ewsPush` post to us, `ewsStreaming` answers on a connection of ours. */
export type PushKind = 'graph' | 'ewsPush' | 'ewsStreaming';
/** The kinds whose server posts to us. */
export type WebhookKind = Exclude<PushKind, 'ewsStreaming'>;

/** What a server is asked to watch, and where it tells about it. */
export interface WantedSubscription {
  /** Calendar folders, as `MailboxCalendar` names them; at least one. A server that watches whole mailboxes may tell more. */
  readonly folderIds: readonly string[];
  /** Where the server posts to: one URL for each subscription, https, without query. There is a route `URL/SECRET` too. */
  readonly url: string;
  /**
   * What proves that a post comes from whom we subscribed at: 64 letters and digits. Graph repeats it in each notification
   * (`clientState`); a protocol that has nothing like that gets it as the last segment of its URL.
   */
  readonly secret: string;
  /** How long it shall last, milliseconds; a server may allow less. Protocols without expiry take no notice of it. */
  readonly lifetimeMs: number;
  /**
   * Whether nobody of us knows the subscription any more that posts to this URL: one whose making was never recorded. Where
   * a server holds the place for it, it is removed first; where somebody else holds it, that is `pushUnavailable`.
   */
  readonly isAbandoned: (url: string) => Promise<boolean>;
}

/** A subscription as its server knows it. */
export interface MailboxSubscription {
  /** The server's id, opaque. */
  readonly id: string;
  /** How long from now on it lasts, as the server said; null: for as long as its posts are answered. */
  readonly lifetimeMs: number | null;
  /** The server says something at least this often, also when nothing changed; null: it is silent when nothing changes. */
  readonly heartbeatMs: number | null;
  /** Where its notifications go on after a break (EWS: the watermark), opaque; null: the protocol has none. */
  readonly watermark: string | null;
}

/** One mailbox's subscriptions at a server that posts to us. Opening makes no request. */
export interface MailboxPush {
  readonly kind: WebhookKind;
  /**
   * Rejects with `pushUnreachable` when the server could not reach our URL, with `pushUnavailable` when it has no place
   * for another subscription or no push at all, else as `MailboxCalendar` does. Servers may post to the URL before this
   * settles.
   */
  subscribe(wanted: WantedSubscription): Promise<MailboxSubscription>;
  /**
   * Prolongs it and says again that we may read. Rejects with `subscriptionGone` when the server does not know it any
   * more, and where the protocol cannot prolong: then a new one is made.
   */
  renew(id: string, lifetimeMs: number): Promise<MailboxSubscription>;
  /** Ends it; one that is gone is no failure. Where only the answer to its next post can end it, nothing happens. */
  remove(id: string): Promise<void>;
}

/** Opens a mailbox's push at its server; `address` as in OpenMailbox. Null: this protocol has no push. */
export type OpenPush = (server: MailboxServer, address: string) => MailboxPush | null;

/** What came to the URL of a subscription, body bounded by the caller (256 kB). */
export interface PushPost {
  readonly body: string;
  /** The last segment of the path, where the server was given one; else null. */
  readonly pathSecret: string | null;
}

/**
 * What one notification says.
 *
 * - `changed`: look. `alive`: nothing happened (EWS StatusEvent).
 * - `missed`: look, some notifications were lost. `removed`: the subscription is gone. Make another, and look.
 * - `reauthorize`: renew now, or the server falls silent.
 */
export type PushNews = 'changed' | 'alive' | 'missed' | 'removed' | 'reauthorize';

/** One notification. Nothing of it is true before `secret` was compared with the subscription's. */
export interface PushNotice {
  /** The server's id of the subscription. */
  readonly subscriptionId: string;
  /** What the post gives for the subscription's secret; null: nothing. */
  readonly secret: string | null;
  readonly news: PushNews;
  /** Of EWS: the watermark after it; else null. */
  readonly watermark: string | null;
}

/** What a server posts and what it wants to hear, of one kind; pure. */
export interface PushPosts {
  readonly kind: WebhookKind;
  /** What the post says; null: it is nothing that such a server sends. Bounded: at most 1,000 notices are read. */
  read(post: PushPost): readonly PushNotice[] | null;
  /**
   * The answer. `wanted`: the post was read, and some notice of it is of a subscription that is ours. Where the protocol
   * has one, the answer to the others is "unsubscribe"; in any case it tells nothing of why.
   */
  answer(wanted: boolean): PushAnswer;
}

export interface PushAnswer {
  readonly status: 200 | 202;
  /** Null: none, with an empty body. */
  readonly contentType: string | null;
  readonly body: string;
}

/**
 * What a connection tells. `mailbox` is the address that it was subscribed by.
 *
 * - `changed`: look. `alive`: the connection carries (said at least every `heartbeatMs`).
 * - `lost`: this mailbox's subscription is gone or was refused, the others go on.
 */
export type StreamNews =
  | { readonly kind: 'changed'; readonly mailbox: string }
  | { readonly kind: 'alive' }
  | { readonly kind: 'lost'; readonly mailbox: string; readonly failure: Failure };

/**
 * Mailboxes of one server that are told of on one connection (EWS: up to 200, and all on the mailbox server of the first,
 * whom affinity headers name). One is made for each connection and dropped with it.
 */
export interface MailboxStream {
  readonly mailboxLimit: number;
  readonly heartbeatMs: number;
  /** Adds a mailbox. Rejects as `MailboxPush.subscribe` does, and with RangeError above the limit. */
  subscribe(server: MailboxServer, address: string, folderIds: readonly string[]): Promise<void>;
  /**
   * Opens the connection for all that were added, and tells until the server ends it in its time (30 minutes at most),
   * which is no failure: it can be called again then. Rejects with RemoteFailure when the connection broke. Leaving the
   * loop, or the signal, closes it.
   */
  listen(signal: AbortSignalLike): AsyncIterable<StreamNews>;
}

/** A stream to be filled; no request is made. Null: the server of this mailbox has no streaming (Exchange 2007, Graph). */
export type OpenStream = (server: MailboxServer) => MailboxStream | null;
