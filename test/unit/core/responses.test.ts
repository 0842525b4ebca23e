/** Which words are an answer to an invitation, and who is asked for one. */
import { describe, expect, it } from 'vitest';
import type { CalendarEvent, Response } from '#core/event.ts';
import { isAnswer, isAnswerable } from '#core/responses.ts';

const ANSWERS: readonly Response[] = ['accepted', 'tentative', 'declined'];

it.each(ANSWERS)('%s says whether somebody comes', (response) => {
  expect(isAnswer(response)).toBe(true);
});

it.each<Response>(['none', 'organizer', 'pending'])('%s does not say whether somebody comes', (response) => {
  expect(isAnswer(response)).toBe(false);
});

describe('an event', () => {
  const invitation = (fields: Partial<Pick<CalendarEvent, 'meeting' | 'ownResponse' | 'cancelled'>>) =>
    isAnswerable({ meeting: true, ownResponse: 'pending', cancelled: false, ...fields });

  it.each<Response>(['pending', ...ANSWERS])(
    'to which one was invited can be answered, also again: %s',
    (ownResponse) => {
      expect(invitation({ ownResponse })).toBe(true);
    },
  );

  it.each<Response>(['organizer', 'none'])(
    'that one called oneself cannot be answered: %s',
    (ownResponse) => {
      expect(invitation({ ownResponse })).toBe(false);
    },
  );

  it('that is cancelled, or is nobody’s meeting, cannot be answered', () => {
    expect(invitation({ cancelled: true })).toBe(false);
    expect(invitation({ meeting: false })).toBe(false);
  });
});
