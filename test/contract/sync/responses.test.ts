/** Responses to invitations: what a person answers in one calendar is said in the other, and Liferay's own doing is not. */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import type { Attendee } from '#test/emulators/exchange/model.ts';
import type { Recurrence } from '#test/emulators/exchange/recurrence.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import type { WorldOptions } from '#test/simulation/world.ts';
import { asksExchange } from './exchange-requests.ts';
import { shown } from './shown.ts';
import { DAY, HOUR, hourFrom, IDLE, Stage } from './stage.ts';

/** Each of the two mailboxes is asked for its changes. */
const IDLE_FOR_TWO = { ...IDLE, exchange: { SyncFolderItems: 2 } };
const MEETING = hourFrom('2026-05-06T09:00');

/** A meeting of the second person, to which the first is invited and which both calendars show. */
async function invited(options: WorldOptions = {}, recurrence?: Recurrence): Promise<Stage> {
  const stage = await Stage.open({ people: 2, ...options });
  const organiser = stage.of(1);
  const { address } = stage.person;
  const { exchange } = stage.world;
  const attendees: Attendee[] = [
    { name: 'First', address, role: 'required', response: 'NoResponseReceived' },
  ];
  const { calendar } = exchange.mailbox(organiser.address);
  const repeats = recurrence === undefined ? {} : { recurrence };
  exchange.userActs.createItem(calendar, { subject: 'Meeting', ...MEETING, attendees, ...repeats });
  await stage.settle();
  return stage;
}

function responseAtOrganiser(stage: Stage): string | undefined {
  const { attendees } = stage.item('Meeting', stage.of(1)).content;
  return attendees.find(({ address }) => address === stage.person.address)?.response;
}

function mailsOf(stage: Stage) {
  return stage.world.exchange.outbox.map(({ kind, to }) => ({ kind, to }));
}

const ANSWERS = [
  { answer: 'accept', status: STATUS.approved, response: 'Accept' },
  { answer: 'maybe', status: STATUS.maybe, response: 'Tentative' },
] as const;

test('an invitation stands in Liferay as pending, and nobody is told anything', async () => {
  const stage = await invited();
  expect(stage.row('Meeting').status).toBe(STATUS.pending);
  expect(stage.row('Meeting', stage.of(1)).status).toBe(STATUS.approved);
  expect(mailsOf(stage)).toEqual([{ kind: 'request', to: [stage.person.address] }]);
  expect(stage.world.liferay.outbox).toEqual([]);
  expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
});

describe.each(ANSWERS)('$answer', ({ answer, status, response }) => {
  test('said in Liferay is said to the organiser, once', async () => {
    const stage = await invited();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, answer));
    await stage.settle();
    expect(stage.item('Meeting').content.myResponse).toBe(response);
    expect(responseAtOrganiser(stage)).toBe(response);
    expect(mailsOf(stage)).toEqual([
      { kind: 'request', to: [stage.person.address] },
      { kind: 'response', to: [stage.of(1).address] },
    ]);
    expect(stage.row('Meeting').status).toBe(status);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('said in Outlook is the status in Liferay, and no mail is ours', async () => {
    const stage = await invited();
    stage.world.exchange.userActs.respond(stage.item('Meeting').id, response);
    await stage.settle();
    expect(stage.row('Meeting').status).toBe(status);
    expect(mailsOf(stage)).toHaveLength(2);
    expect(stage.world.liferay.outbox).toEqual([]);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });
});

test('declined in Liferay is declined in Exchange, which puts the meeting away: it goes from both calendars', async () => {
  const stage = await invited();
  stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'decline'));
  await stage.settle();
  expect(responseAtOrganiser(stage)).toBe('Decline');
  expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  expect(mailsOf(stage)).toHaveLength(2);
  expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
});

test('declined in Liferay where what Exchange puts away keeps its id: it goes from both calendars all the same', async () => {
  const stage = await invited({ exchange: { moveToDeletedItems: 'update' } });
  stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'decline'));
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  expect(mailsOf(stage)).toHaveLength(2);
  expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
});

test.each(['accept', 'decline'] as const)(
  '%s: the answer of Exchange to it is lost, and yet the organiser hears of it once',
  async (answer) => {
    const stage = await invited();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, answer));
    disturb(stage.world, { kind: 'lostReply', operation: 'CreateItem' });
    await stage.settle();
    expect(responseAtOrganiser(stage)).toBe(answer === 'accept' ? 'Accept' : 'Decline');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response']);
    expect(stage.titles()).toEqual(
      answer === 'accept' ? { exchange: ['Meeting'], liferay: ['Meeting'] } : { exchange: [], liferay: [] },
    );
  },
);

test.each([
  ['given another place', 'right before', { location: 'Attic' }, 'Accept'],
  ['given another place', 'right after', { location: 'Attic' }, 'Accept'],
  ['renamed', 'right before', { subject: 'Review' }, 'Accept'],
  ['renamed', 'right after', { subject: 'Review' }, 'Accept'],
  ['moved', 'right after', hourFrom('2026-05-07T09:00'), 'NoResponseReceived'],
] as const)(
  'the meeting is %s by its organiser %s it is answered: both calendars show what came of it',
  async (_, moment, change, myResponse) => {
    const stage = await invited();
    const { id } = stage.item('Meeting', stage.of(1));
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    let isReached = false;
    let isChanged = false;
    const network =
      (fetch: HttpFetch): HttpFetch =>
      (url, request) => {
        const isAnswer = asksExchange(url, request, 'CreateItem');
        if (!isChanged && (moment === 'right before' ? isAnswer : isReached)) {
          stage.world.exchange.userActs.changeItem(id, change);
          isChanged = true;
        }
        isReached ||= isAnswer;
        return fetch(url, request);
      };
    await stage.round(undefined, stage.world.engine({ network }));
    await stage.settle();
    const [item] = stage.items();
    expect(item?.content).toMatchObject({ ...change, myResponse });
    expect(stage.inLiferay()).toEqual(stage.inExchange());
    expect(stage.rows()[0]?.status).toBe(myResponse === 'Accept' ? STATUS.approved : STATUS.pending);
    expect(
      mailsOf(stage)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['request', 'response', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  },
);

test('answered in both at once, the side that wins by policy is right, and the other answer is in the history', async () => {
  const stage = await invited();
  stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'maybe'));
  stage.world.exchange.userActs.respond(stage.item('Meeting').id, 'Accept');
  await stage.settle();
  expect(stage.row('Meeting').status).toBe(STATUS.approved);
  expect(responseAtOrganiser(stage)).toBe('Accept');
  expect(mailsOf(stage)).toHaveLength(2);
});

test('an invitation deleted in Liferay is declined', async () => {
  const stage = await invited();
  stage.atPortal((acts) => acts.deleteBooking(stage.row('Meeting').calendarBookingId));
  await stage.settle();
  expect(responseAtOrganiser(stage)).toBe('Decline');
  expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  expect(mailsOf(stage)).toHaveLength(2);
});

test('a row is edited in the moment in which it is removed with its meeting: nothing is made of it', async () => {
  const stage = await invited();
  stage.world.exchange.userActs.respond(stage.item('Meeting').id, 'Decline');
  const engine = stage.world.engine({
    portal: (portal) => ({
      ...portal,
      remove: async (...request) => {
        stage.rebook('Meeting', { title: 'Mine' });
        return portal.remove(...request);
      },
    }),
  });
  await stage.round(undefined, engine);
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  expect(mailsOf(stage)).toHaveLength(2);
});

test('an answer to what is over is kept, and nobody is told', async () => {
  const stage = await invited();
  stage.world.clock.advance(7 * DAY);
  stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
  await stage.settle();
  expect(stage.item('Meeting').content.myResponse).toBe('Accept');
  expect(mailsOf(stage)).toHaveLength(1);
});

describe('what Liferay does by itself is nobody’s answer', () => {
  test('the process ends when it has added the row and told it no status yet: it is pending in the end', async () => {
    const stage = await Stage.open({ people: 2 });
    const { exchange } = stage.world;
    const attendees: Attendee[] = [
      { name: 'First', address: stage.person.address, role: 'required', response: 'NoResponseReceived' },
    ];
    const { calendar } = exchange.mailbox(stage.of(1).address);
    await stage.settle();
    exchange.userActs.createItem(calendar, { subject: 'Meeting', ...MEETING, attendees });
    await stage.brokenOff(1);
    await stage.settle();
    expect(stage.row('Meeting').status).toBe(STATUS.pending);
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage)).toHaveLength(1);
  });

  test('a title is edited, by which Liferay approves the row: title and status are put back, and nothing is said', async () => {
    const stage = await invited();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'maybe'));
    await stage.settle();
    stage.rebook('Meeting', { title: 'Mine' });
    expect(stage.row('Mine').status).toBe(STATUS.approved);
    await stage.settle();
    expect(stage.row('Meeting').status).toBe(STATUS.maybe);
    expect(stage.item('Meeting').content.myResponse).toBe('Tentative');
    expect(mailsOf(stage)).toHaveLength(2);
  });

  test.each([
    ['ends', 0],
    ['ends again before its next write', 1],
  ])(
    'the process that puts an edited row back %s: Liferay has approved it, and nothing is said',
    async (_, times) => {
      const stage = await invited();
      stage.rebook('Meeting', { title: 'Mine' });
      await stage.brokenOff(1);
      expect(stage.row('Meeting').status).toBe(STATUS.approved);
      for (let again = 0; again < times; again += 1) await stage.brokenOff(0);
      await stage.settle();
      expect(stage.row('Meeting').status).toBe(STATUS.pending);
      expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
      expect(mailsOf(stage)).toHaveLength(1);
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test('the process that puts an edited stretch of a series in another zone back ends: nothing is said', async () => {
    const stage = await Stage.open({ people: 2, zone: 'Europe/Rome' });
    const { exchange } = stage.world;
    const attendees: Attendee[] = [
      { name: 'First', address: stage.person.address, role: 'required', response: 'NoResponseReceived' },
    ];
    const zone = { windows: 'Eastern Standard Time', iana: 'America/New_York' };
    const startDay = Math.floor(MEETING.start / DAY);
    exchange.userActs.createItem(exchange.mailbox(stage.of(1).address).calendar, {
      ...{ subject: 'Meeting', ...MEETING, startZone: zone, endZone: zone, attendees },
      recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'noEnd', startDay } },
    });
    await stage.settle();
    const statuses = () => stage.rows().map(({ status }) => status);
    expect(statuses().length).toBeGreaterThan(1);
    const [stretch] = stage.rows();
    stage.atPortal((acts) => acts.changeBooking(stretch?.calendarBookingId ?? 0, { title: 'Mine' }));
    await stage.brokenOff(1);
    expect(stage.titles().liferay).not.toContain('Mine');
    expect(statuses()).toContain(STATUS.approved);
    await stage.settle();
    expect(new Set(statuses())).toEqual(new Set([STATUS.pending]));
    expect(mailsOf(stage)).toHaveLength(1);
  });

  test('the process ends before a new text is written, and what is answered then is said', async () => {
    const stage = await invited();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, { subject: 'Renamed' });
    await stage.brokenOff(0);
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    await stage.settle();
    expect(stage.row('Renamed').status).toBe(STATUS.approved);
    expect(stage.item('Renamed').content.myResponse).toBe('Accept');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update', 'response']);
  });

  test('the meeting gets another text from its organiser: it waits for an answer as before, and nobody gives one', async () => {
    const stage = await invited();
    const { id } = stage.item('Meeting', stage.of(1));
    stage.world.exchange.userActs.changeItem(id, { body: { type: 'Text', text: 'Agenda' } });
    await stage.settle();
    expect(stage.inLiferay()).toMatchObject([{ text: 'Agenda' }]);
    expect(stage.row('Meeting').status).toBe(STATUS.pending);
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });
  test.each([
    ['renamed', { subject: 'Moved' }],
    ['moved', { subject: 'Moved', ...hourFrom('2026-05-07T09:00') }],
  ])(
    'the meeting is %s by its organiser before it was answered: it waits for an answer still',
    async (_, change) => {
      const stage = await invited();
      stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, change);
      await stage.settle();
      expect(stage.row('Moved').status).toBe(STATUS.pending);
      expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update']);
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test('the meeting is moved by its organiser: it is pending again, and nobody answers for the person', async () => {
    const stage = await invited();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    await stage.settle();
    const { id } = stage.item('Meeting', stage.of(1));
    stage.world.exchange.userActs.changeItem(id, hourFrom('2026-05-07T09:00'));
    await stage.settle();
    expect(stage.row('Meeting')).toMatchObject({
      startTime: hourFrom('2026-05-07T09:00').start,
      status: STATUS.pending,
    });
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });
});

test('a meeting that its organiser cancels is declined in Liferay, and no one says so', async () => {
  const stage = await invited();
  stage.world.exchange.userActs.deleteItem(stage.item('Meeting', stage.of(1)).id);
  await stage.settle();
  expect(stage.row('Canceled: Meeting').status).toBe(STATUS.denied);
  expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'cancellation']);
  stage.atPortal((acts) => acts.deleteBooking(stage.row('Canceled: Meeting').calendarBookingId));
  await stage.settle();
  expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
  expect(mailsOf(stage)).toHaveLength(2);
});

test.each(['rejected', 'ignored'] as const)(
  'where Liferay has no pending for such a row (%s) an invitation stands as maybe, and is nobody’s answer',
  async (statusPendingOnStandAlone) => {
    const stage = await invited({ liferay: { statusPendingOnStandAlone } });
    expect(stage.row('Meeting').status).toBe(STATUS.maybe);
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage)).toHaveLength(1);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  },
);

test('the item gets another id when it is answered: it is met again, and nothing is doubled', async () => {
  const stage = await invited({ exchange: { responseChangesItemId: true } });
  const { id } = stage.item('Meeting');
  const { calendarBookingId } = stage.row('Meeting');
  stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'));
  await stage.settle();
  expect(stage.item('Meeting').id).not.toBe(id);
  expect(stage.row('Meeting')).toMatchObject({ calendarBookingId, status: STATUS.approved });
  expect(mailsOf(stage)).toHaveLength(2);
});

/** The organiser renames the meeting, and before its row is written this is done to it. */
async function renamedWhile(stage: Stage, act: () => void): Promise<void> {
  stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, { subject: 'Renamed' });
  const portal = (real: PortalCalendar): PortalCalendar => ({
    ...real,
    update: async (...request) => {
      act();
      return real.update(...request);
    },
  });
  await stage.round(undefined, stage.world.engine({ portal }));
  await stage.settle();
}

describe('the row is written just then', () => {
  test('an answer that was given before that is said', async () => {
    const stage = await invited();
    const { calendarBookingId } = stage.row('Meeting');
    await renamedWhile(stage, () => {
      const isOpen = stage.rows()[0]?.status === STATUS.pending;
      if (isOpen) stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'));
    });
    expect(stage.item('Renamed').content.myResponse).toBe('Accept');
    expect(stage.row('Renamed').status).toBe(STATUS.approved);
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update', 'response']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('twice, because a proxy sent the request again: the invitation stands as pending, and nobody has answered', async () => {
    const stage = await invited();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, { subject: 'Renamed' });
    const network =
      (fetch: HttpFetch): HttpFetch =>
      async (url, request) => {
        if (request.body?.includes('update-calendar-booking')) await fetch(url, request);
        return fetch(url, request);
      };
    await stage.round(undefined, stage.world.engine({ network }));
    await stage.settle();
    expect(stage.row('Renamed').status).toBe(STATUS.pending);
    expect(stage.item('Renamed').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });
});

test('in a read-only pairing an answer is taken back, and not sent', async () => {
  const stage = await invited();
  await stage.setPairing({ direction: 'toLiferay' });
  await stage.settle();
  stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
  await stage.settle();
  expect(stage.row('Meeting').status).toBe(STATUS.pending);
  expect(mailsOf(stage)).toHaveLength(1);
});

describe('of a series', () => {
  const WEEK = 7 * DAY;

  async function invitedWeekly(options: WorldOptions = {}): Promise<Stage> {
    const startDay = Math.floor(MEETING.start / DAY);
    return invited(options, {
      pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'], firstDay: 'Monday' },
      range: { kind: 'numbered', startDay, count: 5 },
    });
  }

  /** What the occurrence of the second week is answered in Exchange; null: it is deleted there. */
  function secondInExchange(stage: Stage): string | null {
    const { userActs } = stage.world.exchange;
    const { series, id } = stage.item('Meeting');
    const day = Math.floor(MEETING.start / DAY) + 7;
    return series?.deletedDays.has(day) ? null : userActs.occurrence(id, day).content.myResponse;
  }

  test('all of it is accepted in Liferay: one response, and each occurrence has it', async () => {
    const stage = await invitedWeekly();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    await stage.settle();
    expect(stage.item('Meeting').content.myResponse).toBe('Accept');
    expect(secondInExchange(stage)).toBe('Accept');
    expect(mailsOf(stage)).toHaveLength(2);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('one occurrence is declined in Liferay while its organiser moves it: nobody has said anything to that', async () => {
    const stage = await invitedWeekly();
    const { userActs } = stage.world.exchange;
    const { calendarBookingId, startTime } = stage.row('Meeting');
    const second = startTime + WEEK;
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'decline', second));
    const [own] = stage.items(stage.of(1));
    const occurrence = userActs.occurrence(own?.id ?? '', Math.floor(MEETING.start / DAY) + 7);
    userActs.changeItem(occurrence.id, { start: second + HOUR, end: second + 2 * HOUR });
    const mails = mailsOf(stage).length;
    await stage.settle();
    expect(secondInExchange(stage)).toBe('NoResponseReceived');
    const { exchange, liferay } = await shown(stage);
    expect(liferay).toEqual(exchange);
    expect(mailsOf(stage)).toHaveLength(mails);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test.each(ANSWERS)(
    'one occurrence is answered in Liferay ($answer): that one only',
    async ({ answer, response }) => {
      const stage = await invitedWeekly();
      const { calendarBookingId, startTime } = stage.row('Meeting');
      stage.atPortal((acts) => acts.respond(calendarBookingId, answer, startTime + WEEK));
      await stage.settle();
      expect(secondInExchange(stage)).toBe(response);
      expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
      expect(mailsOf(stage)).toHaveLength(2);
      expect(stage.rows()).toHaveLength(2);
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test.each([
    [
      'declined',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'decline', start)),
    ],
    [
      'deleted',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.deleteInstance(stage.row('Meeting').calendarBookingId, start)),
    ],
  ])('one occurrence is %s in Liferay: Exchange declines it, and puts it away', async (_, act) => {
    const stage = await invitedWeekly();
    act(stage, stage.row('Meeting').startTime + WEEK);
    await stage.settle();
    expect(secondInExchange(stage)).toBeNull();
    expect(mailsOf(stage)).toHaveLength(2);
    expect(stage.rows()).toHaveLength(1);
    expect(stage.row('Meeting').recurrence).toContain('20260513');
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test.each([
    [
      'declined',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'decline', start)),
    ],
    [
      'deleted',
      (stage: Stage, start: number) =>
        stage.atPortal((acts) => acts.deleteInstance(stage.row('Meeting').calendarBookingId, start)),
    ],
  ])('all of it is accepted and one occurrence is %s at the same time: both are said', async (_, act) => {
    const stage = await invitedWeekly();
    stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, 'accept'));
    act(stage, stage.row('Meeting').startTime + WEEK);
    await stage.settle();
    expect(stage.item('Meeting').content.myResponse).toBe('Accept');
    expect(secondInExchange(stage)).toBeNull();
    const said = stage.world.exchange.outbox.map(({ subject }) => subject);
    expect(said.sort()).toEqual(['Accepted: Meeting', 'Declined: Meeting', 'Meeting']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('the process ends when the series leaves out an occurrence that the organiser moved: Liferay has approved it, and nothing is said', async () => {
    const stage = await invitedWeekly();
    const { userActs } = stage.world.exchange;
    const second = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 7,
    );
    userActs.changeItem(second.id, hourFrom('2026-05-13T15:00'));
    await stage.brokenOff(4);
    expect(stage.rows().find(({ recurrence }) => recurrence.includes('20260513'))?.status).toBe(
      STATUS.approved,
    );
    await stage.settle();
    expect(new Set(stage.rows().map(({ status }) => status))).toEqual(new Set([STATUS.pending]));
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'update']);
  });

  test('an occurrence was accepted by itself and another is moved: Liferay gives its row the status of the series, and nobody answers anew', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe'));
    await stage.settle();
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    await stage.settle();
    const { userActs } = stage.world.exchange;
    const third = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 14,
    );
    userActs.changeItem(third.id, hourFrom('2026-05-20T15:00'));
    await stage.settle();
    expect(secondInExchange(stage)).toBe('Accept');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'response', 'update']);
  });

  test('an occurrence was accepted by itself, got the Maybe that stands for no answer with its series, and an older backup knows neither: nobody answers anew', async () => {
    const stage = await invitedWeekly({ liferay: { statusPendingOnStandAlone: 'ignored' } });
    await stage.setPairing({ policy: 'liferay' });
    const database = stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    await stage.settle();
    const { userActs } = stage.world.exchange;
    const third = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 14,
    );
    userActs.changeItem(third.id, hourFrom('2026-05-20T15:00'));
    await stage.settle();
    expect(stage.rows().map(({ status }) => status)).toEqual([STATUS.maybe, STATUS.maybe, STATUS.maybe]);
    await putBack(database, backup);
    await stage.settle();
    expect(secondInExchange(stage)).toBe('Accept');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('an occurrence was accepted by itself, and then all is: changed occurrences are not answered once more', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe'));
    await stage.settle();
    const { userActs } = stage.world.exchange;
    const third = userActs.occurrence(
      stage.item('Meeting', stage.of(1)).id,
      Math.floor(MEETING.start / DAY) + 14,
    );
    userActs.changeItem(third.id, { subject: 'Third' });
    await stage.settle();
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    await stage.settle();
    const before = stage.world.exchange.outbox.length;
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'));
    await stage.settle();
    const said = stage.world.exchange.outbox.slice(before).map(({ subject }) => subject);
    expect(said).toEqual(['Accepted: Meeting']);
    expect(stage.item('Meeting').content.myResponse).toBe('Accept');
    expect(secondInExchange(stage)).toBe('Accept');
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test.each([
    ['is kept', false],
    ['is dropped', true],
  ])(
    'all is accepted after a Maybe, and asked about anew: what was said to a changed occurrence that %s is not said again',
    async (_, patternChangeDropsExceptions) => {
      const stage = await invitedWeekly({ exchange: { patternChangeDropsExceptions } });
      const { userActs } = stage.world.exchange;
      const { calendarBookingId } = stage.row('Meeting');
      const { id } = stage.item('Meeting', stage.of(1));
      const third = userActs.occurrence(id, Math.floor(MEETING.start / DAY) + 14);
      userActs.changeItem(third.id, hourFrom('2026-05-20T15:00'));
      await stage.settle();
      userActs.respond(stage.item('Meeting').id, 'Tentative');
      await stage.settle();
      stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept'));
      await stage.settle();
      const mails = mailsOf(stage).length;
      userActs.changeItem(id, hourFrom('2026-05-06T10:00'));
      await stage.settle();
      expect(mailsOf(stage).slice(mails)).toEqual([{ kind: 'update', to: [stage.person.address] }]);
      expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
      expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
    },
  );

  test('an occurrence that was answered by itself is moved by the organiser: the series is not answered with it', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe', startTime + WEEK));
    await stage.settle();
    const { id } = stage.item('Meeting', stage.of(1));
    const { userActs } = stage.world.exchange;
    const second = userActs.occurrence(id, Math.floor(MEETING.start / DAY) + 7);
    userActs.changeItem(second.id, hourFrom('2026-05-13T15:00'));
    await stage.settle();
    expect(stage.rows().map(({ status }) => status)).toEqual([STATUS.pending, STATUS.pending]);
    expect(stage.item('Meeting').content.myResponse).toBe('NoResponseReceived');
    expect(secondInExchange(stage)).toBe('Tentative');
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('an occurrence is answered in Liferay while its organiser cancels it: nobody is told, and nothing is set aside', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'accept', startTime + WEEK));
    const { id } = stage.item('Meeting', stage.of(1));
    const { userActs } = stage.world.exchange;
    userActs.deleteItem(userActs.occurrence(id, Math.floor(MEETING.start / DAY) + 7).id);
    await stage.settle();
    expect(await stage.parked()).toEqual([]);
    expect(stage.titles().liferay).toEqual(['Canceled: Meeting', 'Meeting']);
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'cancellation']);
    expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
  });

  test('an answered occurrence keeps its answer when the organiser renames the series', async () => {
    const stage = await invitedWeekly();
    const { calendarBookingId, startTime } = stage.row('Meeting');
    stage.atPortal((acts) => acts.respond(calendarBookingId, 'maybe', startTime + WEEK));
    await stage.settle();
    stage.world.exchange.userActs.changeItem(stage.item('Meeting', stage.of(1)).id, { subject: 'Renamed' });
    await stage.settle();
    expect(stage.titles().liferay).toEqual(['Renamed', 'Renamed']);
    expect(mailsOf(stage).map(({ kind }) => kind)).toEqual(['request', 'response', 'update']);
  });
});
