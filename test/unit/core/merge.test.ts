/** The three-way merge: what people on both sides did to one event, and what each side is told of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, type MergeField, NEUTRAL_EVENT } from '#core/event.ts';
import {
  absorbOwnWrite,
  type ConflictPolicy,
  changedFields,
  isPrivate,
  liferayView,
  type MergeInput,
  merge,
  PRIVATE_TITLE,
  sameField,
  withFields,
} from '#core/merge.ts';
import { anyEvent, type Edit, exchangeEdit, inCalendarZone, liferayEdit } from './event.arbitrary.ts';

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
  const seen = { exchange: base, liferay: inCalendarZone(liferayView(base)) };
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
  test.each<[ConflictPolicy, string, MergeField[], MergeField[], ConflictPolicy]>([
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

  test('for every pair of edits: the agreed zone is one that Exchange had, or the event had none', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { time } = merge(input).base;
        if (time.kind === 'allDay') return true;
        const zones = [input.base.time, input.now.exchange.time].flatMap((one) =>
          one.kind === 'timed' ? [one.zone] : [],
        );
        // Only an event without a zone of its own can take the calendar's.
        return zones.includes(time.zone) || [input.base.time, input.now.exchange.time].some(isAllDay);
      }),
    );
  });
});

function isAllDay(time: CalendarEvent['time']): boolean {
  return time.kind === 'allDay';
}

describe('private events keep their texts in Exchange', () => {
  test.each(['private', 'confidential'] as const)(
    'a %s event is a block called Private in Liferay',
    (sensitivity) => {
      const view = liferayView({ ...MEETING, sensitivity });
      expect(view).toEqual({ ...NEUTRAL_EVENT, title: PRIVATE_TITLE, time: MEETING.time });
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
    expect(liferayView(result.base)).toMatchObject({ title: PRIVATE_TITLE, description: '', location: '' });
  });

  test('an event that is private no longer shows its texts again', () => {
    const calm = afterEdits({ ...MEETING, sensitivity: 'private' });
    const result = merge({ ...calm, now: { ...calm.now, exchange: MEETING } });
    expect(result.write.liferay).toEqual(['title', 'description', 'location']);
    expect(liferayView(result.base)).toMatchObject({ title: 'Board', description: 'Agenda' });
  });

  test('for every pair of edits: what is written to Liferay of a private event holds none of its texts', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base } = merge(input);
        if (!isPrivate(base)) return;
        const { title, description, location } = liferayView(base);
        expect({ title, description, location }).toEqual({
          title: PRIVATE_TITLE,
          description: '',
          location: '',
        });
      }),
    );
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

  test('what our own write brought is not taken for an edit; what a person did beside it is', () => {
    const intended = { ...MEETING, title: 'Ours', location: 'Ours too' };
    const now = { ...intended, location: 'Theirs' };
    const seen = absorbOwnWrite('exchange', MEETING, MEETING, intended, now);
    expect(changedFields('exchange', seen, now)).toEqual(['location']);
  });
});

/** Both sides edited an agreed event, under any policy. */
interface Edited {
  readonly input: MergeInput;
  readonly byExchange: Edit;
  readonly byLiferay: Edit;
}
const edited: fc.Arbitrary<Edited> = fc
  .record({
    base: anyEvent,
    byExchange: exchangeEdit,
    byLiferay: liferayEdit,
    policy: fc.constantFrom<ConflictPolicy>('exchange', 'liferay'),
    liferayMayWrite: fc.boolean(),
    rewritten: fc.boolean(),
  })
  .map(({ base, byExchange, byLiferay, policy, liferayMayWrite, rewritten }) => {
    const view = inCalendarZone(liferayView(base));
    const seen = {
      exchange: rewritten ? { ...base, description: `${base.description} <html>` } : base,
      liferay: rewritten ? { ...view, description: `${view.description} (sanitised)` } : view,
    };
    const now = {
      exchange: withFields(seen.exchange, byExchange.source, byExchange.fields),
      liferay: withFields(seen.liferay, byLiferay.source, byLiferay.fields),
    };
    return { input: { base, seen, now, policy, liferayMayWrite }, byExchange, byLiferay };
  });

describe('for every pair of edits', () => {
  test('after the writes the next merge changes nothing and writes nothing', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base, write } = merge(input);
        const stood = {
          exchange: withFields(input.now.exchange, base, write.exchange),
          liferay: withFields(input.now.liferay, inCalendarZone(liferayView(base)), write.liferay),
        };
        const again = merge({ ...input, base, seen: stood, now: stood });
        expect(again.write).toEqual({ exchange: [], liferay: [] });
        expect(again.base).toEqual(base);
        expect(again.lost).toEqual([]);
      }),
    );
  });

  test('a field that nobody changed is written nowhere, even where the sides differ in it', () => {
    fc.assert(
      fc.property(edited, ({ input, byExchange, byLiferay }) => {
        const { write } = merge(input);
        // Sensitivity decides whether the texts are shown at all.
        if (byExchange.fields.includes('sensitivity')) return;
        const touched = [...byExchange.fields, ...byLiferay.fields];
        for (const field of [...write.exchange, ...write.liferay]) expect(touched).toContain(field);
      }),
    );
  });

  test('nothing is written that the side holds already', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base, write } = merge(input);
        for (const field of write.exchange)
          expect(sameField('exchange', field, base, input.now.exchange)).toBe(false);
        for (const field of write.liferay)
          expect(sameField('liferay', field, liferayView(base), input.now.liferay)).toBe(false);
      }),
    );
  });

  test('what only Exchange changed is agreed on, whatever the policy', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const quiet = { ...input, now: { ...input.now, liferay: input.seen.liferay } };
        const { base, lost } = merge(quiet);
        for (const field of changedFields('exchange', input.seen.exchange, input.now.exchange))
          expect(sameField('exchange', field, base, input.now.exchange)).toBe(true);
        expect(lost).toEqual([]);
      }),
    );
  });

  test('an edit is agreed on, put back, or reported as lost: none vanishes', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base, lost, putBack } = merge(input);
        const lostBy = (side: ConflictPolicy) => lost.find((edit) => edit.side === side)?.fields ?? [];
        for (const field of changedFields('exchange', input.seen.exchange, input.now.exchange)) {
          // Of a time that both moved alike, Liferay cannot have named the zone.
          const kept = sameField('liferay', field, base, input.now.exchange);
          expect(kept || lostBy('exchange').includes(field)).toBe(true);
        }
        for (const field of changedFields('liferay', input.seen.liferay, input.now.liferay)) {
          const kept =
            sameField('liferay', field, base, input.now.liferay) ||
            sameField('liferay', field, liferayView(base), input.now.liferay);
          expect(kept || lostBy('liferay').includes(field) || putBack.includes(field)).toBe(true);
        }
      }),
    );
  });

  test('a pairing that may not write to Exchange never does', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        expect(merge({ ...input, liferayMayWrite: false }).write.exchange).toEqual([]);
      }),
    );
  });
});
