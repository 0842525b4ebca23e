/** Invitees as a set: what Liferay's people do to it changes nobody else. */
import { describe, expect, test } from 'vitest';
import { type InviteeEdits, missingIn, NOBODY, sameAttendees, withInvitees } from '#core/attendees.ts';
import { type Attendee, type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type MergeInput, merge } from '#core/merge.ts';
import { type PlanInput, plan } from '#core/plan.ts';

function attendee(name: string, response: Attendee['response'] = 'none'): Attendee {
  return { address: `${name}@example.com`, name, role: 'required', response };
}

const [ADA, BOB, EVE] = [attendee('ada'), attendee('bob'), attendee('eve')] as const;
const APPOINTMENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  time: { kind: 'timed', start: '2026-05-06T08:00:00Z', end: '2026-05-06T09:00:00Z', zone: 'Europe/Rome' },
};

function meetingOf(...attendees: readonly Attendee[]): CalendarEvent {
  return { ...APPOINTMENT, meeting: true, organizer: 'own@example.com', ownResponse: 'organizer', attendees };
}

function edits(more: Partial<InviteeEdits>): InviteeEdits {
  return { ...NOBODY, ...more };
}

/** The merge of a meeting on which both sides agreed, as Exchange has it now. */
function merged(agreed: CalendarEvent, now: CalendarEvent, more: Partial<MergeInput> = {}) {
  const liferay = liferayView(agreed);
  return merge({
    base: agreed,
    seen: { exchange: agreed, liferay },
    now: { exchange: now, liferay },
    policy: 'exchange',
    liferayMayWrite: true,
    ...more,
  });
}

test('the same people are invited, whatever they responded', () => {
  expect(sameAttendees(meetingOf(ADA, BOB), meetingOf(attendee('bob', 'accepted'), ADA))).toBe(true);
  expect(sameAttendees(meetingOf(ADA, BOB), meetingOf(ADA, EVE))).toBe(false);
  expect(sameAttendees(meetingOf(ADA), meetingOf(ADA, BOB))).toBe(false);
});

test('who is not invited to the other is missing there, whatever was responded', () => {
  expect(missingIn(meetingOf(ADA, BOB, EVE), meetingOf(attendee('bob', 'accepted')))).toEqual([ADA, EVE]);
  expect(missingIn(meetingOf(ADA), meetingOf(ADA, BOB))).toEqual([]);
});

test('whoever is invited to an appointment makes a meeting of it, occurrences included', () => {
  const { title, description, location, time, showAs, reminderMinutes, categories } = APPOINTMENT;
  const changed = { title, description, location, time, showAs, reminderMinutes, categories };
  const series = {
    ...APPOINTMENT,
    exceptions: {
      '2026-05-07': { ...changed, ownResponse: 'none' as const },
      '2026-05-08': 'deleted' as const,
    },
  };
  expect(withInvitees(series, edits({ added: [BOB, ADA] }))).toMatchObject({
    meeting: true,
    ownResponse: 'organizer',
    attendees: [ADA, BOB],
    exceptions: { '2026-05-07': { ownResponse: 'organizer' }, '2026-05-08': 'deleted' },
  });
});

describe('an invitee in Liferay', () => {
  test('who is added is invited beside those who are, and keeps nobody’s response', () => {
    const accepted = attendee('ada', 'accepted');
    const { base, write, changed } = merged(meetingOf(ADA), meetingOf(accepted, EVE), {
      invitees: edits({ added: [BOB], invited: [BOB.address] }),
    });
    expect(base.attendees).toEqual([accepted, BOB, EVE]);
    expect(write).toEqual({ exchange: ['attendees'], liferay: [] });
    expect(changed).toEqual({ exchange: ['attendees'], liferay: ['attendees'] });
  });

  test('who is there already is not invited again', () => {
    const { base, write } = merged(meetingOf(ADA), meetingOf(ADA, BOB), {
      invitees: edits({ added: [BOB], invited: [BOB.address] }),
    });
    expect(base.attendees).toEqual([ADA, BOB]);
    expect(write.exchange).toEqual([]);
  });

  test('who is removed goes, and nobody else', () => {
    const { base, write } = merged(meetingOf(ADA, BOB, EVE), meetingOf(ADA, BOB, EVE), {
      invitees: edits({ removed: [BOB.address] }),
    });
    expect(base.attendees).toEqual([ADA, EVE]);
    expect(write.exchange).toEqual(['attendees']);
  });

  test('who is taken out in Exchange loses the row in Liferay; others who are not invited there have none', () => {
    const { base, write, uninvited } = merged(meetingOf(ADA, BOB, EVE), meetingOf(ADA), {
      invitees: edits({ invited: [ADA.address, BOB.address] }),
    });
    expect(base.attendees).toEqual([ADA]);
    expect(uninvited).toEqual([BOB.address]);
    expect(write).toEqual({ exchange: [], liferay: ['attendees'] });
  });

  test.each([
    ['to somebody else’s meeting', { ...meetingOf(ADA), ownResponse: 'accepted' as const }, {}],
    ['where nothing may be written to Exchange', meetingOf(ADA), { liferayMayWrite: false }],
  ])('%s is invited by nobody', (_, event, more) => {
    const { base, write } = merged(event, event, { ...more, invitees: edits({ added: [BOB] }) });
    expect(base.attendees).toEqual([ADA]);
    expect(write.exchange).toEqual([]);
  });
});

describe('a response alone', () => {
  test('is agreed on, and nothing is written', () => {
    const { base, write, changed } = merged(meetingOf(ADA), meetingOf(attendee('ada', 'declined')));
    expect(base.attendees).toEqual([attendee('ada', 'declined')]);
    expect(write).toEqual({ exchange: [], liferay: [] });
    expect(changed).toEqual({ exchange: [], liferay: [] });
  });
});

const AGREED = meetingOf(attendee('ada', 'accepted'));

function planned(more: Partial<PlanInput>) {
  const agreement = { base: AGREED, seen: { exchange: AGREED, liferay: liferayView(AGREED) } };
  return plan({
    agreement,
    origin: null,
    exchange: { kind: 'present', event: AGREED },
    liferay: { kind: 'gone' },
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

test('a meeting that was deleted in Liferay is cancelled, and shown again while nobody may get mail', () => {
  expect(planned({})).toMatchObject({ actions: [{ kind: 'deleteExchange' }] });
  expect(planned({ quiet: true })).toMatchObject({ actions: [{ kind: 'createLiferay' }] });
  expect(planned({ quiet: true, inWindow: false })).toEqual({ kind: 'outside' });
});

test('what is taken out of a meeting of one’s own has its attendees, who are asked anew', () => {
  const origin = { base: AGREED, seen: { exchange: AGREED, liferay: liferayView(AGREED) } };
  const event = { ...liferayView(AGREED), title: 'From now on' };
  const decided = planned({
    ...{ agreement: null, origin, exchange: { kind: 'none' }, liferay: { kind: 'present', event } },
    invitees: edits({ added: [ADA, BOB] }),
  });
  expect(decided).toMatchObject({
    actions: [{ kind: 'createExchange', event: { title: 'From now on', attendees: [ADA, BOB] } }],
  });
});
