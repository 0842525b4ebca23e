/**
 * Where servers tell that something changed. Everybody can call it: what proves that a post comes from the server that we
 * subscribed at is the subscription's secret, of which a digest is kept. What comes of a post is at most that its mailbox
 * is looked at, so that one which is late, comes twice or is forged does no harm; the answers to all of them are alike.
 * No path is logged or counted: of some protocols the secret stands in it.
 */
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Effects } from '#core/effects.ts';
import type { PushNews, PushNotice, PushPosts, WebhookKind } from '#exchange/mailbox-push.port.ts';
import { withoutStatement } from '#store/database-error.ts';
import { digestOf, noteTold, type PushRow, pushById } from '#store/push.repository.ts';
import { ExpiringCache } from './expiring-cache.ts';
import type { MetricFamily } from './metrics.ts';
import { describeOperation } from './openapi.ts';
import { ApiProblem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import type { ApiEnv } from './session.ts';
import type { AppDependencies } from './settings.ts';

/** A thousand notifications of Graph. */
const BODY_LIMIT_BYTES = 512 * 1_024;
/** Longest token of a validation that is repeated. */
const TOKEN_LIMIT = 2_048;
/** Subscriptions whose posts need no look into the database for a while. */
const KNOWN_MS = 60_000;
const KNOWN_LIMIT = 20_000;
/** Posts to URLs that were not known lately, all together: beyond it strangers do not make us ask the database. */
const STRANGERS = { burst: 200, everyMs: 20 };
/** Posts of one subscription. A server sends again later what it could not deliver. */
const OF_ONE = { burst: 100, everyMs: 50 };

/** What became of a post. */
export type PushOutcome = 'validated' | 'taken' | 'forged' | 'unknown' | 'unreadable' | 'tooMany' | 'failed';

/** What it takes of the application's dependencies. */
export type PushDependencies = Pick<AppDependencies, 'effects' | 'db' | 'pushPosts'>;

/** How posts went, in this process. */
export interface PushCounter {
  count(outcome: PushOutcome): void;
  family(): MetricFamily;
}

export function createPushCounter(): PushCounter {
  const counts = new Map<PushOutcome, number>();
  return {
    count: (outcome) => {
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    },
    family: () => ({
      name: 'push_posts_total',
      help: 'Posts of Exchange servers about changes, by what became of them.',
      type: 'counter',
      samples: [...counts].map(([outcome, value]) => ({ labels: { outcome }, value })),
    }),
  };
}

/** Below `/push`. */
export function pushRoutes(deps: PushDependencies, counter: PushCounter) {
  const receive = receiver(deps, counter);
  const described = describeOperation(
    'Where Exchange tells that something changed',
    {
      200: { description: 'The token of a validation, or how an EWS subscription goes on', content: PLAIN },
      202: { description: 'Heard, or not: the answer does not say whether it was believed' },
      413: { description: 'Too long' },
      429: { description: 'Too many: send it again' },
      503: { description: 'Send it again' },
    },
    'none',
  );
  const limited = bodyLimit({
    maxSize: BODY_LIMIT_BYTES,
    onError: (c) => {
      counter.count('unreadable');
      return c.body(null, 413);
    },
  });
  return new Hono<ApiEnv>()
    .post('/:kind/:id', described, limited, (c) => receive(c, c.req.param()))
    .post('/:kind/:id/:secret', described, limited, (c) => receive(c, c.req.param()));
}

const PLAIN = {
  'text/plain': { schema: { type: 'string' } },
  'text/xml': { schema: { type: 'string' } },
} as const;

interface Where {
  readonly kind: string;
  readonly id: string;
  readonly secret?: string;
}

function receiver({ effects, db, pushPosts }: PushDependencies, counter: PushCounter) {
  const known = new ExpiringCache<PushRow>(effects.clock, KNOWN_MS, KNOWN_LIMIT);
  const ofStrangers = createRateLimit(effects.clock, STRANGERS);
  const ofOne = createRateLimit(effects.clock, OF_ONE);

  /** Null: it names no subscription of this kind. */
  const rowOf = async (kind: WebhookKind, id: string): Promise<PushRow | null> => {
    const found = known.get(id);
    if (found === null) ofStrangers('');
    else ofOne(id);
    const row = found ?? (await pushById(db, id));
    return row?.kind === kind ? row : null;
  };

  const take = async (
    row: PushRow,
    reader: PushPosts,
    post: { readonly body: string; readonly pathSecret: string | null },
  ): Promise<PushOutcome> => {
    const notices = reader.read(post);
    if (notices === null) return 'unreadable';
    const believed: PushNotice[] = [];
    for (const notice of notices) if (await isOf(row, notice)) believed.push(notice);
    if (believed.length === 0) return 'forged';
    const noted = await noteTold(db, row, { nowMs: effects.clock.now(), ...toldBy(believed) });
    // Only what has proved itself is remembered: nobody fills the memory with names.
    known.set(row.id, noted);
    return 'taken';
  };

  return async (c: Context<ApiEnv>, { kind: named, id, secret }: Where): Promise<Response> => {
    const kind = kindOf(named);
    if (kind === null) return c.body(null, 404);
    const token = c.req.query('validationToken');
    if (kind === 'graph' && token !== undefined && token.length <= TOKEN_LIMIT) {
      counter.count('validated');
      return c.text(token);
    }
    try {
      const reader = await pushPosts[kind]();
      // What strangers send is not even parsed.
      const row = UUID.test(id) ? await rowOf(kind, id) : null;
      const outcome =
        row === null
          ? 'unknown'
          : await take(row, reader, { body: await c.req.text(), pathSecret: secret ?? null });
      counter.count(outcome);
      if (outcome === 'taken') c.env?.woken?.();
      const { status, contentType, body } = reader.answer(outcome === 'taken');
      return contentType === null
        ? c.body(null, status)
        : c.body(body, status, { 'Content-Type': contentType });
    } catch (error) {
      return sendAgain(c, error, counter, effects);
    }
  };
}

/** Answers of which servers send the post again. */
function sendAgain(
  c: Context<ApiEnv>,
  error: unknown,
  counter: PushCounter,
  { log }: Pick<Effects, 'log'>,
): Response {
  if (error instanceof ApiProblem && error.reason === 'tooManyRequests') {
    counter.count('tooMany');
    return c.body(null, 429, { 'Retry-After': String(Math.ceil((error.waitMs ?? 1_000) / 1_000)) });
  }
  counter.count('failed');
  log.error('a notification could not be noted', { error: withoutStatement(error) });
  return c.body(null, 503, { 'Retry-After': '10' });
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function kindOf(text: string): WebhookKind | null {
  return text === 'graph' || text === 'ewsPush' ? text : null;
}

/** One whose making was not recorded yet is known by its secret alone. */
async function isOf(row: PushRow, { subscriptionId, secret }: PushNotice): Promise<boolean> {
  if (secret === null) return false;
  const isSecret = await timingSafeEqual(digestOf(secret), row.secretDigest);
  return isSecret && (row.serverId === null || row.serverId === subscriptionId);
}

function toldBy(notices: readonly PushNotice[]) {
  const says = (news: PushNews) => notices.some((notice) => notice.news === news);
  const look = (['removed', 'missed', 'changed'] as const).find(says) ?? null;
  const watermark = notices.findLast((notice) => notice.watermark !== null)?.watermark ?? null;
  return { look, isDue: says('reauthorize'), watermark };
}
