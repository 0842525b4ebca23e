/** Which occurrence of a series a date names, and exceptions in the form in which they are compared. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarEvent, type EventTime, NEUTRAL_EVENT } from '#core/event.ts';
import {
  differingFields,
  isSlot,
  normaliseExceptions,
  regularOccurrence,
  sameException,
  sameExceptions,
  slotNumber,
  slotTime,
} from '#core/exceptions.ts';
import { slotsBetween } from '#core/occurrences.ts';
import { occurrenceChange, seriesEvent, withChanges } from './row.arbitrary.ts';

const TIME: EventTime = {
  kind: 'timed',
  start: '2025-01-06T23:30:00Z',
  end: '2025-01-07T00:30:00Z',
  zone: 'Europe/Rome',
};
/** On Tuesdays at half past midnight in Rome, from 7 January 2025. */
const tuesdays: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Night shift',
  reminderMinutes: 15,
  time: TIME,
  recurrence: {
    pattern: { kind: 'weekly', interval: 1, days: ['TU'], firstDay: 'MO' },
    range: { kind: 'noEnd' },
  },
};
const single: CalendarEvent = { ...tuesdays, recurrence: null };

describe('an occurrence', () => {
  it('has the date of the zone of its series', () => {
    expect(isSlot(tuesdays, '2025-01-14')).toBe(true);
    expect(isSlot(tuesdays, '2025-01-13')).toBe(false);
    expect(isSlot(tuesdays, '2024-12-31')).toBe(false);
    expect(isSlot(single, '2025-01-07')).toBe(false);
  });

  it('is at the hour of its series, whatever the clocks do', () => {
    expect(slotTime(tuesdays, '2025-04-01')).toEqual({
      ...TIME,
      start: '2025-03-31T22:30:00Z',
      end: '2025-03-31T23:30:00Z',
    });
    expect(slotTime(tuesdays, '2025-04-02')).toBeNull();
  });

  it('is counted from 1', () => {
    expect(['2025-01-07', '2025-01-14', '2025-12-30'].map((date) => slotNumber(tuesdays, date))).toEqual([
      1, 2, 52,
    ]);
    expect(slotNumber(tuesdays, '2025-01-08')).toBeNull();
    expect(slotNumber(tuesdays, '2024-12-31')).toBeNull();
    expect(slotNumber(single, '2025-01-07')).toBeNull();
  });

  it('has the content of its series', () => {
    const regular = regularOccurrence(tuesdays, '2025-01-14');
    expect(regular).toMatchObject({ title: 'Night shift', reminderMinutes: 15 });
    expect(regularOccurrence(tuesdays, '2025-01-15')).toBeNull();
  });

  it('of each number is the slot of its date', () => {
    fc.assert(
      fc.property(seriesEvent, (event) => {
        if (event.recurrence === null) return;
        const slots = slotsBetween(
          event.time,
          event.recurrence,
          Date.UTC(1800, 0, 1),
          Date.UTC(2200, 0, 1),
          5,
        );
        for (const [index, { date }] of slots.entries()) {
          expect(slotNumber(event, date.toString())).toBe(index + 1);
          expect(isSlot(event, date.toString())).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('exceptions in normal form', () => {
  const regular = regularOccurrence(tuesdays, '2025-01-14') ?? { ...tuesdays };

  it('have no date that the rule has not', () => {
    const event = { ...tuesdays, exceptions: { '2025-01-15': 'deleted', '2025-01-21': 'deleted' } } as const;
    expect(normaliseExceptions(event).exceptions).toEqual({ '2025-01-21': 'deleted' });
  });

  it('have no occurrence that is as the rule makes it', () => {
    const elsewhere = { ...regular, time: { ...regular.time, zone: 'Asia/Tokyo' } };
    const moved = { ...regular, time: { ...TIME } };
    const changes = { '2025-01-14': elsewhere, '2025-01-21': moved };
    expect(normaliseExceptions({ ...tuesdays, exceptions: changes }).exceptions).toEqual({
      '2025-01-21': moved,
    });
  });

  it('stay as they are', () => {
    fc.assert(
      fc.property(seriesEvent, occurrenceChange, (event, change) => {
        const changed = withChanges(event, [change]);
        expect(normaliseExceptions(changed)).toBe(changed);
      }),
      { numRuns: 100 },
    );
  });

  it('differ in the fields in which occurrences do', () => {
    const other = { ...regular, title: 'Day shift', categories: ['Blue'], time: { ...TIME } };
    expect(differingFields(regular, other)).toEqual(['title', 'time', 'categories']);
    expect(sameException(regular, other)).toBe(false);
    expect(sameException(regular, 'deleted')).toBe(false);
    expect(sameException(undefined, undefined)).toBe(true);
    expect(sameExceptions({ '2025-01-14': regular }, { '2025-01-14': { ...regular } })).toBe(true);
    expect(sameExceptions({ '2025-01-14': 'deleted' }, { '2025-01-21': 'deleted' })).toBe(false);
    expect(sameExceptions({ '2025-01-14': 'deleted' }, {})).toBe(false);
  });
});
