/** What plans hold of meetings: rows that were deleted, answers, invitees, and what is taken out of a series. */
import { describe, expect, test } from 'vitest';
import { type InviteeEdits, NOBODY } from '#core/attendees.ts';
import type { Attendee, CalendarEvent } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type Agreement, type Plan, type PlanInput, plan, type SideState } from '#core/plan.ts';
import { MEETING, WEEKLY_MEETING } from './listed-meeting.ts';
import { WEEKLY } from './weekly-series.ts';

const INVITATION: CalendarEvent = { ...MEETING, ownResponse: 'accepted' };
const OWN: CalendarEvent = { ...MEETING, ownResponse: 'organizer' };
const NEW: Attendee = { address: 'new@example.com', name: 'New', role: 'required', response: 'none' };

const NONE: SideState = { kind: 'none' };
const GONE: SideState = { kind: 'gone' };
const present = (event: CalendarEvent): SideState => ({ kind: 'present', event });

function agreedOn(base: CalendarEvent): Agreement {
  return { base, seen: { exchange: base, liferay: liferayView(base) } };
}

/** Nothing happened to the event since both sides agreed on it, but for what is said. */
function planned(event: CalendarEvent, more: Partial<PlanInput>): Plan {
  return plan({
    agreement: agreedOn(event),
    origin: null,
    exchange: present(event),
    liferay: present(liferayView(event)),
    policy: 'exchange',
    twoWay: true,
    inWindow: true,
    wiped: false,
    rejected: null,
    invitees: NOBODY,
    quiet: false,
    ...more,
  });
}

/** It stands in Liferay again. */
function shownAgain(event: CalendarEvent, putBack: boolean) {
  return {
    actions: [{ kind: 'createLiferay', event: liferayView(event) }],
    base: event,
    lost: [],
    putBack,
  };
}

describe('an invitation that was deleted in Liferay', () => {
  test.each(['accepted', 'tentative', 'pending'] as const)('is declined: it was %s', (ownResponse) => {
    const event = { ...INVITATION, ownResponse };
    expect(planned(event, { liferay: GONE })).toMatchObject({
      actions: [
        { kind: 'respondExchange', event: { ...event, ownResponse: 'declined' }, response: 'declined' },
      ],
      base: null,
    });
  });

  test('is cleared away where the meeting is cancelled', () => {
    const cancelled = { ...INVITATION, cancelled: true };
    expect(planned(cancelled, { liferay: GONE })).toMatchObject({
      actions: [{ kind: 'deleteExchange' }],
      base: null,
    });
  });

  test('is left as it is where it was declined in Exchange', () => {
    const declined = present({ ...INVITATION, ownResponse: 'declined' });
    expect(planned(INVITATION, { exchange: declined, liferay: GONE })).toEqual({ kind: 'outside' });
  });

  test.each<[string, Partial<PlanInput>]>([
    ['in a pairing that does not write to Exchange', { twoWay: false }],
    ['after a person rejected that', { rejected: 'liferay' }],
  ])('is put back %s', (_, more) => {
    expect(planned(INVITATION, { ...more, liferay: GONE })).toMatchObject(shownAgain(INVITATION, true));
  });

  test.each<[string, CalendarEvent, Agreement | null]>([
    ['changed meanwhile', { ...INVITATION, title: 'Board, moved up' }, agreedOn(INVITATION)],
    ['changed in what Liferay cannot hold', { ...INVITATION, showAs: 'free' }, agreedOn(INVITATION)],
    ['was never agreed on', INVITATION, null],
  ])('is shown again where it %s: nobody has said anything to that', (_, event, agreement) => {
    const deleted = { agreement, exchange: present(event), liferay: GONE };
    expect(planned(INVITATION, deleted)).toMatchObject(shownAgain(event, false));
    expect(planned(INVITATION, { ...deleted, inWindow: false })).toEqual({ kind: 'outside' });
  });
});

describe('a meeting of one’s own that was deleted in Liferay', () => {
  test('is put back after a person rejected that', () => {
    expect(planned(OWN, { liferay: GONE, rejected: 'liferay' })).toMatchObject(shownAgain(OWN, true));
  });

  test('is cancelled with what was changed of it, also with what Liferay cannot hold', () => {
    const changed = present({ ...OWN, title: 'Board, moved up', showAs: 'free' });
    expect(planned(OWN, { exchange: changed, liferay: GONE })).toMatchObject({
      actions: [{ kind: 'deleteExchange' }],
      lost: [{ side: 'exchange', fields: ['title', 'showAs'] }],
    });
  });
});

test('a meeting that was answered is not answered again because it was renamed', () => {
  const renamed = { ...INVITATION, title: 'Board, moved up' };
  expect(planned(INVITATION, { exchange: present(renamed) })).toMatchObject({
    actions: [{ kind: 'updateLiferay', event: liferayView(renamed), fields: ['title'] }],
  });
});

describe('who was added to a meeting in Liferay', () => {
  const meeting: CalendarEvent = { ...OWN, disclosure: { ...OWN.disclosure, participants: false } };
  const invitees: InviteeEdits = { added: [NEW], removed: [], invited: [NEW.address] };

  test.each([null, 'exchange'] as const)('is invited, where what was rejected is: %s', (rejected) => {
    expect(planned(meeting, { invitees, rejected })).toMatchObject({
      actions: [{ kind: 'updateExchange', fields: ['attendees'] }],
      base: { attendees: expect.arrayContaining([NEW]) },
    });
  });

  test('is not, where a person rejected that', () => {
    const decided = planned(meeting, { invitees, rejected: 'liferay' });
    expect(decided).toMatchObject({ kind: 'agree', base: meeting, lost: [] });
  });
});

test('a title given to what is shown as Busy is taken back where that is rejected, also where it is the hidden one', () => {
  const busy: CalendarEvent = { ...WEEKLY, disclosure: { ...WEEKLY.disclosure, details: 'busy' } };
  const named = present({ ...liferayView(busy), title: busy.title });
  expect(planned(busy, { liferay: named, rejected: 'liferay' })).toMatchObject({
    actions: [{ kind: 'updateLiferay', event: { title: 'Busy' }, fields: ['title'] }],
    putBack: true,
  });
});

describe('what people in Liferay took out of a series', () => {
  /** One occurrence of it as an event of its own. */
  function takenOut(series: CalendarEvent, more: Partial<CalendarEvent>): Plan {
    // Of a row of which nothing is known no status is anybody's answer.
    const row = { recurrence: null, exceptions: {}, ownResponse: 'none' } as const;
    const event = { ...liferayView(series), ...row, ...more };
    const taken = { agreement: null, origin: agreedOn(series), exchange: NONE, liferay: present(event) };
    return planned(series, taken);
  }

  test('keeps what Liferay cannot hold', () => {
    const series: CalendarEvent = { ...WEEKLY, showAs: 'free', reminderMinutes: 5 };
    const event = { ...series, title: 'Only today', recurrence: null };
    expect(takenOut(series, { title: 'Only today' })).toMatchObject({
      actions: [{ kind: 'createExchange', event }],
      base: event,
    });
  });

  test('of a meeting of their own: its attendees as well, who are asked anew', () => {
    const series: CalendarEvent = { ...WEEKLY_MEETING, ownResponse: 'organizer', showAs: 'free' };
    const attendees = series.attendees.map((each) => ({ ...each, response: 'none' }));
    expect(takenOut(series, {})).toMatchObject({
      actions: [{ kind: 'createExchange', event: { ...series, attendees, recurrence: null } }],
    });
  });

  test('of somebody else’s meeting: nothing but what stands there, without the list of those who are invited', () => {
    const series: CalendarEvent = { ...WEEKLY_MEETING, ownResponse: 'accepted', showAs: 'free' };
    const { title, time, disclosure } = series;
    const { description } = liferayView(series);
    const event = { ...liferayView(WEEKLY), title, description: 'Agenda:\n1. Budget', location: '', time };
    expect(takenOut(series, { description })).toEqual({
      kind: 'act',
      actions: [{ kind: 'createExchange', event: { ...event, recurrence: null, disclosure } }],
      base: { ...event, recurrence: null, disclosure },
      lost: [],
      putBack: false,
      changed: { exchange: [], liferay: [] },
      uninvited: [],
    });
  });
});
