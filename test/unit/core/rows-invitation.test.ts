/** What an invitee said in rows that Liferay keeps in step with the organiser's, and what Liferay did there by itself. */
import { describe, expect, test } from 'vitest';
import type { CalendarEvent, Response } from '#core/event.ts';
import { inZone } from '#core/row-dates.ts';
import type { RowKey, RowState } from '#core/rows.ts';
import { type InvitationRows, leftOut, readInvitation, toLeaveOut } from '#core/rows-read-invitation.ts';
import { stateOf } from './row-states.ts';
import { at, occurrence, SECOND, THIRD, WEEKLY } from './weekly-series.ts';

const ZONE = 'America/New_York';
const ASKED: CalendarEvent = { ...WEEKLY, ownResponse: 'pending' };

function child(response: Response, ...left: readonly string[]): RowState {
  const exceptions = Object.fromEntries(left.map((date) => [date, 'deleted' as const]));
  return { ...stateOf({ ...WEEKLY, exceptions }), response };
}

/** A row of one occurrence. */
function detached(response: Response, changes: Parameters<typeof occurrence>[1] = {}): RowState {
  const { time, title } = occurrence(SECOND, changes);
  return { ...stateOf({ ...WEEKLY, title, time: inZone(time, ZONE), recurrence: null }), response };
}

const OWN: RowKey = `occurrence:${SECOND}`;

function read(before: RowState, now: RowState, more: Partial<InvitationRows> & { row?: RowState } = {}) {
  const { row, ...rest } = more;
  return readInvitation({
    event: ASKED,
    before: new Map([['series', before]]),
    now: new Map([['series', now], ...(row ? [[OWN, row] as const] : [])]),
    children: new Set(),
    organisers: [],
    calendarZone: ZONE,
    ...rest,
  });
}

test.each([
  ['pending', 'accepted', 'accepted'],
  ['pending', 'declined', 'declined'],
  ['declined', 'tentative', 'tentative'],
  // What Liferay does by itself: the organiser moved it, or took it back out of the Recycle Bin.
  ['accepted', 'pending', 'pending'],
  ['accepted', 'accepted', 'pending'],
] as const)('a status that goes from %s to %s says %s', (before, now, said) => {
  expect(read(child(before), child(now)).ownResponse).toBe(said);
});

test('what the organiser made of texts, time and rule is nobody’s edit', () => {
  const moved = { ...stateOf({ ...WEEKLY, title: 'Renamed', time: at(SECOND, '15:00'), recurrence: null }) };
  expect(read(child('pending'), { ...moved, response: 'pending' })).toEqual(ASKED);
});

test('a row that was never seen before says nothing', () => {
  expect(read(child('pending'), child('accepted', SECOND), { before: new Map() })).toEqual(ASKED);
});

test('an event to which nobody is invited has no answer', () => {
  expect(read(child('pending'), child('accepted'), { event: WEEKLY })).toEqual(WEEKLY);
});

describe('an occurrence', () => {
  test('that a row of its own stands for is answered as that says, whatever the organiser’s row leaves out', () => {
    const row = detached('tentative');
    const { exceptions, ownResponse } = read(child('pending'), child('pending', SECOND), { row });
    expect(ownResponse).toBe('pending');
    expect(exceptions).toEqual({ [SECOND]: occurrence(SECOND, { ownResponse: 'tentative' }) });
  });

  test('is accepted by a row that stands as its series has it, and not by one that somebody edited', () => {
    const after = child('pending', SECOND);
    expect(read(child('pending'), after, { row: detached('accepted') }).exceptions).toHaveProperty([
      SECOND,
      'ownResponse',
    ]);
    expect(read(child('pending'), after, { row: detached('accepted', { title: 'Mine' }) })).toEqual(ASKED);
    const time = at(SECOND, '15:00');
    expect(read(child('pending'), after, { row: detached('accepted', { time }) })).toEqual(ASKED);
  });

  test('that was changed and is not answered stays as it is', () => {
    const exceptions = { [SECOND]: occurrence(SECOND, { title: 'Changed', ownResponse: 'pending' }) };
    const changed = { ...ASKED, exceptions };
    expect(read(child('pending'), child('pending'), { event: changed })).toEqual(changed);
  });

  test('is declined by a row of its own, whatever stands in that', () => {
    const row = detached('declined', { title: 'Mine', time: at(SECOND, '15:00') });
    const { exceptions } = read(child('pending'), child('pending', SECOND), { row });
    expect(exceptions).toEqual({ [SECOND]: occurrence(SECOND, { ownResponse: 'declined' }) });
  });

  test('whose row waits for an answer has that of its series', () => {
    const event: CalendarEvent = { ...ASKED, ownResponse: 'accepted' };
    const row = detached('pending');
    expect(read(child('accepted'), child('accepted', SECOND), { event, row })).toEqual(event);
  });

  test('that the series has no more is accepted by no row', () => {
    const ended = { ...child('pending', SECOND), event: { ...WEEKLY, recurrence: null } };
    expect(read(child('pending'), ended, { row: detached('accepted') })).toEqual(ASKED);
  });

  test('that its organiser deleted stays deleted, whatever its row says', () => {
    const event = { ...ASKED, exceptions: { [SECOND]: 'deleted' as const } };
    const after = child('pending', SECOND);
    expect(read(after, after, { event, row: detached('declined') })).toEqual(event);
  });

  test('that was edited long ago is accepted as it stands', () => {
    const mine = { title: 'Mine' };
    const event = {
      ...ASKED,
      exceptions: { [SECOND]: occurrence(SECOND, { ...mine, ownResponse: 'pending' }) },
    };
    const after = child('pending', SECOND);
    const before = new Map<RowKey, RowState>([
      ['series', after],
      [OWN, detached('pending', mine)],
    ]);
    expect(read(after, after, { event, before, row: detached('accepted', mine) }).exceptions).toEqual({
      [SECOND]: occurrence(SECOND, { ...mine, ownResponse: 'accepted' }),
    });
  });

  test('that the invitee leaves out is declined, and one that the organiser leaves out is not', () => {
    const after = child('pending', SECOND, THIRD);
    const { exceptions } = read(child('pending'), after, { organisers: [THIRD] });
    expect(exceptions).toEqual({ [SECOND]: 'deleted' });
    expect(read(child('pending'), after, { organisers: null })).toEqual(ASKED);
  });

  test('that was left out before says nothing', () => {
    expect(read(child('pending', SECOND), child('pending', SECOND))).toEqual(ASKED);
  });

  test('whose row is deleted is declined; a child of the organiser’s row goes with that', () => {
    const before = new Map<RowKey, RowState>([
      ['series', child('pending', SECOND)],
      [OWN, detached('tentative')],
    ]);
    const after = child('pending', SECOND);
    expect(read(after, after, { before }).exceptions).toEqual({ [SECOND]: 'deleted' });
    expect(read(after, after, { before, children: new Set([OWN]) })).toEqual(ASKED);
  });

  test('of the organiser’s that is answered is answered by its status alone', () => {
    const before = new Map<RowKey, RowState>([
      ['series', child('pending', SECOND)],
      [OWN, detached('pending')],
    ]);
    const now = new Map<RowKey, RowState>([
      ['series', child('pending', SECOND)],
      [OWN, detached('accepted', { title: 'Renamed' })],
    ]);
    const { exceptions } = read(child('pending'), child('pending'), {
      before,
      now,
      children: new Set([OWN]),
    });
    expect(exceptions).toEqual({ [SECOND]: occurrence(SECOND, { ownResponse: 'accepted' }) });
  });
});

describe('what a child leaves out since both sides agreed', () => {
  const AUCKLAND = 'Pacific/Auckland';

  /** Monday morning in New York is Tuesday in Auckland. */
  function childThere(...left: readonly string[]): RowState {
    const time = inZone(WEEKLY.time, AUCKLAND);
    const exceptions = Object.fromEntries(left.map((date) => [date, 'deleted' as const]));
    const pattern = { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'MO' } as const;
    const recurrence = { pattern, range: { kind: 'count', count: 10 } } as const;
    return { ...stateOf({ ...WEEKLY, time, recurrence, exceptions }), response: 'pending' };
  }

  function rows(more: Partial<InvitationRows>): InvitationRows {
    return {
      event: ASKED,
      before: new Map([['series', childThere('2026-05-05')]]),
      now: new Map([['series', childThere('2026-05-05', '2026-05-12', '2026-05-19')]]),
      children: new Set(),
      organisers: ['2026-05-19'],
      calendarZone: AUCKLAND,
      ...more,
    };
  }

  test('is told by the days of the organiser', () => {
    expect(leftOut(rows({}))).toEqual([SECOND, THIRD]);
    expect(readInvitation(rows({})).exceptions).toEqual({ [SECOND]: 'deleted' });
  });

  test('is nothing where it was agreed that the occurrence is deleted', () => {
    expect(leftOut(rows({ event: { ...ASKED, exceptions: { [SECOND]: 'deleted' } } }))).toEqual([THIRD]);
  });

  test('is nothing where a row stands for it', () => {
    const now = new Map<RowKey, RowState>([...rows({}).now, [OWN, detached('pending')]]);
    expect(leftOut(rows({ now }))).toEqual([THIRD]);
  });

  test('is not known of a row that was never seen before', () => {
    expect(leftOut(rows({ before: new Map() }))).toEqual([]);
  });
});

test('dates are left out that are not, and that the rule has', () => {
  expect(toLeaveOut(ASKED, child('pending', THIRD), [SECOND, THIRD], ZONE)).toEqual([SECOND]);
  const ended = { ...child('pending'), event: { ...WEEKLY, recurrence: null } };
  expect(toLeaveOut(ASKED, ended, [SECOND], ZONE)).toEqual([]);
});
