/**
 * Answers of EWS that are well-formed and wrong: in another number or order than what was asked, of other types, with
 * values that none has. Much of it was found by `npm run fuzz`.
 */
import { describe, expect, test, vi } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { RemoteFailure } from '#core/failure.ts';
import type { MailboxCalendar, MailboxUpdate } from '#exchange/mailbox-calendar.port.ts';
import { type Answer, calendarItem, fault, refusal, scripted, soap, success } from './scripted-exchange.ts';

type Asking = (mailbox: MailboxCalendar) => Promise<unknown>;

/** What comes of it: what was told, or the failure. Rejects with an error that has no reason. */
async function asked(answer: Answer, ask: Asking): Promise<unknown> {
  try {
    return await ask(scripted([answer, answer]).mailbox);
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure;
    throw error;
  }
}

const item = (id: string, elements: Readonly<Record<string, string>> = {}) =>
  success(
    'GetItem',
    calendarItem({
      ItemId: `<t:ItemId Id="${id}" ChangeKey="v"/>`,
      UID: `<t:UID>${id}</t:UID>`,
      ...elements,
    }),
  );
const time = {
  kind: 'timed',
  start: '2026-12-01T09:00:00Z',
  end: '2026-12-01T10:00:00Z',
  zone: 'UTC',
} as const;
const update = (id: string): MailboxUpdate => ({
  ...{ id, version: 'v', event: { ...NEUTRAL_EVENT, time } },
  fields: ['title'],
  wasSeries: false,
  invitations: 'none',
});
const updated = (id: string) =>
  success(
    'UpdateItem',
    `<m:Items><t:CalendarItem><t:ItemId Id="${id}" ChangeKey="w"/></t:CalendarItem></m:Items>`,
  );

describe('as many answers as questions, in their order', () => {
  test.each([
    ['more', item('a') + item('b') + item('c')],
    ['fewer', item('a')],
    ['none', ''],
  ])('%s are no answer', async (_, messages) => {
    const outcome = await asked(soap('GetItem', messages), (mailbox) => mailbox.read(['a', 'b']));
    expect(outcome).toMatchObject({ reason: 'badAnswer', detail: expect.stringContaining('to 2 questions') });
  });

  test('one error in the place of all is named', async () => {
    const answer = soap('GetItem', refusal('GetItem', 'ErrorInternalServerError'));
    const outcome = await asked(answer, (mailbox) => mailbox.read(['a', 'b']));
    expect(outcome).toMatchObject({ detail: expect.stringContaining('ErrorInternalServerError') });
  });

  test('in another order no item gets the contents of another', async () => {
    const outcome = await asked(soap('GetItem', item('b') + item('a')), (mailbox) =>
      mailbox.read(['a', 'b']),
    );
    expect(outcome).toMatchObject({ reason: 'badAnswer', detail: expect.stringContaining('order') });
  });

  test('an item under a new id is the one that was asked for', async () => {
    const outcome = await asked(soap('GetItem', item('a2') + item('b')), (mailbox) =>
      mailbox.read(['a', 'b']),
    );
    expect(outcome).toMatchObject([
      { kind: 'item', item: { id: 'a', uid: 'a2' } },
      { kind: 'item', item: { id: 'b' } },
    ]);
  });

  test('of writes too: nobody knows what became of which', async () => {
    const outcome = await asked(soap('UpdateItem', updated('b') + updated('a')), (mailbox) =>
      mailbox.update([update('a'), update('b')]),
    );
    expect(outcome).toMatchObject({ reason: 'badAnswer' });
  });
});

describe('a fault with HTTP 200', () => {
  test('is found behind a header of any length', async () => {
    const { body } = fault('ErrorServerBusy');
    const header = `<s:Header>${'<x xmlns="urn:proxy">added on the way</x>'.repeat(500)}</s:Header>`;
    const answer = { status: 200, body: String(body).replace('<s:Body>', `${header}<s:Body>`) };
    expect(await asked(answer, (mailbox) => mailbox.changes('f', null))).toMatchObject({
      reason: 'throttled',
    });
  });

  test.each(['__proto__', 'constructor', 'toString', ''])(
    'with the code "%s" is the server’s',
    async (code) => {
      expect(await asked(fault(code), (mailbox) => mailbox.changes('f', null))).toMatchObject({
        reason: 'serverError',
      });
    },
  );
});

describe('an item', () => {
  const read: Asking = (mailbox) => mailbox.read(['a']);

  test.each([
    ['a text for a date', { Start: '<t:Start>tomorrow</t:Start>' }],
    ['the thirtieth of February', { Start: '<t:Start>2026-02-30T00:00:00Z</t:Start>' }],
    ['a thirteenth month', { End: '<t:End>2026-13-01T00:00:00Z</t:End>' }],
    ['a day that is in the year 10000 in another zone', { End: '<t:End>9999-12-31T23:59:59Z</t:End>' }],
    ['a year of five digits', { End: '<t:End>10000-01-01T00:00:00Z</t:End>' }],
    ['elements for a date', { Start: '<t:Start><t:Subject>2026-12-01T09:00:00Z</t:Subject></t:Start>' }],
    ['two starts', { Start: '<t:Start>x</t:Start><t:Start>2026-12-01T09:00:00Z</t:Start>' }],
    ['no start', { Start: '' }],
  ])('with %s is unreadable, alone', async (_, elements) => {
    const answer = soap('GetItem', item('a', elements) + item('b'));
    expect(await asked(answer, (mailbox) => mailbox.read(['a', 'b']))).toMatchObject([
      { kind: 'failed', id: 'a', failure: { reason: 'itemUnreadable' } },
      { kind: 'item', item: { id: 'b' } },
    ]);
  });

  test.each(['-1', '1e300', '2147483648', 'NaN', '0x10 minutes', ''])(
    'with a reminder of "%s" minutes has one of none, or one that a calendar can hold',
    async (minutes) => {
      const answer = soap(
        'GetItem',
        item('a', {
          ReminderIsSet: '<t:ReminderIsSet>true</t:ReminderIsSet>',
          Minutes: `<t:ReminderMinutesBeforeStart>${minutes}</t:ReminderMinutesBeforeStart>`,
        }),
      );
      const expected = minutes === '' ? 0 : null;
      expect(await asked(answer, read)).toMatchObject([{ item: { event: { reminderMinutes: expected } } }]);
    },
  );

  test.each(['__proto__', 'constructor', 'toString', 'Sometimes'])(
    'with "%s" for show-as, sensitivity and response has those of an item that says nothing',
    async (word) => {
      const answer = soap(
        'GetItem',
        item('a', {
          LegacyFreeBusyStatus: `<t:LegacyFreeBusyStatus>${word}</t:LegacyFreeBusyStatus>`,
          Sensitivity: `<t:Sensitivity>${word}</t:Sensitivity>`,
          MyResponseType: `<t:MyResponseType>${word}</t:MyResponseType>`,
          IsMeeting: '<t:IsMeeting>true</t:IsMeeting>',
        }),
      );
      expect(await asked(answer, read)).toMatchObject([
        { item: { event: { showAs: 'busy', sensitivity: 'normal', ownResponse: 'none' } } },
      ]);
    },
  );

  test('with an element called like what every object has is read', async () => {
    const elements = {
      Odd: '<t:__proto__><t:Subject>x</t:Subject></t:__proto__><t:constructor>x</t:constructor>',
    };
    const [one] = (await asked(soap('GetItem', item('a', elements)), read)) as {
      item?: { event: unknown };
    }[];
    expect(one).toMatchObject({ kind: 'item', item: { event: { title: 'Board' } } });
    expect({}).not.toHaveProperty('Subject');
  });
});

test('the library prints nothing about what it does not know', async () => {
  const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => undefined));
  const odd =
    '<t:CalendarItem><t:ItemId Id="a" ChangeKey="v"/><m:Body><t:Id>x</t:Id></m:Body></t:CalendarItem>';
  const page = `<m:SyncState>H4s</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes><t:Create>${odd}</t:Create></m:Changes>`;
  await asked(soap('SyncFolderItems', success('SyncFolderItems', page)), (mailbox) =>
    mailbox.changes('f', null),
  );
  const printed = spies.flatMap((spy) => spy.mock.calls);
  vi.restoreAllMocks();
  expect(printed).toEqual([]);
});

describe('a calendar that is looked at', () => {
  const look: Asking = (mailbox) => mailbox.overlapping('f', [{ startMs: 0, endMs: Date.UTC(2026, 11, 31) }]);
  const view = (elements: string) =>
    soap(
      'FindItem',
      success(
        'FindItem',
        `<m:RootFolder IncludesLastItemInRange="true"><t:Items><t:CalendarItem>${elements}</t:CalendarItem></t:Items></m:RootFolder>`,
      ),
    );
  const when = '<t:Start>2026-12-01T09:00:00Z</t:Start><t:End>2026-12-01T10:00:00Z</t:End>';
  const made = '<t:DateTimeCreated>2026-01-01T09:00:00Z</t:DateTimeCreated>';

  test.each([
    ['an item without an id, which another one could hide', `<t:UID>u</t:UID>${when}${made}`],
    [
      'a day that is none',
      `<t:ItemId Id="a"/><t:UID>u</t:UID>${when}<t:DateTimeCreated>2026-13-01T00:00:00Z</t:DateTimeCreated>`,
    ],
    ['no end', `<t:ItemId Id="a"/><t:UID>u</t:UID><t:Start>2026-12-01T09:00:00Z</t:Start>${made}`],
  ])('%s: nothing is said about who has the room', async (_, elements) => {
    const { mailbox } = scripted(Array.from({ length: 80 }, () => view(elements)));
    await expect(look(mailbox)).rejects.toMatchObject({ failure: { reason: 'badAnswer' } });
  });
});

describe('folders', () => {
  const folder = (content: string) =>
    soap(
      'GetFolder',
      success('GetFolder', `<m:Folders><t:CalendarFolder>${content}</t:CalendarFolder></m:Folders>`),
    );
  const rights = '<t:EffectiveRights><t:CreateContents>true</t:CreateContents></t:EffectiveRights>';

  test.each([
    ['two ids', `<t:FolderId Id="a"/><t:FolderId Id="b"/><t:DisplayName>Calendar</t:DisplayName>${rights}`],
    ['no id', `<t:DisplayName>Calendar</t:DisplayName>${rights}`],
    ['no name', `<t:FolderId Id="a"/>${rights}`],
    ['nothing', ''],
  ])('with %s are no folders', async (_, content) => {
    expect(await asked(folder(content), (mailbox) => mailbox.listFolders())).toMatchObject({
      reason: 'badAnswer',
    });
  });
});

test('a search whose items have properties that are none', async () => {
  const answer = soap(
    'FindItem',
    success(
      'FindItem',
      '<m:RootFolder TotalItemsInView="1" IncludesLastItemInRange="true"><t:Items><t:CalendarItem>' +
        '<t:ItemId Id="a" ChangeKey="v"/><t:ExtendedProperty>7</t:ExtendedProperty>' +
        '</t:CalendarItem></t:Items></m:RootFolder>',
    ),
  );
  expect(await asked(answer, (mailbox) => mailbox.findByStamp('f', ['s']))).toMatchObject({
    reason: 'badAnswer',
  });
});
