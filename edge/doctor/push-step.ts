/** Whether Exchange tells this service what changes, or could: without it changes wait for the interval, and arrive. */
import type { Effects } from '#core/effects.ts';
import { RemoteFailure } from '#core/failure.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import type { OpenPush } from '#exchange/mailbox-push.port.ts';
import type { MailboxPushState } from '#shared/domain-api.ts';
import type { Seen } from './examination.ts';

/** What of push can be looked at. */
export interface DoctorPush {
  readonly open: OpenPush;
  /** Where servers reach this service; null: nowhere, and it may hold connections on which they tell. */
  readonly address: string | null;
  /** How the mailbox with this address is told of changes; null: it is not paired. */
  readonly stateOf: (address: string) => Promise<MailboxPushState | null>;
}

/** The shortest that Graph grants; the subscription is removed at once. */
const LIFETIME_MS = 45 * 60_000;

/**
 * What is known, or else a try: Graph calls the address while it subscribes us. Whether a server of the organisation reaches
 * it shows when it has something to say.
 */
export async function examinePush(
  { ids }: Pick<Effects, 'ids'>,
  push: DoctorPush,
  server: MailboxServer,
  mailbox: string,
): Promise<Seen> {
  const { kind = null, state, reason, reasonDetail } = (await push.stateOf(mailbox)) ?? {};
  if (state === 'on') return {};
  if (push.address === null) {
    const isStreamed = kind === 'ewsStreaming' && reason;
    return isStreamed
      ? { warning: 'pushUnavailable', detail: reasonDetail ?? '' }
      : { notTried: true, warning: 'pushWithoutAddress' };
  }
  const opened = push.open(server, mailbox);
  if (opened === null) return { notTried: true };
  const isKnown = state === 'off' && kind === opened.kind && reason === 'pushUnreachable';
  if (opened.kind !== 'graph') {
    return isKnown ? { warning: 'pushUnreachable', detail: reasonDetail ?? '' } : { notTried: true };
  }
  try {
    const { id } = await opened.subscribe({
      folderIds: [],
      url: `${push.address}/push/${opened.kind}/${ids.uuid()}`,
      secret: `${ids.uuid()}${ids.uuid()}`.replaceAll('-', ''),
      lifetimeMs: LIFETIME_MS,
      isAbandoned: async () => false,
    });
    await opened.remove(id);
    return {};
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    const { reason: why, detail } = error.failure;
    return { warning: why === 'pushUnreachable' ? 'pushUnreachable' : 'pushUnavailable', detail };
  }
}
