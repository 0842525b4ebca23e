/**
 * The conversation with one mailbox, located and in the version that its server takes: both turn out with the first
 * request, and again when the version is refused later.
 */
import type { Effects } from '#core/effects.ts';
import type { RequestVersion } from '#core/exchange-access.ts';
import { failure, RemoteFailure } from '#core/failure.ts';
import { Conversation } from './conversation.ts';
import { calendarAsked } from './folder-reader.ts';
import { isVersionRefusal, type ServerVersions, type VersionQuestion } from './server-version.ts';
import type { MailboxRoute } from './transport.ts';

/** A mailbox that was located, and how its version is asked for. */
interface Located {
  readonly route: MailboxRoute;
  readonly question: VersionQuestion;
}

/** No request is made before `with`. */
export class NegotiatedConversation {
  readonly #effects: Effects;
  readonly #versions: ServerVersions;
  readonly #route: () => Promise<MailboxRoute>;
  #located: Promise<Located> | undefined;
  #conversation: Promise<Conversation> | undefined;

  constructor(effects: Effects, versions: ServerVersions, route: () => Promise<MailboxRoute>) {
    this.#effects = effects;
    this.#versions = versions;
    this.#route = route;
  }

  /** A request whose version is refused was not carried out: the same again in another version. */
  async with<T>(work: (conversation: Conversation) => Promise<T>): Promise<T> {
    const conversation = await this.#open();
    const before = conversation.answers;
    try {
      return await work(conversation);
    } catch (error) {
      if (!isVersionRefusal(error)) throw error;
      const { route, question } = await this.#locate();
      if (route.server.version !== null) throw error;
      const version = await this.#versions.after(error, question);
      this.#conversation = this.#converse(route, version);
      if (conversation.answers === before) return work(await this.#conversation);
      // Part of it was carried out: the next attempt finds that.
      throw new RemoteFailure(failure('mailboxUnavailable', error.failure.detail), { cause: error });
    }
  }

  #open(): Promise<Conversation> {
    this.#conversation ??= this.#negotiated().catch((error: unknown) => {
      this.#conversation = undefined;
      throw error;
    });
    return this.#conversation;
  }

  #locate(): Promise<Located> {
    this.#located ??= this.#route()
      .then((route) => ({ route, question: this.#questionOf(route) }))
      .catch((error: unknown) => {
        this.#located = undefined;
        throw error;
      });
    return this.#located;
  }

  #questionOf(route: MailboxRoute): VersionQuestion {
    return {
      endpoint: route.server.endpoint,
      address: route.address,
      ask: async (version) => calendarAsked(await this.#converse(route, version)),
    };
  }

  async #negotiated(): Promise<Conversation> {
    const { route, question } = await this.#locate();
    return this.#converse(route, route.server.version ?? (await this.#versions.of(question)));
  }

  #converse(route: MailboxRoute, version: RequestVersion): Promise<Conversation> {
    const { endpoint } = route.server;
    return Conversation.open(this.#effects, route, version, (build) => this.#versions.seen(endpoint, build));
  }
}
