/** The decision table: what shall happen to a pair of events, cell by cell. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import { liferayView } from '#core/merge.ts';
import { type Agreement, type Plan, type PlanInput, plan, type SideState } from '#core/plan.ts';
import { anyEvent } from './event.arbitrary.ts';

type Kind = SideState['kind'];

const EVENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda',
  time: { kind: 'timed', start: '2026-05-06T08:00:00Z', end: '2026-05-06T09:00:00Z', zone: 'Europe/Rome' },
  showAs: 'free',
  categories: ['Blue'],
};
const BOOKING = liferayView(EVENT);
const EDITED = { ...EVENT, title: 'Board, edited in Exchange' };
const EDITED_BOOKING = { ...BOOKING, title: 'Board, edited in Liferay' };
const AGREED: Agreement = { base: EVENT, seen: { exchange: EVENT, liferay: BOOKING } };
const MEETING: CalendarEvent = {
  ...EVENT,
  organizer: 'ada@example.com',
  attendees: [{ address: 'bob@example.com', name: 'Bob', role: 'required', response: 'pending' }],
};
const AGREED_MEETING: Agreement = {
  base: MEETING,
  seen: { exchange: MEETING, liferay: liferayView(MEETING) },
};

const NONE: SideState = { kind: 'none' };
const GONE: SideState = { kind: 'gone' };
const present = (event: CalendarEvent): SideState => ({ kind: 'present', event });

interface Case {
  readonly story: string;
  readonly given: Partial<PlanInput>;
  /** The plan's kind, or the actions that it takes, in order. */
  readonly does: Exclude<Plan['kind'], 'act'> | readonly string[];
  /** What both sides agree on afterwards. */
  readonly base?: CalendarEvent | null;
}

/** Rows: Exchange; columns: Liferay. The type asks for every cell. */
const CELLS: Readonly<Record<Kind, Readonly<Record<Kind, readonly Case[]>>>> = {
  none: {
    none: [{ story: 'a half that was matched elsewhere', given: {}, does: 'forget' }],
    present: [
      {
        story: 'made in Liferay',
        given: { liferay: present(BOOKING) },
        does: ['createExchange'],
        base: BOOKING,
      },
      {
        story: 'made in Liferay, where the pairing is read-only',
        given: { liferay: present(BOOKING), twoWay: false },
        does: 'leaveAlone',
      },
    ],
    gone: [{ story: 'made and deleted in Liferay before it was copied', given: {}, does: 'forget' }],
  },
  present: {
    none: [
      {
        story: 'new in Exchange',
        given: { exchange: present(EVENT) },
        does: ['createLiferay'],
        base: EVENT,
      },
      {
        story: 'new in Exchange, outside the window',
        given: { exchange: present(EVENT), inWindow: false },
        does: 'outside',
      },
      {
        story: 'new in Exchange, read-only pairing',
        given: { exchange: present(EVENT), twoWay: false },
        does: ['createLiferay'],
        base: EVENT,
      },
    ],
    present: [
      {
        story: 'nobody did anything',
        given: { agreement: AGREED, exchange: present(EVENT), liferay: present(BOOKING) },
        does: 'agree',
        base: EVENT,
      },
      {
        story: 'edited in Exchange',
        given: { agreement: AGREED, exchange: present(EDITED), liferay: present(BOOKING) },
        does: ['updateLiferay title'],
        base: EDITED,
      },
      {
        story: 'edited in Exchange, now outside the window: linked stays linked',
        given: { agreement: AGREED, exchange: present(EDITED), liferay: present(BOOKING), inWindow: false },
        does: ['updateLiferay title'],
      },
      {
        story: 'edited in Liferay',
        given: { agreement: AGREED, exchange: present(EVENT), liferay: present(EDITED_BOOKING) },
        does: ['updateExchange title'],
      },
      {
        story: 'edited in Liferay, read-only pairing',
        given: {
          agreement: AGREED,
          exchange: present(EVENT),
          liferay: present(EDITED_BOOKING),
          twoWay: false,
        },
        does: ['updateLiferay title'],
        base: EVENT,
      },
      {
        story: 'a meeting with attendees was edited in Liferay: it is the organiser’s',
        given: {
          agreement: AGREED_MEETING,
          exchange: present(MEETING),
          liferay: present(EDITED_BOOKING),
        },
        does: ['updateLiferay title'],
        base: MEETING,
      },
      {
        story: 'met again after the state was lost, and alike',
        given: { exchange: present(EVENT), liferay: present(BOOKING) },
        does: 'agree',
        base: EVENT,
      },
      {
        story: 'met again after the state was lost, and different: Exchange is right',
        given: { exchange: present(EDITED), liferay: present(BOOKING) },
        does: ['updateLiferay title'],
        base: EDITED,
      },
      {
        story: 'met again after the state was lost, and different: Liferay is right by policy',
        given: { exchange: present(EDITED), liferay: present(BOOKING), policy: 'liferay' },
        does: ['updateExchange title'],
        base: EVENT,
      },
      {
        story: 'met again in a read-only pairing: the policy cannot give Liferay a say',
        given: { exchange: present(EDITED), liferay: present(BOOKING), policy: 'liferay', twoWay: false },
        does: ['updateLiferay title'],
        base: EDITED,
      },
    ],
    gone: [
      {
        story: 'deleted in Liferay',
        given: { agreement: AGREED, exchange: present(EVENT), liferay: GONE },
        does: ['deleteExchange'],
        base: null,
      },
      {
        story: 'deleted in Liferay and edited in Exchange: the edit wins',
        given: { agreement: AGREED, exchange: present(EDITED), liferay: GONE },
        does: ['createLiferay'],
        base: EDITED,
      },
      {
        story: 'deleted in Liferay and moved out of the window in Exchange',
        given: { agreement: AGREED, exchange: present(EDITED), liferay: GONE, inWindow: false },
        does: 'outside',
      },
      {
        story: 'deleted in Liferay without an agreement: no evidence that Exchange shall follow',
        given: { exchange: present(EVENT), liferay: GONE },
        does: ['createLiferay'],
        base: EVENT,
      },
      {
        story: 'deleted in Liferay, read-only pairing: put back',
        given: { agreement: AGREED, exchange: present(EVENT), liferay: GONE, twoWay: false },
        does: ['createLiferay'],
        base: EVENT,
      },
      {
        story: 'a meeting with attendees deleted in Liferay: put back',
        given: { agreement: AGREED_MEETING, exchange: present(MEETING), liferay: GONE },
        does: ['createLiferay'],
        base: MEETING,
      },
    ],
  },
  gone: {
    none: [{ story: 'deleted in Exchange before it was copied', given: {}, does: 'forget' }],
    present: [
      {
        story: 'deleted in Exchange',
        given: { agreement: AGREED, exchange: GONE, liferay: present(BOOKING) },
        does: ['deleteLiferay'],
        base: null,
      },
      {
        story: 'deleted in Exchange and edited in Liferay: the edit wins, with what only Exchange knew',
        given: { agreement: AGREED, exchange: GONE, liferay: present(EDITED_BOOKING) },
        does: ['createExchange'],
        base: { ...EVENT, title: EDITED_BOOKING.title },
      },
      {
        story: 'deleted in Exchange and edited in Liferay, read-only pairing: deleted, the edit is reported',
        given: { agreement: AGREED, exchange: GONE, liferay: present(EDITED_BOOKING), twoWay: false },
        does: ['deleteLiferay'],
        base: null,
      },
      {
        story: 'deleted in Exchange without an agreement: no evidence that the row was its copy',
        given: { exchange: GONE, liferay: present(BOOKING) },
        does: 'leaveAlone',
      },
    ],
    gone: [{ story: 'deleted on both sides', given: { agreement: AGREED }, does: 'forget' }],
  },
};

function stateOf(kind: Kind): SideState {
  return kind === 'present' ? present(EVENT) : { kind };
}

function did(decided: Plan): Case['does'] {
  if (decided.kind !== 'act') return decided.kind;
  return decided.actions.map((action) =>
    'fields' in action ? `${action.kind} ${action.fields.join(' ')}` : action.kind,
  );
}

const KINDS: readonly Kind[] = ['none', 'present', 'gone'];

describe.each(KINDS)('Exchange: %s', (exchange) => {
  describe.each(KINDS)('Liferay: %s', (liferay) => {
    test.each(CELLS[exchange][liferay])('$story → $does', ({ given, does, base }) => {
      const decided = plan({
        agreement: null,
        exchange: stateOf(exchange),
        liferay: stateOf(liferay),
        policy: 'exchange',
        twoWay: true,
        inWindow: true,
        ...given,
      });
      expect(did(decided)).toEqual(does);
      if (base !== undefined) expect('base' in decided && decided.base).toEqual(base);
    });
  });
});

describe('what a loser lost is said', () => {
  test('an edit in Liferay that a deletion in Exchange overran, in a read-only pairing', () => {
    const decided = plan(input({ exchange: GONE, liferay: present(EDITED_BOOKING), twoWay: false }));
    expect(decided).toMatchObject({ lost: [{ side: 'liferay', fields: ['title'] }] });
  });

  test('a difference found when the state was lost', () => {
    const decided = plan(input({ agreement: null, exchange: present(EDITED) }));
    expect(decided).toMatchObject({ lost: [{ side: 'liferay', fields: ['title'] }] });
  });
});

test('a copy that is put back says so, so that it is done three times at most', () => {
  const cases = [
    input({ liferay: present(EDITED_BOOKING), twoWay: false }),
    input({ liferay: GONE, twoWay: false }),
  ];
  for (const given of cases) expect(plan(given)).toMatchObject({ putBack: true });
  expect(plan(input({ exchange: present(EDITED) }))).toMatchObject({ putBack: false });
});

function input(more: Partial<PlanInput>): PlanInput {
  return {
    agreement: AGREED,
    exchange: present(EVENT),
    liferay: present(BOOKING),
    policy: 'exchange',
    twoWay: true,
    inWindow: true,
    ...more,
  };
}

const side = (events: fc.Arbitrary<CalendarEvent>): fc.Arbitrary<SideState> =>
  fc.oneof({ weight: 3, arbitrary: events.map(present) }, fc.constant(NONE), fc.constant(GONE));
const anything: fc.Arbitrary<PlanInput> = fc.record({
  agreement: fc.option(
    anyEvent.map((base) => ({ base, seen: { exchange: base, liferay: liferayView(base) } })),
  ),
  exchange: side(anyEvent),
  liferay: side(anyEvent.map(liferayView)),
  policy: fc.constantFrom('exchange', 'liferay'),
  twoWay: fc.boolean(),
  inWindow: fc.boolean(),
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
            const { title, description, location, time, recurrence } = action.event;
            expect(action.event).toEqual({
              ...NEUTRAL_EVENT,
              title,
              description,
              location,
              time,
              recurrence,
            });
          }
      }),
    );
  });
});
