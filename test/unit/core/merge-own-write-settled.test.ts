/** After a write whose answer was lost: what of it both sides have had, and so agree on, and what is still to come. */
import { describe, expect, test } from 'vitest';
import { NOBODY } from '#core/attendees.ts';
import type { CalendarEvent } from '#core/event.ts';
import { liferayView } from '#core/liferay-view.ts';
import { type Merge, merge, type Side } from '#core/merge.ts';
import { ownPart } from '#core/merge-exceptions.ts';
import { absorbOwnWrite, type OwnWrite } from '#core/own-write.ts';
import { type Agreement, plan } from '#core/plan.ts';
import { booking, moved, NOTHING, TO_EXCHANGE, TO_LIFERAY } from './exception-merges.ts';
import { at, FIRST, occurrence, SECOND, THIRD, WEEKLY, weekly } from './weekly-series.ts';

const EVERY_OTHER_WEEK: Partial<CalendarEvent> = {
  recurrence: {
    pattern: { kind: 'weekly', interval: 2, days: ['MO'], firstDay: 'MO' },
    range: { kind: 'count', count: 10 },
  },
};

function agreedOn(base: CalendarEvent): Agreement {
  return { base, seen: { exchange: base, liferay: liferayView(base) } };
}

interface Lost extends OwnWrite {
  readonly now: Readonly<Record<Side, CalendarEvent>>;
}

/** The next run, which meets what the write left. */
function nextMerge(agreement: Agreement, write: Lost): Merge {
  const absorbed = absorbOwnWrite(agreement, write);
  return merge({
    ...{ ...absorbed.agreement, wiped: absorbed.wiped, now: write.now },
    ...{ policy: 'exchange', liferayMayWrite: true },
  });
}

describe('an occurrence that Exchange moved and Liferay renamed', () => {
  const both = weekly({ [SECOND]: { ...moved, title: 'Theirs' } });
  const planned = {
    exchange: weekly({ [SECOND]: moved }),
    liferay: booking({ [SECOND]: occurrence(SECOND, { title: 'Theirs' }) }),
  };

  test('has both in Exchange only: the move still goes to Liferay, and is not taken for taken back there', () => {
    const now = { exchange: both, liferay: planned.liferay };
    const next = nextMerge(agreedOn(WEEKLY), { planned, intended: both, now });
    expect(next).toMatchObject({ base: both, write: TO_LIFERAY, lost: [] });
  });

  test('has both on both sides: that is agreed on, and nobody edited anything', () => {
    const now = { exchange: both, liferay: liferayView(both) };
    const { base, seen } = absorbOwnWrite(agreedOn(WEEKLY), { planned, intended: both, now }).agreement;
    expect(base).toEqual(both);
    expect(seen).toEqual(now);
  });
});

describe('an occurrence that both sides have had as it was to be', () => {
  const deleted = weekly({ [SECOND]: 'deleted' });
  test.each<[string, CalendarEvent, object]>([
    ['stays deleted, which is nobody’s edit', deleted, { write: NOTHING, changed: NOTHING }],
    ['is deleted in Liferay again, where somebody put it back', WEEKLY, { write: TO_LIFERAY }],
  ])('%s', (_, inLiferay, expected) => {
    const next = nextMerge(agreedOn(WEEKLY), {
      planned: { exchange: WEEKLY, liferay: liferayView(deleted) },
      intended: deleted,
      now: { exchange: deleted, liferay: liferayView(inLiferay) },
    });
    expect(next).toMatchObject({ base: deleted, ...expected });
  });

  test('is moved in Exchange again, where it was put in its place and Liferay moved it anew', () => {
    const base = weekly({ [SECOND]: moved });
    const next = nextMerge(agreedOn(base), {
      planned: { exchange: base, liferay: liferayView(WEEKLY) },
      intended: WEEKLY,
      now: { exchange: WEEKLY, liferay: liferayView(base) },
    });
    expect(next).toMatchObject({ base, write: TO_EXCHANGE, lost: [] });
  });
});

test('an occurrence of Liferay that our new rule wiped in Exchange has still to come there', () => {
  const intended = weekly({ [THIRD]: occurrence(THIRD, { title: 'Theirs' }) }, EVERY_OTHER_WEEK);
  const next = nextMerge(agreedOn(WEEKLY), {
    planned: { exchange: WEEKLY, liferay: liferayView(intended) },
    intended,
    now: { exchange: weekly({}, EVERY_OTHER_WEEK), liferay: liferayView(intended) },
  });
  expect(next).toMatchObject({
    base: intended,
    write: TO_EXCHANGE,
    changed: { exchange: [], liferay: ['when', 'exceptions'] },
  });
});

describe('an occurrence that was moved on a date that only the new rule has stays moved, once both sides have had it', () => {
  const base = weekly({}, EVERY_OTHER_WEEK);
  const intended = weekly({ [SECOND]: moved });
  const inLiferay = liferayView(intended);

  test.each<[string, OwnWrite['planned']]>([
    ['from Exchange', { exchange: intended, liferay: liferayView(base) }],
    ['from Liferay', { exchange: base, liferay: inLiferay }],
  ])('%s', (_, planned) => {
    const now = { exchange: intended, liferay: inLiferay };
    const next = nextMerge(agreedOn(base), { planned, intended, now });
    expect(next).toMatchObject({ base: intended, write: NOTHING, lost: [] });
  });
});

describe('a title that both sides have had and Liferay takes back is taken back in Exchange too', () => {
  const theirs = { title: 'Theirs' };

  test('where Liferay was to be written to as well', () => {
    const intended = weekly({}, theirs);
    const next = nextMerge(agreedOn(WEEKLY), {
      planned: { exchange: WEEKLY, liferay: booking({}, { ...theirs, location: 'Room 2' }) },
      intended,
      now: { exchange: intended, liferay: liferayView(WEEKLY) },
    });
    expect(next).toMatchObject({ base: WEEKLY, write: { exchange: ['title'], liferay: [] }, lost: [] });
  });

  test('of a series with a deleted occurrence', () => {
    const base = weekly({ [SECOND]: 'deleted' });
    const intended = { ...base, ...theirs };
    const next = nextMerge(agreedOn(base), {
      planned: { exchange: base, liferay: null },
      intended,
      now: { exchange: intended, liferay: liferayView(base) },
    });
    expect(next).toMatchObject({ base, write: { exchange: ['title'], liferay: [] }, lost: [] });
  });
});

test('a title is still to come to an occurrence that was to be put in its place again, and was moved again meanwhile', () => {
  const base = weekly({ [SECOND]: moved });
  const theirs = { title: 'Theirs' };
  const next = nextMerge(agreedOn(base), {
    planned: { exchange: base, liferay: booking({}, theirs) },
    intended: weekly({}, theirs),
    now: { exchange: { ...base, ...theirs }, liferay: { ...liferayView(base), ...theirs } },
  });
  expect(next.base).toEqual(weekly({ [SECOND]: { ...moved, ...theirs } }, theirs));
});

test('an occurrence put back in Liferay is no edit of how Exchange spells it, and nothing was wiped there', () => {
  const base = weekly({ [SECOND]: moved });
  const spelled = weekly({ [SECOND]: { ...moved, description: 'Agenda <html>' } });
  const agreement = { base, seen: { exchange: spelled, liferay: liferayView(base) } };
  const next = nextMerge(agreement, {
    planned: { exchange: null, liferay: booking({ [SECOND]: { ...moved, title: 'Mine' } }) },
    intended: base,
    now: { exchange: spelled, liferay: liferayView(base) },
  });
  expect(next).toMatchObject({ base, write: NOTHING, changed: NOTHING });
});

test('a changed occurrence that our new hour wiped follows the hour and rule that Liferay then gives the series', () => {
  const later = (clock: string) => ({ time: at(FIRST, clock) });
  const titled = (series: Partial<CalendarEvent>) => ({
    [SECOND]: occurrence(SECOND, { title: 'Retrospective' }, weekly({}, series)),
  });
  const base = weekly(titled({}));
  const range = { kind: 'count', count: 12 } as const;
  const inLiferay = { ...later('11:00'), recurrence: WEEKLY.recurrence && { ...WEEKLY.recurrence, range } };
  const next = nextMerge(agreedOn(base), {
    planned: { exchange: base, liferay: null },
    intended: weekly(titled(later('10:00')), later('10:00')),
    now: { exchange: weekly({}, later('10:00')), liferay: booking({}, inLiferay) },
  });
  expect(next.base).toEqual(weekly(titled(inLiferay), inLiferay));
});

describe('Exchange deleted the series after our write to Liferay', () => {
  const intended = weekly(
    { [SECOND]: { ...moved, title: 'Theirs' } },
    { title: 'Theirs', time: at(FIRST, '10:00') },
  );

  function decided(liferay: CalendarEvent) {
    const { agreement } = absorbOwnWrite(agreedOn(WEEKLY), {
      planned: { exchange: WEEKLY, liferay: liferayView(WEEKLY) },
      intended,
      now: { exchange: null, liferay },
    });
    return plan({
      ...{
        agreement,
        origin: null,
        exchange: { kind: 'gone' },
        liferay: { kind: 'present', event: liferay },
      },
      ...{ policy: 'exchange', twoWay: true, inWindow: true, wiped: false, rejected: null },
      ...{ invitees: NOBODY, quiet: false },
    });
  }

  test('Liferay follows: our own write is no edit that keeps it', () => {
    expect(decided(liferayView(intended))).toMatchObject({ actions: [{ kind: 'deleteLiferay' }], lost: [] });
  });

  test('and an edit beside it brings the series back with all that we wrote', () => {
    const { title, time } = intended;
    const exceptions = { [SECOND]: { title, time: moved.time, location: 'Room 2' } };
    expect(decided({ ...liferayView(intended), location: 'Room 2' })).toMatchObject({
      actions: [{ kind: 'createExchange', event: { title, time, location: 'Room 2', exceptions } }],
    });
  });
});

describe('of an occurrence that our write changed, all is ours', () => {
  const renamed = { ...moved, title: 'Ours' };

  test.each<[string, CalendarEvent, CalendarEvent]>([
    [
      'where it was last seen deleted, and had been made again',
      weekly({ [SECOND]: 'deleted' }),
      weekly({ [SECOND]: moved }),
    ],
    ['where it was deleted before we wrote it', WEEKLY, weekly({ [SECOND]: 'deleted' })],
    ['where the rule that was last seen had none', weekly({}, EVERY_OTHER_WEEK), weekly({ [SECOND]: moved })],
    ['where the rule that we replaced had none', WEEKLY, weekly({}, EVERY_OTHER_WEEK)],
  ])('%s', (_, seen, planned) => {
    expect(ownPart(seen, planned, renamed, SECOND)).toEqual(renamed);
  });
});

describe('Exchange is gone after a lost write to Liferay', () => {
  const base = weekly({ [SECOND]: occurrence(SECOND, { title: 'Second', categories: ['Red'] }) });

  function absorbed(intended: CalendarEvent): CalendarEvent {
    const liferay = liferayView(base);
    const now = { exchange: null, liferay: liferayView(intended) };
    return absorbOwnWrite(agreedOn(base), { planned: { exchange: null, liferay }, intended, now }).agreement
      .base;
  }

  test('nothing is agreed on where nothing of it arrived', () => {
    const agreement = agreedOn(base);
    const disclosure = { ...base.disclosure, details: 'busy' } as const;
    const intended = { ...base, disclosure, sensitivity: 'private' } as const;
    const held = { exchange: null, liferay: liferayView(base) };
    const write = { planned: held, intended, now: held };
    expect(absorbOwnWrite(agreement, write)).toEqual({ agreement, wiped: false });
  });

  test('what Liferay cannot hold of a changed occurrence is not forgotten', () => {
    const intended = {
      ...base,
      exceptions: { [SECOND]: occurrence(SECOND, { title: 'Other', categories: ['Red'] }) },
    };
    expect(absorbed(intended)).toEqual(intended);
  });

  test('an event that had become private stays so, with its own title', () => {
    const intended = { ...base, sensitivity: 'private', exceptions: {} } as const;
    expect(absorbed(intended)).toMatchObject({ title: WEEKLY.title, sensitivity: 'private' });
  });

  test('an event that was to be shown as busy goes on so, with its own title', () => {
    const disclosure = { ...base.disclosure, details: 'busy' } as const;
    const intended = { ...base, disclosure, exceptions: {} };
    expect(absorbed(intended)).toMatchObject({ title: WEEKLY.title, disclosure });
  });
});

test('an occurrence that had only a title of its own follows an hour that came after ours', () => {
  const renamed = { title: 'Second' };
  const atTen = weekly({}, { time: at(FIRST, '10:00') });
  const intended = { ...atTen, exceptions: { [SECOND]: occurrence(SECOND, renamed, atTen) } };
  const atEleven = weekly({}, { time: at(FIRST, '11:00') });
  const planned = { exchange: WEEKLY, liferay: null };
  const now = { exchange: intended, liferay: liferayView(atEleven) };
  const { base } = nextMerge(agreedOn(WEEKLY), { planned, intended, now });
  expect(base).toEqual({ ...atEleven, exceptions: { [SECOND]: occurrence(SECOND, renamed, atEleven) } });
});

test('Liferay is gone after a lost write to Exchange: only what arrived is agreed on', () => {
  const arrived = { ...WEEKLY, title: 'Theirs' };
  const disclosure = { ...WEEKLY.disclosure, details: 'busy' } as const;
  const intended = { ...arrived, disclosure, sensitivity: 'private' } as const;
  const { agreement } = absorbOwnWrite(agreedOn(WEEKLY), {
    planned: { exchange: WEEKLY, liferay: liferayView(arrived) },
    intended,
    now: { exchange: arrived, liferay: null },
  });
  expect(agreement).toEqual({
    base: arrived,
    seen: { exchange: arrived, liferay: liferayView(WEEKLY) },
  });
});
