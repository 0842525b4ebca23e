/** What a run is made of: its dependencies and its limits. Everything that it touches comes in here. */
import type { Effects } from '#core/effects.ts';
import type { MailboxServer, OpenMailbox, WantedMailbox } from '#exchange/mailbox-calendar.port.ts';
import type { OpenPush } from '#exchange/mailbox-push.port.ts';
import type { OpenRooms } from '#exchange/room-directory.port.ts';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import type { CalendarLanguage } from '#shared/texts/calendar.ts';
import type { fencedCommit } from '#store/commit.ts';
import type { Database } from '#store/database.ts';
import type { DomainRow } from '#store/sync-rows.ts';
import type { Streams } from './streams.ts';

/** Limits of a run. Times are milliseconds. */
export interface EngineSettings {
  /** Mailboxes that are claimed together: Liferay is read for all of them in one request. */
  readonly cohortSize: number;
  readonly leaseMs: number;
  /** Time-out of every remote request. */
  readonly requestTimeoutMs: number;
  /** How much longer than the time-out a remote side may still be working on a request that we gave up. */
  readonly marginMs: number;
  /** Mailboxes of a cohort that are worked on at the same time, at most: the server may have room for fewer. */
  readonly mailboxConcurrency: number;
  /** Liferay takes one write per request; so many are under way at the same time, per mailbox. */
  readonly portalWrites: number;
  /** Port calls and milliseconds after which a slice ends at the next batch boundary. */
  readonly sliceCalls: number;
  readonly sliceMs: number;
  readonly historyDays: number;
  /** Of the words that the service itself writes into calendars. */
  readonly language: CalendarLanguage;
}

/** For a long-lived process; Workers have tighter ones. */
export const DEFAULT_SETTINGS: EngineSettings = {
  cohortSize: 50,
  leaseMs: 120_000,
  requestTimeoutMs: 30_000,
  marginMs: 5_000,
  mailboxConcurrency: 8,
  portalWrites: 4,
  sliceCalls: 2_000,
  sliceMs: 45_000,
  historyDays: 30,
  language: 'en',
};

/** How servers tell this service of changes. */
export interface EnginePush {
  /** By posting to it; null: nobody reaches this service. */
  readonly posts: {
    readonly open: OpenPush;
    /** Where they reach it: PUBLIC_URL, without a slash at the end. */
    readonly address: string;
  } | null;
  /** On connections of this process; null: it holds none. */
  readonly streams: Streams | null;
  /** After so long Exchange is asked all the same, milliseconds. */
  readonly pollMs: number;
}

/** What every step of a run is handed. */
export interface Engine {
  readonly effects: Effects;
  readonly db: Database;
  readonly openMailbox: OpenMailbox;
  readonly openRooms: OpenRooms;
  /** The portal as the service's own identity. */
  readonly portal: PortalCalendar;
  /** Unseals the domain's sign-in and finds the server of a mailbox. Rejects with RemoteFailure when it finds none. */
  readonly mailboxServer: (domain: DomainRow, mailbox: WantedMailbox) => Promise<MailboxServer>;
  /** Null: nobody can tell us anything, and every run asks. */
  readonly push: EnginePush | null;
  readonly settings: EngineSettings;
  readonly commit: typeof fencedCommit;
}
