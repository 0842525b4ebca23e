/** What Liferay shows of a meeting, and what can be done to it there. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, Response } from '#core/event.ts';
import { editableInLiferay, editableOccurrenceFields, liferayView } from '#core/liferay-view.ts';
import { FIRST, occurrence, SECOND, WEEKLY, weekly } from './weekly-series.ts';

/** A weekly meeting, and what its owner says to one occurrence of it. */
function meeting(
  ownResponse: Response,
  toSecond: Response,
  more: Partial<CalendarEvent> = {},
): CalendarEvent {
  const fields = { meeting: true, ownResponse, ...more };
  return weekly({ [SECOND]: occurrence(SECOND, { title: 'Retrospective', ownResponse: toSecond }) }, fields);
}

/** What Liferay shows as the response to all of it, and to that occurrence. */
function shownResponses(event: CalendarEvent): readonly unknown[] {
  const { ownResponse, exceptions } = liferayView(event);
  const second = exceptions[SECOND];
  return [ownResponse, second === 'deleted' ? second : second?.ownResponse];
}

function editable(event: CalendarEvent) {
  return { series: editableInLiferay(event), occurrence: editableOccurrenceFields(event) };
}
const NOTHING = { series: [], occurrence: [] };

describe('in Liferay', () => {
  it('an invitation shows what was said to it, and to each occurrence, and can be answered', () => {
    const invitation = meeting('accepted', 'tentative');
    expect(shownResponses(invitation)).toEqual(['accepted', 'tentative']);
    expect(editable(invitation)).toEqual({
      series: ['exceptions', 'ownResponse'],
      occurrence: ['ownResponse'],
    });
  });

  it('a cancelled meeting is one to which nobody goes, and cannot be answered', () => {
    const cancelled = meeting('accepted', 'pending', { cancelled: true });
    expect(shownResponses(cancelled)).toEqual(['declined', 'declined']);
    expect(editable(cancelled)).toEqual(NOTHING);
  });

  it('a meeting of one’s own has no response, and is edited as any event until it is cancelled', () => {
    const own = meeting('organizer', 'organizer');
    expect(shownResponses(own)).toEqual(['none', 'none']);
    expect(editable(own)).toEqual(editable(WEEKLY));
    expect(editable({ ...own, cancelled: true })).toEqual(NOTHING);
  });

  it('an appointment has no response, also where it counts as cancelled', () => {
    for (const cancelled of [false, true]) {
      expect(shownResponses(meeting('accepted', 'accepted', { meeting: false, cancelled }))).toEqual([
        'none',
        'none',
      ]);
    }
  });

  it('an appointment can be edited, but for the text by which people join an online meeting', () => {
    const all = ['title', 'description', 'location', 'when', 'exceptions', 'ownResponse'];
    const ofOne = ['title', 'description', 'location', 'time'];
    expect(editable(WEEKLY)).toEqual({ series: all, occurrence: ofOne });
    const isFree = (field: string) => field !== 'description';
    expect(editable({ ...WEEKLY, onlineMeeting: true })).toEqual({
      series: all.filter(isFree),
      occurrence: ofOne.filter(isFree),
    });
  });

  it.each(['private', 'confidential'] as const)('a %s appointment can only be moved', (sensitivity) => {
    const { series, occurrence: ofOne } = editable({ ...WEEKLY, sensitivity });
    expect(series).toEqual(expect.arrayContaining(['when', 'exceptions']));
    expect(series.filter((field) => ['title', 'description', 'location'].includes(field))).toEqual([]);
    expect(ofOne).toEqual(['time']);
  });

  it('a changed occurrence shows its texts and its time, and nothing that only Exchange keeps', () => {
    const changes = { location: 'Hall', showAs: 'free', reminderMinutes: 5, categories: ['Red'] } as const;
    const { exceptions } = liferayView(weekly({ [FIRST]: occurrence(FIRST, changes), [SECOND]: 'deleted' }));
    expect(exceptions).toEqual({
      [FIRST]: occurrence(FIRST, {
        location: 'Hall',
        showAs: 'busy',
        reminderMinutes: null,
        categories: [],
      }),
      [SECOND]: 'deleted',
    });
  });
});
