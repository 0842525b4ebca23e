/**
 * Answers that no server should give, at every place where one is read: each is refused with its reason, within bounded
 * memory and time, and asks nothing further of anybody. Those of Autodiscover are in autodiscover.test.ts.
 */
import { describe, expect, test } from 'vitest';
import type { Reason } from '#shared/reasons.ts';
import { askAt, type Bad, DOORS, latin1, utf16 } from './bad-answers.ts';

const NAMES = Object.keys(DOORS);
const door = (name: string) => {
  const found = DOORS[name];
  if (found === undefined) throw new Error(`There is no door ${name}`);
  return found;
};
const isXml = (name: string) => name.startsWith('EWS');

/** The reason at doors that read XML, and at those that read JSON and take so much; tokens stand in an object. */
type Expected = readonly [xml: Reason, json: Reason, token?: Reason];
const PAGE =
  '<!DOCTYPE html><html><head><title>Proxy</title></head><body><form>Sign in<br></form></body></html>';
const LAUGHS = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
const inEnvelope = (content: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${content}</s:Body></s:Envelope>`;
const deep = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);

const TEXTS: Readonly<Record<string, readonly [Expected, Bad & { readonly body: string | Uint8Array }]>> = {
  'a proxy’s sign-in page': [
    ['notTheService', 'notTheService'],
    { body: PAGE, headers: { 'Content-Type': 'text/html' } },
  ],
  'a page under the right content type': [
    ['notTheService', 'notTheService'],
    { body: PAGE, headers: { 'Content-Type': 'text/xml' } },
  ],
  nothing: [['badAnswer', 'badAnswer'], { body: '' }],
  'an XML bomb': [
    ['badAnswer', 'notTheService'],
    { body: `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">${LAUGHS}]>${inEnvelope('&l9;')}` },
  ],
  'an XML bomb that hides its declarations': [
    ['badAnswer', 'notTheService'],
    { body: inEnvelope(`<!DOCTYPE x [<!ENTITY l0 "ha">${LAUGHS}]>&l9;`) },
  ],
  'an external entity': [
    ['badAnswer', 'notTheService'],
    {
      body: `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${inEnvelope('&f;')}`,
    },
  ],
  'an external DTD': [
    ['badAnswer', 'notTheService'],
    { body: `<?xml version="1.0"?><!DOCTYPE x SYSTEM "https://evil.example/x.dtd">${inEnvelope('')}` },
  ],
  'elements within elements': [
    ['badAnswer', 'notTheService'],
    { body: inEnvelope(deep('<a>', '</a>', 100_000)) },
  ],
  'namespaces within namespaces': [
    ['badAnswer', 'notTheService'],
    {
      body: inEnvelope(
        Array.from({ length: 20_000 }, (_, n) => `<a xmlns:p${n}="x">`).join('') + '</a>'.repeat(20_000),
      ),
    },
  ],
  'a name for each element': [
    ['badAnswer', 'notTheService'],
    { body: inEnvelope(Array.from({ length: 50_000 }, (_, n) => `<a${n}></a${n}>`).join('')) },
  ],
  'an element of countless attributes': [
    ['badAnswer', 'notTheService'],
    { body: inEnvelope(`<a ${Array.from({ length: 50_000 }, (_, n) => `b${n}="x"`).join(' ')}/>`) },
  ],
  'elements without number': [
    ['answerTooLarge', 'notTheService'],
    { body: inEnvelope('<a/>'.repeat(1_000_000)) },
  ],
  'lists within lists': [['notTheService', 'badAnswer', 'notTheService'], { body: deep('[', ']', 400_000) }],
  'text in another encoding, with its mark': [
    ['badAnswer', 'badAnswer'],
    { body: utf16('{"a": "ö"}', true) },
  ],
};

describe.each(NAMES)('%s', (name) => {
  test.each(Object.entries(TEXTS))('%s', async (_, [[xml, json, token = json], answer]) => {
    const { failure, requests } = await askAt(door(name), answer);
    const reason = isXml(name) ? xml : name.startsWith('tokens') ? token : json;
    const isTooLarge = answer.body.length > door(name).limitBytes;
    expect(failure).toMatchObject({ reason: isTooLarge ? 'answerTooLarge' : reason });
    expect(requests).toHaveLength(1);
  });

  test('lists without number', async () => {
    const { failure } = await askAt(door(name), { body: `[${'[],'.repeat(1_100_000)}[]]` });
    expect(failure).toMatchObject({ reason: isXml(name) ? 'notTheService' : 'answerTooLarge' });
  });

  test('an answer that breaks off', async () => {
    const { good } = door(name);
    const { failure } = await askAt(door(name), { body: good.slice(0, -30) });
    expect(failure).toMatchObject({ reason: 'badAnswer' });
  });

  test.each([
    ['UTF-16 without a mark', (text: string) => utf16(text, false)],
    ['Latin-1', latin1],
  ])('%s is refused, and never read as UTF-8', async (_, encode) => {
    const { failure } = await askAt(door(name), { body: encode(door(name).good) });
    expect(failure?.reason).toMatch(/^(badAnswer|notTheService)$/);
  });

  test.each([
    [403, 'text/html; charset=ISO-8859-1'],
    [500, 'text/html'],
    [503, 'text/plain'],
  ])('an error page in Latin-1 says no less than HTTP %i', async (status, type) => {
    const pageOf = (encode: (text: string) => Uint8Array) =>
      askAt(door(name), {
        status,
        headers: { 'Content-Type': type },
        body: encode('<p>Zugriff überall verweigert'),
      });
    const { failure } = await pageOf(latin1);
    const inUtf8 = await pageOf((text) => new TextEncoder().encode(text));
    expect(failure?.reason).toBe(inUtf8.failure?.reason);
    expect(failure?.reason).not.toBe('badAnswer');
  });

  test('a sign-in page in Latin-1 is one', async () => {
    const headers = { 'Content-Type': 'text/html' };
    const body = latin1('<!DOCTYPE html><html><body>Bitte über das Portal anmelden</body></html>');
    expect((await askAt(door(name), { headers, body })).failure).toMatchObject({ reason: 'notTheService' });
  });

  test('UTF-8 with its mark is read', async () => {
    const { good } = door(name);
    const bytes = new TextEncoder().encode(`\u{feff}${good}`);
    const marked = await askAt(door(name), { body: bytes });
    const plain = await askAt(door(name), { body: good });
    expect(marked.failure).toEqual(plain.failure);
    expect(marked.requests).toHaveLength(plain.requests.length);
  });

  test('200 MB are not read beyond the limit', async () => {
    const block = new Uint8Array(1 << 18).fill(32);
    let given = 0;
    async function* endless() {
      for (; given < 200 << 20; given += block.byteLength) yield block;
    }
    const { failure } = await askAt(door(name), { body: endless() });
    expect(failure).toMatchObject({ reason: 'answerTooLarge' });
    expect(given).toBeLessThanOrEqual(door(name).limitBytes + block.byteLength);
  });

  test('drop by drop is waited for no longer than the time-out, whatever the runtime does', async () => {
    let nowMs = 0;
    let allowedMs = 0;
    let drops = 0;
    async function* drip() {
      for (; drops < 1_000_000; drops += 1) {
        nowMs += 1_000;
        yield Uint8Array.of(32);
      }
    }
    const timeoutSignal = (ms: number) => {
      allowedMs = ms;
      const until = nowMs + ms;
      return {
        get aborted() {
          return nowMs > until;
        },
        reason: undefined,
      };
    };
    const { failure } = await askAt(door(name), { body: drip() }, { timeoutSignal });
    expect(failure).toMatchObject({ reason: 'timedOut' });
    expect(drops).toBeLessThanOrEqual(allowedMs / 1_000 + 1);
  });

  test.each([301, 302, 303, 307, 308])(
    'HTTP %i is not followed, so that it cannot go on for ever',
    async (status) => {
      const headers = { Location: 'https://user:pw@elsewhere.example/x?token=s3cret' };
      const { failure, requests } = await askAt(door(name), { status, headers, body: '' });
      expect(failure).toMatchObject({ reason: 'redirected' });
      expect(failure?.detail).not.toMatch(/pw|s3cret/);
      expect(requests).toHaveLength(1);
    },
  );

  const network = (code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) });
  test.each<[string, Error, Reason]>([
    ['a certificate that has run out', network('CERT_HAS_EXPIRED'), 'certificateRefused'],
    ['a certificate of another name', network('ERR_TLS_CERT_ALTNAME_INVALID'), 'certificateRefused'],
    ['a certificate of nobody', network('DEPTH_ZERO_SELF_SIGNED_CERT'), 'certificateRefused'],
    [
      'a certificate of an unknown authority',
      network('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
      'certificateRefused',
    ],
    ['a name that is none', network('ENOTFOUND'), 'unreachable'],
    ['a connection that breaks', network('ECONNRESET'), 'unreachable'],
    ['what is no HTTP', network('HPE_INVALID_CONSTANT'), 'badAnswer'],
    ['what is not packed as it says', network('Z_DATA_ERROR'), 'badAnswer'],
  ])('%s', async (_, error, reason) => {
    expect((await askAt(door(name), error)).failure).toMatchObject({ reason });
  });

  test('a connection that breaks in the middle of the answer', async () => {
    async function* broken() {
      yield new TextEncoder().encode(door(name).good.slice(0, 30));
      throw network('UND_ERR_SOCKET');
    }
    expect((await askAt(door(name), { body: broken() })).failure).toMatchObject({ reason: 'unreachable' });
  });
});
