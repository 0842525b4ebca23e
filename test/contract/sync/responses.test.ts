import { describe, expect, test } from 'vitest';
import type { HttpFetch } from '#core/effects.ts';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { disturb } from '#test/simulation/exchange-faults.ts';
import { asksExchange } from './exchange-requests.ts';
import { ANSWERS, IDLE_FOR_TWO, invited, mailsOf, responseAtOrganiser } from './invited-stage.ts';
import { DAY, hourFrom, type Stage } from './stage.ts';

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

/** Lets `act` happen once: right before the service's answer reaches Exchange, or right before its first request after it. */
function atAnswer(moment: 'right before' | 'right after', act: () => void) {
  let isReached = false;
  let isDone = false;
  return (fetch: HttpFetch): HttpFetch =>
    (url, request) => {
      const isAnswer = asksExchange(url, request, 'CreateItem');
      if (!isDone && (moment === 'right before' ? isAnswer : isReached)) {
        act();
        isDone = true;
      }
      isReached ||= isAnswer;
      return fetch(url, request);
    };
}

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
    const network = atAnswer(moment, () => stage.world.exchange.userActs.changeItem(id, change));
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

describe.each([
  ['right before', 'delete'],
  ['right before', 'update'],
  ['right after', 'delete'],
  ['right after', 'update'],
] as const)(
  'the invitee declines in Outlook %s, in an Exchange that tells of it by "%s",',
  (moment, toldBy) => {
    test.each(ANSWERS)(
      'what they said in Liferay ($answer): the meeting goes from both calendars',
      async ({ answer }) => {
        const stage = await invited({ exchange: { moveToDeletedItems: toldBy } });
        const { id } = stage.item('Meeting');
        stage.atPortal((acts) => acts.respond(stage.row('Meeting').calendarBookingId, answer));
        const network = atAnswer(moment, () => stage.world.exchange.userActs.respond(id, 'Decline'));
        await stage.round(undefined, stage.world.engine({ network }));
        await stage.settle();
        expect(stage.titles()).toEqual({ exchange: [], liferay: [] });
        expect(mailsOf(stage).length).toBeLessThanOrEqual(3);
        expect(await stage.traffic()).toMatchObject(IDLE_FOR_TWO);
      },
    );
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
