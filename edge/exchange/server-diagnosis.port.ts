/**
 * The port to an Exchange server that is looked at step by step ("Test connection"): each method asks for as little as
 * tells one thing, and rejects with RemoteFailure when that one thing is not as it should be. What comes later is asked
 * for after what comes earlier was found to be in order.
 */
import type { RequestVersion } from '#core/exchange-access.ts';
import type { MailboxServer, MailboxWrite } from './mailbox-calendar.port.ts';

/** Of Microsoft Graph there is one that is supported in production. */
export type GraphVersion = 'v1.0';

/** The version that requests ask for. */
export interface ToldVersion {
  readonly version: RequestVersion | GraphVersion;
  /** What the server says that it is, for example `15.2.1748`; null where it does not. */
  readonly build: string | null;
  /** Fixed by the configuration, known from earlier, or found now. */
  readonly from: 'configuration' | 'memory' | 'server';
}

/** The default calendar of the mailbox. */
export interface ToldCalendar {
  readonly id: string;
  readonly name: string;
  readonly items: number;
  readonly canWrite: boolean;
}

/** One server, looked at for one mailbox. Nothing that an earlier sign-in left behind is used, but connections. */
export interface ServerDiagnosis {
  /**
   * Kinds of sign-in that the server offers to somebody who does not say who they are, such as `Basic`, `NTLM`; none
   * where it does not ask. No credential is sent.
   */
  greet(): Promise<readonly string[]>;
  /** Whether the account or the application is let in, whatever it may do then. */
  signIn(): Promise<void>;
  version(): Promise<ToldVersion>;
  /** Whether the account may act for the mailbox; only where the server is told to let it. */
  actFor(): Promise<void>;
  calendar(): Promise<ToldCalendar>;
  /** Removes items past Deleted Items; nobody is mailed. One outcome for each, in order. At most ten. */
  removeForGood(
    items: readonly { readonly id: string; readonly version: string }[],
  ): Promise<readonly MailboxWrite[]>;
  /** Ends what was kept open. */
  close(): void;
}

/** No request is made. `address` is an SMTP address. */
export type OpenServerDiagnosis = (server: MailboxServer, address: string) => ServerDiagnosis;
