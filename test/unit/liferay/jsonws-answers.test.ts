/** What each kind of answer means to the caller, through the port. */
import { describe, expect, it } from 'vitest';
import { NEUTRAL_EVENT } from '#core/event.ts';
import { RemoteFailure } from '#core/failure.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import type { PortalBooking, PortalCalendar, PortalDialect } from '#liferay/portal-calendar.port.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { type Answer, commandsOf, type Script, scriptedPortal, USER } from './scripted-portal.ts';

const DIALECT: PortalDialect = {
  context: 'calendar',
  version: null,
  keepsUid: true,
  hasRowVersion: true,
  companyId: '20097',
};
const CALENDAR = { calendarId: '7', calendarResourceId: '6', timeZoneId: 'Europe/Rome', name: 'Mine' };

function open(script: Script): { portal: PortalCalendar; scripted: ReturnType<typeof scriptedPortal> } {
  const scripted = scriptedPortal(script);
  const server = { url: 'https://portal.example.com/', timeoutMs: 10_000, dialect: DIALECT };
  const credentials = { kind: 'basic', user: 'connector', password: 'x' } as const;
  return { portal: openJsonwsPortal(scripted.effects, memoryTokens())(server, credentials), scripted };
}

function row(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    calendarBookingId: id,
    calendarId: '7',
    calendarResourceId: '6',
    modifiedDate: 1_700_000_000_000,
    mvccVersion: '1',
    status: 0,
    recurrence: '',
    recurringCalendarBookingId: id,
    parentCalendarBookingId: id,
    VEventUid: `uid-${id}`,
    title: 'Meeting',
    titleCurrentValue: 'Meeting',
    description: '',
    location: 'Room 1',
    startTime: '1718010000000',
    endTime: '1718013600000',
    allDay: false,
    firstReminder: '0',
    secondReminder: '0',
    ...more,
  };
}

const PLANNED: PortalBooking = {
  id: '40',
  version: '1',
  calendarId: '7',
  uid: 'uid-40',
  creatorId: '20130',
  invitees: [],
  status: 'approved',
  seriesId: null,
  parentId: null,
  event: {
    ...NEUTRAL_EVENT,
    title: 'Meeting',
    description: '',
    location: 'Room 1',
    time: { kind: 'timed', start: '2024-06-10T09:00:00Z', end: '2024-06-10T10:00:00Z', zone: 'Europe/Rome' },
  },
  ruleFailure: null,
  carried: { firstReminder: 0, secondReminder: 0, recurrence: '' },
};

const thrown = (type: string, message = type): unknown => ({
  error: { message, type },
  rootCause: { message, type },
  throwable: `${type}: ${message}`,
});

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `no failure: ${JSON.stringify(await promise)}`;
  } catch (error) {
    return error instanceof RemoteFailure ? error.failure.reason : String(error);
  }
}

describe('an answer to everything', () => {
  it.each<[string, Answer]>([
    ['notTheService', { type: 'text/html', body: '<html>Sign in</html>' }],
    ['notTheService', { status: 404, type: 'text/html', body: '<!doctype html>' }],
    ['notTheService', { status: 404 }],
    ['signInRefused', { status: 401 }],
    ['accessDenied', { status: 403 }],
    ['accessDenied', { status: 403, type: 'text/html', body: '<html>' }],
    ['redirected', { status: 302, headers: { location: '/c/portal/login' } }],
    ['redirected', { status: 0 }],
    ['serverError', { status: 500 }],
    ['serverError', { status: 503, type: 'text/html', body: '<html>' }],
    ['throttled', { status: 429, headers: { 'retry-after': '30' } }],
    ['throttled', { status: 503, headers: { 'retry-after': '30' } }],
    ['badAnswer', { body: 'not json' }],
    ['badAnswer', { body: [] }],
    ['badAnswer', { body: [{ userId: 'x' }] }],
    ['guestIdentity', { body: [{ ...USER, type: 0 }] }],
    ['guestIdentity', { body: [{ ...USER, type: undefined, defaultUser: true }] }],
    ['guestIdentity', { body: [{ ...USER, userId: '1', screenName: 'other', emailAddress: 'o@x' }] }],
    ['accessDenied', { body: { exception: 'com.liferay.portal.security.auth.PrincipalException' } }],
  ])('is %s: %j', async (reason, answer) => {
    const { portal } = open(() => answer);
    expect(await reasonOf(portal.identity())).toBe(reason);
  });

  it('says how long to wait', async () => {
    const { portal } = open(() => ({ status: 429, headers: { 'retry-after': '30' } }));
    await expect(portal.identity()).rejects.toMatchObject({
      failure: { reason: 'throttled', waitMs: 30_000 },
    });
  });

  it('names no session of the portal that redirects', async () => {
    const location = 'https://portal.example.com/c/portal/login;jsessionid=5EC2E7?p_auth=5EC2E7';
    const { portal } = open(() => ({ status: 302, headers: { location } }));
    await expect(portal.identity()).rejects.toMatchObject({
      failure: { detail: 'portal.example.com redirects to https://portal.example.com/c/portal/login' },
    });
  });

  it('tells a time-out from a portal that is not there', async () => {
    const never =
      (name: string): Script =>
      () => {
        throw Object.assign(new Error('no'), { name });
      };
    expect(await reasonOf(open(never('TimeoutError')).portal.identity())).toBe('timedOut');
    expect(await reasonOf(open(never('TypeError')).portal.identity())).toBe('unreachable');
  });

  it('is not read beyond 64 MB', async () => {
    const megabyte = new Uint8Array(1 << 20);
    let sent = 0;
    const { portal, scripted } = open(() => ({}));
    const fetch = async () => ({
      status: 200,
      headers: { get: () => 'application/json' },
      body: (async function* () {
        for (; sent < 200; sent += 1) yield megabyte;
      })(),
    });
    Object.assign(scripted.effects, { fetch });
    expect(await reasonOf(portal.identity())).toBe('answerTooLarge');
    expect(sent).toBeLessThan(70);
  });

  it('costs no cookie and follows no redirect', async () => {
    const { portal, scripted } = open(() => ({ body: [USER], headers: { 'set-cookie': 'JSESSIONID=1' } }));
    await portal.identity();
    await portal.identity();
    for (const request of scripted.requests) {
      expect(request.redirect).toBe('manual');
      expect(Object.keys(request.headers)).not.toContain('cookie');
    }
  });
});

describe('the name of a user', () => {
  const ACCOUNT = { id: Number(USER.userId), name: 'Lovelace Ada' };
  const nameIn = async (user: object, account: Answer): Promise<string> => {
    const answers: Script = (url) =>
      url.endsWith('/my-user-account') ? account : { body: [{ ...USER, ...user }] };
    return (await open(answers).portal.identity()).name;
  };

  it.each<[string, string, object, Answer]>([
    ['as the account has it', 'Lovelace Ada', { firstName: 'Ada', lastName: 'Lovelace' }, { body: ACCOUNT }],
    ['made of its parts', 'Ada Lovelace', { firstName: 'Ada', lastName: 'Lovelace' }, { status: 403 }],
    ['made of one part', 'Ada', { firstName: 'Ada', lastName: '' }, { status: 403 }],
    ['never of another account', 'Ada', { firstName: 'Ada' }, { body: { ...ACCOUNT, id: 1 } }],
    ['the screen name, if there is no other', 'connector', {}, { body: { ...ACCOUNT, name: ' ' } }],
  ])('is %s', async (_, name, user, account) => {
    expect(await nameIn(user, account)).toBe(name);
  });
});

describe('a write that Liferay refuses', () => {
  const EXCEPTIONS: readonly (readonly [string, number, unknown])[] = [
    ['startAfterEnd', 500, thrown('com.liferay.calendar.exception.CalendarBookingDurationException')],
    ['startAfterEnd', 500, thrown('com.liferay.calendar.CalendarBookingDurationException')],
    [
      'recurrenceNotExpressible',
      500,
      thrown('com.liferay.calendar.exception.CalendarBookingRecurrenceException'),
    ],
    ['itemNotFound', 404, thrown('com.liferay.calendar.exception.NoSuchBookingException')],
    [
      'accessDenied',
      403,
      thrown('com.liferay.portal.kernel.security.auth.PrincipalException$MustHavePermission'),
    ],
    [
      'uidTaken',
      500,
      thrown(
        'com.liferay.portal.kernel.exception.SystemException',
        'org.hibernate.exception.ConstraintViolationException: x',
      ),
    ],
    ['uidTaken', 500, thrown('java.sql.SQLException', "Duplicate entry '7-uid' for key 'IX_1'")],
    ['itemRefused', 500, thrown('java.lang.NullPointerException')],
    ['itemRefused', 500, {}],
    ['itemNotFound', 404, {}],
    ['accessDenied', 403, {}],
  ];

  it.each(EXCEPTIONS)('is %s for HTTP %d %j', async (reason, status, body) => {
    const { portal } = open((_url, request) => {
      const isWrite = commandsOf(request).some(([key]) => key.includes('update-calendar-booking'));
      return isWrite ? { status, body } : { body: [USER, CALENDAR] };
    });
    const event = { ...PLANNED.event, title: 'Other' };
    const written = await portal.update({ planned: PLANNED, event }, 'Europe/Rome');
    expect(written).toMatchObject({ kind: 'failed', failure: { reason } });
  });

  it('for a portal that is down rejects, since the next write would meet it too', async () => {
    const { portal } = open((_url, request) =>
      commandsOf(request).length === 1 ? { status: 503 } : { body: [USER, CALENDAR] },
    );
    const add = { calendarId: '7', uid: 'u', seriesId: null, event: PLANNED.event };
    expect(await reasonOf(portal.add(add, 'Europe/Rome'))).toBe('serverError');
  });

  it('for a 404 without JSON web services names what to look at', async () => {
    const type = 'com.liferay.portal.kernel.jsonwebservice.NoSuchJSONWebServiceException';
    const { portal } = open(() => ({ status: 404, body: thrown(type) }));
    await expect(portal.calendars()).rejects.toMatchObject({
      failure: { reason: 'notTheService', detail: expect.stringMatching(/context/) },
    });
  });
});

describe('an update', () => {
  const updateOf = (scripted: ReturnType<typeof scriptedPortal>): Record<string, unknown> => {
    const commands = scripted.requests.flatMap(commandsOf);
    return commands.find(([key]) => key.includes('update-calendar-booking'))?.[1] ?? {};
  };
  const answering: Script = (_url, request) => ({
    body: commandsOf(request).map(([key]) => {
      if (key.includes('get-current-user')) return USER;
      if (key.includes('calendar.calendar/')) return CALENDAR;
      return row('40');
    }),
  });

  it('leaves texts alone that did not change, so that their markup and translations stay', async () => {
    const { portal, scripted } = open(answering);
    await portal.update({ planned: PLANNED, event: { ...PLANNED.event, location: 'Room 2' } }, 'Europe/Rome');
    const { titleMap, descriptionMap, location } = updateOf(scripted);
    expect({ titleMap, descriptionMap, location }).toEqual({
      titleMap: {},
      descriptionMap: {},
      location: 'Room 2',
    });
  });

  it('writes a new title in the place of all translations', async () => {
    const { portal, scripted } = open(answering);
    const planned = { ...PLANNED, carried: { ...PLANNED.carried, languages: ['it_IT', 'en_US'] } };
    await portal.update({ planned, event: { ...PLANNED.event, title: 'New' } }, 'Europe/Rome');
    expect(updateOf(scripted)['titleMap']).toEqual({ en_US: 'New', it_IT: '' });
  });

  it('sends back reminders, and the recurrence as it was stored', async () => {
    const { portal, scripted } = open(answering);
    const recurrence = {
      pattern: { kind: 'weekly', interval: 1, days: ['MO'], firstDay: 'MO' },
      range: { kind: 'noEnd' },
    } as const;
    const stored = 'RRULE:FREQ=WEEKLY;BYDAY=MO;INTERVAL=1';
    const planned: PortalBooking = {
      ...PLANNED,
      event: { ...PLANNED.event, recurrence },
      carried: { firstReminder: 900_000, secondReminder: 300_000, recurrence: stored },
    };
    await portal.update({ planned, event: { ...planned.event, title: 'New' } }, 'Europe/Rome');
    expect(updateOf(scripted)).toMatchObject({
      recurrence: stored,
      firstReminder: 900_000,
      secondReminder: 300_000,
    });
    const daily = { ...recurrence, pattern: { kind: 'daily', interval: 1 } } as const;
    const second = open(answering);
    await second.portal.update({ planned, event: { ...planned.event, recurrence: daily } }, 'Europe/Rome');
    expect(updateOf(second.scripted)['recurrence']).toMatch(/^RRULE:FREQ=DAILY/);
  });

  it('leaves a description alone that stands there with characters that no text may have', async () => {
    const { portal, scripted } = open(answering);
    const planned = {
      ...PLANNED,
      event: { ...PLANNED.event, title: 'Meeting\u0007', description: 'a\u0007b' },
    };
    await portal.update({ planned, event: { ...planned.event, location: 'Room 2' } }, 'Europe/Rome');
    expect(updateOf(scripted)).toMatchObject({ titleMap: {}, descriptionMap: {} });
  });

  it('asks for no mail and never names invitees', async () => {
    const { portal, scripted } = open(answering);
    await portal.update({ planned: PLANNED, event: { ...PLANNED.event, title: 'New' } }, 'Europe/Rome');
    expect(updateOf(scripted)).toMatchObject({
      serviceContext: { attributes: { sendNotification: 'false' } },
    });
    expect(Object.keys(updateOf(scripted))).not.toContain('childCalendarIds');
  });

  it('of a title too long for its column is not sent', async () => {
    const { portal, scripted } = open(answering);
    const event = { ...PLANNED.event, title: '&'.repeat(1000) };
    const written = await portal.update({ planned: PLANNED, event }, 'Europe/Rome');
    expect(written).toMatchObject({ kind: 'failed', failure: { reason: 'textTooLong' } });
    expect(updateOf(scripted)).toEqual({});
  });

  it('over a row that became something else meanwhile asks for a new plan', async () => {
    const { portal } = open((url, request) => {
      const isUpdate = commandsOf(request).some(([key]) => key.includes('update-calendar-booking'));
      if (!isUpdate) return answering(url, request);
      return { body: [row('40', { endTime: '9000000000000000' }), row('40')] };
    });
    const written = await portal.update({ planned: PLANNED, event: PLANNED.event }, 'Europe/Rome');
    expect(written).toMatchObject({ kind: 'failed', failure: { reason: 'changedMeanwhile' } });
  });
});

describe('rows', () => {
  const reading =
    (more: Readonly<Record<string, unknown>>): Script =>
    (_url, request) => ({
      body: commandsOf(request).map(([key]) => {
        if (key.includes('get-current-user')) return USER;
        if (key.includes('calendar.calendar/search')) return [];
        if (key.includes('get-child-calendar-bookings'))
          return [{ calendarBookingId: '40', calendarId: '7', status: 0 }];
        return row('40', more);
      }),
    });
  const readOne = async (more: Readonly<Record<string, unknown>>, zone = 'Europe/Rome') => {
    const { portal } = open(reading(more));
    const [read] = await portal.read(['40'], new Map([['7', zone]]));
    return read;
  };

  it('of which Liferay blanked the texts are access lost, not an edit', async () => {
    const read = await readOne({ title: '', titleCurrentValue: '', description: '', location: '' });
    expect(read).toMatchObject({
      kind: 'failed',
      version: expect.any(String),
      failure: { reason: 'portalAccessLost' },
    });
  });

  it('that are changed occurrences of a series are bookings that name it', async () => {
    const read = await readOne({ recurringCalendarBookingId: '39' });
    expect(read).toMatchObject({ kind: 'booking', booking: { seriesId: '39', event: { title: 'Meeting' } } });
  });

  it.each<[string, string, readonly string[]]>([
    ['a line of dates', 'EXDATE;TZID="UTC";VALUE=DATE:20240617,20240624', ['2024-06-17', '2024-06-24']],
    ['its first date', 'EXDATE;TZID="UTC";VALUE=DATE:20240610', ['2024-06-10']],
    ['instants of an import', 'EXDATE;TZID="UTC";VALUE=DATE-TIME:20240617T090000Z', ['2024-06-17']],
    ['two lines', 'EXDATE;VALUE=DATE:20240617\nEXDATE;VALUE=DATE:20240624', ['2024-06-17', '2024-06-24']],
    [
      'dates that the rule does not have',
      'EXDATE;VALUE=DATE:20240611,20240603,20240617,20301231',
      ['2024-06-17'],
    ],
  ])('of a series without %s have those as deleted exceptions', async (_what, line, dates) => {
    const recurrence = `RRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=1;BYDAY=MO\n${line}`;
    const read = await readOne({ recurrence });
    expect(read).toMatchObject({ kind: 'booking', booking: { ruleFailure: null, carried: { recurrence } } });
    const exceptions = read?.kind === 'booking' ? read.booking.event.exceptions : null;
    expect(exceptions).toEqual(Object.fromEntries(dates.map((date) => [date, 'deleted'])));
  });

  it.each([
    ['recurrenceNotExpressible', 'RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=5MO'],
    ['recurrenceNotExpressible', 'RRULE:FREQ=DAILY;INTERVAL=1\nRDATE;VALUE=DATE:20240701'],
    ['itemUnreadable', 'RRULE:FREQ=DAILY;INTERVAL=often'],
    ['itemUnreadable', 'every day'],
    ['itemUnreadable', 'RRULE:FREQ=DAILY;INTERVAL=1\nEXDATE;VALUE=DATE:20240231'],
  ] as const)('whose rule is %s say all else: %j', async (reason, recurrence) => {
    expect(await readOne({ recurrence })).toMatchObject({
      kind: 'booking',
      booking: {
        event: { title: 'Meeting', recurrence: null, exceptions: {} },
        ruleFailure: { reason },
        carried: { recurrence },
      },
    });
  });

  it('in a zone that nobody knows do not tell how they repeat, unless over whole days', async () => {
    expect(await readOne({}, 'Mars/Base')).toMatchObject({ kind: 'booking', booking: { ruleFailure: null } });
    const recurrence = 'RRULE:FREQ=DAILY;INTERVAL=1';
    expect(await readOne({ recurrence }, 'Mars/Base')).toMatchObject({
      booking: { event: { recurrence: null }, ruleFailure: { reason: 'zoneUnknown' } },
    });
    const days = { allDay: true, startTime: '1717977600000', endTime: '1718063940000' };
    expect(await readOne({ recurrence, ...days }, 'Mars/Base')).toMatchObject({
      booking: { event: { recurrence: { pattern: { kind: 'daily' } } }, ruleFailure: null },
    });
  });

  it('that are no rows fail alone', async () => {
    expect(await readOne({ startTime: 'soon' })).toMatchObject({ failure: { reason: 'itemUnreadable' } });
    expect(await readOne({ calendarBookingId: '41' })).toMatchObject({
      failure: { reason: 'itemUnreadable' },
    });
  });

  it('keep their version whether numbers are quoted or not', async () => {
    const quoted = await readOne({ modifiedDate: '1700000000000', mvccVersion: '3' });
    const bare = await readOne({ modifiedDate: 1_700_000_000_000, mvccVersion: 3 });
    const iso = await readOne({ modifiedDate: '2023-11-14T22:13:20Z', mvccVersion: 3 });
    const versions = [quoted, bare, iso].map((read) =>
      read?.kind === 'booking' ? read.booking.version : null,
    );
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).not.toBeNull();
  });

  it('without a row version change theirs with status, date and recurrence', async () => {
    const versions = await Promise.all(
      [{}, { status: 9 }, { modifiedDate: 5 }, { recurrence: 'RRULE:FREQ=DAILY;INTERVAL=1' }].map(
        async (more) => {
          const read = await readOne({ ...more, mvccVersion: null });
          return read?.kind === 'booking' ? read.booking.version : '';
        },
      ),
    );
    expect(new Set(versions).size).toBe(4);
  });
});
