/** Bookings in the Liferay emulator behave as the portal's source says, driven by a client that shares no code with the product. */
import { describe, expect, test } from 'vitest';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { VERSIONS } from '#test/emulators/liferay/versions.ts';
import { HOUR, liferayStage, MONDAY, meeting, ORIGIN, refusal, weekly } from './liferay-stage.ts';

describe('JSONWS', () => {
  test('finds a method by the names of its parameters: too many are ignored, one too few is 404', async () => {
    const { anna, calendar } = liferayStage();
    const path = '/calendar.calendarbooking/get-calendar-bookings';
    expect(await anna.call(path, { calendarId: calendar, statuses: [0], whatever: 1 })).toEqual([]);
    const error = await refusal(anna.call(path, { calendarId: calendar }));
    expect(error.status).toBe(404);
    expect(error.body).toContain('NoSuchJSONWebServiceException');
  });

  test('takes the same call by path, query, form and JSON-RPC', async () => {
    const { liferay, anna, calendar } = liferayStage();
    const headers = { authorization: `Basic ${btoa('anna:test')}` };
    const get = (path: string) => liferay.fetch(new Request(ORIGIN + path, { headers }));
    const base = '/api/jsonws/calendar.calendar/get-calendar';
    const byPath = await (await get(`${base}/calendar-id/${calendar}`)).json();
    expect(byPath).toMatchObject({ calendarId: calendar, timeZoneId: 'Europe/Rome' });
    expect(await (await get(`${base}?calendarId=${calendar}`)).json()).toEqual(byPath);
    expect(await anna.call('/calendar.calendar/get-calendar', { calendarId: calendar })).toEqual(byPath);
    const body = JSON.stringify({ method: 'get-calendar', params: { calendarId: calendar }, id: 7 });
    const rpc = await liferay.fetch(new Request(ORIGIN + base, { method: 'POST', headers, body }));
    expect(await rpc.json()).toEqual({ jsonrpc: '2.0', id: 7, result: byPath });
  });

  test('a batch answers in order, shows only the properties asked for and follows references', async () => {
    const { anna, calendar } = liferayStage();
    const { id } = await anna.add(calendar, meeting);
    const answer = await anna.invoke([
      {
        '$rows[calendarBookingId,status] = /calendar.calendarbooking/get-calendar-bookings': {
          calendarId: calendar,
          statuses: [0],
        },
      },
      {
        '$b[calendarBookingId] = /calendar.calendarbooking/get-calendar-booking': {
          calendarBookingId: id,
          '$kids[calendarId] = /calendar.calendarbooking/get-child-calendar-bookings': {
            '@parentCalendarBookingId': '$b.parentCalendarBookingId',
          },
        },
      },
    ]);
    expect(answer).toEqual([
      [{ calendarBookingId: id, status: 0 }],
      { calendarBookingId: id, kids: [{ calendarId: calendar }] },
    ]);
  });

  test('a batch stops at the first error and keeps what was written before', async () => {
    const { anna, calendar } = liferayStage();
    const { id } = await anna.add(calendar, meeting);
    const remove = (bookingId: string | number) => ({
      '/calendar.calendarbooking/delete-calendar-booking': { calendarBookingId: bookingId },
    });
    const error = await refusal(anna.invoke([remove(id), remove(1), { '/user/get-current-user': {} }]));
    expect(error.status).toBe(404);
    expect(JSON.parse(error.body)).toMatchObject({
      error: { type: expect.stringContaining('NoSuchBooking') },
    });
    expect(await anna.fetch(id)).toBeNull();
  });

  test('keeps the reason of an error to itself where the portal is configured so', async () => {
    const { anna } = liferayStage(VERSIONS['7.1']);
    const error = await refusal(anna.call('/calendar.calendar/get-calendar', { calendarId: 1 }));
    expect([error.status, error.body]).toEqual([404, '{}']);
  });

  test('6.2: other context, numbers, no row version, other signatures, errors with status 200', async () => {
    const { anna, calendar } = liferayStage(VERSIONS['6.2, last builds']);
    const path = '/calendar-portlet.calendarbooking/get-calendar-bookings';
    expect(await anna.call(path, { calendarId: calendar, startTime: -1, endTime: -1 })).toEqual([]);
    const me = await anna.call('/user/get-current-user', {});
    expect(me).toMatchObject({ userId: expect.any(Number) });
    const missing = await anna.call(path, { calendarId: calendar, statuses: [0] });
    expect(missing).toEqual({ exception: expect.stringContaining('No JSON web service action') });
  });
});

describe('bookings', () => {
  test('keeps the UID that was asked for, and each calendar holds it once', async () => {
    const { anna, calendar } = liferayStage();
    const { uid } = await anna.add(calendar, meeting, { uid: 'uid-1' });
    expect(uid).toBe('uid-1');
    const error = await refusal(anna.add(calendar, meeting, { uid: 'uid-1' }));
    expect(error.body).toContain('ConstraintViolation');
    expect(await anna.listBookings(calendar)).toHaveLength(1);
  });

  test('the UID is lost where the attribute does not get through', async () => {
    const { anna, calendar } = liferayStage({ keepsUid: false });
    expect((await anna.add(calendar, meeting, { uid: 'uid-1' })).uid).not.toBe('uid-1');
  });

  test('answers a write as it was before the workflow approved it', async () => {
    const { anna, calendar } = liferayStage();
    const added = await anna.add(calendar, meeting);
    expect(added.status).toBe(STATUS.draft);
    expect(await anna.fetch(added.id)).toMatchObject({ status: STATUS.approved });
  });

  test('every write raises mvccVersion and sets modifiedDate', async () => {
    const { liferay, anna, calendar, at } = liferayStage();
    const { id } = await anna.add(calendar, meeting);
    const before = liferay.booking(Number(id));
    at(Date.UTC(2024, 0, 2));
    await anna.update(id, { title: 'Moved' });
    const after = liferay.booking(Number(id));
    expect(after?.mvccVersion).toBeGreaterThan(before?.mvccVersion ?? 0);
    expect(after?.modifiedDate).toBe(Date.UTC(2024, 0, 2));
  });

  test('refuses an end before the start, an UNTIL before the start, and a title that the column cannot hold', async () => {
    const { anna, calendar } = liferayStage();
    const backwards = await refusal(anna.add(calendar, { ...meeting, end: MONDAY - 1 }));
    expect(backwards.body).toContain('CalendarBookingDurationException');
    const past = 'RRULE:FREQ=DAILY;UNTIL=20240101;INTERVAL=1';
    expect((await refusal(anna.add(calendar, { ...meeting, recurrence: past }))).body).toContain(
      'RecurrenceException',
    );
    expect((await refusal(anna.add(calendar, { ...meeting, title: '&'.repeat(900) }))).body).toContain(
      'Data too long',
    );
    expect((await refusal(anna.add(calendar, meeting, { uid: 'u'.repeat(256) }))).status).toBe(500);
    expect(await anna.listBookings(calendar)).toEqual([]);
  });

  test('sanitises the description and escapes the title inside its XML', async () => {
    const { anna, calendar } = liferayStage();
    const added = await anna.add(calendar, {
      ...meeting,
      title: 'A & <B>',
      description: '<p onclick="x()">alert(1)hi</p>',
    });
    const row = await anna.call('/calendar.calendarbooking/get-calendar-booking', {
      calendarBookingId: added.id,
    });
    expect(row).toMatchObject({ titleCurrentValue: 'A & <B>', descriptionCurrentValue: '<p>hi</p>' });
    expect(row).toMatchObject({
      title: expect.stringContaining('<Title language-id="en_US">A &amp; &lt;B&gt;</Title>'),
    });
  });

  test('an update keeps translations that it does not name', async () => {
    const { anna, liferay, calendar } = liferayStage();
    const { id } = await anna.add(calendar, meeting);
    const fields = {
      calendarBookingId: id,
      calendarId: calendar,
      titleMap: { it_IT: 'Riesame' },
      descriptionMap: {},
      location: '',
      startTime: MONDAY,
      endTime: MONDAY + HOUR,
      allDay: false,
      recurrence: '',
      firstReminder: 0,
      firstReminderType: 'email',
      secondReminder: 0,
      secondReminderType: 'email',
    };
    await anna.call('/calendar.calendarbooking/update-calendar-booking', fields);
    expect(liferay.booking(Number(id))?.titles).toEqual({ en_US: 'Review', it_IT: 'Riesame' });
  });

  test('snapshot without statuses is empty, the window form is strict at both ends', async () => {
    const { anna, calendar } = liferayStage();
    await anna.add(calendar, meeting);
    const path = '/calendar.calendarbooking/get-calendar-bookings';
    expect(await anna.call(path, { calendarId: calendar, statuses: [] })).toEqual([]);
    const inWindow = (startTime: number, endTime: number) =>
      anna.call(path, { calendarId: calendar, startTime, endTime });
    expect(await inWindow(MONDAY, MONDAY + HOUR + 1)).toEqual([]);
    expect(await inWindow(MONDAY - 1, MONDAY + HOUR + 1)).toHaveLength(1);
    expect(await inWindow(-1, -1)).toHaveLength(1);
  });

  test('deleting a series leaves its changed occurrences', async () => {
    const { liferay, anna, annaId, calendar } = liferayStage();
    const { id } = await anna.add(calendar, weekly);
    const changed = liferay
      .userActs(annaId)
      .changeInstance(Number(id), MONDAY + 7 * 24 * HOUR, { title: 'Other' });
    await anna.delete(id);
    expect(await anna.listBookings(calendar)).toMatchObject([{ id: String(changed), seriesId: id }]);
  });
});

describe('series', () => {
  const week = 7 * 24 * HOUR;

  test("expand in the calendar's zone over the change of the clock; all-day ones in UTC", async () => {
    const { anna, calendar } = liferayStage();
    const start = Date.UTC(2024, 2, 25, 8);
    await anna.add(calendar, {
      title: 'Weekly',
      start,
      end: start + HOUR,
      recurrence: 'RRULE:FREQ=WEEKLY;COUNT=2;INTERVAL=1',
    });
    const day = Date.UTC(2024, 2, 26);
    await anna.add(calendar, {
      title: 'Day',
      start: day,
      end: day + 24 * HOUR - 60_000,
      allDay: true,
      recurrence: 'RRULE:FREQ=WEEKLY;COUNT=2;INTERVAL=1',
    });
    const shown = await anna.occurrences(calendar, start - week, start + 3 * week);
    expect(shown.map((row) => [row.title, row.start])).toEqual([
      ['Weekly', start],
      ['Day', day],
      ['Weekly', start + week - HOUR],
      ['Day', day + week],
    ]);
  });

  test('the first occurrence is always there, also off the pattern, and COUNT counts it', async () => {
    const { anna, calendar } = liferayStage();
    await anna.add(calendar, { ...meeting, recurrence: 'RRULE:FREQ=WEEKLY;COUNT=2;INTERVAL=1;BYDAY=WE' });
    const shown = await anna.occurrences(calendar, MONDAY - week, MONDAY + 4 * week);
    expect(shown.map((row) => row.start)).toEqual([MONDAY, MONDAY + 2 * 24 * HOUR]);
  });

  test('deleting an occurrence writes the rule anew: unknown parts are lost, BYMONTH grows', async () => {
    const { anna, calendar } = liferayStage();
    const { id } = await anna.add(calendar, {
      ...meeting,
      recurrence: 'RRULE:FREQ=YEARLY;INTERVAL=1;WKST=SU;BYMONTH=1;BYMONTHDAY=8',
    });
    await anna.deleteOccurrence(id, MONDAY);
    expect((await anna.fetch(id))?.recurrence).toBe(
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=2\nEXDATE;TZID="UTC";VALUE=DATE:20240108',
    );
  });

  test('deleting the last occurrence that is left deletes the booking', async () => {
    const { anna, calendar } = liferayStage();
    const { id } = await anna.add(calendar, {
      ...weekly,
      recurrence: 'RRULE:FREQ=WEEKLY;COUNT=2;INTERVAL=1',
    });
    await anna.deleteOccurrence(id, MONDAY);
    expect((await anna.fetch(id))?.recurrence).toContain('EXDATE');
    await anna.deleteOccurrence(id, MONDAY + week);
    expect(await anna.fetch(id)).toBeNull();
  });

  test('a changed occurrence is a new row with a new UID and no trace of its old date', async () => {
    const { liferay, anna, annaId, calendar } = liferayStage();
    const { id, uid } = await anna.add(calendar, weekly);
    const changed = liferay
      .userActs(annaId)
      .changeInstance(Number(id), MONDAY + week, { startTime: MONDAY + week + HOUR });
    const rows = await anna.listBookings(calendar);
    expect(rows.find((row) => row.id === String(changed))).toMatchObject({
      seriesId: id,
      parentId: String(changed),
      recurrence: '',
    });
    expect(rows.find((row) => row.id === String(changed))?.uid).not.toBe(uid);
    expect(rows.find((row) => row.id === id)?.recurrence).toContain('EXDATE;TZID="UTC";VALUE=DATE:20240115');
    const shown = await anna.occurrences(calendar, MONDAY, MONDAY + 5 * week);
    expect(shown.map((row) => row.start)).toEqual([
      MONDAY,
      MONDAY + week + HOUR,
      MONDAY + 2 * week,
      MONDAY + 3 * week,
    ]);
  });
});

describe('meetings', () => {
  test("invitees get rows of their own with the master's UID; an overlap declines at once", async () => {
    const { anna, marco, calendar, marcoCalendar } = liferayStage();
    const master = await anna.add(calendar, meeting, { inviteCalendarIds: [marcoCalendar], uid: 'uid-1' });
    expect(await marco.listBookings(marcoCalendar)).toMatchObject([
      { parentId: master.id, uid: 'uid-1', status: STATUS.pending },
    ]);
    await anna.add(calendar, { ...meeting, title: 'Second' }, { inviteCalendarIds: [marcoCalendar] });
    const statuses = (await marco.listBookings(marcoCalendar)).map((row) => row.status);
    expect(statuses.toSorted()).toEqual([STATUS.pending, STATUS.denied]);
  });

  test('a failing child undoes the whole meeting', async () => {
    const { anna, marco, calendar, marcoCalendar, liferay } = liferayStage();
    await marco.add(
      marcoCalendar,
      { ...meeting, start: MONDAY + 9 * HOUR, end: MONDAY + 10 * HOUR },
      { uid: 'uid-1' },
    );
    const error = await refusal(
      anna.add(calendar, meeting, { inviteCalendarIds: [marcoCalendar], uid: 'uid-1' }),
    );
    expect(error.body).toContain('ConstraintViolation');
    expect(liferay.bookings(Number(calendar))).toEqual([]);
    expect(liferay.outbox).toEqual([]);
  });

  test('a new title keeps the answer, a new time asks again, and mail goes out in spite of sendNotification=false', async () => {
    const { liferay, anna, marco, marcoId, calendar, marcoCalendar } = liferayStage();
    const { id } = await anna.add(calendar, meeting, { inviteCalendarIds: [marcoCalendar], mail: false });
    expect(liferay.outbox.map((mail) => [mail.kind, mail.to])).toContainEqual([
      'invite',
      'marco@example.com',
    ]);
    const [child] = await marco.listBookings(marcoCalendar);
    liferay.userActs(marcoId).respond(Number(child?.id), 'accept');
    await anna.update(id, { title: 'Renamed' });
    expect(await marco.listBookings(marcoCalendar)).toMatchObject([
      { id: child?.id, title: 'Renamed', status: STATUS.approved },
    ]);
    await anna.update(id, { start: MONDAY + HOUR, end: MONDAY + 2 * HOUR });
    expect(await marco.listBookings(marcoCalendar)).toMatchObject([
      { id: child?.id, status: STATUS.pending },
    ]);
  });

  test('without invitees nothing is mailed when the caller does not want it', async () => {
    const { liferay, anna, marcoId, marcoCalendar, annaId } = liferayStage();
    liferay.grant(annaId, Number(marcoCalendar), 'MANAGE_BOOKINGS');
    await anna.add(marcoCalendar, meeting, { mail: false });
    expect(liferay.outbox).toEqual([]);
    await anna.add(marcoCalendar, meeting);
    expect(liferay.outbox.map((mail) => mail.to)).toEqual(['marco@example.com']);
    expect(marcoId).toBeGreaterThan(0);
  });

  test('an update approves a stand-alone row that was answered "maybe"', async () => {
    const { anna, calendar } = liferayStage();
    const { id } = await anna.add(calendar, meeting);
    await anna.respond(id, STATUS.maybe);
    expect(await anna.fetch(id)).toMatchObject({ status: STATUS.maybe });
    await anna.update(id, { title: 'Renamed' });
    expect(await anna.fetch(id)).toMatchObject({ status: STATUS.approved });
  });

  test('an update after a refusal leaves the refusal, or fails where the child is added twice', async () => {
    for (const deniedChildReAdd of [false, true]) {
      const { anna, marco, calendar, marcoCalendar } = liferayStage({ deniedChildReAdd });
      const { id } = await anna.add(calendar, meeting, { inviteCalendarIds: [marcoCalendar] });
      const [child] = await marco.listBookings(marcoCalendar);
      await marco.respond(child?.id ?? '', STATUS.denied);
      const update = anna.update(id, { title: 'Renamed' });
      if (deniedChildReAdd) expect((await refusal(update)).body).toContain('ConstraintViolation');
      else await update;
      expect(await marco.listBookings(marcoCalendar)).toMatchObject([
        { id: child?.id, status: STATUS.denied },
      ]);
    }
  });

  test("the Recycle Bin takes the invitees' rows along and gives them back as pending", async () => {
    const { anna, marco, calendar, marcoCalendar } = liferayStage();
    const { id } = await anna.add(calendar, meeting, { inviteCalendarIds: [marcoCalendar], uid: 'uid-1' });
    const [child] = await marco.listBookings(marcoCalendar);
    await marco.moveToTrash(child?.id ?? '');
    expect(await marco.fetch(child?.id ?? '')).toMatchObject({ status: STATUS.pending });
    await anna.moveToTrash(id);
    expect(await marco.fetch(child?.id ?? '')).toMatchObject({ status: STATUS.inTrash });
    expect((await refusal(anna.add(calendar, meeting, { uid: 'uid-1' }))).status).toBe(500);
    await anna.restore(id);
    expect(await anna.fetch(id)).toMatchObject({ status: STATUS.approved });
    expect(await marco.fetch(child?.id ?? '')).toMatchObject({ status: STATUS.pending });
  });

  test("an answer to one occurrence detaches it from the organiser's series", async () => {
    const { liferay, anna, marco, marcoId, calendar, marcoCalendar } = liferayStage();
    await anna.add(calendar, weekly, { inviteCalendarIds: [marcoCalendar] });
    const [child] = await marco.listBookings(marcoCalendar);
    liferay.userActs(marcoId).respond(Number(child?.id), 'maybe', MONDAY + 7 * 24 * HOUR);
    const detached = (await marco.listBookings(marcoCalendar)).find((row) => row.id !== child?.id);
    expect(detached).toMatchObject({ seriesId: child?.id, parentId: detached?.id, status: STATUS.maybe });
  });
});

test('reminders are mails to the owner, for the next occurrence only while it is near', async () => {
  const { liferay, annaId, calendar, at } = liferayStage();
  liferay.userActs(annaId).addBooking(Number(calendar), {
    title: 'Weekly',
    startTime: MONDAY,
    endTime: MONDAY + HOUR,
    recurrence: 'RRULE:FREQ=WEEKLY;INTERVAL=1',
    reminder: HOUR,
  });
  at(MONDAY + 6 * 24 * HOUR);
  liferay.checkReminders();
  expect(liferay.outbox).toEqual([]);
  at(MONDAY + 7 * 24 * HOUR - HOUR);
  liferay.checkReminders();
  expect(liferay.outbox).toMatchObject([{ kind: 'reminder', to: 'anna@example.com' }]);
});
