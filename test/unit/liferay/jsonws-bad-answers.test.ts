/**
 * Answers of JSONWS that are JSON and wrong: lists for objects, numbers that no time has, markup without end. Much of it
 * was found by `npm run fuzz`.
 */
import { describe, expect, test } from 'vitest';
import { RemoteFailure } from '#core/failure.ts';
import { htmlToText } from '#liferay/jsonws/description-html.ts';
import { openJsonwsPortal } from '#liferay/jsonws/jsonws-portal.adapter.ts';
import { parseLocalized } from '#liferay/jsonws/text.ts';
import type { PortalCalendar } from '#liferay/portal-calendar.port.ts';
import { memoryTokens } from '#test/memory-tokens.ts';
import { scriptedPortal, USER } from './scripted-portal.ts';

const ZONES = new Map([['7', 'Europe/Rome']]);
const ROW = {
  ...{ calendarBookingId: '40', calendarId: '7', calendarResourceId: '6', modifiedDate: 1, mvccVersion: '1' },
  ...{ status: 0, recurrence: '', recurringCalendarBookingId: '40', parentCalendarBookingId: '40' },
  ...{ VEventUid: 'u', title: 'Meeting', titleCurrentValue: 'Meeting', description: '', location: 'Room 1' },
  ...{
    startTime: '1718010000000',
    endTime: '1718013600000',
    allDay: false,
    firstReminder: '0',
    secondReminder: '0',
  },
};

/** A portal that answers the user, and these values behind it. */
function answering(...values: readonly unknown[]): PortalCalendar {
  const { effects } = scriptedPortal(() => ({ body: [USER, ...values] }));
  const dialect = {
    context: 'calendar',
    keepsUid: true,
    hasRowVersion: true,
    companyId: '20097',
    version: null,
  };
  const server = { url: 'https://portal.example.com', timeoutMs: 10_000, dialect };
  const credentials = { kind: 'basic', user: 'connector', password: 'x' } as const;
  return openJsonwsPortal(effects, memoryTokens())(server, credentials);
}

const read = (row: unknown, children: unknown = []) => answering(row, children).read(['40'], ZONES);
const row = (more: object) => ({ ...ROW, ...more });

describe('one booking that was asked for', () => {
  test.each([{}, null])('is gone when %j comes, which is how a portal says so', async (nothing) => {
    expect(await read(nothing)).toEqual([{ kind: 'gone', id: '40' }]);
  });

  test.each([
    ['an empty list', []],
    ['a list of nothing', [{}]],
    ['a list with the row', [ROW]],
    ['a text', ''],
    ['a number', 0],
    ['false', false],
    ['a row without its id', row({ calendarBookingId: undefined })],
    ['another row', row({ calendarBookingId: '41' })],
    ['a list for a title', row({ title: ['Meeting'] })],
    ['an object for a start', row({ startTime: { time: 1 } })],
    ['a text for a start', row({ startTime: 'noon' })],
    ['more than a long for a start', row({ startTime: '99999999999999999999' })],
    ['half a millisecond', row({ startTime: 0.5 })],
    ['no end', row({ endTime: null })],
  ])('is not gone when %s comes: it cannot be read', async (_, value) => {
    expect(await read(value)).toMatchObject([
      { kind: 'failed', id: '40', failure: { reason: 'itemUnreadable' } },
    ]);
  });

  test('with an object for the list of its children cannot be read', async () => {
    expect(await read(ROW, {})).toMatchObject([{ kind: 'failed', failure: { reason: 'itemUnreadable' } }]);
  });

  test.each([
    ['a moment after its end', { startTime: '1718013600001' }],
    ['a day after its end', { allDay: true, startTime: '1718150400000', endTime: '1718063940000' }],
  ])('that begins %s is set aside for that', async (_, times) => {
    expect(await read(row(times))).toMatchObject([{ kind: 'failed', failure: { reason: 'startAfterEnd' } }]);
  });

  test.each([
    '9223372036854775807',
    '-9007199254740991',
    '8640000000000000',
    '253402300800000',
    '-62135596800001',
  ])('at %s, a number that is no time, cannot be read', async (at) => {
    const [one] = await read(row({ startTime: at, endTime: at }));
    expect(one).toMatchObject({ kind: 'failed', failure: { reason: 'itemUnreadable' } });
  });

  test('with half a character in its texts has none of it in its event', async () => {
    const half = 'a\u{d83d}b\u{0}';
    const [one] = await read(row({ titleCurrentValue: half, descriptionCurrentValue: half, location: half }));
    expect(one).toMatchObject({
      booking: { event: { title: 'a\u{fffd}b', description: 'a\u{fffd}b', location: 'a\u{fffd}b' } },
    });
  });

  test.each(['__proto__', 'constructor'])('with "%s" for everything that is a text is read', async (word) => {
    const texts = {
      title: word,
      titleCurrentValue: word,
      description: word,
      location: word,
      VEventUid: word,
    };
    expect(await read(row(texts))).toMatchObject([{ kind: 'booking', booking: { uid: word } }]);
  });
});

test.each(['RRULE:FREQ=DAILY;COUNT=999999;INTERVAL=999999', 'RRULE:FREQ=YEARLY;COUNT=9000;INTERVAL=1'])(
  'a series beyond the end of all calendars, %s, says why it cannot be read',
  async (recurrence) => {
    expect(await read(row({ recurrence }))).toMatchObject([
      { booking: { event: { recurrence: null }, ruleFailure: { reason: 'recurrenceNotExpressible' } } },
    ]);
  },
);

describe('a snapshot', () => {
  const CALENDARS = [{ calendarId: '7', calendarResourceId: '6', timeZoneId: 'Europe/Rome' }];
  const snapshot = (list: unknown, calendars: unknown = CALENDARS) =>
    answering(calendars, calendars, list).snapshot([{ calendarId: '7', expectedRows: 1, detail: 'light' }]);

  test.each([
    ['an object', {}],
    ['nothing', null],
    ['a text', '[]'],
    ['rows among which is none', [ROW, []]],
  ])('of %s is none, and nothing is missing from it', async (_, list) => {
    expect([...(await snapshot(list))]).toMatchObject([
      ['7', { kind: 'failed', failure: { reason: 'badAnswer' } }],
    ]);
  });

  test('beside a list of calendars that is none says nothing about access', async () => {
    const reason = await snapshot([], {}).then(
      (all) => JSON.stringify([...all]),
      (error: unknown) => (error instanceof RemoteFailure ? error.failure.reason : String(error)),
    );
    expect(reason).toContain('badAnswer');
  });
});

describe('markup without end', () => {
  const LEVELS = 100_000;

  test.each([
    ['tags that nobody closes', '<i>'.repeat(LEVELS) + '</b>'.repeat(LEVELS)],
    ['blocks within blocks', `${'<div>'.repeat(LEVELS)}x${'</div>'.repeat(LEVELS)}`],
    ['tables within tables', '<table><tr><td>'.repeat(LEVELS)],
    ['tags that are none', '<'.repeat(LEVELS)],
  ])('in a description is text in no time: %s', (_, html) => {
    expect(htmlToText(`<p>Agenda</p>${html}`)).toContain('Agenda');
  });

  test('in a text with translations is taken as it stands', () => {
    const stored = `<root>${'<a>'.repeat(LEVELS)}${'</b>'.repeat(LEVELS)}`;
    expect(parseLocalized(stored).text).toBe(stored);
  });

  test('of two hundred levels, more than any editor makes, is read as a page', () => {
    expect(htmlToText(`${'<div>'.repeat(200)}One<br>two${'</div>'.repeat(200)}`)).toBe('One\ntwo');
  });
});
