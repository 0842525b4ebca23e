/** Some mailboxes that go over from Exchange Web Services to Microsoft Graph, and back: see change-over.ts. */
import { runSlice } from '#sync/run.ts';
import type { ItemContent } from '#test/emulators/exchange/model.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { createWorld, type World } from '#test/simulation/world.ts';
import { answerCalls } from './calls.ts';
import type { Shape } from './cases.ts';
import type { ChangeOverCalls, Passage } from './change-over.ts';

/** One event in so many is a meeting, and one is a series. */
const MEETING_EVERY = 10;
const SERIES_EVERY = 25;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Rounds after a change of the protocol: of the last one nothing may come. */
const ROUNDS = 3;
/** Slices of one round: far more than any needs. */
const SLICE_LIMIT = 100_000;

async function runGroup(shape: Shape): Promise<readonly Passage[]> {
  const world = await createWorld({ people: shape.mailboxes });
  for (const [place, { address }] of world.people.entries()) fill(world, address, place, shape.eventsEach);
  const passages: Passage[] = [];
  const pass = async (phase: Passage['phase']): Promise<void> => {
    passages.push(await passageOf(world, phase));
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

answerCalls<ChangeOverCalls>({ run: runGroup }, async () => {});
