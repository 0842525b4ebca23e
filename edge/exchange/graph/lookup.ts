/**
 * Events as they stand: the events themselves, and then the exceptions of the series among them, which a master tells
 * only when it is asked as one ($select and $expand on a master: Microsoft Learn, event resource type). Between the two
 * a series can change; its entity tag tells.
 */
import * as v from 'valibot';
import { type Failure, failure, RemoteFailure } from '#core/failure.ts';
import { EventAnswer, Page, shaped, tagOf } from './answers.ts';
import { BATCH_LIMIT, type SubAnswer } from './batch.ts';
import { foldersOf } from './calendars.ts';
import { type GraphConversation, query } from './conversation.ts';
import { isSeries } from './event-reader.ts';
import { OWN_PROPERTIES } from './extended.ts';
import { failureOf, OF_ITEM } from './failures.ts';
import { changedIn, seriesVersion } from './series-reader.ts';

const CONTENT = [
  'id',
  'changeKey',
  'type',
  'seriesMasterId',
  'iCalUId',
  'originalStart',
  'originalStartTimeZone',
  'subject',
  'body',
  'start',
  'end',
  'isAllDay',
  'location',
  'recurrence',
  'showAs',
  'sensitivity',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'categories',
  'attendees',
  'organizer',
  'isOrganizer',
  'responseStatus',
  'isCancelled',
  'isDraft',
  'isOnlineMeeting',
  'onlineMeeting',
  'onlineMeetingUrl',
];
const EVENT = query({ $select: [...CONTENT, 'calendar'].join(','), $expand: OWN_PROPERTIES });
const MASTER = query({
  $select: [...CONTENT, 'occurrenceId', 'cancelledOccurrences', 'exceptionOccurrences'].join(','),
  $expand: 'exceptionOccurrences',
});
const OCCURRENCE = query({ $select: CONTENT.join(',') });
/** Pages of changed occurrences of one series. */
const EXCEPTION_PAGES = 100;

/** An event that is there. A series comes with what it names as cancelled, and with its changed occurrences. */
export interface ThereLook {
  readonly kind: 'there';
  readonly event: EventAnswer;
  readonly version: string;
  readonly changed: readonly EventAnswer[];
  /** '' where it cannot be told. */
  readonly folderId: string;
}

export type Look =
  | ThereLook
  | { readonly kind: 'gone' }
  | { readonly kind: 'unread' }
  | { readonly kind: 'failed'; readonly version: string | null; readonly failure: Failure };

/** How far a look goes, and how many events are one request. */
export interface LookLimits {
  readonly mayGoOn: () => boolean;
  readonly most: number;
}

const ALL: LookLimits = { mayGoOn: () => true, most: BATCH_LIMIT };

/** What became of each id. Rejects when a request failed as a whole. */
export async function lookUp(
  conversation: GraphConversation,
  ids: readonly string[],
  { mayGoOn, most }: LookLimits = ALL,
): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>();
  const wanted = [...new Set(ids)];
  const size = Math.min(most, BATCH_LIMIT);
  for (let from = 0; from < wanted.length; from += size) {
    const part = wanted.slice(from, from + size);
    if (from > 0 && !mayGoOn()) for (const id of part) looks.set(id, { kind: 'unread' });
    else for (const [id, look] of await lookAt(conversation, part)) looks.set(id, look);
  }
  const series = [...looks].flatMap(([id, look]) =>
    look.kind === 'there' && isSeries(look.event) ? [{ id, look }] : [],
  );
  for (let done = 0; done < series.length; ) {
    const goesOn = mayGoOn();
    if (!goesOn && done > 0) {
      for (const { id } of series.slice(done)) looks.set(id, { kind: 'unread' });
      break;
    }
    const part = series.slice(done, done + (goesOn ? size : 1));
    for (const [id, look] of await withOccurrences(conversation, part)) looks.set(id, look);
    done += part.length;
  }
  return looks;
}

type Looks = readonly (readonly [string, Look])[];

async function lookAt(conversation: GraphConversation, ids: readonly string[]): Promise<Looks> {
  const answers = await conversation.batch(
    ids.map((id) => ({ method: 'GET', path: `${conversation.event(id)}${EVENT}` })),
    OF_ITEM,
  );
  const looks = ids.map((id, index) => [id, lookIn(id, answers[index])] as const);
  return withFolders(conversation, looks);
}

function lookIn(id: string, answer: SubAnswer | undefined): Look {
  const event = eventIn(id, answer);
  if ('reason' in event) {
    if (event.reason === 'itemNotFound') return { kind: 'gone' };
    return { kind: 'failed', version: null, failure: event };
  }
  // An occurrence is no item of its own: its series holds it.
  if (event.seriesMasterId) return { kind: 'gone' };
  return { kind: 'there', event, version: tagOf(event), changed: [], folderId: folderIn(event) };
}

/** The event of an answer, or why there is none. Another event than the one that was asked for is none. */
function eventIn(id: string, answer: SubAnswer | undefined): EventAnswer | Failure {
  if (answer === undefined) return failure('badAnswer', 'no answer');
  if (answer.kind === 'refused') return failureOf(answer.refusal, OF_ITEM);
  const parsed = v.safeParse(EventAnswer, answer.body);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return failure('itemUnreadable', `an event in another shape: ${v.getDotPath(issue) ?? 'the whole'}`);
  }
  return parsed.output.id === id
    ? parsed.output
    : failure('itemUnreadable', 'the server has another id for this event');
}

/** `…/users('…')/calendars('AAMk…')`, as "Get event" shows it, or with the id as a segment. */
const CALENDAR_LINK = /\/calendars(?:\('([^']+)'\)|\/([^/?]+))/;

function folderIn(event: EventAnswer): string {
  const link = event['calendar@odata.navigationLink'] ?? event['calendar@odata.associationLink'] ?? '';
  const [, quoted, plain] = CALENDAR_LINK.exec(link) ?? [];
  try {
    return decodeURIComponent(quoted ?? plain ?? '');
  } catch {
    return '';
  }
}

const CalendarOnly = v.object({ id: v.string() });

/** Servers that do not link an event to its calendar are asked for it. */
async function withFolders(conversation: GraphConversation, looks: Looks): Promise<Looks> {
  const untold = looks.flatMap(([id, look]) => (look.kind === 'there' && look.folderId === '' ? [id] : []));
  if (untold.length === 0) return inCalendars(conversation, looks);
  const answers = await conversation.batch(
    untold.map((id) => ({ method: 'GET', path: `${conversation.event(id)}/calendar?$select=id` })),
    OF_ITEM,
  );
  const told = looks.map(([id, look]): readonly [string, Look] => {
    const answer = answers[untold.indexOf(id)];
    return look.kind === 'there' && answer ? [id, withFolder(look, answer)] : [id, look];
  });
  return inCalendars(conversation, told);
}

function withFolder(look: ThereLook, answer: SubAnswer): Look {
  if (answer.kind === 'done') {
    const parsed = v.safeParse(CalendarOnly, answer.body);
    if (parsed.success) return { ...look, folderId: parsed.output.id };
  } else if (failureOf(answer.refusal, OF_ITEM).reason === 'itemNotFound') return { kind: 'gone' };
  const why = failure('itemUnreadable', 'the server does not tell in which calendar the event is');
  return { kind: 'failed', version: look.version, failure: why };
}

/**
 * What was deleted keeps its immutable id, and may be found by it: in Deleted Items, which is no calendar (Microsoft
 * Learn, "Obtain immutable identifiers").
 */
async function inCalendars(conversation: GraphConversation, looks: Looks): Promise<Looks> {
  const { calendars } = conversation;
  const isKnown = (look: Look) => look.kind !== 'there' || calendars.has(look.folderId);
  if (looks.every(([, look]) => isKnown(look))) return looks;
  for (const { id } of await foldersOf(conversation)) calendars.add(id);
  return looks.map(([id, look]) => [id, isKnown(look) ? look : { kind: 'gone' }]);
}

interface FoundSeries {
  readonly id: string;
  readonly look: ThereLook;
}

async function withOccurrences(
  conversation: GraphConversation,
  series: readonly FoundSeries[],
): Promise<Looks> {
  const answers = await conversation.batch(
    series.map(({ id }) => ({ method: 'GET', path: `${conversation.event(id)}${MASTER}` })),
    OF_ITEM,
  );
  const looks: [string, Look][] = [];
  for (const [index, { id, look }] of series.entries()) {
    looks.push([id, await attempt(look, () => seriesLook(conversation, look, eventIn(id, answers[index])))]);
  }
  return looks;
}

async function seriesLook(
  conversation: GraphConversation,
  look: ThereLook,
  named: EventAnswer | Failure,
): Promise<Look> {
  if ('reason' in named) {
    if (named.reason === 'itemNotFound') return { kind: 'gone' };
    throw new RemoteFailure(named);
  }
  if (tagOf(named) !== tagOf(look.event)) {
    throw new RemoteFailure(failure('changedMeanwhile', 'the series changed while it was read'));
  }
  const whole = await withAllExceptions(conversation, named);
  const changed = await withContents(conversation, changedIn(whole));
  const { cancelledOccurrences } = named;
  return {
    ...look,
    event: { ...look.event, cancelledOccurrences },
    version: seriesVersion(look.event, whole),
    changed,
  };
}

/** An expanded collection can come in pages. */
async function withAllExceptions(conversation: GraphConversation, named: EventAnswer): Promise<EventAnswer> {
  const exceptionOccurrences = [...(named.exceptionOccurrences ?? [])];
  let link = named['exceptionOccurrences@odata.nextLink'];
  for (let page = 0; link; page += 1) {
    if (page >= EXCEPTION_PAGES) throw new RemoteFailure(failure('answerTooLarge', 'a series without end'));
    const next = shaped(Page, await conversation.follow(link, OF_ITEM));
    exceptionOccurrences.push(...next.value);
    link = next['@odata.nextLink'];
  }
  return { ...named, exceptionOccurrences };
}

/** Whether a server tells an expanded occurrence whole is nowhere written: what lacks its time is read by itself. */
async function withContents(
  conversation: GraphConversation,
  changed: readonly EventAnswer[],
): Promise<readonly EventAnswer[]> {
  const partial = changed.filter(({ start, body }) => !start || !body).map(({ id }) => id);
  if (partial.length === 0) return changed;
  const answers = await conversation.batch(
    partial.map((id) => ({ method: 'GET', path: `${conversation.event(id)}${OCCURRENCE}` })),
    OF_ITEM,
  );
  return changed.map((each) => {
    const index = partial.indexOf(each.id);
    if (index < 0) return each;
    const read = eventIn(each.id, answers[index]);
    if ('reason' in read) throw new RemoteFailure(failure('changedMeanwhile', read.detail));
    return {
      ...read,
      originalStart: read.originalStart ?? each.originalStart,
      occurrenceId: each.occurrenceId,
    };
  });
}

async function attempt(look: ThereLook, work: () => Promise<Look>): Promise<Look> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { kind: 'failed', version: look.version, failure: error.failure };
  }
}
