/** What becomes of a copy and Liferay's own row of a meeting when they meet, and when one of them is gone. */

import { describe, expect, test } from 'vitest';
import { NOBODY } from '#core/attendees.ts';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import type { Action, Plan, PlanInput, SideState } from '#core/plan.ts';
import { planInvitation } from '#core/plan-invitation.ts';

const COPY: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  time: { kind: 'timed', start: '2026-05-06T08:00:00Z', end: '2026-05-06T09:00:00Z', zone: 'Europe/Rome' },
  meeting: true,
  organizer: 'ada@example.com',
  ownResponse: 'pending',
};
const ROW = liferayView(COPY);
const GONE: SideState = { kind: 'gone' };
const present = (event: CalendarEvent): SideState => ({ kind: 'present', event });

function input(more: Partial<PlanInput>): PlanInput {
  return {
    agreement: { base: COPY, seen: { exchange: COPY, liferay: ROW } },
    origin: null,
    exchange: present(COPY),
    liferay: present(ROW),
    policy: 'exchange',
    twoWay: true,
    inWindow: true,
    wiped: false,
    rejected: null,
    invitees: NOBODY,
    quiet: false,
    ...more,
  };
}

function kinds(plan: Plan): readonly Action['kind'][] | Plan['kind'] {
  return plan.kind === 'act' ? plan.actions.map(({ kind }) => kind) : plan.kind;
}

describe('they meet', () => {
  test('and say the same', () => {
    expect(kinds(planInvitation(input({ agreement: null }), 'organiser', false))).toBe('agree');
  });

  test('and the row was answered before the copy came: that is said', () => {
    const liferay = present({ ...ROW, ownResponse: 'accepted' });
    expect(planInvitation(input({ agreement: null, liferay }), 'organiser', false)).toMatchObject({
      kind: 'act',
      actions: [{ kind: 'respondExchange', response: 'accepted' }],
    });
  });

  test('again, and Exchange changed it: the row follows, and nobody touched that', () => {
    const renamed = { ...COPY, title: 'Board, moved up' };
    expect(planInvitation(input({ exchange: present(renamed) }), 'organiser', false)).toEqual({
      kind: 'act',
      actions: [{ kind: 'updateLiferay', event: liferayView(renamed), fields: ['title'] }],
      base: renamed,
      lost: [],
      putBack: false,
      changed: { exchange: ['title'], liferay: [] },
      uninvited: [],
    });
  });

  test('in a pairing that does not write to Exchange: the row is put right', () => {
    const liferay = present({ ...ROW, ownResponse: 'accepted' });
    const decided = planInvitation(input({ agreement: null, liferay, twoWay: false }), 'organiser', false);
    expect(kinds(decided)).toEqual(['updateLiferay']);
  });
});

test.each([
  ['nothing was agreed', null],
  ['something was agreed once', input({}).agreement],
])('a row without a copy is left alone where %s', (_, agreement) => {
  const lone = input({ agreement, exchange: { kind: 'none' } });
  expect(kinds(planInvitation(lone, 'organiser', false))).toBe('leaveAlone');
});

describe('the copy is gone', () => {
  test('the row stays, as declined', () => {
    expect(planInvitation(input({ exchange: GONE }), 'organiser', false)).toEqual({
      kind: 'act',
      actions: [
        { kind: 'updateLiferay', event: { ...ROW, ownResponse: 'declined' }, fields: ['ownResponse'] },
      ],
      base: null,
      lost: [],
      putBack: false,
      changed: { exchange: ['ownResponse'], liferay: [] },
      uninvited: [],
    });
  });

  test('and a person rejected that: the row stays as it is', () => {
    const decided = planInvitation(input({ exchange: GONE, rejected: 'exchange' }), 'organiser', false);
    expect(kinds(decided)).toBe('leaveAlone');
  });

  test('and the row as well: what stood beside it goes too', () => {
    const gone = input({ exchange: GONE, liferay: GONE });
    expect(kinds(planInvitation(gone, 'organiser', false))).toBe('forget');
    expect(kinds(planInvitation(gone, 'organiser', true))).toEqual(['deleteLiferay']);
  });
});

describe('the row is gone', () => {
  const CANCELLED = { ...COPY, cancelled: true };

  test('by the invitee: declined', () => {
    const decided = planInvitation(input({ liferay: GONE }), 'invitee', true);
    expect(kinds(decided)).toEqual(['respondExchange', 'deleteLiferay']);
  });

  test('by the organiser, and the copy stands: it is shown as what it is', () => {
    const bereft = input({ liferay: GONE });
    expect(kinds(planInvitation(bereft, 'organiser', true))).toEqual(['createLiferay']);
    expect(kinds(planInvitation({ ...bereft, inWindow: false }, 'organiser', false))).toBe('outside');
  });

  test.each(['invitee', 'organiser'] as const)('by the %s, of a cancelled meeting: the copy goes', (who) => {
    const bereft = input({ liferay: GONE, exchange: present(CANCELLED) });
    expect(kinds(planInvitation(bereft, who, false))).toEqual(['deleteExchange']);
    // Where nothing may be written to Exchange it is shown.
    expect(kinds(planInvitation({ ...bereft, twoWay: false }, 'organiser', false))).toEqual([
      'createLiferay',
    ]);
  });
});
