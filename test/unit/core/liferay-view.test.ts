/** How much of an event Liferay shows, and what of that can be edited there. */

import { describe, expect, it, test } from 'vitest';
import { NOBODY } from '#core/attendees.ts';
import { type CalendarEvent, type Disclosure, NEUTRAL_EVENT, type Sensitivity } from '#core/event.ts';
import { editableInLiferay, editableOccurrenceFields, liferayView } from '#core/liferay-view.ts';
import { merge } from '#core/merge.ts';
import { plan } from '#core/plan.ts';

const EVENT: CalendarEvent = {
  ...NEUTRAL_EVENT,
  title: 'Board',
  description: 'Agenda',
  location: 'Room 1',
  time: { kind: 'allDay', start: '2026-05-06', end: '2026-05-07' },
};
const ALL = { title: 'Board', description: 'Agenda', location: 'Room 1' };
const NAMED = { title: 'Board', description: '', location: '' };
const PRIVATE = { title: 'Private', description: '', location: '' };
const BUSY = { title: 'Busy', description: '', location: '' };

function event(disclosure: Partial<Disclosure>, sensitivity: Sensitivity = 'normal'): CalendarEvent {
  return { ...EVENT, sensitivity, disclosure: { ...NEUTRAL_EVENT.disclosure, ...disclosure } };
}

/** What is shown of an event, of a private one, and of a private one where these are shown too. */
const SHOWN: Readonly<Record<Disclosure['details'], readonly object[]>> = {
  full: [ALL, PRIVATE, ALL],
  own: [ALL, PRIVATE, ALL],
  title: [NAMED, PRIVATE, NAMED],
  busy: [BUSY, BUSY, BUSY],
};

describe.each(Object.keys(SHOWN) as Disclosure['details'][])('details: %s', (details) => {
  it('shows so much of an event, and not more of a private one unless that is asked for', () => {
    const views = [
      event({ details }),
      event({ details }, 'private'),
      event({ details, showPrivate: true }, 'confidential'),
    ].map(liferayView);
    expect(views).toMatchObject([...(SHOWN[details] ?? [])]);
  });

  it('calls what is hidden so in the language of the service', () => {
    const [view, hidden] = [
      event({ details, language: 'it' }),
      event({ details, language: 'it' }, 'private'),
    ].map(liferayView);
    expect(hidden?.title).toBe(details === 'busy' ? 'Occupato' : 'Privato');
    expect(view?.title).toBe(details === 'busy' ? 'Occupato' : 'Board');
  });

  it('lets people edit what is shown, and its time, and nothing else', () => {
    for (const sensitivity of ['normal', 'private'] as const) {
      const base = event({ details }, sensitivity);
      const view = liferayView(base);
      const shown = (['title', 'description', 'location'] as const).filter(
        (text) => view[text] === EVENT[text],
      );
      expect(editableInLiferay(base)).toEqual([...shown, 'when', 'exceptions', 'ownResponse']);
      expect(editableOccurrenceFields(base)).toEqual([...shown, 'time']);
    }
  });
});

test('an edit that was made while more was shown still arrives, and then is hidden', () => {
  const base = event({});
  const { disclosure } = event({ details: 'busy' });
  const seen = { exchange: base, liferay: liferayView(base) };
  const now = { exchange: { ...base, disclosure }, liferay: { ...seen.liferay, title: 'Board, new' } };
  const result = merge({ base, seen, now, policy: 'exchange', liferayMayWrite: true });
  expect(result.write).toEqual({ exchange: ['title'], liferay: ['title', 'description', 'location'] });
  expect(result.base).toMatchObject({ title: 'Board, new', description: 'Agenda' });
  expect(liferayView(result.base)).toMatchObject(BUSY);
});

test('a title that was given to a row while it was called Busy is not taken for the event’s when that is shown', () => {
  const base = event({ details: 'busy' });
  const seen = { exchange: base, liferay: liferayView(base) };
  const now = { exchange: event({}), liferay: { ...seen.liferay, title: 'Mine' } };
  const result = merge({ base, seen, now, policy: 'liferay', liferayMayWrite: true });
  expect(result.write.exchange).toEqual([]);
  expect(liferayView(result.base)).toMatchObject(ALL);
});

test('an occurrence taken out of a meeting that is shown as busy becomes an event with the meeting’s own texts', () => {
  const base: CalendarEvent = {
    ...event({ details: 'busy' }),
    meeting: true,
    organizer: 'olga@example.com',
    attendees: [{ address: 'ada@example.com', name: 'Ada', role: 'required', response: 'accepted' }],
  };
  const liferay = liferayView(base);
  const decided = plan({
    agreement: null,
    origin: { base, seen: { exchange: base, liferay } },
    exchange: { kind: 'none' },
    liferay: { kind: 'present', event: liferay },
    policy: 'exchange',
    twoWay: true,
    inWindow: true,
    wiped: false,
    rejected: null,
    invitees: NOBODY,
    quiet: false,
  });
  const { disclosure } = base;
  const made = { ...ALL, disclosure, meeting: false, organizer: null, attendees: [] };
  expect(decided).toMatchObject({ kind: 'act', actions: [{ kind: 'createExchange', event: made }] });
});
