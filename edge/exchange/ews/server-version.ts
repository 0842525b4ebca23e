/**
 * Which version of EWS to ask a server for: the newest that it takes, found out once, remembered, and found out again
 * when the server refuses it or was upgraded (Microsoft Learn, "EWS schema versions in Exchange").
 */
import * as v from 'valibot';
import type { Clock } from '#core/effects.ts';
import { REQUEST_VERSIONS, type RequestVersion } from '#core/exchange-access.ts';
import type { ServerMemory } from '../server-memory.port.ts';
import { ServerRefusal } from './failures.ts';

/** Of ServerVersionInfo, for example 15.2.1748. */
export interface ServerBuild {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
}

/** One mailbox on a server, and a simple request for it. */
export interface VersionQuestion {
  readonly endpoint: string;
  readonly address: string;
  /** Asks for something in this version. Null: the answer does not tell the build. Rejects with RemoteFailure. */
  ask(version: RequestVersion): Promise<ServerBuild | null>;
}

/** The server knows no such version (Microsoft Learn, EWS ResponseCode). */
const SERVER_REFUSES = 'ErrorInvalidServerVersion';
/** One mailbox lives on an older server than the one that answers for it. */
const MAILBOX_REFUSES = 'ErrorInvalidSchemaVersionForMailboxVersion';
/** What a server may call a request that is simple and right, if it has never heard of its version. */
const PUZZLED: ReadonlySet<string> = new Set(['ErrorInvalidRequest', 'ErrorSchemaValidation']);

/** Servers of several versions can stand behind one address: that is not taken for an upgrade again and again. */
const UPGRADE_MS = 86_400_000;

const LearntSchema = v.object({
  version: v.picklist(REQUEST_VERSIONS),
  /** What the build that answered then was expected to take. */
  expected: v.picklist(REQUEST_VERSIONS),
  /** Epoch milliseconds. */
  at: v.number(),
});
type Learnt = v.InferOutput<typeof LearntSchema>;

/** Whether a request was refused for its version, before the server looked at the rest of it. */
export function isVersionRefusal(error: unknown): error is ServerRefusal {
  return error instanceof ServerRefusal && (error.code === SERVER_REFUSES || error.code === MAILBOX_REFUSES);
}

/** The versions of all servers that a process speaks to. Its methods reject with RemoteFailure. */
export class ServerVersions {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #memory: ServerMemory;
  readonly #held = new Map<string, Learnt>();
  readonly #upgraded = new Set<string>();
  /** Of mailboxes that live on an older server. */
  readonly #older = new Map<string, RequestVersion>();
  readonly #asking = new Map<string, Promise<RequestVersion>>();

  constructor(clock: Pick<Clock, 'now'>, memory: ServerMemory) {
    this.#clock = clock;
    this.#memory = memory;
  }

  /** What to ask for. */
  async of(question: VersionQuestion): Promise<RequestVersion> {
    const { endpoint } = question;
    if (this.#upgraded.has(endpoint)) return this.#learn(question);
    const known = this.#held.get(endpoint) ?? (await this.#remembered(endpoint));
    return this.#older.get(mailboxKey(question)) ?? known?.version ?? this.#learn(question);
  }

  /** What to ask for after the version that `of` gave was refused. */
  async after(refusal: ServerRefusal, question: VersionQuestion): Promise<RequestVersion> {
    if (refusal.code !== MAILBOX_REFUSES) return this.#learn(question);
    const { version } = await this.#newest(question, () => null);
    this.#older.set(mailboxKey(question), version);
    return version;
  }

  /** Every answer tells the build. A server that seems upgraded is asked anew for the next mailbox that is opened. */
  seen(endpoint: string, build: ServerBuild): void {
    const known = this.#held.get(endpoint);
    const expected = versionOf(build);
    if (known === undefined || expected === null || !isNewer(expected, known.expected)) return;
    if (known.at + UPGRADE_MS <= this.#clock.now()) this.#upgraded.add(endpoint);
  }

  async #remembered(endpoint: string): Promise<Learnt | null> {
    const learnt = learntIn(await this.#memory.get(endpoint));
    if (learnt !== null) this.#held.set(endpoint, learnt);
    return learnt;
  }

  /** Of many mailboxes that are opened at the same time, one asks. */
  #learn(question: VersionQuestion): Promise<RequestVersion> {
    const { endpoint } = question;
    const running = this.#asking.get(endpoint);
    if (running !== undefined) return running;
    const asking = this.#newest(question, (version) => version)
      .then(async ({ version, build }) => {
        const expected = (build && versionOf(build)) ?? version;
        const learnt = { version, expected, at: this.#clock.now() };
        this.#held.set(endpoint, learnt);
        this.#upgraded.delete(endpoint);
        await this.#memory.put(endpoint, JSON.stringify(learnt));
        return version;
      })
      .finally(() => this.#asking.delete(endpoint));
    this.#asking.set(endpoint, asking);
    return asking;
  }

  /** `forMailbox`: what it means that the server would take a version, and the mailbox does not. Null: go on. */
  async #newest(
    { ask }: VersionQuestion,
    forMailbox: (version: RequestVersion) => RequestVersion | null,
  ): Promise<{ readonly version: RequestVersion; readonly build: ServerBuild | null }> {
    let refusal: unknown;
    for (const version of REQUEST_VERSIONS) {
      try {
        return { version, build: await ask(version) };
      } catch (error) {
        if (!(isVersionRefusal(error) || (error instanceof ServerRefusal && PUZZLED.has(error.code))))
          throw error;
        const taken = error.code === MAILBOX_REFUSES ? forMailbox(version) : null;
        if (taken !== null) return { version: taken, build: null };
        refusal = error;
      }
    }
    throw refusal;
  }
}

function mailboxKey({ endpoint, address }: VersionQuestion): string {
  return `${endpoint} ${address.toLowerCase()}`;
}

function isNewer(one: RequestVersion, other: RequestVersion): boolean {
  return REQUEST_VERSIONS.indexOf(one) < REQUEST_VERSIONS.indexOf(other);
}

/** What was remembered by another release may not be understood. */
function learntIn(text: string | null): Learnt | null {
  try {
    const parsed = v.safeParse(LearntSchema, JSON.parse(text ?? 'null'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Source: Microsoft Learn, "Exchange Server build numbers and release dates". Null for one before EWS. */
function versionOf({ major, minor, build }: ServerBuild): RequestVersion | null {
  if (major < 8) return null;
  if (major === 8) return 'Exchange2007_SP1';
  if (major === 14 && minor === 0) return 'Exchange2010';
  if (major === 14 && minor === 1) return 'Exchange2010_SP1';
  if (major === 14) return 'Exchange2010_SP2';
  // 15.0.847 is 2013 SP1; 15.1 is 2016, 15.2 is 2019 and Subscription Edition.
  if (major === 15 && minor === 0) return build < 847 ? 'Exchange2013' : 'Exchange2013_SP1';
  return 'Exchange2016';
}
