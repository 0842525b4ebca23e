/**
 * What becomes of mailboxes that go over from Exchange Web Services to Microsoft Graph, and back: nothing may be made,
 * deleted or mailed. In one process and in virtual time, so that all of it is counted and nothing waits.
 */
import { runSlice } from '#sync/run.ts';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { createWorld, type World } from '#test/simulation/world.ts';
import type { Shape } from './cases.ts';

export const FULL_CHANGE_OVER: Shape = { mailboxes: 100, eventsEach: 500 };
export const QUICK_CHANGE_OVER: Shape = { mailboxes: 5, eventsEach: 50 };

/** One event in so many is a meeting, and one is a series. */
const MEETING_EVERY = 10;
const SERIES_EVERY = 25;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Rounds after a change of the protocol: of the last one nothing may come. */
const ROUNDS = 3;
/** Slices of one round: far more than any needs. */
const SLICE_LIMIT = 100_000;

/** What one phase came to. */
export interface Passage {
  readonly phase: 'first sync' | 'to Graph' | 'back to EWS';
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly failed: number;
  /** Mails of both servers. */
  readonly mails: number;
  /** Requests of each protocol; each of a batch counts. */
  readonly ews: number;
  readonly graph: number;
  readonly liferay: number;
  /** Items and rows that were there before and are not, or are new, or say something else. */
  readonly other: number;
  readonly wallMs: number;
}

/** Mailboxes of one world: two servers and a database in the memory of one process. */
const GROUP = 20;

/** @param report told when a phase of a group is over */
export async function runChangeOver(
  { mailboxes, eventsEach }: Shape,
  report: (passage: Passage) => void,
): Promise<readonly Passage[]> {
  let sum: readonly Passage[] = [];
  for (let first = 0; first < mailboxes; first += GROUP) {
    const group = { mailboxes: Math.min(GROUP, mailboxes - first), eventsEach };
    const passages = await runGroup(group, report);
    sum = sum.length === 0 ? passages : sum.map((so, index) => added(so, passages[index] ?? so));
  }
  return sum;
}

function added(one: Passage, other: Passage): Passage {
  return {
    phase: one.phase,
    created: one.created + other.created,
    updated: one.updated + other.updated,
    deleted: one.deleted + other.deleted,
    failed: one.failed + other.failed,
    mails: one.mails + other.mails,
    ews: one.ews + other.ews,
    graph: one.graph + other.graph,
    liferay: one.liferay + other.liferay,
    other: one.other + other.other,
    wallMs: one.wallMs + other.wallMs,
  };
}

async function runGroup(shape: Shape, report: (passage: Passage) => void): Promise<readonly Passage[]> {
  const world = await createWorld({ people: shape.mailboxes });
  for (const [place, { address }] of world.people.entries()) fill(world, address, place, shape.eventsEach);
  const passages: Passage[] = [];
  const pass = async (phase: Passage['phase']): Promise<void> => {
    const passage = await passageOf(world, phase);
    passages.push(passage);
    report(passage);
  };
  await pass('first sync');
  world.speak('graph');
  await pass('to Graph');
  world.speak('ews');
  await pass('back to EWS');
  return passages;
}

function fill(world: World, address: string, place: number, count: number): void {
  const { userActs } = world.exchange;
  const { calendar } = world.exchange.mailbox(address);
  const bob = { address: 'bob@example.org', name: 'Bob', role: 'required', response: 'Accept' } as const;
  for (let index = 0; index < count; index += 1) {
    const start = world.clock.now() + (index % 300) * DAY + (place % 8) * HOUR;
    const startDay = Math.floor(start / DAY);
    userActs.createItem(
      calendar,
      {
        ...{ subject: `Event ${index}`, start, end: start + HOUR },
        ...(index % MEETING_EVERY === 0 ? { attendees: [bob] } : {}),
        ...(index % SERIES_EVERY === 1
          ? {
              recurrence: {
                pattern: { kind: 'daily', interval: 2 },
                range: { kind: 'numbered', startDay, count: 5 },
              } as const,
            }
          : {}),
      },
      'SendToNone',
    );
  }
}

async function passageOf(world: World, phase: Passage['phase']): Promise<Passage> {
  const startedAt = performance.now();
  const before = standing(world);
  const mails = world.exchange.outbox.length + world.liferay.outbox.length;
  world.exchange.resetRequests();
  world.graph.resetRequests();
  world.liferay.requests.reset();
  const sum = { created: 0, updated: 0, deleted: 0, failed: 0 };
  const engine = world.engine();
  for (let round = 0; round < ROUNDS; round += 1) {
    world.clock.advance(HOUR);
    for (let slice = 0; slice < SLICE_LIMIT; slice += 1) {
      const report = await runSlice(engine, 'service');
      if (report.claimed === 0) break;
      sum.created += report.created;
      sum.updated += report.updated;
      sum.deleted += report.deleted;
      sum.failed += report.failed + report.failures.length;
    }
  }
  const after = standing(world);
  const differs = [...before].filter(([id, says]) => after.get(id) !== says).length;
  const { batch: _batch = 0, ...asked } = Object.fromEntries(world.graph.requests);
  return {
    ...{ phase, ...sum },
    mails: world.exchange.outbox.length + world.liferay.outbox.length - mails,
    ews: total(Object.fromEntries(world.exchange.requests)),
    graph: total(asked),
    liferay: world.liferay.requests.http,
    other: differs + [...after.keys()].filter((id) => !before.has(id)).length,
    wallMs: Math.round(performance.now() - startedAt),
  };
}

/** All items and rows by their ids, with what they say. */
function standing(world: World): ReadonlyMap<string, string> {
  const items = world.people.flatMap(({ address }) =>
    world.exchange.items(address).map(({ id, content }) => [`item ${id}`, said(content)] as const),
  );
  const rows = world.people.flatMap(({ calendarId }) =>
    world.liferay
      .bookings(calendarId)
      .filter(({ status }) => status !== STATUS.inTrash)
      .map(
        ({ calendarBookingId, titles, startTime, endTime, recurrence }) =>
          [
            `row ${calendarBookingId}`,
            JSON.stringify([Object.values(titles), startTime, endTime, recurrence]),
          ] as const,
      ),
  );
  return new Map([...items, ...rows]);
}

function said({ subject, start, end, attendees }: ItemContent): string {
  return JSON.stringify([subject, start, end, attendees]);
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Nothing was made, changed, deleted or mailed because mailboxes went over. */
export function isHarmless({ phase, created, updated, deleted, failed, mails, other }: Passage): boolean {
  return phase === 'first sync' || created + updated + deleted + failed + mails + other === 0;
}
