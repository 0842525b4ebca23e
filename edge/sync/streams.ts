/**
 * Mailboxes whose servers tell of changes on connections that this process holds open, where they do not reach us to post.
 * Runs hand them in when they look after subscriptions (push.ts); what is told makes a mailbox due, and nothing else.
 *
 * No other process is asked who holds what: a mailbox belongs to the subscription that was recorded last. One that is
 * heard of no more becomes due like any other subscription, and whichever process then looks after it takes it over.
 */
import type { Effects } from '#core/effects.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { OpenStream } from '#exchange/mailbox-push.port.ts';
import type { Database } from '#store/database.ts';
import { pauseStreams } from '#store/streams.repository.ts';
import { StreamConnection } from './stream-connection.ts';

/** A mailbox that is to be told of on a connection. */
export interface Streamed {
  readonly mailboxId: string;
  /** Names the subscription (`push.id`). */
  readonly pushId: string;
  readonly server: MailboxServer;
  /** By which its server is asked. */
  readonly address: string;
  readonly folderIds: readonly string[];
}

export interface StreamsDependencies {
  readonly effects: Effects;
  readonly db: Database;
  readonly open: OpenStream;
  /** Called when a mailbox became due. */
  readonly told: () => void;
}

/** The connections of one process. Nothing is opened before a mailbox is subscribed. */
export class Streams {
  readonly #deps: StreamsDependencies;
  readonly #connections = new Map<StreamConnection, string>();
  #isClosed = false;

  constructor(deps: StreamsDependencies) {
    this.#deps = deps;
  }

  /** Whether this server tells of changes on connections, as far as is known. */
  fits(server: MailboxServer): boolean {
    return this.#deps.open(server) !== null;
  }

  /**
   * Subscribes the mailbox, in place of its subscription before, and listens from then on.
   * @returns how often the server says something at least, milliseconds
   * @throws RemoteFailure as MailboxStream.subscribe
   */
  async subscribe(streamed: Streamed): Promise<number> {
    const connection = this.#connectionFor(streamed);
    await connection.add(streamed);
    return connection.heartbeatMs;
  }

  /** Closes all connections. Another process may take their mailboxes over at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ids = [...this.#connections.keys()].flatMap((connection) => connection.close());
    await Promise.all([...this.#connections.keys()].map((connection) => connection.ended));
    if (ids.length > 0) await pauseStreams(this.#deps.db, ids, 0);
  }

  #connectionFor(streamed: Streamed): StreamConnection {
    const { server } = streamed;
    // Another sign-in is another account, with connections of its own.
    const key = JSON.stringify([server.endpoint, server.signIn, server.impersonate]);
    for (const [connection, other] of this.#connections) {
      if (other === key && connection.hasPlaceFor(streamed)) return connection;
    }
    const stream = this.#isClosed ? null : this.#deps.open(server);
    if (stream === null) throw new RemoteFailure(failure('pushUnavailable', 'no connection can be opened'));
    const connection = new StreamConnection(this.#deps, stream, () => this.#connections.delete(connection));
    this.#connections.set(connection, key);
    return connection;
  }
}
