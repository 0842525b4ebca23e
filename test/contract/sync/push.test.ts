/** Push over Microsoft Graph: what changes in Exchange is told, and nobody waits for an interval. */
import { describe, expect, test } from 'vitest';
import { askedIn, delivered, openPush, SOON, subscriptionOf } from './push-stage.ts';
import { hourFrom, MINUTE } from './stage.ts';

describe('while Exchange tells what changes', () => {
  test('what is made, changed and deleted there is in Liferay long before the interval is over', async () => {
    const stage = await openPush();
    const { userActs } = stage.world.exchange;
    const item = stage.create({ subject: 'Lunch', ...hourFrom('2026-05-06T12:00') });
    await delivered(stage);
    await stage.round(SOON);
    expect(stage.titles().liferay).toEqual(['Lunch']);
    userActs.changeItem(item.id, { subject: 'Dinner' });
    await delivered(stage);
    await stage.round(SOON);
    expect(stage.titles().liferay).toEqual(['Dinner']);
    userActs.deleteItem(item.id);
    await delivered(stage);
    await stage.round(SOON);
    expect(stage.titles().liferay).toEqual([]);
  });

  test('ten intervals in which nothing happens: no request to Exchange, and Liferay is asked in each', async () => {
    const stage = await openPush();
    stage.world.liferay.requests.reset();
    expect(await askedIn(stage, 10)).toEqual({});
    expect(stage.world.liferay.requests.http).toBe(10);
  });

  test('what is made in Liferay is in Exchange after the interval, as ever', async () => {
    const stage = await openPush();
    const { start, end } = hourFrom('2026-05-06T12:00');
    stage.book({ title: 'Lunch', startTime: start, endTime: end });
    await stage.round();
    expect(stage.titles()).toEqual({ exchange: ['Lunch'], liferay: ['Lunch'] });
    await delivered(stage);
    await stage.settle();
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('it is asked all the same after half an hour', async () => {
    const stage = await openPush();
    expect(await askedIn(stage, 1)).toEqual({});
    stage.world.clock.advance(30 * MINUTE);
    expect(await askedIn(stage, 1)).toEqual({ eventsDelta: 1 });
    expect(await askedIn(stage, 10)).toEqual({});
  });

  test('an idle round writes its schedule and nothing else', async () => {
    const stage = await openPush();
    const { tables, exchange } = await stage.traffic();
    expect(exchange).toEqual({});
    // It is claimed, given back, and found not to be due any more.
    expect(tables).toEqual(['mailbox', 'mailbox', 'mailbox']);
  });

  test('the subscription is for all events of the mailbox, and posts to the public address', async () => {
    const stage = await openPush();
    const subscription = subscriptionOf(stage);
    expect(subscription).toMatchObject({
      resource: `users/${encodeURIComponent(stage.person.address)}/events`,
      changeType: 'created,updated,deleted',
      clientState: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(subscription.lifecycleNotificationUrl).toBe(subscription.notificationUrl);
    expect(subscription.notificationUrl).toMatch(
      /^https:\/\/connector\.example\.com\/push\/graph\/[0-9a-f-]{36}$/,
    );
  });
});
