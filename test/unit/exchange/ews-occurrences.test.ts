/** Occurrences of series as servers tell of them, and what is sent to write one. */
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { regularOccurrence } from '#core/exceptions.ts';
import type { RequestVersion } from '#core/exchange-access.ts';
import type { MailboxItem, MailboxOccurrenceWrite, MailboxRead } from '#exchange/mailbox-calendar.port.ts';
import { type Answer, calendarItem, refusal, scripted, soap, success } from './scripted-exchange.ts';

/** 23:30 in Berlin, where it is the same day; each day from the first of December. */
const NIGHT = { Start: '2026-12-01T22:30:00Z', End: '2026-12-01T23:00:00Z' };

const RECURRENCE =
  '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>' +
  '<t:NumberedRecurrence><t:StartDate>2026-12-01</t:StartDate><t:NumberOfOccurrences>10</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';

interface Named {
  readonly id: string;
  readonly version?: string;
  readonly originalStart: string;
}

function master(changed: readonly Named[], deleted: readonly string[], elements = {}): Answer {
  const occurrences = changed.map(
    ({ id, version = 'DwAAABY=', originalStart }) =>
      `<t:Occurrence><t:ItemId Id="${id}" ChangeKey="${version}"/><t:Start>${originalStart}</t:Start>` +
      `<t:End>${originalStart}</t:End><t:OriginalStart>${originalStart}</t:OriginalStart></t:Occurrence>`,
  );
  const gaps = deleted.map(
    (start) => `<t:DeletedOccurrence><t:Start>${start}</t:Start></t:DeletedOccurrence>`,
  );
  const item = calendarItem({
    Start: `<t:Start>${NIGHT.Start}</t:Start>`,
    End: `<t:End>${NIGHT.End}</t:End>`,
    CalendarItemType: '<t:CalendarItemType>RecurringMaster</t:CalendarItemType>',
    Recurrence: RECURRENCE,
    ModifiedOccurrences: `<t:ModifiedOccurrences>${occurrences.join('')}</t:ModifiedOccurrences>`,
    DeletedOccurrences: `<t:DeletedOccurrences>${gaps.join('')}</t:DeletedOccurrences>`,
    ...elements,
  });
  return soap('GetItem', success('GetItem', item));
}

function occurrence(elements: Readonly<Record<string, string>> = {}, version = 'DwAAABY='): string {
  const ItemId = `<t:ItemId Id="o" ChangeKey="${version}"/>`;
  return success('GetItem', calendarItem({ ItemId, ...elements }));
}

const ALL_DAY = {
  Start: '<t:Start>2026-11-30T23:00:00Z</t:Start>',
  End: '<t:End>2026-12-01T23:00:00Z</t:End>',
  IsAllDayEvent: '<t:IsAllDayEvent>true</t:IsAllDayEvent>',
};
const CHANGED: Named = { id: 'o', originalStart: '2026-12-03T22:30:00Z' };

async function outcome(
  answers: readonly Answer[],
  version?: RequestVersion,
  zone?: string,
): Promise<MailboxRead> {
  const server = version === undefined ? {} : { version };
  const [read] = await scripted(answers, server, zone).mailbox.read(['AAMk=']);
  if (read === undefined) throw new Error('no outcome');
  return read;
}

async function item(
  answers: readonly Answer[],
  version?: RequestVersion,
  zone?: string,
): Promise<MailboxItem> {
  const read = await outcome(answers, version, zone);
  if (read.kind !== 'item') throw new Error(JSON.stringify(read));
  return read.item;
}

describe('the date of an exception', () => {
  test.each([
    ['at the hour of the series', '2026-12-03T22:30:00Z'],
    ['at another hour of that day', '2026-12-03T08:00:00Z'],
    ['with an offset', '2026-12-04T00:30:00+02:00'],
  ])('that was deleted %s is that of the zone', async (_, start) => {
    const { event, unplaced } = await item([master([], [start])]);
    expect(event.exceptions).toEqual({ '2026-12-03': 'deleted' });
    expect(unplaced).toEqual([]);
  });

  test.each([
    ['before the series', '2026-11-30T22:30:00Z'],
    ['after it', '2026-12-11T22:30:00Z'],
  ])('that was deleted %s has none', async (_, start) => {
    const { event, unplaced } = await item([master([], [start])]);
    expect(event.exceptions).toEqual({});
    expect(unplaced).toEqual([start]);
  });

  test('is not taken twice: the second was moved there before it was deleted', async () => {
    const starts = ['2026-12-03T22:30:00Z', '2026-12-03T08:00:00Z', '2026-12-04T08:00:00Z'];
    const moved = { id: 'o', originalStart: '2026-12-04T22:30:00Z' };
    const read = await item([master([moved], starts), soap('GetItem', occurrence())]);
    expect(read.event.exceptions).toMatchObject({
      '2026-12-03': 'deleted',
      '2026-12-04': { title: 'Board' },
    });
    expect(read.unplaced).toEqual(['2026-12-03T08:00:00Z', '2026-12-04T08:00:00Z']);
  });

  test('of days is the one that begins nearest, whatever the server thinks of the zone', async () => {
    const starts = ['2026-12-02T23:00:00Z', '2026-12-03T22:00:00Z'];
    const { event } = await item([master([], starts, ALL_DAY)]);
    expect(event.exceptions).toEqual({ '2026-12-03': 'deleted', '2026-12-04': 'deleted' });
  });
});

describe('a changed occurrence', () => {
  test('is read by itself, with nothing that is its series’', async () => {
    const script = scripted([master([CHANGED], []), soap('GetItem', occurrence())]);
    await script.mailbox.read(['AAMk=']);
    const body = script.sent[1]?.request.body ?? '';
    expect(body).toContain('<t:ItemId Id="o">');
    expect(body).toContain('<t:BaseShape>IdOnly</t:BaseShape><t:BodyType>Text</t:BodyType>');
    expect(body).not.toMatch(/Recurrence|Organizer|Occurrences|calendar:UID/);
  });

  test('in another Windows zone is in the zone of its series', async () => {
    const StartTimeZone = '<t:StartTimeZone Id="Tokyo Standard Time" Name=""/>';
    const { event } = await item([master([CHANGED], []), soap('GetItem', occurrence({ StartTimeZone }))]);
    expect(event.exceptions['2026-12-03']).toMatchObject({
      time: { kind: 'timed', start: '2026-12-01T09:00:00Z', zone: 'Europe/Berlin' },
    });
  });

  test('with a time, of a series of days, is in the owner’s zone', async () => {
    const changed = { id: 'o', originalStart: '2026-12-02T23:00:00Z' };
    const answers = [master([changed], [], ALL_DAY), soap('GetItem', occurrence())];
    const { event } = await item(answers, 'Exchange2016', 'Europe/Rome');
    expect(event.exceptions['2026-12-03']).toMatchObject({ time: { zone: 'Europe/Rome' } });
  });

  test.each([
    ['its own zone', 'Exchange2016', 'Line Islands Standard Time', 'Europe/Rome'],
    ['its owner, where 2007 tells no zone', 'Exchange2007_SP1', '', 'Pacific/Kiritimati'],
  ] as const)('that lasts all day has the midnights of %s', async (_, version, windowsId, owner) => {
    const day = occurrence({
      ...ALL_DAY,
      Start: '<t:Start>2026-12-03T10:00:00Z</t:Start>',
      End: '<t:End>2026-12-04T10:00:00Z</t:End>',
      StartTimeZone: windowsId === '' ? '' : `<t:StartTimeZone Id="${windowsId}" Name=""/>`,
    });
    const { event } = await item([master([CHANGED], []), soap('GetItem', day)], version, owner);
    expect(event.exceptions['2026-12-03']).toMatchObject({
      time: { kind: 'allDay', start: '2026-12-04', end: '2026-12-05' },
    });
  });

  test('that is as its rule says is none', async () => {
    const regular = occurrence({
      Start: '<t:Start>2026-12-03T22:30:00Z</t:Start>',
      End: '<t:End>2026-12-03T23:00:00Z</t:End>',
    });
    const { event } = await item([master([CHANGED], []), soap('GetItem', regular)]);
    expect(event.exceptions).toEqual({});
  });

  test('that is an online meeting makes one of the series', async () => {
    const More = '<t:IsOnlineMeeting>true</t:IsOnlineMeeting>';
    const { event } = await item([master([CHANGED], []), soap('GetItem', occurrence({ More }))]);
    expect(event.onlineMeeting).toBe(true);
  });

  test.each([
    ['that is a meeting makes one', true, '<t:IsMeeting>true</t:IsMeeting>'],
    [
      'to which somebody is invited makes a meeting',
      true,
      '<t:RequiredAttendees><t:Attendee><t:Mailbox><t:Name>Ada</t:Name></t:Mailbox></t:Attendee></t:RequiredAttendees>',
    ],
    ['that is none makes no meeting', false, '<t:IsMeeting>false</t:IsMeeting>'],
  ])('%s of the series', async (_, meeting, More) => {
    const { event } = await item([master([CHANGED], []), soap('GetItem', occurrence({ More }))]);
    expect(event.meeting).toBe(meeting);
  });

  test.each([
    ['is not found', refusal('GetItem', 'ErrorItemNotFound'), 'changedMeanwhile'],
    ['is deleted', refusal('GetItem', 'ErrorCalendarOccurrenceIsDeletedFromRecurrence'), 'changedMeanwhile'],
    ['has another version', occurrence({}, 'DwAAABZ='), 'changedMeanwhile'],
    ['cannot be given', refusal('GetItem', 'ErrorInternalServerError'), 'serverError'],
    [
      'has a date that is none',
      occurrence({ Start: '<t:Start>2026-13-01T00:00:00Z</t:Start>' }),
      'itemUnreadable',
    ],
  ])('that %s is a failure of its series', async (_, message, reason) => {
    expect(await outcome([master([CHANGED], []), soap('GetItem', message)])).toMatchObject({
      kind: 'failed',
      id: 'AAMk=',
      version: 'DwAAABY=',
      failure: { reason },
    });
  });

  test.each<[string, readonly Named[], string]>([
    [
      'on a date without one',
      [{ id: 'o', originalStart: '2026-12-11T22:30:00Z' }],
      'recurrenceNotExpressible',
    ],
    ['without an id', [{ ...CHANGED, id: '' }], 'itemUnreadable'],
    ['a thousand times', Array.from({ length: 1000 }, () => CHANGED), 'recurrenceNotExpressible'],
  ])('%s is a failure of its series, and is not asked for', async (_, changed, reason) => {
    expect(await outcome([master(changed, [])])).toMatchObject({ kind: 'failed', failure: { reason } });
  });
});

describe('a write to an occurrence', () => {
  const SERIES: CalendarEvent = {
    ...NEUTRAL_EVENT,
    title: 'Board',
    time: { kind: 'timed', start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z', zone: 'Europe/Rome' },
    recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'noEnd' } },
    exceptions: { '2026-12-02': 'deleted' },
  };
  const DATE = '2026-12-03';
  const WRITTEN = '<m:Items><t:CalendarItem><t:ItemId Id="occ" ChangeKey="new"/></t:CalendarItem></m:Items>';
  const regular = regularOccurrence(SERIES, DATE);
  if (regular === null) throw new Error('no occurrence');
  const everything = Object.keys(regular) as (keyof typeof regular)[];

  const write = (
    change: MailboxOccurrenceWrite['change'],
    invitations: 'none' | 'all' = 'none',
  ): MailboxOccurrenceWrite => ({
    id: 'AAMk=',
    version: 'old',
    series: SERIES,
    date: DATE,
    change,
    invitations,
  });
  const changed = (
    answers: readonly Answer[],
    invitations?: 'none' | 'all',
    version: RequestVersion = 'Exchange2016',
  ) => {
    const script = scripted(answers, { version });
    const change = { content: regular, fields: everything };
    return { script, outcomes: script.mailbox.writeOccurrences([write(change, invitations)]) };
  };

  test.each([
    ['none', 'SendToNone'],
    ['all', 'SendToAllAndSaveCopy'],
  ] as const)(
    'names it by its series and number, for the planned version, with intent %s',
    async (intent, mode) => {
      const { script, outcomes } = changed([soap('UpdateItem', success('UpdateItem', WRITTEN))], intent);
      expect(await outcomes).toEqual([{ kind: 'written', id: 'AAMk=', version: 'new' }]);
      const body = script.sent[0]?.request.body ?? '';
      // The deleted one before it counts.
      expect(body).toContain(
        '<t:OccurrenceItemId RecurringMasterId="AAMk=" ChangeKey="old" InstanceIndex="3">',
      );
      expect(body).toContain('ConflictResolution="NeverOverwrite"');
      expect(body).toContain(`SendMeetingInvitationsOrCancellations="${mode}"`);
    },
  );

  test.each(['Exchange2016', 'Exchange2007_SP1'] as const)(
    'says nothing that is the series’: %s',
    async (version) => {
      const { script, outcomes } = changed(
        [soap('UpdateItem', success('UpdateItem', WRITTEN))],
        'none',
        version,
      );
      await outcomes;
      const body = script.sent[0]?.request.body ?? '';
      expect(body).toContain('calendar:Start');
      expect(body).not.toMatch(/calendar:(?:Recurrence|UID)|item:Sensitivity|ExtendedFieldURI/);
    },
  );

  test('empties a text by setting it, or the occurrence could have that of its series', async () => {
    const { script, outcomes } = changed([soap('UpdateItem', success('UpdateItem', WRITTEN))]);
    await outcomes;
    const body = script.sent[0]?.request.body ?? '';
    expect(body).toContain('<t:Location></t:Location>');
    expect(body).not.toContain('<t:DeleteItemField><t:FieldURI FieldURI="calendar:Location"');
  });

  test('of nothing asks the server for nothing', async () => {
    const script = scripted([]);
    const outcomes = await script.mailbox.writeOccurrences([write({ content: regular, fields: [] })]);
    expect(outcomes).toEqual([{ kind: 'written', id: 'AAMk=', version: 'old' }]);
  });

  test('that deletes it asks for the new version of the series', async () => {
    const id = '<m:Items><t:CalendarItem><t:ItemId Id="AAMk=" ChangeKey="new"/></t:CalendarItem></m:Items>';
    for (const answer of [
      success('DeleteItem', ''),
      refusal('DeleteItem', 'ErrorCalendarOccurrenceIsDeletedFromRecurrence'),
    ]) {
      const script = scripted([soap('DeleteItem', answer), soap('GetItem', success('GetItem', id))]);
      expect(await script.mailbox.writeOccurrences([write('deleted', 'all')])).toEqual([
        { kind: 'written', id: 'AAMk=', version: 'new' },
      ]);
      const [deletion, question] = script.sent.map(({ request }) => request.body ?? '');
      expect(deletion).toContain(
        '<t:OccurrenceItemId RecurringMasterId="AAMk=" ChangeKey="old" InstanceIndex="3">',
      );
      expect(deletion).toContain('DeleteType="MoveToDeletedItems"');
      expect(deletion).toContain('SendMeetingCancellations="SendToAllAndSaveCopy"');
      expect(question).toContain('<t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>');
    }
  });

  test('that took the last of its series with it says that this is gone', async () => {
    const script = scripted([
      soap('DeleteItem', success('DeleteItem', '')),
      soap('GetItem', refusal('GetItem', 'ErrorItemNotFound')),
    ]);
    expect(await script.mailbox.writeOccurrences([write('deleted')])).toMatchObject([
      { kind: 'failed', failure: { reason: 'itemNotFound' } },
    ]);
  });

  test.each([
    ['ErrorOccurrenceCrossingBoundary', 'occurrenceRefused'],
    ['ErrorOccurrenceTimeSpanTooBig', 'occurrenceRefused'],
    ['ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange', 'occurrenceRefused'],
    ['ErrorCalendarOccurrenceIsDeletedFromRecurrence', 'occurrenceRefused'],
    ['ErrorIrresolvableConflict', 'changedMeanwhile'],
    ['ErrorItemNotFound', 'itemNotFound'],
    ['ErrorOfTomorrow', 'itemRefused'],
  ])('that is refused with %s is %s', async (code, reason) => {
    const { outcomes } = changed([soap('UpdateItem', refusal('UpdateItem', code))]);
    expect(await outcomes).toMatchObject([{ kind: 'failed', failure: { reason } }]);
  });
});
