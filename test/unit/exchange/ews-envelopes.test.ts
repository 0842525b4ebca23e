/** An answer that goes on, cut into envelopes, and what they tell: the odd shapes that the emulator does not have. */
import { describe, expect, test } from 'vitest';
import { EnvelopeReader } from '#exchange/ews/envelope-reader.ts';
import { loadLibrary } from '#exchange/ews/library.ts';
import { messagesIn } from '#exchange/ews/told.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';

function envelope(text: string, prefix = ''): string {
  const colon = prefix === '' ? '' : `${prefix}:`;
  const namespace = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  return `<?xml version="1.0" encoding="utf-8"?><${colon}Envelope ${namespace}="${SOAP}"><${colon}Body>${text}</${colon}Body></${colon}Envelope>`;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** All envelopes of a text that comes in pieces of so many bytes. */
function read(text: string, size: number): readonly string[] {
  const reader = new EnvelopeReader();
  const bytes = bytesOf(text);
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...reader.push(bytes.subarray(at, at + size)));
  reader.end();
  return found;
}

describe('pieces', () => {
  const envelopes = [envelope('one – ü 😀'), envelope('two', 'soap'), envelope('three', 's')];

  test.each([1, 2, 3, 5, 7, 64, 1_000, 100_000])('of %d bytes make the same envelopes', (size) => {
    expect(read(envelopes.join(''), size)).toEqual(envelopes);
  });

  test('blanks and a mark of the byte order between envelopes are nothing', () => {
    const found = read(`\ufeff${envelopes.join('\r\n\n')}\n`, 11);
    expect(found.map((each) => each.trim())).toEqual(envelopes);
  });

  test('an end tag with blanks is one', () => {
    expect(read(envelopes.join('').replaceAll('Envelope>', 'Envelope \n>'), 3)).toHaveLength(3);
  });
});

describe('refused', () => {
  test.each([
    ['an envelope that ends in the middle', envelope('one').slice(0, -4), 'badAnswer'],
    ['one that follows a whole one', envelope('one') + envelope('two').slice(0, 50), 'badAnswer'],
    ['a page', '<html><body>Hello</body></html>', 'notTheService'],
    ['words', 'Hello', 'notTheService'],
  ])('%s', (_, text, reason) => {
    for (const size of [1, 1_000]) {
      expect(() => read(text, size)).toThrow(
        expect.objectContaining({ failure: expect.objectContaining({ reason }) }),
      );
    }
  });

  test('bytes that are no UTF-8, also at the very end', () => {
    const bad = expect.objectContaining({ failure: expect.objectContaining({ reason: 'badAnswer' }) });
    expect(() => new EnvelopeReader().push(Uint8Array.of(0x3c, 0xff))).toThrow(bad);
    const reader = new EnvelopeReader();
    reader.push(Uint8Array.of(0xf0, 0x9f));
    expect(() => reader.end()).toThrow(bad);
  });

  test('an envelope that does not end, at one megabyte', () => {
    const reader = new EnvelopeReader();
    let pieces = 0;
    const pour = () => {
      for (; pieces < 100; pieces += 1) reader.push(bytesOf('x'.repeat(65_536)));
    };
    expect(pour).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ reason: 'answerTooLarge' }) }),
    );
    expect(pieces).toBe(16);
  });

  test('however long a connection tells, no more than one envelope is held', () => {
    const reader = new EnvelopeReader();
    const piece = bytesOf(envelope('x'.repeat(60_000)));
    for (let time = 0; time < 100; time += 1) expect(reader.push(piece)).toHaveLength(1);
    reader.end();
  });
});

describe('messages', async () => {
  const { parse } = await loadLibrary();
  const answer = (message: string) =>
    messagesIn(
      parse(
        envelope(
          `<m:GetStreamingEventsResponse xmlns:m="${MESSAGES}" xmlns:t="${TYPES}"><m:ResponseMessages>${message}</m:ResponseMessages></m:GetStreamingEventsResponse>`,
        ),
      ),
      'stream',
    );

  // Microsoft's own client looks for these ids in the namespace of messages (GetStreamingEventsResponse.cs); the schema has types.
  test.each(['m', 't'])('ids that are gone are read in the namespace %s', (prefix) => {
    const ids = ['one', 'two']
      .map((id) => `<${prefix}:SubscriptionId>${id}</${prefix}:SubscriptionId>`)
      .join('');
    const error = `<m:GetStreamingEventsResponseMessage ResponseClass="Error"><m:MessageText>Gone &amp; away</m:MessageText><m:ResponseCode>ErrorSubscriptionNotFound</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey><m:ErrorSubscriptionIds>${ids}</m:ErrorSubscriptionIds><m:ConnectionStatus>Closed</m:ConnectionStatus></m:GetStreamingEventsResponseMessage>`;
    expect(answer(error)).toEqual([
      {
        refusal: { code: 'ErrorSubscriptionNotFound', text: 'Gone & away' },
        refused: ['one', 'two'],
        told: [],
        isClosing: true,
      },
    ]);
  });

  test('an event of a kind that nobody has heard of is a change', () => {
    const one =
      '<m:GetStreamingEventsResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Notifications><t:Notification><t:SubscriptionId>one</t:SubscriptionId><t:TeleportedEvent/></t:Notification><t:Notification><t:SubscriptionId>two</t:SubscriptionId><t:StatusEvent/></t:Notification><t:Notification><t:SubscriptionId>three</t:SubscriptionId></t:Notification><t:Notification/></m:Notifications></m:GetStreamingEventsResponseMessage>';
    expect(answer(one)[0]?.told).toEqual([
      { subscriptionId: 'one', changed: true, watermark: null },
      { subscriptionId: 'two', changed: false, watermark: null },
    ]);
  });

  test('what is no answer to GetStreamingEvents holds no messages', () => {
    expect(messagesIn(parse(envelope('<m:GetItemResponse xmlns:m="x"/>')), 'stream')).toEqual([]);
    expect(messagesIn(parse(envelope('')), 'stream')).toEqual([]);
    expect(messagesIn(parse('<Body/>'), 'post')).toEqual([]);
  });
});
