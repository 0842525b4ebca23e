/** What may be taken back as its opposite, and what somebody else’s edit, sent mail or a deletion keeps. */
import { describe, expect, test } from 'vitest';
import { type CalendarEvent, NEUTRAL_EVENT } from '#core/event.ts';
import type { Side } from '#core/merge.ts';
import { type Undo, undoneIn } from '#core/plan-undo.ts';
import { timed } from './event-times.ts';

const BEFORE: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Standup',
  location: 'Room 1',
  time: timed('2026-05-04'),
  recurrence: {
    pattern: { kind: 'daily', interval: 1 },
    range: { kind: 'count', count: 5 },
  },
};
const AFTER: CalendarEvent = { ...BEFORE, title: 'Renamed' };
const DELETED: CalendarEvent = {
  ...BEFORE,
  exceptions: { '2026-05-05': 'deleted' },
};

function both(exchange: CalendarEvent, liferay = exchange): Readonly<Record<Side, CalendarEvent>> {
  return { exchange, liferay };
}

function undo(side: Side, before: CalendarEvent, fields: Undo['fields']): Undo {
  return { side, before, fields };
}

describe('a change', () => {
  test.each<Side>(['exchange', 'liferay'])('on the side of %s is taken back there only', (side) => {
    const other = side === 'exchange' ? 'liferay' : 'exchange';
    const undone = undoneIn(both(AFTER), both(AFTER), [undo(side, BEFORE, ['title'])]);
    expect([undone?.[side].title, undone?.[other].title]).toEqual(['Standup', 'Renamed']);
  });

  test('is taken back in its fields, and what was edited elsewhere since stays', () => {
    const now = both({ ...AFTER, location: 'Room 2' });
    const undone = undoneIn(both(AFTER), now, [undo('exchange', BEFORE, ['title'])]);
    expect(undone?.exchange).toMatchObject({ title: 'Standup', location: 'Room 2' });
  });

  test('of both sides is taken back on both', () => {
    const undos = [undo('exchange', BEFORE, ['title']), undo('liferay', BEFORE, ['title'])];
    expect(undoneIn(both(AFTER), both(AFTER), undos)).toEqual(both(BEFORE));
  });

  test('stays when one of its fields was edited since on its side', () => {
    const now = both({ ...AFTER, title: 'Renamed again' }, AFTER);
    const fields = ['title', 'location'] as const;
    expect(undoneIn(both(AFTER), now, [undo('exchange', BEFORE, fields)])).toBeNull();
    expect(undoneIn(both(AFTER), now, [undo('liferay', BEFORE, fields)])).not.toBeNull();
  });

  test('stays when others got mail because of it', () => {
    const now = both({ ...AFTER, meeting: true }, AFTER);
    expect(undoneIn(now, now, [undo('liferay', BEFORE, ['title'])])).toBeNull();
  });

  test('that nobody wants back is none', () => {
    expect(undoneIn(both(AFTER), both(AFTER), [])).toBeNull();
  });
});

describe('a deleted occurrence', () => {
  test('that is deleted in Exchange does not come back', () => {
    for (const side of ['exchange', 'liferay'] as const) {
      expect(undoneIn(both(DELETED), both(DELETED), [undo(side, BEFORE, ['exceptions'])])).toBeNull();
    }
  });

  test('that only Liferay deleted comes back there', () => {
    const now = both(BEFORE, DELETED);
    const undone = undoneIn(now, now, [undo('liferay', BEFORE, ['exceptions'])]);
    expect(undone?.liferay.exceptions).toEqual({});
  });

  test('of the series keeps nothing else from being taken back', () => {
    const now = both({ ...DELETED, title: 'Renamed' });
    const undone = undoneIn(now, now, [undo('exchange', DELETED, ['title'])]);
    expect(undone?.exchange).toMatchObject({ title: 'Standup', exceptions: DELETED.exceptions });
  });
});
