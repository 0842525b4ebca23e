/** The calendars of a mailbox, and what they hold of our making. */
import * as v from 'valibot';
import { failure, RemoteFailure } from '#core/failure.ts';
import type { MailboxFolder, StampMatch } from '../mailbox-calendar.port.ts';
import { STAMP_PROPERTY } from '../own-properties.ts';
import { CalendarAnswer, EventAnswer, Page, shaped, tagOf } from './answers.ts';
import type { SubAnswer } from './batch.ts';
import { type GraphConversation, query } from './conversation.ts';
import { isSeries } from './event-reader.ts';
import { OWN_PROPERTIES, ownProperty, stampedWith } from './extended.ts';
import { failureOf, GraphRefusal, INTO_FOLDER, OF_FOLDER, type Refusal } from './failures.ts';

const PAGE = 100;
/** Copies of one event that somebody made. */
const COPIES = 50;

/** All calendars, the default one first. */
export async function foldersOf(conversation: GraphConversation): Promise<readonly MailboxFolder[]> {
  const select = query({ $select: 'id,name,isDefaultCalendar,canEdit' });
  const path = `${conversation.user}/calendars${select}`;
  const meaning = { notFound: 'itemNotFound', otherwise: 'serverError' } as const;
  const answers = await conversation.all(path, meaning, PAGE);
  const folders = answers.map((answer): MailboxFolder => {
    const { id, name, isDefaultCalendar, canEdit } = shaped(CalendarAnswer, answer);
    return { id, name: name ?? '', isDefault: isDefaultCalendar === true, canWrite: canEdit === true };
  });
  return folders.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** An event of our making, and the request that made it. */
export interface Stamped extends StampMatch {
  readonly transactionId: string | null | undefined;
}

/** See MailboxCalendar.findByStamp. The value of a filter is compared without regard to case: the answer tells. */
export async function eventsStamped(
  conversation: GraphConversation,
  folderId: string,
  stamps: readonly string[],
): Promise<readonly Stamped[]> {
  const path = (stamp: string) =>
    `${conversation.calendar(folderId)}/events${query({
      $filter: stampedWith(stamp),
      $expand: OWN_PROPERTIES,
      $select: 'id,changeKey,type,recurrence,transactionId',
      $top: String(COPIES),
    })}`;
  const answers = await conversation.batch(
    stamps.map((stamp) => ({ method: 'GET', path: path(stamp) })),
    INTO_FOLDER,
  );
  const refused = answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.refusal] : []));
  const [first] = refused;
  // Whether a calendar takes this filter is nowhere documented; one that does not is looked through.
  if (first && refused.every(isFilterRefused)) return eventsLookedThrough(conversation, folderId, stamps);
  if (first) throw new RemoteFailure(failureOf(first, OF_FOLDER));
  const found = answers.flatMap(eventsIn);
  return matchesIn(found, stamps);
}

function isFilterRefused({ status, code }: Refusal): boolean {
  return (status === 400 || status === 501) && !/id/i.test(code.replace(/invalid/i, ''));
}

async function eventsLookedThrough(
  conversation: GraphConversation,
  folderId: string,
  stamps: readonly string[],
): Promise<readonly Stamped[]> {
  const options = query({ $expand: OWN_PROPERTIES, $select: 'id,changeKey,type,recurrence,transactionId' });
  const path = `${conversation.calendar(folderId)}/events${options}`;
  const answers = await conversation.all(path, OF_FOLDER, PAGE);
  return matchesIn(
    answers.map((answer) => shaped(EventAnswer, answer)),
    stamps,
  );
}

function eventsIn(answer: SubAnswer): readonly EventAnswer[] {
  if (answer.kind === 'refused') throw new GraphRefusal(answer.refusal, OF_FOLDER);
  const { value } = shaped(Page, answer.body);
  const events = v.safeParse(v.array(EventAnswer), value);
  if (events.success) return events.output;
  throw new RemoteFailure(failure('badAnswer', 'found events in another shape'));
}

/** The version of a series is not told here: whoever adopts one reads it. */
function matchesIn(events: readonly EventAnswer[], stamps: readonly string[]): readonly Stamped[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  return [...byId.values()].flatMap((event) => {
    const stamp = ownProperty(event, STAMP_PROPERTY);
    if (stamp === null || !stamps.includes(stamp)) return [];
    const { id, transactionId } = event;
    return [{ stamp, id, version: isSeries(event) ? '' : tagOf(event), transactionId }];
  });
}
