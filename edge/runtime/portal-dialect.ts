/** What kind of portal this is: asked of it once, then remembered, and shown in the log at every start. */
import type { Effects } from '#core/effects.ts';
import { type RememberedPortal, rememberedPortal, rememberPortal } from '#http/remembered-dialect.ts';
import { describeDialect } from '#liferay/jsonws/learnt-session.ts';
import type { OpenPortal, PortalCredentials, PortalServer } from '#liferay/portal-calendar.port.ts';
import type { Database } from '#store/database.ts';
import { withoutStatement } from '#store/database-error.ts';

/** An upgrade that contradicts nothing is noticed at the first start after this. */
const LEARNT_FOR_MS = 86_400_000;

interface Asking {
  readonly effects: Effects;
  readonly db: Database;
  readonly openPortal: OpenPortal;
  readonly server: Pick<PortalServer, 'url' | 'timeoutMs'>;
  readonly credentials: PortalCredentials;
}

/**
 * The portal's address with what is known about it; what an answer contradicts is learnt anew and remembered. Rejects with
 * RemoteFailure when nothing is known yet and the portal does not tell.
 */
export async function learntServer(asking: Asking): Promise<PortalServer> {
  const { effects, db, server } = asking;
  const relearnt: NonNullable<PortalServer['relearnt']> = (dialect) =>
    rememberPortal(db, server.url, { dialect, learntAtMs: effects.clock.now() });
  const known = await rememberedPortal(db, server.url);
  const { dialect } = await learn(asking, known);
  effects.log.info('The portal is known', { portal: server.url, dialect: describeDialect(dialect) });
  return { ...server, dialect, relearnt };
}

async function learn(asking: Asking, known: RememberedPortal | null): Promise<RememberedPortal> {
  const { effects, db, openPortal, server, credentials } = asking;
  const now = effects.clock.now();
  if (known !== null && now - known.learntAtMs < LEARNT_FOR_MS) return known;
  try {
    const portal = openPortal({ ...server, dialect: known?.dialect ?? null }, credentials);
    const probed = await portal.probe(null);
    // Without a calendar to try it in, the probe does not learn whether UIDs are kept.
    const dialect = { ...probed, keepsUid: known?.dialect.keepsUid ?? probed.keepsUid };
    const learnt = { dialect, learntAtMs: now };
    await rememberPortal(db, server.url, learnt);
    return learnt;
  } catch (error) {
    if (known === null) throw error;
    effects.log.warn('The portal could not be asked what kind it is', { error: withoutStatement(error) });
    return known;
  }
}
