/** Background work by messages: from a user's click to bookings in Liferay, inside workerd, the database over HTTP. */
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import worker, { type Env } from '#runtime/worker.ts';
import { openWorkerDatabase } from '#runtime/worker-database.ts';
import { claimCohort } from '#store/leases.ts';
import { eventTitles } from './stages.ts';
import { createWorker, type Sent, type WorkerUnderTest } from './worker-under-test.ts';

/** The one message that is on its way. */
function takeOnly({ sent }: WorkerUnderTest): Sent {
  expect(sent).toHaveLength(1);
  const [only] = sent.splice(0);
  if (only === undefined) throw new Error('no message');
  return only;
}

describe('the message chain', () => {
  it('begins when a user pairs, and goes on at the interval', async () => {
    const firstSync = createWorker('firstSync');
    await firstSync.pair();
    const first = takeOnly(firstSync);
    expect(first).toEqual({
      body: { id: expect.any(String), domainId: 'default', mark: null },
      delaySeconds: 0,
    });

    expect(await firstSync.deliver(first.body)).toBe('acknowledged');
    expect(await firstSync.titles()).toEqual(eventTitles('firstSync'));
    const next = takeOnly(firstSync);
    expect(next.body.mark).not.toBeNull();
    expect(next.delaySeconds).toBeGreaterThan(0);
    expect(next.delaySeconds).toBeLessThanOrEqual(15);
  });

  it('begins as well when a site’s administrator pairs one of its mailboxes', async () => {
    const { site, address, token } = createWorker('site').stage;
    if (site === null) throw new Error('There is no site.');
    const worker = createWorker('site', { SITE_MAILBOXES: `${address}=${site.id}` });
    const path = `/api/sites/${site.id}`;
    const folders = await worker.request('GET', `${path}/mailboxes/${address}/exchange-calendars`, { token });
    const { calendars } = (await folders.json()) as { calendars: { id: string }[] };
    const body = {
      mailbox: address,
      exchangeCalendarId: calendars[0]?.id,
      liferayCalendarId: site.calendarId,
      direction: 'both',
    };
    const made = await worker.request('POST', `${path}/pairings`, { token, body });
    expect(made.status).toBe(201);
    expect(await worker.deliver(takeOnly(worker).body)).toBe('acknowledged');
    expect(takeOnly(worker).body.mark).not.toBeNull();
    const { pairings } = (await (await worker.request('GET', `${path}/pairings`, { token })).json()) as {
      pairings: { status: string }[];
    };
    expect(pairings).toMatchObject([{ status: 'inStep', progress: { done: 3, total: 3 } }]);
  });

  it('takes as many slices as it needs when a slice may do little', async () => {
    const small = createWorker('manySlices', { SLICE_CALLS: '20' });
    await small.pair();
    let message = takeOnly(small);
    let slices = 0;
    while (message.delaySeconds === 0) {
      expect(await small.deliver(message.body)).toBe('acknowledged');
      message = takeOnly(small);
      slices += 1;
      expect(slices).toBeLessThan(20);
    }
    expect(slices).toBeGreaterThan(2);
    expect(await small.titles()).toEqual(eventTitles('manySlices'));
  });

  it('stays one: messages that come twice, late or beside others die out', async () => {
    const twice = createWorker('twice');
    const id = await twice.pair();
    const first = takeOnly(twice);
    await Promise.all([twice.deliver(first.body), twice.deliver(first.body), twice.cron(), twice.cron()]);
    expect(await twice.titles()).toEqual(eventTitles('twice'));

    for (const { body } of twice.sent.splice(0)) {
      await twice.deliver(body);
      await twice.deliver(body);
    }
    await twice.cron();
    await twice.deliver(first.body);
    const second = takeOnly(twice);

    // "Sync now" runs at once; the chain of before gives way to the one that follows.
    const answer = await twice.request('POST', `/api/pairings/${id}/sync`, { token: twice.stage.token });
    expect(answer.status).toBe(202);
    await twice.deliver(takeOnly(twice).body);
    takeOnly(twice);
    await twice.deliver(second.body);
    await twice.deliver(second.body);
    expect(twice.sent).toEqual([]);
    expect(await twice.titles()).toEqual(eventTitles('twice'));
  });

  it('is begun anew by the cron trigger when its next message could not be sent', async () => {
    const logged = vi.spyOn(console, 'log').mockImplementation(() => {});
    const away = createWorker('queueAway');
    await away.pair();
    const first = takeOnly(away);
    away.queueAway = true;
    expect(await away.deliver(first.body)).toBe('retried');
    expect(String(logged.mock.calls)).toContain('the queue is away');
    away.queueAway = false;
    await away.cron();
    expect(takeOnly(away).body.mark).not.toBeNull();
    logged.mockRestore();
  });

  it('sets mailboxes aside with a reason when work on them was cut short in every attempt', async () => {
    const logged = vi.spyOn(console, 'log').mockImplementation(() => {});
    const givenUp = createWorker('givenUp');
    const id = await givenUp.pair();
    const { body } = takeOnly(givenUp);
    const db = openWorkerDatabase({ url: givenUp.stage.libsqlUrl, authToken: undefined });
    const died = { owner: `${body.id}/the-third-attempt`, nowMs: Date.now(), leaseMs: 120_000, limit: 50 };
    expect(await claimCohort(db, died)).toHaveLength(1);

    await givenUp.deliver(body, 'calendar-connector-sync-dead');
    const { token } = givenUp.stage;
    const pairing = await (await givenUp.request('GET', `/api/pairings/${id}`, { token })).json();
    expect(pairing).toMatchObject({ status: 'waiting', reason: 'internalError' });
    expect((pairing as { nextRunAt: number }).nextRunAt).toBeGreaterThan(Date.now() + 600_000);
    expect(String(logged.mock.calls)).toContain('message given up');
    await givenUp.cron();
    expect(givenUp.sent).toEqual([]);
    logged.mockRestore();
  });
});

describe('the real queue', () => {
  it('carries work from the cron trigger to Liferay', async () => {
    const realQueue = createWorker('realQueue');
    await realQueue.pair();
    await worker.scheduled({ scheduledTime: Date.now() }, env as Env, { waitUntil: () => {} });
    const expected = eventTitles('realQueue');
    await vi.waitFor(async () => expect(await realQueue.titles()).toEqual(expected), { timeout: 60_000 });
  });
});
