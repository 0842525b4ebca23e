/** A series that is over, of which Liferay cannot show what its organiser did in Outlook without mail to its invitees. */
import { expect, test } from 'vitest';
import { booked, expectIdle, MEETING, mailsOfLiferay, sent, WEEK } from './organiser-stage.ts';
import { DAY, HOUR } from './stage.ts';

const WEEKLY = 'RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=3;BYDAY=WE';
const DAY_OF = (start: number) => Math.floor(start / DAY);

test.each(['as the series', 'renamed', 'moved'])(
  'an occurrence is deleted in Outlook, then the series is renamed in Liferay: its name arrives (another occurrence is %s)',
  async (another) => {
    const stage = await booked({ recurrence: WEEKLY });
    const { userActs } = stage.world.exchange;
    const { id } = stage.item('Meeting');
    const of = (n: number) => userActs.occurrence(id, DAY_OF(MEETING.start + n * WEEK)).id;
    if (another === 'renamed') userActs.changeItem(of(1), { subject: 'Other' });
    if (another === 'moved')
      userActs.changeItem(of(1), { start: MEETING.start + WEEK + HOUR, end: MEETING.end + WEEK + HOUR });
    await stage.settle();
    stage.world.clock.advance(4 * WEEK);
    await stage.settle();
    const mails = sent(stage);
    userActs.deleteItem(of(2), undefined, 'SendToNone');
    await stage.settle();
    expect(await stage.parked()).toEqual(['mailNotSuppressible']);
    const series = stage.rows().find(({ recurrence }) => recurrence !== '');
    stage.atPortal((acts) => acts.changeBooking(series?.calendarBookingId ?? 0, { title: 'Later name' }));
    const byPerson = stage.world.liferay.outbox.length;
    await stage.settle();
    expect(stage.titles().exchange[0]).toBe('Later name');
    expect(await stage.parked()).toEqual(['mailNotSuppressible']);
    expect(mailsOfLiferay(stage, byPerson)).toEqual([]);
    expect(sent(stage)).toEqual(mails);
    await stage.settle();
    await expectIdle(stage);
  },
);
