/**
 * The session of a portal whose dialect may turn out to be another one while we work with it: it was upgraded, or moved
 * to a machine with another version. An answer that contradicts the dialect makes us ask the portal again what it is.
 */
import type { Effects } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import type { SignIn } from '../oauth.ts';
import type { PortalDialect, PortalServer } from '../portal-calendar.port.ts';
import type { JsonwsClient } from './jsonws-client.ts';
import { openSession, type Session } from './portal-session.ts';
import { ASSUMED_DIALECT, probePortal } from './probe.ts';

/** A portal that keeps contradicting itself is asked again no sooner than this. */
const PAUSE_MS = 60_000;

/** `session` is always the one that fits best what the portal said last. */
export class LearntSession {
  readonly #effects: Effects;
  readonly #relearnt: PortalServer['relearnt'];
  readonly #open: (dialect: PortalDialect) => Session;
  #session: Session;
  #changed: (session: Session) => void = () => {};
  #learning: Promise<boolean> | null = null;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(effects: Effects, client: JsonwsClient, signIn: SignIn, server: PortalServer) {
    this.#effects = effects;
    this.#relearnt = server.relearnt;
    const learn = (part: Partial<PortalDialect>) => this.#replace({ ...this.#session.dialect, ...part });
    this.#open = (dialect) => openSession(client, signIn, dialect, { log: effects.log, learn });
    this.#session = this.#open(server.dialect ?? ASSUMED_DIALECT);
  }

  get session(): Session {
    return this.#session;
  }

  readonly sessionOf = (dialect: PortalDialect): Session => this.#open(dialect);

  onChange(changed: (session: Session) => void): void {
    this.#changed = changed;
  }

  /** Asks again in the new dialect what was asked in one that turned out to be wrong. */
  async read<T>(ask: (session: Session) => Promise<T>): Promise<T> {
    return this.#inDialect(ask, () => true);
  }

  /**
   * Writes again only where the calendar services have moved: then the portal had none of the methods that were called,
   * and nothing was carried out.
   */
  async write<T>(write: (session: Session) => Promise<T>): Promise<T> {
    return this.#inDialect(write, (before, now) => before.context !== now.context);
  }

  async #inDialect<T>(
    act: (session: Session) => Promise<T>,
    mayRepeat: (before: PortalDialect, now: PortalDialect) => boolean,
  ): Promise<T> {
    const session = this.#session;
    try {
      return await act(session);
    } catch (error) {
      if (!(error instanceof RemoteFailure) || error.failure.reason !== 'notTheService') throw error;
      const isAnother = this.#session !== session || (await this.learnAnew());
      if (!isAnother || !mayRepeat(session.dialect, this.#session.dialect)) throw error;
      return act(this.#session);
    }
  }

  /** Asks the portal what it is; whether that is something else than was known. Callers at a time share one asking. */
  async learnAnew(): Promise<boolean> {
    const now = this.#effects.clock.monotonic();
    if (this.#relearnt === undefined) return false;
    if (this.#learning === null && now < this.#notBeforeMs) return false;
    this.#notBeforeMs = now + PAUSE_MS;
    this.#learning ??= this.#probe().finally(() => {
      this.#learning = null;
    });
    return this.#learning;
  }

  async #probe(): Promise<boolean> {
    const before = this.#session.dialect;
    try {
      const found = await probePortal(this.#effects, this.#open, null);
      // Without a calendar to try it in, the probe does not learn whether UIDs are kept.
      const dialect = { ...found, keepsUid: before.keepsUid };
      if (isSame(dialect, before)) return false;
      await this.#replace(dialect);
      return true;
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      this.#effects.log.warn('The portal could not be asked again what it is', { ...error.failure });
      return false;
    }
  }

  async #replace(dialect: PortalDialect): Promise<void> {
    this.#effects.log.info('The portal is not as it was known: this was learnt anew', {
      before: describeDialect(this.#session.dialect),
      now: describeDialect(dialect),
    });
    this.#session = this.#open(dialect);
    this.#changed(this.#session);
    await this.#relearnt?.(dialect);
  }
}

/** `Liferay 7.4.13, services calendar, row versions, UIDs kept`: for logs. */
export function describeDialect({ version, context, hasRowVersion, keepsUid }: PortalDialect): string {
  return [
    version === null ? 'Liferay of an untold version' : `Liferay ${version}`,
    `services ${context}`,
    hasRowVersion ? 'row versions' : 'no row versions',
    keepsUid ? 'UIDs kept' : 'UIDs not kept',
  ].join(', ');
}

function isSame(one: PortalDialect, other: PortalDialect): boolean {
  return (
    one.context === other.context &&
    one.version === other.version &&
    one.keepsUid === other.keepsUid &&
    one.hasRowVersion === other.hasRowVersion &&
    one.companyId === other.companyId
  );
}
