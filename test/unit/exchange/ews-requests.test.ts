/** What the EWS adapter sends, seen by a scripted server. */
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import type { MailboxServer } from '#exchange/mailbox-calendar.port.ts';
import { EVENT_FIELDS, type EventField } from '#shared/event-fields.ts';
import { scripted, soap, success } from './scripted-exchange.ts';

const WRITTEN = '<m:Items><t:CalendarItem><t:ItemId Id="AAMk=" ChangeKey="Dw=="/></t:CalendarItem></m:Items>';
const EVENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  time: { kind: 'timed', start: '2026-12-01T23:30:00Z', end: '2026-12-02T00:30:00Z', zone: 'Europe/Rome' },
};

const parser = new XMLParser({ ignoreAttributes: false, trimValues: false, parseTagValue: false });

async function created(
  event: CalendarEvent,
  server: Partial<MailboxServer> = {},
  zone = 'UTC',
): Promise<string> {
  const script = scripted([soap('CreateItem', success('CreateItem', WRITTEN))], server, zone);
  await script.mailbox.create('AQAt=', [{ stamp: 'stamp-1', uid: 'uid-1', event, invitations: 'none' }]);
  return script.sent[0]?.request.body ?? '';
}

async function updated(fields: readonly EventField[], event = EVENT, wasSeries = true) {
  const script = scripted([soap('UpdateItem', success('UpdateItem', WRITTEN))]);
  const outcome = await script.mailbox.update([
    { id: 'AAMk=', version: 'old', event, fields, wasSeries, invitations: 'none' },
  ]);
  return { body: script.sent[0]?.request.body ?? '', outcome, requests: script.sent.length };
}

describe('every request', () => {
  test('is a POST to the endpoint, with Basic sign-in in UTF-8, an anchor and our name', async () => {
    const script = scripted([soap('CreateItem', success('CreateItem', WRITTEN))]);
    await script.mailbox.create('AQAt=', [{ stamp: 's', uid: 'u', event: EVENT, invitations: 'none' }]);
    expect(script.sent[0]).toMatchObject({
      url: 'https://mail.example.org/EWS/Exchange.asmx',
      request: {
        method: 'POST',
        redirect: 'manual',
        headers: {
          Authorization: `Basic ${Buffer.from('EXAMPLE\\sync:pässword', 'utf8').toString('base64')}`,
          'X-AnchorMailbox': 'anna@example.org',
          'User-Agent': expect.stringMatching(/^CalendarConnectorForExchange\/\d/),
        },
      },
    });
    expect(script.sent[0]?.request.body).toContain('<t:SmtpAddress>anna@example.org</t:SmtpAddress>');
  });

  test.each([
    ['principalName', {}, '<t:PrincipalName>anna@example.org</t:PrincipalName>'],
    ['principalName', { actAs: 'anna@corp.example' }, '<t:PrincipalName>anna@corp.example</t:PrincipalName>'],
    ['sid', { actAs: 'S-1-5-21-1-2-3-1104' }, '<t:SID>S-1-5-21-1-2-3-1104</t:SID>'],
    ['address', { actAs: 'S-1-5-21-1-2-3-1104' }, '<t:SmtpAddress>anna@example.org</t:SmtpAddress>'],
  ] as const)('by %s %o impersonates %s', async (impersonate, named, expected) => {
    expect(await created(EVENT, { impersonate, ...named })).toContain(expected);
  });

  test('by a SID that nobody entered sends nothing', async () => {
    const script = scripted([], { impersonate: 'sid' });
    await expect(script.mailbox.listFolders()).rejects.toMatchObject({
      failure: { reason: 'impersonationDenied' },
    });
    expect(script.sent).toEqual([]);
  });

  test('under the address by which the server knows the mailbox', async () => {
    expect(await created(EVENT, { knownAs: 'anna@sub.example.org' })).toContain(
      '<t:SmtpAddress>anna@sub.example.org</t:SmtpAddress>',
    );
  });

  test('as the owner itself impersonates nobody', async () => {
    const body = await created(EVENT, { impersonate: false });
    expect(body).not.toContain('ExchangeImpersonation');
  });
});

describe('mail', () => {
  test.each([
    ['none', 'SendToNone'],
    ['all', 'SendToAllAndSaveCopy'],
  ] as const)('intent %s is %s in each of the three writes', async (invitations, mode) => {
    const script = scripted([
      soap('CreateItem', success('CreateItem', WRITTEN)),
      soap('UpdateItem', success('UpdateItem', WRITTEN)),
      soap('DeleteItem', success('DeleteItem', '')),
    ]);
    await script.mailbox.create('f', [{ stamp: 's', uid: 'u', event: EVENT, invitations }]);
    await script.mailbox.update([
      { id: 'i', version: 'v', event: EVENT, fields: ['title'], wasSeries: false, invitations },
    ]);
    await script.mailbox.remove([{ id: 'i', version: 'v', invitations }]);
    const bodies = script.sent.map(({ request }) => request.body);
    expect(bodies[0]).toContain(`SendMeetingInvitations="${mode}"`);
    expect(bodies[1]).toContain(`SendMeetingInvitationsOrCancellations="${mode}"`);
    expect(bodies[2]).toContain(`SendMeetingCancellations="${mode}"`);
    expect(bodies[2]).toContain('DeleteType="MoveToDeletedItems"');
  });

  test('writes of both intents go in one request each, and the outcomes keep their order', async () => {
    const item = (id: string) => WRITTEN.replace('AAMk=', id);
    const script = scripted([
      soap('UpdateItem', success('UpdateItem', item('2'))),
      soap('UpdateItem', success('UpdateItem', item('1')) + success('UpdateItem', item('3'))),
    ]);
    const update = (id: string, invitations: 'none' | 'all') =>
      ({ id, version: 'v', event: EVENT, fields: ['title'], wasSeries: false, invitations }) as const;
    const outcomes = await script.mailbox.update([
      update('1', 'all'),
      update('2', 'none'),
      update('3', 'all'),
    ]);
    expect(outcomes.map((outcome) => outcome.kind === 'written' && outcome.id)).toEqual(['1', '2', '3']);
  });
});

describe('a create', () => {
  test('says no reminder where there is none, since a server would set one', async () => {
    expect(await created(EVENT)).toContain('<t:ReminderIsSet>false</t:ReminderIsSet>');
  });

  test('names attendees only if there are any, and never the organiser', async () => {
    expect(await created(EVENT)).not.toContain('Attendees');
    const body = await created({
      ...EVENT,
      attendees: [
        { address: 'bo@example.org', name: 'Bo', role: 'optional', response: 'none' },
        { address: 'anna@example.org', name: 'Anna', role: 'required', response: 'organizer' },
      ],
    });
    expect(body).toContain('<t:OptionalAttendees>');
    expect(body).not.toContain('RequiredAttendees');
  });

  test('a series starts on its first day in its own zone, whatever the zone of the process', async () => {
    const body = await created({
      ...EVENT,
      recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'until', until: '2027-03-01' } },
    });
    // 23:30 UTC on the first is the second in Rome.
    expect(body).toContain('<t:StartDate>2026-12-02</t:StartDate><t:EndDate>2027-03-01</t:EndDate>');
    expect(body).toContain('<t:StartTimeZone Id="W. Europe Standard Time">');
  });

  test('an all-day event is bounded by midnights of the owner', async () => {
    const body = await created(
      { ...EVENT, time: { kind: 'allDay', start: '2026-07-01', end: '2026-07-03' } },
      {},
      'Europe/Rome',
    );
    expect(body).toContain('<t:Start>2026-06-30T22:00:00Z</t:Start><t:End>2026-07-02T22:00:00Z</t:End>');
    expect(body).toContain('<t:IsAllDayEvent>true</t:IsAllDayEvent>');
  });

  test('to a server of 2007 knows MeetingTimeZone only, and no value of later versions', async () => {
    const body = await created(
      {
        ...EVENT,
        showAs: 'workingElsewhere',
        recurrence: {
          pattern: { kind: 'weekly', interval: 1, days: ['WE'], firstDay: 'MO' },
          range: { kind: 'noEnd' },
        },
      },
      { version: 'Exchange2007_SP1' },
    );
    expect(body).toContain('<t:MeetingTimeZone TimeZoneName="W. Europe Standard Time">');
    expect(body).toContain('<t:PrimarySmtpAddress>');
    expect(body).not.toMatch(/StartTimeZone|FirstDayOfWeek|WorkingElsewhere/);
  });

  test.each<[string, Partial<CalendarEvent>, string]>([
    [
      'an end before the start',
      { time: { kind: 'timed', start: '2026-12-01T10:00:00Z', end: '2026-12-01T09:00:00Z', zone: 'UTC' } },
      'startAfterEnd',
    ],
    [
      'all day without a day',
      { time: { kind: 'allDay', start: '2026-12-01', end: '2026-12-01' } },
      'startAfterEnd',
    ],
    [
      'a series in a zone that Windows does not have',
      {
        time: {
          kind: 'timed',
          start: '2026-12-01T09:00:00Z',
          end: '2026-12-01T10:00:00Z',
          zone: 'Antarctica/Troll',
        },
        recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'noEnd' } },
      },
      'zoneUnknown',
    ],
    [
      'more occurrences than Exchange counts',
      { recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'count', count: 1000 } } },
      'recurrenceNotExpressible',
    ],
  ])('%s is refused by itself, and the rest of the batch is written', async (_, change, reason) => {
    const script = scripted([soap('CreateItem', success('CreateItem', WRITTEN))]);
    const outcomes = await script.mailbox.create('f', [
      { stamp: 'a', uid: 'a', event: { ...EVENT, ...change }, invitations: 'none' },
      { stamp: 'b', uid: 'b', event: EVENT, invitations: 'none' },
    ]);
    expect(outcomes).toMatchObject([{ kind: 'failed', failure: { reason } }, { kind: 'written' }]);
  });
});

describe('an update', () => {
  const FIELDS_OF: Record<Exclude<EventField, 'exceptions'>, readonly string[]> = {
    title: ['item:Subject'],
    description: ['item:Body'],
    location: ['calendar:Location'],
    when: [
      'calendar:StartTimeZone',
      'calendar:EndTimeZone',
      'calendar:Start',
      'calendar:End',
      'calendar:IsAllDayEvent',
      'calendar:Recurrence',
    ],
    showAs: ['calendar:LegacyFreeBusyStatus'],
    sensitivity: ['item:Sensitivity'],
    reminderMinutes: ['item:ReminderIsSet'],
    categories: ['item:Categories'],
    // Attendees are written by who comes and who goes.
    attendees: [],
    // A response is given, not written.
    ownResponse: [],
  };

  test.each(EVENT_FIELDS.filter((field) => field !== 'exceptions'))(
    'of %s touches nothing else',
    async (field) => {
      const { body } = await updated([field, 'exceptions']);
      const touched = [...body.matchAll(/FieldURI="([^"]+)"/g)].map((match) => match[1]);
      expect(touched).toEqual(FIELDS_OF[field]);
    },
  );

  test('holds only for the version that it was planned on', async () => {
    const { body } = await updated(['title']);
    expect(body).toContain('ConflictResolution="NeverOverwrite"');
    expect(body).toContain('<t:ItemId Id="AAMk=" ChangeKey="old">');
  });

  test('that takes away a place, a category or the repetition clears the property', async () => {
    const { body } = await updated(['location', 'categories', 'when']);
    const cleared = [...body.matchAll(/<t:DeleteItemField><t:FieldURI FieldURI="([^"]+)"/g)].map((m) => m[1]);
    expect(cleared).toEqual(['calendar:Location', 'item:Categories', 'calendar:Recurrence']);
  });

  test('of a single event, which has no repetition, clears none', async () => {
    const { body } = await updated(['when'], EVENT, false);
    expect(body).not.toContain('calendar:Recurrence');
    expect(body).toContain('calendar:Start');
  });

  test('of an online meeting leaves its text alone', async () => {
    const { body } = await updated(['title', 'description'], { ...EVENT, onlineMeeting: true });
    expect(body).toContain('item:Subject');
    expect(body).not.toContain('item:Body');
  });

  test.each<[string, readonly EventField[], boolean]>([
    ['nothing', [], false],
    ['exceptions', ['exceptions'], false],
    ['the text of an online meeting', ['description', 'exceptions'], true],
  ])('of %s asks the server for nothing', async (_, fields, onlineMeeting) => {
    const { outcome, requests } = await updated(fields, { ...EVENT, onlineMeeting });
    expect(outcome).toEqual([{ kind: 'written', id: 'AAMk=', version: 'old' }]);
    expect(requests).toBe(0);
  });
});

describe('texts', () => {
  const hostile = fc.string({ unit: 'binary', maxLength: 60 });
  const legal = (text: string) =>
    !/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text);

  test('of any kind leave as one text each, and as what they were if XML can hold them', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const body = await created({ ...EVENT, description: text, title: `]]>${text}<x a="b">&amp;` });
        const envelope = parser.parse(body)['soap:Envelope'];
        const item = envelope['soap:Body']['m:CreateItem']['m:Items']['t:CalendarItem'];
        expect(Object.keys(item)).not.toContain('x');
        if (legal(text) && !text.includes('\r') && !/&[\w#]+;/.test(text)) {
          expect(item['t:Body']['#text'] ?? '').toBe(text);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('in attributes are escaped too', async () => {
    const script = scripted([soap('CreateItem', success('CreateItem', WRITTEN))]);
    await script.mailbox.create('a"b<c>&\n', [{ stamp: 's', uid: 'u', event: EVENT, invitations: 'none' }]);
    expect(script.sent[0]?.request.body).toContain('Id="a&quot;b&lt;c&gt;&amp;&#10;"');
  });
});
