/** Writes to Exchange and what came of them: each outcome goes to what it was sent for. */
import { expect, test, vi } from 'vitest';
import { sendEach } from '#sync/send.ts';

const EVENTS = ['a', 'b', 'c'];

/** A server that says of each write what it was. */
const answering = async (writes: readonly string[]) =>
  writes.map((write) => ({ kind: 'written', of: write }) as const);

test('each outcome belongs to the event whose write it answers', async () => {
  const sent = await sendEach(EVENTS, (event) => `write ${event}`, answering);
  expect(sent).toEqual(EVENTS.map((event) => [event, { kind: 'written', of: `write ${event}` }]));
});

test.each(EVENTS)('that there is nothing to send for %s shifts no outcome to another', async (without) => {
  const sent = await sendEach(EVENTS, (event) => (event === without ? null : `write ${event}`), answering);
  expect(sent).toEqual(
    EVENTS.map((event) => [
      event,
      event === without ? { kind: 'unsent' } : { kind: 'written', of: `write ${event}` },
    ]),
  );
});

test('what the server leaves out may have happened, and what was not sent has not', async () => {
  const first = async (writes: readonly string[]) => (await answering(writes)).slice(0, 1);
  const sent = await sendEach(EVENTS, (event) => (event === 'a' ? null : event), first);
  expect(sent.map(([event, { kind }]) => [event, kind])).toEqual([
    ['a', 'unsent'],
    ['b', 'written'],
    ['c', 'unanswered'],
  ]);
});

test('nothing to send makes no request', async () => {
  const send = vi.fn(answering);
  await sendEach(EVENTS, () => null, send);
  await sendEach<string, string, unknown>([], (event) => event, send);
  expect(send).not.toHaveBeenCalled();
});
