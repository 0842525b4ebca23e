/**
 * What Microsoft Graph posts to the URL of a subscription, as data (Microsoft Learn, changeNotificationCollection resource
 * type; "Reduce missing subscriptions and change notifications"). Which event changed is told too, and not read: whoever
 * is told asks for all changes.
 */
import * as v from 'valibot';
import type { PushNews, PushNotice, PushPosts } from '../mailbox-push.port.ts';

/** Notifications of one post that are read. */
const NOTICE_LIMIT = 1_000;

const Notification = v.object({
  subscriptionId: v.pipe(v.string(), v.nonEmpty(), v.maxLength(512)),
  clientState: v.nullish(v.string()),
  lifecycleEvent: v.nullish(v.string()),
});
const Post = v.object({ value: v.array(v.unknown()) });

const NEWS_OF_LIFECYCLE: ReadonlyMap<string, PushNews> = new Map<string, PushNews>([
  ['reauthorizationRequired', 'reauthorize'],
  ['subscriptionRemoved', 'removed'],
  ['missed', 'missed'],
]);

/** Posts of Graph. The answer is always 202: anything else is sent again for four hours, and tells strangers something. */
export const GRAPH_POSTS: PushPosts = {
  kind: 'graph',
  read: ({ body }) => {
    const parsed = v.safeParse(Post, jsonIn(body));
    if (!parsed.success) return null;
    const notices = parsed.output.value.slice(0, NOTICE_LIMIT).flatMap(noticeIn);
    return notices.length === 0 ? null : notices;
  },
  answer: () => ({ status: 202, contentType: null, body: '' }),
};

function noticeIn(value: unknown): readonly PushNotice[] {
  const parsed = v.safeParse(Notification, value);
  if (!parsed.success) return [];
  const { subscriptionId, clientState, lifecycleEvent } = parsed.output;
  // An event of the life cycle that there is not yet asks for a look, like a change.
  const news = NEWS_OF_LIFECYCLE.get(lifecycleEvent ?? '') ?? 'changed';
  return [{ subscriptionId, secret: clientState ?? null, news, watermark: null }];
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
