/** Bookings as Liferay gives them, and what is sent to change one. */
import { describe, expect, it } from 'vitest';
import type { PortalBooking } from '#liferay/portal-calendar.port.ts';
import { CALENDAR, open, PLANNED, row } from './jsonws-stage.ts';
import { commandsOf, type Script, type scriptedPortal, USER } from './scripted-portal.ts';

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
