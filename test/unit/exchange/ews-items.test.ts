/** What the EWS adapter makes of items as servers answer them. */
import { describe, expect, test } from 'vitest';
import type { RequestVersion } from '#core/exchange-access.ts';
import type { MailboxItem, MailboxRead } from '#exchange/mailbox-calendar.port.ts';
import { calendarItem, type Script, scripted, soap, success } from './scripted-exchange.ts';

const TIMED = { kind: 'timed', start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' };

function serving(items: string, version: RequestVersion = 'Exchange2016'): Script {
  return scripted([soap('GetItem', success('GetItem', items))], { version });
}

async function outcome(
  elements: Readonly<Record<string, string>>,
  version?: RequestVersion,
): Promise<MailboxRead> {
  const [read] = await serving(calendarItem(elements), version).mailbox.read(['AAMk=']);
  if (read === undefined) throw new Error('no outcome');
  return read;
}

async function item(
  elements: Readonly<Record<string, string>> = {},
  version?: RequestVersion,
): Promise<MailboxItem> {
  const read = await outcome(elements, version);
  if (read.kind !== 'item') throw new Error(JSON.stringify(read));
  return read.item;
}

const master = (recurrence: string): Record<string, string> => ({
  CalendarItemType: '<t:CalendarItemType>RecurringMaster</t:CalendarItemType>',
  Recurrence: `<t:Recurrence>${recurrence}</t:Recurrence>`,
});
const DAILY = '<t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>';
const NO_END = '<t:NoEndRecurrence><t:StartDate>2026-12-01Z</t:StartDate></t:NoEndRecurrence>';
const note = (value: string): string =>
  '<t:ExtendedProperty><t:ExtendedFieldURI PropertySetId="C9FA4C3E-5f5b-4d0e-9a43-6b1f3f0d7a52" ' +
  `PropertyName="liferayZone" PropertyType="String"/><t:Value>${value}</t:Value></t:ExtendedProperty>`;

describe('an item', () => {
  test('has its identity, folder and content', async () => {
    expect(await item()).toEqual({
      id: 'AAMk=',
      version: 'DwAAABY=',
      uid: 'uid-1',
      stamp: null,
      folderId: 'AQAt=',
      event: {
        title: 'Board',
        description: 'Agenda',
        location: '',
        time: { ...TIMED, zone: 'Europe/Berlin' },
        recurrence: null,
        exceptions: {},
        showAs: 'busy',
        sensitivity: 'normal',
        reminderMinutes: null,
        categories: [],
        meeting: false,
        unsent: false,
        organizer: null,
        organizerName: '',
        attendees: [],
        ownResponse: 'none',
        cancelled: false,
        onlineMeeting: false,
        disclosure: { details: 'full', showPrivate: false, participants: false, language: 'en' },
      },
      unplaced: [],
    });
  });

  test('whose date is none fails alone', async () => {
    expect(await outcome({ Start: '<t:Start>2026-13-45T25:00:00Z</t:Start>' })).toMatchObject({
      kind: 'failed',
      version: 'DwAAABY=',
      failure: { reason: 'itemUnreadable' },
    });
  });

  test('asks for text bodies and only for what it reads', async () => {
    const script = serving(calendarItem());
    await script.mailbox.read(['AAMk=']);
    const body = script.sent[0]?.request.body ?? '';
    expect(body).toContain('<t:BaseShape>IdOnly</t:BaseShape><t:BodyType>Text</t:BodyType>');
    expect(body).not.toMatch(/MimeContent|AllProperties|Attachments/);
  });

  test('keeps the blanks at the edges of its description, and has plain line ends', async () => {
    const { event } = await item({ Body: '<t:Body BodyType="Text">\r\n  x&#xD;\n&#x20;</t:Body>' });
    expect(event.description).toBe('\n  x\n ');
  });

  test('with characters that XML forbids is read without them', async () => {
    const { event } = await item({
      Subject: '<t:Subject> a&#x0;b&#11;c\u{B}d &amp;#x0; </t:Subject>',
      Body: '<t:Body BodyType="Text">&#xFFFF;😀&#x1F600;&lt;</t:Body>',
    });
    expect(event.title).toBe('abcd &#x0;');
    expect(event.description).toBe('😀😀<');
  });

  test('that is a meeting names its organiser and its attendees once, in order', async () => {
    const attendee = (address: string, response: string) =>
      `<t:Attendee><t:Mailbox><t:Name>${address}</t:Name><t:EmailAddress>${address}</t:EmailAddress>` +
      `</t:Mailbox><t:ResponseType>${response}</t:ResponseType></t:Attendee>`;
    const { event } = await item({
      IsMeeting: '<t:IsMeeting>true</t:IsMeeting>',
      MyResponseType: '<t:MyResponseType>Accept</t:MyResponseType>',
      Organizer:
        '<t:Organizer><t:Mailbox><t:Name>Org</t:Name><t:EmailAddress>Org@Example.org</t:EmailAddress></t:Mailbox></t:Organizer>',
      RequiredAttendees: `<t:RequiredAttendees>${attendee('Zoe@x.org', 'Unknown')}${attendee('Org@Example.org', 'Organizer')}</t:RequiredAttendees>`,
      OptionalAttendees: `<t:OptionalAttendees>${attendee('amy@x.org', 'Decline')}${attendee('zoe@x.org', 'Accept')}</t:OptionalAttendees>`,
    });
    expect(event).toMatchObject({
      meeting: true,
      organizer: 'org@example.org',
      organizerName: 'Org',
      ownResponse: 'accepted',
      attendees: [
        { address: 'amy@x.org', role: 'optional', response: 'declined' },
        { address: 'zoe@x.org', role: 'required', response: 'none' },
      ],
    });
  });

  const invited = (inner: string) =>
    `<t:OptionalAttendees><t:Attendee><t:Mailbox>${inner}</t:Mailbox></t:Attendee></t:OptionalAttendees>`;

  test.each<[string, boolean, Readonly<Record<string, string>>]>([
    ['whose server says so', true, { IsMeeting: '<t:IsMeeting>true</t:IsMeeting>' }],
    ['to which somebody without an address is invited', true, { More: invited('<t:Name>Ada</t:Name>') }],
    [
      'of its owner alone, who is its organiser',
      false,
      {
        IsMeeting: '<t:IsMeeting>false</t:IsMeeting>',
        MyResponseType: '<t:MyResponseType>Organizer</t:MyResponseType>',
        Organizer:
          '<t:Organizer><t:Mailbox><t:EmailAddress>a@x.org</t:EmailAddress></t:Mailbox></t:Organizer>',
      },
    ],
  ])('%s: a meeting? %s', async (_, meeting, elements) => {
    const { event } = await item(elements);
    expect(event).toMatchObject({ meeting, organizer: null, attendees: [] });
  });

  test('of another kind in the calendar folder is unreadable, and not the batch', async () => {
    const message =
      '<m:Items><t:Message><t:ItemId Id="B" ChangeKey="v"/><t:Subject>x</t:Subject></t:Message></m:Items>';
    const script = scripted([
      soap('GetItem', success('GetItem', message) + success('GetItem', calendarItem())),
    ]);
    expect(await script.mailbox.read(['B', 'AAMk='])).toMatchObject([
      { kind: 'failed', id: 'B', version: 'v', failure: { reason: 'itemUnreadable' } },
      { kind: 'item' },
    ]);
  });
});

describe('the zone of an item', () => {
  const zone = async (elements: Readonly<Record<string, string>>, version?: RequestVersion) => {
    const { event } = await item(elements, version);
    return event.time.kind === 'timed' ? event.time.zone : null;
  };

  test('keeps its own name while the item stays in the Windows zone that we wrote', async () => {
    expect(await zone({ Note: note('Europe/Rome|W. Europe Standard Time') })).toBe('Europe/Rome');
    expect(await zone({ Note: note('Europe/Kyiv|FLE Standard Time') })).toBe('Europe/Berlin');
    expect(await zone({ Note: note('Nowhere/Land|W. Europe Standard Time') })).toBe('Europe/Berlin');
  });

  const periods =
    '<t:Periods><t:Period Bias="-PT60M" Name="Standard" Id="s"/><t:Period Bias="-PT120M" Name="Daylight" Id="d"/></t:Periods>';
  const yearly = (hour: number) =>
    '<t:TransitionsGroups><t:TransitionsGroup Id="0">' +
    `<t:RecurringDayTransition><t:To Kind="Period">d</t:To><t:TimeOffset>PT${hour}H</t:TimeOffset><t:Month>3</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition>` +
    '<t:RecurringDayTransition><t:To Kind="Period">s</t:To><t:TimeOffset>PT3H</t:TimeOffset><t:Month>10</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence></t:RecurringDayTransition>' +
    '</t:TransitionsGroup></t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind="Group">0</t:To></t:Transition></t:Transitions>';
  const custom = (hour: number) => ({
    StartTimeZone: `<t:StartTimeZone Id="tzone://Microsoft/Custom" Name="Mine">${periods}${yearly(hour)}</t:StartTimeZone>`,
  });

  test('described by rules is the one that keeps that time', async () => {
    expect(await zone({ ...custom(2), ...master(DAILY + NO_END) })).toBe('Europe/Berlin');
  });

  test('that nobody keeps refuses a series, and leaves a single event its instants', async () => {
    expect(await outcome({ ...custom(4), ...master(DAILY + NO_END) })).toMatchObject({
      kind: 'failed',
      version: 'DwAAABY=',
      failure: { reason: 'zoneUnknown' },
    });
    expect((await item(custom(4))).event.time).toEqual({ ...TIMED, zone: 'UTC' });
  });

  test('of an Exchange 2007 series comes from MeetingTimeZone', async () => {
    const change = (name: string, offset: string, month: string, time: string) =>
      `<t:${name}><t:Offset>${offset}</t:Offset><t:RelativeYearlyRecurrence><t:DaysOfWeek>Sunday</t:DaysOfWeek>` +
      `<t:DayOfWeekIndex>Last</t:DayOfWeekIndex><t:Month>${month}</t:Month></t:RelativeYearlyRecurrence><t:Time>${time}</t:Time></t:${name}>`;
    const meetingZone =
      `<t:MeetingTimeZone TimeZoneName="(GMT+01:00) Roma"><t:BaseOffset>-PT60M</t:BaseOffset>` +
      `${change('Standard', 'PT0M', 'October', '03:00:00')}${change('Daylight', '-PT60M', 'March', '02:00:00')}</t:MeetingTimeZone>`;
    const elements = { ...master(DAILY + NO_END), StartTimeZone: '', MeetingTimeZone: meetingZone };
    expect(await zone(elements, 'Exchange2007_SP1')).toBe('Europe/Berlin');
  });

  test('of a single item on Exchange 2007, which does not tell it, is the one that we noted', async () => {
    const elements = { StartTimeZone: '', Note: note('Europe/Rome|W. Europe Standard Time') };
    expect(await zone(elements, 'Exchange2007_SP1')).toBe('Europe/Rome');
  });
});

describe('an all-day item', () => {
  const allDay = (start: string, end: string, zone: string) => ({
    Start: `<t:Start>${start}</t:Start>`,
    End: `<t:End>${end}</t:End>`,
    IsAllDayEvent: '<t:IsAllDayEvent>true</t:IsAllDayEvent>',
    StartTimeZone: zone === '' ? '' : `<t:StartTimeZone Id="${zone}" Name=""/>`,
  });

  test.each([
    ['midnights in Rome', '2026-06-30T22:00:00Z', '2026-07-01T22:00:00Z', 'W. Europe Standard Time'],
    [
      'midnights with an offset',
      '2026-07-01T00:00:00+02:00',
      '2026-07-02T00:00:00+02:00',
      'W. Europe Standard Time',
    ],
    ['midnights in Honolulu', '2026-07-01T10:00:00Z', '2026-07-02T10:00:00Z', 'Hawaiian Standard Time'],
    ['midnights in Auckland', '2026-06-30T12:00:00Z', '2026-07-01T12:00:00Z', 'New Zealand Standard Time'],
    [
      'an hour of difference in zone data',
      '2026-06-30T21:00:00Z',
      '2026-07-01T21:00:00Z',
      'W. Europe Standard Time',
    ],
    ['midnights in an untold zone to the east', '2026-06-30T11:00:00Z', '2026-07-01T11:00:00Z', ''],
    ['midnights in an untold zone to the west', '2026-07-01T10:00:00Z', '2026-07-02T10:00:00Z', ''],
  ])('of %s is that day', async (_, start, end, zone) => {
    const { event } = await item(allDay(start, end, zone));
    expect(event.time).toEqual({ kind: 'allDay', start: '2026-07-01', end: '2026-07-02' });
  });
});

describe('a series', () => {
  const interval = '<t:Interval>2</t:Interval>';
  const third = '<t:DayOfWeekIndex>Third</t:DayOfWeekIndex>';
  test.each([
    ['daily', `<t:DailyRecurrence>${interval}</t:DailyRecurrence>`, { kind: 'daily', interval: 2 }],
    [
      'weekly',
      `<t:WeeklyRecurrence>${interval}<t:DaysOfWeek>Sunday Monday</t:DaysOfWeek><t:FirstDayOfWeek>Monday</t:FirstDayOfWeek></t:WeeklyRecurrence>`,
      { kind: 'weekly', interval: 2, days: ['MO', 'SU'], firstDay: 'MO' },
    ],
    [
      'monthly on a day',
      `<t:AbsoluteMonthlyRecurrence>${interval}<t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>`,
      { kind: 'absoluteMonthly', interval: 2, day: 31 },
    ],
    [
      'monthly on a weekday',
      `<t:RelativeMonthlyRecurrence>${interval}<t:DaysOfWeek>Weekday</t:DaysOfWeek>${third}</t:RelativeMonthlyRecurrence>`,
      { kind: 'relativeMonthly', interval: 2, days: 'weekday', index: 'third' },
    ],
    [
      'yearly on a day',
      '<t:AbsoluteYearlyRecurrence><t:DayOfMonth>29</t:DayOfMonth><t:Month>February</t:Month></t:AbsoluteYearlyRecurrence>',
      { kind: 'absoluteYearly', month: 2, day: 29 },
    ],
    [
      'yearly on a weekday',
      `<t:RelativeYearlyRecurrence><t:DaysOfWeek>Sunday</t:DaysOfWeek>${third}<t:Month>May</t:Month></t:RelativeYearlyRecurrence>`,
      { kind: 'relativeYearly', month: 5, days: 'SU', index: 'third' },
    ],
  ])('%s is read as it is', async (_, xml, pattern) => {
    const { event } = await item(master(xml + NO_END));
    expect(event.recurrence).toEqual({ pattern, range: { kind: 'noEnd' } });
  });

  test.each(['2027-03-01', '2027-03-01Z', '2027-03-01+01:00', '2027-03-01-05:00'])(
    'until %s ends on that date',
    async (date) => {
      const range = `<t:EndDateRecurrence><t:StartDate>2026-12-01</t:StartDate><t:EndDate>${date}</t:EndDate></t:EndDateRecurrence>`;
      const { event } = await item(master(DAILY + range));
      expect(event.recurrence?.range).toEqual({ kind: 'until', until: '2027-03-01' });
    },
  );

  test('with the regeneration of a task is set aside', async () => {
    const regeneration = `<t:DailyRegeneration><t:Interval>1</t:Interval></t:DailyRegeneration>${NO_END}`;
    expect(await outcome(master(regeneration))).toMatchObject({
      kind: 'failed',
      version: 'DwAAABY=',
      failure: { reason: 'recurrenceNotExpressible' },
    });
  });
});

describe('an online meeting', () => {
  const inText = (text: string) => ({ Body: `<t:Body BodyType="Text">Join: &lt;${text}&gt;</t:Body>` });
  test.each<[string, Readonly<Record<string, string>>]>([
    ['says so', { More: '<t:IsOnlineMeeting>true</t:IsOnlineMeeting>' }],
    ['has its link', { More: '<t:JoinOnlineMeetingUrl>https://x.example.org</t:JoinOnlineMeetingUrl>' }],
    ['links to Teams', inText('https://teams.microsoft.com/l/meetup-join/19%3ameeting_x/0?context=y')],
    ['links to Teams in short', inText('https://teams.microsoft.com/meet/123456789?p=abc')],
    ['links to Teams at home', inText('https://teams.live.com/meet/9312345678')],
    [
      'links to Teams through a mail filter',
      inText(
        'https://eur01.safelinks.example.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F19',
      ),
    ],
    ['links to Lync online', inText('https://meet.lync.com/example/anna/D4X1YZ2K')],
    ['links to Skype', inText('https://join.skype.com/abcDEF')],
    ['links to a Skype server of its own', inText('https://meet.example.org/anna/7BD3K2X1')],
  ])('that %s is one', async (_, elements) => {
    expect((await item(elements)).event.onlineMeeting).toBe(true);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['says no', { More: '<t:IsOnlineMeeting>false</t:IsOnlineMeeting><t:JoinOnlineMeetingUrl/>' }],
    ['only talks of Teams', inText('https://teams.microsoft.com/l/channel/19%3aabc and meet me')],
    ['links to a page', inText('https://meeting.example.org/rooms/Room12345')],
  ])('is not one that %s', async (_, elements) => {
    expect((await item(elements)).event.onlineMeeting).toBe(false);
  });

  test.each([
    ['Exchange2016', true],
    ['Exchange2010_SP2', false],
  ] as const)('is asked for its link only where servers know it: %s', async (version, isAsked) => {
    const script = serving(calendarItem(), version);
    await script.mailbox.read(['AAMk=']);
    const body = script.sent[0]?.request.body ?? '';
    expect(body).toContain('calendar:IsOnlineMeeting');
    expect(body.includes('calendar:JoinOnlineMeetingUrl')).toBe(isAsked);
  });
});
