/**
 * ServerDiagnosis over Exchange Web Services. A server looks at who signs in before it looks at the version, at the
 * version before whom it acts for, and at that before the folder; so what it refuses tells how far a request came.
 */
import type * as Ews from 'ews-javascript-api';
import type { Effects, HttpFetch } from '#core/effects.ts';
import { REQUEST_VERSIONS, type RequestVersion } from '#core/exchange-access.ts';
import type { Failure } from '#core/failure.ts';
import { REASONS, type Reason } from '#shared/reasons.ts';
import type { MailboxServer, MailboxWrite } from '../mailbox-calendar.port.ts';
import type {
  OpenServerDiagnosis,
  ServerDiagnosis,
  ToldCalendar,
  ToldVersion,
} from '../server-diagnosis.port.ts';
import type { KeptConnection } from '../sign-in/kept-connection.port.ts';
import { openSignedFetch, type SignInPorts } from '../sign-in/signed-fetch.ts';
import { Conversation, itemTarget } from './conversation.ts';
import type { EwsPorts } from './ews-mailbox.adapter.ts';
import { failureOf, ServerRefusal } from './failures.ts';
import { greet } from './greeting.ts';
import {
  isVersionRefusal,
  type ServerBuild,
  ServerVersions,
  type VersionQuestion,
} from './server-version.ts';
import type { MailboxRoute } from './transport.ts';

/** Opens servers to be looked at. No request is made. */
export function openEwsDiagnosis(effects: Effects, ports: EwsPorts): OpenServerDiagnosis {
  return (server, address) => new EwsDiagnosis(effects, ports, server, address);
}

/** Of the mailbox and what is in it: whoever hears that was let in, and was asked for a version that the server knows. */
function isAboutMailbox({ reason }: Failure): boolean {
  return REASONS[reason].scope !== 'server';
}

/** The account acts for the mailbox, and may not open or find this folder. */
const OF_THE_FOLDER: ReadonlySet<Reason> = new Set<Reason>(['accessDenied', 'folderNotFound']);

class EwsDiagnosis implements ServerDiagnosis {
  readonly #effects: Effects;
  readonly #ports: EwsPorts;
  readonly #versions: ServerVersions;
  readonly #route: MailboxRoute;
  /** Says nothing about who asks. */
  readonly #unsigned: HttpFetch;
  readonly #question: VersionQuestion;
  readonly #connections: KeptConnection[] = [];
  #version: RequestVersion = REQUEST_VERSIONS[0];
  #build: ServerBuild | null = null;

  constructor(effects: Effects, ports: EwsPorts, server: MailboxServer, address: string) {
    this.#effects = effects;
    this.#ports = ports;
    this.#versions = new ServerVersions(effects.clock, ports.servers);
    const reach = server.reach ?? null;
    const signIn = openSignedFetch(effects, this.#freshSignIn(ports));
    this.#route = { server, address: server.knownAs ?? address, fetch: signIn(server.signIn, reach) };
    this.#unsigned = reach === null ? effects.fetch : ports.network.fetchWithin(reach);
    const ask = (version: RequestVersion) => this.#ask(version);
    this.#question = { endpoint: server.endpoint, address, ask };
  }

  greet(): Promise<readonly string[]> {
    const { server, address } = this.#route;
    const { timeoutSignal } = this.#effects;
    return greet({ fetch: this.#unsigned, timeoutSignal }, server, address);
  }

  async signIn(): Promise<void> {
    try {
      await this.#bind(this.#route.server.version ?? REQUEST_VERSIONS[0]);
    } catch (error) {
      // EWS itself refuses: whoever asks was let in. Only that it is busy it says before it looks at anything.
      if (!(error instanceof ServerRefusal) || error.failure.reason === 'throttled') throw error;
    }
  }

  async version(): Promise<ToldVersion> {
    const { endpoint, version: fixed } = this.#route.server;
    const isKnown = fixed === null && (await this.#ports.servers.get(endpoint)) !== null;
    this.#version = fixed ?? (await this.#versions.of(this.#question));
    if (this.#build === null) await this.#confirm(fixed === null);
    const from = fixed !== null ? 'configuration' : isKnown ? 'memory' : 'server';
    return { version: this.#version, build: buildText(this.#build), from };
  }

  async actFor(): Promise<void> {
    try {
      await this.#bind(this.#version);
    } catch (error) {
      const isActing = error instanceof ServerRefusal && OF_THE_FOLDER.has(error.failure.reason);
      if (!isActing) throw error;
    }
  }

  async calendar(): Promise<ToldCalendar> {
    const folder = await this.#bind(this.#version);
    const canWrite = (folder.rights & folder.createContents) !== 0;
    return { id: folder.id, name: folder.name, items: folder.items, canWrite };
  }

  async removeForGood(
    items: readonly { readonly id: string; readonly version: string }[],
  ): Promise<readonly MailboxWrite[]> {
    const conversation = await this.#converse(this.#version);
    const targets = items.map(({ id, version }) => itemTarget(id, version));
    const messages = await conversation.deleteItems(targets, 'none', 'forGood');
    return items.map(({ id, version }, index) => {
      const message = messages[index];
      if (message !== undefined && conversation.succeeded(message)) return { kind: 'written', id, version };
      const refusal =
        message === undefined ? { code: '', text: 'no answer' } : conversation.refusalOf(message);
      return { kind: 'failed', failure: failureOf(refusal, 'itemRefused', 'itemNotFound') };
    });
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** A token from before must not hide that the application would get none now; the one that it gets serves all. */
  #freshSignIn({ tokens, openConnection, network }: SignInPorts): SignInPorts {
    return {
      network,
      tokens: { get: async () => null, put: (key, entry) => tokens.put(key, entry) },
      openConnection:
        openConnection &&
        ((url, reach) => {
          const connection = openConnection(url, reach);
          this.#connections.push(connection);
          return connection;
        }),
    };
  }

  /** What was remembered may be out of date. */
  async #confirm(mayAskAnew: boolean): Promise<void> {
    try {
      this.#build = await this.#ask(this.#version);
    } catch (error) {
      if (!(mayAskAnew && isVersionRefusal(error))) throw error;
      this.#version = await this.#versions.after(error, this.#question);
    }
  }

  /** Null where the server takes the version and refuses something else. */
  async #ask(version: RequestVersion): Promise<ServerBuild | null> {
    try {
      this.#build = (await this.#bind(version)).build;
      return this.#build;
    } catch (error) {
      if (error instanceof ServerRefusal && isAboutMailbox(error.failure)) return null;
      throw error;
    }
  }

  /** GetFolder of the default calendar. */
  async #bind(version: RequestVersion): Promise<BoundFolder> {
    const conversation = await this.#converse(version);
    const { ews } = conversation;
    const { DisplayName, TotalCount, EffectiveRights } = ews.FolderSchema;
    const shape = new ews.PropertySet(ews.BasePropertySet.IdOnly, [DisplayName, TotalCount, EffectiveRights]);
    const calendar = conversation.wellKnown(ews.WellKnownFolderName.Calendar);
    const folder = await conversation.ask((service) => ews.Folder.Bind(service, calendar, shape));
    return { ...described(ews, folder), build: conversation.build };
  }

  #converse(version: RequestVersion): Promise<Conversation> {
    return Conversation.open(this.#effects, this.#route, version, () => undefined);
  }
}

interface BoundFolder extends Omit<ToldCalendar, 'canWrite'> {
  readonly rights: number;
  readonly createContents: number;
  readonly build: ServerBuild | null;
}

function described(ews: typeof Ews, folder: Ews.Folder): Omit<BoundFolder, 'build'> {
  return {
    id: folder.Id.UniqueId,
    name: folder.DisplayName,
    items: folder.TotalCount,
    rights: folder.EffectiveRights,
    createContents: ews.EffectiveRights.CreateContents,
  };
}

function buildText(build: ServerBuild | null): string | null {
  return build === null ? null : `${build.major}.${build.minor}.${build.build}`;
}
