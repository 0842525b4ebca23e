/** The Worker with the bindings of one stage and a queue that only writes down what is sent. */
import { inject } from 'vitest';
import type { SyncMessage } from '#runtime/dispatch.ts';
import worker, { type Env } from '#runtime/worker.ts';
import { RawLiferayClient } from '#test/raw/liferay-client.ts';
import type { Stage, StageName } from './stages.ts';

export interface Sent {
  readonly body: SyncMessage;
  readonly delaySeconds: number;
}

export interface WorkerUnderTest {
  readonly stage: Stage;
  /** Messages that were sent and not taken yet, in order. */
  readonly sent: Sent[];
  /** Settable: the queue takes no messages. */
  queueAway: boolean;
  request(method: string, path: string, options?: { token?: string; body?: unknown }): Promise<Response>;
  cron(): Promise<void>;
  /** Hands a message to the consumer. */
  deliver(message: SyncMessage, queue?: string): Promise<'acknowledged' | 'retried'>;
  /** Pairs the person's two default calendars, as their browser would. */
  pair(): Promise<string>;
  titles(): Promise<readonly string[]>;
}

const surroundings = inject('surroundings');

export function createWorker(name: StageName, changes: Record<string, string> = {}): WorkerUnderTest {
  const stage = surroundings.stages[name];
  const sent: Sent[] = [];
  const env: Env = {
    ...surroundings.variables,
    LIBSQL_URL: stage.libsqlUrl,
    ...changes,
    SYNC: {
      send: async (body, options) => {
        if (underTest.queueAway) throw new Error('the queue is away');
        sent.push({ body, delaySeconds: options?.delaySeconds ?? 0 });
      },
    },
  };
  const portal = new RawLiferayClient({
    fetch: (request) => fetch(request),
    origin: String(surroundings.variables['PORTAL_URL']),
    credentials: { user: stage.address, password: stage.password },
  });
  const request: WorkerUnderTest['request'] = (method, path, { token, body } = {}) =>
    inContext((context) => {
      const headers = new Headers({ 'Content-Type': 'application/json' });
      if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      return worker.fetch(new Request(`https://connector.example.com${path}`, init), env, context);
    });
  const underTest: WorkerUnderTest = {
    stage,
    sent,
    queueAway: false,
    request,
    cron: () => inContext((context) => worker.scheduled({ scheduledTime: Date.now() }, env, context)),
    deliver: async (body, queue = 'calendar-connector-sync') => {
      const outcomes: ('acknowledged' | 'retried')[] = [];
      const message = {
        body,
        attempts: 1,
        ack: () => outcomes.push('acknowledged'),
        retry: () => outcomes.push('retried'),
      };
      await inContext((context) => worker.queue({ queue, messages: [message] }, env, context));
      return outcomes[0] ?? 'acknowledged';
    },
    pair: async () => {
      const { token, calendarId } = stage;
      const answer = await request('GET', '/api/exchange-calendars', { token });
      const { calendars } = (await answer.json()) as { calendars: { id: string; isDefault: boolean }[] };
      const exchangeCalendarId = calendars.find((each) => each.isDefault)?.id;
      const body = { exchangeCalendarId, liferayCalendarId: calendarId, direction: 'both' };
      const made = await request('POST', '/api/pairings', { token, body });
      return ((await made.json()) as { id: string }).id;
    },
    titles: async () => {
      const bookings = await portal.listBookings(stage.calendarId);
      return bookings.map((booking) => booking.title).sort();
    },
  };
  return underTest;
}

/** The Worker with another database than a stage's. */
export function createWorkerOn(libsqlUrl: string): WorkerUnderTest {
  return createWorker('routes', { LIBSQL_URL: libsqlUrl });
}

/** As the platform does: an invocation ends when all that it keeps waiting for has ended. */
async function inContext<T>(
  invoke: (context: { waitUntil(promise: Promise<unknown>): void }) => Promise<T>,
): Promise<T> {
  const pending: Promise<unknown>[] = [];
  const result = await invoke({ waitUntil: (promise) => pending.push(promise) });
  await Promise.all(pending);
  return result;
}
