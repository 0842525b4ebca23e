/**
 * One mailbox, or one calendar, whose server answers as none should: its run fails with a reason, the next ones go on, and
 * it is copied when the answers are right again.
 */
import { describe, expect, test } from 'vitest';
import type { HttpFetch, HttpResponse } from '#core/effects.ts';
import type { Reason } from '#shared/reasons.ts';
import { utf16 } from '../bad-answers.ts';
import { hourFrom, Stage } from './stage.ts';

const PEOPLE = 4;
const BAD = 1;
/** Of an answer as it should be. */
type Spoil = (text: string) => string | Uint8Array | AsyncIterable<Uint8Array>;

async function* endless(): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(1 << 20).fill(32);
  for (let megabytes = 0; megabytes < 200; megabytes += 1) yield block;
}

const EXCHANGE: Readonly<Record<string, readonly [Reason, Spoil]>> = {
  'an XML bomb': [
    'badAnswer',
    (text) => text.replace('?>', '?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'),
  ],
  'elements within elements': [
    'badAnswer',
    (text) => text.replace(/<(\w+:)?Body[^>]*>/, `$&${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`),
  ],
  'elements without number': [
    'answerTooLarge',
    (text) => text.replace(/<(\w+:)?Body[^>]*>/, `$&${'<a/>'.repeat(400_000)}`),
  ],
  '200 MB': ['answerTooLarge', endless],
  'half of it': ['badAnswer', (text) => text.slice(0, text.length / 2)],
  'UTF-16': ['badAnswer', (text) => utf16(text, true)],
  nothing: ['badAnswer', () => ''],
  'a page': ['notTheService', () => '<html><body>Sign in<br></body></html>'],
  'no response messages': [
    'badAnswer',
    (text) => text.replace(/<(\w+:)?ResponseMessages>.*<\/(\w+:)?ResponseMessages>/s, ''),
  ],
};

/** Spoils the answers to what `concerns` the one mailbox. */
function spoiling(
  network: HttpFetch,
  concerns: (url: string, body: string) => boolean,
  spoil: Spoil,
): HttpFetch {
  return async (url, request) => {
    const answer = await network(url, request);
    if (!concerns(url, request.body ?? '')) return answer;
    const spoilt = spoil(await textOf(answer));
    const body = typeof spoilt === 'string' ? new TextEncoder().encode(spoilt) : spoilt;
    return {
      ...answer,
      status: answer.status,
      headers: answer.headers,
      body: body instanceof Uint8Array ? once(body) : body,
    };
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function textOf({ body }: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

const EVERYBODY = Array.from({ length: PEOPLE }, (_, index) => index);
const others = EVERYBODY.filter((index) => index !== BAD);

describe.each(Object.entries(EXCHANGE))('Exchange answers one mailbox with %s', (_name, [reason, spoil]) => {
  test('it waits with its reason, and the next ones go on', async () => {
    const stage = await Stage.open({ people: PEOPLE });
    for (const person of stage.world.people) {
      stage.create({ subject: 'Event', ...hourFrom('2026-05-06T09:00') }, person);
    }
    const { address } = stage.of(BAD);
    const fetch = spoiling(stage.world.fetch, (_url, body) => body.includes(address), spoil);
    const { failures } = await stage.round(undefined, stage.world.engine({ fetch }));
    expect(failures.map((failure) => failure.reason)).toEqual([reason]);
    const copied = EVERYBODY.filter((index) => stage.rows(stage.of(index)).length === 1);
    expect(copied).toEqual(others);

    await stage.settle();
    expect(stage.rows(stage.of(BAD))).toHaveLength(1);
    expect((await stage.traffic()).exchange).toEqual({ SyncFolderItems: PEOPLE });
  });
});

const LIFERAY: Readonly<Record<string, unknown>> = {
  'an object': {},
  nothing: null,
  'a list of lists': [[]],
  'rows without ids': [{ title: 'Event' }],
};

describe.each(Object.entries(LIFERAY))(
  'Liferay answers one calendar with %s in the place of its rows',
  (_name, rows) => {
    test('it waits with its reason, nothing of it is deleted, and the next ones go on', async () => {
      const stage = await Stage.open({ people: PEOPLE });
      const { start, end } = hourFrom('2026-05-06T09:00');
      const bookAll = (title: string) => {
        for (const person of stage.world.people)
          stage.book({ title, startTime: start, endTime: end }, person);
      };
      bookAll('Before');
      await stage.settle();
      bookAll('After');
      const of = `"calendarId":"${stage.of(BAD).calendarId}"`;
      const fetch: HttpFetch = async (url, request) => {
        const commands = commandsIn(request.body ?? '');
        const at = commands.findIndex(
          (command) => /get-calendar-bookings/.test(command) && command.includes(of),
        );
        const spoil: Spoil = (text) => JSON.stringify((JSON.parse(text) as unknown[]).with(at, rows));
        return spoiling(stage.world.fetch, () => at >= 0, spoil)(url, request);
      };
      await stage.round(undefined, stage.world.engine({ fetch }));
      const { reason } = await stage.pairing(stage.of(BAD));
      expect(reason).toBe('badAnswer');
      expect(EVERYBODY.map((index) => stage.items(stage.of(index)).length)).toEqual(
        EVERYBODY.map((index) => (index === BAD ? 1 : 2)),
      );

      await stage.settle();
      expect(stage.items(stage.of(BAD))).toHaveLength(2);
      expect((await stage.traffic()).exchange).toEqual({ SyncFolderItems: PEOPLE });
    });
  },
);

/** Of a request of JSONWS. */
function commandsIn(body: string): readonly string[] {
  if (!body.startsWith('[')) return [];
  return (JSON.parse(body) as unknown[]).map((command) => JSON.stringify(command));
}
