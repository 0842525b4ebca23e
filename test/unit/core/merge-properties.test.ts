/** What holds of the merge for every pair of edits, of series and their occurrences as well. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameJson } from '#core/canonical-json.ts';
import type { CalendarEvent, ChangedOccurrence, OccurrenceField } from '#core/event.ts';
import { differingFields, normaliseExceptions, regularOccurrence } from '#core/exceptions.ts';
import { liferayView, shownDetails } from '#core/liferay-view.ts';
import {
  type ConflictPolicy,
  changedFields,
  type MergeInput,
  merge,
  sameField,
  withFields,
} from '#core/merge.ts';
import type { EventField } from '#shared/event-fields.ts';
import {
  anyEvent,
  bookingOf,
  disclosure,
  type Edit,
  editedInExchange,
  editedInLiferay,
  exchangeEdit,
  liferayEdit,
  rewritten,
} from './event.arbitrary.ts';

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
    rewrites: fc.boolean(),
  })
  .map(({ base, byExchange, byLiferay, policy, liferayMayWrite, rewrites }) => {
    const seen = {
      exchange: rewrites ? rewritten(base, ' <html>') : base,
      liferay: rewrites ? rewritten(bookingOf(base), ' (sanitised)') : bookingOf(base),
    };
    const now = {
      exchange: editedInExchange(seen.exchange, byExchange),
      liferay: editedInLiferay(seen.liferay, base, byLiferay),
    };
    return { input: { base, seen, now, policy, liferayMayWrite }, byExchange, byLiferay };
  });

/** Changed fields but for the occurrences, of which merge-exceptions.test.ts tells. */
function seriesFields(side: ConflictPolicy, { seen, now }: MergeInput): readonly EventField[] {
  return changedFields(side, seen[side], now[side]).filter((field) => field !== 'exceptions');
}

describe('for every pair of edits', () => {
  test('after the writes the next merge changes nothing and writes nothing', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base, write } = merge(input);
        const stood = {
          exchange: withFields(input.now.exchange, base, write.exchange),
          liferay: withFields(input.now.liferay, bookingOf(base), write.liferay),
        };
        const again = merge({ ...input, base, seen: stood, now: stood });
        expect(again.write).toEqual({ exchange: [], liferay: [] });
        expect(again.base).toEqual(base);
        expect(again.lost).toEqual([]);
        expect(again.putBack).toEqual([]);
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
        const occurrences = [...byExchange.occurrences, ...byLiferay.occurrences];
        // What an occurrence has from its series follows it.
        if (touched.length + occurrences.length > 0) touched.push('exceptions');
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
        for (const field of seriesFields('exchange', input))
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
        for (const field of seriesFields('exchange', input)) {
          // Of a time that both moved alike, Liferay cannot have named the zone.
          const kept = sameField('liferay', field, base, input.now.exchange);
          expect(kept || lostBy('exchange').includes(field)).toBe(true);
        }
        for (const field of seriesFields('liferay', input)) {
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

  test('the agreed zone is one that Exchange had, or the event had none', () => {
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

  test('what is written to Liferay of an event holds none of the texts that it shall not show', () => {
    const seen = { title: 0, busy: 0 };
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base } = merge(input);
        const details = shownDetails(base);
        if (details === 'full') return;
        seen[details] += 1;
        const view = liferayView(base);
        const title =
          details === 'title' ? base.title : expect.stringMatching(/^(Private|Busy|Privato|Occupato)$/);
        expect(view).toMatchObject({ title, description: '', location: '' });
        for (const is of Object.values(view.exceptions)) {
          if (is !== 'deleted') expect(is).toMatchObject({ description: '', location: '' });
          if (is !== 'deleted' && details === 'busy') expect(is).toMatchObject({ title });
        }
      }),
      { numRuns: 100 },
    );
    expect(Math.min(seen.title, seen.busy)).toBeGreaterThan(5);
  });

  test('a text that Liferay does not show never comes from there, also when it is to show more or less from now on', () => {
    let seen = 0;
    fc.assert(
      fc.property(edited, disclosure, ({ input }, wanted) => {
        const exchange = { ...input.now.exchange, disclosure: wanted };
        const { base } = merge({ ...input, now: { ...input.now, exchange } });
        const details = shownDetails(input.base);
        if (details === 'full') return;
        seen += 1;
        const hidden = details === 'title' ? (['description', 'location'] as const) : TEXTS;
        const theirs = [input.base, exchange].flatMap((event) => [event, ...changedOnes(event)]);
        for (const text of hidden) {
          const known = theirs.map((event) => event[text]);
          for (const is of [base, ...changedOnes(base)]) expect(known).toContain(is[text]);
        }
      }),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(20);
  });

  test('whatever Liferay is to show from now on, it shows after one write', () => {
    fc.assert(
      fc.property(anyEvent, disclosure, (event, wanted) => {
        const seen = { exchange: event, liferay: bookingOf(event) };
        const now = { ...seen, exchange: { ...event, disclosure: wanted } };
        const result = merge({ base: event, seen, now, policy: 'exchange', liferayMayWrite: true });
        const stood = withFields(now.liferay, bookingOf(result.base), result.write.liferay);
        expect(stood).toEqual(bookingOf(now.exchange));
        expect(result.write.exchange).toEqual([]);
        expect(result.changed).toEqual({ exchange: [], liferay: [] });
      }),
    );
  });
});

describe('for every occurrence that was edited', () => {
  test('its edit is agreed on, put back, or reported as lost: none vanishes', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base, lost, putBack } = merge(input);
        for (const side of ['exchange', 'liferay'] as const) {
          const isLost = lost.some((edit) => edit.side === side && edit.fields.includes('exceptions'));
          const isPutBack = side === 'liferay' && putBack.includes('exceptions');
          if (isLost || isPutBack) continue;
          for (const { date, fields } of occurrenceEdits(side, input)) {
            const agreed = contentOn(base, date);
            const now = contentOn(input.now[side], date);
            if (fields === 'deleted') expect([null, 'deleted']).toContain(agreed);
            else if (!isContent(agreed) || !isContent(now)) expect(agreed).toBe(now);
            else expect(differingFields(agreed, now).filter((field) => fields.includes(field))).toEqual([]);
          }
        }
      }),
    );
  });

  test('what only Exchange did to it is agreed on, whatever the policy', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const quiet = { ...input, now: { ...input.now, liferay: input.seen.liferay } };
        const { base } = merge(quiet);
        for (const { date, fields } of occurrenceEdits('exchange', input)) {
          const agreed = contentOn(base, date);
          const now = contentOn(input.now.exchange, date);
          if (fields === 'deleted') expect(agreed).toBe('deleted');
          else if (!isContent(agreed) || !isContent(now)) expect(agreed).toBe(now);
          else expect(differingFields(agreed, now).filter((field) => fields.includes(field))).toEqual([]);
        }
      }),
    );
  });

  test('what is agreed on is in normal form', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const { base } = merge(input);
        expect(normaliseExceptions(base)).toEqual(base);
        for (const is of Object.values(base.exceptions)) {
          if (is !== 'deleted' && is.time.kind === 'timed' && base.time.kind === 'timed') {
            expect(is.time.zone).toBe(base.time.zone);
          }
        }
      }),
    );
  });
});

describe('whatever is given', () => {
  test('where nobody changed anything nothing is written and all stays as it was agreed', () => {
    fc.assert(
      fc.property(edited, ({ input }) => {
        const result = merge({ ...input, now: input.seen });
        expect(result).toEqual({
          base: input.base,
          write: { exchange: [], liferay: [] },
          lost: [],
          putBack: [],
          changed: { exchange: [], liferay: [] },
          uninvited: [],
        });
      }),
    );
  });

  test('the merge has an answer, also for events that have nothing to do with each other', () => {
    const events = fc.record({ exchange: anyEvent, liferay: anyEvent });
    const strangers = fc.record({
      base: anyEvent,
      seen: events,
      now: events,
      policy: fc.constantFrom<ConflictPolicy>('exchange', 'liferay'),
      liferayMayWrite: fc.boolean(),
      wiped: fc.boolean(),
    });
    fc.assert(
      fc.property(strangers, (input) => {
        const { base } = merge(input);
        expect(normaliseExceptions(base)).toEqual(base);
      }),
    );
  });
});

const TEXTS = ['title', 'description', 'location'] as const;

function changedOnes({ exceptions }: CalendarEvent): readonly ChangedOccurrence[] {
  return Object.values(exceptions).filter((is) => is !== 'deleted');
}

interface OccurrenceChange {
  readonly date: string;
  readonly fields: 'deleted' | readonly OccurrenceField[];
}

/** What a side did to single occurrences, where its own rule did not change. */
function occurrenceEdits(side: ConflictPolicy, { seen, now }: MergeInput): readonly OccurrenceChange[] {
  if (!sameField('exchange', 'when', seen[side], now[side])) return [];
  const dates = new Set([...Object.keys(seen[side].exceptions), ...Object.keys(now[side].exceptions)]);
  /** What an occurrence has from its series before and after is an edit of the series. */
  const isFollowed = (field: OccurrenceField, date: string, was: Content, is: Content) => {
    const regular = { was: regularOccurrence(seen[side], date), is: regularOccurrence(now[side], date) };
    if (!isContent(was) || !isContent(is) || regular.was === null || regular.is === null) return false;
    return sameJson(was[field], regular.was[field]) && sameJson(is[field], regular.is[field]);
  };
  return [...dates].flatMap((date): readonly OccurrenceChange[] => {
    if (sameJson(seen[side].exceptions[date], now[side].exceptions[date])) return [];
    const was = contentOn(seen[side], date);
    const is = contentOn(now[side], date);
    if (is === 'deleted') return [{ date, fields: is }];
    const from = isContent(was) ? was : regularOccurrence(now[side], date);
    const fields = isContent(is) && from !== null ? differingFields(from, is) : [];
    return [{ date, fields: fields.filter((field) => !isFollowed(field, date, was, is)) }];
  });
}

type Content = 'deleted' | ChangedOccurrence | null;

function contentOn(event: CalendarEvent, date: string): Content {
  return event.exceptions[date] ?? regularOccurrence(event, date);
}

function isContent(is: Content): is is ChangedOccurrence {
  return is !== null && is !== 'deleted';
}

function isAllDay(time: CalendarEvent['time']): boolean {
  return time.kind === 'allDay';
}
