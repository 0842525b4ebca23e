/**
 * Subscriptions by which servers tell us what changes, and the mark that a notification leaves: its mailbox is due, and
 * has to be asked. What was told is counted (`mailbox.told`), so that what comes during a run is not taken for answered by
 * it; times of two processes are not compared.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { and, eq, exists, gt, inArray, ne, sql } from 'drizzle-orm';
import { mailbox, push } from '#drizzle/schema.ts';
import type { MailboxPushState } from '#shared/domain-api.ts';
import type { Reason } from '#shared/reasons.ts';
import type { Database } from './database.ts';

export type PushRow = typeof push.$inferSelect;

/** After a notification of a mailbox at rest: what is told together is looked at together. */
const DEBOUNCE_MS = 200;
/** A run that is under way, or has just ended, is followed by the next one after so long, however much is told. */
const LEAST_GAP_MS = 1_000;
/** How exactly it is known when a server was last heard: a burst of notifications is no burst of writes. */
const HEARD_MS = 60_000;
/** Of a server that says something regularly this is how much later than expected it may do so. */
const HEARTBEATS_MISSED = 1.5;

/** What is kept of the secret of a subscription: whoever reads the database cannot post in its name. */
export function digestOf(secret: string): string {
  return bytesToHex(sha256(utf8ToBytes(secret)));
}

/** What we keep of a mailbox's subscription; null: none was ever asked for. */
export async function pushOf(db: Database, mailboxId: string): Promise<PushRow | null> {
  const rows = await db.select().from(push).where(eq(push.mailboxId, mailboxId));
  return rows[0] ?? null;
}

/** The subscription that is named in a URL; null: it is nobody's, any more or ever. */
export async function pushById(db: Database, id: string): Promise<PushRow | null> {
  const rows = await db.select().from(push).where(eq(push.id, id));
  return rows[0] ?? null;
}

/** How a mailbox is told of changes, for people. `address`: where Exchange reaches this service; null: nowhere. */
export async function pushStateOf(
  db: Database,
  mailboxId: string,
  { nowMs, address }: { readonly nowMs: number; readonly address: string | null },
): Promise<MailboxPushState> {
  const [found] = await db
    .select({ row: push, pushUntil: mailbox.pushUntil, pushDueAt: mailbox.pushDueAt })
    .from(mailbox)
    .leftJoin(push, eq(push.mailboxId, mailbox.id))
    .where(eq(mailbox.id, mailboxId));
  const { kind = null, heardAt = null, reason = null, reasonDetail = null } = found?.row ?? {};
  const told = { kind, heardAt, nextAt: found?.pushDueAt || null };
  if ((found?.pushUntil ?? 0) > nowMs) return { state: 'on', ...told, reason: null, reasonDetail: null };
  if (address === null && kind !== 'ewsStreaming') {
    const why: Reason = 'pushWithoutAddress';
    return { state: 'off', ...told, nextAt: null, reason: why, reasonDetail: null };
  }
  return { state: reason === null ? 'waiting' : 'off', ...told, reason, reasonDetail };
}

/** As `pushStateOf`, of the domain's mailbox with this address; null: there is none. */
export async function pushStateAt(
  db: Database,
  domainId: string,
  {
    address,
    nowMs,
    publicUrl,
  }: { readonly address: string; readonly nowMs: number; readonly publicUrl: string | null },
): Promise<MailboxPushState | null> {
  const isIt = and(eq(mailbox.domainId, domainId), eq(mailbox.address, address));
  const [found] = await db.select({ id: mailbox.id }).from(mailbox).where(isIt).orderBy(mailbox.id).limit(1);
  return found === undefined ? null : pushStateOf(db, found.id, { nowMs, address: publicUrl });
}

/** How many mailboxes are told of changes, by the kind of their subscription, and how many are not, by the reason. */
export async function pushFigures(
  db: Database,
  nowMs: number,
): Promise<readonly { readonly kind: string; readonly reason: string; readonly mailboxes: number }[]> {
  const isOn = gt(mailbox.pushUntil, nowMs);
  const kind = sql<string>`case when ${isOn} then coalesce(${push.kind}, '') else 'none' end`;
  const reason = sql<string>`case when ${isOn} then '' else coalesce(${push.reason}, '') end`;
  return db
    .select({
      kind: kind.as('push_kind'),
      reason: reason.as('push_reason'),
      mailboxes: sql<number>`count(*)`,
    })
    .from(mailbox)
    .leftJoin(push, eq(push.mailboxId, mailbox.id))
    .groupBy(sql`push_kind`, sql`push_reason`)
    .orderBy(sql`push_kind`, sql`push_reason`);
}

/** Something that a server told about a subscription. */
export interface Told {
  readonly nowMs: number;
  /** Why the mailbox is to be looked at; null: there is no need. */
  readonly look: 'changed' | 'missed' | 'removed' | null;
  /** The subscription has to be renewed, or made anew. */
  readonly isDue: boolean;
  readonly watermark: string | null;
}

/**
 * Notes what was told, in one transaction. What comes twice is noted twice and looked at once.
 * @returns the subscription as it stands then
 */
export async function noteTold(db: Database, row: PushRow, told: Told): Promise<PushRow> {
  const { mailboxId, id } = row;
  const { nowMs, look, isDue, watermark } = told;
  const isGone = look === 'removed';
  const until = healthyUntil(row, nowMs);
  const isHeard = row.heardAt === null || nowMs - row.heardAt >= HEARD_MS;
  const sets = {
    ...(look === null ? {} : lookNow(nowMs)),
    // One that only its silence ends is looked after when that would be.
    ...(row.heartbeatMs !== null && isHeard ? { pushUntil: until, pushDueAt: until } : {}),
    ...(isDue || isGone ? { pushDueAt: 0 } : {}),
    ...(isGone ? { pushUntil: 0 } : {}),
  };
  const ofPush = {
    ...(isHeard ? { heardAt: nowMs } : {}),
    ...(watermark === null ? {} : { watermark }),
    ...(isHeard && !isGone && row.reason === UNREACHABLE ? AT_REST : {}),
    ...(isGone ? { serverId: null, reason: 'subscriptionGone' satisfies Reason, reasonDetail: null } : {}),
  };
  const isIt = and(eq(push.mailboxId, mailboxId), eq(push.id, id));
  // What was told by a subscription that has a successor concerns nobody.
  const isStill = exists(db.select({ one: sql`1` }).from(push).where(isIt));
  const writes = [
    ...(Object.keys(sets).length === 0
      ? []
      : [
          db
            .update(mailbox)
            .set(sets)
            .where(and(eq(mailbox.id, mailboxId), isStill)),
        ]),
    ...(Object.keys(ofPush).length === 0 ? [] : [db.update(push).set(ofPush).where(isIt)]),
  ];
  const [first, ...rest] = writes;
  if (first) await db.batch([first, ...rest]);
  return { ...row, ...ofPush };
}

/**
 * The mailbox is due, and Exchange is asked. One whose last run failed keeps the time of its next try: what is told must
 * not make a server that is away be asked all the time.
 */
export function lookNow(nowMs: number) {
  const rested = sql`max(${nowMs + DEBOUNCE_MS}, coalesce(${mailbox.lastRunAt}, 0) + ${LEAST_GAP_MS})`;
  const at = sql`case when ${gt(mailbox.leaseUntil, nowMs)} then ${nowMs + LEAST_GAP_MS} else ${rested} end`;
  const failing = gt(mailbox.attempts, 0);
  return {
    told: sql`${mailbox.told} + 1`,
    nextSyncAt: sql`case when ${failing} then ${mailbox.nextSyncAt} else min(${mailbox.nextSyncAt}, ${at}) end`,
    dispatchedUntil: 0,
  };
}

/** Until when a subscription counts as healthy that was heard of, or made, just now. */
export function healthyUntil(row: Pick<PushRow, 'expiresAt' | 'heartbeatMs'>, nowMs: number): number {
  const { expiresAt, heartbeatMs } = row;
  const ends = expiresAt ?? Number.MAX_SAFE_INTEGER;
  return heartbeatMs === null ? ends : Math.min(ends, nowMs + HEARTBEATS_MISSED * heartbeatMs);
}

const UNREACHABLE: Reason = 'pushUnreachable';

/** A subscription that is about to be asked for, so that what it tells is known whatever becomes of the answer. */
export type AskedFor = Pick<PushRow, 'mailboxId' | 'id' | 'kind' | 'address' | 'secretDigest' | 'folders'>;

/** Remembers it in place of the one before, which is healthy no more. Statements for a fenced commit. */
export function askFor(db: Database, row: AskedFor) {
  const { mailboxId, ...rest } = row;
  const none = { serverId: null, watermark: null, expiresAt: null, heartbeatMs: null, heardAt: null };
  // Whether the server reaches us shows when it says something.
  const reason = sql`case when ${push.reason} = ${UNREACHABLE} and ${push.kind} = ${row.kind} then ${push.reason} end`;
  return [
    db
      .insert(push)
      .values(row)
      .onConflictDoUpdate({ target: push.mailboxId, set: { ...rest, ...none, reason } }),
    db.update(mailbox).set({ pushUntil: 0 }).where(eq(mailbox.id, mailboxId)),
  ];
}

/** Nothing is wrong with the subscription. */
export const AT_REST = { attempts: 0, reason: null, reasonDetail: null };

/** What a server granted. */
export interface Granted extends Pick<PushRow, 'serverId' | 'expiresAt' | 'heartbeatMs' | 'watermark'> {
  /** When it is to be renewed. */
  readonly dueAt: number;
  readonly nowMs: number;
  /** Changes between the last look and now were told by nobody. */
  readonly looks: boolean;
}

/** Statements for a fenced commit. */
export function grant(db: Database, mailboxId: string, granted: Granted) {
  const { dueAt, nowMs, looks, ...ofServer } = granted;
  const told = looks ? { told: sql`${mailbox.told} + 1` } : {};
  const until = healthyUntil(granted, nowMs);
  const heard = db.select({ heardAt: push.heardAt }).from(push).where(eq(push.mailboxId, mailboxId));
  // Graph has tried our address. Whoever has not counts only when it was heard, which may be before this is recorded.
  const pushUntil =
    granted.heartbeatMs === null ? until : sql`case when (${heard}) is null then 0 else ${until} end`;
  return [
    db
      .update(push)
      .set({ ...ofServer, ...(granted.heartbeatMs === null ? AT_REST : {}) })
      .where(eq(push.mailboxId, mailboxId)),
    db
      .update(mailbox)
      .set({ pushDueAt: dueAt, pushUntil, ...told })
      .where(eq(mailbox.id, mailboxId)),
  ];
}

/** There is no push for now: why, and when it is tried again. Statements for a fenced commit. */
export function refusePush(
  db: Database,
  mailboxId: string,
  refused: {
    readonly reason: Reason;
    readonly detail: string;
    readonly dueAt: number;
    readonly isGone: boolean;
  },
) {
  const { reason, detail, dueAt, isGone } = refused;
  return [
    db
      .update(push)
      .set({
        attempts: sql`${push.attempts} + 1`,
        reason,
        reasonDetail: detail,
        ...(isGone ? { serverId: null } : {}),
      })
      .where(eq(push.mailboxId, mailboxId)),
    db.update(mailbox).set({ pushDueAt: dueAt, pushUntil: 0 }).where(eq(mailbox.id, mailboxId)),
  ];
}

/** When a subscription is looked after next. Statements for a fenced commit. */
export function postponePush(db: Database, mailboxId: string, dueAt: number) {
  return [db.update(mailbox).set({ pushDueAt: dueAt, pushUntil: 0 }).where(eq(mailbox.id, mailboxId))];
}

/** A change was found that nobody had told: another subscription is to be made. Statements for a fenced commit. */
export function doubtPush(db: Database, mailboxId: string) {
  const reason: Reason = 'pushSilent';
  return [
    db.update(push).set({ reason, reasonDetail: null }).where(eq(push.mailboxId, mailboxId)),
    ...postponePush(db, mailboxId, 0),
  ];
}

/** At the start of a process: what was subscribed for another public address, or none, tells us nothing any more. */
export async function forgetOtherAddress(db: Database, address: string | null): Promise<void> {
  const others = db
    .select({ id: push.mailboxId })
    .from(push)
    .where(and(ne(push.kind, 'ewsStreaming'), address === null ? undefined : ne(push.address, address)));
  await db.update(mailbox).set({ pushUntil: 0, pushDueAt: 0 }).where(inArray(mailbox.id, others));
}
