/** What plans hold beside the decision table: rejections, events that meet again, and what holds of every plan. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOBODY } from '#core/attendees.ts';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type Agreement, type Plan, type PlanInput, plan, type SideState } from '#core/plan.ts';
import { anyEvent } from './event.arbitrary.ts';
import { at, FIRST, occurrence, SECOND, weekly } from './weekly-series.ts';

const EVENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda',
  time: { kind: 'timed', start: '2026-05-06T08:00:00Z', end: '2026-05-06T09:00:00Z', zone: 'Europe/Rome' },
  showAs: 'free',
  categories: ['Blue'],
};
const BOOKING = liferayView(EVENT);
/** Nobody that is invited has an address. */
const MEETING: CalendarEvent = { ...EVENT, meeting: true, organizer: 'ada@example.com' };

const NONE: SideState = { kind: 'none' };
const GONE: SideState = { kind: 'gone' };
const present = (event: CalendarEvent): SideState => ({ kind: 'present', event });

function agreedOn(base: CalendarEvent): Agreement {
  return { base, seen: { exchange: base, liferay: liferayView(base) } };
}

describe('what a person rejected is taken back where it was done', () => {
  const later = '2026-05-06T10:00:00Z';
  const moved = { ...EVENT, time: { ...EVENT.time, end: later } };

  test('in Exchange, while what Liferay changed beside it goes on', () => {
    const decided = plan(
      input({
        exchange: present(moved),
        liferay: present({ ...BOOKING, location: 'Room 2' }),
        rejected: 'exchange',
      }),
    );
    const base = { ...EVENT, location: 'Room 2' };
    expect(decided).toEqual({
      kind: 'act',
      uninvited: [],
      actions: [{ kind: 'updateExchange', event: base, fields: ['location', 'when'] }],
      base,
      lost: [{ side: 'exchange', fields: ['when'] }],
      putBack: false,
      changed: { exchange: ['when'], liferay: ['location'] },
    });
  });

  test('in Liferay, while what Exchange changed beside it goes on', () => {
    const decided = plan(
      input({
        exchange: present({ ...EVENT, location: 'Room 2' }),
        liferay: present({ ...BOOKING, time: moved.time }),
        rejected: 'liferay',
      }),
    );
    const base = { ...EVENT, location: 'Room 2' };
    expect(decided).toEqual({
      kind: 'act',
      uninvited: [],
      actions: [{ kind: 'updateLiferay', event: liferayView(base), fields: ['location', 'when'] }],
      base,
      lost: [],
      putBack: true,
      changed: { exchange: ['location'], liferay: ['when'] },
    });
  });

  test('with the exceptions that a rejected rule wiped', () => {
    const base = weekly({ [SECOND]: 'deleted' });
    const decided = plan(
      input({
        agreement: agreedOn(base),
        exchange: present(weekly({}, { time: at(FIRST, '10:00') })),
        liferay: present(liferayView(base)),
        rejected: 'exchange',
      }),
    );
    expect(decided).toMatchObject({
      actions: [{ kind: 'updateExchange', event: base, fields: ['when', 'exceptions'] }],
      lost: [{ side: 'exchange', fields: ['when'] }],
    });
  });

  test('but not what no write brings back: a deleted occurrence stays in the copy, which waits', () => {
    const base = weekly({});
    const decided = plan(
      input({
        agreement: agreedOn(base),
        exchange: present(weekly({ [SECOND]: 'deleted' }, { title: 'Rejected' })),
        liferay: present(liferayView(base)),
        rejected: 'exchange',
      }),
    );
    expect(decided).toMatchObject({ kind: 'park', reason: 'heldForApproval' });
  });

  test('beside an occurrence that both sides have deleted, which stays deleted', () => {
    const base = weekly({ [SECOND]: 'deleted' });
    const exchange = weekly({ [SECOND]: 'deleted' }, { title: 'Rejected' });
    const decided = plan(
      input({
        agreement: agreedOn(base),
        exchange: present(exchange),
        liferay: present(liferayView(base)),
        rejected: 'exchange',
      }),
    );
    expect(decided).toMatchObject({ actions: [{ kind: 'updateExchange', event: base, fields: ['title'] }] });
  });

  test('and an occurrence that was moved has its own time again', () => {
    const base = weekly({});
    const decided = plan(
      input({
        agreement: agreedOn(base),
        exchange: present(weekly({ [SECOND]: occurrence(SECOND, { time: at(SECOND, '15:00') }) })),
        liferay: present(liferayView(base)),
        rejected: 'exchange',
      }),
    );
    expect(decided).toMatchObject({
      actions: [{ kind: 'updateExchange', event: base, fields: ['exceptions'] }],
    });
  });

  test('but for the text of an online meeting, which nobody but Exchange may write', () => {
    const online = { ...EVENT, onlineMeeting: true };
    const decided = plan(
      input({
        agreement: agreedOn(online),
        exchange: present({ ...online, title: 'Rejected', description: 'Join here' }),
        rejected: 'exchange',
      }),
    );
    const base = { ...online, description: 'Join here' };
    expect(decided).toMatchObject({
      actions: [
        { kind: 'updateExchange', event: base, fields: ['title'] },
        { kind: 'updateLiferay', event: liferayView(base), fields: ['description'] },
      ],
      lost: [{ side: 'exchange', fields: ['title'] }],
    });
  });

  test('of a meeting nothing is written to Exchange: the copy waits as it is', () => {
    const agreement = agreedOn(MEETING);
    const edited = present({ ...MEETING, title: 'Rejected' });
    expect(plan(input({ agreement, exchange: edited, rejected: 'exchange' }))).toEqual({
      kind: 'park',
      reason: 'heldForApproval',
      detail: 'Rejected: the copy keeps what it had.',
    });
    expect(plan(input({ agreement, exchange: GONE, rejected: 'exchange' }))).toEqual({ kind: 'leaveAlone' });
  });

  test('also what Liferay cannot hold, but not what a server had spelled in its own way before', () => {
    const seen = { exchange: { ...EVENT, description: 'Agenda <html>' }, liferay: BOOKING };
    const decided = plan(
      input({
        agreement: { base: EVENT, seen },
        exchange: present({ ...seen.exchange, showAs: 'busy' }),
        rejected: 'exchange',
      }),
    );
    expect(decided).toMatchObject({
      actions: [{ kind: 'updateExchange', event: EVENT, fields: ['showAs'] }],
      lost: [{ side: 'exchange', fields: ['showAs'] }],
    });
  });

  test.each(['exchange', 'liferay'] as const)('where %s did nothing, nothing is done', (rejected) => {
    const changed = { exchange: [], liferay: [] };
    expect(plan(input({ rejected }))).toEqual({
      kind: 'agree',
      base: EVENT,
      lost: [],
      putBack: false,
      changed,
    });
  });

  test('and where both sides made the same of it, it stays', () => {
    const same = input({
      exchange: present(moved),
      liferay: present(liferayView(moved)),
      rejected: 'exchange',
    });
    const changed = { exchange: ['when'], liferay: ['when'] };
    expect(plan(same)).toEqual({ kind: 'agree', base: moved, lost: [], putBack: false, changed });
  });
});

describe('two events that meet again, where Liferay is right by policy', () => {
  test('of a private event the time only: its title is taken out of Liferay', () => {
    const secret: CalendarEvent = { ...EVENT, sensitivity: 'private' };
    const time = { ...EVENT.time, end: '2026-05-06T10:00:00Z' };
    const decided = plan(
      input({
        agreement: null,
        exchange: present(secret),
        liferay: present({ ...BOOKING, time }),
        policy: 'liferay',
      }),
    );
    const base = { ...secret, time };
    expect(decided).toMatchObject({
      actions: [
        { kind: 'updateExchange', event: base, fields: ['when'] },
        { kind: 'updateLiferay', event: liferayView(base), fields: ['title', 'description'] },
      ],
      base,
      lost: [
        { side: 'exchange', fields: ['when'] },
        { side: 'liferay', fields: ['title', 'description'] },
      ],
      uninvited: [],
    });
  });

  test('of a series all but an occurrence that is deleted in Exchange', () => {
    const exchange = weekly({ [SECOND]: 'deleted' });
    const liferay = liferayView(weekly({}, { title: 'Daily' }));
    const decided = plan(
      input({
        agreement: null,
        exchange: present(exchange),
        liferay: present(liferay),
        policy: 'liferay',
      }),
    );
    expect(decided).toMatchObject({
      actions: [
        { kind: 'updateExchange', fields: ['title'] },
        { kind: 'updateLiferay', fields: ['exceptions'] },
      ],
      base: { ...exchange, title: 'Daily' },
      lost: [
        { side: 'exchange', fields: ['title'] },
        { side: 'liferay', fields: ['exceptions'] },
      ],
    });
  });

  test('of an online meeting all but its text', () => {
    const online = { ...EVENT, onlineMeeting: true };
    const decided = plan(
      input({
        agreement: null,
        exchange: present(online),
        liferay: present({ ...BOOKING, description: 'No link' }),
        policy: 'liferay',
      }),
    );
    expect(decided).toMatchObject({
      actions: [{ kind: 'updateLiferay', event: BOOKING, fields: ['description'] }],
      lost: [{ side: 'liferay', fields: ['description'] }],
    });
  });
});

test('a deletion changes no field: it is held by its own number', () => {
  expect(plan(input({ liferay: GONE }))).toEqual({
    kind: 'act',
    uninvited: [],
    actions: [{ kind: 'deleteExchange' }],
    base: null,
    lost: [],
    putBack: false,
    changed: { exchange: [], liferay: [] },
  });
});

test('an edit of what Liferay cannot hold beats a deletion there as well', () => {
  const busy: CalendarEvent = { ...EVENT, showAs: 'busy' };
  expect(plan(input({ exchange: present(busy), liferay: GONE }))).toMatchObject({
    actions: [{ kind: 'createLiferay', event: BOOKING }],
    base: busy,
  });
});

test('exceptions that our own write wiped are written again', () => {
  const base = weekly({ [SECOND]: 'deleted' });
  const seen = { exchange: weekly({}), liferay: liferayView(base) };
  const halfDone = input({
    agreement: { base, seen },
    exchange: present(weekly({})),
    liferay: present(seen.liferay),
  });
  expect(plan(halfDone)).toMatchObject({ kind: 'agree' });
  expect(plan({ ...halfDone, wiped: true })).toMatchObject({
    actions: [{ kind: 'updateExchange', event: base, fields: ['exceptions'] }],
  });
});

test('an event that Liferay brings back is made with the exceptions that were agreed on', () => {
  const base = weekly({ [SECOND]: 'deleted' });
  const booking = { ...liferayView(base), title: 'Edited' };
  const decided = plan(input({ agreement: agreedOn(base), exchange: GONE, liferay: present(booking) }));
  expect(decided).toMatchObject({
    actions: [{ kind: 'createExchange', event: { ...base, title: 'Edited' } }],
  });
});

function input(more: Partial<PlanInput>): PlanInput {
  return {
    agreement: agreedOn(EVENT),
    origin: null,
    exchange: present(EVENT),
    liferay: present(BOOKING),
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

const side = (events: fc.Arbitrary<CalendarEvent>): fc.Arbitrary<SideState> =>
  fc.oneof({ weight: 3, arbitrary: events.map(present) }, fc.constant(NONE), fc.constant(GONE));
const anything: fc.Arbitrary<PlanInput> = fc.record({
  agreement: fc.option(anyEvent.map(agreedOn)),
  origin: fc.option(anyEvent.map(agreedOn)),
  exchange: side(anyEvent),
  liferay: side(anyEvent.map(liferayView)),
  policy: fc.constantFrom('exchange', 'liferay'),
  twoWay: fc.boolean(),
  inWindow: fc.boolean(),
  wiped: fc.boolean(),
  rejected: fc.constantFrom(null, 'exchange', 'liferay'),
  invitees: fc.constant(NOBODY),
  quiet: fc.boolean(),
});

const actionsOf = (decided: Plan) => (decided.kind === 'act' ? decided.actions : []);

describe('whatever happened', () => {
  test('nothing is deleted while its other half was not seen to be gone', () => {
    fc.assert(
      fc.property(anything, (given) => {
        for (const { kind } of actionsOf(plan(given))) {
          if (kind === 'deleteExchange') expect(given.liferay.kind).toBe('gone');
          if (kind === 'deleteLiferay') expect(given.exchange.kind).toBe('gone');
        }
      }),
    );
  });

  test('nothing is deleted without an earlier agreement', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const kinds = actionsOf(plan({ ...given, agreement: null })).map((action) => action.kind);
        expect(kinds).not.toContain('deleteExchange');
        expect(kinds).not.toContain('deleteLiferay');
      }),
    );
  });

  test('a read-only pairing writes nothing to Exchange', () => {
    fc.assert(
      fc.property(anything, (given) => {
        for (const { kind } of actionsOf(plan({ ...given, twoWay: false })))
          expect(kind.endsWith('Exchange')).toBe(false);
      }),
    );
  });

  test('what exists is updated in place, never deleted and made again', () => {
    fc.assert(
      fc.property(anything, (given) => {
        for (const { kind } of actionsOf(plan(given))) {
          if (kind === 'createExchange') expect(given.exchange.kind).not.toBe('present');
          if (kind === 'createLiferay') expect(given.liferay.kind).not.toBe('present');
        }
      }),
    );
  });

  test('Liferay is given nothing that it cannot hold', () => {
    fc.assert(
      fc.property(anything, (given) => {
        for (const action of actionsOf(plan(given)))
          if (action.kind === 'createLiferay' || action.kind === 'updateLiferay') {
            const { title, description, location, time, recurrence, exceptions } = action.event;
            expect(action.event).toEqual({
              ...NEUTRAL_EVENT,
              title,
              description,
              location,
              time,
              recurrence,
              exceptions,
            });
            const { showAs, reminderMinutes, categories } = NEUTRAL_EVENT;
            for (const is of Object.values(exceptions)) {
              if (is !== 'deleted') expect(is).toMatchObject({ showAs, reminderMinutes, categories });
            }
          }
      }),
    );
  });
});
