/** The three-way merge of single fields: who changed what, what is written where, and who loses a conflict. */
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type ConflictPolicy, changedFields, type MergeInput, merge, sameField } from '#core/merge.ts';
import type { EventField } from '#shared/event-fields.ts';
import { bookingOf } from './event.arbitrary.ts';

const MEETING: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda',
  location: 'Room 1',
  time: {
    kind: 'timed',
    start: '2026-05-06T08:00:00Z',
    end: '2026-05-06T09:00:00Z',
    zone: 'America/New_York',
  },
  categories: ['Blue'],
};

function afterEdits(base: CalendarEvent, more: Partial<MergeInput> = {}): MergeInput {
  const seen = { exchange: base, liferay: bookingOf(base) };
  return { base, seen, now: seen, policy: 'exchange', liferayMayWrite: true, ...more };
}

function bothEdited(exchange: Partial<CalendarEvent>, liferay: Partial<CalendarEvent>): MergeInput {
  const calm = afterEdits(MEETING);
  return {
    ...calm,
    now: { exchange: { ...calm.now.exchange, ...exchange }, liferay: { ...calm.now.liferay, ...liferay } },
  };
}

describe('a field that one side changed goes to the other', () => {
  test('an edit in Exchange is written to Liferay, in the one field that changed', () => {
    const result = merge(bothEdited({ title: 'Board, moved up' }, {}));
    expect(result.write).toEqual({ exchange: [], liferay: ['title'] });
    expect(result.base.title).toBe('Board, moved up');
    expect(result.lost).toEqual([]);
  });

  test('an edit in Liferay is written to Exchange, in the one field that changed', () => {
    const result = merge(bothEdited({}, { location: 'Room 2' }));
    expect(result.write).toEqual({ exchange: ['location'], liferay: [] });
    expect(result.base).toEqual({ ...MEETING, location: 'Room 2' });
  });

  test('edits of different fields on both sides both arrive', () => {
    const result = merge(bothEdited({ title: 'New title' }, { description: 'New agenda' }));
    expect(result.write).toEqual({ exchange: ['description'], liferay: ['title'] });
    expect(result.lost).toEqual([]);
  });

  test('what Liferay cannot hold is agreed with Exchange and written nowhere', () => {
    const result = merge(bothEdited({ showAs: 'free', categories: ['Red'], reminderMinutes: 15 }, {}));
    expect(result.write).toEqual({ exchange: [], liferay: [] });
    expect(result.base).toMatchObject({ showAs: 'free', categories: ['Red'], reminderMinutes: 15 });
  });
});

describe('a conflict follows the policy and names the loser', () => {
  test.each<[ConflictPolicy, string, EventField[], EventField[], ConflictPolicy]>([
    ['exchange', 'A', [], ['title'], 'liferay'],
    ['liferay', 'B', ['title'], [], 'exchange'],
  ])('%s wins', (policy, title, exchange, liferay, loser) => {
    const result = merge({ ...bothEdited({ title: 'A' }, { title: 'B' }), policy });
    expect(result.base.title).toBe(title);
    expect(result.write).toEqual({ exchange, liferay });
    expect(result.lost).toEqual([{ side: loser, fields: ['title'] }]);
  });

  test('both writing the same is no conflict and no write', () => {
    const result = merge(bothEdited({ title: 'Same' }, { title: 'Same' }));
    expect(result.write).toEqual({ exchange: [], liferay: [] });
    expect(result.lost).toEqual([]);
  });

  test('time and recurrence are one decision: half of each is no series', () => {
    const time = { kind: 'timed', start: '2026-05-07T08:00:00Z', end: '2026-05-07T09:00:00Z' } as const;
    const result = merge({
      ...bothEdited(
        { time: { ...time, zone: 'America/New_York' } },
        { recurrence: { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'count', count: 3 } } },
      ),
      policy: 'exchange',
    });
    expect(result.base.recurrence).toBeNull();
    expect(result.lost).toEqual([{ side: 'liferay', fields: ['when'] }]);
  });
});

describe("the zone of a booking is its calendar's and says nothing of the event's", () => {
  test("an event moved in Liferay keeps the organiser's zone", () => {
    const time = {
      kind: 'timed',
      start: '2026-05-08T08:00:00Z',
      end: '2026-05-08T09:00:00Z',
      zone: 'Europe/Rome',
    } as const;
    const { base } = merge(bothEdited({}, { time }));
    expect(base.time).toEqual({ ...time, zone: 'America/New_York' });
  });

  test('an event that was all day and gets a time in Liferay takes the zone of the calendar', () => {
    const allDay: CalendarEvent = {
      ...MEETING,
      time: { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' },
    };
    const calm = afterEdits(allDay);
    const time = {
      kind: 'timed',
      start: '2026-05-06T08:00:00Z',
      end: '2026-05-06T09:00:00Z',
      zone: 'Europe/Rome',
    } as const;
    const { base } = merge({ ...calm, now: { ...calm.now, liferay: { ...calm.now.liferay, time } } });
    expect(base.time).toEqual(time);
  });
});

test('an event that is made all day in Liferay has no zone any more', () => {
  const time = { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' } as const;
  expect(merge(bothEdited({}, { time })).base.time).toEqual(time);
});

describe('whether a side changed the time', () => {
  const start = '2026-05-06T08:00:00Z';
  const end = '2026-05-06T09:00:00Z';
  const zone = 'America/New_York';
  const rule = { pattern: { kind: 'daily', interval: 1 }, range: { kind: 'noEnd' } } as const;

  test.each<[string, Partial<CalendarEvent>, boolean, boolean]>([
    ['nothing', {}, false, false],
    ['its start', { time: { kind: 'timed', start: '2026-05-06T07:00:00Z', end, zone } }, true, true],
    ['its end', { time: { kind: 'timed', start, end: '2026-05-06T10:00:00Z', zone } }, true, true],
    ['its zone', { time: { kind: 'timed', start, end, zone: 'America/Detroit' } }, true, false],
    ['a rule', { recurrence: rule }, true, true],
    ['all day', { time: { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' } }, true, true],
  ])('%s: in Exchange and in Liferay', (_, change, inExchange, inLiferay) => {
    const now = { ...MEETING, ...change };
    expect(sameField('exchange', 'when', MEETING, now)).toBe(!inExchange);
    expect(sameField('liferay', 'when', MEETING, now)).toBe(!inLiferay);
  });

  test('a zone that Exchange gives an event is agreed on, and nothing is written to Liferay', () => {
    const time = { ...MEETING.time, zone: 'America/Detroit' } as CalendarEvent['time'];
    const { base, write } = merge(bothEdited({ time }, {}));
    expect(base.time).toEqual(time);
    expect(write).toEqual({ exchange: [], liferay: [] });
  });

  test('two equal times of days are the same on both sides', () => {
    const days: CalendarEvent = {
      ...MEETING,
      time: { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' },
    };
    expect(sameField('exchange', 'when', days, { ...days, time: { ...days.time } })).toBe(true);
  });
});

test('in Liferay, what it cannot hold is never changed', () => {
  const now: CalendarEvent = { ...MEETING, showAs: 'free', categories: [], title: 'New' };
  expect(changedFields('liferay', MEETING, now)).toEqual(['title']);
  expect(changedFields('exchange', MEETING, now)).toEqual(['title', 'showAs', 'categories']);
});

describe('private events keep their texts in Exchange', () => {
  test.each(['private', 'confidential'] as const)(
    'a %s event is a block called Private in Liferay',
    (sensitivity) => {
      const view = liferayView({ ...MEETING, sensitivity });
      expect(view).toEqual({ ...NEUTRAL_EVENT, title: 'Private', time: MEETING.time });
    },
  );

  test('a title given to a private event in Liferay is taken back; its time may be changed there', () => {
    const base: CalendarEvent = { ...MEETING, sensitivity: 'private' };
    const calm = afterEdits(base);
    const time = {
      kind: 'timed',
      start: '2026-05-09T08:00:00Z',
      end: '2026-05-09T09:00:00Z',
      zone: 'Europe/Rome',
    } as const;
    const result = merge({
      ...calm,
      now: { ...calm.now, liferay: { ...calm.now.liferay, title: 'Dentist', time } },
    });
    expect(result.putBack).toEqual(['title']);
    expect(result.write).toEqual({ exchange: ['when'], liferay: ['title'] });
    expect(result.base.title).toBe('Board');
  });

  test('an event made private takes its texts back out of Liferay', () => {
    const result = merge(bothEdited({ sensitivity: 'private' }, {}));
    expect(result.write.liferay).toEqual(['title', 'description', 'location']);
    expect(liferayView(result.base)).toMatchObject({ title: 'Private', description: '', location: '' });
  });

  test('an event that is private no longer shows its texts again', () => {
    const calm = afterEdits({ ...MEETING, sensitivity: 'private' });
    const result = merge({ ...calm, now: { ...calm.now, exchange: MEETING } });
    expect(result.write.liferay).toEqual(['title', 'description', 'location']);
    expect(liferayView(result.base)).toMatchObject({ title: 'Board', description: 'Agenda' });
  });
});

describe('a read-only copy', () => {
  test('an edit in Liferay is put back and reaches Exchange in no field', () => {
    const input = { ...bothEdited({}, { title: 'Mine', location: 'Here' }), liferayMayWrite: false };
    const result = merge(input);
    expect(result.putBack).toEqual(['title', 'location']);
    expect(result.write).toEqual({ exchange: [], liferay: ['title', 'location'] });
    expect(result.base).toEqual(MEETING);
  });
});

describe('a server that rewrites what it is given is no editor', () => {
  test('a difference that was there when both sides agreed is left alone', () => {
    const calm = afterEdits(MEETING);
    const rewritten = { ...calm.seen.liferay, description: 'Agenda (rewritten by the portal)' };
    const seen = { ...calm.seen, liferay: rewritten };
    const result = merge({ ...calm, seen, now: { ...seen, exchange: { ...MEETING, title: 'New' } } });
    expect(result.write).toEqual({ exchange: [], liferay: ['title'] });
  });

  test('a spelling of its own stays out of the agreement', () => {
    const calm = afterEdits(MEETING);
    const respelled = { ...MEETING, categories: ['blue'] };
    const side = { ...calm.seen, exchange: respelled };
    const { base, write } = merge({ ...calm, seen: side, now: side, wiped: true });
    expect(base).toEqual(MEETING);
    expect(write).toEqual({ exchange: [], liferay: [] });
  });
});
