/** What goes wrong between the EWS adapter and a server, as reasons. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { RemoteFailure } from '#core/failure.ts';
import {
  type Answer,
  BACK_OFF,
  calendarItem,
  fault,
  refusal,
  scripted,
  soap,
  success,
} from './scripted-exchange.ts';

const PAGE =
  '<m:SyncState>H4sI</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes/>';

async function failureOf(answer: Answer | Error): Promise<unknown> {
  const { mailbox } = scripted([answer]);
  const error = await mailbox.changes('AQAt=', 'H4s=').then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof RemoteFailure ? error.failure : error;
}

const named = (name: string) => Object.assign(new Error('it ended'), { name });
const HTML = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome<br></body></html>';
const envelope = (body: string): string => soap('SyncFolderItems', body).body as string;

describe('no console output, whatever the server says', () => {
  const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const spies = () => methods.map((method) => vi.spyOn(console, method).mockImplementation(() => undefined));
  let watching: ReturnType<typeof spies> = [];
  beforeEach(() => {
    watching = spies();
  });
  afterEach(() => {
    const calls = watching.flatMap((spy) => spy.mock.calls);
    vi.restoreAllMocks();
    expect(calls).toEqual([]);
  });

  test.each<[string, Answer | Error, string]>([
    [
      'no connection',
      new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
      'unreachable',
    ],
    [
      'a certificate that has run out',
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
      }),
      'certificateRefused',
    ],
    [
      'a certificate for another host',
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('altnames'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
      }),
      'certificateRefused',
    ],
    ['a time-out', named('TimeoutError'), 'timedOut'],
    [
      'comments without end',
      { body: `<Envelope></Envelope>${'<!---->'.repeat(100_000)}</Envelope>` },
      'badAnswer',
    ],
    ['an abort', named('AbortError'), 'timedOut'],
    ['401', { status: 401, body: HTML }, 'signInRefused'],
    ['403 by policy', { status: 403, headers: { 'X-EWS-Policy-Reason': 'EWS is disabled' } }, 'ewsBlocked'],
    ['403', { status: 403 }, 'accessDenied'],
    ['404', { status: 404, body: HTML }, 'notTheService'],
    [
      '302 to the error page',
      { status: 302, headers: { Location: '/ews/genericerrorpage.htm?aspxerrorpath=/x' } },
      'serverError',
    ],
    ['302 to elsewhere', { status: 302, headers: { Location: 'https://login.example.org/' } }, 'redirected'],
    ['502', { status: 502, body: HTML }, 'serverError'],
    ['a page of another service', { body: HTML }, 'notTheService'],
    [
      'the error page of IIS',
      { status: 500, body: "<html><title>Server Error in '/EWS' Application.</title></html>" },
      'serverError',
    ],
    ['nothing', { body: '' }, 'badAnswer'],
    ['XML that is no SOAP', { body: '<?xml version="1.0"?><other/>' }, 'badAnswer'],
    ['half an answer', { body: envelope(success('SyncFolderItems', PAGE)).slice(0, -30) }, 'badAnswer'],
    ['crossed tags', { body: envelope('<m:A><m:B></m:A></m:B>') }, 'badAnswer'],
    ['an unknown entity', { body: envelope('&nbsp;') }, 'badAnswer'],
    ['a document type', { body: envelope('').replace('?>', '?><!DOCTYPE s:Envelope>') }, 'badAnswer'],
    ['another answer', soap('GetItem', success('GetItem', calendarItem())), 'badAnswer'],
    [
      'an empty body',
      { body: '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>' },
      'badAnswer',
    ],
    ['no response message', soap('SyncFolderItems', ''), 'badAnswer'],
    [
      'no sync state',
      soap(
        'SyncFolderItems',
        success('SyncFolderItems', '<m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>'),
      ),
      'badAnswer',
    ],
    [
      'a page that leads nowhere',
      soap(
        'SyncFolderItems',
        success('SyncFolderItems', PAGE.replace('H4sI', 'H4s=').replace('true', 'false')),
      ),
      'badAnswer',
    ],
    [
      'a fault that is no XML',
      { ...fault('ErrorServerBusy'), body: `${fault('x').body}`.replace('<detail>', '<detail><x>') },
      'badAnswer',
    ],
    ['a busy fault', fault('ErrorServerBusy'), 'throttled'],
    ['a fault with HTTP 200', { ...fault('ErrorImpersonateUserDenied'), status: 200 }, 'impersonationDenied'],
    ['an unknown fault', fault('ErrorOfTomorrow'), 'serverError'],
    [
      'an old sync state',
      soap('SyncFolderItems', refusal('SyncFolderItems', 'ErrorInvalidSyncStateData')),
      'cursorInvalid',
    ],
    [
      'a lost folder',
      soap('SyncFolderItems', refusal('SyncFolderItems', 'ErrorItemNotFound')),
      'folderNotFound',
    ],
    [
      'a folder id that is none',
      soap('SyncFolderItems', refusal('SyncFolderItems', 'ErrorInvalidIdMalformed')),
      'folderNotFound',
    ],
    [
      'a lost sync folder',
      soap('SyncFolderItems', refusal('SyncFolderItems', 'ErrorSyncFolderNotFound')),
      'folderNotFound',
    ],
    ['a missing mailbox', fault('ErrorNonExistentMailbox'), 'mailboxNotFound'],
    ['a full mailbox', fault('ErrorQuotaExceeded'), 'mailboxFull'],
    [
      'a moving mailbox',
      soap('SyncFolderItems', refusal('SyncFolderItems', 'ErrorMailboxMoveInProgress')),
      'mailboxUnavailable',
    ],
    [
      'an internal error with HTTP 200',
      soap('SyncFolderItems', refusal('SyncFolderItems', 'ErrorInternalServerError')),
      'serverError',
    ],
  ])('%s', async (_, answer, reason) => {
    expect(await failureOf(answer)).toMatchObject({ reason });
  });

  test('an answer without end is cut off', async () => {
    const block = new Uint8Array(1024 * 1024).fill(32);
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield block;
      }
    }
    expect(await failureOf({ body: endless() })).toMatchObject({ reason: 'answerTooLarge' });
    expect(given).toBe(33);
  });
});

describe('how long to wait', () => {
  test.each<[string, Answer, number | undefined]>([
    ['a fault with BackOffMilliseconds', fault('ErrorServerBusy', BACK_OFF), 297_749],
    [
      'a message with BackOffMilliseconds',
      soap(
        'SyncFolderItems',
        refusal(
          'SyncFolderItems',
          'ErrorServerBusy',
          'Error',
          BACK_OFF.replaceAll('t:MessageXml', 'm:MessageXml'),
        ),
      ),
      297_749,
    ],
    ['503 with seconds', { status: 503, headers: { 'Retry-After': '120' } }, 120_000],
    [
      '429 with a date, counted from the date of the answer',
      {
        status: 429,
        headers: {
          'Retry-After': 'Sun, 22 Nov 2026 12:01:30 GMT',
          Date: 'Sun, 22 Nov 2026 12:00:00 GMT',
        },
      },
      90_000,
    ],
    [
      '429 with a date that only our own clock could tell',
      { status: 429, headers: { 'Retry-After': 'Sun, 22 Nov 2026 12:00:00 GMT' } },
      undefined,
    ],
    [
      '429 with a date that has passed',
      {
        status: 429,
        headers: {
          'Retry-After': 'Sun, 22 Nov 2026 11:00:00 GMT',
          Date: 'Sun, 22 Nov 2026 12:00:00 GMT',
        },
      },
      0,
    ],
    [
      '503 with days, of which an hour is believed',
      { status: 503, headers: { 'Retry-After': '999999' } },
      3_600_000,
    ],
    ['503 with neither', { status: 503, headers: { 'Retry-After': 'soon' } }, undefined],
    [
      'a fault whose BackOffMilliseconds is no number',
      fault('ErrorServerBusy', BACK_OFF.replace('297749', 'a while')),
      undefined,
    ],
  ])('%s', async (_, answer, waitMs) => {
    const isIis = answer.status === 503 || answer.status === 429;
    expect(await failureOf(answer)).toEqual({
      reason: 'throttled',
      detail: expect.any(String),
      ...(waitMs !== undefined && { waitMs }),
      // EWS counts by account; before it nobody knows who asks.
      ...(!isIis && { ofAccount: true }),
    });
  });

  test.each<[string, Answer | Error]>([
    ['401', { status: 401 }],
    ['a lost connection', new TypeError('fetch failed')],
    ['a page', { body: HTML }],
    ['a header that cannot be sent', new TypeError('Headers.append: "Basic c2VjcmV0" is an invalid value.')],
    [
      'a redirect',
      { status: 302, headers: { Location: 'https://me:p.ssword@host/;id=c2VjcmV0?t=c2VjcmV0' } },
    ],
  ])('a secret never gets into a failure: %s', async (_, answer) => {
    expect(JSON.stringify(await failureOf(answer))).not.toMatch(/p.ssword|Basic|c2VjcmV0/);
  });

  test('machines behind the server’s name are not told to users', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:443'), { code: 'ECONNREFUSED' });
    expect(await failureOf(new TypeError('fetch failed', { cause }))).toEqual({
      reason: 'unreachable',
      detail: 'ECONNREFUSED',
    });
  });
});

describe('one item among many', () => {
  test('read: gone, refused and stopped are told apart, and what was stopped is asked for again', async () => {
    const script = scripted([
      soap(
        'GetItem',
        refusal('GetItem', 'ErrorItemNotFound') +
          refusal('GetItem', 'ErrorInvalidIdMalformed') +
          success('GetItem', calendarItem()) +
          refusal('GetItem', 'ErrorBatchProcessingStopped', 'Warning'),
      ),
      soap('GetItem', success('GetItem', calendarItem())),
    ]);
    expect(await script.mailbox.read(['1', '2', '3', '4'])).toMatchObject([
      { kind: 'gone', id: '1' },
      { kind: 'failed', id: '2', version: null, failure: { reason: 'itemUnreadable' } },
      { kind: 'item', item: { id: '3' } },
      { kind: 'item', item: { id: '4' } },
    ]);
    expect(script.sent[1]?.request.body?.match(/<t:ItemId /g)).toHaveLength(1);
  });

  test('read: a server that never gets to an item is not asked forever', async () => {
    const stopped = soap('GetItem', refusal('GetItem', 'ErrorBatchProcessingStopped', 'Warning'));
    const script = scripted(Array.from({ length: 50 }, () => stopped));
    expect(await script.mailbox.read(['1'])).toMatchObject([
      { kind: 'failed', failure: { reason: 'mailboxUnavailable' } },
    ]);
    expect(script.sent.length).toBeLessThan(10);
  });

  test('read: fewer messages than items is no answer', async () => {
    const script = scripted([soap('GetItem', success('GetItem', calendarItem()))]);
    await expect(script.mailbox.read(['1', '2'])).rejects.toMatchObject({ failure: { reason: 'badAnswer' } });
  });

  test.each([
    ['ErrorIrresolvableConflict', 'changedMeanwhile'],
    ['ErrorItemNotFound', 'itemNotFound'],
    ['ErrorCalendarInvalidRecurrence', 'recurrenceNotExpressible'],
    ['ErrorMessageSizeExceeded', 'textTooLong'],
    ['ErrorInvalidPropertySet', 'itemRefused'],
    ['ErrorOfTomorrow', 'itemRefused'],
    ['ErrorAccessDenied', 'accessDenied'],
  ])('update: %s is %s', async (code, reason) => {
    const { mailbox } = scripted([soap('UpdateItem', refusal('UpdateItem', code))]);
    const time = { kind: 'allDay', start: '2026-12-01', end: '2026-12-02' } as const;
    const event = { ...NEUTRAL_EVENT, time };
    const outcomes = await mailbox.update([
      { id: 'i', version: 'v', event, fields: ['title'], wasSeries: false, invitations: 'none' },
    ]);
    expect(outcomes).toMatchObject([{ kind: 'failed', failure: { reason } }]);
  });

  test('more than a batch holds is a mistake of the caller, and nothing is sent', async () => {
    const script = scripted([]);
    await expect(script.mailbox.read(Array.from({ length: 51 }, (_, index) => `${index}`))).rejects.toThrow(
      RangeError,
    );
    expect(script.sent).toEqual([]);
  });
});
