/** A meeting is moved by its organiser while an invitee answers in Liferay, where it still stands at its old time. */
import type { Client } from '@libsql/client';
import { describe, expect, test } from 'vitest';
import { STATUS } from '#test/emulators/liferay/portal-rows.ts';
import { putBack, takeBackup } from '#test/simulation/backup.ts';
import { MEETING, Meeting, REQUEST, RESPONSE, UPDATE, weekly } from './meeting-stage.ts';
import { DAY, hourFrom } from './stage.ts';

const WEEKLY = 'RRULE:FREQ=WEEKLY;COUNT=5;INTERVAL=1;BYDAY=WE';

/** The invitee's run comes before the organiser's, which brings the new time to Liferay. */
const TURNS = [0, 1] as const;
const WEEK = 7 * DAY;
const LATER = hourFrom('2026-05-06T15:00');

const ROWS = [
  {
    row: 'in a row of the connector’s',
    open: (repeats: boolean) => Meeting.bornInExchange(TURNS, repeats ? weekly(5) : undefined),
  },
  {
    row: 'in Liferay’s own row',
    open: (repeats: boolean) => Meeting.inStep(TURNS, repeats ? WEEKLY : ''),
  },
].flatMap((each) => [
  { ...each, of: 'a single meeting', repeats: false },
  { ...each, of: 'a series', repeats: true },
]);

describe.each(ROWS)('of $of, $row', ({ open, repeats }) => {
  test.each(['accept', 'maybe', 'decline'] as const)(
    '%s was said to the old time: nobody says it to the new one, which can be answered',
    async (answer) => {
      const meeting = await open(repeats);
      meeting.answer(answer);
      meeting.changeAtOrganiser(LATER);
      await meeting.settle();
      expect(meeting.response).toBe('NoResponseReceived');
      const shown = meeting.stage.rows().map(({ startTime, status }) => ({ startTime, status }));
      expect(shown).toEqual([{ startTime: LATER.start, status: STATUS.pending }]);
      expect(meeting.mailsOfExchange()).toEqual([REQUEST, UPDATE]);
      meeting.answer('accept');
      await meeting.settle();
      expect(meeting.response).toBe('Accept');
      expect(meeting.mailsOfExchange()).toEqual([REQUEST, UPDATE, RESPONSE]);
      await meeting.expectIdle();
    },
  );

  test('it was said, and an older backup does not know that: it is not said again to the new time', async () => {
    const meeting = await open(repeats);
    const database = meeting.stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    meeting.answer('accept');
    await meeting.settle();
    meeting.changeAtOrganiser(LATER);
    await putBack(database, backup);
    await meeting.settle();
    expect(meeting.response).toBe('NoResponseReceived');
    expect(meeting.stage.rows().map(({ status }) => status)).toEqual([STATUS.pending]);
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  });
});

test.each(['accepted', 'rejected', 'ignored'] as const)(
  'it was moved, and an older backup does not know that: the status of a row that nobody answered is not said, where PENDING is %s',
  async (statusPendingOnStandAlone) => {
    const meeting = await Meeting.bornInExchange(TURNS, undefined, {
      liferay: { statusPendingOnStandAlone },
    });
    await meeting.stage.setPairing({ policy: 'liferay' });
    meeting.answerInOutlook('Accept');
    await meeting.settle();
    const database = meeting.stage.world.db.$client as Client;
    const backup = await takeBackup(database, 0, 0);
    meeting.changeAtOrganiser(LATER);
    await meeting.settle();
    await putBack(database, backup);
    await meeting.settle();
    expect(meeting.response).toBe('NoResponseReceived');
    expect(meeting.mailsOfExchange()).toEqual([REQUEST, RESPONSE, UPDATE]);
    await meeting.expectIdle();
  },
);

test('one occurrence was answered at its old time while its series is moved: nobody says it', async () => {
  const meeting = await Meeting.bornInExchange(TURNS, weekly(5));
  meeting.answer('maybe', MEETING.start + WEEK);
  meeting.changeAtOrganiser(LATER);
  await meeting.settle();
  expect(meeting.mailsOfExchange()).toEqual([REQUEST, UPDATE]);
  const statuses = meeting.stage.rows().map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([STATUS.pending]));
  await meeting.expectIdle();
});
